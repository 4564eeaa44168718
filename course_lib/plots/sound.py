"""Sound as pictures: the wave, its spectrum, spectrograms, mel bands and MFCCs. An axis in, the axis out.

Time is in seconds, frequency in kHz, level in dB; frame f of a centred transform sits at f * hop / rate seconds.
"""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError

SR, HOP, MEL_HOP = 16_000, 512, 160  # features.py: the spectrogram's hop and that of mel and MFCC


def show_wave(wave, ax=None, *, rate: int = SR, start: float = 0.0, title: str = ""):
    """Draw a wave (samples,) against time in seconds; `start` is the time of its first sample."""
    wave = _array(wave, 1, "a wave (samples,)")
    ax = _axis(ax)
    ax.plot(start + np.arange(wave.size) / rate, wave, linewidth=1.0)
    ax.set(xlabel="time (s)", ylabel="amplitude", title=title)
    ax.margins(x=0)
    return ax


def show_samples(wave, ax=None, *, rate: int = SR, start: float = 0.0, title: str = "", label: str = ""):
    """Draw a short wave (samples,) as single samples, each a dot on a stem; time in milliseconds."""
    wave = _array(wave, 1, "a short wave (samples,)")
    ax = _axis(ax)
    times = 1000 * (start + np.arange(wave.size) / rate)
    ax.stem(times, wave, basefmt=" ", label=label or None)
    ax.axhline(0, color="black", linewidth=0.8, linestyle="-")
    ax.set(xlabel="time (ms)", ylabel="amplitude", title=title)
    return ax


def show_spectrum(levels, ax=None, *, rate: int = SR, unit: str = "dB", title: str = "", label: str = ""):
    """Draw the levels (bins,) of one frame, from 0 to rate/2, against frequency in kHz."""
    levels = _array(levels, 1, "the levels of one frame (bins,)")
    ax = _axis(ax)
    ax.plot(np.linspace(0, rate / 2000, levels.size), levels, label=label or None)
    ax.set(xlabel="frequency (kHz)", ylabel=f"level ({unit})", title=title)
    ax.margins(x=0)
    return ax


def show_spectrogram(
    spectrogram,
    ax=None,
    *,
    rate: int = SR,
    hop: int = HOP,
    unit: str = "dB",
    title: str = "",
    levels=None,
    colorbar=True,
):
    """Draw a spectrogram (bins, frames) with time in seconds and frequency in kHz; `levels` is (lowest, highest)."""
    picture = _array(spectrogram, 2, "a spectrogram (bins, frames)")
    ax = _axis(ax)
    step = rate / 2000 / max(1, picture.shape[0] - 1)
    edges = (-step / 2, rate / 2000 + step / 2)
    image = _draw(ax, picture, hop / rate, edges, levels)
    ax.set(ylim=(0, rate / 2000), xlabel="time (s)", ylabel="frequency (kHz)", title=title)
    if colorbar:
        ax.figure.colorbar(image, ax=ax, label=f"level ({unit})")
    return ax


def show_mel(
    mel,
    ax=None,
    *,
    rate: int = SR,
    hop: int = MEL_HOP,
    unit: str = "dB",
    title: str = "",
    levels=None,
    colorbar=True,
):
    """Draw mel bands (bands, frames); the ticks name the centre frequency of some bands in kHz."""
    picture = _array(mel, 2, "mel bands (bands, frames)")
    ax = _axis(ax)
    bands = picture.shape[0]
    image = _draw(ax, picture, hop / rate, (-0.5, bands - 0.5), levels)
    ticks = np.unique(np.linspace(0, bands - 1, 5).round().astype(int))
    ax.set_yticks(ticks, [f"{value:.1f}" for value in mel_centres(bands, rate)[ticks] / 1000])
    ax.set(xlabel="time (s)", ylabel="mel band, centre (kHz)", title=title)
    if colorbar:
        ax.figure.colorbar(image, ax=ax, label=f"level ({unit})")
    return ax


def show_mfcc(
    mfcc, ax=None, *, rate: int = SR, hop: int = MEL_HOP, title: str = "", levels=None, colorbar=True
):
    """Draw MFCCs (coefficients, frames); coefficients are numbered from 0 and have no unit."""
    picture = _array(mfcc, 2, "MFCCs (coefficients, frames)")
    ax = _axis(ax)
    image = _draw(ax, picture, hop / rate, (-0.5, picture.shape[0] - 0.5), levels)
    ax.set(xlabel="time (s)", ylabel="coefficient", title=title)
    if colorbar:
        ax.figure.colorbar(image, ax=ax, label="value")
    return ax


def mel_centres(bands: int, rate: int = SR):
    """Centre frequencies in Hz of `bands` triangular mel filters from 0 to rate/2 (HTK's formula).

    >>> mel_centres(3, 16000).round().astype(int).tolist()
    [614, 1768, 3934]
    """
    highest = 2595 * np.log10(1 + rate / 2 / 700)
    return 700 * (10 ** (np.linspace(0, highest, bands + 2)[1:-1] / 2595) - 1)


def _draw(ax, picture, frame_s, edges, levels):
    lowest, highest = levels if levels is not None else (None, None)
    extent = (-frame_s / 2, (picture.shape[1] - 0.5) * frame_s, *edges)
    image = ax.imshow(
        picture,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=extent,
        vmin=lowest,
        vmax=highest,
    )
    ax.set_xlim(max(0, extent[0]), extent[1])
    return image


def _axis(ax):
    return plt.subplots()[1] if ax is None else ax


def _array(values, dimensions: int, expected: str) -> np.ndarray:
    values = values.detach().cpu().numpy() if hasattr(values, "detach") else values
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dimensions or array.size == 0:
        raise CourseError(
            f"expected {expected}, got shape {array.shape}; pick one of the batch, for example x[0]"
        )
    if not np.isfinite(array).all():
        raise CourseError(
            f"expected finite numbers, got {np.count_nonzero(~np.isfinite(array))} NaN or infinite"
        )
    return array
