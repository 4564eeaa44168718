"""`course verify`: are two recordings of the same voice? A score, the evidence that it is, and what that means."""

from pathlib import Path

from course_lib.cli._options import add_json, number

NO_PROOF = "It is no proof of who somebody is: a replayed recording or a synthetic voice can pass, a cold or another microphone can fail."


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "verify",
        help="the same voice or not: a score for two recordings, and what it means",
        description="Compares the voices of two recordings of a second or more. The log-likelihood ratio says how much more "
        "probable such a score is for two recordings of one voice than for recordings of two people; how probable one voice is "
        "depends on what was known before (--prior). " + NO_PROOF,
    )
    parser.add_argument("first", type=Path, metavar="A.wav", help="a recording of one person")
    parser.add_argument("second", type=Path, metavar="B.wav", help="another one")
    parser.add_argument(
        "--base", default="pretrained", metavar="NAME|FILE", help="the base (default: %(default)s)"
    )
    parser.add_argument(
        "--prior",
        type=number(float, above=0, below=1),
        default=0.5,
        metavar="P",
        help="how probable one voice was before anybody listened (default: %(default)s)",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments) -> int:
    import math

    from course_lib import seeding
    from course_lib.cli import _output
    from course_lib.cli._recording import named, recording
    from course_lib.tasks.verification import SHORTEST_S, load_verifier
    from course_lib.transfer import load_base

    seeding.seed_everything(0)
    verifier = load_verifier(load_base(arguments.base))
    vectors = []
    for path in (arguments.first, arguments.second):
        wave = recording(path, seconds=SHORTEST_S, voices=True)
        with named(path):
            vectors.append(verifier.vector(wave))
    score = float(vectors[0] @ vectors[1])
    ratio = float(verifier.ratios(score))
    odds = ratio + math.log(arguments.prior / (1 - arguments.prior))
    probability = 1 / (1 + math.exp(-odds))
    about = verifier.about
    if arguments.json:
        told = {
            "score": score,
            "log_likelihood_ratio": ratio,
            "prior": arguments.prior,
            "probability": probability,
        }
        told |= {key: about[key] for key in ("equal_error_rate", "people") if key in about}
        print(_output.as_json(told))
        return 0
    print(f"score                  {score:6.2f}   cosine of the two voices, -1 to 1")
    print(f"log-likelihood ratio   {ratio:+6.2f}   {in_words(ratio)}")
    print(
        f"with a prior of {arguments.prior:<7g}{probability:6.1%}   the probability of one voice, if the prior is right"
    )
    if {"equal_error_rate", "people"} <= about.keys():
        print(
            f"\nOn {about['people']} people whom the base never met, a threshold that errs alike on both sides errs in "
            f"{about['equal_error_rate']:.1%} of the trials."
        )
    print(NO_PROOF)
    return 0


def in_words(ratio):
    """A natural log-likelihood ratio in words.

    >>> in_words(3.0), in_words(-3.0)
    ('20 times as probable for one voice as for two', '20 times as probable for two voices as for one')
    >>> in_words(0.2)
    'about as probable for one voice as for two: it says next to nothing'
    """
    import math

    times = math.exp(min(abs(ratio), 50.0))
    if times < 2:
        return "about as probable for one voice as for two: it says next to nothing"
    one, other = ("one voice", "two") if ratio > 0 else ("two voices", "one")
    return f"{times:,.0f} times as probable for {one} as for {other}"
