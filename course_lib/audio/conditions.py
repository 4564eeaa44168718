"""What a recording owes to its microphone and its line, and not to who speaks: an offset, rumble, a telephone's band.

Ref: Oppenheim & Schafer, Discrete-Time Signal Processing, 7.5 (the window method, Kaiser's window).
"""

from functools import lru_cache

import torch

from course_lib.audio.waves import SR, as_wave

STOP, PASS = 45.0, 75.0  # Hz: below the one nothing is left, above the other all; voices begin at 75 Hz
TAPS = 1931  # Kaiser: 60 dB need (60 - 8) / 2.285 / (2 pi 30 Hz / 16 kHz) = 1932; odd, so that the middle is a sample
BETA = 5.65  # 0.1102 (60 - 8.7)
BLOCK = 1 << 16  # samples transformed at a time: memory does not grow with the recording
FRAME = 320  # samples: 20 ms
LOUD_DB, FAINT_DB = -20.0, -80.0  # re full scale; the one is usual in the corpora of the course
LOWER, UPPER = (300.0, 3_400.0), (4_300.0, 7_500.0)  # Hz: a telephone's band, and what it lacks
LACKING = (
    -40.0
)  # dB from the one to the other; 99 of 100 wideband recordings here have more, narrow ones less


def without_offset(wave, *, keep_db=None):
    """Without its mean and what lies below speech, nothing else changed or moved. (..., n) at 16 kHz -> (..., n)

    A constant offset or a rumble below 45 Hz is 60 dB down, from 75 Hz on nothing changes (by 0.01 dB). The filter is
    symmetric: it delays nothing. Of sounds shorter than 0.06 s only the mean is taken away.

    keep_db   what lies below speech may stay so many dB below the rest of the sound (-40, say); what is louder is brought
              down to that. So a recording that has no more of it than others is not changed. None: nothing of it stays.

    >>> from course_lib.audio import tone
    >>> cleaned = without_offset(tone(440) + 0.3)
    >>> bool((cleaned - tone(440))[2_000:-2_000].abs().max() < 1e-3)
    True
    """
    wave = as_wave(wave)
    if not wave.shape[-1]:
        return wave
    wave = wave - wave.double().mean(-1, keepdim=True).to(wave.dtype)
    side, count = TAPS // 2, wave.shape[-1]
    if count <= side:
        return wave
    first, last = wave[..., :1], wave[..., -1:]  # turned about its ends, so that it goes on without a step
    before, behind = wave[..., 1 : side + 1].flip(-1), wave[..., -side - 1 : -1].flip(-1)
    padded = torch.cat([2 * first - before, wave, 2 * last - behind], -1)
    size = min(BLOCK, 1 << (count + TAPS).bit_length())
    response, step = torch.fft.rfft(_low_pass(), size), size - TAPS + 1
    low = torch.empty_like(wave)
    for start in range(0, count, step):
        part = torch.fft.rfft(padded[..., start : start + size], size)
        stop = min(start + step, count)
        low[..., start:stop] = torch.fft.irfft(part * response, size)[..., TAPS - 1 : TAPS - 1 + stop - start]
    rest = wave - low
    if keep_db is None:
        return rest
    power, limit = (
        low.square().mean(-1, keepdim=True),
        rest.square().mean(-1, keepdim=True) * 10 ** (keep_db / 10),
    )
    return rest + low * (limit / power.clamp_min(1e-20)).sqrt().clamp_max(1.0)


@lru_cache(maxsize=1)
def _low_pass():
    """The symmetric filter that keeps what is below 60 Hz. (TAPS,), its sum is 1"""
    time = torch.arange(TAPS, dtype=torch.float64) - TAPS // 2
    cut = (STOP + PASS) / SR  # of half the sampling rate
    taps = torch.sinc(cut * time) * torch.kaiser_window(TAPS, periodic=False, beta=BETA, dtype=torch.float64)
    return (taps / taps.sum()).float()


def is_telephone_band(wave):
    """True for a sound whose band ends near 4 kHz, as a telephone's does. wave: (n,) at 16 kHz.

    The mean power from 4.3 to 7.5 kHz is compared with that from 300 to 3400 Hz. Silence has no band: False.
    """
    wave = as_wave(wave)
    if len(wave) < 1024:
        return False
    window, total = torch.hann_window(1024), torch.zeros(513, dtype=torch.float64)
    for part in wave.split(64 * 1024):
        if len(part) >= 1024:
            spectrum = torch.fft.rfft(part.unfold(0, 1024, 512) * window)
            total += spectrum.abs().square().sum(0).double()
    hertz = torch.arange(513) * SR / 1024
    low, high = (float(total[(hertz >= a) & (hertz <= b)].sum()) for a, b in (LOWER, UPPER))
    return low > 0 and high < low * 10 ** (LACKING / 10)


def at_speech_level(wave):
    """Brought to one loudness, so that a quiet recording is decided upon as a loud one is. (n,) -> (n,), not clipped.

    The level of the loudest twentieth of its frames of 20 ms becomes LOUD_DB re full scale. What is quieter than
    FAINT_DB there holds no speech and stays as it is.
    """
    wave = as_wave(wave)
    frames = wave[: len(wave) // FRAME * FRAME].reshape(-1, FRAME)
    if not len(frames):
        return wave
    loud = float(torch.quantile(frames.square().mean(1), 0.95).sqrt()) if len(frames) < 1 << 24 else 0.0
    return wave * (10 ** (LOUD_DB / 20) / loud) if loud > 10 ** (FAINT_DB / 20) else wave
