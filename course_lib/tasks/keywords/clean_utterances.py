"""Many words by many voices, dry: no room, no noise, no place in a second yet. Those come anew in every epoch."""

import hashlib
from dataclasses import replace

import numpy as np

from course_lib.data.synthetic.espeak import utter
from course_lib.data.synthetic.voices import draw_voice, on_a_day, stream
from course_lib.data.synthetic.wordbank import KNOWN, trained_words
from course_lib.paths import atomic_file, cache_root

SCALE = 32_767  # int16: half the memory of float32


class CleanUtterances:
    """Sounds of any length, end to end in one array: len(dry), dry[i] -> (n,) int16; `labels` the word of each."""

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
        whole = [np.round(np.clip(wave, -1, 1) * SCALE).astype(np.int16) for wave in waves]
        return cls(np.concatenate(whole), np.cumsum([len(wave) for wave in whole]), labels)


def words_of_voices(voices=40, *, seed=0, words=None, name="k", progress=None):
    """Every word of `words` {language: [word, ...]} said once by each of `voices` voices -> Dry, kept on disk.

    Default: the 760 words to train on. Two voices of five speak through espeak-ng's other synthesiser (Klatt's),
    so that a network cannot lean on one. `name` begins the names of the voices: those of the corpus
    `synthetic_words` are called w00, w01, ... and are other voices.
    """
    words = words or {language: trained_words(language) for language in KNOWN}
    key = hashlib.sha256(repr((voices, seed, words, name, 1)).encode()).hexdigest()[:20]
    kept = cache_root() / "keywords" / f"{key}.npz"
    labels = [word for _ in range(voices) for said in words.values() for word in said]
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as arrays:
            return CleanUtterances(arrays["samples"], arrays["ends"], labels)
    waves = []
    for number in range(voices):
        waves += [
            np.round(wave * SCALE).astype(np.int16) for wave in _one_voice(f"{name}{number:02d}", words, seed)
        ]
        if progress:
            progress(number + 1, voices)
    dry = CleanUtterances(np.concatenate(waves), np.cumsum([len(wave) for wave in waves]), labels)
    with atomic_file(kept) as part, open(part, "wb") as file:
        np.savez(file, samples=dry.samples, ends=dry.ends)
    return dry


def _one_voice(name, words, seed):
    rng = stream(seed, "keywords", name)
    person = draw_voice(seed, name)
    synthesiser = f"\nklatt {rng.integers(1, 5)}" if rng.random() < 0.4 else ""
    for language, said in words.items():
        today = on_a_day(person, rng, pitch=0.25, rate=0.25)
        for word in said:
            voice = replace(today, rate=today.rate * rng.uniform(0.85, 1.2))
            wave = utter(word, language, variant=voice.variant() + synthesiser, rate=voice.rate)
            peak = np.abs(wave).max()
            yield wave[: int(1.2 * 16_000)] / max(1.0, peak) * 0.98
