"""Training: `fit` in loop.py is the page to read; the other pages hold what it leans on."""

from course_lib.train.history import Epoch, History
from course_lib.train.looks import looks
from course_lib.train.loop import Diverged, fit, measure, predict
from course_lib.train.progress import Progress

__all__ = ["Diverged", "Epoch", "History", "Progress", "fit", "looks", "measure", "predict"]
