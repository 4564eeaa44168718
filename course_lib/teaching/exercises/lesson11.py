"""Exercises of lesson 11: an area counted in pairs, one pixel for a network of photographs, episodes by two thresholds."""

from course_lib.teaching.exercises.exercise import Exercise, Misconception


def auc(snores, others):
    """Pair by pair: a snore above another sound wins a point, a tie half a point."""
    points = 0.0
    for snore in snores:
        for other in others:
            if snore > other:
                points += 1.0
            elif snore == other:
                points += 0.5
    return points / (len(snores) * len(others))


def brightness(db, loudest):
    """1 at the loudest point, 0 where it is 60 dB weaker or more."""
    return min(1.0, max(0.0, 1 + (db - loudest) / 60))


def pixel(db, loudest, mean, spread):
    """Decibels to brightness; then what a photograph's channel gets."""
    return (brightness(db, loudest) - mean) / spread


def runs_of(scores, high, low):
    """Walk along; a run begins above `low`, ends where it is not, and counts if it has been above `high`."""
    found, first, reached = [], None, False
    for place, value in enumerate(scores):
        if value > low:
            if first is None:
                first, reached = place, False
            reached = reached or value > high
        elif first is not None:
            if reached:
                found.append((first, place))
            first = None
    if first is not None and reached:
        found.append((first, len(scores)))
    return found


def one_threshold(scores, threshold):
    return runs_of(scores, threshold, threshold)


def _accuracy(snores, others):
    right = sum(one > 0 for one in snores) + sum(one <= 0 for one in others)
    return right / (len(snores) + len(others))


def _to_the_end(scores, high, low):
    """Begins where `high` is passed, not where the run above `low` begins."""
    found, first = [], None
    for place, value in enumerate([*scores, low]):
        if first is None and value > high:
            first = place
        elif first is not None and value <= low:
            found.append((first, place))
            first = None
    return found


NIGHT = [0.0, 0.6, 1.4, 0.7, 0.9, 1.2, 0.1, 0.0, 0.8, 0.7, 0.2, 0.9, 2.0]
QUIET = [0.1, 0.6, 0.2, 0.9, 0.0]
LOUD = [0.7, 1.5, 0.6]

