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
# # 08 · What transfers, and when
#
# **Why:** whether an old network helps with a new task depends on two things, and both can be measured.
#
# **Objectives.** After this lesson you can
#
# - define base, transfer, feature extraction and fine-tuning in one sentence each;
# - test whether a first layer is generic, by giving it to another task;
# - recommend a strategy from the size of the new data and its similarity to the old;
# - decide whether a strategy won, or whether the interval of the difference holds zero;
# - name the controls without which a transfer result says nothing.
#
# **Minutes:** 60 to read and try; running every cell takes under a minute.
#
# **Needs:** lesson 07 (body, head, the base model).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour. The four experiments of section 4 run in about half a minute: start the cell, let the room vote case by case
# while it runs. Where classes stumble: they take the table of advice for a law. It is a starting point; here it does not always win.  <!-- conclusion: 08.advice -->

# %%
import copy
import math

import torch
from torch import nn

from course_lib import check, conclude, figure, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib import on_real_recordings
from course_lib.audio import loudest_second
from course_lib.metrics import mean_and_spread, paired_difference
from course_lib.models import SmallCNN
from course_lib.teaching.plots import new_axes, show_cells, show_scores
from course_lib.training import fit, measure
from course_lib.transfer import sample_enrolment, fit_frozen, freeze, load_base
from course_lib.transfer import speakers_of, init_from_base, train_base
from course_lib.teaching.widgets.layer_story import LayerStory
from course_lib.teaching.widgets.runs import ScoreExplorer
from course_lib.teaching.widgets.sound_map import SoundMap, two_maps

# %% tags=["parameters"]
CORPUS = "narrators"  # whose voices are new: a corpus by name, or the path of a folder
WORDS = "synthetic_words"  # the other task: a corpus with words in its column `label`
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers
RETRAIN = False  # True: train the base here and now instead of loading it (about a minute)

# %%
seed_everything(SEED)
base = train_base(load("narrators"), seed=SEED) if RETRAIN else load_base("small_cnn")
VOICES = 16 if PROFILE == "quick" else 1000  # at most so many new voices
corpus = speakers_of(CORPUS)  # voices that the base has never met
corpus = corpus.select(speaker=corpus.select(split="test").speakers[:VOICES])
print(base)
print(corpus)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Some words
#
# "Train your model on a big, general dataset, then pop off the last few layers, freeze the early layers, and retrain on a very
# specific dataset." So says the talk behind this course. Three more sentences, as a second talk quotes them:
#
# > "Situation where what has been learned in one setting is exploited to improve generalization in another setting."
# > (Ian Goodfellow, Yoshua Bengio and Aaron Courville, *Deep Learning*, 2016)
# >
# > "After supervised learning — Transfer Learning will be the next driver of ML commercial success" (Andrew Ng, 2016)
# >
# > "the key motivation ... is the fact that most models which solve complex problems need a whole lot of data, and getting vast
# > amounts of labeled data for supervised models can be really difficult, considering the time and effort it takes to label data
# > points." (Dipanjan Sarkar, 2018)
#
# The first is a definition, the second a forecast, the third a reason. The words of this lesson:
#
# - The *base* is the network that was trained first, on the *base task*.
# - *Transfer* is putting its weights to use on another task.
# - *Feature extraction*: the body (the *backbone*, others say) is kept as it is; only a new head is trained. A head that is one
#   dense layer is a *linear probe*.
# - *Fine-tuning*: the old weights are the start, and may move.

# %% [markdown]
# Here is a frozen body as a picture: layers with a double border are frozen, those with a single one may learn. Point at a number
# to see what it reads of a second that the base has never heard.

# %%
stranger = loudest_second(corpus.read(corpus.select(split="train").clips[0]))
LayerStory(freeze(base.model, "body"), stranger, base.classes)

# %% [markdown] slideshow={"slide_type": "slide"}
# The same talk tells a story about dogs. Somebody collected 50,000 pictures of 188 breeds and trained three networks:
#
# | network | right |
# | --- | --- |
# | his own, from scratch | 2.4 % |
# | a famous design, trained from scratch | 64 % |
# | the same design, pretrained, then gently fine-tuned | 87 % |
#
# Guessing gives 0.5 %. It is a good story. But the first two lines differ in the design, and say nothing about transfer; nobody
# says how often each was tried; and one line is missing: the famous design with a *random* body that stays frozen. In this lesson
# we tell the story again, on sound, with every line measured.

