"""Encoders side by side, on the same windows, enrolment and trials. An encoder is what has `embed`: a base, or a public one.

It gives one vector for every second. Identification: `fit_head` on the vectors of so many seconds of each speaker,
accuracy over the seconds of the test side; the vectors of every encoder are brought to one length, as the penalty of a
probe is larger for shorter vectors. Verification: the mean direction of a whole recording's vectors, less the mean
over the recordings, cosine.
"""

import numpy as np
import torch
from torch.nn import functional as F

from course_lib import metrics
from course_lib.models.x_vector import OneLength
from course_lib.transfer import fit_head, sample_enrolment
from course_lib.transfer.prototypes import recording_direction


def right_seconds(encoder, corpus, *, seconds=(1, 5, 10), seeds=(0, 1, 2)) -> dict:
    """{seconds enrolled of each speaker: (accuracy on the test side for each seed)}; None enrols all of the training side.

    corpus   with the parts `train` and `test`, as `transfer.speakers_of` gives it
    seeds    which seconds are enrolled
    """
    sides = {split: corpus.select(split=split).windows(hop=1.0) for split in ("train", "test")}
    vectors = {split: embed_windows(encoder, windows) for split, windows in sides.items()}
    y, truth = (np.asarray(windows.y) for windows in sides.values())
    found = {}
    for most in seconds:
        accuracies = []
        for seed in seeds:
            chosen = sample_enrolment(y, sides["train"].clip_index, most, seed)
            head = fit_head(vectors["train"][chosen], y[chosen])
            scores = head.scores(vectors["test"])
            named = scores.argmax(1) if scores.ndim == 2 else (scores > 0).astype(int)
            accuracies.append(metrics.accuracy(named, truth))
        found[most] = tuple(accuracies)
    return found


def embed_windows(encoder, windows):
    """The vectors of windows in order, each as long as the square root of its size: (n, d) as an array."""
    return torch.cat([OneLength()(encoder.embed(waves)) for waves, _ in windows.batches(64)]).numpy()


def trial_scores(encoder, corpus):
    """(scores (n, n), speakers (n,)): the cosine of every pair of recordings, for `metrics.equal_error_rate_of_pairs`."""
    speakers = np.array([clip.speaker for clip in corpus])
    means = torch.stack([recording_direction(encoder, corpus.read(clip)) for clip in corpus])
    means = F.normalize(means - means.mean(0))
    return (means @ means.T).numpy(), speakers
