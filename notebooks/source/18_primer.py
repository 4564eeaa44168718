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
# # 18 · A primer: tensors, modules, gradients
#
# **Why:** the lessons are written in PyTorch, and half an hour with its few ideas saves hours of guessing what a line does.
#
# **Objectives.** After this lesson you can
#
# - name the shape of a tensor, and cut seconds, channels and steps out of it;
# - predict what broadcasting does to two shapes, and use keepdim where it would go wrong;
# - cut a sound into overlapping frames with unfold;
# - write a network as a module with a forward, and list what it learns;
# - compute the gradient of one weight, and take a step with it.
#
# **Minutes:** 30 to read and try; running every cell takes a few seconds.
#
# **Needs:** lesson 00; that you can read a line of Python.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Let the room take the quiz first, with hands; leave out what four of five know. Where classes stumble: shapes are read
# from right to left when they are broadcast, and nobody expects PyTorch to say nothing when two wrong shapes happen to fit.

# %% [markdown]
# **You may skip this lesson.** Go to the five questions of the quiz at its end first. Whoever answers all of them can
# go on; whoever misses one finds the section that explains it.

# %%
import torch
from torch import nn

from course_lib import check, figure, guess, hint, listen, load, quiz, reveal, seed_everything
from course_lib.audio import SR, loudest_second
from course_lib.teaching.plots import show_curves
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.tone import ToneExplorer
from course_lib.teaching.widgets.window_story import WindowStory

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · A sound is a tensor
#
# A *tensor* is a block of numbers of one kind. Its *shape* says how many there are in each direction. One second of a voice
# has one direction, time:

# %%
seed_everything(SEED)
corpus = load(CORPUS)
wave = loudest_second(corpus.read(corpus.clips[0]))
print(wave.shape, wave.dtype)

# %% [markdown]
# Square brackets cut pieces out. `start:stop` takes a stretch, `::step` every so many, a negative number counts from the end.
# Nothing is copied: a piece is a view of the same numbers.

