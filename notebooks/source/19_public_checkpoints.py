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
# # 19 · A base that the world trained
#
# **Why:** nobody needs to train a base from nothing today, because others have published theirs, made of more speech than you will ever record.
#
# **Objectives.** After this lesson you can
#
# - read a model card: what a checkpoint learned from, how, and what its licence allows;
# - load weights from strangers so that nothing in the file is run, and detect a file that was changed;
# - ask different encoders through one method, and compare them by size, time, accuracy and equal error rate;
# - choose a layer and a summary over time on a validation side;
# - write LoRA by hand, count its parameters, merge it and take it off again;
# - compare LoRA and adapters with head only and full fine-tuning: what is trained, learned and forgotten.
#
# **Minutes:** 60 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 09 (feature extraction), 10 (fine-tuning) and 16 (equal error rate).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour: sections 1, 2, 5 and 6. Sections 3 and 4 are for the exercise hour. With a network, fetch one of the large encoders
# before class: it is 378 MB. Classes stumble over two things: that a file of weights can be a program, and that a
# network whose weights are all frozen can still forget, as soon as something is added to it.

# %%
import copy
import time

import numpy as np
import torch
from torch import nn

from course_lib import check, conclude, figure, guess, hint, listen, load, quiz, reveal, seed_everything
from course_lib.metrics import accuracy, mean_and_spread, paired_difference, wilson_interval
from course_lib.models import XVector, evaluating
from course_lib.teaching.plots import show_curves, show_scores
from course_lib.teaching.widgets.sound_map import SoundMap, two_maps
from course_lib.teaching.widgets.training_live import TrainingLive
from course_lib.training import fit, measure
from course_lib.transfer import Base, embed, fit_head, init_from_base, load_base, public_encoders
from course_lib.transfer import sample_enrolment, speakers_of, unfreeze

# %% tags=["parameters"]
CORPUS = "narrators"  # whose voices are new: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
base, people = load_base(), speakers_of(CORPUS)
people = people.select(speaker=people.select(split="test").speakers[: 16 if PROFILE == "quick" else 1000])

# %%
SEEDS = [SEED, SEED + 1, SEED + 2]
print(base)
print(people)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Who trained it, and on whom?
#
# A *checkpoint* is a file with the weights of a trained network. Two kinds are published for speech:
#
# - *speaker encoders* learned from thousands of people who is who: GE2E, ECAPA;
# - *self-supervised* encoders learned from speech that nobody had labelled. Parts of the sound are masked, and the network
#   must say what was there. For that it has to learn how speech goes on, and so what voices and sounds there are: wav2vec 2.0, HuBERT, WavLM.
#
# What is known of each stands on its *model card*.

# %%
for name, card in public_encoders.CARDS.items():
    print(f"{name:12} {card.megabytes:4} MB, {card.licence:10}  {card.heard}; {card.task}")

# %%
there = public_encoders.here()
missing = [name for name in public_encoders.CARDS if name not in there]
print("on this machine:", ", ".join(there) or "none of them; the lesson goes on with the course's own bases")
print("not here:", ", ".join(missing) or "none")

# %% [markdown]
# Where you have a network, one line brings one of them, once; the lesson then measures it beside the others:
#
# ```python
# public_encoders.load_public("WavLM", fetch=True)
# ```
#
# GE2E comes with a package: `pip install --no-deps resemblyzer==0.1.4`.
#
# Before you use a checkpoint, read on its card: **Licence.** It may allow everything, ask for your name beside theirs, forbid money, or
# forbid shipping what you make of it. The licence of the weights is not that of the recordings. **People.** VoxCeleb was
# collected from videos of celebrities; nobody of them was asked. **What it is for**, and in which languages it was tested.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · A file of weights can be a program
#
# `torch.save` writes a *pickle*, and a pickle is a list of instructions: call this function, with these values. A stranger's file
# can name any function. Here is one whose loading would print a sentence; it could as well erase your folder.


# %%
import pickle
import pickletools
import tempfile
from pathlib import Path

from course_lib.errors import DataError
from course_lib.paths import base_file


class Surprise:
    def __reduce__(self):  # what the pickle will say: call print with this sentence
        return print, ("this was run while the weights were loaded",)


