"""New speakers on a pretrained base: so many seconds of each to learn from, one test for all.

`transfer` runs the frozen body once over the corpus. For every seed a head is trained on the enrolled seconds and
measured on the test side, whose recordings (and, where they are known, sessions) it has never met.
"""

import math
import time
from dataclasses import dataclass

import numpy as np

from course_lib import metrics
from course_lib.data import hold_out, load
from course_lib.errors import CorpusError
from course_lib.training import fit, predict
from course_lib.transfer.frozen_features import precompute, split_at_frozen
from course_lib.transfer.pretrained import CENTRED
from course_lib.transfer.sweep import init_from_base

HOP = 0.5  # seconds between two enrolled windows, where all of the training side may be used
EPOCHS, RATE, DECAY = 60, 3e-3, 1e-2  # of a head that is trained step by step


@dataclass(frozen=True)
class ProbeRun:
    """One seed's result: its accuracy on the test side, what was enrolled, and how long it took."""

    seed: int
    accuracy: float
    enrolled_seconds: float  # the most that any speaker gave
    seconds: float  # training and test, without the body's pass


@dataclass(frozen=True)
class Transferred:
    """What `transfer` gives: the last seed's model, the runs of all seeds, and what to compare them with.

    runs          a ProbeRun for each seed;   chance   the accuracy of always naming the most frequent test speaker
    utilization   the fraction of the parameters that are frozen;   body_seconds   the frozen layers' one pass took
    """

    model: object
    classes: list
    runs: tuple
    chance: float
    utilization: float
    trained_parameters: int
    test_windows: int
    body_seconds: float

    @property
    def accuracy(self):
        """Mean and standard deviation of the transfer accuracy over the seeds."""
        return metrics.mean_and_spread([run.accuracy for run in self.runs])


def speakers_of(name, *, by="session"):
    """The corpus for a transfer: its transfer speakers where it names roles, and a split that cannot leak.

    A corpus without a test side gets one: 30 % of a speaker's training sessions (recordings where sessions are not
    known). by="recording" lets one session be on both sides (optimistic), as `load` does. Raises
    CorpusError where fewer than two speakers are on both sides.
    """
    corpus = load(name, by=by)
    if "role" in corpus.columns and "transfer" in corpus.values("role"):
        corpus = corpus.select(role="transfer")
    if "test" not in corpus.values("split"):
        unit = by if corpus.values("session") else "recording"
        corpus = hold_out(corpus, "test", by=unit, fraction=0.3)
    train, test = (
        {clip.speaker for clip in corpus.clips if clip.split == part} for part in ("train", "test")
    )
    on_both = (train & test) - {""}
    if len(on_both) < 2:
        raise CorpusError(
            f"{corpus.name}: expected two or more speakers with recordings to train and to test on, got {len(on_both)}; "
            "each speaker needs two recordings (of two sessions, where the manifest names sessions)"
        )
    return corpus.select(speaker=sorted(train), split=["train", "test"])


def sample_enrolment(y, clips, seconds, seed):
    """Which windows to learn from: at most `seconds` one-second windows of each class, from all its recordings alike.

    y, clips   the class and the recording of each window, (n,)
    seconds    the most of a class, 1 or more; None: all
    -> the places of the chosen windows, ascending. They are drawn in turns: one window of each recording, then
    another of each, in an order that the seed decides. Raises CorpusError for less than a second.
    """
    if seconds is None:
        return np.arange(len(y))
    if seconds < 1:
        raise CorpusError(f"expected one second or more to enrol a speaker, got {seconds}")
    draw, y, clips, chosen = np.random.default_rng(seed), np.asarray(y), np.asarray(clips), []
    for k in np.unique(y):
        queues = [
            draw.permutation(np.flatnonzero((y == k) & (clips == clip))) for clip in np.unique(clips[y == k])
        ]
        draw.shuffle(queues)
        turns = [
            place
            for turn in range(max(map(len, queues)))
            for place in (q[turn] for q in queues if turn < len(q))
        ]
        chosen += turns[: int(seconds)]
    return np.sort(np.array(chosen))


def transfer(
    base,
    corpus,
    *,
    seconds=None,
    upto=None,
    seeds=(0, 1, 2),
    epochs=EPOCHS,
    lr=RATE,
    centred=False,
    progress=None,
):
    """Train `base` to name the speakers of `corpus`, the layers up to `upto` frozen -> Transferred.

    corpus    a Corpus with the parts `train` and `test`, as `speakers_of` gives it
    seconds   the most speech of each speaker to learn from; None: all of the training side
    upto      the last frozen layer (see `freeze`); None: the whole body, only the new head learns
    seeds     each draws its own enrolment, first weights of the head and order of the examples
    epochs, lr   of each seed's training with `fit`
    centred   True: take its mean from every window, so that a model enrolled on one microphone serves recordings with
              another offset (the verbs take the offset away as well)
    progress  a function that gets a line of text now and then

    Step by step rather than by `fit_head`: behind an earlier `upto` the rest is no single linear layer, and the
    figures in docs/results.md are of this optimiser. Ref: Yosinski et al. 2014.
    """
    report = progress or (lambda text: None)
    train, test = corpus.select(split="train"), corpus.select(split="test")
    transform = CENTRED.get(base.model.input, base.transform) if centred else base.transform
    train = train.features(transform, hop=HOP if seconds is None else 1.0)
    test = test.features(transform)
    upto = upto or "body"
    model = init_from_base(base.model, upto, len(train.classes))
    front, _ = split_at_frozen(model)
    start = time.perf_counter()
    report(f"running the frozen layers over {len(train) + len(test):,} windows")
    train_vectors, test_vectors = precompute(front, train), precompute(front, test)
    body_seconds, runs = time.perf_counter() - start, []
    for seed in seeds:
        start = time.perf_counter()
        model = init_from_base(base.model, upto, len(train.classes), seed)
        _, rest = split_at_frozen(model)
        chosen = sample_enrolment(train_vectors.y.numpy(), train.windows.clip_index, seconds, seed)
        options = {"epochs": epochs, "lr": lr, "schedule": "cosine", "weight_decay": DECAY, "seed": seed}
        fit(rest, train_vectors.take(chosen), progress=False, **options)
        accuracy = metrics.accuracy(predict(rest, test_vectors).argmax(1), test_vectors.y)
        enrolled = max(np.bincount(train_vectors.y.numpy()[chosen])) * (HOP if seconds is None else 1.0)
        runs.append(ProbeRun(seed, accuracy, float(enrolled), time.perf_counter() - start))
        report(f"seed {seed}: {accuracy:.1%} of {len(test_vectors):,} test windows")
    sizes = [parameter.numel() for parameter in model.parameters() if parameter.requires_grad]
    return Transferred(
        model.eval(), train.classes, tuple(runs), chance(test_vectors.y), metrics.base_model_utilization(model),
        sum(sizes), len(test_vectors), body_seconds,
    )  # fmt: skip


def chance(y):
    """The accuracy of always naming the class that is most frequent on the test side.

    >>> import torch
    >>> chance(torch.tensor([0, 0, 1]))
    0.6666666666666666
    """
    counts = np.bincount(np.asarray(y))
    return float(counts.max() / counts.sum()) if counts.sum() else math.nan
