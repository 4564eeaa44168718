"""Live parts of the lessons: `predict` and `reveal`, and the explorers (slider, function, picture, words)."""

from course_lib.widgets.predict import predict, reveal

__all__ = ["predict", "reveal"]
