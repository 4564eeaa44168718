"""Prepare 10,000 tiny recordings in a process of its own and print how its memory grew: FOLDER COUNT."""

import struct
import sys
import time
from pathlib import Path

import numpy as np
import psutil

from course_lib.data.public.dataset_spec import Row
from course_lib.data.public.prepare import prepare


class Memory:
    """Stands where the progress line stands, and looks at the resident memory after every file."""

    def __init__(self):
        self.process, self.seen, self.total = psutil.Process(), [], 0

    def skip(self, count):
        pass

    def update(self, count):
        self.seen.append(self.process.memory_info().rss)


if __name__ == "__main__":
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    (folder / "own").mkdir(parents=True)
    head = b"RIFF" + struct.pack(
        "<I4s4sIHHIIHH4sI", 3236, b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16, b"data", 3200
    )
    dice = np.random.default_rng(0)
    for number in range(count):
        noise = dice.integers(-3000, 3000, 1600, dtype=np.int16)
        (folder / "own" / f"{number}.wav").write_bytes(head + noise.tobytes())
    rows = (
        Row(folder / "own" / f"{n}.wav", f"audio/{n % 100}/{n}.flac", speaker=str(n % 100))
        for n in range(count)
    )
    memory, begin = Memory(), time.perf_counter()
    made = prepare(rows, folder / "made", progress=memory)
    seconds = time.perf_counter() - begin
    early, late = memory.seen[count // 10], max(memory.seen)
    print(f"files {len(made.lines)} grew_mb {(late - early) / 1e6:.1f} seconds {seconds:.1f}")
