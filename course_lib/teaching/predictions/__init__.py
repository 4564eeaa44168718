"""Guess before you measure: `guess` stores a guess, `reveal` sets it beside the answer."""

from course_lib.teaching.predictions.guesses import guess, reveal

__all__ = ["guess", "reveal"]
