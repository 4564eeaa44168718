"""A meeting with its minutes: several voices in one room, taking turns, pausing, talking over each other.

Ref: Sacks, Schegloff & Jefferson 1974, A simplest systematics for turn-taking (gaps of some tenths of a
second, brief overlaps, nobody twice in a row).
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve

from course_lib.data.synthetic.rooms import at_level, draw_session, microphone, noise, rms, room_response
from course_lib.data.synthetic.sentences import sentence
from course_lib.data.synthetic.voices import draw_voice, stream
from course_lib.errors import AudioError

SR = 16_000


@dataclass(frozen=True)
class Conversation:
    """A recording (n,) and who speaks when: turns (start, end, speaker) in seconds, in order of their start."""

    wave: np.ndarray
    turns: tuple

    def __iter__(self):  # wave, turns = conversation(...)
        return iter((self.wave, self.turns))

    @property
    def overlap(self):
        """Seconds in which two or more speak, over seconds in which anybody does."""
        return overlap_of(self.turns)


def conversation(speakers=3, minutes=1.0, *, overlap=0.05, room=None, seed=0):
    """Voices taking turns -> Conversation; unpacks as `wave, turns`. Turns tell 1/16000 s where a voice sounds.

    speakers   how many (voices are drawn), or a dictionary name -> Voice (or what else says a sentence: `.say(text)`)
    overlap    the share of speech in which two speak at once, 0 to 0.5
    room       a Session of rooms.py; drawn from the seed if not given

    >>> wave, turns = conversation(2, 0.1, seed=1)
    >>> len(wave), sorted({speaker for _, _, speaker in turns})
    (96000, ['v1', 'v2'])
    """
    voices = _voices(speakers, seed)
    if minutes <= 0 or not 0 <= overlap <= 0.5:
        raise AudioError(f"expected minutes above 0 and overlap from 0 to 0.5, got {minutes} and {overlap}")
    if len(voices) < 2 and overlap > 0:
        raise AudioError("one voice cannot talk over itself; give two speakers or overlap=0")
    rng = stream(seed, "conversation")
    room = room or draw_session(rng, snr=(20, 35))
    seats = {name: _seat(room, stream(seed, "seat", name)) for name in voices}
    total = int(minutes * 60 * SR)
    wave, turns, last = np.zeros(total), [], None
    while True:
        name = _next_speaker(rng, list(voices), last)
        dry = voices[name].say(sentence(rng))
        start = _start(rng, turns, name, len(dry), overlap)
        if start + len(dry) > total and turns:
            break
        dry = dry[: total - start]
        wet = fftconvolve(dry / rms(dry), seats[name])[: total - start]
        wave[start : start + len(wet)] += wet
        turns.append((start / SR, (start + len(dry)) / SR, name))
        last = name
    wave += noise(room.noise, total, [*room.seed, 2]) / 10 ** (room.snr / 20)
    return Conversation(at_level(wave, room.level), tuple(sorted(turns)))


def overlap_of(turns):
    """The share of the time with speech in which two or more speak; turns (start, end, speaker) in seconds.

    >>> overlap_of([(0, 6, "ana"), (4, 10, "ben")])  # 2 s of 10
    0.2
    """
    spoken, shared = _times(turns)
    return shared / spoken if spoken else 0.0


def _times(turns):
    """Seconds in which anybody speaks, and in which two or more do."""
    edges = sorted([(start, 1) for start, _, _ in turns] + [(end, -1) for _, end, _ in turns])
    spoken = shared = 0.0
    speaking, before = 0, 0.0
    for time, step in edges:
        spoken += (time - before) * (speaking >= 1)
        shared += (time - before) * (speaking >= 2)
        speaking, before = speaking + step, time
    return spoken, shared


def _voices(speakers, seed):
    if isinstance(speakers, int):
        speakers = {f"v{i + 1}": draw_voice(seed, f"conversation {i}") for i in range(speakers)}
    given = speakers.values() if isinstance(speakers, dict) else ()
    if not given or not all(hasattr(voice, "say") for voice in given):
        raise AudioError(f"expected a number of speakers or a dictionary name -> Voice, got {speakers!r}")
    return speakers


def _seat(room, rng):
    """Impulse response from one seat to the microphone, (m,): its own echoes and distance."""
    nearness = 10 ** (rng.uniform(-3, 3) / 20)
    return nearness * fftconvolve(
        room_response(room.reverberation, room.direct, rng), microphone(room.colour)
    )


def _next_speaker(rng, names, last):
    others = [name for name in names if name != last] or names
    return str(rng.choice(others))


def _start(rng, turns, name, length, overlap):
    """First sample of the next turn: into the last one where overlap is still owed, else after a pause."""
    if not turns:
        return int(rng.uniform(0.1, 0.8) * SR)
    end = max(end for _, end, _ in turns)
    spoken, shared = _times(turns)
    owed = (overlap * (spoken + length / SR) - shared) / (1 + overlap)  # (shared + x) / (spoken + length - x)
    own = max((stop for _, stop, who in turns if who == name), default=0.0)
    possible = min(end - turns[-1][0], length / SR) * 0.8
    if owed > 0.25 and possible > 0.25:
        return int(max(end - min(owed, possible), own + 0.1) * SR)
    return int((end + np.clip(rng.lognormal(-1.0, 0.6), 0.1, 1.5)) * SR)
