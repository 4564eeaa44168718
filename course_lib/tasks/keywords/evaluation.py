"""How well are new words learned from 1, 5 or 20 examples? Mean F1 over many words, several draws of the examples.

Every word gets a spotter of its own, from examples by voices of the training side. One threshold for all words is
chosen on the voices of the validation side; the F1 of each word is measured, once, on the test side's voices, where
the word must be told from all other words of the set and from background.
Ref: Mazumder et al. 2021 (mean F1 over words).
"""

from dataclasses import dataclass

import numpy as np
import torch

from course_lib import metrics
from course_lib.audio import fit_second
from course_lib.errors import CorpusError
from course_lib.tasks.keywords.spotter import fit_spotter

CANDIDATES = [step / 50 for step in range(5, 50)]  # thresholds: 0.10 to 0.98


@dataclass(frozen=True)
class EmbeddingSet:
    """Seconds as vectors (n, d), each with its word, language, speaker, side (split) and place among the clips, (n,)."""

    vectors: torch.Tensor
    words: np.ndarray
    languages: np.ndarray
    speakers: np.ndarray
    sides: np.ndarray
    place: np.ndarray

    def __len__(self):
        return len(self.words)

    def where(self, **wanted):
        """The part with the wanted words, languages, speakers or sides: one value or several, e.g. where(sides="test")."""
        keep = np.ones(len(self), dtype=bool)
        for name, value in wanted.items():
            keep &= np.isin(getattr(self, name), [value] if isinstance(value, str) else list(value))
        return self.take(np.flatnonzero(keep))

    def take(self, rows):
        """The part with these rows, (m,) places."""
        parts = (getattr(self, name)[rows] for name in ("words", "languages", "speakers", "sides", "place"))
        return EmbeddingSet(self.vectors[torch.as_tensor(rows)], *parts)


@dataclass(frozen=True)
class FewShot:
    """What `few_shot` measured.

    f1, thresholds   one of each draw: the mean F1 over words, and the threshold that was used
    by_word          {word: its mean F1 over the draws}
    chance           the mean F1 of a classifier that always answers yes
    """

    shots: int
    f1: tuple
    by_word: dict
    thresholds: tuple
    chance: float

    @property
    def mean(self):
        """Mean and standard deviation over the draws."""
        return metrics.mean_and_spread(self.f1)

    def __repr__(self):
        mean, deviation = self.mean
        return f"{self.shots} examples: mean F1 {mean:.2f} ± {deviation:.2f} over {len(self.by_word)} words, chance {self.chance:.2f}"


def embedding_set(corpus, base, batch=64) -> EmbeddingSet:
    """Every clip of a corpus as one vector of `base`: its first second, with zeros behind it where it is shorter."""
    vectors, clips = [], list(corpus)
    for first in range(0, len(clips), batch):
        waves = [fit_second(corpus.read(clip, allow_silence=True)) for clip in clips[first : first + batch]]
        vectors.append(base.embed(torch.stack(waves)))
    columns = ([getattr(clip, name) for clip in clips] for name in ("label", "language", "speaker", "split"))
    return EmbeddingSet(torch.cat(vectors), *map(np.array, columns), np.arange(len(clips)))


def few_shot(embeddings, words, others, background, *, shots=5, seeds=(0, 1, 2), threshold=None) -> FewShot:
    """Learn each of `words` from `shots` examples, in one draw a seed, and test it against all others -> FewShot.

    embeddings           an EmbeddingSet with the sides train, valid and test
    others, background   negatives, vectors (p, d) and (m, d); of the background a third is kept for the test
    threshold            None: the one with the largest mean F1 on the validation side
    Raises CorpusError for a word with too few examples, or with none on the validation or test side.
    """
    train = embeddings.where(sides="train")
    sides = {name: embeddings.where(sides=name) for name in ("valid", "test")}
    cut = 2 * len(background) // 3
    results, thresholds, by_word, fractions = [], [], {word: [] for word in words}, []
    for seed in seeds:
        scored = {"valid": {}, "test": {}}
        for word in words:
            spotter = fit_spotter(
                sample_examples(train, word, shots, seed), others, background[:cut], word=word
            )
            for name, side in sides.items():
                scored[name][word] = _scored(spotter, side, word, background[cut:])
        chosen = threshold or common_threshold(scored["valid"].values())
        for word, (scores, truth) in scored["test"].items():
            by_word[word].append(metrics.f1_at(scores, truth, chosen))
            fractions.append(float(np.mean(truth)))
        thresholds.append(chosen)
        results.append(float(np.mean([values[-1] for values in by_word.values()])))
    means = {word: float(np.mean(values)) for word, values in by_word.items()}
    chance = float(np.mean([metrics.always_yes(fraction) for fraction in fractions]))
    return FewShot(shots, tuple(results), means, tuple(thresholds), chance)


def common_threshold(scored) -> float:
    """One threshold for all words: that of CANDIDATES with the largest mean F1. scored: (scores, truth) of each word."""
    means = np.mean([f1_curve(scores, truth) for scores, truth in scored], axis=0)
    return CANDIDATES[int(means.argmax())]


def f1_curve(scores, truth, thresholds=CANDIDATES) -> np.ndarray:
    """`metrics.f1_at` at many thresholds in one go. (k,)

    >>> f1_curve([0.9, 0.8, 0.2, 0.1], [True, False, True, False], [0.5, 0.95]).tolist()
    [0.5, 0.0]
    """
    yes = np.asarray(scores)[:, None] >= np.asarray(thresholds)
    hits = (yes & np.asarray(truth)[:, None]).sum(0)
    return 2 * hits / np.maximum(1, yes.sum(0) + np.sum(truth))  # 2 hits + false accepts + misses


def sample_examples(train, word, shots, seed):
    """The vectors of `shots` examples of a word, by different voices where there are enough. -> (shots, d)

    train: an EmbeddingSet. Raises CorpusError for fewer examples than `shots`.
    """
    rng, rows = np.random.default_rng(seed), np.flatnonzero(train.words == word)
    if len(rows) < shots:
        raise CorpusError(f"expected {shots} examples of {word!r} to learn from, got {len(rows)}")
    rows, seen, first, rest = rng.permutation(rows), set(), [], []
    for row in rows:
        (rest if train.speakers[row] in seen else first).append(row)
        seen.add(train.speakers[row])
    return train.vectors[torch.as_tensor([*first, *rest][:shots])]


def _scored(spotter, side, word, background):
    """(scores, truth) of a spotter over a side and background that it did not learn from."""
    truth = side.words == word
    if not truth.any():
        raise CorpusError(f"expected recordings of {word!r} on the validation and the test side, found none")
    vectors = torch.cat([side.vectors, background])
    return spotter.scores(vectors).tolist(), [*truth.tolist(), *[False] * len(background)]
