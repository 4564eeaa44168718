"""Accents: a page that everybody reads, then free speech; judged by speaker, with intervals and a permutation test.

Every speaker is judged once for each seed, by networks that learned from the other two thirds of the speakers. Arms
have the same budget; nothing is chosen on the free speech. Answers of the three seeds are averaged for the interval.
"""

import functools

import numpy as np
import torch
from torch.nn import functional as F

from course_lib import metrics, seeding, transfer
from course_lib.data import filter_min_speakers, folds, load
from course_lib.features import mel
from course_lib.models import XVector
from course_lib.tasks.confounders import confound_features, cross_val_predict
from course_lib.training import fit, predict
from tools.recorded_metrics import figure, percent, shown, table

SEEDS, FOLDS = (0, 1, 2), 3
BASE, FREE = 10, 8  # epochs
HOW = {"batch_size": 32, "schedule": "cosine", "weight_decay": 1e-2, "patience": None, "progress": False}


def measure() -> dict:
    threads = seeding.set_threads()
    page = load("synthetic_passage").select(split="train").features(mel, target="accent")
    everybody = load("synthetic_accents", by="recording")
    words = everybody.select(role="base", split="train").features(mel, target="accent")
    bases = {
        "page": {seed: base_of(page, seed) for seed in SEEDS},
        "own words": {seed: base_of(words, seed) for seed in SEEDS},
    }
    found = {"text": {"threads": str(threads), "seconds of the page": figure(len(page), "d")}, "about": {}}
    for title, corpus in (
        ("synthetic_accents", everybody.select(role="transfer")),
        ("voxforge_en", load("voxforge_en", by="recording")),
    ):
        people = filter_min_speakers(corpus, "accent", least=4, recordings=4)
        free = people.features(mel, target="accent")
        accent_of = {clip.speaker: free.classes.index(clip.get("accent")) for clip in people}
        truth = np.array([accent_of[name] for name in sorted(accent_of)])
        found[title] = dict(arms(people, free, truth, sorted(accent_of), bases, len(page)))
        counts = ", ".join(f"{name} {int((truth == k).sum())}" for k, name in enumerate(free.classes))
        found["about"][title] = f"{title}, {len(truth)} speakers; {len(SEEDS)} seeds"
        found["text"] |= {
            title: f"{len(truth)} speakers ({counts}), {len(people)} recordings, {len(free)} seconds.",
            f"chance of {title}": percent(1 / len(free.classes)),
        }
    return found


def section(measured) -> str:
    text = measured["text"]
    parts = [
        "## Accents\n\n"
        "`python -m tools.results accents`, with `COURSE_DATA` naming the folder of the corpora.\n\n"
        f"New people, free speech, seconds averaged per recording and speaker, one answer a speaker; in percent. Split by speaker into "
        f"{FOLDS} folds, {len(SEEDS)} seeds (folds, weights, order), torch threads: {text['threads']}. *95 % from, to*: the interval when speakers are drawn again within "
        "each accent, for the answers averaged over the seeds; *seeds*: mean ± standard deviation; *p*: accents dealt to other speakers 999 times "
        f"(level, noise, pitch: trained anew each of 99 times; first seed's answers, middle p). Budgets are equal: {BASE} epochs of {shown(text['seconds of the page'])} seconds and {FREE} of the free "
        "speech; *free speech alone* spends them all there. *Own words*: the readers of the page with sentences of their own, a control.",
    ]  # fmt: skip
    for title in ("synthetic_accents", "voxforge_en"):
        parts += [
            f"### {title}",
            f"{text[title]} Chance {shown(text[f'chance of {title}'])}%.",
            table("arm", measured[title]),
        ]
    return "\n\n".join([*parts, WHY])


WHY = (
    "Read the intervals before the means. The synthetic accents are rules; the readers' own words were the better base there on average, and the intervals overlap. "
    "Both have the same readers, so it is the texts, not the number of people, that differ between the two. `voxforge_en` has four accents with four speakers or more, and four of one of them: its intervals are wide. Nine tests were "
    "made for each corpus, so multiply a p by nine before believing it (Bonferroni). And an arm above chance may know the occasion "
    "instead of the accent: level, noise and pitch, which hold none, reach into the same range."
)


