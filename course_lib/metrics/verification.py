"""Is it there, is it the same voice? What a score is worth when the threshold may be anywhere.

A trial is one question with a score (the higher, the surer) and an answer. A threshold accepts the trials whose score
reaches it. Two errors remain: trials falsely rejected, of those that should be accepted ("miss"), and trials falsely
accepted, of the others ("false alarm").
Ref: Hanley & McNeil 1982 (ROC AUC); Martin et al. 1997 (DET curve); NIST 2018 Speaker Recognition Evaluation Plan
(detection cost); Brümmer & du Preez 2006 (equal error rate, log-likelihood ratios, their cost); Platt 1999 (logistic calibration); Poh,
Martin & Bengio 2007 (bootstrap by person).
"""

from dataclasses import dataclass

import numpy as np

from course_lib.errors import CourseError


def roc_auc(scores, actual) -> float:
    """The chance that something that is there gets a higher score than something that is not; a tie counts half.

    scores (n,): any numbers, the higher the surer; actual (n,): 1 where it is there, 0 where not. 0.5 is guessing, 1
    perfect, below 0.5 the wrong way round. It is the area under the curve of hits against false alarms over all
    thresholds. Raises CourseError unless both kinds occur and all scores are finite.

    >>> roc_auc([0.9, 0.4, 0.6, 0.1], [1, 1, 0, 0])  # of four pairs, three in the right order
    0.75
    """
    there, not_there = _both_kinds(scores, actual)
    not_there = np.sort(not_there)
    below, not_above = (np.searchsorted(not_there, there, side=side) for side in ("left", "right"))
    return float((below + not_above).sum() / (2 * len(there) * len(not_there)))


def det_curve(scores, same):
    """(false accept rates, false reject rates, thresholds), one each for every different score, the lowest first.

    scores (n,): any numbers; same (n,): True where the two recordings are of one speaker. Accepted is what reaches the
    threshold, so false accepts fall from 1 and false rejects rise from 0 along the curve. Raises CourseError unless
    both kinds occur and all scores are finite.

    >>> false_accepts, false_rejects, thresholds = det_curve([0.1, 0.4, 0.35, 0.8], [False, False, True, True])
    >>> false_accepts.tolist(), false_rejects.tolist(), thresholds.tolist()
    ([1.0, 0.5, 0.5, 0.0], [0.0, 0.0, 0.5, 0.5], [0.1, 0.35, 0.4, 0.8])
    """
    targets, others = map(np.sort, _both_kinds(scores, same))
    thresholds = np.unique(np.concatenate([targets, others]))
    false_rejects = np.searchsorted(targets, thresholds) / len(targets)  # scores below the threshold
    false_accepts = 1 - np.searchsorted(others, thresholds) / len(others)
    return false_accepts, false_rejects, thresholds


def equal_error_rate(scores, same) -> float:
    """The error rate at the threshold where as many are falsely accepted as falsely rejected, in [0, 1].

    scores (n,): one for each trial, the higher the surer; same (n,): True where the two recordings are of one speaker.
    0 is perfect, 0.5 guessing. Rates of few trials move in steps and need not meet: the value is read where the
    straight lines between neighbouring points of the DET curve cross "false accepts = false rejects".
    Raises CourseError unless both kinds occur and all scores are finite.

    >>> equal_error_rate([0.9, 0.8, 0.4, 0.6, 0.3, 0.1], [1, 1, 1, 0, 0, 0])  # one of three wrong on either side
    0.3333333333333333
    """
    false_accepts, false_rejects, _ = det_curve(scores, same)
    accepts, rejects = (
        np.append(false_accepts, 0.0),
        np.append(false_rejects, 1.0),
    )  # a threshold above all scores
    after = int(
        np.argmax(rejects >= accepts)
    )  # the first point at or behind the crossing; the curve begins before it
    gaps = accepts[after - 1] - rejects[after - 1], rejects[after] - accepts[after]
    way = gaps[0] / sum(gaps)  # from the point before to the point behind
    return float(accepts[after - 1] + way * (accepts[after] - accepts[after - 1]))


def equal_error_rate_of_pairs(scores, speakers) -> float:
    """The equal error rate over all pairs of n recordings: scores (n, n), symmetric; speakers (n,).

    >>> equal_error_rate_of_pairs(np.array([[1, 0.9, 0.2], [0.9, 1, 0.3], [0.2, 0.3, 1]]), ["ana", "ana", "ben"])
    0.0
    """
    one, other = np.triu_indices(len(speakers), 1)
    speakers = np.asarray(speakers)
    return equal_error_rate(np.asarray(scores)[one, other], speakers[one] == speakers[other])


def min_dcf(scores, same, *, target_prior=0.01, cost_miss=1.0, cost_false_accept=1.0) -> float:
    """The lowest detection cost over all thresholds: 0 is perfect, 1 what a system without recordings gets.

    Cost of a threshold: cost_miss * P(target) * false reject rate + cost_false_accept * (1 - P(target)) * false accept
    rate, divided by the cost of the better of "always accept" and "always reject" (NIST's normalisation).
    target_prior: P(target), how often the two recordings are of one speaker in use, in (0, 1).   scores, same: (n,)
    Raises CourseError for other priors or costs that are not positive, and as `det_curve` does.

    >>> round(min_dcf([0.9, 0.8, 0.4, 0.6, 0.3, 0.1], [1, 1, 1, 0, 0, 0], target_prior=0.5), 4)  # accept from 0.8
    0.3333
    """
    if not 0 < target_prior < 1 or not cost_miss > 0 or not cost_false_accept > 0:
        raise CourseError(
            f"expected a prior between 0 and 1 and costs above 0, got {target_prior}, {cost_miss}, {cost_false_accept}"
        )
    false_accepts, false_rejects, _ = det_curve(scores, same)
    miss, accept = cost_miss * target_prior, cost_false_accept * (1 - target_prior)
    costs = miss * np.append(false_rejects, 1.0) + accept * np.append(false_accepts, 0.0)
    return float(costs.min() / min(miss, accept))


