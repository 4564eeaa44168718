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
# # 10 · Fine-tuning
#
# **Why:** a trained body may also move a little, if one knows how to move it without breaking it.
#
# **Objectives.** After this lesson you can
#
# - fine-tune in the right order: the new head first, then everything, gently;
# - measure what was forgotten, and find the rate at which forgetting starts;
# - give each layer its own learning rate;
# - explain how a frozen body with BatchNorm can change all the same, and prevent it;
# - compare feature extraction with fine-tuning fairly: equal budgets, several seeds, spread and time.
#
# **Minutes:** 60 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 04 (learning rate), 07 (the small CNN) and 09 (feature extraction).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour: sections 1, 2, 4 and 5. Section 3 is for the exercise hour. The lesson loads its base from the course; RETRAIN = True
# makes it in about a minute. Where classes stumble: they look at the new voices only and never ask what became of the old ones.

# %%
import copy
import time

import torch

from course_lib import check, conclude, figure, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib import on_real_recordings
from course_lib.data import hold_out
from course_lib.metrics import mean_and_spread, paired_difference, wilson_interval
from course_lib.models import SmallCNN
from course_lib.teaching.plots import show_curves, show_scores
from course_lib.training import fit, measure
from course_lib.training import predict
from course_lib.transfer import base_speakers, embed, sample_enrolment, fit_frozen, layer_rates
from course_lib.transfer import load_base, speakers_of, init_from_base, train_base, unfreeze
from course_lib.teaching.widgets.layer_story import LayerStory
from course_lib.teaching.widgets.training_live import TrainingLive

# %% tags=["parameters"]
CORPUS = "narrators"  # whose voices are new: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers
RETRAIN = False  # True: train the base here and now instead of loading it (about a minute)

# %%
seed_everything(SEED)
base = train_base(load("narrators"), seed=SEED) if RETRAIN else load_base("small_cnn")
VOICES = 16 if PROFILE == "quick" else 1000  # at most so many new voices
corpus = speakers_of(CORPUS)  # voices that the base has never met
corpus = corpus.select(speaker=corpus.select(split="test").speakers[:VOICES])
divided = hold_out(corpus, seed=SEED)  # a part of the training side, to compare on; the test side waits
print(base)
print(corpus)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · First the head, then everything
#
# In lesson 09 the body stayed as it was. *Fine-tuning* lets it change as well: the gradients of the new voices go through all
# layers. We give it five seconds of each new voice.

# %%
everything = base.features(divided.select(split="train"))
judge = base.features(divided.select(split="valid"))
some = sample_enrolment(everything.y.numpy(), everything.windows.clip_index, 5, SEED)
learn = everything.take(some)
voices, chance = len(learn.classes), float(judge.y.bincount().max() / len(judge))
listen(everything.windows[int(some[0])][0], label=f"One second of {learn.classes[learn.y[0]]}, a new voice")
print(f"{len(learn)} seconds to learn from, {len(judge)} to compare on, {voices} voices")

# %% [markdown]
# And what of the old voices? Put the *old* head back on the changed body, and test it again. In this way we measure what the body
# still knows of them.

# %%
own = base_speakers(load("narrators"))  # the voices that the base was trained on
familiar = base.features(own.select(split="valid"))
familiar = familiar.take(range(0, len(familiar), 2))  # every other second is enough to see what is forgotten

# %%
old_chance = float(familiar.y.bincount().max() / len(familiar))


def remembered(model):
    """Accuracy on the old voices of a moved body under the old head."""
    old = copy.copy(base.model)
    old._modules = {"body": model.body, "head": base.model.head}
    return measure(old, familiar)[1]


before = remembered(base.model)
print(f"the base on its own voices: {before:.0%} of {len(familiar)} seconds, guessing {old_chance:.0%}")

