"""Training the embedding network: every example is a word by a voice, augmented anew each time it is used.

A few-shot spotter meets its word said by others, elsewhere, beside other words. So the network must learn that
none of this matters: speed, place in the second, neighbours, echo, microphone and noise are drawn at random.
Ref: Mazumder et al. 2021 (noise, shifts, SpecAugment); Ko et al. 2015 (speed).
"""

import numpy as np
import torch

from course_lib import augment, features, metrics
from course_lib.audio import SR
from course_lib.data.synthetic.rooms import NOISES, draw_session, noise
from course_lib.errors import CourseError
from course_lib.models import KeywordNet
from course_lib.seeding import seed_everything
from course_lib.tasks.keywords.clean_utterances import SCALE, CleanUtterances, words_of_voices
from course_lib.training import fit, predict

SPEED = (0.85, 1.2)
LATE = 0.15  # s, how far a word may lie from the middle
BESIDE = 0.3  # share of seconds in which other words come before and after
QUIET = 1e-4  # -80 dB: no real second is without any noise


class Seconds:
    """What `fit` reads: `size` augmented seconds an epoch, every word as often as any other.

    clean    the words (CleanUtterances)
    real     recordings of some of the same words (CleanUtterances of one-second clips), or None
    share    the fraction of the examples that is taken from `real`
    noises   real noises (k, 16000), beside those that are made here
    size     examples in an epoch;   masks   True: SpecAugment
    Raises CourseError for recordings of words that `clean` does not have.
    """

    def __init__(self, clean, *, real=None, share=0.15, noises=None, size=12_000, masks=True):
        self.clean, self.real, self.share, self.size, self.masks = clean, real, share, size, masks
        self.classes = sorted(set(clean.labels))
        unknown = sorted(set(real.labels) - set(self.classes)) if real is not None else []
        if unknown:
            raise CourseError(
                f"expected recordings of the {len(self.classes)} words, got others: {unknown[:5]}"
            )
        self.places = [_by_word(part, self.classes) for part in (clean, real) if part is not None]
        made = [noise(kind, 4 * SR, number) for number, kind in enumerate(NOISES)]
        cut = [
            torch.from_numpy(wave[start : start + SR]).float()
            for wave in made
            for start in range(0, 3 * SR, SR // 2)
        ]
        self.noises = torch.stack(cut) if noises is None else torch.cat([torch.stack(cut), noises])

    def __len__(self):
        return self.size

    def batches(self, batch_size, *, shuffle=True, seed=0):
        """Yield (mel spectrograms (b, 64, 101), classes (b,)): what is drawn depends on the seed alone."""
        rng, draw = np.random.default_rng(seed), torch.Generator().manual_seed(int(seed) % (1 << 31))
        for first in range(0, self.size, batch_size):
            waves, y = zip(*(self._second(rng) for _ in range(min(batch_size, self.size - first))))
            yield self._spectrograms(torch.from_numpy(np.stack(waves)), draw), torch.tensor(y)

    def _second(self, rng):
        real = self.real is not None and rng.random() < self.share
        places, sounds = self.places[int(real)], self.real if real else self.clean
        y = (
            int(rng.choice([k for k in range(len(places)) if len(places[k])]))
            if real
            else rng.integers(len(places))
        )
        wave = _speed(sounds[rng.choice(places[y])], rng.uniform(*SPEED))
        start = round((SR - len(wave)) / 2 + rng.uniform(-LATE, LATE) * SR)
        second = placed(wave, start)
        if not real and rng.random() < BESIDE:
            before, after = (self.clean[rng.integers(len(self.clean))] / np.float32(SCALE) for _ in range(2))
            gap = int(rng.uniform(0.0, 0.15) * SR)
            second += placed(before, start - gap - len(before)) + placed(after, start + len(wave) + gap)
        return second, int(y)

    def _spectrograms(self, waves, draw):
        waves = augment.reverberate(waves, draw, share=0.4)
        waves = augment.add_noises(waves, self.noises, draw, share=0.8, snr=(0.0, 35.0))
        waves = waves + QUIET * torch.randn(waves.shape, generator=draw)
        pictures = augment.colour(features.mel(waves), draw, db=6.0)
        return augment.mask(pictures, draw, bands=10, frames=14) if self.masks else pictures


def _by_word(utterances, classes):
    """For every class the places of its utterances."""
    index = {name: number for number, name in enumerate(classes)}
    numbers = np.array([index[label] for label in utterances.labels])
    return [np.flatnonzero(numbers == number) for number in range(len(classes))]


def _speed(samples, factor):
    """Played `factor` times as fast, int16 (n,) -> float32 (n / factor,), by linear interpolation."""
    places = np.arange(0, len(samples) - 1, factor)
    return (np.interp(places, np.arange(len(samples)), samples) / SCALE).astype(np.float32)


def placed(wave, start, length=SR):
    """`wave` in a second of zeros from sample `start` on, which may lie outside: (length,) float32."""
    out = np.zeros(length, dtype=np.float32)
    first, last = max(0, start), min(length, start + len(wave))
    if first < last:
        out[first:last] = wave[first - start : last - start]
    return out


def train_words(
    seconds, *, epochs=20, lr=2e-3, seed=0, settings=None, batch_size=64, progress=True, **options
):
    """Train a KeywordNet to name the words of `seconds` (Seconds) -> (KeywordNet, History).

    settings   of the network; options of `fit`
    """
    seed_everything(seed)
    model = KeywordNet(len(seconds.classes), **(settings or {}))
    history = fit(model, seconds, epochs=epochs, lr=lr, batch_size=batch_size, optimizer="adam", weight_decay=1e-2,
                  schedule="cosine", seed=seed, patience=None, progress=progress, **options)  # fmt: skip
    return model.eval(), history


def recordings(corpus, words):
    """The one-second clips of a corpus whose label is one of `words` -> CleanUtterances, with their real rooms."""
    clips = [clip for clip in corpus if clip.label in set(words)]
    if not clips:
        raise CourseError(f"{corpus.name}: expected recordings of trained words, found none")
    return CleanUtterances.of(
        [corpus.read(clip).numpy()[:SR] for clip in clips], [clip.label for clip in clips]
    )


def backgrounds(corpus, label="_background_noise_"):
    """Seconds of real noise of a corpus (the first ten of each recording) -> (k, 16000), or None where it has none."""
    cuts = []
    for clip in corpus:
        if clip.label == label:
            wave = corpus.read(clip, allow_silence=True)[: 10 * SR]
            cuts += [part for part in wave.split(SR) if len(part) == SR and part.abs().max() > 1e-3]
    return torch.stack(cuts) if cuts else None


def word_accuracy(model, classes, *, voices=2, seed=0):
    """(accuracy, count) on the trained words by `voices` voices that the network never heard, each in a room of its own."""
    spoken = words_of_voices(voices, seed=seed, name="v")
    rng, waves = np.random.default_rng(seed), []
    for number in range(len(spoken)):
        wave = spoken[number] / np.float32(SCALE)
        waves.append(draw_session(rng).record(placed(wave, (SR - len(wave)) // 2), number))
    scores = torch.cat(
        [
            predict(model, features.mel(torch.from_numpy(np.stack(waves[k : k + 256]))))
            for k in range(0, len(waves), 256)
        ]
    )
    truth = [classes.index(label) for label in spoken.labels]
    return metrics.accuracy(scores.argmax(1), truth), len(truth)
