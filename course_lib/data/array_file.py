"""An array on disk, float16 and memory-mapped: built beside its place and moved in; a damaged one counts as none."""

import json
import mmap
import os
import shutil
import tokenize
import zipfile
import zlib

import numpy as np

from course_lib.errors import DataError
from course_lib.paths import atomic_folder
from course_lib.progress_bar import bar

DATA, META = "features.npy", "about.json"
_verified = set()


def opened(folder):
    """The stored array, mapped read-only, or None where there is none or it is damaged."""
    try:
        about = json.loads((folder / META).read_text())
        state = (str(folder), (folder / DATA).stat().st_mtime_ns, (folder / DATA).stat().st_ino)
        if state not in _verified and crc_of(folder / DATA) != about["crc32"]:
            return None
        X = np.load(folder / DATA, mmap_mode="r", allow_pickle=False)
        if list(X.shape) != about["shape"]:
            return None
        _verified.add(state)
        return X
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        RecursionError,
        SyntaxError,
        tokenize.TokenError,
        zipfile.BadZipFile,
    ):
        return None


def _told(batches, advance):
    """The same batches; advance(rows) after each."""
    for batch in batches:
        yield batch
        advance(len(batch))


def store(folder, batches, n, *, about=""):
    """Write batches of features, n rows in all, as float16 in `folder`, whole or not at all. -> the mapped array.

    On a screen a bar tells how far it is. Raises DataError where values do not fit float16 (65,504), or the disk is full or not writable.
    """
    batches = iter(batches)
    first = np.asarray(next(batches))
    shape = (n, *first.shape[1:])
    needed = 2 * int(np.prod(shape))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder.parent).free
        if needed > free:
            raise DataError(
                f"{folder}: features need {needed / 2**20:.0f} MB, {free / 2**20:.0f} MB are free; "
                "make room, or name another place in COURSE_CACHE"
            )
        with atomic_folder(folder) as part, bar("features", n) as advance:
            crc = _write(part / DATA, first, _told(batches, advance), shape)
            text = json.dumps({"shape": shape, "crc32": crc, "about": about})
            (part / META).write_text(text, encoding="utf-8")
    except OSError as error:
        if (X := opened(folder)) is not None:  # another process was quicker
            return X
        raise DataError(
            f"{folder}: features cannot be stored ({error}); make room, or name another place in COURSE_CACHE"
        ) from error
    X = opened(folder)
    if X is None:
        raise DataError(f"{folder}: what was stored cannot be read back; check the disk")
    return X


def _write(path, first, batches, shape):
    rows = 0
    with open(path, "wb") as file:  # written, not mapped: a full disk is an error here, not a crash
        np.lib.format.write_array_header_1_0(file, {"descr": "<f2", "fortran_order": False, "shape": shape})
        while first is not None:
            with np.errstate(over="ignore"):
                half = np.ascontiguousarray(np.asarray(first), dtype="<f2")
            if not np.isfinite(half).all():
                raise DataError(
                    "expected features within float16 (65,504 at most), got larger ones or NaN; use a "
                    'logarithmic scale such as scale="db"'
                )
            file.write(half.data)
            rows += len(half)
            first = next(batches, None)
    if rows != shape[0]:
        raise DataError(f"expected {shape[0]} rows of features, got {rows}; a transform keeps the batch axis")
    return crc_of(path)


def crc_of(path):
    """CRC-32 of a file, block by block."""
    crc = 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return crc


def rows_of(X, chosen):
    """Rows of X. Of a mapped array they are read from its file: mapped pages count as memory, read ones do not."""
    mapped = isinstance(
        getattr(X, "base", None), mmap.mmap
    )  # not so a slice of one, whose rows lie elsewhere
    if not mapped or not os.path.exists(X.filename):  # in memory, or its file was replaced
        return np.asarray(X[chosen])
    rows = np.empty((len(chosen), *X.shape[1:]), dtype=X.dtype)
    size = X.dtype.itemsize * int(np.prod(X.shape[1:]))
    with open(X.filename, "rb", buffering=0) as file:
        for row, number in zip(rows, chosen):
            file.seek(X.offset + int(number) * size)
            if file.readinto(row.reshape(-1).view(np.uint8)) != size:
                raise DataError(f"{X.filename}: ends early; it was changed while in use, load it again")
    return rows
