"""`course train base`: train a base network on many voices and keep it in one file."""

from pathlib import Path

from course_lib.cli import _train_keywords, _train_verifier
from course_lib.cli._options import at_least, part_of, seed


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "train",
        help="train a base network on many voices or words",
        description="What `course transfer` and `course spot` start from.",
    )
    verbs = parser.add_subparsers(title="what to train", metavar="WHAT", required=True)
    base = verbs.add_parser(
        "base",
        help="a network that knows many voices",
        description="SmallCNN: the network of the lessons, on one corpus. XVector: a stronger one, on the voices of "
        "several corpora, with augmentation. Both measure the base accuracy on recordings they did not learn. "
        "Ctrl-C stops safely; the same command with --resume goes on from the last whole epoch. It uses a GPU where there is one, "
        "--processes on one machine, and runs unchanged under torchrun on several (docs/classes.md).",
    )
    base.add_argument(
        "--corpus",
        nargs="+",
        default=["synthetic:role=base"],
        metavar="NAME[:COLUMN=VALUE]",
        help="corpora by name or folder, or a part of one (default: synthetic:role=base)",
    )
    base.add_argument(
        "--network",
        default="SmallCNN",
        choices=("SmallCNN", "XVector"),
        help="the architecture (default: SmallCNN)",
    )
    base.add_argument(
        "--epochs", type=at_least(1), default=24, help="passes over the recordings (default: %(default)s)"
    )
    base.add_argument("--seed", type=seed, default=0, help="default: 0")
    base.add_argument(
        "--out", type=Path, default=Path("base.safetensors"), metavar="FILE", help="default: %(default)s"
    )
    base.add_argument(
        "--bfloat16",
        action="store_true",
        help="XVector: compute with half the digits, three times faster where the processor can (avx512_bf16, AMX, GPUs)",
    )
    base.add_argument("--half", action="store_true", help="keep the weights as float16, half the size")
    base.add_argument("--resume", action="store_true", help="go on from OUT.state, if it is there")
    base.add_argument(
        "--processes", type=at_least(1), default=1, metavar="N", help="train in N processes (default: 1)"
    )
    base.set_defaults(run=run)
    _train_keywords.add_verb(verbs)
    _train_verifier.add_verb(verbs)
    stream = verbs.add_parser(
        "stream",
        help="training that never stops: new speakers arrive day by day",
        description="Learns the transfer speakers of a corpus as if they came one after the other, with a small memory "
        "of those before. Every day's model is kept with its record and must pass a gate. Ctrl-C at any time; the same "
        "command goes on.",
    )
    stream.add_argument("--corpus", default="synthetic", metavar="NAME", help="default: %(default)s")
    stream.add_argument("--base", default="small_cnn", metavar="NAME|FILE", help="default: %(default)s")
    stream.add_argument(
        "--out", type=Path, default=Path("stream"), metavar="FOLDER", help="default: %(default)s"
    )
    stream.add_argument(
        "--keep", type=at_least(0), default=8, help="windows of each speaker to rehearse (default: 8)"
    )
    stream.add_argument(
        "--refresh", type=at_least(1), metavar="DAYS", help="let the body learn, every so many days"
    )
    stream.add_argument("--first", type=at_least(1), default=4, help="speakers on the first day (default: 4)")
    stream.add_argument(
        "--each", type=at_least(1), default=2, help="newcomers on every other day (default: 2)"
    )
    stream.add_argument("--seed", type=seed, default=0, help="default: 0")
    stream.set_defaults(run=run_stream)


def run_stream(arguments) -> int:
    from course_lib import seeding
    from course_lib.data import hold_out
    from course_lib.transfer import load_base, speakers_of
    from course_lib.transfer.model_registry import ModelRegistry, train_continually
    from course_lib.transfer.stream import stream_of_tasks

    seeding.seed_everything(arguments.seed)
    base = load_base(arguments.base)
    corpus = hold_out(speakers_of(arguments.corpus), seed=arguments.seed)
    data = base.features(corpus.select(split="train"))
    valid = base.features(corpus.select(split="valid"))
    days = stream_of_tasks(data, first=arguments.first, each=arguments.each, seed=arguments.seed)
    registry = ModelRegistry(arguments.out)
    options = {"keep": arguments.keep, "refresh_every": arguments.refresh, "seed": arguments.seed}
    for record in train_continually(base, days, data, valid, registry, **options):
        mean = sum(record["scores"].values()) / len(record["scores"])
        print(
            f"day {record['day']} of {len(days) - 1}: {len(record['scores'])} speakers, {mean:.1%} right, "
            f"{'kept' if record['accepted'] else 'REFUSED'} ({record['why']}); "
            f"{record['operations'] / 1e9:.1f} GFLOP, {record['seconds']:.1f} s",
            flush=True,
        )
    print(f"{len(registry.records)} versions in {arguments.out}")
    return 0


def run(arguments) -> int:
    from course_lib.cli._output import refuse_folder
    from course_lib.training import distributed

    refuse_folder(arguments.out)
    if arguments.processes > 1:
        command = distributed.same_command(arguments.words, "--processes")
        return distributed.launch(command, arguments.processes)
    distributed.join()
    status = train_and_save(arguments)
    distributed.leave()
    return status


def train_and_save(arguments) -> int:
    """What every process does; the first of them prints and writes."""
    import time

    from course_lib import seeding
    from course_lib.errors import CourseError
    from course_lib.training import distributed
    from course_lib.transfer import save_base, train_base, train_voices

    seeding.seed_everything(arguments.seed)
    first = distributed.rank() == 0
    parts = [part_of(text) for text in arguments.corpus]
    if arguments.network == "SmallCNN" and len(parts) > 1:
        raise CourseError(
            "expected one corpus for SmallCNN, got several; --network XVector learns from several"
        )
    for part in parts * first:
        print(part)
    checkpoint = arguments.out.with_name(arguments.out.name + ".state")
    options = {
        "seed": arguments.seed,
        "epochs": arguments.epochs,
        "checkpoint": checkpoint,
        "resume": arguments.resume,
    }
    start = time.perf_counter()
    if arguments.network == "SmallCNN":
        base = train_base(parts[0], **options)
    else:
        base = train_voices(parts, bfloat16=arguments.bfloat16, **options)
    if not first:
        return 0
    base.about["learned"] = list(arguments.corpus)
    base.about["command"] = (
        f"course train base --network {arguments.network} --corpus {' '.join(arguments.corpus)} "
        f"--epochs {arguments.epochs} --seed {arguments.seed}"
        + " --bfloat16" * arguments.bfloat16
        + " --half" * arguments.half
    )
    save_base(base, arguments.out, half=arguments.half)
    checkpoint.unlink(missing_ok=True)
    print(
        f"{base}\nbase validation accuracy {base.about['base_accuracy']:.1%} of {base.about['valid_windows']:,} seconds, "
        f"in {time.perf_counter() - start:.0f} s; kept in {arguments.out}"
    )
    return 0
