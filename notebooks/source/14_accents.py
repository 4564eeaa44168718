# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 14 · Accents
#
# **Why:** with few people a score says little, and before anybody is judged by a network one should know how little.
#
# **Objectives.** After this lesson you can
#
# - carry a network from a page that everybody reads over to free speech, and compare with controls that have the same budget;
# - split by speaker, and show what a split by recording would have claimed;
# - compute an interval for a score, and say how it depends on the number of speakers;
# - test by permutation whether chance could have done as well;
# - measure what else a classifier may have learned: microphone, room, pitch;
# - name three places where an accent classifier does harm.
#
# **Minutes:** 60 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 09 (feature extraction), 10 (fine-tuning) and 11 (leaking splits).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour: sections 1 to 5. Keep ten minutes for section 7, it is why the lesson exists. Accents touch people: somebody
# in the room has been laughed at for one. The synthetic accents are caricatures by rule; say so before you play them. With
# CORPUS="voxforge_en" (39 people) most intervals reach down to chance, and that is the result.

# %%
import functools
import math

import numpy as np
import torch
from torch.nn import functional as F

from course_lib import check, conclude, figure, fit_second, guess, hint, load
from course_lib import on_real_recordings, quiz, reveal, seed_everything
from course_lib.data import filter_min_speakers, folds
from course_lib.features import mel
from course_lib.metrics import balanced_accuracy, bootstrap_interval, mean_and_spread, mean_by_group
from course_lib.metrics import paired_difference, permutation_test, wilson_interval
from course_lib.models import XVector
from course_lib.teaching.plots import COLOURS, new_axes, show_scores
from course_lib.tasks.confounders import cross_val_predict, confound_features
from course_lib.data.synthetic import accents, draw_voice, phonology
from course_lib.training import fit, predict
from course_lib.transfer import embed, fit_frozen, load_base, init_from_base
from course_lib.teaching.widgets.interval import IntervalExplorer
from course_lib.teaching.widgets.sound_map import SoundMap, two_maps
from course_lib.teaching.widgets.sound_picture import SoundPicture

# %% tags=["parameters"]
CORPUS = "synthetic"  # free speech with accents: "synthetic", "voxforge_en", or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
spoken = load("synthetic_accents" if CORPUS == "synthetic" else CORPUS, by="recording")
spoken = spoken.select(role="transfer") if CORPUS == "synthetic" else spoken
TARGET = "accent" if "accent" in spoken.columns else "label"
TAKES = 4 if PROFILE == "quick" else 100  # at most so many recordings of each speaker
people = filter_min_speakers(spoken, TARGET, least=4, recordings=TAKES)
print(people)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The story of the page
#
# Speech assistants understand some people worse than others. The source tells of a student who wanted a network that hears
# which accent somebody has. She had a large collection of free speech, "speakers are saying so many things", and it did not work well.
# Then she found the *Speech Accent Archive*: people from over 100 countries, "all reading the exact same passage". She trained
# on it first, went back to free speech, and then it worked.
#
# We rebuild the story, and then ask how much of it we may believe. First listen: one voice, one sentence, three accents. They are
# made by rules. They are caricatures, and no real person speaks like that.

# %%
throat = draw_voice(SEED, "one throat")
said = accents(phonology.RAINBOW, voice=throat, names=["en-us", "en-gb-scotland", "french-like"])
print(phonology.RAINBOW)
SoundPicture(
    np.concatenate([np.pad(0.8 * wave / abs(wave).max(), (0, 4_000)) for wave in said.values()]), label=f"One throat, three accents: {', '.join(said)}"
)  # fmt: skip

# %% [markdown] slideshow={"slide_type": "slide"}
# What differs between two people who read that page? Not the words. The accent, yes. But also the throat, the pitch, the
# room, the microphone. And what differs between two people who talk freely? All of that, and the words as well.
#
# These are the people of our free speech:

# %%
classes = people.values(TARGET)
accent_of = {clip.speaker: classes.index(clip.get(TARGET)) for clip in people}
chance = 1 / len(classes)
for k, name in enumerate(classes):
    print(f"{name:16} {sum(own == k for own in accent_of.values()):3} speakers")
print(f"guessing: {chance:.1%} balanced accuracy")

# %% [markdown]
# *Balanced accuracy* is the mean of the shares found, accent by accent. Where most speakers have one accent, plain accuracy is
# flattered by always naming that one. Balanced accuracy is not: whoever always says the same gets one over the number of accents.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Nobody on both sides
#
# A speaker has one accent. So whoever recognises the speaker knows the accent.
#
# **Exercise 1: split by speaker.** `speakers` names who speaks in each recording. Give the numbers of the recordings
# to train on, and of those to test on: all those of the `held` speakers.


