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
# # 05 · Pooling layers
#
# **Why:** a word said a moment later is still the same word; pooling makes a network care less about *when*, and pays for it by forgetting when.
#
# **Objectives.** After this lesson you can
#
# - compute average and max pooling by hand, and the size of what comes out for any window, stride and padding;
# - say what an average keeps of a sound and what a maximum keeps, and hear the difference;
# - measure how much a description changes when the sound moves, with pooling and without;
# - name a task that pooling makes easier, and one that it makes impossible;
# - count what a pooling layer costs, beside a dense layer that does the same.
#
# **Minutes:** 55 to read and try; running every cell takes under half a minute.
#
# **Needs:** lesson 01 (frames, bins, decibels) and lesson 02 (the dense layer).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour covers sections 1, 3, 4 and 5; sections 2 and 6 can be read at home. Where classes stumble: they
# have read that max pooling is the one that makes networks invariant. Let them vote in section 4 before anything is
# measured. The second surprise is section 5: the same operation that helps one task ruins another. Keep five
# minutes for it; it is the idea that students still know a year later.

# %%
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from course_lib import check, conclude, figure, hint, listen, load, guess, quiz, reveal
from course_lib import seed_everything, spectrogram, tone
from course_lib.audio import SR, loudest_second
from course_lib.features import mel
from course_lib.layers import AvgPool2d, Dense, MaxPool2d
from course_lib.metrics import paired_difference
from course_lib.models import layer_table
from course_lib.teaching.plots import new_axes, show_cells, show_curves
from course_lib.seeding import set_threads
from course_lib.teaching.widgets.shifting import ShiftExplorer, change
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
clip = corpus.select(split="train").clips[0]
second = loudest_second(corpus.read(clip))
SoundPicture(second, label=f"Speaker {clip.speaker}, one second")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Four numbers become one
#
# Lay a small *window* on a picture. Replace the numbers under it by one number. Move the window on, and do it
# again. That is a *pooling layer*. Here are sixteen levels in decibels: four bands, four frames.

# %%
small = torch.tensor(
    [[-60.0, -50, -90, -80], [-40, -30, -70, -60], [-90, -90, -20, -90], [-90, -90, -90, -90]]
)
figure(
    show_cells(small, title="Sixteen levels (dB); a window takes four of them", labels=("frame", "band")),
    alt="Sixteen levels in decibels, four by four: loud at the lower left, one single loud cell above the middle.",
)

# %% [markdown]
# *Average pooling* takes the mean of the window, *max pooling* its largest number. Try it in your head with a window
# of 2 x 2 that moves by two: the four numbers at the lower left are -60, -50, -40 and -30.

# %% tags=["check-output"]
print("average", AvgPool2d(2)(small[None]).tolist())
print("max    ", MaxPool2d(2)(small[None]).tolist())

# %% [markdown] slideshow={"slide_type": "slide"}
# Written as a slow loop, the whole layer is seven lines. `choose` is the rule: the mean, or the largest.


# %%
def pool(picture, size, choose):
    """Pool (rows, columns) with a window of size x size that moves by its own size."""
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    out = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = choose(picture[i * size : (i + 1) * size, j * size : (j + 1) * size])
    return out


# %% [markdown]
# The library's layers work on all windows at once. Do the loop, the library and torch agree on a real voice?

# %% tags=["check-output"]
bands = mel(second)[None]  # (1, 64 bands, 101 frames), in dB
slow = pool(bands[0], 4, torch.mean), pool(bands[0], 4, torch.max)
print(torch.allclose(slow[0], AvgPool2d(4)(bands)[0]), torch.equal(slow[1], MaxPool2d(4)(bands)[0]))
print(torch.allclose(slow[0], nn.AvgPool2d(4)(bands)[0]), torch.equal(slow[1], nn.MaxPool2d(4)(bands)[0]))

# %% slideshow={"slide_type": "fragment"}
fig, boxes = new_axes(1, 3, height=3.6)
names = {"64 x 101": bands[0], "average, 16 x 25": slow[0], "max, 16 x 25": slow[1]}
for box, (name, values) in zip(boxes, names.items()):
    show_cells(values, box, title=name, levels=(-90, -20), labels=("frame", "band"))
