"""Seeded offline speech: speakers, words, accents, snores, conversations, made on the spot with espeak-ng.

The synthesiser is GPL-3.0-or-later and is called, not copied. What is made here teaches; it does not stand
for people: a result on synthetic voices says how a method works, not how well it does on anybody's voice.
"""

from course_lib.data.synthetic.accents import ACCENTS
from course_lib.data.synthetic.conversations import Conversation, conversation
from course_lib.data.synthetic.new_words import make_new_words
from course_lib.data.synthetic.nights import make_night
from course_lib.data.synthetic.passages import Passage, passage
from course_lib.data.synthetic.readings import make_accents, make_passage
from course_lib.data.synthetic.rooms import Session, draw_session
from course_lib.data.synthetic.scenes import SCENES, breath, clock, night, rain, snore, speech
from course_lib.data.synthetic.speakers import make_speakers
from course_lib.data.synthetic.voices import Voice, accents, draw_voice
from course_lib.data.synthetic.words import make_words

MAKERS = {
    "synthetic": make_speakers,
    "synthetic_words": make_words,
    "synthetic_new_words": make_new_words,
    "synthetic_passage": make_passage,
    "synthetic_accents": make_accents,
    "synthetic_night": make_night,
}
__all__ = [
    "ACCENTS", "MAKERS", "SCENES", "Conversation", "Passage", "Session", "Voice", "accents", "breath", "clock",
    "conversation", "draw_session", "draw_voice", "make_accents", "make_new_words", "make_night", "make_passage", "make_speakers",
    "make_words", "night", "passage", "rain", "snore", "speak", "speech",
]  # fmt: skip


def speak(text, *, voice=None, language=None):
    """Say `text` -> 1-D float32 in [-1, 1] at 16 kHz; `voice` a Voice, `language` one of espeak-ng's.

    >>> speak("hello").dtype
    dtype('float32')
    """
    return (voice or Voice()).say(text, language=language)
