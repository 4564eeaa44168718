"""One second of sound as a picture: spectrogram, mel spectrogram, MFCC, and frames with their neighbours.

The Fourier transforms are torch's, the mel filters torchaudio's. Decibels are relative to the loudest possible tone:
a sine of amplitude 1 is 0 dB in its bin. No value is below FLOOR_DB, so silence has finite decibels, and a sound has
the same picture whatever else is in the batch.
Ref: Allen & Rabiner 1977 (short-time Fourier transform); Davis & Mermelstein 1980 (MFCC).
"""

import math
from functools import lru_cache

import torch

from course_lib.audio import as_wave
from course_lib.compat import import_torchaudio
from course_lib.errors import AudioError

SR, N_FFT, HOP = 16_000, 2048, 512  # 2048//2+1 = 1025 bins; 1+16000//512 = 32 frames
FLOOR_DB = -100.0  # just above the rounding noise of 16-bit audio in one bin
CHUNK = 1 << 18  # numbers in the frames transformed at a time, 4 seconds: they stay in the processor's cache
BANDS = 16  # mel bands gathered at a time: they overlap few bins, a quarter of the products of all at once
WINDOWS = {"hann": "hann_window", "hamming": "hamming_window", "blackman": "blackman_window", "rect": "ones"}
SCALES = ("db", "power", "magnitude")
MEL_SCALES = ("slaney", "htk")


def spectrogram(wave, *, n_fft=N_FFT, hop=HOP, window="hann", scale="db", any_length=False):
    """Log-power STFT in dB. (..., 16000) in [-1, 1] -> (..., 1025, 32) float32, FLOOR_DB or more.

    n_fft, hop   window length and step in samples: n_fft//2 + 1 bins of SR/n_fft = 7.8 Hz,
                 1 + 16000//hop frames; frame t is centred on sample t*hop (the ends are mirrored)
    window       "hann", "hamming", "blackman" or "rect"
    scale        "db": 0 dB is a sine of amplitude 1, floor at FLOOR_DB;
                 "power": |X|^2 and "magnitude": |X| as torch.stft counts them
    any_length   True accepts (..., n) with n > n_fft//2 and gives 1 + n//hop frames

    Raises AudioError for another length, window or scale. Batches are worked through some seconds at a time.

    >>> from course_lib.audio import tone
    >>> picture = spectrogram(tone(1_000))
    >>> picture.shape, int(picture[:, 16].argmax())  # 1000 Hz / 7.8125 Hz = bin 128
    (torch.Size([1025, 32]), 128)
    """
    return _transformed(_checked(wave, n_fft, hop, any_length), n_fft, hop, window, scale)


def mel(wave, *, n_mels=64, n_fft=512, hop=160, scale="db", mel_scale="slaney", any_length=False):
    """Mel spectrogram: power summed in bands as wide as those of hearing. (..., 16000) -> (..., n_mels, 101) float32 dB.

    hop=160 is 10 ms. mel_scale: "slaney" (linear below 1 kHz) or "htk"; the triangular filters have height 1.
    `scale`, `any_length` and errors as in `spectrogram`. Ref: Slaney, Auditory Toolbox 1998.
    """
    wave = _checked(wave, n_fft, hop, any_length)
    return _transformed(wave, n_fft, hop, "hann", scale, _mel_blocks(n_mels, n_fft, mel_scale, wave.device))


