"""Move a tone's frequency and amplitude: one is heard as pitch, the other as loudness, and neither moves the other."""

from course_lib.audio import SR, tone
from course_lib.teaching.plots import show_wave
from course_lib.teaching.widgets.base import Explorer, slider

SHOWN_S = 0.02  # 20 ms: two periods of the lowest tone


class ToneExplorer(Explorer):
    """A sine of 100 to 1,000 Hz with an amplitude up to 0.9: seen for 20 ms, heard for a second."""

    title = "Tone explorer"

    def __init__(self):
        super().__init__(
            frequency=slider("Frequency (Hz)", 100, 1000, 20, 200, form=",.0f"),
            amplitude=slider("Amplitude", 0.05, 0.9, 0.05, 0.5),
        )

    def picture(self, ax, frequency, amplitude):
        show_wave(tone(frequency, amplitude=amplitude)[: int(SHOWN_S * SR)], ax)
        ax.set(ylim=(-1, 1), title=f"{frequency:,.0f} Hz: one wave takes {1000 / frequency:.3g} ms")
        waves = SHOWN_S * frequency
        words = (
            f"{frequency:,.0f} Hz: the wave repeats {frequency:,.0f} times a second, {waves:.3g} times in the 20 ms "
            f"shown. Its height is {amplitude:.2f} of the largest possible."
        )
        return f"A sine wave over 20 ms: {waves:.3g} waves of height {amplitude:.2f}.", words

    def sound(self, frequency, amplitude):
        return tone(frequency, amplitude=amplitude), f"{frequency:,.0f} Hz at amplitude {amplitude:.2f}"
