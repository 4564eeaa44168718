"""One fetch of a corpus at a time: a lock that the operating system gives back even after a crash."""

import contextlib
import time
from pathlib import Path


@contextlib.contextmanager
def locked(path, *, say=print, poll=0.2):
    """Hold the lock file `path`; waits, and says so once, while another process holds it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as file:
        told = False
        while not _try(file):
            if not told:
                say(
                    f"another fetch is at work on {path.stem}; waiting for it to finish (Ctrl-C to stop waiting)"
                )
                told = True
            time.sleep(poll)
        try:
            yield
        finally:
            _release(file)


try:
    import fcntl

    def _try(file):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _release(file):
        fcntl.flock(file, fcntl.LOCK_UN)

except ImportError:  # Windows
    import msvcrt

    def _try(file):
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file):
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
