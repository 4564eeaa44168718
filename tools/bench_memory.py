"""Memory as the corpus grows tenfold: recordings to features to five steps of training, each size in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_frame import Row

ROOT = Path(__file__).resolve().parents[1]
FEW, SECONDS = 40, 4  # recordings of the small corpus, and their length


def measure_memory():
    """Peak MB of a process that makes features of a corpus, passes over them twice and trains a little; ten times the recordings beside the few."""
    peaks = {}
    with tempfile.TemporaryDirectory() as name:
        for count in (FEW, 10 * FEW):
            folder = Path(name, f"noise_{count}")
            surroundings = {**os.environ, "COURSE_CACHE": str(Path(name, "cache"))}
            command = [sys.executable, __file__, str(folder), str(count)]
            found = subprocess.run(command, cwd=ROOT, env=surroundings, check=True, capture_output=True)
            peaks[count] = json.loads(found.stdout)
    few, many = peaks.values()
    beside = f"{FEW} recordings"
    yield Row(None, f"{beside}, {few['features']:.0f} MB of features", few["peak"], "MB")
    ratio = few["peak"] / many["peak"]
    yield Row(ratio, f"{10 * FEW} recordings, {many['features']:.0f} MB", many["peak"], "MB", beside)


def work(folder: Path, count: int) -> dict:
    """Make a corpus of noises, its features, and use them. -> {"peak": MB resident at most, "features": MB on disk}."""
    import psutil

    from course_lib import load, seed_everything
    from course_lib.cli._memory_monitor import high_water
    from course_lib.models import SmallCNN
    from course_lib.training import fit

    make_noises(folder, count)
    seed_everything(0)
    found = load(str(folder)).features(hop=0.5)
    for seed in range(2):
        total = sum(float(x.sum()) for x, _ in found.batches(32, shuffle=True, seed=seed))
    assert total == total, "the features hold NaN"
    fit(
        SmallCNN(len(found.classes)),
        found.take(range(min(160, len(found)))),
        epochs=1,
        patience=None,
        progress=False,
    )
    return {"peak": high_water(psutil.Process()) / 1e6, "features": found.X.nbytes / 1e6}


def make_noises(folder: Path, count: int):
    """`count` recordings of noise by four "speakers", with their manifest."""
    import numpy as np
    import soundfile

    from course_lib.data.manifest import write_manifest

    dice, rows = np.random.default_rng(0), []
    (folder / "audio").mkdir(parents=True)
    for number in range(count):
        path = f"audio/{number}.wav"
        soundfile.write(folder / path, dice.integers(-3000, 3000, 16_000 * SECONDS, dtype=np.int16), 16_000)
        speaker = f"s{number % 4}"
        rows.append(
            {"path": path, "speaker": speaker, "session": f"{speaker}_{number}", "duration_s": SECONDS}
        )
    write_manifest(folder, rows)


if __name__ == "__main__":
    print(json.dumps(work(Path(sys.argv[1]), int(sys.argv[2]))))
