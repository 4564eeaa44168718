"""What a file holds, in hex digits: of its bytes (quick), of its samples (the same sound in any format), as published."""

import functools
import hashlib
import os

BLOCK = 1 << 20


def sha256(path):
    """SHA-256 of a file, 64 hex digits, read block by block: the sum that manifests and publishers name."""
    return _digest(hashlib.sha256(), path)


def of_bytes(path):
    """BLAKE2 of the file's bytes, 32 hex digits; a file that has not changed is read once in a process."""
    return _of_bytes(str(path), _state(path))


def of_samples(path):
    """BLAKE2 of the decoded samples: equal for the same recording as WAV and as FLAC."""
    return _of_samples(str(path), _state(path))


def glimpse(samples):
    """What equal samples share and few others do: their number, and some from the middle."""
    middle = len(samples) // 2
    return len(samples), hash(samples[middle : middle + 64].tobytes())


def _state(path):
    state = os.stat(path)
    return state.st_size, state.st_mtime_ns, state.st_ino


@functools.cache
def _of_bytes(path, state):
    return _digest(hashlib.blake2b(digest_size=16), path)


@functools.cache
def _of_samples(path, state):
    from course_lib.audio.opened import Recording

    digest = hashlib.blake2b(digest_size=16)
    with Recording(path) as file:
        for block in file.read(0, file.frames):  # as float32: libsndfile makes zeros of floats below 1
            digest.update(block)
    return digest.hexdigest()


def _digest(digest, path):
    with open(path, "rb", buffering=0) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
