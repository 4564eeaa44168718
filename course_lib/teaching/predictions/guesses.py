"""A guess before the answer is known: `guess` asks for it and stores it.

A prediction that turns out wrong teaches more than an answer read (Crouch et al. 2004, Am. J. Phys. 72, 835).
Guesses are the reader's own: they stay in predictions.json under own_root() and go nowhere else.
"""

from datetime import datetime, timezone
from html import escape

from course_lib import user_store
from course_lib.errors import CourseError, DataError
from course_lib.teaching.page import Card, Live

FILE = "predictions"
LARGEST = 1e300  # of a guess in numbers
_asked: dict[str, "Guess"] = {}
_kept: dict[str, dict] = {}  # guesses of this session that could not be written


def guess(
    id: str, question: str, *, options=None, unit: str = "", low=None, high=None, guess=None, again=False
) -> "Guess":
    """Ask for a guess: one of `options`, or a number in `unit` (between `low` and `high`). Stored when locked in.

    `guess=` locks a guess in from code; `again=True` forgets an old one, also after its answer was shown. Raises
    CourseError for a question that cannot be asked or a guess outside it.
    """
    if again:
        _kept.pop(check_id(id), None)
        user_store.forget(FILE, id)
    asked = Guess(id, question, options, unit, low, high)
    _asked[id] = asked
    if guess is not None:
        asked.lock_in(guess)
    return asked


class Guess(Live):
    """A question that was asked: `.guess` is None until one is locked in."""

    def __init__(self, id, question, options=None, unit="", low=None, high=None):
        self.id, self.question = check_id(id), question
        self.options = [str(option) for option in options] if options else []
        self.unit, self.low, self.high = unit, low, high
        if not isinstance(question, str) or len(question.split()) < 2:
            raise CourseError(f"expected a question, got {question!r}")
        if options and (len(set(self.options)) < 2 or len(set(self.options)) != len(self.options)):
            raise CourseError(f"expected two or more different options, got {self.options}")
        if not options and low is not None and high is not None and not low < high:
            raise CourseError(f"expected low < high, got {low} and {high}")
        stored = stored_guess(id)
        self.guess = stored.get("guess") if stored and self._allowed(stored.get("guess")) else None
        self.widget = Card(
            legend=question,
            choices=self.options,
            unit=unit,
            lowest=low,
            highest=high,
            chosen=self.options.index(self.guess) if self.guess in self.options else -1,
            number="" if self.options or self.guess is None else f"{self.guess:g}",
            button="Lock in my guess",
            feedback=self._state(),
            locked=bool(self.guess is not None and stored.get("revealed")),
        )
        self.widget.observe(self._pressed, "presses")

    def lock_in(self, guess) -> None:
        """Store a guess. Raises CourseError where it is none of the options, or no number from low to high."""
        if not self._allowed(guess):
            raise CourseError(f"expected {self._expected()}, got {guess!r}")
        if self.widget.locked:
            raise CourseError(
                "The answer is known, so the guess stands; guess(..., again=True) starts afresh."
            )
        self.guess = guess if self.options else float(guess)
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        entry = {"question": self.question, "guess": self.guess, "unit": self.unit, "at": now}
        trouble = store_guess(self.id, {**entry, "revealed": False})
        self.widget.feedback = self._state() + trouble

    def close(self) -> None:
        """The answer is known: take no more guesses."""
        if self.guess is not None:
            self.widget.locked = True

    def html(self) -> str:
        if self.options:
            answers = "".join(f"<li>{escape(option)}</li>" for option in self.options)
            body = f"<ul>{answers}</ul>"
        else:
            body = f"<p>{escape(self._expected().capitalize())}.</p>"
        return f"<div><p><strong>Predict: {escape(self.question)}</strong></p>{body}<p>{escape(self._state())}</p></div>"

    def text(self) -> str:
        lines = [f"Predict: {self.question}"]
        lines += [f"  - {option}" for option in self.options] or [f"  {self._expected()}"]
        return "\n".join([*lines, self._state()])

    def _pressed(self, change) -> None:
        try:
            chosen = self.widget.chosen
            if self.options:
                if chosen < 0:
                    raise CourseError("Choose one of the answers first.")
                self.lock_in(self.options[chosen])
            else:
                self.lock_in(_number(self.widget.number))
        except CourseError as error:
            self.widget.feedback = str(error)

    def _allowed(self, guess) -> bool:
        if self.options:
            return guess in self.options
        if isinstance(guess, bool) or not isinstance(guess, (int, float)) or not abs(guess) < LARGEST:
            return False
        return (self.low is None or guess >= self.low) and (self.high is None or guess <= self.high)

    def _expected(self) -> str:
        if self.options:
            return f"one of {', '.join(self.options)}"
        bounds = {
            (False, False): "a number",
            (True, False): f"a number from {self.low} up",
            (False, True): f"a number up to {self.high}",
            (True, True): f"a number from {self.low} to {self.high}",
        }[(self.low is not None, self.high is not None)]
        return f"{bounds}{' in ' if self.unit else ''}{self.unit}"

    def _state(self) -> str:
        if self.guess is None:
            return "No guess locked in yet. A wrong guess costs nothing."
        return f"Locked in: {with_unit(self.guess, self.unit)}. Now run on and see."


def store_guess(id, entry) -> str:
    """Store a guess; where that fails it is kept for this session, and the words to say so are returned."""
    try:
        user_store.store(FILE, id, entry)
    except DataError as error:
        _kept[id] = entry
        return f"\nIt could not be kept for later: {error}"
    _kept.pop(id, None)
    return ""


def stored_guess(id) -> dict | None:
    """The entry of a guess: {"question", "guess", "unit", "at", "revealed"}; None where there is none."""
    entry = _kept.get(id)
    entry = _entries().get(id) if entry is None else entry
    return entry if isinstance(entry, dict) and "guess" in entry else None


def guessed(lesson) -> int:
    """How many guesses of a lesson ("03") are locked in, also from before the kernel was restarted."""
    return sum(stored_guess(id) is not None for id in {*_kept, *_entries()} if id.startswith(f"{lesson}."))


def _entries() -> dict:
    try:
        return user_store.entries(FILE)
    except DataError:
        return {}


def asked_guess(id) -> "Guess | None":
    """The question as it was last asked in this session."""
    return _asked.get(id)


def check_id(id) -> str:
    """The id itself. Raises CourseError for what is none."""
    if not (isinstance(id, str) and len(id) > 3 and id[:2].isdigit() and id[2] == "."):
        raise CourseError(f"expected an id like '01.frames' (lesson, dot, name), got {id!r}")
    return id


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise CourseError(f"Expected a number, got {text!r}." if text else "Write a number first.") from None


def with_unit(value, unit: str) -> str:
    """A value with its unit: whole numbers in full, others with six significant digits.

    >>> with_unit(2586000.0, "Hz"), with_unit(0.12345678, "s"), with_unit("2048 samples", "")
    ('2,586,000 Hz', '0.123457 s', '2048 samples')
    """
    whole = not isinstance(value, str) and value == round(value) and abs(value) < 1e15
    text = value if isinstance(value, str) else f"{value:,.0f}" if whole else f"{value:.6g}"
    return f"{text} {unit}".strip()
