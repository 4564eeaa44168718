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
# # 07 · The base model
#
# **Why:** before a network can be carried over to new voices, it must have met many others, and you must know how well it knows those.
#
# **Objectives.** After this lesson you can
#
# - account for every size and every parameter of the small CNN, layer by layer;
# - train it on many voices and read its curves;
# - recognise overfitting, name three things that may help against it, and measure whether they did;
# - state the base validation accuracy of a network, with the number of seconds it stands on;
# - look at what the first layer has learned, and hear what it answers to.
#
# **Minutes:** 55 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 03 (the training loop), 04 (speakers and sides), 05 (pooling) and 06 (convolution).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour: sections 1 to 3 and 5. Section 4 is for the exercise hour, section 6 is the reward. The network is the one of
# the tech talk behind this course; its table gives no kernels, and the ones used here reproduce it to the last parameter. Where
# classes stumble: they take the accuracy for a bad mark. Ask what guessing would give.

# %%
import torch
from safetensors.torch import load_file

from course_lib import check, conclude, figure, goal, hint, listen, load, guess, quiz, reveal
from course_lib import on_real_recordings, seed_everything, spectrogram
from course_lib.audio import excerpt, loudest_second
from course_lib.metrics import base_validation_accuracy, mean_and_spread, paired_difference, wilson_interval
from course_lib.models import SmallCNN, layer_table
from course_lib.teaching.plots import new_axes, show_cells, show_curves, show_scores
from course_lib.training import fit, measure
from course_lib.training import predict
from course_lib.transfer import base_speakers, load_base
from course_lib.paths import WEIGHTS
from course_lib.teaching.widgets.layer_story import LayerStory
from course_lib.teaching.widgets.training_live import TrainingLive

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
VOICES = 10 if PROFILE == "quick" else 1000  # at most so many base voices
corpus = base_speakers(load(CORPUS))
corpus = corpus.select(speaker=corpus.select(split="train").speakers[:VOICES])
corpus

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Many voices, cut into seconds
#
# The talk behind this course trained its base on audiobooks (LibriVox): hours of speech by many readers, all in the
# public domain. The network never hears a sentence. It hears *one second*, and must say who speaks.

# %%
for speaker in corpus.speakers[:3]:
    clip = corpus.select(split="train", speaker=speaker).clips[0]
    listen(loudest_second(corpus.read(clip)), label=f"One second of {speaker}")

# %% [markdown]
# The windows to learn from may overlap: a new one begins every half second. The windows to measure on do
# not, and they come from other recordings. Each becomes a spectrogram of 1025 x 32, computed once and kept on disk.

# %%
train = corpus.select(split="train").features(hop=0.5)
valid = corpus.select(split="valid").features(hop=1.0)
print(f"{len(train):,} windows to learn from, {len(valid):,} to measure on, {len(train.classes)} voices")
chance = 1 / len(train.classes)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · The network, layer by layer
#
# Three convolutions, a pooling layer, two dense layers. The talk's own table is for ten voices.

# %%
layer_table(SmallCNN(10), (1025, 32))

# %% [markdown]
# Read it from the top. The picture shrinks: 1025 x 32, 63 x 8, 14 x 2, 7 x 1. The channels grow: 1, 32, 64, 128. In
# the end the network has 128 x 7 = 896 numbers and no picture any more. This part is called the *body*: it turns a
# sound into features. The two dense layers are the *head*: they turn features into names.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Which part holds more parameters?

# %% tags=["predict"]
guess(
    "07.where",
    "More than half of the parameters are in ...",
    options=["the three convolutions", "the two dense layers"],
)

