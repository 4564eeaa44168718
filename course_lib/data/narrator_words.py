"""The corpus `narrators_words`: 165 words that no base network hears, said by narrators, put before microphones on the spot.

The dry words lie in the package, all of a narrator end to end in one file; a table says where each begins and ends.
tools/make_narrators.py made them with Kokoro-82M, docs/narrators.md is their card. For the map of new words, and for
spotters that must know a natural voice; thousands of clips and more languages: `synthetic_new_words`.
"""

from functools import partial

from course_lib.data.narrators import ROOMS, dry, table
from course_lib.data.synthetic.corpus_writer import write_clip, write_corpus
from course_lib.data.synthetic.microphones import draw_recorder
from course_lib.data.synthetic.voices import stream
from course_lib.data.synthetic.words import placed, side

VOICES, WORDS = "words_voices.csv", "words.csv"  # a row for each narrator's file; a row for each word in one
README = """# narrators_words: words that no base network heard, by natural voices that nobody is

- Licence: Apache-2.0, made with the network and the voices of Kokoro-82M; no recording of a person is in it.

{words} words of nine languages by {voices} narrators, one second each. The words come with the course; `course data
make narrators_words` (seed {seed}) has put each narrator's words of a language into a room and before a microphone.

`label` is the word, `speaker` the narrator, who is on one side of the split. All narrators speak English: the words of
other languages have an accent. `role` is transfer for all, since no base knows these words. `start_s` says where in
the clip the word begins. See docs/narrators.md for what these voices can and cannot stand for.
"""


def make_narrators_words(folder, *, seed=0, progress=None, processes=None):
    """Write the corpus to `folder` and return the folder: seconds on two cores.

    Of six narrators four train, one validates, one tests. The same arguments give the same bytes on one machine.
    Raises DataError where the package's audio is missing or the folder cannot be written.
    """
    rows = table(VOICES)
    words = {row["path"]: [word for word in table(WORDS) if word["path"] == row["path"]] for row in rows}
    pieces = [(row, words[row["path"]], side(number, len(rows))) for number, row in enumerate(rows)]
    readme = README.format(words=len(pieces[0][1]), voices=len(rows), seed=seed)
    make = partial(_one_voice, seed=seed)
    return write_corpus(folder, make, pieces, readme, progress=progress, processes=processes)


def _one_voice(part, row, words, split, *, seed):
    """All words of a narrator: clips written, manifest rows returned."""
    name, wave, made = row["speaker"], dry(row), []
    for language in dict.fromkeys(word["language"] for word in words):
        rng = stream(seed, "narrators words", name, language)
        recorder = draw_recorder(rng, **ROOMS)
        own = [word for word in words if word["language"] == language]
        for number, word in enumerate(own):
            second, start = placed(wave[int(word["start"]) : int(word["stop"])], rng)
            clip = write_clip(
                part, f"audio/{name}/{language}{number:02d}.flac", recorder.record(second, number)
            )
            clip |= {"speaker": name, "label": word["label"], "language": language, "split": split}
            clip |= {"session": f"{name}_{language}", "role": "transfer", "sex": row["sex"]}
            clip |= {"accent": row["accent"], "voices": row["voices"], "start_s": f"{start:.3f}"}
            made.append(clip | {"microphone": recorder.kind, "noise": recorder.session.noise})
    return made
