"""How hard are new voices? The arms of lessons 08 to 11, with little and much speech of each, on narrators and on people.

`small_cnn` on sessions that nobody enrolled: pitch alone, a new head on its frozen body, the same on a body that nobody
trained, a network from scratch, fine-tuning; then every freezing point. The arms are those of tools/measure_narrators.py.
"""

from course_lib import seeding
from course_lib.metrics import paired_difference
from course_lib.training import measure as accuracy
from course_lib.transfer import load_base, sample_enrolment, speakers_of
from course_lib.transfer.new_speakers import chance
from course_lib.transfer.sweep import sweep
from tools.measure_narrators import ARMS, EPOCHS, pitch_alone
from tools.recorded_metrics import figure, percent, shown, table

SEEDS = (0, 1, 2)
SECONDS = {"narrators": (1, 2, 4, 16, None), "voxforge_en": (1, 2, 4, 16)}
SWEEP_EPOCHS = 8  # as in lesson 11
ALL = "all enrolled speech"
PAIRS = {  # name of a difference: (one arm, another)
    "fine-tuned − frozen": ("fine-tuned", "frozen"),
    "from scratch − frozen": ("from scratch", "frozen"),
}


def measure() -> dict:
    found = {"text": {"threads": str(seeding.set_threads())}, "about": {}}
    for name, amounts in SECONDS.items():
        corpus, base = speakers_of(name), load_base("small_cnn")
        corpus = corpus.select(speaker=corpus.select(split="test").speakers)
        train, test = (base.features(corpus.select(split=part)) for part in ("train", "test"))
        people = f"{name}, {len(corpus.speakers)} {'voices' if name == 'narrators' else 'people'}"
        found["about"][name] = f"{people}, sessions that were not enrolled; {len(SEEDS)} seeds"
        found["text"] |= {
            f"chance, {name}": percent(chance(test.y)),
            f"pitch alone, {name}": percent(pitch_alone(corpus)),
        }
        rows = {title(amount): arms(base, train, test, amount) for amount in amounts}
        found[name] = {row: {arm: percent(runs) for arm, runs in own.items()} for row, own in rows.items()}
        found[f"{name}, differences"] = {
            f"{pair}, {row}": points(paired_difference(own[a], own[b]))
            for row, own in rows.items()
            for pair, (a, b) in PAIRS.items()
        }
        found["about"][f"{name}, freezing points"] = found["about"][name]
        found[f"{name}, freezing points"] = freezing_points(base, train, test)
    return found


def title(seconds) -> str:
    return ALL if seconds is None else f"{seconds} s"


def arms(base, train, test, seconds) -> dict:
    """{arm: the accuracy of each seed} with so many seconds of each voice; a seed draws the same seconds for every arm."""
    parts = [
        train.take(sample_enrolment(train.y.numpy(), train.windows.clip_index, seconds, s)) for s in SEEDS
    ]
    return {
        name: [accuracy(arm(base, part, seed), test)[1] for part, seed in zip(parts, SEEDS)]
        for name, arm in ARMS.items()
    }


def points(difference) -> dict:
    ends = (
        ("difference", difference.mean),
        ("95 % from", difference.low),
        ("to", difference.high),
    )
    return {name: figure(round(100 * value, 1) + 0.0, "+.1f", allowed=10) for name, value in ends}


def freezing_points(base, train, test) -> dict:
    """Accuracy at every freezing point, from all enrolled speech and from two seconds."""
    few = train.take(sample_enrolment(train.y.numpy(), train.windows.clip_index, 2, 0))
    every = sweep(base.model, train, test, seeds=SEEDS, epochs=SWEEP_EPOCHS, batch_size=16)
    short = sweep(base.model, few, test, seeds=SEEDS, epochs=2 * SWEEP_EPOCHS, batch_size=8)
    return {
        one.upto or "nothing": {
            ALL: percent(list(one.accuracies)),
            "2 s": percent(list(two.accuracies)),
            "reused": percent(one.utilization),
        }
        for one, two in zip(every, short)
    }


