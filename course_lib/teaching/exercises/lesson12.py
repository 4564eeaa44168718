"""Exercises of lesson 12: F1 at a threshold, a threshold that saw the test, found and missed words in a stream."""

from course_lib.teaching.exercises.exercise import Exercise, Misconception


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


MIXED = ([0.9, 0.8, 0.7, 0.4, 0.2, 0.1], [True, False, True, True, False, False], 0.5)
EDGE = ([0.5, 0.5, 0.9, 0.1, 0.3], [True, False, True, True, False], 0.5)
NONE = ([0.1, 0.2, 0.3, 0.05], [True, False, False, False], 0.9)
STRICT = ([0.95, 0.7, 0.6, 0.5, 0.2, 0.1, 0.1], [True, True, True, True, False, False, False], 0.8)
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


EXERCISES = (
    Exercise(
        id="12.f1",
        title="F1 at a threshold",
        kind="function",
        spec=f1,
        cases=[MIXED, EDGE, NONE, STRICT],
        misconceptions=(
            Misconception(
                "accuracy",
                _accuracy,
                "This is accuracy: it also counts the seconds in which nothing was said and nothing was found. They are nearly all.",
            ),
            Misconception(
                "precision",
                _precision,
                "This is precision: of the yeses, how many are right. Words that were missed are not in it.",
            ),
            Misconception(
                "recall",
                _recall,
                "This is recall: of the words, how many were found. Who says yes to everything gets 1.",
            ),
            Misconception(
                "the mean of precision and recall",
                _mean_of_both,
                "F1 is not the plain mean of precision and recall. Count hits, false accepts and misses, and use the formula.",
            ),
            Misconception(
                "above instead of at least",
                _above,
                "A score that equals the threshold says yes too: at least, not above.",
            ),
        ),
        equivalents=(
            lambda scores, truth, threshold: (
                2
                * sum(s >= threshold and t for s, t in zip(scores, truth))
                / (sum(s >= threshold for s in scores) + sum(truth) or 1)
            ),
        ),
        hints=(
            "Three counts are enough. Which of the four cases of yes and no is not in the formula?",
            "yes = [score >= threshold for score in scores]; a hit is where yes and truth are both True.",
            "false accepts: sum(yes) - hits; misses: sum(truth) - hits; no hit: return 0.0",
        ),
        solution="yes = [score >= threshold for score in scores]\nhits = sum(y and t for y, t in zip(yes, truth))\nfalse_accepts = sum(yes) - hits\nmisses = sum(truth) - hits\nreturn 2 * hits / (2 * hits + false_accepts + misses) if hits else 0.0",
        why="The seconds in which nothing happened are in none of the three counts. That is why F1 suits rare words.",
        atol=1e-9,
    ),
    Exercise(
        id="12.count",
        title="Found, made up, missed",
        kind="function",
        spec=count,
        cases=[
            ([1.2, 1.4, 4.3], SAID),
            ([0.5, 4.0, 9.5, 12.0], SAID),
            ([], SAID),
            ([1.1, 1.3, 4.1, 4.2, 6.0], SAID),
            ([2.0, 3.0], []),
        ],
        misconceptions=(
            Misconception(
                "a word found twice counts twice",
                _found_twice,
                "A word said once was counted as two hits. Once it is found it must be taken off the list; what comes then is a false accept.",
            ),
            Misconception(
                "second detections forgiven",
                _forgiven,
                "A second detection of the same word vanished. It is a false accept: whoever acts on it acts twice.",
            ),
            Misconception(
                "misses by subtraction",
                _subtracted,
                "Misses are the words that nobody found, not the words less the detections: a made-up detection finds no word.",
            ),
            Misconception(
                "paired by order",
                _by_place,
                "You paired the first detection with the first word, the second with the second. One made-up detection then shifts all pairs.",
            ),
        ),
        equivalents=(
            lambda times, said: (
                hits := sum(any(start <= time <= end for time in times) for start, end in said),
                len(times) - hits,
                len(said) - hits,
            ),
        ),
        hints=(
            "Keep a list of the words that are still to be found.",
            "For each time: is it inside one of those? Then a hit, and take that word off the list. Else a false accept.",
            "What is still on the list at the end was missed: return hits, len(times) - hits, len(left)",
        ),
        solution="left, hits = sorted(said), 0\nfor time in sorted(times):\n    found = [word for word in left if word[0] <= time <= word[1]]\n    if found:\n        left.remove(found[0])\n        hits += 1\nreturn hits, len(times) - hits, len(left)",
        why="From these three and the length of the recording come precision, recall and false accepts per hour.",
    ),
    Exercise(
        id="12.honest_report",
        title="A threshold that saw the test",
        kind="debug",
        spec=honest_report,
        cases=[
            (LOW_VOICES, LOUD_VOICES, GRID),
            (LOUD_VOICES, SHY_VOICES, GRID),
            (SHY_VOICES, LOW_VOICES, GRID),
        ],
        misconceptions=(
            Misconception(
                "as it came",
                lambda valid, test, thresholds: _report(test, test, thresholds),
                "This is the function as it came. The threshold has seen the test, so the F1 is a promise that nobody can keep.",
            ),
            Misconception(
                "told on the validation side",
                lambda valid, test, thresholds: _report(valid, valid, thresholds),
                "The threshold is chosen in the right place. But you report F1 on the voices that chose it: that flatters.",
            ),
            Misconception(
                "both together",
                lambda valid, test, thresholds: _report(
                    (valid[0] + test[0], valid[1] + test[1]), test, thresholds
                ),
                "You choose on both sides together. A test that has helped to choose is no test, not even by half.",
            ),
            Misconception(
                "chosen on the test, told elsewhere",
                lambda valid, test, thresholds: _report(test, valid, thresholds),
                "You have exchanged the two: the validation side chooses, the test side reports.",
            ),
            Misconception(
                "half",
                lambda valid, test, thresholds: (0.5, f1(*test, 0.5)),
                "0.5 is nobody's choice. The validation side says which of the thresholds is the best.",
            ),
            Misconception(
                "the worst one",
                lambda valid, test, thresholds: _report(valid, test, thresholds, pick=min),
                "This is the threshold with the *smallest* F1 on the validation side.",
            ),
        ),
        equivalents=(lambda valid, test, thresholds: _report(valid, test, thresholds),),
        hints=(
            "Each side may be used for one thing. Which side is used for two?",
            "The line with max(...) looks at `test`. Who may choose a threshold?",
            "best = max(thresholds, key=lambda one: f1_at(*valid, one))",
        ),
        solution="best = max(thresholds, key=lambda one: f1_at(*valid, one))\nreturn best, f1_at(*test, best)",
        why="The best of many thresholds on the test is partly luck with just these voices. Choose on one side, report on the other, once.",
    ),
)