def arms(people, free, truth, names, bases, budget):
    """(arm, its row) of one corpus."""
    classes, clips = free.classes, free.windows.clip_index
    ways = {
        "free speech alone": functools.partial(alone, budget=budget),
        "page, frozen": functools.partial(carried, bases["page"], "body"),
        "page, tuned": functools.partial(carried, bases["page"], ""),
        "own words, frozen": functools.partial(carried, bases["own words"], "body"),
        "speaker base, frozen": head_alone,
    }
    known = transfer.embed(transfer.load_base().model, free)  # a vector for each second
    for arm, make in ways.items():
        data = known if make is head_alone else free
        runs = []
        for seed in SEEDS:
            fold_of = folds(people, "accent", FOLDS, seed)
            fold = np.array([fold_of[people.clips[clip].speaker] for clip in clips])
            scores = torch.empty(len(data), len(classes))
            for k in range(FOLDS):
                model = make(data.take(fold != k), seed)
                scores[fold == k] = torch.log_softmax(predict(model, data.take(fold == k)), 1)
            runs.append(by_speaker(scores, clips, people))
        said = np.mean(runs, axis=0).argmax(1)
        test = metrics.permutation_test(lambda y, said=said: metrics.balanced_accuracy(said, y), truth, names)
        seeds = [metrics.balanced_accuracy(run.argmax(1), truth) for run in runs]
        yield arm, row(test.score, said, truth, names, seeds, figure(test.p, ".3f", 0.1))
    found = confound_features(people)
    for what, numbers in {**found, "level, noise and pitch": np.hstack(list(found.values()))}.items():
        yield f"{what} alone", alibi(numbers, people, truth, names)


def row(score, said, truth, names, seeds, p) -> dict:
    """One answer more or less of few speakers moves the first three a good deal; they are allowed to."""
    low, high = metrics.bootstrap_interval(said, truth, names)
    return {
        "balanced accuracy": percent(score, allowed=5),
        "95 % from": percent(low, ".0f", allowed=10),
        "to": percent(high, ".0f", allowed=10),
        "seeds": percent(seeds),
        "p": p,
    }


def by_speaker(scores, clips, people):
    """Scores of windows -> mean scores of the speakers, in sorted order."""
    means, numbers = metrics.mean_by_group(scores, clips)
    return metrics.mean_by_group(means, [people.clips[clip].speaker for clip in numbers])[0]


def alibi(numbers, people, truth, names):
    """What a linear classifier gets from the traces of the recordings, averaged per speaker."""
    X, _ = metrics.mean_by_group(numbers, [clip.speaker for clip in people])
    answers, scores, ps = [], [], []
    for seed in SEEDS:
        fold_of = folds(people, "accent", FOLDS, seed)
        fold = np.array([fold_of[name] for name in names])

        def score(y, fold=fold):
            return metrics.balanced_accuracy(cross_val_predict(X, y, fold), y)

        test = metrics.permutation_test(score, truth, shuffles=99, seed=seed)
        answers.append(cross_val_predict(X, truth, fold))
        scores.append(test.score)
        ps.append(test.p)
    p = figure(sorted(ps)[len(ps) // 2], ".2f", 0.1)
    return row(scores[0], answers[0], truth, names, scores, p)


def fresh(n_classes, seed):
    torch.manual_seed(seed)
    return XVector(n_classes, channels=32, blocks=2, embedding=64)


def base_of(data, seed):
    model = fresh(len(data.classes), seed)
    fit(model, data, epochs=BASE, lr=3e-3, seed=seed, **HOW)
    return model


def even(data):
    """Cross-entropy to which every class counts the same."""
    counts = torch.bincount(data.y, minlength=len(data.classes)).clamp(min=1)
    return functools.partial(F.cross_entropy, weight=len(data) / len(data.classes) / counts)


def alone(data, seed, *, budget):
    model, epochs = fresh(len(data.classes), seed), FREE + round(BASE * budget / len(data))
    fit(model, data, epochs=epochs, lr=3e-3, loss=even(data), seed=seed, **HOW)
    return model


def carried(bases, upto, data, seed):
    model = transfer.init_from_base(bases[seed], upto, len(data.classes), seed)
    lr = 3e-3 if upto else {"body": 5e-4, "head": 3e-3}
    learn = transfer.fit_frozen if upto else fit
    learn(model, data, epochs=FREE, lr=lr, loss=even(data), seed=seed, **HOW)
    return model


def head_alone(data, seed):
    """A linear head on the vectors of the course's speaker base."""
    head = transfer.init_from_base(transfer.load_base().model, "body", len(data.classes), seed).head
    fit(head, data, epochs=FREE, lr=3e-3, loss=even(data), seed=seed, **HOW)
    return head
