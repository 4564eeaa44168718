"""The reader's own small files (predictions, progress): JSON that survives two notebooks at once and a broken disk.

Every change reads the file again, changes one entry and moves the new file in with one rename, all under a lock that the
operating system takes back from a process that dies.
A file that cannot be read is put aside under another name, never overwritten.
"""

import contextlib
import json
import os
from pathlib import Path

import filelock

from course_lib.errors import DataError
from course_lib.paths import atomic_file, own_root

VERSION = 1
watchers = {}  # {who: called without arguments after each change that this process made}
PATIENCE_S = 20.0  # a change takes milliseconds: whoever holds the lock for so long hangs


def entries(name: str) -> dict:
    """All entries of the reader's file `name` ("predictions" -> predictions.json); {} where there is none.

    A damaged file is kept beside as NAME.broken-K.json. Raises DataError where a newer course wrote the file.
    """
    path = own_root() / f"{name}.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        version, found = stored["version"], stored["entries"]
        if not (
            isinstance(version, int)
            and isinstance(found, dict)
            and all(isinstance(entry, dict) for entry in found.values())
        ):
            raise ValueError("not this course's file")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise DataError(
            f"expected a file that can be read at {path}, got {error.strerror}; "
            "name another folder with the environment variable COURSE_HOME"
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError):
        _put_aside(path)
        return {}
    if version > VERSION:
        raise DataError(
            f"expected version {VERSION} in {path}, got {version}, written by a newer course; "
            "update the course, or move that file away to start afresh"
        )
    return found


def store(name: str, key: str, entry: dict) -> None:
    """Set one entry of the reader's file; all others stay. Raises DataError where it cannot be written.

    >>> import os, tempfile
    >>> os.environ["COURSE_HOME"] = tempfile.mkdtemp()
    >>> store("predictions", "01.pitch", {"guess": 220})
    >>> entries("predictions")["01.pitch"]["guess"]
    220
    """
    update(name, key, lambda old: entry)


def forget(name: str, key: str) -> None:
    """Take one entry out of the reader's file; all others stay."""
    if key in entries(name):
        update(name, key, lambda old: None)


def update(name: str, key: str, change) -> None:
    """Set one entry to `change(old)`, with {} for an entry that is not there; None takes it out, the same writes nothing.

    Raises DataError where it cannot be written. No other notebook comes in between reading and writing.
    """
    path = own_root() / f"{name}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(path.with_name(f".{path.stem}.lock"), timeout=PATIENCE_S):
            found = entries(name)
            old = found.pop(key, None)
            entry = change(old or {})
            if entry == old:
                return
            if entry is not None:
                found[key] = entry
            with atomic_file(path) as part:
                text = json.dumps({"version": VERSION, "entries": found}, indent=1, ensure_ascii=False)
                part.write_text(text + "\n", encoding="utf-8")
        for told in list(watchers.values()):
            told()
    except OSError as error:
        raise DataError(
            f"expected a folder that can be written at {path.parent}, got {error.strerror or error}; "
            "name another with the environment variable COURSE_HOME"
        ) from error


def _put_aside(path: Path) -> None:
    for count in range(1, 1000):
        aside = path.with_name(f"{path.stem}.broken-{count}.json")
        if not aside.exists():
            with contextlib.suppress(FileNotFoundError):  # another notebook put it aside first
                os.replace(path, aside)
            return
