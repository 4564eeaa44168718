"""The question files: read and checked, so that a broken one is refused with the place.

A lesson's file NN.yaml has five questions; a review's, review_N.yaml, has six or more, mixed across the lessons of a
part, and each names the lesson it comes from. docs/quiz_format.md tells both formats.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from course_lib.errors import CourseError
from course_lib.teaching.yaml_files import YamlFile, is_text

BANK = Path(__file__).parent
QUESTIONS, FEWEST_CHOICES, FEWEST_REVIEWED = 5, 3, 6


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
    file = YamlFile(path, "docs/quiz_format.md")
    bank = file.content
    review = file.path.stem.startswith("review_")
    keys = ("review", "lessons", "questions") if review else ("lesson", "questions")
    listed = f"{', '.join(keys[:-1])} and {keys[-1]}"
    file.expect(isinstance(bank, dict) and set(bank) == set(keys), f"the keys {listed}")
    number = file.path.stem.removeprefix("review_")
    file.expect(bank[keys[0]] == number, f'{keys[0]}: "{number}" (in quotes)')
    asked = bank["questions"]
    count = f"{FEWEST_REVIEWED} questions or more" if review else f"{QUESTIONS} questions"
    enough = isinstance(asked, list) and (
        len(asked) >= FEWEST_REVIEWED if review else len(asked) == QUESTIONS
    )
    file.expect(enough, count)
    questions = tuple(_question(file, entry, number) for number, entry in enumerate(asked, 1))
    each = "as many" if review else "five"
    file.expect(len({question.id for question in questions}) == len(asked), f"{each} ids that differ")
    file.expect(len({question.ask for question in questions}) == len(asked), f"{each} questions that differ")
    if review:
        _expect_lessons(bank["lessons"], questions, file)
    return tuple(_with_the_way_back(question) for question in questions) if review else questions


def _with_the_way_back(question) -> Question:
    """A review's question, whose wrong choices say where to read again."""
    back = f" Lesson {question.id.partition('.')[0]} has it."
    choices = (c if c.right else replace(c, why=c.why + back) for c in question.choices)
    return replace(question, choices=tuple(choices))


def _expect_lessons(lessons, questions, file) -> None:
    """Each id begins with its lesson ("06.chain"), each lesson is asked about, and neighbours come from different ones."""
    listed = isinstance(lessons, list) and bool(lessons) and all(is_text(lesson) for lesson in lessons)
    file.expect(listed, 'lessons: a list such as ["04", "05"] (in quotes)')
    found = [question.id.partition(".")[0] for question in questions]
    file.expect(set(found) <= set(lessons), f"ids that begin with a lesson of the part: {', '.join(lessons)}")
    file.expect(set(found) == set(lessons), "a question for each of its lessons")
    file.expect(all(one != other for one, other in pairwise(found)), "two lessons in turn, mixed")


def _question(file, entry, number) -> Question:
    where = f"question {number}"
    keys = {"id", "question", "choices"}
    file.expect(
        isinstance(entry, dict) and set(entry) == keys, f"{where} with the keys id, question, choices"
    )
    file.expect(
        is_text(entry["id"]) and is_text(entry["question"]),
        f"{where} with texts under id and question",
    )
    given = entry["choices"]
    enough = isinstance(given, list) and len(given) >= FEWEST_CHOICES
    file.expect(enough, f"{where} with {FEWEST_CHOICES} choices or more")
    for choice in given:
        keys = set(choice) if isinstance(choice, dict) else set()
        file.expect(
            keys in ({"text", "why"}, {"text", "why", "correct"}),
            f"{where}: choices of text, why, correct",
        )
        file.expect(
            is_text(choice["text"]),
            f"{where}: every text as text, numbers in quotes: {choice['text']!r}",
        )
        file.expect(is_text(choice["why"]), f"{where}: a why for {choice['text']!r}")
        file.expect(choice.get("correct", True) is True, f"{where}: correct: true, or no correct at all")
    choices = tuple(Choice(each["text"].strip(), each["why"].strip(), "correct" in each) for each in given)
    file.expect(sum(choice.right for choice in choices) == 1, f"{where} with exactly one correct choice")
    file.expect(len({choice.text for choice in choices}) == len(choices), f"{where} with choices that differ")
    return Question(entry["id"].strip(), entry["question"].strip(), choices)
