"""Seeded offline speech: speakers, words, accents, snores, conversations, made on the spot with espeak-ng.

The synthesiser is GPL-3.0-or-later and is called, not copied. What is made here teaches; it does not stand
for people: a result on synthetic voices says how a method works, not how well it does on anybody's voice.
The names below are imported when they are first used: the synthesiser and its rooms load scipy.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path

from course_lib import lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    {
        "phonology": "ACCENTS",
        "conversations": "Conversation conversation",
        "new_words": "make_new_words",
        "nights": "make_night",
        "passages": "Passage passage",
        "readings": "make_accents make_passage",
        "rooms": "Session draw_session",
        "scenes": "SCENES breath clock night rain snore speech",
        "speakers": "make_speakers",
        "voices": "Voice accents draw_voice",
        "words": "make_words",
    },
)
__all__ += ["MAKERS", "speak"]


class _Makers(Mapping):
    """{corpus: the function that makes it in a folder}; the function is imported when it is asked for."""

    def __getitem__(self, corpus):
        if CORPORA[corpus] in NARRATED:  # natural voices: files of their own, beside this folder
            return getattr(importlib.import_module(NARRATED[CORPORA[corpus]]), CORPORA[corpus])
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
NARRATED = {
    "make_narrators": "course_lib.data.narrators",
    "make_narrators_words": "course_lib.data.narrator_words",
}
AUDIO = Path(__file__).parents[1] / "narrators_audio"  # comes along, or not
if (AUDIO / "readings.csv").is_file():
    CORPORA["narrators"] = "make_narrators"
if (AUDIO / "words.csv").is_file():
    CORPORA["narrators_words"] = "make_narrators_words"
MAKERS = _Makers()


def speak(text, *, voice=None, language=None):
    """Say `text` -> 1-D float32 in [-1, 1] at 16 kHz; `voice` a Voice, `language` one of espeak-ng's.

    >>> speak("hello").dtype
    dtype('float32')
    """
    from course_lib.data.synthetic.voices import Voice

    return (voice or Voice()).say(text, language=language)
