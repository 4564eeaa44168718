"""Sound as an image: one network, four ways to use it, beside a classic method and the base of voices, on three corpora.

Pretrained on ImageNet or random, frozen or trained: the four arms of MobileNetV2 differ in nothing else. Every seed deals
the recordings anew to the folds; clips cut from one source recording stay on one side.

    python -m tools.measure_images     twenty minutes on two cores; COURSE_DATA names the folder of the corpora
"""

import numpy as np
import torch
from torch.nn import functional as F

from course_lib import features, metrics, seeding, transfer
from course_lib.data import load
from course_lib.models import image_net
from course_lib.tasks import snoring
from course_lib.tasks.snoring.segments import cut_all
from course_lib.training import fit, predict
from tools.recorded_metrics import percent, table

CORPORA = ("synthetic_night", "esc50_sleep", "esc10_mini")
SEEDS, FOLDS, EPOCHS, SIZE = (0, 1, 2), 3, 10, 64
STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0)  # of the linear head, chosen within the learning side
RATES = {"random": 1e-3, "pretrained": {"body": 2e-4, "head": 2e-3}}
CLASSIC = "classic: MFCC mean and standard deviation"
NAMES = {
    ("pretrained", False): "MobileNetV2, ImageNet, frozen",
    ("random", False): "MobileNetV2, random, frozen",
    ("pretrained", True): "MobileNetV2, ImageNet, fine-tuned",
    ("random", True): "MobileNetV2, from scratch",
}


def measure() -> dict:
    seeding.set_threads()
    measured = {"text": {"ImageNet": str(image_net.weights_path().is_file())}}
    for name in CORPORA:
        task = Task(name)
        measured["text"][name] = (
            f"{name}: {len(task.y)} recordings of {len(np.unique(task.groups))} sources, {len(task.classes)} classes; "
            f"chance {1 / len(task.classes):.1%}"
        )
        measured[name] = cells(
            task, {arm: [task.predicted(arm, seed) for seed in SEEDS] for arm in task.arms}
        )
    return measured


def section(measured) -> str:
    parts = [
        "## Sound as an image\n\n"
        "`course data fetch imagenet`, then `python -m tools.measure_images`, with `COURSE_DATA` naming the folder of the "
        "corpora; twenty minutes on two cores.\n\n"
        f"Balanced accuracy (in percent) by recording: {FOLDS} folds, every recording judged once a seed; mean ± standard deviation of "
        f"{len(SEEDS)} seeds (folds and weights), then the 95 % interval over recordings (bootstrap by source recording), and that of "
        f"the difference to the classic method on the same recordings, in points. Images of {SIZE} x {SIZE} pixels. Frozen bodies get one "
        f"linear head, whose regularisation is chosen within the learning side; moving bodies {EPOCHS} epochs, batch 16, Adam, a "
        "cosine schedule. On `synthetic_night` and `esc50_sleep` snores against everything else (chance: 50 %), on `esc10_mini` ten "
        "classes (chance: 10 %)."
    ]
    text = measured["text"]
    if text.get("ImageNet") == "False":
        parts.append("The weights of ImageNet were not there: their two arms are missing.")
    for name in CORPORA:
        if name in measured:
            parts += [f"### {text[name]}", table("arm", measured[name])]
        else:
            parts.append(f"### {name}\n\nNot measured yet.")
    return "\n\n".join(parts)


def cells(task, found) -> dict:
    """The rows of a corpus's table. found: {arm: [predicted classes (recordings,) of each seed]}."""
    rows = {}
    for arm, runs in found.items():
        low, high = interval(task, runs)
        rows[arm] = {
            "balanced accuracy": percent([metrics.balanced_accuracy(run, task.y) for run in runs]),
            "from": percent(low),
            "to": percent(high),
        }
        if arm != CLASSIC:
            low, high = interval(task, runs, found[CLASSIC])
            rows[arm] |= {
                "less classic, from": percent(low, "+.1f"),
                "less classic, to": percent(high, "+.1f"),
            }
    return rows


