"""Seeded offline speech: speakers, words, accents, snores, conversations, made on the spot with espeak-ng.

The synthesiser is GPL-3.0-or-later and is called, not copied. What is made here teaches; it does not stand
for people: a result on synthetic voices says how a method works, not how well it does on anybody's voice.
The names below are imported when they are first used: the synthesiser and its rooms load scipy.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path

NAMES = {  # name: the file that has it
    "ACCENTS": "phonology",
    **dict.fromkeys(("Conversation", "conversation"), "conversations"),
    "make_new_words": "new_words",
    "make_night": "nights",
    **dict.fromkeys(("Passage", "passage"), "passages"),
    **dict.fromkeys(("make_accents", "make_passage"), "readings"),
    **dict.fromkeys(("Session", "draw_session"), "rooms"),
    **dict.fromkeys(("SCENES", "breath", "clock", "night", "rain", "snore", "speech"), "scenes"),
    "make_speakers": "speakers",
    **dict.fromkeys(("Voice", "accents", "draw_voice"), "voices"),
    "make_words": "words",
}
__all__ = [*NAMES, "MAKERS", "speak"]


def __getattr__(name):
    if name not in NAMES:
        raise AttributeError(f"module 'course_lib.data.synthetic' has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{NAMES[name]}"), name)


class _Makers(Mapping):
    """{corpus: the function that makes it in a folder}; the function is imported when it is asked for."""

    def __getitem__(self, corpus):
        if (
            corpus == "narrators" and corpus in CORPORA
        ):  # natural voices: a file of their own, beside this folder
            return importlib.import_module("course_lib.data.narrators").make_narrators
        return __getattr__(CORPORA[corpus])

    def __iter__(self):
        return iter(CORPORA)

    def __len__(self):
        return len(CORPORA)


CORPORA = {
    "synthetic": "make_speakers",
    "synthetic_words": "make_words",
    "synthetic_new_words": "make_new_words",
    "synthetic_passage": "make_passage",
    "synthetic_accents": "make_accents",
    "synthetic_night": "make_night",
}
if (
    Path(__file__).parents[1] / "narrators_audio" / "readings.csv"
).is_file():  # their audio comes along, or not
    CORPORA["narrators"] = "make_narrators"
MAKERS = _Makers()


def speak(text, *, voice=None, language=None):
    """Say `text` -> 1-D float32 in [-1, 1] at 16 kHz; `voice` a Voice, `language` one of espeak-ng's.

    >>> speak("hello").dtype
    dtype('float32')
    """
    from course_lib.data.synthetic.voices import Voice

    return (voice or Voice()).say(text, language=language)
