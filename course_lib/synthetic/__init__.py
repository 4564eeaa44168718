"""Seeded offline speech: speakers, words, accents, snores, conversations, made on the spot with espeak-ng.

The synthesiser is GPL-3.0-or-later and is called, not copied. What is made here teaches; it does not stand
for people: a result on synthetic voices says how a method works, not how well it does on anybody's voice.
"""

from course_lib.synthetic.accents import ACCENTS, accents
from course_lib.synthetic.speakers import make_speakers
from course_lib.synthetic.voices import Voice, draw_voice

MAKERS = {"synthetic": make_speakers}
__all__ = ["ACCENTS", "MAKERS", "Voice", "accents", "draw_voice", "make_speakers", "speak"]


def speak(text, *, voice=None, language=None):
    """Say `text` -> 1-D float32 in [-1, 1] at 16 kHz; `voice` a Voice, `language` one of espeak-ng's.

    >>> speak("hello").dtype
    dtype('float32')
    """
    return (voice or Voice()).say(text, language=language)
