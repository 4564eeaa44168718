"""Judged: which seconds of a voice to enrol (lesson 09)."""

from functools import cache

import numpy as np
import torch
from torch.nn import functional as F

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged.material import right, vectors, voices
from course_lib.teaching.exercises.judged.verdict import Verdict, ask, compare, expect

QUIET = -60.0  # dB: below it there is nothing but the room


def enrol(who, day, loudness, seconds):
    """Loud seconds, day by day in turns."""
    chosen = []
    for name in sorted(set(who)):
        own = [row for row in range(len(who)) if who[row] == name and loudness[row] > QUIET]
        turn = {row: sum(day[other] == day[row] for other in own if other < row) for row in own}
        chosen += sorted(own, key=lambda row: (turn[row], day[row]))[:seconds]
    return chosen


def _loudest(who, day, loudness, seconds):
    who, day, loudness = map(np.array, (who, day, loudness))
    rows = np.argsort(-loudness)[: np.sum(loudness > QUIET)]
    chosen = []
    for name in np.unique(who):
        own = rows[who[rows] == name]
        turn = [np.sum(day[own[:place]] == day[row]) for place, row in enumerate(own)]
        chosen.extend(own[np.argsort(turn, kind="stable")][:seconds])
    return chosen


@cache
def _pool():
    """Vectors and facts of three days, of which every day's first second is silence, and of the days to judge."""
    from course_lib.transfer import load_base

    seconds = voices()
    waves, pool = seconds.waves.clone(), torch.nonzero(~seconds.last)[:, 0]
    silent = pool[::3]
    waves[silent] = 1e-4 * torch.randn(
        len(silent), waves.shape[1], generator=torch.Generator().manual_seed(3)
    )
    X = F.normalize(load_base().embed(waves[pool]).float(), dim=1)
    loud = 20 * waves[pool].pow(2).mean(1).sqrt().log10()
    return X, seconds.who[pool].tolist(), seconds.day[pool].tolist(), loud.tolist()


def judge_enrol(candidate, most=3) -> Verdict:
    X, who, day, loud = _pool()
    people, last = max(who) + 1, voices().last
    U, truth = vectors()[last], voices().who[last]

    def reached(rows):
        names = torch.tensor(who)[rows]
        present = [k for k in range(people) if (names == k).any()]
        likeness = torch.full((len(U), people), -2.0)
        likeness[:, present] = (
            U @ torch.stack([F.normalize(X[rows][names == k].mean(0), dim=0) for k in present]).T
        )
        return right(likeness, truth)

    rows = ask(candidate, list(who), list(day), list(loud), most)
    expect(not isinstance(rows, str) and np.ndim(rows) == 1, "a list of row numbers", type(rows).__name__)
    rows = [int(row) for row in rows]
    expect(rows and all(0 <= row < len(who) for row in rows), f"rows of 0 to {len(who) - 1}", rows[:5])
    own = [[row for row in rows if who[row] == k] for k in range(people)]
    fault = ""
    if max(map(len, own)) > most or len(set(rows)) < len(rows):
        fault = "more than allowed"
    elif not all(own):
        fault = "a voice left out"
    elif np.mean([loud[row] < QUIET for row in rows]) > 0.2:
        fault = "silence enrolled"
    elif np.mean([len({day[row] for row in each}) == 1 for each in own]) > 0.5:
        fault = "one day only" if min(map(len, own)) > 1 else "too few seconds"
    draw = np.random.default_rng(0)
    by_chance = [
        reached([r for k in range(people) for r in draw.permutation(np.flatnonzero(np.array(who) == k))[:1]])
        for _ in range(10)
    ]
    values = (reached(rows), float(np.mean(by_chance)), reached(enrol(who, day, loud, most)))
    return compare("right on other days", *values, fault, control="one second by chance")


def _first(who, day, loudness, seconds, *, loud=True):
    rows = [row for row in range(len(who)) if not loud or loudness[row] > QUIET]
    return [row for name in sorted(set(who)) for row in [r for r in rows if who[r] == name][:seconds]]


ENROL = Code(
    spec=enrol,
    judge=judge_enrol,
    wrong={
        "silence enrolled": lambda *given: _first(*given, loud=False),
        "one day only": lambda who, day, loud, seconds: _first(who, day, loud, 2),
        "more than allowed": lambda who, day, loud, seconds: enrol(who, day, loud, 2 * seconds),
        "a voice left out": lambda who, day, loud, seconds: enrol(who, day, loud, seconds)[:-seconds],
        "too few seconds": lambda who, day, loud, seconds: enrol(who, day, loud, 1),
    },
    equivalents=(_loudest,),
)
