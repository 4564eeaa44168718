"""The corpus `synthetic`: speakers whom one can tell apart, recorded in several rooms on several days."""

from functools import partial

import numpy as np

from course_lib.data.synthetic.corpus_writer import write_clip, write_corpus
from course_lib.data.synthetic.rooms import draw_session
from course_lib.data.synthetic.sentences import sentence
from course_lib.data.synthetic.voices import draw_voice, on_a_day, stream
from course_lib.errors import DataError

SR = 16_000
SPLITS = ("train",) * 6 + ("valid", "test", "test")  # a speaker's sessions, day by day
README = """# synthetic: speakers that nobody is

- Licence: made by the course with espeak-ng, GPL-3.0-or-later; no recording of a person is in it.

{speakers} voices ({base} for a base model, {transfer} to transfer to), {sessions} sessions each, made by
`course data make synthetic` (seed {seed}) with the speech synthesiser espeak-ng 1.52 (GPL-3.0-or-later,
https://github.com/espeak-ng/espeak-ng; package espeakng-loader), voices, rooms and noises drawn by
`course_lib/data/synthetic`. Sentences come from the course's own grammar. No recording of a person is in it.

A session of a speaker has its own room, microphone, noise, level, and lies on one side of the split.
`label` is the kind of voice, `low` or `high` (the length of the throat, not the pitch); `accent` names the
English spoken; `role` is base or transfer; `pitch_hz` that session's pitch where phrases end.
See docs/synthetic.md for what these voices can and cannot stand for.
"""


def make_speakers(
    folder, *, seed=0, base=48, transfer=16, clips=1, splits=SPLITS, progress=None, processes=None
):
    """Write the corpus of synthetic speakers to `folder` and return the folder.

    `base` and `transfer` speakers, `len(splits)` sessions each (their sides), `clips` sentences a session.
    The same arguments give the same bytes. Raises DataError for sizes without sense or an unwritable folder.
    """
    if base + transfer < 2 or min(base, transfer) < 0 or clips < 1 or not splits:
        raise DataError(
            f"expected two speakers and a clip or more, got base={base}, transfer={transfer}, clips={clips}"
        )
    names = [(f"b{i:02d}", "base") for i in range(base)] + [
        (f"t{i:02d}", "transfer") for i in range(transfer)
    ]
    pieces = [(name, role, day, split) for name, role in names for day, split in enumerate(splits)]
    readme = README.format(speakers=len(names), base=base, transfer=transfer, sessions=len(splits), seed=seed)
    make = partial(make_session, seed=seed, clips=clips)
    return write_corpus(folder, make, pieces, readme, progress=progress, processes=processes)


def make_session(part, name, role, day, split, *, seed, clips):
    """One session of one speaker: its clips written, its manifest rows returned."""
    rng = stream(seed, "session", name, day)
    voice = draw_voice(seed, name)
    today, place = on_a_day(voice, rng), draw_session(rng)
    rows = []
    for number in range(clips):
        dry = at_length(today, rng)
        row = write_clip(part, f"audio/{name}/{name}_{day}_{number}.flac", place.record(dry, number))
        row |= {"speaker": name, "label": "low" if voice.tract < 1.055 else "high", "language": "en"}
        row |= {"split": split, "session": f"{name}_{day}", "role": role, "accent": voice.accent}
        rows.append(row | {"pitch_hz": f"{today.pitch:.0f}", "noise": place.noise, "room": place.room})
    return rows


def at_length(voice, rng, low=3.0, high=4.3):
    """A sentence that takes `low` to `high` seconds, with a short pause before and after it."""
    for _ in range(50):
        wave = voice.say(sentence(rng))
        if low - 0.3 <= len(wave) / SR <= high - 0.3:
            break
    wave = wave[: int((high - 0.3) * SR)]
    return np.pad(wave, (int(rng.uniform(0.05, 0.15) * SR), int(rng.uniform(0.05, 0.15) * SR)))
