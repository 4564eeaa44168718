"""What a file holds, as a fingerprint: of its bytes (quick), or of its samples (the same sound in any format)."""

import hashlib
import os
from pathlib import Path

import numpy as np
import soundfile

from course_lib.errors import AudioError

BLOCK = 1 << 20
_known = {}  # (kind, path, size, time): a file that has not changed is not read twice in one process


def of_bytes(path):
    """BLAKE2 of the file's bytes, 32 hex digits."""
    return _remembered("bytes", path, _hash_bytes)


def of_samples(path):
    """BLAKE2 of the decoded samples as 16-bit numbers: equal for the same recording as WAV and as FLAC."""
    return _remembered("samples", path, _hash_samples)


def _remembered(kind, path, work):
    state = os.stat(path)
    key = (kind, str(path), state.st_size, state.st_mtime_ns, state.st_ino)
    if key not in _known:
        _known[key] = work(path)
    return _known[key]


def _hash_bytes(path):
    digest = hashlib.blake2b(digest_size=16)
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _hash_samples(path):
    digest = hashlib.blake2b(digest_size=16)
    try:
        with soundfile.SoundFile(Path(path)) as file:
            while len(block := file.read(BLOCK, dtype="int16")):
                digest.update(np.ascontiguousarray(block))
    except (RuntimeError, TypeError) as error:
        raise AudioError(f"{path}: cannot be decoded ({error}); copy or make it again") from error
    return digest.hexdigest()
