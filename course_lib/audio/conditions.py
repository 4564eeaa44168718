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


def without_offset(wave, *, keep_db=None, in_place=False):
    """Without its mean and what lies below speech, nothing else changed or moved. (..., n) at 16 kHz -> (..., n)

    A constant offset or a rumble below 45 Hz is 60 dB down, from 75 Hz on nothing changes (by 0.01 dB). The filter is
    symmetric: it delays nothing. Of sounds shorter than 0.06 s only the mean is taken away.

    keep_db   what lies below speech may stay so many dB below the rest of the sound (-40, say); what is louder is brought
              down to that. So a recording that has no more of it than others is not changed. None: nothing of it stays.
    in_place  True: the given tensor itself is changed, so that an hour lies in memory once

    >>> from course_lib.audio import tone
    >>> cleaned = without_offset(tone(440) + 0.3)
    >>> bool((cleaned - tone(440))[2_000:-2_000].abs().max() < 1e-3)
    True
    """
    wave = as_wave(wave) if in_place else as_wave(wave).clone()
    count = wave.shape[-1]
    if not count:
        return wave
    wave -= (sum(part.double().sum(-1, keepdim=True) for part in wave.split(BLOCK, -1)) / count).to(
        wave.dtype
    )
    if count <= TAPS // 2:
        return wave
    gain = 0.0
    if keep_db is not None:
        power = limit = 0.0
        for start, stop, low in _low_blocks(wave):
            power = power + low.square().sum(-1, keepdim=True)
            limit = limit + (wave[..., start:stop] - low).square().sum(-1, keepdim=True) * 10 ** (
                keep_db / 10
            )
        gain = (limit / power.clamp_min(1e-20)).sqrt().clamp_max(1.0)
    for start, stop, low in _low_blocks(wave):
        wave[..., start:stop] -= low * (1 - gain)
    return wave


def _low_blocks(wave):
    """(start, stop, what lies below speech in wave[..., start:stop]), block after block; a block may be changed once it
    was given. The wave is turned about its ends, so that it goes on without a step.
    """
    side, count = TAPS // 2, wave.shape[-1]
    before = 2 * wave[..., :1] - wave[..., 1 : side + 1].flip(-1)
    behind = 2 * wave[..., -1:] - wave[..., -side - 1 : -1].flip(-1)
    size = min(BLOCK, 1 << (count + TAPS).bit_length())
    response, step = torch.fft.rfft(_low_pass(), size), size - TAPS + 1
    for start in range(0, count, step):
        stop = min(start + step, count)
        block = torch.cat(
            [before, wave[..., start : stop + side], behind[..., : max(0, stop + side - count)]], -1
        )
        before = block[..., stop - start : stop - start + side].clone()
        low = torch.fft.irfft(torch.fft.rfft(block, size) * response, size)
        yield start, stop, low[..., TAPS - 1 : TAPS - 1 + stop - start]


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


def at_speech_level(wave, *, in_place=False):
    """Brought to one loudness, so that a quiet recording is decided upon as a loud one is. (n,) -> (n,), not clipped.

    See `speech_gain`. in_place: as in `without_offset`.
    """
    wave = as_wave(wave)
    gain = speech_gain(wave)
    return wave.mul_(gain) if in_place else wave * gain


def speech_gain(wave) -> float:
    """The factor that brings the loudest twentieth of the frames of 20 ms to LOUD_DB re full scale. wave: (n,)

    What is quieter than FAINT_DB there holds no speech and stays as it is: 1.
    """
    wave = as_wave(wave)
    frames = wave[: len(wave) // FRAME * FRAME].reshape(-1, FRAME)
    if not 0 < len(frames) < 1 << 24:
        return 1.0
    power = torch.cat([part.square().mean(1) for part in frames.split(BLOCK)])
    loud = float(torch.quantile(power, 0.95).sqrt())
    return 10 ** (LOUD_DB / 20) / loud if loud > 10 ** (FAINT_DB / 20) else 1.0
