"""Judged: a choice that does not look at the test, a budget of runs (lessons 08 and 11)."""

import numpy as np

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.verdict import Unusable, Verdict, ask, compare, expect

WORLDS = 300  # experiments that are drawn, each with a truth that the reader does not see


def mean(values):
    return sum(values) / len(values)


# -- 08.choose: runs are (name, validation accuracy, test accuracy)


def choose(runs):
    """Choose on the validation side, report the test side once."""
    name, _, test = max(runs, key=lambda run: run[1])
    return name, test


def _sorted(runs):
    best = sorted(runs, key=lambda run: -run[1])[0]
    return best[0], best[2]


def judge_choose(candidate) -> Verdict:
    draw = np.random.default_rng(7)
    truths = draw.normal(0.75, 0.04, (WORLDS, 8))
    valid, test = (truths + draw.normal(0, 0.05, truths.shape) for _ in range(2))
    worlds = [
        [(f"s{k}", float(v), float(t)) for k, (v, t) in enumerate(zip(*sides))] for sides in zip(valid, test)
    ]

    def told(function):
        rows, said = [], []
        for runs, truth in zip(worlds, truths):
            answer = ask(function, list(runs))
            pair = isinstance(answer, (tuple, list)) and len(answer) == 2
            names = [name for name, _, _ in runs]
            expect(
                pair and answer[0] in names and isinstance(answer[1], float),
                "a name of the runs and an accuracy",
                repr(answer)[:40],
            )
            rows.append(names.index(answer[0]))
            said.append(answer[1] - truth[rows[-1]])
        return np.array(rows), float(np.mean(said)), float(truths[np.arange(WORLDS), rows].mean())

    rows, bias, reached = told(candidate)
    _, _, solved = told(choose)
    by_test, by_valid = (float(np.mean(rows == side.argmax(1))) for side in (test, valid))
    fault = ""
    if by_test > 0.9:
        fault = "chosen on the test side"
    elif by_valid > 0.9 and bias > 0.015:
        fault = "the number that chose"
    elif by_valid < 0.9 and reached < solved - 0.01:
        fault = "the wrong one" if len(set(rows.tolist())) > 1 else "always the same"
    verdict = compare(
        f"what is promised lies {100 * bias:+.1f} points off; truly right on fresh recordings",
        reached,
        float(truths.mean()),
        solved,
        fault,
        control="any of them",
        form="{:.1%}",
    )
    return Verdict(verdict.shown, verdict.share - 10 * max(0.0, abs(bias) - 0.01), fault)


CHOOSE = Code(
    spec=choose,
    judge=judge_choose,
    wrong={
        "chosen on the test side": lambda runs: max(runs, key=lambda run: run[2])[::2],
        "the number that chose": lambda runs: max(runs, key=lambda run: run[1])[:2],
        "always the same": lambda runs: runs[0][::2],
        "the wrong one": lambda runs: min(runs, key=lambda run: run[1])[::2],
    },
    equivalents=(_sorted,),
)

# -- 11.explore: run(name) gives one noisy accuracy, at most `budget` times


def explore(run, names, budget):
    """A few runs of each, then the rest for the better half: the highest mean."""
    seen = {name: [] for name in names}
    left = list(names)
    while budget >= len(left):
        for name in left:
            seen[name].append(run(name))
        budget -= len(left)
        if len(seen[left[0]]) == 2 and len(left) > 2:
            left = sorted(left, key=lambda name: -mean(seen[name]))[: len(left) // 2]
    return max(left, key=lambda name: mean(seen[name]))


def _evenly(run, names, budget):
    means = {name: mean([run(name) for _ in range(budget // len(names))]) for name in names}
    return max(means, key=means.get)


def _luckiest(run, names, budget):
    return max((max(run(name) for _ in range(budget // len(names))), name) for name in names)[1]


def judge_explore(candidate, budget=24) -> Verdict:
    draw = np.random.default_rng(8)
    names = ["nothing frozen", "conv1", "conv2", "conv3", "dense1", "body"]
    truths = draw.normal(0.75, 0.03, (WORLDS, len(names)))

    def told(function, seed):
        noise, rows, used, tops = np.random.default_rng(seed), [], [], []
        for truth in truths:
            runs = []

            def run(name, truth=truth, runs=runs):
                expect(name in names, "one of the names", repr(name)[:40])
                if len(runs) >= 10 * budget:
                    raise Unusable(f"expected at most {budget} runs, got ten times as many")
                k = names.index(name)
                # the later ones waver more: a lucky run says less about them
                runs.append((k, truth[k] + noise.normal(0, 0.02 + 0.015 * k)))
                return float(runs[-1][1])

            answer = ask(function, run, list(names), budget)
            expect(answer in names, "one of the names", repr(answer)[:40])
            rows.append(names.index(answer))
            used.append(np.bincount([k for k, _ in runs], minlength=len(names)))
            tops.append(max(runs, key=lambda each: each[1])[0] if runs else -1)
        reached = float(truths[np.arange(WORLDS), rows].mean())
        return reached, np.array(used), float(np.mean(np.array(tops) == rows))

    reached, used, by_luck = told(candidate, 9)
    solved = mean([told(_evenly, 9)[0], told(explore, 9)[0]])
    total = used.sum(1)
    fault = ""
    if total.max() > budget:
        fault = "over the budget"
    elif total.mean() < budget / 2:
        fault = "one run each" if used.min() >= 1 else "hardly a run"
    elif used.min(1).mean() < 0.5:
        fault = "some never tried"
    elif by_luck > 0.95:
        fault = "the luckiest run"
    what = f"{total.mean():.0f} of {budget} runs used; truth of what was chosen"
    values = (reached, float(truths.mean()), solved)
    return compare(what, *values, fault, control="any of them", form="{:.1%}")


EXPLORE = Code(
    spec=explore,
    judge=judge_explore,
    wrong={
        "one run each": lambda run, names, budget: max(names, key=run),
        "the luckiest run": _luckiest,
        "over the budget": lambda run, names, budget: _evenly(run, names, 4 * budget),
        "some never tried": lambda run, names, budget: _evenly(run, names[:3], budget),
        "hardly a run": lambda run, names, budget: names[0],
    },
    equivalents=(_evenly,),
)
