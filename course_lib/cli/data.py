"""`course data`: list, make, check and import corpora; _data_fetch.py adds fetch, remove, info and credits.

What is done to a corpus is in data/ and data/public/; here it is told.
"""

import time
from pathlib import Path

from course_lib import paths
from course_lib.cli import _data_fetch
from course_lib.errors import CourseError, DataError


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "data",
        help="list, make, fetch, check and import the recordings",
        description="A corpus is a folder with audio files and manifest.csv. Names are looked up in COURSE_DATA, "
        "then in data/ beside the notebooks.",
    )
    verbs = parser.add_subparsers(title="what to do", metavar="VERB", required=True)
    listing = verbs.add_parser(
        "list", help="the corpora there are, their size, their licence, where they lie"
    )
    listing.set_defaults(run=list_corpora)
    making = verbs.add_parser("make", help="make the embedded corpora (no network), where they are missing")
    making.add_argument("names", nargs="*", metavar="NAME", help="default: every embedded corpus")
    making.set_defaults(run=make)
    checking = verbs.add_parser(
        "check", help="verify every file against its manifest; exit status 1 if one is wrong"
    )
    checking.add_argument("names", nargs="*", metavar="NAME|FOLDER", help="default: every corpus there is")
    checking.set_defaults(run=check)
    importing = verbs.add_parser(
        "import",
        help="make a corpus of your own recordings",
        description="FOLDER/speaker/file.wav, or FOLDER/speaker/session/file.wav where a speaker was recorded on "
        "several occasions, or FOLDER/train/speaker/file.wav with a split of your own; any format that soundfile or, "
        "where it is installed, ffmpeg reads. The originals are not touched.",
    )
    importing.add_argument("folder", metavar="FOLDER")
    importing.add_argument("--name", help="name of the new corpus (default: the folder's)")
    importing.add_argument("--replace", action="store_true", help="take the place of a corpus of that name")
    importing.add_argument(
        "--layout", choices=("speakers", "sides"), help="what the first folders are, where the import asks"
    )
    importing.set_defaults(run=import_folder)
    _data_fetch.add_verbs(verbs)


def list_corpora(arguments) -> int:
    from course_lib.data import available, describe
    from course_lib.data.synthetic import MAKERS

    found = available()
    for folder in found.values():
        try:
            print(describe(folder) + f"\n  {folder}")
        except CourseError as error:
            what = " ".join(line.strip() for line in str(error).splitlines()[:2])
            print(f"{folder.name}: {what}; all of it: course data check {folder.name}\n  {folder}")
    missing = [name for name in MAKERS if name not in found]
    if missing:
        print(f"not made yet: {', '.join(missing)} (make them: course data make)")
    return 0


def make(arguments) -> int:
    from course_lib.data import make as make_corpus
    from course_lib.data.public.progress import counted
    from course_lib.data.synthetic import MAKERS

    for name in arguments.names or MAKERS:
        if name not in MAKERS:
            raise DataError(
                f"expected one of {', '.join(MAKERS)}, got {name!r}; `course data list` shows all corpora"
            )
        started = time.monotonic()
        there = (paths.made_root() / name / "manifest.csv").is_file()
        folder = make_corpus(name, progress=counted(name))
        print(f"{name}: {'is there' if there else f'made in {time.monotonic() - started:.0f} s'}, {folder}")
    return 0


def check(arguments) -> int:
    from course_lib.data import available, faults
    from course_lib.data.public.progress import counted

    folders = [_folder(name) for name in arguments.names] or list(available().values())
    if not folders:
        raise DataError("there is no corpus to check; make one: course data make")
    wrong = 0
    for folder in folders:
        found = faults(folder, progress=counted(folder.name))
        for fault in found:
            print(f"{folder.name}: {fault}")
        print(f"{folder.name}: {f'{len(found)} fault(s), {folder}' if found else 'ok'}")
        wrong += bool(found)
    if wrong:
        print(
            "What to do: an embedded corpus, remove its folder and run `course data make`; another, copy, import or fetch it again."
        )
    return 1 if wrong else 0


def import_folder(arguments) -> int:
    from course_lib.data import describe, import_recordings
    from course_lib.data.public.progress import counted
    from course_lib.data.synthetic import MAKERS

    source = Path(arguments.folder).expanduser().resolve()
    name = paths.folder_name(source.name if arguments.name is None else arguments.name)
    if name.casefold() in {*MAKERS, paths.CACHE}:  # Synthetic is synthetic on Windows and macOS
        raise DataError(f"the course itself makes {name!r}; choose another --name")
    folder = paths.made_root() / name
    settings = {"replace": arguments.replace, "layout": arguments.layout}
    made = import_recordings(source, folder, **settings, progress=counted(folder.name))
    for text in [
        *(f"left out: {reason}" for reason in made.left_out),
        *(f"note: {note}" for note in made.notes),
    ]:
        print(text)
    print(describe(folder) + f"\n  {folder}")
    print(f"Left out {len(made.left_out)} file(s). Use it by name: CORPUS = {folder.name!r}")
    return 0


def _folder(name) -> Path:
    from course_lib.data import available

    folder = available().get(name) or Path(name).expanduser().resolve()
    if not folder.is_dir():
        raise CourseError(f"no corpus {name!r}; `course data list` shows those there are")
    return folder
