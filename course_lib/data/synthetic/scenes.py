"""Sounds of a night: snores, breaths, clocks, rain, made from their physics, and a night with snoring episodes.

Every kind is drawn with its own pitch, rhythm and colour, at one loudness and through a random microphone, so
that neither loudness nor any one frequency band tells snores from the rest; rhythm and fine structure do.
Ref: Pevernagie et al. 2010, The acoustics of snoring (a flutter of 30 to 150 Hz shaped by the throat);
Klatt 1980, Software for a cascade/parallel formant synthesizer (the resonators).
"""

from itertools import pairwise

import numpy as np
from scipy.signal import lfilter

from course_lib.data.synthetic.rooms import at_level, draw_session, rms
from course_lib.data.synthetic.sentences import sentence
from course_lib.data.synthetic.voices import draw_voice, stream
from course_lib.errors import AudioError

SR = 16_000
LEVEL = -30.0  # dB re full scale, rms, of every scene
EVEN = 0.9  # how far a scene's own colour gives way to one drawn from the same family for all kinds
BANDS = np.array([40, 80, 160, 320, 640, 1280, 2560, 5120, 8000])  # Hz, edges of octaves


def snore(seed=0, seconds=5.0, *, rate=None):
    """Snoring: with each breath in, a soft palate flutters at 30 to 110 Hz. (n,) float32 at 16 kHz.

    `rate` in breaths a minute (drawn from 12 to 20 if not given). AudioError for less than half a second.

    >>> snore(1).shape, snore(1).dtype
    ((80000,), dtype('float32'))
    """
    rng, n = _begin("snore", seed, seconds)
    breathing_in, breathing_out = _breathing(rng, n, rate)
    flutter = rng.uniform(30, 110) * (1 + 0.15 * _drift(rng, n, 3))  # Hz
    phase = np.cumsum(flutter) / SR
    beats = np.diff(np.floor(phase), prepend=0) * (1 + 0.4 * rng.standard_normal(n))
    puffs = lfilter(
        [1], [1, -np.exp(-1 / (SR * rng.uniform(0.0003, 0.002)))], beats
    )  # each flap: a short puff
    hiss = rng.standard_normal(n) * (0.2 + 0.8 * (phase % 1 < 0.4)) * rng.uniform(0.05, 0.3)
    throat = _throat(rng, puffs / rms(puffs) + hiss)
    return _finish(rng, throat * breathing_in / rms(throat) + _sigh(rng, n) * breathing_out * 0.15)


def breath(seed=0, seconds=5.0, *, rate=None):
    """Quiet sleep: air in, air out, no flutter. (n,) float32 at 16 kHz; `rate` as for `snore`."""
    rng, n = _begin("breath", seed, seconds)
    breathing_in, breathing_out = _breathing(rng, n, rate)
    return _finish(rng, _sigh(rng, n) * breathing_in + _sigh(rng, n) * breathing_out * rng.uniform(0.3, 1.0))


def clock(seed=0, seconds=5.0, *, rate=None):
    """A ticking clock: wood and metal ring for a few hundredths of a second. `rate` in ticks a second (1 to 5)."""
    rng, n = _begin("clock", seed, seconds)
    rate = rng.uniform(1, 5) if rate is None else rate
    times = (np.arange(rng.uniform(0, 1), rate * seconds, 1) / rate * SR).astype(int)
    strokes = np.zeros(n)
    strokes[times] = np.where(np.arange(len(times)) % 2, 1.0, rng.uniform(0.5, 1))  # tick, tock
    body = sum(
        _resonator(strokes, rng.uniform(low, high), rng.uniform(15, 120)) * rng.uniform(0.2, 1)
        for low, high in ((90, 250), (250, 700), (700, 2000), (2000, 6000))
    )
    return _finish(rng, body)


def rain(seed=0, seconds=5.0):
    """Rain on a roof: thousands of drops a second far away, single ones near. (n,) float32 at 16 kHz."""
    rng, n = _begin("rain", seed, seconds)
    far = _coloured(rng, n) * (1 + 0.3 * _drift(rng, n, 1))
    near = (rng.random(n) < rng.uniform(10, 80) / SR) * rng.exponential(1, n)
    drops = sum(
        _resonator(near * (rng.random(n) < 0.5), rng.uniform(100, 4000), rng.uniform(50, 400))
        for _ in range(4)
    )
    return _finish(rng, far / rms(far) + drops / rms(drops) * rng.uniform(0.3, 1.0))


def speech(seed=0, seconds=5.0):
    """Somebody talks in bed: sentences with pauses, by a voice of their own. (n,) float32 at 16 kHz."""
    rng, n = _begin("speech", seed, seconds)
    voice, parts, length = draw_voice(int(rng.integers(2**31)), "night"), [], 0
    while length < n:
        parts += [np.zeros(int(rng.uniform(0.1, 0.9) * SR)), voice.say(sentence(rng))]
        length = sum(map(len, parts))
    return _finish(rng, np.concatenate(parts)[:n])


