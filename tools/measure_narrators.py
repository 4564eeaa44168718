"""How hard are the narrators? The difficulty table of docs/narrators.md, on the corpus that `load` gives.

    python tools/measure_narrators.py [--corpus narrators] [--base small_cnn] [--seeds 0 1 2] [--seconds 1 5 20]

Pitch alone, then for each amount of speech enrolled of the transfer narrators (and all of it): a new head on the
frozen base, the same on a body that nobody trained, a network from scratch, and fine-tuning (the head first, then
everything gently). Always tested on the sessions kept for it. --base trained: a small CNN trained on the base side.
"""

import argparse
import statistics

from measure_synthetic import pitch_alone

from course_lib.data import load
from course_lib.models import SmallCNN
from course_lib.seeding import seed_everything
from course_lib.training import fit, measure
from course_lib.transfer import fit_frozen, init_from_base, load_base, sample_enrolment, train_base, unfreeze

HOP = 0.5  # s between the windows that may be enrolled
EPOCHS = 40
HOW = {"batch_size": 16, "patience": None, "progress": False}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", default="narrators")
    parser.add_argument("--base", default="trained", help="trained, or a name of load_base")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--seconds", type=int, nargs="*", default=[1, 5, 20])
    parser.add_argument("--base-epochs", type=int, default=24)
    arguments = parser.parse_args()
    corpus = load(arguments.corpus)
    new = corpus.select(role="transfer")
    print(f"pitch alone: {pitch_alone(new):.1%} of {len(new.speakers)} voices", flush=True)
    if arguments.base == "trained":
        base = train_base(corpus, epochs=arguments.base_epochs, progress=False)
        print(f"base validation accuracy: {base.about['base_accuracy']:.1%}", flush=True)
    else:
        base = load_base(arguments.base)
    train = new.select(split="train").features(hop=HOP)
    test = new.select(split="test").features()
    print(
        f"{len(train)} windows to enrol from, {len(test)} to test on; seeds {arguments.seeds}; mean, lowest, highest"
    )
    print("| seconds of each | " + " | ".join(ARMS) + " |\n| --- |" + " --- |" * len(ARMS), flush=True)
    for seconds in [*arguments.seconds, None]:
        row = []
        for arm in ARMS.values():
            found = []
            for seed in arguments.seeds:
                chosen = sample_enrolment(train.y, train.windows.clip_index, seconds, seed)
                found.append(measure(arm(base, train.take(chosen), seed), test)[1])
            row.append(f"{statistics.mean(found):.1%} ({min(found):.1%}, {max(found):.1%})")
        print(f"| {seconds or 'all'} | " + " | ".join(row) + " |", flush=True)


def frozen(base, data, seed, epochs=EPOCHS):
    """A new head on the frozen body."""
    model = init_from_base(base.model, "body", len(data.classes), seed)
    fit_frozen(model, data, epochs=epochs, lr=1e-3, seed=seed, **HOW)
    return model


def random(base, data, seed):
    """A new head on a frozen body that nobody trained."""
    seed_everything(seed)
    untrained = init_from_base(SmallCNN(len(base.classes)), "body", len(data.classes), seed)
    fit_frozen(untrained, data, epochs=EPOCHS, lr=1e-3, seed=seed, **HOW)
    return untrained


def scratch(base, data, seed):
    """A network that starts with random weights; everything learns."""
    seed_everything(seed)
    model = SmallCNN(len(data.classes))
    fit(model, data, epochs=EPOCHS, lr=1e-3, seed=seed, **HOW)
    return model


def tuned(base, data, seed):
    """Half of the epochs for the head alone, half for everything with a tenth of the rate."""
    model = unfreeze(frozen(base, data, seed, EPOCHS // 2))
    fit(model, data, epochs=EPOCHS - EPOCHS // 2, lr=1e-4, seed=seed, **HOW)
    return model


ARMS = {"frozen": frozen, "random body": random, "from scratch": scratch, "fine-tuned": tuned}


if __name__ == "__main__":
    main()