# %%
folder = Path(tempfile.mkdtemp())
torch.save({"weights": torch.zeros(3), "more": Surprise()}, folder / "stranger.pt")

# %% [markdown]
# **Predict.** What does `torch.load` do with it when it is told `weights_only=True`?

# %% tags=["predict"]
guess(
    "19.refused",
    "torch.load(..., weights_only=True) ...",
    options=["runs the function and warns", "loads the weights and skips the rest", "refuses the whole file"],
)

# %% [markdown]
# **Run.** Only tensors, numbers, strings and the containers of them are allowed:

# %%
try:
    torch.load(folder / "stranger.pt", weights_only=True)
    outcome = "loads the weights and skips the rest"
except pickle.UnpicklingError as error:
    outcome, why = "refuses the whole file", str(error)
reveal(
    "19.refused",
    outcome,
    because="it says: " + next(line for line in why.splitlines() if "GLOBAL" in line).strip(),
)

# %% [markdown] slideshow={"slide_type": "slide"}
# One can also look before one loads. `pickletools` lists the instructions without following them. The functions that a pickle names
# are the arguments of `GLOBAL` (module and name, with a space between) and, in newer pickles, the two strings before `STACK_GLOBAL`.

# %%
dangerous = pickle.dumps(Surprise(), protocol=0)  # one of plain numbers and lists names no function
for instruction, value, _ in pickletools.genops(dangerous):
    print(f"{instruction.name:10} {'' if value is None else value}")

# %% [markdown] slideshow={"slide_type": "slide"}
# *safetensors* goes further: names, shapes and numbers, and no instructions at all. The bases of this course are such files, and a sum
# over all numbers stands in their header. Change one byte of a hundred thousand:

# %%
changed = bytearray(base_file("small_cnn").read_bytes())
changed[len(changed) // 2] ^= 1
(folder / "changed.safetensors").write_bytes(changed)

# %% tags=["check-output"]
try:
    load_base(folder / "changed.safetensors")
except DataError as error:
    print("refused:", "bytes were changed" in str(error))

# %% [markdown]
# A sum says that the file is the one that was published. It does not say that its publisher is honest, or that the weights do what the card says.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · One method, one table
#
# Whatever is inside, we ask an encoder one thing: `embed(waves)`, a vector for each second. So everything that lessons 09 and 16 did with our
# base can be done with each. Beside them stands our network before it learned anything:
# what is left without any checkpoint. (The small CNN learned from other voices of the synthesiser that made the narrators, the base perhaps too: its card says so.)

# %%
from course_lib.metrics import equal_error_rate_of_pairs
from course_lib.tasks.encoder_comparison import embed_windows, right_seconds, trial_scores

with torch.random.fork_rng():
    torch.manual_seed(SEED)
    untrained = Base(XVector(2, **base.settings).eval(), ["a", "b"])
encoders = {"our base": base, "our small CNN": load_base("small_cnn"), "our base, untrained": untrained}
encoders |= {name: public_encoders.load_public(name) for name in there}

# %% [markdown]
# **Predict.** Five seconds of each of the new voices are enrolled, and a linear probe names seconds of other days. How much does an *untrained*
# network give?

# %% tags=["predict"]
guess(
    "19.untrained",
    "With random weights it is right in ...",
    unit="% of the seconds",
    low=0,
    high=100,
)

# %%
test = people.select(split="test").windows(hop=1.0)
chance = float(np.bincount(test.y).max() / len(test))
pairs = people.select(speaker=people.speakers[::2])  # every pair of their recordings is a trial


def size(encoder):
    return sum(p.numel() for p in getattr(encoder, "model", encoder).parameters())


# %% tags=["own-machine"]
rows = {}
for name, encoder in encoders.items():
    start = time.perf_counter()
    embed_windows(encoder, test)
    took = time.perf_counter() - start
    right = right_seconds(encoder, people, seeds=SEEDS)
    rows[name] = right, equal_error_rate_of_pairs(*trial_scores(encoder, pairs))
    print(f"{name:20} {len(test) / took:6.0f} seconds of sound in a second")

# %%
print(f"{'':20} {'parameters':>11}   right from 1 s, 5 s, 10 s    equal error rate")
for name, (right, rate) in rows.items():
    means = "   ".join(f"{mean_and_spread(right[s])[0]:6.1%}" for s in (1, 5, 10))
    print(f"{name:20} {size(encoders[name]):11,}   {means}    {rate:10.1%}")
print(f"{'guessing':20} {'':11}   {chance:6.1%}   {chance:6.1%}   {chance:6.1%}    {0.5:10.1%}")

# %%
nothing = mean_and_spread(rows["our base, untrained"][0][5])[0]
reveal(
    "19.untrained",
    round(100 * nothing),
    because=f"guessing gives {chance:.0%}, our base {mean_and_spread(rows['our base'][0][5])[0]:.0%}. Random filters still say which frequencies are "
    "there, and a linear probe makes use of it. So a checkpoint must be compared with its own untrained network, not with guessing alone.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores({name: right[5] for name, (right, _) in rows.items()}, xlabel="seconds named rightly, five enrolled", chance=chance,
                title="What a checkpoint knows of voices that it never met"),
    alt="Seconds named rightly with five enrolled, three draws each: "
    + "; ".join(f"{name} {min(right[5]):.0%} to {max(right[5]):.0%}" for name, (right, _) in rows.items())
    + f". Guessing {chance:.0%}.",
)  # fmt: skip

