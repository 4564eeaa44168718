"""Move the window of a spectrogram: what it gains in frequency it loses in time.

Bin width (rate / window) times window length (window / rate) is always 1. Ref: Gabor 1946, "Theory of communication".
"""

from course_lib.features import SR, mel, spectrogram
from course_lib.teaching.plots import show_mel, show_spectrogram
from course_lib.teaching.widgets.base import Explorer, choice, slider, sound_between, steps

WINDOWS = [64, 128, 256, 512, 1024, 2048, 4096]  # samples: 4 ms to 256 ms
HOPS = [64, 128, 256, 512, 1024]
SCALES = [("linear: magnitude", "magnitude"), ("logarithmic: dB", "db"), ("mel bands, in dB", "mel")]
RANGE_DB = 80  # what the colours span below the loudest bin
HEARD_S = 0.5  # of the sound around the marked moment
LONGEST_S = 10.0


class SpectrogramExplorer(Explorer):
    """Window length, hop, scale and a marked moment of one sound: (samples,) at 16 kHz, up to 10 s.

    Raises AudioError for another shape, or a sound shorter than half the longest window.
    """

    title = "Spectrogram explorer"

    def __init__(self, wave):
        self.wave = sound_between(wave, (max(WINDOWS) // 2 + 1) / SR, LONGEST_S)
        self.seconds = len(self.wave) / SR
        super().__init__(
            window=steps("Window (samples)", WINDOWS, 2048),
            hop=steps("Hop (samples)", HOPS, 512),
            scale=choice("Scale", SCALES, "db"),
            moment=slider("Marked moment (s)", 0.0, self.seconds, 0.05, round(self.seconds / 2, 2)),
        )

    def picture(self, ax, window, hop, scale, moment):
        if scale == "mel":
            bands = min(64, window // 8)  # a band narrower than a bin would stay empty
            values = mel(self.wave, n_mels=bands, n_fft=window, hop=hop, any_length=True)
            show_mel(values, ax, hop=hop, levels=_levels(values, scale))
        else:
            values = spectrogram(self.wave, n_fft=window, hop=hop, scale=scale, any_length=True)
            show_spectrogram(values, ax, hop=hop, scale=scale, levels=_levels(values, scale))
        frames = values.shape[-1]
        ax.set_title(f"{window:,} samples: {1000 * window / SR:g} ms, bins of {SR / window:.5g} Hz")
        for colour, width, line in (
            ("black", 4.0, "-"),
            ("white", 1.8, "--"),
        ):  # seen on dark and bright alike
            ax.axvline(moment, color=colour, linewidth=width, linestyle=line)
        rows = f"{len(values)} mel bands" if scale == "mel" else f"{len(values):,} bins"
        loudest = self._loudest(window, moment)
        words = (
            f"Window {window:,} samples = {1000 * window / SR:g} ms; bins {SR / window:.5g} Hz wide; "
            f"one frame every {1000 * hop / SR:g} ms: {rows} x {frames} frames. "
            f"At {moment:.2f} s the strongest bin is at {loudest:,.0f} Hz."
        )
        shape = "fine in time, coarse in frequency" if window < 512 else "fine in frequency, coarse in time"
        kind = {"magnitude": "linear magnitude", "db": "decibels", "mel": "mel bands in decibels"}[scale]
        return f"Spectrogram in {kind}, {shape}; the moment at {moment:.2f} s is marked. {words}", words

    def sound(self, window, hop, scale, moment):
        start = int(max(0.0, min(moment - HEARD_S / 2, self.seconds - HEARD_S)) * SR)
        part = self.wave[start : start + int(HEARD_S * SR)]
        return part, f"{len(part) / SR:.2f} s around the marked moment at {moment:.2f} s"

    def _loudest(self, window, moment) -> float:
        """Frequency in Hz of the strongest bin of the frame at a moment."""
        power = spectrogram(
            self.wave, n_fft=window, hop=SR // 100, scale="power", any_length=True
        )  # every 10 ms
        return int(power[:, min(round(100 * moment), power.shape[1] - 1)].argmax()) * SR / window


def _levels(values, scale):
    highest = float(values.max())
    return (0.0, max(highest, 1e-9)) if scale == "magnitude" else (highest - RANGE_DB, highest)
