"""Judged: a detector of a rare sound (lesson 12), and of a word from five examples (lesson 13)."""

from functools import cache

import numpy as np
import torch
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import SEED
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect

# -- 12.detector


@cache
def _sounds():
    """(X, y) to learn from, six snores among 42 other sounds, and (X, y) of other nights, half and half."""
    from course_lib.data.synthetic.scenes import breath, clock, rain, snore
    from course_lib.features import mel

    def made(maker, count, first):
        return [maker(SEED + first + k, 2.0) for k in range(count)]

    groups = [
        (made(snore, 6, 0), 1),
        (made(breath, 14, 50), 0),
        (made(clock, 14, 100), 0),
        (made(rain, 14, 150), 0),
    ]
    groups += [
        (made(snore, 24, 200), 1),
        (made(breath, 8, 250), 0),
        (made(clock, 8, 300), 0),
        (made(rain, 8, 350), 0),
    ]
    bands = torch.cat([mel(torch.tensor(np.stack(waves)).float(), any_length=True) for waves, _ in groups])
    bands = (bands - bands.mean(-1, keepdim=True)) / bands.std(-1, keepdim=True)
    later = [(bands[..., k:] * bands[..., :-k]).mean((1, 2)) for k in (1, 2, 3, 5, 8, 13, 20, 40)]
    X = torch.stack(later, 1)  # how alike a sound is to itself k frames later
    y = torch.cat([torch.full((len(waves),), label) for waves, label in groups])
    X = (X - X[:48].mean(0)) / X[:48].std(0)
    return (X[:48].numpy(), y[:48].numpy()), (X[48:].numpy(), y[48:].numpy())


def detector(X, y, weight="balanced"):
    """Every class counts the same, however rare: returns a function from rows to True or False."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(class_weight=weight).fit(X, y)
    return lambda rows: model.predict(rows) == 1


def _moved_bar(X, y):
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression().fit(X, y)
    return lambda rows: model.predict_proba(rows)[:, 1] > y.mean()


def judge_detector(candidate) -> Verdict:
    (X, y), (U, truth) = _sounds()

    def said(function):
        yes = ask(ask(function, X.copy(), y.copy()), U.copy())
        yes = np.asarray(yes)
        expect(yes.shape == truth.shape, f"{len(truth)} times yes or no", yes.shape)
        yes = yes.astype(bool)
        return yes, float(yes[truth == 1].mean()), float((~yes)[truth == 0].mean())

    yes, found, left = said(candidate)
    _, found_best, left_best = said(detector)
    fault = ""
    if yes.mean() > 0.98:
        fault = "always yes"
    elif found + left < 0.9:
        fault = "yes and no exchanged"
    elif found < found_best - 0.15 and left >= left_best:
        fault = "the rare side missed"
    values = ((found + left) / 2, 0.5, (found_best + left_best) / 2)
    what = f"of the snores {found:.0%}, of the rest {left:.0%}; balanced accuracy on other nights"
    return compare(what, *values, fault, control="guessing")


DETECTOR = Code(
    spec=detector,
    judge=judge_detector,
    wrong={
        "always yes": lambda X, y: lambda rows: np.ones(len(rows), dtype=bool),
        "the rare side missed": lambda X, y: detector(X, y, weight=None),
        "yes and no exchanged": lambda X, y: lambda rows: ~detector(X, y)(rows),
    },
    equivalents=(_moved_bar,),
)

# -- 13.spotter


@cache
def _words():
    """Vectors of five examples of a word and of 36 others, and of what other voices say: (U, is it the word)."""
    from course_lib.data.synthetic.voices import draw_voice, stream
    from course_lib.data.synthetic.words import in_a_second
    from course_lib.transfer import load_base

    others = ("waiter", "quarter", "daughter", "later", "winter", "wonder")

    def said(word, voice):
        return in_a_second(draw_voice(SEED, f"word {voice}"), word, "en", stream(SEED, word, voice))[0]

    waves = [said("water", v) for v in range(5)] + [said(word, v) for word in others for v in range(6)]
    judged = [("water", v) for v in range(20, 36)] + [(word, v) for word in others for v in range(20, 28)]
    waves += [said(*each) for each in judged]
    found = load_base("keywords").embed(torch.tensor(np.stack(waves)).float()).float()
    found = F.normalize(found - found[5:41].mean(0), dim=1)
    return found[:5], found[5:41], found[41:], np.array([word == "water" for word, _ in judged])


def spotter(five, others, shift=0.5):
    """The mean of the examples; a bar between what the examples, each left out once, and the others reach."""
    own = torch.stack([five[k] @ F.normalize((five.sum(0) - five[k]), dim=0) for k in range(len(five))])
    centre = F.normalize(five.mean(0), dim=0)
    high, low = own.mean(), (others @ centre).topk(3).values.mean()
    bar = float(low + shift * (high - low))
    return lambda vectors: vectors @ centre > bar


def _logistic(five, others):
    from sklearn.linear_model import LogisticRegression

    y = [1] * len(five) + [0] * len(others)
    model = LogisticRegression(class_weight="balanced", C=10.0).fit(torch.cat([five, others]).numpy(), y)
    return lambda vectors: model.predict(vectors.numpy()) == 1


def judge_spotter(candidate) -> Verdict:
    from course_lib.metrics import f1_per_class

    five, others, U, truth = _words()

    def said(function):
        yes = np.asarray(ask(ask(function, five.clone(), others.clone()), U.clone()))
        expect(yes.shape == truth.shape, f"{len(truth)} times yes or no", yes.shape)
        return yes.astype(bool)

    yes = said(candidate)
    hits, alarms = float(yes[truth].mean()), float(yes[~truth].mean())
    fault = ""
    if not yes.any() and not np.asarray(candidate(five.clone(), others.clone())(five)).any():
        fault = "never yes"
    elif yes.all():
        fault = "always yes"
    elif hits < 0.5 and alarms < 0.1:
        fault = "the bar too high"
    elif alarms > 0.3:
        fault = "the bar too low"
    values = [
        f1_per_class(each.astype(int), truth.astype(int), 2)[1]
        for each in (yes, np.ones_like(truth), said(spotter))
    ]
    what = f"found {hits:.0%}, false alarms {alarms:.0%}; F1 with other voices"
    return compare(what, *values, fault, control="always yes", form="{:.2f}")


SPOTTER = Code(
    spec=spotter,
    judge=judge_spotter,
    wrong={
        "never yes": lambda five, others: lambda vectors: vectors @ five.mean(0) > 2,
        "always yes": lambda five, others: lambda vectors: vectors @ five.mean(0) > -2,
        "the bar too high": lambda five, others: (
            lambda vectors: (
                vectors @ F.normalize(five.mean(0), dim=0) > (five @ F.normalize(five.mean(0), dim=0)).mean()
            )
        ),
        "the bar too low": lambda five, others: (
            lambda vectors: (vectors @ five.T).max(1).values > (others @ five.T).max(1).values.median()
        ),
    },
    equivalents=(_logistic,),
)