# %% tags=["solution"]
def split_by_speaker(speakers, held):
    """Two lists of places in `speakers`: (train, test)."""
    ### BEGIN SOLUTION
    train = [k for k, name in enumerate(speakers) if name not in held]
    test = [k for k, name in enumerate(speakers) if name in held]
    return train, test
    ### END SOLUTION


# %%
check("14.split_by_speaker", split_by_speaker)

# %%
hint("14.split_by_speaker")

# %% [markdown]
# Our speakers are few. So we deal them into three groups, called *folds*. Each fold is judged once, by a network that learned
# from the other two. In the end everybody has been judged by a network that never heard him or her. This is *cross-validation*.

# %%
fold_of = folds(people, TARGET, 3, SEED)
clip_fold = np.array([fold_of[clip.speaker] for clip in people])
clip_class = np.array([accent_of[clip.speaker] for clip in people])
print({k: sum(fold == k for fold in fold_of.values()) for k in range(3)}, "speakers in each fold")

# %% [markdown] slideshow={"slide_type": "slide"}
# The frozen base of lesson 09 knows voices. We take its vector for each recording and put a linear classifier behind it (`cross_val_predict`: each
# row gets its answer from a classifier that learned from the other folds). We divide the recordings in two ways: by speaker, and at random.
#
# **Predict.** What will the random split claim?

# %% tags=["predict"]
guess(
    "14.leak",
    "Compared with the split by speaker, the random split claims ...",
    options=["more, beyond doubt", "less, beyond doubt", "undecided"],
)


# %%
strong = load_base()
free = people.features(mel, target=TARGET)
window_clip = free.windows.clip_index
known = embed(strong.model, free)  # a vector for each second
vectors, _ = mean_by_group(known.tensors()[0], window_clip)
shuffled_fold = np.random.default_rng(SEED).permutation(clip_fold)

# %%
claims = {
    name: balanced_accuracy(cross_val_predict(vectors, clip_class, fold), clip_class)
    for name, fold in {"split by speaker": clip_fold, "random split": shuffled_fold}.items()
}


# %%
def shares(fold):
    """The share of each speaker's recordings that are answered rightly."""
    answers = cross_val_predict(vectors, clip_class, fold) == clip_class
    return mean_by_group(answers.astype(float), [clip.speaker for clip in people])[0]


deals = [folds(people, TARGET, 3, SEED + k) for k in range(5)]  # one deal could be a lucky one
by_speaker = [shares(np.array([deal[clip.speaker] for clip in people])) for deal in deals]
at_random = [shares(np.random.default_rng(SEED + k).permutation(clip_fold)) for k in range(5)]
flattered = paired_difference(np.mean(at_random, 0), np.mean(by_speaker, 0))  # speaker by speaker

# %%
sign = "more, beyond doubt" if flattered.better else "less, beyond doubt" if flattered.worse else "undecided"
reveal(
    "14.leak",
    sign,
    because="; ".join(f"{name} {share:.0%}" for name, share in claims.items())
    + f" of the recordings, balanced; guessing {chance:.0%}.",
)

