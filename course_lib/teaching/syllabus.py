"""The syllabus: notebooks/syllabus.yaml, the course as data, read and checked.

for lesson in load_syllabus().lessons:
    print(lesson.number, lesson.title, lesson.minutes)
"""

import re
from dataclasses import dataclass
from pathlib import Path

from course_lib import paths
from course_lib.errors import CourseError
from course_lib.teaching.yaml_files import YamlFile


@dataclass(frozen=True)
class Lesson:
    """One lesson. `name` never changes; `number` ("07") is its place; `needs` are names; `minutes` are a reader's."""

    number: str
    name: str
    title: str
    line: str
    part: str
    needs: tuple[str, ...]
    minutes: int

    @property
    def stem(self) -> str:
        """The name of its files: 08_what_transfers."""
        return f"{self.number}_{self.name}"


@dataclass(frozen=True)
class Part:
    """A part of the course; the lesson named `review_in` ends it with a take-away and the quiz "review N"."""

    number: str
    title: str
    review_in: str


@dataclass(frozen=True)
class Schedule:
    """A plan for a class: rows of (minutes in the room, what is done, names of lessons).

    `minutes` is the sum of its rows. Where `whole` is true every lesson appears.
    """

    name: str
    minutes: int
    rows: tuple[tuple[int, str, tuple[str, ...]], ...]
    note: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Syllabus:
    """The whole course: `lessons` in the order of their numbers, `parts`, `schedules`."""

    lessons: tuple[Lesson, ...]
    parts: tuple[Part, ...]
    schedules: tuple[Schedule, ...]
    repository: str = ""  # https://github.com/NAME/FORK: where Binder and Colab find the course

    def lesson(self, key: str) -> Lesson:
        """A lesson by its number or its name. Raises CourseError with the lessons there are."""
        for lesson in self.lessons:
            if key in (lesson.number, lesson.name):
                return lesson
        there = ", ".join(lesson.stem for lesson in self.lessons)
        raise CourseError(f"expected a lesson by number or name, got {key!r}; there are: {there}")

    def of_part(self, number: str) -> tuple[Lesson, ...]:
        """The lessons of a part, in order."""
        return tuple(lesson for lesson in self.lessons if lesson.part == number)

    def reviews(self) -> dict[str, str]:
        """{number of the lesson that holds the review: number of the part}.

        >>> load_syllabus().reviews()["07"]
        '2'
        """
        return {self.lesson(part.review_in).number: part.number for part in self.parts}


def syllabus_path() -> Path:
    """Where the syllabus lies: beside the notebooks."""
    return paths.home() / "notebooks" / "syllabus.yaml"


def load_syllabus(path=None) -> Syllabus:
    """Read the syllabus. Raises CourseError that names the entry and what is wrong with it.

    >>> load_syllabus().lesson("the_base_model").stem
    '07_the_base_model'
    """
    path = Path(path or syllabus_path())
    if not path.is_file():
        raise CourseError(f"expected the syllabus at {path}, got none; take it from the course's repository")
    found = YamlFile(path, "docs/adding_a_lesson.md").content
    try:
        lessons = [Lesson(**{**each, "needs": tuple(each["needs"])}) for each in found["lessons"]]
        parts = [Part(**each) for each in found["parts"]]
        repository = found["repository"]
        schedules = [Schedule(**{**each, "rows": _rows(each["rows"])}) for each in found["schedules"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CourseError(
            f"{path.name} cannot be read as a syllabus: {error}; see its first lines"
        ) from error
    syllabus = Syllabus(
        tuple(sorted(lessons, key=lambda lesson: str(lesson.number))),
        tuple(parts),
        tuple(schedules),
        repository,
    )
    faults = _faults(syllabus)
    if faults:
        raise CourseError(f"{path.name}: " + "; ".join(faults))
    return syllabus


def _rows(rows):
    return tuple((minutes, what, tuple(lessons)) for minutes, what, lessons in rows)


def _faults(syllabus: Syllabus) -> list[str]:
    """What is wrong with a syllabus, one sentence each."""
    found = []
    if not re.fullmatch(r"(https://github\.com/[\w.-]+/[\w.-]+)?", str(syllabus.repository)):
        found.append(
            f"expected a repository such as https://github.com/NAME/FORK, got {syllabus.repository!r}"
        )
    found += [
        f"{lesson.name}: expected a number of two digits in quotes, got {lesson.number!r}"
        for lesson in syllabus.lessons
        if not (isinstance(lesson.number, str) and len(lesson.number) == 2 and lesson.number.isdigit())
    ]
    if found:
        return found
    lessons, numbers = (
        {each.name: each for each in syllabus.lessons},
        [each.number for each in syllabus.lessons],
    )
    twice = {number for number in numbers if numbers.count(number) > 1}
    if twice or len(lessons) < len(numbers):
        found.append(
            f"expected every number and name once, got twice: {', '.join(sorted(twice)) or 'a name'}"
        )
    for lesson in syllabus.lessons:
        if not str(lesson.name).isidentifier():
            found.append(f"expected a name such as dense_layers, got {lesson.name!r}")
        if lesson.part not in {part.number for part in syllabus.parts}:
            found.append(f"{lesson.name}: expected a part of the list, in quotes, got {lesson.part!r}")
        if not isinstance(lesson.minutes, int) or lesson.minutes < 1:
            found.append(f"{lesson.name}: expected minutes, got {lesson.minutes!r}")
        found += [
            f"{lesson.name} needs {need}, which is not an earlier lesson"
            for need in lesson.needs
            if need not in lessons or not lessons[need].number < lesson.number
        ]
    for part in syllabus.parts:
        if part.review_in not in lessons or lessons[part.review_in].part != part.number:
            found.append(f"part {part.number}: review_in names no lesson of the part: {part.review_in!r}")
    for schedule in syllabus.schedules:
        named = {name for _, _, names in schedule.rows for name in names}
        total = sum(minutes for minutes, _, _ in schedule.rows)
        if total != schedule.minutes:
            found.append(f"{schedule.name}: says {schedule.minutes} minutes, its rows add up to {total}")
        if named - set(lessons):
            found.append(f"{schedule.name}: no lesson {', '.join(sorted(named - set(lessons)))}")
        if schedule.whole and set(lessons) - named:
            found.append(f"{schedule.name}: leaves out {', '.join(sorted(set(lessons) - named))}")
    return found
