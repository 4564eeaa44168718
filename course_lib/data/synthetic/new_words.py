"""The corpus `synthetic_new_words`: words that no base network hears, each by so many voices that 20 can teach it.

For learning a word from a few examples: new words of the nine known languages and of ten that no base hears, and of
the words that a base knows a few, as `other words`. The voices are others than those that a base learns from.
Ref: Mazumder et al. 2021 (5-shot models of new words, of known and of new languages).
"""

from functools import partial

from course_lib.data.synthetic.corpus_writer import write_corpus
from course_lib.data.synthetic.voices import draw_voice, stream
from course_lib.data.synthetic.wordbank import FOREIGN, KNOWN, novel_words, trained_words
from course_lib.data.synthetic.words import record_words, side
from course_lib.errors import DataError

README = """# synthetic_new_words: words that nobody said, and no base network heard

- Licence: made by the course with espeak-ng, GPL-3.0-or-later; no recording of a person is in it.

New words of {known} known languages and of {foreign} languages that no base hears ({foreigners}), {words} of each,
by {voices} voices, one second each (seed {seed}); speech synthesiser espeak-ng 1.52 (GPL-3.0-or-later,
https://github.com/espeak-ng/espeak-ng; package espeakng-loader); voices, rooms, noises and word lists by
`course_lib/data/synthetic`. No recording of a person is in it.

`label` is the word, `speaker` the voice, which is on one side of the split. `role` is `transfer` for new words and
`base` for words that a base knows: every voice says a few of them, others each time. `known` is yes for the languages
that a base knows. `start_s` says where in the clip the word begins.
"""


def make_new_words(folder, *, seed=0, voices=32, words=3, others=2, progress=None, processes=None):
    """Write the corpus to `folder` and return the folder: about 15 s on two cores.

    words    new words of each language (None: all there are, 165 of known languages and 200 of others)
    others   words that a base knows, for each voice and known language
    Of 32 voices 22 train, five validate, five test. The same arguments give the same bytes. Raises DataError for
    numbers without sense or an unwritable folder.
    """
    if voices < 3 or others < 0 or (words is not None and not 1 <= words <= 18):
        raise DataError(f"expected 3 voices and 1 to 18 words or more, got voices={voices}, words={words}")
    pieces = [
        (f"n{i:02d}", side(i, voices), language) for i in range(voices) for language in (*KNOWN, *FOREIGN)
    ]
    readme = README.format(
        known=len(KNOWN), foreign=len(FOREIGN), foreigners=", ".join(FOREIGN), voices=voices, seed=seed,
        words=words or "all new ones",
    )  # fmt: skip
    make = partial(_one_voice, seed=seed, words=words, others=others)
    return write_corpus(folder, make, pieces, readme, progress=progress, processes=processes)


def _one_voice(part, name, split, language, *, seed, words, others):
    rng = stream(seed, "new words", name, language)
    said = [(word, "transfer") for word in novel_words(language)[:words]]
    if language in KNOWN:
        said += [(str(word), "base") for word in rng.choice(trained_words(language), others, replace=False)]
    rows = record_words(part, name, split, language, said, draw_voice(seed, name), rng)
    return [row | {"known": "yes" if language in KNOWN else "no"} for row in rows]
