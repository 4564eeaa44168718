"""A snore detector: a linear probe on the vectors of a frozen body, with its threshold, in one file."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from course_lib.errors import CourseError, DataError
from course_lib.models import weights_file
from course_lib.tasks.snoring.segments import per_recording
from course_lib.transfer.probing import fit_head

STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0)  # values of C in logistic regression: small is strongly regularised
FOLDS = 4
KIND = "snore detector"


@dataclass(frozen=True)
class Detector:
    """The score of a vector is vector @ weights + bias; above 0 the piece is taken for a snore.

    `body` names what makes the vectors ("speech", "imagenet"); `about` holds what was measured when it was fitted.
    """

    weights: np.ndarray
    bias: float
    body: str = ""
    about: dict = field(default_factory=dict)

    def score(self, vectors):
        """Vectors (n, d) -> scores (n,): the higher, the more probably a snore. CourseError for vectors of another size."""
        vectors = np.asarray(vectors, dtype=float)
        if vectors.ndim != 2 or vectors.shape[1] != len(self.weights):
            raise CourseError(
                f"expected vectors (n, {len(self.weights)}), got {vectors.shape}: another body?"
            )
        return vectors @ self.weights + self.bias

    def save(self, path):
        """Write one .safetensors file, whole or not at all."""
        header = {"body": self.body, "bias": self.bias, "about": self.about}
        weights_file.save(path, {"weights": torch.tensor(self.weights, dtype=torch.float64)}, header, KIND)


def load_detector(path):
    """The Detector in a file that `Detector.save` wrote; no code in it is run. DataError for any other or a damaged file."""
    try:
        header, numbers = weights_file.load(Path(path), KIND)
        weights = numbers["weights"].double().numpy()
        made = Detector(weights, float(header["bias"]), str(header["body"]), dict(header["about"]))
        if weights.ndim != 1 or not np.isfinite([*weights, made.bias]).all():
            raise ValueError("its weights are not finite, or no vector")
        return made
    except (AttributeError, KeyError, TypeError, ValueError, OSError, RuntimeError) as error:
        raise DataError(
            f"{path} is not a snore detector of this course ({type(error).__name__}: {error}); "
            "`course classify night.wav --save FILE` makes one"
        ) from error


def fit_detector(vectors, y, owner, *, seed=0, body=""):
    """A linear probe on vectors (n, d) of pieces with class y (n,) 0 or 1 and recording owner (n,) -> Detector.

    Both classes weigh the same. How strongly it is regularised (STRENGTHS) and where its 0 lies are chosen on
    recordings left out in turn, so that no recording is on both sides; `about` has the AUC measured there. The unit of
    its score is the standard deviation of the scores of what was left out. The same seed gives the same detector.
    """
    y, owner = np.asarray(y), np.asarray(owner)
    least = min((len(np.unique(owner[y == k])) for k in (0, 1)), default=0)
    if least < 2:
        raise CourseError(f"expected two recordings or more of snores and of other sounds, got {least}")
    head = fit_head(vectors, y, C=STRENGTHS, groups=owner, folds=min(FOLDS, least), standardize=True,
                    class_weight="balanced", seed=seed)  # fmt: skip
    snores = per_recording(y, owner)
    about = {
        "left_out_auc": round(head.validation, 4),
        "recordings": len(snores),
        "snores": int(snores.sum()),
        "strength": head.C,
    }
    unit, threshold = head.left_out.std() + 1e-9, balanced_threshold(head.left_out, y)
    return Detector(head.weights[0] / unit, float(head.bias[0] - threshold) / unit, body, about)


def balanced_threshold(scores, y):
    """The threshold with the best balanced accuracy, half way between two scores; of several thresholds the middle one.

    scores (n,), y (n,) 0 or 1; a score above the threshold is taken for class 1.

    >>> balanced_threshold([1.0, 2.0, 4.0, 5.0], [0, 0, 1, 1])
    3.0
    """
    scores, y = np.asarray(scores, dtype=float), np.asarray(y)
    steps = np.unique(scores)
    between = (steps[1:] + steps[:-1]) / 2 if len(steps) > 1 else steps
    hits = np.array([(scores[y == 1] > step).mean() for step in between])
    passes = np.array([(scores[y == 0] <= step).mean() for step in between])
    best = np.flatnonzero(np.isclose(hits + passes, (hits + passes).max()))
    return float(between[best[len(best) // 2]])
