"""The console script `course`: one verb a file in this folder, found by looking, so a new verb needs no list.

Exit status: 0 it is done; 1 it was done and something is wrong (a lesson failed, the doctor found a fault);
2 it could not be done (a usage mistake, a CourseError, whose message alone is printed, or a place that cannot be
written); 130 interrupted.
"""

import argparse
import contextlib
import difflib
import errno
import importlib
import os
import pkgutil
import sys
import warnings
from pathlib import Path

import course_lib
from course_lib import paths
from course_lib.errors import AudioError, CourseError

REFUSALS = {  # what a disk says to a place that cannot be written: the reader's to mend, no fault of ours
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EISDIR, errno.ENOTDIR, errno.EEXIST),
    *(errno.ENAMETOOLONG, errno.EDQUOT, errno.EFBIG),
}
FOLDERS = {"COURSE_DATA", "COURSE_CACHE", "COURSE_HOME"}
EPILOG = """\
start here:
  course lab       open the course in the browser, at lesson 00
  course doctor    check this machine, with what to do about each fault
each verb explains itself: course VERB --help
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser with every verb; parser.verbs names them. Quick: torch waits until a verb runs.

    >>> "lab" in build_parser().verbs
    True
    """
    parser = argparse.ArgumentParser(
        prog="course",
        description="Transfer Learning by Ear: the course on your own machine.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {course_lib.__version__}")
    subparsers = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"{__name__}.{module.name}").add_parser(subparsers)
    parser.verbs = tuple(subparsers.choices)
    return parser


def unknown_verb(verb: str, verbs) -> str:
    """The answer to a verb that is not there, with the nearest one that is.

    >>> unknown_verb("docter", ("doctor", "lab"))
    "there is no verb 'docter'. Did you mean `course doctor`? The verbs are: doctor, lab"
    """
    near = difflib.get_close_matches(verb, verbs, n=1)
    meant = f" Did you mean `course {near[0]}`?" if near else ""
    return f"there is no verb {verb!r}.{meant} The verbs are: {', '.join(verbs)}"


@contextlib.contextmanager
def plain_notes():
    """Warnings become notes for a reader: what they say, each once, without the place in the code that says it."""
    told = set()

    def show(message, category, filename, lineno, file=None, line=None):
        text = " ".join(str(message).split())
        if text not in told:
            told.add(text)
            print(f"note: {text}", file=sys.stderr, flush=True)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


def refuse_missing(arguments) -> None:
    """CourseError for a corpus, a base or a recording that is not there: at once, before torch is imported."""
    from course_lib.data.loading import refuse_unknown

    def given(name):
        value = getattr(arguments, name, None)
        return value if isinstance(value, list) else [value] * (value is not None)

    for path in (path for name in ("audio", "first", "second") for path in given(name)):
        if isinstance(path, Path) and not path.exists():
            raise AudioError(f"{path}: expected a sound file, found nothing")
    for text in given("corpus"):
        refuse_unknown(
            text.partition(":")[0] if isinstance(arguments.corpus, list) else text
        )  # NAME:COLUMN=VALUE
    for name in (*given("base"), *given("enrolled"), *given("model")):
        if isinstance(name, str):  # a Path is no base, but a detector
            paths.base_file(name)


def main(argv=None) -> int:
    """Run one verb and return the exit status (see the top of this file)."""
    argv = sys.argv[1:] if argv is None else argv
    parser = build_parser()
    if not argv:
        parser.print_help()
        return 2
    if not argv[0].startswith("-") and argv[0] not in parser.verbs:
        parser.error(unknown_verb(argv[0], parser.verbs))
    arguments = parser.parse_args(argv)
    arguments.words = list(argv)  # for a verb that starts itself again
    for name in FOLDERS:  # kernels start in another folder: `../data` must mean the same there
        if os.environ.get(name):
            os.environ[name] = os.path.abspath(os.path.expanduser(os.environ[name]))
    if hasattr(sys.stdout, "reconfigure"):  # a name that a screen cannot show is escaped, not an error
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        with plain_notes():
            refuse_missing(arguments)
            status = arguments.run(arguments)
        sys.stdout.flush()
        return int(status or 0)
    except CourseError as error:
        sys.stdout.flush()
        print(f"course: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # `course doctor | head`: the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        if error.errno not in REFUSALS:
            raise
        sys.stdout.flush()
        place = error.filename2 or error.filename or "the disk"
        print(f"course: {place}: {error.strerror}; name a place that is yours and has room", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ncourse: stopped", file=sys.stderr)
        return 130
