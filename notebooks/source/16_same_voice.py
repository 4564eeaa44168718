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
# # 16 · Is it the same voice?
#
# **Why:** a phone that opens by voice, a bank's hotline and an archive all ask one question about two recordings, and each pays differently for a wrong answer.
#
# **Objectives.** After this lesson you can
#
# - make trials from recordings, and count false accepts and false rejects at a threshold;
# - compare systems by equal error rate, DET curve and detection cost, and choose a threshold for a purpose;
# - turn a score into a log-likelihood ratio, and test whether it can be believed;
# - normalise scores with a cohort, and measure what that is worth;
# - say how many people an error rate stands for, and who is rejected more often;
# - explain why a replayed or a synthetic voice can pass.
#
# **Minutes:** 70 to read and try; running every cell takes under a minute.
#
# **Needs:** lessons 09 (feature extraction) and 12 (ROC AUC, thresholds).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour: sections 1 to 4, and 8. Sections 5 to 7 are for the exercise hour. Begin with two sounds and a show of hands: the same
# person? Classes stumble over the word "accept": it is about a claim ("I am Ana"), not about a person. They also read a score of 0.8 as
# "80 % sure"; section 4 takes its time over that.

# %%
import numpy as np
import torch
from torch.nn import functional as F

from course_lib import augment, check, conclude, figure, goal, guess, hint, listen, load, quiz, reveal
from course_lib import on_real_recordings, seed_everything
from course_lib.audio import loudest_second
from course_lib.data import narrators
from course_lib.metrics import calibrate, det_curve, equal_error_rate, likelihood_cost, min_dcf
from course_lib.metrics import permutation_test, speaker_interval
from course_lib.tasks.verification import all_trials, voice_vector
from course_lib.teaching.plots import show_curves, show_det
from course_lib.teaching.widgets.sound_map import SoundMap, two_maps
from course_lib.teaching.widgets.tradeoff import Tradeoff
from course_lib.transfer import load_base

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
base, people = load_base(), load(CORPUS)
if "role" in people.columns:
    people = people.select(role="transfer")  # nobody whom the base has met
print(people)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · A trial
#
# *Identification* asks: who of these is it? *Verification* asks: is it the same voice, yes or no? One such question about two recordings
# is a *trial*. If both are of one person it is a *target trial*, else a *non-target trial*. We ask about one second against one second.

# %%
clips = people.clips
waves = [people.read(clip) for clip in clips]
seconds = torch.stack([loudest_second(wave) for wave in waves])
who = np.array([clip.speaker for clip in clips])
occasion = [f"{clip.speaker} {clip.session or clip.path}" for clip in clips]

# %%
listen(seconds[0], label="A second of somebody")
listen(seconds[1], label="The same voice on another day?")
listen(seconds[-1], label="The same voice as the first?")

# %% [markdown]
# Two recordings of one occasion share the room and the microphone. Such a pair would be too easy, so only recordings of
# different occasions are compared. Every pair that is left is a trial.
#
# **Predict.** Of all these trials, how many are target trials?

# %% tags=["predict"]
guess("16.targets", "Target trials are ...", unit="% of all trials", low=0, high=100)

# %% [markdown]
# **Run.** `first` and `second` are the places of the two recordings of every trial.

