"""Measure, never assert: each figure beside what it should be compared with, in the same run, the ratio first.

    make bench                          everything; writes docs/benchmarks.md and docs/benchmarks.json
    python tools/bench.py features      one benchmark (see BENCHMARKS at the end); prints, and writes to build/

A benchmark is a function that yields Row(ratio, what, value, unit, beside); add one to BENCHMARKS and it is run.
Things compared take turns, round by round, so that whatever else the machine does falls on all of them alike.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from bench_fetch import fetch_rates

from course_lib import cli, features, seeding
from course_lib.commands import _report
from course_lib.paths import atomic_file

ROOT = Path(__file__).resolve().parents[1]
BATCH = 256  # seconds of sound handed over at once: as many as a student might
ROUNDS = 9  # turns taken; the median ratio of the turns is reported, and the best speed


@dataclass(frozen=True)
class Row:
    """One figure: value in unit; ratio says how it stands to `beside` (above 1 is better), None if to nothing."""

    ratio: float | None
    what: str
    value: float
    unit: str
    beside: str = ""


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
        "load_at_start": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }
    found = {}
    for name in arguments.names or BENCHMARKS:
        print(f"{name}: {BENCHMARKS[name].__doc__.splitlines()[0]}", flush=True)
        found[name] = list(BENCHMARKS[name]())
        for row in found[name]:
            print("  " + line(row), flush=True)
    rows = {name: [asdict(row) for row in rows] for name, rows in found.items()}
    with atomic_file(out / "benchmarks.json") as part:
        part.write_text(json.dumps({"machine": machine, "benchmarks": rows}, indent=1) + "\n")
    with atomic_file(out / "benchmarks.md") as part:
        part.write_text(page(machine, found))
    for name in ("benchmarks.json", "benchmarks.md"):
        (out / name).chmod(0o644)
    print(f"written: {out / 'benchmarks.md'}")
    return 0


def line(row):
    """A row as text, the ratio first."""
    ratio = f"{row.ratio:5.2f} x {row.beside}" if row.ratio is not None else "        "
    return f"{ratio:<48} {row.what:<40} {row.value:>10,.1f} {row.unit}"


def page(machine, found):
    """The measurements as a Markdown page."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; no figure here is typed by hand. Above 1 the ratio is in our favour.",
        "",
        "Machine: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in machine.items()) + ".",
    ]
    for name, rows in found.items():
        about = BENCHMARKS[name].__doc__.splitlines()
        lines += ["", f"## {name.capitalize()}", "", about[0], ""]
        lines += ["| ratio | beside | what | value | unit |", "| ---: | --- | --- | ---: | --- |"]
        for row in rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            lines.append(f"| {ratio} | {row.beside} | {row.what} | {row.value:,.1f} | {row.unit} |")
    return "\n".join(lines) + "\n"


def turns(work, rounds=ROUNDS):
    """{name: seconds of each round} for {name: function}; after one call that fills the caches, they take turns."""
    for do in work.values():
        do()
    seconds = {name: [] for name in work}
    for _ in range(rounds):
        for name, do in work.items():
            started = time.perf_counter()
            do()
            seconds[name].append(time.perf_counter() - started)
    return seconds


def compared(work, amount, unit, reference):
    """Rows of speeds (amount / seconds), each beside the reference of the same round; the reference comes first."""
    seconds = turns(work)
    for name, own in seconds.items():
        ratio = statistics.median(theirs / mine for theirs, mine in zip(seconds[reference], own))
        beside = None if name == reference else ratio
        yield Row(beside, name, amount / min(own), unit, "" if name == reference else reference)


