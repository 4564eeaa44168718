"""Frame matrices in files: two int32 (frames, features), then the float32 values row by row, little endian.

The format of the PAV SpkID exercise (and of UPC's speech tools), so a class that owns such data can move over.
"""

from pathlib import Path

import numpy as np
import torch

from course_lib.errors import DataError
from course_lib.paths import atomic_file

HEADER = np.dtype("<i4")  # twice, 8 bytes
VALUES = np.dtype("<f4")


def read_matrix(path) -> torch.Tensor:
    """Frames of a recording. -> (frames, features) float32.

    The header is believed only if the file is as long as it says, so nothing is allocated on the word of a
    damaged one. Raises DataError for a file that is missing, empty, cut short, too long, or that holds NaN.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        with open(path, "rb") as file:
            frames, features = _header(path, file.read(8), size)
            values = np.fromfile(file, VALUES, frames * features)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name, or a DataError
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{path}: expected a frame matrix, cannot read it ({getattr(error, 'strerror', error)}); "
            "check --db_path and --ext, or make the files: course spkid features"
        ) from error
    if not np.isfinite(values).all():
        raise DataError(f"{path}: holds NaN or infinite values; make its features again")
    return torch.from_numpy(values.astype(np.float32, copy=False).reshape(frames, features))


def write_matrix(path, frames):
    """Write (frames, features) in that format; the file appears whole or not at all.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_matrix(folder + "/a.mcp", torch.tensor([[1.0, 2.0, 3.0]]))
    ...     list(Path(folder, "a.mcp").read_bytes()[:12]), read_matrix(folder + "/a.mcp").tolist()
    ([1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 128, 63], [[1.0, 2.0, 3.0]])
    """
    frames = torch.as_tensor(frames)
    if frames.dim() != 2 or not frames.numel():
        raise DataError(f"expected (frames, features) with at least one of each, got {tuple(frames.shape)}")
    with atomic_file(path) as part, open(part, "wb") as file:
        file.write(np.array(frames.shape, HEADER).tobytes())
        file.write(frames.detach().numpy().astype(VALUES).tobytes())


def _header(path, head, size) -> tuple[int, int]:
    if len(head) < 8:
        raise DataError(f"{path}: expected 8 bytes of header, got {len(head)}; the file is cut short")
    frames, features = (int(number) for number in np.frombuffer(head, HEADER))
    if frames > 0 and features > 0 and size == 8 + 4 * frames * features:
        return frames, features
    swapped = [int(number) for number in np.frombuffer(head, HEADER.newbyteorder())]
    if min(swapped) > 0 and size == 8 + 4 * swapped[0] * swapped[1]:
        raise DataError(f"{path}: is big endian; expected little endian, write it again on this machine")
    if frames <= 0 or features <= 0:
        raise DataError(
            f"{path}: expected two numbers above 0 (frames, features), got {frames} and {features}; "
            "the recording is empty or this is no frame matrix"
        )
    raise DataError(
        f"{path}: expected {8 + 4 * frames * features} bytes for {frames} frames of {features} features, "
        f"got {size}; the file is cut short or no frame matrix, make it again"
    )
