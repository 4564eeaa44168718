"""Where things lie, and how to write them so that nothing half-made is ever read.

COURSE_DATA names a folder with corpora (it may be read-only); what the course makes itself
goes to `data/` beside the notebooks. Files and folders are written beside their place and
moved in with one rename or exchange, so a reader sees either the old state or the new one.
"""

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from course_lib.errors import CourseError, DataError

PROJECT = Path(__file__).resolve().parents[1]
CACHE = "cache"  # a folder of made_root(), no corpus
OLD, SETTLED_S = (
    "-old-",
    60.0,
)  # in the name of a folder that is being replaced; after so long nobody is at work on it
SYSTEM = {  # folders of file systems, network drives and programs
    "__macosx", "$recycle.bin", "system volume information", "lost+found", "network trash folder", "temporary items",
    "@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "recycler", "__pycache__", "node_modules",
}  # fmt: skip
WEIGHTS = Path(__file__).parent / "transfer" / "weights"  # the networks that come with the course


def home() -> Path:
    """The folder that holds `notebooks/`: the checkout, or the working folder of an installed package."""
    return PROJECT if (PROJECT / "notebooks").is_dir() else Path.cwd()


def made_root() -> Path:
    """Where corpora and caches that the course makes itself are written: `data/` beside the notebooks."""
    return home() / "data"


def data_roots() -> list[Path]:
    """Folders searched for corpora, in order: COURSE_DATA if set, then `data/` beside the notebooks."""
    named = os.environ.get("COURSE_DATA")
    return ([Path(named).expanduser().resolve()] if named else []) + [made_root()]


def cache_root() -> Path:
    """Where computed features are kept; COURSE_CACHE moves it."""
    named = os.environ.get("COURSE_CACHE")
    return Path(named).expanduser().resolve() if named else made_root() / CACHE


def own_root() -> Path:
    """What belongs to the reader (predictions, progress); COURSE_HOME moves it. Never committed."""
    named = os.environ.get("COURSE_HOME")
    return Path(named).expanduser().resolve() if named else home() / "my_course"


def base_file(name) -> Path:
    """The file of a base network, by path or, for those that come with the course, by name. Raises CourseError."""
    path, shipped = Path(name).expanduser(), WEIGHTS / f"{name}.safetensors"
    if path.is_file():
        return path
    if path.name == str(name) and shipped.is_file():
        return shipped
    there = sorted(file.stem for file in WEIGHTS.glob("*.safetensors"))
    raise CourseError(
        f"expected a base by name or file, got {str(name)!r}; there is {', '.join(there) or 'none by name'}; "
        "make one: course train base"
    )


def is_hidden(path):
    """Whether a file or folder belongs to a program and is no recording: .ipynb_checkpoints, .Trash-1000, __MACOSX.

    >>> is_hidden(Path("ana/.ipynb_checkpoints/a.wav")), is_hidden(Path("ana/a.wav"))
    (True, False)
    """
    return any(name.startswith(".") or name.lower() in SYSTEM for name in Path(path).parts)


def folder_name(name) -> str:
    """`name`, if it can be the name of one folder on every system; a path is never a name.

    Raises DataError for everything that could lead elsewhere (separators, drives, . and ..), that is hidden, or
    that some system cannot store.

    >>> folder_name("my voices")
    'my voices'
    >>> folder_name("../docs")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    course_lib.errors.DataError: expected a name such as my_voices, got '../docs'; a name is not a path, ...
    """
    text = str(name)
    plain = not any(character in '/\\:*?"<>|' or ord(character) < 32 for character in text)
    stem = text.split(".")[0].upper()
    device = stem in {"CON", "PRN", "AUX", "NUL"} or (stem[:3] in {"COM", "LPT"} and stem[3:].isdigit())
    if (
        not plain
        or device
        or not text.strip()
        or text[0] in ". "
        or text[-1] in ". "
        or len(text.encode()) > 120
    ):
        raise DataError(
            f"expected a name such as my_voices, got {text!r}; a name is not a path, does not begin with a point, "
            "and has at most 120 bytes"
        )
    return text


@contextmanager
def atomic_file(path):
    """Yield a temporary path beside `path`; on success it becomes `path`, on any error it vanishes.

    What arrives has the mode that a plain `open` would give: that of the file replaced, else the umask's.
    """
    path = Path(path)
    path = path.resolve() if path.is_symlink() else path  # a link stays one, what it leads to is replaced
    if path.exists() and not (path.is_file() or path.is_dir()):  # a rename would replace /dev/null, or a pipe
        raise FileExistsError(errno.EEXIST, "it is no plain file", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    ending = path.suffix[:20] or ".part"  # torch.save writes no file whose only dot comes first
    part = path.parent / f".{path.stem[:40]}-{os.urandom(4).hex()}{ending}"
    part.open("xb").close()  # not mkstemp, whose files nobody else can read
    try:
        yield part
        with open(part, "rb+") as written:
            os.fsync(written.fileno())
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def stored_file(path):
    """`atomic_file` for numbers that took long to make: what the disk refuses becomes a DataError with advice."""
    try:
        with atomic_file(path) as part:
            yield part
    except (OSError, RuntimeError) as error:  # RuntimeError: torch's word for a disk that is full
        raise DataError(
            f"{path}: could not be written ({error}); what was there before is as it was. "
            "Make room, or name a folder that is yours"
        ) from error


@contextmanager
def atomic_folder(path):
    """Yield a new folder beside `path`; on success it takes the place of `path`, on any error it vanishes.

    On Linux an old folder and the new one change places in one step. Elsewhere it takes two renames: a kill between
    them leaves the old folder beside under a hidden name, and `put_back` brings it home.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    put_back(path.parent)
    part = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:40]}-"))
    try:
        yield part
        part.chmod(0o755)
        if not path.exists():
            os.replace(part, path)
        elif not _exchange(part, path):
            old = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:40]}{OLD}"))
            try:
                os.replace(path, old / path.name)
                os.replace(part, path)
            except OSError:  # Windows: a file in one of them is open elsewhere
                if not path.exists():
                    os.replace(old / path.name, path)
                with contextlib.suppress(OSError):
                    old.rmdir()
                raise
            shutil.rmtree(old, ignore_errors=True)
    finally:
        if part.is_symlink():  # what was there was a link to a folder; that folder stays
            part.unlink()
        shutil.rmtree(part, ignore_errors=True)


def put_back(root):
    """Finish what a kill interrupted in `root`: an old folder whose place is empty goes back there, others are removed.

    Folders that were set aside less than SETTLED_S ago are left alone: another process may be at work on them.
    """
    for aside in Path(root).glob(f".*{OLD}*"):
        with contextlib.suppress(OSError):  # another process was quicker, or the folder is only read
            inside = list(aside.iterdir())
            named = [f".{old.name[:40]}{OLD}" for old in inside]
            if len(inside) != 1 or aside.is_symlink() or aside.name[:-8] != named[0]:
                continue  # no folder of ours (mkdtemp adds 8 letters), or one that a kill left empty
            if time.time() - aside.stat().st_mtime < SETTLED_S:
                continue
            for old in inside:
                if not (aside.parent / old.name).exists():
                    os.replace(old, aside.parent / old.name)
            shutil.rmtree(aside, ignore_errors=True)


def _exchange(one, other):
    """Let two folders change names in one step; False where the system cannot. Ref: renameat2(2), Linux 3.15."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # a C library that does not have it
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0
