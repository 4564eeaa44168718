"""manifest.csv, the one list of what a corpus holds: read it, find its faults, write it.

Columns: path,speaker,label,language,split,duration_s, then whatever a corpus has beyond them. `path` is
relative to the folder, with `/`; `split` is train, valid, test or empty; a column that does not apply is empty.
"""

import contextlib
import csv
import io
import math
import os
import posixpath
import stat
from pathlib import Path

from course_lib.errors import CorpusError
from course_lib.paths import atomic_file

NAME = "manifest.csv"
COLUMNS = ("path", "speaker", "label", "language", "split", "duration_s")
SPLITS = ("train", "valid", "test", "")
SHOWN = 5  # faults told in one message; `course data check` tells all


def read_manifest(folder):
    """The rows of folder/manifest.csv, as dictionaries of strings, in file order.

    Raises CorpusError for a missing, empty or unreadable manifest, missing columns, and for any row that
    `row_faults` finds fault with; the message names the first few.
    """
    folder = Path(folder)
    rows = parse(folder)
    faults = list(row_faults(folder, rows))
    if faults:
        more = f"\n  ... and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        listed = "".join(f"\n  {fault}" for fault in faults[:SHOWN])
        raise CorpusError(
            f"{folder / NAME}: {len(faults)} fault(s):{listed}{more}\n"
            "put the rows or files right, or make, import or fetch the corpus again"
        )
    return rows


def parse(folder):
    """The rows as they stand, none of them judged: only the file, its text and its header must be sound."""
    path = Path(folder) / NAME
    try:
        text = path.read_text(encoding="utf-8-sig")  # -sig: spreadsheets write a byte order mark
    except FileNotFoundError:
        raise CorpusError(
            f"{folder}: expected a corpus, a folder with {NAME}; `course data list` shows those there are, "
            "`course data import FOLDER` makes one from speaker/file.wav"
        ) from None
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: expected UTF-8 text ({error}); save it as CSV UTF-8") from error
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error})") from error
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        header, rows = table.fieldnames or [], list(table)
    except csv.Error as error:
        raise CorpusError(f"{path}: not comma-separated values ({error}); save it as CSV again") from error
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise CorpusError(
            f"{path}: expected the columns {','.join(COLUMNS)}, missing {', '.join(missing)} "
            f"(found {', '.join(map(str, header)) or 'nothing'}); a column that does not apply stays empty"
        )
    if len(set(header)) < len(header):
        raise CorpusError(f"{path}: expected each column once, got {', '.join(header)}")
    if not rows:
        raise CorpusError(f"{path}: expected clips, got a header and no rows")
    return rows


def row_faults(folder, rows):
    """What is wrong with the rows, one line each: paths that escape, repeat or lead nowhere, bad values."""
    root = os.path.realpath(folder)
    seen, folders = {}, {}
    for line, row in enumerate(rows, start=2):  # line 1 is the header
        if None in row or None in row.values():
            yield f"row {line}: expected as many fields as the header has"
            continue
        fault = path_fault(root, row["path"], folders=folders)
        if fault:
            yield f"row {line}: {fault}"
        elif (first := seen.setdefault(posixpath.normpath(row["path"]), line)) != line:
            yield f"row {line}: path {row['path']!r} stands already in row {first}"
        if row["speaker"] != row["speaker"].strip():
            yield f"row {line}: expected a speaker without spaces around the name, got {row['speaker']!r}"
        if row["split"] not in SPLITS:
            yield f"row {line}: expected split train, valid, test or empty, got {row['split']!r}"
        if row["duration_s"] and not 0 < number(row["duration_s"], math.nan) < math.inf:
            yield f"row {line}: expected duration_s in seconds, above 0, got {row['duration_s']!r}"


def path_fault(root, path, *, must_exist=True, folders=None):
    """Why a manifest's path may not be used, or None: it must lead to a file inside the folder `root`.

    folders: a dictionary that keeps what is known of the folders below `root`, for many paths in a row.
    """
    if not path or "\0" in path or "\\" in path:
        return f"expected a relative path with '/', got {path!r}"
    if posixpath.isabs(path) or ":" in path.split("/")[0] or ".." in path.split("/"):
        return f"path {path!r} leaves the corpus folder; paths are relative to it and know no '..'"
    if not must_exist:
        return None
    folders, (above, name) = {} if folders is None else folders, posixpath.split(path)
    if None not in folders:
        folders[None] = os.path.realpath(root)
    root = folders[None]
    if above not in folders:
        folders[above] = os.path.realpath(os.path.join(root, above))
        folders[above] = folders[above] if _is_inside(folders[above], root) else ""
    with contextlib.suppress(OSError):
        if folders[above] and stat.S_ISREG(os.lstat(os.path.join(folders[above], name)).st_mode):
            return None
    real = os.path.realpath(os.path.join(root, path))
    if not _is_inside(real, root):
        return f"path {path!r} leaves the corpus folder through a link"
    if not os.path.isfile(real):
        return f"file {path!r} is missing"
    return None


def _is_inside(real, root):
    """Both without links."""
    return os.path.commonpath([root, real]) == root


def write_manifest(folder, rows):
    """Write rows (dictionaries with at least `path`) as folder/manifest.csv, whole or not at all. -> its path.

    Fixed columns first, further ones in the order met; a value that a row lacks is left empty; a duration given
    as a number is rounded to the millisecond. Raises CorpusError where `read_manifest` would, but files need
    not be there yet.
    """
    rows = [dict(row) for row in rows]
    if not rows:
        raise CorpusError(f"{folder}: expected rows for {NAME}, got none")
    columns = list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)]))
    seen = set()
    for row in rows:
        path, duration = row.get("path", ""), row.get("duration_s")
        fault = path_fault(folder, path, must_exist=False)
        if fault or posixpath.normpath(path) in seen:
            raise CorpusError(fault or f"path {path!r} is given twice")
        if row.get("split", "") not in SPLITS:
            raise CorpusError(f"{path}: expected split train, valid, test or '', got {row['split']!r}")
        seen.add(posixpath.normpath(path))
        if isinstance(duration, (int, float)):
            row["duration_s"] = f"{duration:.3f}"
    with (
        atomic_file(Path(folder) / NAME) as part,
        open(part, "w", encoding="utf-8", newline="") as file,
    ):
        table = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    (Path(folder) / NAME).chmod(0o644)  # mkstemp makes files that only their owner reads
    return Path(folder) / NAME


def number(text, otherwise=0.0):
    """The number that a field holds; `otherwise` where it is empty or none, as in "2,58" or "abc".

    >>> number("2.58"), number("2,58"), number(None)
    (2.58, 0.0, 0.0)
    """
    try:
        return float(text)
    except (TypeError, ValueError):
        return otherwise