# %%
first, second = all_trials(who, occasion)
same = who[first] == who[second]
reveal(
    "16.targets",
    round(100 * same.mean()),
    because=f"{len(clips)} recordings of {len(set(who))} people give {len(same):,} trials, {same.sum():,} of them of one voice. "
    "So a system that always says no is right nearly always: accuracy is of no use here.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Two errors and one threshold
#
# The score of a trial is the cosine of the two vectors that the frozen base gives (lesson 09). In plain PyTorch:

# %%
vectors = F.normalize(base.embed(seconds), dim=1)
scores = (vectors[first] * vectors[second]).sum(1).numpy()
print(
    f"one voice:  {scores[same].mean():.2f} on average, from {scores[same].min():.2f} to {scores[same].max():.2f}"
)
print(
    f"two voices: {scores[~same].mean():.2f} on average, from {scores[~same].min():.2f} to {scores[~same].max():.2f}"
)

# %% [markdown]
# A score that reaches the *threshold* is accepted. A *false accept* lets somebody else in. A *false reject* keeps the right person
# out. Move the threshold, and listen to the trials on the wrong side of it.

# %%
half = np.random.default_rng(SEED).permutation(np.flatnonzero(~same))[:1500]
kinds = np.flatnonzero(same)[:1500], np.sort(half)


def both(kind, number):
    """The two seconds of a trial, one after the other."""
    trial = kinds[kind][number]
    return torch.cat([seconds[first[trial]], torch.zeros(4_000), seconds[second[trial]]])


# %%
Tradeoff(
    scores[kinds[0]], scores[kinds[1]], title="One voice or two", names=("one voice", "two voices"),
    says_yes="the same voice", wave=both,
)  # fmt: skip

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 1: where both errors are alike.** Try every score as a threshold, and give back the one at which the shares of false accepts
# and of false rejects are nearest to each other; the lowest, if there are several.


# %% tags=["solution"]
def nearest_threshold(own, others):
    """own: scores of target trials, others: of non-target trials (lists) -> the threshold."""

    ### BEGIN SOLUTION
    def gap(threshold):
        rejects = sum(score < threshold for score in own) / len(own)
        accepts = sum(score >= threshold for score in others) / len(others)
        return abs(rejects - accepts)

    return min(sorted([*own, *others]), key=gap)
    ### END SOLUTION


# %%
check("16.nearest_threshold", nearest_threshold)

# %%
hint("16.nearest_threshold")

# %% [markdown]
# The error rate at that point is the *equal error rate* (EER). It sums a system up in one number, and needs no threshold to be chosen.
#
# **Predict.** One second against one second, people whom the base never met: how large is it?

# %% tags=["predict"]
guess("16.eer", "The equal error rate is ...", unit="%", low=0, high=50)

# %%
short = equal_error_rate(scores, same)
reveal(
    "16.eer",
    round(100 * short),
    because=f"it is {short:.1%}; guessing has 50 %, and one voice has scores that overlap with those of two.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · A curve and a price
#
# A *DET curve* shows what every threshold does. Its axes are stretched by the *normal deviate*: equal steps of standard deviations of a
# bell curve. So two bell curves of scores give a straight line, and small errors have as much room as large ones.
# Beside one second, let half a second of each and whole recordings be compared.

# %%
long_vectors = F.normalize(torch.stack([voice_vector(base, wave) for wave in waves]), dim=1)
long_scores = (long_vectors[first] * long_vectors[second]).sum(1).numpy()
half_vectors = F.normalize(base.embed(seconds[:, 4_000:12_000]), dim=1)
half_scores = (half_vectors[first] * half_vectors[second]).sum(1).numpy()

# %%
lengths = {"half a second": half_scores, "one second": scores, "whole recordings": long_scores}
rates = {name: equal_error_rate(values, same) for name, values in lengths.items()}
told = ", ".join(f"{name} {rate:.1%}" for name, rate in rates.items())
figure(
    show_det(
        {name: (values, same) for name, values in lengths.items()},
        title=f"Lowest equal error rate: {min(rates, key=rates.get)}",
    ),
    alt=f"Three DET curves on axes of normal deviates. Their equal error rates: {told}.",
)

# %% [markdown]
# **Investigate.** How much is more speech worth? People are drawn anew here, not trials (section 6 says why), and both error rates are
# computed on the same people each time.


# %%
def less(before, after):
    """The 95 % interval, over people, of the equal error rate of `before` less that of `after`."""

    def gain(rows, one):
        rows = rows.astype(int)
        return equal_error_rate(before[rows], one) - equal_error_rate(after[rows], one)

    return speaker_interval(np.arange(len(before)), who[first], who[second], score=gain, draws=100, seed=SEED)


# %%
low, high = less(half_scores, long_scores)
one_low, one_high = less(scores, long_scores)
further = "helps too" if one_low > 0 else "makes it worse" if one_high < 0 else "is not shown to help"

# %%
conclude(
    "16.longer",
    low > 0,
    yes=f"More speech helps beyond doubt: whole recordings lower the equal error rate of half a second by {100 * low:.1f} to {100 * high:.1f} points (95 % interval over people). From one second, the loudest, to a whole recording, pauses included, more speech {further}: {100 * one_low:.1f} to {100 * one_high:.1f} points.",
    no=f"On these recordings more speech does not help beyond doubt: the interval over people reaches from {100 * low:.1f} to {100 * high:.1f} points.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# The two errors seldom cost the same. The *detection cost* of a threshold is what a trial costs on average:
#
# cost = price of a false reject × P(target) × share of false rejects + price of a false accept × (1 − P(target)) × share of false accepts
#
# `P(target)`, the *prior*, is how often it really is the same voice in use.
#
# In code:


# %%
def cost(own, others, threshold, prior, reject_price, accept_price):
    """What a trial costs on average; own and others are lists of scores, what reaches the threshold is accepted."""
    rejects = sum(score < threshold for score in own) / len(own)
    accepts = sum(score >= threshold for score in others) / len(others)
    return reject_price * prior * rejects + accept_price * (1 - prior) * accepts


# %% [markdown]
# **Predict.** A burglar tries a door once in a hundred openings, and what he takes costs a thousand times as much as having to
# try again. Is the best threshold for that door higher or lower than the one of the equal error rate?

# %% tags=["predict"]
guess("16.door", "The best threshold for the door is ...", options=["lower", "the same", "higher"])


# %%
def best_threshold(prior, reject_price, accept_price):
    """(threshold, false accepts, false rejects) with the lowest cost, on whole recordings."""
    accepts, rejects, thresholds = det_curve(long_scores, same)
    costs = reject_price * prior * rejects + accept_price * (1 - prior) * accepts
    at = costs.argmin()
    return thresholds[at], accepts[at], rejects[at]


# %%
accepts, rejects, thresholds = det_curve(long_scores, same)
equal = thresholds[np.abs(accepts - rejects).argmin()]
door = best_threshold(0.99, 1, 1000)
reveal(
    "16.door",
    "higher" if door[0] > equal else "lower" if door[0] < equal else "the same",
    because=f"it lies at {door[0]:.2f}, that of the equal error rate at {equal:.2f}; the door then errs with {door[1]:.1%} of the burglars and "
    f"{door[2]:.1%} of the owner's tries.",
)

# %% [markdown]
# What a threshold costs whom: the same scores, three purposes.

# %%
USES = {"a door: a false accept costs 1000 times as much": (0.99, 1, 1000),
        "a hotline that asks one more question when in doubt": (0.95, 1, 20),
        "an archive: find all recordings of one person": (0.01, 1000, 1)}  # fmt: skip

# %%
for use, prices in USES.items():
    threshold, accepted, rejected = best_threshold(*prices)
    print(
        f"{use:52} threshold {threshold:.2f}: {accepted:6.1%} of the others accepted, {rejected:6.1%} of the right ones rejected"
    )

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · What is a score worth?
#
# > **Misconception: "a score of 0.8 means 80 % sure".** A cosine is no probability. How sure one may be depends on how often such a score
# > comes from one voice and how often from two, and on what was known before.
#
# *Calibration* turns a score into a *log-likelihood ratio*: the logarithm of how many times more often such a score comes from
# one voice than from two. It is logistic regression with one number as input, fitted on trials of other people. Here half of the
# people serve to fit it, the other half to test it.

# %%
names = np.random.default_rng(SEED).permutation(sorted(set(who)))
teachers = set(names[: len(names) // 2].tolist())
inside = np.array([one in teachers for one in who])
learn, test = inside[first] & inside[second], ~inside[first] & ~inside[second]

# %%
ratio = calibrate(long_scores[learn], same[learn])
print(f"log-likelihood ratio = {ratio.slope:.1f} * score {ratio.offset:+.1f}")
for score in (0.2, 0.5, 0.8):
    print(f"a score of {score}: {np.exp(ratio(score)):10.2f} times as often from one voice as from two")

# %% [markdown]
# Can such ratios be believed? Their *cost* (C_llr, in bits) says so: 0 is perfect, 1 is what "I do not know" costs at every trial, and
# more than 1 misleads. Compare with a reader who takes the cosine itself for the ratio.

# %%
raw = likelihood_cost(long_scores[test], same[test])
made = likelihood_cost(ratio(long_scores[test]), same[test])

# %%
conclude(
    "16.calibrated",
    made < raw - 0.05 and made < 0.95,
    yes=f"On people whom it did not see, the calibration brings the cost of a trial from {raw:.2f} bits to {made:.2f}, and no order of two scores changed.",
    no=f"Here the calibration does not carry over to other people: {raw:.2f} bits before, {made:.2f} after. There are {len(teachers)} teachers; perhaps too few.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# A ratio is evidence. A probability needs the prior as well. Bayes: the odds after listening are the odds before, times the ratio.
#
# **Exercise 2: how probable is it now?** Odds are p / (1 − p). The log-likelihood ratio is a natural logarithm.


# %% tags=["solution"]
def posterior(log_ratio, prior):
    """The probability that it is one voice, after a log-likelihood ratio."""
    ### BEGIN SOLUTION
    odds = np.exp(log_ratio) * prior / (1 - prior)
    return odds / (1 + odds)
    ### END SOLUTION


# %%
check("16.posterior", posterior)

# %%
hint("16.posterior")

# %%
strong = float(ratio(np.quantile(long_scores[same], 0.5)))
for prior in (0.5, 0.01, 0.0001):
    odds = np.exp(strong) * prior / (1 - prior)
    print(f"a middling target score, prior {prior:g}: {odds / (1 + odds):.1%}")

# %% [markdown]
# The last line is a search through ten thousand people. The same score that convinces at a door says little there.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · A cohort
#
# Some voices score high against everybody. A *cohort* of people who have nothing to do with the trial shows which. Two ways to use it:
#
# - subtract the *mean* of the cohort from every vector: what all voices share tells nobody apart;
# - *score normalisation*: how far above its usual score against the cohort is this one, in standard deviations? Averaged over both sides of
#   the trial it is called S-norm.
#
# The cohort is the half of the people that fitted the calibration in section 4; the trials are those of the others.
#
# In code, `a` and `b` being the scores of the two recordings against the cohort:


# %%
def s_norm(score, a, b):
    """score: of the trial; a, b (m,): the scores of its two recordings against m people of a cohort -> a number."""
    return 0.5 * ((score - a.mean()) / a.std() + (score - b.mean()) / b.std())


# %%
asked = sorted(teachers)  # the people of the cohort
cohort = torch.stack([long_vectors[(who == name) & inside].mean(0) for name in asked])
centred = F.normalize(long_vectors - cohort.mean(0), dim=1)
against = (centred @ F.normalize(cohort - cohort.mean(0), dim=1).T).numpy()
usual, wide = against.mean(1), against.std(1)

# %%
centred_scores = (centred[first] * centred[second]).sum(1).numpy()
normalised = sum((centred_scores - usual[side]) / wide[side] for side in (first, second)) / 2
systems = {"cosine": long_scores, "less the cohort's mean": centred_scores, "and S-norm": normalised}

# %%
for name, values in systems.items():
    rate, priced = (measure(values[test], same[test]) for measure in (equal_error_rate, min_dcf))
    print(f"{name:24} equal error rate {rate:.1%}   lowest detection cost at a prior of 1 %: {priced:.3f}")

# %% [markdown]
# **Modify.** Take the seconds of section 2 instead of whole recordings (`scores`, `vectors`), or another cohort, by `asked`: only
# women, only three people. When does a cohort help, and when does it harm? With few people a difference of a point is within the
# luck of the draw, as the next section shows.

# %%
alone, _, with_norm = (equal_error_rate(values[test], same[test]) for values in systems.values())
goal(
    "a cohort with which S-norm makes half as many errors again as the cosine alone", with_norm > 1.5 * alone
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · How many people is an error rate worth?
#
# There are thousands of trials here. But they are made of few people, and one voice that is hard to recognise is in hundreds of them. If we
# draw people anew (a *bootstrap* over people), we see how much the error rate depends on who happened to be there.
#
# **Predict.** How wide is the 95 % interval of the equal error rate of one second, over people?

# %% tags=["predict"]
guess("16.width", "From its lower to its upper end, the interval spans ...", unit="points", low=0, high=50)

# %%
ends = speaker_interval(scores, who[first], who[second], seed=SEED)
wrong = round(short * same.sum())
naive = 2 * 1.96 * np.sqrt(short * (1 - short) / same.sum())
reveal(
    "16.width",
    round(100 * (ends[1] - ends[0])),
    because=f"{short:.1%} stands for anything from {ends[0]:.1%} to {ends[1]:.1%}. Whoever takes the {same.sum():,} target trials for independent "
    f"would claim {100 * naive:.1f} points.",
)

# %%
counts = [size for size in (4, 6, 8, 12, 16, 24, 32, 48) if size <= len(names)]
lows, highs = [], []
for size in counts:
    some = np.isin(who[first], names[:size]) & np.isin(who[second], names[:size])
    low, high = speaker_interval(scores[some], who[first][some], who[second][some], draws=100, seed=SEED)
    lows, highs = [*lows, low], [*highs, high]

# %%
figure(
    show_curves(
        {"upper end": highs, "lower end": lows},
        x=counts,
        xlabel="people",
        ylabel="equal error rate",
        title=f"{100 * (highs[0] - lows[0]):.0f} points wide with {counts[0]} people, {100 * (highs[-1] - lows[-1]):.0f} with {counts[-1]}",
    ),
    alt="The ends of the interval of the equal error rate over the number of people: "
    + ", ".join(f"{size} people {low:.0%} to {high:.0%}" for size, low, high in zip(counts, lows, highs))
    + ".",
)

# %% [markdown]
# A rule of thumb says: to trust an error rate to about 30 %, see at least 30 errors (the rule of thirty), *of different people*.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Who is rejected more often?
#
# One threshold for all, chosen where both errors are alike over everybody. Does it treat everybody alike? The groups are those
# that the manifest names; where it names none, this section has nothing to say.

# %%
column = next(
    (
        name
        for name in ("sex", "label", "accent", "language")
        if len(people.values(name) if name in people.columns else []) > 1
    ),
    "",
)
group = {clip.speaker: clip.get(column) for clip in clips} if column else {}
common = np.quantile(scores[~same], 1 - short)

# %%
own = {name: np.mean(scores[same & (who[first] == name)] < common) for name in sorted(set(who[first][same]))}
for kind in sorted(set(group.values())):
    rejected = [rate for name, rate in own.items() if group[name] == kind]
    inside_group = ~same & np.array([group[a] == group[b] == kind for a, b in zip(who[first], who[second])])
    taken = np.mean(scores[inside_group] >= common) if inside_group.any() else np.nan
    print(
        f"{kind:12} {len(rejected):3} people: {np.mean(rejected):6.1%} of their own trials rejected, {taken:6.1%} accepted for another of the group"
    )

# %% [markdown]
# Where on the map are the people who are rejected most: at the edge, split in two, or in the middle of others? Choose a name
# below the map, and listen.

# %%
SoundMap(
    two_maps(vectors.numpy(), seed=SEED), vectors.numpy(), who, lambda k: seconds[k], title="The seconds of the trials",
    groups=group or None, notes={name: f"{rate:.0%} of the own trials rejected" for name, rate in own.items()},
)  # fmt: skip

# %% [markdown]
# Does that hold beyond these people? Shuffle the groups among the people and look how often the largest difference is as large.


# %%
def apart(labels):
    """The largest difference of the groups' shares of rejected trials."""
    means = [
        np.mean([rate for rate, label in zip(own.values(), labels) if label == kind])
        for kind in sorted(set(labels))
    ]
    return max(means) - min(means)


# %%
if group:
    found = permutation_test(apart, [group[name] for name in own], shuffles=199, seed=SEED)
    print(
        f"difference {100 * found.score:.1f} points, p = {found.p:.2f}: "
        + (
            "such a difference is rare if the groups play no part."
            if found.p < 0.05
            else "with so few people luck alone makes such a difference."
        )
    )

# %% [markdown] slideshow={"slide_type": "slide"}
# The average hides people, too. Doddington called those who are hard to recognise *goats*, those who are easily taken for others *lambs*, and most
# people *sheep*.

# %%
worst = max(own, key=own.get)
print(
    f"rejected most often: {worst}, {own[worst]:.0%} of the trials; the median person {np.median(list(own.values())):.0%}, the luckiest {min(own.values()):.0%}"
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · From one voice to another, and a voice from a box
#
# Now a continuum: one sentence in eleven steps, from one voice to another. A door is enrolled with the first voice. Where the course's
# narrators are not installed, the steps are mixtures of two people who speak at once.

# %%
if narrators.installed():
    steps = {pair: narrators.continuum(pair) for pair in ("women", "men", "across")}
else:
    shares, other = np.linspace(0, 1, 11), int(np.flatnonzero(who != who[0])[-1])
    steps = {"two at once": [(s, (1 - s) * seconds[0] + s * seconds[other]) for s in shares.tolist()]}

# %%
ladder = {
    pair: F.normalize(torch.stack([voice_vector(base, wave) for _, wave in parts]), dim=1)
    for pair, parts in steps.items()
}
climb = {pair: (made @ made[0]).numpy() for pair, made in ladder.items()}

# %%
pair, parts = next(iter(steps.items()))
for place in (0, 3, 5, 10):
    listen(torch.as_tensor(parts[place][1]), label=f"{pair}, step {place} of 10")

# %% [markdown]
# **Predict.** The threshold is that of the equal error rate of whole recordings. What is the last step at which the door still opens?

# %% tags=["predict"]
guess("16.step", f"In the pair {pair} the door opens up to step ...", unit="of 10", low=0, high=10)

# %%
last = {pair: int(np.flatnonzero(values >= equal).max()) for pair, values in climb.items()}
reveal(
    "16.step",
    last[pair],
    because="; ".join(f"{name}: up to step {place}" for name, place in last.items())
    + f" at a threshold of {equal:.2f}. Whoever gets in at step 10 is the other person.",
)

# %%
shares = [share for share, _ in parts]
axis = show_curves(
    climb,
    x=shares,
    xlabel="share of the second voice",
    ylabel="score against the first",
    title="Where does the door close?",
)
axis.axhline(equal, color="black", linestyle=":", label="threshold")
axis.legend()
figure(
    axis,
    alt="Scores of eleven steps against the first: "
    + "; ".join(f"{name} from {v[0]:.2f} to {v[-1]:.2f}" for name, v in climb.items())
    + f". The threshold lies at {equal:.2f}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# There is no step at which a voice becomes another one. The score falls little by little, and the threshold alone decides where
# the door closes. A pair that gets up to step 10 has a door that never closes.
#
# *Replay*: somebody recorded the owner and plays the recording in a room, from a good loudspeaker or from that of a telephone, which gives
# nothing below 300 Hz and nothing above 3,400. Each replay is compared with another recording of its owner.


# %%
def replayed(waves, low, high):
    """Sounds (n, 16000) from a loudspeaker that gives `low` to `high` Hz, in a room with an echo."""
    spectrum = torch.fft.rfft(waves)
    hertz = torch.fft.rfftfreq(waves.shape[-1], 1 / 16_000)
    narrow = torch.fft.irfft(spectrum * ((hertz > low) & (hertz < high)), waves.shape[-1])
    return augment.reverberate(narrow, torch.Generator().manual_seed(SEED), share=1.0)


# %%
boxes = {"a good loudspeaker": replayed(seconds, 60, 7_500), "a telephone": replayed(seconds, 300, 3_400)}
for name, played in boxes.items():
    listen(played[0], label=f"The first second again, from {name}")

# %% [markdown]
# **Predict.** How many of the replays from a good loudspeaker are accepted, at the threshold of section 7?

# %% tags=["predict"]
guess("16.replay", "Accepted are ...", unit="% of the replays", low=0, high=100)

# %%
passed = {}
for name, played in boxes.items():
    fakes = F.normalize(base.embed(played), dim=1)
    passed[name] = np.mean((fakes[first[same]] * vectors[second[same]]).sum(1).numpy() >= common)

# %%
reveal(
    "16.replay",
    round(100 * passed["a good loudspeaker"]),
    because=f"from a telephone it is {passed['a telephone']:.0%}, of the owners themselves {np.mean(scores[same] >= common):.0%}, of other people "
    f"{np.mean(scores[~same] >= common):.0%}. Verification asks whether two recordings sound alike. It does not ask whether anybody is there.",
)

# %% [markdown]
# A synthetic voice does the same: all voices of the course's own corpora are synthetic, and the base treats them as people. Systems
# that are in use add a test of their own, *presentation attack detection*, or ask for words that nobody could have recorded.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Two recordings of your own
#
# In a terminal:
#
# ```
# course verify monday.wav tuesday.wav
# course verify monday.wav tuesday.wav --prior 0.01
# ```
#
# It prints the score, the log-likelihood ratio and what it means. Its calibration was fitted on people whom the base never met
# (`course train verifier` fits it anew). Ask people before you record them, and prove nothing with it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · On real recordings
#
# The same base on whole recordings of people, all pairs; the mean over the recordings is taken away first. Many target trials of VoxForge
# are of one occasion, with one room and one microphone, so its error rate flatters the base. AN4 has 84 people who spell and count.

# %%
on_real_recordings(
    "peers",
    "trials",
    {
        "equal error rate, VoxForge": (rates["whole recordings"], "voxforge_en: pretrained"),
        "VoxForge with a random body": (None, "voxforge_en: random body"),
        "equal error rate, AN4": (None, "an4: pretrained"),
        "AN4 with a random body": (None, "an4: random body"),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("16")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A trial asks about two recordings; a threshold trades false accepts for false rejects, and the equal error rate sums both up.
# 2. The best threshold depends on prices and on the prior; a DET curve shows all of them on axes of normal deviates.
# 3. A calibrated score is a log-likelihood ratio: evidence, to be combined with the prior. Its cost, on people whom the
#    calibration did not see, shows whether it can be believed. <!-- conclusion: 16.calibrated -->
# 4. Trials are not people: intervals are computed over people. One threshold rejects some people far more often than others;
#    whether groups differ is tested over people, too.
# 5. A replayed or synthetic voice can pass, because the question is only whether two recordings sound alike.
#
# ## What comes next
#
# A meeting asks this question many times a minute: which of these windows are of the same voice? There nobody tells how many people there are.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - A. Martin and others: The DET curve in assessment of detection task performance. *Eurospeech* (1997). Look for: two systems that
#   cross, which one number would hide.
# - G. Doddington and others: Sheep, goats, lambs and wolves. *ICSLP* (1998). Look for: how many of the errors few people make.
# - G. Doddington and others: The NIST speaker recognition evaluation: overview, methodology, systems, results, perspective. *Speech Communication*
#   31 (2000). Look for: the rule of thirty.
# - N. Brümmer, J. du Preez: Application-independent evaluation of speaker detection. *Computer Speech & Language* 20 (2006). Look for: why the cost
#   of a ratio is measured in bits.
# - N. Dehak and others: Front-end factor analysis for speaker verification. *IEEE TASLP* 19 (2011). Look for: the cosine as a score.
# - D. Snyder and others: X-vectors: robust DNN embeddings for speaker recognition. *ICASSP* (2018). Look for: how many people taught the network.
# - Z. Wu and others: Spoofing and countermeasures for speaker verification: a survey. *Speech Communication* 66 (2015). Look for: the table of attacks.