EXERCISES = (
    Exercise(
        id="11.auc",
        title="An area, pair by pair",
        kind="function",
        spec=auc,
        cases=[
            ([0.9, 0.4], [0.6, 0.1]),
            ([2.0, 1.0, 1.0], [1.0, -1.0]),
            ([0.5], [0.5, 0.7, 0.2]),
            ([-3.0, -1.0], [-2.0, -4.0, -5.0]),
        ],
        misconceptions=(
            Misconception(
                "ties lost",
                lambda snores, others: (
                    sum(a > b for a in snores for b in others) / (len(snores) * len(others))
                ),
                "A tie counts nothing in your answer. It counts half: a coin decides such a pair.",
            ),
            Misconception(
                "ties won",
                lambda snores, others: (
                    sum(a >= b for a in snores for b in others) / (len(snores) * len(others))
                ),
                "A tie counts as won in your answer. A detector that gives everything the same score would be perfect. A tie counts half.",
            ),
            Misconception(
                "the wrong way round",
                lambda snores, others: 1 - auc(snores, others),
                "You counted the pairs in which the other sound has the higher score.",
            ),
            Misconception(
                "accuracy at zero",
                _accuracy,
                "This is an accuracy, with a threshold at 0. AUC needs no threshold: it compares pairs.",
            ),
            Misconception(
                "not divided",
                lambda snores, others: auc(snores, others) * len(snores) * len(others),
                "You counted the pairs that are won. Divide by the number of all pairs.",
            ),
        ),
        equivalents=(
            lambda snores, others: (
                sum(0.5 * ((a > b) + (a >= b)) for a in snores for b in others) / len(snores) / len(others)
            ),
        ),
        hints=(
            "Two loops: every snore meets every other sound.",
            "A pair gives 1 if the snore's score is higher, 0.5 for a tie. Divide by the number of pairs.",
            "won = sum((a > b) + 0.5 * (a == b) for a in snores for b in others)",
        ),
        solution="won = sum((a > b) + 0.5 * (a == b) for a in snores for b in others)\nreturn won / (len(snores) * len(others))",
        why="Two snores and two others make four pairs. Three in the right order: 75 %.",
        atol=1e-9,
    ),
    Exercise(
        id="11.pixel",
        title="One pixel",
        kind="function",
        spec=pixel,
        cases=[
            (-20.0, -20.0, 0.485, 0.229),
            (-50.0, -20.0, 0.456, 0.224),
            (-95.0, -20.0, 0.406, 0.225),
            (-32.0, -8.0, 0.5, 0.25),
        ],
        misconceptions=(
            Misconception(
                "not clipped",
                lambda db, loudest, mean, spread: (1 + (db - loudest) / 60 - mean) / spread,
                "Whatever lies more than 60 dB below the loudest is black: 0, not less.",
            ),
            Misconception(
                "not normalised",
                lambda db, loudest, mean, spread: brightness(db, loudest),
                "The brightness is right. Now take the channel's mean away and divide by its spread.",
            ),
            Misconception(
                "divided first",
                lambda db, loudest, mean, spread: brightness(db, loudest) / spread - mean,
                "First the mean is taken away, then all of it is divided by the spread: mind the brackets.",
            ),
            Misconception(
                "a negative",
                lambda db, loudest, mean, spread: (1 - brightness(db, loudest) - mean) / spread,
                "Black and white are exchanged. The loudest point has brightness 1.",
            ),
            Misconception(
                "multiplied",
                lambda db, loudest, mean, spread: (brightness(db, loudest) - mean) * spread,
                "You multiplied by the spread. Divide, so that the numbers get the spread 1.",
            ),
        ),
        equivalents=(lambda db, loudest, mean, spread: (max(db - loudest, -60.0) / 60 + 1 - mean) / spread,),
        hints=(
            "Two steps: decibels to brightness, brightness to what the network knows.",
            "1 + (db - loudest) / 60 is 1 at the loudest point and 0 at 60 dB below. Keep it between 0 and 1.",
            "(brightness - mean) / spread",
        ),
        solution="brightness = min(1.0, max(0.0, 1 + (db - loudest) / 60))\nreturn (brightness - mean) / spread",
        why="The loudest point of the red channel is (1 - 0.485) / 0.229 = 2.25: the white of a photograph.",
        atol=1e-9,
    ),
    Exercise(
        id="11.runs_of",
        title="Two thresholds",
        kind="function",
        spec=runs_of,
        cases=[(NIGHT, 1.0, 0.5), (QUIET, 1.0, 0.5), (LOUD, 1.0, 0.5), (NIGHT, 1.3, 0.15)],
        misconceptions=(
            Misconception(
                "the high one alone",
                lambda scores, high, low: one_threshold(scores, high),
                "Your episodes end as soon as the score falls below `high`. They go on while it is above `low`.",
            ),
            Misconception(
                "the low one alone",
                lambda scores, high, low: one_threshold(scores, low),
                "You took every run above `low`. Only those that reach above `high` somewhere count.",
            ),
            Misconception(
                "begun too late",
                _to_the_end,
                "Your episodes begin where `high` is passed. The run began earlier, where the score came above `low`.",
            ),
            Misconception(
                "the last place itself",
                lambda scores, high, low: [(first, end - 1) for first, end in runs_of(scores, high, low)],
                "`end` is the place *after* the last one of the run, as in a slice.",
            ),
            Misconception(
                "the end forgotten",
                lambda scores, high, low: [run for run in runs_of(scores, high, low) if run[1] < len(scores)],
                "A run that lasts until the end of the night is lost. Close it there.",
            ),
        ),
        equivalents=(
            lambda scores, high, low: [
                (first, end)
                for first, end in one_threshold(scores, low)
                if any(value > high for value in scores[first:end])
            ],
        ),
        hints=(
            "First find the runs above `low`. Then keep those with a score above `high`.",
            "Walk through the scores and remember where a run began; let one more score, `low`, close the last run.",
            "if value <= low and first is not None: keep (first, place) if max(scores[first:place]) > high; first = None",
        ),
        solution="found, first = [], None\nfor place, value in enumerate([*scores, low]):\n    if value > low and first is None:\n        first = place\n    if value <= low and first is not None:\n        if max(scores[first:place]) > high:\n            found.append((first, place))\n        first = None\nreturn found",
        why="The high threshold keeps out what is doubtful, the low one keeps together what belongs together.",
    ),
)
