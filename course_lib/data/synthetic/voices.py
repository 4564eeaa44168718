"""Who speaks: a voice as a throat (formants), a larynx (pitch, roughness), a habit (rate, accent) and a timbre.

A voice's identity is what stays: the length of the vocal tract, which moves all formants together; each
formant's own place, height and width; the tilt of the spectrum. Pitch and rate drift from day to day, and
voices overlap widely in them, as people do. Ref: Fant 1960, Acoustic Theory of Speech Production; the voice
files of espeak-ng (docs/voices.md), into which a Voice is written.
"""

import zlib
from dataclasses import dataclass, replace

import numpy as np

from course_lib.data.synthetic.espeak import utter
from course_lib.data.synthetic.phonology import ACCENTS, RAINBOW, dialect
from course_lib.errors import AudioError

PITCH = (75.0, 260.0)  # Hz, what a Voice may have
ESPEAK_PITCH = 82.0  # Hz; espeak-ng shifts formants by a quarter of a pitch's distance from here


def stream(seed, *names):
    """A random generator that depends on the seed and the names alone, not on what was drawn before.

    >>> bool(stream(0, "s01", 2).random() == stream(0, "s01", 2).random())
    True
    """
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])


@dataclass(frozen=True)
class Voice:
    """One speaker. Lengths of tuples: five formants. Frozen, so that a voice can be a key or be compared.

    >>> Voice(tract=1.1) == Voice(tract=1.1), len(Voice().say("yes")) > 3000
    (True, True)
    """

    accent: str = "en-us"  # a key of ACCENTS, or any language of espeak-ng
    pitch: float = 110.0  # Hz, where phrases end
    melody: float = 0.4  # how far pitch rises within a phrase, as a fraction of `pitch`
    rate: float = 165.0  # words a minute
    tract: float = 1.0  # formant frequencies relative to espeak-ng's male voice; 1.15: a shorter throat
    formants: tuple = (1.0,) * 5  # each formant's frequency, relative to `tract`
    heights: tuple = (1.0,) * 5
    widths: tuple = (1.0,) * 5
    tilt: float = 0.0  # dB an octave above 1 kHz, re espeak-ng's own
    rough: int = 2  # 0 to 7
    flutter: int = 2  # how much pitch wavers
    consonants: float = 1.0  # their loudness beside vowels

    def __post_init__(self):
        if not PITCH[0] <= self.pitch <= PITCH[1]:
            raise AudioError(f"expected a pitch of {PITCH[0]:.0f} to {PITCH[1]:.0f} Hz, got {self.pitch}")
        if not 0.7 <= self.tract <= 1.4:
            raise AudioError(
                f"expected a tract of 0.7 to 1.4 (1 is espeak-ng's male voice), got {self.tract}"
            )

    def say(self, text, *, language=None):
        """Speak `text` -> 1-D float32 in [-1, 1] at 16 kHz. `language` overrides the accent's."""
        accent = language or self.accent
        if accent in ACCENTS:
            return utter(text, variant=self.variant(), dialect=dialect(accent), rate=self.rate)
        return utter(text, accent, variant=self.variant(), rate=self.rate)

    def variant(self):
        """The voice as the text of an espeak-ng variant file."""
        # pitch moves formants in espeak-ng; a throat does not: divide that out
        own = self.tract / (1 + (self.pitch - ESPEAK_PITCH) / ESPEAK_PITCH / 4)
        lines = [f"pitch {self.pitch:.0f} {self.pitch * (1 + self.melody):.0f}"]
        lines.append(f"formant 0 {100 * own:.0f} 100 100")
        for number, (place, height, width) in enumerate(
            zip(self.formants, self.heights, self.widths), start=1
        ):
            lines.append(f"formant {number} {100 * own * place:.0f} {100 * height:.0f} {100 * width:.0f}")
        lines += [f"formant {number} {100 * own:.0f} 100 100" for number in (6, 7, 8)]
        points = ((600, 0.0), (1500, 0.6), (3000, 1.6), (6000, 2.6))  # Hz, octaves above 1 kHz
        tone = " ".join(f"{hz} {np.clip(120 * 10 ** (self.tilt * up / 20), 8, 255):.0f}" for hz, up in points)
        lines += [f"tone {tone}", f"roughness {self.rough}", f"flutter {self.flutter}"]
        lines.append(f"consonants {100 * self.consonants:.0f} {100 * self.consonants:.0f}")
        return "\n".join(lines)


def draw_voice(seed, name):
    """The voice of speaker `name`: the same for the same seed, whoever else is drawn."""
    rng = stream(seed, "voice", name)
    high = rng.random() < 0.5  # two overlapping kinds: longer and shorter throats
    return Voice(
        accent=str(rng.choice(list(ACCENTS))),
        pitch=float(np.clip(rng.normal(165 if high else 132, 14), 95, 215)),
        melody=float(rng.uniform(0.3, 0.5)),
        rate=float(rng.uniform(145, 185)),
        tract=float(np.clip(rng.normal(1.12 if high else 0.98, 0.09), 0.8, 1.3)),
        formants=tuple(np.round(np.clip(rng.normal(1, 0.12, 5), 0.75, 1.25), 3).tolist()),
        heights=tuple(np.round(rng.uniform(0.4, 1.5, 5), 3).tolist()),
        widths=tuple(np.round(rng.uniform(0.5, 2.2, 5), 3).tolist()),
        tilt=float(rng.uniform(-5, 3)),
        rough=int(rng.integers(0, 6)),
        flutter=int(rng.integers(1, 8)),
        consonants=float(rng.uniform(0.6, 1.3)),
    )


def on_a_day(voice, rng, *, pitch=0.15, rate=0.1):
    """The same voice on another day: pitch and rate moved by up to these fractions, melody too."""
    low, high = PITCH
    return replace(
        voice,
        pitch=float(np.clip(voice.pitch * (1 + rng.uniform(-pitch, pitch)), low, high)),
        rate=float(voice.rate * (1 + rng.uniform(-rate, rate))),
        melody=float(np.clip(voice.melody * (1 + rng.uniform(-0.3, 0.3)), 0.1, 0.9)),
    )


def accents(text=RAINBOW, *, voice=None, names=None):
    """The same sentence by the same throat in different accents: a dictionary accent -> (n,) wave at 16 kHz.

    >>> read = accents("Three of them.", names=["en-us", "german-like"])
    >>> list(read), read["en-us"].shape == read["german-like"].shape
    (['en-us', 'german-like'], False)
    """
    return {name: replace(voice or Voice(), accent=name).say(text) for name in names or ACCENTS}