# %%
model = SmallCNN(10)
body, head = (sum(p.numel() for p in part.parameters()) for part in (model.body, model.head))
reveal(
    "07.where",
    "the two dense layers" if head > body else "the three convolutions",
    because=f"the body has {body:,} parameters, the head {head:,}. Convolutions share their weights, dense layers do not.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Train it
#
# **Predict.** Guessing is right in one case out of as many as there are voices. After a few seconds of training, in
# how many of the new seconds will the network name the right voice?

# %% tags=["predict"]
guess(
    "07.accuracy",
    "On new recordings of its voices, the network is right in ...",
    unit="% of the seconds",
    low=0,
    high=100,
)

# %% [markdown]
# **Run.** It begins slowly: for a few epochs nothing seems to happen, then the loss falls. Watch both accuracies. The
# star marks the epoch whose weights are kept. Afterwards you may train a second run beside it, at another rate.

# %%
EPOCHS = 12 if PROFILE == "quick" else 30
HOW = {"batch_size": 16, "schedule": "cosine", "patience": None, "seed": SEED}


def train_it(lr, progress):
    """A fresh small CNN, trained on the voices of the base: (the network, its history)."""
    seed_everything(SEED)
    network = SmallCNN(len(train.classes))
    return network, fit(network, train, valid, epochs=EPOCHS, lr=lr, progress=progress, **HOW)


# %%
live = TrainingLive(train_it, lr=1e-3, chance=chance, title="The small CNN learns its voices")
base, history = live.run()

# %% slideshow={"slide_type": "fragment"}
accuracies = {"training": history["train_accuracy"], "validation": history["valid_accuracy"]}
figure(
    show_curves(accuracies, ylabel="accuracy", chance=chance, title="Slow at first, then quickly"),
    alt=f"Accuracy over {len(history)} epochs. Training ends at {history[-1].train_accuracy:.0%}, validation at {history[-1].valid_accuracy:.0%}; guessing gives {chance:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# The *base validation accuracy* is the share of right answers on the validation side of the base corpus: voices that
# the network knows, recordings that it does not.

# %%
scores = predict(base, valid)  # (windows, voices)
named = scores.argmax(1)
accuracy = base_validation_accuracy(named, valid.y, valid.classes, train.classes)
low, high = wilson_interval(round(accuracy * len(valid)), len(valid))
reveal(
    "07.accuracy",
    round(100 * accuracy),
    because=f"{len(valid)} seconds of {len(valid.classes)} voices; guessing gives {chance:.0%}. With so few seconds the 95 % interval is wide: {low:.0%} to {high:.0%}.",
)

# %%
conclude(
    "07.base",
    low > 3 * chance,
    yes=f"The network knows its voices: even the lower end of the interval, {low:.0%}, is far above the {chance:.0%} of guessing.",
    no=f"That the network knows its voices is not shown yet: the interval begins at {low:.0%}, and guessing gives {chance:.0%}. Train longer, or listen for what is wrong with the recordings.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** When it errs, who is taken for whom? Listen to a second that got the wrong name, and to the voice
# whose name it got. Would you have heard it?

# %%
wrong = (named != valid.y).nonzero().flatten().tolist()
if wrong:
    place = wrong[0]
    truth, answer = train.classes[valid.y[place]], train.classes[named[place]]
    listen(valid.windows[place][0], label=f"This is {truth}; the network said {answer}")
    other = corpus.select(split="train", speaker=answer).clips[0]
    listen(loudest_second(corpus.read(other)), label=f"And this is {answer}")
print(f"{len(wrong)} of {len(valid)} seconds got a wrong name")

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "the accuracy of the network is 90 %".** An accuracy belongs to a network *and* a test: which voices, how many,
# > which recordings, how long. Ninety percent of ten voices in one room is easy; of a thousand voices on the telephone it is not.
# > Always say what guessing gives, and how many seconds the number stands on.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Learned by heart
#
# Now give the network far too little: six voices, two short recordings each, windows that do not overlap. It has 218,000
# parameters and a few dozen windows to fit. What will it learn?

# %%
few_voices = train.classes[:6]
few_clips = []
for voice in few_voices:
    few_clips += [clip.path for clip in corpus.select(split="train", speaker=voice).clips[:2]]
little = corpus.select(split="train", path=few_clips).features(hop=1.0)
judge = corpus.select(split="valid", speaker=few_voices).features(hop=0.5)
print(f"{len(little)} windows to learn from, {len(judge)} to measure on")

# %% [markdown]
# **Predict.** After twenty epochs, how far apart are training and validation accuracy?

# %% tags=["predict"]
guess("07.gap", "Training accuracy minus validation accuracy:", unit="points", low=-100, high=100)


# %%
def trained(dropout, seed, epochs=20):
    """The small CNN after `epochs` on the little data: (its last training accuracy on it, its validation accuracy)."""
    seed_everything(seed)
    network = SmallCNN(len(few_voices), dropout=dropout)
    fit(network, little, epochs=epochs, lr=1e-3, batch_size=8, seed=seed, progress=False)
    return measure(network, little)[1], measure(network, judge)[1]


# %%
SEEDS = [SEED + k for k in range(5)]
plain = [trained(0.0, seed) for seed in SEEDS]
gap = 100 * mean_and_spread([learned - new for learned, new in plain])[0]
reveal(
    "07.gap",
    round(gap),
    because="; ".join(f"seed {seed}: {a:.0%} and {b:.0%}" for seed, (a, b) in zip(SEEDS, plain)) + ".",
)

# %%
apart = paired_difference(*zip(*plain))

# %%
conclude(
    "07.overfitting",
    apart.low > 0.05,
    yes=f"Training accuracy is ahead of validation accuracy by {apart} over {apart.n} seeds. This is *overfitting*: the network knows its examples better than its voices.",
    no=f"Training accuracy less validation accuracy: {apart} over {apart.n} seeds. Here the network does not overfit beyond doubt.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# What holds a network back from learning its examples by heart is called *regularisation*. One kind is *dropout*. In training,
# each value of a layer is set to zero with a probability, here 0.8. No unit can rely on one neighbour, so each
# must be useful by itself. In use, nothing is dropped.
#
# **Exercise 1: dropout by hand.** `kept` says which values were drawn to stay. They must make up for the dropped ones.


# %% tags=["solution"]
def dropout(values, kept, share):
    """A list with the dropped values 0 and the kept ones larger, so that the sum stays the same on average."""
    ### BEGIN SOLUTION
    return [value / (1 - share) if keep else 0.0 for value, keep in zip(values, kept)]
    ### END SOLUTION


# %%
check("07.dropout", dropout)

# %%
hint("07.dropout")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Does dropout help here? Every network gets the same twenty epochs.

# %% tags=["predict"]
guess(
    "07.dropout_helps",
    "On the validation side, a dropout of 0.8 is ...",
    options=["better beyond doubt", "worse beyond doubt", "undecided"],
)

# %%
both = {"no dropout": plain, "dropout 0.8": [trained(0.8, seed) for seed in SEEDS]}
runs = {name: [new for _, new in pairs] for name, pairs in both.items()}
means = {name: mean_and_spread(values) for name, values in runs.items()}
difference = paired_difference(runs["dropout 0.8"], runs["no dropout"])  # seed by seed, with its interval

# %%
verdict = (
    "better beyond doubt" if difference.better else "worse beyond doubt" if difference.worse else "undecided"
)
reveal(
    "07.dropout_helps",
    verdict,
    because=", ".join(f"{name} {mean:.0%} ± {spread:.0%}" for name, (mean, spread) in means.items()) + ".",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(
        runs,
        xlabel="validation accuracy",
        chance=1 / len(few_voices),
        title=f"Twenty epochs, {len(SEEDS)} seeds each: mind the spread",
    ),
    alt=f"Validation accuracy of {len(SEEDS)} seeds: "
    + ", ".join(f"{name} {mean:.0%} plus or minus {spread:.0%}" for name, (mean, spread) in means.items())
    + ".",
)

# %% [markdown]
# **Investigate.** Do not judge before you have seen the training accuracies as well.

# %%
for name, pairs in both.items():
    print(
        f"{name:12} training {mean_and_spread([learned for learned, _ in pairs])[0]:.0%}, validation {means[name][0]:.0%}"
    )

# %%
learned = mean_and_spread([known for known, _ in both["dropout 0.8"]])[0]

# %%
conclude(
    "07.dropout",
    difference.worse and learned < 0.9,
    yes=f"In twenty epochs a dropout of 0.8 makes it worse, {difference}, and not because of overfitting: its *training* accuracy is only {learned:.0%}. It has not finished learning. Dropout makes each step harder, so it needs more steps; too much of it is a fault of its own.",
    no=f"In twenty epochs a dropout of 0.8 changes the validation accuracy by {difference}, at a training accuracy of {learned:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# So a fair answer names the budget. The other cure is more to learn from: no dropout at all, but *all recordings* of these six voices
# instead of two each, for twelve epochs. (More steps on the two recordings could not help the first network: it knows its
# examples already.)

# %% tags=["own-machine"]
every = corpus.select(split="train", speaker=few_voices).features(hop=1.0)


def on_all_recordings(seed):
    """Validation accuracy after twelve epochs on all recordings of the six voices."""
    seed_everything(seed)
    network = SmallCNN(len(few_voices), dropout=0.0)
    fit(network, every, epochs=12, lr=1e-3, batch_size=8, seed=seed, progress=False)
    return measure(network, judge)[1]


more = [on_all_recordings(seed) for seed in SEEDS]
added = paired_difference(more, runs["no dropout"])

# %%
conclude(
    "07.cure",
    added.better,
    yes=f"More recordings help: {added}, with {len(every)} windows instead of {len(little)}. Against overfitting, first look for more to learn from; then tune.",
    no=f"More recordings: {added}, with {len(every)} windows instead of {len(little)}. With these voices more recordings do not help beyond doubt.",
)

# %% [markdown]
# **Modify.** A gentler dropout with a larger budget may help after all: `[trained(0.2, seed, epochs=40) for seed in SEEDS]`, against
# `plain`. Ask `paired_difference` before you believe it.

# %%
gentler = []  # your five runs
if gentler:
    print(paired_difference([new for _, new in gentler], runs["no dropout"]))
goal("what a gentler dropout with a larger budget is worth", len(gentler) == len(SEEDS))

# %% [markdown]
# More voices, more days, more rooms are not always to be had. The other way is a network that has met them already. That is where
# this course is going.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: keep the best epoch.** A third of the names on this training side are wrong, and sooner or later the
# network learns them by heart. `one_epoch(model)` trains one epoch, `valid_loss(model)` measures. Return the network as
# it was after its best epoch, ready to be used. The check runs it on sounds that you have not seen and answers with the
# result, a mark of ten and, where it can tell, what went wrong.

# %% tags=["solution"]
import copy
import math


def keep_best(model, one_epoch, valid_loss, epochs):
    """Train `epochs` epochs; return the model with the weights of the one with the lowest valid_loss."""
    ### BEGIN SOLUTION
    best, kept = math.inf, None
    for _ in range(epochs):
        one_epoch(model)
        loss = valid_loss(model)
        if loss < best:
            best, kept = loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return model.eval()
    ### END SOLUTION


# %%
check("07.keep_best", keep_best)

# %%
hint("07.keep_best")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Look into it
#
# **Modify.** What does each layer make of a second of speech? Point at any number of any layer: you see what it reads,
# the products and their sum, and can play the patch. Things to try:
#
# - channel by channel through `body.conv1`: which channels respond to low sounds, which to high ones, which to nothing?
# - layer by layer: how much of the second does a number read? From which layer on does it read all of it?
# - `head.dense2`: the scores. How far ahead of the second is the first one?
# - drag a box over the sound to cover it with silence: which part does the network need to know the voice?

# %%
second = loudest_second(corpus.read(corpus.select(split="valid").clips[0]))
LayerStory(base, second, train.classes).seek(
    "the first layer that reads all times and frequencies", layer="head.dense1"
).seek("the score that comes second", layer="head.dense2", rank=2).seek(
    "less than a tenth of the sound, without which the network says another name",
    covered=(0.001, 0.1),
    says="another",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · What the first layer listens for
#
# The first layer has 32 kernels of 32 bins x 12 frames: 250 Hz high and 0.38 s long. These are the eight that
# answer most differently to different sounds.

# %%
answers = []
for pictures, _ in valid.batches(64):
    with torch.no_grad():
        answers.append(base.body.conv1(base.body.prepare(pictures)).amax(dim=(-2, -1)))
answers = torch.cat(answers)  # (windows, 32): the strongest answer of each kernel to each second
chosen = answers.std(0).argsort(descending=True)[:8].tolist()

# %% slideshow={"slide_type": "fragment"}
fig, boxes = new_axes(2, 4, height=5.0)
for box, kernel in zip(boxes.flat, chosen):
    show_cells(
        base.body.conv1.weight[kernel, 0].detach(), box, title=f"kernel {kernel}", signed=True, numbers=False
    )
for box in boxes[-1]:
    box.set_xlabel("frame (32 ms)")
for box in boxes[:, 0]:
    box.set_ylabel("bin (7.8 Hz)")
figure(
    fig,
    alt=f"Eight kernels of 32 bins by 12 frames of the first layer, numbers {', '.join(map(str, chosen))}: orange where more sound makes the answer larger, purple where it makes it smaller.",
)

# %% [markdown]
# Pictures of kernels are hard to read. Ears are better. For three of them, here is the part of the validation side's
# sound that each answers to most, cut out in time and in frequency.

# %%
for kernel in chosen[:3]:
    place = int(answers[:, kernel].argmax())
    wave = valid.windows[place][0]
    with torch.no_grad():
        answer = base.body.conv1(base.body.prepare(spectrogram(wave)[None]))[0, kernel]
    row, column = divmod(int(answer.argmax()), answer.shape[1])
    hertz = max(0, 16 * row * 7.8125 - 60), (16 * row + 32) * 7.8125 + 60
    seconds = max(0.0, (4 * column - 4) * 0.032), min(1.0, (4 * column + 8) * 0.032)
    part = excerpt(wave, seconds, hertz)
    listen(
        part * (0.5 / part.abs().max()),
        label=f"Kernel {kernel}: {hertz[0]:.0f} to {hertz[1]:.0f} Hz of {valid.classes[valid.y[place]]}, made louder",
    )

# %% [markdown]
# Such a part is too small to be a voice: a hum, an edge, a band that gets louder. Would another voice have it as well? Remember this
# when the next lesson asks what can be carried over.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Let the room guess before the player starts: low or high? steady or sudden? If somebody objects that a kernel sees 250 Hz
# at any height, so that "low" and "high" are not the kernel's but the place's: exactly, that is parameter sharing.

# %% [markdown] slideshow={"slide_type": "slide"}
# **A base is a file.** What training leaves behind is the *state dict*: a name and a tensor for each weight. In plain PyTorch one
# makes an untrained network of the same kind, puts the tensors in, and switches to evaluation mode. This file is a network
# like yours, trained for longer; it comes with the course.

# %%
state = load_file(WEIGHTS / "small_cnn.safetensors")
plain = SmallCNN(len(state["head.dense2.bias"]))
plain.load_state_dict(state)  # refuses names and shapes that do not fit
plain.eval()  # dropout off
print({name: tuple(value.shape) for name, value in list(state.items())[:2]}, "and", len(state) - 2, "more")

# %% [markdown]
# The library's verb is `load_base`. It also checks that the file is whole, and knows the names of the voices. The same scores?

# %% tags=["check-output"]
noise = spectrogram(0.1 * torch.randn(3, 16_000, generator=torch.Generator().manual_seed(SEED)))
stored = load_base("small_cnn").model
with torch.no_grad():
    print("equal, digit by digit:", torch.equal(plain(noise), stored(noise)))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · On real recordings
#
# The same small CNN, trained on people: 45 of VoxForge, each before a microphone of their own, and ten readers of LibriSpeech in studio
# quality. The last line is the mistake of lesson 04: windows of one recording on both sides of the split.

# %%
on_real_recordings(
    "transfer",
    "small CNN",
    {
        "the base on its own voices": (
            accuracy,
            "voxforge_en, 45 speakers, 449 files of 63 sessions, to librispeech_mini, 10 speakers, 100 files: base validation",
        ),
        "ten readers in studio quality": (
            None,
            "librispeech_mini, 10 speakers, 100 files, to voxforge_en, 45 speakers, 449 files of 63 sessions: base validation",
        ),
        "the first line with a random split of windows": (
            None,
            "voxforge_en, 45 speakers, 449 files of 63 sessions, to librispeech_mini, 10 speakers, 100 files: random split of the base",
        ),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("07")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. The body turns one second of sound into 896 features; the head turns features into names.
# 2. With ten voices the network has 218,730 parameters, 102,624 of them in the body.
# 3. Overfitting is a high training accuracy beside a low validation accuracy: the network knows its examples better than its
#    voices. <!-- conclusion: 07.overfitting -->
# 4. Dropout holds a network back, and too much of it keeps it from learning; more recordings help. <!-- conclusions: 07.dropout, 07.cure -->
# 5. Base validation accuracy: known voices, new recordings, and always beside it chance and the number of seconds.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Take-away of part 2
#
# What to keep from this part, layers that look everywhere:
#
# 1. Sizes, for pooling and convolution alike: (size + 2 padding - reach) // stride + 1, with reach = dilation (window - 1) + 1.
# 2. A convolution has in_channels x height x width x units + units parameters, however large the picture. Pooling has none.
# 3. Convolution: the answer moves with the sound. Pooling: it matters less where. Pooling over all of time: no order any more.
# 4. Receptive field: each layer adds (window - 1) x dilation x the product of the strides *before* it.
# 5. A base is a body (sound to features) and a head (features to names). Most parameters sit in the dense layers behind the body.
# 6. High in training, low in validation: overfitting. More recordings help; measure dropout, do not believe in it. <!-- conclusion: 07.cure -->
# 7. **Try it:** clap once in a recording of yours, early and then late. Which layers' answers move, and which stay?
#
# A mixed review follows, with new questions. Nothing around them says which lesson they belong to; recalling that yourself is what makes them useful.

# %%
quiz("review 2")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What comes next
#
# The base knows its voices. Lesson 08 asks which of its layers would be of use for voices that it never met.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - "Some of Our Learnings on Transfer Learning", in "Minutes: Speaker Diarization and Tech Talk", slides "Base Model" and
#   "Results": the network and its table. Look for: each size of the table, which you can now compute.
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov: Dropout: a simple way to prevent neural networks
#   from overfitting. *Journal of Machine Learning Research* 15 (2014). Look for: the size of the data set at which it helps.
# - V. Panayotov, G. Chen, D. Povey, S. Khudanpur: LibriSpeech: an ASR corpus based on public domain audio books. *ICASSP* (2015).
#   Look for: how readers were kept apart between the parts.
# - M. D. Zeiler, R. Fergus: Visualizing and understanding convolutional networks. *ECCV* (2014). Look for: the pictures
#   of the first layers beside those of the last.