@dataclass(frozen=True)
class Calibration:
    """A log-likelihood ratio for every score: `slope * score + offset`, in natural units; `calibrate` fits it."""

    slope: float
    offset: float

    def __call__(self, scores):
        """Scores (n,) or a number -> log-likelihood ratios of the same shape; 0 where both answers explain a score alike."""
        return self.slope * np.asarray(scores, dtype=float) + self.offset


def calibrate(scores, same) -> Calibration:
    """Fit log P(score | same) / P(score | different) = slope * score + offset by logistic regression -> Calibration.

    scores (n,), same (n,): as in `det_curve`. Both kinds weigh the same, however many trials there are of each, so the ratio
    does not depend on how frequent targets were. Platt's targets, (n + 1) / (n + 2) instead of 1, keep the slope finite where
    the scores part the kinds completely. Raises CourseError as `det_curve` does.

    >>> ratio = calibrate([1, 1, 1, 0, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0])
    >>> [round(float(value), 4) for value in np.exp(ratio([1, 0]))]  # with Platt's targets 16/6 to 8/6, and the reverse
    [2.0, 0.5]
    """
    from sklearn.linear_model import LogisticRegression

    targets, others = _both_kinds(scores, same)
    every = np.concatenate([targets, others])
    middle, unit = every.mean(), every.std() or 1.0  # the solver wants numbers about 1
    X = ((np.concatenate([every, every]) - middle) / unit)[:, None]
    y = np.repeat([1, 0], len(every))  # each trial twice: with the weight of "same" and that of "different"
    sure = np.concatenate(
        [np.full(len(group), (len(group) + 1) / (len(group) + 2)) for group in (targets, others)]
    )
    sure[len(targets) :] = 1 - sure[len(targets) :]
    each = np.repeat([1 / len(targets), 1 / len(others)], [len(targets), len(others)]) * len(every)
    model = LogisticRegression(C=1e9, tol=1e-10, max_iter=1000)
    model.fit(X, y, sample_weight=np.concatenate([sure * each, (1 - sure) * each]))
    slope = float(model.coef_[0, 0]) / unit
    return Calibration(slope, float(model.intercept_[0]) - slope * middle)


def likelihood_cost(ratios, same) -> float:
    """What log-likelihood ratios cost over all priors, in bits (C_llr): 0 is perfect, 1 what "I do not know" costs, above 1 misleads.

    ratios (n,): natural log-likelihood ratios; same (n,): as in `det_curve`, whose errors it raises.

    >>> likelihood_cost([0.0, 0.0], [1, 0]), round(likelihood_cost([np.log(3), -np.log(3)], [1, 0]), 4)
    (1.0, 0.415)
    """
    targets, others = _both_kinds(ratios, same)
    return float((np.logaddexp(0, -targets).mean() + np.logaddexp(0, others).mean()) / (2 * np.log(2)))


def speaker_interval(scores, first, second, *, score=equal_error_rate, level=0.95, draws=200, seed=0):
    """Bootstrap interval (low, high) of `score(scores, same)` over the people of the trials: people are drawn, not trials.

    scores, first, second (n,): the score of each trial and the speakers of its two recordings; the same name, a target trial.
    A trial is taken as often as its speakers were drawn (a target trial as often as its one speaker). A thousand
    trials of ten people are still ten people. Raises CourseError for fewer than three speakers, and as `score` does.
    """
    names, places = np.unique(np.concatenate([np.asarray(first), np.asarray(second)]), return_inverse=True)
    a, b = places[: len(first)], places[len(first) :]
    scores, same = np.asarray(scores, dtype=float), a == b
    if len(names) < 3 or len(scores) != len(a) or len(a) != len(b):
        raise CourseError(
            f"expected trials of three speakers or more, two speakers a score; got {len(names)} speakers, "
            f"{len(scores)} scores, {len(a)} and {len(b)} names"
        )
    score(scores, same)  # its own complaints first
    draw, found = np.random.default_rng(seed), []
    while len(found) < draws:
        times = np.bincount(draw.integers(len(names), size=len(names)), minlength=len(names))
        rows = np.repeat(np.arange(len(a)), np.where(same, times[a], times[a] * times[b]))
        if len(rows) and 0 < same[rows].sum() < len(rows):  # a draw of one speaker alone has no other trial
            found.append(score(scores[rows], same[rows]))
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _both_kinds(scores, actual):
    """(the scores of what is there, the scores of what is not) as arrays."""
    scores = np.asarray(scores.tolist() if hasattr(scores, "tolist") else list(scores), dtype=float)
    actual = np.asarray(actual.tolist() if hasattr(actual, "tolist") else list(actual))
    answers = set(actual.ravel().tolist())
    if scores.shape != actual.shape or scores.ndim != 1 or answers != {0, 1} or not np.isfinite(scores).all():
        raise CourseError(
            "expected a finite score for each, and of both kinds (1: it is there, 0: it is not) one or more; got "
            f"{scores.size} scores, {actual.size} answers of {sorted(answers)[:5]}"
        )
    return scores[actual == 1], scores[actual == 0]
