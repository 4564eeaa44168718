"""Continual training: forgetting with and without rehearsal; and two processes beside one, losses and speed."""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from course_lib import seeding
from course_lib.data import hold_out, load
from course_lib.training import distributed, fit
from course_lib.transfer import base_speakers, load_base, speakers_of
from course_lib.transfer.replay import begin, learn, refresh, scores
from course_lib.transfer.stream import stream_of_tasks
from tools.recorded_metrics import figure, percent, shown, table

SEEDS = (0, 1, 2)
MOST = {"synthetic": 16, "voxforge_en": 20}  # speakers of each corpus
EPOCHS = 4  # of the two-process comparison


def measure() -> dict:
    found = {"text": {}, "about": {}}
    for name, most in MOST.items():
        corpus = speakers_of(name)
        corpus = corpus.select(speaker=corpus.select(split="test").speakers[:most])
        found["about"][name] = f"{name}, {len(corpus.speakers)} speakers; {len(SEEDS)} seeds"
        found["text"] |= {
            name: f"`{name}`, {len(corpus.speakers)} speakers",
            f"chance of {name}": percent(1 / len(corpus.speakers)),
        }
        found[name] = forgetting(corpus)
    return found | two_processes(found["text"])


def section(measured) -> str:
    text = {name: shown(cell) for name, cell in measured["text"].items()}
    parts = [
        "## Training that never stops", "`python -m tools.results continual`, with `COURSE_DATA` naming the folder of the corpora.",
        "The body of `small_cnn` is frozen; a head grows with its speakers. Four speakers on the first day, two more on every other; each "
        "brings two recordings and returns with one a day. Accuracy on the test side after the last day, in percent of seconds, mean ± "
        "standard deviation of 3 seeds, each with its own order of arrival. *Remembered*: seconds of each speaker that are rehearsed. "
        "*Refresh*: after the last day the third convolution learns too, from what is remembered.",
    ]  # fmt: skip
    for name in MOST:
        parts += [f"{text[name]}, chance {text[f'chance of {name}']}:", table("remembered", measured[name])]
    parts += [
        f"One process and two (gloo), one thread each: the small CNN without dropout on `synthetic` ({text['windows']} windows, batches "
        "of 32). In double precision the losses are the same but for rounding. In single precision they are so at first; then a "
        "rounding of the seventh digit grows from step to step, as it does between two machines. "
        f"One process learns from {text['windows a second']} windows a second, two from {text['of two processes']}: {text['times as many']} times as many.",
        table("epoch", measured["processes"]),
    ]  # fmt: skip
    return "\n\n".join(parts)


def forgetting(corpus) -> dict:
    base, rows = load_base("small_cnn"), {}
    for keep in (0, 1, 4, 8, None):
        first, everybody, refreshed, remembered = zip(
            *(after_the_last_day(base, corpus, keep, seed) for seed in SEEDS)
        )
        rows["everything" if keep is None else f"{keep} s"] = {
            "the first speakers": percent(first),
            "all speakers": percent(everybody),
            "all, after a refresh": "nothing to learn from" if keep == 0 else percent(refreshed),
            "kept on disk, as vectors (kB)": figure(np.mean(remembered) / 1e3, ".0f"),
        }
    return rows


def after_the_last_day(base, corpus, keep, seed):
    """(first speakers, everybody, everybody after a refresh, bytes remembered), on the test side, once."""
    split = hold_out(corpus, seed=seed)
    data = base.features(split.select(split="train"))
    test = base.features(corpus.select(split="test"))
    tasks, learner = stream_of_tasks(data, seed=seed), begin(base)
    for task in tasks:
        learner = learn(learner, task, data, keep=keep, seed=seed)
    accuracies = scores(learner, test)
    first = np.mean([accuracies[name] for name in tasks[0].newcomers if name in accuracies])
    refreshed = refresh(learner, data, upto="body.conv2", seed=seed) if len(learner.remembered()) else learner
    after = np.mean(list(scores(refreshed, test).values()))
    return first, np.mean(list(accuracies.values())), after, 2 * 896 * len(learner.remembered())


def two_processes(text) -> dict:
    """The same training in one process and in two, one thread each: losses in both precisions; speeds go to `text`."""
    with tempfile.TemporaryDirectory() as folder:
        results = {
            (count, kind): run(folder, count, kind) for kind in ("float64", "float32") for count in (1, 2)
        }
    differences = {
        kind: [abs(a - b) / a for a, b in zip(results[1, kind]["valid"], results[2, kind]["valid"])]
        for kind in ("float64", "float32")
    }
    windows = results[1, "float32"]["windows"]
    speed = {count: windows / np.median(results[count, "float32"]["seconds"]) for count in (1, 2)}
    text |= {
        "windows": figure(windows, ",d"),
        "windows a second": figure(speed[1], ".0f", speed[1] / 2),
        "of two processes": figure(speed[2], ".0f", speed[2] / 2),
        "times as many": figure(speed[2] / speed[1], ".2f", 0.6),
    }
    return {
        "processes": {
            str(epoch + 1): {
                "training loss, one process": figure(results[1, "float64"]["train"][epoch], ".6f"),
                "two": figure(results[2, "float64"]["train"][epoch], ".6f"),
                "validation losses differ by, double precision": rounding(differences["float64"][epoch]),
                "single precision": rounding(differences["float32"][epoch]),
            }
            for epoch in range(EPOCHS)
        }
    }


def rounding(difference) -> dict:
    """A difference by rounding may be a thousand times as large on another machine."""
    return figure(difference, ".0e", 1000 * difference)


def run(folder, count, kind) -> dict:
    """What the first of `count` processes measured."""
    out = Path(folder) / f"{count}{kind}"
    status = distributed.launch([sys.executable, "-m", "tools.results_continual", str(out), kind], count)
    if status:
        raise RuntimeError(f"{count} processes ended with {status}")
    return json.loads(out.read_text())


def child(out, kind) -> None:
    """What each process of the comparison does."""
    from course_lib.models import SmallCNN

    distributed.join()
    seeding.seed_everything(0)
    seeding.set_threads(1)
    part = base_speakers(load("synthetic"))
    train = part.select(split="train").features(hop=0.5)
    valid = part.select(split="valid").features()
    model = SmallCNN(len(train.classes), dropout=0.0).to(getattr(torch, kind))
    history = fit(model, train, valid, epochs=EPOCHS, batch_size=32, progress=False)
    if distributed.rank() == 0:
        losses = {"train": history["train_loss"], "valid": history["valid_loss"]}
        Path(out).write_text(json.dumps(losses | {"seconds": history["seconds"], "windows": len(train)}))
    distributed.leave()


if __name__ == "__main__":
    child(*sys.argv[1:])
