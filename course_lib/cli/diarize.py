"""`course diarize`: who spoke when in a recording."""

import json
from pathlib import Path


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "diarize",
        help="who spoke when in a recording",
        description="Finds the speech by its level, compares windows of one second, and puts those of one voice together. "
        "With --enrolled the turns get names: each window is given to the most likely of the voices that the model "
        "knows, strangers too. Where two speak at once, one is found.",
    )
    parser.add_argument("audio", type=Path, metavar="meeting.wav")
    parser.add_argument("--speakers", type=int, metavar="N", help="how many there are (default: found)")
    parser.add_argument(
        "--enrolled", metavar="FILE", help="voices with names: kept by course transfer --save"
    )
    parser.add_argument("--base", default="pretrained", metavar="NAME|FILE", help="default: %(default)s")
    parser.add_argument("--rttm", type=Path, metavar="OUT", help="write the turns as RTTM")
    parser.add_argument("--reference", type=Path, metavar="RTTM", help="compare with these turns")
    parser.add_argument("--json", action="store_true", help="for programs: one object")
    parser.set_defaults(run=run)


def run(arguments) -> int:
    from course_lib import audio, metrics, seeding
    from course_lib.errors import CourseError
    from course_lib.metrics import turns
    from course_lib.tasks.diarization import diarize
    from course_lib.transfer import load_base

    if arguments.enrolled and arguments.speakers:
        raise CourseError(
            "expected --speakers or --enrolled, got both; enrolled voices are counted by their names"
        )
    seeding.seed_everything(0)
    reference = turns.read_rttm(arguments.reference) if arguments.reference else None
    wave = audio.read(arguments.audio, mono="mix", allow_silence=True)
    base = load_base(arguments.enrolled or arguments.base)
    found = diarize(wave, base, speakers=arguments.speakers, enrolled=bool(arguments.enrolled))
    error = metrics.diarization_error(reference, found) if reference is not None else None
    if arguments.rttm:
        turns.write_rttm(arguments.rttm, found, arguments.audio.stem)
    if arguments.json:
        told = {"turns": [turn._asdict() for turn in found]}
        told |= {"diarization_error": error.rate} if error else {}
        print(json.dumps(told, indent=1))
        return 0
    for turn in found:
        print(f"{turn.start:8.2f} to {turn.end:8.2f} s  {turn.speaker}")
    sums = {}
    for turn in found:
        sums[turn.speaker] = sums.get(turn.speaker, 0.0) + turn.duration
    shares = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in sorted(sums.items()))
    print(f"\n{len(wave) / audio.SR:.1f} s: " + (shares or "nobody speaks"))
    if error:
        print(f"{error}, collar 0.25 s")
    if arguments.rttm:
        print(f"turns: {arguments.rttm}")
    return 0
