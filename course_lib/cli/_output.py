"""What a verb gives back: JSON that every program reads, and files, which never replace an input."""

import json
import math
import os
from contextlib import contextmanager
from pathlib import Path

from course_lib.errors import CourseError, DataError


def as_json(content) -> str:
    """The text of an object for programs; a number that JSON does not know (infinite, NaN) becomes null.

    >>> print(as_json({"rate": float("inf"), "turns": []}))
    {
     "rate": null,
     "turns": []
    }
    """
    return json.dumps(_finite(content), indent=1, allow_nan=False)


def _finite(content):
    if isinstance(content, dict):
        return {key: _finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_finite(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def refuse_inputs(outputs, inputs):
    """CourseError where one of the files to be written (None: none) is one of those to be read, by whatever name."""
    for output in filter(None, outputs):
        for given in filter(None, inputs):
            try:
                same = os.path.samefile(output, given)
            except (OSError, ValueError):  # one of them is not there
                same = False
            if same:
                raise CourseError(
                    f"{output} is an input of this command and would be lost; name another file to write"
                )


def refuse_folder(output):
    """CourseError where the file to be written is a folder: said before the hours of a training, not behind them."""
    if Path(output).is_dir():
        raise CourseError(
            f"{output} is a folder; name a file to write, such as {Path(output) / 'model.safetensors'}"
        )


@contextmanager
def writing(path):
    """What the disk refuses while `path` is written becomes a DataError with advice."""
    try:
        if Path(path).is_dir():
            raise IsADirectoryError(21, "it is a folder")
        yield
    except DataError:
        raise
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a name or an ending that cannot be
        raise DataError(
            f"{path}: could not be written ({getattr(error, 'strerror', None) or error}); name a file in a folder of yours"
        ) from error
