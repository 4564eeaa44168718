"""`course transfer`: carry a base over to the speakers of any corpus, and measure it."""

import sys
from pathlib import Path

from course_lib.cli._options import add_json, at_least


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "transfer",
        help="teach a trained base the speakers of a corpus, from seconds of speech each",
        description="Freezes the base, trains a new head for the corpus's speakers, and tests it on recordings (and, "
        "where they are known, sessions) that were not enrolled. Each seed draws its own enrolment.",
    )
    parser.add_argument(
        "--base", default="pretrained", metavar="NAME|FILE", help="the base (default: the course's own)"
    )
    parser.add_argument(
        "--corpus",
        default="synthetic",
        metavar="NAME|FOLDER",
        help="whose speakers are learned (default: synthetic)",
    )
    parser.add_argument(
        "--seconds",
        type=at_least(1),
        metavar="S",
        help="enrol at most S seconds of each speaker (default: all)",
    )
    parser.add_argument(
        "--by",
        default="session",
        choices=("session", "recording"),
        help="what is never both enrolled and tested (default: session, where the manifest names them; "
        "recording is optimistic)",
    )
    parser.add_argument(
        "--freeze", metavar="LAYER", help="the last frozen layer (default: the whole body is frozen)"
    )
    parser.add_argument(
        "--seeds", type=at_least(1), default=3, metavar="N", help="how many seeds (default: 3)"
    )
    parser.add_argument(
        "--save",
        type=Path,
        metavar="FILE",
        help="write the last seed's model to this file, for `course identify`",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments) -> int:
    from course_lib import seeding
    from course_lib.cli import _output
    from course_lib.transfer import Base, load_base, save_base, speakers_of, transfer

    _output.refuse_inputs([arguments.save], [arguments.base])
    seeding.seed_everything(0)
    base = load_base(arguments.base)
    corpus = speakers_of(arguments.corpus, by=arguments.by)
    say = None if arguments.json else lambda text: print(f"  {text}", flush=True)
    if say:
        print(f"{base}\n{corpus}")
    result = transfer(base, corpus, centred=True, seconds=arguments.seconds, upto=arguments.freeze,
                      seeds=range(arguments.seeds), progress=say)  # fmt: skip
    told = as_dict(base, corpus, arguments, result)
    print(_output.as_json(told) if arguments.json else as_text(told))
    if arguments.save:
        about = {key: value for key, value in told.items() if key != "seeds"}
        with _output.writing(arguments.save):
            save_base(Base(result.model, result.classes, base.settings, about), arguments.save)
        print(f"kept in {arguments.save}", file=sys.stderr)
    return 0


def as_dict(base, corpus, arguments, result) -> dict:
    """The result as plain numbers; accuracies, utilization and chance as fractions."""
    mean, spread = result.accuracy
    return {
        "base": base.name,
        "corpus": corpus.name,
        "by": arguments.by,
        "speakers": len(result.classes),
        "seconds": arguments.seconds,
        "base_accuracy": base.about.get("base_accuracy"),
        "transfer_accuracy": mean,
        "transfer_spread": spread if len(result.runs) > 1 else None,
        "chance": result.chance,
        "utilization": result.utilization,
        "trained_parameters": result.trained_parameters,
        "test_windows": result.test_windows,
        "body_seconds": round(result.body_seconds, 2),
        "seeds": [
            {
                "seed": run.seed,
                "transfer_accuracy": run.accuracy,
                "enrolled_seconds": run.enrolled_seconds,
                "train_seconds": round(run.seconds, 2),
            }
            for run in result.runs
        ],
    }


def as_text(told) -> str:
    """The same for a reader."""
    spread = "" if told["transfer_spread"] is None else f" ± {told['transfer_spread']:.1%}"
    known = told["base_accuracy"]
    each = ", ".join(f"{run['transfer_accuracy']:.1%}" for run in told["seeds"])
    lines = [
        f"base accuracy         {'not recorded in the file' if known is None else f'{known:.1%}'}",
        f"transfer accuracy     {told['transfer_accuracy']:.1%}{spread} of {told['test_windows']:,} test windows"
        f" (seeds: {each})",
        f"chance                {told['chance']:.1%}: always naming the most frequent of {told['speakers']} speakers",
        f"utilization           {told['utilization']:.2%}, {told['trained_parameters']:,} parameters trained",
        f"enrolled              {max(run['enrolled_seconds'] for run in told['seeds']):.0f} s of a speaker at most",
        f"seconds               {told['body_seconds']:.1f} for the frozen layers, "
        f"{sum(run['train_seconds'] for run in told['seeds']) / len(told['seeds']):.1f} a seed for the rest",
    ]
    return "\n".join(lines)
