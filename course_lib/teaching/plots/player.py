"""A sound in the notebook: an audio player that works without a network and never changes the loudness.

The sound is written as 16-bit WAV and sent inside the page. Loudness is part of what a listener compares, so a
sound too loud for the format is refused, not scaled.
"""

import base64
import io
import wave as wave_file
from html import escape

import numpy as np
from IPython.display import display

from course_lib.errors import AudioError
from course_lib.teaching.plots.thumbnail import thumbnail_html

LONGEST_S = 20.0  # 20 s * 16000 samples * 2 bytes * 4/3 in base64 = 0.85 MB in the notebook
RATES = (3_000, 192_000)  # what browsers play; Hz
FULL_SCALE = 32_767
ROUNDING = 1e-3  # a resampled full-scale sound may overshoot by this; clipped inaudibly


def listen(wave, *, rate: int = 16_000, label: str) -> None:
    """Show a player for a sound in [-1, 1], one-dimensional, at `rate` Hz; `label` says what it is.

    Raises AudioError for a sound that is empty, not one-dimensional, not finite, too loud, or longer than 20 s.
    """
    display(Sound(wave, rate=rate, label=label))


class Sound:
    """A sound that shows itself as a player: `.html`, `.seconds`, `.label`."""

    def __init__(self, wave, *, rate: int = 16_000, label: str):
        if not isinstance(label, str) or not label.strip():
            raise AudioError(f"expected a label that says what is heard, got {label!r}; write label='...'")
        self.label = label.strip()
        samples = checked(wave, rate)
        self.seconds = len(samples) / rate
        self.rate = rate
        caption = f"{self.label} ({self.seconds:.2f} s, {rate / 1000:g} kHz)"
        self.html = audio_html(_wav(samples, rate), caption, below=thumbnail_html(samples, rate, self.label))

    def __repr__(self):
        return f"Sound: {self.label} ({self.seconds:.2f} s, {self.rate / 1000:g} kHz)"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": repr(self)}


def wav_bytes(wave, rate: int = 16_000, *, longest: float = LONGEST_S) -> bytes:
    """A sound in [-1, 1] as the bytes of a 16-bit mono WAV file. Raises AudioError as `listen` does; up to `longest` s.

    >>> len(wav_bytes([0.0] * 16_000))  # 44 bytes of header, two bytes a sample
    32044
    """
    return _wav(checked(wave, rate, longest), rate)


def audio_html(wav: bytes, caption: str, *, below: str = "") -> str:
    """A labelled player that holds the sound itself, with more HTML `below` it."""
    name = escape(caption)
    source = base64.b64encode(wav).decode("ascii")
    return (
        f'<figure style="margin: 0.5em 0"><figcaption>{name}</figcaption>'
        f'<audio controls aria-label="{name}" src="data:audio/wav;base64,{source}"></audio>{below}</figure>'
    )


def checked(wave, rate, longest=LONGEST_S) -> np.ndarray:
    """A sound as float64 (samples,) that a player can hold; AudioError says what it is instead."""
    if not isinstance(rate, (int, np.integer)) or not RATES[0] <= rate <= RATES[1]:
        raise AudioError(
            f"expected a whole rate from {RATES[0]} to {RATES[1]} Hz, which browsers play, got {rate!r}; "
            "resample the sound first"
        )
    wave = wave.detach().cpu().numpy() if hasattr(wave, "detach") else wave
    try:
        samples = np.asarray(wave, dtype=np.float64)
    except (TypeError, ValueError):
        raise AudioError(f"expected a one-dimensional sound, got {type(wave).__name__}") from None
    if samples.ndim != 1 or samples.size == 0:
        raise AudioError(
            f"expected a one-dimensional sound with at least one sample, got shape {samples.shape}; "
            "pick one sound of the batch, for example batch[0]"
        )
    if not np.isfinite(samples).all():
        raise AudioError(
            f"expected finite samples, got {np.count_nonzero(~np.isfinite(samples))} NaN or infinite"
        )
    if samples.size > longest * rate:
        raise AudioError(
            f"expected at most {longest:g} s, so that the notebook stays small, got {samples.size / rate:.1f} s; "
            f"listen to a part of it: wave[:{int(longest * rate)}]"
        )
    peak = np.abs(samples).max()
    if peak > 1 + ROUNDING:
        raise AudioError(
            f"expected samples in [-1, 1], got a peak of {peak:.3g}; "
            f"loudness is never changed silently: scale it yourself, for example wave / {peak:.3g}"
        )
    return samples


def _wav(samples: np.ndarray, rate: int) -> bytes:
    buffer = io.BytesIO()
    with wave_file.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(int(rate))
        file.writeframes(np.round(np.clip(samples, -1, 1) * FULL_SCALE).astype("<i2").tobytes())
    return buffer.getvalue()
