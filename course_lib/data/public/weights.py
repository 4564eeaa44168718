"""Weights of a published network, fetched once: there and checked, or absent with a sentence that says so.

Where a publisher names a file after the first digits of its sha256 (as PyTorch does), those are the checksum.
"""

from pathlib import Path

from course_lib.data.fingerprint import sha256
from course_lib.data.public.dataset_spec import Remote
from course_lib.data.public.get import get
from course_lib.errors import DataError

PATIENCE = {"attempts": 1, "timeout": (4, 20)}  # a lesson that has no network should not wait for it


def fetch_weights(address, path, begins, *, say=print, stream=None, **settings) -> Path:
    """Fetch `address` to `path` unless it is there; its sha256 must begin with the hex digits `begins`. -> `path`

    DataError where it cannot be had, or is another file: then nothing is left at `path`. `settings` as for `get`.
    """
    path = Path(path)
    if path.is_file() and sha256(path).startswith(begins):
        return path
    path.unlink(missing_ok=True)  # damaged, or another file of that name
    get(Remote(address, name=path.name), path.parent, say=say, stream=stream, **{**PATIENCE, **settings})
    came = sha256(path)
    if not came.startswith(begins):
        path.unlink()
        raise DataError(
            f"{path.name}: expected a sha256 that begins with {begins}, got {came}. The file was thrown away; "
            "fetch again, and if it stays so, do not use it"
        )
    return path


def try_weights(address, path, begins, **settings):
    """(path, "") where the weights are there or could be fetched; else (None, why not), for a reader offline."""
    try:
        return fetch_weights(address, path, begins, **{"say": _silent, **settings}), ""
    except DataError as error:
        return None, str(error)


def _silent(text):
    """Print nothing: here a single try is made, so there is no waiting between tries to tell of."""
