"""Data augmentation: noise, reverberation, another microphone, another speed, masks. The speaker stays the same.

Each function takes a batch and a torch.Generator and returns a batch of the same shape; what it changes, and by how
much, is drawn anew for every example. Ref: Ko et al. 2015 and 2017 (speed, rooms); Park et al. 2019 (SpecAugment).
"""

import torch
from torch.nn import functional as F

from course_lib.audio import SR, resample
from course_lib.errors import AudioError

SPEEDS = {"": 1.0, "slower": 0.9, "faster": 1.1}  # another speed moves pitch and formants: another speaker


def add_noises(waves, noises, draw, *, share=0.3, snr=(5.0, 25.0)):
    """Mix a random one of `noises` (k, m >= n) into a fraction `share` of `waves` (b, n) -> (b, n).

    snr: the range of signal-to-noise ratios, in dB. Raises AudioError for noises shorter than the waves.
    """
    if noises.shape[-1] < waves.shape[-1]:
        raise AudioError(f"expected noises of {waves.shape[-1]} samples or more, got {noises.shape[-1]}")
    picked = noises[torch.randint(len(noises), (len(waves),), generator=draw), : waves.shape[-1]]
    loud = _rms(waves) / _rms(picked).clamp_min(1e-6) * 10 ** (-_between(*snr, len(waves), draw) / 20)
    return waves + picked * loud * _chosen(share, len(waves), draw)


def gain(waves, draw, *, db=12.0):
    """Another distance: each of `waves` (b, n) up to `db` dB louder or weaker, never beyond full scale. -> (b, n)"""
    moved = waves * 10 ** (_between(-db, db, len(waves), draw) / 20)
    return moved / moved.abs().amax(-1, keepdim=True).clamp_min(1.0)


def reverberate(waves, draw, *, share=0.2, seconds=(0.1, 0.6), direct=12.0):
    """Convolve a fraction `share` of `waves` (b, n) with a random room -> (b, n).

    A room is the direct sound and noise that decays by 60 dB in `seconds` (a range, in s), up to `direct` dB weaker.
    """
    chosen = torch.rand(len(waves), generator=draw) < share
    if not chosen.any():
        return waves
    count, n = int(chosen.sum()), waves.shape[1]
    time = torch.arange(int(0.3 * SR)) / SR
    decay = 10 ** (-3 * time / _between(*seconds, count, draw))
    room = torch.randn(count, len(time), generator=draw) * decay
    room = room / room.norm(dim=1, keepdim=True) * 10 ** (-_between(0, direct, count, draw) / 20)
    room[:, 0] += 1  # the direct sound
    size = 1 << (n + len(time) - 1).bit_length()
    waves = waves.clone()
    waves[chosen] = torch.fft.irfft(torch.fft.rfft(waves[chosen], size) * torch.fft.rfft(room, size), size)[
        :, :n
    ]
    return waves


def line(waves, draw, *, telephone=0.15, hum=0.2, offset=0.2):
    """Another line: some of `waves` (b, n) through a telephone, some with mains hum, some with a constant offset. -> (b, n)

    A telephone passes 300 to 3400 Hz, or 100 to 4000. Hum is 50 or 60 Hz with its overtones, 10 to 40 dB below the
    sound; an offset is up to 0.1. `telephone`, `hum`, `offset`: the shares of the waves that have each.
    """
    count, n = waves.shape
    called = (torch.rand(count, generator=draw) < telephone).nonzero()[:, 0]
    if len(called):
        hertz = torch.arange(n // 2 + 1) * SR / n
        narrow = torch.rand(len(called), 1, generator=draw) < 0.5
        low, high = torch.where(narrow, 300.0, 100.0), torch.where(narrow, 3_400.0, 4_000.0)
        waves = waves.clone()
        waves[called] = torch.fft.irfft(torch.fft.rfft(waves[called]) * ((hertz >= low) & (hertz <= high)), n)
    waves = waves + _between(-0.1, 0.1, count, draw) * _chosen(offset, count, draw)
    hums = (torch.rand(count, generator=draw) < hum).nonzero()[:, 0]
    if len(hums):
        mains = torch.where(torch.rand(len(hums), 1, 1, generator=draw) < 0.5, 50.0, 60.0)
        order = torch.arange(1, 6)[:, None]
        turns = mains * order * torch.arange(n) / SR + torch.rand(len(hums), 5, 1, generator=draw)
        tone = (torch.sin(2 * torch.pi * turns) / order).sum(1)
        waves[hums] += tone * _rms(waves[hums]) * 10 ** (-_between(10, 40, len(hums), draw) / 20)
    return waves


def colour(pictures, draw, *, db=2.0, points=6):
    """Another microphone: a smooth random curve of up to about `db` dB is added along frequency.

    (b, bands, frames) -> same; `points`: how many random values the curve passes through.
    """
    curve = (
        torch.randn(len(pictures), 1, points, generator=draw) * _between(0, db, len(pictures), draw)[:, None]
    )
    curve = F.interpolate(curve, pictures.shape[1], mode="linear", align_corners=True)
    return pictures + curve.transpose(1, 2)


def mask(pictures, draw, *, bands=10, frames=15):
    """SpecAugment: replace up to `bands` neighbouring bands and up to `frames` frames of each picture by the batch's mean.

    (b, bands, frames) -> same
    """
    hidden = _stripe(pictures.shape[1], bands, len(pictures), draw)[:, :, None]
    hidden = hidden | _stripe(pictures.shape[2], frames, len(pictures), draw)[:, None, :]
    return pictures.masked_fill(hidden, float(pictures.mean()))


def change_speed(waves, factor):
    """Play `waves` (b, n) at `factor` times the speed -> (b, n / factor); pitch and formants move along."""
    return resample(waves, round(SR * factor), SR) if factor != 1.0 else waves


def _stripe(size, most, count, draw):
    width = torch.randint(most, (count, 1), generator=draw)
    start = torch.randint(size, (count, 1), generator=draw)
    place = torch.arange(size)[None]
    return (place >= start) & (place < start + width)


def _between(low, high, count, draw):
    return low + (high - low) * torch.rand(count, 1, generator=draw)


def _chosen(share, count, draw):
    return (torch.rand(count, 1, generator=draw) < share).float()


def _rms(waves):
    return waves.square().mean(-1, keepdim=True).sqrt()