# %% [markdown] slideshow={"slide_type": "slide"}
# Three ways, the same number of epochs each:
#
# - *head only*: the body stays as it is;
# - *all at once*: new head and body together, from the first step, at the rate that suits a new head;
# - *head first*: half of the epochs for the head alone, then the other half for everything, with a tenth of the rate.
#
# **Predict.** The new head is random at first. What do its first gradients do to the body?

# %% tags=["predict"]
guess(
    "10.order",
    "Head only forgets nothing. Of the other two, which remembers more of the old voices?",
    options=["all at once", "head first, then everything gently", "undecided"],
)

# %%
SEEDS = [SEED, SEED + 1, SEED + 2]
MANY = [SEED + k for k in range(5)]  # where a network is trained in a second, five seeds decide more
EPOCHS = 10 if PROFILE == "quick" else 40
HOW = {"batch_size": 16, "patience": None, "progress": False}


# %%
def head_only(data, seed, epochs=EPOCHS, start=base):
    """A new head on the frozen body."""
    model = init_from_base(start.model, "body", len(data.classes), seed)
    fit_frozen(model, data, epochs=epochs, lr=3e-3, seed=seed, **HOW)
    return model


# %%
def all_at_once(data, seed, epochs=EPOCHS):
    """Everything learns from the first step."""
    model = init_from_base(base.model, "", len(data.classes), seed)
    fit(model, data, epochs=epochs, lr=3e-3, seed=seed, **HOW)
    return model


