"""Who speaks from when to when: a turn, and the files that hold turns (RTTM).

An RTTM line: SPEAKER recording channel start duration <NA> <NA> name <NA> <NA>, seconds.
Ref: NIST, Rich Transcription 2009 Evaluation Plan, appendix A.
"""

import math
from pathlib import Path
from typing import NamedTuple

from course_lib.errors import DataError
from course_lib.paths import atomic_file


class Turn(NamedTuple):
    """One speaker from `start` to `end`, seconds. Turns are ordered by their start."""

    start: float
    end: float
    speaker: str

    @property
    def duration(self) -> float:
        return self.end - self.start


def read_rttm(path) -> list[Turn]:
    """The turns of an RTTM file, in order of their start. Raises DataError with the line that cannot be read."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot read {path} ({error}); give an RTTM file as text") from error
    turns = []
    for number, line in enumerate(lines, start=1):
        parts = line.split()
        if not parts or parts[0] != "SPEAKER":  # other kinds of lines are allowed and say nothing about turns
            continue
        try:
            start, duration, speaker = float(parts[3]), float(parts[4]), parts[7]
        except (IndexError, ValueError):
            start = duration = math.nan
        if not (math.isfinite(start) and math.isfinite(duration) and start >= 0 and duration >= 0):
            raise DataError(
                f"{path}, line {number}: expected SPEAKER recording channel start duration <NA> <NA> name, got {line!r}"
            )
        turns.append(Turn(start, start + duration, speaker))
    return sorted(turns)


def write_rttm(path, turns, recording) -> None:
    """Write turns as an RTTM file, whole or not at all. Spaces in names become underscores: RTTM has no spaces."""
    lines = [
        f"SPEAKER {_word(recording)} 1 {start:.3f} {end - start:.3f} <NA> <NA> {_word(speaker)} <NA> <NA>\n"
        for start, end, speaker in sorted(turns)
    ]
    with atomic_file(path) as part:
        part.write_text("".join(lines), encoding="utf-8")


def joined(turns, gap=0.0) -> list[Turn]:
    """Turns of one speaker that are at most `gap` seconds apart become one.

    >>> joined([Turn(0, 1, "ana"), Turn(1.2, 2, "ana"), Turn(2, 3, "ben")], gap=0.3)
    [Turn(start=0, end=2, speaker='ana'), Turn(start=2, end=3, speaker='ben')]
    """
    last, whole = {}, []
    for turn in sorted(turns):
        place = last.get(turn.speaker)
        if place is not None and turn.start - whole[place].end <= gap:
            whole[place] = whole[place]._replace(end=max(turn.end, whole[place].end))
        else:
            last[turn.speaker] = len(whole)
            whole.append(Turn(*turn))
    return sorted(whole)


def _word(text) -> str:
    return "_".join(str(text).split()) or "unknown"
