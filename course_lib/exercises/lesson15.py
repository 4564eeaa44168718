"""Exercises of lesson 15: the error rate of a diary, one voice in one row, the two ways in which a door fails."""

import numpy as np

from course_lib.exercises.frame import Exercise, Misconception


def error_rate(reference, found):
    """Frame by frame: spoken and missed, silent and found, or the wrong one; over the frames of speech."""
    missed = false_alarm = confused = speech = 0
    for spoken, heard in zip(reference, found):
        if spoken is not None:
            speech += 1
            if heard is None:
                missed += 1
            elif heard != spoken:
                confused += 1
        elif heard is not None:
            false_alarm += 1
    return (missed + false_alarm + confused) / speech


def direction(vectors):
    """Each vector to length 1, their mean, and that to length 1 again."""
    total = np.zeros(vectors.shape[1])
    for vector in vectors:
        total += vector / np.sqrt(np.sum(vector**2))
    mean = total / len(vectors)
    return mean / np.sqrt(np.sum(mean**2))


def failures(own, strangers, bar):
    """Count the owner's tries below the bar and the strangers' that reach it."""
    rejected = accepted = 0
    for score in own:
        if score < bar:
            rejected += 1
    for score in strangers:
        if score >= bar:
            accepted += 1
    return rejected / len(own), accepted / len(strangers)


def _wrong(reference, found):
    return sum(a != b for a, b in zip(reference, found))


def _length(vectors):
    return np.sqrt((vectors**2).sum(-1, keepdims=True))


A, B, N = "ana", "ben", None
FRAMES = [
    ([A, A, A, N, B, B, N, N], [A, A, B, A, B, N, N, N]),
    ([N, N, A, A, N], [B, B, A, A, A]),
    ([A, B, A, B], [A, A, A, A]),
    ([A, A, N, B, B, B], [N, A, N, B, A, B]),
]
VECTORS = [
    np.array([[3.0, 4.0], [0.6, 0.8]]),
    np.array([[10.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0]]),
    np.array([[1.0, 1.0], [-0.2, 0.4], [2.0, 0.1]]),
    np.array([[5.0, -2.0, 1.0]]),
]
DOORS = [
    ([0.9, 0.8, 0.4, 0.7], [0.1, 0.5, 0.6, 0.2, 0.3], 0.5),
    ([0.2, 0.3], [0.1, 0.9, 0.8], 0.3),
    ([0.5, 0.6, 0.9], [0.5, 0.4], 0.5),
    ([0.99, 0.7, 0.95, 0.9, 0.2], [0.0, 0.05, 0.7], 0.7),
]

