"""Error rates of the speaker identifier: which change bought what, beside classic baselines and chance.

Settings were chosen on recordings held out of train; the test recordings are only counted here, once per row and seed.
"""

import warnings
from dataclasses import replace

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture

from course_lib import seeding
from course_lib.metrics import error_rate
from course_lib.tasks import speaker_id
from course_lib.training.usage_of_test_set import count_name
from tools.recorded_metrics import percent, table

SEEDS = (0, 1, 2)
CORPORA = ("voxforge_en", "fsdd_digits_8k")
PUBLISHED = replace(speaker_id.SOURCE, mean_normalize=True)  # all of train, 20 epochs, the last weights
STEPS = [  # each adds one change to the one before: name, MFCC a frame, what changes
    ("the source's recipe, validated on a fifth of the training recordings", 20, {"mean_normalize": True}),
    ("+ every feature to mean 0 and deviation 1", 20, {"normalize": True}),
    ("+ momentum 0.9", 20, {"momentum": 0.9}),
    ("+ cosine schedule", 20, {"schedule": "cosine"}),
    ("+ 3 frames of 10 an epoch, drawn anew", 20, {"share": 0.3}),
    ("+ 256 units", 20, {"hsize": 256}),
    ("+ batch normalization", 20, {"batch_norm": True}),
    ("+ dropout 0.3", 20, {"dropout": 0.3}),
    ("+ 40 coefficients", 40, {}),
    ("+ the recording's own mean kept (recipe `course`)", 40, {"mean_normalize": False}),
]  # fmt: skip
GAUSSIANS, FITTED = 16, 20_000  # components a speaker; frames that logistic regression is fitted on


def measure() -> dict:
    seeding.set_threads()
    text = {}
    found = {"text": text} | {name: measure_corpus(name, text) for name in CORPORA}
    return found | {"about": {name: f"{text[name]}; {len(SEEDS)} seeds" for name in CORPORA}}


def section(measured) -> str:
    parts = [
        "## Speaker identification, frame by frame\n\n"
        "`python -m tools.results spkid`, with `COURSE_DATA` naming the folder of the corpora.\n\n"
        "Errors in percent on the manifest's own test recordings, mean ± standard deviation of "
        f"{len(SEEDS)} seeds (weights, order, which fifth of each speaker's recordings is the validation part). An "
        "utterance is a whole recording, decided by summed log-probabilities. *New session*: only test recordings "
        "of an occasion that train does not know, another day and often another microphone.\n\n"
        "The recipe as published validates on its test list. The first row is that recipe, its faults repaired, without any validation: "
        "all training recordings, the last of 20 epochs; it was reported with 11.2 % utterance and 36 % frame errors on voxforge_en. All "
        "other networks train on four fifths and choose their epoch on the rest; each row makes one change more than the row before. "
        "A linear classifier of single mean-normalized frames only guesses: once every recording's mean is 0, all speakers have the same one. "
        "The recordings of a new session are the hard part, for every method: some speakers changed their equipment between them. "
        "For whole recordings Gaussian mixtures are as good; the network's gain is in the single frames."
    ]
    for name in CORPORA:
        parts += [f"### {measured['text'][name]}", table("", measured[name])]
    return "\n\n".join(parts)


