"""A spotter: a word learned from a few examples, as a linear probe on a network that was trained on other words.

The network is frozen; a second of sound is a vector. On five vectors of the new word, and many of other words and of
background, a head of three classes is fitted: 3 x 193 parameters.
Ref: Mazumder et al. 2021 (target, unknown, background on a frozen embedding).
"""

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch.nn import functional as F

from course_lib.errors import CourseError, DataError
from course_lib.models import weights_file
from course_lib.transfer.probing import fit_head

CLASSES = ("the word", "other words", "background")
DECAY = 3e-4  # L2 regularisation; chosen on words of the validation voices
THRESHOLD = 0.8  # of Mazumder et al., where none was chosen
KIND = "keyword spotter of Transfer Learning by Ear"


@dataclass(frozen=True)
class Spotter:
    """A word's head: weights (3, d) and bias (3,) on vectors of length 1, and the score from which on it is detected.

    `about` says on which base and from how many examples it was fitted: numbers and text that JSON can hold.
    """

    word: str
    weights: torch.Tensor
    bias: torch.Tensor
    threshold: float = THRESHOLD
    about: dict = field(default_factory=dict)

    def scores(self, vectors):
        """Probability of the word, (n, d) -> (n,) in [0, 1]."""
        return self.classes(vectors)[:, 0]

    def classes(self, vectors):
        """Probabilities of CLASSES, (n, d) -> (n, 3), each row adding up to 1."""
        return torch.softmax(F.normalize(vectors.float()) @ self.weights.T + self.bias, 1)

    def at(self, threshold):
        """The same spotter with another threshold, in (0, 1)."""
        if not 0 < threshold < 1:
            raise CourseError(f"expected a threshold between 0 and 1, got {threshold}")
        return replace(self, threshold=float(threshold))

    def save(self, path):
        """Write it to a .safetensors file: the weights, and what they are for as JSON in its header."""
        header = {"kind": KIND, "word": self.word, "threshold": self.threshold, "about": self.about}
        numbers = {"weights": self.weights.contiguous(), "bias": self.bias.contiguous()}
        weights_file.save(path, numbers, header)


def load_spotter(path) -> Spotter:
    """Read what `Spotter.save` wrote. No code of the file is run. DataError for any other or a damaged file."""
    try:
        header, numbers = weights_file.load(path)
        weights, bias = numbers["weights"].float(), numbers["bias"].float()
        known = header["kind"] == KIND and weights.dim() == 2 and len(weights) == len(bias) == len(CLASSES)
        if not (known and weights.isfinite().all() and bias.isfinite().all() and 0 < header["threshold"] < 1):
            raise ValueError("not its weights and threshold")
        return Spotter(str(header["word"]), weights, bias, float(header["threshold"]), dict(header["about"]))
    except (AttributeError, KeyError, TypeError, ValueError, OSError, RuntimeError) as error:
        raise DataError(
            f"{path} is not a spotter ({type(error).__name__}: {error}); make one: course spot enrol NAME five.wav ..."
        ) from error


def enrol(base, examples, background, others, *, word="the word", threshold=THRESHOLD, about=None) -> Spotter:
    """Learn a word from a few one-second examples, (n, 16000) each -> Spotter.

    base        a Base that was trained on other words; it is not changed
    examples    the word; background: rooms without words; others: other words
    Raises CourseError for examples that are not seconds.
    """
    for name, waves in (("examples", examples), ("background", background), ("others", others)):
        if waves.dim() != 2 or not len(waves) or waves.shape[1] != 16_000:
            raise CourseError(
                f"expected {name} as waves (n, 16000), one second each, got {tuple(waves.shape)}; see fit_second"
            )
    groups = [base.embed(waves) for waves in (examples, others, background)]
    return fit_spotter(*groups, word=word, threshold=threshold, about=about)


def fit_spotter(
    examples, others, background, *, word="the word", threshold=THRESHOLD, about=None, decay=DECAY
) -> Spotter:
    """`enrol` for vectors that are there already: (k, d) of the word, (p, d) of other words, (m, d) of background.

    Each of the three classes counts the same, however many examples it has. `decay` is the cost of the squared
    weights beside a mean cross-entropy. A linear probe (`transfer.probing.fit_head`): no seed, one answer.
    """
    groups = [examples, others, background]
    X = F.normalize(torch.cat(groups).double())
    y = np.repeat(range(3), [len(group) for group in groups])
    head = fit_head(X, y, C=1 / (2 * decay * len(X)), class_weight="balanced")
    weights, bias = torch.from_numpy(head.weights).float(), torch.from_numpy(head.bias).float()
    return Spotter(word, weights, bias, threshold, {"examples": len(examples), **(about or {})})