# %%
known = paired_difference(rows["our base"][0][5], rows["our base, untrained"][0][5])

# %%
conclude(
    "19.learned",
    known.better,
    yes=f"What the base has learned is worth {known} over its own untrained network, from five seconds of each voice, over {known.n} draws of the enrolled seconds. Guessing would give {chance:.1%}.",
    no=f"From five seconds of each voice the base is not better beyond doubt than its own untrained network: {known} over {known.n} draws. Perhaps these voices are far from those that it learned.",
)

# %% [markdown]
# For real recordings, GE2E and intervals over people, see [the recorded results](../docs/results.md). One corpus decides nothing: a public
# encoder that leads on audiobooks may fall behind on telephones or on children.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Choose another encoder of the table for the map. Do seconds of one voice lie together? Go through the marks by ear, and look for a
# voice that two encoders place differently.

# %%
shown = encoders[there[0] if there else "our base"]
picked = np.arange(len(test))[:: max(1, len(test) // 110)]

# %%
vectors = shown.embed(torch.stack([test[int(k)][0] for k in picked])).numpy()
SoundMap(
    two_maps(vectors, seed=SEED), vectors, [test.classes[test.y[k]] for k in picked], lambda k: test[int(picked[k])][0],
    title="Seconds of voices that the encoder never met",
).seek("a second whose five nearest are all of its voice", same=5).seek(
    "a second most of whose nearest are other voices", same=(0, 2)
)  # fmt: skip

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Which layer, and what over time?
#
# A self-supervised network has no last layer for speakers. Every layer gives a vector every 20 ms, and *you* choose one and a summary over time.
# Usually that is the mean; early layers of WavLM serve speakers best, later ones words. Our base can be asked in the same way: what do its
# layers say, and does the mean keep it? We ask for voices and for *words*, which the base was never asked for.


# %%
SUMMARY = {"mean": lambda y: y.mean(2), "mean and deviation": lambda y: torch.cat([y.mean(2), y.std(2)], 1)}


def every_layer(model, X):
    """{(layer, summary): (n, d)} of all that the body computes before it sums up over time."""
    names = ["relu1", *(f"blocks.{name}" for name, _ in model.body.blocks.named_children()), "relu2"]
    found = {(name, how): [] for name in names for how in SUMMARY}

    def keep(name, y):
        for how, sum_up in SUMMARY.items():
            found[name, how].append(sum_up(y))

    hooks = [
        model.body.get_submodule(name).register_forward_hook(lambda m, x, y, name=name: keep(name, y))
        for name in names
    ]
    embed(model, X)
    for hook in hooks:
        hook.remove()
    return {key: torch.cat(parts) for key, parts in found.items()}


# %%
from course_lib.data import hold_out

spoken = load("synthetic_words")
spoken = spoken.select(label=spoken.labels[::4])
inner = hold_out(spoken.select(split="train"), by="speaker", seed=SEED)  # to choose on

# %%
sides = {part: inner.select(split=part) for part in ("train", "valid")}
sides |= {"teach": spoken.select(split="train"), "test": spoken.select(split=["valid", "test"])}
words = {name: base.features(side, target="label") for name, side in sides.items()}
count = len(words["teach"].classes)
print({name: len(side) for name, side in words.items()}, "seconds of", count, "words")

# %%
listen(
    words["teach"].windows[0][0],
    label=f"A synthetic voice says: {words['teach'].classes[words['teach'].y[0]]}",
)

# %%
everyone = base.features(people.select(split="train"))
owners, clips = everyone.y.numpy(), everyone.windows.clip_index
draws = [everyone.take(sample_enrolment(owners, clips, 5, seed)) for seed in SEEDS]
other_days = base.features(people.select(split="test"))


# %%
def probed(learn, judge):
    """{(layer, summary): which of the seconds of `judge` a linear probe names rightly}."""
    (X, y), (U, truth) = learn.tensors(), judge.tensors()
    mine, theirs = every_layer(base.model, X.float()), every_layer(base.model, U.float())
    heads = {key: fit_head(mine[key], y, standardize=True) for key in mine}
    return {key: head.scores(theirs[key]).argmax(1) == truth.numpy() for key, head in heads.items()}


# %% [markdown]
# **Predict.** For the words: is the mean over time enough, or does the deviation add something?

# %% tags=["predict"]
guess(
    "19.summary",
    "Beside the mean, the deviation over time ...",
    options=["helps", "harms", "changes nothing beyond doubt"],
)

# %%
kinds = {"words": probed(words["train"], words["valid"]), "voices": probed(draws[0], other_days)}
by_word = kinds["words"]
layers = list(dict.fromkeys(layer for layer, _ in by_word))

# %%
curves = {
    f"{kind}, {how}": [found[layer, how].mean() for layer in layers]
    for kind, found in kinds.items()
    for how in SUMMARY
}

# %%
axis = show_curves(
    curves,
    x=range(1, len(layers) + 1),
    xlabel="layer, counted from the sound",
    ylabel="named rightly",
    chance=1 / count,
    title="What each layer says of words and voices",
)
figure(
    axis,
    alt="Named rightly, from the first layer to the last: "
    + "; ".join(f"{name} from {v[0]:.0%} to {v[-1]:.0%}" for name, v in curves.items())
    + f". Guessing: words {1 / count:.1%}, voices {chance:.1%}.",
)

# %%
mean, both = (by_word[layers[-1], name] for name in SUMMARY)
won, lost = int((both & ~mean).sum()), int((mean & ~both).sum())
share = wilson_interval(won, max(1, won + lost))

# %%
reveal(
    "19.summary",
    "helps" if share[0] > 0.5 else "harms" if share[1] < 0.5 else "changes nothing beyond doubt",
    because=f"at the last layer before pooling {mean.mean():.0%} of the words are right with the mean and {both.mean():.0%} with both; "
    f"{won} seconds are won and {lost} lost.",
)

# %%
conclude(
    "19.summary",
    share[0] > 0.5,
    yes=f"The mean over time forgets how much a channel moves. With the deviation beside it, {both.mean():.0%} of the words are named rightly instead of {mean.mean():.0%}: of the seconds that changed, {won} were won and {lost} lost.",
    no=f"With the deviation beside the mean {both.mean():.0%} of the words are right instead of {mean.mean():.0%}; {won} seconds are won and {lost} lost. That is no difference beyond doubt.",
)

# %% [markdown]
# **Investigate.** Which layer would you take for words? The words were judged on people held out from those who teach, so the choice is allowed; whoever
# chooses by the test side has no test any more (lesson 03). The voices are shown on their test side: look, and do not choose. For a
# self-supervised network do the same with `encoder.every_layer(waves)`.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · LoRA and adapters by hand
#
# WavLM has 95 million weights. To fine-tune all of them for each of your tasks means to store and to load 378 MB for each. Two small
# additions to a frozen network do with a hundredth:
#
# - **LoRA** (low-rank adaptation) puts a correction beside a layer: *W x + s B A x*. `A` brings the input down to a few numbers, the *rank*;
#   `B` makes a correction of the output from them. `B` begins at zero, so that nothing changes at first.
# - An **adapter** stands behind a layer: *y + B relu(A y)*. It has a bend in its middle.
#
# **In plain PyTorch** LoRA for a dense layer:


# %%
class HandLoRA(nn.Module):
    def __init__(self, layer, rank, scale):
        super().__init__()
        self.layer, self.scale = layer.requires_grad_(False), scale
        self.A = nn.Parameter(torch.randn(rank, layer.in_features) / layer.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, x):
        return self.layer(x) + self.scale * (x @ self.A.T) @ self.B.T


# %% tags=["check-output"]
layer = copy.deepcopy(base.model.body.project)
beside, x = HandLoRA(layer, rank=4, scale=2.0), torch.randn(5, layer.in_features)
print("at first nothing changes:", torch.equal(beside(x), layer(x)))

# %% [markdown]
# **Predict.** Our base has about one and a half million weights in its body. LoRA of rank 4 beside *every* dense layer and convolution
# trains how many of a hundred?

# %% tags=["predict"]
guess("19.share", "LoRA of rank 4 trains, of the body's parameters, ...", unit="%", low=0, high=100)

# %%
from course_lib.transfer import add_adapters, add_lora, additions, detach, merge

whole = sum(p.numel() for p in base.model.body.parameters())
small = sum(p.numel() for p in additions(add_lora(base.model, 4)).values())
reveal(
    "19.share",
    round(100 * small / whole, 1),
    because=f"{small:,} beside {whole:,}. For a layer it is the rank times (inputs + outputs) instead of inputs times outputs.",
)

# %% [markdown]
# A convolution over time reads `inputs` channels, `kernel` frames at a time, and gives `outputs` channels. `A` has the layer's own kernel,
# `B` reads one frame: `rank * (inputs * kernel + outputs)` parameters together. A dense layer is the case of kernel 1.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 1: merge it.** After training, LoRA can become part of the weights; then the network is as large and as fast as before.
# Which matrix replaces `W`? Return a new one. An adapter cannot be merged: because of the bend it is no matrix.


# %% tags=["solution"]
def merged(W, A, B, scale):
    """W (outputs, inputs), A (rank, inputs), B (outputs, rank) -> the weights (outputs, inputs) that do both."""
    ### BEGIN SOLUTION
    return W + scale * B @ A
    ### END SOLUTION


# %%
check("19.merged", merged)

# %%
hint("19.merged")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Does it pay?
#
# Four ways to make the base serve a new task, the same number of epochs each: *head only* (lesson 09), *LoRA*, *adapters*, and *everything*
# (full fine-tuning, lesson 10). All begin with the head that fits the frozen vectors. The first task is far from what the base
# learned: forty words. And old voices, for which a head was fitted before, tell what is forgotten.

# %%
old = load("narrators").select(role="base")
old = old.select(speaker=old.speakers[::3])
first_head = {part: base.features(old.select(split=part)) for part in ("train", "test")}
asked = first_head["test"].take(range(0, len(first_head["test"]), 2))


def vectors_of(model, data):
    return embed(model, data.tensors()[0].float()).numpy()


# %%
old_head = fit_head(vectors_of(base.model, first_head["train"]), first_head["train"].y.numpy())
old_chance = float(asked.y.bincount().max() / len(asked))


def remembered(model):
    """Accuracy of the old voices' head on what the body says now."""
    return accuracy(old_head.scores(vectors_of(model, asked)).argmax(1), asked.y.numpy())


before = remembered(base.model)
print(f"old voices before: {before:.0%} of {len(asked)} seconds, guessing {old_chance:.0%}")


# %%
def head_only(data, seed):
    """The frozen base with a head that was fitted to its vectors."""
    model = init_from_base(base.model, "body", len(data.classes), seed)
    head = fit_head(vectors_of(base.model, data), data.y.numpy())
    with torch.no_grad():
        model.head.weight.copy_(torch.tensor(head.weights))
        model.head.bias.copy_(torch.tensor(head.bias))
    return model


# %%
EPOCHS = 3 if PROFILE == "quick" else 20
ADD = {
    "LoRA": lambda model, seed: add_lora(model, 4, seed=seed),
    "adapters": lambda model, seed: add_adapters(model, 8, seed=seed),
    "everything": lambda model, seed: unfreeze(model),
}

# %%
HOW = {"schedule": "cosine", "batch_size": 16, "patience": None}


def tuned(way, data, seed, rate, epochs=EPOCHS, progress=False):
    """(model, History): the additions, or everything, trained from the fitted head on."""
    model = ADD[way](head_only(data, seed), seed)
    rates = {"body": rate, "head": 1e-3}
    return model, fit(model, data, epochs=epochs, lr=rates, seed=seed, progress=progress, **HOW)


def named(model, data):
    """The accuracy of model and head, in small batches, which need less memory."""
    return measure(model, data, batch_size=64)[1]


# %% [markdown]
# Each way needs a rate of its own: weights that begin at zero bear larger steps than weights that are good already. Two rates each, chosen on
# people held out from those who teach; adapters take the rate of LoRA.

# %%
TRY = {"LoRA": (2e-3, 5e-3), "everything": (1e-4, 3e-4)}
tried = {
    (way, rate): named(tuned(way, words["train"], SEED, rate)[0], words["valid"])
    for way, rates in TRY.items()
    for rate in rates
}

# %%
RATE = {way: max(rates, key=lambda rate, way=way: tried[way, rate]) for way, rates in TRY.items()}
RATE["adapters"] = RATE["LoRA"]
print({f"{way}, {rate:g}": f"{value:.0%}" for (way, rate), value in tried.items()})

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** On the test words, other people than those who taught them, how far does LoRA get?

# %% tags=["predict"]
guess(
    "19.far",
    "LoRA, which trains two of a hundred weights, ...",
    options=[
        "is no better than head only",
        "lies between head only and everything",
        "is not worse than everything beyond doubt",
    ],
)

# %% tags=["own-machine"]
ways = ["head only", *ADD]
far, kept, trains, with_lora_on = {}, {}, {}, []
for way in ways:
    far[way], kept[way], start = [], [], time.perf_counter()
    for seed in SEEDS:
        trained = way in ADD
        model = tuned(way, words["teach"], seed, RATE[way])[0] if trained else head_only(words["teach"], seed)
        far[way].append(named(model, words["test"]))
        kept[way].append(remembered(model))
        with_lora_on += [model] * (way == "LoRA")
    trains[way] = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print(f"{way:11} {(time.perf_counter() - start) / len(SEEDS):.1f} s to train and judge")

# %%
word_chance = float(words["test"].y.bincount().max() / len(words["test"]))

# %%
print(f"{'':12} {'trained':>10}   {'new words':>9}   {'old voices':>10}")
for way in ways:
    print(
        f"{way:12} {trains[way]:10,}   {mean_and_spread(far[way])[0]:9.1%}   {mean_and_spread(kept[way])[0]:10.1%}"
    )
print(f"{'guessing':12} {'':10}   {word_chance:9.1%}   {old_chance:10.1%}")

# %%
gain = paired_difference(far["LoRA"], far["head only"])
behind = paired_difference(far["LoRA"], far["everything"])

# %%
reveal(
    "19.far",
    "is no better than head only" if not gain.better else "lies between head only and everything" if behind.worse
    else "is not worse than everything beyond doubt",
    because=f"seed by seed, LoRA less head only: {gain}; LoRA less everything: {behind}.",
)  # fmt: skip

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(far, xlabel="test words named rightly", chance=word_chance, title="A task far from what the base learned"),
    alt="Test words named rightly, three seeds: " + "; ".join(f"{way} {min(v):.0%} to {max(v):.0%}" for way, v in far.items())
    + f". Guessing {word_chance:.0%}.",
)  # fmt: skip

# %%
conclude(
    "19.far",
    gain.better,
    yes=f"Far from what the base learned, LoRA is worth it: {gain} of the test words over head only, over {gain.n} seeds. Against full fine-tuning it is {behind}, with {trains['LoRA'] / trains['everything']:.0%} of the trained parameters.",
    no=f"On these words LoRA is not better than head only beyond doubt: {gain} over {gain.n} seeds. Against full fine-tuning it is {behind}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "the weights are frozen, so nothing is forgotten".** The old weights are all there. But what the body *says* is changed by what was
# > added, and the old head was made for what it said before.
#
# How much that is depends on the rate: at a gentle one few answers change. Look at the last column of the table, and then take LoRA off:


# %%
def answers(model):
    """Whom the old head names now, second by second."""
    return old_head.scores(vectors_of(model, asked)).argmax(1)


# %%
on = [answers(model) for model in with_lora_on]
off = [answers(detach(model)) for model in with_lora_on]
others = [int((now != answers(base.model)).sum()) for now in on]
back = all(np.array_equal(now, answers(base.model)) for now in off)
spared = paired_difference(kept["LoRA"], kept["everything"])
print(
    f"other answers than before: with LoRA {others} of {len(asked)}, for each seed; taken off: {'none' if back else 'some'}"
)

# %%
conclude(
    "19.off",
    back and wilson_interval(min(others), len(asked))[0] > 0.02,
    yes=f"With LoRA in place the old head answers otherwise in {min(others)} to {max(others)} of {len(asked)} seconds, and names {mean_and_spread(kept['LoRA'])[0]:.1%} rightly instead of {before:.1%}. Taken off, every answer is as it was. Full fine-tuning keeps {mean_and_spread(kept['everything'])[0]:.1%} (LoRA less everything: {spared}), and has no way back but a copy of all weights.",
    no=f"With LoRA in place the old head answers otherwise in {min(others)} to {max(others)} of {len(asked)} seconds; taken off, {'every answer is' if back else 'not every answer is'} as it was.",
)

# %% [markdown]
# So one base can serve many tasks: it is loaded once, and each task brings its additions and its head.

# %%
model = with_lora_on[0]
parts = {"base": base.model.state_dict(), "LoRA": additions(model), "head": model.head.state_dict()}
for name, state in parts.items():
    print(f"{name:5} {sum(value.numel() * 4 for value in state.values()) / 1e3:7,.0f} kB")

# %% tags=["check-output"]
X = words["test"].tensors()[0][:64].float()
plain = merge(model)
with evaluating(plain), evaluating(model):
    print("merged, the same answers:", torch.equal(plain(X).argmax(1), model(X).argmax(1)))
print("merged, the base's own size:", sum(p.numel() for p in plain.body.parameters()) == whole)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Train LoRA on the words at other rates, and watch both curves: what is learned, and what the old head still names while LoRA is in place. Is
# there a rate at which one is gained and the other not lost?


# %%
def once_more(lr, progress):
    return tuned("LoRA", words["train"], SEED, lr, progress=progress)


watch = {"held-out words": lambda model: named(model, words["valid"]), "old voices": remembered}
live = TrainingLive(
    once_more, lr=RATE["LoRA"], watch=watch, chance=word_chance, title="LoRA: words, old voices"
).seek(
    "words gain ten points, old voices lose less than five", first_gain=(0.1, None), second_gain=(-0.05, None)
)
_ = live.run()

# %% [markdown] slideshow={"slide_type": "slide"}
# Now a task that is *near*: voices again, new ones, five seconds of each, four epochs, at the rates that were chosen for the words.
#
# **Predict.** What do LoRA and full fine-tuning add to head only?

# %% tags=["predict"]
guess(
    "19.near",
    "On new voices, with five seconds of each, beyond doubt ...",
    options=["both add", "one of them adds", "neither adds"],
)

# %%
near = {"head only": [named(head_only(part, k), other_days) for part, k in zip(draws, SEEDS)]}
for way in ("LoRA", "everything"):
    near[way] = [
        named(tuned(way, part, k, RATE[way], EPOCHS + 1)[0], other_days) for part, k in zip(draws, SEEDS)
    ]

# %%
adds = {way: paired_difference(near[way], near["head only"]) for way in ("LoRA", "everything")}
better = sum(each.better for each in adds.values())

# %%
reveal(
    "19.near",
    ["neither adds", "one of them adds", "both add"][better],
    because="; ".join(f"{way} {mean_and_spread(values)[0]:.0%}" for way, values in near.items())
    + f"; guessing {chance:.0%}. Over head only: " + ", ".join(f"{way} {each}" for way, each in adds.items()) + ".",
)  # fmt: skip

# %%
conclude(
    "19.near",
    gain.better and not adds["LoRA"].better,
    yes=f"Near to what the base learned three draws show no gain of LoRA over head only: {adds['LoRA']}, where far from it there is {gain}. The better the frozen vectors fit, the less there is to win. Full fine-tuning gives {adds['everything']} here.",
    no=f"Near to what the base learned LoRA gives {adds['LoRA']} over head only, far from it {gain}; full fine-tuning gives {adds['everything']} here.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: your own LoRA.** `base` is a small network that knows eight voices, with a new head for six others. Put LoRA of rank 4 at most beside
# its two dense layers `model.body[0]` and `model.body[3]`, train it together with the head on `(X, y)`, and return the network. The
# check names seconds of other days with it, and asks whether the layers of the base are as they were and how much you trained. `HandLoRA` of section 5 may be used.


# %% tags=["solution"]
def with_lora(model, X, y):
    """model.body (two dense layers at 0 and 3) and model.head; X (n, 128), y (n,) -> the trained network."""
    ### BEGIN SOLUTION
    model.body.requires_grad_(False)
    for place in (0, 3):
        model.body[place] = HandLoRA(model.body[place], rank=4, scale=2.0)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(X), y).backward()
        optimizer.step()
    return model
    ### END SOLUTION


# %%
check("19.with_lora", with_lora)

# %%
hint("19.with_lora")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("19")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A card says what a checkpoint learned from, how, and what one may do with it; the licence of the weights is not that of the recordings.
# 2. A pickle is a program: load with `weights_only=True` or from safetensors, and compare the sum with the published one.
# 3. Behind one method, `embed`, all encoders can be compared, also with their own untrained network; layer and summary over time are chosen on validation. <!-- conclusions: 19.learned, 19.summary -->
# 4. LoRA trains small matrices beside the layers, and pays where the task is far from what the base learned; near to it the head alone may be enough. <!-- conclusions: 19.far, 19.near -->
# 5. Additions change what the body says, so old heads answer otherwise while they are in place; taken off, the base is what it was. <!-- conclusion: 19.off -->
#
# ## What comes next
#
# Take an encoder of the table, your own recordings (`course data import`), and the questions of this course: an honest split, a chance line, seeds and an
# interval. [A project](../docs/project.md) at the end of the course asks for exactly that.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - L. Wan, Q. Wang, A. Papir, I. Lopez Moreno: Generalized end-to-end loss for speaker verification. *ICASSP* (2018). Look for: how a batch is made of people.
# - B. Desplanques, J. Thienpondt, K. Demuynck: ECAPA-TDNN. *Interspeech* (2020). Look for: which of its parts our base has too.
# - A. Baevski, H. Zhou, A. Mohamed, M. Auli: wav2vec 2.0. *NeurIPS* (2020). Look for: what ten minutes of labels are enough for.
# - W.-N. Hsu and others: HuBERT. *IEEE/ACM TASLP* 29 (2021). Look for: where the targets come from, if nobody labelled anything.
# - S. Chen and others: WavLM. *IEEE JSTSP* 16 (2022). Look for: the figure that says which layers serve speakers.
# - S. Yang and others: SUPERB: speech processing universal performance benchmark. *Interspeech* (2021). Look for: a frozen encoder with a weighted sum of its layers.
# - N. Houlsby and others: Parameter-efficient transfer learning for NLP. *ICML* (2019): adapters. Look for: accuracy over the share of trained parameters.
# - E. J. Hu and others: LoRA: low-rank adaptation of large language models. *ICLR* (2022). Look for: how small the rank may be.
# - A. Nagrani, J. S. Chung, A. Zisserman: VoxCeleb. *Interspeech* (2017). Look for: how the voices were collected, and who was asked.
