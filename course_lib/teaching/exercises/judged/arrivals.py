"""Judged: a head that grows day by day without forgetting, and an answer for people who are not enrolled."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import right, vectors, voices
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect

ARRIVING, KEPT = 2, 2  # voices a day, seconds of each that may be remembered

# -- 15.day


def centres(X, y, classes):
    """The mean direction of each class: (classes, d)."""
    return torch.stack([F.normalize(X[y == k].mean(0), dim=0) for k in range(classes)])


def day(head, memory, today, *, remember=True, learn=True, grow=True, keep=True):
    """The worked solution: old rows kept, new ones added, all of it trained on memory and today together."""
    (M, old), (X, new) = memory, today
    if not learn:
        X, new = M, old
    classes = int(today[1].max()) + 1
    fresh = nn.Linear(X.shape[1], classes if grow or head is None else head.out_features)
    if head is not None and keep:
        with torch.no_grad():
            fresh.weight[: head.out_features] = head.weight
            fresh.bias[: head.out_features] = head.bias
    X, y = (torch.cat([M, X]), torch.cat([old, new])) if remember else (X, new)
    y = y.clamp(max=fresh.out_features - 1)
    optimizer = torch.optim.Adam(fresh.parameters(), lr=0.05)
    for _ in range(60 if len(X) else 0):
        optimizer.zero_grad()
        F.cross_entropy(fresh(X), y).backward()
        optimizer.step()
    return fresh


def _means(head, memory, today):
    """The mean directions as rows of a linear layer; nothing is trained."""
    X, y = (torch.cat(pair) for pair in zip(memory, today))
    fresh = nn.Linear(X.shape[1], int(y.max()) + 1)
    with torch.no_grad():
        fresh.weight.copy_(centres(X, y, fresh.out_features))
        fresh.bias.zero_()
    return fresh


def judge_day(candidate) -> Verdict:
    seconds, X = voices(), vectors()
    learn, people = ~seconds.last, int(seconds.who.max()) + 1

    def lived(function):
        torch.manual_seed(0)
        head, memory = None, (X[:0], seconds.who[:0])
        for first in range(0, people, ARRIVING):
            here = learn & (seconds.who >= first) & (seconds.who < first + ARRIVING)
            today = (X[here], seconds.who[here])
            head = ask(function, head, tuple(t.clone() for t in memory), tuple(t.clone() for t in today))
            expect(isinstance(head, nn.Linear), "a linear layer", type(head).__name__)
            some = [
                torch.nonzero(here & (seconds.who == k))[:: max(1, 9 // KEPT), 0][:KEPT]
                for k in range(people)
            ]
            rows = torch.cat(some)
            memory = (torch.cat([memory[0], X[rows]]), torch.cat([memory[1], seconds.who[rows]]))
        with torch.no_grad():
            scores, who = head(X[~learn]), seconds.who[~learn]
        early, late = who < people - ARRIVING, who >= people - ARRIVING
        return right(scores, who), right(scores[early], who[early]), right(scores[late], who[late]), head

    everybody, early, late, head = lived(candidate)
    solved, best_early, best_late, _ = lived(day)
    fault = ""
    if head.out_features != people:
        fault = "the head did not grow"
    elif late < 0.6 * best_late:
        fault = "nothing new was learned"
    elif early < 0.7 * best_early:
        fault = "forgotten"
    what = f"earlier voices {early:.0%}, those of the last day {late:.0%}; everybody"
    without = lived(lambda *given: day(*given, remember=False))[0]
    return compare(what, everybody, without, solved, fault, control="without the memory")


DAY = Code(
    spec=day,
    judge=judge_day,
    wrong={
        "forgotten": lambda *given: day(*given, remember=False),
        "the head did not grow": lambda *given: day(*given, grow=False),
        "nothing new was learned": lambda *given: day(*given, learn=False),
    },
    equivalents=(_means, lambda *given: day(*given, keep=False)),
)

# -- 17.stranger


def stranger(enrolled, others, shift=0.5):
    """The nearest mean, if it is nearer than a threshold halfway between the voices' own seconds and the others'."""
    names = list(enrolled)
    means = torch.stack([F.normalize(enrolled[name].mean(0), dim=0) for name in names])
    own = []
    for name in names:
        X = enrolled[name]
        own += [X[k] @ F.normalize(X.sum(0) - X[k], dim=0) for k in range(len(X))]
    high, low = float(torch.stack(own).mean()), float((others @ means.T).max(1).values.mean())
    threshold = low + shift * (high - low)

    def answer(vector):
        likeness = means @ vector
        return names[int(likeness.argmax())] if likeness.max() > threshold else None

    return answer


def _one_against_all(enrolled, others):
    from sklearn.linear_model import LogisticRegression

    names = [*enrolled, None]
    X = torch.cat([*enrolled.values(), others]).numpy()
    y = np.repeat(np.arange(len(names)), [*map(len, enrolled.values()), len(others)])
    model = LogisticRegression(class_weight="balanced", C=10.0).fit(X, y)
    return lambda vector: names[int(model.predict(vector.numpy()[None])[0])]


def judge_stranger(candidate) -> Verdict:
    known, unknown = voices(), voices("old", 8)
    X, Z = vectors(), vectors("old", 8)
    names = [f"voice {k}" for k in range(4)]
    enrolled = {name: X[(known.who == k) & ~known.last] for k, name in enumerate(names)}
    to_set, to_judge = Z[(unknown.who < 4) & ~unknown.last], Z[(unknown.who >= 4) & unknown.last]
    rows = known.last & (known.who < len(names))

    def said(function):
        answer = ask(function, {name: value.clone() for name, value in enrolled.items()}, to_set.clone())
        own, foreign = ([ask(answer, vector) for vector in some] for some in (X[rows], to_judge))
        odd = [each for each in own + foreign if each is not None and each not in names]
        expect(not odd, "a name that was enrolled, or None", odd[:1])
        truth = [names[k] for k in known.who[rows]]
        hit = float(np.mean([a == b for a, b in zip(own, truth)]))
        swapped = float(np.mean([a is not None and a != b for a, b in zip(own, truth)]))
        return hit, swapped, float(np.mean([each is None for each in foreign]))

    hit, swapped, left = said(candidate)
    best_hit, _, best_left = said(stranger)
    fault = ""
    if hit + swapped == 0:
        fault = "never a name"
    elif left == 0:
        fault = "always a name"
    elif swapped > 0.5:
        fault = "names exchanged"
    elif hit < best_hit - 0.25:
        fault = "the threshold too high"
    elif left < best_left - 0.25:
        fault = "the threshold too low"
    values = ((hit + left) / 2, 0.5, (best_hit + best_left) / 2)
    what = (
        f"named rightly {hit:.0%} of their own seconds, strangers left unnamed {left:.0%}; the mean of both"
    )
    return compare(what, *values, fault, control="never a name")


def _exchanged(enrolled, others):
    names = list(enrolled)
    return stranger(dict(zip(names[1:] + names[:1], enrolled.values())), others)


STRANGER = Code(
    spec=stranger,
    judge=judge_stranger,
    wrong={
        "always a name": lambda enrolled, others: stranger(enrolled, others, shift=-5.0),
        "never a name": lambda enrolled, others: stranger(enrolled, others, shift=5.0),
        "names exchanged": _exchanged,
        "the threshold too high": lambda enrolled, others: stranger(enrolled, others, shift=1.1),
        "the threshold too low": lambda enrolled, others: stranger(enrolled, others, shift=-0.1),
    },
    equivalents=(_one_against_all,),
)