def mfcc(wave, *, n_mfcc=20, deltas=False, mean_normalize=False, **mel_settings):
    """Mel-frequency cepstral coefficients: the cosine transform of the log mel spectrum, frame by frame.

    (..., 16000) -> (..., n_mfcc, frames); with deltas=True (..., 3*n_mfcc, frames): the coefficients, their
    slope over five frames, and the slope of the slope. mean_normalize=True subtracts each coefficient's mean over
    the recording, and with it the filter of a microphone. `mel_settings` go to `mel` (101 frames by default).
    Raises AudioError for n_mfcc outside 1 to n_mels, and as `mel` does.

    torchaudio's own MFCC cuts 80 dB below the loudest sound *of the batch*; this one has a fixed floor, so a
    wave's coefficients do not depend on the rest of the batch.
    """
    n_mels = mel_settings.get("n_mels", 64)
    if not 1 <= n_mfcc <= n_mels:
        raise AudioError(f"expected 1 to {n_mels} coefficients (n_mels={n_mels}), got n_mfcc={n_mfcc}")
    bands = mel(wave, **mel_settings)  # (..., n_mels, frames)
    cepstrum = _dct(n_mfcc, n_mels, bands.device) @ bands  # (..., n_mfcc, frames)
    if mean_normalize:
        cepstrum = cepstrum - cepstrum.mean(-1, keepdim=True)
    if not deltas:
        return cepstrum
    slope = import_torchaudio().functional.compute_deltas
    first = slope(cepstrum)
    return torch.cat([cepstrum, first, slope(first)], dim=-2)


def context_frames(frames, in_frames=21):
    """Each frame with its context. (..., n, features) -> (..., n, in_frames*features).

    Row t is frames t-in_frames//2 ... t+in_frames//2 side by side, centred on t; before the first and after
    the last frame the edge is repeated. MFCC are (features, frames): transpose them first. Raises AudioError for an
    even `in_frames`.

    >>> context_frames(torch.tensor([[1.], [2.], [3.]]), in_frames=3).tolist()
    [[1.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 3.0]]
    """
    if in_frames < 1 or in_frames % 2 == 0:
        raise AudioError(f"expected an odd number of frames (one in the middle), got in_frames={in_frames}")
    if frames.ndim < 2 or frames.shape[-2] == 0:
        raise AudioError(f"expected frames of shape (n, features), got {tuple(frames.shape)}")
    n, half = frames.shape[-2], in_frames // 2
    around = torch.arange(n)[:, None] + torch.arange(-half, half + 1)  # (n, in_frames)
    return frames[..., around.clamp(0, n - 1), :].flatten(-2)


def mel_frequencies(n_mels=64, *, mel_scale="slaney"):
    """Centre frequencies of the bands of `mel`, in Hz: where each triangle is highest. -> (n_mels,)

    "htk" is one logarithm; "slaney" is even steps of 66.7 Hz up to 1 kHz and steps of 7.1 % (6.4 ** (1/27)) above.

    >>> centres = mel_frequencies(64)
    >>> bool((centres.diff() > 0).all()), bool(centres[-1] < SR / 2)
    (True, True)
    """
    if mel_scale not in MEL_SCALES:
        raise AudioError(f"expected mel_scale {' or '.join(MEL_SCALES)}, got {mel_scale!r}")
    if mel_scale == "htk":
        edges = torch.linspace(0, math.log10(1 + SR / 2 / 700), n_mels + 2)
        return 700 * (10**edges - 1)[1:-1]
    top = 15 + 27 * math.log(SR / 2 / 1000, 6.4)  # 1 kHz is mel 15
    steps = torch.linspace(0, top, n_mels + 2)[1:-1]
    return torch.where(steps < 15, steps * 1000 / 15, 1000 * 6.4 ** ((steps - 15) / 27))


def strongest_frequency(wave, *, rate=SR):
    """The frequency in Hz of the strongest pure tone in a sound: the peak of its Fourier transform.

    (n,) -> float, to rate/n Hz. Raises AudioError for silence, which has no strongest frequency.

    >>> from course_lib.audio import tone
    >>> strongest_frequency(tone(440))
    440.0
    """
    wave = as_wave(wave)
    size = torch.fft.rfft(wave - wave.mean()).abs()
    if not size.max() > 0:
        raise AudioError("expected a sound, got silence, which has no strongest frequency")
    return float(size.argmax()) * rate / len(wave)


