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
# # 12 · Sound as an image: snore or not
#
# **Why:** with little data that resembles no speech, even the choice of a base is a question, and it can be measured.
#
# **Objectives.** After this lesson you can
#
# - make an image of a sound that a network for photographs accepts, and say why each step is needed;
# - separate what a network has learned from how it is used: pretrained or random, frozen or trained, at equal budget;
# - compare bases from two worlds, photographs and voices, with a classic method;
# - show which part of a sound an image network uses, and listen to that part;
# - score a detector with ROC AUC and balanced accuracy, recording by recording;
# - measure what augmentation and an ensemble add, instead of believing in them;
# - turn scores into episodes of a night, and choose between misses and false alarms.
#
# **Minutes:** 60 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 08 (the four cases), 09 (feature extraction) and 10 (fine-tuning).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour: sections 1, 3 and 6. Sections 2, 4 and 5 are for the exercise hour. Fetch the weights of ImageNet beforehand (`course data
# fetch imagenet`, 14 MB); then they are used offline. Without them two arms are not drawn: say so, and let the class guess where they would lie.

# %%
import numpy as np
import torch
from torch.nn import functional as F

from course_lib import augment, check, conclude, features, figure, hint, listen, load, guess, quiz, reveal
from course_lib import goal, on_real_recordings, seed_everything
from course_lib.audio import loudest_second
from course_lib.tasks import snoring
from course_lib.data import hold_out
from course_lib.data.public.weights import try_imagenet
from course_lib.models.image_net import activation_map, as_image, as_photo, hear_map, image_network
from course_lib.models.image_net import recalibrate_batchnorm, weights_path
from course_lib.metrics import accuracy, balanced_accuracy, mean_and_spread, mean_by_group, paired_difference
from course_lib.metrics import roc_auc
from course_lib.teaching.plots import new_axes, show_night, show_photo, show_scores
from course_lib.tasks.snoring import fit_detector, per_recording
from course_lib.training import fit, predict
from course_lib.transfer import embed, load_base
from course_lib.teaching.widgets.sound_map import SoundMap, two_maps
from course_lib.teaching.widgets.tradeoff import Tradeoff

# %% tags=["parameters"]
CORPUS = "synthetic"  # "synthetic" for the sounds of a night that the course makes, or a corpus with the label snore or snoring
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers
FETCH = True  # False: never ask the network for the weights of ImageNet (14 MB, once)
NETWORK = "mobilenet_v2"  # or "mobilenet_v3_small", "inception_v3", where their weights can be fetched

# %%
seed_everything(SEED)
corpus = load("synthetic_night" if CORPUS == "synthetic" else CORPUS)
if "test" not in corpus.values("split"):
    corpus = hold_out(corpus, "test", by="recording", fraction=0.33, seed=SEED)

# %%
sounds = snoring.segments_of(corpus, most=240 if PROFILE == "quick" else None, seed=SEED)
tested = np.array([clip.split == "test" for clip in sounds.corpus])
print(sounds)
print(f"{(~tested).sum()} recordings to learn from and to compare on, {tested.sum()} for one test at the end")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Snore or not
#
# Lesson 08 distinguished four cases: much or little data, similar to that of the base or different. This one is the hardest of
# the four: *little* data of a *different* kind. Our base knows voices. Nobody speaks here.

# %%
first = {kind: sounds.labels.index(kind) for kind in sorted(set(sounds.labels))}
snore = next(kind for kind in first if sounds.y[first[kind]])
other = next(kind for kind in first if not sounds.y[first[kind]])
for kind in (snore, other):
    wave = sounds.waves[sounds.of([first[kind]])[0]][: 3 * 16_000]
    listen(wave / wave.abs().max().clamp_min(1), label=f"Three seconds with the label {kind}")

# %% [markdown]
# > **A detector of snores is not a medical device.** It finds sounds that resemble those it was shown. It knows nothing of
# > breathing, oxygen or sleep, and it cannot tell harmless snoring from an illness. If you are worried, ask a doctor, not a
# > lesson.
#
# All sounds are equally loud here. Otherwise loudness might be all that is learned.
#
# **Predict.** A detector that always says "no snore": what is its *accuracy*?

# %% tags=["predict"]
guess("12.always_no", "Always saying no is right in ...", unit="% of the recordings", low=0, high=100)

