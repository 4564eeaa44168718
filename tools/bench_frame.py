"""What every benchmark is made of: a row, turns that are fair, speeds side by side.

Things compared take turns, round by round, so that whatever else the machine does falls on all of them alike.
"""

import statistics
import time
from dataclasses import dataclass

ROUNDS = 9  # turns taken; the median ratio of the turns is reported, and the best speed


@dataclass(frozen=True)
class Row:
    """One figure: value in unit; ratio says how it stands to `beside` (above 1 is better), None if to nothing."""

    ratio: float | None
    what: str
    value: float
    unit: str
    beside: str = ""


def budget(what, value, limit, unit):
    """A figure beside its budget: the ratio is above 1 where it is kept."""
    return Row(limit / value if value else None, what, value, unit, f"budget of {limit:,} {unit}")


def line(row):
    """A row as text, the ratio first."""
    ratio = f"{row.ratio:5.2f} x {row.beside}" if row.ratio is not None else "        "
    return f"{ratio:<56} {row.what:<52} {number(row.value):>10} {row.unit}"


def number(value) -> str:
    """A figure in as many digits as it is worth.

    >>> number(12345.6), number(123.45), number(1.234)
    ('12,346', '123.5', '1.23')
    """
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def turns(work, rounds=None):
    """{name: seconds of each round} for {name: function}; after one call that fills the caches, they take turns."""
    for do in work.values():
        do()
    seconds = {name: [] for name in work}
    for _ in range(ROUNDS if rounds is None else rounds):
        for name, do in work.items():
            started = time.perf_counter()
            do()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def compared(work, amount, unit, reference, rounds=None):
    """Rows of speeds (amount / seconds), each beside the reference of the same round; the reference comes first."""
    seconds = turns(work, rounds)
    for name, own in seconds.items():
        ratio = statistics.median(theirs / mine for theirs, mine in zip(seconds[reference], own))
        beside = None if name == reference else ratio
        yield Row(beside, name, amount / min(own), unit, "" if name == reference else reference)
