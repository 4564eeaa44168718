"""Whose voices the shipped base has heard, and whom it confuses: prints the tables.

    COURSE_DATA=... python -m tools.results strangers

What it has heard: speakers, hours, languages and, where the corpora say them, sexes and ages. Whom it confuses: speakers
of Common Voice that were kept out of its training (`pretrain_x_vector.apart`), all pairs of whole recordings, at the one
threshold where it errs alike on both sides over all pairs.
"""

import numpy as np

from course_lib.cli._options import part_of
from course_lib.metrics import det_curve
from course_lib.seeding import set_threads
from course_lib.tasks.encoder_comparison import trial_scores
from course_lib.transfer import load_base
from course_lib.transfer.pretrain_x_vector import apart
from tools.recorded_metrics import figure, percent, table

CORPUS = "common_voice_mini"
DRAWS = 200  # of speakers, for a spread


def measure() -> dict:
    set_threads()
    base = load_base()
    heard = {text: apart(part_of(text))[0] for text in base.about["learned"]}
    strangers = apart(part_of(CORPUS))[1]
    return {
        "heard": {word: counts(corpus) for word, corpus in heard.items()},
        "confused": confused(base, strangers),
        "text": {"speakers": figure(len(strangers.speakers), "d"), "recordings": figure(len(strangers), "d")},
    }


def section(measured) -> str:
    text = measured["text"]
    return "\n\n".join([
        "## Whom the base has heard, and whom it confuses",
        "`python -m tools.results strangers`, with `COURSE_DATA` naming the folder of the corpora. Where a corpus does not say who is a "
        "woman or how old somebody is, nobody is counted; synthetic voices have no age.",
        table("learned from", measured["heard"]),
        f"Strangers: {text['speakers']['value']} speakers of Common Voice who were kept out, {text['recordings']['value']} recordings, all "
        "pairs, at the threshold where the two errors over all pairs are the same. Recordings of one contributor may be of one sitting. ± is the "
        f"standard deviation over {DRAWS} draws of as many speakers (seed 0; the base is of one of several possible seeds). By chance one of two would be wrong.",
        table("pairs", measured["confused"]),
    ])  # fmt: skip


def counts(corpus) -> dict:
    """Speakers and hours of a corpus; languages, women and men, and how many of known age are under 20 or over 49."""
    of_speaker = {clip.speaker: clip for clip in corpus if clip.speaker}
    sexes = [clip.get("sex")[:1].upper() for clip in of_speaker.values()]
    ages = [age for clip in of_speaker.values() if (age := clip.get("age"))]
    old = ("fifties", "sixties", "seventies", "eighties", "nineties")
    return {
        "speakers": figure(len(of_speaker), ",d"),
        "hours": figure(sum(clip.duration_s for clip in corpus) / 3600, ".1f"),
        "languages": figure(len({clip.language for clip in of_speaker.values()} - {""}) or 1, "d"),
        "women": figure(sum(sex in ("F", "W") for sex in sexes), ",d"),
        "men": figure(sexes.count("M"), ",d"),
        "under 20": figure(ages.count("teens"), "d"),
        "50 and older": figure(sum(age in old for age in ages), "d"),
    }


def confused(base, corpus) -> dict:
    """{group of pairs: how many of one voice, missed; of two voices, accepted}, at one threshold for all."""
    scores, speakers = trial_scores(base, corpus)
    first, second = np.triu_indices(len(scores), 1)
    scores, same = scores[first, second], speakers[first] == speakers[second]
    accepts, rejects, thresholds = det_curve(scores, same)
    accepted = scores >= thresholds[np.argmin(np.abs(accepts - rejects))]
    sex = np.array([clip.get("sex") for clip in corpus])
    language = np.array([clip.language for clip in corpus])
    alike = language[first] == language[second]
    both = {name: (sex[first] == name) & (sex[second] == name) for name in ("F", "M")}
    rng, names = np.random.default_rng(0), np.unique(speakers)
    weights = []  # how often each pair is there, in draws of as many speakers
    for _ in range(DRAWS):
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
        often = times[np.searchsorted(names, speakers)]
        weights.append(np.where(same, often[first], often[first] * often[second]))
    groups = {
        "all": np.full(len(same), True),
        "both women": both["F"],
        "both men": both["M"],
        "one language": alike,
        "two languages": ~alike,
    }
    return {name: _rates(accepted, same, chosen, weights) for name, chosen in groups.items()}


def _rates(accepted, same, chosen, weights) -> dict:
    """Counts and rates of the chosen pairs; ± the standard deviation over the draws."""
    row = {}
    for title, kind, rate, wrong in (
        ("of one voice", same, "missed", ~accepted),
        ("of two voices", ~same, "accepted", accepted),
    ):
        there = chosen & kind
        row[title] = figure(int(there.sum()), ",d")
        if there.any():
            draws = [weight[there & wrong].sum() / max(1, weight[there].sum()) for weight in weights]
            spread = round(100 * float(np.std(draws, ddof=1)), 1)
            row[rate] = percent(wrong[there].mean(), allowed=2 * spread + 0.1) | {"spread": spread}
    return row


if __name__ == "__main__":
    print(section(measure()))
