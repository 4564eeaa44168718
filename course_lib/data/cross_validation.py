"""Few speakers: let each of them be judged once, by a network that never heard him or her (cross-validation).

Ref: Stone 1974 (cross-validation); the folds are made of speakers, each class dealt evenly.
"""

import random
from collections import Counter

from course_lib.errors import CorpusError


def filter_min_speakers(corpus, target, *, least=4, recordings=None):
    """The part of a corpus that has `least` speakers or more of each value of `target`, `recordings` of each at most.

    The recordings kept are spread over a speaker's sessions, in the order of the manifest. Raises CorpusError for a
    speaker of two values, and where fewer than two values are left.
    """
    own = {}
    for clip in corpus:
        if clip.speaker and clip.get(target):
            own.setdefault(clip.speaker, clip.get(target))
            if own[clip.speaker] != clip.get(target):
                raise CorpusError(
                    f"{corpus.name}: expected one {target} for each speaker, got {own[clip.speaker]!r} and "
                    f"{clip.get(target)!r} for {clip.speaker}; a split by speaker cannot divide such classes"
                )
    counts = Counter(own.values())
    kept = sorted(value for value, count in counts.items() if count >= least)
    if len(kept) < 2:
        raise CorpusError(
            f"{corpus.name}: expected two values of {target} with {least} speakers or more, got "
            + (", ".join(f"{value}: {count}" for value, count in sorted(counts.items())) or "none")
        )
    part = corpus.select(**{target: kept})
    return part if recordings is None else part.select(path=_first(part, recordings))


def folds(corpus, target, k=3, seed=0):
    """Which of `k` folds each clip is in: {speaker: 0 ... k-1}; the speakers of each class are dealt out in turns.

    Raises CorpusError where a class has fewer than `k` speakers.
    """
    classes = {}
    for clip in corpus:
        classes.setdefault(clip.get(target), set()).add(clip.speaker)
    scarce = sorted(name for name, speakers in classes.items() if len(speakers) < k)
    if scarce or k < 2:
        raise CorpusError(
            f"{corpus.name}: expected {max(k, 2)} speakers or more of each {target}, got fewer of {scarce}"
        )
    dealer, fold_of, turn = random.Random(seed), {}, 0
    for name in sorted(classes):
        speakers = sorted(classes[name])
        dealer.shuffle(speakers)
        for speaker in speakers:
            fold_of[speaker] = turn % k
            turn += 1
    return fold_of


def _first(corpus, recordings):
    """Paths of at most `recordings` clips of each speaker, one of each session in turns."""
    sessions = {}
    for clip in corpus:
        sessions.setdefault(clip.speaker, {}).setdefault(clip.session, []).append(clip.path)
    chosen = []
    for queues in sessions.values():
        turns = [queue[turn] for turn in range(recordings) for queue in queues.values() if turn < len(queue)]
        chosen += turns[:recordings]
    return chosen
