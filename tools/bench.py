"""Measure, never assert: each figure beside what it should be compared with, in the same run, the ratio first.

    make bench                          everything; writes docs/benchmarks.md and docs/benchmarks.json
    python tools/bench.py features      one benchmark (see BENCHMARKS); prints, and writes to build/

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
from bench_fetch import measure_fetch
from bench_frame import line, number
from bench_lessons import measure_lessons, measure_one_core, measure_start
from bench_memory import measure_memory
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
    "fetch": measure_fetch,
    "memory": measure_memory,
    "lessons": measure_lessons,
    "one core": measure_one_core,
    "class": measure_class,
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
    started, threads = time.monotonic(), seeding.set_threads()
    machine = {
        "cores": seeding.usable_cores(),
        "threads": threads,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "processor": platform.machine(),
        "load at start": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }
    found = {}
    for name in arguments.names or BENCHMARKS:
        print(f"{name}: {BENCHMARKS[name].__doc__.splitlines()[0]}", flush=True)
        found[name] = []
        for row in BENCHMARKS[name]():
            found[name].append(row)
            print("  " + line(row), flush=True)
        machine["minutes"] = round((time.monotonic() - started) / 60, 1)
    rows = {name: [asdict(row) for row in rows] for name, rows in found.items()}
    texts = {
        "benchmarks.json": json.dumps({"machine": machine, "benchmarks": rows}, indent=1) + "\n",
        "benchmarks.md": page(machine, found),
    }
    for name, text in texts.items():
        with atomic_file(out / name) as part:
            part.write_text(text, encoding="utf-8")
        (out / name).chmod(0o644)
    print(f"written in {machine['minutes']} minutes: {out / 'benchmarks.md'}")
    return 0


def page(machine, found):
    """The measurements as a Markdown page."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; no figure here is typed by hand. Above 1 the ratio is in our favour.",
        "",
        "Machine: " + ", ".join(f"{name} {value}" for name, value in machine.items()) + ".",
    ]
    for name, rows in found.items():
        about = BENCHMARKS[name].__doc__.splitlines()
        lines += ["", f"## {name.capitalize()}", "", about[0], ""]
        lines += ["| ratio | beside | what | value | unit |", "| ---: | --- | --- | ---: | --- |"]
        for row in rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            lines.append(f"| {ratio} | {row.beside} | {row.what} | {number(row.value)} | {row.unit} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
