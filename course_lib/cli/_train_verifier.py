"""`course train verifier`: the cohort's mean and the calibration that `course verify` reads, fitted for a base."""

from pathlib import Path

from course_lib.cli._options import part_of, seed

CORPORA = ("common_voice_mini", "librispeech_mini:subset=test-other", "narrators:role=transfer")


def add_verb(verbs):
    parser = verbs.add_parser(
        "verifier",
        help="what `course verify` needs beside a base: a cohort's mean and a calibration",
        description="Runs the frozen base over recordings of people whom it never met, compares every two recordings of "
        "different occasions, and fits a log-likelihood ratio to the scores. Run it anew for every new base.",
    )
    parser.add_argument("--base", default="pretrained", metavar="NAME|FILE", help="default: %(default)s")
    parser.add_argument(
        "--corpus",
        nargs="+",
        metavar="NAME[:COLUMN=VALUE]",
        help=f"recordings; people whom the base learned are left out (default: those there are of {', '.join(CORPORA)})",
    )
    parser.add_argument("--seed", type=seed, default=0, help="deals the people to two halves (default: 0)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="default: beside the base, with the ending .verifier"
    )
    parser.set_defaults(run=run)


def run(arguments) -> int:
    from course_lib import seeding
    from course_lib.cli import _output
    from course_lib.data import available
    from course_lib.tasks import verification
    from course_lib.transfer import load_base

    seeding.seed_everything(arguments.seed)
    base = load_base(arguments.base)
    there = available()
    names = arguments.corpus or [text for text in CORPORA if text.partition(":")[0] in there]
    names = names or ["synthetic:role=transfer"]
    parts = []
    for text in names:
        parts.append(verification.corpus_vectors(base, unheard(base, part_of(text))))
        print(f"{text}: {len(parts[-1][0])} recordings of {len(set(parts[-1][1]))} people", flush=True)
    verifier = verification.fit_verifier(base, parts, seed=arguments.seed)
    verifier.about["corpora"] = list(names)
    path = arguments.out or verification.place_of(arguments.base)
    with _output.writing(path):
        verification.save_verifier(verifier, path)
    about = verifier.about
    print(
        f"people left out in turn: equal error rate {about['equal_error_rate']:.1%}, cost of the ratios "
        f"{about['likelihood_cost']:.3f} bits (1: says nothing), {about['same']:,} trials of one voice, "
        f"{about['different']:,} of two\nkept in {path}"
    )
    return 0


def unheard(base, part):
    """The part of a corpus without the speakers whom the base learned. CorpusError where none is left."""
    from course_lib.errors import CorpusError
    from course_lib.transfer.pretrain_x_vector import apart

    texts = [text for text in base.about.get("learned", ()) if text.partition(":")[0] == part.name]
    corpora = [apart(part_of(text))[0] if "strangers" in base.about else part_of(text) for text in texts]
    learned = {name for corpus in corpora for name in corpus.speakers}
    names = [name for name in part.speakers if name not in learned]
    if not names:
        raise CorpusError(f"{part.name}: expected people whom the base did not learn, it learned all of them")
    return part.select(speaker=names) if learned else part
