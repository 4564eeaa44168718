"""Questions at the end of a lesson and of a part, with an explanation for every choice. Format: docs/quiz_format.md."""

from html import escape

import ipywidgets

from course_lib.errors import CourseError
from course_lib.teaching import progress
from course_lib.teaching.page import Card, FigureWidget, Live
from course_lib.teaching.quizzes.banks import BANK, Choice, Question, names, path_of, read_bank

__all__ = ["BANK", "Choice", "Question", "Quiz", "names", "path_of", "quiz", "read_bank", "reply"]


def quiz(name: str) -> "Quiz":
    """The quiz of a lesson ("01") or of a part ("review 1"); shows itself. Raises CourseError where there is none or
    its file is not right."""
    return Quiz(name, read_bank(path_of(name)), kept=True)


class Quiz(Live):
    """Questions as cards: choose, and read why. `.choose(question, choice)` answers from code (from 0)."""

    def __init__(self, name: str, questions: tuple[Question, ...], kept: bool = False):
        self.name, self.questions, self.kept = (
            name,
            questions,
            kept,
        )  # first answers into the reader's progress
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
        self._score = FigureWidget()  # its words stand in a live region
        self._show_score()
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
        if choice >= 0 and number not in self.first:
            self.first[number] = choice
            if self.kept:
                question = self.questions[number]
                progress.answered(self.name, question.id, question.choices[choice].right)
        self._show_score()

    def _show_score(self) -> None:
        self._score.text = self.score

    def html(self) -> str:
        return "".join(_folded(number, question) for number, question in enumerate(self.questions, 1))

    def text(self) -> str:
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines += [f"{number}. {question.ask}", *(f"   - {choice.text}" for choice in question.choices)]
        return "\n".join(lines)


def reply(choice: Choice) -> str:
    """The words that answer a choice.

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
