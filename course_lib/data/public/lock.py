"""One fetch of a corpus at a time: a lock that the operating system gives back even after a crash."""

import contextlib
from pathlib import Path


@contextlib.contextmanager
def locked(path, *, say=print):
    """Hold the lock file `path`; waits, and says so once, while another process holds it."""
    import filelock

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path, poll_interval=0.2)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        say(f"another fetch is at work on {path.stem}; waiting for it to finish (Ctrl-C to stop waiting)")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