def _checked(wave, n_fft, hop, any_length):
    wave = as_wave(wave)
    n = wave.shape[-1]
    if n_fft < 2 or hop < 1:
        raise AudioError(f"expected n_fft of 2 or more and hop of 1 or more, got n_fft={n_fft}, hop={hop}")
    if n != SR and not any_length:
        raise AudioError(
            f"expected {SR} samples (1 s at 16 kHz), got {n}; call fit_second(wave) first, "
            "or pass any_length=True for a longer recording"
        )
    if n <= n_fft // 2:
        raise AudioError(f"expected more than {n_fft // 2} samples for n_fft={n_fft}, got {n}")
    return wave


@torch.no_grad()
def _transformed(wave, n_fft, hop, window, scale, mel_blocks=None):
    """The short-time Fourier transform of (..., n), in mel bands where blocks are given -> (..., bins or bands, frames).

    Every step works in place on a few waves: a walk through all the numbers costs as much as a third of the transform.
    """
    if scale not in SCALES:
        raise AudioError(f"expected scale to be one of {', '.join(SCALES)}, got {scale!r}")
    flat = wave.reshape(-1, wave.shape[-1])
    rows = n_fft // 2 + 1 if mel_blocks is None else sum(weights.shape[1] for _, weights in mel_blocks)
    columns = 1 + (flat.shape[1] - n_fft % 2) // hop
    out = torch.empty(len(flat), rows, columns, device=wave.device)
    shape = _window(n_fft, window, wave.device)
    if scale == "db":
        shape = shape / (shape.sum() / 2)  # a sine of amplitude 1 gets the power 1 in its bin
    step = max(1, CHUNK // (columns * n_fft))
    for first in range(0, len(flat), step):
        waves, target = flat[first : first + step], out[first : first + step]
        frames = _mirrored(waves, n_fft // 2).unfold(1, n_fft, hop) * shape  # (waves, frames, n_fft)
        parts = torch.view_as_real(torch.fft.rfft(frames)).square_()  # (waves, frames, bins, 2)
        if mel_blocks is None:
            torch.add(parts[..., 0].mT, parts[..., 1].mT, out=target)
        else:
            power = parts[..., 0] + parts[..., 1]
            bands = [power[..., bins] @ weights for bins, weights in mel_blocks]
            target.copy_(torch.cat(bands, -1).mT)
        if scale == "magnitude":
            target.sqrt_()
        elif scale == "db":
            target.log10_().mul_(10).clamp_(min=FLOOR_DB)
    return out.reshape(*wave.shape[:-1], *out.shape[1:])


def _mirrored(waves, half):
    """Waves (b, n) with `half` samples mirrored at both ends, as torch.stft pads them. -> (b, n + 2 half)"""
    return torch.cat([waves[:, 1 : half + 1].flip(1), waves, waves[:, -half - 1 : -1].flip(1)], 1)


@lru_cache(maxsize=32)
def _window(n_fft, window, device):
    if window not in WINDOWS:
        raise AudioError(f"expected window to be one of {', '.join(WINDOWS)}, got {window!r}")
    return getattr(torch, WINDOWS[window])(n_fft, device=device)


@lru_cache(maxsize=32)
def _mel_bank(n_mels, n_fft, mel_scale, device):
    """Triangles of height 1: (n_mels, n_fft // 2 + 1)."""
    if mel_scale not in MEL_SCALES:
        raise AudioError(f"expected mel_scale {' or '.join(MEL_SCALES)}, got {mel_scale!r}")
    banks = import_torchaudio().functional.melscale_fbanks
    return banks(n_fft // 2 + 1, 0.0, SR / 2, n_mels, SR, norm=None, mel_scale=mel_scale).T.to(device)


@lru_cache(maxsize=32)
def _mel_blocks(*settings):
    """`_mel_bank` in groups of BANDS bands: [(the bins that the group needs, their weights (bins, bands))]."""
    blocks = []
    for group in _mel_bank(*settings).split(BANDS):
        used = group.any(0).nonzero().flatten().tolist() or [0]
        bins = slice(used[0], used[-1] + 1)
        blocks.append((bins, group[:, bins].T.contiguous()))
    return blocks


@lru_cache(maxsize=32)
def _dct(n_mfcc, n_mels, device):
    return import_torchaudio().functional.create_dct(n_mfcc, n_mels, norm="ortho").T.to(device)
