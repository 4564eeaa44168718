"""Exercises: `check` an answer, ask for a `hint`. One file per lesson (lessonNN.py) holds specs and misconceptions."""

from course_lib.teaching.exercises.checking import check, examine, hint
from course_lib.teaching.exercises.exercise import (
    Exercise,
    Misconception,
    all_exercises,
    find,
    lessons,
    of_lesson,
)
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