# %%
no = np.zeros(len(sounds.y), dtype=int)
always_no, fair = accuracy(no, sounds.y), balanced_accuracy(no, sounds.y)
reveal(
    "12.always_no",
    round(100 * always_no),
    because=f"so many are no snores, and it found none. Balanced accuracy, the mean of both classes' own shares, says {fair:.0%}: it cannot be fooled so.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# *Balanced accuracy* needs a threshold. *ROC AUC* needs none: it is the chance that a snore, drawn at random, has a higher score than
# another sound, drawn at random. 50 % is a coin. 100 % is a threshold that parts them all.
#
# **Exercise 1: AUC.** Compare each snore's score with each other sound's. A tie counts half.


# %% tags=["solution"]
def auc(snores, others):
    """The share of pairs in which the snore has the higher score; lists of scores in, a number from 0 to 1 out."""
    ### BEGIN SOLUTION
    won = sum((a > b) + 0.5 * (a == b) for a in snores for b in others)
    return won / (len(snores) * len(others))
    ### END SOLUTION


# %%
check("12.auc", auc)

# %%
hint("12.auc")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · A spectrogram for a network that knows photographs
#
# *ImageNet* is a million photographs: dogs, cups, ships. A network that learned it has layers for edges, spots and textures. A
# spectrogram has edges, spots and textures as well. So let us make it look like a photograph:
#
# | step | why |
# | --- | --- |
# | mel bands upwards, time to the right, 96 x 96 or 64 x 64 | convolutions accept any size; 224 x 224 as for photographs costs five times as much and more |
# | decibels to brightness, the loudest white, 60 dB below it black | a microphone's gain is no property of a snore |
# | red, green and blue: windows of 32, 64 and 128 ms | three channels are expected; short windows see *when*, long ones *how high* |
# | subtract the mean, divide by the spread, channel by channel | the first layer has only ever met such numbers |

# %%
fig, boxes = new_axes(1, 2)
bright = {}
for box, kind in zip(boxes, (snore, other)):
    photo = as_photo(as_image(sounds.waves[sounds.of([first[kind]])[0]]))
    show_photo(photo, box, seconds=5, title=kind)
    bright[kind] = float((photo > 0.5).float().mean())
figure(
    fig,
    alt=f"Two sounds as colour images of 96 x 96 pixels: {snore} on the left, {bright[snore]:.0%} of it brighter than "
    f"half; {other} on the right, {bright[other]:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: one pixel.** From decibels to what the network gets: brightness from 0 (60 dB below the loudest, or less) to 1 (the
# loudest), then the mean and the spread of the channel.


# %% tags=["solution"]
def pixel(db, loudest, mean, spread):
    """What the network gets for `db` in a picture whose loudest point has `loudest` dB."""
    ### BEGIN SOLUTION
    brightness = min(1.0, max(0.0, 1 + (db - loudest) / 60))
    return (brightness - mean) / spread
    ### END SOLUTION


# %%
check("12.pixel", pixel)

# %%
hint("12.pixel")

# %% [markdown]
# The network is MobileNetV2: two million parameters without its head, made for telephones. Its weights are 14 MB, fetched once and
# checked by their sum. `NETWORK` takes others as well. *Inception v3* is the one that many recipes for sounds as images use: each of its blocks
# looks through kernels of several sizes side by side and stacks what they find. It has twenty-two million parameters, so it is slow here, and its
# weights (109 MB) come from torchvision's address alone. Are the weights here?

# %%
why_not = try_imagenet(NETWORK) if FETCH else "FETCH is False"
known = weights_path(NETWORK).is_file()
print(
    "The weights of ImageNet are here."
    if known
    else "The weights of ImageNet are not here and could not be fetched: the two arms that need them are left out.\n"
    f"Where there is a network: course data fetch imagenet --part {NETWORK}\n({why_not.splitlines()[0][:150]})"
)

# %% [markdown] slideshow={"slide_type": "slide"}
# What does the first layer see? Its kernels are 3 x 3 pixels in three colours, slid over the picture. Four of them, and below each what it gives
# on the first sound: an edge is a sound that begins or ends, or the border of a band.

# %%
model = image_network("pretrained" if known else "random", network=NETWORK, seed=SEED)
layer = next(part for part in model.body.modules() if isinstance(part, torch.nn.Conv2d))
kernels = layer.weight.detach()
strongest = kernels.flatten(1).std(1).argsort(descending=True)[:4]

# %%
whole = as_image(sounds.waves[sounds.of([first[snore]])[0]], size=224)
with torch.no_grad():
    answers = layer(whole[None])[0].relu()

# %%
fig, boxes = new_axes(2, 4, height=4.5)
for box, below, unit in zip(boxes[0], boxes[1], strongest.tolist()):
    span = kernels[unit] - kernels[unit].min()
    show_photo((span / span.max()).movedim(0, -1), box, seconds=3, title=f"kernel {unit}")
    box.set(xlabel="pixels", ylabel="pixels")
    show_photo((answers[unit] / answers[unit].max())[..., None].expand(-1, -1, 3), below, seconds=5)
figure(fig, alt="Four kernels of the first layer as pictures of three by three coloured pixels, and below each the map of where it answers on "
       f"the sound {snore}: {', '.join(f'kernel {u} at {(answers[u] > 0).float().mean():.0%} of the places' for u in strongest.tolist())}.")  # fmt: skip

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Bases from two worlds
#
# Two questions: what did the network learn before, and does it learn now? They give four arms of one network:
#
# | begins with | frozen: a linear head only | the body moves as well |
# | --- | --- | --- |
# | photographs before | *ImageNet, frozen* | *ImageNet, fine-tuned* |
# | nothing before | *random, frozen* | *from scratch* |
#
# Beside them *classic*, the mean and the standard deviation of each MFCC over the piece, and *speech, frozen*, our own base,
# which knows voices. All frozen bodies get the same head: logistic regression. *Regularisation* holds its weights small, so that
# it cannot learn the few recordings by heart; its strength is chosen on recordings held out from the learning side.


# %%
def classic(waves):
    """Mean and standard deviation of 20 MFCCs: 40 numbers a piece."""
    made = []
    for part in waves.split(8):  # a few at a time, so that memory stays small
        frames = features.mfcc(part, any_length=True)
        made.append(torch.cat([frames.mean(-1), frames.std(-1)], 1))
    return torch.cat(made)


# %%
speech_base = load_base("pretrained")


def speech(waves, draw=None):
    """What our base of voices gives: 320 numbers a piece. With `draw`, stripes of the spectrogram are hidden."""
    if draw is None:
        return speech_base.embed(waves)
    parts = [features.mel(part, any_length=True) for part in waves.split(8)]
    masked = [augment.mask(bands, draw, bands=16, frames=80) for bands in parts]
    return torch.cat([embed(speech_base.model, bands) for bands in masked])


# %% [markdown]
# **Run.** The frozen bodies run once over everything. The averages in the BatchNorm layers of a random body have never been
# measured; `recalibrate_batchnorm` measures them, without any label. Without that the comparison would be unfair.

# %%
SIDE = 64 if PROFILE == "quick" and NETWORK != "inception_v3" else 96  # pixels each way
images = torch.cat([as_image(part, size=SIDE) for part in sounds.waves.split(8)])

# %%
vectors = {"classic": classic(sounds.waves), "speech, frozen": speech(sounds.waves)}
settled = recalibrate_batchnorm(image_network("random", network=NETWORK, seed=SEED), images)
vectors["random, frozen"] = embed(settled, images)
if known:
    vectors["ImageNet, frozen"] = embed(model, images)
print({name: tuple(made.shape) for name, made in vectors.items()})

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** A map of the recordings to learn from, by the vectors of one body. Which other sounds lie among the snores? Listen to them:
# would you have told them apart?

# %%
body = "ImageNet, frozen" if known else "speech, frozen"
means, _ = mean_by_group(vectors[body], sounds.owner)  # one vector a recording
learned = np.flatnonzero(~tested)
SoundMap(
    two_maps(means[learned], seed=SEED),
    means[learned],
    [sounds.labels[one] for one in learned],
    lambda k: loudest_second(sounds.waves[sounds.of([learned[k]])[0]]),
    title=f"Sounds of a night, by the body {body}",
    kind="sound",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Three runs. Each time another third of the recordings judges and the others teach, with another seed. So the spread contains
# both, the luck of the weights and the luck of the recordings. A recording's score is the mean of its pieces' scores. The test
# side waits.

# %%
names = np.array(sounds.labels)
third = np.full(len(names), -1)
for kind in sorted(set(names)):
    members = np.random.default_rng(SEED).permutation(np.flatnonzero((names == kind) & ~tested))
    third[members] = np.arange(len(members)) % 3

# %%
RUNS = range(3)
DIVIDED = [(sounds.of((third >= 0) & (third != run)), sounds.of(third == run)) for run in RUNS]


# %%
def judged(scores, places):
    """(AUC, balanced accuracy) of the scores of pieces, recording by recording; above 0 means snore."""
    scores = per_recording(scores, sounds.owner[places])
    truth = sounds.y[np.unique(sounds.owner[places])]
    return roc_auc(scores, truth), balanced_accuracy((scores > 0).astype(int), truth)


# %%
def headed(made, run, more=()):
    """A head on the vectors of a run's learning side, and on `more` vectors of the same pieces -> scores of the judging side."""
    learn, judge = DIVIDED[run]
    X = torch.cat([made[learn], *(copy[learn] for copy in more)])
    y, owner = (np.tile(values[learn], 1 + len(more)) for values in (sounds.piece_y, sounds.owner))
    return fit_detector(X, y, owner, seed=SEED + run).score(made[judge])


# %%
heard = {name: [headed(made, run) for run in RUNS] for name, made in vectors.items()}

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Which of the frozen bodies and the classic numbers will have the highest AUC?

# %% tags=["predict"]
guess("12.base", "The highest mean AUC has ...", options=list(vectors))

# %% [markdown]
# And the bodies that move: all layers learn, for the same number of epochs. The fine-tuned one with small steps in the body and larger ones in
# its new head. A snore weighs more in the loss, because it is rare. Three epochs are all that a class can wait for, and too few to do justice to
# a network that starts from nothing; `PROFILE = "full"` gives thirty.

# %%
EPOCHS = 3 if PROFILE == "quick" else 30


def moved(weights, run, lr):
    """The whole network trained on a run's learning side -> scores of the judging side."""
    learn, judge = DIVIDED[run]
    y = torch.as_tensor(sounds.piece_y)
    rare = torch.tensor([1.0, float((y[learn] == 0).sum() / y[learn].sum())])
    model = image_network(weights, network=NETWORK, seed=SEED + run)
    fit(model, (images[learn], y[learn]), epochs=EPOCHS, lr=lr, batch_size=16, seed=SEED + run, patience=None, progress=False,
        loss=lambda out, true: F.cross_entropy(out, true, rare))  # fmt: skip
    if weights == "random":
        recalibrate_batchnorm(model, images[learn])
    out = predict(model, images[judge])
    return (out[:, 1] - out[:, 0]).numpy()


# %%
heard["from scratch"] = [moved("random", run, 1e-3) for run in RUNS]
if known:
    heard["ImageNet, fine-tuned"] = [moved("pretrained", run, {"body": 2e-4, "head": 2e-3}) for run in RUNS]

# %%
figures = {
    name: [judged(scores, DIVIDED[run][1]) for run, scores in enumerate(runs)] for name, runs in heard.items()
}
areas = {name: [area for area, _ in runs] for name, runs in figures.items()}

# %% slideshow={"slide_type": "fragment"}
figure(
    show_scores(areas, xlabel="ROC AUC, recording by recording", chance=0.5, title="Three runs of each"),
    alt="ROC AUC of three runs: "
    + ", ".join(f"{name} {min(runs):.2f} to {max(runs):.2f}" for name, runs in areas.items())
    + ". Guessing has 0.50.",
)

# %%
for name, runs in figures.items():
    (area, spread), (share, wide) = (mean_and_spread(values) for values in zip(*runs))
    print(f"{name:21} AUC {area:.3f} ± {spread:.3f}   balanced accuracy {share:.1%} ± {wide:.1%}")
print(f"{'guessing':21} AUC 0.500           balanced accuracy 50.0%")

# %%
still = {name: mean_and_spread(areas[name])[0] for name in vectors}
leader = max(still, key=still.get)
reveal("12.base", leader, because=", ".join(f"{name} {area:.3f}" for name, area in still.items()) + ".")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** Compare before you believe. All arms were judged on the same recordings in each run, so a difference counts
# where its 95 % interval does not contain zero. Three runs are few, but they judged many recordings. So for every pair of arms we
# draw the recordings anew within each run (a *bootstrap*), and the interval says how much the difference depends on which
# recordings were there.

# %%
tables = {
    arm: [per_recording(scores, sounds.owner[DIVIDED[run][1]]) for run, scores in enumerate(runs)]
    for arm, runs in heard.items()
}
truths = [sounds.y[np.unique(sounds.owner[judge])] for _, judge in DIVIDED]


# %%
def lead(one, rival, draws=200):
    """The 95 % interval of the mean AUC of one arm less that of a rival, over recordings."""
    draw, gaps = np.random.default_rng(SEED), []
    for _ in range(draws):
        again = [draw.integers(len(y), size=len(y)) for y in truths]
        gap = [roc_auc(tables[one][run][k], truths[run][k]) - roc_auc(tables[rival][run][k], truths[run][k])
               for run, k in enumerate(again)]  # fmt: skip
        gaps.append(np.mean(gap))
    return np.quantile(gaps, [0.025, 0.975])


# %%
PAIRS = [("ImageNet, frozen", "random, frozen"), ("ImageNet, fine-tuned", "from scratch"), ("ImageNet, fine-tuned", "ImageNet, frozen"),
         ("ImageNet, frozen", "classic"), ("speech, frozen", "ImageNet, frozen")]  # fmt: skip
leads = {(one, rival): lead(one, rival) for one, rival in PAIRS if {one, rival} <= areas.keys()}

# %%
for (one, rival), (low, high) in leads.items():
    verdict = "better" if low > 0 else "worse" if high < 0 else "not decided"
    print(f"{one:21} less {rival:17} {100 * low:+.1f} to {100 * high:+.1f} points of AUC: {verdict}")

# %% [markdown]
# Do photographs help a frozen body to hear? The same layers with random weights are the control.

# %%
photographs = leads.get(("ImageNet, frozen", "random, frozen"), (-1, 1))

# %%
conclude(
    "12.photographs",
    photographs[0] > 0,
    yes=f"Layers that learned from photographs tell snores from other sounds better than the same layers with random weights, by {100 * photographs[0]:.0f} to {100 * photographs[1]:.0f} points of AUC: edges, spots and textures carry over.",
    no="Here it is not decided whether layers that learned from photographs serve better than random ones: the weights are missing, or there are too few recordings.",
)

# %%
base_gain = paired_difference(areas["speech, frozen"], areas["random, frozen"])

# %%
conclude(
    "12.base",
    base_gain.better,
    yes=f"The base of voices beats the same head on random layers, even for snores: {base_gain} of AUC over three runs. So something that it learned from speech is of use where nobody speaks.",
    no=f"The base of voices against the same head on random layers: {base_gain} of AUC over three runs. That it helps with snores is not shown here.",
)

# %%
rival = paired_difference(areas["speech, frozen"], areas["classic"])

# %%
conclude(
    "12.classic",
    not rival.better,
    yes=f"And it does not beat the forty classic numbers beyond doubt: {rival} of AUC. Where little data is unlike the base, that is the mark to beat.",
    no=f"It also beats the forty classic numbers: {rival} of AUC over three runs.",
)

# %%
trained = paired_difference(areas["from scratch"], areas["speech, frozen"])

# %%
conclude(
    "12.trained",
    not trained.better,
    yes=f"Training a whole network on so few recordings does not beat a body that stands still: {trained} of AUC against the frozen base of voices.",
    no=f"Here training a whole network beats the frozen base of voices: {trained} of AUC.",
)

# %% [markdown]
# What stays undecided here may be decided by more recordings. `python -m tools.measure_images` gives all arms
# ten epochs on three corpora, with intervals over recordings; it takes twenty minutes.
#
# > **Misconception: "a pretrained body always beats numbers made by hand".** A base brings what its own world needed. Where the new world
# > needs something else, forty well-chosen numbers may be as good or better. Only a measurement says which case you are in.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Where does it look?
#
# A frozen body gives a small map of features before it takes the mean over the image. The head's weights, applied at every place of that map
# instead of its mean, lay the score out over frequency and time: a *class activation map*. What lies under its bright places can be cut out of
# the sound and heard.

# %%
arm = "ImageNet, frozen" if known else "random, frozen"
seen_by = model if known else settled
learn, _ = DIVIDED[0]
detector = fit_detector(vectors[arm][learn], sounds.piece_y[learn], sounds.owner[learn], seed=SEED)

# %%
piece = sounds.of([first[snore]])[0]
large = as_image(sounds.waves[piece], size=224)
spots = activation_map(seen_by, large[None], detector.weights)[0]
shares = (spots - spots.min()) / (spots.max() - spots.min() + 1e-9)
print(
    f"a map of {spots.shape[0]} x {spots.shape[1]} places, the highest frequencies on top; brightest place {divmod(int(spots.argmax()), spots.shape[1])}"
)

# %%
fig, boxes = new_axes(1, 2)
veil = F.interpolate(shares[None, None], (224, 224), mode="bilinear")[0, 0, ..., None]
show_photo(as_photo(large), boxes[0], seconds=5, title=snore)
show_photo(as_photo(large) * veil, boxes[1], seconds=5, title=f"what {arm} uses")
figure(fig, alt=f"A {snore} as a picture, and the same picture with a veil over what does not speak for a snore. The map's highest place is row "
       f"{int(spots.argmax()) // spots.shape[1]} of {spots.shape[0]} from the top.")  # fmt: skip

# %%
wave = sounds.waves[piece]
for name, part in (("what speaks for a snore", shares), ("the rest", 1 - shares)):
    cut = hear_map(wave, part)
    listen(cut / cut.abs().max().clamp_min(1), label=f"{snore}: {name}")

# %% [markdown]
# **Modify.** Take another recording (`first[other]`), or a snore that the detector misses. A map shows what the network used. It does not show
# that this was right: a detector that looks at the hum of the recorder has a tidy map, too.

# %%
another = piece != sounds.of([first[snore]])[0]
told = detector.score(vectors[arm][[piece]])[0] > 0
goal(
    "the map of a sound that is no snore, or of a snore that is missed",
    another and not (sounds.piece_y[piece] and told),
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · More out of little
#
# *Augmentation* changes a sound so that its label stays true:
#
# - *noise*: a random noise, 5 to 20 dB weaker;
# - *gain*: up to 12 dB louder or weaker;
# - *mixing*: another sound of the night (never a snore) 0 to 15 dB weaker;
# - *masking*: hide a stripe of frequencies and a stripe of time (SpecAugment).
#
# Each adds one changed copy of every learning piece. Only recordings of the same third are mixed, so that no recording is on both sides.


# %%
def changed(kind, waves, others, draw):
    """What our base gives for one changed copy of each of `waves`; `others` are sounds that are no snores."""
    if kind == "noise":
        hiss = torch.randn(8, waves.shape[1], generator=draw)
        return speech(augment.add_noises(waves, hiss, draw, share=1.0, snr=(5.0, 20.0)))
    if kind == "gain":
        return speech(augment.gain(waves, draw))
    if kind == "mixing":
        return speech(augment.add_noises(waves, others, draw, share=0.8, snr=(0.0, 15.0)))
    return speech(waves, draw)  # masking


# %%
plain, draw = vectors["speech, frozen"], torch.Generator().manual_seed(SEED)

# %%
copies = {kind: torch.zeros_like(plain) for kind in ("noise", "gain", "mixing", "masking")}
for run in RUNS:
    places = sounds.of(third == run)
    others = sounds.waves[places[sounds.piece_y[places] == 0]]
    for kind, made in copies.items():
        for part in np.array_split(places, len(places) // 16 + 1):  # a few at a time here, too
            made[part] = changed(kind, sounds.waves[part], others, draw)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Our base takes the mean away from each picture before it looks. Which copy can hardly add anything?

# %% tags=["predict"]
guess("12.augment", "Which kind of copy changes the vectors least?", options=list(copies))

# %%
dev = sounds.of(~tested)
away = {kind: float((made[dev] - plain[dev]).norm(dim=1).mean()) for kind, made in copies.items()}
reveal(
    "12.augment",
    min(away, key=away.get),
    because="mean distance to the vector of the unchanged piece: "
    + ", ".join(f"{k} {d:.1f}" for k, d in away.items())
    + ".",
)

# %%
trials = {"no copy": heard["speech, frozen"]}
trials |= {kind: [headed(plain, run, [made]) for run in RUNS] for kind, made in copies.items()}
trials["all four"] = [headed(plain, run, list(copies.values())) for run in RUNS]

# %%
gains = {kind: [judged(s, DIVIDED[run][1])[0] for run, s in enumerate(runs)] for kind, runs in trials.items()}
figure(
    show_scores(
        gains, xlabel="ROC AUC", chance=0.5, title="What each kind of copy adds to the base of voices"
    ),
    alt="ROC AUC with augmentation: "
    + ", ".join(f"{k} {mean_and_spread(v)[0]:.3f}" for k, v in gains.items())
    + ". Guessing 0.50.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Differences within a run tell more than means, because every kind met the same recordings. An *ensemble* is the other way to more:
# let several detectors vote. Each score is divided by its standard deviation on the held-out recordings, so that their mean makes sense.

# %%
voters = [name for name in vectors if name != "random, frozen"]
heard["ensemble"] = [np.mean([heard[name][run] for name in voters], 0) for run in RUNS]
heard["speech + copies"] = trials["all four"]

# %%
for name in ("ensemble", "speech + copies"):
    areas[name] = [judged(scores, DIVIDED[run][1])[0] for run, scores in enumerate(heard[name])]

# %%
best_voter = max(voters, key=lambda name: mean_and_spread(areas[name])[0])
areas |= {f"speech + {kind}": gains[kind] for kind in copies}
CLAIMS = [("ensemble", best_voter), ("speech + copies", "speech, frozen"), *((f"speech + {kind}", "speech, frozen") for kind in copies)]  # fmt: skip

# %%
for rival, old in CLAIMS:
    gap = paired_difference(areas[rival], areas[old])
    verdict = "helps" if gap.better else "harms" if gap.high < 0 else "not decided by three runs"
    print(
        f"{rival:17} less {old:17} {100 * gap.mean:+5.2f} points of AUC, {100 * gap.low:+.2f} to {100 * gap.high:+.2f}: {verdict}"
    )

# %% [markdown]
# An ensemble helps most where its members err on different recordings. A copy helps where the test side has what the copy adds, such as another
# distance or noise, and cannot help where the body takes it away before it looks.

# %%
voted = paired_difference(areas["ensemble"], areas[best_voter])
copied = paired_difference(areas["speech + copies"], areas["speech, frozen"])

# %%
conclude(
    "12.more",
    not (voted.worse or copied.worse),
    yes=f"The ensemble against its best voter: {voted} of AUC. The copies against none: {copied}. "
    + (
        "Only what lies above zero as a whole interval is shown with three runs; the rest may be luck."
        if not (voted.better and copied.better)
        else "Both are beyond doubt."
    ),
    no=f"One of the two does harm here: the ensemble against its best voter {voted} of AUC, the copies against none {copied}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Now choose by the mean AUC of the three runs, among what can be had for a night, and use the test side. Once.

# %%
RECIPES = {name: ([name], []) for name in vectors} | {
    "ensemble": (voters, []),
    "speech + copies": (["speech, frozen"], list(copies.values())),
}
chosen = max(RECIPES, key=lambda name: mean_and_spread(areas[name])[0])

# %%
learn, ask = dev, sounds.of(tested)
detectors = {}
for name in RECIPES[chosen][0]:
    more = RECIPES[chosen][1]
    X = torch.cat([vectors[name][learn], *(copy[learn] for copy in more)])
    y, owner = (np.tile(values[learn], 1 + len(more)) for values in (sounds.piece_y, sounds.owner))
    detectors[name] = fit_detector(X, y, owner, seed=SEED)

# %%
final = np.mean([detector.score(vectors[name][ask]) for name, detector in detectors.items()], 0)
area, share = judged(final, ask)
print(f"chosen: {chosen}")
print(
    f"test, {tested.sum()} recordings, {sounds.y[tested].sum()} of them snores: AUC {area:.3f}, balanced accuracy {share:.1%}"
)
print("guessing: AUC 0.500, balanced accuracy 50.0%")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · A night
#
# In a long recording nobody has marked or cut out the snores. We put such a recording together from recordings of the test side:
# each is repeated three times in a row, fifteen seconds in all. Then the detector looks at five seconds around every second.

# %%
order = np.random.default_rng(SEED)
calm = order.permutation(np.flatnonzero(tested & (sounds.y == 0)))
loud = order.permutation(np.flatnonzero(tested & (sounds.y == 1)))
plan = [*calm[:3], *loud[:1], *calm[3:5], *loud[1:2], *calm[5:7], *loud[2:3], *calm[7:9]]

# %%
parts = [sounds.waves[sounds.of([one])[0]].repeat(3) for one in plan]
night = torch.cat(parts)
true = [(15.0 * place, 15.0 * place + 15) for place, one in enumerate(plan) if sounds.y[one]]
some = night[41 * 16_000 : 49 * 16_000]
listen(some / some.abs().max().clamp_min(1), label="Eight seconds of the night, from 0:41 on")

# %%
BODIES = {"classic": classic, "speech, frozen": speech}
BODIES["random, frozen"] = lambda pieces: embed(settled, as_image(pieces, size=SIDE))
if known:
    BODIES["ImageNet, frozen"] = lambda pieces: embed(model, as_image(pieces, size=SIDE))

# %%


def score(pieces):
    """The chosen detector's score of every piece."""
    return np.mean([detector.score(BODIES[name](pieces)) for name, detector in detectors.items()], 0)


watched = snoring.night_scores(night, score)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: two thresholds.** A score fluctuates. With one threshold an episode would break off at every dip. So we use two:
# an episode is a run of scores above `low` in which at least one is above `high`.


# %% tags=["solution"]
def runs_of(scores, high, low):
    """A list of (first, end): places of the runs above `low` that reach above `high`; `end` is the place after the last."""
    ### BEGIN SOLUTION
    found, first = [], None
    for place, value in enumerate([*scores, low]):
        if value > low and first is None:
            first = place
        if value <= low and first is not None:
            if max(scores[first:place]) > high:
                found.append((first, place))
            first = None
    return found
    ### END SOLUTION


# %%
check("12.runs_of", runs_of)

# %%
hint("12.runs_of")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** With the threshold that training chose: how many seconds of the night will be wrong, missed snoring and false alarms together?

# %% tags=["predict"]
guess("12.night", "Wrong are ...", unit="% of the seconds", low=0, high=100)

# %%
found = snoring.episodes(watched, 0.0, -snoring.WIDTH)
missed, false = snoring.missed_and_false_alarm(found, true, len(watched))
reveal(
    "12.night",
    round(100 * (missed + false) / len(watched)),
    because=f"missed {missed:.0f} s of {15 * len(true)} s of snoring, false alarm {false:.0f} s of {len(watched) - 15 * len(true)} s without. "
    f"Finding nothing at all would be wrong in {1500 * len(true) / len(watched):.0f} %.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_night(
        watched, found, threshold=0.0, low=-snoring.WIDTH, true=true, title=f"{len(found)} episodes found"
    ),
    alt=f"Score over {len(watched)} s of a night with two thresholds. Episodes found: "
    + (", ".join(f"{one.start:.0f} to {one.end:.0f} s" for one in found) or "none")
    + ". True snoring: "
    + ", ".join(f"{start:.0f} to {end:.0f} s" for start, end in true)
    + ".",
)

# %% [markdown]
# **Investigate.** Compare with finding nothing at all, then run the notebook with another SEED: another night, another share. One
# night decides nothing about a detector. Why can a night be harder than recordings? The threshold gives both classes the same weight, but most seconds
# are no snores. And a piece that reaches across two sounds never occurred in training.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Every mark is a second of the night. Move the threshold. To the left fewer snores are missed, to the right there are fewer false
# alarms. Point at an error and listen. Which of the two is worse? Say so with the lower slider, and see where the cheapest threshold goes.
# That is no question for the network. It depends on what somebody does with the answer. (Here you play on the test side. A
# threshold that is used afterwards is chosen on other recordings.)

# %%
snored = np.array([any(start <= second < end for start, end in true) for second in range(len(watched))])
seconds = np.flatnonzero(snored), np.flatnonzero(~snored)
Tradeoff(
    watched[snored],
    watched[~snored],
    title="The seconds of the night",
    names=("seconds of snoring", "other seconds"),
    says_yes="told as snoring",
    wave=lambda kind, k: night[16_000 * seconds[kind][k] :][:16_000],
    threshold=0.0,
).seek("a snore that is missed, to listen to", trial="missed").seek(
    "a false alarm, to listen to", trial="a false alarm"
).seek("the cheapest threshold where a miss is worse than a false alarm", price=(2, None), cost=(1, 1))

# %% [markdown] slideshow={"slide_type": "slide"}
# Do it with a recording of your own, in a terminal:
#
# ```
# course classify night.wav --picture night.png
# ```
#
# At the first call it trains a detector, which takes some seconds; then it lists the episodes and draws them. With `--corpus` it
# learns from other recordings. It was not trained in your room. Expect surprises, and listen to what it found.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 4: six snores among forty-eight.** `X` has eight numbers for each of 48 sounds: how alike it is to itself a
# moment later. Six are snores (`y` is 1). Return a function that says for each row of such a table whether it snores.
# It is judged on other nights, half of whose sounds are snores.

# %% tags=["solution"]
from sklearn.linear_model import LogisticRegression


def train_detector(X, y):
    """A function from rows (m, 8) to m times True or False."""
    ### BEGIN SOLUTION
    model = LogisticRegression(class_weight="balanced").fit(X, y)
    return lambda rows: model.predict(rows) == 1
    ### END SOLUTION


# %%
check("12.detector", train_detector)

# %%
hint("12.detector")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · On real recordings
#
# The same detectors on recordings of ESC-50: snores, and other sounds of the night. ROC AUC, recording by recording.

# %%
on_real_recordings(
    "snoring",
    "esc50_sleep",
    {
        "classic": (areas["classic"], "classic: MFCC mean and spread: ROC AUC"),
        "base of voices, frozen": (areas["speech, frozen"], "our speech base, frozen: ROC AUC"),
        "base of voices + copies": (areas["speech + copies"], "speech base + all four: ROC AUC"),
        "ensemble": (areas["ensemble"], "ensemble: speech base, first blocks, classic: ROC AUC"),
    },
    here=CORPUS,
    unit="",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("12")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A spectrogram becomes an image by size, three channels, a range of brightness and the mean and spread that the network knows.
# 2. What was learned before and what learns now are two questions: four arms at equal budget answer them, with a classic method
#    beside them. <!-- conclusions: 12.base, 12.classic, 12.photographs -->
# 3. ROC AUC and balanced accuracy give no credit to a detector that always answers "no"; both are counted recording by recording.
# 4. That augmentation or an ensemble helps is a claim like any other: the same recordings, several runs, with and without.
#    <!-- conclusion: 12.more -->
# 5. Two thresholds turn scores into episodes, and trade misses for false alarms. How a detector ranks recordings does not say how it
#    decides about the seconds of a night: count there, beside finding nothing. It is no medical device.
#
# ## What comes next
#
# Lesson 13 learns a new word from five examples, with a network that heard the word in none of its languages.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - "A simple introduction to transfer learning with audio detection", case 2: little data that differs from the base. Look for: the advice, beside
#   what you measured.
# - J. Deng and others: ImageNet: a large-scale hierarchical image database. *CVPR* (2009). Look for: who gave the pictures their names.
# - M. Sandler and others: MobileNetV2: inverted residuals and linear bottlenecks. *CVPR* (2018). Look for: where a block is wide, and where narrow.
# - C. Szegedy and others: Rethinking the Inception architecture for computer vision. *CVPR* (2016). Look for: kernels of several sizes side by side.
# - B. Zhou and others: Learning deep features for discriminative localization. *CVPR* (2016). Look for: one matrix product that makes the map.
# - K. Palanisamy, D. Singhania, A. Yao: Rethinking CNN models for audio classification. *arXiv* 2007.11154 (2020). Look for: the rows
#   with random weights.
# - D. S. Park and others: SpecAugment. *Interspeech* (2019). Look for: the picture of a spectrogram with its masks.
# - K. J. Piczak: ESC: dataset for environmental sound classification. *ACM Multimedia* (2015). Look for: the share that *people* got right,
#   and how the folds were made.
# - J. A. Hanley, B. J. McNeil: The meaning and use of the area under a receiver operating characteristic curve. *Radiology* 143 (1982). Look
#   for: the pairs of exercise 1, and an error for the area.
