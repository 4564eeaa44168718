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
# # 04 · A speaker identifier
#
# **Why:** a network that names speakers is only as good as the test that judges it, and every setting of it has to earn its place.
#
# **Objectives.** After this lesson you can
#
# - train a network that names the speaker of a recording, frame by frame and as a whole;
# - measure what context, hidden units and the mean of a recording are worth;
# - find out whether a test is honest: by session, chosen elsewhere, counted once;
# - run a published program from lists and tables, and say what each of its fourteen flags does to the error.
#
# **Minutes:** 65 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 01, 02 and 03.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# The recipe is the speaker-recognition course of S. Pascual (UPC). Sections 1 to 5 make one lecture hour, 6 and 7 another.
# Where classes stumble: nobody believes section 6 until the four dots are on the screen. Do not skip the predictions
# there. In section 7 ask before each flag: will the error move, and which way?

# %%
import math
from functools import cache
from pathlib import Path

import torch

from course_lib import check, conclude, figure, goal, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib import on_real_recordings
from course_lib.cli import main as course
from course_lib.data import hold_out
from course_lib.data.manifest import write_manifest
from course_lib.features import SR, context_frames, mfcc
from course_lib.metrics import paired_difference, wilson_interval
from course_lib.models import SpeakerMLP, decide, layer_table
from course_lib.teaching.plots import show_curves, show_mfcc, show_scores
from course_lib.seeding import set_threads
from course_lib.training import fit, predict
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.training_live import TrainingLive

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
set_threads(1)  # networks this small train no faster on two cores
SPEAKERS, STEP = (24, 12) if PROFILE == "quick" else (48, 1)  # quick: learn from every twelfth frame
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
# Listen and look, with short pauses between: the same speaker on two days, then somebody else. What stays, what changes?

