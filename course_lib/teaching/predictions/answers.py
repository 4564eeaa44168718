"""The answer beside the guess, and how far apart they are, in calm words that say where to look again."""

from html import escape

from course_lib.errors import CourseError
from course_lib.teaching.predictions.guesses import (
    asked_guess,
    check_id,
    store_guess,
    stored_guess,
    with_unit,
)


def reveal(id: str, answer, because: str = "") -> "Revealed":
    """Show the answer beside the stored guess, which from now on stands.

    `answer` is one of the options, or a number in the unit of the question; `because` says where it comes from.
    Options are compared exactly, numbers by their relative distance. Raises CourseError for an id that is none, and
    for an answer that is none of the options.
    """
    stored, asked = stored_guess(check_id(id)), asked_guess(id)
    revealed = Revealed(id, answer, because, stored, asked)
    if stored:
        store_guess(id, {**stored, "revealed": True})
    if asked:
        asked.close()
    return revealed


class Revealed:
    """The answer beside the guess: `.guess`, `.answer`, `.message`; shows itself."""

    def __init__(self, id, answer, because, stored, asked):
        self.id, self.because = id, because
        options = asked.options if asked else []
        if options and str(answer) not in options:
            raise CourseError(f"expected the answer to be one of {', '.join(options)}, got {answer!r}")
        self.answer = str(answer) if options or isinstance(answer, str) else float(answer)
        self.unit = asked.unit if asked else (stored or {}).get("unit", "")
        guess = (stored or {}).get("guess")
        fits = isinstance(guess, str) == isinstance(self.answer, str) and (not options or guess in options)
        self.guess = guess if fits else None
        self.message = self._compare()

    def _compare(self) -> str:
        if self.guess is None:
            return "No guess stored."
        yours = f"Your guess: {with_unit(self.guess, self.unit)}."
        if isinstance(self.answer, str):
            return f"{yours} {'That is it.' if self.guess == self.answer else 'It came out otherwise.'}"
        return f"{yours} {distance(self.guess, self.answer)}"

    def lines(self) -> list[str]:
        answer = f"Answer: {with_unit(self.answer, self.unit)}"
        because = self.because[:1].upper() + self.because[1:]
        return [self.message, f"{answer}. {because}".strip()]

    def __repr__(self):
        return "\n".join(self.lines())

    def _repr_mimebundle_(self, include=None, exclude=None):
        rows = "<br>".join(escape(line) for line in self.lines())
        frame = "border: 1px solid #767676; border-radius: 10px; padding: 0.4em 0.9em; max-width: 56rem; line-height: 1.45; margin: 0.3em 0"
        html = f'<div style="{frame}; border-left: 7px solid #0072B2">{rows}</div>'
        return {"text/html": html, "text/plain": repr(self)}


def distance(guess: float, answer: float) -> str:
    """How far a guess is from the answer, in words.

    >>> distance(210, 200), distance(50, 200)
    ('Close: 5 % high.', 'Low by a factor of 4: what did the guess leave out?')
    """
    if guess == answer:
        return "Exactly."
    if answer == 0 or guess == 0 or (guess < 0) != (answer < 0):
        return f"Off by {abs(guess - answer):.3g}."
    ratio, side = guess / answer, "high" if abs(guess) > abs(answer) else "low"
    if 0.5 < ratio < 2:
        percent = round(100 * abs(ratio - 1), 6)
        return f"{'Close' if percent <= 10 else 'In the right region'}: {percent:.2g} % {side}."
    factor = max(ratio, 1 / ratio)
    return f"{side.capitalize()} by a factor of {factor:.2g}: what did the guess leave out?"
