"""Sound as numbers: resample, cut to one second, make a tone, add noise.

Everything in the course is one channel at 16 kHz, float32 in [-1, 1]; 1.0 is digital full scale.
Ref: Smith, "Digital Audio Resampling Home Page" (band-limited interpolation), which torchaudio's Resample
implements.
"""

import math
from fractions import Fraction
from functools import lru_cache

import torch

from course_lib.compat import import_torchaudio
from course_lib.errors import AudioError

SR = 16_000  # samples per second; the highest frequency it can hold is SR/2 = 8 kHz
WIDTH = 24  # zero crossings of the resampling filter on either side


def resample(wave, from_rate, to_rate=SR):
    """Change the sampling rate, band-limited: (..., n) at from_rate Hz -> (..., about n*to/from) at to_rate.

    >>> resample(tone(440, rate=8_000), 8_000, 16_000).shape
    torch.Size([16000])
    """
    if from_rate <= 0 or to_rate <= 0:
        raise AudioError(f"expected rates above 0 Hz, got {from_rate} and {to_rate}")
    wave = as_wave(wave)
    if from_rate == to_rate:
        return wave
    out = resampler(*ratio(from_rate, to_rate))(wave)
    return out[..., : math.ceil(wave.shape[-1] * to_rate / from_rate)]


def fit_second(wave, length=SR):
    """Make the last axis exactly `length` samples: zeros are added at the end, or the end is cut off.

    >>> fit_second(torch.ones(3)).shape, fit_second(torch.ones(2, 20_000)).shape
    (torch.Size([16000]), torch.Size([2, 16000]))
    """
    wave = as_wave(wave)[..., :length]
    return torch.nn.functional.pad(wave, (0, length - wave.shape[-1]))


def loudest_second(wave, length=SR):
    """The `length` samples in a row with the most energy. (n,) -> (length,); shorter sounds are padded.

    >>> quiet_loud = torch.cat([torch.full((16_000,), 0.1), torch.full((16_000,), 0.5)])
    >>> loudest_second(quiet_loud).unique().tolist()
    [0.5]
    """
    wave = fit_second(wave, max(length, len(wave)))
    energy = torch.cat([torch.zeros(1, dtype=torch.float64), wave.double().square().cumsum(0)])
    start = int((energy[length:] - energy[:-length]).argmax())
    return wave[start : start + length]


def excerpt(wave, seconds, hertz=(0, SR / 2)):
    """Cut a rectangle out of a sound: seconds (from, to) and frequencies hertz (from, to). (n,) -> (m,) at 16 kHz.

    Times beyond the sound are left out; 5 ms at each end are faded, so that the cut does not click.

    >>> both = tone(500) + tone(3_000, amplitude=0.25)
    >>> part = excerpt(both, (0.2, 0.7), hertz=(2_000, 4_000))
    >>> len(part), round(float(part.abs().max()), 2)
    (8000, 0.25)
    """
    wave = as_wave(wave)
    start, stop = (min(max(round(at * SR), 0), wave.shape[-1]) for at in seconds)
    if wave.ndim != 1 or stop <= start or not 0 <= hertz[0] < hertz[1]:
        raise AudioError(
            f"expected a wave (n,) and a part of it, from < to, got shape {tuple(wave.shape)}, seconds "
            f"{tuple(seconds)} and hertz {tuple(hertz)}; the sound lasts {wave.shape[-1] / SR:g} s"
        )
    bins = torch.fft.rfftfreq(len(wave), 1 / SR)
    kept = torch.fft.rfft(wave) * ((bins >= hertz[0]) & (bins <= hertz[1]))
    part = torch.fft.irfft(kept, len(wave))[start:stop]
    fade = min(SR // 200, len(part) // 2)
    ramp = torch.linspace(0, 1, fade)
    part[:fade] *= ramp
    part[len(part) - fade :] *= ramp.flip(0)
    return part


def tone(frequency, seconds=1.0, *, rate=SR, amplitude=0.5):
    """A sine of `frequency` Hz. -> (round(seconds*rate),) float32.

    Above rate/2 nothing stops you, and what comes out is another, lower tone: that is aliasing.

    >>> tone(4_000, rate=16_000)[:4].tolist()  # a quarter turn per sample
    [0.0, 0.5, 0.0, -0.5]
    """
    samples = torch.arange(round(seconds * rate), dtype=torch.float64)
    turns = samples * frequency / rate  # float64: exact to the last sample, also after an hour
    wave = amplitude * torch.sin(2 * math.pi * (turns - turns.floor()))
    return wave.to(torch.float32).mul(1 << 24).round().div(1 << 24)  # 24 bits: sin(pi) is 0, not 1e-16


def add_noise(wave, snr_db, *, seed):
    """Add white noise `snr_db` decibels below the wave's own power. (..., n) -> (..., n), not clipped.

    The ratio is exact for every wave of a batch. Raises AudioError for a silent wave, where no ratio exists.

    >>> noisy = add_noise(tone(440), 20, seed=0)
    >>> round(float(10 * torch.log10(tone(440).square().mean() / (noisy - tone(440)).square().mean())), 3)
    20.0
    """
    wave = as_wave(wave)
    power = wave.square().mean(-1, keepdim=True)
    if not (power > 0).all():
        raise AudioError("expected a sound to set the noise against, got silence; leave silent waves out")
    noise = torch.randn(wave.shape, generator=torch.Generator().manual_seed(seed))
    wanted = power / 10 ** (snr_db / 10)
    return wave + noise * (wanted / noise.square().mean(-1, keepdim=True)).sqrt()


def as_wave(wave):
    """A tensor, array or list of numbers as a float32 tensor (..., n)."""
    wave = torch.as_tensor(wave)
    if wave.ndim == 0 or wave.is_complex():
        raise AudioError(f"expected a wave of shape (..., n), got {wave.dtype} of shape {tuple(wave.shape)}")
    return wave.to(torch.float32)


def as_int16(wave):
    """A wave in [-1, 1] as the 16-bit numbers a file holds; what `read` gives comes back to the last bit."""
    return (wave.double() * 32768).round().clamp(-32768, 32767).to(torch.int16).numpy()


def ratio(from_rate, to_rate):
    """Whole numbers old, new: `old` samples at one rate become `new` at the other; below one part in a million off where the rates share nothing."""
    share = Fraction(int(from_rate), int(to_rate)).limit_denominator(2_000)
    return share.numerator, share.denominator


@lru_cache(maxsize=16)
def resampler(old, new):
    """torchaudio's Resample of `old` samples to `new`, built once."""
    return import_torchaudio().transforms.Resample(old, new, lowpass_filter_width=WIDTH)
