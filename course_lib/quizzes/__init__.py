"""Five questions at the end of a lesson, with an explanation for every choice. docs/quiz_format.md tells the format."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

import ipywidgets
import yaml

from course_lib.errors import CourseError
from course_lib.page import Card, Live, Stage

BANK = Path(__file__).parent
QUESTIONS, FEWEST_CHOICES, LARGEST = 5, 3, 100_000  # LARGEST: bytes of a file


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


def quiz(lesson: str) -> "Quiz":
    """The quiz of a lesson ("01"); shows itself. Raises CourseError where there is none or its file is not right."""
    if not str(lesson).isalnum():  # a name, never a way to another folder
        raise CourseError(f'expected a lesson like "01", got {lesson!r}')
    return Quiz(lesson, read_bank(BANK / f"{lesson}.yaml"))


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
    _demand(
        isinstance(bank, dict) and set(bank) == {"lesson", "questions"}, path, "the keys lesson and questions"
    )
    _demand(bank["lesson"] == path.stem, path, f'lesson: "{path.stem}" (in quotes)')
    asked = bank["questions"]
    _demand(isinstance(asked, list) and len(asked) == QUESTIONS, path, f"{QUESTIONS} questions")
    questions = tuple(_question(entry, path, number) for number, entry in enumerate(asked, 1))
    _demand(len({question.id for question in questions}) == QUESTIONS, path, "five ids that differ")
    _demand(len({question.ask for question in questions}) == QUESTIONS, path, "five questions that differ")
    return questions


class Quiz(Live):
    """A lesson's questions as cards: choose, and read why. `.choose(question, choice)` answers from code (from 0)."""

    def __init__(self, lesson: str, questions: tuple[Question, ...]):
        self.lesson, self.questions = lesson, questions
        self.cards = [
            Card(
                legend=f"{number}. {question.ask}",
                choices=[choice.text for choice in question.choices],
                replies=[reply(choice) for choice in question.choices],
            )
            for number, question in enumerate(questions, 1)
        ]
        self.first: dict[int, int] = {}  # question: the choice that was made first
        for number, card in enumerate(self.cards):
            card.observe(lambda change, number=number: self._chosen(number, change["new"]), "chosen")
        self._score = Stage()  # its words stand in a live region
        self._tell()
        self.widget = ipywidgets.VBox([*self.cards, self._score])

    def choose(self, question: int, choice: int) -> str:
        """Answer a question; returns the explanation. The score counts first answers."""
        if not (0 <= question < len(self.questions) and 0 <= choice < len(self.questions[question].choices)):
            raise CourseError(f"expected a question and a choice that exist, got {question} and {choice}")
        self.cards[question].chosen = choice
        return self.cards[question].replies[choice]

    @property
    def score(self) -> str:
        right = sum(self.questions[number].choices[choice].right for number, choice in self.first.items())
        return f"Right at first: {right} of {len(self.first)} answered, {len(self.questions)} in all."

    def _chosen(self, number: int, choice: int) -> None:
        if choice >= 0:
            self.first.setdefault(number, choice)
        self._tell()

    def _tell(self) -> None:
        self._score.text = self.score

    def html(self) -> str:
        return "".join(_folded(number, question) for number, question in enumerate(self.questions, 1))

    def text(self) -> str:
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines += [f"{number}. {question.ask}", *(f"   - {choice.text}" for choice in question.choices)]
        return "\n".join(lines)


def reply(choice: Choice) -> str:
    """What is told after a choice.

    >>> reply(Choice("32", "16000 // 512 + 1.", True))
    'Right. 16000 // 512 + 1.'
    """
    return f"{'Right' if choice.right else 'Not this one'}. {choice.why}"


def _folded(number: int, question: Question) -> str:
    """A question as plain HTML, its answers folded away."""
    choices = "".join(f"<li>{escape(choice.text)}</li>" for choice in question.choices)
    replies = "".join(
        f"<li>{escape(choice.text)}: {escape(reply(choice))}</li>" for choice in question.choices
    )
    return (
        f"<p><strong>{number}. {escape(question.ask)}</strong></p><ul>{choices}</ul>"
        f"<details><summary>Answer {number}</summary><ul>{replies}</ul></details>"
    )


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
