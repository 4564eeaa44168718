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
# # 02 · Dense layers
#
# **Why:** every network in this course, however large, ends in a dense layer, and you can build one by hand in a line.
#
# **Objectives.** After this lesson you can
#
# - write down what a neuron computes, and make one that hears a hiss;
# - compute a dense layer as a matrix product, y = xAᵀ + b, and count its parameters;
# - code classes as one-hot codes and turn scores into probabilities;
# - show by measurement why depth needs activations;
# - compare a classic pipeline with a network fairly: same sounds, several seeds, the chance line.
#
# **Minutes:** 60 to read and try; running every cell takes under half a minute.
#
# **Needs:** lesson 01; what a matrix product is (a reminder is in section 2).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Sections 1, 2, 5 and 6 fill a lecture hour; 3 and 4 can be read at home. Where classes stumble: A has one row for
# each *unit*, so it must be turned before the product; the parameter count of section 3 is easily guessed far
# too low, which is the point. Take a vote before section 6, and come back to it when the numbers are there.

# %%
import torch

from course_lib import check, conclude, figure, hint, listen, load, guess, quiz, reveal
from course_lib import seed_everything, spectrogram, tone
from course_lib.audio import SR
from course_lib.features import mel, mfcc
from course_lib.layers import Dense
from course_lib.metrics import paired_difference, wilson_interval
from course_lib.teaching.plots import new_axes, show_activity, show_curves, show_mel, show_scores
from course_lib.seeding import set_threads
from course_lib.teaching.widgets.dense import DenseExplorer
from course_lib.teaching.widgets.sound_picture import SoundPicture

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
set_threads(1)  # networks this small train no faster on two cores
corpus = load(CORPUS)
wave = corpus.read(corpus.select(split="train").clips[0])[: 4 * SR]
SoundPicture(wave, label="The recording of this lesson")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · One neuron, one sound
#
# A *neuron* (or *unit*) has a number, its *weight*, for each of its inputs. It multiplies each input by its
# weight, adds everything up, and adds one more number, its *bias*. That is all.
#
# We can choose the weights by hand. Give a neuron the 64 mel bands of one frame. The 20 highest get a positive weight, the 20
# lowest a negative one. Its output is then how much stronger the treble is than the bass, in dB.

# %%
weights = torch.zeros(64)
weights[44:] = 1 / 20  # the 20 highest bands, together 1
weights[:20] = -1 / 20  # the 20 lowest, together -1
bias = 0.0

# %%
levels = mel(wave, any_length=True)  # (64 bands, frames), in dB; a frame every 10 ms
activity = (weights[:, None] * levels).sum(dim=0) + bias  # (frames,)

# %% [markdown] slideshow={"slide_type": "slide"}
# Look at both. Above: the mel bands, the neuron's input. Below: what the neuron says, frame by frame. Where
# does it rise above zero, and what do the bands look like there?

# %%
_, (above, below) = new_axes(2, height=5.6)
show_mel(levels, above, title="What the neuron reads", bar=False)
show_activity(activity, below, unit="dB", title="What it says")
share = float((activity > 0).float().mean())
figure(
    below,
    alt=f"Mel spectrogram of speech and, below it, the output of one neuron: above zero in {share:.0%} of the frames.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Your ears can tell what it has found. We cut out the fifth of the frames in which the neuron's output is highest and put them in
# a row; then the fifth in which it is lowest. Which of the two holds the s, f and t, and which the vowels? Listen, and see where
# the energy lies.

# %%
frames = wave[: len(wave) // 160 * 160].reshape(-1, 160)  # 160 samples: 10 ms, a frame's own share
said = activity[: len(frames)]
highest = frames[said >= said.quantile(0.8)].flatten()
lowest = frames[said <= said.quantile(0.2)].flatten()
SoundPicture(highest, label="Where the neuron says most", speech=False)

# %%
SoundPicture(lowest, label="Where it says least", speech=False)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Play the recording four times weaker. Every band falls by 12 dB. What becomes of the neuron's output?

# %% tags=["predict"]
guess(
    "02.weaker",
    "With the sound four times weaker, what the neuron says ...",
    options=["falls by 12 dB", "falls to a quarter", "stays nearly the same", "turns negative everywhere"],
)

# %% [markdown]
# **Run.** The same weights, the weaker sound.

# %%
weaker = weights @ mel(wave / 4, any_length=True) + bias
change = float((weaker - activity).abs().median())
verdict = "stays nearly the same" if change < 1 else "falls by 12 dB"

# %%
reveal(
    "02.weaker",
    verdict,
    because=f"the median frame changes by {change:.2f} dB. The weights sum to zero, so what all bands share cancels.",
)

# %% [markdown]
# A neuron is a question about a *pattern*. This one ignores loudness and responds only to where the energy lies. Its bias is a
# threshold: with a bias of -5, treble must be 5 dB stronger than bass before it rises above zero.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · A layer: many neurons at once
#
# A *dense layer* is a row of neurons that all read the same inputs. Each has its own weights: one row of a matrix
# A. With the inputs in a row x, all of them together are one matrix product:
#
# $$y = x A^\mathsf{T} + b$$
#
# Entry u of y is: multiply x by row u of A, element by element, sum the products, and add b[u]. Three neurons on two inputs:

# %% tags=["check-output"]
A = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])  # one row a unit: (3 units, 2 inputs)
b = torch.tensor([0.0, 0.0, 0.5])
x = torch.tensor([[2.0, 3.0]])  # one row a sound: (1, 2)
(x @ A.T + b).tolist()

