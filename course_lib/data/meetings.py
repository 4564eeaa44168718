"""A meeting to work on: the recording, who really speaks when, and what each voice sounds like on another day.

A corpus with turns (column `rttm_path`) gives a real one. A corpus of speakers gives one that is cut together from
their recordings: then each voice keeps its own microphone, which makes it easier than a meeting in one room.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from scipy.signal import lfilter

from course_lib.audio import SR
from course_lib.data import narrators
from course_lib.data.manifest import number, path_fault
from course_lib.data.synthetic import conversation
from course_lib.data.synthetic.rooms import at_level, draw_session, rms
from course_lib.data.synthetic.sentences import sentence
from course_lib.data.synthetic.voices import draw_voice, stream
from course_lib.errors import CorpusError
from course_lib.metrics.turns import Turn, read_rttm

TURNS, LONGEST = 9, 4.0  # of a meeting that is cut together; s
EDGE = 35.0  # dB below the loudest moment: what is quieter at the ends of a recording is no speech


@dataclass(frozen=True)
class Meeting:
    """wave (n,) at 16 kHz, turns in seconds, `before` {speaker: wave} of other recordings ({} where there are none)."""

    wave: torch.Tensor
    turns: tuple
    before: dict = field(default_factory=dict)
    source: str = ""

    @property
    def speakers(self):
        return sorted({turn.speaker for turn in self.turns})

    def __repr__(self):
        return f"Meeting of {len(self.wave) / SR:.0f} s, {len(self.speakers)} speakers, {len(self.turns)} turns: {self.source}"


def meeting(corpus=None, *, speakers=4, seed=0) -> Meeting:
    """A meeting of a corpus, or half a minute of the course's own voices in one room, with overlap and noises.

    corpus   a Corpus; "narrators" or "synthetic" for half a minute of such voices; None is "synthetic"

    The seed chooses the recording, the voices and the room.

    Raises CorpusError where there are neither turns nor enough speakers.
    """
    if corpus == "narrators" and narrators.installed():
        return _of_narrators(speakers, seed)
    if corpus in (None, "synthetic", "narrators"):
        return _made(speakers, seed)
    if "rttm_path" in corpus.columns:
        clips = [clip for clip in corpus.clips if clip.split != "valid"] or list(corpus.clips)
        ranked = sorted(clips, key=lambda clip: -number(clip.get("speech_s")))
        clip = ranked[seed % max(1, len(ranked) // 2)]
        if fault := path_fault(corpus.root, clip.get("rttm_path")):
            raise CorpusError(f"{corpus.root}: rttm_path of {clip.path}: {fault}")
        turns = read_rttm(corpus.root / clip.get("rttm_path"), Path(clip.path).stem)
        return Meeting(corpus.read(clip), tuple(turns), {}, f"{corpus.name}, {clip.path}")
    return _cut_together(corpus, speakers, seed)


def _made(speakers, seed):
    voices = {f"voice {k + 1}": draw_voice(seed, f"meeting {k}") for k in range(speakers)}
    return _in_one_room(voices, voices, seed, "synthetic voices in one room")


def _of_narrators(speakers, seed):
    """Narrators of the transfer side; they speak from their test sessions, and are known from those to train on."""
    names = sorted({row["speaker"] for row in narrators.readings() if row["role"] == "transfer"})
    if not 2 <= speakers <= len(names):
        raise CorpusError(f"expected 2 to {len(names)} speakers, got {speakers}")
    chosen = [
        str(name) for name in stream(seed, "narrators of a meeting").choice(names, speakers, replace=False)
    ]
    there = {name: narrators.Reader(name) for name in chosen}
    before = {name: narrators.Reader(name, split="train") for name in chosen}
    return _in_one_room(there, before, seed, "narrators in one room")


def _in_one_room(voices, known, seed, source):
    """{name: voice} speaking half a minute in one room; {name: voice} as they sounded in other rooms, ten seconds each."""
    wave, turns = conversation(voices, 0.5, overlap=0.12, seed=seed)
    wave = at_level(wave + _bumps(stream(seed, "bumps"), len(wave)) * rms(wave))
    before = {}
    for name, voice in known.items():
        rng, dry = stream(seed, "before", name), np.zeros(0)
        while len(dry) < 10 * SR:
            dry = np.concatenate([dry, voice.say(sentence(rng))])
        before[name] = torch.from_numpy(
            draw_session(rng).record(dry[: 10 * SR])
        ).float()  # another room, another day
    turns = tuple(Turn(*turn) for turn in turns)
    return Meeting(torch.as_tensor(wave).float(), turns, before, source)


def _bumps(rng, total, count=4):
    """Chairs, doors, paper: bursts of noise, as loud as speech and none of it. (total,)"""
    sounds = np.zeros(total)
    for _ in range(count):
        length = int(rng.uniform(0.4, 0.9) * SR)
        flutter = 1 + np.sin(2 * np.pi * rng.uniform(4, 25) * np.arange(length) / SR)
        burst = lfilter([1.0], [1.0, -rng.uniform(0.3, 0.95)], rng.standard_normal(length))
        burst *= flutter * np.exp(-3.0 * np.arange(length) / length)
        start = rng.integers(0, total - length)
        sounds[start : start + length] += rng.uniform(1.0, 2.0) * burst / rms(burst)
    return sounds


def _cut_together(corpus, speakers, seed):
    """Recordings of the test side in turn, with pauses; recordings of the training side to know the voices from.

    Speakers with two test recordings first; with fewer speakers than asked for, those there are.
    """
    test, train = corpus.select(split="test"), corpus.select(split="train")
    known = [name for name in test.speakers if name in train.speakers]
    who = [name for name in known if len(test.select(speaker=name)) >= 2]
    who = who if len(who) >= speakers else known
    speakers = min(speakers, len(who))
    if speakers < 2:
        raise CorpusError(
            f"{corpus.name}: expected two or more speakers with a recording to train on and one to test on, got {speakers}; "
            "record more of each (four recordings are enough), or take a corpus with an rttm_path column, or "
            'CORPUS = "synthetic"'
        )
    rng = np.random.default_rng(seed)
    who = [str(name) for name in rng.choice(sorted(who), speakers, replace=False)]
    parts, turns, time = [torch.zeros(SR // 2)], [], 0.5
    for turn in range(TURNS):
        name = who[turn % speakers]
        clips = test.select(speaker=name).clips
        again, which = divmod(turn // speakers, len(clips))
        spoken = _trimmed(corpus.read(clips[which]))
        start = again * int(LONGEST * SR)  # whose recordings are used up says what comes next in them
        spoken = spoken[start if start + SR <= len(spoken) else 0 :][: int(LONGEST * SR)]
        pause = rng.uniform(0.2, 1.2)
        turns.append(Turn(time, time + len(spoken) / SR, name))
        parts += [spoken, torch.zeros(int(pause * SR))]
        time += (len(spoken) + int(pause * SR)) / SR
    before = {
        name: torch.cat([corpus.read(clip) for clip in train.select(speaker=name).clips[:4]])[: 10 * SR]
        for name in who
    }
    return Meeting(torch.cat(parts), tuple(turns), before, f"recordings of {corpus.name}, cut together")


def _trimmed(wave):
    """Without the quiet ends, to 20 ms."""
    frame = SR // 50
    level = 10 * torch.log10(wave[: len(wave) // frame * frame].reshape(-1, frame).square().mean(1) + 1e-10)
    loud = torch.nonzero(level > level.max() - EDGE)
    return wave[int(loud[0]) * frame : (int(loud[-1]) + 1) * frame]
