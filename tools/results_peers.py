"""Our bases beside a public speaker encoder, on the same windows, enrolment and trials: prints the tables.

    COURSE_DATA=... python -m tools.results peers

The peer is GE2E (Wan et al. 2018) as `resemblyzer` packages it, trained on thousands of speakers. Nothing is installed
here: where the package is (`pip install --no-deps resemblyzer==0.1.4`), its rows are measured too.
A base gives one vector for every second. Identification: a linear probe on the vectors of so many seconds of each
speaker, accuracy over the seconds of the test side, vectors of one length. Verification: the mean direction of a whole recording's vectors,
less the mean over the recordings, cosine, all pairs.
"""

import numpy as np

from course_lib.data import load
from course_lib.metrics import equal_error_rate, equal_error_rate_of_pairs
from course_lib.models import XVector
from course_lib.seeding import seed_everything, set_threads
from course_lib.tasks.encoder_comparison import right_seconds, trial_scores
from course_lib.transfer import Base, load_base, public_encoders, speakers_of
from course_lib.transfer.new_speakers import chance
from tools.recorded_metrics import figure, percent, shown, table

SEEDS = (0, 1, 2)
SECONDS = (1, 2, 5, 10, None)
DRAWS = 200  # of speakers, for an interval


def measure() -> dict:
    threads, bases = set_threads(), peers()
    named = {"voxforge_en, new sessions": speakers_of("voxforge_en"), "narrators": speakers_of("narrators")}
    paired = {"an4": load("an4", by="recording"), "voxforge_en": load("voxforge_en", by="recording")}
    paired["narrators"] = load("narrators").select(role="transfer")
    return {
        "text": {"threads": str(threads), "peer": "GE2E" if "GE2E" in bases else "not installed"},
        **{title: identification(part, bases) for title, part in named.items()},
        "trials": {name: verification(corpus, bases) for name, corpus in paired.items()},
        "about": {title: described(part) for title, part in named.items()}
        | {f"trials: {name}": f"{name}, {len(part.speakers)} speakers" for name, part in paired.items()},
    }


def described(corpus) -> str:
    enrolled, tested = (len(corpus.select(split=part).speakers) for part in ("train", "test"))
    return f"{corpus.name}, {enrolled} speakers enrolled, {tested} of them tested; {len(SEEDS)} seeds"


def section(measured) -> str:
    untaught = measured["voxforge_en, new sessions"]["all of the training side"]["random body"]
    return "\n\n".join([
        "## Beside a public encoder",
        "`python -m tools.results peers`, with `COURSE_DATA` naming the folder of the corpora. Seconds named rightly, in percent, by a linear "
        f"probe on a frozen body, vectors of one length; mean ± standard deviation of {len(SEEDS)} seeds (which seconds are enrolled). *GE2E*: the encoder that "
        "`resemblyzer` brings, 1.42 million parameters, thousands of speakers. *Random body*: our network before it learned.",
        f"Compare with the random body first. In `voxforge_en` it names {shown(untaught)} % after all of the training side: people there keep their "
        "microphone from one session to the next, and a probe on any body learns it. The narrators change theirs.",
        *(f"### {title}\n\n" + table("enrolled of each speaker", rows) for title, rows in measured.items() if title not in ("text", "trials", "about")),
        "### Equal error rate\n\nAll pairs of whole recordings, cosine after the mean over the recordings was taken away; in brackets 95 % of "
        f"{DRAWS} draws of as many speakers. Guessing gives 50 %. Where a body that has learned nothing is far better than that, rooms and microphones tell the speakers "
        "apart: in `voxforge_en` everybody has one of their own.\n\n" + table("recordings", measured["trials"]),
    ])  # fmt: skip


def peers() -> dict:
    """{name: what embeds}; the public encoder only where its package is."""
    seed_everything(0)
    bases = {
        "pretrained": load_base(),
        "small_cnn": load_base("small_cnn"),
        "random body": Base(XVector(2).eval(), ["a", "b"]),
    }
    if "GE2E" in public_encoders.here():
        bases["GE2E"] = public_encoders.load_public("GE2E")
    return bases


def identification(corpus, bases) -> dict:
    """{seconds enrolled: {base: right seconds}}, and chance: always naming the speaker with the most test seconds."""
    found = {name: right_seconds(base, corpus, seconds=SECONDS, seeds=SEEDS) for name, base in bases.items()}
    rows = {
        "all of the training side" if seconds is None else f"{seconds} s": {
            name: percent(right[seconds]) for name, right in found.items()
        }
        for seconds in SECONDS
    }
    most = chance(corpus.select(split="test").windows(hop=1.0).y)
    rows["chance"] = {name: percent(most) for name in bases}
    return rows


def verification(corpus, bases) -> dict:
    """{base: equal error rate and interval}, with the numbers of recordings and speakers."""
    owner = np.array([clip.speaker for clip in corpus])
    row = {"recordings": figure(len(owner), "d"), "speakers": figure(len(set(owner)), "d")}
    for name, base in bases.items():
        scores, _ = trial_scores(base, corpus)
        draws = np.percentile(list(resampled(scores, owner)), (2.5, 97.5))
        row[name] = percent(equal_error_rate_of_pairs(scores, owner))
        row[f"{name}, 95 %"] = f"[{100 * draws[0]:.1f}, {100 * draws[1]:.1f}]"
    return row


def resampled(scores, owner):
    """Equal error rates of as many speakers drawn with replacement; a speaker drawn twice is not compared with herself."""
    rng, names = np.random.default_rng(0), np.unique(owner)
    for _ in range(DRAWS):
        drawn = rng.choice(names, len(names))
        places = np.concatenate([np.flatnonzero(owner == name) for name in drawn])
        copy = np.repeat(np.arange(len(drawn)), [np.sum(owner == name) for name in drawn])
        one, other = np.triu_indices(len(places), 1)
        same, twice = copy[one] == copy[other], owner[places][one] == owner[places][other]
        keep = same | ~twice
        yield equal_error_rate(scores[places][:, places][one, other][keep], same[keep])


if __name__ == "__main__":
    print(section(measure()))
