"""How good is it? Plain numbers in, plain numbers out; each is defined once, and written so that it can be read.

classes.py      right or wrong, class by class; base and transfer accuracy, utilization, mean and spread
detection.py    there or not: ROC AUC
diarization.py  who spoke when: missed, false alarm, confusion
spotting.py     a word found: F1 at a threshold, false accepts an hour
uncertainty.py  how far to trust a score: intervals, a permutation test, both by speaker; many tests at once
"""

from course_lib.metrics.classes import (
    accuracy,
    base_model_utilization,
    base_validation_accuracy,
    confusion,
    error_rate,
    f1,
    f1_per_class,
    mean_and_spread,
    precision_recall,
    transfer_validation_accuracy,
)
from course_lib.metrics.detection import roc_auc
from course_lib.metrics.diarization import DiarizationError, diarization_error
from course_lib.metrics.spotting import Spotting, always_yes, best_threshold, f1_at, match_detections
from course_lib.metrics.uncertainty import (
    Permutation,
    balanced_accuracy,
    bootstrap_interval,
    holm,
    mean_by_group,
    permutation_test,
    wilson_interval,
)

__all__ = [
    "DiarizationError", "Permutation", "Spotting", "accuracy", "always_yes", "balanced_accuracy",
    "base_model_utilization", "base_validation_accuracy", "best_threshold", "bootstrap_interval", "confusion",
    "diarization_error", "error_rate", "f1", "f1_at", "f1_per_class", "holm", "match_detections", "mean_and_spread",
    "mean_by_group", "permutation_test", "precision_recall", "roc_auc", "transfer_validation_accuracy", "wilson_interval",
]  # fmt: skip