# %% [markdown]
# The third unit says 2 - 3 + 0.5. Check the other two in your head.
#
# **Exercise 1: a dense layer.** Write it for any number of sounds (rows of x) and units (rows of A). One line is
# enough.


# %% tags=["solution"]
def dense(x, A, b):
    """x (n, inputs), A (units, inputs), b (units,) -> (n, units)."""
    ### BEGIN SOLUTION
    return x @ A.T + b
    ### END SOLUTION


# %%
check("02.dense", dense)

# %%
hint("02.dense")

# %% [markdown] slideshow={"slide_type": "slide"}
# You have met a dense layer before. The MFCC of lesson 01 ask how much the curve of mel bands resembles a cosine, for 20
# different cosines. That is a layer of 20 units on 64 inputs. Nobody trained it: its weights come from a formula.

# %%
layer = Dense(64, 20, bias=False)
band, unit = torch.arange(64) + 0.5, torch.arange(20)[:, None]
cosines = (2 / 64) ** 0.5 * torch.cos(torch.pi * unit * band / 64)
cosines[0] /= 2**0.5
with torch.no_grad():
    layer.weight.copy_(cosines)

# %% tags=["check-output"]
by_layer = layer(levels.T)  # (frames, 64) -> (frames, 20)
by_library = mfcc(wave, any_length=True).T
print(by_layer.shape[1], torch.allclose(by_layer, by_library, atol=0.01))

# %% [markdown]
# The course's `Dense` and torch's `nn.Linear` are the same thing, with the same names inside: `weight` is A, `bias` is b.
# Training, the subject of lesson 03, finds weights for which there is no formula.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · What a dense layer costs
#
# Each unit has a weight for each input, and a bias:
#
# $$N_{params} = N_{inputs} \times N_{units} + N_{units}$$
#
# **Predict.** Feed a whole spectrogram, 1025 x 32 numbers, to a dense layer of 128 units. How many parameters?

# %% tags=["predict"]
guess("02.picture", "A layer of 128 units on 1025 x 32 inputs learns ...", unit="million parameters", low=0)

