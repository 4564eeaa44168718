"""A detector: standardized numbers of a frozen body, a weight for each, a sum, a threshold. Kept in one file."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from course_lib import metrics
from course_lib.errors import CourseError, DataError
from course_lib.models import weights_file
from course_lib.tasks.snoring.segments import per_recording

STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0)  # of C in logistic regression: small is cautious
FOLDS = 4
KIND = "snore detector"


@dataclass(frozen=True)
class Detector:
    """score = vector . weights + bias; above 0 it is taken for a snore. `body` names what makes the vectors."""

    weights: np.ndarray
    bias: float
    body: str = ""
    about: dict = field(default_factory=dict)

    def score(self, vectors):
        """(n, d) -> (n,): the higher, the more like a snore. CourseError for vectors of another body."""
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
    """The Detector in a file that `save` wrote; nothing in it is run. DataError for anything else."""
    try:
        header, numbers = weights_file.load(Path(path), KIND)
        weights = numbers["weights"].double().numpy()
        made = Detector(weights, float(header["bias"]), str(header["body"]), dict(header["about"]))
        if weights.ndim != 1 or not np.isfinite([*weights, made.bias]).all():
            raise ValueError("its numbers are not finite, or not one a direction")
        return made
    except (AttributeError, KeyError, TypeError, ValueError, OSError, RuntimeError) as error:
        raise DataError(
            f"{path} is not a snore detector of this course ({type(error).__name__}: {error}); "
            "`course classify night.wav --save FILE` makes one"
        ) from error


def fit_detector(vectors, y, owner, *, seed=0, body=""):
    """Logistic regression on vectors (n, d) of pieces with class y (n,) 0 or 1 and recording owner (n,) -> Detector.

    Both classes weigh the same. How cautious it is (STRENGTHS) and where its 0 lies are chosen on recordings left
    out in turn, grouped so that no recording is on both sides; `about` has the AUC measured there. The unit of its
    score is the spread of the scores of what was left out. The same seed gives the same detector.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold

    vectors, y, owner = np.asarray(vectors, dtype=float), np.asarray(y), np.asarray(owner)
    least = min((len(np.unique(owner[y == k])) for k in (0, 1)), default=0)
    if least < 2:
        raise CourseError(f"expected two recordings or more of snores and of other sounds, got {least}")
    mean, spread = vectors.mean(0), vectors.std(0) + 1e-9
    X = (vectors - mean) / spread

    def learned(rows, strength):
        return LogisticRegression(C=strength, class_weight="balanced", max_iter=300).fit(X[rows], y[rows])

    folds = list(StratifiedGroupKFold(min(FOLDS, least), shuffle=True, random_state=seed).split(X, y, owner))
    tried = {}
    for strength in STRENGTHS:
        out = np.zeros(len(y))
        for rows, away in folds:
            out[away] = learned(rows, strength).decision_function(X[away])
        tried[strength] = out
    truth = per_recording(y, owner)
    areas = {
        strength: metrics.roc_auc(per_recording(out, owner), truth.astype(int))
        for strength, out in tried.items()
    }
    best = max(areas, key=areas.get)
    last = learned(np.arange(len(y)), best)
    weights = last.coef_[0] / spread
    about = {
        "left_out_auc": round(areas[best], 4),
        "recordings": len(truth),
        "snores": int(truth.sum()),
        "strength": best,
    }
    unit, threshold = tried[best].std() + 1e-9, best_threshold(tried[best], y)
    bias = float(last.intercept_[0] - mean @ weights - threshold)
    return Detector(weights / unit, bias / unit, body, about)


def best_threshold(scores, y):
    """The threshold with the best balanced accuracy; in the middle between two scores, of several the middle one.

    >>> best_threshold([1.0, 2.0, 4.0, 5.0], [0, 0, 1, 1])
    3.0
    """
    scores, y = np.asarray(scores, dtype=float), np.asarray(y)
    steps = np.unique(scores)
    between = (steps[1:] + steps[:-1]) / 2 if len(steps) > 1 else steps
    hits = np.array([(scores[y == 1] > step).mean() for step in between])
    passes = np.array([(scores[y == 0] <= step).mean() for step in between])
    best = np.flatnonzero(np.isclose(hits + passes, (hits + passes).max()))
    return float(between[best[len(best) // 2]])
