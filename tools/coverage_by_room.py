"""Which lines do the tests run? pytest-cov counts them, and this adds them up room by room: `make coverage`.

    python tools/coverage_by_room.py                     all tests and the library's doctests
    python tools/coverage_by_room.py tests/metrics       these; what was measured before still counts

Prints the lines that nothing ran, file by file, and a table of the rooms. Processes that a test starts count too;
the settings are in pyproject.toml, where `fail_under` also sets when the exit status is 1. Ref: pytest-cov.readthedocs.io.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "coverage"


def main(tests=()) -> int:
    WORK.mkdir(parents=True, exist_ok=True)
    report = WORK / "report.json"
    command = [sys.executable, "-m", "pytest", "--doctest-modules", "--cov", f"--cov-report=json:{report}"]
    command += ["--cov-report=term-missing:skip-covered", *(["--cov-append"] if tests else [])]
    own = {**os.environ, "COURSE_HOME": str(WORK / "own")}
    code = subprocess.run([*command, *(tests or ["tests", "course_lib"])], cwd=ROOT, env=own).returncode
    print(table(json.loads(report.read_text(encoding="utf-8"))["files"]))
    return code


def table(files: dict) -> str:
    """Markdown: lines and share run of every room (a folder), from the `files` of coverage's JSON report.

    >>> print(table({f"course_lib/{name}.py": {"summary": {"num_statements": lines, "covered_lines": run}}
    ...     for name, lines, run in [("user_store", 10, 9), ("audio/files", 5, 5), ("audio/waves", 5, 5)]}))
    | room | lines | run |
    | --- | --- | --- |
    | course_lib | 10 | 90.0 % |
    | course_lib/audio | 10 | 100.0 % |
    | all | 20 | 95.0 % |
    """
    rooms = defaultdict(lambda: [0, 0])
    for name, file in sorted(files.items(), key=lambda item: (str(Path(item[0]).parent), item[0])):
        for room in (Path(name).parent.as_posix(), "all"):
            rooms[room][0] += file["summary"]["num_statements"]
            rooms[room][1] += file["summary"]["covered_lines"]
    rooms["all"] = rooms.pop("all")  # last
    rows = [
        f"| {room} | {lines} | {100 * run / lines:.1f} % |" for room, (lines, run) in rooms.items() if lines
    ]
    return "\n".join(["| room | lines | run |", "| --- | --- | --- |", *rows])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
