"""`goal`: what a Modify task asks to find with code; explorers and live pictures have `seek` for the same."""

from html import escape
from numbers import Integral

import numpy as np

from course_lib.errors import CourseError


def goal(what: str, reached) -> "Goal":
    """Show whether the reader has found what a Modify task asks for: run the cell again after each change.

    what      the thing to find, in words;  reached  True or False, of a condition that does not hold at the start
    Raises CourseError for no words, and for a condition that is neither True nor False.

    >>> goal("a number above ten", 3 > 10)
    ○ To find: a number above ten.
    >>> goal("a number above ten", 12 > 10)
    ✔ Found: a number above ten.
    """
    if not str(what).strip():
        raise CourseError("expected what is to be found, in words; got nothing")
    if not (isinstance(reached, (bool, np.bool_)) or (isinstance(reached, Integral) and reached in (0, 1))):
        raise CourseError(f"expected True or False for {what!r}, got {reached!r}")
    return Goal(" ".join(str(what).split()), bool(reached))


class Goal:
    """`.what`, `.reached`; shows itself as a line with a mark."""

    def __init__(self, what, reached):
        self.what, self.reached = what, reached

    def __repr__(self):
        return f"{'✔ Found' if self.reached else '○ To find'}: {self.what}."

    def _repr_html_(self):
        return f'<p class="goal" role="status">{escape(repr(self), quote=False)}</p>'
