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
# # 17 · Who spoke when, and your own voice
#
# **Why:** one frozen network, trained long ago on other people, can tell who speaks when in a meeting, and can learn your voice in a moment.
#
# **Objectives.** After this lesson you can
#
# - take a recording apart into speech, windows, vectors, clusters and turns;
# - count missed speech, false alarms and confusion, and give the diarization error rate;
# - find out which stage makes how much of the error;
# - give names to voices from ten seconds each, with an answer for "somebody else";
# - say who may record whom, what a voice gives away, and how far a voice proves who somebody is.
#
# **Minutes:** 75 to read and try; running every cell takes under a minute.
#
# **Needs:** lesson 09 (feature extraction). For your own voice a microphone, or any recording.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# The capstone: one lecture hour for sections 1 to 6, and half an hour live for 7 and 8. Ask for two volunteers before the break, read
# the consent text to them, and let them choose their names. Have the recordings of the course ready in case the microphone of the
# room fails: the booth takes them on the same path. Where classes stumble: they take "speaker 2" of the answer for "speaker 2" of the
# reference; clusters have no names, so the score first looks for the best matching.

# %%
import matplotlib.pyplot as plt

from course_lib import check, conclude, figure, goal, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib import on_real_recordings
from course_lib.data import meeting
from course_lib.tasks.diarization import cluster, diarize, speech, turns_from, vectors_of_parts
from course_lib.tasks.diarization import voice_activity
from course_lib.metrics import diarization_error, paired_difference
from course_lib.teaching.plots import new_axes, show_likeness, show_turns
from course_lib.data.synthetic.rooms import at_level
from course_lib.data.synthetic.voices import draw_voice
from course_lib.transfer import identify, fit_prototypes, load_base, overall, speakers_of
from course_lib.metrics.turns import Turn, joined
from course_lib.teaching.widgets.booth import VoiceBooth
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.meeting import MeetingPlayer, ClusterExplorer

# %% tags=["parameters"]
CORPUS = "synthetic"  # or "narrators", a corpus with turns ("ami_excerpts"), or one of speakers
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
base = load_base()  # knows many voices, none of those below
made = CORPUS in ("narrators", "synthetic")
where = CORPUS if made else load(CORPUS)
if not made and "rttm_path" not in where.columns:
    where = speakers_of(CORPUS)
talk = meeting(where, seed=SEED)
print(talk)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The answer that we want
#
# A recording, and for every moment the names of those who speak. That is *diarization*: keeping a diary of a meeting.

# %%
SoundPicture(talk.wave[: 12 * 16_000], label="The first seconds of the meeting")

# %% [markdown] slideshow={"slide_type": "fragment"}
# How many people did you hear? Here is the truth. Click a bar to hear that turn.

# %%
MeetingPlayer(talk.wave, talk.turns)

# %% [markdown]
# A turn has a start, an end and a speaker. Programs exchange turns as RTTM, a text file with one line a turn.

# %%
for turn in talk.turns[:3]:
    print(f"SPEAKER meeting 1 {turn.start:.3f} {turn.duration:.3f} <NA> <NA> {turn.speaker} <NA> <NA>")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Counting errors
#
# Three things can go wrong with a moment: somebody speaks and nobody is found (*missed*); nobody speaks and somebody is found
# (*false alarm*); the wrong one is found (*confusion*). The **diarization error rate** is the time of all three, divided by
# the time of speech.
#
# **Exercise 1: the error rate.** Both lists have a name or `None` for every frame. The names already agree.


# %% tags=["solution"]
def error_rate(reference, found):
    """Wrong frames over frames of speech in the reference."""
    ### BEGIN SOLUTION
    wrong = sum(a != b for a, b in zip(reference, found))
    return wrong / sum(a is not None for a in reference)
    ### END SOLUTION


# %%
check("17.error_rate", error_rate)

# %%
hint("17.error_rate")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** The laziest answer: one person speaks all the time, from the first second to the last. What is its error rate
# for this meeting?

