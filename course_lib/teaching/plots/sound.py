"""Sound as pictures: the wave, its spectrum, spectrograms, mel bands, MFCCs, and what a network of photographs gets.

Time is in seconds (short pieces in ms), frequency in kHz, level in dB where it is one. Frame f of a centred
transform sits at f * hop / rate seconds. All raise CourseError for the wrong number of dimensions, NaN or infinity.
"""

import numpy as np
from scipy.ndimage import maximum_filter

from course_lib.errors import CourseError
from course_lib.features import mel_frequencies
from course_lib.teaching.plots.axes import axis, finite

SR, HOP, MEL_HOP = 16_000, 512, 160  # as in features.py: the spectrogram's hop, and that of mel and MFCC
SHORT_S = 0.1  # below this, time is drawn in milliseconds
PIXELS = (240, 560)  # what a picture has at least, upwards and to the right
UNITS = {"db": "level (dB)", "power": "power", "magnitude": "magnitude"}


def show_wave(wave, ax=None, *, rate: int = SR, start: float = 0.0, dots: bool = False, title: str = ""):
    """Draw a wave (samples,) against time; `start` is the time of its first sample in s; `dots` marks the samples."""
    wave = finite(wave, 1, "a wave (samples,)")
    ax = axis(ax)
    short = wave.size / rate < SHORT_S
    times = (start + np.arange(wave.size) / rate) * (1000 if short else 1)
    ax.plot(times, wave, linewidth=1.0, marker="o" if dots else "", markersize=4)
    ax.set(xlabel="time (ms)" if short else "time (s)", ylabel="amplitude", title=title)
    ax.margins(x=0)
    return ax


def show_aliasing(frequency: float, ax=None, *, rate: int, title: str = ""):
    """Draw a tone of `frequency` Hz, its samples at `rate` Hz, and the alias below rate/2 that has the same samples."""
    folded = frequency % rate
    alias = min(folded, rate - folded)
    sign = 1 if folded <= rate / 2 else -1  # beyond rate/2 the alias runs backwards
    ax = axis(ax)
    seconds = 16 / rate
    times, dots = np.linspace(0, seconds, 2000), np.arange(17) / rate
    ax.plot(1000 * times, np.sin(2 * np.pi * frequency * times), label=f"{frequency:,.0f} Hz")
    ax.plot(1000 * times, sign * np.sin(2 * np.pi * alias * times), label=f"its alias, {alias:,.0f} Hz")
    ax.plot(
        1000 * dots, np.sin(2 * np.pi * frequency * dots), "o", color="black", label=f"samples at {rate:,} Hz"
    )
    ax.set(xlabel="time (ms)", ylabel="amplitude", title=title or "The same dots lie on both waves")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=3)
    ax.margins(x=0)
    return ax


def show_spectrum(magnitudes, ax=None, *, rate: int = SR, title: str = ""):
    """Draw magnitudes (bins,) from 0 to rate/2, in dB below the strongest; a dictionary draws one line a name."""
    several = magnitudes if isinstance(magnitudes, dict) else {"": magnitudes}
    ax = axis(ax)
    for label, values in several.items():
        values = finite(values, 1, "the magnitudes of one frame (bins,)")
        if values.min() < 0 or values.max() == 0:
            raise CourseError(
                "expected magnitudes, none negative and not all zero; take .abs() of a transform first"
            )
        levels = 20 * np.log10(np.maximum(values / values.max(), 1e-6))  # down to -120 dB
        ax.plot(np.linspace(0, rate / 2000, values.size), levels, label=label or None)
    ax.set(xlabel="frequency (kHz)", ylabel="level (dB re strongest)", title=title)
    ax.margins(x=0)
    if isinstance(magnitudes, dict):
        ax.legend()
    return ax


