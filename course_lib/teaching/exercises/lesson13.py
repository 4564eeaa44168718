"""Exercises of lesson 13: speakers dealt to two sides, the interval of a proportion, a p value counted."""

import math

from course_lib.teaching.exercises.exercise import Exercise, Misconception


def split_by_speaker(speakers, held):
    """Go through the recordings; whoever is in `held` goes to the test, with everything he or she said."""
    train, test = [], []
    for number, speaker in enumerate(speakers):
        (test if speaker in held else train).append(number)
    return train, test


def interval(right, n, z=1.96):
    """Wilson: the proportions p whose own spread, sqrt(p (1 - p) / n), times z reaches to right / n."""
    share = right / n
    root = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    middle = share + z**2 / (2 * n)
    return (middle - root) / (1 + z**2 / n), (middle + root) / (1 + z**2 / n)


def p_value(measured, shuffled):
    """Count the shuffles that did at least as well; the true order counts too, above and below."""
    as_good = 1
    for score in shuffled:
        if score >= measured:
            as_good += 1
    return as_good / (len(shuffled) + 1)


def _every_third(speakers, held):
    order = range(len(speakers))
    return [k for k in order if k % 3 != 2], [k for k in order if k % 3 == 2]


def _one_of_each(speakers, held):
    """The first recording of whoever is held goes to the test, the rest to train."""
    test = [speakers.index(name) for name in dict.fromkeys(speakers) if name in held]
    return [k for k in range(len(speakers)) if k not in test], test


def _naive(right, n, z=1.96):
    share = right / n
    half = z * math.sqrt(share * (1 - share) / n)
    return share - half, share + half


def _no_root_n(right, n, z=1.96):
    share = right / n
    half = z * math.sqrt(share * (1 - share))
    return share - half, share + half


def _forgot_to_divide(right, n, z=1.96):
    low, high = interval(right, n, z)
    return low * (1 + z**2 / n), high * (1 + z**2 / n)


def _half_the_width(right, n, z=1.96):
    low, high = interval(right, n, z)
    return (low + high) / 2, (high - low) / 2


PEOPLE = ["ana", "ana", "ben", "ben", "cleo", "ana", "dora", "dora", "ben"]
EXERCISES = (
    Exercise(
        id="13.split_by_speaker",
        title="Nobody on both sides",
        kind="function",
        spec=split_by_speaker,
        cases=[
            (PEOPLE, {"ben"}),
            (PEOPLE, {"ana", "dora"}),
            (["x", "y", "x", "z"], {"x"}),
            (["x", "y", "z", "y"], set()),
        ],
        misconceptions=(
            Misconception(
                "every third recording",
                _every_third,
                "You dealt out recordings, without a look at who speaks. Then a speaker is on both sides, and the network "
                "may know the voice instead of the accent.",
            ),
            Misconception(
                "one recording of each",
                _one_of_each,
                "You put one recording of each held speaker away and kept the others. All of a held speaker's recordings go to the test.",
            ),
            Misconception(
                "sides swapped",
                lambda speakers, held: split_by_speaker(speakers, held)[::-1],
                "The two lists are swapped: first those to train on, then those of the held speakers.",
            ),
            Misconception(
                "names, not places",
                lambda speakers, held: (
                    [name for name in speakers if name not in held],
                    [name for name in speakers if name in held],
                ),
                "These are names. The exercise asks for the numbers of the recordings, counted from 0.",
            ),
        ),
        equivalents=(
            lambda speakers, held: (
                [k for k, name in enumerate(speakers) if name not in held],
                [k for k, name in enumerate(speakers) if name in held],
            ),
        ),
        hints=(
            "Ask one thing of each recording: is its speaker held?",
            "enumerate(speakers) gives the number and the name together.",
            "train = [k for k, name in enumerate(speakers) if name not in held]",
        ),
        solution="train = [k for k, name in enumerate(speakers) if name not in held]\ntest = [k for k, name in enumerate(speakers) if name in held]\nreturn train, test",
        why="A speaker on both sides tells the network the answer by the voice.",
    ),
    Exercise(
        id="13.interval",
        title="An interval for a proportion",
        kind="function",
        spec=interval,
        cases=[(12, 30), (4, 4), (0, 5), (50, 60, 1.0), (300, 600)],
        misconceptions=(
            Misconception(
                "the simple formula",
                _naive,
                "This is share ± z·sqrt(share·(1 − share)/n). For 4 of 4 it says 100 % to 100 %, as if four people were proof. "
                "Wilson's formula keeps a doubt.",
            ),
            Misconception(
                "not divided by n",
                _no_root_n,
                "Your interval does not depend on n. With more people it must become narrower.",
            ),
            Misconception(
                "the last division forgotten",
                _forgot_to_divide,
                "Nearly: both ends must be divided by 1 + z²/n. Yours can lie above 1.",
            ),
            Misconception(
                "middle and half width",
                _half_the_width,
                "These are the middle and half of the width. Return the two ends: middle − half, middle + half.",
            ),
        ),
        equivalents=(
            lambda right, n, z=1.96: tuple(
                (right + z * z / 2 + side * z * math.sqrt(right * (n - right) / n + z * z / 4)) / (n + z * z)
                for side in (-1, 1)
            ),
        ),
        hints=(
            "Three steps: the middle, the half width, and one division for both.",
            "middle = share + z**2 / (2 * n); half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))",
            "return (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)",
        ),
        solution="share = right / n\nmiddle = share + z**2 / (2 * n)\nhalf = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))\nreturn (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)",
        why="Four of four fits any true share above one half. Few people, wide interval.",
        atol=1e-7,
    ),
    Exercise(
        id="13.p_value",
        title="Could chance do it?",
        kind="function",
        spec=p_value,
        cases=[
            (0.9, [0.5, 0.4, 0.6, 0.5]),
            (0.5, [0.5, 0.4, 0.6, 0.5]),
            (0.3, [0.5, 0.4, 0.6]),
            (0.7, [0.7] * 3 + [0.1] * 16),
            (0.2, [0.1] * 99),
        ],
        misconceptions=(
            Misconception(
                "nothing added",
                lambda measured, shuffled: sum(s >= measured for s in shuffled) / len(shuffled),
                'Where no shuffle is as good, this gives 0: "chance cannot do it". The true order is one of the orders; count it above and below.',
            ),
            Misconception(
                "only better ones",
                lambda measured, shuffled: (1 + sum(s > measured for s in shuffled)) / (1 + len(shuffled)),
                "A shuffle that does *as well* speaks for chance too. Count >=.",
            ),
            Misconception(
                "the wrong side",
                lambda measured, shuffled: (1 + sum(s <= measured for s in shuffled)) / (1 + len(shuffled)),
                "You counted the shuffles that were worse. p says how often chance is as good.",
            ),
            Misconception(
                "added above only",
                lambda measured, shuffled: (1 + sum(s >= measured for s in shuffled)) / len(shuffled),
                "You added 1 above and not below. With bad luck that gives more than 1.",
            ),
        ),
        equivalents=(
            lambda measured, shuffled: (
                sum(s >= measured for s in [measured, *shuffled]) / len([measured, *shuffled])
            ),
        ),
        hints=(
            "How many shuffles did at least as well as the true labels?",
            "as_good = sum(score >= measured for score in shuffled)",
            "return (1 + as_good) / (1 + len(shuffled))",
        ),
        solution="as_good = sum(score >= measured for score in shuffled)\nreturn (1 + as_good) / (1 + len(shuffled))",
        why="With 199 shuffles the smallest p there is, is 1/200. p is never 0.",
        atol=1e-9,
    ),
)
