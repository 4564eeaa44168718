"""Exercises of lesson 15: a diary's error rate, a voice in one row, a door's two failures, which split answers which question."""

import numpy as np

from course_lib.teaching.exercises.exercise import Exercise, Misconception


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


def can_answer(question, learn, test):
    """Go through the tested recordings one by one and look for what would spoil the answer."""
    for speaker, session in test:
        known = [other for other, _ in learn if other == speaker]
        if question == "new people" and known:
            return False
        if question == "another day" and (not known or (speaker, session) in learn):
            return False
    return True


def _speakers(rows):
    return {speaker for speaker, _ in rows}


def _sessions(rows):
    return {session for _, session in rows}


def _by_day(learn, test, *, apart=None, known=None):
    apart = not set(learn) & set(test) if apart is None else apart
    return apart and (_speakers(test) <= _speakers(learn) if known is None else known)


def _new_or(question, learn, test, day):
    return not _speakers(learn) & _speakers(test) if question == "new people" else day


MONDAY = [("ana", "mon"), ("ben", "mon")]
SPLITS = [
    ("new people", MONDAY, [("cem", "mon")]),
    ("new people", MONDAY, [("ana", "tue")]),
    ("another day", MONDAY, [("ana", "tue"), ("ben", "tue")]),
    ("another day", [("ana", "mon"), ("ana", "tue")], [("ana", "tue")]),
    ("another day", [("ana", "mon"), ("ben", "tue")], [("ana", "tue"), ("ben", "mon")]),
    ("another day", [("ana", "mon")], [("ana", "tue"), ("cem", "tue")]),
    ("another day", [("ana", "mon")], [("cem", "tue")]),
]


EXERCISES = (
    Exercise(
        id="15.error_rate",
        title="The error rate of a diary",
        kind="function",
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
        kind="function",
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
        kind="function",
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
                float(np.mean(np.array(own) < bar)),
                float(np.mean(np.array(strangers) >= bar)),
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
    Exercise(
        id="15.can_answer",
        title="Which split answers the question?",
        kind="experiment",
        spec=can_answer,
        cases=SPLITS,
        misconceptions=(
            Misconception(
                "no recording twice",
                lambda question, learn, test: not set(learn) & set(test),
                "No session is on both sides, and that is not enough: the one question is about people, the other about days.",
            ),
            Misconception(
                "always other people",
                lambda question, learn, test: not _speakers(learn) & _speakers(test),
                "For 'another day' the people must be the same on both sides: nobody can be named whom the system never heard.",
            ),
            Misconception(
                "days by their name",
                lambda question, learn, test: _new_or(
                    question, learn, test, _by_day(learn, test, apart=not _sessions(learn) & _sessions(test))
                ),
                "You hold the days apart for everybody at once. What counts is that no *speaker* has the same session on both sides.",
            ),
            Misconception(
                "strangers in the test",
                lambda question, learn, test: _new_or(
                    question, learn, test, _by_day(learn, test, known=True)
                ),
                "Somebody is tested who never enrolled. For 'another day' everybody in the test must be known.",
            ),
            Misconception(
                "one known voice will do",
                lambda question, learn, test: _new_or(
                    question,
                    learn,
                    test,
                    _by_day(learn, test, known=bool(_speakers(learn) & _speakers(test))),
                ),
                "One known voice in the test is not enough: *all* of them must have enrolled.",
            ),
            Misconception(
                "the questions exchanged",
                lambda question, learn, test: _new_or(
                    "new people" if question == "another day" else "another day",
                    learn,
                    test,
                    _by_day(learn, test),
                ),
                "You have exchanged the two questions.",
            ),
        ),
        equivalents=(lambda question, learn, test: _new_or(question, learn, test, _by_day(learn, test)),),
        hints=(
            "What would make each question too easy? Knowing the person; knowing the day.",
            "'new people': no speaker on both sides. 'another day': all tested speakers are known, and no (speaker, session) is on both sides.",
            "who, known = ({speaker for speaker, _ in rows} for rows in (test, learn)); then `who & known` and `who <= known`",
        ),
        solution='who, known = ({speaker for speaker, _ in rows} for rows in (test, learn))\nif question == "new people":\n    return not who & known\nreturn who <= known and not set(test) & set(learn)',
        why="First the question, then the split. The same recordings can be an honest test of the one and worthless for the other.",
    ),
)