# %%
n_parameters = sum(p.numel() for p in Dense(1025 * 32, 128).parameters())
reveal(
    "02.picture",
    round(n_parameters / 1e6, 1),
    because=f"32,800 x 128 + 128 = {n_parameters:,}: {n_parameters / 218_730:.0f} times the whole network of lesson 07.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: count the parameters.** A network is a list of sizes: `[40, 64, 16]` reads 40 numbers, has a layer
# of 64 units and a layer of 16. The units of one layer are the inputs of the next. Count all its parameters.


# %% tags=["solution"]
def count_parameters(sizes):
    """[inputs, units, units, ...] -> weights and biases of all layers together."""
    ### BEGIN SOLUTION
    return sum(sizes[i] * sizes[i + 1] + sizes[i + 1] for i in range(len(sizes) - 1))
    ### END SOLUTION


# %%
check("02.parameters", count_parameters)

# %%
hint("02.parameters")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** A small layer on the recording. It reads a patch: some bands, some frames. Move the moment, and hear the
# patch. Choose a unit, and move the cursor: below the picture is the product at that place. Try to
#
# - find a moment where unit 0, the hiss detector, says most;
# - make a layer of more than 50,000 parameters, then of fewer than ten;
# - find what the unit "later minus earlier" does with a single frame, and why.


# %%
def weights_of(now):
    """Parameters of the layer at a setting of the explorer."""
    return now["units"] * (now["bands"] * now["frames"] + 1)


DenseExplorer(wave).seek("more than 50,000 parameters", lambda now: weights_of(now) > 50_000).seek(
    "fewer than ten", lambda now: weights_of(now) < 10
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Classes as one-hot codes
#
# Now let a layer name the speaker. Give it one unit for each speaker; the unit that says most wins. The right answer
# for the training is then a *one-hot code*: zeros, and a one at the speaker's place.
# In torch: `torch.eye(n_classes)[y]`, or `F.one_hot(y)`.

# %% [markdown] slideshow={"slide_type": "slide"}
# Why not a single unit that says the speaker's number? Let us measure it. Take up to 16 speakers who were recorded on
# several days. Train on some days, test on another one: no *session* is on both sides.

# %%
on_both_sides = set(corpus.select(split="test").speakers) & set(corpus.select(split="train").speakers)
names = sorted(on_both_sides)[: 16 if PROFILE == "quick" else 48]
voices = corpus.select(speaker=names)
chance = 1 / len(names)
voices

# %% [markdown]
# Cut all recordings to seconds, and describe each second by 40 numbers: the mean of each of its 20 MFCC over time, and its
# *standard deviation*, the usual distance of single values from their mean (the *spread*, for short).


# %%
def seconds(part, hop):
    """All one-second windows of a part, (n, 16000), and the number of their speaker, (n,)."""
    return next(voices.select(split=part).windows("speaker", hop=hop).batches(100_000))


def describe(waves):
    """Mean and spread of each MFCC: (n, 16000) -> (n, 40)."""
    coefficients = mfcc(waves)
    return torch.cat([coefficients.mean(-1), coefficients.std(-1)], dim=-1)


# %% [markdown]
# Every number is then shifted and scaled to mean 0 and spread 1. The shift and the scale come from the training
# part alone: the test part must stay unknown.

# %%
train_waves, train_y = seconds("train", hop=0.5)
test_waves, test_y = seconds("test", hop=1.0)


def both(transform):
    """A description of the training and the test seconds, scaled by the training seconds."""
    train, test = transform(train_waves), transform(test_waves)
    mean, spread = train.mean(0), train.std(0) + 1e-3
    return train.sub_(mean).div_(spread), test.sub_(mean).div_(spread)  # in place: pictures are large


train_x, test_x = both(describe)

# %% [markdown] slideshow={"slide_type": "slide"}
# One dense layer, fitted to the numbers and fitted to the codes. With squares as the error, the best weights can be
# computed directly (*least squares*).

# %%
with_one = torch.cat([train_x, torch.ones(len(train_x), 1)], dim=1)  # the last weight is the bias
numbers, codes = train_y[:, None].float(), torch.eye(len(names))[train_y]
fit_numbers = torch.linalg.lstsq(with_one, numbers).solution
fit_codes = torch.linalg.lstsq(with_one, codes).solution

# %%
test_one = torch.cat([test_x, torch.ones(len(test_x), 1)], dim=1)
as_number = (test_one @ fit_numbers)[:, 0].round()
as_code = (test_one @ fit_codes).argmax(dim=1)
right = {"as a number": as_number == test_y, "one-hot": as_code == test_y}
scores = {name: [float(hits.float().mean())] for name, hits in right.items()}

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(scores, chance=chance, xlabel="share of test seconds that are right", title="How to say who"),
    alt=f"Accuracy of two codings: as a number {scores['as a number'][0]:.0%}, one-hot {scores['one-hot'][0]:.0%}, chance {chance:.1%}.",
)

# %%
number_high = wilson_interval(int(right["as a number"].sum()), len(test_y))[1]
code_low = wilson_interval(int(right["one-hot"].sum()), len(test_y))[0]

# %%
conclude(
    "02.codes",
    code_low > number_high,
    yes=f"One-hot codes win beyond doubt: at least {code_low:.0%} of the seconds against at most {number_high:.0%} (ends of the 95 % intervals). A layer that must answer with a number says 3 when it wavers between 2 and 4, and hits somebody who sounds like neither.",
    no=f"Here the codes do not win beyond doubt: at least {code_low:.0%} of the seconds against at most {number_high:.0%} (ends of the 95 % intervals).",
)

# %% [markdown]
# One-hot codes are all equally far apart, as people are.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### From scores to probabilities
#
# What the units say can be any number. The *softmax* makes probabilities of it: first exp, so that all are positive,
# then divide, so that they sum to 1. Here is a version with **two faults**. Look at the sums.


# %%
def broken(scores):
    """(n, classes) -> (n, classes): each row should sum to 1."""
    positive = torch.exp(scores)
    return positive / positive.sum(dim=0)


# %% tags=["check-output"]
two_sounds = torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
[round(total, 2) for total in broken(two_sounds).sum(dim=1).tolist()]

# %% [markdown]
# **Exercise 3: mend it.** One fault shows in the sums. The other one shows only when a score is large: try
# `broken(torch.tensor([[200.0, 199.0]]))`.


# %% tags=["solution"]
def probabilities(scores):
    """Softmax: (n, classes) -> (n, classes), each row sums to 1, for scores of any size."""
    ### BEGIN SOLUTION
    scores = scores - scores.max(dim=1, keepdim=True).values
    positive = torch.exp(scores)
    return positive / positive.sum(dim=1, keepdim=True)
    ### END SOLUTION


# %%
check("02.probabilities", probabilities)

# %%
hint("02.probabilities")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Depth needs activations
#
# Put several layers one after the other: a *deep* network. Does it do more than one layer? Here is a task made for the
# question. Two tones, each on or off, 1,000 Hz and 3,000 Hz. Answer 1 if **exactly one** of them sounds.

# %%
low, high = tone(1000, amplitude=0.2), tone(3000, amplitude=0.2)
listen(low, label="One tone: answer 1")
listen(low + high, label="Both: answer 0")

# %%
noisy = torch.Generator().manual_seed(SEED)
on = torch.randint(0, 2, (600, 2), generator=noisy).float()  # which tone is on
tones = on - 0.5 + 0.1 * torch.randn(600, 2, generator=noisy)  # two levels, a little uncertain
answer = (on.sum(1) == 1).long()

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Three layers of 16, 16 and 2 units, trained on 400 of these sounds *without* anything between the
# layers. How often is it right on the other 200? Guessing makes about 50 %.

# %% tags=["predict"]
guess("02.depth", "Three layers without activations are right in ...", unit="%", low=0, high=100)

# %% [markdown]
# **Run.** Once as it is, once with an *activation* between the layers: ReLU, which passes positive numbers and makes
# negative ones zero. Three seeds each.

# %%
from torch import nn

from course_lib.training import fit, measure


def tower(activation):
    """Layers of 16, 16 and 2 units on two inputs, with `activation` after the first two."""
    return nn.Sequential(Dense(2, 16), activation(), Dense(16, 16), activation(), Dense(16, 2))


# %%
def accuracy_of(activation, seed):
    """Train on the first 400 sounds, measure on the last 200."""
    torch.manual_seed(seed)
    model = tower(activation)
    fit(model, (tones[:400], answer[:400]), epochs=30, lr=0.01, progress=False, seed=seed)
    return measure(model, (tones[400:], answer[400:]))[1]


# %%
kinds = {"three layers, nothing between": nn.Identity, "three layers, ReLU between": nn.ReLU}
depth = {name: [accuracy_of(kind, seed) for seed in range(3)] for name, kind in kinds.items()}
flat, bent = (100 * sum(runs) / 3 for runs in depth.values())

# %%
reveal(
    "02.depth",
    round(flat, 1),
    because=f"mean of three seeds {flat:.0f} %; with ReLU between the same layers {bent:.0f} %.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(
        depth, chance=0.5, xlabel="share of new sounds that are right", title="Exactly one of two tones?"
    ),
    alt=f"Accuracy over three seeds: without activations {flat:.0f} % on average, with ReLU {bent:.0f} %, chance 50 %.",
)

