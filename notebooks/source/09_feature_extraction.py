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
# # 09 · Feature extraction
#
# **Why:** a network that has learned to name many voices can describe one that it has never met, without learning anything new.
#
# **Objectives.** After this lesson you can
#
# - take the head off a trained network and use its body as a function from sound to vectors;
# - measure how alike two sounds are, by the angle between their vectors;
# - train four simple classifiers on the vectors, choose one fairly and test it once;
# - say how much of the result comes from what the base learned, by a control with random weights;
# - measure how many seconds of a new voice are enough.
#
# **Minutes:** 50 to read and try; running every cell takes under half a minute.
#
# **Needs:** lesson 07 (body and head). scikit-learn's `fit` and `score`, from lesson 02.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour for sections 1 to 4, half an hour for 5 and the exercises. The base comes with the course; its model card
# is course_lib/transfer/weights/pretrained.md, worth showing. Where classes stumble: they expect the random network to be useless, and
# do not know what to think when it is not. That is the point of a control.

# %%
import math

import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import TSNE
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from course_lib import check, conclude, figure, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib import on_real_recordings
from course_lib.data import hold_out
from course_lib.metrics import mean_and_spread, paired_difference, wilson_interval
from course_lib.models import XVector
from course_lib.teaching.plots import show_curves, show_scores
from course_lib.transfer import Base, embed, sample_enrolment, load_base, speakers_of, train_voices
from course_lib.teaching.widgets.sound_map import SoundMap
from course_lib.teaching.widgets.tradeoff import Tradeoff

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers
RETRAIN = False  # True: train such a base here, on the narrators of the base side alone (a few minutes)

# %%
seed_everything(SEED)
own = [load("narrators").select(role="base")] if RETRAIN else []
base = train_voices(own, epochs=4, size=8_000, seed=SEED) if RETRAIN else load_base()
corpus = speakers_of(CORPUS)  # voices that the base has never met
print(base)
print(corpus)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Pop the head off
#
# The base that comes with the course was trained to name many voices (the line above counts its classes), and its last layer
# gives a score for each of them. We do not want those names. We take off the head, its last layer, and keep the body. What the
# body gives for a second of sound is a *vector*, an *embedding*.
#
# Here are new voices. The base has not heard these speakers. If it learned from voices of the same synthesiser, as with the
# corpora that come with the course, this is an easier case than people recorded on other days: `docs/results.md` has both.