# %% tags=["predict"]
guess("17.lazy", "One speaker for everything: error rate", unit="%", low=0, high=200)

# %%
seconds = len(talk.wave) / 16_000
lazy = diarization_error(talk.turns, [Turn(0, seconds, "everybody")])
reveal(
    "17.lazy",
    round(100 * lazy.rate),
    because=f"{lazy}. A quarter of a second around each change is not scored.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "an error rate cannot be above 100 %".** It is divided by the *speech*, not by the length of the recording.
# > In a quiet hour with one minute of speech, twenty minutes of false alarms are an error rate of 2,000 %.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · First stage: where is speech?
#
# **Run.** The simplest detector looks at the level alone: loud is speech, quiet is not. Short pauses are closed.

# %%
by_level = speech(talk.wave)
truth = [(turn.start, turn.end) for turn in joined([turn._replace(speaker="speech") for turn in talk.turns])]
found = [Turn(*part, "speech") for part in by_level]
only_speech = diarization_error([Turn(*part, "speech") for part in truth], found)
print(only_speech)

# %% slideshow={"slide_type": "fragment"}
shown = {"reference": [Turn(*part, "speech") for part in truth], "found": found}
figure(
    show_turns(
        shown, new_axes(height=2.2)[1], length=seconds, title="Speech: annotated, and found by its level"
    ),
    alt=f"Speech of the reference and speech found, over {seconds:.0f} s: {only_speech}.",
)

# %% [markdown]
# **Investigate.** Where do the two lanes differ? Listen there. A chair, a door, paper, a cough: all of that is loud, and none of it is
# speech. The level cannot tell.
#
# **Run.** Now a detector that was trained: *Silero VAD*, a small recurrent network that has heard thousands of hours of speech and of
# other sounds. Every 32 milliseconds it gives the probability that somebody speaks.

# %%
parts = voice_activity(talk.wave)
by_network = diarization_error(
    [Turn(*part, "speech") for part in truth], [Turn(*part, "speech") for part in parts]
)
print(by_network)

# %% [markdown]
# One meeting is an anecdote. Here are four more, with other people, for everything that we conclude.


# %%
def speech_error(talk, parts):
    """Error rate of the parts that were taken for speech, whoever speaks."""
    truth = joined([turn._replace(speaker="speech") for turn in talk.turns])
    return diarization_error(truth, [Turn(*part, "speech") for part in parts]).rate


# %%
talks = [talk, *(meeting(where, seed=SEED + k) for k in range(1, 5))]
found_in = [voice_activity(each.wave) for each in talks]
saved = [
    speech_error(each, speech(each.wave)) - speech_error(each, parts) for each, parts in zip(talks, found_in)
]
print("points of the speech that the trained detector saves:", [round(100 * each, 1) for each in saved])

# %%
conclude(
    "17.detector",
    min(saved) > -0.01 and max(saved) > 0.01,
    yes=f"In none of the five meetings is the trained detector worse than the level by a point, and where something else is loud it saves up to {max(saved):.0%} of the speech. From here on it finds the speech.",
    no=f"Over five meetings the trained detector saves {min(saved):.0%} to {max(saved):.0%} of the speech against the level: where nothing but speech is loud, the level is enough.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Second stage: a vector for every window
#
# A window of one and a half seconds, five times a second, goes through the frozen body of the base. This is feature extraction, lesson 09.
# Nothing here was trained on these people.


# %%
middles, vectors = vectors_of_parts(base, talk.wave, parts)  # windows within the speech, by the frozen body
print(f"{len(vectors)} windows, {vectors.shape[1]} numbers each")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Two windows of one voice against two windows of two voices. By how much do their cosines differ, on average?

# %% tags=["predict"]
guess("17.gap", "Mean cosine within a voice, less that between voices", unit="", low=-0.5, high=1)


# %%
def speaker_at(time):
    """Who alone speaks around that time; None for nobody, several, or a change."""
    near = {turn.speaker for turn in talk.turns if turn.start < time + 0.5 and turn.end > time - 0.5}
    return near.pop() if len(near) == 1 else None


whose = [speaker_at(time) for time in middles]
alone = [place for place, name in enumerate(whose) if name]
unit = vectors / (vectors**2).sum(1, keepdims=True) ** 0.5
pairs = [(a, b) for a in alone for b in alone if a < b]
same = [unit[a] @ unit[b] for a, b in pairs if whose[a] == whose[b]]
other = [unit[a] @ unit[b] for a, b in pairs if whose[a] != whose[b]]

# %%
within = sum(same) / max(1, len(same))
between = sum(other) / max(1, len(other))
reveal(
    "17.gap",
    round(within - between, 2),
    because=f"{within:.2f} within a voice, {between:.2f} between voices, over {len(pairs):,} pairs.",
)

# %%
conclude(
    "17.vectors",
    within - between > 0.1,
    yes=f"The frozen body keeps voices apart that it never met: {within:.2f} within a voice, {between:.2f} between voices.",
    no=f"In this recording the vectors hardly keep the voices apart: {within:.2f} within a voice, {between:.2f} between voices.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_likeness(vectors, plt.subplots(figsize=(6.4, 5.2))[1], times=[0.2 * k for k in range(len(vectors))]),
    alt=f"Cosine of every window with every other: bright blocks where one voice speaks on. Within a voice "
    f"{within:.2f}, between voices {between:.2f} on average.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Bright blocks on the diagonal are turns. A bright block away from it is the same voice, coming back.
#
# ## 5 · Third stage: clusters, then turns
#
# The two most similar groups of windows become one group. Then the next two. When do we stop? Either we know how many people
# there are, or we stop when no two groups are alike enough. One fixed cosine for all recordings will not do: how alike two
# windows of one voice are depends on the room, the microphone and the base. So the recording itself has to tell: windows that
# follow each other are mostly of one voice. Two groups are taken for two voices if the mean cosine between them is lower than
# that by a certain number of standard deviations, the threshold of the slider.
#
# **Modify.** Move the threshold. Where does one voice fall into pieces? Where do two become one?


# %%
def voices_found(now):
    """How many voices there are at a setting of the explorer."""
    return len(set(cluster(unit, times=middles, difference=now["difference"]).tolist()))


real = len({turn[2] for turn in talk.turns})
ClusterExplorer(vectors, middles, talk.turns).seek(
    "one voice in pieces: more found than there are", lambda now: voices_found(now) > real
).seek("two voices in one: fewer found than there are", lambda now: voices_found(now) < real)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Which error will be largest when the number of speakers is known?

# %% tags=["predict"]
guess(
    "17.stage",
    "The largest part of the error is ...",
    options=["missed", "false alarm", "confusion", "none: no error at all"],
)

# %%
count = len(talk.speakers)
stages = parts, middles, vectors
level = by_level, *vectors_of_parts(base, talk.wave, by_level)
answers = {
    "speech by its level": turns_from(*level, count),
    "count known": turns_from(*stages, count),
    "not resegmented": turns_from(*stages, count, resegment=False),
    "count found": turns_from(*stages),
    "speech and count known": diarize(talk.wave, base, speakers=count, parts=truth),
    "one speaker, speech found": [Turn(*part, "everybody") for part in parts],
}
errors = {name: diarization_error(talk.turns, turns) for name, turns in answers.items()}

# %%
error = errors["count known"]
kinds = {"missed": error.missed, "false alarm": error.false_alarm, "confusion": error.confusion}
reveal(
    "17.stage",
    max(kinds, key=kinds.get) if error.rate > 0 else "none: no error at all",
    because=f"{error}.",
)

# %% slideshow={"slide_type": "fragment"}
for name, each in errors.items():
    print(f"{name:27} {each.rate:6.1%}   {str(each).partition(': ')[2]}")

# %% [markdown] slideshow={"slide_type": "slide"}
# Read it stage by stage; each line changes one stage of *count known*. The first: what the trained detector is worth. *Not
# resegmented*: the clusters' mean directions as they are; else every window is given once more to the voice that its surroundings
# resemble, and the means are taken again. *Count found*: what it costs not to know how many there are. *Speech known*: what a
# perfect detector would change. A line can be worse although its stage knows more: then the windows lie elsewhere, and the
# clusters come out differently. One meeting is too little to judge a stage by. The numbers after each rate say which part of it
# is missed (where two speak at once, we find one), which is false alarm, and which is confusion of voices.

# %% [markdown]
# And in the other four meetings?


# %%
def rates(talk, parts):
    """Error rates of a meeting, and how many people were found without being told."""
    count, stages = len(talk.speakers), (parts, *vectors_of_parts(base, talk.wave, parts))
    truth = [
        (turn.start, turn.end) for turn in joined([turn._replace(speaker="speech") for turn in talk.turns])
    ]
    found = turns_from(*stages)
    answers = {
        "one speaker": [Turn(*part, "everybody") for part in parts],
        "count known": turns_from(*stages, count),
        "count found": found,
        "speech and count known": diarize(talk.wave, base, speakers=count, parts=truth),
    }
    errors = {name: diarization_error(talk.turns, turns).rate for name, turns in answers.items()}
    return errors, len({turn.speaker for turn in found}), count


# %%
judged = [rates(*pair) for pair in zip(talks, found_in)]
for errors, people, count in judged:
    print(f"{people} of {count} people  " + "  ".join(f"{name} {rate:.0%}" for name, rate in errors.items()))
one, known_count, found_count, known_speech = zip(*(errors.values() for errors, _, _ in judged))

# %%
price = paired_difference(found_count, known_count)
off = sum(abs(people - count) > 1 for _, people, count in judged)

# %%
conclude(
    "17.count",
    not price.better,
    yes=f"Whether it matters to be told how many people there are, five meetings cannot decide: not to be told costs {price}. In {off} of them the clusters miss or invent more than one person, so tell it where you know it; `min_speakers` and `max_speakers` are there for a guess.",
    no=f"How many people there are is the hard question: not to be told costs {price} over five meetings, and in {off} of them the clusters miss or invent more than one person. Whoever knows how many there are should say so; `min_speakers` and `max_speakers` are there for a guess.",
)

# %%
ahead = paired_difference(one, known_count)
whole, left = (sum(each) / len(each) for each in (known_count, known_speech))

# %%
conclude(
    "17.stages",
    ahead.better,
    yes=f"With the count known, who speaks is found better than by one name for everybody: {ahead} over five meetings. {whole:.0%} of the speech is still wrong; were the speech known exactly, it would be {left:.0%}. "
    + (
        "So most of the error goes with the detection of speech, and that is the stage to work on."
        if left < whole / 2
        else "So the detection of speech is not what stands in the way: vectors and clusters are the stages to work on."
    ),
    no=f"One name for everybody would not be worse beyond doubt: {ahead} over five meetings. {whole:.0%} of the speech is wrong; were the speech known exactly, it would be {left:.0%}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# Five meetings are few. `docs/results.md` has ten real excerpts, telephone calls and meetings of the course's own voices, with chance beside them.
#
# **Investigate.** Compare with the truth, turn by turn. Where the bars disagree, listen.

# %%
MeetingPlayer(talk.wave, {"reference": talk.turns, "found": answers["count known"]})

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Names
#
# "Speaker 2" is not a name. If we have heard these people before, we can do better. Ten seconds of each give one *prototype*: the
# mean of their vectors, as a direction. The prototypes are the rows of a new head. We *write* it; nothing is trained.
#
# **Exercise 2: the prototype of a voice.** Average the vectors of one voice, as directions, and return a direction.


# %% tags=["solution"]
def prototype(vectors):
    """Vectors of one voice, (n, d) -> its mean direction (d,), of length 1."""
    ### BEGIN SOLUTION
    unit = vectors / (vectors**2).sum(1, keepdims=True) ** 0.5
    mean = unit.mean(0)
    return mean / (mean**2).sum() ** 0.5
    ### END SOLUTION


# %%
check("17.prototype", prototype)

# %%
hint("17.prototype")

# %% [markdown] slideshow={"slide_type": "slide"}
# And what about people who are none of these? The base still knows its old voices. We keep their rows in the head as well: a
# second that resembles one of *those* more is given to "somebody else". No stranger has to be recorded for that.

# %%
named = talk if talk.before else meeting(seed=SEED)  # real excerpts have nothing to enrol from
known = fit_prototypes(base, named.before)  # names: what each voice sounded like on another day
turns = diarize(named.wave, known, enrolled=True)
for turn in turns:
    print(f"{turn.start:5.1f} to {turn.end:4.1f} s  {turn.speaker}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Predict.** In how much of the speech is the *name* right? Now no matching helps: a name is right or wrong.

# %% tags=["predict"]
guess("17.names", "Share of the speech with the right name", unit="%", low=0, high=100)

# %%
right = sum(
    max(0.0, min(a.end, b.end) - max(a.start, b.start))
    for a in named.turns
    for b in turns
    if a.speaker == b.speaker
)
spoken = sum(turn.duration for turn in named.turns)
reveal(
    "17.names",
    round(100 * right / spoken),
    because=f"{right:.1f} of {spoken:.1f} s; guessing one of {len(known.classes)} gives {1 / len(known.classes):.0%}.",
)

# %%
often = (
    max(sum(turn.duration for turn in named.turns if turn.speaker == name) for name in named.before) / spoken
)

# %%
conclude(
    "17.names",
    right / spoken > often,
    yes=f"Ten seconds of each voice are enough for names: {right / spoken:.0%} of the speech, where always naming whoever speaks most would give {often:.0%}.",
    no=f"The names are right in {right / spoken:.0%} of the speech; always naming whoever speaks most would give {often:.0%}. For these voices ten seconds were not enough.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: design the test.** These people were enrolled from *another day*. Would it have been honest to take the same day? Or other
# people? That depends on the question. `learn` and `test` are lists of (speaker, session).
#
# - `"new people"`: does it work for voices that it never met? Then nobody may be on both sides.
# - `"another day"`: are enrolled people named on another day? Then everybody in the test is enrolled, and no (speaker, session) is on both sides.


# %% tags=["solution"]
def can_answer(question, learn, test):
    """True if this split can answer the question honestly."""
    ### BEGIN SOLUTION
    who, known = ({speaker for speaker, _ in rows} for rows in (test, learn))
    if question == "new people":
        return not who & known
    return who <= known and not set(test) & set(learn)
    ### END SOLUTION


# %%
check("17.can_answer", can_answer)

# %%
hint("17.can_answer")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Before anybody is recorded
#
# A voice is no fingerprint: it changes with age, health, mood and microphone, and other people's voices come close to it. Yet from ten
# seconds of it, a program may guess
#
# - **who you are**, and find you again in other recordings;
# - your sex and age, where you grew up, whether you have a cold, are tired or afraid;
# - and it may guess wrong, about you in particular, if few people like you were in its training data.
#
# So the rules come first. **Ask** everybody whose voice will be heard, also in the background. Say **what for**, **where it is kept**, **how
# long**, and who may hear it. A no needs no reason; a yes may be taken back. In the European Union a voice used to identify somebody is
# biometric data: the law demands explicit consent. In this course a recording stays on your machine, in memory, until the kernel stops.

# %% [markdown] slideshow={"slide_type": "slide"}
# **How sure is "it is you"?** A door that opens to a voice can fail in two ways: it rejects its owner, or it accepts a stranger. One
# threshold decides between them.
#
# **Exercise 4: two ways to fail.** `own` are the scores of the owner, `strangers` those of all others. A score that reaches the
# threshold is accepted.


# %% tags=["solution"]
def failures(own, strangers, threshold):
    """(share of the owner's tries that are rejected, share of the strangers' that are accepted)."""
    ### BEGIN SOLUTION
    rejected = sum(score < threshold for score in own) / len(own)
    accepted = sum(score >= threshold for score in strangers) / len(strangers)
    return rejected, accepted
    ### END SOLUTION


# %%
check("17.failures", failures)

# %%
hint("17.failures")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** A burglar with a speech synthesiser: voice after voice, drawn at random, says one sentence at the door of the first
# person we enrolled. How many of them are let in?

# %%
TRIES = 60 if PROFILE == "quick" else 500
owner = known.classes[0]
sentence = "Good morning, it is me. Would you please open the door?"


def burglar(number):
    """One of the voices, at the level of speech."""
    return at_level(draw_voice(SEED + 1, f"burglar {number}").say(sentence))


# %% tags=["predict"]
guess("17.burglar", "Of 60 random synthetic voices, taken for the owner:", unit="voices", low=0, high=60)

# %%
tries = []
for number in range(TRIES):
    answer = identify(known, burglar(number))
    tries.append(
        (overall(answer, known.classes)[0], sum(s.probabilities[0] for s in answer) / len(answer), number)
    )

# %%
entered = [each for each in tries if each[0] == owner]
best = max(tries, key=lambda each: each[1])
reveal(
    "17.burglar",
    round(60 * len(entered) / TRIES),
    because=f"{len(entered)} of {TRIES} were taken for {owner}; the best one reached {best[1]:.0%}.",
)

# %% [markdown]
# The closest of them, and the owner. Listen: would you open?

# %%
listen(burglar(best[2]), label=f"Burglar {best[2]}: {best[1]:.0%} like {owner}")
listen(named.before[owner][: 5 * 16_000], label=owner)

# %% [markdown] slideshow={"slide_type": "slide"}
# Nobody tried to sound like the owner: these voices were drawn at random. A voice that is copied *on purpose*, by a cloning
# program, comes far closer. And there is a simpler attack: play a recording of the owner.

# %%
replay = identify(known, named.before[owner] * 0.5)
print(f"the owner's own recording, played again at half the level: {overall(replay, known.classes)}")

# %%
conclude(
    "17.replay",
    overall(replay, known.classes)[0] == owner,
    yes="The door opens to the recording as to its owner. A voice can be a convenience. It is not a key.",
    no="This time the recording is not taken for its owner. That is no safety: another recording may be. A voice can be a convenience. It is not a key.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · Your own voice
#
# Now you, and whoever is beside you and has said yes. Write a name, record ten seconds, hear them back, keep or discard. When two are
# enrolled, speak and watch. Then let a third person speak.
#
# Without a microphone: choose a file, or one of the recordings below. It takes the same path.

# %%
shelf = {f"{name} (another day)": wave for name, wave in named.before.items()}
shelf["the meeting, from the beginning"] = named.wave[: 10 * 16_000]
booth = VoiceBooth(base, recordings=shelf)
booth

# %% [markdown]
# What the booth does is what you did above. From code:

# %%
first, second, third = list(named.before)[:3]
print(booth.enrol(first, named.before[first]))
print(booth.enrol(second, named.before[second]))
for name in (first, third):
    print(f"{name} speaks: {overall(booth.who(named.before[name][-4 * 16_000 :]), booth.names)}")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Try to be misjudged: whisper, hold your nose, speak another language, stand far away, play yourself from a phone. Which of
# these changes the answer? Then ask what that means for somebody who has a cold, or who stutters. Without a microphone: change the
# recording below, `changed`, by half of its samples, by noise, by its level, until it is taken for somebody else.

# %%
changed = named.before[first][-4 * 16_000 :]
goal(f"a change after which {first} is not recognised", overall(booth.who(changed), booth.names)[0] != first)

# %% [markdown]
# To forget a voice: `booth.forget("name")`. To forget all: restart the kernel.

# %%
if second in booth.names:  # once forgotten, there is nobody left to forget
    booth.forget(second)
print(booth.names)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 5: who is not on the list.** `enrolled` is {name: vectors (n, d)}, `others` are seconds of people who are
# not on the list. Return a function that answers one vector with a name or with None. It is judged on another day of
# the enrolled, and on strangers who are not among your `others`.

# %% tags=["solution"]
import torch
from torch.nn import functional as F


def make_answer(enrolled, others):
    """A function from a vector (d,), of length 1, to a name or None."""
    ### BEGIN SOLUTION
    names = list(enrolled)
    means = torch.stack([F.normalize(enrolled[name].mean(0), dim=0) for name in names])
    own = [x @ F.normalize(X.sum(0) - x, dim=0) for X in enrolled.values() for x in X]
    strangers = (others @ means.T).max(1).values
    threshold = (torch.stack(own).mean() + strangers.mean()) / 2

    def answer(vector):
        likeness = means @ vector
        return names[int(likeness.argmax())] if likeness.max() > threshold else None

    return answer
    ### END SOLUTION


# %%
check("17.stranger", make_answer)

# %%
hint("17.stranger")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · On real recordings
#
# The same stages on meetings of people: ten excerpts of the AMI corpus, from one microphone in the room.

# %%
on_real_recordings(
    "diarization",
    "no collar",
    {
        "one name for everybody": (one, "AMI, all ten excerpts: one speaker for all"),
        "count known": (known_count, "AMI, all ten excerpts: count given"),
        "count found": (found_count, "AMI, all ten excerpts: count found"),
    },
    here=CORPUS,
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("17")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. Speech, windows, vectors, clusters, turns: speech and vectors come from trained networks, and both were trained on other people.
# 2. The diarization error rate is missed, false alarm and confusion over the time of speech; it can be above 100 %.
# 3. Give a stage the truth, and see what is left: so you find the stage that is worth your work. <!-- conclusion: 17.stages -->
# 4. Ten seconds of speech make a prototype, which is one row of a new head; the base's old voices stand for "somebody else".
#    <!-- conclusion: 17.names -->
# 5. Ask before you record. A voice gives much away, and proves little.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Take-away of part 4
#
# What to keep from this part, a base at work:
#
# 1. Any sound can be an image, and any base a candidate: measure it against random weights and a classic method.
# 2. Rare events: balanced accuracy, AUC, F1, false accepts per hour. Accuracy flatters a classifier that always answers "no".
# 3. Three groups of voices: one teaches, one chooses the threshold, one reports.
# 4. Count people, not recordings: intervals and permutations go by speaker. Then ask room, microphone and pitch alone.
# 5. Something new keeps coming: remember a few seconds of everybody, and let no model pass without a gate.
# 6. Speech, windows, vectors, clusters, turns. Give one stage the truth, and you see which one to mend.
# 7. **Try it:** ask two friends for a talk of a minute, with their consent, and let lesson 17 say who spoke when. Then delete it.
#
# A mixed review follows, with new questions. Nothing around them says which lesson they belong to; recalling that yourself is what makes them useful.

# %%
quiz("review 4")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What comes next
#
# You have come from one neuron to your own voice. Take one of your own recordings, a question that you really have, and the recipe:
# a frozen base, a small head, an honest split, a chance line, several seeds. [A project](../docs/project.md) has six open questions,
# a rubric, and a sealed test for your model: `course project score FILE`.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - "Minutes: Speaker Diarization and Tech Talk": the meeting out of which this course grew. Look for: which of its slides you
#   have met, and in which lesson.
# - T. J. Park et al.: A review of speaker diarization. *Computer Speech & Language* 72 (2022). Look for: the methods that need no stages.
# - NIST: The 2009 Rich Transcription meeting recognition evaluation plan (2009): the error rate and its collar. Look for: what is done
#   where two people speak at once.
# - H. Qi, M. Brown, D. G. Lowe: Low-shot learning with imprinted weights. *CVPR* (2018). Look for: why vectors and rows must have length 1.
# - A. Nautsch et al.: Preserving privacy in speaker and speech characterisation. *Computer Speech & Language* 58 (2019). Look for: what
#   a voice gives away besides a name.
# - European Union: General Data Protection Regulation, articles 4 and 9 (2016). Look for: the word "biometric", and the word "explicit".
