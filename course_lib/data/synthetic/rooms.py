"""Where it was recorded: a room that echoes, a microphone that colours, a noise, a level. One of each: a Session.

A recording is speech * room * microphone + noise. A network that learns the room instead of the voice looks
brilliant until the next session; that is why speakers of these corpora have several.
Ref: Kuttruff 2016, Room Acoustics (exponential decay, reverberation time); Allen & Berkley 1979 (echoes).
"""

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq
from scipy.signal import fftconvolve

SR = 16_000
NOISES = ("white", "pink", "hum", "fan", "street")


@dataclass(frozen=True)
class Session:
    """One place and day. Drawn by `draw_session`; `record` puts a dry voice into it."""

    reverberation: float  # s, until the echo has fallen by 60 dB
    direct: float  # dB, direct sound over echo
    colour: tuple  # dB of the microphone at COLOUR_HZ
    noise: str  # one of NOISES
    snr: float  # dB, speech over noise
    level: float  # dB re full scale, rms of the recording
    seed: tuple  # the room's own echoes and noise start from here

    @property
    def room(self):
        """The room in words, for a manifest: 'rt60 0.31 s'."""
        return f"rt60 {self.reverberation:.2f} s"

    def record(self, dry, clip=0):
        """A dry voice (n,) as this session records it: (n,) float32, |x| < 1. `clip` numbers its noise."""
        wet = fftconvolve(dry, self.response())[: len(dry)]
        wet = wet + noise(self.noise, len(wet), [*self.seed, 1, clip]) * rms(wet) / 10 ** (self.snr / 20)
        return at_level(wet, self.level)

    def response(self):
        """Impulse response of room and microphone together, (m,)."""
        rng = np.random.default_rng([*self.seed, 0])
        echo = room_response(self.reverberation, self.direct, rng)
        return fftconvolve(echo, microphone(self.colour))


COLOUR_HZ = (0, 80, 200, 400, 800, 1500, 2500, 3500, 5000, 6500, 8000)


def draw_session(rng, *, colour=3.0, snr=(22, 36), reverberation=(0.12, 0.35)):
    """A session from a numpy random generator; `colour` is the microphone's standard deviation in dB."""
    curve = np.round(rng.normal(0, colour, len(COLOUR_HZ)), 1)
    curve[0] = -40  # no microphone hears 0 Hz
    return Session(
        reverberation=float(rng.uniform(*reverberation)),
        direct=float(rng.uniform(4, 14)),
        colour=tuple(curve.tolist()),
        noise=str(rng.choice(NOISES)),
        snr=float(rng.uniform(*snr)),
        level=float(rng.uniform(-33, -26)),
        seed=tuple(rng.integers(2**32, size=2).tolist()),
    )


def room_response(reverberation, direct, rng):
    """Direct sound, then echoes ever denser and weaker: -60 dB after `reverberation` seconds. Energy 1."""
    time = np.arange(int(reverberation * SR)) / SR
    tail = rng.standard_normal(len(time)) * 10 ** (-3 * time / reverberation)
    tail *= rng.random(len(time)) < np.clip(time / 0.05, 0.02, 1)  # the first 50 ms: single reflections
    tail[: int(0.002 * SR)] = 0  # nothing is nearer than 2 ms, or 70 cm
    tail *= 10 ** (-direct / 20) / np.sqrt((tail**2).sum() + 1e-12)
    tail[0] = 1
    return tail / np.sqrt((tail**2).sum())


def microphone(colour, taps=257):
    """A linear-phase filter (taps,) with `colour` in dB at COLOUR_HZ, straight lines between."""
    hz = np.linspace(0, SR / 2, taps // 2 + 1)
    gain = 10 ** (np.interp(hz, COLOUR_HZ, colour) / 20)
    return np.roll(irfft(gain, taps - 1), taps // 2) * np.hanning(taps)[:-1]


def noise(kind, length, seed):
    """Background noise of one of NOISES, (length,), rms 1, the same for the same seed (int or sequence)."""
    rng = np.random.default_rng(seed)
    points = next_fast_len(length, real=True)
    hz = rfftfreq(points, 1 / SR)
    shape = {  # magnitude over frequency
        "white": np.ones_like(hz),
        "pink": 1 / np.sqrt(np.maximum(hz, 20)),
        "hum": 1 / np.maximum(hz, 50),
        "fan": 1 / (1 + (hz / 300) ** 2) + 0.01,
        "street": 1 / (1 + np.abs(hz - 150) / 100) + 0.003,
    }[kind]
    wave = irfft(rfft(rng.standard_normal(points)) * shape, points)[:length]
    time = np.arange(length) / SR
    if kind == "hum":
        mains = sum(np.sin(2 * np.pi * 50 * k * time + rng.uniform(0, 6.28)) / k for k in range(1, 12))
        wave = 0.3 * wave / rms(wave) + mains / rms(mains)
    if kind == "street":  # swells and fades within seconds
        wave *= 1 + 0.6 * np.sin(2 * np.pi * rng.uniform(0.1, 0.4) * time + rng.uniform(0, 6.28))
    return wave / rms(wave)


def rms(wave):
    """Root of the mean square, never 0."""
    return float(np.sqrt(np.mean(np.square(wave)) + 1e-20))


def at_level(wave, level=-23.0, peak=0.97):
    """`wave` at `level` dB re full scale rms, lower where its peaks would pass `peak`: float32."""
    scaled = wave * (10 ** (level / 20) / rms(wave))
    return (scaled * min(1.0, peak / (np.abs(scaled).max() + 1e-12))).astype(np.float32)
