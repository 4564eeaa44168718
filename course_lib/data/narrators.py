"""The corpus `narrators`: natural voices of no real person, put into rooms and before microphones on the spot.

The dry readings lie in the package (narrators_audio, made by tools/make_narrators.py with Kokoro-82M); here each
session gets a room, a microphone, a noise and a level of its own. docs/narrators.md is their card.
"""

import csv
import itertools
from functools import cache, partial
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from course_lib.data import fingerprint
from course_lib.data.synthetic.corpus_writer import SR, write_clip, write_corpus
from course_lib.data.synthetic.microphones import draw_recorder
from course_lib.data.synthetic.voices import stream
from course_lib.errors import DataError

AUDIO = Path(__file__).with_name("narrators_audio")
ROOMS = {"colour": 1.2, "snr": (28, 42), "reverberation": (0.08, 0.22)}  # milder than for espeak-ng's voices
MOOD = 0.03  # how far pitch, formants and pace move together from session to session: a cold, a mood, haste
TABLE, CONTINUUM = "readings.csv", "continuum.csv"
README = """# narrators: natural voices that nobody is

- Licence: Apache-2.0, made with the network and the voices of Kokoro-82M; no recording of a person is in it.

{speakers} narrators ({base} for a base model, {transfer} to transfer to), {clips} readings of public-domain prose,
one a session. The readings come with the course; `course data make narrators` (seed {seed}) has put each into a
room and before a microphone. A session of a narrator lies on one side of the split.

`label` and `sex` are woman or man; `accent` says whose voices were taken; `voices` names them, two where the narrator is a blend,
and no voice is on both the base and the transfer side; `microphone` is desk, headset or telephone; `text`, `author`
and `title` say what is read. See docs/narrators.md for what these voices can and cannot stand for.
"""
MISSING = (
    "the readings of the narrators are not in this installation (course_lib/data/narrators_audio is empty); "
    "install the course from a complete copy, or use the synthesised speakers: load('synthetic')"
)


def installed():
    """Whether the package brings the narrators' audio along."""
    return (AUDIO / TABLE).is_file()


@cache
def readings():
    """The rows of the table of readings, as dictionaries. Raises DataError where the audio is not installed."""
    return table(TABLE)


def continuum(pair):
    """One sentence in eleven steps from one narrator's voice to another's: [(share, wave)], shares 0 to 1.

    `pair` is women, men or across; a wave is (n,) float32 at 16 kHz, without a room. The ends are the narrators t00
    and t04, t01 and t05, t02 and t03. Raises DataError for another pair and where the audio is not installed.
    """
    rows = table(CONTINUUM)
    pairs = list(dict.fromkeys(row["pair"] for row in rows))
    if pair not in pairs:
        raise DataError(f"expected one of {', '.join(pairs)}, got {pair!r}")
    return [(float(row["share"]), dry(row)) for row in rows if row["pair"] == pair]


def table(name):
    """The rows of a table of the package, as dictionaries. Raises DataError where the audio is not installed."""
    if not (AUDIO / name).is_file():
        raise DataError(MISSING)
    with open(AUDIO / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def dry(row):
    """The reading of a row as the synthesiser made it, without a room: (n,) float32 at 16 kHz.

    Raises DataError where the file is missing or is not the one that the table lists.
    """
    path = AUDIO / row["path"]
    if not path.is_file() or fingerprint.sha256(path) != row["sha256"]:
        raise DataError(f"expected {path} as the table lists it, got another file or none; {MISSING}")
    wave, rate = soundfile.read(path, dtype="float32")
    if rate != SR:
        raise DataError(f"expected {path} at 16000 Hz, got {rate} Hz; install the course anew")
    return wave


class Reader:
    """A narrator as a voice of a `conversation`: `say` gives the next phrase of the readings, whatever is asked for."""

    def __init__(self, name, *, split="test"):
        rows = [row for row in readings() if row["speaker"] == name and row["split"] == split]
        if not rows:
            raise DataError(f"expected a narrator with readings of {split}, got {name!r}")
        self.name, self._phrases = (
            name,
            itertools.cycle(phrase for row in rows for phrase in phrases(dry(row))),
        )

    def say(self, text=None):
        """The next phrase, without a room: (n,) float32 at 16 kHz. `text` is not read."""
        return next(self._phrases)


def phrases(wave, shortest=1.2, longest=3.5):
    """A reading (n,) at 16 kHz cut at its quietest moments into phrases of `shortest` to `longest` seconds -> [(m,)].

    The last phrase may be longer. Quiet ends are left away.
    """
    frame = SR // 50
    level = np.square(wave[: len(wave) // frame * frame].reshape(-1, frame)).mean(1)
    loud = np.flatnonzero(level > level.max() * 10**-3.5)
    start, stop = int(loud[0]), int(loud[-1]) + 1
    few, many = round(50 * shortest), round(50 * longest)
    found = []
    while stop - start > many + few:
        cut = start + few + int(level[start + few : start + many].argmin())
        found.append(wave[start * frame : cut * frame])
        start = cut
    return [*found, wave[start * frame : stop * frame]]


def make_narrators(folder, *, seed=0, base=None, transfer=None, progress=None, processes=None):
    """Write the corpus of narrators to `folder` and return the folder: seconds on two cores.

    `base` and `transfer` narrators, the first ones of the cast (None: all). The same arguments give the same bytes
    on one machine. Raises DataError where the package's audio is missing or the folder cannot be written.
    """
    chosen = []
    for role, count in (("base", base), ("transfer", transfer)):
        names = sorted({row["speaker"] for row in readings() if row["role"] == role})
        if count is not None and not 0 <= count <= len(names):
            raise DataError(f"expected 0 to {len(names)} narrators with role {role}, got {count}")
        chosen.append(set(names[:count]))
    rows = [row for row in readings() if row["speaker"] in chosen[0] | chosen[1]]
    if not rows:
        raise DataError(f"expected a narrator or more, got base={base}, transfer={transfer}")
    readme = README.format(
        speakers=len(chosen[0] | chosen[1]), base=len(chosen[0]), transfer=len(chosen[1]), clips=len(rows), seed=seed
    )  # fmt: skip
    make = partial(_record, seed=seed)
    return write_corpus(
        folder, make, [(row,) for row in rows], readme, progress=progress, processes=processes
    )


def _record(part, row, *, seed):
    """One reading put through its recorder: the clip written, its manifest row in a list."""
    recorder = draw_recorder(stream(seed, "narrators", row["session"]), **ROOMS)
    shift = stream(seed, "mood", row["session"]).uniform(-MOOD, MOOD)
    voice = resample_poly(dry(row), 200, round(200 * (1 + shift)))
    name = f"audio/{row['speaker']}/{row['session']}.flac"
    made = write_clip(part, name, recorder.record(voice))
    made |= {"speaker": row["speaker"], "label": row["sex"], "language": "en", "split": row["split"]}
    made |= {
        key: row[key] for key in ("session", "role", "sex", "accent", "voices", "author", "title", "text")
    }
    return [
        made | {"microphone": recorder.kind, "noise": recorder.session.noise, "room": recorder.session.room}
    ]
