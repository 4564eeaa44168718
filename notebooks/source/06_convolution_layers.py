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
# # 06 · Convolution layers
#
# **Why:** a click is a click wherever it happens, and a convolution layer has to learn it only once.
#
# **Objectives.** After this lesson you can
#
# - build a convolution layer from a dense layer, and show that the two are equal;
# - count its parameters, and compare them with a dense layer that does the same;
# - write kernels that find an onset, a steady tone and a rising tone, and hear what excites them;
# - compute the size of the output for any stride, padding and dilation, and how much of the sound one number sees;
# - measure what happens to the output when the sound moves.
#
# **Minutes:** 75 to read and try; running every cell takes under half a minute.
#
# **Needs:** lesson 02 (the dense layer) and lesson 05 (windows, strides, padding).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Two lecture hours, or one with sections 1, 2, 3 and 6. Where classes stumble: they think of a convolution as
# something new. It is not, and section 1 should end with a room that shrugs. Section 5 has the moment that
# experienced people enjoy most: the spectrogram itself is a convolution layer. Section 7 is the proof that sharing
# weights is worth it; take a vote on the dense layer's score before you run it.

# %%
import torch
from torch import nn

from course_lib import check, conclude, figure, hint, listen, load, guess, quiz, reveal
from course_lib import seed_everything, spectrogram
from course_lib.audio import SR, excerpt, loudest_second
from course_lib.features import HOP, N_FFT, mel
from course_lib.layers import Conv2d, Dense, out_size
from course_lib.metrics import paired_difference
from course_lib.models import SmallCNN, layer_table, receptive_fields
from course_lib.teaching.plots import new_axes, show_cells, show_curves
from course_lib.seeding import set_threads
from course_lib.training import fit, measure
from course_lib.teaching.widgets.shifting import change
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.window_story import WindowStory

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
set_threads(1)  # layers this small are no faster on two cores
corpus = load(CORPUS)
clip = next(clip for clip in corpus.select(split="train") if clip.duration_s > 2)
voice = corpus.read(clip)
second = loudest_second(voice)
SoundPicture(second, label=f"Speaker {clip.speaker}, one second")


# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · A dense layer, slid over the sound
#
# The layers of this lesson read a picture of the sound: 128 bins of 31.25 Hz, up to 4 kHz, and a frame every 10 ms.
# The levels are shifted and scaled so that zero is an ordinary level, as lesson 05 advised.


# %%
def picture(wave):
    """One second of sound -> (128 bins, 101 frames): (dB + 50) / 25. Longer sounds have more frames."""
    return (spectrogram(wave, n_fft=512, hop=160, any_length=True)[..., :128, :] + 50) / 25


x = picture(second)
x.shape

# %% [markdown]
# Lesson 02 built a dense layer. Give it a small patch of the picture to read, 9 bins x 9 frames: 81 inputs. It has
# three units. Now lay it on *every* patch in turn. The weights stay the same; only the patch changes.

# %%
dense = Dense(9 * 9, 3)


@torch.no_grad()
def slide_dense(x, size=9):
    """Use the same dense layer on every patch: (bins, frames) -> (units, places up, places along)."""
    rows, columns = x.shape[0] - size + 1, x.shape[1] - size + 1
    out = torch.zeros(3, rows, columns)
    for i in range(rows):
        for j in range(columns):
            out[:, i, j] = dense(x[i : i + size, j : j + size].flatten())
    return out


# %% [markdown] slideshow={"slide_type": "slide"}
# That is a convolution layer. There is nothing else to it. To see it, take the library's `Conv2d` and torch's, and
# give them the dense layer's weights. The 81 weights of a unit, laid out again as 9 x 9, are called its *kernel*.

# %% tags=["check-output"]
ours, theirs = Conv2d(1, 3, 9), nn.Conv2d(1, 3, 9)
for layer in (ours, theirs):
    layer.load_state_dict({"weight": dense.weight.reshape(3, 1, 9, 9), "bias": dense.bias})
with torch.no_grad():
    slid, *others = slide_dense(x), ours(x[None]), theirs(x[None])
print(tuple(slid.shape), [bool(torch.allclose(slid, other, atol=1e-4)) for other in others])