# %%
listen(wave[: SR // 4], label="The first quarter of a second")

# %%
SoundPicture(wave.flip(0), label="The same second, last number first", view="wave", speech=False)

# %% [markdown] slideshow={"slide_type": "slide"}
# Several seconds together make a *batch*: one more direction, in front. Networks always read batches.

# %%
clips = corpus.clips[:4]
batch = torch.stack([loudest_second(corpus.read(clip)) for clip in clips])
print("the batch", batch.shape)
print("its second sound", batch[1].shape)
print("the same, still as a batch", batch[1:2].shape)
print("a new direction in front", batch[1][None].shape)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "(1, 16000) and (16000,) are the same".** They hold the same numbers. But a network that expects a batch
# > takes the second for 16,000 examples of one number each, and either refuses it or answers nonsense. Look at shapes first
# > when something is odd; most faults in such programs are faults of shape.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Broadcasting, and keepdim
#
# Two tensors of different shapes can be added where their shapes fit. They are compared *from the right*: two sizes fit if they
# are equal, or if one of them is 1 or missing. What is 1 or missing is repeated.
#
# **Predict.** `batch` is (4, 16000), and `batch.mean(1)` takes the mean over direction 1, time. What is the shape of
# `batch - batch.mean(1)`?

# %% tags=["predict"]
told = ["(4, 16000)", "(4,)", "it is an error"]
guess("18.shapes", "batch - batch.mean(1) is", options=told)

# %% [markdown]
# **Run.**

# %%
try:
    answer = str(tuple((batch - batch.mean(1)).shape))
except RuntimeError as error:
    answer = told[2]
    print(error)
reveal(
    "18.shapes",
    answer,
    because=f"from the right, 16000 meets 4. The means have shape {tuple(batch.mean(1).shape)}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# `keepdim=True` keeps the direction that was taken together, with size 1. Then it fits: 1 is repeated 16,000 times.

# %%
means = batch.mean(1, keepdim=True)
print(means.shape, (batch - means).shape)

# %% [markdown]
# **Investigate.** An error is the good case. Where rows and columns happen to be equally many, the wrong shape *fits*, and each
# column loses the mean of some row:

# %%
square = torch.tensor([[1.0, 1.0, 1.0], [5.0, 5.0, 5.0], [9.0, 9.0, 9.0]])
print("without keepdim", (square - square.mean(1)).tolist())
print("with keepdim   ", (square - square.mean(1, keepdim=True)).tolist())

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 1: as loud as each other.** Divide every sound of a batch by its own largest distance from zero, so that each
# peaks at 1. The batch (n, samples) keeps its shape.


# %% tags=["solution"]
def same_peak(batch):
    """Each row divided by its own peak."""
    ### BEGIN SOLUTION
    return batch / batch.abs().max(1, keepdim=True).values
    ### END SOLUTION


# %%
check("18.same_peak", same_peak)

# %%
hint("18.same_peak")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Frames: unfold
#
# `unfold(direction, size, step)` lays overlapping pieces side by side: it is how a sound becomes frames, and how a picture
# becomes the patches of a convolution.

# %% tags=["check-output"]
count = torch.arange(8)
print(count.unfold(0, 4, 2).tolist())

# %% [markdown]
# How many frames of 400 numbers, one every 160, fit into a second?

# %% tags=["predict"]
guess("18.frames", "Frames in wave.unfold(0, 400, 160):", unit="frames", low=1, high=16_000)

# %%
frames = wave.unfold(0, 400, 160)
reveal("18.frames", len(frames), because=f"(16000 - 400) // 160 + 1; the shape is {tuple(frames.shape)}.")

# %% [markdown]
# The picture shows such windows on the same second. Take *the wave itself*, change window and stride, and count the numbers that come out.

# %%
WindowStory(wave)

# %% [markdown]
# **Exercise 2: how loud, when.** The level of a frame is the root of the mean of its squares (*root mean square*, RMS). Give one
# level for each frame. Frames that would reach beyond the end are left out, as unfold does.


# %% tags=["solution"]
def levels(wave, size, hop):
    """(samples,) -> (frames,): the RMS of each frame."""
    ### BEGIN SOLUTION
    return wave.unfold(0, size, hop).square().mean(1).sqrt()
    ### END SOLUTION


# %%
check("18.levels", levels)

# %%
hint("18.levels")

# %% slideshow={"slide_type": "fragment"}
level = frames.square().mean(1).sqrt()  # (98,)
figure(
    show_curves(
        {"level": level.tolist()},
        x=[10 * k for k in range(len(level))],
        xlabel="time (ms)",
        ylabel="RMS amplitude",
        title=f"Loudest at {10 * int(level.argmax())} ms",
    ),
    alt=f"RMS of {len(level)} frames of one second: largest, {level.max():.2f}, at {10 * int(level.argmax())} ms.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Move the tone. You should find that the frequency changes how often the wave repeats and not how high it is. The RMS of a
# sine wave is 0.71 times its height, so it follows the second slider alone.

# %%
ToneExplorer().seek(
    "twice as many waves, as high as before", lambda now: now["frequency"] == 400 and now["amplitude"] == 0.5
).seek("an RMS of about 0.5", lambda now: abs(now["amplitude"] / 2**0.5 - 0.5) < 0.02)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · A module, and its forward
#
# A network is a class: `__init__` makes what is learned, `forward` says what is done with an input. `nn.Parameter` marks numbers
# that are learned. Here is a very small one, a volume knob:


# %%
class Volume(nn.Module):
    """Waves in, louder or softer waves out."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(1.0))

    def forward(self, waves):
        return self.gain * waves


# %%
volume = Volume()
print(volume(batch).shape, [(name, value.item()) for name, value in volume.named_parameters()])

# %% [markdown]
# One calls the module, `volume(batch)`, and PyTorch calls `forward`. Modules are put together from modules. Two dense layers with a
# bend between them; `parameters()` finds what is learned in all of them:

# %%
network = nn.Sequential(nn.Linear(400, 32), nn.ReLU(), nn.Linear(32, 2))
print("frames in, two scores each out:", network(frames).shape)
print({name: tuple(value.shape) for name, value in network.named_parameters()})

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · A gradient, on one weight
#
# We want to turn the knob until the voice has an RMS of 0.3. How far off it is, is measured by one number, the *loss*: the
# squared distance from 0.3. `backward()` computes how the loss changes with the gain, the *gradient*, and puts it into `.grad`.

# %%
loss = (volume(wave).square().mean().sqrt() - 0.3) ** 2
loss.backward()
rms = wave.square().mean().sqrt()
by_hand = 2 * (volume.gain.item() * rms - 0.3) * rms  # the chain rule
print(f"by backward {volume.gain.grad:.5f}, by hand {by_hand:.5f}")

# %% [markdown]
# The gradient points uphill, so a step goes the other way. Under `no_grad` PyTorch does not follow what is computed; and the
# gradient is set to zero after each step, since `backward` adds to what is there.

# %%
places = [volume.gain.item()]
for _ in range(30):
    loss = (volume(wave).square().mean().sqrt() - 0.3) ** 2
    volume.gain.grad = None
    loss.backward()
    with torch.no_grad():
        volume.gain -= 0.2 / rms**2 * volume.gain.grad  # a rate that suits this loudness
    places.append(volume.gain.item())

# %% slideshow={"slide_type": "fragment"}
level = volume(wave).square().mean().sqrt().item()
figure(
    show_curves(
        {"gain": places}, x=range(31), xlabel="step", ylabel="gain", title=f"RMS at the end: {level:.3f}"
    ),
    alt=f"The gain over 30 steps: from {places[0]:.2f} to {places[-1]:.2f}, where the RMS is {level:.3f}.",
)

# %%
with torch.no_grad():
    after = volume(wave)
listen(wave, label="Before")
listen(after.clamp(-1, 1), label=f"After 30 steps, RMS {level:.2f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too. All five right at the first try: skip the lesson.

# %%
quiz("18")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A tensor has a shape; look at it first when something is odd. Networks read batches.
# 2. Shapes are compared from the right; 1 and missing sizes are repeated. keepdim=True keeps a size of 1.
# 3. unfold(direction, size, step) lays overlapping pieces side by side.
# 4. A module has parameters and a forward; one calls the module itself.
# 5. backward() fills .grad; a step goes against it; clear it before the next.
#
# ## What comes next
#
# Lesson 01 turns a second of sound into a picture. What stands here in five lines for one weight becomes, in lesson 03, the loop
# that trains every network.
#
# ## References
#
# The words of this course: the [glossary](../docs/glossary.md).
#
# - A. Paszke et al.: PyTorch: an imperative style, high-performance deep learning library. *NeurIPS* (2019). Look for:
#   why a network is an ordinary Python program.
# - C. R. Harris et al.: Array programming with NumPy. *Nature* 585 (2020). Look for: the figure on broadcasting; the rules are the same.
# - A. Griewank, A. Walther: *Evaluating Derivatives*, SIAM (2008). Look for: the reverse mode, which is `backward`.
