"""The corpus `synthetic_night`: five seconds of snoring, breathing, a clock, rain or speech, one recording a clip.

Every kind is brought to one loudness, coloured, and recorded in a room and by a microphone drawn alike (scenes.py);
behind most of them a second, weaker sound goes on, so no recording is as clean as its label.
"""

from functools import partial

from course_lib.data.synthetic.corpus_writer import write_clip, write_corpus
from course_lib.data.synthetic.scenes import SCENES
from course_lib.data.synthetic.voices import stream
from course_lib.errors import DataError

LABELS = ("snore", "breath", "clock", "rain", "speech")
BEHIND = ("breath", "clock", "rain", "speech")  # never a snore: the label must stay true
SECONDS = 5.0
README = """# synthetic_night: a night that nobody slept

- Licence: made by the course with espeak-ng, GPL-3.0-or-later; no recording of a person is in it.

{total} recordings of {seconds:.0f} seconds, {each} of each kind: {labels}. Made by `course data make synthetic_night`
(seed {seed}): snores, breaths, clocks and rain from their physics, speech with the synthesiser espeak-ng 1.52
(GPL-3.0-or-later, https://github.com/espeak-ng/espeak-ng; package espeakng-loader). No recording of a person is in it.

`label` is the kind; `behind` a second, weaker sound in the same recording, `over_db` how far it lies below, or empty.
`session` is the recording: it lies on one side of the split. All are equally loud, through rooms and microphones drawn alike.
A snore here is a rule, not a sleeper: a result says how a method works, and nothing about anybody's health.
"""


def make_night(folder, *, seed=0, each=48, progress=None, processes=None):
    """Write the corpus of night sounds to `folder` and return the folder: `each` recordings of every kind.

    Of six recordings three train, one validates, two test. The same arguments give the same bytes.
    Raises DataError for fewer than six of each or an unwritable folder.
    """
    if each < 6:
        raise DataError(f"expected six recordings of each kind or more, for three sides, got each={each}")
    total = each * len(LABELS)
    readme = README.format(total=total, seconds=SECONDS, each=each, labels=", ".join(LABELS), seed=seed)
    pieces = [(kind, first, min(first + 6, each)) for kind in LABELS for first in range(0, each, 6)]
    make = partial(make_recordings, seed=seed)
    return write_corpus(folder, make, pieces, readme, progress=progress, processes=processes)


def side(number):
    """Which side of the split recording `number` of a kind is on.

    >>> [side(number) for number in range(6)]
    ['train', 'train', 'train', 'valid', 'test', 'test']
    """
    return ("train", "train", "train", "valid", "test", "test")[number % 6]


def make_recordings(part, kind, first, last, *, seed):
    """Recordings `first` to `last` of one kind: clips written, manifest rows returned."""
    rows = []
    for number in range(first, last):
        rng = stream(seed, "night", kind, number)
        name = f"{kind}_{number:03d}"
        wave = SCENES[kind](int(rng.integers(2**31)), SECONDS)
        behind, over = "", ""
        if rng.random() < 0.75:
            behind, over = str(rng.choice([one for one in BEHIND if one != kind])), rng.uniform(0, 15)
            second = SCENES[behind](int(rng.integers(2**31)), SECONDS)
            wave = (wave + second * 10 ** (-over / 20)) / (1 + 10 ** (-over / 10)) ** 0.5
            over = f"{over:.1f}"
        row = write_clip(part, f"audio/{kind}/{name}.flac", wave)
        row |= {"speaker": "", "label": kind, "language": "", "split": side(number), "session": name}
        rows.append(row | {"behind": behind, "over_db": over})
    return rows
