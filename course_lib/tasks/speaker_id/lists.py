"""Lists of recordings and the table of speakers, as the PAV SpkID exercise keeps them.

A list has one name a line, without extension: `BLOCK00/SES000/SA000S13`. The speaker is the nearest folder of
that name which the table of speakers knows (here SES000); where no folder is known, the longest code with which
the file's own name begins. The table is json, {"SES000": 0, "SES001": 1, ...}.
"""

import json
from collections import Counter
from pathlib import Path, PurePosixPath

from course_lib.errors import DataError
from course_lib.paths import atomic_file
from course_lib.tasks.speaker_id.frames import Utterance
from course_lib.tasks.speaker_id.matrices import read_matrix

MAKE = "course spkid features --corpus NAME makes lists, table and matrices"


def read_list(path) -> list[str]:
    """The names in a list, in order; empty lines are skipped. DataError if there are none, or one comes twice."""
    names = [line.strip() for line in _text(path).splitlines() if line.strip()]
    if not names:
        raise DataError(f"{path}: expected one name a line, got an empty list; {MAKE}")
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise DataError(f"{path}: {twice[0]} stands there more than once; every recording counts once")
    outside = [name for name in names if leaves(name)]
    if outside:
        raise DataError(
            f"{path}: {outside[0]!r} leads out of the folder of the data; names are relative and know no '..'"
        )
    return names


def leaves(name) -> bool:
    """True for a name that could lead out of the folder it is looked up in.

    >>> [leaves(name) for name in ("BLOCK00/SA000S13", "../x", "/etc/x", "C:/x")]
    [False, True, True, True]
    """
    first, *_ = parts = name.replace("\\", "/").split("/")
    return not first or ":" in first or ".." in parts or "\0" in name


def write_list(path, names):
    with atomic_file(path) as part:
        part.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def read_speakers(path) -> dict[str, int]:
    """The table of speakers: every code its own class, 0 to n-1."""
    try:
        table = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise DataError(
            f'{path}: expected json such as {{"SES000": 0}}, got something else ({error})'
        ) from error
    if (
        not isinstance(table, dict)
        or len(table) < 2
        or any(type(value) is not int for value in table.values())
    ):
        raise DataError(f'{path}: expected at least two speakers as {{"SES000": 0, "SES001": 1}}')
    if sorted(table.values()) != list(range(len(table))):
        raise DataError(
            f"{path}: expected the classes 0 to {len(table) - 1}, each once; number the speakers anew"
        )
    return table


def write_speakers(path, codes):
    """Number the codes in sorted order and write the table."""
    with atomic_file(path) as part:
        part.write_text(json.dumps({code: index for index, code in enumerate(sorted(codes))}, indent=1))


def speaker_of(name, speakers) -> int:
    """The class of a listed recording.

    >>> speaker_of("BLOCK00/SES001/SA001S13", {"SES000": 0, "SES001": 1})
    1
    >>> speaker_of("SES000_13", {"SES000": 0, "SES001": 1})
    0
    """
    *folders, file = PurePosixPath(name).parts
    for folder in reversed(folders):
        if folder in speakers:
            return speakers[folder]
    begun = [code for code in speakers if file.startswith(code)]
    if not begun:
        raise DataError(
            f"{name}: none of its folders is a known speaker, nor does its name begin with one; "
            f"the table knows {', '.join(list(speakers)[:4])} ..."
        )
    return speakers[max(begun, key=len)]


def read_utterances(list_file, db_path, ext, speakers) -> list[Utterance]:
    """The recordings of a list, with their frames and classes; all must have one number of features."""
    found = []
    for name in read_list(list_file):
        frames = read_matrix(Path(db_path) / f"{name}.{ext}")
        if found and frames.shape[1] != found[0].frames.shape[1]:
            raise DataError(
                f"{name}: expected {found[0].frames.shape[1]} features as in {found[0].name}, "
                f"got {frames.shape[1]}; do not mix kinds of features in one list"
            )
        found.append(Utterance(name, frames, speaker_of(name, speakers)))
    return found


def _text(path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: no UTF-8, or a zero in the name
        raise DataError(f"{path}: expected a text file, cannot read it ({error}); {MAKE}") from error