# %% [markdown]
# The three answers are equal. In torch's words: one *channel* goes in (the picture), three channels come out (one
# for each unit), and the kernel is 9 x 9.

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "a convolution turns its kernel round first".** In mathematics it does, and in a course on signal
# > processing you learn it so. The layers of a network do not: they lay the kernel on as it is. (The exact name is
# > *cross-correlation*.) A network that learns its kernels could not tell the difference. You can, in exercise 2.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Sharing, counted
#
# The first layer of the small CNN from the talk behind this course turns a picture of 1025 x 32 into 32 channels
# of 63 x 8. Its kernels are 32 x 12.
#
# **Predict.** A dense layer with the *same* input and the same output would have how many parameters?

# %% tags=["predict"]
guess(
    "06.dense",
    "Dense, from 1025 x 32 numbers to 32 x 63 x 8:",
    unit="million parameters",
    low=0.001,
    high=100_000,
)

# %%
first = nn.Conv2d(1, 32, (32, 12), stride=(16, 4), padding=(0, 4))
inputs, outputs = 1025 * 32, first(torch.zeros(1, 1025, 32)).numel()
as_dense = inputs * outputs + outputs
shared = sum(p.numel() for p in first.parameters())

# %%
reveal(
    "06.dense",
    round(as_dense / 1e6),
    because=f"{inputs:,} x {outputs:,} + {outputs:,} = {as_dense:,}, over two gigabytes. The convolution has {shared:,}: {as_dense // shared:,} times fewer.",
)

# %% [markdown]
# Two savings multiply. A unit looks at 32 x 12 numbers and not at all 32,800. And one kernel serves all 504
# places. The price: the layer must believe that a pattern means the same wherever it is. Along time that is surely
# so. Along frequency it is bolder: a vowel sung an octave higher does not look the same at all.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 1: count them.** A layer reads `in_channels` channels with `units` kernels of height x width. Each unit
# reads *all* channels at once, and each has one bias. Fill in the line.


# %% tags=["solution"]
def parameters(in_channels, units, height, width):
    """Number of weights and biases of a convolution layer."""
    ### BEGIN SOLUTION
    return in_channels * height * width * units + units
    ### END SOLUTION


# %%
check("06.parameters", parameters)

# %%
hint("06.parameters")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Kernels that you can hear
#
# What can 81 weights find? Here is a sound made of four things: a click, a steady tone, a tone that rises and
# one that falls.


# %%
def glide(start, slope, seconds=0.25):
    """A tone that begins at `start` Hz and rises by `slope` Hz each second, faded in and out."""
    t = torch.arange(int(seconds * SR)) / SR
    wave = torch.sin(2 * torch.pi * (start * t + slope * t**2 / 2))
    return 0.3 * wave * torch.hann_window(len(t))


# %%
noise = 0.002 * torch.randn(SR, generator=torch.Generator().manual_seed(SEED))
click = 0.9 * torch.nn.functional.one_hot(torch.tensor(2000), 4000)
SLOPE = 3125  # Hz a second: one bin of 31.25 Hz every frame of 10 ms
scene = noise + torch.cat([click, glide(1500, 0), glide(1000, SLOPE), glide(2000, -SLOPE)])
listen(scene, label="A click, a steady, a rising and a falling tone")

# %% [markdown]
# And four kernels, written by hand. The onset kernel takes what comes later minus what was before. The other three are a line:
# level, rising, falling. Each of their columns has mean 0, so that they ignore a sound that is equally loud in all bins, as the
# neuron in lesson 02 did.

# %%
line = torch.eye(9)  # bin k in frame k: one bin up each frame
kernels = {
    "onset": torch.tensor([-1.0, -1, -1, -1, 0, 1, 1, 1, 1]).expand(9, 9),
    "steady": torch.zeros(9, 9).index_fill(0, torch.tensor(4), 1.0),
    "rising": line,
    "falling": line.flip(1),
}
kernels = {name: k if name == "onset" else k - k.mean(0) for name, k in kernels.items()}
kernels = {name: k / k.norm() for name, k in kernels.items()}  # all of length 1

