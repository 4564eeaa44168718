"""Clean utterances: many words by many voices, without room, noise or place in a second. Training adds those."""

import hashlib
from dataclasses import replace

import numpy as np

from course_lib.data.synthetic.espeak import utter
from course_lib.data.synthetic.voices import draw_voice, on_a_day, stream
from course_lib.data.synthetic.wordbank import KNOWN, trained_words
from course_lib.paths import atomic_file, cache_root

SCALE = 32_767  # int16: half the memory of float32


class CleanUtterances:
    """Sounds of any length, end to end in one array: len(c), c[i] -> (n,) int16 at 16 kHz; `labels` the word of each."""

    def __init__(self, samples, ends, labels):
        self.samples, self.ends, self.labels = samples, np.asarray(ends), list(labels)
        self.starts = np.concatenate([[0], self.ends[:-1]])

    def __len__(self):
        return len(self.ends)

    def __getitem__(self, index):
        return self.samples[self.starts[index] : self.ends[index]]

    @classmethod
    def of(cls, waves, labels):
        """From a list of waves (n,), float in [-1, 1]."""
        samples = [_as_int16(wave) for wave in waves]
        return cls(np.concatenate(samples), np.cumsum([len(wave) for wave in samples]), labels)


def words_of_voices(voices=40, *, seed=0, words=None, name="k", progress=None):
    """Every word of `words` {language: [word, ...]} said once by each of `voices` voices -> CleanUtterances, cached on disk.

    Default: the 760 words to train on. Two voices of five speak through espeak-ng's other synthesiser (Klatt's),
    so that a network cannot rely on the sound of one. `name` begins the names of the voices: those of the corpus
    `synthetic_words` are called w00, w01, ... and are other voices.
    """
    words = words or {language: trained_words(language) for language in KNOWN}
    key = hashlib.sha256(repr((voices, seed, words, name, 1)).encode()).hexdigest()[:20]
    cached = cache_root() / "keywords" / f"{key}.npz"
    labels = [word for _ in range(voices) for spoken in words.values() for word in spoken]
    if cached.is_file():
        with np.load(cached, allow_pickle=False) as arrays:
            return CleanUtterances(arrays["samples"], arrays["ends"], labels)
    waves = []
    for number in range(voices):
        waves += [_as_int16(wave) for wave in _one_voice(f"{name}{number:02d}", words, seed)]
        if progress:
            progress(number + 1, voices)
    utterances = CleanUtterances(np.concatenate(waves), np.cumsum([len(wave) for wave in waves]), labels)
    with atomic_file(cached) as part, open(part, "wb") as file:
        np.savez(file, samples=utterances.samples, ends=utterances.ends)
    return utterances


def _as_int16(wave):
    return np.round(np.clip(wave, -1, 1) * SCALE).astype(np.int16)


def _one_voice(name, words, seed):
    rng = stream(seed, "keywords", name)
    person = draw_voice(seed, name)
    synthesiser = f"\nklatt {rng.integers(1, 5)}" if rng.random() < 0.4 else ""
    for language, spoken in words.items():
        today = on_a_day(person, rng, pitch=0.25, rate=0.25)
        for word in spoken:
            voice = replace(today, rate=today.rate * rng.uniform(0.85, 1.2))
            wave = utter(word, language, variant=voice.variant() + synthesiser, rate=voice.rate)
            peak = np.abs(wave).max()
            yield wave[: int(1.2 * 16_000)] / max(1.0, peak) * 0.98