# %%
first_day = voices.read(voices.select(split="train", speaker=names[0]).clips[0])
other_day = voices.read(voices.select(split="test", speaker=names[0]).clips[0])
somebody = voices.read(voices.select(split="train", speaker=names[1]).clips[0])
pause = torch.zeros(SR // 4)
row = torch.cat([first_day[: 3 * SR], pause, other_day[: 3 * SR], pause, somebody[: 3 * SR]])
SoundPicture(row, label=f"{names[0]} in a training session and in the test session, then {names[1]}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Frames and their neighbours
#
# The network reads MFCC frames, one every 10 ms. The mean of each coefficient over the recording is taken away: what is the same
# from beginning to end, such as the sound of the microphone, goes with it. Whether that is a good idea, section 5 measures.


# %%
@cache  # read each recording once
def frames_of(clip):
    """A recording as (frames, 20): MFCC."""
    return mfcc(voices.read(clip), any_length=True).T


def recordings(clips, normalize=True):
    """Each recording as frames (n, 20), the mean of each coefficient taken away, with the number of its speaker."""
    some = [(frames_of(clip), names.index(clip.speaker)) for clip in clips]
    return [(frames - frames.mean(0), who) for frames, who in some] if normalize else some


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
check("04.stack_frames", stack_frames)

# %%
hint("04.stack_frames")

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
# ## 3 · The network, and its training
#
# Three hidden layers of `hsize` = 100 units, then one output for each speaker. It ends in a *log-softmax*: the
# logarithms of the probabilities of lesson 02.

# %%
layer_table(SpeakerMLP(20, len(names), in_frames=21, hsize=100), (420,))

# %% [markdown]
# It is trained by the loop of lesson 03: shuffled batches, Adam at a rate of 0.001, and patience: after three epochs in a row that
# were no better on validation the training stops, and the weights of the best epoch stay.


# %%
def learn(epochs=16, in_frames=21, hsize=100, data=None, seed=SEED, **settings):
    """Train a fresh network; returns it and the history of its losses."""
    torch.manual_seed(seed)
    model = SpeakerMLP(20, len(names), in_frames=in_frames, hsize=hsize)
    settings = {"batch_size": 250, "patience": 3, "progress": False, "seed": seed, **settings}
    return model, fit(model, *(data or (train_set, valid_set)), epochs=epochs, **settings)


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** After how many epochs is the validation loss lowest?

# %% tags=["predict"]
guess("04.best_epoch", "The best epoch, of 16 at most:", unit="epochs", low=1, high=16)

# %% [markdown]
# **Run.**

# %%
long_model, long_run = learn()
best = long_run.best_epoch
reveal(
    "04.best_epoch",
    best,
    because=f"validation loss {long_run.best.valid_loss:.2f} there; guessing has {math.log(len(names)):.2f}. "
    f"The training made {len(long_run)} epochs.",
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
# **Modify.** The same training, drawn while it runs. Train a second run beside it at another rate. You should find that a rate ten
# times smaller is still on its way when the first has stopped, and that one a hundred times larger never gets going.

# %%
live = TrainingLive(
    lambda lr, progress: learn(epochs=6, lr=lr, progress=progress),
    lr=1e-3,
    chance=1 / len(names),
    title="A network of frames learns its voices",
)
live.seek("a rate ten times smaller", ratio=(0.05, 0.2), done="yes")
live.seek("a rate a hundred times larger: nothing is learned", ratio=(50, None), outcome="lost")
_ = live.run()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · From frames to an utterance
#
# The network judges each frame. But a whole *utterance* (a recording) has one speaker. If frames were independent,
# their probabilities would multiply; the logarithms add. So sum the log-probabilities over all frames and take the
# largest sum.
#
# **Exercise 2: the utterance decides.**


# %% tags=["solution"]
def name_speaker(log_probs):
    """log_probs (frames, classes) -> the number of the class that fits all frames best."""
    ### BEGIN SOLUTION
    return int(log_probs.sum(0).argmax())
    ### END SOLUTION


# %%
check("04.decide", name_speaker)

# %%
hint("04.decide")

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
guess("04.utterance", "And of the utterances?", unit="%", low=0, high=100)

# %%
reveal(
    "04.utterance",
    round(100 * utterance_error, 1),
    because=f"guessing would miss {1 - 1 / len(names):.0%} of both.",
)

# %%
most = wilson_interval(round(utterance_error * len(valid)), len(valid))[1]

# %%
conclude(
    "04.utterances",
    most < frame_error,
    yes=f"Whole utterances are judged far better than frames: at most {most:.0%} of them are wrong (upper end of the 95 % interval), of the frames {frame_error:.0%}. Right frames agree with each other, wrong ones scatter over the other speakers.",
    no=f"Whole utterances are not judged better than frames beyond doubt here: up to {most:.0%} of them may be wrong (upper end of the 95 % interval), of the frames {frame_error:.0%}.",
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
# ## 5 · What do context and size buy?
#
# Training finds the weights. What it does not find, and somebody must choose, is called a *hyperparameter*: here the frames of context
# and the number of hidden units. It is chosen on validation. Every network of this section trains for five epochs, so part of what
# a larger one buys is that it learns faster.
#
# **Predict.** One frame alone, or 5, 11, 21, 31 together: which gets the most *frames* right on validation?

# %% tags=["predict"]
contexts = [1, 5, 11, 21, 31]
guess("04.context", "The fewest wrong frames with in_frames =", options=[str(k) for k in contexts])

# %%
by_context = {}
for k in contexts:
    k_model, _ = learn(epochs=5, patience=None, in_frames=k, data=(table(train, k), table(valid, k)))
    by_context[k] = errors(k_model, valid, k)
fewest = min(by_context, key=lambda k: by_context[k][0])
reveal(
    "04.context",
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

# %%
conclude(
    "04.context",
    by_context[1][0] - by_context[fewest][0] > 0.05,
    yes=f"A frame that knows its neighbours is judged better: {by_context[fewest][0]:.0%} wrong with {fewest} frames, {by_context[1][0]:.0%} with one alone. {'The widest row is not the best one: it has more weights to learn from the same recordings.' if fewest != max(contexts) else 'And the widest row tried is the best one.'}",
    no=f"Neighbours hardly help here: {by_context[fewest][0]:.0%} wrong with {fewest} frames, {by_context[1][0]:.0%} with one alone.",
)

# %% [markdown]
# The line of the utterances jumps: look in the title for what one utterance weighs. So the choice is made by the frames.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** The hidden size, from 5 to 200 units. Make the list longer and look for the point where twice as many units buy
# nothing.

# %%
sizes = [5, 20, 100, 200]
by_size = {size: errors(learn(epochs=5, patience=None, hsize=size)[0], valid) for size in sizes}
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
units = min(by_size, key=by_size.get)
figure(ax, alt=f"Share of wrong frames and wrong utterances by hidden size; {told}.")

# %%
flat = [size for size in sizes if size >= 100 and by_size[size][0] - by_size.get(2 * size, (0, 0))[0] < 0.01]
goal("a size whose double leaves as many frames wrong, to a point", bool(flat))

# %% [markdown]
# One choice was made without asking: section 2 took the mean of each coefficient away, because it holds the microphone. It also holds
# what is steady in a voice. So validation, which is another day, decides this as well.

# %%
raw = recordings(voices.select(split="train"), normalize=False)
raw_train, raw_valid = (
    scale(recordings(voices.select(split=part), normalize=False), raw) for part in ("train", "valid")
)
raw_model, _ = learn(epochs=5, patience=None, hsize=units, data=(table(raw_train), table(raw_valid)))
away, kept = by_size[units][0], errors(raw_model, raw_valid)[0]
keep_mean = kept < away

# %%
conclude(
    "04.mean",
    away - kept > 0.05,
    yes=f"On validation it is better to keep the mean: {kept:.0%} of the frames are wrong, {away:.0%} where it was taken away. What went with the microphone was a good part of the voice.",
    no=f"Keeping the mean is not clearly better on validation: {kept:.0%} of the frames are wrong, {away:.0%} where it was taken away.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Four ways to fool yourself
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
def sides(side, normalize):
    """A training table, honest or leaky, and the second halves to judge on, scaled as it is."""
    learned, (first, second) = recordings(voices.select(split="train"), normalize), halves(normalize)
    if side == "leaky":
        out = torch.linspace(0, len(learned) - 1, len(first) // 2).long().tolist()  # two halves for one
        learned = [each for number, each in enumerate(learned) if number not in out] + first
    return table(scale(learned, learned)), scale(second, learned)


def judge(rows, second, seed):
    """Train on the rows; share of the frames and of the second halves that are right."""
    model, _ = learn(epochs=5, patience=None, data=(rows, None), seed=seed)
    return [1 - error for error in errors(model, second)]


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The mean is kept, and the first halves are in the training. By how many points does the score rise over
# the honest one?

# %% tags=["predict"]
guess("04.leak", "The leak adds to the share of right frames", unit="points", low=-100, high=100)

# %%
kinds = {
    "mean taken away, honest": ("honest", True),
    "mean taken away, leaky": ("leaky", True),
    "mean kept, honest": ("honest", False),
    "mean kept, leaky": ("leaky", False),
}
runs = {}
for name, kind in kinds.items():
    rows, second = sides(*kind)
    runs[name] = [judge(rows, second, seed) for seed in range(SEED, SEED + 3)]
leak = {name: [frames for frames, _ in each] for name, each in runs.items()}
mean = {name: sum(shares) / 3 for name, shares in leak.items()}

# %%
gain = 100 * (mean["mean kept, leaky"] - mean["mean kept, honest"])
other = 100 * (mean["mean taken away, leaky"] - mean["mean taken away, honest"])
reveal("04.leak", round(gain, 1), because=f"with the mean taken away, the leak adds {other:.1f} points.")

# %% slideshow={"slide_type": "fragment"}
told = ", ".join(f"{name} {share:.0%}" for name, share in mean.items())
figure(
    show_scores(
        leak,
        chance=1 / len(names),
        xlabel="share of the frames of the second halves that are right",
        title="The leak",
    ),
    alt=f"Share of right frames, mean of three seeds: {told}; chance {1 / len(names):.1%}.",
)

# %%
flatters = paired_difference(leak["mean kept, leaky"], leak["mean kept, honest"])

# %%
conclude(
    "04.leak",
    flatters.better,
    yes=f"Where the mean is kept, the leak adds {flatters} over three seeds. The network recognises the *recording*: the room, the microphone, the noise. On the next day all that is worth nothing.",
    no=f"Where the mean is kept, the leak adds {flatters} over three seeds: with these recordings it does not flatter beyond doubt.",
)

# %% [markdown]
# A leak can do worse than flatter: it can favour the wrong features. Here are the second halves, frame by frame and as whole
# utterances. Which features would you choose by the honest test, which by the leaky one?

# %%
choice = {}
for kind in ("honest", "leaky"):
    for what in ("taken away", "kept"):
        frames, whole = (sum(part) / 3 for part in zip(*runs[f"mean {what}, {kind}"]))
        choice[kind, what] = frames
        print(
            f"by the {kind} test, mean {what}: {frames:.0%} of the frames right, {whole:.0%} of the utterances"
        )

# %%
favours = {kind: 100 * (choice[kind, "kept"] - choice[kind, "taken away"]) for kind in ("honest", "leaky")}
gained = {
    what: [a - b for a, b in zip(leak[f"mean {what}, leaky"], leak[f"mean {what}, honest"])]
    for what in ("kept", "taken away")
}
favoured = paired_difference(gained["kept"], gained["taken away"])  # what the leak adds, seed by seed

# %%
conclude(
    "04.choice",
    favoured.better,
    yes=f"The leak favours the features that keep the mean: it adds {favoured} more to them than to the others. By the honest test keeping the mean brings {favours['honest']:+.0f} points of the frames, by the leaky one {favours['leaky']:+.0f}. {'Here that turns the choice round.' if favours['honest'] < 0 < favours['leaky'] else 'Here both tests still choose the same; had the two kinds been closer, the leak would have chosen.'}",
    no=f"Here the leak does not favour one kind of features beyond doubt: it adds {favoured} more where the mean is kept. Keeping the mean brings {favours['honest']:+.0f} points of the frames by the honest test, {favours['leaky']:+.0f} by the leaky one.",
)

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

# %%
conclude(
    "04.chosen_on_test",
    float(hits[chosen, 0]) > 2 * float(hits[:, 1].mean()),
    yes=f"Nobody knew anything, and still the winner looks good: {hits[chosen, 0]:.0%} on the list that chose it, where a guess is worth {hits[:, 1].mean():.0%} (all guessers together, on the fresh list).",
    no=f"The winner has {hits[chosen, 0]:.0%} on the list that chose it; a guess is worth {hits[:, 1].mean():.0%} (all guessers together, on the fresh list).",
)

# %% [markdown]
# Each choice made on a list uses it up a little. So choices go to the validation list, and the test is touched once.

# %% [markdown] slideshow={"slide_type": "slide"}
# **The context is not centred.** Without padding, row 0 of a context of 21 is centred on frame 10. Labels are shifted by 100 ms,
# ten frames at each end get no answer, and a recording of fewer than 21 frames crashes the program.

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
# ## 7 · The published program, flag by flag
#
# The slides that this lesson follows come with a program, PAV SpkID, and a list of its fourteen options. `course spkid` takes the same
# options, with the same names and defaults, and works on the same files. Make these files first, for a few of the speakers.

# %%
import contextlib
import io
import re
import shutil
import tempfile

# %%
FEW, EPOCHS = (4, 4) if PROFILE == "quick" else (24, 20)
work = Path(tempfile.mkdtemp())  # a folder of its own; it can be thrown away
few = [clip for clip in voices if clip.speaker in names[:FEW]]
for clip in few:
    (work / "voices" / clip.path).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(voices.path(clip), work / "voices" / clip.path)
columns = ("path", "speaker", "split", "session")
rows = [{column: clip.get(column) for column in columns} for clip in few]
_ = write_manifest(work / "voices", rows)  # a corpus is a folder with a list


# %%
def spkid(verb, **flags):
    """Run `course spkid VERB --flag value ...`; returns what it prints."""
    words = [word for flag, value in flags.items() for word in (f"--{flag}", str(value))]
    with contextlib.redirect_stdout(io.StringIO()) as told:
        course(["spkid", verb, *words])
    set_threads(1)
    return told.getvalue().replace(str(work), "work")


print(spkid("features", corpus=work / "voices", db_path=work / "mcp", cfg=work / "cfg"))

# %% [markdown] slideshow={"slide_type": "slide"}
# A matrix of MFCC for each recording, a *list file* for each part (one name a line, without extension), and a table that gives
# each speaker's code the number of its output:

# %%
print("the list begins", (work / "cfg" / "all.train").read_text().split()[:2])
print("the table", " ".join((work / "cfg" / "spk2idx.json").read_text().split()))

# %% [markdown] slideshow={"slide_type": "slide"}
# One run: train on a list, keep the best weights of another, save everything in a folder. Then `test` measures. All choices
# are still ours to make, so we measure on the *validation* list.

# %%
start = {
    "db_path": work / "mcp",
    "ext": "mcp",
    "tr_list_file": work / "cfg" / "all.train",
    "va_list_file": work / "cfg" / "all.valid",
    "spk2idx": work / "cfg" / "spk2idx.json",
    "save_path": work / "ckpt",
    "epoch": EPOCHS,
}


# %%
def error_of(**changed):
    """Train and test with these flags in place of the first ones; share of wrong frames and utterances, in per cent."""
    flags = {**start, **changed}
    spkid("train", **flags)
    where = {flag: flags[flag] for flag in ("db_path", "ext", "spk2idx", "save_path")}
    said = spkid("test", te_list_file=work / "cfg" / "all.valid", log_file=work / "answers", **where)
    found = re.search(r"utterance errors ([\d.]+)%.*frame errors ([\d.]+)%", said)
    return float(found[2]), float(found[1])


frames, utterances = error_of()
print(f"as published, {EPOCHS} epochs: {frames}% of the frames wrong, {utterances}% of the utterances")

# %% [markdown] slideshow={"slide_type": "slide"}
# Now each of the fourteen in turn, the others as before. Some need a file to point at: the matrices in another folder and with
# another extension, a list with half of the recordings, the table under another name.

# %%
shutil.copytree(work / "mcp", work / "elsewhere")
shutil.copyfile(work / "cfg" / "spk2idx.json", work / "table.json")
for matrix in sorted((work / "mcp").rglob("*.mcp")):
    shutil.copyfile(matrix, matrix.with_suffix(".fea"))
listed = (work / "cfg" / "all.train").read_text().split()
_ = (work / "half.train").write_text("\n".join(listed[::2]) + "\n")

# %%
tries = {
    "db_path": work / "elsewhere",
    "tr_list_file": work / "half.train",
    "va_list_file": work / "cfg" / "all.test",
    "ext": "fea",
    "spk2idx": work / "table.json",
    "batch_size": 250,
    "hsize": 20,
    "in_frames": 1,
    "patience": 1,
    "lr": 0.1,
    "momentum": 0.9,
    "epoch": 1,
    "log_freq": 5,
    "save_path": work / "other",
}

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** How many of the fourteen leave the share of wrong frames as it is, to the last digit?

# %% tags=["predict"]
guess("04.flags", "Flags that do not move the error at all:", unit="flags", low=0, high=14)

# %%
moved = {flag: error_of(**{flag: value}) for flag, value in tries.items()}
same = [flag for flag, (wrong, _) in moved.items() if wrong == frames]
reveal("04.flags", len(same), because=f"these: {', '.join(same) or 'none'}.")

# %%
print(f"{'flag':14}{'tried':>12}{'frames wrong':>14}{'change':>9}{'utterances wrong':>18}")
for flag, (wrong, whole) in moved.items():
    tried = tries[flag].name if isinstance(tries[flag], Path) else tries[flag]
    print(f"{flag:14}{tried:>12}{wrong:>13.1f}%{wrong - frames:>+9.1f}{whole:>17.1f}%")

# %% slideshow={"slide_type": "fragment"}
worst = max(moved, key=lambda flag: moved[flag][0])
told = ", ".join(f"{flag} {wrong:.1f}%" for flag, (wrong, _) in moved.items())
figure(
    show_scores(
        {flag: [wrong / 100] for flag, (wrong, _) in moved.items()},
        chance=1 - 1 / FEW,
        xlabel="share of the validation frames that are wrong",
        title=f"One flag changed at a time; {worst} does most harm",
    ),
    alt=f"Share of wrong frames with one flag changed: {told}; with none changed {frames}%.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** Sort the table into three groups.
#
# - `db_path`, `ext`, `spk2idx`, `save_path` and `log_freq` say where things lie and how often the program reports. They must not move
#   the error; if one does, something else has changed with it.
# - `hsize`, `in_frames`, `lr`, `momentum`, `batch_size`, `epoch` and `patience` change the network or the walk of its weights. One seed
#   and a few recordings stand behind each line, so a change of a point or two says nothing yet.
# - `tr_list_file` and `va_list_file` choose the data. Half of the training recordings should cost something. And the last list is the
#   trap: with the test recordings for validation, the run uses up the test. By default the program did just that, and
#   `course spkid train` takes a part of the training list instead, unless you insist with `--validate_on_test`.

# %%
where = {"db_path", "ext", "spk2idx", "save_path", "log_freq"}
changed = ", ".join(sorted(where - set(same)))

# %%
conclude(
    "04.flags",
    not changed,
    yes=f"The five that say where things lie left the error at {frames}%, to the last digit. Most harm does {worst}: {moved[worst][0]}%.",
    no=f"One of the five that must not move the error did: {changed}. Something else has changed with it.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Change a value in `tries` and run the table again. Try 0.0001, 0.003 and 0.01 as `lr`: is one of them better than 0.001?
# And you should find that an `hsize` of 2 costs many frames.

# %%
goal("an `lr` that leaves fewer frames wrong than 0.001", moved["lr"][0] < frames)

# %%
goal("an `hsize` that costs more than ten points", moved["hsize"][0] > frames + 10)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · The test, once
#
# All choices are made, by the wrong frames on validation in section 5: the frames of context, the units, and whether the mean is
# kept. Adam at 0.001 and patience 3 were set beforehand. We measure three seeds on the test session. (Section 6 used parts of it to
# show how one is fooled, and chose nothing by it.)

# %%
print(
    f"chosen on validation: in_frames = {fewest}, hsize = {units}, mean {'kept' if keep_mean else 'taken away'}"
)
like = raw if keep_mean else unscaled
chosen_train, chosen_valid, test = (
    scale(recordings(voices.select(split=part), normalize=not keep_mean), like)
    for part in ("train", "valid", "test")
)
final_data, final = (table(chosen_train, fewest), table(chosen_valid, fewest)), []
for seed in range(SEED, SEED + 3):
    final_model, _ = learn(in_frames=fewest, hsize=units, data=final_data, seed=seed)
    final.append(errors(final_model, test, fewest))
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

# %%
against = paired_difference([chance] * 3, frames)

# %%
conclude(
    "04.test",
    against.better and max(utterances) < chance / 2,
    yes=f"On another day the network is wrong in {sum(utterances) / 3:.0%} of the utterances and {sum(frames) / 3:.0%} of the frames; guessing would be wrong in {chance:.0%}.",
    no=f"On another day the network is wrong in {sum(utterances) / 3:.0%} of the utterances and {sum(frames) / 3:.0%} of the frames, which is not far from guessing, {chance:.0%}.",
)

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Compare with the validation errors of section 4. If the test is worse, ask why: on recorded corpora without a
# validation session, validation was of the training day. With few utterances a single one moves the error by
# several points: let the room compute by how many, from the number on the axis.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: repair the loader.** A colleague's loader feeds decibels around -50 to the network, which then hardly
# learns. Write one that scales every column to mean 0 and spread 1. In use the other seconds arrive one at a time; the
# check does the same.


# %% tags=["solution"]
def scale(learn, others):
    """Both tables scaled, learn (n, 128) and others (m, 128). m may be 1."""
    ### BEGIN SOLUTION
    mean, spread = learn.mean(0), learn.std(0)
    return (learn - mean) / spread, (others - mean) / spread
    ### END SOLUTION


# %%
check("04.scale", scale)

# %%
hint("04.scale")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · On real recordings
#
# The same network on 45 people of VoxForge, who recorded themselves at home; some came back on another day, with another
# microphone. As here, 20 MFCC a frame, the mean of each recording taken away, every column scaled; the sizes are the published ones. The
# recordings of people do not come with the course; where you have them, the command below repeats the figures.

# %%
on_real_recordings(
    "spkid",
    "voxforge_en",
    {
        "utterances wrong, another session": (
            utterances,
            "+ every feature to mean 0 and deviation 1: utterance errors, new session",
        ),
        "frames wrong": (frames, "+ every feature to mean 0 and deviation 1: frame errors"),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("04")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A frame with its neighbours says more than a frame alone. <!-- conclusion: 04.context -->
# 2. Single frames are often wrong, whole utterances seldom: summed log-probabilities favour what is steady.
#    <!-- conclusion: 04.utterances -->
# 3. Hold out by session, count once, name the chance line, and touch the test once. <!-- conclusions: 04.leak, 04.chosen_on_test -->
# 4. A list file says which recordings are on which side; a table says which output is which speaker.
# 5. Change one flag at a time, and know before you look whether it may move the error.

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
# A mixed review follows, with new questions. Nothing around them says which lesson they belong to; recalling that yourself is
# what makes them useful.

# %%
quiz("review 1")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What comes next
#
# A dense layer needs a weight for each point of the picture, and must learn each sound anew at each place. Lesson 05
# begins to change that: pooling layers care less about *where*.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - S. Pascual: *Intro to Speaker Recognition with PyTorch*, Universitat Politècnica de Catalunya; the network PAV
#   SpkID and its options (2019). Look for: the fourteen options, one by one, beside the table of section 7.
# - S. Kaufman, S. Rosset, C. Perlich, O. Stitelman: Leakage in data mining. *ACM Transactions on Knowledge Discovery
#   from Data* 6 (2012). Look for: competitions that were won by what should not have been there.
