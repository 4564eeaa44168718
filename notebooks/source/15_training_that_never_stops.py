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
# # 15 · Training that never stops
#
# **Why:** in the world outside a course new speakers keep arriving, and a network that learns them must not forget the old ones.
#
# **Objectives.** After this lesson you can
#
# - measure forgetting, and cure it with a small memory;
# - count what an update costs, in operations, seconds and bytes;
# - write a gate that refuses a model that got worse;
# - stop a training run anywhere and get the same numbers when it goes on;
# - explain why two machines that share a batch compute what one would.
#
# **Minutes:** 50 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 09 (feature extraction) and 10 (fine-tuning).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour. The figure of section 2 is the one to stay at: let the class vote before it is shown. Where classes stumble: they
# think that a network forgets because it is full. It is not full. It was told, in every batch, that the answer is never one of the old
# names. Section 6 (two machines) can be left out where nobody will ever train on more than one.

# %%
import copy
import tempfile

import numpy as np
import torch

from course_lib import check, conclude, figure, hint, listen, guess, quiz, reveal, seed_everything
from course_lib import on_real_recordings
from course_lib.audio import loudest_second
from course_lib.data import hold_out
from course_lib.metrics import mean_and_spread, paired_difference
from course_lib.teaching.plots import show_curves
from course_lib.models import operations
from course_lib.transfer import split_at_frozen, load_base, precompute, speakers_of
from course_lib.transfer.stream import stream_of_tasks
from course_lib.transfer.replay import begin, expand_head, learn, refresh, scores
from course_lib.transfer.model_registry import TOLERANCE, ModelRegistry, gate, train_continually
from course_lib.teaching.widgets.sound_map import SoundMap, two_maps
from course_lib.teaching.widgets.training_live import TrainingLive

# %% tags=["parameters"]
CORPUS = "narrators"  # whose voices arrive: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
base = load_base("small_cnn")  # its body stays frozen for most of this lesson
VOICES = 16 if PROFILE == "quick" else 1000  # at most so many
corpus = speakers_of(CORPUS)
corpus = corpus.select(speaker=corpus.select(split="test").speakers[:VOICES])
divided = hold_out(corpus, seed=SEED)
print(corpus)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · They keep arriving
#
# A talk on continuous training lists what a training pipeline needs: a lot of data, memory, and computing that is
# "Computationally Intensive" and "Repeated Many Times (Epochs)". Today four voices are known. Tomorrow two more come, and the old
# ones come back with new recordings. Nobody waits until all are there.

# %%
data = base.features(divided.select(split="train"))
valid = base.features(divided.select(split="valid"))
days = stream_of_tasks(data, seed=SEED)
for day in days:
    print(day)

