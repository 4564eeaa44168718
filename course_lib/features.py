"""One second of sound as a picture: spectrogram, mel spectrogram, MFCC, and frames with their neighbours.

The Fourier transforms are torchaudio's. Decibels count from the loudest tone there can be: a sine of
amplitude 1 reads 0 dB in its bin, and nothing reads less than FLOOR_DB, so that silence is a number and
the same sound gives the same picture whatever else is in the batch.
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
CHUNK = 32  # waves transformed at a time: their spectra stay in the cache, 3 x faster than 1,024 at once
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

    Raises AudioError for another length, window or scale. Batches are worked through CHUNK at a time.

    >>> from course_lib.audio import tone
    >>> picture = spectrogram(tone(1_000))
    >>> picture.shape, int(picture[:, 16].argmax())  # 1000 Hz / 7.8125 Hz = bin 128
    (torch.Size([1025, 32]), 128)
    """
    wave = _checked(wave, n_fft, hop, any_length)
    stft = _stft(n_fft, hop, window, wave.device)
    shape = n_fft // 2 + 1, 1 + wave.shape[-1] // hop
    return _chunked(lambda chunk: _power(stft(chunk)), wave, shape, scale, stft.window)


def mel(wave, *, n_mels=64, n_fft=512, hop=160, scale="db", mel_scale="slaney", any_length=False):
    """Mel spectrogram: bins gathered as the ear does. (..., 16000) -> (..., n_mels, 101) float32 dB.

    hop=160 is 10 ms. mel_scale: "slaney" (linear below 1 kHz) or "htk"; the triangles have height 1.
    `scale` and `any_length` as in `spectrogram`. Ref: Slaney, Auditory Toolbox 1998.
    """
    wave = _checked(wave, n_fft, hop, any_length)
    stft = _stft(n_fft, hop, "hann", wave.device)
    bank = _mel_bank(n_mels, n_fft, mel_scale, wave.device)
    shape = n_mels, 1 + wave.shape[-1] // hop
    return _chunked(lambda chunk: bank(_power(stft(chunk))), wave, shape, scale, stft.window)


def mfcc(wave, *, n_mfcc=20, deltas=False, mean_normalize=False, **mel_settings):
    """Mel-frequency cepstral coefficients: the cosine transform of the log mel spectrum, frame by frame.

    (..., 16000) -> (..., n_mfcc, frames); with deltas=True (..., 3*n_mfcc, frames): the coefficients, their
    slope over five frames, and the slope of the slope. mean_normalize=True takes each coefficient's mean over
    the recording away, and with it a fixed microphone. `mel_settings` go to `mel` (101 frames by default).

    torchaudio's own MFCC cuts 80 dB below the loudest sound *of the batch*; ours has a fixed floor, so a
    wave's coefficients do not depend on its neighbours.
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
    """Each frame together with its neighbours. (..., n, features) -> (..., n, in_frames*features).

    Row t is frames t-in_frames//2 ... t+in_frames//2 side by side, centred on t; before the first and after
    the last frame the edge is repeated. MFCC come as (features, frames): transpose them first.

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
    """The frequency, in Hz, at which a sound is most like a pure tone: the peak of its Fourier transform.

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
def _chunked(power_of, wave, shape, scale, window):
    """Apply (b, n) -> (b, *shape) to any leading dimensions, CHUNK waves at a time, and scale what comes."""
    flat = wave.reshape(-1, wave.shape[-1])
    out = torch.empty(len(flat), *shape, device=wave.device)
    for first in range(0, len(flat), CHUNK):
        _scale(power_of(flat[first : first + CHUNK]), scale, window, out=out[first : first + CHUNK])
    return out.reshape(*wave.shape[:-1], *shape)


def _power(spectrum):
    """|X|^2 of a complex spectrum, without the square root that abs() would take."""
    parts = torch.view_as_real(spectrum)
    real, imaginary = parts[..., 0], parts[..., 1]
    return real.square().addcmul_(imaginary, imaginary)


def _scale(power, scale, window, out):
    """Write power in the wanted scale to `out`; each step saved here is a walk through all the numbers."""
    if scale == "power":
        out.copy_(power)
    elif scale == "magnitude":
        torch.sqrt(power, out=out)
    elif scale == "db":
        full = (window.sum() / 2).square()  # power of a sine of amplitude 1 in its bin
        power.clamp_(min=float(full) * 10 ** (FLOOR_DB / 10)).log10_()
        torch.add(-10 * full.log10(), power, alpha=10, out=out)  # 10 log10(power / full)
    else:
        raise AudioError(f"expected scale to be one of {', '.join(SCALES)}, got {scale!r}")


@lru_cache(maxsize=32)
def _stft(n_fft, hop, window, device):
    """torchaudio's Spectrogram, complex, built once per setting."""
    if window not in WINDOWS:
        raise AudioError(f"expected window to be one of {', '.join(WINDOWS)}, got {window!r}")
    make = getattr(torch, WINDOWS[window])
    transforms = import_torchaudio().transforms
    return transforms.Spectrogram(n_fft, hop_length=hop, window_fn=make, power=None).to(device)


@lru_cache(maxsize=32)
def _mel_bank(n_mels, n_fft, mel_scale, device):
    if mel_scale not in MEL_SCALES:
        raise AudioError(f"expected mel_scale {' or '.join(MEL_SCALES)}, got {mel_scale!r}")
    transforms = import_torchaudio().transforms
    return transforms.MelScale(n_mels, SR, n_stft=n_fft // 2 + 1, mel_scale=mel_scale).to(device)


@lru_cache(maxsize=32)
def _dct(n_mfcc, n_mels, device):
    return import_torchaudio().functional.create_dct(n_mfcc, n_mels, norm="ortho").T.to(device)
