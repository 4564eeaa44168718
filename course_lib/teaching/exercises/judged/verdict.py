"""What a judge says of a result: the number beside a baseline and a worked solution, a mark of ten, the likely misconception."""

import contextlib
import inspect
from dataclasses import dataclass

import numpy as np

MOST, PASS, FAULTY = 10, 7, 4  # the best mark, the lowest that passes, the highest with a known misconception


class NotAttempted(Exception):
    """The reader's function still returns `...`."""


class Unusable(Exception):
    """What the reader's function gave cannot be judged; the text says what was expected and what came."""


@dataclass(frozen=True)
class Verdict:
    """`shown`: the result in words. `share`: 0 as good as the baseline, 1 as good as the worked solution.
    `misconception`: the name of the one that explains it, or ""."""

    shown: str
    share: float
    misconception: str = ""

    @property
    def mark(self) -> int:
        """0 to 10, and 4 at most where a misconception was found.

        >>> Verdict("", 0.82).mark, Verdict("", 1.3).mark, Verdict("", 1.0, "not frozen").mark
        (8, 10, 4)
        """
        mark = round(MOST * float(np.clip(np.nan_to_num(self.share), 0, 1)))
        return min(mark, FAULTY) if self.misconception else mark

    @property
    def passed(self) -> bool:
        return not self.misconception and self.mark >= PASS


def compare(what, yours, baseline, solved, fault="", *, control="the control", form="{:.0%}") -> Verdict:
    """A verdict from three values of one measure, the larger or the smaller the better, as `solved` and `baseline` lie.

    >>> compare("right", 0.8, 0.5, 0.9).shown
    'right: yours 80%, the control 50%, a worked solution 90%'
    """
    way = solved - baseline
    good = yours >= solved if way >= 0 else yours <= solved
    share = 1.0 if good else (yours - baseline) / way if abs(way) > 1e-9 else 0.0
    values = [form.format(value) for value in (yours, baseline, solved)]
    shown = f"{what}: yours {values[0]}, {control} {values[1]}, a worked solution {values[2]}"
    return Verdict(shown, share, fault)


def ask(function, *arguments):
    """What the reader's function returns. Raises NotAttempted for `...`, Unusable for no function or other arguments."""
    if not callable(function):
        raise Unusable(f"expected a function, got {type(function).__name__}")
    with contextlib.suppress(ValueError):  # of a function that does not tell its arguments
        try:
            inspect.signature(function).bind(*arguments)
        except TypeError as error:
            raise Unusable(f"the function could not be called: {error}") from None
    value = function(*arguments)
    if value is ...:
        raise NotAttempted
    return value


def expect(condition, what, got) -> None:
    """Raise Unusable("expected ..., got ...") unless the condition holds."""
    if not condition:
        raise Unusable(f"expected {what}, got {got}")
