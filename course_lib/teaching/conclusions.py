"""`conclude`: a sentence that says how an experiment came out, bound to a condition on what was measured.

Whoever runs a lesson reads the sentence that fits her own numbers. The outcome is kept in the output's metadata, so
that the course can refer to it by name elsewhere: `conclusion: 08.exchange`, in a comment (tools/conclusions.py).
"""

import re
from html import escape
from numbers import Integral

import numpy as np

from course_lib.errors import CourseError

NAME = r"\d\d\.[a-z][a-z0-9_]*"
KEY = "conclusion"  # of the output's metadata: {"name": ..., "holds": ...}


def conclude(name: str, holds, yes: str, no: str) -> "Conclusion":
    """Show `yes` where the condition holds on the measured values, and `no` where it does not.

    name    lesson, dot, a word of small letters: "08.exchange"
    holds   True or False, of a condition with a margin: `metrics.paired_difference(a, b).better`, an end of an interval
    yes     the sentence for the case that it holds, as it does on the course's own recordings
    no      the sentence for the other case; both say what was measured. `code` and *emphasis* are shown as such.
    Raises CourseError for another name, an empty sentence, and a condition that is neither True nor False.

    >>> conclude("02.hiss", 0.97 > 0.9, yes="The unit finds the hiss.", no="The unit does not find the hiss here.")
    The unit finds the hiss.
    """
    if not (isinstance(name, str) and re.fullmatch(NAME, name)):
        raise CourseError(f"expected a name like '08.exchange' (lesson, dot, small letters), got {name!r}")
    if not (isinstance(holds, (bool, np.bool_)) or (isinstance(holds, Integral) and holds in (0, 1))):
        raise CourseError(
            f"expected True or False for {name}, got {holds!r}; compare the values with a margin first"
        )
    if not (str(yes).strip() and str(no).strip()):
        raise CourseError(f"expected a sentence for each case of {name}, got {yes!r} and {no!r}")
    return Conclusion(name, bool(holds), " ".join(str(yes if holds else no).split()))


class Conclusion:
    """A conclusion as it came out: `.name`, `.holds`, `.text`; shows itself as a paragraph."""

    def __init__(self, name, holds, text):
        self.name, self.holds, self.text = name, holds, text

    def __repr__(self):
        return re.sub(r"`([^`]+)`|\*([^*\s][^*]*)\*", lambda found: found[1] or found[2], self.text)

    def _repr_mimebundle_(self, include=None, exclude=None):
        html = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(self.text, quote=False))
        html = re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", html)
        data = {"text/html": f'<p class="conclusion">{html}</p>', "text/plain": repr(self)}
        return data, {KEY: {"name": self.name, "holds": self.holds}}