figure(
    fig,
    alt=f"Mel bands of a second of speech and their pooled versions, 16 times smaller: the same bright regions in coarse squares; max is brighter, by {float((slow[1] - slow[0]).mean()):.0f} dB on average.",
)

# %% [markdown]
# Look at them. Both pictures have a sixteenth of the numbers, and you still see the voice. Which one is
# brighter, and why must it be? What do you no longer see in either?

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · How many are left?
#
# A window of 4 x 4 that moves by four, on the spectrogram of 1025 x 32.
#
# **Predict.** How many rows come out?

# %% tags=["predict"]
guess(
    "05.rows",
    "1,025 rows, pooled by windows of 4: how many rows come out?",
    options=["256", "256.25", "257", "1,022"],
)

# %%
pooled = MaxPool2d(4)(spectrogram(second)[None])[0]
pooled.shape

# %%
reveal(
    "05.rows",
    f"{len(pooled):,}",
    because="only whole windows count. The last bin, 8,000 Hz, is in none of them: it is thrown away.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Three numbers decide the size that is left:
#
# - the *window*, how many points are pooled together;
# - the *stride*, how far the window moves each time. Pooling layers take the window's own size unless told otherwise;
# - the *padding*, how many points are put around each end first.
#
# **Exercise 1: how many are left?** Fill in the line. Half a window at the end does not count.


# %% tags=["solution"]
def out_size(size, window, stride, padding):
    """How many places a window finds along `size` points."""
    ### BEGIN SOLUTION
    return (size + 2 * padding - window) // stride + 1
    ### END SOLUTION


# %%
check("05.out_size", out_size)

# %%
hint("05.out_size")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Padding puts zeros around the picture. Take a *silent* second: every level is -100 dB, the floor.
# Pad it by one and average in windows of 3 x 3. What does the corner say?

# %% tags=["predict"]
guess(
    "05.padding",
    "The corner of a silent picture, padded with zeros and averaged, reads about ...",
    options=["-144 dB", "-100 dB", "-44 dB", "0 dB"],
)

# %% tags=["check-output"]
silence = torch.full((1, 4, 4), -100.0)
edges = AvgPool2d(3, stride=1, padding=1)(silence)[0]
print(edges.round().tolist()[0])

# %%
reveal(
    "05.padding",
    f"{float(edges[0, 0]):.0f} dB",
    because="five of the nine numbers are padding, and 0 dB is the loudest level there is. Zero is silence in a wave, not in decibels.",
)

# %% [markdown]
# So silence has been given a loud border. Networks meet this all the time. Two ways out: pad with the floor, or shift the levels
# first so that zero is an ordinary level. The small CNN of this course does the second. Max pooling is safe, since padding never
# wins there.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Hear what each one keeps
#
# Pooling works on the wave itself too: four samples become one, so 16,000 a second become 4,000. Listen.

# %%
row = second[None, None]  # (1, 1 row, 16000 samples)
averaged = AvgPool2d((1, 4))(row).flatten()
largest = MaxPool2d((1, 4))(row).flatten()
listen(averaged, rate=SR // 4, label="Average of every four samples")
listen(largest, rate=SR // 4, label="Largest of every four samples")

# %% [markdown]
# The average sounds dull but clean: it evens out what goes up and down fast, so high tones fade before they
# can fold (lesson 01). The maximum sounds rough: it always follows the upper edge of the wave. An average
# keeps the *sum* of what was there. A maximum keeps the *peak*.

# %% [markdown] slideshow={"slide_type": "slide"}
# Now a short sound against a long one: a tone of 0.4 s, and one single click, both with the same peak. First we
# note the peak of every 10 ms. (That is max pooling of the wave without its sign. Every audio editor draws a
# recording this way.)

# %%
scene = torch.zeros(SR)
scene[1600:8000] = tone(500, 0.4)
scene[11_300] = 0.5  # the click
listen(scene, label="A tone, then a click")
peaks = MaxPool2d((1, 160))(scene.abs()[None, None]).flatten()  # 100 numbers

# %% [markdown]
# **Predict.** Pool these 100 numbers again, over 10 at a time. Beside the tone, how strong is the click after
# *average* pooling?

# %% tags=["predict"]
guess(
    "05.click",
    "After average pooling over 10 numbers, the click is ...",
    options=["as strong as the tone", "half as strong", "a tenth as strong", "gone"],
)

# %%
soft = AvgPool2d((1, 10))(peaks[None, None]).flatten()
hard = MaxPool2d((1, 10))(peaks[None, None]).flatten()
share = float(soft[7] / soft[3])  # 0.7 to 0.8 s: the click; 0.3 to 0.4 s: the tone

# %%
words = {0.1: "a tenth as strong", 0.5: "half as strong", 1.0: "as strong as the tone", 0.0: "gone"}
reveal(
    "05.click",
    words[round(share, 1)],
    because=f"the average reads {share:.2f} of the tone, the maximum {float(hard[7] / hard[3]):.2f}. A maximum does not know how long something lasted.",
)

# %% slideshow={"slide_type": "fragment"}
times = (torch.arange(10) + 0.5) / 10
figure(
    show_curves(
        {"average": soft, "max": hard},
        x=times,
        xlabel="time (s)",
        ylabel="peak, pooled",
        title="The average knows how long it lasted",
    ),
    alt=f"Pooled peaks over a second: tone and click are equal for max; for average the click is {share:.2f} of the tone.",
)

# %% [markdown]
# Neither is the better one. To count knocks on a door, you want the maximum. To tell whether a fan is running,
# you want the average.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: max pooling of levels.** Write it for a plain list of levels in dB: a window, a stride, no padding,
# whole windows only. Mind that levels in decibels are negative.


# %% tags=["solution"]
def max_pool(values, window, stride):
    """The largest of `window` values, every `stride` values: list -> list."""
    ### BEGIN SOLUTION
    starts = range(0, len(values) - window + 1, stride)
    return [max(values[start : start + window]) for start in starts]
    ### END SOLUTION


# %%
check("05.max_pool", max_pool)

# %%
hint("05.max_pool")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Drag a window over the voice. Every number that it sees is written out, and you can hear the piece
# of sound under it. Things to try:
#
# - average, then max, at the same place: when do the two agree?
# - a stride shorter than the window: what happens to the size, and to neighbours?
# - padding with average pooling: watch the edges light up.

# %%
WindowStory(second).seek(
    "sixteen numbers or more whose mean and maximum differ by less than 5 dB",
    numbers=(16, None),
    spread=(0, 5),
).seek("windows that overlap", overlap=(1, None)).seek(
    "an edge that lights up", kind="average", outside=(1, None), strongest="yes"
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Move the sound a little
#
# Here is what pooling is for. A network gets one second of sound, cut out somewhere. Cut it 20 ms later, and you
# hear no difference. But every number in the picture has moved.
#
# We take many voices, cut out a second, and cut it out again a little later. How much of the description changes?
# As a measure: 0 % is nothing, 100 % is as much as between two different voices.

# %%
LATEST = 320  # ms
clips = [clip for clip in corpus.select(split="train") if clip.duration_s > 1.5 + LATEST / 1000]
voices = [corpus.read(clip) for clip in clips[:: max(1, len(clips) // 24)][:24]]
len(voices)


# %%
def cut(ms):
    """The second of every voice that begins 0.15 s and `ms` into it, as mel bands: (voices, 64, 101)."""
    start = int(SR * (0.15 + ms / 1000))
    return mel(torch.stack([voice[start : start + SR] for voice in voices]))


def changed(layer, ms):
    """How much of the pooled description changes when the second begins `ms` later."""
    still, moved = layer(cut(0)), layer(cut(ms))
    return change(still, moved, other=still.roll(1, 0))  # other: the next voice


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The sound moves by 20 ms. Three descriptions: as it is, average pooling over 160 ms, max pooling over
# 160 ms. Which one changes least? Many books say that it is max pooling that makes a network *invariant* to
# small moves.

# %% tags=["predict"]
guess(
    "05.shift",
    "When the sound moves by 20 ms, what changes least?",
    options=["no pooling", "average over 160 ms", "max over 160 ms"],
)

# %%
layers = {
    "no pooling": nn.Identity(),
    "average over 160 ms": AvgPool2d((1, 16)),
    "max over 160 ms": MaxPool2d((1, 16)),
}
moved = {name: changed(layer, 20) for name, layer in layers.items()}
least = min(moved, key=moved.get)
reveal("05.shift", least, because=", ".join(f"{name}: {share:.0%}" for name, share in moved.items()) + ".")

# %% [markdown]
# One number for all voices hides how much they differ. So we measure voice by voice, and subtract: the change with pooling from
# the change without, of the *same* voice. Such a *paired difference* comes with an interval. If the interval lies on one side of
# zero, the difference does not depend on which voices we happened to take. (Lesson 08 takes it apart.)


# %%
def by_voice(layer, ms):
    """`changed` for each voice by itself: a list."""
    still, moved = layer(cut(0)), layer(cut(ms))
    return [change(a, b, other) for a, b, other in zip(still, moved, still.roll(1, 0))]


each = {name: by_voice(layer, 20) for name, layer in layers.items()}
plain, average, largest_of = each.values()
saved = {"average": paired_difference(plain, average), "max": paired_difference(plain, largest_of)}

# %%
conclude(
    "05.shift",
    saved["average"].better and saved["max"].better,
    yes=f"Both kinds of pooling make the description change less: the average by {saved['average']}, the maximum by {saved['max']}.",
    no=f"On these voices not both kinds of pooling help: the average saves {saved['average']}, the maximum {saved['max']}.",
)

# %%
ahead = paired_difference(largest_of, average)

# %%
conclude(
    "05.average_ahead",
    ahead.better,
    yes=f"The average is ahead of the maximum, by {ahead} over {ahead.n} voices: against small moves it is the average that protects more.",
    no=f"Average and maximum cannot be told apart beyond doubt here, or the maximum is ahead: {ahead} over {ahead.n} voices.",
)

# %% [markdown]
# Where the average is ahead, why? The maximum depends on one single frame, and when that frame
# leaves the window, the whole number changes. An average loses one frame of sixteen and gains another. What the books
# mean is a short feature in an otherwise empty picture; there the maximum does not change at all, as you saw
# with the click.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Run.** Now all moves from 5 to 320 ms, and three sizes of window.

# %%
shifts = [5, 10, 20, 40, 80, 160, 320]  # ms
layers = {
    "no pooling": nn.Identity(),
    "average, 40 ms": AvgPool2d((1, 4)),
    "average, 160 ms": AvgPool2d((1, 16)),
}
layers |= {"max, 160 ms": MaxPool2d((1, 16)), "average, 1 s": AvgPool2d((1, 101))}
curves = {name: [changed(layer, ms) for ms in shifts] for name, layer in layers.items()}

# %% slideshow={"slide_type": "fragment"}
figure(
    show_curves(
        curves,
        x=shifts,
        logx=True,
        xlabel="the sound moves by (ms)",
        ylabel="share that changes",
        title="A window helps against moves shorter than itself",
    ),
    alt=f"Change of the description against the move, 5 to 320 ms. At 20 ms: {', '.join(f'{name} {line[2]:.0%}' for name, line in curves.items())}. At 320 ms all but the whole second are above {min(line[-1] for name, line in curves.items() if name != 'average, 1 s'):.0%}.",
)

# %% [markdown]
# **Investigate.** Follow the line for 40 ms. Up to which move does it lie well below the line without pooling? And the line for
# 160 ms?

# %%
near, far = (curves["no pooling"][k] - curves["average, 160 ms"][k] for k in (2, -1))

# %%
conclude(
    "05.window",
    near > 2 * far,
    yes=f"Pooling over 160 ms saves {100 * near:.0f} points against a move of 20 ms and {100 * max(far, 0):.0f} against one of 320 ms: a window protects against moves that are shorter than itself.",
    no=f"Pooling over 160 ms saves {100 * near:.0f} points against a move of 20 ms and {100 * far:.0f} against one of 320 ms: on these voices the move's length makes less difference than one would expect.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "after pooling, a network no longer cares where something is".** It cares less, within one
# > window. A sound in the middle of a window can move and nothing much happens. A sound at the edge moves into the next
# > window, and two numbers change at once. Only pooling over *all* of time forgets the place, and then it forgets
# > the order too, as the next section shows.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** One voice, moved by hand. Look at the picture on the right, the difference, and listen: your ear hardly notices such
# moves. You should find a window that hides a small move, and a move that only the mean of the whole second hides.

# %%
by_hand = ShiftExplorer(voices[0], loudest_second(voices[1]))
by_hand.seek(
    "a move of which less than a tenth is left", lambda now: now["shift"] > 0 and by_hand.pooled < 0.1
).seek(
    "half a window later or more, and over half of the description has changed",
    lambda now: now["shift"] >= 5 * now["window"] and by_hand.pooled > 0.5,
)

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Good question for the room: if a larger window is more invariant, why not pool over everything? Collect answers,
# then go on; section 5 is the answer. If somebody asks whether 100 % means "random": no, it is the distance to
# another voice's second. More than 100 % would be possible.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Pool everything, and what that costs
#
# *Global pooling* takes the mean over all of time. What is left is one number for each band, 64 in all, whether the
# sound lasts one second or ten. That is handy: a dense layer needs inputs of a fixed size.

# %%
long = mel(voices[0], any_length=True)
print(f"{long.shape[1] / 100:.1f} s: {tuple(long.shape)} -> {tuple(long.mean(-1).shape)}")
print(f"{bands.shape[2] / 100:.1f} s: {tuple(bands[0].shape)} -> {tuple(bands[0].mean(-1).shape)}")

# %% [markdown]
# **Predict.** Play a second backwards. You would never mistake one for the other. By how much does its global
# average change, when 100 % is another voice?

# %% tags=["predict"]
guess("05.backwards", "Played backwards, the global average changes by ...", unit="%", low=0, high=100)

# %%
backwards = second.flip(0)
listen(second, label="Forwards")
listen(backwards, label="Backwards")

# %%
means = [mel(wave).mean(-1) for wave in (second, backwards, loudest_second(voices[1]))]
percent = 100 * change(*means)
reveal("05.backwards", round(percent, 1), because="the same frames in another order have the same mean.")

# %% [markdown] slideshow={"slide_type": "slide"}
# So how large should the window be? It depends on the question. Two questions about the same kind of sound: two
# short beeps in noise, one in each half of the second, each at a random moment.
#
# - **Which note?** Are they two low beeps or two high ones?
# - **Which order?** Is it low and then high, or high and then low?


# %%
def beeps(first, second_one, generator):
    """Two beeps of 60 ms (Hz) in noise, at random moments: the first in the first half second."""
    wave = 0.05 * torch.randn(SR, generator=generator)
    for frequency, half in ((first, 0), (second_one, SR // 2)):
        start = half + int(torch.randint(SR // 2 - 960, (1,), generator=generator))
        wave[start : start + 960] += 0.1 * tone(frequency, 0.06) * torch.hann_window(960)
    return wave


# %%
KINDS = {"which note?": ((1000, 1000), (1200, 1200)), "which order?": ((1000, 1200), (1200, 1000))}
generator = torch.Generator().manual_seed(SEED)
for pair in KINDS["which order?"]:
    listen(beeps(*pair, generator), label=f"{pair[0]} Hz, then {pair[1]} Hz")

# %% [markdown]
# Sixteen examples to learn from, two hundred to test on, and all of it five times with other sounds. The learner is one
# dense layer (scikit-learn's logistic regression trains it). Only the pooling before it changes.


# %%
def examples(kind, count):
    """`count` sounds of both classes in turn: mel bands (count, 64, 101) and classes (count,)."""
    classes = torch.arange(count) % 2
    waves = [beeps(*KINDS[kind][label], generator) for label in classes.tolist()]
    return mel(torch.stack(waves)) / 20 + 3, classes  # levels around zero, for the learner


def accuracy(kind, learn, test, window):
    """Share of the test sounds named rightly after max pooling over `window` frames."""
    (x, y), (unseen, truth) = [
        (MaxPool2d((1, window))(x).flatten(1).numpy(), y.numpy()) for x, y in (learn, test)
    ]
    return LogisticRegression(max_iter=200).fit(x, y).score(unseen, truth)


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** With everything pooled over the whole second, how often does the learner get the *order* right?

# %% tags=["predict"]
guess(
    "05.order",
    "Pooled over the whole second, the order is right in ...",
    unit="% of the tests",
    low=0,
    high=100,
)

# %%
frames, DRAWS = [1, 4, 10, 25, 50, 101], range(5)  # windows, in frames of 10 ms; draws of sounds
runs = {kind: [] for kind in KINDS}
for kind in KINDS:
    for _ in DRAWS:
        learn, test = examples(kind, 16), examples(kind, 200)
        runs[kind].append([accuracy(kind, learn, test, window) for window in frames])
scores = {kind: [sum(column) / len(DRAWS) for column in zip(*rows)] for kind, rows in runs.items()}

# %%
reveal(
    "05.order",
    round(100 * scores["which order?"][-1]),
    because=f"guessing gives 50 %. The note, from the same numbers, is right in {scores['which note?'][-1]:.0%}.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_curves(
        scores,
        x=[10 * count for count in frames],
        logx=True,
        chance=0.5,
        xlabel="pooled over (ms)",
        ylabel="accuracy",
        title="Pooling helps, until it takes away what was asked",
    ),
    alt=f"Accuracy against the pooling window. Note: from {scores['which note?'][0]:.0%} without pooling to {scores['which note?'][-1]:.0%} over the whole second. Order: {scores['which order?'][0]:.0%}, up to {max(scores['which order?']):.0%}, and down to {scores['which order?'][-1]:.0%}.",
)

# %% [markdown]
# **Investigate.** Compare the left ends of the two lines with their best points. Without pooling the learner must have met a beep
# near *each* moment before it can recognise one there.

# %%
note, order = ([[row[k] for row in runs[kind]] for k in range(len(frames))] for kind in KINDS)
helped = paired_difference(note[-1], note[0])

# %%
conclude(
    "05.pooling_helps",
    helped.better,
    yes=f"For the note, pooling over the whole second helps: {helped} against no pooling, over {helped.n} draws.",
    no=f"For the note, pooling over the whole second does not help beyond doubt: {helped} against no pooling, over {helped.n} draws.",
)

# %%
half, gone = paired_difference(order[4], order[0]), paired_difference(order[-1], [0.5] * len(DRAWS))

# %%
conclude(
    "05.order_lost",
    half.better and gone.high < 0.1,
    yes=f"For the order, pooling over half a second helps just as well ({half}), and pooling over all of it takes the answer away: {scores['which order?'][-1]:.0%}, where guessing gives 50 %. What is not in its input no learner can get back, however clever.",
    no=f"For the order, pooling over half a second brings {half}, and over all of it {scores['which order?'][-1]:.0%} are right, where guessing gives 50 %.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: find the fault.** Clips have different lengths. To put them into one array, the short ones are
# filled up with silence, -100 dB. Then comes the mean over time. Something is wrong here: the same voice, filled up
# with more silence, gets another description.


# %%
def broken_mean(features, lengths):
    """Mean over time of each clip's true frames: (clips, bands, frames) -> (clips, bands)."""
    return features.mean(dim=-1)


filled = nn.functional.pad(bands, (0, 100), value=-100.0)
print(
    f"band 5: {float(broken_mean(bands, [101])[0, 5]):.0f} dB, filled up: {float(broken_mean(filled, [101])[0, 5]):.0f} dB"
)

# %% [markdown]
# Write it anew, so that only the first `lengths[n]` frames of clip n are counted.


# %% tags=["solution"]
def mean_over_time(features, lengths):
    """Mean over time of each clip's true frames: (clips, bands, frames) -> (clips, bands)."""
    ### BEGIN SOLUTION
    return torch.stack([clip[:, :length].mean(dim=-1) for clip, length in zip(features, lengths)])
    ### END SOLUTION


# %%
check("05.mean_over_time", mean_over_time)

# %%
hint("05.mean_over_time")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · What it costs
#
# A pooling layer learns nothing. It has no weights; training leaves it as it is. A dense layer could do the very
# same job: it can compute any weighted sum, so also any average.
#
# **Predict.** Average pooling by 4 x 4 turns 64 x 101 numbers into 16 x 25. How many parameters would a dense layer
# need for that?

# %% tags=["predict"]
guess(
    "05.parameters",
    "A dense layer from 64 x 101 to 16 x 25 numbers has ...",
    unit="parameters",
    low=1,
    high=1e9,
)

# %%
pooling = nn.Sequential(AvgPool2d(4), nn.Flatten())
dense = nn.Sequential(nn.Flatten(), Dense(64 * 101, 16 * 25))
table = layer_table(dense, (64, 101))
layer_table(pooling, (64, 101))

# %%
reveal(
    "05.parameters",
    table.total_params,
    because="6,464 inputs x 400 units + 400 biases (lesson 02). The pooling layer has none.",
)

# %% [markdown]
# And in seconds? Each way of doing it, timed several times; the quickest time counts, since the others only show
# what else the computer was busy with.

# %%
import timeit


def quickest(run):
    """The shortest of five times, in seconds."""
    return min(timeit.repeat(run, number=1, repeat=5))


# %%
with torch.no_grad():
    seconds = {
        "dense layer": quickest(lambda: dense(bands)),
        "our slow loop": quickest(lambda: pool(bands[0], 4, torch.mean)),
        "our AvgPool2d": quickest(lambda: AvgPool2d(4)(bands)),
        "torch's AvgPool2d": quickest(lambda: nn.AvgPool2d(4)(bands)),
    }
for name, value in seconds.items():
    print(f"{name:18} {1e6 * value:10,.0f} millionths of a second")

# %% [markdown]
# The loop is slow because Python is slow, not because there is much to do: 6,400 numbers are read and added up once.
# The dense layer reads 2.6 million weights. And pooling saves twice: whatever comes *after* it has sixteen times
# fewer numbers to look at.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: who, not when.** At most 64 numbers for each spectrogram, such that a linear head can name the speaker
# on another day, even where everything comes a third of a second later. The check runs it on sounds that you have not
# seen and answers with the result, a mark of ten and, where it can tell, what went wrong.

# %% tags=["solution"]
from torch.nn import functional as F


def front(pictures):
    """Spectrograms (n, 1025, 32) in dB -> (n, k) numbers, k at most 64."""
    ### BEGIN SOLUTION
    return F.avg_pool1d(pictures.mean(2), 16)
    ### END SOLUTION


# %%
check("05.front", front)

# %%
hint("05.front")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("05")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A pooling layer replaces the numbers under a window by their mean or their maximum; it has nothing to learn.
# 2. (size + 2 padding - window) // stride + 1 places are left; what does not fill a window is dropped.
# 3. An average knows how long something lasted, a maximum only how strong it was.
# 4. Pooling makes a description change less when the sound moves by less than the window. <!-- conclusions: 05.shift, 05.window -->
# 5. Pooling over all of time keeps what there was and forgets in which order. <!-- conclusions: 05.pooling_helps, 05.order_lost -->
#
# ## What comes next
#
# Pooling slides a window with a fixed rule. Lesson 06 slides a window with a rule that can be learned: a small
# dense layer, the same at every place.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition.
#   *Proceedings of the IEEE* 86 (1998). Pooling as "subsampling", with an average. Look for: the figure of LeNet-5,
#   and check its sizes with the formula.
# - D. Scherer, A. Müller, S. Behnke: Evaluation of pooling operations in convolutional architectures for object
#   recognition. *ICANN* (2010). Where max pooling won. Look for: whether overlapping windows helped.
# - I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning*, MIT Press (2016), section 9.3: pooling and invariance.
#   Look for: the figure in which the input moves by one place.
# - V. Dumoulin, F. Visin: A guide to convolution arithmetic for deep learning, arXiv 1603.07285 (2016). All sizes,
#   drawn. Look for: the short chapter on pooling.
