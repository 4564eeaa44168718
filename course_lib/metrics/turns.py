"""Who speaks from when to when: a turn, and the files that hold turns (RTTM).

An RTTM line: SPEAKER recording channel start duration <NA> <NA> name <NA> <NA>, seconds.
Ref: NIST, Rich Transcription 2009 Evaluation Plan, appendix A.
"""

import itertools
import math
from pathlib import Path
from typing import NamedTuple

from course_lib.errors import DataError
from course_lib.paths import atomic_file

OTHER_LINES = {  # kinds of lines that RTTM allows too, and that say nothing about turns
    *(
        "SPKR-INFO",
        "NON-SPEECH",
        "NOSCORE",
        "NO_RT_METADATA",
        "LEXEME",
        "NON-LEX",
        "FILLER",
        "EDIT",
        "IP",
        "SU",
        "CB",
    ),
    *("A/P", "SEGMENT"),
}


class Turn(NamedTuple):
    """One speaker from `start` to `end`, seconds. Turns are ordered by their start."""

    start: float
    end: float
    speaker: str

    @property
    def duration(self) -> float:
        return self.end - self.start


def read_rttm(path, recording=None) -> list[Turn]:
    """The turns of a recording in an RTTM file, in order of their start; a file without any line gives none.

    recording   the one whose turns are wanted, as the file names it (a sound file's name without its ending); it
                matters where the file holds several. A file that holds one recording is taken whatever its name.

    Raises DataError for a file that cannot be read, that is no RTTM, or that holds several recordings and not the
    wanted one, and with its number for a line that cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # -sig: editors put a mark before the first line
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot read {path} ({error}); give an RTTM file as text in UTF-8") from error
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if not parts or parts[0].startswith(";;") or parts[0].upper() in OTHER_LINES:
            continue
        found.setdefault(parts[1] if len(parts) > 1 else "", []).append(_turn(path, number, line))
    if len(found) < 2:
        return sorted(itertools.chain(*found.values()))
    wanted = None if recording is None else _word(recording)
    if wanted not in found:
        names = ", ".join(sorted(found)[:8]) + (", ..." if len(found) > 8 else "")
        raise DataError(
            f"{path}: expected the turns of {wanted or 'one recording'}, got those of {len(found)} recordings: {names}; "
            "give the sound file the name of one of them, or cut its lines out"
        )
    return sorted(found[wanted])


def _turn(path, number, line) -> Turn:
    """The Turn of a line; DataError where it is none."""
    parts = line.split()
    try:
        start, duration, speaker = float(parts[3]), float(parts[4]), parts[7]
    except (IndexError, ValueError):
        start = duration = math.nan
    spaced = len(parts) > 10 or parts[7:8] == ["<NA>"]  # a name with spaces: the fields behind it are others
    if parts[0].upper() == "SPEAKER" and not spaced and 0 <= start < math.inf and 0 <= duration < math.inf:
        return Turn(start, start + duration, speaker)
    raise DataError(
        f"{path}, line {number}: expected SPEAKER recording channel start duration <NA> <NA> name, got {line[:80]!r}"
        + _guess(parts)
    )


def _guess(parts) -> str:
    """What a line that is no RTTM looks like, and what to do with it."""
    try:
        start, end = float(parts[0].replace(",", ".")), float(parts[1].replace(",", "."))
    except (IndexError, ValueError):
        return ""
    if start > end:
        return ""
    return f"; labels of an editor (start, end, name)? As RTTM: SPEAKER recording 1 {start:g} {end - start:g} <NA> <NA> name"


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