def interval(task, runs, rivals=None, draws=1000):
    """Bootstrap interval, by source recording, of the mean over seeds, or of the difference to a rival's."""
    draw, rows, means = np.random.default_rng(0), {}, []
    for row, group in enumerate(task.groups):
        rows.setdefault(group, []).append(row)
    by_class = {}  # class -> the rows of each of its sources
    for each in rows.values():
        by_class.setdefault(task.y[each[0]], []).append(each)
    for _ in range(draws):
        again = [each[k] for each in by_class.values() for k in draw.integers(len(each), size=len(each))]
        again = np.concatenate(again)
        scores = [np.mean([metrics.balanced_accuracy(run[again], task.y[again]) for run in some])
                  for some in (runs, rivals) if some is not None]  # fmt: skip
        means.append(scores[0] - (scores[1] if rivals is not None else 0))
    return tuple(np.quantile(means, [0.025, 0.975]))


class Task:
    """A corpus cut into pieces: their classes, sources, images, and the vectors of the bodies that no seed changes."""

    def __init__(self, name):
        self.name = name
        corpus = load(name)
        labels = np.array([clip.label for clip in corpus])
        if any(label in snoring.SNORES for label in labels):
            labels = np.where(np.isin(labels, snoring.SNORES), "snore", "other")
        self.classes, self.y = np.unique(labels, return_inverse=True)
        self.groups = np.array([clip.get("freesound_id") or clip.path for clip in corpus])
        waves, self.owner = cut_all(corpus, snoring.SECONDS, snoring.HOP)
        self.images = _in_parts(lambda part: image_net.as_image(part, size=SIZE), waves)
        self.frozen = {CLASSIC: _in_parts(classic, waves)}
        self.frozen["our speech base, frozen"] = _in_parts(transfer.load_base().embed, waves)
        known = ["pretrained"] * image_net.weights_path().is_file()
        self.arms = [
            *self.frozen,
            *(NAMES[weights, moves] for moves in (False, True) for weights in ("random", *known)),
        ]

    def predicted(self, arm, seed):
        """The class of every recording, each judged by a model that met none of its source: (recordings,)."""
        from sklearn.model_selection import StratifiedGroupKFold

        scores = np.zeros((len(self.owner), len(self.classes)))
        for learn, judge in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(
            self.y[self.owner], self.y[self.owner], self.groups[self.owner]
        ):
            scores[judge] = self.scores(arm, learn, judge, seed)
        return metrics.mean_by_group(scores, self.owner)[0].argmax(1)

    def scores(self, arm, learn, judge, seed):
        if arm in self.frozen:
            return self.headed(self.frozen[arm], learn, judge, seed)
        weights, moves = next(key for key, name in NAMES.items() if name == arm)
        model = image_net.image_network(weights, len(self.classes), seed=seed)
        if not moves:
            if weights == "random":
                image_net.recalibrate_batchnorm(model, self.images[learn])
            return self.headed(transfer.embed(model, self.images), learn, judge, seed)
        y = torch.as_tensor(self.y[self.owner])[learn]
        weight = len(y) / (len(self.classes) * torch.bincount(y))  # every class counts the same
        fit(model, (self.images[learn], y), epochs=EPOCHS, lr=RATES[weights], schedule="cosine", batch_size=16, seed=seed,
            patience=None, progress=False, loss=lambda out, true: F.cross_entropy(out, true, weight))  # fmt: skip
        if weights == "random":
            image_net.recalibrate_batchnorm(model, self.images[learn])
        return predict(model, self.images[judge]).softmax(1).numpy()

    def headed(self, vectors, learn, judge, seed):
        y, groups = self.y[self.owner][learn], self.groups[self.owner][learn]
        head = transfer.fit_head(vectors[learn], y, C=STRENGTHS, groups=groups, standardize=True, class_weight="balanced",
                                 seed=seed)  # fmt: skip
        scores = torch.as_tensor(head.scores(vectors[judge]))
        scores = torch.stack([-scores / 2, scores / 2], 1) if scores.ndim == 1 else scores
        return scores.softmax(1).numpy()


def classic(waves):
    """Mean and standard deviation of 20 MFCCs over the piece: 40 numbers."""
    frames = features.mfcc(waves, any_length=True)
    return torch.cat([frames.mean(-1), frames.std(-1)], 1)


def _in_parts(make, waves):
    return torch.cat([make(part) for part in waves.split(16)])


if __name__ == "__main__":
    print(section(measure()))
