"""A thumbnail of a sound: a small spectrogram without axes, and in words where it is loudest and what is strongest there.

It lies folded below every player, so that nobody needs ears to follow and nobody is told before listening.
"""

import base64
import io
from html import escape

import matplotlib
import numpy as np
from PIL import Image

ROWS, COLUMNS, ZOOM = 64, 240, 2  # of the picture, before it is enlarged
WINDOW, RANGE_DB = 512, 60.0  # samples (32 ms at 16 kHz); darker than the loudest by so much is black


def powers(samples, rate):
    """Power of short pieces (257, frames) of samples (n,), and the seconds between two frames: at most COLUMNS of them."""
    hop = max(1, -(-max(1, len(samples) - WINDOW) // (COLUMNS - 1)))
    padded = np.pad(samples, (0, max(0, WINDOW - len(samples))))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::hop]
    return (np.abs(np.fft.rfft(pieces * np.hanning(WINDOW), axis=1)) ** 2).T, hop / rate


def describe(samples, rate) -> str:
    """Where a sound (n,) is loudest and what is strongest there, in a sentence.

    >>> from course_lib.audio import tone
    >>> wave = tone(1000).numpy()
    >>> wave[:8000] *= 0.1
    >>> describe(wave, 16_000)
    '1.00 s, peak -6 dB; loudest around 0.7 s, where 1,000 Hz is strongest.'
    """
    power, step = powers(samples, rate)
    peak = np.abs(samples).max()
    if peak < 1e-6:
        return f"{len(samples) / rate:.2f} s of silence."
    loud = power.sum(0) >= 0.5 * power.sum(0).max()
    frame = int(np.flatnonzero(loud)[loud.sum() // 2])  # the middle of what is about as loud as the loudest
    when = frame * step + min(WINDOW, len(samples)) / rate / 2
    hertz = int(power[:, frame].argmax()) * rate / WINDOW
    return (
        f"{len(samples) / rate:.2f} s, peak {20 * np.log10(peak):.0f} dB; loudest around {when:.1f} s, "
        f"where {hertz:,.0f} Hz is strongest."
    )


def thumbnail(samples, rate, label) -> str:
    """The small spectrogram as an HTML image whose alt text says what is in it."""
    power, _ = powers(samples, rate)
    levels = 10 * np.log10(power[:-1].reshape(ROWS, -1, power.shape[1]).max(1) + 1e-12)
    shares = np.clip(1 + (levels - max(levels.max(), -60)) / RANGE_DB, 0, 1)
    colours = (255 * matplotlib.colormaps["viridis"](shares[::-1])[..., :3]).astype(np.uint8)
    picture = Image.fromarray(colours).resize((ZOOM * COLUMNS, ZOOM * ROWS), Image.Resampling.NEAREST)
    png = io.BytesIO()
    picture.quantize(64).save(png, format="png", optimize=False)
    source = base64.b64encode(png.getvalue()).decode("ascii")
    return (
        f'<img alt="Spectrogram of: {escape(label)}. {describe(samples, rate)}" width="{ZOOM * COLUMNS}" '
        f'style="max-width: 100%" src="data:image/png;base64,{source}">'
    )


def thumbnail_html(samples, rate, label) -> str:
    """The small spectrogram and the sentence as folded HTML."""
    return (
        f"<details><summary>The same as a picture</summary>{thumbnail(samples, rate, label)}<br>"
        f"{describe(samples, rate)} From left to right 0 to {len(samples) / rate:.2f} s, upwards 0 to {rate / 2000:g} kHz.</details>"
    )
