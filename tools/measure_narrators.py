"""How hard is a corpus? Numbers for docs/narrators.md and docs/synthetic.md, on the corpus that `load` gives.

    python tools/measure_narrators.py [--corpus narrators] [--base small_cnn] [--seeds 0 1 2] [--seconds 1 5 20]

Pitch alone, then for each amount of speech enrolled of the transfer speakers (and all of it): a new head on the
frozen base, the same on a body that nobody trained, a network from scratch, and fine-tuning (the head first, then
everything gently). Always tested on the sessions kept for it. --base trained: a small CNN trained on the base side.
"""

import argparse
import statistics

import numpy as np

from course_lib.data import load
from course_lib.models import SmallCNN
from course_lib.seeding import seed_everything
from course_lib.training import fit, measure
from course_lib.transfer import fit_frozen, init_from_base, load_base, sample_enrolment, train_base, unfreeze

HOP = 0.5  # s between the windows that may be enrolled
EPOCHS = 40
SR, LAGS = 16_000, (45, 230)  # samples: 356 to 70 Hz
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


def pitch_alone(corpus):
    """The better of a random forest and a support vector machine on five statistics of f0 in each second."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    (X, y), (X_test, y_test) = pitches(corpus, "train"), pitches(corpus, "test")
    forest = RandomForestClassifier(300, random_state=0)
    return max(m.fit(X, y).score(X_test, y_test) for m in (forest, make_pipeline(StandardScaler(), SVC())))


def pitches(corpus, split):
    windows = corpus.select(split=split).windows(hop=0.5)
    pairs = [
        (pitch_statistics(wave.numpy()), y) for waves, ys in windows.batches() for wave, y in zip(waves, ys)
    ]
    return np.array([row for row, _ in pairs]), np.array([int(y) for _, y in pairs])


def pitch_statistics(wave):
    """Mean, spread, median, lowest and highest of log f0 over the voiced frames of one second, (5,).

    f0 by autocorrelation of 64 ms frames, corrected for the window. Ref: Boersma 1993.
    """
    window = np.hanning(1024)
    frames = np.lib.stride_tricks.sliding_window_view(wave, 1024)[::320] * window
    power = np.abs(np.fft.rfft(frames, 4096)) ** 2
    power[:, 300:] = 0  # above 1.2 kHz: formants more than pitch
    near = np.fft.irfft(power)[:, : LAGS[1]]
    near = near / (near[:, :1] + 1e-12)
    own = np.fft.irfft(np.abs(np.fft.rfft(window, 4096)) ** 2)[: LAGS[1]]
    near = near / (own / own[0])
    near = near - 0.0005 * np.arange(LAGS[1])  # of two periods that fit alike, the shorter
    lag = near[:, LAGS[0] :].argmax(1) + LAGS[0]
    energy = (frames**2).sum(1)
    voiced = (near[np.arange(len(near)), lag] > 0.6) & (energy > 0.1 * energy.max())
    f0 = np.log(SR / lag[voiced]) if voiced.sum() > 3 else np.zeros(1)
    return np.array([f0.mean(), f0.std(), np.median(f0), f0.min(), f0.max()])


if __name__ == "__main__":
    main()
