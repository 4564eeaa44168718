"""`course identify`: name the speaker of a recording, second by second."""

from pathlib import Path

from course_lib.cli._options import add_json, number


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "identify",
        help="name the speaker of a recording, second by second",
        description="Uses a model that `course transfer --save FILE` made. It chooses among the speakers it knows and "
        "cannot say 'somebody else': never use it to prove who someone is.",
    )
    parser.add_argument("audio", type=Path, metavar="audio.wav", help="the recording")
    parser.add_argument("--model", required=True, metavar="FILE", help="made by course transfer --save")
    parser.add_argument(
        "--hop",
        type=number(float, low=0.001),
        default=1.0,
        metavar="S",
        help="seconds from one window to the next (default: 1)",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments) -> int:
    from course_lib import audio, seeding
    from course_lib.cli import _bar, _output
    from course_lib.cli._recording import named, recording
    from course_lib.transfer import identify, load_base, overall

    seeding.seed_everything(0)
    base = load_base(arguments.model)
    wave = recording(arguments.audio, voices=True)
    windows = int(len(wave) / audio.SR / arguments.hop) + 1
    with named(arguments.audio), _bar.watched(base.model.body, arguments.audio.name, windows):
        seconds = identify(base, wave, hop=arguments.hop)
    name, share = overall(seconds, base.classes)
    if arguments.json:
        rows = [{"start": s.start, "speaker": s.speaker, "probability": s.probability} for s in seconds]
        print(_output.as_json({"speaker": name, "share": share, "seconds": rows}))
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
