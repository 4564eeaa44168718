"""Exercises of lesson 13: F1 at a threshold, a threshold that saw the test, words in a stream, a spotter."""

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import few_examples


def f1(scores, truth, threshold):
    """Count one by one: yes and right, yes and wrong, no and wrong. Without a hit F1 is 0."""
    hits = false_accepts = misses = 0
    for score, right in zip(scores, truth):
        if score >= threshold and right:
            hits += 1
        elif score >= threshold:
            false_accepts += 1
        elif right:
            misses += 1
    return 2 * hits / (2 * hits + false_accepts + misses) if hits else 0.0


def count(times, said):
    """Detections in their order; each takes the first word still to be found that contains it."""
    left, hits, false_accepts = sorted(said), 0, 0
    for time in sorted(times):
        taken = None
        for start, end in left:
            if start <= time <= end:
                taken = (start, end)
                break
        if taken is None:
            false_accepts += 1
        else:
            left.remove(taken)
            hits += 1
    return hits, false_accepts, len(left)


def _parts(scores, truth, threshold):
    yes = [score >= threshold for score in scores]
    hits = sum(a and b for a, b in zip(yes, truth))
    return hits, sum(yes) - hits, sum(truth) - hits


def _precision(scores, truth, threshold):
    hits, false_accepts, _ = _parts(scores, truth, threshold)
    return hits / (hits + false_accepts) if hits else 0.0


def _recall(scores, truth, threshold):
    hits, _, misses = _parts(scores, truth, threshold)
    return hits / (hits + misses) if hits else 0.0


def _above(scores, truth, threshold):
    hits, false_accepts, misses = _parts(
        [score if score != threshold else -1 for score in scores], truth, threshold
    )
    return 2 * hits / (2 * hits + false_accepts + misses) if hits else 0.0


def _accuracy(scores, truth, threshold):
    return sum((score >= threshold) == right for score, right in zip(scores, truth)) / len(scores)


def _mean_of_both(scores, truth, threshold):
    return (_precision(scores, truth, threshold) + _recall(scores, truth, threshold)) / 2


def _found_twice(times, said):
    inside = [any(start <= time <= end for start, end in said) for time in times]
    found = [any(start <= time <= end for time in times) for start, end in said]
    return sum(inside), len(times) - sum(inside), len(said) - sum(found)


def _forgiven(times, said):
    """Second detections of a word are no hits and no false accepts."""
    hits = count(times, said)[0]
    inside = [any(start <= time <= end for start, end in said) for time in times]
    return hits, len(times) - sum(inside), len(said) - hits


def _subtracted(times, said):
    hits = count(times, said)[0]
    return hits, len(times) - hits, max(0, len(said) - len(times))


def _by_place(times, said):
    hits = sum(start <= time <= end for time, (start, end) in zip(sorted(times), sorted(said)))
    return hits, len(times) - hits, len(said) - hits


SAID = [(1.0, 1.5), (4.0, 4.6), (9.0, 9.5)]


def honest_report(valid, test, thresholds):
    """Walk through the thresholds, looking at the validation side alone; then count once on the test side."""
    best, score = None, -1.0
    for threshold in thresholds:
        if f1(*valid, threshold) > score:
            best, score = threshold, f1(*valid, threshold)
    return best, f1(*test, best)


def _report(chosen_on, told_on, thresholds, pick=max):
    best = pick(thresholds, key=lambda threshold: f1(*chosen_on, threshold))
    return best, f1(*told_on, best)


GRID = [0.2, 0.5, 0.65, 0.8]
LOW_VOICES = ([0.9, 0.7, 0.6, 0.3, 0.55, 0.1], [True, True, True, False, False, False])
LOUD_VOICES = ([0.95, 0.85, 0.75, 0.7, 0.3, 0.6], [True, True, False, False, False, True])
SHY_VOICES = ([0.4, 0.3, 0.25, 0.1, 0.9, 0.15], [True, True, True, False, False, False])


CODE = {
    "13.f1": Code(
        spec=f1,
        wrong={
            "accuracy": _accuracy,
            "precision": _precision,
            "recall": _recall,
            "the mean of precision and recall": _mean_of_both,
            "above instead of at least": _above,
        },
        equivalents=(
            lambda scores, truth, threshold: (
                2
                * sum(s >= threshold and t for s, t in zip(scores, truth))
                / (sum(s >= threshold for s in scores) + sum(truth) or 1)
            ),
        ),
    ),
    "13.count": Code(
        spec=count,
        cases=[
            ([1.2, 1.4, 4.3], SAID),
            ([0.5, 4.0, 9.5, 12.0], SAID),
            ([], SAID),
            ([1.1, 1.3, 4.1, 4.2, 6.0], SAID),
            ([2.0, 3.0], []),
        ],
        wrong={
            "a word found twice counts twice": _found_twice,
            "second detections forgiven": _forgiven,
            "misses by subtraction": _subtracted,
            "paired by order": _by_place,
        },
        equivalents=(
            lambda times, said: (
                hits := sum(any(start <= time <= end for time in times) for start, end in said),
                len(times) - hits,
                len(said) - hits,
            ),
        ),
    ),
    "13.honest_report": Code(
        spec=honest_report,
        cases=[
            (LOW_VOICES, LOUD_VOICES, GRID),
            (LOUD_VOICES, SHY_VOICES, GRID),
            (SHY_VOICES, LOW_VOICES, GRID),
        ],
        wrong={
            "as it came": lambda valid, test, thresholds: _report(test, test, thresholds),
            "told on the validation side": lambda valid, test, thresholds: _report(valid, valid, thresholds),
            "both together": lambda valid, test, thresholds: _report(
                (valid[0] + test[0], valid[1] + test[1]), test, thresholds
            ),
            "chosen on the test, told elsewhere": lambda valid, test, thresholds: _report(
                test, valid, thresholds
            ),
            "half": lambda valid, test, thresholds: (0.5, f1(*test, 0.5)),
            "the worst one": lambda valid, test, thresholds: _report(valid, test, thresholds, pick=min),
        },
        equivalents=(lambda valid, test, thresholds: _report(valid, test, thresholds),),
    ),
    "13.spotter": few_examples.SPOTTER,
}
