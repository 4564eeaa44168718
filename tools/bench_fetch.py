"""How fast a corpus is prepared: files a second beside a plain soundfile loop, on noise that is made for it.

`python tools/bench_fetch.py [FILES] [SECONDS]`. The loop reads a file and writes it as FLAC, one after the other;
prepare() does that on every core, and also checks each recording, sums it and writes a journal to go on from. And how
fast `course data import` and `data check` are beside such loops.
"""

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
from bench_frame import Row as Figure
from bench_frame import compared

from course_lib.data import faults, import_recordings
from course_lib.data.public.dataset_spec import Row
from course_lib.data.public.prepare import prepare
from course_lib.seeding import usable_cores


def fetch_rates(files=400, seconds=2.0, rate=16_000) -> dict:
    """Files a second: {"plain soundfile loop": ..., "prepare, 1 worker": ..., "prepare, N workers": ...}."""
    dice, found = np.random.default_rng(0), {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = [folder / f"{number}.wav" for number in range(files)]
        for source in sources:
            noise = dice.integers(-3000, 3000, int(rate * seconds), dtype=np.int16)
            soundfile.write(source, noise, rate)
        begin = time.perf_counter()
        for source in sources:
            soundfile.write(folder / f"{source.stem}.flac", *soundfile.read(source, dtype="int16"))
        found["plain soundfile loop"] = files / (time.perf_counter() - begin)
        for workers in sorted({1, usable_cores()}):
            rows = (Row(source, f"audio/{source.stem}.flac") for source in sources)
            begin = time.perf_counter()
            prepare(rows, folder / f"prepared-{workers}", workers=workers)
            found[f"prepare, {workers} worker{'s' * (workers > 1)}"] = files / (time.perf_counter() - begin)
    return found


def measure_fetch():
    """Recordings a second that become a corpus, beside a plain soundfile loop (read, write FLAC)."""
    rates = fetch_rates()
    plain = next(iter(rates))
    for name, rate in rates.items():
        other = name != plain
        yield Figure(rate / rates[plain] if other else None, name, rate, "files/s", plain if other else "")


def measure_corpora(files=300, seconds=4):
    """Recordings a second that are imported and checked, beside a plain soundfile loop on as many threads."""
    dice, threads = np.random.default_rng(0), usable_cores()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(threads) as pool:
        given, made, copies = (Path(name) / part for part in ("given", "made", "copies"))
        copies.mkdir()
        for number in range(files):
            source = given / f"speaker{number % 10}" / f"{number}.wav"
            source.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(source, dice.integers(-3000, 3000, 16_000 * seconds, dtype=np.int16), 16_000)
        sources = sorted(given.rglob("*.wav"))

        def copied(source):
            soundfile.write(copies / f"{source.stem}.flac", *soundfile.read(source, dtype="int16"))

        def loop(work, paths):
            return lambda: list(pool.map(work, paths))

        def checked():
            assert not faults(made)

        plain = f"soundfile loop, {threads} threads: "
        work = {plain + "read, write FLAC": loop(copied, sources)}
        work["import"] = lambda: import_recordings(given, made, replace=True)
        yield from compared(work, files, "files/s", *list(work)[:1])
        work = {plain + "read FLAC": loop(soundfile.read, sorted(made.rglob("*.flac"))), "check": checked}
        yield from compared(work, files, "files/s", *list(work)[:1])


if __name__ == "__main__":
    count, length = int((sys.argv[1:] or [400])[0]), float((sys.argv[2:] or [2.0])[0])
    print(f"{count} recordings of {length} s, 16 kHz wav to FLAC")
    for what, speed in fetch_rates(count, length).items():
        print(f"  {what:24} {speed:6.0f} files/s, {speed * length:7.0f} times real time")
