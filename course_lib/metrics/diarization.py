"""Diarization error rate: missed speech, false alarms and speaker confusion, divided by the time of speech.

Turns are (start, end, speaker) in seconds. Time is cut at every start and end; in each segment the speakers of
the reference are compared with those of the hypothesis. The hypothesis may use any names: they are matched one to one
so that as much time as possible agrees. Ref: NIST, Rich Transcription Spring 2009 Evaluation Plan (md-eval).
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from course_lib.errors import CourseError


@dataclass(frozen=True)
class DiarizationError:
    """Seconds of each kind of error, and of speech in the reference; overlapped speech counts once for each speaker."""

    missed: float  # a speaker of the reference is not found
    false_alarm: float  # a speaker is found where nobody speaks
    confusion: float  # another speaker is found than the one who speaks
    speech: float
    names: dict  # hypothesis name -> reference name

    @property
    def rate(self) -> float:
        """(missed + false alarm + confusion) / speech; it can be above 1. Without speech: 0 if nothing was found."""
        wrong = self.missed + self.false_alarm + self.confusion
        return wrong / self.speech if self.speech else math.inf if wrong else 0.0

    def __add__(self, other):
        """The error over two recordings: seconds are added, so a long one counts for more."""
        sums = (
            getattr(self, name) + getattr(other, name)
            for name in ("missed", "false_alarm", "confusion", "speech")
        )
        return DiarizationError(*sums, {})

    def __repr__(self):
        parts = (
            f"{name} {seconds / self.speech:.1%}" if self.speech else f"{name} {seconds:.1f} s"
            for name, seconds in (
                ("missed", self.missed), ("false alarm", self.false_alarm), ("confusion", self.confusion),
            )
        )  # fmt: skip
        return f"diarization error {self.rate:.1%} of {self.speech:.1f} s of speech: " + ", ".join(parts)


def diarization_error(reference, hypothesis, *, collar=0.25, overlap=True) -> DiarizationError:
    """Compare two lists of turns (start, end, speaker), seconds.

    collar   seconds before and after every start and end of the reference that are not scored: nobody can place
             the boundary of speech to the tenth of a second
    overlap  False: time in which two or more speakers of the reference speak is not scored
    Raises CourseError for a turn that ends before it starts or is not finite.

    >>> diarization_error([(0, 6, "ana"), (6, 10, "ben")], [(0, 8, "1"), (8, 10, "2")], collar=0)
    diarization error 20.0% of 10.0 s of speech: missed 0.0%, false alarm 0.0%, confusion 20.0%
    """
    reference, hypothesis = _checked(reference), _checked(hypothesis)
    if collar < 0:
        raise CourseError(f"expected a collar of 0 s or more, got {collar}")
    edges = [time for start, end, _ in reference for time in (start, end)]
    closed = [(edge - collar, edge + collar) for edge in edges] if collar else []
    cuts = sorted(
        {*edges, *(t for s, e, _ in hypothesis for t in (s, e)), *(t for pair in closed for t in pair)}
    )
    segments = []  # (seconds, who speaks, who was found)
    for start, end in itertools.pairwise(cuts):
        middle = (start + end) / 2
        spoken, found = _at(reference, middle), _at(hypothesis, middle)
        scored = not any(low < middle < high for low, high in closed) and (overlap or len(spoken) < 2)
        if scored and (spoken or found):
            segments.append((end - start, spoken, found))
    names = _matched(segments)
    missed = false_alarm = confused = speech = 0.0
    for seconds, spoken, found in segments:
        right = len(spoken & {names.get(name) for name in found})
        missed += seconds * max(0, len(spoken) - len(found))
        false_alarm += seconds * max(0, len(found) - len(spoken))
        confused += seconds * (min(len(spoken), len(found)) - right)
        speech += seconds * len(spoken)
    return DiarizationError(missed, false_alarm, confused, speech, names)


def error_turns(reference, hypothesis, names) -> list:
    """Where the errors lie, without collar: [(start, end, kind), ...], kind one of missed, false alarm, confusion.

    `names` as in DiarizationError. Where several are wrong at once, what is missed comes first, then the false alarm.

    >>> error_turns([(0, 6, "ana"), (6, 10, "ben")], [(1, 8, "1"), (8, 11, "2")], {"1": "ana", "2": "ben"})
    [(0, 1, 'missed'), (6, 8, 'confusion'), (10, 11, 'false alarm')]
    """
    reference, hypothesis, turns = _checked(reference), _checked(hypothesis), []
    cuts = sorted({time for start, end, _ in [*reference, *hypothesis] for time in (start, end)})
    for start, end in itertools.pairwise(cuts):
        spoken, found = (_at(each, (start + end) / 2) for each in (reference, hypothesis))
        right = len(spoken & {names.get(name) for name in found})
        kinds = {
            "missed": len(spoken) > len(found),
            "false alarm": len(found) > len(spoken),
            "confusion": min(len(spoken), len(found)) > right,
        }
        kind = next((name for name, there in kinds.items() if there), None)
        if kind and turns and turns[-1][1:] == (start, kind):
            turns[-1] = (turns[-1][0], end, kind)
        elif kind:
            turns.append((start, end, kind))
    return turns


def _matched(segments) -> dict:
    """{hypothesis name: reference name}, one to one, with the most seconds in common."""
    spoken = sorted({name for _, names, _ in segments for name in names})
    found = sorted({name for _, _, names in segments for name in names})
    together = np.zeros((len(found), len(spoken)))
    for seconds, now, heard in segments:
        for name in heard:
            for other in now:
                together[found.index(name), spoken.index(other)] += seconds
    rows, columns = linear_sum_assignment(together, maximize=True)
    return {found[i]: spoken[j] for i, j in zip(rows, columns) if together[i, j] > 0}


def _at(turns, moment) -> set:
    return {speaker for start, end, speaker in turns if start <= moment < end}


def _checked(turns) -> list:
    turns = [tuple(turn) for turn in turns]
    for start, end, speaker in turns:
        if not (math.isfinite(start) and math.isfinite(end) and start <= end):
            raise CourseError(f"expected turns (start, end, speaker) in seconds, got {(start, end, speaker)}")
    return turns
