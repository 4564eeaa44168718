"""Guess before you measure: `guess` stores a guess, `reveal` sets it beside the answer."""

from course_lib.teaching.predictions.answers import reveal
from course_lib.teaching.predictions.guesses import guess, guessed

__all__ = ["guess", "guessed", "reveal"]
