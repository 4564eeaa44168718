"""The corpora `synthetic_passage` and `synthetic_accents`: English in six accents, read from one page, or said freely.

Every voice is drawn without a look at its accent, and so is every room: neither pitch nor throat nor microphone tells
which it is, but by chance. The readers (role `base`) are in both corpora, once with the passage and once with a
sentence of their own, so that the two ways of learning can be compared. The people of role `transfer` are others.
Ref: Weinberger & Kunath 2011, The Speech Accent Archive (everybody reads one passage; the setting, on real voices).
"""

from dataclasses import replace
from functools import partial

from course_lib.data.synthetic.corpus_writer import write_clip, write_corpus
from course_lib.data.synthetic.phonology import ACCENTS, RAINBOW
from course_lib.data.synthetic.rooms import draw_session
from course_lib.data.synthetic.speakers import at_length
from course_lib.data.synthetic.voices import draw_voice, on_a_day, stream
from course_lib.errors import DataError

SIX = ("en-us", "en-gb-scotland", "german-like", "french-like", "spanish-like", "indian-like")
SIDES = ("train",) * 8 + ("valid", "test")  # of ten speakers of an accent
OTHER_ROOMS = {"colour": 4.0, "snr": (16, 30), "reverberation": (0.2, 0.45)}
README = """# {name}: accents that nobody has

- Licence: made by the course with espeak-ng, GPL-3.0-or-later; no recording of a person is in it.

{what}, made by `course data make {name}` (seed {seed}) with the speech synthesiser espeak-ng 1.52 (GPL-3.0-or-later,
https://github.com/espeak-ng/espeak-ng; package espeakng-loader). Accents: {accents}: varieties of
espeak-ng, and the course's own rules for speakers of other languages, which are caricatures (`course_lib/data/synthetic/accents.py`).
Voices, rooms and noises are drawn without a look at the accent. No recording of a person is in it.

`label` and `accent` are the accent; a speaker has one accent and is on one side of the split. `text` is `passage` or
`free`, `role` `base` or `transfer`, `session` one occasion with its room, microphone, noise and level. A base speaker of
`synthetic_passage` has the same voice in `synthetic_accents`.
See docs/synthetic.md for what these voices can and cannot stand for.
"""


def make_passage(folder, *, seed=0, speakers=40, accents=SIX, progress=None, processes=None):
    """Write `synthetic_passage`: `speakers` readers of each accent, every one reads the same sentence once.

    Returns the folder. The same arguments give the same bytes. Raises DataError for accents that are not in
    ACCENTS, fewer than ten speakers of each (so that every side has one) or an unwritable folder.
    """
    people = _people("p", speakers, accents, 10)
    pieces = [(*person, "base", 0, "passage") for person in people]
    what = f"{len(people)} readers, {speakers} of each accent, read one sentence:\n{RAINBOW!r}"
    return _write(folder, "synthetic_passage", what, pieces, seed, accents, progress, processes)


def make_accents(
    folder, *, seed=0, speakers=10, readers=40, takes=2, accents=SIX, progress=None, processes=None
):
    """Write `synthetic_accents`, free speech: `speakers` new voices of each accent, `takes` occasions each.

    With them the `readers` of `synthetic_passage` (0: none), one free sentence each, in rooms like theirs. Errors as
    in `make_passage`.
    """
    people = _people("f", speakers, accents, 10)
    again = _people("p", readers, accents, 0)
    pieces = [(*person, "transfer", take, "free") for person in people for take in range(takes)]
    pieces += [(*person, "base", 0, "free") for person in again]
    what = (
        f"{len(people)} new voices, {speakers} of each accent, on {takes} occasions each, and {len(again)} readers of"
        "\n`synthetic_passage`, say sentences of their own"
    )
    return _write(folder, "synthetic_accents", what, pieces, seed, accents, progress, processes)


def make_reading(part, name, accent, split, role, take, text, *, seed):
    """One recording of one speaker: written, its manifest row in a list."""
    rng = stream(seed, text, name, take)
    today = on_a_day(replace(plain(draw_voice(seed, name)), accent=accent), rng)
    place = draw_session(rng, **(OTHER_ROOMS if role == "transfer" else {}))
    dry = today.say(RAINBOW) if text == "passage" else at_length(today, rng, low=4.0, high=5.2)
    row = write_clip(part, f"audio/{accent}/{name}_{text}_{take}.flac", place.record(dry))
    row |= {"speaker": name, "label": accent, "language": "en", "split": split, "accent": accent}
    row |= {"session": f"{name}_{text}_{take}", "role": role, "text": text, "pitch_hz": f"{today.pitch:.0f}"}
    return [row | {"noise": place.noise, "room": place.room}]


def plain(voice, share=0.3):
    """The voice with `share` of what is odd in its single formants; pitch, throat, rate and roughness stay.

    The voices of `synthetic` are drawn far apart, to be told apart. People's vowels differ less from one another, or
    nobody would hear an accent in them.
    """
    toward = {name: getattr(voice, name) for name in ("formants", "heights", "widths")}
    return replace(
        voice,
        **{name: tuple(round(1 + share * (value - 1), 3) for value in each) for name, each in toward.items()},
    )


def _people(letter, each, accents, least):
    """(name, accent, side of the split), accent after accent in turns."""
    unknown = sorted(set(accents) - set(ACCENTS))
    if unknown or len(set(accents)) < 2 or each < least:
        raise DataError(
            f"expected two or more of the accents {', '.join(ACCENTS)} and {least} speakers or more of each, got "
            f"{', '.join(unknown or accents)} and {each}"
        )
    return [
        (f"{letter}{number:03d}", accents[number % len(accents)], SIDES[number // len(accents) % len(SIDES)])
        for number in range(each * len(accents))
    ]


def _write(folder, name, what, pieces, seed, accents, progress, processes):
    if not pieces:
        raise DataError("expected one recording or more, got none; give takes=1 or readers=1")
    readme = README.format(name=name, what=what, seed=seed, accents=", ".join(accents))
    return write_corpus(
        folder, partial(make_reading, seed=seed), pieces, readme, progress=progress, processes=processes
    )
