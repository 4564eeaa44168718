"""Who reads what, in which voice and at which pace: every clip of the narrators, a function of the seed alone."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from course_lib.data.synthetic.wordbank import KNOWN, novel_words

HERE = Path(__file__).parent
SEED = 0
SPLITS = ("train", "test", "valid", "train", "train", "train", "test", "train", "train")  # of each session
ROUND = 7  # sessions after which the passages would come again
PAIRS = {"women": ("t00", "t04"), "men": ("t01", "t05"), "across": ("t02", "t03")}  # of the continuum
STEPS = 11  # from one voice to the other, both ends included
SENTENCE = "My father had a small estate in Nottinghamshire: I was the third of five sons."  # Swift 1726
WORD_SPEAKERS = (
    6  # narrators who say the new words: the first of the transfer side, three women and three men
)
LONGEST = 15_840  # samples of a word, just under a second; a longer one is said faster
LANGUAGES = {"fr": "fr-fr"}  # espeak-ng's name of a language, where the word lists have another
DAY = 0.08  # how far a style moves from day to day, as a share of the distance between voices


@dataclass(frozen=True)
class Narrator:
    """A row of cast.csv: a voice of Kokoro, or two whose styles are mixed half and half."""

    name: str
    role: str  # base or transfer
    sex: str
    origin: str  # whose voices they are: "British", "American and Spanish"
    english: str  # the pronunciation that espeak-ng gives: en-us or en-gb
    voices: tuple


@dataclass(frozen=True)
class Reading:
    """One session of a narrator."""

    narrator: Narrator
    session: int
    passage: int  # the number of the passage among those of the narrator's side
    text: str
    speed: float
    day: tuple  # how much of every voice of the side is added to the style

    @property
    def name(self):
        return f"{self.narrator.name}_{self.session}"


@dataclass(frozen=True)
class Step:
    """One step of a continuum: the sentence by a voice between two narrators, `share` of the way."""

    pair: str  # a key of PAIRS
    number: int
    first: Narrator
    second: Narrator

    share = property(lambda self: self.number / (STEPS - 1))
    name = property(lambda self: f"{self.pair}_{self.number:02d}")


@dataclass(frozen=True)
class Word:
    """One word by one narrator, as espeak-ng would have it pronounced in the word's own language."""

    narrator: Narrator
    number: int  # among the new words
    text: str
    language: str

    name = property(lambda self: f"{self.narrator.name}_w{self.number:03d}")


def cast():
    """Every narrator, in order."""
    with open(HERE / "cast.csv", newline="", encoding="utf-8") as file:
        return [
            Narrator(
                r["narrator"], r["role"], r["sex"], r["origin"], r["english"], tuple(r["voices"].split())
            )
            for r in csv.DictReader(file)
        ]


def passages(side):
    """What the narrators of a side read: [(text, author, title, year)]."""
    works = yaml.safe_load((HERE / "texts.yaml").read_text(encoding="utf-8"))
    return [
        (text, work["author"], work["title"], work["year"])
        for work in works
        if work["side"] == side
        for text in work["passages"]
    ]


def voices_of(side):
    """The voices that narrators of a side are made of."""
    return sorted({voice for narrator in cast() if narrator.role == side for voice in narrator.voices})


def readings(seed=SEED):
    """Every reading, first sessions first, so that a run that stops early has all narrators.

    Session s of narrator n reads passage n + step * s, three further on from the eighth session: nobody reads a
    passage twice, and each is read by several narrators of its side, now in training and now in test.
    """
    every = []
    for side, step in (("base", 8), ("transfer", 4)):
        texts = passages(side)
        people = [narrator for narrator in cast() if narrator.role == side]
        for number, narrator in enumerate(people):
            own = np.random.default_rng([seed, side == "base", number])
            pace = own.uniform(0.86, 1.02)
            for session in range(len(SPLITS)):
                passage = (number + step * session + 3 * (session // ROUND)) % len(texts)
                speed = round(float(pace * own.uniform(0.95, 1.05)), 3)
                day = own.standard_normal(len(voices_of(side)))
                day = DAY * (day - day.mean()) / np.sqrt(len(day))
                every.append(
                    Reading(narrator, session, passage, texts[passage][0], speed, tuple(day.tolist()))
                )
    return sorted(every, key=lambda reading: reading.session)


def continuum():
    """Every step of the three continua."""
    people = {narrator.name: narrator for narrator in cast()}
    return [
        Step(pair, number, people[first], people[second])
        for pair, (first, second) in PAIRS.items()
        for number in range(STEPS)
    ]


def words():
    """Every new word of the nine known languages by each of the narrators who say them, narrator after narrator."""
    people = [narrator for narrator in cast() if narrator.role == "transfer"][:WORD_SPEAKERS]
    new = [(word, language) for language in KNOWN for word in novel_words(language)]
    return [Word(narrator, number, *word) for narrator in people for number, word in enumerate(new)]


def say(kokoro, clip):
    """The sound of a Reading, a Step or a Word, (n,) float32 at 16 kHz."""
    if isinstance(clip, Word):
        english = clip.narrator.english
        language = english if clip.language == "en" else LANGUAGES.get(clip.language, clip.language)
        phonemes, own = kokoro.phonemes(clip.text, language), styles(kokoro, clip.narrator)
        wave = kokoro.say(phonemes, own)
        return wave if len(wave) <= LONGEST else kokoro.say(phonemes, own, 1.05 * len(wave) / LONGEST)
    if isinstance(clip, Step):
        first, second = styles(kokoro, clip.first), styles(kokoro, clip.second)
        phonemes = kokoro.phonemes(SENTENCE, clip.first.english)
        return kokoro.say(phonemes, (1 - clip.share) * first + clip.share * second)
    phonemes = kokoro.phonemes(clip.text, clip.narrator.english)
    return kokoro.say(phonemes, styles(kokoro, clip.narrator, clip.day), clip.speed)


def styles(kokoro, narrator, day=None):
    """A narrator's styles (510, 256), as they are on a day: moved among the voices of the narrator's own side."""
    own = np.mean([kokoro.voice(voice) for voice in narrator.voices], axis=0)
    if day is None:
        return own
    return own + sum(amount * kokoro.voice(voice) for amount, voice in zip(day, voices_of(narrator.role)))
