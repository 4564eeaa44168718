"""Judged: folds that cannot leak, tried on labels that were drawn by lot (lesson 14)."""

import numpy as np

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import numbers, scaled, voices
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect


def folds(speakers, labels, k, *, shuffle=0):
    """Whole speakers are dealt to the folds, label by label in turns."""
    names = sorted(set(speakers), key=lambda name: (labels[speakers.index(name)], name))
    fold_of = {name: number % k for number, name in enumerate(names)}
    fold = np.array([fold_of[name] for name in speakers])
    return [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]


def _scikit(speakers, labels, k):
    from sklearn.model_selection import StratifiedGroupKFold

    return list(StratifiedGroupKFold(k).split(np.zeros(len(labels)), labels, speakers))


def _by_seconds(speakers, labels, k):
    fold = np.arange(len(speakers)) % k
    return [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]


def judge_folds(candidate, k=4, people=16) -> Verdict:
    from course_lib.transfer import fit_head

    seconds = voices("folds", people, 2, 2)
    X = np.asarray(scaled(numbers("folds", people, 2, 2), numbers("folds", people, 2, 2)))
    speakers, n = [f"p{who:02d}" for who in seconds.who.tolist()], len(seconds.who)

    def told(function):
        scores, faults = [], set()
        for lot in range(6):  # labels drawn by lot, half and half: there is nothing to learn
            side = np.random.default_rng(lot).permutation(np.arange(people) % 2)
            labels = side[seconds.who.numpy()]
            parts = ask(function, list(speakers), labels.tolist(), k)
            expect(isinstance(parts, (list, tuple)), "a list of folds", type(parts).__name__)
            parts = [tuple(np.asarray(rows, dtype=int) for rows in part) for part in parts]
            expect(all(len(part) == 2 for part in parts) and parts, "pairs (train, test)", len(parts))
            tested = np.concatenate([test for _, test in parts])
            for train, test in parts:
                if {speakers[r] for r in train} & {speakers[r] for r in test}:
                    faults.add("leaked")
                if len(set(labels[train].tolist())) < 2:
                    faults.add("a label is missing")
            if sorted(tested.tolist()) != list(range(n)):
                faults.add("not everybody tested once")
            if "a label is missing" in faults:
                continue
            said = [fit_head(X[train], labels[train]).scores(X[test]) > 0 for train, test in parts]
            truth = np.concatenate([labels[test] for _, test in parts])
            scores.append(float(np.mean(np.concatenate(said) == truth)))
        return (float(np.mean(scores)) if scores else 1.0), faults

    names = ("leaked", "a label is missing", "not everybody tested once")
    estimate, faults = told(candidate)
    values = [abs(each - 0.5) for each in (estimate, told(_by_seconds)[0], told(folds)[0])]
    fault = next((name for name in names if name in faults), "")
    what = f"labels drawn by lot, and your folds promise {estimate:.0%} where 50% is true: points off"
    return compare(what, *(100 * value for value in values), fault, control="mixed seconds", form="{:.0f}")


def _by_label(speakers, labels, k):
    """Speakers in the order of their labels, in blocks: with two folds a block is a label."""
    rows = np.asarray(labels)
    return [(np.flatnonzero(rows != side), np.flatnonzero(rows == side)) for side in (0, 1)]


FOLDS = Code(
    spec=folds,
    judge=judge_folds,
    wrong={
        "leaked": _by_seconds,
        "a label is missing": _by_label,
        "not everybody tested once": lambda speakers, labels, k: folds(speakers, labels, k)[:1] * k,
    },
    equivalents=(_scikit,),
)
