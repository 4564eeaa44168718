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
# # 11 · How much to reuse
#
# **Why:** between keeping everything and keeping nothing there are many choices, and each has its accuracy and its price.
#
# **Objectives.** After this lesson you can
#
# - tell three numbers apart: base accuracy, transfer accuracy, base-model utilization;
# - compute the utilization of any freezing point;
# - measure the whole curve from reusing nothing to reusing everything, with what it costs;
# - choose a point on a validation side and report it on a test side, once;
# - read a published table critically and say what it leaves out.
#
# **Minutes:** 60 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 07 (the small CNN), 09 (feature extraction) and 10 (fine-tuning).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour: sections 1 to 3 and 5. Section 4 suits the exercise hour. The table of section 5 is on the slides of the talk
# behind this course; show it on the first slide and promise to take it apart. Where classes stumble: they read utilization as a
# mark, the higher the better. It is a description.

# %%
import math

import torch

from course_lib import check, conclude, figure, goal, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib import on_real_recordings
from course_lib.audio import loudest_second
from course_lib.data import hold_out
from course_lib.metrics import base_model_utilization, mean_and_spread, paired_difference
from course_lib.models import layer_table
from course_lib.teaching.plots import new_axes, show_scores
from course_lib.training import usage_of_test_set, measure
from course_lib.transfer import base_accuracy, base_speakers, sample_enrolment, fit_frozen, layer_names
from course_lib.transfer import freezing_point_sweep, init_from_base, load_base, speakers_of, sweep
from course_lib.transfer import train_base
from course_lib.teaching.widgets.layer_story import LayerStory
from course_lib.teaching.widgets.sound_map import SoundMap, two_maps

# %% tags=["parameters"]
CORPUS = "narrators"  # whose voices are new: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers
RETRAIN = False  # True: train the base here and now instead of loading it (about a minute)

# %%
seed_everything(SEED)
base = train_base(load("narrators"), seed=SEED) if RETRAIN else load_base("small_cnn")
VOICES = 16 if PROFILE == "quick" else 1000  # at most so many new voices
corpus = speakers_of(CORPUS)  # voices that the base has never met
corpus = corpus.select(speaker=corpus.select(split="test").speakers[:VOICES])
print(base)
print(corpus)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Three numbers
#
# - *Base validation accuracy*: how well the base names **its own** voices, in recordings it did not learn.
# - *Transfer validation accuracy*: how well the transferred network names **new** voices.
# - *Base-model utilization*: which share of the parameters was taken over untouched.
#
# The first two are about right and wrong. The third is not. It says how much of the old network is still there.

# %%
own = base_speakers(load("narrators"))  # the voices that the base was trained on
for name, part in (("an old voice", own), ("a new voice", corpus)):
    clip = part.select(split="train").clips[0]
    listen(loudest_second(part.read(clip)), label=f"One second of {clip.speaker}, {name}")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The base names its own voices. Guessing would be right in about one of fifty seconds.

# %% tags=["predict"]
guess(
    "11.base",
    "On new recordings of its own voices, the base is right in ...",
    unit="% of the seconds",
    low=0,
    high=100,
)

# %%
familiar = base.features(own.select(split="valid"))
known = base_accuracy(base, familiar)
reveal(
    "11.base",
    round(100 * known),
    because=f"{len(familiar)} seconds of {len(base.classes)} voices, measured just now; guessing gives {1 / len(base.classes):.0%}.",
)

# %% [markdown]
# So much for the old voices. For the new ones this number promises nothing: other voices, another head, perhaps other
# microphones. But we can look: here are eight voices of each kind, as the body of the base describes them. Threads tie a voice
# together. Do the seconds of a new voice lie together, too?

# %%
shown, groups = [], {}
for kind, part in (("old voice", own.select(split="valid")), ("new voice", corpus.select(split="train"))):
    for name in part.speakers[:8]:
        shown += [(name, loudest_second(part.read(clip))) for clip in part.select(speaker=name).clips[:5]]
        groups[name] = kind