def marks(measured) -> dict:
    """{what was aimed at for the narrators: (what came out, whether it is met)}, from the record."""
    own, gap = measured["narrators"], measured["narrators, differences"]
    pitch, guess = (measured["text"][f"{name}, narrators"]["value"] for name in ("pitch alone", "chance"))
    every = {(row, arm): cell["value"] for row, cells in own.items() for arm, cell in cells.items()}
    much = {arm: every[ALL, arm] for arm in own[ALL]}
    scratch = [gap[f"from scratch − frozen, {row}"]["difference"]["value"] for row in ("1 s", ALL)]
    moved = [gap[f"fine-tuned − frozen, {row}"] for row in ("1 s", ALL)]
    said = [f"{one['difference']['value']:+.1f} [{one['95 % from']['value']:+.1f}, {one['to']['value']:+.1f}]" for one in moved]  # fmt: skip
    return {
        "pitch alone names at most 30 %": (f"{pitch:.1f}", pitch <= 30),
        "a random body, 35 to 60 % from all": (f"{much['random body']:.1f}", 35 <= much["random body"] <= 60),
        "a frozen body, 75 to 92 % from all": (f"{much['frozen']:.1f}", 75 <= much["frozen"] <= 92),
        "a frozen body, clearly less from 1 s": (
            f"{every['1 s', 'frozen']:.1f}", every["1 s", "frozen"] < much["frozen"] - 15
        ),
        "from scratch below frozen with 1 s, nearer to it with all": (
            f"{scratch[0]:+.1f}, {scratch[1]:+.1f} points", scratch[0] < 0 and abs(scratch[1]) < abs(scratch[0])
        ),
        "fine-tuning above frozen with all, beyond the interval": (f"{said[1]} points", moved[1]["95 % from"]["value"] > 0),
        "fine-tuning below frozen with 1 s, beyond the interval": (f"{said[0]} points", moved[0]["to"]["value"] < 0),
        "no arm at chance or at 100 %": (
            f"{min(every.values()):.1f} to {max(every.values()):.1f}",
            guess + 3 < min(every.values()) and max(every.values()) < 97,
        ),
    }  # fmt: skip


def section(measured) -> str:
    text = {name: shown(cell) for name, cell in measured["text"].items()}
    parts = [
        "## How hard new voices are",
        "`python -m tools.results difficulty`, with `COURSE_DATA` naming the folder of the corpora.",
        f"Seconds named rightly, in percent, mean ± standard deviation of {len(SEEDS)} seeds (which seconds are enrolled, weights, order); "
        f"{EPOCHS} epochs for each arm, batches of 16, torch threads: {text['threads']}. Base: `small_cnn`. *Frozen*: a new head "
        "alone learns. *Random body*: the same on a body that nobody trained. *Fine-tuned*: half of the epochs for the head, half "
        "for everything at a tenth of the rate. Differences: percentage points, seed by seed, with their 95 % interval. Tested on "
        "sessions that were not enrolled, with no choice made there.",
    ]  # fmt: skip
    for name in SECONDS:
        parts += [
            f"### {name}",
            f"{measured['about'][name]}. Chance (the most frequent voice) {text[f'chance, {name}']}; pitch alone {text[f'pitch alone, {name}']}.",
            table("enrolled of each speaker", measured[name]),
            table("difference", measured[f"{name}, differences"]),
            f"Every freezing point ({SWEEP_EPOCHS} epochs, {2 * SWEEP_EPOCHS} with two seconds):",
            table("frozen up to", measured[f"{name}, freezing points"]),
        ]
    aims = marks(measured)
    rows = {aim: {"measured": came, "met": "yes" if met else "no"} for aim, (came, met) in aims.items()}
    met = sum(met for _, met in aims.values())
    return "\n\n".join([
        *parts, "### The marks for the narrators",
        f"Set before they were made, so that each arm has something to show: {met} of {len(aims)} are met.", table("mark", rows),
    ])  # fmt: skip
