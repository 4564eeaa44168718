"""Training: `fit` in loop.py is the page to read; the other pages hold what it leans on."""

from course_lib.training.history import Epoch, History
from course_lib.training.loop import Diverged, fit, measure, predict
from course_lib.training.progress_line import Progress
from course_lib.training.test_set_usage import test_set_usage

__all__ = ["Diverged", "Epoch", "History", "Progress", "fit", "measure", "predict", "test_set_usage"]
