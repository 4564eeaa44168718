"""`course identify`: name the speaker of a recording, second by second, or say that it is somebody else."""

from pathlib import Path

from course_lib.cli._options import add_json, number


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "identify",
        help="name the speaker of a recording, second by second",
        description="Names come from recordings of one person each (--voices ana.wav ben.wav: every file's name without its "
        "ending is a name; another voice is 'somebody else'), or from a model that `course transfer --save FILE` made, which "
        "always chooses one of the speakers it knows. Never use it to prove who someone is.",
    )
    parser.add_argument("audio", type=Path, metavar="audio.wav", help="the recording")
    known = parser.add_mutually_exclusive_group(required=True)
    known.add_argument("--model", metavar="FILE", help="made by course transfer --save")
    known.add_argument(
        "--voices", nargs="+", type=Path, metavar="NAME.wav", help="ten seconds of one person each, or more"
    )
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
    base, decide = (load_base(arguments.model), None) if arguments.model else enrolled(arguments.voices)
    wave = recording(arguments.audio, voices=True)
    windows = int(len(wave) / audio.SR / arguments.hop) + 1
    with named(arguments.audio), _bar.watched(base.model.body, arguments.audio.name, windows):
        seconds = identify(base, wave, hop=arguments.hop)
    name, share = overall(seconds, base.classes)
    probable = decide(wave) if decide and name else {}
    if probable:
        name = max(probable, key=probable.get)
        heard = [second.speaker for second in seconds if second.speaker]
        share = heard.count(name) / len(heard)
    if arguments.json:
        rows = [{"start": s.start, "speaker": s.speaker, "probability": s.probability} for s in seconds]
        told = {"speaker": name, "share": share, "seconds": rows}
        print(_output.as_json(told | ({"probabilities": probable} if probable else {})))
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
    if probable:
        print(
            "how probable, if one person speaks: "
            + ", ".join(f"{who} {p:.0%}" for who, p in probable.items())
        )
    return 0


def enrolled(paths):
    """(a base that knows the voice of each file by the file's name, a function that says how probable each is for a recording)."""
    from course_lib.cli._recording import named, recording
    from course_lib.errors import AudioError, CourseError
    from course_lib.tasks.verification import SHORTEST_S, load_verifier
    from course_lib.transfer import load_base
    from course_lib.transfer.prototypes import prototype, with_prototypes

    base = load_base()
    verifier, prototypes, voices = load_verifier(base), {}, {}
    for path in paths:
        if path.stem in voices:
            raise CourseError(f"expected files of different names, got {path.stem!r} twice")
        wave = recording(path, seconds=SHORTEST_S, voices=True)
        with named(path):
            prototypes[path.stem], voices[path.stem] = prototype(base, wave), verifier.vector(wave)

    def decide(wave):
        try:
            return verifier.who(wave, voices)
        except AudioError:  # too short, or too little speech
            return {}

    return with_prototypes(base, prototypes), decide