# %% slideshow={"slide_type": "fragment"}
for day in (days[0], days[-1]):
    clip = divided.select(split="train", speaker=day.newcomers[0]).clips[0]
    listen(loudest_second(corpus.read(clip)), label=f"{clip.speaker}, who comes on day {day.number}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Forgetting
#
# The cheapest update: the body is frozen, the head gets a row for each new name, and is trained on the recordings of the day, and
# only of that day. Yesterday's are gone.
#
# **In plain PyTorch**: the frozen first part of the network runs once, like any function. The last layer of the head is an
# `nn.Linear`; a larger one takes the old rows over, so the old names keep their scores.

# %%
small = expand_head(base.model, 4).eval()  # a head for the four names of the first day
old = small.head.dense2
grown = torch.nn.Linear(old.in_features, 6)  # two more have come
with torch.no_grad():
    grown.weight[:4], grown.bias[:4] = old.weight, old.bias
    sounds, _ = next(valid.batches(8))
    vectors = small.body(sounds)  # the frozen front, run once
    by_hand = grown(small.head[:-1](vectors))

# %% [markdown]
# The library's verbs are `precompute` and `expand_head`:

# %% tags=["check-output"]
kept, larger = precompute(base.model.body, sounds), expand_head(small, 6).eval()
print("vectors equal:", torch.equal(vectors, kept))
print("scores of the old names equal:", torch.equal(larger.head(kept)[:, :4], by_hand[:, :4]))

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** After the last day: how many seconds of the very first speakers are still named right?

# %% tags=["predict"]
guess("15.forgetting", "First speakers, after the last day", unit="% right", low=0, high=100)


# %%
def live(keep, seed, days=days):
    """Learn day after day. Accuracy after each day: of the first speakers, and of all known so far."""
    learner, first, everybody = begin(base), [], []
    for day in days:
        learner = learn(learner, day, data, keep=keep, seed=seed)
        right = scores(learner, valid)
        first.append(np.mean([right[name] for name in days[0].newcomers if name in right]))
        everybody.append(np.mean(list(right.values())))
    return first, everybody, learner


# %% [markdown]
# **Run.** Day after day, and after each day the validation side is asked.

# %%
first, everybody, forgetful = live(keep=0, seed=SEED)
reveal("15.forgetting", round(100 * first[-1]), because=f"after the first day it was {first[0]:.0%}.")

# %% slideshow={"slide_type": "fragment"}
axis = show_curves(
    {"the first speakers": first, "all known so far": everybody},
    x=range(len(days)),
    xlabel="day",
    ylabel="accuracy",
    title="Learning only what is new",
)
axis.set_ylim(-0.03, 1.03)
figure(
    axis,
    alt="Accuracy of the first speakers day by day: "
    + ", ".join(f"{share:.0%}" for share in first)
    + "; of all known so far: "
    + ", ".join(f"{share:.0%}" for share in everybody)
    + ".",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** Whose name do the first speakers get now? If the head were simply full, it could be anybody's. Look.

# %%
front, rest = split_at_frozen(forgetful.model)
mine = np.array([data.classes[y] in days[0].newcomers for y in valid.y.tolist()])
vectors, _ = next(precompute(front, valid).take(mine).batches(1000))
names = [forgetful.known[k] for k in rest.eval()(vectors).argmax(1).tolist()]
recent = {name for day in days[-2:] for name in [data.classes[int(data.y[row])] for row in day.rows]}
print(
    f"{sum(name in recent for name in names)} of {len(names)} seconds go to speakers heard on the last two days"
)

# %% [markdown]
# And what about the vectors that the head reads? Point at them and listen. Do the first speakers' seconds still lie together,
# each voice by itself?

# %%
given = {name: [] for name in days[0].newcomers}
for row, name in zip(np.flatnonzero(mine), names):
    given[data.classes[int(valid.y[row])]].append(name)
called = {name: f"mostly called {max(set(all_), key=all_.count)}" for name, all_ in given.items() if all_}
flat = vectors.flatten(1).numpy()
SoundMap(
    two_maps(flat, seed=SEED), flat, [data.classes[y] for y in valid.y[mine].tolist()],
    lambda k: valid.windows[int(np.flatnonzero(mine)[k])][0], title="The first speakers, as the head reads them", notes=called,
)  # fmt: skip

# %% [markdown]
# > **Misconception: "a network forgets because it is full".** The head had room for everybody. It was *taught* to forget: each batch said
# > that the right answer is a new name, and never an old one. So it learned to say new names.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · A small memory
#
# The cure is old and simple: keep a few seconds of everybody, and mix them into each update (*rehearsal*, also called *replay*).
#
# **Exercise 1: remember.** `seen` are (name, second) pairs in the order in which they came. Keep the *latest* `most` of each name, in
# the order in which they came.


# %% tags=["solution"]
def remember(seen, most):
    """The last `most` pairs of each name."""
    ### BEGIN SOLUTION
    kept = []
    for place, (name, second) in enumerate(seen):
        later = sum(other == name for other, _ in seen[place + 1 :])
        if later < most:
            kept.append((name, second))
    return kept
    ### END SOLUTION


# %%
check("15.remember", remember)

# %%
hint("15.remember")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** How many remembered seconds of each speaker bring the first speakers back to within five points of remembering everything?

# %% tags=["predict"]
guess("15.memory", "Seconds of each speaker, at least", options=["1", "4", "8", "more than 8"])

# %% [markdown]
# **Run.** Three seeds; each has its own order of arrival.

# %%
SEEDS = [SEED, SEED + 1, SEED + 2]
orders = {seed: stream_of_tasks(data, seed=seed) for seed in SEEDS}
runs, ends = {}, {}  # the mean curves; the first speakers' accuracy at the end, seed by seed
for keep in (0, 1, 4, 8, None):
    each = [live(keep, seed, orders[seed])[:2] for seed in SEEDS]
    curves = [np.mean(curve, axis=0).tolist() for curve in zip(*each)]
    label = "all" if keep is None else str(keep)
    ends[label] = [first[-1] for first, _ in each]
    runs[label] = dict(zip(("the first speakers", "all known so far"), curves))

# %%
last = {label: curves["the first speakers"][-1] for label, curves in runs.items()}
enough = next((label for label in ("1", "4", "8") if last[label] >= last["all"] - 0.05), "more than 8")
reveal(
    "15.memory",
    enough,
    because=", ".join(f"{label}: {share:.0%}" for label, share in last.items())
    + " of the first speakers' seconds.",
)

# %%
cured, missing = paired_difference(ends["8"], ends["0"]), paired_difference(ends["all"], ends["8"])
voice_s = len(data) / len(data.classes)

# %%
conclude(
    "15.memory",
    cured.better and last["0"] < 0.5 * last["all"],
    yes=f"Without a memory the first speakers are nearly gone ({last['0']:.0%}). Eight remembered seconds of each bring them back by {cured}; everything would bring {missing} more. Mind the share: a voice has {voice_s:.0f} seconds here on average, so eight of them are {min(1, 8 / voice_s):.0%} of all there is, and one second ({last['1']:.0%}) is {1 / voice_s:.0%}.",
    no=f"The first speakers at the end: {last['0']:.0%} without a memory, {last['8']:.0%} with eight seconds of each, {last['all']:.0%} with everything. Here the memory does not make the difference that one expects.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Modify.** Two memories side by side: nothing is remembered, or everything. Choose other sizes for run A. Which is the smallest that
# keeps at least half of the first speakers' seconds that remembering everything keeps?

# %%
sizes = {label: f"{label} {'second' if label == '1' else 'seconds'} of each" for label in runs}
half = next(label for label in runs if last[label] >= last["all"] / 2)
curves = {sizes[label]: each for label, each in runs.items()}
TrainingLive(runs=curves, step="day", title="Remembered seconds, day by day").seek(
    "the smallest memory that keeps half of it", name=sizes[half]
)

# %% [markdown] slideshow={"slide_type": "slide"}
# A curve of all speakers also sinks a little when nothing is forgotten: with more names the question is harder. Keep the two apart.
#
# ## 4 · What it costs
#
# There are three ways to learn a new day: the head with a small memory; the head with everything; or the whole network, from the
# first layer on, with everything. We count the multiplications and additions of one epoch of the last day.

# %%
sound = data[0][0][None]
pair = torch.cat([sound, sound])
head_only = learn(begin(base), days[0], data, seed=SEED).model
front, rest = split_at_frozen(head_only)
vector = precompute(front, sound)
whole = operations(load_base("small_cnn").model, pair, backward=True)
head = operations(rest, torch.cat([vector, vector]), backward=True)
body = operations(front, sound)

# %%
few = 4 * len(data.classes) + len(days[-1].rows)
table = {
    "head, 4 seconds of each": few * head,
    "head, everything": len(data) * head,
    "whole network, everything": len(data) * whole,
}
for name, count in table.items():
    print(f"{name:28} {count / 1e6:9,.0f} million operations an epoch")
print(f"and once a day, the body    {len(days[-1].rows) * body / 1e6:9,.0f} million")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The memory, too, has a price. A remembered second can be kept as a sound, as a spectrogram, or as the body's vector. How many
# times smaller than the spectrogram is the vector?

# %% tags=["predict"]
guess("15.bytes", "The spectrogram is larger than the vector, times ...", unit="times", low=1, high=200)

# %%
sizes = {
    "sound, 16 bit": 2 * 16_000,
    "spectrogram, float16": 2 * sound[0].numel(),
    "vector, float16": 2 * vector[0].numel(),
}
for name, size in sizes.items():
    print(
        f"{name:22} {size:7,} bytes a second; {len(data.classes) * 4 * size / 1e6:6.2f} MB for 4 s of {len(data.classes)} speakers"
    )

# %%
reveal(
    "15.bytes",
    round(sizes["spectrogram, float16"] / sizes["vector, float16"]),
    because="but a vector is tied to its body: when the body changes, every kept vector is worthless. A sound never is.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Now and then one may want to let the body learn as well: a *refresh*, gently, on what is remembered. Is it worth it? Ask the validation side.

# %%
before, after = [], []
for seed in SEEDS:
    learner = live(8, seed, orders[seed])[2]
    fresh = refresh(learner, data, upto="body.conv2", seed=seed)
    before.append(np.mean(list(scores(learner, valid).values())))
    after.append(np.mean(list(scores(fresh, valid).values())))
for name, found in (("frozen body", before), ("after a refresh", after)):
    print(f"{name:16} {mean_and_spread(found)[0]:.1%} ± {mean_and_spread(found)[1]:.1%}")

# %%
refreshed = paired_difference(after, before)

# %%
conclude(
    "15.refresh",
    refreshed.mean < 0.05,
    yes=f"The refresh buys little: {refreshed} over three seeds. It costs a pass through the whole network in every epoch, and all kept vectors.",
    no=f"Here the refresh buys much: {refreshed} over three seeds. Whether that is worth a pass through the whole network in every epoch, and all kept vectors, is for you to say.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · A gate, and a model registry
#
# Some day the data are bad: names are mixed up, or a microphone is broken. Then the update makes the model *worse*, and nobody
# may notice. So every new model must pass a gate before it takes the old one's place.
#
# **Exercise 2: the gate.** `before` and `after` are {speaker: accuracy}. Accept if the mean over the speakers of `before` has not fallen by
# more than `tolerance`.


# %% tags=["solution"]
def accept(before, after, tolerance):
    """May the new model take the old one's place?"""
    ### BEGIN SOLUTION
    old = sum(before.values()) / len(before)
    new = sum(after[name] for name in before) / len(before)
    return new >= old - tolerance
    ### END SOLUTION


# %%
check("15.accept", accept)

# %%
hint("15.accept")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** On the last day but one, somebody mixes up the names: every second of that day is filed under another speaker. And on
# all other days all is well. Will the gate notice?

# %% tags=["predict"]
guess("15.gate", "The update with mixed-up names is ...", options=["refused", "let through"])

# %%
learner = begin(base)
for day in days[:-2]:
    learner = learn(learner, day, data, keep=8, seed=SEED)
bad = days[-2]
turned = data.take(np.arange(len(data)))  # a copy in memory, so that the real names stay
turned.y = data.y.clone()
turned.y[bad.rows] = data.y[bad.rows].roll(len(bad.rows) // 2)

# %%
known = scores(learner, valid)
wrong = learn(learner, bad, turned, keep=8, seed=SEED, epochs=30)
STRICT = (
    0.03  # how far old speakers may fall; the library's own 8 % is for three seconds of each, here are seven
)
verdict, why = gate(known, scores(wrong, valid, among=learner.known), tolerance=STRICT)
reveal(
    "15.gate",
    "let through" if verdict else "refused",
    because=f"{why}; a fall of up to {STRICT:.0%} is let through.",
)

# %%
right = learn(learner, bad, data, keep=8, seed=SEED)
print("with the right names:", gate(known, scores(right, valid, among=learner.known), tolerance=STRICT))

# %%
conclude(
    "15.gate",
    not verdict,
    yes=f"The gate notices the bad day: {why}. Nobody had to be awake.",
    no=f"The gate lets the bad day through: {why}. With so few validation seconds a gate can be blind to it.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# A gate sees what its validation side shows, and no more. With few seconds of each speaker it cannot see a fall of a few points,
# and now and then it refuses a good day. It compares the old speakers *among themselves*: more names make the question harder,
# and that is no forgetting.
#
# What passes goes into a *model registry*: the weights of each version, and beside them a record of the data, the settings, the
# cost and the scores. Here is the whole as one loop, stopped in the middle:

# %%
folder = tempfile.mkdtemp()
run = train_continually(base, days, data, valid, ModelRegistry(folder), keep=8, seed=SEED)
for record in run:
    print(f"day {record['day']}: {'kept   ' if record['accepted'] else 'refused'} {record['why']}")
    if record["day"] == 2:
        break  # somebody pulled the plug

# %% slideshow={"slide_type": "fragment"}
for record in train_continually(base, days, data, valid, ModelRegistry(folder), keep=8, seed=SEED):
    print(f"day {record['day']}: {'kept   ' if record['accepted'] else 'refused'} {record['why']}")

# %% [markdown] slideshow={"slide_type": "slide"}
# It went on where it had stopped. Are the numbers those of a run that was never stopped?

# %%
whole_run = list(
    train_continually(base, days, data, valid, ModelRegistry(tempfile.mkdtemp()), keep=8, seed=SEED)
)
same = [a["scores"] == b["scores"] for a, b in zip(whole_run, ModelRegistry(folder).records)]
print(f"{sum(same)} of {len(same)} days have the same scores, to the last digit")

# %%
conclude(
    "15.resume",
    all(same),
    yes="They are: a run that was stopped and went on gives the same numbers as one that never stopped.",
    no=f"They are not on this machine: only {sum(same)} of {len(same)} days agree to the last digit. Then a run cannot be repeated, and nobody can find out why a number changed.",
)

# %% [markdown]
# A gate that compared each version with the one before it alone would let a small fall through every day, and small falls add up.
# So this one compares a new version with *every* accepted version, on the names that each of them knew; a reason that ends in
# "since version" comes from there. Look at the first speakers once more, among themselves: the first version against the last.

# %%
oldest, latest = ModelRegistry(folder).records[0], ModelRegistry(folder).latest(base)
then = np.mean(list(oldest["scores"].values()))
now = np.mean(list(scores(latest, valid, among=oldest["known"]).values()))

# %%
conclude(
    "15.drift",
    bool(then - now <= TOLERANCE + 1e-9),
    yes=f"Small losses did not add up: {then:.0%} in the first version, {now:.0%} in the last, and the gate saw to it that this is not more than a single day may lose.",
    no=f"Small losses have added up: {then:.0%} in the first version, {now:.0%} in the last, more than a single day may lose. The gate has failed; look for a version that it did not compare with.",
)

# %% [markdown]
# From the command line the loop is `course train stream --out FOLDER`; stop it with Ctrl-C at any time, and the same command goes
# on. What cannot be repeated cannot be repaired either, so it is worth a lot that a run gives the same numbers again.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · The same loop on many machines
#
# One machine is too slow? Take two. Each has the whole network and half of every batch. Each computes its gradient. The gradients are
# averaged over both (an *all-reduce*), and both take the same step.
#
# **Exercise 3: the mean gradient.** Each machine has the *mean* gradient over its own part, and the number of examples in it. Return the mean
# gradient over the whole batch.


# %% tags=["solution"]
def mean_gradient(gradients, counts):
    """Mean gradient of the batch, from the parts' means (parts, d) and their sizes (parts,)."""
    ### BEGIN SOLUTION
    return (counts[:, None] * gradients).sum(0) / counts.sum()
    ### END SOLUTION


# %%
check("15.mean_gradient", mean_gradient)

# %%
hint("15.mean_gradient")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Predict.** A batch of 30 seconds, split 20 and 10. How far is the combined gradient from that of the whole batch, compared with its size?

# %% tags=["predict"]
guess("15.split", "They differ by ...", options=["nothing but rounding", "about 1 %", "about a third"])


# %%
def gradient(rows):
    """The mean gradient of the head over some seconds, as one long vector (float64)."""
    layers = copy.deepcopy(split_at_frozen(head_only)[1]).double()
    X, y = next(kept.take(rows).batches(1000))
    loss = torch.nn.functional.cross_entropy(layers.eval()(X.double()), y % 2)
    return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(layers.parameters()))]).numpy()


kept = precompute(split_at_frozen(head_only)[0], data)
all_of_it = gradient(np.arange(30))
parts = np.stack([gradient(np.arange(20)), gradient(np.arange(20, 30))])
combined = (np.array([20, 10])[:, None] * parts).sum(0) / 30

# %%
apart = np.linalg.norm(combined - all_of_it) / np.linalg.norm(all_of_it)
reveal(
    "15.split",
    "nothing but rounding" if apart < 1e-6 else "about 1 %" if apart < 0.1 else "about a third",
    because=f"{apart:.0e} of its length.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# So the loop of lesson 03 runs on two processes, a graphics card or many machines without a change in what it computes:
# `course train base --processes 2`, or `torchrun`. What two machines do *not* give is the same thing for BatchNorm, which then sees half
# batches. And they are not twice as fast: they must talk. `docs/results.md` has both, measured.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: one more day.** Two new voices a day, three days. `memory` and `today` are (vectors, classes), the
# memory with two seconds of each earlier voice; `head` is yesterday's `nn.Linear`, or None on the first day. Return
# today's. The check runs it on sounds that you have not seen and answers with the result, a mark of ten and, where it
# can tell, what went wrong.

# %% tags=["solution"]
from torch import nn
from torch.nn import functional as F


def learn_day(head, memory, today):
    """An nn.Linear with one output for every voice so far."""
    ### BEGIN SOLUTION
    X, y = (torch.cat(pair) for pair in zip(memory, today))
    fresh = nn.Linear(X.shape[1], int(y.max()) + 1)
    if head is not None:
        with torch.no_grad():
            fresh.weight[: head.out_features] = head.weight
            fresh.bias[: head.out_features] = head.bias
    optimizer = torch.optim.Adam(fresh.parameters(), lr=0.05)
    for _ in range(60):
        optimizer.zero_grad()
        F.cross_entropy(fresh(X), y).backward()
        optimizer.step()
    return fresh
    ### END SOLUTION


# %%
check("15.day", learn_day)

# %%
hint("15.day")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · On real recordings
#
# The same stream of newcomers with people of VoxForge, tested on recordings of other days: the first speakers, after the last day.

# %%
on_real_recordings(
    "continual",
    "voxforge_en",
    {
        "nothing remembered": (ends["0"], "0 s: the first speakers"),
        "one second of each": (ends["1"], "1 s: the first speakers"),
        "four seconds of each": (ends["4"], "4 s: the first speakers"),
        "eight seconds of each": (ends["8"], "8 s: the first speakers"),
        "everything": (ends["all"], "everything: the first speakers"),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("15")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A head that learns only what is new is taught to forget; remembered seconds of everybody cure it, the more the better. <!-- conclusion: 15.memory -->
# 2. With a frozen body an update costs little, because a second goes through the body once.
# 3. A vector is small, and worthless once its body changes; a sound is large, and stays useful.
# 4. No model takes another's place before a gate has compared it with every version before, on the names that each of them knew.
#    <!-- conclusions: 15.gate, 15.drift -->
# 5. Same data, same settings, same seed: the same numbers, also after an interruption, also in two processes. <!-- conclusion: 15.resume -->
#
# ## What comes next
#
# So far the question was which of the known people is speaking. Lesson 16 asks another one about two recordings: is it the same
# voice?
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - "Continuous Training with Transfer Learning", slides "Training Pipeline". Look for: which of its needs this lesson saves.
# - M. McCloskey, N. J. Cohen: Catastrophic interference in connectionist networks. *Psychology of Learning and Motivation* 24 (1989). Look
#   for: the sums with one, and what learning the sums with two did to them.
# - S.-A. Rebuffi et al.: iCaRL: incremental classifier and representation learning. *CVPR* (2017). Look for: how it chooses what to remember.
# - P. Goyal et al.: Accurate, large minibatch SGD: training ImageNet in 1 hour. *arXiv* 1706.02677 (2017). Look for: the section on
#   pitfalls, one of which is exercise 3.
# - D. Sculley et al.: Hidden technical debt in machine learning systems. *NeurIPS* (2015). Look for: the figure in which the model is
#   the smallest box.