# %%
described = base.embed(torch.stack([second for _, second in shown])).flatten(1).numpy()
SoundMap(
    two_maps(described, seed=SEED), described, [name for name, _ in shown], lambda k: shown[k][1],
    title="Old voices and new ones, before anything is trained", kind="voice", groups=groups,
)  # fmt: skip

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Counting what is reused
#
# Freeze the three convolutions, give the network a new head. This is the table of the talk, for our new voices.

# %%
voices = len(corpus.speakers)
layer_table(init_from_base(base.model, "body.conv3", voices), (1025, 32))

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 1: utilization.** The layers stand in order, from the first to the last, as pairs (name, parameters).
# Everything up to and including `upto` is frozen.


# %% tags=["solution"]
def utilization(layers, upto):
    """Share of all parameters that is frozen, in [0, 1]; `upto` None: nothing is."""
    ### BEGIN SOLUTION
    if upto is None:
        return 0.0
    names = [name for name, _ in layers]
    frozen = sum(size for _, size in layers[: names.index(upto) + 1])
    return frozen / sum(size for _, size in layers)
    ### END SOLUTION


# %%
check("11.utilization", utilization)

# %%
hint("11.utilization")

# %% [markdown] slideshow={"slide_type": "slide"}
# The talk reports three iterations: they retrained 96 %, then 79 %, then 53 % of the model. Which freezing points of
# the small CNN are these?

# %%
for upto in ["", *layer_names(base.model)]:
    share = base_model_utilization(init_from_base(base.model, upto, 10))
    print(f"frozen up to {upto or 'nothing':12} {share:7.2%} reused, {1 - share:7.2%} retrained")

# %% [markdown]
# With ten voices, 53 % is there: the three convolutions are frozen, 46.92 % is reused. The talk prints 46.91 %. The other two are
# *not* there. No layer of this table ends at 4 % or at 21 %. They may belong to other networks; the talk does not say. So we
# cannot repeat those three points. We can do better, and measure all there are.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · The whole curve
#
# At every point the layers up to it are frozen and the rest is trained on the new voices, with the same seeds and the same
# number of epochs. A part of the training side is held out, and all points are compared there. The test side waits.

# %%
divided = hold_out(corpus, seed=SEED)
learn = base.features(divided.select(split="train"))
choose = base.features(divided.select(split="valid"))
chance = float(choose.y.bincount().max() / len(choose))
print(f"{len(learn)} seconds to learn from, {len(choose)} to choose on, {voices} voices")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Where will the accuracy on the new voices be highest?

# %% tags=["predict"]
guess(
    "11.where",
    "The best accuracy comes with ...",
    options=["nothing frozen", "the first layer or two", "the three convolutions", "all but the last layer"],
)

# %% [markdown]
# **Run.** The frozen layers are run once; what is behind them is trained three times, with three seeds.

# %% tags=["own-machine"]
SEEDS = [SEED, SEED + 1, SEED + 2]
EPOCHS = 8 if PROFILE == "quick" else 40
points = freezing_point_sweep(base, divided, seeds=SEEDS, epochs=EPOCHS, batch_size=16, progress=print)

# %%
NAMES = {
    "": "nothing frozen",
    "body.conv1": "the first layer or two",
    "body.conv2": "the first layer or two",
    "body.conv3": "the three convolutions",
    "head.dense1": "all but the last layer",
}
means = {point.upto: point.accuracy[0] for point in points}
best = max(points, key=lambda point: point.accuracy[0])
reveal(
    "11.where",
    NAMES.get(best.upto, "everything frozen"),
    because=f"{best.accuracy[0]:.1%} ± {best.accuracy[1]:.1%}. Look at the next figure before you believe in one winner.",
)


# %% slideshow={"slide_type": "fragment"}
def show_reuse(points, title, ax):
    """Accuracy against utilization: a dot for every seed, a line through the means."""
    shares = [100 * point.utilization for point in points]
    ax.plot(shares, [point.accuracy[0] for point in points], "-", linewidth=2, label="mean")
    for share, point in zip(shares, points):
        ax.plot([share] * len(point.accuracies), point.accuracies, "ok", markersize=4)
    ax.axhline(chance, color="black", linestyle=":", label=f"chance: {chance:.1%}")
    ax.set(xlabel="base-model utilization (%)", ylabel="accuracy", title=title, ylim=(-0.02, 1.02))
    ax.legend()