# %%
bend = paired_difference(*list(depth.values())[::-1])

# %%
conclude(
    "02.depth",
    bend.better,
    yes=f"The bend between the layers makes the difference: {bend} over three seeds, with as many parameters.",
    no=f"The bend between the layers makes no difference beyond doubt: {bend} over three seeds.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** Without activations the three matrices multiply to a single one, and depth can buy nothing. Measure it:
# do the three layers say the same as one layer with the product of their matrices?

# %% tags=["check-output"]
deep = nn.Sequential(Dense(2, 16, bias=False), Dense(16, 16, bias=False), Dense(16, 2, bias=False))
product = deep[2].weight @ deep[1].weight @ deep[0].weight  # (2, 2)
torch.allclose(deep(tones), tones @ product.T, atol=1e-5)

# %% [markdown]
# An activation is any bend between the layers. Three common ones:

# %%
line = torch.linspace(-3, 3, 25)
bends = {"ReLU": torch.relu(line), "tanh": torch.tanh(line), "sigmoid": torch.sigmoid(line)}
figure(
    show_curves(
        bends, x=line, xlabel="what the unit sums up", ylabel="what it says", title="Activations bend"
    ),
    alt="Three activations from -3 to 3: ReLU is zero, then a straight line; tanh runs from -1 to 1, sigmoid from 0 to 1.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "more layers, more power".** Without a bend between them, ten layers are one layer with more
# > memory. And with bends, more power is not more *knowledge*: the next section gives a network two million
# > weights, and sets it against 40 well-chosen numbers.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · The classic pipeline beside a network
#
# Before deep networks, somebody who knew the field chose *features*, and a simple *classifier* did the rest. A network can take
# the raw picture and find its own features. Three methods compete to name the speakers of section 4:
#
# - **classic**: the 40 numbers, and logistic regression (one dense layer and a softmax) from scikit-learn;
# - **network on features**: the same 40 numbers, a hidden layer of 64 units with ReLU;
# - **network on pictures**: all 1025 x 32 numbers of the spectrogram, the same hidden layer.

# %% tags=["predict"]
contestants = ["classic", "network on features", "network on pictures"]
guess("02.winner", "Who names the most speakers on a new day?", options=[*contestants, "no clear winner"])

# %% [markdown]
# **Run.** The classic one first.

# %%
from sklearn.linear_model import LogisticRegression

classic = LogisticRegression(max_iter=1000).fit(train_x.numpy(), train_y.numpy())
results = {"classic": [float(classic.score(test_x.numpy(), test_y.numpy()))]}


# %%
def network(n_inputs, seed):
    """One hidden layer of 64 units; one output for each speaker."""
    torch.manual_seed(seed)
    return nn.Sequential(Dense(n_inputs, 64), nn.ReLU(), Dense(64, len(names)))


def contest(train, test, epochs, seed):
    """Train a network; its share of right answers on the training and on the test seconds."""
    model = network(train.shape[1], seed)
    fit(model, (train, train_y), epochs=epochs, progress=False, seed=seed)
    return measure(model, (train, train_y))[1], measure(model, (test, test_y))[1]


# %%
on_features = [contest(train_x, test_x, epochs=40, seed=seed) for seed in range(3)]
pictures = both(lambda waves: spectrogram(waves).flatten(1))
on_pictures = [contest(*pictures, epochs=12, seed=seed) for seed in range(3)]

# %% [markdown]
# The networks start from random weights, so each runs with three seeds. Logistic regression has one best answer and
# always finds it.

# %%
results["network on features"] = [test for _, test in on_features]
results["network on pictures"] = [test for _, test in on_pictures]
mean = {name: sum(runs) / len(runs) for name, runs in results.items()}
best, runner_up = sorted(mean, key=mean.get)[:-3:-1]
first, second = (
    (runs * 3)[:3] for runs in (results[best], results[runner_up])
)  # classic: the same in every run
winner = best if paired_difference(first, second).better else "no clear winner"

# %%
reveal("02.winner", winner, because=", ".join(f"{name} {share:.0%}" for name, share in mean.items()) + ".")

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(
        results,
        chance=chance,
        xlabel="share of test seconds that are right",
        title="Who speaks, on a new day",
    ),
    alt="Mean accuracy on new sessions: "
    + ", ".join(f"{name} {share:.0%}" for name, share in mean.items())
    + f"; chance {chance:.1%}.",
)

# %%
million = paired_difference(results["network on pictures"], results["classic"] * 3)

# %%
conclude(
    "02.pictures",
    not million.better,
    yes=f"Two million weights on the whole picture do not beat 40 well-chosen numbers beyond doubt: {million} over three seeds.",
    no=f"On these voices the network on pictures beats the 40 numbers: {million} over three seeds.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** How good are the networks on the seconds that they were trained with? And how many parameters
# stand against how many training seconds?

# %%
for name, runs, sizes in [
    ("network on features", on_features, [40, 64, len(names)]),
    ("network on pictures", on_pictures, [1025 * 32, 64, len(names)]),
]:
    known, new = (sum(run[side] for run in runs) / 3 for side in (0, 1))
    size = sum(p.numel() for p in network(sizes[0], 0).parameters())
    print(f"{name}: {size:,} parameters, {len(train_y)} seconds: known {known:.0%}, new {new:.0%}")

# %% [markdown]
# With more weights than examples, a network can simply remember. What counts is the new day.

# %%
remembered = paired_difference(*zip(*on_pictures))

# %%
conclude(
    "02.overfitting",
    remembered.low > 0.05,
    yes=f"The network on pictures is better on the seconds that it knows, by {remembered}. This gap is called *overfitting*.",
    no=f"The network on pictures is hardly better on the seconds that it knows: {remembered}. A larger gap would be called *overfitting*.",
)

# %% [markdown]
# Look back at section 4 as well: how did a single layer do, fitted by least squares, without any steps of training? That does not
# mean that one should give up on networks. They need more voices, and layers that suit sound better. Lessons 05 and 06 build such
# layers.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Somebody will ask whether more training would help the network on pictures. Let them try: it is right on its training seconds
# already (look at the printed shares). Ask what else differs on a new day (room, microphone, noise) and which of the 40 numbers
# carry that. Lesson 04 takes the mean of each coefficient away, and measures what that gains and costs.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Keeping count of shapes
#
# Much of what goes wrong with networks is shapes. Three habits help. Write shapes as comments. Let a table show them.
# And read what an error says.

# %%
from course_lib.models import layer_table

layer_table(network(40, SEED), (40,))

# %% [markdown]
# A dense layer works on the *last* axis and leaves all others alone. So one layer serves one frame, a recording, or a
# batch of recordings:

# %% tags=["check-output"]
layer = Dense(64, 20)
for shape in [(64,), (101, 64), (8, 101, 64)]:
    print(shape, "->", tuple(layer(torch.zeros(shape)).shape))

# %% [markdown]
# And if bands and frames are the wrong way round?

# %% tags=["check-output"]
try:
    layer(torch.zeros(64, 101))
except ValueError as error:
    print(error)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("02")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A neuron is a weighted sum and a bias: a question about one pattern.
# 2. A dense layer asks many such questions at once, y = xAᵀ + b, and learns N_in x N_units + N_units parameters.
# 3. One-hot codes keep classes equally far apart; softmax turns scores into probabilities, sound by sound. <!-- conclusion: 02.codes -->
# 4. Without activations a deep network is one layer; the bend between the layers makes depth useful. <!-- conclusion: 02.depth -->
# 5. With little data, well-chosen features and a simple classifier are hard to beat: measure before you believe. <!-- conclusion: 02.pictures -->
#
# ## What comes next
#
# Here `fit` did the training. Lesson 03 opens it: a loop of a few lines, and what decides whether it works, the learning rate,
# the batch, momentum and patience. Lesson 04 then trains a deeper network on frames of speech, with an honest test.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - S. Pascual: *Intro to Speaker Recognition with PyTorch*, Universitat Politècnica de Catalunya. Where one-hot
#   classes, the parameter formula and the classic pipeline of this lesson come from. Look for: the same network in its words.
# - F. Rosenblatt: The perceptron. *Psychological Review* 65 (1958). Look for: how much it wanted to be a brain.
# - M. Minsky, S. Papert: *Perceptrons*, MIT Press (1969). Where "exactly one of two" became famous. Look for: what is
#   proved, which is about one layer only.
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams: Learning representations by back-propagating errors. *Nature* 323
#   (1986). Four pages. Look for: what the hidden units came to stand for, with nobody telling them.
# - F. Pedregosa et al.: Scikit-learn: machine learning in Python. *Journal of Machine Learning Research* 12 (2011).
#   Look for: `fit` and `predict`, the two verbs that all its classifiers share.
