"""How good is it? Plain numbers in, plain numbers out; each is defined once, and written so that it can be read.

classes.py       right or wrong, class by class; base and transfer accuracy, utilization, mean and standard deviation
verification.py  there or not, the same voice or not: ROC AUC, DET curve, equal error rate, costs, calibration
diarization.py   who spoke when: missed, false alarm, confusion
turns.py         turns of speakers, and RTTM, the files that hold them
spotting.py      a word found: F1 at a threshold, false accepts an hour
uncertainty.py   how far to trust a score, and when one is better: intervals, paired differences, a permutation test
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
)
from course_lib.metrics.diarization import DiarizationError, diarization_error
from course_lib.metrics.spotting import Spotting, always_yes, f1_at, match_detections
from course_lib.metrics.uncertainty import (
    PairedDifference,
    Permutation,
    balanced_accuracy,
    bootstrap_interval,
    mean_by_group,
    paired_difference,
    permutation_test,
    wilson_interval,
)
from course_lib.metrics.verification import (
    Calibration,
    calibrate,
    det_curve,
    equal_error_rate,
    equal_error_rate_of_pairs,
    likelihood_cost,
    min_dcf,
    roc_auc,
    speaker_interval,
)

__all__ = [
    "Calibration", "DiarizationError", "PairedDifference", "Permutation", "Spotting", "accuracy", "always_yes",
    "balanced_accuracy", "base_model_utilization", "base_validation_accuracy", "bootstrap_interval", "calibrate",
    "confusion", "det_curve", "diarization_error", "equal_error_rate", "equal_error_rate_of_pairs",
    "error_rate", "f1", "f1_at", "f1_per_class",
    "likelihood_cost", "match_detections", "mean_and_spread", "mean_by_group", "min_dcf", "paired_difference",
    "permutation_test", "roc_auc", "speaker_interval", "wilson_interval",
]  # fmt: skip