fig, ax = new_axes()
show_reuse(points, "From reusing nothing to reusing everything", ax)
figure(
    fig,
    alt="Accuracy on the new voices against utilization: "
    + ", ".join(f"{p.utilization:.0%} {p.accuracy[0]:.0%}" for p in points)
    + f". Chance {chance:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# The last point is not a joke. With 100 % reused, nothing was trained at all: the new last layer is still random, and the
# network guesses. Utilization is not a mark. It is a description.

# %%
by_name = {point.upto: point for point in points}
steps = {
    "all but the last layer": paired_difference(
        by_name["body.conv3"].accuracies, by_name["head.dense1"].accuracies
    ),
    "nothing frozen": paired_difference(by_name["body.conv3"].accuracies, by_name[""].accuracies),
}

# %%
conclude(
    "11.curve",
    steps["all but the last layer"].better and steps["nothing frozen"].low > -0.1,
    yes=f"Freezing the three convolutions costs less than ten points against training everything ({steps['nothing frozen']}), and wins against freezing all but the last layer ({steps['all but the last layer']}): most of the curve is flat, and falls where the head may no longer learn.",
    no=f"The three convolutions frozen, against training everything: {steps['nothing frozen']}; against freezing all but the last layer: {steps['all but the last layer']}. On these voices the curve has another shape than usual.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Move the border, layer by layer, with the slider *Frozen up to*. Where do most of the parameters lie? Where is
# most of the time lost? The last layer of this network is new: what do its names look like before it has learned?

# %%
new_voice = loudest_second(corpus.read(corpus.select(split="train").clips[0]))
shares = [point.utilization for point in points]
heaviest = max(range(1, len(points)), key=lambda k: shares[k] - shares[k - 1])
LayerStory(init_from_base(base.model, "", voices), new_voice, corpus.speakers, reuse=points).seek(
    "the border just after the layer with most parameters", upto=points[heaviest].upto
).seek("the names before they are learned", layer="head.dense2")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** How many times longer did it take to train everything than to train the head alone?

# %% tags=["predict"]
guess(
    "11.cost",
    "Training everything takes as long as the head alone, times ...",
    unit="times",
    low=1,
    high=1000,
)

# %%
times = by_name[""].seconds / by_name["body.conv3"].seconds
reveal(
    "11.cost",
    round(times),
    because=f"{by_name[''].seconds:.1f} s against {by_name['body.conv3'].seconds:.1f} s for three seeds, the one pass through the frozen layers included.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "less retraining means less accuracy".** The talk says so in a note: "Less retraining means less time to
# > train (and generally less accuracy)." Each trained parameter can learn something, and can also learn something by heart. Which
# > of the two wins depends on how much there is to learn from. Do not take a rule from a slide; measure your own curve.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · With few seconds
#
# **Predict.** Now only two seconds of each new voice to learn from. Which end of the curve loses more?

# %% tags=["predict"]
guess(
    "11.few",
    "With two seconds of each voice, more accuracy is lost by ...",
    options=["training everything", "training the head alone", "undecided"],
)

# %% tags=["own-machine"]
few = learn.take(sample_enrolment(learn.y.numpy(), learn.windows.clip_index, 2, SEED))
short = sweep(base.model, few, choose, seeds=SEEDS, epochs=2 * EPOCHS, batch_size=8)
for point in short:
    print(f"frozen up to {point.upto or 'nothing':12} {point.accuracy[0]:6.1%} ± {point.accuracy[1]:.1%}")

# %%
few_seconds = {point.upto: point.accuracies for point in short}
lost = {
    upto: [a - b for a, b in zip(by_name[upto].accuracies, few_seconds[upto])] for upto in ("", "body.conv3")
}
losses = {upto: paired_difference(by_name[upto].accuracies, few_seconds[upto]) for upto in lost}
apart = paired_difference(lost[""], lost["body.conv3"])

# %%
more = "training everything" if apart.better else "training the head alone"
reveal(
    "11.few",
    more if apart.better or apart.worse else "undecided",
    because=f"training everything lost {losses['']}, the head alone {losses['body.conv3']}.",
)

# %%
conclude(
    "11.few",
    losses["body.conv3"].better,
    yes=f"With two seconds of each voice the head alone loses {losses['body.conv3']}; training everything loses {losses['']}. "
    + (
        f"Training everything loses more beyond doubt, {apart}: with little to learn from, more trained parameters are a burden."
        if apart.better
        else f"Which of the two loses more is not decided ({apart}): seconds are missing at both ends, and the number of trained parameters does not explain it."
    ),
    no=f"With two seconds of each voice, training everything loses {losses['']}, the head alone {losses['body.conv3']}, which is not beyond doubt.",
)

# %% slideshow={"slide_type": "fragment"}
fig, boxes = new_axes(1, 2)
show_reuse(points, "All seconds", boxes[0])
show_reuse(short, "Two seconds of each voice", boxes[1])
figure(
    fig,
    alt="Two curves of accuracy against utilization. With all seconds: "
    + ", ".join(f"{p.utilization:.0%} {p.accuracy[0]:.0%}" for p in points)
    + ". With two seconds of each voice: "
    + ", ".join(f"{p.utilization:.0%} {p.accuracy[0]:.0%}" for p in short)
    + ".",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: good enough.** The best mean is not always worth its price. Each point is (trained parameters, mean of its accuracies,
# low, high), where low and high are the ends of the 95 % interval of *best point minus this one*, seed by seed (the rule of
# lesson 08). A point is good enough if it does not lose against the best beyond doubt. Of all that are good enough, return the
# fewest trained parameters.


# %% tags=["solution"]
def good_enough(points):
    """The fewest trained parameters among the points that do not lose against the best beyond doubt."""
    ### BEGIN SOLUTION
    return min(trained for trained, mean, low, high in points if low <= 0)
    ### END SOLUTION


# %%
check("11.good_enough", good_enough)

# %%
hint("11.good_enough")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: how many seeds?** Plan the experiment before you run it. From a few tries you know the standard deviation of the
# *differences* between two strategies, seed by seed. The mean of n such differences is off by deviation / √n (the *standard error*).
# Say "seen" if the difference is at least *twice* that: with many seeds Student's factor is close to 2. What is the smallest n?
# With one run nobody sees a deviation, so two at least.


# %% tags=["solution"]
def seeds_needed(deviation, difference):
    """The fewest seeds, two at least, with which a difference of this size is seen."""
    ### BEGIN SOLUTION
    return max(2, math.ceil(4 * (deviation / difference) ** 2))
    ### END SOLUTION


# %%
check("11.seeds_needed", seeds_needed)

# %%
hint("11.seeds_needed")

# %% [markdown]
# **Modify.** Take the standard deviation of the differences between your two best points. Which difference can three seeds show, by the
# rule of exercise 3? And how long would it take to show one of a single point?

# %%
ranked = sorted(points, key=lambda point: point.accuracy[0])[-2:]
deviation = float(torch.tensor([point.accuracies for point in ranked]).diff(dim=0).std())
wanted = 0.01  # a point of a hundred; make it larger until three seeds are enough
seeds = seeds_needed(deviation, wanted)
print(f"standard deviation of the differences: {deviation:.3f}; seeds for a difference of {wanted}: {seeds}")
goal("a difference for which three seeds are enough, and two are not", seeds == 3)

# %% [markdown] slideshow={"slide_type": "slide"}
# Now choose, by that rule, and use the test side. Once.

# %%
enough = [point for point in points if not paired_difference(point.accuracies, best.accuracies).worse]
chosen = min(enough, key=lambda point: point.trained_parameters)
train = base.features(corpus.select(split="train"))
test = base.features(corpus.select(split="test"))
final = []
for seed in SEEDS:
    model = init_from_base(base.model, chosen.upto, voices, seed)
    fit_frozen(model, train, epochs=EPOCHS, batch_size=16, patience=None, seed=seed, progress=False)
    final.append(measure(model, test)[1])

# %%
mean, spread = mean_and_spread(final)
print(f"chosen: frozen up to {chosen.upto or 'nothing'}")
print(f"base validation accuracy      {known:7.2%}  of {len(familiar)} seconds, {len(base.classes)} voices")
print(f"transfer accuracy on the test {mean:7.2%} ± {spread:.2%}  of {len(test)} seconds, {voices} voices")
print(f"base-model utilization        {chosen.utilization:7.2%}")

# %% [markdown]
# Once? The course keeps a list: whenever one of its functions measures a model on a whole test side, it is counted as one use of
# the test.

# %%
usage_of_test_set()

# %% [markdown]
# One choice, trained with three seeds: three uses. We report the mean of the three, not the best. Run the cells again: they are
# the same three networks, and the number stays. It grows when you go back, change something because of what you saw here, and
# test again.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Reading the source's table
#
# The talk ends with three numbers: **97.90 %** base validation accuracy, **95.25 %** transfer validation accuracy, **46.91 %**
# utilization. Of the data it says two things: "Librivox Corpus" and "Split audiobooks into 1-sec spectrograms". If the seconds
# were shuffled *after* cutting, neighbours from one recording ended up on both sides.
#
# **Investigate.** What would such a split have claimed for our new voices? Same network, same number of seconds to learn from,
# another way of dividing them.

# %%
together = base.features(corpus.select(split="train"), hop=0.5)
order = torch.randperm(len(together), generator=torch.Generator().manual_seed(SEED))
cut = len(order) // 5
leaky_train, leaky_judge = together.take(order[cut:].numpy()), together.take(order[:cut].numpy())
print(f"{len(leaky_train)} windows to learn from, {len(leaky_judge)} to measure on, shuffled")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Windows of one recording on both sides, and half-second overlaps. What will it claim?

# %% tags=["predict"]
guess(
    "11.leak",
    "Compared with an honest split, the shuffled one claims ...",
    options=["more, beyond doubt", "less, beyond doubt", "undecided"],
)

# %%
honest_train = base.features(divided.select(split="train"), hop=0.5)
pairs = {"by session or recording": (honest_train, choose), "shuffled windows": (leaky_train, leaky_judge)}
claims = {
    name: sweep(base.model, a, b, points=["body.conv3"], seeds=SEEDS, epochs=EPOCHS)[0].accuracies
    for name, (a, b) in pairs.items()
}
flattered = paired_difference(claims["shuffled windows"], claims["by session or recording"])
sign = "more, beyond doubt" if flattered.better else "less, beyond doubt" if flattered.worse else "undecided"

# %%
reveal(
    "11.leak",
    sign,
    because="; ".join(f"{name} {mean_and_spread(runs)[0]:.1%}" for name, runs in claims.items()) + ".",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(
        claims, xlabel="accuracy claimed", chance=chance, title="The split decides what you may claim"
    ),
    alt="; ".join(f"{name}: {min(runs):.0%} to {max(runs):.0%}" for name, runs in claims.items())
    + f"; chance {chance:.0%}.",
)

# %%
conclude(
    "11.leak",
    flattered.better,
    yes=f"The shuffled split claims {flattered} more for the same network and the same voices. The network met its test in training.",
    no=f"The shuffled split against the honest one: {flattered}. Here it does not flatter beyond doubt; that does not make it honest.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# What the table leaves out, and what one would need to repeat it:
#
# | missing | why it matters |
# | --- | --- |
# | how the seconds were divided | neighbours on both sides flatter |
# | how many voices were transferred to | two voices are easier than fifty |
# | how many seconds of each | the first seconds count most (lesson 09) |
# | several seeds, with their spread | one run may be luck |
# | chance, and a network without a base | what was the transfer worth? |
#
# This is not a reproach: it was a talk, not a paper. But from now on you know what to ask.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: twenty-four runs.** Which freezing point? `run(name)` trains once and gives an accuracy, each time
# another one. You may call it `budget` times, 24 times for six points. How will you spend them? The check plays 300
# such searches and looks at the truth of what you chose.


# %% tags=["solution"]
def explore(run, names, budget):
    """The name of the freezing point to use, after at most `budget` calls of run(name)."""
    ### BEGIN SOLUTION
    means = {}
    for name in names:
        runs = [run(name) for _ in range(budget // len(names))]
        means[name] = sum(runs) / len(runs)
    return max(means, key=means.get)
    ### END SOLUTION


# %%
check("11.explore", explore)

# %%
hint("11.explore")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 5: sixty epochs, one pass.** The body is frozen, so why run it sixty times? Train the head for `epochs` epochs, and
# let every second pass through the body once. The check counts, and judges the head on another day.

# %% tags=["solution"]
from torch.nn import functional as F


def train_head(body, head, X, y, epochs):
    """Train `head` on what the frozen `body` makes of X (n, 128), with classes y (n,), and return it."""
    ### BEGIN SOLUTION
    body.eval()
    with torch.no_grad():
        vectors = body(X)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.01)
    for _ in range(epochs):
        optimizer.zero_grad()
        F.cross_entropy(head(vectors), y).backward()
        optimizer.step()
    return head
    ### END SOLUTION


# %%
check("11.once", train_head)

# %%
hint("11.once")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · On real recordings
#
# The same curve with people, measured on another day. Where does it fall there?

# %%
on_real_recordings(
    "difficulty",
    "voxforge_en, freezing points",
    {
        "nothing frozen": (by_name[""].accuracies, "nothing: all enrolled speech"),
        "the first layer": (by_name["body.conv1"].accuracies, "body.conv1: all enrolled speech"),
        "the three convolutions": (by_name["body.conv3"].accuracies, "body.conv3: all enrolled speech"),
        "all but the last layer": (by_name["head.dense1"].accuracies, "head.dense1: all enrolled speech"),
        "two seconds, nothing frozen": (few_seconds[""], "nothing: 2 s"),
        "two seconds, the three convolutions": (few_seconds["body.conv3"], "body.conv3: 2 s"),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("11")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. Base accuracy is about old voices, transfer accuracy about new ones; utilization is about parameters, not about right or wrong.
# 2. The small CNN with its three convolutions frozen reuses 102,624 of 218,730 parameters: 46.92 %.
# 3. The curve is measured at every freezing point, with equal budgets and several seeds; choose on validation, report on test once.
# 4. Of the points that do not lose against the best beyond doubt, take the cheapest. <!-- conclusion: 11.curve -->
# 5. Windows of one recording on both sides flatter. <!-- conclusion: 11.leak --> A table without its split, its classes, its seeds and its chance line cannot be compared with anything.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Take-away of part 3
#
# What to keep from this part, what transfers, and how to find out:
#
# 1. Recipe: take the body, put it into evaluation mode, freeze it, make every second a vector once, train a new head.
# 2. Recipe for more: first the head alone, then everything at a rate ten times as small, the first layers slowest.
# 3. Frozen means two things: no gradient, *and* evaluation mode. BatchNorm's averages move without any gradient.
# 4. The control: the same network with random weights, frozen in the same place, same seconds, same seeds.
# 5. Three numbers: base accuracy (old voices), transfer accuracy (new ones), utilization = frozen parameters / all parameters.
# 6. Choose on validation, report on test once. Better means: the interval of the paired difference lies above zero; n seeds shrink it by √n only.
# 7. **Try it:** two people, ten seconds of each: a frozen base with a new head, and the same with random weights.
#
# A mixed review follows, with new questions. Nothing around them says which lesson they belong to; recalling that yourself is what makes them useful.

# %%
quiz("review 3")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What comes next
#
# Bases need not come from speech at all. Lesson 12 looks at sounds as images and borrows a network that learned from photographs.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - "Some of Our Learnings on Transfer Learning", in "Minutes: Speaker Diarization and Tech Talk", slides "Important Metrics in
#   Transfer Learning", "Model Results" and "Transfer Learning Summary": the three numbers and the three iterations. Look for:
#   what section 5 says is missing.
# - J. Yosinski, J. Clune, Y. Bengio, H. Lipson: How transferable are features in deep neural networks? *NeurIPS* (2014). Look for: the
#   main figure, which is this lesson's curve for photographs.
# - S. Kornblith, J. Shlens, Q. V. Le: Do better ImageNet models transfer better? *CVPR* (2019). Look for: where base accuracy
#   predicts transfer accuracy, and where it does not.
# - S. Kapoor, A. Narayanan: Leakage and the reproducibility crisis in machine-learning-based science. *Patterns* 4 (2023). Look
#   for: the list of kinds of leakage. Which of them have you met here?
