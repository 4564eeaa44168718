"""Measure, never assert: features against a bare torch.stft of the same size, and the lessons against their budgets.

    make bench                 everything; the numbers also go to build/bench.json
    python tools/bench.py --no-lessons

Each figure is the best of five rounds, because anything else that runs on the machine only ever slows one down.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
from bench_fetch import fetch_rates

from course_lib import cli, features, seeding
from course_lib.commands import _report
from course_lib.paths import atomic_file

ROOT = Path(__file__).resolve().parents[1]
BATCH, ROUNDS, BATCHES = (
    32,
    5,
    16,
)  # 16 batches of 32 seconds a round: long enough to time, short enough to repeat


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--no-lessons", action="store_true", help="the features and the preparing of a corpus alone"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    arguments = parser.parse_args(argv)
    threads = seeding.set_threads()
    found = {"threads": threads, "windows_per_second": measure_features()}
    print(f"one-second windows a second, {threads} threads, batches of {BATCH}")
    for name, rate in found["windows_per_second"].items():
        print(f"  {name:<36} {rate:>9,.0f}")
    found["files_per_second"] = fetch_rates()
    print("files a second while a corpus is prepared, 2 s each")
    for name, rate in found["files_per_second"].items():
        print(f"  {name:<36} {rate:>9,.0f}")
    status = 0
    if not arguments.no_lessons:
        status = cli.main(["run", "--out", str(arguments.out / "bench-lessons")])
        index = json.loads((arguments.out / "bench-lessons" / "index.json").read_text())
        found["lessons"] = index["lessons"]
        print(f"budget of a lesson: {_report.SECONDS} s and {_report.MEGABYTES} MB")
        for lesson in found["lessons"]:
            over = [what for what, is_over in _report.over_budget(lesson).items() if is_over]
            print(
                f"  {lesson['name']:<36} {lesson['seconds']:>6.1f} s {lesson['megabytes']:>6.0f} MB {' '.join(over)}"
            )
    with atomic_file(arguments.out / "bench.json") as part:
        part.write_text(json.dumps(found, indent=1))
    return status


def measure_features() -> dict:
    """Windows a second by name; (32, 16000) in, as the corpora's cache asks for them."""
    waves = torch.randn(BATCH, 16_000, generator=torch.Generator().manual_seed(0)).clamp(-1, 1) / 4
    bare = torch.hann_window(features.N_FFT)

    def stft(waves):
        spectrum = torch.stft(waves, features.N_FFT, features.HOP, window=bare, return_complex=True)
        return spectrum.real.square() + spectrum.imag.square()

    return {
        "bare torch.stft and its power": windows_per_second(stft, waves),
        "spectrogram, power (1025 x 32)": windows_per_second(
            lambda w: features.spectrogram(w, scale="power"), waves
        ),
        "spectrogram, dB (1025 x 32)": windows_per_second(features.spectrogram, waves),
        "mel, dB (64 x 101)": windows_per_second(features.mel, waves),
        "mfcc (20 x 101)": windows_per_second(features.mfcc, waves),
        "mfcc with deltas (60 x 101)": windows_per_second(lambda w: features.mfcc(w, deltas=True), waves),
    }


def windows_per_second(transform, waves) -> float:
    """The best of some rounds, after one that fills the caches."""
    best = 0.0
    with torch.inference_mode():
        transform(waves)
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for _ in range(BATCHES):
                transform(waves)
            best = max(best, BATCHES * len(waves) / (time.perf_counter() - started))
    return best


if __name__ == "__main__":
    sys.exit(main())
