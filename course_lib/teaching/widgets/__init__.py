"""Live parts of the lessons: `guess` and `reveal`, and the explorers (slider, function, picture, words)."""

from course_lib.teaching.predictions import guess, reveal
from course_lib.teaching.widgets.base import Explorer, choice, slider, steps

__all__ = ["Explorer", "choice", "guess", "reveal", "slider", "steps"]
