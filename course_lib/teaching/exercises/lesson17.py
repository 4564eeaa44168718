"""Exercises of lesson 17: a diary's error rate, a voice's prototype, a door's two failures, which split answers, strangers."""

import numpy as np

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import arrivals


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


def prototype(vectors):
    """Each vector to length 1, their mean, and that to length 1 again."""
    total = np.zeros(vectors.shape[1])
    for vector in vectors:
        total += vector / np.sqrt(np.sum(vector**2))
    mean = total / len(vectors)
    return mean / np.sqrt(np.sum(mean**2))


def failures(own, strangers, threshold):
    """Count the owner's tries below the threshold and the strangers' that reach it."""
    rejected = accepted = 0
    for score in own:
        if score < threshold:
            rejected += 1
    for score in strangers:
        if score >= threshold:
            accepted += 1
    return rejected / len(own), accepted / len(strangers)


def _wrong(reference, found):
    return sum(a != b for a, b in zip(reference, found))


def _length(vectors):
    return np.sqrt((vectors**2).sum(-1, keepdims=True))


VECTORS = [
    np.array([[3.0, 4.0], [0.6, 0.8]]),
    np.array([[10.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 1.0]]),
    np.array([[1.0, 1.0], [-0.2, 0.4], [2.0, 0.1]]),
    np.array([[5.0, -2.0, 1.0]]),
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


CODE = {
    "17.error_rate": Code(
        spec=error_rate,
        wrong={
            "over all frames": lambda reference, found: _wrong(reference, found) / len(reference),
            "no false alarms": lambda reference, found: (
                sum(a != b for a, b in zip(reference, found) if a is not None)
                / sum(a is not None for a in reference)
            ),
            "no missed speech": lambda reference, found: (
                sum(a != b for a, b in zip(reference, found) if b is not None)
                / sum(a is not None for a in reference)
            ),
            "over what was found": lambda reference, found: (
                _wrong(reference, found) / max(1, sum(b is not None for b in found))
            ),
            "the share that is right": lambda reference, found: 1 - error_rate(reference, found),
        },
        equivalents=(
            lambda reference, found: (
                sum(1 for a, b in zip(reference, found) if a != b)
                / (len(reference) - list(reference).count(None))
            ),
        ),
    ),
    "17.prototype": Code(
        spec=prototype,
        cases=[(vectors,) for vectors in VECTORS],
        wrong={
            "loud windows count more": lambda vectors: (
                vectors.mean(0) / np.sqrt((vectors.mean(0) ** 2).sum())
            ),
            "not a direction": lambda vectors: (vectors / _length(vectors)).mean(0),
            "plain mean": lambda vectors: vectors.mean(0),
            "one window only": lambda vectors: vectors[0] / np.sqrt((vectors[0] ** 2).sum()),
            "a mean for each window": lambda vectors: (vectors / _length(vectors)).mean(1),
        },
        equivalents=(
            lambda vectors: (
                (vectors / np.linalg.norm(vectors, axis=1)[:, None]).sum(0)
                / np.linalg.norm((vectors / np.linalg.norm(vectors, axis=1)[:, None]).sum(0))
            ),
        ),
    ),
    "17.failures": Code(
        spec=failures,
        wrong={
            "the two are swapped": lambda own, strangers, threshold: failures(own, strangers, threshold)[
                ::-1
            ],
            "what works": lambda own, strangers, threshold: tuple(
                1 - share for share in failures(own, strangers, threshold)
            ),
            "over all tries": lambda own, strangers, threshold: (
                sum(score < threshold for score in own) / (len(own) + len(strangers)),
                sum(score >= threshold for score in strangers) / (len(own) + len(strangers)),
            ),
            "the threshold itself is too low": lambda own, strangers, threshold: (
                sum(score <= threshold for score in own) / len(own),
                sum(score > threshold for score in strangers) / len(strangers),
            ),
        },
        equivalents=(
            lambda own, strangers, threshold: (
                float(np.mean(np.array(own) < threshold)),
                float(np.mean(np.array(strangers) >= threshold)),
            ),
        ),
    ),
    "17.can_answer": Code(
        spec=can_answer,
        cases=SPLITS,
        wrong={
            "no recording twice": lambda question, learn, test: not set(learn) & set(test),
            "always other people": lambda question, learn, test: not _speakers(learn) & _speakers(test),
            "days by their name": lambda question, learn, test: _new_or(
                question, learn, test, _by_day(learn, test, apart=not _sessions(learn) & _sessions(test))
            ),
            "strangers in the test": lambda question, learn, test: _new_or(
                question, learn, test, _by_day(learn, test, known=True)
            ),
            "one known voice will do": lambda question, learn, test: _new_or(
                question,
                learn,
                test,
                _by_day(learn, test, known=bool(_speakers(learn) & _speakers(test))),
            ),
            "the questions exchanged": lambda question, learn, test: _new_or(
                "new people" if question == "another day" else "another day",
                learn,
                test,
                _by_day(learn, test),
            ),
        },
        equivalents=(lambda question, learn, test: _new_or(question, learn, test, _by_day(learn, test)),),
    ),
    "17.stranger": arrivals.STRANGER,
}
