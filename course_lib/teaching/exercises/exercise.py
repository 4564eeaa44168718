"""What an exercise is: a slow spec that is the truth, cases to try it on, and the wrong answers people give.

A wrong answer is recognised by what it does: it equals a misconception's wrong function on every case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course_lib.errors import CourseError

HINTS = 3
KINDS = {  # what an exercise asks for, in the words of its title
    "fill": "fill in a line",
    "function": "write a function",
    "experiment": "design an experiment",
    "debug": "find the fault",
    "result": "build it; the result is judged",
}


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that people give for a reason: its name, the wrong function (or value), and what to tell the reader."""

    name: str
    wrong: Any
    says: str


@dataclass(frozen=True)
class Exercise:
    """One exercise, of one of KINDS. `spec` is the slow truth: a function, or the value itself where a value is asked for.

    `cases` are tuples of arguments, or a function that makes them; empty where a value is asked for. `equivalents` are
    other right answers, kept for the tests. `solution` is the worked solution, `why` its reason. Numbers are
    right within atol + tolerance * |expected|. `judge` runs the answer of an exercise of the kind "result" on unseen
    sounds; it has no cases, and its spec is the worked solution. Raises CourseError for an exercise that cannot teach: no kind, no cases,
    fewer than three misconceptions, other than three hints.
    """

    id: str
    title: str
    kind: str
    spec: Any
    cases: Any = ()
    misconceptions: tuple[Misconception, ...] = ()
    equivalents: tuple = ()
    hints: tuple[str, ...] = ()
    solution: str = ""
    why: str = ""
    tolerance: float = 1e-5  # relative
    atol: float = 1e-8  # absolute, for values that should be zero
    judge: Callable | None = None

    def __post_init__(self):
        lesson, dot, name = self.id.partition(".")
        if not (len(lesson) == 2 and lesson.isdigit() and dot and name.isidentifier()):
            raise CourseError(f"expected an exercise id like '01.frame_count', got {self.id!r}")
        wanted = {
            f"a kind, one of {', '.join(KINDS)}": self.kind in KINDS,
            f"{HINTS} hints": len(self.hints) == HINTS,
            "three misconceptions or more": len(self.misconceptions) >= 3,
            "an equivalent answer": len(self.equivalents) >= 1,
            "a solution and why it is right": bool(self.solution.strip() and self.why.strip()),
            'a judge for the kind "result" and for no other': (self.kind == "result") == bool(self.judge),
            "cases for a function, none for a value or a judge": (self.is_function and not self.judge)
            == bool(self.cases),
        }
        for what, there in wanted.items():
            if not there:
                raise CourseError(f"exercise {self.id}: expected {what}")

    @property
    def heading(self) -> str:
        """The title with what is asked for, as a check shows it."""
        return f"{self.title} ({KINDS[self.kind]})"

    @property
    def is_function(self) -> bool:
        return callable(self.spec)

    def trials(self) -> tuple[tuple, ...]:
        """The cases as tuples of arguments, made anew."""
        made = self.cases() if isinstance(self.cases, Callable) else self.cases
        return tuple(case if isinstance(case, tuple) else (case,) for case in made)

    def expected(self, case: tuple) -> Any:
        return self.spec(*case)