# %%
def head_first(data, seed, epochs=EPOCHS, lr=3e-4):
    """Half of the epochs for the head alone, half for everything with a small rate."""
    model = unfreeze(head_only(data, seed, epochs // 2))
    fit(model, data, epochs=epochs - epochs // 2, lr=lr, seed=seed, **HOW)
    return model


# %% [markdown]
# **Run.** Three ways, five seeds.

# %%
WAYS = {"head only": head_only, "all at once": all_at_once, "head first": head_first}
tuned = {name: [way(learn, seed) for seed in MANY] for name, way in WAYS.items()}
new = {name: [measure(model, judge)[1] for model in models] for name, models in tuned.items()}
old = {name: [remembered(model) for model in models] for name, models in tuned.items()}

# %%
kept = {name: mean_and_spread(values)[0] for name, values in old.items()}
saved = paired_difference(old["head first"], old["all at once"])  # seed by seed, with its 95 % interval
learned = paired_difference(new["head first"], new["all at once"])

# %%
reveal(
    "10.order",
    "head first, then everything gently" if saved.better else "all at once" if saved.worse else "undecided",
    because=f"of the old voices, {before:.0%} before; after "
    + ", ".join(f"{name} {share:.0%}" for name, share in kept.items())
    + ".",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(new, xlabel="accuracy on the new voices", chance=chance, title="What was learned"),
    alt="New voices, five seeds: "
    + ", ".join(f"{n} {min(v):.0%} to {max(v):.0%}" for n, v in new.items())
    + f". Chance {chance:.0%}.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(old, xlabel="accuracy on the old voices", chance=old_chance, title="What was kept"),
    alt="Old voices under the old head, five seeds: "
    + ", ".join(f"{n} {min(v):.0%} to {max(v):.0%}" for n, v in old.items())
    + f". Before: {before:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# *Head only* keeps everything, of course: its body has not moved. But look at both figures before you judge a way of
# fine-tuning. Whoever shows only the first one hides the price.
#
# Which way is better? The course has one rule: subtract seed by seed, and ask for the 95 % interval of the mean difference.

# %%
conclude(
    "10.order",
    saved.better,
    yes=f"Head first keeps more of the old voices than all at once: {saved} over five seeds. On the new voices the two differ by {learned}.",
    no=f"Head first does not keep more of the old voices beyond doubt: {saved} against all at once, over five seeds. On the new voices the two differ by {learned}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · How gentle is gentle?
#
# **Exercise 1: forgotten.** From `before` to `after`: which share of what was known above chance is gone? 0 is nothing, 1 is
# back to guessing.


# %% tags=["solution"]
def forgotten(before, after, chance):
    """Share of the knowledge above chance that is lost; negative where something was gained."""
    ### BEGIN SOLUTION
    return (before - after) / (before - chance)
    ### END SOLUTION


# %%
check("10.forgotten", forgotten)

# %%
hint("10.forgotten")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Start from the trained head. Then let everything move for six epochs, once with each of these rates: 0.00001,
# 0.0001, 0.001, 0.01. Which one is the first to lose more than a tenth of the old voices?

# %% tags=["predict"]
RATES = [1e-5, 1e-4, 1e-3, 1e-2]
guess(
    "10.rate",
    "A tenth is forgotten from this rate on:",
    options=[*map(str, RATES), "none of them"],
)

# %%
started = head_only(learn, SEED, EPOCHS // 2)
runs = {}
for rate in RATES:
    model, seen = unfreeze(started), {"new voices": [], "old voices": []}
    for moment in range(6 + 1):
        if moment:
            fit(model, learn, epochs=1, lr=rate, seed=SEED + moment, **HOW)
        seen["new voices"].append(measure(model, judge)[1])
        seen["old voices"].append(remembered(model))
    runs[str(rate)] = seen

# %%
losses = {rate: (before - seen["old voices"][-1]) / (before - old_chance) for rate, seen in runs.items()}

# %%
reveal(
    "10.rate",
    next((rate for rate, lost in losses.items() if lost > 0.1), "none of them"),
    because="forgotten: " + ", ".join(f"{lost:.0%} at {rate}" for rate, lost in losses.items()) + ".",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Set a gentle rate beside a rough one, and follow both lines. Is there a rate at which the new voices gain five points
# and the old ones lose nothing? And one at which *both* lose? Then train one yourself: begin roughly, and turn the rate down on the way.


# %%
def moved(lr, progress):
    """The trained head, then everything moves for six epochs."""
    model = unfreeze(started)
    return model, fit(model, learn, epochs=6, lr=lr, seed=SEED, **{**HOW, "progress": progress})


watch = {"new voices": lambda model: measure(model, judge)[1], "old voices": remembered}
TrainingLive(moved, lr=1e-4, runs=runs, watch=watch, chance=chance, title="New voices, old voices").seek(
    "new voices gain five points, old ones lose nothing", first_gain=(0.05, None), second_gain=(0, None)
).seek("a run of your own whose rate you have turned down", lowered=(None, 0.99), done="yes")

# %% [markdown]
# Where did the weights go? Each layer says by how much it has moved from the base, as a share of its own length. Drag a
# box over the sound: does the tuned network need the same part of it?

# %%
second = everything.windows[int(some[0])][0]
LayerStory(tuned["head first"][0], second, learn.classes, before=base.model)

# %%
conclude(
    "10.rate",
    losses["1e-05"] < 0.1 and losses["0.01"] > 0.5,
    yes=f"Forgetting has a cliff: at the gentlest rate {losses['1e-05']:.0%} of what was known of the old voices is gone, at the roughest {losses['0.01']:.0%}. Between them the rate decides.",
    no=f"Of what was known of the old voices, {losses['1e-05']:.0%} is gone at the gentlest rate and {losses['0.01']:.0%} at the roughest; here the two ends do not lie as far apart as usual.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "a larger rate gets there sooner".** It does for random weights, which have nothing to lose. A trained body is
# > already a good solution, found on many voices. Large steps leave it within the first batches, and a few seconds of new voices
# > are not enough to find another one that is as good.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · A rate for each layer
#
# The idea: the first layers listen for parts that any voice has, and the last ones are made for the old names. So let the first
# ones move least: each layer gets the rate of the layer after it, times a factor. Does it help here?
#
# **Exercise 2: rates.** From the first layer to the last.


# %% tags=["solution"]
def rates(n_layers, lr, factor):
    """A list of rates: `lr` for the last layer, `factor` times less for each one before."""
    ### BEGIN SOLUTION
    return [lr * factor ** (n_layers - 1 - k) for k in range(n_layers)]
    ### END SOLUTION


# %%
check("10.rates", rates)

# %%
hint("10.rates")

# %%
for name, rate in layer_rates(unfreeze(base.model), lr=1e-2, factor=0.1).items():
    print(f"{name:12} {rate:.0e}")

# %% [markdown] slideshow={"slide_type": "slide"}
# **In plain PyTorch** the rates are *parameter groups* of the optimizer. Two of them, for body and head, and one epoch of the
# loop of lesson 03:

# %%
plain = init_from_base(base.model, "", voices, SEED)
verb = copy.deepcopy(plain)
groups = [
    {"params": plain.body.parameters(), "lr": 1e-5},
    {"params": plain.head.parameters(), "lr": 1e-3},
]
optimizer = torch.optim.Adam(groups)
X, y = (side[:80] for side in learn.tensors())

# %%
draw = SEED * 1_000_003 + 1  # the seed that `fit` has for its first epoch
order = torch.randperm(len(y), generator=torch.Generator().manual_seed(draw))
torch.manual_seed(draw)  # dropout
plain.train()
for rows in order.split(16):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(plain(X[rows]), y[rows]).backward()
    optimizer.step()

# %% tags=["check-output"]
fit(verb, (X, y), epochs=1, lr={"body": 1e-5, "head": 1e-3}, seed=SEED, **HOW)
print("the same weights:", all(map(torch.equal, plain.parameters(), verb.parameters())))

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** A rough rate of 0.01 for all layers, or 0.01 for the last and a factor of 0.1 from layer to layer: how do they differ?

# %% tags=["predict"]
guess(
    "10.layers",
    "Layer-wise rates ...",
    options=[
        "forget less and learn no less",
        "forget less and learn less",
        "are not shown to forget less",
    ],
)

# %%
layerwise = {}
for factor in (1.0, 0.1):
    models = [unfreeze(head_only(learn, seed, EPOCHS // 2)) for seed in MANY]
    for seed, model in zip(MANY, models):
        fit(model, learn, epochs=EPOCHS // 2, lr=layer_rates(model, 1e-2, factor), seed=seed, **HOW)
    layerwise[factor] = [(measure(model, judge)[1], remembered(model)) for model in models]

# %%
table = {factor: [mean_and_spread(side)[0] for side in zip(*pairs)] for factor, pairs in layerwise.items()}
gained, spared = (
    paired_difference(*([pair[side] for pair in layerwise[factor]] for factor in (0.1, 1.0)))
    for side in (0, 1)
)
words = "are not shown to forget less"
if spared.better:
    words = "forget less and learn less" if gained.worse else "forget less and learn no less"

# %%
reveal(
    "10.layers",
    words,
    because="; ".join(f"factor {f}: new {a:.0%}, old {b:.0%}" for f, (a, b) in table.items()) + ".",
)

# %%
conclude(
    "10.layers",
    spared.better,
    yes=f"At a rough rate, layer-wise rates forget less: {spared} of the old voices' seconds, against one rate for all. On the new voices: {gained}. Where the one rate is gentle enough already, there is little left to protect.",
    no=f"Layer-wise rates do not forget less beyond doubt here: {spared} of the old voices' seconds, against one rate for all. On the new voices: {gained}. A trick that helped elsewhere need not help a network of five layers.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · BatchNorm's trap
#
# The small CNN has no *batch normalisation*. Many larger networks have, and so has the stronger base of lesson 09. In training mode
# such a layer subtracts the mean of the batch and divides by its standard deviation, and keeps running averages of both, for later use. The
# averages are no parameters. No gradient moves them.

# %% [markdown] slideshow={"slide_type": "slide"}
# An experiment. We freeze *every* parameter of the strong base. We keep the mean vector of each new voice, as in lesson 09. Then
# we let a few batches of one voice pass through the body in training mode, as a careless training loop would. No gradient, no
# optimizer. Then we compare new seconds with the means that we kept.

# %%
strong = load_base()
train_mel = strong.features(divided.select(split="train"))
judge_mel = strong.features(divided.select(split="valid"))
X, y = embed(strong.model, train_mel).tensors()
centres = torch.stack([X[y == k].float().mean(0) for k in range(voices)])


def right(model):
    """(n,) True for each second whose nearest kept mean is the right one, with vectors that this model's body makes now."""
    vectors, truth = embed(model, judge_mel).tensors()
    return torch.cdist(vectors.float(), centres).argmin(1) == truth


# %%
frozen = copy.deepcopy(strong.model).requires_grad_(False)
before = right(frozen)
trusted = float(before.float().mean())
print(
    f"before: {trusted:.0%} of {len(judge_mel)} seconds, {sum(p.requires_grad for p in frozen.parameters())} parameters learn"
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** All parameters are frozen. After ten batches in training mode, the accuracy is ...

# %% tags=["predict"]
guess("10.norm", "Afterwards, right in ...", unit="% of the seconds", low=0, high=100)

# %%
one = train_mel.take((y == 0).nonzero().flatten().numpy())
frozen.train()
with torch.no_grad():
    for _ in range(10):
        for sounds, _ in one.batches(8):
            frozen.body(sounds.float())

# %%
changed = sum(not torch.equal(a, b) for a, b in zip(frozen.parameters(), strong.model.parameters()))
now = right(frozen)  # `embed` uses evaluation mode
after = float(now.float().mean())
reveal(
    "10.norm",
    round(100 * after),
    because=f"it was {trusted:.0%}. {changed} parameters have changed. What moved are the running means and variances, towards the one voice that passed.",
)

# %%
lost, won = int((before & ~now).sum()), int((~before & now).sum())  # the same seconds, before and after
of_changes = wilson_interval(lost, max(1, lost + won))  # the share of losses among the answers that changed

# %%
conclude(
    "10.batchnorm",
    changed == 0 and of_changes[0] > 0.5,
    yes=f"No parameter has changed, and yet the network is worse: {trusted:.0%} before, {after:.0%} after; {lost} seconds were lost and {won} won. A frozen network in training mode is not frozen.",
    no=f"{changed} parameters have changed; {trusted:.0%} of the seconds were right before, {after:.0%} after. On these voices the moved averages do little harm beyond doubt; that is luck and no reason to leave them in training mode.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# The cure: whatever is frozen is also put into *evaluation mode*. Then BatchNorm uses the averages of its base and lets
# nothing in; dropout is off there, too. In plain PyTorch it is one line for each such layer, after every `train()`:

# %%
careful = copy.deepcopy(strong.model).requires_grad_(False).train()
for layer in careful.modules():
    if isinstance(layer, torch.nn.BatchNorm1d):
        layer.eval()

# %% tags=["check-output"]
with torch.no_grad():
    for sounds, _ in one.batches(8):
        careful.body(sounds.float())
print("averages as they were:", all(map(torch.equal, careful.buffers(), strong.model.buffers())))

# %% [markdown]
# The course's `fit` does this for you. In other people's code, look for it.

# %%
safe = init_from_base(strong.model, "body", voices, SEED)
fit(safe, train_mel, epochs=2, lr=1e-3, seed=SEED, **HOW)
print(
    f"after two epochs of the course's own loop: {float(right(safe).float().mean()):.0%}, before {trusted:.0%}"
)
print("averages as they were:", all(map(torch.equal, safe.body.buffers(), strong.model.body.buffers())))

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: find the fault.** Here is such a layer in miniature: it subtracts a mean, and returns the result together with the
# running mean. Somebody has "frozen" it. Yet its mean still drifts.


# %%
def broken_norm(batch, mean, momentum, frozen):
    """What comes out for a batch, and the running mean afterwards."""
    now = sum(batch) / len(batch)
    mean = (1 - momentum) * mean + momentum * now
    if frozen:
        now = mean
    return [x - now for x in batch], mean


broken_norm([1.0, 3.0], mean=0.0, momentum=0.1, frozen=True)  # expected ([1.0, 3.0], 0.0)

# %% [markdown]
# Write it anew. Frozen: subtract the running mean as it is, and leave it alone. Not frozen: subtract the mean of the batch, and let the
# running mean follow.


# %% tags=["solution"]
def frozen_norm(batch, mean, momentum, frozen):
    """What comes out for a batch, and the running mean afterwards."""
    ### BEGIN SOLUTION
    if frozen:
        return [x - mean for x in batch], mean
    now = sum(batch) / len(batch)
    return [x - now for x in batch], (1 - momentum) * mean + momentum * now
    ### END SOLUTION


# %%
check("10.frozen_norm", frozen_norm)

# %%
hint("10.frozen_norm")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Is it worth it?
#
# Back to the small CNN. Feature extraction (head only), fine-tuning (head first) and a network from scratch, over the amount of
# speech. Same epochs for all, three seeds, and now on the test side, once. The rate was chosen above, on the other side.

# %%
gains = {rate: seen["new voices"][-1] for rate, seen in runs.items()}
chosen = max(gains, key=gains.get)  # of equals, the gentlest
train = base.features(corpus.select(split="train"))
test = base.features(corpus.select(split="test"))
test_chance = float(test.y.bincount().max() / len(test))
print(f"rate {chosen}; {len(test)} test seconds")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** With sixteen seconds of each voice, fine-tuning ...

# %% tags=["predict"]
guess(
    "10.worth",
    "With sixteen seconds of each voice, fine-tuning against head only is ...",
    options=["better beyond doubt", "worse beyond doubt", "undecided"],
)


# %%
def from_scratch(data, seed):
    """The same network with random weights, everything trained."""
    seed_everything(seed)
    model = SmallCNN(voices)
    fit(model, data, epochs=EPOCHS, lr=1e-3, seed=seed, **HOW)
    return model


# %%
METHODS = {
    "head only": head_only,
    "fine-tuned": lambda data, seed: head_first(data, seed, lr=float(chosen)),
    "from scratch": from_scratch,
}

# %% tags=["own-machine"]
SIZES, results, kept_models = [1, 4, 16], {}, {}
for name, method in METHODS.items():
    start = time.perf_counter()
    for seconds in SIZES:
        parts = [
            train.take(sample_enrolment(train.y.numpy(), train.windows.clip_index, seconds, s)) for s in SEEDS
        ]
        models = [method(part, seed) for part, seed in zip(parts, SEEDS)]
        results[name, seconds] = [measure(model, test)[1] for model in models]
    kept_models[name] = models[0]  # the first seed's, with most speech
    print(f"{name:14} {time.perf_counter() - start:5.1f} s for {len(SIZES) * len(SEEDS)} networks")

# %%
most = SIZES[-1]
moving = {size: paired_difference(results["fine-tuned", size], results["head only", size]) for size in SIZES}
(a, _), (b, _) = (mean_and_spread(results[name, most]) for name in ("fine-tuned", "head only"))

# %%
verdict = (
    "better beyond doubt"
    if moving[most].better
    else "worse beyond doubt"
    if moving[most].worse
    else "undecided"
)
reveal(
    "10.worth",
    verdict,
    because=f"fine-tuned {a:.1%}, head only {b:.1%}, with {most} seconds of each voice; seed by seed {moving[most]}.",
)

# %% slideshow={"slide_type": "fragment"}
lines = {name: [mean_and_spread(results[name, size])[0] for size in SIZES] for name in METHODS}
figure(
    show_curves(
        lines,
        x=SIZES,
        xlabel="seconds of each new voice",
        ylabel="accuracy on the test side",
        chance=test_chance,
        logx=True,
        title="What a base is worth, and what moving it adds",
    ),
    alt="Accuracy against seconds of each voice: "
    + "; ".join(f"{n} from {v[0]:.0%} to {v[-1]:.0%}" for n, v in lines.items())
    + f". Chance {test_chance:.0%}.",
)

# %% slideshow={"slide_type": "fragment"}
spreads = {f"{name}, {size} s": results[name, size] for size in SIZES for name in ("head only", "fine-tuned")}
figure(
    show_scores(spreads, xlabel="accuracy on the test side", chance=test_chance, title="Three seeds each"),
    alt="Three seeds each: "
    + "; ".join(f"{n} {min(v):.0%} to {max(v):.0%}" for n, v in spreads.items())
    + ".",
)

# %%
start = paired_difference(results["head only", 1], results["from scratch", 1])

# %%
conclude(
    "10.base_helps",
    start.better,
    yes=f"With one second of each voice the base decides: head only against a network from scratch, with the same epochs, {start}. A base is worth most where there is least to learn from.",
    no=f"With one second of each voice, head only against a network from scratch, with the same epochs: {start}. Here the base does not help beyond doubt.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# So far the new task was like the old one: again voices. There the frozen features fit well, and moving the body may have little
# to add. Now the *words* of lesson 08, with the same base, which has never been asked for a word: so this is where moving the
# body might pay off. We compare head only with fine-tuning, for the same number of epochs.
#
# **Predict.** On words, is it worth moving the body?

# %% tags=["predict"]
guess(
    "10.words",
    "On words, fine-tuning against head only is ...",
    options=["better beyond doubt", "worse beyond doubt", "undecided"],
)

# %%
spoken = load("synthetic_words")
spoken = spoken.select(label=spoken.labels[::6])
word_train = base.features(spoken.select(split="train"), target="label")
word_test = base.features(spoken.select(split=["valid", "test"]), target="label")  # other people
word_chance = float(word_test.y.bincount().max() / len(word_test))
print(f"{len(word_train)} seconds of {len(word_train.classes)} words, {len(word_test)} to test on")

# %% tags=["own-machine"]
on_words = {}
for name, way in (
    ("head only", head_only),
    ("fine-tuned", lambda data, seed: head_first(data, seed, lr=1e-3)),
):
    on_words[name] = [measure(way(word_train, SEED + k), word_test)[1] for k in range(5)]
moved = paired_difference(on_words["fine-tuned"], on_words["head only"])

# %%
verdict = "better beyond doubt" if moved.better else "worse beyond doubt" if moved.worse else "undecided"
reveal(
    "10.words",
    verdict,
    because=", ".join(f"{name} {mean_and_spread(runs)[0]:.0%}" for name, runs in on_words.items())
    + f", guessing {word_chance:.0%}; seed by seed {moved}.",
)

# %%
conclude(
    "10.worth",
    not moving[most].better and not moved.better,
    yes=f"With as little data as here, moving the body is not worth its price beyond doubt: on new voices, with {most} seconds of each, it changes head only by {moving[most]}; on words, which the base has never been asked for, by {moved}. Try the head alone first. With more data, or more time, measure again.",
    no=f"Here moving the body pays: on new voices, with {most} seconds of each, it changes head only by {moving[most]}; on words, which the base has never been asked for, by {moved}. The less the frozen features fit, the more there is to win.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** Back to the voices. Listen to a second that the head alone got wrong. Did moving the body help? Would you have known?

# %%
answers = {name: predict(kept_models[name], test).argmax(1) for name in ("head only", "fine-tuned")}
wrong = (answers["head only"] != test.y).nonzero().flatten().tolist()
for place in wrong[:1]:
    said = ", ".join(f"{name} said {test.classes[given[place]]}" for name, given in answers.items())
    listen(test.windows[place][0], label=f"This is {test.classes[test.y[place]]}; {said}")
print(f"{len(wrong)} of {len(test)} seconds were wrong with the head alone")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: two rates.** This network knows eight voices; its head has just been replaced by one for six new ones.
# Return the optimizer that lets the head learn and the body move gently. The check takes 60 steps with it and asks for
# the new voices, and for the old ones with their old head.


# %% tags=["solution"]
def optimizer_for(model):
    """An optimizer over model.body and model.head."""
    ### BEGIN SOLUTION
    return torch.optim.Adam(
        [
            {"params": model.body.parameters(), "lr": 3e-4},
            {"params": model.head.parameters(), "lr": 1e-2},
        ]
    )
    ### END SOLUTION


# %%
check("10.gentle", optimizer_for)

# %%
hint("10.gentle")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 5: frozen means frozen.** The body has BatchNorm. Train the new head on (X, y), and only that: afterwards
# the old voices must be named exactly as before. The check runs it on sounds that you have not seen and answers with
# the result, a mark of ten and, where it can tell, what went wrong.

# %% tags=["solution"]
from torch.nn import functional as F


def learn_head(model, X, y):
    """Train model.head on rows X (n, 128) and classes y (n,); model.body stays as it is."""
    ### BEGIN SOLUTION
    model.body.requires_grad_(False)
    model.train()
    model.body.eval()
    optimizer = torch.optim.Adam(model.head.parameters(), lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return model
    ### END SOLUTION


# %%
check("10.keep", learn_head)

# %%
hint("10.keep")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · On real recordings
#
# The same three ways with people, tested on another day; 40 epochs each. Does moving the body pay there?

# %%
on_real_recordings(
    "difficulty",
    "voxforge_en",
    {
        "one second: head only": (results["head only", 1], "1 s: frozen"),
        "one second: fine-tuned": (results["fine-tuned", 1], "1 s: fine-tuned"),
        "one second: from scratch": (results["from scratch", 1], "1 s: from scratch"),
        "16 seconds: head only": (results["head only", 16], "16 s: frozen"),
        "16 seconds: fine-tuned": (results["fine-tuned", 16], "16 s: fine-tuned"),
        "16 seconds: from scratch": (results["from scratch", 16], "16 s: from scratch"),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("10")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. First the new head, then everything, with a small rate: a random head sends random gradients. <!-- conclusion: 10.order -->
# 2. What was forgotten is measured too: the old head back on the moved body, on the old voices.
# 3. The rate decides how much is forgotten; layer-wise rates let the first layers move least and the last ones most. <!-- conclusions: 10.rate, 10.layers -->
# 4. BatchNorm's averages are no parameters; whatever is frozen must also be in evaluation mode. <!-- conclusion: 10.batchnorm -->
# 5. Try the head alone first. Moving the body must be measured: with little data it may not be worth its price. <!-- conclusion: 10.worth -->
#
# ## What comes next
#
# Training the head alone and training everything are two extremes. Lesson 11 measures all that lies between, and the price of
# each. To take home: fine-tuning as a script of forty lines, among the [recipes](../docs/recipes.md).
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - "Neural Networks: Transfer Learning", slides "Two approaches" and "Fine-tuning": "Gently update the network to predict on new data". Look for: the
#   word gently, and what it becomes in numbers.
# - J. Howard, S. Ruder: Universal language model fine-tuning for text classification. *ACL* (2018): layer-wise rates. Look for: the factor
#   between the rates of two layers, and the table that takes one trick away at a time.
# - S. Ioffe, C. Szegedy: Batch normalization. *ICML* (2015). Look for: the algorithm for training beside the one for use.
# - A. Kumar, A. Raghunathan, R. Jones, T. Ma, P. Liang: Fine-tuning can distort pretrained features and underperform
#   out-of-distribution. *ICLR* (2022): why the head comes first. Look for: the two-step recipe, and what it saves.
# - R. M. French: Catastrophic forgetting in connectionist networks. *Trends in Cognitive Sciences* 3 (1999). Look for: why one
#   and the same weights both generalise and forget.
