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
# # 03 · Training a speaker identifier
#
# **Why:** a network is only as good as its training, and a training is only as good as the test that judges it.
#
# **Objectives.** After this lesson you can
#
# - train a network that names the speaker of a recording, frame by frame and as a whole;
# - count steps, batches and epochs, and tell from a curve whether the learning rate is too small, right or too large;
# - say what momentum and patience do, and check that a setting really arrives;
# - measure what context and hidden units buy;
# - find out whether a test is honest: by session, and touched once.
#
# **Minutes:** 75 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 01 and 02.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# The recipe is the speaker-recognition course of S. Pascual (UPC), flag by flag: in_frames, hsize, batch_size, lr,
# momentum, patience. Sections 3 to 6 make one lecture hour, 7 to 9 another. Where classes stumble: an epoch is taken
# for a step; and nobody believes section 9 until the four dots are on the screen. Do not skip the predictions there.

# %%
import math
from functools import cache

import torch
from torch.nn import functional as F

from course_lib import check, figure, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib.data import hold_out
from course_lib.features import SR, context_frames, mfcc
from course_lib.models import SpeakerMLP, decide, layer_table
from course_lib.teaching.plots import show_curves, show_mfcc, show_scores
from course_lib.seeding import set_threads
from course_lib.training import Diverged, fit, measure
from course_lib.training import predict
from course_lib.teaching.widgets.loss_valley import LossValley
from course_lib.teaching.widgets.training_live import TrainingLive

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
set_threads(1)  # networks this small train no faster on two cores
SPEAKERS, STEP = (24, 6) if PROFILE == "quick" else (48, 1)  # quick: learn from every sixth frame
corpus = load(CORPUS)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The task: who is it, on another day?
#
# Each speaker was recorded on several occasions, called *sessions*: another day, another room, another microphone. The
# network learns from some sessions (*train*), choices are made on another (*valid*), and others again judge (*test*).

# %%
on_both_sides = set(corpus.select(split="train").speakers) & set(corpus.select(split="test").speakers)
names = sorted(on_both_sides)[:SPEAKERS]
voices = corpus.select(speaker=names)
if "valid" not in voices.values("split"):
    voices = hold_out(
        voices, fraction=0.25, seed=SEED
    )  # by session where there are enough, else by recording
voices

# %% [markdown]
# Where a corpus brings no validation part, the cell above cuts a quarter off the training side: whole sessions, or
# recordings where most speakers have one session. Those are of the same day as the rest, so they will be kinder than the test.
#
# Listen: the same speaker on two days, then somebody else. What stays, what changes?

# %%
first_day = voices.read(voices.select(split="train", speaker=names[0]).clips[0])
other_day = voices.read(voices.select(split="test", speaker=names[0]).clips[0])
somebody = voices.read(voices.select(split="train", speaker=names[1]).clips[0])
listen(first_day[: 4 * SR], label=f"{names[0]}, a training session")
listen(other_day[: 4 * SR], label=f"{names[0]}, the test session")
listen(somebody[: 4 * SR], label=f"{names[1]}, a training session")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Frames and their neighbours
#
# The network reads MFCC frames, one every 10 ms. The mean of each coefficient over the recording is taken away: what
# is the same from beginning to end, such as the colour of the microphone, goes with it.


# %%
@cache  # read each recording once
def frames_of(clip, normalize=True):
    """A recording as (frames, 20): MFCC, the mean of each over the recording taken away."""
    return mfcc(voices.read(clip), any_length=True, mean_normalize=normalize).T


def recordings(clips, normalize=True):
    """Each recording as frames (n, 20), with the number of its speaker."""
    return [(frames_of(clip, normalize), names.index(clip.speaker)) for clip in clips]


def scale(some, like):
    """Shift and scale frames as those of `like` need it for mean 0 and spread 1."""
    known = torch.cat([frames for frames, _ in like])
    return [((frames - known.mean(0)) / known.std(0), who) for frames, who in some]


# %%
unscaled = recordings(voices.select(split="train"))
train = scale(unscaled, unscaled)
valid = scale(recordings(voices.select(split="valid")), unscaled)

# %% [markdown] slideshow={"slide_type": "slide"}
# One frame is very short. Listen to one, and to 21 in a row. Can you tell who it is?