# %% [markdown] slideshow={"slide_type": "slide"}
# Our base was trained to name the voices of the base side. Here are two new tasks for it. One is like the old one: *new voices*.
# The other is different: *which word is it?*, no matter who says it.

# %%
words = load(WORDS)
for part, what in ((corpus, "speaker"), (words, "label")):
    clip = part.select(split="train").clips[0]
    listen(loudest_second(part.read(clip)), label=f"{clip.get(what)}, to learn as a {what}")

# %% [markdown]
# Some of the words are put aside for later: a network of section 2 will learn them. The new task gets others.

# %%
new_words = words.labels[::6]
old_words = [word for word in words.labels if word not in new_words][::2]
new_task = words.select(label=new_words)

# %%
voices = base.features(corpus.select(split="train"))
voices_test = base.features(corpus.select(split="test"))
spoken = base.features(new_task.select(split="train"), target="label")
spoken_test = base.features(new_task.select(split=["valid", "test"]), target="label")

# %%
for name, a, b in (("voices", voices, voices_test), ("words", spoken, spoken_test)):
    print(f"{name}: {len(a.classes)} classes, {len(a)} seconds to learn from, {len(b)} to test on")

# %% [markdown]
# The words to test on are spoken by other people than those to learn from. Nothing is chosen in this lesson, so all comparisons
# are made on what was put away for tests.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Is the first layer generic?
#
# "Freeze the early layers": why the early ones? The idea is that they listen for things that any sound has. To see whether that
# is true, we need a first layer from another task. So here is a second network, which learned words (not those of the new task)
# and has never been asked who speaks, and a third, which has learned nothing.

# %%
known = base.features(words.select(split="train", label=old_words), target="label")
asked = base.features(words.select(split="test", label=old_words), target="label")

# %% tags=["own-machine"]
seed_everything(SEED)
word_network = SmallCNN(len(known.classes))
fit(word_network, known, epochs=10, lr=1e-3, batch_size=32, patience=None, seed=SEED, progress=False)
print(f"the word network names {measure(word_network, asked)[1]:.0%} of its {len(known.classes)} words")

# %%
seed_everything(SEED)
nothing = SmallCNN(2)  # random weights that nobody trains

LAYERS = {"voices": base.model, "words": word_network, "random": nothing}

# %% slideshow={"slide_type": "fragment"}
fig, boxes = new_axes(3, 6, height=6.0)
for row, (name, model) in zip(boxes, LAYERS.items()):
    kernels = model.body.conv1.weight[:, 0].detach()  # (32, 32 bins, 12 frames)
    for box, kernel in zip(row, kernels[kernels.std(dim=(1, 2)).argsort(descending=True)[:6]]):
        show_cells(kernel, box, signed=True, numbers=False)
    row[0].set_ylabel(f"{name}: bin")
