"""Types of options for argparse: every number has its range, and what lies outside is refused with a message."""

import argparse
import math

SEEDS = 2**32 - 1  # numpy takes no larger seed


def number(kind=int, *, low=None, high=None, above=None, below=None):
    """An argparse type: numbers of a kind, from `low` to `high`, or above and below a limit that is not reached.

    >>> number(low=1)("3"), number(float, above=0)("0.5")
    (3, 0.5)
    >>> number(low=1)("0")
    Traceback (most recent call last):
    argparse.ArgumentTypeError: expected a whole number of 1 or more, got '0'
    """
    what = "a whole number" if kind is int else "a number"
    limits = [
        f"of {low} or more" if low is not None and high is None else "",
        f"from {low} to {high}" if low is not None and high is not None else "",
        f"above {above}" if above is not None else "",
        f"below {below}" if below is not None else "",
        f"up to {high}" if high is not None and low is None else "",
    ]
    expected = " ".join([what, " and ".join(limit for limit in limits if limit)]).strip()

    def read(text):
        try:
            value = kind(text)
            math.isfinite(value)
        except (ValueError, OverflowError):  # OverflowError: a whole number of 400 digits
            value = math.nan
        fits = (
            math.isfinite(value)
            and (low is None or value >= low)
            and (high is None or value <= high)
            and (above is None or value > above)
            and (below is None or value < below)
        )
        if not fits:
            raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
        return value

    return read


def at_least(low, kind=int):
    """An argparse type: a number of `low` or more."""
    return number(kind, low=low)


seed = number(low=0, high=SEEDS)
"""An argparse type: what numpy and torch both take as a seed."""


def add_json(parser):
    """Give a verb the option --json."""
    parser.add_argument("--json", action="store_true", help="print one JSON object, for programs")


def part_of(text):
    """A corpus, or its clips with one value of a column: "librispeech_mini:subset=train-clean-100".

    Recordings keep the splits of the manifest: training itself holds out what it measures on.
    """
    from course_lib.data import load

    name, _, wanted = text.partition(":")
    column, _, value = wanted.partition("=")
    corpus = load(name, by="recording")
    return corpus.select(**{column: value}) if wanted else corpus
