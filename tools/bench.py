"""Measure, never assert: each figure beside what it should be compared with, in the same run, the ratio first.

    make bench                          everything; writes docs/benchmarks.md and docs/benchmarks.json
    python tools/bench.py features      one benchmark (see BENCHMARKS); prints, and writes to build/
    python tools/bench.py class --out docs    one again: its rows take the place of the old ones

A benchmark is a function that yields Rows (bench_frame.py); add one to BENCHMARKS and it is run. Nothing else
should work on the machine meanwhile: the load at the start is printed on the page.
"""

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import asdict
from pathlib import Path

import torch
from bench_class import measure_class
from bench_features import measure_features, measure_floor
from bench_fetch import measure_corpora, measure_fetch
from bench_frame import Row, line, number
from bench_lessons import measure_cold, measure_lessons, measure_one_core, measure_start
from bench_memory import measure_memory
from bench_pictures import measure_pictures
from bench_training import measure_frames, measure_heads, measure_loop

from course_lib import seeding
from course_lib.paths import atomic_file

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = {
    "features": measure_features,
    "floor": measure_floor,
    "loop": measure_loop,
    "frames": measure_frames,
    "heads": measure_heads,
    "start": measure_start,
    "cold": measure_cold,
    "fetch": measure_fetch,
    "corpora": measure_corpora,
    "memory": measure_memory,
    "lessons": measure_lessons,
    "one core": measure_one_core,
    "class": measure_class,
    "pictures": measure_pictures,
}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--out", type=Path, help="folder (default: docs for everything, build for some)")
    arguments = parser.parse_args(argv)
    for name in arguments.names:
        if name not in BENCHMARKS:
            parser.error(f"expected one of {', '.join(BENCHMARKS)}, got {name!r}")
    out = arguments.out or ROOT / ("build" if arguments.names else "docs")
    threads = seeding.set_threads()
    machine = {
        "cores": seeding.usable_cores(),
        "threads": threads,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "processor": platform.machine(),
    }
    before = earlier(out) if arguments.names else {}
    rows, took = before.get("benchmarks", {}), before.get("runs", {})
    for name in arguments.names or BENCHMARKS:
        print(f"{name}: {BENCHMARKS[name].__doc__.splitlines()[0]}", flush=True)
        started, load, own = time.monotonic(), busy(), []
        for row in BENCHMARKS[name]():
            own.append(asdict(row))
            print("  " + line(row), flush=True)
        minutes = round((time.monotonic() - started) / 60, 1)
        rows[name], took[name] = own, {"minutes": minutes, "load at start": load}
        keep(out, machine, rows, took)  # after each, so that nothing measured is lost
    print(f"written: {out / 'benchmarks.md'}")
    return 0


def keep(out, machine, rows, took):
    """Write what was measured so far as JSON and as a page."""
    rows = {name: rows[name] for name in BENCHMARKS if name in rows}
    kept = {"machine": machine, "runs": {name: took.get(name, {}) for name in rows}, "benchmarks": rows}
    texts = {"benchmarks.json": json.dumps(kept, indent=1) + "\n", "benchmarks.md": page(kept)}
    for name, text in texts.items():
        with atomic_file(out / name) as part:
            part.write_text(text, encoding="utf-8")
        (out / name).chmod(0o644)


def earlier(out) -> dict:
    """What was measured before, of which some is now measured again."""
    try:
        return json.loads((out / "benchmarks.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def busy():
    """How many processes wanted to work during the last minute; None where the system does not tell."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def page(kept):
    """The measurements as a Markdown page."""
    machine = kept["machine"]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; no figure here is typed by hand. Above 1 the ratio is in our favour.",
        "",
        "Machine: " + ", ".join(f"{name} {value}" for name, value in machine.items()) + ".",
    ]
    minutes = [run.get("minutes") for run in kept["runs"].values()]
    if None not in minutes:
        lines += ["", f"All of it took {sum(minutes):.1f} minutes. The load is that of the minute before."]
    for name, rows in kept["benchmarks"].items():
        about = BENCHMARKS[name].__doc__.splitlines()
        said = ", ".join(f"{what} {value}" for what, value in kept["runs"][name].items())
        lines += ["", f"## {name.capitalize()}", "", about[0] + (f" ({said})" if said else ""), ""]
        lines += ["| ratio | beside | what | value | unit |", "| ---: | --- | --- | ---: | --- |"]
        for row in (Row(**row) for row in rows):
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            lines.append(f"| {ratio} | {row.beside} | {row.what} | {number(row.value)} | {row.unit} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
