"""What a recording passes through after the room: a desk microphone, a cheap headset or a telephone.

Each leaves something behind that says nothing of the voice: a narrow band, clipping, mains hum, a small DC part.
Ref: ITU-T G.711 (telephone, mu-law at 8 kHz); Reynolds 1997 (handsets change what a recogniser measures).
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt

from course_lib.data.synthetic.rooms import SR, at_level, draw_session, rms

SHARES = {"desk": 0.82, "headset": 0.12, "telephone": 0.06}  # of all sessions
MU = 255  # of the mu-law
TELEPHONE_HZ = (300, 3400)
HEADSET_HZ = (140, 6000)


@dataclass(frozen=True)
class Recorder:
    """A room and what stands in it. `record` puts a dry voice through both."""

    session: object  # a rooms.Session
    kind: str  # a key of SHARES
    peak: float  # Hz, where a headset resonates
    boost: float  # dB, by how much
    dc: float  # a constant part, as a share of full scale
    hum: float  # dB, mains hum re the voice; -inf for none
    mains: int  # Hz, 50 or 60

    def record(self, dry, clip=0):
        """A dry voice (n,) as this recorder keeps it: (n,) float32, |x| < 1. `clip` numbers its noise."""
        wave = self.session.record(dry, clip).astype(np.float64)
        if self.kind == "headset":
            wave = headset(wave, self.peak, self.boost)
        if self.kind == "telephone":
            wave = telephone(wave)
        time = np.arange(len(wave)) / SR
        mains = sum(np.sin(2 * np.pi * self.mains * k * time + k) / k for k in (1, 2, 3, 5))
        wave = wave + mains / rms(mains) * rms(wave) * 10 ** (self.hum / 20)
        return at_level(wave, self.session.level, peak=0.96) + np.float32(self.dc)


def draw_recorder(rng, **settings):
    """A recorder from a numpy random generator; `settings` are those of `rooms.draw_session`."""
    session = draw_session(rng, **settings)
    kind = str(rng.choice(list(SHARES), p=list(SHARES.values())))
    if kind != "desk":  # near the mouth: little echo
        session = replace(session, direct=session.direct + 8)
    return Recorder(
        session=session,
        kind=kind,
        peak=float(rng.uniform(1800, 3600)),
        boost=float(rng.uniform(4, 9)),
        dc=float(rng.uniform(-0.01, 0.01)) if rng.random() < 0.4 else 0.0,
        hum=float(rng.uniform(-45, -30)) if kind == "desk" and rng.random() < 0.3 else -np.inf,
        mains=int(rng.choice([50, 60])),
    )


def telephone(wave):
    """300 to 3400 Hz, eight bits on a mu-law at 8 kHz, and back: (n,) -> (n,)."""
    narrow = resample_poly(sosfilt(_band(*TELEPHONE_HZ), wave), 1, 2)
    top = np.abs(narrow).max() + 1e-12
    folded = np.sign(narrow) * np.log1p(MU * np.abs(narrow) / top) / np.log1p(MU)
    folded = np.round(folded * 127) / 127
    narrow = np.sign(folded) * np.expm1(np.abs(folded) * np.log1p(MU)) / MU * top
    return resample_poly(narrow, 2, 1)[: len(wave)]


def headset(wave, peak, boost):
    """A small capsule: 140 to 6000 Hz, a resonance of `boost` dB at `peak` Hz, and loud parts clipped softly."""
    wave = sosfilt(_band(*HEADSET_HZ), wave)
    resonance = sosfilt(butter(1, (peak / 1.3, peak * 1.3), "bandpass", fs=SR, output="sos"), wave)
    wave = wave + (10 ** (boost / 20) - 1) * resonance
    limit = 4 * rms(wave)
    return limit * np.tanh(wave / limit)


def _band(low, high):
    return butter(4, (low, high), "bandpass", fs=SR, output="sos")
