"""All checks in one go, as `make test` runs them: lint, then one pytest over the tests and the library's doctests.

The notebooks are tests too: what drifted from its source, every cell under nbval, every lesson in a browser.
Where there are several cores, as many workers share the files (tests/conftest.py).

Ends with what ran and what was skipped, and why. Extra arguments go to pytest: tools/run_tests.py -k doctor
`--nightly` runs what takes minutes, and nothing else (make test-slow).
"""

import collections
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 4  # at most: each needs some 2 GB while it runs a lesson in a browser


def main(more=()):
    os.chdir(ROOT)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault("OMP_NUM_THREADS", str(cores))
    started = time.monotonic()
    ruff = [sys.executable, "-m", "ruff"]
    lint = [subprocess.run([*ruff, *task, "."]).returncode for task in (["check"], ["format", "--check"])]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        settings = {
            **os.environ,
            "COURSE_HOME": str(Path(folder, "own")),
        }  # the reader's guesses stay as they are
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--doctest-modules",
            "--durations=10",
            f"--junit-xml={report}",
        ]
        nightly = "--nightly" in more
        command += ["-m", "nightly" if nightly else "not nightly"]
        more = [word for word in more if word != "--nightly"]
        if not more and cores > 1:  # a file stays with one worker, because its tests share what they opened
            share = "load" if nightly else "loadfile"  # those of the night share nothing
            command += ["-n", str(min(cores, WORKERS)), "--dist", share, "--no-loadscope-reorder"]
        tests = subprocess.run([*command, *(more or ("tests", "course_lib"))], env=settings).returncode
        summarize(report, time.monotonic() - started)
    if any(lint):
        print("ruff found faults, see the top; `ruff check --fix . && ruff format .` mends most")
    return tests or int(any(lint))


def summarize(report: Path, seconds: float):
    """Print what was skipped, by reason, and one closing line with the counts."""
    cases = list(xml.parse(report).iter("testcase")) if report.exists() else []
    skipped = collections.Counter(
        case.find("skipped").get("message") for case in cases if case.find("skipped") is not None
    )
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    for reason, count in skipped.most_common():
        print(f"skipped {count}: {reason}")
    passed = len(cases) - failed - skipped.total()
    print(f"make test took {seconds / 60:.1f} minutes")
    print(f"{passed} passed, {failed} failed, {skipped.total()} skipped")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
