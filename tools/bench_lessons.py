"""The lessons against their budgets, on all cores and on one, and how long the course takes to open."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench_frame import Row, budget, turns

from course_lib.cli import _report, lab, run
from course_lib.data.narrator_words import make_narrators_words
from course_lib.data.narrators import make_narrators
from course_lib.seeding import usable_cores

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "bench-lessons"
COURSE_MINUTES, OPENING_S, IMPORT_S = 12, 10, 1.5  # budgets, docs/architecture.md
COLD_S, NARRATORS_S = 180, 20


def measure_lessons():
    """Seconds and MB of every lesson in the quick profile, the kernel's start included, beside its budget; then the whole course."""
    names = [path.name[:2] for path in run.find_lessons()]
    yield from against_budgets(course_run(names, OUT / "all-cores"), f"{usable_cores()} cores")


def measure_one_core():
    """The same, each lesson bound to a single core; two run at a time, each on its own core, where there are two."""
    names = [path.name[:2] for path in run.find_lessons()]
    cores = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        yield from against_budgets(course_run(names, OUT / "one-core"), "one core")
        return
    found = {}

    def half(core, own):
        found[core] = course_run(own, OUT / f"core-{core}", core)

    halves = [
        threading.Thread(target=half, args=(core, own))
        for core, own in zip(cores, even(names, OUT / "all-cores"))
    ]
    for thread in halves:
        thread.start()
    for thread in halves:
        thread.join()
    lessons = sorted((lesson for own in found.values() for lesson in own), key=lambda lesson: lesson["name"])
    yield from against_budgets(lessons, "one core")


def even(names, measured) -> tuple:
    """Two lists of lessons that should take about equally long, from the seconds of an earlier run."""
    try:
        lessons = json.loads((measured / "index.json").read_text())["lessons"]
        seconds = {lesson["name"][:2]: lesson["seconds"] for lesson in lessons}
    except (OSError, ValueError, KeyError):
        seconds = {}
    lists, sums = ([], []), [0.0, 0.0]
    for name in sorted(names, key=lambda name: -seconds.get(name, 30)):
        shorter = sums.index(min(sums))
        lists[shorter].append(name)
        sums[shorter] += seconds.get(name, 30)
    return tuple(sorted(part) for part in lists)


def course_run(names, folder, core=None) -> list:
    """`course run` of these lessons in a process of its own, bound to `core`. -> dicts of name, passed, seconds, megabytes."""
    command = [sys.executable, "-m", "course_lib.cli", "run", "--out", str(folder), "--lessons", *names]
    environment = dict(os.environ)
    if core is not None:
        environment["OMP_NUM_THREADS"] = "1"
        binding = f"import os, sys; os.sched_setaffinity(0, {{{core}}}); os.execv(sys.argv[1], sys.argv[1:])"
        command = [sys.executable, "-c", binding, *command]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    lessons = json.loads((folder / "index.json").read_text())["lessons"]
    if done.returncode or len(lessons) != len(names):
        failed = [lesson["name"] for lesson in lessons if not lesson["passed"]]
        raise SystemExit(f"lessons failed, so their times say nothing: {failed or names}")
    return lessons


def against_budgets(lessons, where):
    """Rows of seconds and MB of every lesson, and the minutes of all."""
    for lesson in lessons:
        yield budget(lesson["name"], lesson["seconds"], _report.SECONDS, "s")
        yield budget(lesson["name"], lesson["megabytes"], _report.MEGABYTES, "MB")
    minutes = sum(lesson["seconds"] for lesson in lessons) / 60
    yield budget(f"all {len(lessons)} lessons, {where}", minutes, COURSE_MINUTES, "min")


def measure_start():
    """Seconds to import course_lib in a new process, beside import torch; and until `course lab` answers, warm, beside the budget."""

    def starting(code):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

    timed = turns({name: starting(f"import {name}") for name in ("torch", "course_lib")}, rounds=5)
    ratio = statistics.median(a / b for a, b in zip(timed["torch"], timed["course_lib"]))
    yield Row(None, "import torch", statistics.median(timed["torch"]), "s")
    yield Row(ratio, "import course_lib", statistics.median(timed["course_lib"]), "s", "import torch")
    yield budget("import course_lib", statistics.median(timed["course_lib"]), IMPORT_S, "s")
    opened()  # the embedded recordings are there, the files are in the system's memory
    yield budget("course lab until it answers", statistics.median(opened() for _ in range(3)), OPENING_S, "s")


def measure_cold():
    """Seconds to put the narrators into their rooms, and from a fresh copy of the files, with nothing installed, until `make lab` answers."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("narrators", make_narrators), ("narrators_words", make_narrators_words)):
            started = time.perf_counter()
            make(Path(folder) / name)
            yield budget(f"the corpus {name} is made", time.perf_counter() - started, NARRATORS_S, "s")
        fresh = Path(folder) / "course"
        subprocess.run(["git", "clone", "-q", "--depth", "1", ROOT.as_uri(), str(fresh)], check=True)
        seconds = opened(["make", "lab", f"PORT={free_port()}"], fresh)
    yield budget("make lab until it answers, packages installed anew", seconds, COLD_S, "s")


def opened(command=None, folder=ROOT) -> float:
    """Seconds from `course lab`, or another command in a folder, to the line that says where the course is open."""
    started = time.perf_counter()
    command = command or [
        sys.executable,
        *f"-u -m course_lib.cli lab --no-browser --port {free_port()}".split(),
    ]
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("COURSE_", "PYTHON"))}
    quiet |= {"PYTHONUNBUFFERED": "1", "BROWSER": "true"}
    options = {"env": quiet, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=folder, **options) as process:
        try:
            for line in process.stdout:
                if "The course is open at" in line:
                    return time.perf_counter() - started
        finally:
            process.terminate()  # make passes it on
    raise SystemExit(f"{' '.join(command)} ended before the course was open")


def free_port() -> int:
    """A port that nothing listens on, below those that the system hands out."""
    return next(port for port in range(18_888, 19_888) if lab.is_free(port))
