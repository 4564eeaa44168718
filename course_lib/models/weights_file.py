"""Checksummed weights in one .safetensors file: a flipped byte is an error, never other numbers.

The header is JSON under one name; it holds a BLAKE2 checksum of the rest of the header and of all numbers. A file
without a checksum (an older one) is read as it is. Nothing in a file is run. Ref: github.com/huggingface/safetensors.
"""

import hashlib
import json

from course_lib.paths import stored_file

CHECKSUM = "seal"  # the name that it has in the files


def save(path, tensors, header, name="course") -> None:
    """Write {name: tensor} and a header (JSON), whole or not at all.

    Raises DataError where the disk is full or may not be written.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    tensors = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
    text = json.dumps({**header, CHECKSUM: checksum(header, tensors)}, sort_keys=True)
    with stored_file(path) as part:
        try:
            save_file(tensors, part, metadata={name: text})
        except SafetensorError as error:  # what it says of a full disk
            raise OSError(str(error)) from error


def load(path, name="course"):
    """(header, {name: tensor}) of such a file. Raises ValueError or OSError, with the reason, for any other."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {}).get(name, "{}"))
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except OSError:
        raise
    except (SafetensorError, TypeError, ValueError, RuntimeError) as error:  # RecursionError too
        raise ValueError(f"{type(error).__name__}: {error}") from error
    if not isinstance(header, dict):
        raise ValueError("its header is not a JSON object")
    if CHECKSUM in header and header.pop(CHECKSUM) != checksum(header, tensors):
        raise ValueError("its checksum does not fit what it holds: bytes were changed")
    return header, tensors


def checksum(header, tensors) -> str:
    """32 hex digits of a header (JSON) and of named numbers.

    >>> import torch
    >>> checksum({"a": 1}, {"w": torch.zeros(2)}) == checksum({"a": 1}, {"w": -torch.zeros(2)})
    False
    """
    digest = hashlib.blake2b(json.dumps(header, sort_keys=True).encode(), digest_size=16)
    for key in sorted(tensors):
        value = tensors[key]
        digest.update(f"|{key} {value.dtype} {tuple(value.shape)}|".encode())
        digest.update(bytes_of(value))
    return digest.hexdigest()


def bytes_of(tensor):
    """The bytes of a tensor of any type and shape."""
    import torch

    return tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes()
