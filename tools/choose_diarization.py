"""Choose from which difference two groups of windows are two voices, on mixtures of recordings; AMI is never looked at.

    python -m tools.choose_diarization            print the errors for every difference, and the best
    python -m tools.choose_diarization --write    and write it to course_lib/tasks/diarization/clustering.py

Run it again when the base changes (COURSE_DATA: the recordings), then `python -m tools.results diarization`.
"""

import argparse
import re
from pathlib import Path

from course_lib import audio, seeding
from course_lib.metrics import diarization_error
from course_lib.metrics.turns import Turn
from course_lib.tasks.diarization import clustering, turns_from, vectors_of_parts, voice_activity
from course_lib.transfer import load_base
from tools.mixed_meetings import meetings

STEPS = (0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6)

NEAR = (
    0.005  # of steps whose errors are so near the least, the largest is taken: it invents the fewest people
)


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default="pretrained", help="name or file (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write the best difference to clustering.py")
    args = parser.parse_args(argv)
    seeding.seed_everything(0)
    base = load_base(args.base)
    heard = [(meeting, *stages(meeting.wave, base)) for meeting in meetings(0)]
    rates = {}
    print(f"one speaker for all: {rate(heard, lambda parts, *_: [Turn(*part, 'x') for part in parts]):.1%}")
    print(f"count given: {rate(heard, turns_from, known=True):.1%}")
    for step in STEPS:
        rates[step] = rate(heard, lambda *given, step=step: turns_from(*given, difference=step))
        counts = [len({turn.speaker for turn in turns_from(*given, difference=step)}) for _, *given in heard]
        told = " ".join(f"{len(meeting.speakers)}>{count}" for (meeting, *_), count in zip(heard, counts))
        print(f"difference {step:.1f}: {rates[step]:.1%}; people there > found: {told}", flush=True)
    best = max(step for step in STEPS if rates[step] < min(rates.values()) + NEAR)
    print(f"best: {best}; in use: {clustering.DIFFERENT}")
    if args.write:
        path = Path(clustering.__file__)
        path.write_text(
            re.sub(r"(?m)^DIFFERENT = [\d.]+", f"DIFFERENT = {best}", path.read_text(encoding="utf-8")),
            encoding="utf-8",
        )
    return 0


def stages(wave, base, parts=None):
    """(parts, middles, vectors) of a recording, prepared as `course diarize` does; parts: instead of those found."""
    wave = audio.at_speech_level(audio.without_offset(wave, keep_db=-10.0))
    parts = voice_activity(wave) if parts is None else parts
    return (parts, *vectors_of_parts(base, wave, parts)) if parts else (parts, None, None)


def rate(heard, way, *, known=False, collar=0.0):
    """The diarization error rate over [(meeting, parts, middles, vectors), ...]: seconds are added."""
    errors = []
    for meeting, *given in heard:
        found = way(*given, *[len(meeting.speakers)] * known) if given[0] else []
        errors.append(diarization_error(meeting.turns, found, collar=collar))
    return sum(errors[1:], start=errors[0]).rate


if __name__ == "__main__":
    raise SystemExit(main())
