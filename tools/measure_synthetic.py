"""How hard are the synthetic corpora? Measures what docs/synthetic.md says, on the corpus that `load` gives.

    python tools/measure_synthetic.py [--corpus NAME|FOLDER] [--seeds 0 1 2] [--epochs 15] [--json]

For the transfer speakers, always tested on the session that was kept for it: what a classifier knows from pitch
alone, a small CNN from scratch, a new head on a frozen body trained on the base speakers, and the same head on
a frozen body that nobody trained. For the base speakers: the small CNN itself.
"""

import argparse
import json
import statistics
import time

import numpy as np
import torch

from course_lib.data import load
from course_lib.models import SmallCNN, evaluating
from course_lib.seeding import seed_everything
from course_lib.training import fit, measure

SR = 16_000
LAGS = (45, 230)  # samples: 356 to 70 Hz
HOP = 0.5  # s between training windows; evaluation takes every second once


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", default="synthetic")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    arguments = parser.parse_args()
    corpus = load(arguments.corpus)
    result = {"pitch alone": pitch_alone(corpus.select(role="transfer"))}
    runs = [transfer_story(corpus, seed, arguments.epochs) for seed in arguments.seeds]
    result |= {name: [run[name] for run in runs] for name in runs[0]}
    result["chance, base"] = 1 / len(corpus.select(role="base").speakers)
    result["chance, transfer"] = 1 / len(corpus.select(role="transfer").speakers)
    print(json.dumps(result) if arguments.json else table(result, arguments))


def table(result, arguments):
    """The result as Markdown: mean over the seeds, lowest and highest."""
    lines = [f"| seeds {arguments.seeds}, {arguments.epochs} epochs | mean | lowest | highest |"]
    lines += ["| --- | --- | --- | --- |"]
    for name, values in result.items():
        values = values if isinstance(values, list) else [values]
        shown = (statistics.mean(values), min(values), max(values))
        form = "{:.2f} s" if "second" in name else "{:.1%}"
        lines.append(f"| {name} | " + " | ".join(form.format(value) for value in shown) + " |")
    return "\n".join(lines)


def transfer_story(corpus, seed, epochs, *, hop=HOP, scratch=True):
    """One seed: accuracies on the kept session, seconds an epoch -> dict name -> number."""
    base, new = corpus.select(role="base"), corpus.select(role="transfer")
    seed_everything(seed)
    net, untrained = SmallCNN(len(base.speakers)), SmallCNN(len(base.speakers))
    start = time.perf_counter()
    history = fit(net, side(base, "train", hop), side(base, "valid"), epochs=epochs, patience=None, seed=seed,
                  progress=False)  # fmt: skip
    seconds = (time.perf_counter() - start) / len(history)
    result = {
        "base, validation session": measure(net, side(base, "valid"))[1],
        "base, test session": measure(net, side(base, "test"))[1],
        "transfer: frozen trained body, new head": frozen_accuracy(net.body, new, seed, hop),
        "transfer: frozen random body, new head": frozen_accuracy(untrained.body, new, seed, hop),
        "seconds an epoch (base)": seconds,
    }
    if scratch:
        net = SmallCNN(len(new.speakers))
        fit(
            net,
            side(new, "train", hop),
            side(new, "valid"),
            epochs=epochs,
            patience=None,
            seed=seed,
            progress=False,
        )
        result["transfer: from scratch"] = measure(net, side(new, "test"))[1]
    return result


def side(corpus, split, hop=1.0):
    return corpus.select(split=split).features(hop=hop)


def frozen_accuracy(body, corpus, seed, hop=HOP):
    """Accuracy on the test session of a head trained on the frozen body's standardised outputs."""
    sets = {}
    for split, every in (("train", hop), ("valid", 1.0), ("test", 1.0)):
        with evaluating(body):
            outputs = [(body(x.float()), y) for x, y in side(corpus, split, every).batches(128)]
        sets[split] = torch.cat([x for x, _ in outputs]), torch.cat([y for _, y in outputs])
    mean, spread = sets["train"][0].mean(), sets["train"][0].std()
    sets = {split: ((x - mean) / spread, y) for split, (x, y) in sets.items()}
    torch.manual_seed(seed)
    head = SmallCNN(len(corpus.speakers)).head
    fit(head, sets["train"], sets["valid"], epochs=40, patience=None, seed=seed, progress=False)
    return measure(head, sets["test"])[1]


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
