"""`course train keywords`: the network that turns a second of sound into a vector of what was said."""

from pathlib import Path

from course_lib.cli._options import at_least, seed


def add_verb(verbs):
    parser = verbs.add_parser(
        "keywords",
        help="a network that knows many words of many languages",
        description="KeywordNet on 760 words of nine languages, spoken by espeak-ng in many voices, and on the same "
        "words in real recordings, where a corpus has them. Ctrl-C stops safely; --resume goes on.",
    )
    parser.add_argument("--voices", type=at_least(1), default=48, help="synthetic voices (default: 48)")
    parser.add_argument("--epochs", type=at_least(1), default=24, help="default: 24")
    parser.add_argument("--size", type=at_least(1), default=12_000, help="examples an epoch (default: 12000)")
    parser.add_argument(
        "--width", type=at_least(1), default=20, help="channels of the first layer (default: 20)"
    )
    parser.add_argument(
        "--corpus", metavar="NAME", help="recordings of trained words (its train side), by name or folder"
    )
    parser.add_argument("--seed", type=seed, default=0, help="default: 0")
    parser.add_argument(
        "--out", type=Path, default=Path("keywords.safetensors"), metavar="FILE", help="default: %(default)s"
    )
    parser.add_argument("--half", action="store_true", help="keep the weights as float16, half the size")
    parser.add_argument("--resume", action="store_true", help="go on from OUT.state, if it is there")
    parser.set_defaults(run=run)


def run(arguments) -> int:
    import time

    from course_lib.cli._output import refuse_folder
    from course_lib.data import load
    from course_lib.tasks.keywords import training
    from course_lib.tasks.keywords.clean_utterances import words_of_voices
    from course_lib.transfer import Base, save_base

    refuse_folder(arguments.out)
    start = time.perf_counter()
    print(f"{arguments.voices} voices say 760 words (kept on disk afterwards)")
    dry, real, noises = words_of_voices(arguments.voices, seed=arguments.seed), None, None
    if arguments.corpus:
        corpus = load(arguments.corpus).select(split="train")
        real, noises = training.recordings(corpus, set(dry.labels)), training.backgrounds(corpus)
        print(f"{corpus.name}: {len(real)} recordings of {len(set(real.labels))} of these words")
    seconds = training.Seconds(dry, real=real, noises=noises, size=arguments.size)
    settings, state = {"width": arguments.width}, arguments.out.with_name(arguments.out.name + ".state")
    model, history = training.train_words(
        seconds,
        epochs=arguments.epochs,
        seed=arguments.seed,
        settings=settings,
        checkpoint=state,
        resume=arguments.resume,
    )
    accuracy, count = training.word_accuracy(model, seconds.classes, seed=arguments.seed)
    about = {
        "base_accuracy": round(accuracy, 4),
        "valid_clips": count,
        "words": len(seconds.classes),
        "voices": arguments.voices,
        "recordings": len(real) if real else 0,
        "corpora": ["synthetic words", *([corpus.name] if real else [])],
        "epochs": len(history),
        "examples": len(history) * arguments.size,
        "seed": arguments.seed,
        "command": f"course train keywords --voices {arguments.voices} --epochs {arguments.epochs} "
        f"--size {arguments.size} --width {arguments.width}"
        + f" --corpus {arguments.corpus}" * bool(arguments.corpus)
        + f" --seed {arguments.seed}"
        + " --half" * arguments.half,
    }
    base = Base(model, seconds.classes, settings, about, "keywords")
    save_base(base, arguments.out, half=arguments.half)
    state.unlink(missing_ok=True)
    print(
        f"{base}\n{accuracy:.1%} of {count:,} words by two voices it never heard, "
        f"in {time.perf_counter() - start:.0f} s; kept in {arguments.out}"
    )
    return 0