def measure_corpus(name, text) -> dict:
    warnings.filterwarnings("ignore", message=".*recorded at.*")
    corpus, speakers = speaker_id.load_corpus(name, by="recording")
    known = {(clip.speaker, clip.session) for clip in corpus if clip.split == "train"}
    test = [clip for clip in corpus if clip.split == "test"]
    new = {speaker_id.clip_name(corpus, c) for c in test if c.session and (c.speaker, c.session) not in known}
    sets = {
        n: [speaker_id.corpus_utterances(corpus, part, speakers, n_mfcc=n) for part in ("train", "test")]
        for n in sorted({step[1] for step in STEPS})
    }
    title = "the source's recipe as published, faults repaired, no validation"
    rows, recipe = [(title, [published(*sets[20], speakers, new, seed) for seed in SEEDS])], speaker_id.SOURCE
    for title, n_mfcc, changes in STEPS:
        recipe = replace(recipe, **changes)
        rows.append((title, [network(recipe, *sets[n_mfcc], speakers, new, seed) for seed in SEEDS]))
    for title, fitted in (
        ("Gaussian mixtures", mixtures),
        ("logistic regression on single frames", logistic),
    ):
        for kept, n_mfcc in ((False, 20), (True, 40)):
            mean = "own mean kept" if kept else "mean-normalized"
            runs = [classic(fitted, kept, *sets[n_mfcc], len(speakers), new, seed) for seed in SEEDS]
            rows.append((f"{title}, {n_mfcc} MFCC, {mean}", runs))
    for title, _ in rows:
        for seed in SEEDS:
            count_name(f"{name}, recordings", f"{title}, seed {seed}")
    train_count, test_count = (len(part) for part in next(iter(sets.values())))
    text[name] = (
        f"{name}: {len(speakers)} speakers, {train_count} recordings to train on, {test_count} to test"
        + (f" ({len(new)} of a new session)" if new else "")
    )
    chance = percent(1 - 1 / len(speakers))
    columns = ("utterance errors", "frame errors", "utterance errors, new session")[: 3 if new else 2]
    found = {title: dict(zip(columns, map(percent, zip(*runs)))) for title, runs in rows}
    return found | {"chance": dict.fromkeys(columns, chance)}


def network(recipe, train, test, speakers, new, seed):
    """-> utterance errors, frame errors, utterance errors of new sessions (None without)."""
    fitted, valid = speaker_id.divided(train, seed=seed)
    return tested(replace(recipe, seed=seed), fitted, valid, test, speakers, new)


def published(train, test, speakers, new, seed):
    """The same of the recipe as published."""
    return tested(replace(PUBLISHED, seed=seed), train, None, test, speakers, new)


def tested(recipe, fitted, valid, test, speakers, new):
    found, _ = speaker_id.train_identifier(recipe, fitted, valid, speakers, progress=False)
    report = speaker_id.evaluate(found, test)
    return report.utterance_error, report.frame_error, report.of(new) if new else None


def classic(fit, kept, train, test, classes, new, seed):
    """The same numbers for a classifier of single frames whose log-probabilities are summed over an utterance."""
    recipe = replace(speaker_id.SOURCE, mean_normalize=not kept)
    ready = [speaker_id.Utterance(u.name, recipe.prepare(u.frames), u.speaker) for u in train]
    statistics = speaker_id.Statistics.of(ready)
    x = np.concatenate([statistics(u.frames).numpy() for u in ready])
    y = np.concatenate([np.full(len(u.frames), u.speaker) for u in ready])
    scores = fit(x, y, classes, seed)
    answers, frames, wrong = [], 0, 0
    for utterance in test:
        found = scores(statistics(recipe.prepare(utterance.frames)).numpy())  # (frames, classes)
        answers.append((int(found.sum(0).argmax()), utterance.speaker, utterance.name in new))
        frames, wrong = frames + len(found), wrong + int((found.argmax(1) != utterance.speaker).sum())
    fresh = [answer for answer in answers if answer[2]]
    return (
        error_rate([a[0] for a in answers], [a[1] for a in answers]),
        wrong / frames,
        error_rate([a[0] for a in fresh], [a[1] for a in fresh]) if fresh else None,
    )


def mixtures(x, y, classes, seed):
    """A mixture of diagonal Gaussians for every speaker. Ref: Reynolds & Rose 1995."""
    made = [
        GaussianMixture(GAUSSIANS, covariance_type="diag", reg_covar=1e-3, random_state=seed).fit(x[y == k])
        for k in range(classes)
    ]
    return lambda frames: np.stack([mixture.score_samples(frames) for mixture in made], axis=1)


def logistic(x, y, classes, seed):
    """Multinomial logistic regression on a draw of the frames; every class is in it."""
    chosen = np.random.default_rng(seed).permutation(len(x))[:FITTED]
    return LogisticRegression(max_iter=100).fit(x[chosen], y[chosen]).predict_log_proba
