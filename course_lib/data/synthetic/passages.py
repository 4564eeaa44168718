"""A long recording in which a word comes now and then between other words, and where it comes: to listen for it."""

from dataclasses import dataclass

import numpy as np

from course_lib.data.synthetic.rooms import draw_session
from course_lib.data.synthetic.voices import draw_voice, on_a_day, stream
from course_lib.errors import AudioError

SR = 16_000
PAUSE = (0.03, 0.12)  # s between a word and its neighbours in a phrase
REST = (0.3, 1.2)  # s between phrases


@dataclass(frozen=True)
class Passage:
    """A recording (n,) at 16 kHz and where the word is said: ((start, end), ...) in seconds."""

    wave: np.ndarray
    said: tuple

    @property
    def seconds(self):
        return len(self.wave) / SR


def passage(word, others, *, language, voice="p0", minutes=1.0, every=6.0, seed=0):
    """Phrases of two to four of the `others`, and in between `word`, about once in `every` seconds -> Passage.

    One voice (its name, see `draw_voice`) in one room. Others with the same spelling as the word are left out. A phrase
    has the word in its middle; what comes before and after it follows at once. The same arguments give the same sound.

    >>> heard = passage("window", ["water", "paper", "river"], language="en", minutes=0.2)
    >>> len(heard.wave), len(heard.said) > 0
    (192000, True)
    """
    others = [other for other in others if other != word]
    if minutes <= 0 or not others:
        raise AudioError(f"expected minutes above 0 and other words, got {minutes} and {len(others)} words")
    rng = stream(seed, "passage", voice, word)
    speaker, place = on_a_day(draw_voice(seed, voice), rng), draw_session(rng, snr=(18, 32))
    total, parts, said, at = int(minutes * 60 * SR), [], [], 0
    due = rng.uniform(0.3, 1) * every * SR

    def speak(text):
        nonlocal at
        wave = speaker.say(text, language=language)
        parts.append((at, wave))
        at += len(wave)

    while at < total:
        at += int(rng.uniform(*REST) * SR)
        speak(_phrase(others, rng))
        if at >= due:
            at += int(rng.uniform(*PAUSE) * SR)
            start = at
            speak(word)
            said.append((start / SR, at / SR))
            at += int(rng.uniform(*PAUSE) * SR)
            speak(_phrase(others, rng))
            due = at + rng.uniform(0.3, 1) * every * SR
    dry = np.zeros(max(at, total))
    for start, wave in parts:
        dry[start : start + len(wave)] += wave
    return Passage(place.record(dry[:total]), tuple((start, end) for start, end in said if end * SR <= total))


def _phrase(others, rng):
    return " ".join(str(word) for word in rng.choice(others, rng.integers(2, 5)))