# %%
middle = len(first_day) // 2
listen(first_day[middle : middle + 512], label="One frame, 32 ms")
listen(first_day[middle - 10 * 160 : middle + 10 * 160 + 512], label="21 frames, 232 ms")

# %% slideshow={"slide_type": "fragment"}
around = train[0][0][100:121].T  # (20, 21)
step = around.diff(dim=1).abs().mean(1)  # how much each coefficient changes from frame to frame
figure(
    show_mfcc(around, title="What the network reads at once: 21 frames, 420 numbers"),
    alt="20 MFCC over 0.2 seconds, 21 frames, scaled to a spread of 1: from frame to frame coefficient "
    f"{int(step.argmax())} changes most, coefficient {int(step.argmin())} least.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# So the network gets each frame together with its neighbours, 10 before and 10 after: `in_frames` = 21.
#
# **Exercise 1: a frame and its neighbours.** For each frame, put the `in_frames` frames around it side by side, the
# frame itself in the *middle*. Before the first and after the last frame, repeat the edge.


# %% tags=["solution"]
def stack_frames(frames, in_frames):
    """frames (n, features) -> (n, in_frames * features), each row centred on its own frame."""
    ### BEGIN SOLUTION
    half, last = in_frames // 2, len(frames) - 1
    rows = [[min(max(s, 0), last) for s in range(t - half, t + half + 1)] for t in range(len(frames))]
    return frames[torch.tensor(rows)].flatten(1)
    ### END SOLUTION


# %%
check("03.stack_frames", stack_frames)

# %%
hint("03.stack_frames")

# %% [markdown]
# The library's `context_frames` does the same, faster. With it, each part becomes one table of rows and the speaker
# of each row.


# %%
def table(some, in_frames=21, step=STEP):
    """Rows of frames with their neighbours (n, in_frames * 20), every `step`-th one, and their speakers (n,)."""
    rows = [context_frames(frames, in_frames)[::step] for frames, _ in some]
    who = [torch.full((len(each),), speaker) for each, (_, speaker) in zip(rows, some)]
    return torch.cat(rows), torch.cat(who)


train_set, valid_set = table(train), table(valid)

# %% [markdown] slideshow={"slide_type": "slide"}
# And the network: three hidden layers of 100 units, then one output for each speaker. It ends in a *log-softmax*: the
# logarithms of the probabilities of lesson 02.

# %%
layer_table(SpeakerMLP(20, len(names), in_frames=21, hsize=100), (420,))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Steps, batches, epochs
#
# Training repeats one *step*: take a *batch* of examples, ask how wrong the network is on them (the *loss*), find for
# each weight which way is downhill (the *gradient*), and move all weights a little that way. By hand:

# %%
torch.manual_seed(SEED)
model = SpeakerMLP(20, len(names))
batch = torch.randperm(len(train_set[1]))[:250]  # 250 rows, drawn from all speakers
x, y = train_set[0][batch], train_set[1][batch]

# %%
before = F.nll_loss(model(x), y)  # mean of -log(probability of the right speaker)
before.backward()  # puts the slope of the loss at every weight into .grad
with torch.no_grad():
    for weight in model.parameters():
        weight -= 0.1 * weight.grad
after = F.nll_loss(model(x), y)

# %%
print(
    f"loss before {before:.4f}, after one step {after:.4f}; guessing has log({len(names)}) = {math.log(len(names)):.4f}"
)

# %% [markdown] slideshow={"slide_type": "slide"}
# When every example has been used once, an *epoch* is over. The examples are shuffled before each: in their order, a
# batch would hold one speaker only, and each step would forget the others.
#
# **Predict.** How many steps are 12 epochs with batches of 250?

# %% tags=["predict"]
n_rows = len(train_set[1])
guess("03.steps", f"{n_rows:,} rows, batches of 250, 12 epochs:", unit="steps", low=1)

# %% [markdown]
# **Exercise 2: count the steps.** Nobody is left out: the last batch of an epoch may be smaller. A batch does not
# reach into the next epoch.


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
in_epoch = len(list(train_set[1].split(250)))  # batches as torch cuts them
reveal(
    "03.steps", 12 * in_epoch, because=f"{in_epoch} batches in each epoch, the last one smaller, 12 times."
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · The learning rate
#
# The step above moved each weight by 0.1 times its slope. That factor is the *learning rate*. Here is a function that
# trains a fresh network with the course's `fit` (the loop above, with care). If the loss becomes infinite or NaN, `fit`
# stops with the error `Diverged`.


# %%
def learn(epochs=8, in_frames=21, hsize=100, data=None, seed=SEED, **settings):
    """Train a fresh network; returns it and the history of its losses."""
    torch.manual_seed(seed)
    model = SpeakerMLP(20, len(names), in_frames=in_frames, hsize=hsize)
    settings = {"batch_size": 250, "patience": None, "progress": False, "seed": seed, **settings}
    try:
        return model, fit(model, *(data or (train_set, valid_set)), epochs=epochs, **settings)
    except Diverged as error:
        return model, error.history


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Plain steps downhill (*stochastic gradient descent*, SGD), eight epochs. Which learning rate ends with
# the lowest training loss?

# %% tags=["predict"]
rates = [0.003, 0.3, 3.0]
guess("03.rate", "The lowest training loss after 8 epochs has", options=[str(rate) for rate in rates])

# %%
runs = {str(lr): learn(lr=lr, optimizer="sgd", momentum=0.0)[1] for lr in rates}
guessing = math.log(len(names))
last = {name: run["train_loss"][-1] if len(run) else math.inf for name, run in runs.items()}
reveal("03.rate", min(last, key=last.get), because=f"Guessing would have {guessing:.2f}.")

# %% slideshow={"slide_type": "fragment"}
ax = show_curves(
    {f"rate {name}": run["train_loss"] for name, run in runs.items() if len(run)},
    ylabel="training loss",
    title="Too small, good, too large",
)
ax.set_ylim(0, 2 * guessing)
ax.axhline(guessing, color="black", linestyle=":")
told = ", ".join(
    f"{name} {f'ends at {loss:.2f}' if loss < 1e9 else 'flies off'}" for name, loss in last.items()
)
figure(ax, alt=f"Training loss over 8 epochs for three learning rates: {told}; guessing is {guessing:.2f}.")

# %% [markdown]
# Too small: it goes the right way, and hardly gets anywhere. Too large: each step overshoots. The loss stays near the
# level of guessing (the dotted line), or becomes infinite before the first epoch is over, and no curve is drawn.
# In between, it simply works.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** A loss that you can see whole: two weights guess a coefficient of a frame from the frames before and
# after it, and walk from the square towards the star. Move the sliders, or drag the square. Try to
#
# - find the rate at which the walk begins to jump across the valley, and the one at which it flies off;
# - leave the rate at 0.03 and raise the momentum: when does the walk arrive?
# - make the batch small: why does the walk no longer come to rest?

# %%
LossValley(train_set[0])

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Now the network itself, drawn while it trains. When it is done, train a second run beside it at another
# rate. Stop it on the way, change its rate, and let it go on: can a run that began too fast be saved?

# %%
live = TrainingLive(
    lambda lr, progress: learn(lr=lr, optimizer="sgd", momentum=0.0, progress=progress),
    lr=0.3,
    chance=1 / len(names),
    title="A network of frames learns its voices",
)
_, watched = live.run()

# %% [markdown] slideshow={"slide_type": "slide"}
# A common practice: begin with a high rate, end with a low one. `schedule="cosine"` lets it glide down to zero.

# %%
_, steady = learn(lr=1.0, optimizer="sgd", momentum=0.0)
_, gliding = learn(lr=1.0, optimizer="sgd", momentum=0.0, schedule="cosine")
print(
    f"best validation loss: steady rate {steady.best.valid_loss:.3f}, gliding {gliding.best.valid_loss:.3f}"
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Momentum
#
# A ball that rolls downhill does not stop at each point to look around: it keeps its direction. *Momentum* gives the
# steps a velocity: keep a share of it (0.9, say), add the new slope, move by it.
#
# **Predict.** On an even slope, how many times longer do the steps get in the end, with momentum 0.9?

# %% tags=["predict"]
guess(
    "03.momentum",
    "With momentum 0.9 on an even slope, steps grow to ... times their length",
    unit="times",
    low=0,
)

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
# really happened, in the program that this lesson follows: the option was there, and never reached the optimizer.


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
# How does one notice such a fault? Run twice with different values. If nothing at all changes, the setting leads
# nowhere. The broken walk, and the course's `fit`:

# %% tags=["check-output"]
slopes = [1.0, 0.5, 0.2]
print(broken_walk(slopes, 0.1, momentum=0.5) == broken_walk(slopes, 0.1, momentum=0.99))
losses = [learn(epochs=1, lr=0.03, optimizer="sgd", momentum=m)[1]["train_loss"] for m in (0.5, 0.99)]
print(losses[0] == losses[1])

# %% [markdown] slideshow={"slide_type": "slide"}
# **Run.** The network, with a rate that is a little too small, and three momenta.

# %%
momenta = {m: learn(lr=0.03, optimizer="sgd", momentum=m)[1] for m in (0.0, 0.5, 0.9)}
told = ", ".join(f"{m} ends at {run['train_loss'][-1]:.2f}" for m, run in momenta.items())
ax = show_curves(
    {f"momentum {m}": run["train_loss"] for m, run in momenta.items()},
    ylabel="training loss",
    title="The same rate, with and without momentum",
)
figure(ax, alt=f"Training loss over 8 epochs at rate 0.03: momentum {told}; guessing is {guessing:.2f}.")

# %% [markdown]
# From here on we let *Adam* choose: SGD with momentum and a step size of its own for each weight. Its usual learning
# rate is 0.001.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Patience, and the best weights
#
# **Predict.** Train for 16 epochs. The training loss falls and falls. What does the *validation* loss do, on
# recordings that the network does not learn from?

# %% tags=["predict"]
shapes = ["it falls all the way too", "it falls, then rises again", "it never falls"]
guess("03.validation", "Over 16 epochs, the validation loss: ", options=shapes)

# %%
long_model, long_run = learn(epochs=16, lr=1e-3)
losses, best = long_run["valid_loss"], long_run.best_epoch
shape = shapes[0] if best >= 15 else shapes[1] if losses[best - 1] < guessing else shapes[2]
reveal(
    "03.validation",
    shape,
    because=f"lowest after epoch {best}: {min(losses):.2f}; at the end {losses[-1]:.2f}.",
)

# %% slideshow={"slide_type": "fragment"}
ax = show_curves(
    {"training": long_run["train_loss"], "validation": long_run["valid_loss"]},
    ylabel="loss",
    title=f"Best on new recordings after epoch {best}",
)
ax.axvline(best, color="black", linestyle=":")
figure(
    ax,
    alt=f"Training loss falls to {long_run['train_loss'][-1]:.2f}; validation loss is lowest after epoch {best}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# After that epoch the network learns its training recordings by heart, and pays with what it knows about new ones. So
# `fit` keeps the weights of the *best* epoch. And with `patience=3` it stops when three epochs in a row were no better.

# %% tags=["check-output"]
loss, _ = measure(long_model, valid_set)
print("the model has its best weights:", abs(loss - min(losses)) < 1e-4)

# %%
_, patient = learn(epochs=16, lr=1e-3, patience=3)
print(f"{len(patient)} of 16 epochs, best {patient.best_epoch}; {patient.stopped or 'ran to the end'}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · From frames to an utterance
#
# The network judges each frame. But a whole *utterance* (a recording) has one speaker. If frames were independent,
# their probabilities would multiply; the logarithms add. So sum the log-probabilities over all frames and take the
# largest sum.
#
# **Exercise 4: the utterance decides.**


# %% tags=["solution"]
def name_speaker(log_probs):
    """log_probs (frames, classes) -> the number of the class that fits all frames best."""
    ### BEGIN SOLUTION
    return int(log_probs.sum(0).argmax())
    ### END SOLUTION


# %%
check("03.decide", name_speaker)

# %%
hint("03.decide")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Count the errors per frame and per utterance, on the validation recordings. How many of 100 utterances
# will be named wrongly?


# %%
def errors(model, some, in_frames=21):
    """Share of wrong frames and share of wrong utterances, each counted over everything, then divided once."""
    judged = [(predict(model, context_frames(f, in_frames)), who) for f, who in some]
    wrong = sum(int((scores.argmax(1) != who).sum()) for scores, who in judged)
    frames = sum(len(scores) for scores, _ in judged)
    return wrong / frames, sum(decide(scores) != who for scores, who in judged) / len(judged)


frame_error, utterance_error = errors(long_model, valid)
print(f"{frame_error:.0%} of the frames are wrong")

# %% tags=["predict"]
guess("03.utterance", "And of the utterances?", unit="%", low=0, high=100)

# %%
reveal(
    "03.utterance",
    round(100 * utterance_error, 1),
    because=f"right frames agree, wrong ones scatter. Guessing would miss {1 - 1 / len(names):.0%} of both.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** How far is the right speaker ahead of the strongest rival? Listen to the recording with the smallest
# lead, and to that rival. A lead below zero means: named wrongly. Would you have known?


# %%
def lead(frames, who):
    """How far the right speaker is ahead of the best other one, and the number of that other one."""
    sums = predict(long_model, context_frames(frames, 21)).sum(0)
    right, sums[who] = float(sums[who]), -math.inf
    return right - float(sums.max()), int(sums.argmax())


# %%
leads = [lead(frames, who) for frames, who in valid]
hardest = min(range(len(valid)), key=leads.__getitem__)
clip, rival = voices.select(split="valid").clips[hardest], names[leads[hardest][1]]
known = voices.select(split="train", speaker=rival).clips[0]
listen(voices.read(clip)[: 4 * SR], label=f"Speaker {clip.speaker}, lead {leads[hardest][0]:.0f}")
listen(voices.read(known)[: 4 * SR], label=f"Speaker {rival}, the strongest rival")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · What do context and size buy?
#
# **Predict.** One frame alone, or 5, 11, 21, 31 together: which gets the most *frames* right on validation?

# %% tags=["predict"]
contexts = [1, 5, 11, 21, 31]
guess("03.context", "The fewest wrong frames with in_frames =", options=[str(k) for k in contexts])

# %%
by_context = {}
for k in contexts:
    k_model, _ = learn(epochs=5, in_frames=k, data=(table(train, k), table(valid, k)))
    by_context[k] = errors(k_model, valid, k)
fewest = min(by_context, key=lambda k: by_context[k][0])
reveal(
    "03.context",
    str(fewest),
    because=f"{by_context[fewest][0]:.0%} wrong; one frame alone {by_context[1][0]:.0%}.",
)

# %% slideshow={"slide_type": "fragment"}
per_frame, per_utterance = ([by_context[k][kind] for k in contexts] for kind in (0, 1))
ax = show_curves(
    {"frames": per_frame, "utterances": per_utterance},
    x=contexts,
    xlabel="in_frames (10 ms each)",
    ylabel="share wrong",
    chance=1 - 1 / len(names),
    title=f"Fewest wrong frames with {fewest}; one utterance is {100 / len(valid):.0f} points",
)
told = ", ".join(f"{k}: {f:.0%} and {u:.0%}" for k, (f, u) in by_context.items())
figure(ax, alt=f"Share of wrong frames and wrong utterances by context; in_frames {told}.")

# %% [markdown]
# A frame that knows its neighbours is judged better, up to a point: a wider row has more weights to learn from the
# same recordings. The line of the utterances lies lower and jumps: look in the title for what one utterance weighs.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** The hidden size, from 5 to 400 units. Change the list and look for the point where more units buy
# nothing.

# %%
sizes = [5, 20, 100, 400]
by_size = {size: errors(learn(epochs=5, hsize=size)[0], valid) for size in sizes}
told = ", ".join(f"{size}: {f:.0%} and {u:.0%}" for size, (f, u) in by_size.items())
ax = show_curves(
    {"frames": [f for f, _ in by_size.values()], "utterances": [u for _, u in by_size.values()]},
    x=sizes,
    xlabel="hidden units in each layer",
    ylabel="share wrong",
    chance=1 - 1 / len(names),
    logx=True,
    title=f"Fewest wrong frames with {min(by_size, key=by_size.get)} units",
)
figure(ax, alt=f"Share of wrong frames and wrong utterances by hidden size; {told}.")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Four ways to fool yourself
#
# **The session leaks.** Cut each test recording in two. Put the first half into the training, in place of as many
# training recordings, and judge on the second half. It was never trained on. Yet the network now knows its *session*.
#
# We do it twice: with the mean of each coefficient taken away, as so far, and without.


# %%
def halves(normalize):
    """The first halves of all test recordings, and the second halves."""
    whole = recordings(voices.select(split="test"), normalize)
    first = [(frames[: len(frames) // 2], who) for frames, who in whole]
    return first, [(frames[len(frames) // 2 :], who) for frames, who in whole]


# %%
def judge(side, normalize, seed):
    """Train honestly or leakily; share of the frames and of the second halves that are right."""
    learned, (first, second) = recordings(voices.select(split="train"), normalize), halves(normalize)
    if side == "leaky":
        out = torch.linspace(0, len(learned) - 1, len(first) // 2).long().tolist()  # two halves for one
        learned = [each for number, each in enumerate(learned) if number not in out] + first
    model, _ = learn(epochs=5, data=(table(scale(learned, learned)), None), seed=seed)
    return [1 - error for error in errors(model, scale(second, learned))]


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The mean is kept, and the first halves are in the training. By how many points does the score rise over
# the honest one?

# %% tags=["predict"]
guess("03.leak", "The leak adds to the share of right frames", unit="points", low=-100, high=100)

# %%
kinds = {
    "mean taken away, honest": ("honest", True),
    "mean taken away, leaky": ("leaky", True),
    "mean kept, honest": ("honest", False),
    "mean kept, leaky": ("leaky", False),
}
runs = {name: [judge(*kind, seed) for seed in (0, 1)] for name, kind in kinds.items()}
leak = {name: [frames for frames, _ in both] for name, both in runs.items()}
mean = {name: sum(shares) / 2 for name, shares in leak.items()}

# %%
gain = 100 * (mean["mean kept, leaky"] - mean["mean kept, honest"])
other = 100 * (mean["mean taken away, leaky"] - mean["mean taken away, honest"])
reveal("03.leak", round(gain, 1), because=f"with the mean taken away, the leak adds {other:.1f} points.")

# %% slideshow={"slide_type": "fragment"}
told = ", ".join(f"{name} {share:.0%}" for name, share in mean.items())
figure(
    show_scores(
        leak,
        chance=1 / len(names),
        xlabel="share of the frames of the second halves that are right",
        title="The leak",
    ),
    alt=f"Share of right frames, mean of two seeds: {told}; chance {1 / len(names):.1%}.",
)

# %% [markdown]
# The leaky network recognises the *recording*: the room, the microphone, the noise. On the next day all that is worth
# nothing. A leak can do worse than flatter: it can make you choose the wrong features. Here are the second
# halves as whole utterances. Which features would you choose by the honest test, which by the leaky one?

# %%
for kind in ("honest", "leaky"):
    away, kept = (sum(u for _, u in runs[f"mean {what}, {kind}"]) / 2 for what in ("taken away", "kept"))
    print(f"by the {kind} test: mean taken away {away:.0%} of the utterances right, mean kept {kept:.0%}")

# %% [markdown] slideshow={"slide_type": "slide"}
# **The test list chooses.** In the program that this lesson follows, the validation list is by default the test list.
# Why is that bad? Let fifty networks *guess*, keep the one that does best on a list, and try it on another list.

# %%
draw = torch.Generator().manual_seed(SEED)
truth, fresh = (torch.randint(0, len(names), (40,), generator=draw) for _ in range(2))
guesses = torch.randint(0, len(names), (50, 2, 40), generator=draw)  # guesser, list, utterance
hits = (guesses == torch.stack([truth, fresh])).float().mean(2)  # (50, 2)
chosen = hits[:, 0].argmax()

# %%
print(
    f"best of 50 guessers on the list that chose it: {hits[chosen, 0]:.0%}; on a fresh list: {hits[:, 1].mean():.0%}"
)

# %% [markdown]
# Nobody knew anything, and still the winner looks good (on the fresh list, all guessers together show what a guess is
# worth). Each choice made on a list uses it up a little. So choices go to the validation list, and the test is
# touched once.

# %% [markdown] slideshow={"slide_type": "slide"}
# **The context is not centred.** Without padding, row 0 of a context of 21 is centred on frame 10. Labels slip by
# 100 ms, ten frames at each end get no judgement, and a recording of under 21 frames crashes the program.

# %% tags=["check-output"]
ramp = torch.arange(6.0)[:, None]  # frame t holds the number t
print("slipped:", ramp.unfold(0, 5, 1)[:, 0].tolist())
print("middle of each centred row:", context_frames(ramp, 5)[:, 2].tolist())

# %% [markdown] slideshow={"slide_type": "slide"}
# **A mean of means.** Accuracy was averaged over batches, and the last batch is short. Here it holds few frames, all of
# one speaker, and weighs as much as a full one.

# %%
right = (predict(long_model, valid_set).argmax(1) == valid_set[1]).float()
size = (len(right) - 1) // 3  # three full batches, and a few frames
of_batches = [float(batch.mean()) for batch in right.split(size)]
print(f"mean of batch means {sum(of_batches) / len(of_batches):.1%}; counted once {float(right.mean()):.1%}")

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "99 % right, so it knows the voices".** It may know the recordings. A score says something only
# > together with three others: what guessing would make, which session was held out, and how often that list has been
# > looked at.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · The test, once
#
# All choices are made: 21 frames, 100 units, Adam at 0.001, patience 3. Three seeds, on the test session.

# %%
test = scale(recordings(voices.select(split="test")), unscaled)
final = [errors(learn(epochs=16, patience=3, seed=seed)[0], test) for seed in range(3)]
frames, utterances = ([run[kind] for run in final] for kind in (0, 1))

# %%
chance = 1 - 1 / len(names)
told = f"frames {sum(frames) / 3:.0%}, utterances {sum(utterances) / 3:.0%}"
figure(
    show_scores(
        {"frames": frames, "utterances": utterances},
        chance=chance,
        xlabel=f"share wrong, of {len(test)} utterances",
        title="Errors on the test session",
    ),
    alt=f"Share wrong on the test session, three seeds, means: {told}; guessing {chance:.1%}.",
)

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Compare with the validation errors of section 7. If the test is worse, ask why: on recorded corpora without a
# validation session, validation was of the training day. With few utterances a single one moves the error by
# several points: let the room compute by how many, from the number on the axis.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("03")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A step uses one batch; an epoch shows every example once, shuffled.
# 2. The learning rate decides first: try powers of ten, and read the curve. Momentum keeps the direction.
# 3. Training loss always looks good. Validation loss says when to stop, and which weights to keep.
# 4. Frames judge badly, utterances well: log-probabilities add up what is steady.
# 5. Hold out by session, count once, name the chance line, and touch the test once.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Take-away of part 1
#
# What to keep from this part, from a sound to a first network:
#
# 1. One second at 16 kHz: N / 2 + 1 bins, 16,000 // hop + 1 frames. Long windows for pitch, short ones for moments.
# 2. Decibels: twice the amplitude is 6 dB more. Nothing above half the rate; what is there folds back.
# 3. A dense layer: y = xAᵀ + b, N_in x N_units + N_units parameters. Without a bend between them, two layers are one.
# 4. Training: shuffle, batches, a rate found in powers of ten, patience, the weights of the best *validation* epoch.
# 5. Honesty: hold out whole sessions, fit every scaler on the training side, name the chance line, test once.
# 6. **Try it:** record yourself saying the same sentence on two days. Which of the two spectrograms would you know again, and by what?
#
# A mixed review follows, with new questions. Nothing around them says which lesson they belong to, and that is what makes them work.

# %%
quiz("review 1")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What comes next
#
# A dense layer needs a weight for each point of the picture, and must learn each sound anew at each place. Lesson 04
# begins to change that: pooling layers care less about *where*.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - S. Pascual: *Intro to Speaker Recognition with PyTorch*, Universitat Politècnica de Catalunya; the network PAV
#   SpkID and its options. Look for: the options, one by one, beside the curves of this lesson.
# - H. Robbins, S. Monro: A stochastic approximation method. *Annals of Mathematical Statistics* 22 (1951). Look for:
#   noisy steps that still arrive, if they become smaller.
# - B. T. Polyak: Some methods of speeding up the convergence of iteration methods. *USSR Computational Mathematics and
#   Mathematical Physics* 4 (1964). Momentum. Look for: the heavy ball.
# - L. Prechelt: Early stopping, but when? In *Neural Networks: Tricks of the Trade* (1998). Patience. Look for: real
#   validation curves, which have more than one valley.
# - D. P. Kingma, J. Ba: Adam: a method for stochastic optimization. *ICLR* (2015). Look for: Algorithm 1, and find
#   the momentum in it.
# - S. Kaufman, S. Rosset, C. Perlich, O. Stitelman: Leakage in data mining. *ACM Transactions on Knowledge Discovery
#   from Data* 6 (2012). Look for: competitions that were won by what should not have been there.