def show_spectrogram(
    spectrogram,
    ax=None,
    *,
    rate: int = SR,
    hop: int = HOP,
    scale: str = "db",
    title: str = "",
    levels=None,
    bar=True,
):
    """Draw a spectrogram (bins, frames) against time and frequency; `levels` is (lowest, highest) of the colours."""
    picture = finite(spectrogram, 2, "a spectrogram (bins, frames)")
    if scale not in UNITS:
        raise CourseError(f"expected a scale of {', '.join(UNITS)}, got {scale!r}")
    half_bin = rate / 4000 / max(1, picture.shape[0] - 1)
    ax = _draw(
        picture, ax, hop / rate, (-half_bin, rate / 2000 + half_bin), levels, UNITS[scale] if bar else ""
    )
    ax.set(ylim=(0, rate / 2000), ylabel="frequency (kHz)", title=title)
    return ax


def show_mel(mel, ax=None, *, rate: int = SR, hop: int = MEL_HOP, title: str = "", levels=None, bar=True):
    """Draw mel bands (bands, frames) in dB; the ticks name the centre frequency of some bands in kHz."""
    picture = finite(mel, 2, "mel bands (bands, frames)")
    bands = picture.shape[0]
    ax = _draw(picture, ax, hop / rate, (-0.5, bands - 0.5), levels, UNITS["db"] if bar else "")
    ticks = np.unique(np.linspace(0, bands - 1, 5).round().astype(int))
    centres = np.asarray(mel_frequencies(bands))[ticks] / 1000
    ax.set_yticks(ticks, [f"{centre:.1f}" for centre in centres])
    ax.set(ylabel="centre of band (kHz)", title=title)
    return ax


def show_mfcc(mfcc, ax=None, *, rate: int = SR, hop: int = MEL_HOP, title: str = "", levels=None, bar=True):
    """Draw MFCCs (coefficients, frames); coefficients are numbered from 0 and have no unit."""
    picture = finite(mfcc, 2, "MFCCs (coefficients, frames)")
    ax = _draw(picture, ax, hop / rate, (-0.5, picture.shape[0] - 0.5), levels, "value" if bar else "")
    ax.set(ylabel="coefficient", title=title)
    return ax


def show_photo(picture, ax=None, *, seconds, title=""):
    """Draw colours (height, width, 3) from 0 to 1 against time (`seconds` wide) and the row, counted from the bottom."""
    picture = np.asarray(picture, dtype=float)
    if picture.ndim != 3 or picture.shape[2] != 3 or not (picture.min() >= 0 and picture.max() <= 1):
        raise CourseError(f"expected colours (height, width, 3) from 0 to 1, got shape {picture.shape}")
    ax = axis(ax)
    ax.imshow(picture, extent=(0, seconds, 0, len(picture)), aspect="auto", interpolation="nearest")
    ax.set(xlabel="time (s)", ylabel="row (higher is higher)", title=title)
    return ax


def _draw(picture, ax, frame_s, edges, levels, unit):
    """A picture whose pixels are centred on their times; a colour bar where it has a unit."""
    ax = axis(ax)
    lowest, highest = levels if levels is not None else (None, None)
    extent = (-frame_s / 2, (picture.shape[1] - 0.5) * frame_s, *edges)
    settings = {"origin": "lower", "aspect": "auto", "interpolation": "nearest"}
    image = ax.imshow(_visible(picture), extent=extent, vmin=lowest, vmax=highest, **settings)
    ax.set(xlim=(0, max(frame_s / 2, (picture.shape[1] - 1) * frame_s)), xlabel="time (s)")
    if unit:
        ax.figure.colorbar(image, ax=ax, label=unit)
    return ax


def _visible(picture):
    """Where several values share a pixel, each shows the highest near it: a pure tone is one bin of 1025, and must be seen."""
    rows, columns = (max(1, -(-count // pixels)) for count, pixels in zip(picture.shape, PIXELS))
    return maximum_filter(picture, size=(rows, columns), mode="nearest") if rows * columns > 1 else picture