SCENES = {"snore": snore, "breath": breath, "clock": clock, "rain": rain, "speech": speech}


def night(minutes=2.0, *, seed=0, snoring=0.4):
    """A long recording with episodes of snoring among the other scenes: wave (n,) and [(start, end, kind), ...].

    About a fraction `snoring` of the time is snored; episodes last 10 to 30 s, times are in seconds.
    """
    if minutes <= 0 or not 0 <= snoring <= 1:
        raise AudioError(f"expected minutes above 0 and snoring from 0 to 1, got {minutes} and {snoring}")
    rng, parts, episodes, now, snored = stream(seed, "night"), [], [], 0.0, 0.0
    while now < minutes * 60 - 1e-9:
        length = float(np.floor(min(rng.uniform(10, 30), minutes * 60 - now) * SR) / SR)
        if minutes * 60 - now - length < 2:
            length = round((minutes * 60 - now) * SR) / SR
        kind = (
            "snore" if snored < snoring * (now + length / 2) else str(rng.choice(["breath", "clock", "rain"]))
        )
        parts.append(SCENES[kind](int(rng.integers(2**31)), length))
        episodes.append((now, now + length, kind))
        snored += length * (kind == "snore")
        now += length
    return np.concatenate(parts), episodes


def _begin(kind, seed, seconds):
    if seconds < 0.5:
        raise AudioError(f"expected half a second of {kind} or more, got {seconds} s")
    return stream(seed, kind), int(seconds * SR)


def _finish(rng, wave):
    """In a colour, a room and a microphone drawn alike for every kind, at the loudness that all share."""
    return at_level(draw_session(rng, snr=(18, 35)).record(_recoloured(rng, wave)), LEVEL)


def _recoloured(rng, wave):
    """`wave` with its octaves moved, by the share EVEN, to where a random slope of -8 to 0 dB an octave has them."""
    spectrum, hz = np.fft.rfft(wave), np.fft.rfftfreq(len(wave), 1 / SR)
    power = np.abs(spectrum) ** 2
    inside = [(hz >= low) & (hz < high) for low, high in pairwise(BANDS)]
    measured = np.array([10 * np.log10(power[band].sum() + 1e-12) for band in inside])
    wanted = rng.uniform(-8, 0) * np.arange(len(inside)) + rng.normal(0, 3, len(inside))
    gain = EVEN * ((wanted - wanted.mean()) - (measured - measured.mean()))
    centres = np.sqrt(BANDS[:-1] * BANDS[1:])
    smooth = np.interp(np.log(np.maximum(hz, 1)), np.log(centres), gain)
    return np.fft.irfft(spectrum * 10 ** (np.clip(smooth, -40, 30) / 20), len(wave))


def _breathing(rng, n, rate):
    """How strongly air goes in and out over time, each (n,) from 0 to 1: in for 40 %, out for 40 %, rest."""
    rate = rng.uniform(12, 20) if rate is None else rate
    if not 4 <= rate <= 60:
        raise AudioError(f"expected 4 to 60 breaths a minute, got {rate}")
    phase = (np.arange(n) / SR * rate / 60 + rng.uniform(0, 1) + 0.02 * _drift(rng, n, 0.5)) % 1
    hump = lambda start: np.sin(np.pi * np.clip((phase - start) / 0.4, 0, 1)) ** 1.5  # noqa: E731
    return hump(0.0), hump(0.45)


def _throat(rng, source):
    """`source` through a throat's resonances: three bands anywhere from 100 Hz to 4 kHz."""
    bands = ((100, 500), (500, 1500), (1500, 4000))
    return sum(
        _resonator(source, rng.uniform(*band), rng.uniform(80, 400)) * rng.uniform(0.3, 1) for band in bands
    )


def _sigh(rng, n):
    air = _throat(rng, rng.standard_normal(n))
    return air / rms(air)


def _resonator(wave, hz, width):
    """`wave` through one resonance at `hz`, `width` Hz wide: peak gain about 1."""
    radius = np.exp(-np.pi * width / SR)
    return lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * hz / SR), radius**2], wave)


def _coloured(rng, n):
    """Noise whose spectrum falls by 0 to 9 dB an octave from a corner of 100 to 2000 Hz on."""
    hz = np.fft.rfftfreq(n, 1 / SR)
    gain = 1 / (1 + hz / rng.uniform(100, 2000)) ** rng.uniform(0, 1.5)
    return np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * gain, n)


def _drift(rng, n, hz):
    """A smooth random curve (n,) between about -1 and 1 that turns some `hz` times a second."""
    knots = rng.uniform(-1, 1, int(n / SR * hz) + 3)
    return np.interp(np.arange(n) / SR * hz, np.arange(len(knots)), knots)
