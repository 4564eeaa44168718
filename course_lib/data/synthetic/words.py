"""The corpus `synthetic_words`: single words of twelve languages in one-second clips, split by voice.

For few-shot learning it has its base and its transfer side: the last three of each language's ten words, and
all words of the languages in UNSEEN, have role `transfer` and are for learning from a few examples.
Ref: Mazumder et al. 2021, Few-Shot Keyword Spotting in Any Language (the setting, on real recordings).
"""

from functools import partial

import numpy as np

from course_lib.data.synthetic.corpus_writer import write_clip, write_corpus
from course_lib.data.synthetic.rooms import draw_session
from course_lib.data.synthetic.voices import draw_voice, on_a_day, stream
from course_lib.data.synthetic.wordlists import UNSEEN, WORDS, word_list
from course_lib.errors import DataError

SR = 16_000
LONGEST = 0.92  # s; a longer word is said faster until it fits a second
NEW_SHARE = 0.3  # of a language's words are kept as new words
README = """# synthetic_words: words that nobody said

- Licence: made by the course with espeak-ng, GPL-3.0-or-later; no recording of a person is in it.

{words} words in {languages} languages by {voices} voices, one second each, made by `course data make
synthetic_words` (seed {seed}) with the speech synthesiser espeak-ng 1.52 (GPL-3.0-or-later,
https://github.com/espeak-ng/espeak-ng; package espeakng-loader); voices, rooms, noises and word lists by
`course_lib/data/synthetic`. No recording of a person is in it.

`label` is the word, found in one language only; `speaker` the voice. A voice is on one side of the split.
`role` is `base` for the words to train on, `transfer` for new words: the last {new} of each language, and all of
{unseen}, the languages a base network never hears. `start_s` says where in the clip the word begins.
See docs/synthetic.md for what these voices can and cannot stand for.
"""


def make_words(folder, *, seed=0, voices=12, words=10, languages=tuple(WORDS), progress=None, processes=None):
    """Write the corpus of synthetic words to `folder` and return the folder.

    Every one of `voices` says `words` words of each language, in a room of its own for each language; of twelve
    voices eight train, two validate, two test. The same arguments give the same bytes.
    Raises DataError for unknown languages, numbers without sense or an unwritable folder.
    """
    if voices < 3:
        raise DataError(f"expected three voices or more, one for each side of the split, got voices={voices}")
    for language in languages:
        word_list(language, words)
    new = new_words(words)
    pieces = [(f"w{i:02d}", side(i, voices), language) for i in range(voices) for language in languages]
    readme = README.format(
        words=words * len(languages), languages=len(languages), voices=voices, seed=seed, new=new,
        unseen=", ".join(language for language in UNSEEN if language in languages) or "(none here)",
    )  # fmt: skip
    make = partial(make_voice, seed=seed, words=words)
    return write_corpus(folder, make, pieces, readme, progress=progress, processes=processes)


def side(number, voices):
    """Which side of the split voice `number` is on: a sixth to valid and to test, at least one each.

    >>> [side(i, 12) for i in (0, 7, 8, 9, 10, 11)]
    ['train', 'train', 'valid', 'valid', 'test', 'test']
    """
    held = max(1, voices // 6)
    return "test" if number >= voices - held else "valid" if number >= voices - 2 * held else "train"


def new_words(words):
    """How many of a language's words are kept as new words: 3 of 10."""
    return int(words * NEW_SHARE)


def make_voice(part, name, split, language, *, seed, words):
    """One voice's words of one language: clips written, manifest rows returned."""
    rng = stream(seed, "words", name, language)
    new = len(word_list(language, words)) - new_words(words)
    said = [
        (word, "transfer" if language in UNSEEN or number >= new else "base")
        for number, word in enumerate(word_list(language, words))
    ]
    return record_words(part, name, split, language, said, draw_voice(seed, name), rng)


def record_words(part, name, split, language, said, voice, rng):
    """`said` is [(word, role), ...]: the voice says them on one day in one room -> manifest rows, clips written."""
    voice, place = on_a_day(voice, rng), draw_session(rng)
    rows = []
    for number, (word, role) in enumerate(said):
        wave, start = in_a_second(voice, word, language, rng)
        row = write_clip(
            part, f"audio/{language}/{language}{number:02d}_{name}.flac", place.record(wave, number)
        )
        row |= {"speaker": name, "label": word, "language": language, "split": split}
        row |= {"session": f"{name}_{language}", "role": role}
        rows.append(row | {"start_s": f"{start:.3f}", "noise": place.noise, "room": place.room})
    return rows


def in_a_second(voice, word, language, rng, jitter=0.06):
    """The word alone in one second, centred but for up to `jitter` s: (16000,) and where it starts, in s."""
    wave = voice.say(word, language=language)
    if len(wave) > LONGEST * SR:
        wave = faster(voice, len(wave) / (LONGEST * SR) * 1.05).say(word, language=language)
        wave = wave[: int(LONGEST * SR)]
    return placed(wave, rng, jitter)


def placed(wave, rng, jitter=0.06):
    """A word of at most a second, centred in one but for up to `jitter` s: (16000,) and where it starts, in s."""
    free = SR - len(wave)
    start = int(np.clip(free / 2 + rng.uniform(-jitter, jitter) * SR, 0, free))
    return np.pad(wave, (start, free - start)), start / SR


def faster(voice, factor):
    """The same voice speaking `factor` times as fast (at most 400 words a minute)."""
    from dataclasses import replace

    return replace(voice, rate=min(400.0, voice.rate * factor))
