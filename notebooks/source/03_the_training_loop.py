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
# # 03 · The training loop
#
# **Why:** every network of this course is trained by the same ten lines, and whoever has written them once can read any training program.
#
# **Objectives.** After this lesson you can
#
# - compute a gradient with autograd, and check it with two losses;
# - write the training loop: zero the gradients, forward, loss, backward, step;
# - count steps, batches and epochs, and feed a network with a DataLoader;
# - tell from a curve whether the learning rate is too small, right or too large;
# - compare plain steps, momentum and Adam, and check that a setting really arrives;
# - stop by patience, and keep the weights of the best epoch.
#
# **Minutes:** 60 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 01 and 02.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Write the five lines on the board before anything is run: zero_grad, forward, loss, backward, step. Everything in
# this lesson is one of these lines seen from close by. Where classes stumble: an epoch is taken for a step, and
# gradients are thought to start from zero by themselves. The cell that shows the sum of two backward calls settles it.

# %%
import copy
import math

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from course_lib import check, conclude, figure, guess, hint, listen, load, quiz, reveal, seed_everything
from course_lib.audio import loudest_second
from course_lib.features import context_frames, mfcc
from course_lib.models import SpeakerMLP
from course_lib.seeding import set_threads
from course_lib.teaching.plots import show_curves
from course_lib.teaching.widgets.loss_valley import LossValley
from course_lib.teaching.widgets.training_live import TrainingLive
from course_lib.training import Diverged, fit

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · How wrong is the network?
#
# The task of this lesson is small: which of a few speakers said this fifth of a second? The network reads 21 frames
# of MFCC side by side, 420 numbers, and gives each speaker a score.

# %%
seed_everything(SEED)
set_threads(1)  # networks this small train no faster on two cores
corpus = load(CORPUS)
SPEAKERS, STEP = (12, 6) if PROFILE == "quick" else (32, 1)  # quick: every sixth frame
training = corpus.select(split="train")
several = [name for name in training.speakers if len(training.select(speaker=name)) > 1]
names = several[:SPEAKERS]

# %%
voices = training.select(speaker=names)
for name in names[:2]:
    clip = voices.select(speaker=name).clips[0]
    listen(loudest_second(voices.read(clip)), label=f"One second of speaker {name}")

# %% [markdown]
# Three recordings of each speaker are enough for this lesson. The network learns from them and is measured on another one, the
# *validation* part. (Which recordings may stand on which side is a subject of its own, in lesson 04.)


# %%
def table(clips):
    """Recordings as rows of 21 frames (n, 420), every STEP-th one, and the speaker of each row (n,)."""
    frames = [mfcc(voices.read(clip), any_length=True, mean_normalize=True).T for clip in clips]
    rows = [context_frames(each, 21)[::STEP] for each in frames]
    who = [torch.full((len(row),), names.index(clip.speaker)) for row, clip in zip(rows, clips)]
    return torch.cat(rows), torch.cat(who)


of_each = [voices.select(speaker=name).clips for name in names]
X, y = table([clip for clips in of_each for clip in clips[:-1][:3]])
X_valid, y_valid = table([clips[-1] for clips in of_each])

# %%
mean, std = X.mean(0), X.std(0)  # of the training rows alone
train_set, valid_set = ((X - mean) / std, y), ((X_valid - mean) / std, y_valid)
print(f"{len(y):,} rows to learn from, {len(y_valid):,} for validation")

# %% [markdown] slideshow={"slide_type": "slide"}
# One number has to say how wrong the scores are: the *loss*. For a choice among classes it is the *cross-entropy*: minus the
# logarithm of the probability that the network gives to the right speaker, averaged over the rows. An answer that is sure and
# right costs 0, one that is sure and wrong costs a lot.
#
# **Predict.** The weights are still random, so each speaker gets about the same probability. What is the loss?

# %% tags=["predict"]
guess("03.first_loss", f"The loss of an untrained network, {len(names)} speakers:", low=0, high=20)