# %%
conclude(
    "14.leak",
    flattered.better,
    yes=f"Over five deals of each, speaker by speaker, the random split claims {flattered} more. It is the voice that it recognises, not the accent.",
    no=f"Speaker by speaker the random split claims {flattered} more; with these people that is not beyond doubt.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# See and hear it. The same vectors as a map: a mark for each recording, colour and mark for the accent, threads between the recordings of one
# speaker. What ties the marks together, the accent or the speaker?

# %%
SoundMap(
    two_maps(vectors, seed=SEED),
    vectors,
    [clip.speaker for clip in people],
    lambda k: fit_second(people.read(people.clips[k])),
    title=f"{len(people)} recordings by what the base of voices hears",
    kind="speaker",
    groups={clip.speaker: clip.get(TARGET) for clip in people},
    notes={clip.speaker: clip.get(TARGET) for clip in people},
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · From the page to free speech
#
# Now the story. `synthetic_passage` holds many readers, one sentence, once each. A small network learns their accents. Then its
# body is transferred to free speech, by other people, in other rooms.
#
# A story needs controls. Perhaps it is not the page. Perhaps it is only that the network heard *more people*. So the same readers
# also say sentences of their own, as many as on the page, and a second base learns from these. A third base hears as many
# recordings of free sentences, but from an eighth as many people, who say eight each: the second and the third differ in the
# people alone.

# %%
readers = load("synthetic_passage").select(split="train")
page = readers.features(mel, target="accent")
own_words = load("synthetic_accents").select(role="base", split="train").features(mel, target="accent")
print(f"the page: {len(page)} seconds; own words: {len(own_words)} seconds; {len(readers.speakers)} readers")

# %%
import tempfile
from pathlib import Path

from course_lib.data.manifest import write_manifest
from course_lib.data.synthetic.readings import make_reading

folder, rows = Path(tempfile.mkdtemp()), []  # new voices, and rooms like those of the readers
for number in range(len(readers)):
    who, take = divmod(number, 8)
    voice = f"q{who:03d}", page.classes[who % len(page.classes)]
    rows += make_reading(folder, *voice, "train", "base", take, "free", seed=SEED)
few_people = load(str(write_manifest(folder, rows).parent)).features(mel, target="accent")
print(f"fewer people: {len(few_people)} seconds; {len(few_people.windows.corpus.speakers)} people")

# %% [markdown] slideshow={"slide_type": "slide"}
# All arms get the same budget: the network sees as many seconds, in as many steps. "Free speech alone" spends all of them on the
# free speech. Rates and epochs were set beforehand and are the same for all; nothing is chosen on the folds. Only the *speaker
# base* of lesson 09 stands outside this budget: it was trained elsewhere, on much more, and on voices instead of accents.

# %%
SEEDS = [SEED, SEED + 1, SEED + 2]  # one for each fold
BASE, FREE = (8, 7) if PROFILE == "quick" else (30, 20)  # epochs
HOW = {"batch_size": 32, "schedule": "cosine", "weight_decay": 1e-2, "patience": None, "progress": False}


# %%
def fresh(n_classes, seed):
    """A small network with random weights."""
    seed_everything(seed)
    return XVector(n_classes, channels=32, blocks=2, embedding=64)


# %%
def base_of(data, seed):
    """A base that has learned the accents of the readers."""
    model = fresh(len(data.classes), seed)
    fit(model, data, epochs=BASE, lr=3e-3, seed=seed, **HOW)
    return model


# %%
def even(data):
    """A loss to which each accent counts the same, however many its speakers are."""
    counts = torch.bincount(data.y, minlength=len(classes)).clamp(min=1)
    return functools.partial(F.cross_entropy, weight=len(data) / len(classes) / counts)


# %%
def alone(data, seed):
    """Free speech only, with the whole budget."""
    model, epochs = fresh(len(classes), seed), FREE + round(BASE * len(page) / len(data))
    fit(model, data, epochs=epochs, lr=3e-3, loss=even(data), seed=seed, **HOW)
    return model


# %%
def frozen(base, data, seed):
    """The base's body as it is, a new head."""
    model = init_from_base(base, "body", len(classes), seed)
    fit_frozen(model, data, epochs=FREE, lr=3e-3, loss=even(data), seed=seed, **HOW)
    return model


# %%
def head_alone(data, seed):
    """A new head on vectors that a frozen body gave before."""
    head = init_from_base(strong.model, "body", len(classes), seed).head
    fit(head, data, epochs=FREE, lr=3e-3, loss=even(data), seed=seed, **HOW)
    return head


# %%
def tuned(base, data, seed):
    """Everything moves, the body gently."""
    model = init_from_base(base, "", len(classes), seed)
    fit(model, data, epochs=FREE, lr={"body": 5e-4, "head": 3e-3}, loss=even(data), seed=seed, **HOW)
    return model


# %% [markdown] slideshow={"slide_type": "slide"}
# A network scores seconds. We want to judge people. So the seconds of a recording are averaged, then the recordings of a speaker, and
# each speaker gets one answer.


# %%
def by_speaker(scores, clips):
    """Scores of windows (n, classes), the clip of each -> {speaker: answer}."""
    means, clips = mean_by_group(torch.log_softmax(scores, 1), clips)
    means, names = mean_by_group(means, [people.clips[clip].speaker for clip in clips])
    return dict(zip(names, means.argmax(1)))


# %%
def judged(arm, data):
    """Each fold of `data` judged once, by a network of its own seed: ({speaker: answer}, score of each fold)."""
    answers, scores = {}, []
    for k, seed in enumerate(SEEDS):
        there = clip_fold[window_clip] == k
        model = arm(data.take(~there), seed)
        said = by_speaker(predict(model, data.take(there)), window_clip[there])
        scores.append(balanced_accuracy(list(said.values()), [accent_of[name] for name in said]))
        answers |= said
    return answers, scores


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The page first, then free speech, against free speech alone:

# %% tags=["predict"]
guess(
    "14.page",
    "Speaker by speaker, the page (frozen) is ...",
    options=["better beyond doubt", "worse beyond doubt", "undecided"],
)

# %% tags=["predict"]
guess(
    "14.words",
    "The same readers with sentences of their own instead of the page, frozen, are ...",
    options=["a better base than the page", "a worse base than the page", "undecided"],
)

# %% [markdown]
# **Run.** Three bases for each seed, then six arms on three folds.

# %%
page_base = {seed: base_of(page, seed) for seed in SEEDS}
words_base = {seed: base_of(own_words, seed) for seed in SEEDS}
few_base = {seed: base_of(few_people, seed) for seed in SEEDS}
ARMS = {
    "free speech alone": alone,
    "page, frozen": lambda data, seed: frozen(page_base[seed], data, seed),
    "page, tuned": lambda data, seed: tuned(page_base[seed], data, seed),
    "own words, frozen": lambda data, seed: frozen(words_base[seed], data, seed),
    "fewer people, frozen": lambda data, seed: frozen(few_base[seed], data, seed),
}
results = {name: judged(arm, free) for name, arm in ARMS.items()}
results["speaker base, frozen"] = judged(head_alone, known)
means = {name: mean_and_spread(scores)[0] for name, (_, scores) in results.items()}

# %% [markdown]
# Which is better? The rule of lesson 08. Here the *speakers* are the unit, as in every question about people: for each speaker, was the
# answer right with one arm, and with the other? Then subtract, speaker by speaker.


# %%
def right(arm):
    """1 where an arm named a speaker's accent rightly, else 0; speakers in alphabetical order."""
    answers, _ = results[arm]
    return [float(answers[name] == accent_of[name]) for name in sorted(accent_of)]


page_gain = paired_difference(right("page, frozen"), right("free speech alone"))
text_gain = paired_difference(right("own words, frozen"), right("page, frozen"))
people_gain = paired_difference(right("own words, frozen"), right("fewer people, frozen"))

# %%
word = "better beyond doubt" if page_gain.better else "worse beyond doubt" if page_gain.worse else "undecided"
reveal(
    "14.page",
    word,
    because="; ".join(f"{name} {share:.0%}" for name, share in means.items()) + ".",
)

# %%
word = "a better base" if text_gain.better else "a worse base"
reveal(
    "14.words",
    f"{word} than the page" if text_gain.better or text_gain.worse else "undecided",
    because=f"own words {means['own words, frozen']:.0%}, the page {means['page, frozen']:.0%}; the same readers, as many recordings.",
)

# %% slideshow={"slide_type": "fragment"}
fig, ax = new_axes()
show_scores(
    {name: scores for name, (_, scores) in results.items()},
    ax,
    xlabel="balanced accuracy over speakers",
    chance=chance,
    title="Three folds, three seeds: new people, free speech",
)
figure(
    fig,
    alt="Balanced accuracy of three folds: "
    + ", ".join(f"{name} {min(s):.0%} to {max(s):.0%}" for name, (_, s) in results.items())
    + f". Chance {chance:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** Look at the intervals before you look at the winner, and look at the two controls.

# %%
conclude(
    "14.page",
    not page_gain.better,
    yes=f"The happy end of the story is not shown here: the page, frozen, against free speech alone, {page_gain} over {page_gain.n} speakers.",
    no=f"The page helps, as in the story: frozen, against free speech alone, {page_gain} over {page_gain.n} speakers.",
)

# %%
conclude(
    "14.words",
    not text_gain.worse,
    yes=f"The control: own words against the page, {text_gain} over {text_gain.n} speakers. "
    + (
        "The readers are the same, as many recordings too; only the texts differ. So many texts are a better base than one, and that everybody reads the same is not what helps."
        if text_gain.better
        else "The readers are the same and only the texts differ, so that everybody reads the same is not shown to be what helps."
    ),
    no=f"The control: own words against the page, {text_gain} over {text_gain.n} speakers. The readers are the same and only the texts differ: here the one page is the better base, as the source's explanation says.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# This control does *not* change the number of people: both arms have the same readers. The other one changes the people alone.

# %%
conclude(
    "14.people",
    people_gain.low > -0.02,
    yes=f"With as many recordings of free sentences, {len(readers.speakers)} people are no worse a base than {len(few_people.windows.corpus.speakers)} by more than two points, and may be a much better one: {people_gain} over {people_gain.n} speakers. Nothing here speaks for many recordings of few *people*.",
    no=f"With as many recordings of free sentences, {len(readers.speakers)} people against {len(few_people.windows.corpus.speakers)} as a base: {people_gain} over {people_gain.n} speakers. That more people make a better base does not show here.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# A story with a happy end is not yet an explanation.
#
# > **Misconception: "it works after pretraining, so it works because of what we had in mind".** Pretraining changes several things at once:
# > more people, more seconds, another text, other microphones. Only a control that changes *one* of them tells which one it was.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · How sure is that?
#
# Behind each dot stand few people. If others had been recorded, the dots would lie elsewhere. How far? That is what an *interval* says.
#
# **Exercise 2: an interval for a proportion** (Wilson 1927). `right` of `n` people were named rightly. With `share = right / n`:
#
# middle = share + z² / (2n), half = z · √(share (1 − share) / n + z² / (4n²)), and both ends, middle − half and middle + half, are
# divided by 1 + z² / n.


# %% tags=["solution"]
def interval(right, n, z=1.96):
    """(low, high), the proportions that `right` of `n` does not speak against."""
    ### BEGIN SOLUTION
    share = right / n
    middle = share + z**2 / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    ### END SOLUTION


# %%
check("14.interval", interval)

# %%
hint("14.interval")

# %% [markdown] slideshow={"slide_type": "slide"}
# Accent by accent, for the best arm. Few people, wide bars.

# %%
best = max(means, key=means.get)
names = sorted(accent_of)
truth = np.array([accent_of[name] for name in names])
said = {arm: np.array([answers[name] for name in names]) for arm, (answers, _) in results.items()}
for k, name in enumerate(classes):
    right, n = int((said[best][truth == k] == k).sum()), int((truth == k).sum())
    low, high = wilson_interval(right, n)
    print(f"{name:16} {right:2} of {n:2} right: between {low:.0%} and {high:.0%} fits")

# %% [markdown] slideshow={"slide_type": "slide"}
# For balanced accuracy there is no such formula. So we *draw again*: from the speakers of each accent as many as there are, some of
# them twice, some not at all; score; two thousand times. The middle 95 % are the interval (the *bootstrap*, Efron 1979). Speakers are drawn, not
# recordings: ten recordings of one person are one witness.

# %%
overall = {arm: balanced_accuracy(own, truth) for arm, own in said.items()}
ends = {arm: bootstrap_interval(own, truth, names, seed=SEED) for arm, own in said.items()}

# %% slideshow={"slide_type": "fragment"}
fig, ax = new_axes()
for row, arm in enumerate(said):
    ax.plot(ends[arm], [row, row], "-", linewidth=3)
    ax.plot(overall[arm], row, "ok")
ax.axvline(chance, color="black", linestyle=":", label=f"chance: {chance:.1%}")
ax.set_yticks(range(len(said)), list(said))
ax.set(xlabel="balanced accuracy, all speakers", xlim=(0, 1), title=f"95 % intervals, {len(names)} speakers")
ax.invert_yaxis()
ax.legend()
figure(
    fig,
    alt="Balanced accuracy with 95 % intervals over speakers: "
    + ", ".join(f"{arm} {overall[arm]:.0%}, {low:.0%} to {high:.0%}" for arm, (low, high) in ends.items())
    + f". Chance {chance:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** How many people would one need? Move the number of speakers of each accent, then the score. When does the interval stop
# touching chance? When is it narrow enough to tell two arms apart that differ by ten points?


# %%
def width(now):
    """How wide the interval is at a setting of the explorer."""
    people = now["each"] * len(classes)
    low, high = wilson_interval(int(now["score"].rstrip("%")) / 100 * people, people)
    return high - low


IntervalExplorer(len(classes), overall[best], round(len(names) / len(classes))).seek(
    "an interval of less than ten points", lambda now: width(now) < 0.1
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Could chance do it?
#
# An interval says how far a score may be off. A *permutation test* asks something simpler: could the score be luck? Take the answers
# as they are. Deal the true accents to other speakers, at random, and score again. Do so many times. If luck often does as well, the
# score is no evidence.
#
# **Exercise 3: the p value.** Of all orders, the true one included: in which share is the score at least as good as the measured one?


# %% tags=["solution"]
def p_value(measured, shuffled):
    """`measured`: the score with the true labels; `shuffled`: the scores of the shuffles."""
    ### BEGIN SOLUTION
    as_good = sum(score >= measured for score in shuffled)
    return (1 + as_good) / (1 + len(shuffled))
    ### END SOLUTION


# %%
check("14.p_value", p_value)

# %%
hint("14.p_value")

# %%
luck = {
    arm: permutation_test(lambda y, own=own: balanced_accuracy(own, y), truth, names, seed=SEED)
    for arm, own in said.items()
}
for arm, test in luck.items():
    print(f"{arm:22} {test.score:6.1%}   p = {test.p:.3f}")

# %% slideshow={"slide_type": "fragment"}
fig, ax = new_axes()
ax.hist(luck[best].shuffled, bins=25, color=COLOURS[0], label=f"{len(luck[best].shuffled)} shuffles")
ax.axvline(luck[best].score, color=COLOURS[1], linewidth=3, linestyle="-", label=f"measured: {best}")
ax.axvline(chance, color="black", linestyle=":", label=f"chance: {chance:.1%}")
ax.set(xlabel="balanced accuracy", ylabel="shuffles", xlim=(0, 1), title=f"p = {luck[best].p:.3f}")
ax.legend()
top = max(luck[best].shuffled)
figure(
    fig,
    alt=f"Histogram of the scores of shuffled labels, {min(luck[best].shuffled):.0%} to {top:.0%}; the measured score "
    f"{luck[best].score:.0%} as a line, p {luck[best].p:.3f}; chance {chance:.0%}.",
)

# %%
conclude(
    "14.luck",
    luck[best].p < 0.05 / len(luck),
    yes=f"Luck does not explain the best arm ({best}): p = {luck[best].p:.3f}, small even beside 0.05 divided by the {len(luck)} arms that we looked at.",
    no=f"Luck is not ruled out for the best arm ({best}): p = {luck[best].p:.3f}, and 0.05 divided by the {len(luck)} arms that we looked at is {0.05 / len(luck):.3f}.",
)

# %% [markdown]
# Two warnings. We looked at several arms and show the best: the luckiest of several is luckier than one. And p says nothing about
# *what* was learned. Something is related to the labels. What?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · What did it really learn?
#
# There are several suspects. From each recording we take numbers that say nothing about the accent itself:
#
# - *level*: how loud it is;
# - *noise*: the spectrum of the quietest tenth, when nobody speaks: the room, the microphone, the fan;
# - *pitch*: low, middle, high. It is higher for most women, and a label "accent" often goes together with who happened to record.
#
# A linear classifier gets only these.

# %% tags=["predict"]
guess(
    "14.noise",
    "From the noise alone, the accents' balanced accuracy over speakers is ...",
    unit="%",
    low=0,
    high=100,
)

# %%
suspects = confound_features(people)
suspects["all three"] = np.hstack(list(suspects.values()))
clip_speaker = [clip.speaker for clip in people]
speaker_fold = np.array([fold_of[name] for name in names])
alibis = {}
for what, numbers in suspects.items():
    X, _ = mean_by_group(numbers, clip_speaker)
    alibis[what] = permutation_test(
        lambda y, X=X: balanced_accuracy(cross_val_predict(X, y, speaker_fold), y),
        truth,
        shuffles=99,
        seed=SEED,
    )

# %%
for what, test in alibis.items():
    print(f"{what:9} {test.score:6.1%}   p = {test.p:.2f}   (here each shuffle trains anew)")

# %%
noise = alibis["noise"]
reveal(
    "14.noise",
    round(100 * noise.score),
    because=f"p = {noise.p:.2f}, guessing {chance:.0%}. "
    + (
        "Noise gives something away."
        if noise.p <= 0.05
        else "Luck often does as well: no evidence that noise tells."
    ),
)

# %% [markdown] slideshow={"slide_type": "slide"}
# In the synthetic corpora rooms and voices are drawn at random, whatever the accent. So the suspects should know nothing there,
# and if one of them looks guilty, that is luck, which is common with few people. In a real collection nothing is drawn at random.
# People of one region may use one kind of headset, or be recorded in one laboratory, in one year. (A score far below chance has
# the same explanation, or a fold lacks the very people who would help.)
#
# So let us make it bad on purpose. Every accent gets a microphone of its own: a smooth curve over the frequencies. A network
# learns from such recordings. Then we test it twice: with the microphones as they were, and with each accent recorded by the
# microphone of the next one.

# %% tags=["predict"]
guess(
    "14.microphone",
    "With the microphones swapped, the balanced accuracy is ...",
    unit="%",
    low=0,
    high=100,
)

# %%
draw = np.random.default_rng(SEED)
bent = [np.interp(np.arange(64), np.linspace(0, 63, 6), draw.normal(0, 6, 6)) for _ in classes]
curves = torch.tensor(np.array(bent), dtype=torch.float32)  # dB, (accents, 64)
X, y = free.tensors()
swapped = (y + 1) % len(classes)


# %%
def at_microphone(model, there, microphone):
    """Balanced accuracy over the speakers of a fold, whose accent k is recorded by `microphone`'s curve."""
    scores = predict(model, X[there] + curves[microphone[there], :, None])
    said = by_speaker(scores, window_clip[there])
    return balanced_accuracy(list(said.values()), [accent_of[name] for name in said])


# %%
heard = {"as in training": [], "swapped": []}
for k, seed in enumerate(SEEDS):
    there = clip_fold[window_clip] == k
    model = fresh(len(classes), seed)
    fit(model, (X[~there] + curves[y[~there], :, None], y[~there]), epochs=FREE, lr=3e-3, seed=seed, **HOW)
    heard["as in training"].append(at_microphone(model, there, y))
    heard["swapped"].append(at_microphone(model, there, swapped))

# %%
tied, moved = (mean_and_spread(heard[name])[0] for name in ("as in training", "swapped"))
reveal(
    "14.microphone",
    round(100 * moved),
    because=f"as in training {tied:.0%}, swapped {moved:.0%}, guessing {chance:.0%}; free speech alone, without the trick, {means['free speech alone']:.0%}.",
)

# %% slideshow={"slide_type": "fragment"}
fig, ax = new_axes()
show_scores(
    heard, ax, xlabel="balanced accuracy over speakers", chance=chance, title="A microphone for each accent"
)
figure(
    fig,
    alt="Microphones as in training: "
    + "; swapped: ".join(f"{min(s):.0%} to {max(s):.0%}" for s in heard.values())
    + f". Chance {chance:.0%}.",
)

# %%
equipment = paired_difference(heard["as in training"], heard["swapped"])

# %%
conclude(
    "14.microphone",
    equipment.better and moved < chance + 0.1,
    yes=f"The people of the test were new, the split was by speaker, and the first score looked splendid: {tied:.0%}. With the microphones swapped it is {moved:.0%}, where guessing gives {chance:.0%}. The network had learned the equipment.",
    no=f"With the microphones as in training {tied:.0%}, swapped {moved:.0%}, guessing {chance:.0%}: {equipment} over three folds. Here the network did not rely on the microphones alone.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# No statistic warns of such a thing: a score can have a narrow interval and a small p and still be about microphones. Only a test
# in which accent and microphone no longer go together shows it. So ask of every collection *who recorded whom, where, with what*.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Should it be built?
#
# "Which accent has this person?" is seldom asked for its own sake. Somebody wants to decide something.
#
# - **Asylum.** Authorities use *language analysis for the determination of origin* (LADO) to check where a person comes from; Germany has used
#   software for it since 2017. Linguists warn: languages do not end at borders, people move, and speak differently in an interview than at home.
#   They drew up guidelines on what such an analysis can and cannot say (2004).
# - **Housing and work.** On the telephone, callers with some accents were offered fewer flats (Purnell, Idsardi and Baugh 1999). A program that
#   rates voices in job interviews can do the same, faster, and nobody sees it.
# - **Police and banks.** A voice that is sorted by origin is sorted by a stand-in for descent. In the European Union sorting people by biometric
#   data to infer their race is forbidden, and many uses in asylum, work and policing count as high risk (AI Act, 2024).
# - **Being understood.** Five speech recognisers made nearly twice as many errors for Black as for white speakers in the USA (Koenecke et al. 2020).
#   Here accents matter for a good cause: *measure* whom a system serves badly, and repair the system. That needs no label for anybody who merely uses it.

# %% [markdown] slideshow={"slide_type": "slide"}
# Now the numbers of this lesson. Suppose a classifier as good as our best arm decided about a thousand people, as many of each accent.

# %%
low, high = ends[best]
print(f"wrong about {1000 * (1 - overall[best]):.0f} of 1,000 people")
print(f"with so few people heard, anything from {1000 * (1 - high):.0f} to {1000 * (1 - low):.0f} fits")

# %% [markdown] slideshow={"slide_type": "slide"}
# Nor do errors fall on everybody alike: whoever speaks like few people in the training data is misjudged again and again. A person cannot put right what
# she never hears of. So before building, ask: what is decided? Who is wrong how often? Who can object? Is there another way to find out, such as
# asking?
#
# What our corpora cannot say: the synthetic accents are rules, as regular as no person is. A score on them says how a method works,
# and nothing about anybody.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: folds that promise nothing.** Deal recordings to `k` folds, so that the estimate can be believed. The
# check has an unkind test: it draws the labels of 16 speakers by lot, so that nobody can be right in more than half.
# What will your folds promise?


# %% tags=["solution"]
def deal_folds(speakers, labels, k):
    """k pairs (numbers to learn from, numbers to test), from one speaker and one label for each recording."""
    ### BEGIN SOLUTION
    label_of = dict(zip(speakers, labels))
    names = sorted(label_of, key=lambda name: (label_of[name], name))
    fold_of = {name: number % k for number, name in enumerate(names)}
    fold = np.array([fold_of[name] for name in speakers])
    return [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]
    ### END SOLUTION


# %%
check("14.folds", deal_folds)

# %%
hint("14.folds")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · On real recordings
#
# The same arms with people: four accents of VoxForge, American, British, European and Indian, so chance is higher there. Read the
# intervals first.

# %%
on_real_recordings(
    "accents",
    "voxforge_en",
    {
        "free speech alone": (results["free speech alone"][1], "free speech alone: balanced accuracy"),
        "page, frozen": (results["page, frozen"][1], "page, frozen: balanced accuracy"),
        "page, tuned": (results["page, tuned"][1], "page, tuned: balanced accuracy"),
        "own words, frozen": (results["own words, frozen"][1], "own words, frozen: balanced accuracy"),
        "speaker base, frozen": (
            results["speaker base, frozen"][1],
            "speaker base, frozen: balanced accuracy",
        ),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("14")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. Split by speaker: whoever knows the voice knows the accent. <!-- conclusion: 14.leak -->
# 2. Pretraining changes many things at once; only a control that changes a single one of them can tell which one helped.
#    <!-- conclusions: 14.page, 14.words, 14.people -->
# 3. The number of *people* decides how wide the interval is, not the number of recordings.
# 4. A permutation test says whether luck could do it, with 1 added above and below; it does not say what was learned.
# 5. Microphone, room and pitch are suspects: classify by them alone, and test on recordings in which they do not go together with
#    the accent. <!-- conclusion: 14.microphone -->
#
# ## What comes next
#
# So far a network was trained once, and then used. In lesson 15 new people keep arriving, and training never stops.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - "Neural Networks: Transfer Learning", slide "Example 1: Accent classification capstone": the page, then free speech. Look for: how many
#   things changed at once.
# - S. H. Weinberger, S. A. Kunath: The Speech Accent Archive: towards a typology of English accents. *Language and Computers* 73 (2011). Look
#   for: the page that everybody reads, and why it was written that way.
# - E. B. Wilson: Probable inference, the law of succession, and statistical inference. *JASA* 22 (1927). Four pages. Look for: the usual
#   sentence about intervals that it puts right.
# - B. Efron: Bootstrap methods: another look at the jackknife. *The Annals of Statistics* 7 (1979). Look for: what is drawn again. Here it
#   would be people.
# - B. Phipson, G. K. Smyth: Permutation p-values should never be zero. *Statistical Applications in Genetics and Molecular Biology* 9 (2010). Look
#   for: where the 1 comes from.
# - R. Geirhos et al.: Shortcut learning in deep neural networks. *Nature Machine Intelligence* 2 (2020). Look for: the examples, and the
#   tests on other data that gave them away.
# - Language and National Origin Group: Guidelines for the use of language analysis in relation to questions of national origin in refugee
#   cases. *The International Journal of Speech, Language and the Law* 11 (2004). Look for: who should judge, and how sure they must say they are.
# - T. Purnell, W. Idsardi, J. Baugh: Perceptual and phonetic experiments on American English dialect identification. *Journal of Language and Social
#   Psychology* 18 (1999). Look for: how little of a phone call was enough to be turned away.
# - A. Koenecke et al.: Racial disparities in automated speech recognition. *PNAS* 117 (2020). Look for: the word error rates of the two groups,
#   side by side.
# - Deutsche Welle: Automatic speech analysis software used to verify refugees' dialects (17 March 2017). Look for: what those who
#   know languages say about it.
# - Regulation (EU) 2024/1689 (AI Act), article 5 (1) g and annex III. Look for: what is forbidden, and what is only "high-risk".
