"""Meetings made of real recordings, to choose the settings of diarization on: not the meetings that results report.

Speakers that the bases of the course never learned (LibriSpeech test-other, VoxForge, AN4) take turns in one room: long and
short ones, pauses, overlap, noise. Calls have two voices, each with its own microphone, and a telephone's band.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.signal import resample_poly

from course_lib.audio import SR, at_speech_level
from course_lib.data import load
from course_lib.data.meetings import Meeting
from course_lib.data.synthetic import conversation
from course_lib.data.synthetic.rooms import draw_session
from course_lib.data.synthetic.voices import stream
from course_lib.metrics.turns import Turn
from course_lib.tasks.diarization.detectors import voice_activity

CORPORA = {"librispeech_mini": {"subset": "test-other"}, "voxforge_en": {}, "an4": {}}
CLEAR = {"reverberation": (0.02, 0.03), "snr": (25, 40)}  # of a call: near the telephone


@dataclass
class Recorded:
    """A voice that says one part after another of `wave` (n,), its recordings without their pauses."""

    wave: np.ndarray
    talks: float  # s, the median length of a turn
    rng: np.random.Generator
    place: int = 0

    def say(self, sentence=None):
        """The next turn (m,), 0.5 to 12 s, without long pauses: its start and end are what annotators would write."""
        size = int(np.clip(self.talks * self.rng.lognormal(0, 0.7), 0.5, 12) * SR)
        if self.place + size > len(self.wave):
            self.place = 0
        self.place += size
        return self.wave[self.place - size : self.place]


def mixed(people, *, seed, minutes, call=False, part=0):
    """A Meeting of so many people. call=True: a telephone's band, no room. Nobody is in both parts, 0 and 1."""
    rng = stream(seed, "mixed", part, people, call)
    name = sorted(CORPORA)[seed % len(CORPORA)]  # voices of one meeting come from one corpus
    corpus = load(name, by="recording").select(**CORPORA[name])
    names = sorted(corpus.speakers)[part::2]
    speakers = {}
    for name in rng.choice(names, people, replace=False):
        wave = torch.cat([corpus.read(clip) for clip in corpus.select(speaker=str(name)).clips])
        spoken = voice_activity(at_speech_level(wave), margin=0.05, pause=0.3)
        wave = torch.cat([wave[round(start * SR) : round(end * SR)] for start, end in spoken])
        speakers[str(name)] = Recorded(np.asarray(wave, dtype=float), float(rng.lognormal(1.1, 0.5)), rng)
    room = draw_session(rng, **CLEAR) if call else draw_session(rng, snr=(8, 30), reverberation=(0.2, 0.6))
    overlap = float(rng.uniform(0, 0.15)) if people > 1 else 0.0
    wave, turns = conversation(speakers, minutes, overlap=overlap, room=room, seed=int(rng.integers(1 << 30)))
    if call:
        wave = resample_poly(resample_poly(wave, 1, 2), 2, 1)[: len(wave)]
    kind = "call" if call else "room"
    return Meeting(
        torch.as_tensor(wave).float(),
        tuple(Turn(*turn) for turn in turns),
        {},
        f"{kind} of {people}, {corpus.name}, seed {seed}",
    )


def meetings(part=0, *, each=3):
    """The meetings to choose on (part 0), or as many of other people to report on (part 1): rooms, then calls."""
    rooms = [(people, 0.5 + 0.25 * (seed % 3), False) for people in (1, 2, 3, 4) for seed in range(each)]
    calls = [(2, 0.75, True)] * 8
    return [
        mixed(people, seed=seed, minutes=minutes, call=call, part=part)
        for seed, (people, minutes, call) in enumerate([*rooms, *calls])
    ]