# %%
train = base.features(corpus.select(split="train"))
test = base.features(corpus.select(split="test"))
for number in (0, len(train) // 2):
    listen(train.windows[number][0], label=f"One second of {train.classes[train.y[number]]}")
print(f"{len(train)} seconds to learn from, {len(test)} to test on, {len(train.classes)} voices")

# %%
known, unknown = embed(base.model, train), embed(base.model, test)
known

# %% [markdown] slideshow={"slide_type": "slide"}
# **In plain PyTorch** there are two ways to such vectors. *Cut*: run the body alone. Or *hook*: run the whole network and catch
# what enters its head; that works even for a network that cannot be cut.

# %%
sounds, _ = next(train.batches(32))
caught = []
hook = base.model.head.register_forward_pre_hook(lambda layer, inputs: caught.append(inputs[0]))

# %%
base.model.eval()
with torch.no_grad():  # nothing is trained here
    base.model(sounds)
    cut = base.model.body(sounds)

# %%
hook.remove()  # or it would go on catching

# %% tags=["check-output"]
kept = known.tensors()[0][:32]  # the library's vectors, kept on disk with half the digits
print("hook and cut, digit by digit:", torch.equal(caught[0], cut))
print("the library's, to three digits:", float((kept - cut).abs().max() / cut.abs().max()) < 1e-3)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** How many parameters of the network were trained to make these vectors of the new voices?

# %% tags=["predict"]
guess(
    "09.trained",
    "Parameters trained so far in this lesson:",
    options=["about 1,400,000", "about 160,000", "320", "0"],
)

# %%
reveal(
    "09.trained",
    "0",
    because="the body is frozen. It was run once over every second; the vectors are kept on disk, and nobody needs to run it again.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Alike is an angle
#
# Two vectors of the same voice should point in the same direction. The *cosine* of the angle between them is 1 for
# the same direction, 0 for nothing in common.
#
# **Exercise 1: the cosine.**


# %% tags=["solution"]
def cosine(a, b):
    """Cosine of the angle between two lists of numbers."""
    ### BEGIN SOLUTION
    dot = sum(x * y for x, y in zip(a, b))
    return dot / (math.hypot(*a) * math.hypot(*b))
    ### END SOLUTION


# %%
check("09.cosine", cosine)

# %%
hint("09.cosine")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Take a second from the test side, recorded on another day. Look for the most similar second of the training
# side, among all voices. How often is it the same voice?

# %% tags=["predict"]
guess(
    "09.neighbour",
    "The nearest neighbour is the same voice in ...",
    unit="% of the test seconds",
    low=0,
    high=100,
)

# %% [markdown]
# **Run.** One matrix product gives all cosines at once.

# %%
X, y = known.tensors()
U, truth = unknown.tensors()
unit = torch.nn.functional.normalize
cosines = unit(U) @ unit(X).T  # (test seconds, training seconds)
nearest = y[cosines.argmax(1)]
share = float((nearest == truth).float().mean())
chance = float(torch.bincount(truth).max() / len(truth))

# %%
reveal(
    "09.neighbour",
    round(100 * share),
    because=f"always naming the most frequent voice would be right in {chance:.0%}. No weight was trained, nothing was chosen.",
)

# %%
same = truth[:, None] == y[None]
print(
    f"mean cosine, same voice {float(cosines[same].mean()):.2f}, another voice {float(cosines[~same].mean()):.2f}"
)

# %% [markdown]
# From which cosine on would you say that it is the same voice? Move the line; click a mark to hear its two seconds. (Lesson 16 is about that line.)

# %%
draw = torch.Generator().manual_seed(SEED)
pairs = [(kind.nonzero()[torch.randperm(int(kind.sum()), generator=draw)[:300]]) for kind in (same, ~same)]


def both(kind, number):
    """A second of the test side, then the one it is compared with."""
    there, here = pairs[kind][number].tolist()
    return torch.cat([test.windows[there][0], torch.zeros(4_000), train.windows[here][0]])


# %%
own, others = (cosines[each[:, 0], each[:, 1]].numpy() for each in pairs)
Tradeoff(own, others, title="Two seconds", names=("one voice", "two voices"),
         says_yes="the same voice", score="cosine", wave=both)  # fmt: skip

# %%
low, high = wilson_interval(int((nearest == truth).sum()), len(truth))

# %%
conclude(
    "09.neighbour",
    low > 2 * chance,
    yes=f"The nearest second already names the voice in {share:.0%} of the seconds (95 % interval {low:.0%} to {high:.0%}), where the most frequent voice would be right in {chance:.0%}. Vectors of one voice lie together.",
    no=f"The nearest second names the voice in {share:.0%} of the seconds (95 % interval {low:.0%} to {high:.0%}), hardly more than the {chance:.0%} of always naming the most frequent voice. These vectors do not keep these voices together.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Four ways to put names on vectors
#
# - *nearest centroid*: the mean vector of each voice; the nearest mean wins;
# - *k-NN*: the names of the k nearest seconds vote;
# - *logistic regression*: one dense layer with a softmax, the new head of lesson 02;
# - *support vector machine*: a border with the widest possible margin.
#
# **Exercise 2: the nearest centroid** is short enough to write.


# %% tags=["solution"]
def nearest_centroid(vectors, names, unknown):
    """Name of the mean vector that is nearest to `unknown`."""
    ### BEGIN SOLUTION
    centres = {}
    for name in sorted(set(names)):
        own = [vector for vector, owner in zip(vectors, names) if owner == name]
        centres[name] = [sum(column) / len(own) for column in zip(*own)]
    return min(centres, key=lambda name: math.dist(centres[name], unknown))
    ### END SOLUTION


# %%
check("09.nearest_centroid", nearest_centroid)

# %%
hint("09.nearest_centroid")

# %% [markdown] slideshow={"slide_type": "slide"}
# Which of the four is best? If we tried all four on the test side and took the winner, we would have *chosen on the test*, and
# its score would be too good. So a part of the training side is set aside for choosing: a fifth of the recordings.

# %%
divided = hold_out(corpus, seed=SEED)
chosen_from = {clip.path for clip in divided if clip.split == "train"}
learn = torch.tensor(
    [known.windows.corpus.clips[number].path in chosen_from for number in known.windows.clip_index]
)
print(f"{int(learn.sum())} seconds to learn from, {int((~learn).sum())} to choose on")

# %%
KINDS = {
    "nearest centroid": NearestCentroid(),
    "5-NN": KNeighborsClassifier(5),
    "logistic regression": LogisticRegression(C=0.1, max_iter=200),
    "support vector machine": SVC(C=3.0),
}
models = {name: make_pipeline(StandardScaler(), kind) for name, kind in KINDS.items()}
choice = {name: model.fit(X[learn], y[learn]).score(X[~learn], y[~learn]) for name, model in models.items()}
for name, score in choice.items():
    print(f"{name:24} {score:.0%} of the seconds put away for choosing")

# %% [markdown]
# Are they different at all? With many seconds of each voice perhaps not. So the same four with *two* seconds of each voice,
# drawn ten times, and judged on the same seconds.


# %%
def two_seconds(kind, draw):
    """Accuracy of a classifier that learned from two seconds of each voice."""
    clips = known.windows.clip_index[learn.numpy()]
    some = sample_enrolment(y[learn].numpy(), clips, 2, draw)
    return models[kind].fit(X[learn][some], y[learn][some]).score(X[~learn], y[~learn])


short = {name: [two_seconds(name, SEED + draw) for draw in range(10)] for name in KINDS}
for name, scores in short.items():
    print(f"{name:24} two seconds {mean_and_spread(scores)[0]:.0%}, all seconds {choice[name]:.0%}")

# %%
against = paired_difference(short["nearest centroid"], short["5-NN"])
between = max(choice.values()) - min(choice.values())

# %%
conclude(
    "09.classifiers",
    against.better,
    yes=f"With two seconds of each voice it matters which classifier is used: the nearest centroid beats 5-NN by {against} over ten draws, because five neighbours cannot all be of a voice that has two seconds. With all seconds the best and the worst of the four are {100 * between:.0f} points apart.",
    no=f"With two seconds of each voice the nearest centroid and 5-NN cannot be told apart beyond doubt ({against} over ten draws); with all seconds the best and the worst of the four are {100 * between:.0f} points apart.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The best of them, trained on the whole training side and tested once: how often is it right?

# %% tags=["predict"]
guess(
    "09.test",
    "On the test side, the chosen classifier is right in ...",
    unit="% of the seconds",
    low=0,
    high=100,
)

# %%
best = max(choice, key=choice.get)
model = models[best].fit(X, y)
accuracy = model.score(U, truth)
reveal(
    "09.test",
    round(100 * accuracy),
    because=f"{best}, {len(truth)} seconds of {len(train.classes)} voices that the base never met; the most frequent voice alone would give {chance:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** How much of this is due to the base? A *control*: the same network with random weights, never trained. Same
# sounds, same shape, same classifier.
#
# **Predict.** What does the random network reach?

# %% tags=["predict"]
guess(
    "09.random",
    "With a random body, the same classifier is right in ...",
    unit="% of the seconds",
    low=0,
    high=100,
)


# %%
def random_base(seed):
    """The same network, never trained."""
    seed_everything(seed)
    return Base(XVector(2).eval(), ["a", "b"])


SEEDS = [SEED, SEED + 1, SEED + 2]
controls = []
for seed in SEEDS:
    body = random_base(seed).model
    (A, a), (B, b) = embed(body, train).tensors(), embed(body, test).tensors()
    controls.append(models[best].fit(A, a).score(B, b))
mean, spread = mean_and_spread(controls)

# %%
reveal(
    "09.random",
    round(100 * mean),
    because=f"three random networks: {', '.join(f'{score:.0%}' for score in controls)}; the trained base: {accuracy:.0%}; always the most frequent voice: {chance:.0%}.",
)

# %%
worth = paired_difference([accuracy] * len(controls), controls)

# %%
conclude(
    "09.control",
    worth.better and min(controls) > 2 * chance,
    yes=f"The trained base beats the random body by {worth} over three random bodies. And the random body is far above guessing too: {mean:.0%} against {chance:.0%}. What the base learned is the difference between the two, not its whole score.",
    no=f"The trained base against the random body: {worth} over three random bodies; the random body itself is right in {mean:.0%}, guessing in {chance:.0%}. On these voices the usual picture, a base clearly ahead of a control clearly ahead of chance, does not show.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "random features are useless".** A random network still responds to frequencies and to how they change, and
# > hundreds of such responses say a lot about a voice. What training buys is the *difference* between the two numbers. Whoever
# > reports only the larger one hides how much the spectrogram did by itself.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · A map of voices
#
# So many numbers cannot be drawn. There are two ways to squeeze them into two: *principal component analysis* (PCA) keeps the two
# directions in which the vectors differ most; *t-SNE* tries to keep neighbours together and gives up on distances. The points
# travel from one to the other.
#
# **Modify.** Point at the seconds, or walk with the arrow keys, and listen. Lines lead to the five nearest seconds, by all the
# numbers of a vector; hollow marks are seconds of the test side. Whose seconds lie together? Which one lies among other voices, and
# can you hear why?

# %%
shown = []  # (side, number): eight voices, and at most fifteen seconds of each to learn from and five to test on
for side, whose, most in ((train, y, 15), (test, truth, 5)):
    for voice in range(8):
        shown += [(side, number) for number in (whose == voice).nonzero().flatten().tolist()[:most]]
points = torch.stack([(X if side is train else U)[number] for side, number in shown]).numpy()

# %%
near = TSNE(2, init="pca", perplexity=min(20, len(points) // 4), random_state=SEED)
places = {"t-SNE": near.fit_transform(points), "PCA": PCA(2, random_state=SEED).fit_transform(points)}

# %%
SoundMap(
    places,
    points,
    [side.classes[side.y[number]] for side, number in shown],
    lambda k: shown[k][0].windows[shown[k][1]][0],
    title=f"{len(shown)} seconds of eight new voices",
    held=[side is test for side, _ in shown],
).seek("a second whose five nearest are all of its voice", same=5).seek(
    "a second most of whose nearest are other voices", same=(0, 2)
)

# %% [markdown]
# A map is for looking, not for proving. Two dimensions cannot show all that so many numbers hold. The next cell says how much is
# lost: the same classifier on the two numbers of PCA instead of all.

# %%
flat = PCA(2, random_state=SEED).fit(X)
squeezed = models[best].fit(flat.transform(X), y).score(flat.transform(U), truth)
print(f"{best} on two numbers: {squeezed:.0%}; on all {X.shape[1]}: {accuracy:.0%}")

# %%
two_low, two_high = wilson_interval(round(squeezed * len(truth)), len(truth))

# %%
conclude(
    "09.map",
    two_high < wilson_interval(round(accuracy * len(truth)), len(truth))[0],
    yes=f"Two numbers keep less than all of them: {squeezed:.0%} (95 % interval {two_low:.0%} to {two_high:.0%}) against {accuracy:.0%}. A map shows part of what the vectors know.",
    no=f"Two numbers do nearly as well here as all of them: {squeezed:.0%} (95 % interval {two_low:.0%} to {two_high:.0%}) against {accuracy:.0%}. With few voices a plane has room enough.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · How many seconds are enough?
#
# Now the question that every user asks: how long must I speak? Give the classifier one second of each voice, two,
# five, and so on, drawn over its recordings; test on the same test side; eight draws each.
#
# **Predict.** With *one* second of each voice, how often is it right?

# %% tags=["predict"]
guess("09.one", "After one second of each voice: right in ...", unit="% of the test seconds", low=0, high=100)


# %%
def after(seconds, seed, data=(X, y), judge=(U, truth)):
    """Accuracy of the nearest centroid after so many seconds of each voice."""
    some = sample_enrolment(y.numpy(), known.windows.clip_index, seconds, seed)
    vectors, names = data[0][some], data[1][some]
    scale = data[0].std(0) + 1e-6  # all numbers equally loud; no names are needed for that
    centres = torch.stack([vectors[names == k].mean(0) for k in range(len(train.classes))])
    return float((torch.cdist(judge[0] / scale, centres / scale).argmin(1) == judge[1]).float().mean())


# %%
STEPS, DRAWS = [1, 2, 3, 5, 8, 12, 18], range(SEED, SEED + 8)
curve = {seconds: [after(seconds, draw) for draw in DRAWS] for seconds in STEPS}
last = random_base(SEED).model
control = embed(last, train).tensors(), embed(last, test).tensors()
random_curve = [mean_and_spread([after(seconds, draw, *control) for draw in DRAWS])[0] for seconds in STEPS]

# %%
first, wobble = mean_and_spread(curve[1])
reveal(
    "09.one",
    round(100 * first),
    because=f"eight draws: {', '.join(f'{score:.0%}' for score in curve[1])}. With {STEPS[-1]} seconds: {mean_and_spread(curve[STEPS[-1]])[0]:.0%}.",
)

# %% slideshow={"slide_type": "fragment"}
means = {seconds: mean_and_spread(scores)[0] for seconds, scores in curve.items()}
lines = {"trained base": list(means.values()), "random body": random_curve}
figure(
    show_curves(
        lines,
        x=STEPS,
        logx=True,
        chance=chance,
        xlabel="seconds of each new voice",
        ylabel="accuracy",
        title="More seconds of each voice",
    ),
    alt=f"Accuracy against seconds of each voice. Trained base: {', '.join(f'{s} s {a:.0%}' for s, a in means.items())}. Random body: from {random_curve[0]:.0%} to {random_curve[-1]:.0%}. Chance {chance:.0%}.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(
        {f"{seconds} s": scores for seconds, scores in curve.items()},
        xlabel="accuracy",
        chance=chance,
        title="Eight draws each",
    ),
    alt="Eight draws for each number of seconds: "
    + "; ".join(f"{s} s {min(v):.0%} to {max(v):.0%}" for s, v in curve.items())
    + ".",
)

# %%
early, late = paired_difference(curve[5], curve[1]), paired_difference(curve[STEPS[-1]], curve[5])
each_early = [(five - one) / (5 - 1) for one, five in zip(curve[1], curve[5])]  # what one more second brings
each_late = [(most - five) / (STEPS[-1] - 5) for five, most in zip(curve[5], curve[STEPS[-1]])]
more = paired_difference(each_early, each_late)

# %%
conclude(
    "09.seconds",
    more.better,
    yes=f"The first seconds of a new voice count most: from one second to five {early}, from five to {STEPS[-1]} only {late}, over eight draws. Second for second, the early ones bring {more} more.",
    no=f"On these voices the first seconds do not count clearly more than later ones: from one second to five {early}, from five to {STEPS[-1]} {late}, over eight draws.",
)

# %%
for goal in (0.5, 0.7, 0.9):
    reached = [seconds for seconds, mean in means.items() if mean >= goal]
    print(f"{goal:.0%}: {f'{min(reached)} s' if reached else 'not reached'}")

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# A class can do this with its own voices: `course data import FOLDER`, then this notebook with CORPUS set to its name. Ask for consent
# first, and delete the recordings afterwards; lesson 17 has a text. Question for the room: why does the curve flatten, and
# what would lift its end? (Other days and rooms, not more seconds of the same recording.)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: three seconds of each voice.** Six new voices, three days of each, three seconds a day; in some of them nobody
# speaks. For each second you know who, which day and how loud. Which rows do you enrol, at most `seconds` of each voice? The
# check runs it on sounds that you have not seen and answers with the result, a mark of ten and, where it can tell, what went
# wrong.


# %% tags=["solution"]
from itertools import zip_longest


def enrol(who, day, loudness, seconds):
    """Row numbers to enrol; who, day and loudness (dB) are lists with one entry for each row."""
    ### BEGIN SOLUTION
    chosen = []
    for name in sorted(set(who)):
        own = [row for row in range(len(who)) if who[row] == name and loudness[row] > -60]
        by_day = [[row for row in own if day[row] == d] for d in sorted(set(day))]
        in_turns = [row for turn in zip_longest(*by_day) for row in turn if row is not None]
        chosen += in_turns[:seconds]
    return chosen
    ### END SOLUTION


# %%
check("09.enrol", enrol)

# %%
hint("09.enrol")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: a new head on a frozen body.** Plain PyTorch, no helper: from the small CNN a new network with the same
# frozen body and a new head for `n_classes` voices. The base itself must stay as it is. The check trains what can
# learn, and judges it beside a random body.

# %% tags=["solution"]
import copy

from torch import nn


def adapt(base, n_classes):
    """A new network with .body (frozen, 896 numbers) and .head (n_classes outputs)."""
    ### BEGIN SOLUTION
    model = copy.deepcopy(base)
    model.requires_grad_(False)
    model.head = nn.Linear(896, n_classes)
    return model
    ### END SOLUTION


# %%
check("09.adapt", adapt)

# %%
hint("09.adapt")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · On real recordings
#
# The same base, frozen, with people who came back on another day. The recorded classifier is logistic regression on vectors of one
# length, and it chooses among 45 people. Compare the last two rows: in VoxForge people keep their microphone from day to day, the
# narrators change theirs, and a random body hears microphones well.

# %%
on_real_recordings(
    "peers",
    "voxforge_en, new sessions",
    {
        "one second of each": (curve[1], "1 s: pretrained"),
        "five seconds of each": (curve[5], "5 s: pretrained"),
        "all seconds": (float(accuracy), "all of the training side: pretrained"),
        "all seconds, a random body": (controls, "all of the training side: random body"),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("09")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. Feature extraction: the frozen body turns every second into a vector, once.
# 2. Vectors of one voice point in similar directions; the nearest neighbour is already a classifier. <!-- conclusion: 09.neighbour -->
# 3. Choose the classifier on a part put away for choosing; test once.
# 4. A random body is the control: only the difference to it is what the base has learned. <!-- conclusion: 09.control -->
# 5. The first seconds of a new voice count most, and with few of them the choice of the classifier matters. <!-- conclusions: 09.seconds, 09.classifiers -->
#
# ## What comes next
#
# Here the body stayed as it was. Lesson 10 lets it learn a little from the new voices, gently, and watches what it forgets. To take
# home: feature extraction and a few examples as short scripts, among the [recipes](../docs/recipes.md).
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - A. S. Razavian, H. Azizpour, J. Sullivan, S. Carlsson: CNN features off-the-shelf: an astounding baseline for recognition. *CVPR workshops*
#   (2014). Look for: how simple the classifier is that stands on the features.
# - D. Snyder, D. Garcia-Romero, G. Sell, D. Povey, S. Khudanpur: X-vectors: robust DNN embeddings for speaker recognition. *ICASSP* (2018).
#   Look for: the table of layers, and the one from which the vector is taken.
# - L. van der Maaten, G. Hinton: Visualizing data using t-SNE. *Journal of Machine Learning Research* 9 (2008). Look for: what
#   the perplexity does, before you believe a map.
# - A. Rahimi, B. Recht: Weighted sums of random kitchen sinks. *NIPS* (2008). Why random features are no joke. Look for: the
#   comparison with features that were trained.
