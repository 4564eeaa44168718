"""How much of a lesson is done, as a line at its top: guesses, checks and questions, also from before a restart."""

from html import escape

from course_lib import user_store
from course_lib.errors import DataError
from course_lib.teaching import progress
from course_lib.teaching.exercises import of_lesson
from course_lib.teaching.page import Live, Progress
from course_lib.teaching.predictions import guessed
from course_lib.teaching.progress.summary import Item, Unit, questions_of
from course_lib.teaching.quizzes import path_of, read_bank


def lesson_progress(lesson: str, *, guesses: int) -> "LessonProgress":
    """Show what is done of a lesson ("03") that asks for so many guesses. It follows while the reader goes on.

    Raises CourseError for a lesson that is not there.
    """
    shown = LessonProgress(lesson, guesses)
    user_store.watchers["lesson progress"] = shown.show  # the last one that was shown
    return shown


class LessonProgress(Live):
    """`.counts` is {what: (done, of how many)}, as the reader's files have it now; `show()` brings the page up to it."""

    def __init__(self, lesson, guesses):
        asked = questions_of(lesson, [(each.id, each.ask) for each in read_bank(path_of(lesson))])
        given = tuple(Item(each.id, each.title) for each in of_lesson(lesson))
        self.unit, self.guesses, self.widget = Unit(lesson, "", given, asked), guesses, Progress()
        self.show()

    @property
    def counts(self) -> dict:
        try:
            entries = user_store.entries(progress.FILE)
        except DataError:  # of a newer course: the checks say so
            entries = {}
        (found,) = progress.summarize([self.unit], entries).units
        return {
            "guesses": (min(guessed(self.unit.name), self.guesses), self.guesses),
            "checks": (found.passed, len(self.unit.exercises)),
            "questions": (found.answered, len(self.unit.questions)),
        }

    def show(self) -> None:
        done, total = map(sum, zip(*self.counts.values()))
        with self.widget.hold_sync():
            self.widget.done, self.widget.total, self.widget.words = done, total, self.text()

    def text(self) -> str:
        told = [f"{done} of {total} {what}" for what, (done, total) in self.counts.items() if total]
        done = all(done == total for done, total in self.counts.values())
        return f"{'✔ All done' if done else 'Done so far'}: {', '.join(told)}."

    def html(self) -> str:
        return f"<p>{escape(self.text())}</p>"