boxes[-1, 0].set_xlabel("frame (32 ms)")
figure(
    fig,
    alt="Six kernels of the first layer of three networks: trained on voices, trained on words, and random. The random ones look like noise.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Pictures make us curious, but prove nothing. The proof is an *exchange*. Take a first layer, freeze it, train everything behind
# it from scratch on one of the two tasks. Do this with the task's own first layer, with that of the other task, and with the
# random one.
#
# **Predict.** On the voices: will the first layer that learned *words* be of use?

# %% tags=["predict"]
guess(
    "08.exchange",
    "For voices, a frozen first layer that learned words is ...",
    options=[
        "about as good as the task's own",
        "between the task's own and a random one",
        "no better than a random one",
    ],
)

# %% [markdown]
# **Run.** Three layers on two tasks, five seeds each, four seconds of each class. Every network gets the same number of updates.
# It is a small number: in lesson 07 a network with random weights needed more than a hundred updates before it learned anything.
# So this is a question about the *start*: with which layer does a network begin to learn soonest?

# %%
SEEDS = [SEED, SEED + 1, SEED + 2]
UPDATES = 48 if PROFILE == "quick" else 300  # steps of the optimizer, the same for every network
HOW = {"lr": 2e-3, "batch_size": 16, "patience": None, "progress": False}


# %%
def some(data, seconds, seed):
    """At most so many seconds of each class, drawn over its recordings."""
    return data.take(sample_enrolment(data.y.numpy(), data.windows.clip_index, seconds, seed))


# %%
def trained(model, data, seed):
    """The model after `UPDATES` batches of 16, however little data there is."""
    fit_frozen(model, data, epochs=math.ceil(UPDATES / math.ceil(len(data) / 16)), seed=seed, **HOW)
    return model


# %%
def exchanged(layer, data, judge, seed):
    """Accuracy of a network with this frozen first layer, the rest trained from scratch."""
    seed_everything(seed)
    model = SmallCNN(len(data.classes))
    model.body.conv1.load_state_dict(layer.body.conv1.state_dict())
    model.body.conv1.requires_grad_(False)
    return measure(trained(model, some(data, 4, seed), seed), judge)[1]


# %% tags=["own-machine"]
TASKS = {"voices": (voices, voices_test), "words": (spoken, spoken_test)}
swaps = {
    (task, name): [exchanged(layer, *sides, seed) for seed in range(SEED, SEED + 5)]
    for task, sides in TASKS.items()
    for name, layer in LAYERS.items()
}

# %%
for (task, name), runs in swaps.items():
    mean, spread = mean_and_spread(runs)
    print(f"task {task:7} first layer from {name:7} {mean:6.1%} ± {spread:.1%}")

# %%
own, foreign, random = (swaps["voices", name] for name in LAYERS)
o, f, r = (mean_and_spread(runs)[0] for runs in (own, foreign, random))

# %%
answer = "between the task's own and a random one"
if not paired_difference(foreign, random).better:
    answer = "no better than a random one"
elif not paired_difference(own, foreign).better:
    answer = "about as good as the task's own"

# %%
reveal(
    "08.exchange",
    answer,
    because=f"own {o:.0%}, foreign {f:.0%}, random {r:.0%}. One layer counts as better than another if the interval of their difference, seed by seed, lies above zero: section 4 has that rule as an exercise.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 1: what is a foreign layer worth?** Put it on a scale from 0, as good as a random layer, to 1, as good as the task's
# own layer. Where the task's own layer gains nothing over a random one, there is no such scale: return None.


# %% tags=["solution"]
def kept_gain(own, foreign, random):
    """Share of the own layer's gain over a random one that the foreign layer brings, or None."""
    ### BEGIN SOLUTION
    if own <= random:
        return None
    return (foreign - random) / (own - random)
    ### END SOLUTION


# %%
check("08.kept_gain", kept_gain)

# %%
hint("08.kept_gain")

# %% slideshow={"slide_type": "fragment"}
fig, boxes = new_axes(1, 2, width=9.0)
for box, (task, (_, judge)) in zip(boxes, TASKS.items()):
    chance = float(judge.y.bincount().max() / len(judge))
    runs = {f"from {name}": swaps[task, name] for name in LAYERS}
    show_scores(runs, box, xlabel="accuracy", chance=chance, title=f"New task: {task}")
figure(
    fig,
    alt="Accuracy with a frozen first layer from voices, words or random weights: "
    + "; ".join(f"task {t}, layer {n} {mean_and_spread(v)[0]:.0%}" for (t, n), v in swaps.items())
    + ".",
)

# %% [markdown]
# Two comparisons matter. Is the foreign layer better than the *random* one? And is it nearly as good as the task's own? Only if
# both hold is the layer generic in this sense.

# %%
there = paired_difference(swaps["words", "voices"], swaps["words", "random"])
back = paired_difference(swaps["voices", "words"], swaps["voices", "random"])

# %%
conclude(
    "08.exchange",
    there.better,
    yes=f"A first layer that learned voices serves words: {there} against a random one. "
    + (
        f"The other way round it is so too: {back}."
        if back.better
        else f"The other way round nothing is shown: a layer that learned a few words does not serve voices better than a random one, {back}. So being the first layer does not make it generic; what it was trained on matters."
    ),
    no=f"A first layer that learned voices does not serve words better than a random one beyond doubt, {there}; a layer that learned words serves voices by {back}. With so few updates neither layer is shown to be generic.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "a random layer is useless".** It mixes its inputs in a random way, and a trained layer behind it can use the
# > mixture. So being better than chance is no proof of transfer. Being better than random layers *of the same network* is.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Two questions, four cases
#
# Before you transfer, ask two questions. How *much* do you have of the new task? How *similar* is it to the old one?
#
# | your data | similar task | different task |
# | --- | --- | --- |
# | **much data** | fine-tune all | train from scratch |
# | **little data** | new head | freeze the early layers |
#
# This is the usual advice. The reasons: little data cannot train many weights; a different task needs other late layers.
# "A simple introduction to transfer learning with audio detection" adds a caveat to each row. Much data of a *different* task: "if the
# computational cost is a concern, despite data dissimilarity we can use a pre-trained model by freezing base layers". Much data of
# a *similar* task: "we can use any strategy we want". Little data of a different task: "a difficult situation".

# %% [markdown] slideshow={"slide_type": "slide"}
# How *similar* are our two tasks to the old one? Words, as the frozen body of the base describes them: do the seconds of one word lie
# together, or those of one speaker? Point at them and listen.

# %%
heard = [clip for clip in new_task if clip.speaker in new_task.speakers[:6]][:90]
seconds_of = [loudest_second(new_task.read(clip)) for clip in heard]
described = base.embed(torch.stack(seconds_of)).flatten(1).numpy()
SoundMap(
    two_maps(described, seed=SEED), described, [clip.get("label") for clip in heard], seconds_of.__getitem__, kind="word",
    title=f"{len(heard)} words by what a base of voices hears",
)  # fmt: skip

# %% [markdown] slideshow={"slide_type": "slide"}
# **In plain PyTorch** each of these ways is a few lines: copy the base, freeze what is to stay, put a new head where the old
# names were. Here the first layer is frozen, and everything else may learn.

# %%
plain = copy.deepcopy(base.model)
plain.body.conv1.requires_grad_(False)  # gets no gradient: it stays as it is
torch.manual_seed(SEED)
plain.head.dense1.reset_parameters()
plain.head.dense2 = nn.Linear(128, len(voices.classes))  # the old names go, new ones come
print(f"{sum(p.numel() for p in plain.parameters() if p.requires_grad):,} parameters learn")

# %% [markdown]
# The library's verb for it is `init_from_base`. Both are trained for an epoch and compared:

# %% tags=["check-output"]
verb = init_from_base(base.model, "body.conv1", len(voices.classes), SEED)
for model in (plain, verb):
    fit(model, some(voices, 2, SEED), epochs=1, seed=SEED, **HOW)
print("same weights:", all(map(torch.equal, plain.parameters(), verb.parameters())))
print("first layer unmoved:", torch.equal(plain.body.conv1.weight, base.model.body.conv1.weight))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Four experiments
#
# Now all four cases, live. Much: six seconds of each class. Little: two. Similar: new voices. Different: words. In each case
# five ways, with the same seeds, rate and number of updates. The second is the control: a random body that stays random.

# %%
STRATEGIES = {
    "train from scratch": lambda n, seed: SmallCNN(n),
    "random body, new head": lambda n, seed: init_from_base(nothing, "body", n, seed),
    "new head": lambda n, seed: init_from_base(base.model, "body", n, seed),
    "freeze the early layers": lambda n, seed: init_from_base(base.model, "body.conv1", n, seed),
    "fine-tune all": lambda n, seed: init_from_base(base.model, "", n, seed),
}


# %%
def score(name, data, judge, seed):
    """Accuracy of one strategy after the same number of updates."""
    seed_everything(seed)
    return measure(trained(STRATEGIES[name](len(data.classes), seed), data, seed), judge)[1]


# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The base knows nothing of words. With two examples of each word, what is best?

# %% tags=["predict"]
guess("08.words", "Few examples, different task: best is ...", options=list(STRATEGIES))

# %%
CASES = {
    "much, similar": ("voices", 6),
    "little, similar": ("voices", 2),
    "much, different": ("words", 6),
    "little, different": ("words", 2),
}

# %% tags=["own-machine"]
results = {}
for case, (task, seconds) in CASES.items():
    data, judge = TASKS[task]
    results[case] = {
        name: [score(name, some(data, seconds, seed), judge, seed) for seed in SEEDS] for name in STRATEGIES
    }
    print(f"{case}: done")

# %%
means = {case: {n: mean_and_spread(runs)[0] for n, runs in ways.items()} for case, ways in results.items()}
last = means["little, different"]

# %%
reveal(
    "08.words",
    max(last, key=last.get),
    because=", ".join(f"{name} {mean:.0%}" for name, mean in last.items()) + ".",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Go through the four cases. Does the advice win? Where does the control stand? Where do the dots overlap?

# %%
ADVICE = {
    "much, similar": "fine-tune all",
    "little, similar": "new head",
    "much, different": "train from scratch",
    "little, different": "freeze the early layers",
}

# %%
chances = {
    case: float(TASKS[task][1].y.bincount().max() / len(TASKS[task][1])) for case, (task, _) in CASES.items()
}

# %%
ScoreExplorer(results, chances=chances, advice=ADVICE).seek(
    "another case in which the usual advice is not the best",
    lambda now: max(means[now["case"]], key=means[now["case"]].get) != ADVICE[now["case"]],
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: did it win?** This is the one rule for "better" in the whole course. Two lists of accuracies, one for each seed, in the
# same order. Subtract seed by seed: what the seed did to both falls out. The differences have a mean and a standard deviation
# (`statistics.stdev`, how far single values lie from their mean). The 95 % *confidence interval* of the mean reaches
# `T[n] * stdev / sqrt(n)` to each side, with Student's factor T, which is large where there are few seeds. "a" won if the whole
# interval lies above zero, "b" if it lies below. Otherwise nothing is decided: a "tie".

# %%
T = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57}  # Student 1908


# %% tags=["solution"]
def verdict(a, b):
    """ "a", "b" or "tie"."""
    ### BEGIN SOLUTION
    from statistics import mean, stdev

    differences = [x - y for x, y in zip(a, b)]
    half = T[len(differences)] * stdev(differences) / math.sqrt(len(differences))
    if abs(mean(differences)) <= half:
        return "tie"
    return "a" if mean(differences) > 0 else "b"
    ### END SOLUTION


# %%
check("08.verdict", verdict)

# %%
hint("08.verdict")

# %% [markdown]
# **Investigate.** The verdict on the advice, case by case: against the best of the other four. (The library's `paired_difference`
# is exercise 2 with the interval kept.)

# %%
verdicts = {}
for case, way in ADVICE.items():
    rival = max((name for name in STRATEGIES if name != way), key=means[case].get)
    found = paired_difference(results[case][way], results[case][rival])
    verdicts[case] = "won" if found.better else "lost" if found.worse else "tied"
    print(f"{case:18} {way:24} {verdicts[case]:5} {found} against {rival}")

# %%
won = list(verdicts.values()).count("won")

# %%
conclude(
    "08.advice",
    won < 4,
    yes=f"The advice is a place to begin, no more: against the best of the other ways it won beyond doubt in {won} of the four cases, tied in {list(verdicts.values()).count('tied')} and lost in {list(verdicts.values()).count('lost')}.",
    no="Here the advice won beyond doubt in all four cases.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# The advice was written for networks with millions of weights, trained on millions of pictures; ours is small. And "much" is
# relative: what is much for a head is little for a network.
#
# One arm deserves a second look. *From scratch* got as many updates as the others, and a network with random weights starts
# slowly. Equal updates are one fair budget. Another is: until there is nothing left to learn. So here are three times as many
# updates, with two seconds of each new voice, and beside the test the accuracy on those two seconds themselves.

# %% tags=["own-machine"]
UPDATES *= 3
patient = []  # for each seed: (accuracy on what it learned from, accuracy on the test)
for seed in SEEDS:
    data = some(voices, 2, seed)
    seed_everything(seed)
    model = trained(SmallCNN(len(data.classes)), data, seed)
    patient.append((measure(model, data)[1], measure(model, voices_test)[1]))
UPDATES //= 3
by_heart, tested = zip(*patient)
print(f"from scratch, {UPDATES} updates: {means['little, similar']['train from scratch']:.0%} on the test")
print(f"from scratch, {3 * UPDATES} updates: {mean_and_spread(tested)[0]:.0%} on the test")

# %%
slow = paired_difference(
    results["little, similar"]["new head"], results["little, similar"]["train from scratch"]
)
calm = paired_difference(results["little, similar"]["new head"], tested)
learned = min(by_heart)

# %%
conclude(
    "08.budget",
    slow.better and calm.better and learned > 0.7,
    yes=f"With two seconds of each voice the base is worth {slow} at equal updates, and still {calm} when the network from scratch gets three times as many. By then that network names at least {learned:.0%} of the seconds it learned from: it is not short of updates, it is short of speech.",
    no=f"With two seconds of each voice the base is worth {slow} at equal updates and {calm} when the network from scratch gets three times as many; by then that network names {learned:.0%} or more of the seconds it learned from. Not all of this is clear enough to say what the budget does.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Now the case in which the advice itself is to train *from scratch*: much data of a different task. Again three times as many updates,
# for a network from scratch and for a new head on the base, and five seeds each.

# %% tags=["own-machine"]
UPDATES *= 3
longer = {
    name: [score(name, some(spoken, 6, seed), spoken_test, seed) for seed in range(SEED, SEED + 5)]
    for name in ("train from scratch", "new head")
}
UPDATES //= 3
for name, runs in longer.items():
    print(f"{name}, {3 * UPDATES} updates: {mean_and_spread(runs)[0]:.0%} of the words")

# %%
early = results["much, different"]
soon = paired_difference(early["train from scratch"], early["new head"])
later = paired_difference(longer["train from scratch"], longer["new head"])

# %%
conclude(
    "08.different",
    later.better,
    yes=f"Where there is much data of a different task, training from scratch needs time: against the new head it is {soon} after {UPDATES} updates, but {later} after {3 * UPDATES}. At the small budget the advice could not show what it is worth.",
    no=f"Where there is much data of a different task, training from scratch is {soon} against the new head after {UPDATES} updates, and {later} after {3 * UPDATES}: also with more time it does not win beyond doubt.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · The story, told again
#
# Our version of the dogs: new voices, two seconds of each. The same design in all four lines, and guessing beside them.

# %%
story = {
    "from scratch": "train from scratch",
    "random, frozen": "random body, new head",
    "pretrained, frozen": "new head",
    "pretrained, fine-tuned": "fine-tune all",
}

# %%
few = {title: results["little, similar"][name] for title, name in story.items()}
figure(
    show_scores(
        few, xlabel="accuracy", chance=chances["little, similar"], title="New voices, two seconds of each"
    ),
    alt="; ".join(f"{title}: {min(runs):.0%} to {max(runs):.0%}" for title, runs in few.items())
    + f"; chance {chances['little, similar']:.0%}.",
)

# %%
for title, runs in few.items():
    mean, spread = mean_and_spread(runs)
    print(f"{title:24} {mean:6.1%} ± {spread:.1%}")

# %% [markdown]
# There are two fair pairs here, each with as many updates for both. *From scratch* against *pretrained, fine-tuned*: the same design, everything trained, other
# first weights. *Random, frozen* against *pretrained, frozen*: the same design, the body held still, other weights in it. The dog
# story has the first pair (64 against 87 %). It lacks the second, and it does not say how often each network was trained.

# %%
moving = paired_difference(few["pretrained, fine-tuned"], few["from scratch"])
held = paired_difference(few["pretrained, frozen"], few["random, frozen"])

# %%
conclude(
    "08.story",
    moving.better and held.better,
    yes=f"In both fair pairs the base wins: {moving} where everything is trained, {held} where the body is held still.",
    no=f"The base is worth {moving} where everything is trained and {held} where the body is held still; not both are beyond doubt here.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: design the comparison.** Each run is (weights, frozen, seconds of each voice, seeds). Which pairs of rows tell what the
# *base* was worth, and nothing else? Return them as (row of the pretrained run, row of the random run), in the order of the rows.

# %%
RUNS = [
    ("random", "nothing", 2, 3),  # from scratch
    ("pretrained", "body", 2, 3),
    ("random", "body", 2, 3),
    ("pretrained", "body", 10, 3),
]


# %% tags=["solution"]
def fair_pairs(runs):
    """Pairs (i, j): run i is pretrained, run j is random, and nothing else differs."""
    ### BEGIN SOLUTION
    return [
        (i, j)
        for i, a in enumerate(runs)
        for j, b in enumerate(runs)
        if (a[0], b[0]) == ("pretrained", "random") and a[1:] == b[1:]
    ]
    ### END SOLUTION


# %%
fair_pairs(RUNS)

# %%
check("08.fair_pairs", fair_pairs)

# %%
hint("08.fair_pairs")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: choose, then report.** Eight strategies, one run of each: (name, accuracy on the validation side,
# accuracy on the test side). Choose one and say how many it will get right in use. The check draws 300 such
# experiments, each with a truth that nobody sees, and compares what you promise with it.


# %% tags=["solution"]
def choose(runs):
    """(the name of the strategy to use, the accuracy to report), from a list of (name, valid, test)."""
    ### BEGIN SOLUTION
    name, _, test = max(runs, key=lambda run: run[1])
    return name, test
    ### END SOLUTION


# %%
check("08.choose", choose)

# %%
hint("08.choose")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · On real recordings
#
# The same four ways with people whom the base has never met, two seconds of each, tested on another day. The recorded networks
# were trained for 40 epochs each, so compare the order of the four more than their height.

# %%
on_real_recordings(
    "difficulty",
    "voxforge_en",
    {
        "from scratch": (few["from scratch"], "2 s: from scratch"),
        "random, frozen": (few["random, frozen"], "2 s: random body"),
        "pretrained, frozen": (few["pretrained, frozen"], "2 s: frozen"),
        "pretrained, fine-tuned": (few["pretrained, fine-tuned"], "2 s: fine-tuned"),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("08")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. Transfer carries over weights: fixed as features, or as a start that may move.
# 2. A layer is generic if another task can use it: better than a random one, nearly as good as the task's own. Being the first
#    layer is not enough. <!-- conclusion: 08.exchange -->
# 3. The usual advice asks two questions: the size of the new data says how many weights can be trained, its similarity to the old
#    data how many can be kept.
# 4. That advice is where to begin; which way wins is measured: a paired difference over seeds, with its interval.
#    <!-- conclusion: 08.advice -->
# 5. Without a random control nobody knows what the base was worth, and without enough updates nobody knows what training from
#    scratch can do. <!-- conclusions: 08.story, 08.budget, 08.different -->
#
# ## What comes next
#
# Keep the body, train a head: lesson 09 takes this apart, with a stronger base and voices it never met.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - "Neural Networks: Transfer Learning", slides "Illuminating Quotes", "Example 2: Determining dog breed" and "Two approaches";
#   "Some of Our Learnings on Transfer Learning", in "Minutes: Speaker Diarization and Tech Talk", slide "Transfer Learning
#   Basics". Look for: which two rows make a fair pair.
# - I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning*, MIT Press (2016), section 15.2. Look for: what the definition says of the
#   old setting's data.
# - Student (W. S. Gosset): The probable error of a mean. *Biometrika* 6 (1908). Look for: why he, a brewer, had so few samples.
# - J. Yosinski, J. Clune, Y. Bengio, H. Lipson: How transferable are features in deep neural networks? *NeurIPS* (2014). Look
#   for: the names of its networks, and what each curve is compared with.
# - A. Karpathy and others: CS231n, notes on transfer learning, "When and how to fine-tune?" (the table of four cases). Look
#   for: the reasons, which are a sentence each.
# - F. Chollet: Xception: deep learning with depthwise separable convolutions. *CVPR* (2017): the famous design of the story. Look
#   for: how it uses the same number of parameters in another way.
