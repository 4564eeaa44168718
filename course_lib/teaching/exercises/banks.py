"""The exercises of a lesson: the words in lessonNN.yaml, the functions in lessonNN.py, matched by name.

A name that one of the two files has and the other has not is an error. docs/adding_a_lesson.md tells the format.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_lib.errors import CourseError
from course_lib.teaching.exercises.exercise import Exercise, Misconception
from course_lib.teaching.yaml_files import YamlFile, is_text

ROOM = Path(__file__).parent
REQUIRED = {"id", "title", "kind", "misconceptions", "hints", "solution", "why"}
OPTIONAL = {"cases", "tolerance", "atol"}


@dataclass(frozen=True)
class Code:
    """What an exercise needs besides its words: the slow `spec`, the `wrong` function of each misconception by its
    name, other right answers, and the `cases` where they are no plain data (these stand in the YAML file).

    `judge` for an exercise that is judged by its result: a function from an answer to a Verdict (judged/verdict.py)."""

    spec: Callable
    wrong: dict[str, Callable]
    equivalents: tuple[Callable, ...]
    cases: Any = ()
    judge: Callable | None = None


def find(id: str) -> Exercise:
    """The exercise with this id ("01.frame_count"). Raises CourseError with the ids there are."""
    lesson = str(id).partition(".")[0]
    if lesson not in lessons():
        raise CourseError(f"expected an exercise of lesson {', '.join(lessons())}, got {id!r}")
    by_id = {exercise.id: exercise for exercise in of_lesson(lesson)}
    if id not in by_id:
        raise CourseError(f"expected one of {', '.join(by_id)}, got {id!r}")
    return by_id[id]


@cache
def of_lesson(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of one lesson ("01") in their order. Raises CourseError where its two files do not fit together."""
    module = importlib.import_module(f"course_lib.teaching.exercises.lesson{lesson}")
    return read_bank(ROOM / f"lesson{lesson}.yaml", module.CODE)


def lessons() -> list[str]:
    """The lessons that have exercises: every exercises/lessonNN.yaml.

    >>> all(lesson.isdigit() for lesson in lessons())
    True
    """
    return sorted(path.stem.removeprefix("lesson") for path in ROOM.glob("lesson*.yaml"))


def all_exercises() -> list[Exercise]:
    """Every exercise of every lesson."""
    return [exercise for lesson in lessons() for exercise in of_lesson(lesson)]


def read_bank(path, code: dict[str, Code]) -> tuple[Exercise, ...]:
    """Read one lesson's file and join it with its functions, {id: Code}. Raises CourseError with file and exercise."""
    file = YamlFile(path, "docs/adding_a_lesson.md")
    bank, number = file.content, file.path.stem.removeprefix("lesson")
    file.expect(
        isinstance(bank, dict) and set(bank) == {"lesson", "exercises"}, "the keys lesson and exercises"
    )
    file.expect(bank["lesson"] == number, f'lesson: "{number}" (in quotes)')
    entries = bank["exercises"]
    file.expect(isinstance(entries, list) and bool(entries), "a list of exercises")
    exercises = tuple(_exercise(file, number, entry, code) for number, entry in enumerate(entries, 1))
    ids = [exercise.id for exercise in exercises]
    file.expect(len(set(ids)) == len(ids), "ids that differ")
    file.expect(all(id.startswith(f"{number}.") for id in ids), f"ids that begin with {number}.")
    _expect_same_names(file, "the exercises", ids, code)
    return exercises


def _exercise(file, number, entry, code) -> Exercise:
    where = f"exercise {number}"
    keys = set(entry) if isinstance(entry, dict) else set()
    file.expect(
        keys >= REQUIRED and keys <= REQUIRED | OPTIONAL,
        f"{where} with the keys {', '.join(sorted(REQUIRED))} (and {', '.join(sorted(OPTIONAL))})",
    )
    file.expect(is_text(entry["id"]), f"{where} with a text under id")
    where = f"exercise {entry['id']}"
    for key in ("title", "kind", "solution", "why"):
        file.expect(is_text(entry[key]), f"{where} with a text under {key}")
    hints = entry["hints"]
    file.expect(
        isinstance(hints, list) and all(map(is_text, hints)), f"{where} with a list of texts under hints"
    )
    wrong = entry["misconceptions"]
    file.expect(
        isinstance(wrong, list)
        and all(isinstance(each, dict) and set(each) == {"name", "says"} for each in wrong)
        and all(is_text(text) for each in wrong for text in each.values()),
        f"{where} with misconceptions of name and says, both texts",
    )
    file.expect(
        entry["id"] in code, f"{where} to have its functions in {file.path.stem}.py: CODE[{entry['id']!r}]"
    )
    own = code[entry["id"]]
    names = [each["name"] for each in wrong]
    file.expect(len(set(names)) == len(names), f"{where} with misconceptions of different names")
    _expect_same_names(file, f"the misconceptions of {where}", names, own.wrong)
    settings = {key: entry[key] for key in ("tolerance", "atol") if key in entry}
    file.expect(
        all(isinstance(value, float) for value in settings.values()),
        f"{where} with decimal numbers under tolerance and atol (1.0e-6, with a point)",
    )
    try:
        return Exercise(
            **{key: entry[key] for key in ("id", "title", "kind", "solution", "why")},
            spec=own.spec,
            cases=_cases(file, where, entry, own),
            misconceptions=tuple(
                Misconception(each["name"], own.wrong[each["name"]], each["says"]) for each in wrong
            ),
            equivalents=own.equivalents,
            hints=tuple(hints),
            judge=own.judge,
            **settings,
        )
    except CourseError as error:
        raise CourseError(f"{file.path.name}: {error}") from None


def _cases(file, where, entry, own):
    """The cases of the YAML file, each a list of arguments; else those of the code."""
    if "cases" not in entry:
        return own.cases
    cases = entry["cases"]
    file.expect(not own.cases, f"{where} with cases in one place, here or in {file.path.stem}.py")
    file.expect(
        isinstance(cases, list) and all(isinstance(case, list) for case in cases),
        f"{where} with cases that are lists of arguments",
    )
    return tuple(tuple(case) for case in cases)


def _expect_same_names(file, what, words, functions) -> None:
    there, here = (
        ", ".join(sorted(set(words) - set(functions))),
        ", ".join(sorted(set(functions) - set(words))),
    )
    module = f"{file.path.stem}.py"
    file.expect(not there, f"{what} to have functions in {module} too, none for: {there}")
    file.expect(not here, f"{what} to stand here too, not only in {module}: {here}")