# %% slideshow={"slide_type": "fragment"}
fig, boxes = new_axes(1, 4, height=2.9)
for box, (name, kernel) in zip(boxes, kernels.items()):
    show_cells(kernel, box, title=name, signed=True, labels=("frame", "bin"), numbers=False)
figure(
    fig,
    alt="Four kernels of nine by nine: left half negative and right half positive; a level line; a rising diagonal; a falling diagonal.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# One layer with these four units. At each moment we keep the strongest answer over all frequencies: max pooling,
# from lesson 05.

# %%
ear = Conv2d(1, 4, 9, bias=False).requires_grad_(False)
_ = ear.weight.copy_(torch.stack(list(kernels.values()))[:, None])
answers = ear(picture(scene)[None])  # (4 kernels, 120 places up, 93 places along)
loudest = answers.amax(dim=1)  # (4, 93)

# %% slideshow={"slide_type": "fragment"}
ax = show_cells(loudest, labels=("frame of 10 ms", ""), title="What each kernel answers to")
ax.set_yticks(range(4), list(kernels))
ends = [(0, 21), (21, 46), (46, 71), (71, 93)]  # frames of the four sounds
strongest = torch.stack([loudest[:, a:b].amax(1) for a, b in ends])  # (4 sounds, 4 kernels)
winner = [list(kernels)[int(row.argmax())] for row in strongest]
figure(
    ax,
    alt=f"Answers of the four kernels over time. Strongest at the click: {winner[0]}; steady tone: {winner[1]}; rising: {winner[2]}; falling: {winner[3]}.",
)

# %% [markdown]
# Read it row by row. The onset kernel was made for the click. Where is its strongest answer, and why does it answer at
# the beginning of every tone? Why do the rising and the falling kernel both answer a little to the steady tone?

# %%
SOUNDS = ["click", "steady tone", "rising tone", "falling tone"]
print(f"{'strongest answer to':20}" + "".join(f"{name:>9}" for name in kernels))
for sound, row in zip(SOUNDS, strongest.tolist()):
    print(f"{sound:20}" + "".join(f"{value:9.1f}" for value in row))

# %%
lines = strongest[1:, 1:]  # three tones, three lines
second_best = lines.masked_fill(torch.eye(3, dtype=torch.bool), 0).amax(1)

# %%
conclude(
    "06.lines",
    bool((lines.diagonal() > 1.2 * second_best).all()),
    yes="Of the three lines, each answers to its own tone at least a fifth more strongly than the other two do: the line finds what looks like it.",
    no="Not each of the three lines answers to its own tone clearly more strongly than the other two do. Look at the table for the pair that is confused.",
)

# %%
onset = dict(zip(SOUNDS, strongest[:, 0].tolist()))
most = max(onset, key=onset.get)

# %%
conclude(
    "06.onset",
    most != "click",
    yes=f"The onset kernel answers to every beginning, and most strongly not to the click it was made for but to the {most}: {onset[most]:.1f} against {onset['click']:.1f}. A tone that glides into a bin begins there too, and stays longer than a click.",
    no=f"The onset kernel answers most strongly to the click, {onset['click']:.1f}, and also to the beginnings of the tones, up to {max(value for name, value in onset.items() if name != 'click'):.1f}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Now the voice. All four kernels have the same length, so their answers can be compared. Which
# one answers most strongly, somewhere in this second of speech?

# %% tags=["predict"]
guess("06.voice", "In the voice, the strongest answer comes from the kernel ...", options=list(kernels))

# %% [markdown]
# **Run.** For each kernel, find the place where it answers most.

# %%
answers = ear(x[None])
strongest = {name: answer.max() for name, answer in zip(kernels, answers)}
best = max(strongest, key=strongest.get)
reveal("06.voice", best, because=", ".join(f"{name}: {value:.1f}" for name, value in strongest.items()) + ".")

# %% [markdown] slideshow={"slide_type": "slide"}
# What did each kernel find? Cut that patch out of the sound, in time and in frequency, and listen. We keep fifty milliseconds
# more on each side, since a tenth of a second is hard to hear.

# %%
patches = {}
for name, answer in zip(kernels, answers):
    row, column = divmod(int(answer.argmax()), answer.shape[1])
    hertz = (31.25 * (row - 1), 31.25 * (row + 10))
    patches[name] = (row, column)
    part = excerpt(second, (0.01 * column - 0.05, 0.01 * column + 0.14), (max(0, hertz[0]), hertz[1]))
    part = part * (0.5 / part.abs().max())
    listen(
        part,
        label=f"{name}: at {0.01 * column:.2f} s, {row * 31.25:.0f} to {(row + 9) * 31.25:.0f} Hz, made louder",
    )

# %% slideshow={"slide_type": "fragment"}
ax = show_cells(x, labels=("frame of 10 ms", "bin of 31.25 Hz"), title="Where each kernel answers most")
for name, (row, column) in patches.items():
    ax.plot(column + 4, row + 4, "s", markersize=20, markerfacecolor="none", color="white", linestyle="none")
    left = column > 70  # a name at the right edge stands before its patch
    ax.text(
        column + (0 if left else 8),
        row + 10,
        name,
        color="white",
        fontweight="bold",
        ha="right" if left else "left",
    )
figure(
    ax,
    alt="Picture of the voice with the strongest place of each kernel: "
    + "; ".join(
        f"{name} at {0.01 * column:.2f} s and {row * 31.25:.0f} Hz" for name, (row, column) in patches.items()
    )
    + ".",
)

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Ask before you play: what will the rising patch sound like? Compare its answer with that to the rising tone of the scene first:
# in a second of speech it may be so weak that it found hardly more than noise. Where it is strong, it is a harmonic or a formant
# that rises. The patches are made louder so that they can be heard; say so.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Stride, padding, dilation
#
# Three settings, the first two as in pooling:
#
# - *stride*: how far the kernel moves each time;
# - *padding*: how many zeros are put around the picture first;
# - *dilation*: how far apart the numbers lie that the kernel reads. With a dilation of 4 it reads every fourth frame,
#   and so looks four times as far with the same few weights.
#
# **Predict.** A kernel of 9 x 9 on 128 x 101. Along time, a stride of 3 and a dilation of 4. How many columns come out?

# %% tags=["predict"]
guess(
    "06.columns",
    "Columns that come out of 101, with stride 3 and dilation 4:",
    options=["23", "31", "33", "34"],
)

# %%
dilated = nn.Conv2d(1, 1, 9, stride=(1, 3), dilation=(1, 4))
columns = dilated(x[None]).shape[-1]
reveal(
    "06.columns",
    str(columns),
    because=f"nine points with gaps of 4 reach over 4 x 8 + 1 = 33 frames, and (101 - 33) // 3 + 1 = {out_size(101, 9, 3, dilation=4)}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: slide a kernel.** Write it yourself, for plain lists: output i is the sum of
# `kernel[k] * values[i * stride + k * dilation]` over all k. No padding, and only places where the whole kernel fits.


# %% tags=["solution"]
def slide(values, kernel, stride, dilation):
    """A convolution in one dimension: list -> list."""
    ### BEGIN SOLUTION
    reach = dilation * (len(kernel) - 1) + 1
    starts = range(0, len(values) - reach + 1, stride)
    return [sum(w * values[start + k * dilation] for k, w in enumerate(kernel)) for start in starts]
    ### END SOLUTION


# %%
check("06.slide", slide)

# %%
hint("06.slide")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Drag the window. Every number under it, every weight and every product is written out, and the patch can
# be heard. Things to try:
#
# - the onset kernel, then the rising one: where does the strongest place go?
# - dilation along time: the same 7 columns, spread over more and more of the sound;
# - let it read "the wave itself", one row: what does the steady kernel become there?
# - drag single weights up and down: draw a kernel that answers where this voice sets in after its quietest moment.

# %%
quiet = 0.01 * (10 + float(mel(second).mean(0)[10:90].argmin()))  # seconds
WindowStory(second, "convolution").seek(
    "where the rising kernel answers most", kind="rising tone", strongest="yes"
).seek("7 x 7 weights that span 0.3 s", numbers=49, reach_s=(0.3, None)).seek(
    "the steady kernel on the wave itself", kind="steady tone", reads="wave"
).seek(
    f"your own kernel, strongest where the voice sets in after {quiet:.2f} s",
    drawn=(1, None), strongest="yes", second=(quiet - 0.02, quiet + 0.06),
)  # fmt: skip

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · A convolution on the wave itself
#
# A wave is a picture with one row, so the same layer works on it. Two tiny kernels: the mean of 16 samples, and the
# difference of two neighbours.
#
# **Predict.** What does the kernel (-1, 1), each sample minus the one before, do to a voice?

# %% tags=["predict"]
guess(
    "06.difference",
    "Each sample minus the one before: the voice sounds ...",
    options=["duller", "thinner and brighter", "higher, sung faster", "the same, but backwards"],
)


# %%
def on_wave(kernel):
    """Slide a list of weights along the second."""
    weight = torch.tensor(kernel)[None, None, None]  # (1 unit, 1 channel, 1 row, k)
    return torch.nn.functional.conv2d(second[None, None], weight).flatten()


mean, difference = on_wave([1 / 16] * 16), on_wave([-1.0, 1.0])
listen(second, label="The second as it is")
listen(mean, label="Mean of 16 neighbours")
listen(difference, label="Difference of two neighbours")


# %%
def centre(wave):
    """The middle of a sound's spectrum, weighted by its power, in Hz."""
    power = torch.fft.rfft(wave).abs().square()
    return float((power * torch.fft.rfftfreq(len(wave), 1 / SR)).sum() / power.sum())


before, after = centre(second), centre(difference)
verdict = "thinner and brighter" if after > before else "duller"
reveal(
    "06.difference",
    verdict,
    because=f"the middle of its spectrum goes from {before:,.0f} to {after:,.0f} Hz: slow changes nearly vanish.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Now think back to lesson 01. A spectrogram takes 2,048 samples, multiplies them by a window and by a cosine and a
# sine, adds up, and moves on by 512. Multiply, add up, move on: *that is a convolution layer*, with a kernel of 2,048
# samples, a stride of 512, and two units for each of the 1,025 bins.

# %%
n, k = torch.arange(N_FFT), torch.arange(N_FFT // 2 + 1)[:, None]
angle = 2 * torch.pi * (k * n % N_FFT) / N_FFT  # whole turns taken out, so that the numbers stay small
waves = torch.cat([torch.cos(angle), -torch.sin(angle)]) * torch.hann_window(N_FFT)  # (2050, 2048)
fourier = Conv2d(1, 2050, (1, N_FFT), stride=(1, HOP), bias=False).requires_grad_(False)
_ = fourier.weight.copy_(waves[:, None, None])

# %% tags=["check-output"]
padded = torch.nn.functional.pad(second[None, None], (N_FFT // 2, N_FFT // 2), mode="reflect")
real, imaginary = fourier(padded)[:, 0].reshape(2, 1025, 32)
power, library = real**2 + imaginary**2, spectrogram(second, scale="power")
print(tuple(power.shape), bool(((power - library).abs() < 1e-4 * library.max()).all()))

# %% [markdown]
# So the very first step of this course was a convolution all along, with weights that nobody had to learn. Some networks learn
# this layer as well (SincNet, in the references, learns two numbers for each kernel).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · The answer moves along
#
# Lesson 05 moved the sound and asked what stays. Ask again. A convolution gives the same answer to the same
# patch, wherever it is. So when the sound moves, its output should move along, unchanged. The word for it is
# *equivariance*.

# %%
whole = picture(voice)  # all frames of the recording
other = picture(loudest_second(corpus.read(corpus.clips[-1])))


def seen(move):
    """101 frames of the recording that begin `move` frames later."""
    return whole[:, 10 + move : 111 + move]


def moved_along(layer, move, stride=1):
    """How far layer(moved sound) is from layer(sound), moved as many columns; 1 is another voice."""
    columns = round(move / stride)
    still, later, far = (layer(picture[None]) for picture in (seen(0), seen(move), other))
    width = still.shape[-1] - columns
    return change(still[..., columns:], later[..., :width], other=far[..., :width])


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** A stride of 4 along time, to save work. The sound moves by *two* frames. What happens to the
# output?

# %% tags=["predict"]
guess(
    "06.stride",
    "Stride 4, sound moved by 2 frames: the output ...",
    options=[
        "moves by two columns",
        "moves by half a column, so its numbers change",
        "stays exactly as it was",
    ],
)

# %%
coarse = Conv2d(1, 4, 9, stride=(1, 4), bias=False).requires_grad_(False)
coarse.load_state_dict(ear.state_dict())
changed = moved_along(coarse, 2, stride=4)
verdict = "stays exactly as it was" if changed < 0.01 else "moves by half a column, so its numbers change"
reveal(
    "06.stride",
    verdict,
    because=f"they change by {changed:.0%} of what another voice would change. With four frames it is {moved_along(coarse, 4, stride=4):.0%}.",
)

# %% [markdown]
# **Run.** All moves from 0 to 12 frames: the layer with a stride of 1, the one with a stride of 4, and a dense layer
# that reads the whole picture.

# %%
reader = nn.Sequential(nn.Flatten(), nn.Linear(128 * 101, 64)).requires_grad_(False)
moves = list(range(13))
curves = {
    "convolution, stride 1": [moved_along(ear, move) for move in moves],
    "convolution, stride 4": [moved_along(coarse, move, stride=4) for move in moves],
    "dense": [
        change(reader(seen(0)[None]), reader(seen(move)[None]), other=reader(other[None])) for move in moves
    ],
}

# %% slideshow={"slide_type": "fragment"}
figure(
    show_curves(
        curves,
        x=[10 * move for move in moves],
        xlabel="the sound moves by (ms)",
        ylabel="change, moved back",
        title="A convolution's answer moves along with the sound",
    ),
    alt=f"Change of the output after moving it back. Convolution with stride 1: at most {max(curves['convolution, stride 1']):.0%}. Stride 4: zero at multiples of 40 ms, up to {max(curves['convolution, stride 4']):.0%} between. Dense: up to {max(curves['dense']):.0%}.",
)

# %%
one, four = max(curves["convolution, stride 1"]), curves["convolution, stride 4"]

# %%
conclude(
    "06.equivariance",
    one < 0.01 and max(four[::4]) < 0.01 and max(four) > 0.1 and max(curves["dense"]) > 0.1,
    yes=f"With a stride of 1 the answer moves along with the sound at every step (off by at most {one:.0%}). With a stride of 4 it does so only where the move is a multiple of four frames; between, it is off by up to {max(four):.0%}. A dense layer's answer does not move along at all: up to {max(curves['dense']):.0%}.",
    no=f"Off after moving back: stride 1 at most {one:.0%}, stride 4 at most {max(four):.0%} and {max(four[::4]):.0%} at multiples of four frames, dense at most {max(curves['dense']):.0%}. That is not the picture one expects; look at the curves.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "a convolutional network does not care where something is".** One layer cares very much: its
# > output moves with the sound, and says where. That is *equivariance*. What does not care is the maximum over all places
# > that may follow, as in section 3: that is *invariance*, and it comes from pooling. And each stride along the way
# > makes the promise a little coarser.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Let it find its own kernels
#
# We wrote the kernels by hand. Can a network find them? The task: is the tone steady, rising or falling? It comes at
# any moment and at any pitch, in noise. There are 150 sounds to learn from and 150 others to test on.


# %%
def tones(count, seed):
    """Pictures (count, 128, 101) of steady, rising and falling tones in turn, and their classes."""
    draw = torch.Generator().manual_seed(seed)
    waves = 0.02 * torch.randn(count, SR, generator=draw)
    places = torch.rand(count, 2, generator=draw)
    classes = torch.arange(count) % 3
    for wave, (when, pitch), label in zip(waves, places, classes.tolist()):
        start = int(when * (SR - 4000))
        wave[start : start + 4000] += glide(1000 + 2000 * float(pitch), (0, SLOPE, -SLOPE)[label])
    return picture(waves), classes


learn, test = tones(150, seed=1000 + SEED), tones(150, seed=2000 + SEED)

# %% [markdown]
# Two networks. One is a dense layer that reads the whole picture. The other slides four kernels of 9 x 9, keeps the
# strongest answer of each, and lets a dense layer decide from those four numbers.


# %%
class Listener(nn.Module):
    """Four kernels, the strongest answer of each, three scores."""

    def __init__(self):
        super().__init__()
        self.kernels = nn.Conv2d(1, 4, 9, stride=2)
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        return self.head(self.kernels(x[:, None]).amax(dim=(-2, -1)))


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The dense layer has 38,787 parameters, the other network 343. After training, how many of the 150 *new*
# sounds does the dense layer name rightly? Guessing gives 33 %.

# %% tags=["predict"]
guess("06.learned", "On new sounds, the dense layer is right in ...", unit="%", low=0, high=100)

# %%
set_threads(1)
NETWORKS = {
    "dense layer": lambda: nn.Sequential(nn.Flatten(), nn.Linear(128 * 101, 3)),
    "four kernels": Listener,
}
settings = {"dense layer": {"lr": 1e-3}, "four kernels": {"lr": 1e-2}}
networks, known, new = {}, {}, {}  # accuracy of each of three seeds on the sounds it learned, and on new ones
for name, make in NETWORKS.items():
    networks[name], known[name], new[name] = [], [], []
    for seed in range(SEED, SEED + 3):
        seed_everything(seed)
        network = make()
        fit(network, learn, epochs=15, batch_size=16, progress=False, seed=seed, **settings[name])
        networks[name].append(network)
        known[name].append(measure(network, learn)[1])
        new[name].append(measure(network, test)[1])

# %%
reveal(
    "06.learned",
    round(100 * sum(new["dense layer"]) / 3),
    because=f"on the sounds that it learned from, {sum(known['dense layer']) / 3:.0%}. The four kernels: {sum(new['four kernels']) / 3:.0%} of the new ones. Means of three seeds.",
)

# %%
gain = paired_difference(new["four kernels"], new["dense layer"])

# %%
conclude(
    "06.sharing",
    gain.better,
    yes=f"Four kernels that are used everywhere beat the dense layer on new sounds: {gain} over three seeds. The dense layer needs examples for each place and each pitch; the kernels see a rising tone once and know it everywhere.",
    no=f"Here the four kernels do not beat the dense layer beyond doubt: {gain} over three seeds.",
)

# %% [markdown]
# Look at what the kernels of the first seed learned.

# %% slideshow={"slide_type": "fragment"}
learned = networks["four kernels"][0].kernels.weight[:, 0].detach()
fig, boxes = new_axes(1, 4, height=2.9)
alike = []
for box, kernel in zip(boxes, learned):
    likeness = {name: float((kernel * hand).sum() / kernel.norm()) for name, hand in kernels.items()}
    nearest = max(likeness, key=lambda name: abs(likeness[name]))
    alike.append(f"{'minus ' * (likeness[nearest] < 0)}{nearest} ({abs(likeness[nearest]):.2f})")
    show_cells(
        kernel, box, title=alike[-1].replace(" (", "\n("), signed=True, labels=("frame", "bin"), numbers=False
    )
figure(
    fig,
    alt=f"Four learned kernels of nine by nine, each with the hand-made kernel that it is most like, and how much: {'; '.join(alike)}.",
)

# %% [markdown]
# **Investigate.** Above each kernel stands the hand-made one that it is most like: 1 would be equal, 0 nothing in common. Nothing
# asked the learned kernels to be as smooth as ours; they only have to tell three things apart.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · A look ahead: the small CNN
#
# The network of the next lesson is a chain of such layers. You can now account for every number in its table.

# %% tags=["check-output"]
rows = [1025, out_size(1025, 32, 16), out_size(63, 10, 4), out_size(14, 1), out_size(14, 2, 2)]
columns = [32, out_size(32, 12, 4, padding=4), out_size(8, 4, 4), out_size(2, 1), out_size(2, 2, 2)]
print(" -> ".join(f"{row} x {column}" for row, column in zip(rows, columns)))

# %%
model = SmallCNN(10)
layer_table(model, (1025, 32))

# %% [markdown]
# 12,320 + 81,984 + 8,320 in the convolutions; 114,816 + 1,290 in the dense layers at the end: 218,730.

# %% [markdown] slideshow={"slide_type": "slide"}
# How much of the sound does one number of a late layer see? This is called its *receptive field*. One number of the
# first layer sees 32 bins x 12 frames. One number of the second reads 10 x 4 of those, which lie 16 bins and 4
# frames apart.
#
# **Exercise 3: find the fault.** This function should count the input points that one output sees, along one
# axis. Each layer is (window, stride, dilation). For a single layer with a window of 32 the answer must be 32.

# %%
ALONG_FREQUENCY = [(32, 16, 1), (10, 4, 1), (1, 1, 1), (2, 2, 1)]


def broken_field(layers):
    """Number of input points that one output of the last layer sees."""
    seen, step = 1, 1
    for window, stride, dilation in layers:
        step *= stride
        seen += (window - 1) * dilation * step
    return seen


broken_field(ALONG_FREQUENCY[:1]), broken_field(ALONG_FREQUENCY)

# %% [markdown]
# 497 bins under a window of 32 cannot be. Write it anew, without the fault.


# %% tags=["solution"]
def receptive_field(layers):
    """Number of input points that one output of the last layer sees."""
    ### BEGIN SOLUTION
    seen, step = 1, 1
    for window, stride, dilation in layers:
        seen += (window - 1) * dilation * step
        step *= stride
    return seen
    ### END SOLUTION


# %%
check("06.receptive_field", receptive_field)

# %%
hint("06.receptive_field")

# %% [markdown]
# The library asks the model itself: rows (bins of 7.8 Hz) and columns (frames of 32 ms) for each layer.

# %% tags=["check-output"]
receptive_fields(model.body)

# %% [markdown]
# One number after the last pooling sees 240 bins, 1,875 Hz, and 40 frames, more than the whole second. So the dense layers behind
# it learn *what* there was in each part of the spectrum, at some time within the second. Is that what one needs to tell speakers
# apart? The next lesson measures it.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: the same, but fast.** This is exercise 2 for a whole recording: `[sum(kernel[k] * wave[i + k] for k in
# range(len(kernel))) for i in range(len(wave) - len(kernel) + 1)]`. It takes a good part of a second for 3,000 samples.
# Make it at least five times as fast, with the same numbers. Guess first: what can be gained?


# %% tags=["solution"]
def fast_filter(wave, kernel):
    """wave (n,) and kernel (k,), tensors -> n - k + 1 numbers."""
    ### BEGIN SOLUTION
    return wave.unfold(0, len(kernel), 1) @ kernel
    ### END SOLUTION


# %%
check("06.faster", fast_filter)

# %%
hint("06.faster")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("06")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A convolution layer is one small dense layer, used at every place.
# 2. Its parameters are in_channels x height x width x units + units, whatever the size of the picture.
# 3. A kernel answers most where the sound looks like it; stride, padding and dilation set where and how far it looks. <!-- conclusion: 06.lines -->
# 4. When the sound moves, the answer moves along: equivariance. Forgetting the place is the work of pooling. <!-- conclusion: 06.equivariance -->
# 5. Each layer sees further than the last; strides before it stretch its receptive field.
#
# ## What comes next
#
# Lesson 07 puts the pieces together: the small CNN, trained on many voices, and how well it knows them.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - Y. LeCun, B. Boser, J. S. Denker et al.: Backpropagation applied to handwritten zip code recognition. *Neural
#   Computation* 1 (1989). Shared weights, learned. Look for: how many connections there are, and how few free parameters.
# - V. Dumoulin, F. Visin: A guide to convolution arithmetic for deep learning, arXiv 1603.07285 (2016). Look for: the
#   drawings of stride and padding, and cover the captions.
# - F. Yu, V. Koltun: Multi-scale context aggregation by dilated convolutions. *ICLR* (2016). Look for: how fast the
#   receptive field grows when the dilation doubles from layer to layer.
# - M. Ravanelli, Y. Bengio: Speaker recognition from raw waveform with SincNet. *IEEE SLT* (2018). Learning the
#   first layer on the wave. Look for: which two numbers of each kernel are learned.
# - Z. J. Wang et al.: CNN Explainer: learning convolutional neural networks with interactive visualization. *IEEE
#   Transactions on Visualization and Computer Graphics* 27 (2021). Look for: the tool itself, which runs in the browser.
