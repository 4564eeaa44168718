"""What `course doctor` asks the surroundings: folders, network, port, the synthesiser's voice, a browser for tests."""

import os
import queue
import shutil
import socket
import sys
import tempfile
import threading
from pathlib import Path

from course_lib import paths
from course_lib.cli._check_result import Finding, judge, ok

INDEX = ("pypi.org", 443)  # where packages come from; only asked whether it answers
PATIENCE_S = 2.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def check_folder():
    """The course's folder can have spaces and accents, but its name must survive the way to a file and back."""
    folder = str(paths.home())
    encoding = sys.getfilesystemencoding()
    try:
        folder.encode(encoding)
    except UnicodeEncodeError:
        shown = folder.encode("ascii", "backslashreplace").decode()
        advice = "set LANG=C.UTF-8 (or PYTHONUTF8=1), or move the course to a folder with a plain name"
        yield Finding("folder", "wrong", f"{shown} cannot be written in {encoding}", advice)
        return
    unusual = [
        what for what, there in {"a space": " " in folder, "an accent": not folder.isascii()}.items() if there
    ]
    yield ok("folder", folder + (f" ({' and '.join(unusual)} in its name: that works)" if unusual else ""))
    if os.name == "nt" and len(folder) > 120:  # 260 for a whole path, of which packages take some 130
        yield Finding(
            "folder", "note", f"{len(folder)} letters long; Windows stops at 260", "move it up: C:\\course"
        )


def check_writing():
    """A file can be written, and read back, wherever the course writes: not only asked, tried."""
    for what, folder in {
        "recordings": paths.made_root(),
        "cache": paths.cache_root(),
        "your answers": paths.own_root(),
    }.items():
        moved = {"cache": "COURSE_CACHE", "your answers": "COURSE_HOME"}.get(what)
        advice = f"copy the course to a folder of your own{f', or let {moved} name one' if moved else ''}"
        try:
            write_and_read(folder)
        except OSError as error:
            full = (
                "make room (make clean removes what was computed), or " if error.errno == 28 else ""
            )  # ENOSPC
            yield Finding("writing", "wrong", f"{what}: {folder}: {error.strerror}", full + advice)
        else:
            yield ok("writing", f"{what}: {folder}")


def write_and_read(folder: Path, size=100_000):
    """Write `size` bytes near `folder` (in the nearest folder above that exists) and read them. Raises OSError."""
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    with tempfile.TemporaryFile(dir=there) as file:
        file.write(bytes(size))
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        if file.read() != bytes(size):
            raise OSError(5, "what was written came back changed")


def check_network():
    """Not needed for the lessons; needed for packages, public recordings and the photographs' network of lesson 12."""
    if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
        yield ok("network", "through a proxy (HTTPS_PROXY), not tried")
        return
    try:
        reach(INDEX)
    except OSError as error:
        yield Finding(
            "network",
            "note",
            f"{INDEX[0]} does not answer ({error.strerror or error}): every lesson runs without a network",
            "only `make env`, `course data fetch` and the network for photographs in lesson 12 need one",
        )
    else:
        yield ok("network", f"{INDEX[0]} answers; no lesson needs it")


def reach(address, seconds=PATIENCE_S):
    """Connect to (host, port) and part again. Raises OSError, after `seconds` at the latest.

    Without a network it is the question for the name that takes long (20 s are usual), and it has no time limit of
    its own: so it is asked by a thread that nobody waits for.
    """
    told = queue.SimpleQueue()

    def ask():
        try:
            told.put(socket.create_connection(address, timeout=seconds).close())
        except OSError as error:
            told.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        error = told.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds:g} s") from None
    if error:
        raise error


def check_port():
    """`course lab` takes 8888 or one of the next; nothing is wrong before all of them are taken."""
    from course_lib.cli import lab
    from course_lib.errors import CourseError

    try:
        taken = [port for port in range(lab.PORT, lab.PORT + lab.TRIES) if not lab.is_free(port)]
    except CourseError as error:
        yield Finding("port", "wrong", str(error), lab.again(9000))
        return
    first = next((port for port in range(lab.PORT, lab.PORT + lab.TRIES) if port not in taken), None)
    if first is None:
        span = f"{lab.PORT} to {lab.PORT + lab.TRIES - 1}"
        yield Finding("port", "wrong", f"{span} are all in use", lab.again(lab.PORT + 101))
    elif taken:
        yield Finding("port", "note", f"{lab.PORT} is in use", f"course lab takes {first}, and says so")
    else:
        yield ok("port", f"{first} is free")


def check_voices():
    """The synthesiser that makes the embedded recordings speaks."""
    from course_lib.data.synthetic import espeak

    try:
        wave = espeak.utter("one")
    except Exception as error:  # a missing package, or a library that this system cannot load
        advice = f"make env; {espeak.ADVICE}. Recordings that are made already stay usable"
        yield Finding("voices", "wrong", f"espeak-ng does not speak: {error}", advice)
        return
    yield judge("voices", len(wave) > 0, f"espeak-ng speaks ({len(wave) / espeak.SR:.1f} s)", "make env")


def check_browser():
    """A browser that programs can drive; only the tests need it."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        yield ok("browser", f"{found}, for the tests")
    else:
        yield Finding(
            "browser",
            "note",
            "no Chromium for the tests; the course itself opens in any browser",
            "nothing to do, unless you change the course: then install chromium",
        )


SURROUNDINGS = (check_folder, check_writing, check_network, check_port, check_voices, check_browser)
