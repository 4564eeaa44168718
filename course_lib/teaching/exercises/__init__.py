"""Exercises: `check` an answer, ask for a `hint`. Each lesson has its words in lessonNN.yaml, its functions in lessonNN.py."""

from course_lib.teaching.exercises.banks import all_exercises, find, lessons, of_lesson
from course_lib.teaching.exercises.checking import check, examine, hint
from course_lib.teaching.exercises.exercise import Exercise, Misconception
from course_lib.teaching.exercises.result import Result

__all__ = [
    "Exercise",
    "Misconception",
    "Result",
    "all_exercises",
    "check",
    "examine",
    "find",
    "hint",
    "lessons",
    "of_lesson",
]
