"""Which lines do the tests run? Coverage of course_lib and data_scripts, room by room.

    python tools/coverage_by_room.py                     all tests and the library's doctests, file by file
    python tools/coverage_by_room.py metrics turns       tests/metrics/test_metrics.py and tests/metrics/test_turns.py; earlier files still count
    python tools/coverage_by_room.py --report            the table of what was run so far, and the lines of files below 95 %

Measured with coverage.py, processes that a test starts included; settings: pyproject.toml. Ref: coverage.readthedocs.io.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "coverage"
ENOUGH = 95.0  # percent of the lines
COVERAGE = [sys.executable, "-m", "coverage"]


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tests", nargs="*", help="names of test files, without test_ and .py")
    parser.add_argument("--without", nargs="*", default=[], help="test files to leave out")
    parser.add_argument("--report", action="store_true", help="run nothing")
    args = parser.parse_args(argv)
    os.chdir(ROOT)
    failed = [] if args.report else run(args.tests, args.without)
    files = counted()
    print(table(files))
    for name, (lines, missing) in sorted(files.items()):
        if lines and 100 * (1 - len(missing) / lines) < ENOUGH:
            print(f"{name}: {100 * (1 - len(missing) / lines):.0f} % of {lines}; not run: {ranges(missing)}")
    if failed:
        print(f"failed while measured: {', '.join(failed)}")
    lines, missing = sum(n for n, _ in files.values()), sum(len(gone) for _, gone in files.values())
    return int(bool(failed) or 100 * (lines - missing) < ENOUGH * lines)


def run(tests, without):
    """Run each test file in a process of its own; the names of those that failed."""
    if not tests:
        shutil.rmtree(WORK, ignore_errors=True)
        tests = sorted(path.stem.removeprefix("test_") for path in ROOT.glob("tests/test_*.py"))
    WORK.mkdir(parents=True, exist_ok=True)
    own = {**os.environ, "PYTHONPATH": str(ROOT), "COURSE_HOME": str(WORK / "own")}
    failed = []
    for name in [*tests, "doctests"]:
        if name in without:
            continue
        what = ["--doctest-modules", "course_lib"] if name == "doctests" else [f"tests/test_{name}.py"]
        started = time.monotonic()
        command = [*COVERAGE, "run", "-m", "pytest", "-o", "addopts=", "-q", *what]
        with open(WORK / f"{name}.log", "w", encoding="utf-8") as log:
            done = subprocess.run(command, env=own, stdout=log, stderr=subprocess.STDOUT)
        failed += [name] * (done.returncode != 0)
        print(f"{name}: {time.monotonic() - started:.0f} s" + " FAILED" * (done.returncode != 0), flush=True)
    return failed


def counted() -> dict:
    """{file: (lines, lines not run)} of all that was measured so far."""
    whole = WORK / "report.json"
    if any(
        WORK.glob("data.*")
    ):  # reports combine too, and drop what they combined: so it is kept in one file
        subprocess.run([*COVERAGE, "combine", "--append", "--quiet"], check=True)
    subprocess.run([*COVERAGE, "json", "--quiet", "--fail-under=0", "-o", str(whole)], check=True)
    files = json.loads(whole.read_text(encoding="utf-8"))["files"]
    return {name: (file["summary"]["num_statements"], file["missing_lines"]) for name, file in files.items()}


def table(files) -> str:
    """Markdown: lines and share run of every room (folder, or file beside the folders).

    >>> print(table({"course_lib/user_store.py": (10, [1]), "course_lib/teaching/plots/sound.py": (5, []), "data_scripts/a.py": (5, [])}))
    | room | lines | run |
    | --- | --- | --- |
    | course_lib (files beside the rooms) | 10 | 90.0 % |
    | course_lib/teaching/plots | 5 | 100.0 % |
    | data_scripts | 5 | 100.0 % |
    | all | 20 | 95.0 % |
    """
    rooms = defaultdict(lambda: [0, 0])
    for name, (lines, missing) in files.items():
        room = Path(name).parent.as_posix()
        room = "course_lib (files beside the rooms)" if room == "course_lib" else room
        for key in (room, "all"):
            rooms[key][0] += lines
            rooms[key][1] += len(missing)
    order = sorted(rooms, key=lambda room: (room == "all", room))
    rows = [f"| {room} | {rooms[room][0]} | {_share(*rooms[room])} |" for room in order if rooms[room][0]]
    return "\n".join(["| room | lines | run |", "| --- | --- | --- |", *rows])


def _share(lines, missing) -> str:
    return f"{100 * (1 - missing / lines):.1f} %"


def ranges(numbers) -> str:
    """
    >>> ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    spans = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


if __name__ == "__main__":
    sys.exit(main())