# %% [markdown]
# **Run.**

# %%
torch.manual_seed(SEED)
model = SpeakerMLP(20, len(names))
x, y = train_set
loss = F.cross_entropy(model(x), y)
guessing = math.log(len(names))
reveal(
    "03.first_loss",
    round(loss.item(), 2),
    because=f"guessing gives each speaker 1/{len(names)}, and log({len(names)}) = {guessing:.2f}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · The gradient: which way is downhill?
#
# The loss depends on every weight. Raise one weight by a very small amount, and the loss changes by a very small
# amount; the ratio of the two is the *slope* of the loss at this weight. All slopes together are the **gradient**. It
# points uphill, so a step against it goes down.
#
# `loss.backward()` computes the slopes of all weights in one pass, from the last layer back to the first
# (*backpropagation*), and leaves each in the weight's `.grad`. Check one of them by hand, with two losses.

# %%
loss.backward()
weight = model.head.dense4.bias  # one number for each speaker; take the first
with torch.no_grad():
    weight[0] += 0.01
    higher = F.cross_entropy(model(x), y).item()
    weight[0] -= 0.02
    lower = F.cross_entropy(model(x), y).item()
    weight[0] += 0.01
print(f"by backward {weight.grad[0]:.4f}, by two losses {(higher - lower) / 0.02:.4f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The gradients are there. Now somebody calls `backward` again, on the same rows, with nothing in between. What does
# `.grad` hold afterwards?

# %% tags=["predict"]
told = ["the same as before", "twice as much", "zero"]
guess("03.twice", "After a second backward, .grad holds", options=told)

# %%
once = weight.grad.clone()
F.cross_entropy(model(x), y).backward()
ratio = round((weight.grad / once).mean().item(), 2)
reveal(
    "03.twice",
    {1.0: told[0], 2.0: told[1], 0.0: told[2]}.get(ratio, str(ratio)),
    because="backward adds to what .grad holds. Call zero_grad() before each step, or old slopes push along.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · One step
#
# The five lines of every training program. `SGD` is *stochastic gradient descent*: it moves each weight by the
# *learning rate* times its slope, downhill.

# %%
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

optimizer.zero_grad()  # forget the old slopes
scores = model(x)  # forward
loss = F.cross_entropy(scores, y)  # how wrong
loss.backward()  # which way is downhill
optimizer.step()  # move all weights a little that way

# %%
print(f"loss before {loss.item():.4f}, after one step {F.cross_entropy(model(x), y).item():.4f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 1: mend the loop.** This loop fits y = weight · x. A line is missing: the weight swings around the solution, which is
# 3, and never comes to rest. Write the complete loop, and return the value of the weight after each step.


# %%
def broken_loop(x, y, lr, steps):
    """The places of one weight, which starts at 0, after each step on the mean squared error."""
    weight = torch.zeros(1, requires_grad=True)
    optimizer, places = torch.optim.SGD([weight], lr=lr), []
    for _ in range(steps):
        loss = ((weight * x - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        places.append(weight.item())
    return places


print([round(place, 3) for place in broken_loop(torch.tensor([1.0]), torch.tensor([3.0]), 0.3, 6)])


# %% tags=["solution"]
def loop(x, y, lr, steps):
    """As above, mended."""
    ### BEGIN SOLUTION
    weight = torch.zeros(1, requires_grad=True)
    optimizer, places = torch.optim.SGD([weight], lr=lr), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((weight * x - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        places.append(weight.item())
    return places
    ### END SOLUTION


# %%
check("03.loop", loop)

# %%
hint("03.loop")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Batches and epochs
#
# A step need not look at all rows. A *batch* of 250 gives nearly the same slopes for a fraction of the work. When every
# row has been used once, an *epoch* is over. The rows are shuffled before each epoch: in the order of the recordings a
# batch would hold one or two speakers, and each step would forget the others. PyTorch's `DataLoader` does both.

# %%
rows = TensorDataset(*train_set)  # rows[7] is (420 numbers, the speaker)
for shuffle in (False, True):
    draw = torch.Generator().manual_seed(SEED)
    x, y = next(iter(DataLoader(rows, batch_size=250, shuffle=shuffle, generator=draw)))
    print(f"shuffle={shuffle}: the first batch holds {len(y.unique())} of {len(names)} speakers")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** How many steps are 12 epochs with batches of 250?

# %% tags=["predict"]
guess("03.steps", f"{len(rows):,} rows, batches of 250, 12 epochs:", unit="steps", low=1)

# %% [markdown]
# **Exercise 2: count the steps.** No example is left out: the last batch of an epoch may be smaller. A batch never reaches into
# the next epoch.


# %% tags=["solution"]
def count_steps(n_examples, batch_size, epochs):
    """How often the weights move in all."""
    ### BEGIN SOLUTION
    return math.ceil(n_examples / batch_size) * epochs
    ### END SOLUTION


# %%
check("03.steps", count_steps)

# %%
hint("03.steps")

# %%
in_epoch = len(DataLoader(rows, batch_size=250))
reveal(
    "03.steps", 12 * in_epoch, because=f"{in_epoch} batches in each epoch, the last one smaller, 12 times."
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · The whole loop, on one page
#
# Validation comes after each epoch, on rows that no step has seen: the mean loss over all of them, counted once.


# %%
@torch.no_grad()  # measuring needs no gradients
def mean_loss(model, data):
    """Mean loss over all rows of `data`, each counted once."""
    model.eval()  # dropout and BatchNorm behave as in use
    total = 0.0
    for x, y in DataLoader(data, batch_size=256):
        total += F.cross_entropy(model(x), y).item() * len(y)
    return total / len(data)


# %% [markdown]
# And this is all there is to training. Read it line by line; the comment at the end of a line names the section.


# %%
def train_by_hand(model, data, valid, epochs, lr, patience):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    best, waited, curve = math.inf, 0, []
    for epoch in range(1, epochs + 1):
        torch.manual_seed(SEED * 1_000_003 + epoch)  # each epoch has its own order
        order = torch.randperm(len(data))
        model.train()
        for x, y in DataLoader(data, batch_size=250, sampler=order.tolist()):  # batches, section 4
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)  # section 1
            loss.backward()  # section 2
            optimizer.step()  # section 3
        curve.append(mean_loss(model, valid))
        waited += 1
        if curve[-1] < best:  # the best so far: keep these weights, section 8
            best, waited, kept = curve[-1], 0, copy.deepcopy(model.state_dict())
        if waited == patience:
            break
    model.load_state_dict(kept)
    return curve


# %% [markdown] slideshow={"slide_type": "slide"}
# The library's `fit` is this loop, and also looks after what can go wrong (an infinite loss, an interrupted run). From the same
# weights and in the same order of rows, the two must agree in every digit.

# %% tags=["check-output"]
torch.manual_seed(SEED)
mine = SpeakerMLP(20, len(names))
library = copy.deepcopy(mine)
curve = train_by_hand(mine, rows, TensorDataset(*valid_set), epochs=6, lr=1e-3, patience=3)
settings = {"batch_size": 250, "patience": 3, "seed": SEED, "progress": False}
history = fit(library, train_set, valid_set, epochs=6, lr=1e-3, **settings)
print("validation losses equal, digit by digit:", curve == history["valid_loss"])
print("weights equal:", all(map(torch.equal, mine.parameters(), library.parameters())))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · The learning rate
#
# From here on `fit` runs the loop, in batches of 100. If the loss becomes infinite or NaN, it stops with the error `Diverged`.


# %%
def learn(epochs=8, valid=valid_set, **settings):
    """Train a fresh network; returns it and the history of its losses."""
    torch.manual_seed(SEED)
    model = SpeakerMLP(20, len(names))
    settings = {"batch_size": 100, "patience": None, "progress": False, "seed": SEED, **settings}
    try:
        return model, fit(model, train_set, valid, epochs=epochs, **settings)
    except Diverged as error:
        return model, error.history


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Plain SGD, eight epochs. Which learning rate ends with the lowest training loss?

# %% tags=["predict"]
rates = [0.01, 1.0, 30.0]
guess("03.rate", "The lowest training loss after 8 epochs has", options=[str(rate) for rate in rates])

# %%
runs = {str(lr): learn(lr=lr, optimizer="sgd", momentum=0.0)[1] for lr in rates}
last = {name: run["train_loss"][-1] if len(run) else math.inf for name, run in runs.items()}
reveal("03.rate", min(last, key=last.get), because=f"Guessing would have {guessing:.2f}.")

# %% slideshow={"slide_type": "fragment"}
ax = show_curves(
    {f"rate {name}": run["train_loss"] for name, run in runs.items() if len(run)},
    ylabel="training loss",
    chance=guessing,
    title=f"Lowest after 8 epochs: rate {min(last, key=last.get)}",
)
ax.set_ylim(0, 2 * guessing)
told = ", ".join(
    f"{name} {f'ends at {loss:.2f}' if loss < 1e9 else 'flies off'}" for name, loss in last.items()
)
figure(ax, alt=f"Training loss over 8 epochs for three learning rates: {told}; guessing is {guessing:.2f}.")

# %%
far = f"ends at {last['30.0']:.2f}" if last["30.0"] < 1e9 else "flies off"

# %%
conclude(
    "03.rate",
    last["1.0"] < last["0.01"] - 0.1 and last["1.0"] < last["30.0"] - 0.1,
    yes=f"The rate decides: 1.0 ends at {last['1.0']:.2f}, a hundredth of it at {last['0.01']:.2f}, and thirty times as much {far}; guessing has {guessing:.2f}.",
    no=f"Training loss after 8 epochs: {told}; guessing has {guessing:.2f}. Here 1.0 is not clearly the best of the three.",
)

# %% [markdown]
# **Investigate.** Where does each curve end, compared with the dotted line of guessing? A step that is too long overshoots the
# valley; where the loss becomes infinite, no curve is drawn.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** A loss that you can see whole: two weights guess a coefficient of a frame from the frames before and after it, and walk
# from the square towards the star. Move the sliders, or drag the square.
#
# - Raise the rate with momentum 0. You should find one at which the walk jumps from side to side of the valley and still arrives, and
#   a larger one, at most a few times the first, from which it flies off.
# - Put the rate at 0.03 and the steps at 200, and raise the momentum. You should find that the walk reaches the star only
#   with momentum, and that near 0.95 it swings past the star and back.
# - Put the rate back to 0.3 and make the batch small. You should find that the walk no longer comes to rest, also in 200 steps:
#   the slope of ten rows is not the slope of all.

# %%
LossValley(train_set[0]).seek(
    "with momentum 0, a rate that jumps from side to side and arrives",
    momentum=0,
    turns=(0.5, 1),
    distance=(0, 0.05),
).seek("with momentum 0, a rate that flies off", momentum=0, loss=(1, None)).seek(
    "at the rate 0.03, a momentum that reaches the star", rate=0.03, momentum=(0.05, 1), distance=(0, 0.05)
).seek(
    "ten rows a step or fewer: no rest after 200 steps", batch=(1, 10), steps=200, last_steps=(0.005, None)
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Now drive the network itself into divergence. It is drawn while it trains. Train a second run beside it, at a rate
# ten or a hundred times larger. You should find a rate at which the loss leaves the picture or the accuracy falls back to
# guessing. Then stop such a run halfway, lower its rate, and let it go on: some runs recover, but one whose weights have become
# infinite does not.

# %%
live = TrainingLive(
    lambda lr, progress: learn(lr=lr, optimizer="sgd", momentum=0.0, progress=progress),
    lr=0.3,
    chance=1 / len(names),
    title="The same network, at a rate of your choice",
)
live.seek(
    "a rate that is too large: the loss grows, or the network guesses", outcome="lost", ratio=(1.01, None)
)
live.seek("a run that recovers at a lower rate", lowered=(None, 0.99), recovered=(None, 0.9))
_ = live.run()

# %% [markdown] slideshow={"slide_type": "slide"}
# A common practice, and the advice of the slides that this course follows: begin with a high rate, end with a low one.
# `schedule="step"` multiplies the rate by 0.3 after each third of the epochs; `"cosine"` lets it glide down to zero.

# %%
schedules = {"constant": None, "step": "step", "cosine": "cosine"}
glide = {
    name: learn(lr=1.0, optimizer="sgd", momentum=0.0, schedule=kind)[1] for name, kind in schedules.items()
}
for name, run in glide.items():
    print(
        f"{name:8}  last training loss {run['train_loss'][-1]:.3f}, best validation {run.best.valid_loss:.3f}"
    )

# %%
fallen = max(glide[name]["train_loss"][-1] for name in ("step", "cosine"))
level, best_losses = glide["constant"], [run.best.valid_loss for run in glide.values()]

# %%
conclude(
    "03.schedule",
    fallen < level["train_loss"][-1] - 0.1,
    yes=f"A rate that falls ends with a lower training loss: at most {fallen:.2f}, against {level['train_loss'][-1]:.2f} at a constant rate. The best *validation* losses lie between {min(best_losses):.2f} and {max(best_losses):.2f}: one seed does not say that the schedule helps there.",
    no=f"Here a falling rate does not end with a clearly lower training loss: {fallen:.2f} at most, against {level['train_loss'][-1]:.2f} at a constant rate.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Momentum and Adam
#
# A ball that rolls downhill does not stop at each point to look around: it keeps its direction. *Momentum* gives the
# steps a velocity: keep a share of it (0.9, say), add the new slope, move by it.
#
# **Predict.** On an even slope, how many times longer do the steps get in the end, with momentum 0.9?

# %% tags=["predict"]
guess("03.momentum", "With momentum 0.9, steps grow to ... times their length", unit="times", low=0)

# %%
place = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([place], lr=0.1, momentum=0.9)
walked = [0.0]
for _ in range(100):
    place.grad = torch.ones(1)  # the same slope everywhere
    optimizer.step()
    walked.append(place.item())

# %%
longer = (walked[100] - walked[99]) / (walked[1] - walked[0])
reveal("03.momentum", round(longer, 1), because="1 + 0.9 + 0.81 + ... approaches 1 / (1 - 0.9).")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: mend the momentum.** This walk takes a `momentum` and moves as if there were none. It is a fault that
# really happened, in the program of lesson 04: the option was there, and never reached the optimizer.


# %%
def broken_walk(gradients, lr, momentum):
    """The places of one weight, which starts at 0, after each step."""
    weight, places = 0.0, []
    for gradient in gradients:
        weight = weight - lr * gradient
        places.append(weight)
    return places


# %% tags=["solution"]
def walk(gradients, lr, momentum):
    """As above, but with momentum: the velocity keeps a share of itself and adds the gradient."""
    ### BEGIN SOLUTION
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        weight = weight - lr * velocity
        places.append(weight)
    return places
    ### END SOLUTION


# %%
check("03.momentum", walk)

# %%
hint("03.momentum")

# %% [markdown] slideshow={"slide_type": "slide"}
# How does one notice such a fault? Run twice with different values. If nothing at all changes, the setting never arrives. The
# broken walk, and the course's `fit`:

# %% tags=["check-output"]
slopes = [1.0, 0.5, 0.2]
print(broken_walk(slopes, 0.1, momentum=0.5) == broken_walk(slopes, 0.1, momentum=0.99))
losses = [learn(epochs=1, lr=0.03, optimizer="sgd", momentum=m)[1]["train_loss"] for m in (0.5, 0.99)]
print(losses[0] == losses[1])

# %% [markdown] slideshow={"slide_type": "slide"}
# *Adam* goes one step further: besides the velocity it keeps the mean square of each weight's slopes, and divides by its
# root. So each weight has a step size of its own, and a learning rate of 0.001 serves nearly everywhere. In plain numbers:


# %%
def adam(gradients, lr=0.001, beta1=0.9, beta2=0.999):
    """The places of one weight, which starts at 0, after each step of Adam."""
    weight, velocity, square, places = 0.0, 0.0, 0.0, []
    for t, gradient in enumerate(gradients, start=1):
        velocity = beta1 * velocity + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        step = (velocity / (1 - beta1**t)) / ((square / (1 - beta2**t)) ** 0.5 + 1e-8)
        weight -= lr * step
        places.append(weight)
    return places


# %%
place, places = torch.zeros(1, dtype=torch.float64, requires_grad=True), []
optimizer = torch.optim.Adam([place], lr=0.001)
for gradient in (3.0, 0.3, -0.03):
    place.grad = torch.full_like(place, gradient)
    optimizer.step()
    places.append(place.item())

# %%
print(f"torch {[round(p, 6) for p in places]}, by hand {[round(p, 6) for p in adam([3.0, 0.3, -0.03])]}")

# %% [markdown] slideshow={"slide_type": "slide"}
# The first step has the length of the learning rate, whatever the slope. Now all three on the network:

# %%
kinds = {
    "plain SGD, rate 0.1": {"lr": 0.1, "optimizer": "sgd", "momentum": 0.0},
    "momentum 0.9, rate 0.1": {"lr": 0.1, "optimizer": "sgd", "momentum": 0.9},
    "Adam, rate 0.001": {"lr": 0.001, "optimizer": "adam"},
}

# %%
runs = {name: learn(**kind)[1]["train_loss"] for name, kind in kinds.items()}

# %%
told = ", ".join(f"{name} ends at {run[-1]:.2f}" for name, run in runs.items())
first = min(runs, key=lambda name: runs[name][-1])

# %% slideshow={"slide_type": "fragment"}
figure(
    show_curves(runs, ylabel="training loss", chance=guessing, title=f"Lowest after 8 epochs: {first}"),
    alt=f"Training loss over 8 epochs: {told}; guessing is {guessing:.2f}.",
)

# %%
slow, rolling, adapted = (run[-1] for run in runs.values())

# %%
conclude(
    "03.momentum",
    rolling < slow - 0.1,
    yes=f"At the same rate momentum gets much further: {rolling:.2f} against {slow:.2f}; Adam, at its usual rate, ends at {adapted:.2f}.",
    no=f"At this rate momentum buys little here ({rolling:.2f} against {slow:.2f}); Adam ends at {adapted:.2f}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · Patience, and the best weights
#
# **Predict.** Train for 24 epochs. The training loss falls and falls. What does the *validation* loss do, on
# recordings that the network does not learn from?

# %% tags=["predict"]
shapes = ["it falls all the way too", "it falls, then rises again", "it never falls"]
guess("03.validation", "Over 24 epochs, the validation loss: ", options=shapes)

# %%
long_model, long_run = learn(epochs=24, lr=3e-3)
losses, best = long_run["valid_loss"], long_run.best_epoch
shape = shapes[0] if best >= 23 else shapes[1] if losses[best - 1] < guessing else shapes[2]
reveal(
    "03.validation",
    shape,
    because=f"lowest after epoch {best}: {min(losses):.2f}; at the end {losses[-1]:.2f}.",
)

# %% slideshow={"slide_type": "fragment"}
ax = show_curves(
    {"training": long_run["train_loss"], "validation": losses},
    ylabel="loss",
    title=f"Best on new recordings after epoch {best}",
)
ax.axvline(best, color="black", linestyle=":")
figure(
    ax,
    alt=f"Training loss falls to {long_run['train_loss'][-1]:.2f}; validation loss is lowest after epoch {best}.",
)

# %%
conclude(
    "03.validation",
    long_run["train_loss"][-1] < 0.5 * losses[-1],
    yes=f"The two curves part: at the end the training loss is {long_run['train_loss'][-1]:.2f} and the validation loss {losses[-1]:.2f}, and the best epoch for new recordings was {best} of {len(long_run)}. The network learns its training recordings by heart: it *overfits*.",
    no=f"The two curves stay together: at the end the training loss is {long_run['train_loss'][-1]:.2f} and the validation loss {losses[-1]:.2f}. Here the network does not overfit in {len(long_run)} epochs.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# So the loop keeps the weights of the *best* epoch. And with `patience=3` it stops when
# three epochs in a row were no better.

# %% tags=["check-output"]
loss = mean_loss(long_model, TensorDataset(*valid_set))
print("the model has its best weights:", abs(loss - min(losses)) < 1e-4)

# %%
_, patient = learn(epochs=24, lr=3e-3, patience=3)
print(f"{len(patient)} of 24 epochs, best {patient.best_epoch}; {patient.stopped or 'ran to the end'}")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: train it by hand.** Now without looking at section 5, and without `fit`. `X` has 128 numbers for each second of six voices, three days of
# each; the network has two dense layers. Write the loop, train it, return it. The check runs it on sounds that you have
# not seen and answers with the result, a mark of ten and, where it can tell, what went wrong.


# %% tags=["solution"]
def train_on_my_own(model, X, y):
    """Train `model` on the rows of X (n, 128) and their classes y (n,), and return it."""
    ### BEGIN SOLUTION
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(30):
        for rows in torch.randperm(len(X)).split(16):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
    return model
    ### END SOLUTION


# %%
check("03.train", train_on_my_own)

# %%
hint("03.train")

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "the lower the training loss, the better the network".** The training loss falls for as long as there are
# > weights to move. It says how well the network knows its own examples. Only recordings that no step has seen can tell whether
# > it knows the *voices*.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("03")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. Five lines: zero_grad, forward, loss, backward, step. Backward adds to `.grad`; zero it first.
# 2. A step uses one batch; an epoch shows every example once, shuffled.
# 3. Choose the learning rate first: try powers of ten, and read the curve. A rate that falls towards the end lowers the training
#    loss further; whether validation gains must be measured. <!-- conclusions: 03.rate, 03.schedule -->
# 4. Momentum keeps the direction; Adam also gives each weight a step size of its own. <!-- conclusion: 03.momentum -->
# 5. Validation loss says when to stop, and which weights to keep. <!-- conclusion: 03.validation -->

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What comes next
#
# The loop is the easy part. Lesson 04 uses it to name the speakers of recordings, with every setting of a published program,
# and asks what may stand on which side of a test.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams: Learning representations by back-propagating errors. *Nature* 323
#   (1986). Look for: the chain rule, which is all that backward does.
# - H. Robbins, S. Monro: A stochastic approximation method. *Annals of Mathematical Statistics* 22 (1951). Look for:
#   noisy steps that still arrive, if they become smaller.
# - B. T. Polyak: Some methods of speeding up the convergence of iteration methods. *USSR Computational Mathematics and
#   Mathematical Physics* 4 (1964). Momentum. Look for: the heavy ball.
# - D. P. Kingma, J. Ba: Adam: a method for stochastic optimization. *ICLR* (2015). Look for: Algorithm 1, line by line
#   beside section 7.
# - L. Prechelt: Early stopping, but when? In *Neural Networks: Tricks of the Trade* (1998). Patience. Look for: real
#   validation curves, which have more than one valley.
# - S. Pascual: *Intro to Speaker Recognition with PyTorch*, Universitat Politècnica de Catalunya (2019). Look for:
#   mini-batches and epochs, and the curves of four learning rates.
