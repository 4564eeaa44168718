"""Live parts of the lessons: `predict` and `reveal`, and the explorers (slider, function, picture, words)."""

from course_lib.widgets.base import Explorer, choice, slider, steps
from course_lib.widgets.predictions import predict, reveal

__all__ = ["Explorer", "choice", "predict", "reveal", "slider", "steps"]
