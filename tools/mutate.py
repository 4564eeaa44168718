"""Mutation testing, room by room: mutmut changes one operator, number or word at a time; do the room's tests notice?

    python tools/mutate.py                  every room below
    python tools/mutate.py layers metrics   these
    python tools/mutate.py --again layers   what survived the last run or was not reached, with the tests as they are now
    python tools/mutate.py --show layers    the survivors of the last run, as differences

A room is a folder or a file of course_lib: `metrics`, `data/splits`. mutmut does the work, in a copy of the project
(build/mutation), so that nothing here is ever changed. This file says which tests belong to a room, and sorts what
survived: changed words of a text, and all others. Statements that raise are not changed, the conditions before them
are. What survives is explained in docs/mutation.md. Ref: mutmut.readthedocs.io; DeMillo, Lipton & Sayward 1978.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "mutation"
COPIED = (
    "course_lib",
    "data_scripts",
    "tests",
    "tools",
    "docs",
    "notebooks",
    "pyproject.toml",
    "constraints.txt",
    "README.md",
)
ROOMS = (
    "metrics",
    "layers",
    "data/splits",
    "data/leakage",
    "teaching/exercises",
    "transfer",
)
TRAINS = "pretrain_x_vector.py"  # its tests train a base: minutes a mutant
RAISED = r"raise \w*Error"  # what an error says is left alone; that it is raised is not
SLOW = "not no_corpus_leaks and not killed_ and not full_disk and not course_ and not command_line and not embedded"  # minutes a mutant
STATES = {1: "killed", 3: "killed", -24: "killed", 24: "killed", 0: "survived", 33: "no tests", 5: "no tests"}


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="*", help=", ".join(ROOMS))
    parser.add_argument("--show", action="store_true", help="print the survivors of the last run")
    parser.add_argument(
        "--again", action="store_true", help="try what survived the last run, with today's tests"
    )
    args = parser.parse_args(argv)
    for room in args.rooms:
        if not files_of(room):
            parser.error(f"expected a folder or a file of course_lib, such as {', '.join(ROOMS)}; got {room}")
    print(
        "| room | mutants | killed | out of time | survived: words of a message | survived: others | no test |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for room in args.rooms or ROOMS:
        if not args.show:
            run(room, args.again)
        states, survivors = found(room)
        words = sum(only_words(change) for change in survivors.values())
        count = list(states.values()).count
        numbers = [
            len(states),
            count("killed"),
            count("out of time"),
            words,
            len(survivors) - words,
            count("no tests"),
        ]
        print(f"| {room} | " + " | ".join(map(str, numbers)) + " |", flush=True)
        if args.show:
            for name, change in survivors.items():
                if not only_words(change):
                    print(f"\n# {name}\n{change}")
    return 0


def files_of(room: str) -> list[str]:
    """The files of a room that are changed, as paths in the project.

    >>> files_of("layers")
    ['course_lib/layers.py']
    """
    place = ROOT / "course_lib" / room
    found = sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return [path.relative_to(ROOT).as_posix() for path in found if path.is_file() and path.name != TRAINS]


def tests_of(room: str) -> str:
    """The tests that should notice: those of the folder on the top floor of the room, or of the one file.

    >>> tests_of("data/splits"), tests_of("layers")
    ('tests/data', 'tests/test_layers.py')
    """
    top = room.split("/")[0]
    return f"tests/{top}" if (ROOT / "tests" / top).is_dir() else f"tests/test_{top}.py"


def run(room, again=False):
    """Let mutmut change the files of a room in a copy of the project, one test process at a time."""
    folder, only = folder_of(room), []
    if again:
        only = [name for name, state in found(room)[0].items() if state != "killed"]
        for tests in (folder / "tests", folder / "mutants" / "tests"):
            shutil.rmtree(tests)
            shutil.copytree(ROOT / "tests", tests)
        if not only:
            return
    else:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)
        (folder / "mutants").mkdir()
        if (ROOT / "data").is_dir():  # the embedded voices, made once
            (folder / "mutants" / "data").symlink_to(ROOT / "data")
        (folder / "setup.cfg").write_text(settings(files_of(room), tests_of(room)), encoding="utf-8")
    own = {**os.environ, "PYTHONPATH": ".", "OMP_NUM_THREADS": "1", "COURSE_HOME": str(folder / "own")}
    with open(folder / "run.log", "a", encoding="utf-8") as log:
        mutmut = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *only]
        done = subprocess.run(mutmut, cwd=folder, env=own, stdout=log, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"mutmut failed, see {folder / 'run.log'}")


def folder_of(room: str) -> Path:
    return WORK / room.replace("/", "-")


def settings(files, tests) -> str:
    """What mutmut reads: setup.cfg.

    >>> print(settings(["course_lib/layers.py"], "tests/test_layers.py").splitlines()[2])
    only_mutate = course_lib/layers.py
    """
    lines = {
        "source_paths": ["course_lib"],
        "only_mutate": files,
        "also_copy": [name for name in COPIED if name not in ("course_lib", "tests", "pyproject.toml")],
        "pytest_add_cli_args_test_selection": [tests],
        "pytest_add_cli_args": ["-oaddopts=", f"-k={SLOW}"],
        "do_not_mutate_patterns": [RAISED],
        "use_setproctitle": ["false"],
    }
    return "[mutmut]\n" + "".join(f"{key} = {_listed(values)}\n" for key, values in lines.items())


def _listed(values) -> str:
    return values[0] if len(values) == 1 else "".join(f"\n    {value}" for value in values)


def found(room):
    """({mutant: state}, {survivor: its change}) of the last run."""
    folder, states = folder_of(room), {}
    for path in sorted((folder / "mutants" / "course_lib").rglob("*.meta")):
        for name, code in json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items():
            states[name] = "not run" if code is None else STATES.get(code, "out of time")
    survivors = {}
    for name in [name for name, state in states.items() if state == "survived"]:
        show = [sys.executable, "-m", "mutmut", "show", name]
        survivors[name] = subprocess.run(show, cwd=folder, capture_output=True, text=True).stdout
    return states, survivors


def only_words(change: str) -> bool:
    """True where a difference is in the words between quotes alone: mutmut's XX around them, or another case.

    >>> only_words('-    raise CourseError(f"expected {n}")\\n+    raise CourseError(f"XXexpected {n}XX")')
    True
    >>> only_words('-    return n + 1\\n+    return n - 1')
    False
    """
    old = [line[1:] for line in change.splitlines() if re.match(r"-(?!--)", line)]
    new = [line[1:] for line in change.splitlines() if re.match(r"\+(?!\+\+)", line)]
    plain = [" ".join(lines).replace("XX", "").lower() for lines in (old, new)]
    return bool(old) and plain[0] == plain[1]


if __name__ == "__main__":
    sys.exit(main())