EXERCISES = (
    Exercise(
        id="15.error_rate",
        title="The error rate of a diary",
        spec=error_rate,
        cases=FRAMES,
        misconceptions=(
            Misconception(
                "over all frames",
                lambda reference, found: _wrong(reference, found) / len(reference),
                "You divided by the whole recording. Then a long silence hides every error. Divide by the frames of speech.",
            ),
            Misconception(
                "no false alarms",
                lambda reference, found: (
                    sum(a != b for a, b in zip(reference, found) if a is not None)
                    / sum(a is not None for a in reference)
                ),
                "You looked only where somebody speaks. Finding people in silence is an error too.",
            ),
            Misconception(
                "no missed speech",
                lambda reference, found: (
                    sum(a != b for a, b in zip(reference, found) if b is not None)
                    / sum(a is not None for a in reference)
                ),
                "You looked only where somebody was found. Speech that nobody found is an error too.",
            ),
            Misconception(
                "over what was found",
                lambda reference, found: _wrong(reference, found) / max(1, sum(b is not None for b in found)),
                "You divided by the speech that was found. The reference says how much there is.",
            ),
            Misconception(
                "the share that is right",
                lambda reference, found: 1 - error_rate(reference, found),
                "This is what is right. The error rate counts what is wrong; for a perfect answer it is 0.",
            ),
        ),
        equivalents=(
            lambda reference, found: (
                sum(1 for a, b in zip(reference, found) if a != b)
                / (len(reference) - list(reference).count(None))
            ),
        ),
        hints=(
            "Missed, false alarm and confusion have one thing in common: the two lists differ there.",
            "Above the line: the frames that differ. Below it: the frames in which the reference has a name.",
            "wrong = sum(a != b for a, b in zip(reference, found)), over sum(a is not None for a in reference)",
        ),
        solution="wrong = sum(a != b for a, b in zip(reference, found))\nreturn wrong / sum(a is not None for a in reference)",
        why="With one speaker at a time the three kinds of error never meet in one frame, so they can be counted together.",
        atol=1e-9,
    ),
    Exercise(
        id="15.direction",
        title="A voice in one row",
        spec=direction,
        cases=[(vectors,) for vectors in VECTORS],
        misconceptions=(
            Misconception(
                "loud windows count more",
                lambda vectors: vectors.mean(0) / np.sqrt((vectors.mean(0) ** 2).sum()),
                "You averaged the vectors as they are: a long one then counts more. Bring each to length 1 first.",
            ),
            Misconception(
                "not a direction",
                lambda vectors: (vectors / _length(vectors)).mean(0),
                "The mean of directions is shorter than 1, the more they differ the shorter. Bring it to length 1 at the end.",
            ),
            Misconception(
                "plain mean",
                lambda vectors: vectors.mean(0),
                "That is the plain mean. Directions are asked for: length 1 before averaging, and length 1 after it.",
            ),
            Misconception(
                "one window only",
                lambda vectors: vectors[0] / np.sqrt((vectors[0] ** 2).sum()),
                "That is the first window alone. One second may be a breath or a laugh; average over all.",
            ),
            Misconception(
                "a mean for each window",
                lambda vectors: (vectors / _length(vectors)).mean(1),
                "You averaged over the numbers of each vector. Average over the windows: axis 0.",
            ),
        ),
        equivalents=(
            lambda vectors: (
                (vectors / np.linalg.norm(vectors, axis=1)[:, None]).sum(0)
                / np.linalg.norm((vectors / np.linalg.norm(vectors, axis=1)[:, None]).sum(0))
            ),
        ),
        hints=(
            "Three steps: to length 1, average, to length 1.",
            "The length of a vector is the root of the sum of its squares; for all rows at once: (vectors**2).sum(1, keepdims=True) ** 0.5",
            "unit = vectors / (vectors**2).sum(1, keepdims=True) ** 0.5; mean = unit.mean(0)",
        ),
        solution="unit = vectors / (vectors**2).sum(1, keepdims=True) ** 0.5\nmean = unit.mean(0)\nreturn mean / (mean**2).sum() ** 0.5",
        why="A product with such a row is a cosine. So the row is a neuron that answers most to this voice.",
        atol=1e-6,
    ),
    Exercise(
        id="15.failures",
        title="Two ways to fail",
        spec=failures,
        cases=DOORS,
        misconceptions=(
            Misconception(
                "the two are swapped",
                lambda own, strangers, bar: failures(own, strangers, bar)[::-1],
                "The right two numbers in the wrong order: first the owner's rejections, then the strangers' acceptances.",
            ),
            Misconception(
                "what works",
                lambda own, strangers, bar: tuple(1 - share for share in failures(own, strangers, bar)),
                "These are the tries that went well: owners let in, strangers kept out. The failures are asked for.",
            ),
            Misconception(
                "over all tries",
                lambda own, strangers, bar: (
                    sum(score < bar for score in own) / (len(own) + len(strangers)),
                    sum(score >= bar for score in strangers) / (len(own) + len(strangers)),
                ),
                "You divided by all tries. Each share has its own: the owner's tries, and the strangers' tries.",
            ),
            Misconception(
                "the bar itself is too low",
                lambda own, strangers, bar: (
                    sum(score <= bar for score in own) / len(own),
                    sum(score > bar for score in strangers) / len(strangers),
                ),
                "Who *reaches* the bar is accepted. You rejected a score that is equal to it.",
            ),
        ),
        equivalents=(
            lambda own, strangers, bar: (
                float(np.mean(np.array(own) < bar)), float(np.mean(np.array(strangers) >= bar)),
            ),
        ),
        hints=(
            "Two groups, two counts, two divisions.",
            "The owner fails below the bar; a stranger fails (for us) at the bar and above it.",
            "rejected = sum(score < bar for score in own) / len(own)",
        ),
        solution="rejected = sum(score < bar for score in own) / len(own)\naccepted = sum(score >= bar for score in strangers) / len(strangers)\nreturn rejected, accepted",
        why="False rejection and false acceptance. Raising the bar trades one for the other; only a better network lowers both.",
        atol=1e-9,
    ),
)  # fmt: skip
