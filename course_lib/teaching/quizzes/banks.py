"""The question files: read with yaml.safe_load and checked, so that a broken one is refused with the place.

A lesson's file NN.yaml has five questions; a review's, review_N.yaml, has six or more, mixed across the lessons of a
part, and each names the lesson it comes from. docs/quiz_format.md tells both formats.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import yaml

from course_lib.errors import CourseError

BANK = Path(__file__).parent
QUESTIONS, FEWEST_CHOICES, FEWEST_REVIEWED = 5, 3, 6
LARGEST = 100_000  # bytes of a file


@dataclass(frozen=True)
class Choice:
    text: str
    why: str
    right: bool


@dataclass(frozen=True)
class Question:
    id: str
    ask: str
    choices: tuple[Choice, ...]


def path_of(name: str) -> Path:
    """The file of a quiz by name. Raises CourseError for what is no name but a way to another folder.

    >>> path_of("01").name, path_of("review 2").name
    ('01.yaml', 'review_2.yaml')
    """
    stem = str(name).strip().replace(" ", "_")
    if not stem.replace("_", "").isalnum():
        raise CourseError(f'expected a quiz like "01" or "review 1", got {name!r}')
    return BANK / f"{stem}.yaml"


def names() -> list[str]:
    """The quizzes there are, as `quiz` takes them: lessons, then reviews.

    >>> names()[:2], names()[-1]
    (['00', '01'], 'review 4')
    """
    return sorted(file.stem.replace("_", " ") for file in BANK.glob("*.yaml"))


def read_bank(path) -> tuple[Question, ...]:
    """Read and validate one question file. Raises CourseError that names the question and what is wrong with it."""
    path = Path(path)
    if not path.is_file():
        there = ", ".join(sorted(file.stem for file in path.parent.glob("*.yaml"))) or "none"
        raise CourseError(f"expected a quiz file {path.name}, got none; there are: {there}")
    _demand(path.stat().st_size <= LARGEST, path, f"{LARGEST:,} bytes at most")
    try:
        bank = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (
        yaml.YAMLError,
        OSError,
        ValueError,
        RecursionError,
    ) as error:  # ValueError: no UTF-8, no such day
        raise CourseError(f"{path.name} is not YAML: {error}; docs/quiz_format.md shows how") from error
    review = path.stem.startswith("review_")
    keys = ("review", "lessons", "questions") if review else ("lesson", "questions")
    said = f"{', '.join(keys[:-1])} and {keys[-1]}"
    _demand(isinstance(bank, dict) and set(bank) == set(keys), path, f"the keys {said}")
    number = path.stem.removeprefix("review_")
    _demand(bank[keys[0]] == number, path, f'{keys[0]}: "{number}" (in quotes)')
    asked = bank["questions"]
    count = f"{FEWEST_REVIEWED} questions or more" if review else f"{QUESTIONS} questions"
    enough = isinstance(asked, list) and (
        len(asked) >= FEWEST_REVIEWED if review else len(asked) == QUESTIONS
    )
    _demand(enough, path, count)
    questions = tuple(_question(entry, path, number) for number, entry in enumerate(asked, 1))
    each = "as many" if review else "five"
    _demand(len({question.id for question in questions}) == len(asked), path, f"{each} ids that differ")
    _demand(
        len({question.ask for question in questions}) == len(asked), path, f"{each} questions that differ"
    )
    if review:
        _demand_lessons(bank["lessons"], questions, path)
    return tuple(_with_the_way_back(question) for question in questions) if review else questions


def _with_the_way_back(question) -> Question:
    """A review's question, whose wrong choices say where to read again."""
    back = f" Lesson {question.id.partition('.')[0]} has it."
    choices = (c if c.right else replace(c, why=c.why + back) for c in question.choices)
    return replace(question, choices=tuple(choices))


def _demand_lessons(lessons, questions, path) -> None:
    """Each id begins with its lesson ("05.chain"), each lesson is asked about, and neighbours come from different ones."""
    listed = isinstance(lessons, list) and bool(lessons) and all(_is_text(lesson) for lesson in lessons)
    _demand(listed, path, 'lessons: a list such as ["04", "05"] (in quotes)')
    found = [question.id.partition(".")[0] for question in questions]
    _demand(
        set(found) <= set(lessons), path, f"ids that begin with a lesson of the part: {', '.join(lessons)}"
    )
    _demand(set(found) == set(lessons), path, "a question for each of its lessons")
    _demand(all(one != other for one, other in pairwise(found)), path, "two lessons in turn, mixed")


def _question(entry, path, number) -> Question:
    where = f"question {number}"
    keys = {"id", "question", "choices"}
    _demand(
        isinstance(entry, dict) and set(entry) == keys, path, f"{where} with the keys id, question, choices"
    )
    _demand(
        _is_text(entry["id"]) and _is_text(entry["question"]),
        path,
        f"{where} with texts under id and question",
    )
    given = entry["choices"]
    enough = isinstance(given, list) and len(given) >= FEWEST_CHOICES
    _demand(enough, path, f"{where} with {FEWEST_CHOICES} choices or more")
    for choice in given:
        keys = set(choice) if isinstance(choice, dict) else set()
        _demand(
            keys in ({"text", "why"}, {"text", "why", "correct"}),
            path,
            f"{where}: choices of text, why, correct",
        )
        _demand(
            _is_text(choice["text"]),
            path,
            f"{where}: every text as text, numbers in quotes: {choice['text']!r}",
        )
        _demand(_is_text(choice["why"]), path, f"{where}: a why for {choice['text']!r}")
        _demand(choice.get("correct", True) is True, path, f"{where}: correct: true, or no correct at all")
    choices = tuple(Choice(each["text"].strip(), each["why"].strip(), "correct" in each) for each in given)
    _demand(sum(choice.right for choice in choices) == 1, path, f"{where} with exactly one correct choice")
    _demand(
        len({choice.text for choice in choices}) == len(choices), path, f"{where} with choices that differ"
    )
    return Question(entry["id"].strip(), entry["question"].strip(), choices)


def _is_text(value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _demand(there: bool, path, what: str) -> None:
    if not there:
        raise CourseError(f"{path.name}: expected {what}; docs/quiz_format.md shows how")
