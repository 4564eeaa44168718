"""`course identify`: name the speaker of a recording, second by second."""

import json
from pathlib import Path


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "identify",
        help="name the speaker of a recording, second by second",
        description="Uses a model kept by `course transfer --save FILE`. It chooses among the speakers it knows and "
        "cannot say 'somebody else': never use it to prove who someone is.",
    )
    parser.add_argument("--model", required=True, metavar="FILE", help="kept by course transfer --save")
    parser.add_argument("audio", type=Path, metavar="audio.wav")
    parser.add_argument(
        "--hop", type=float, default=1.0, metavar="S", help="a window every S seconds (default: 1)"
    )
    parser.add_argument("--json", action="store_true", help="for programs: one object")
    parser.set_defaults(run=run)


def run(arguments) -> int:
    from course_lib import audio, seeding
    from course_lib.transfer import identify, load_base, overall

    seeding.seed_everything(0)
    base = load_base(arguments.model)
    wave = audio.read(arguments.audio, mono="mix", allow_silence=True)
    seconds = identify(base, wave, hop=arguments.hop)
    name, share = overall(seconds, base.classes)
    if arguments.json:
        rows = [{"start": s.start, "speaker": s.speaker, "probability": s.probability} for s in seconds]
        print(json.dumps({"speaker": name, "share": share, "seconds": rows}, indent=1))
        return 0
    for second in seconds:
        bar = "#" * round(20 * second.probability)
        print(
            f"{second.start:7.1f} s  {second.speaker or '(silence)':<16} {second.probability:6.1%} {bar}".rstrip()
        )
    print(
        f"\nthe whole recording: {name or '(silence)'}"
        + (f", named in {share:.0%} of its seconds" if name else "")
    )
    return 0
