"""Room on the disk and the right to write there: asked for first, and said clearly if it runs out on the way."""

import errno
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from course_lib.data.public.amounts import size_in_words
from course_lib.errors import DataError

SPARE = 200_000_000  # bytes that stay free
FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}  # the disk, or the reader's share of it


def check_room(folder, needed: int) -> None:
    """DataError where `folder` cannot be written to, or its disk has less than `needed` bytes (and a reserve)."""
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, probe = tempfile.mkstemp(dir=folder, prefix=".room-")
        os.close(handle)
        os.unlink(probe)
    except OSError as error:
        raise DataError(
            f"expected a folder to write to, but {folder} cannot be written ({error.strerror}). Corpora are fetched to "
            "`data/` beside the notebooks: copy the course to a place that is yours and run it there"
        ) from None
    free = shutil.disk_usage(folder).free
    if needed and needed + SPARE > free:
        raise DataError(
            f"expected {size_in_words(needed + SPARE)} of free disk, {folder} has {size_in_words(free)}. Make room "
            "(`course data remove NAME`), or take a smaller part or a --limit"
        )


@contextmanager
def full_disk_told(folder):
    """While this lasts, a full disk is a DataError that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise DataError(
            f"the disk is full ({folder}). Make room (`course data remove NAME` removes a corpus) and run the same "
            "command again: it goes on from where it stopped"
        ) from None