def measure_features():
    """One-second windows a second, 256 at a time, beside a bare torch.stft of the same size in batches of 32."""
    import librosa

    waves = torch.randn(BATCH, 16_000, generator=torch.Generator().manual_seed(0)).clamp(-1, 1) / 4
    window = torch.hann_window(features.N_FFT)
    array = waves[:16].numpy()
    bare = "torch.stft"

    def stft(n_fft=features.N_FFT, hop=features.HOP, window=window):
        for chunk in waves.split(32):
            torch.stft(chunk, n_fft, hop, window=window, return_complex=True)

    with torch.no_grad():
        yield from compared(
            {
                bare: stft,
                "spectrogram, power (1025 x 32)": lambda: features.spectrogram(waves, scale="power"),
                "spectrogram, dB (1025 x 32)": lambda: features.spectrogram(waves),
            },
            BATCH,
            "windows/s",
            bare,
        )
        yield from compared(
            {
                "torch.stft (512/160)": lambda: stft(512, 160, torch.hann_window(512)),
                "mel, dB (64 x 101)": lambda: features.mel(waves),
                "mfcc (20 x 101)": lambda: features.mfcc(waves),
                "mfcc with deltas (60 x 101)": lambda: features.mfcc(waves, deltas=True),
            },
            BATCH,
            "windows/s",
            "torch.stft (512/160)",
        )
        few = waves[:16]
        yield from compared(
            {
                "librosa.stft": lambda: librosa.stft(array, n_fft=features.N_FFT, hop_length=features.HOP),
                "spectrogram of the same 16": lambda: features.spectrogram(few),
            },
            16,
            "windows/s",
            "librosa.stft",
        )


def measure_heads():
    """Epochs a second of a new head: the frozen body's outputs kept, beside running the body in every epoch."""
    from course_lib.train import fit
    from course_lib.transfer import cut, load_base, run_once, taken_over

    generator = torch.Generator().manual_seed(0)
    waves = torch.randn(BATCH, 16_000, generator=generator).clamp(-1, 1) / 4
    y = torch.arange(BATCH) % 16
    for name in ("small_cnn", "pretrained"):
        base = load_base(name)
        data, how = (base.transform(waves), y), {"epochs": 1, "patience": None, "progress": False}
        whole, kept = (taken_over(base.model, "body", 16) for _ in range(2))
        front, rest = cut(kept)
        outputs = run_once(front, data)
        work = {
            f"{name}, the body run in every epoch": lambda m=whole, d=data, how=how: fit(m, d, **how),
            f"{name}, its outputs kept": lambda m=rest, d=outputs, how=how: fit(m, d, **how),
        }
        yield from compared(work, 1, "epochs/s", next(iter(work)))


def measure_start():
    """Seconds to import course_lib in a new process, beside a bare interpreter and beside import torch."""

    def starting(code):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

    work = {"import torch": starting("import torch"), "import course_lib": starting("import course_lib")}
    for name, seconds in (timed := turns(work, rounds=3)).items():
        ratio = statistics.median(a / b for a, b in zip(timed["import torch"], seconds))
        other = name != "import torch"
        yield Row(ratio if other else None, name, min(seconds), "s", "import torch" if other else "")


def measure_fetch():
    """Recordings a second that become a corpus, beside a plain soundfile loop (read, write FLAC)."""
    rates = fetch_rates()
    plain = rates["plain soundfile loop"]
    for name, rate in rates.items():
        other = rate is not plain
        yield Row(
            rate / plain if other else None, name, rate, "files/s", "plain soundfile loop" if other else ""
        )


def measure_lessons():
    """Seconds and MB of every lesson in the quick profile, beside its budget (60 s, 1 GB)."""
    folder = ROOT / "build" / "bench-lessons"
    cli.main(["run", "--out", str(folder)])
    for lesson in json.loads((folder / "index.json").read_text())["lessons"]:
        for key, limit, unit in (("seconds", _report.SECONDS, "s"), ("megabytes", _report.MEGABYTES, "MB")):
            value = lesson[key]
            yield Row(
                limit / value if value else None, lesson["name"], value, unit, f"budget of {limit} {unit}"
            )


BENCHMARKS = {
    "features": measure_features,
    "heads": measure_heads,
    "start": measure_start,
    "fetch": measure_fetch,
    "lessons": measure_lessons,
}

if __name__ == "__main__":
    sys.exit(main())
