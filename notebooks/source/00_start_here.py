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
# # 00 · Start here
#
# **Why:** in three minutes a network names two people from ten seconds of each; the course is the answer to how, and this half hour shows how it works.
#
# **Objectives.** After this lesson you can
#
# - enrol two voices on a network that has never heard them, and say what was reused and what was learned;
# - play a recording, draw it, and say what the numbers in it mean;
# - commit to a guess before you run a cell, and compare it with what came out;
# - ask a check why an answer is wrong, and get one hint at a time;
# - say what each lesson of the course is for.
#
# **Minutes:** 30 to read and try; running every cell takes a few seconds.
#
# **Needs:** headphones or a loudspeaker, and that you can read a line of Python.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Say nothing first: run section 1, and let the names appear. Then say what makes the course different: nothing on the
# slides has to be believed. With two volunteers, read the consent text to them before anybody is recorded. If the room has no sound, the drawn wave carries the lesson. Where classes stumble: people run
# the whole notebook with one click and skip the guesses. Ask for a show of hands at every guess; it costs ten
# seconds and it is what makes the answer stick.

# %% [markdown] slideshow={"slide_type": "skip"}
# Run a cell with **Shift + Enter**. Start with the next two. The first imports the functions of the course that this lesson uses,
# the second sets three choices that every lesson has.

# %%
import torch

from course_lib import check, figure, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib.audio import SR, loudest_second
from course_lib.teaching.plots import show_wave
from course_lib.teaching.widgets.booth import VoiceBooth
from course_lib.teaching.widgets.meeting import MeetingPlayer
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.tone import ToneExplorer
from course_lib.transfer import fit_head, load_base, speakers_of

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Who is speaking?
#
# Here are two people whom the network below has never heard. The next cells let the network meet them in some of their
# recordings, and put other recordings of theirs together into a short conversation. Where the corpus says on which day something
# was recorded, these come from other days.

# %%
seed_everything(SEED)
people = speakers_of(CORPUS)
pair = people.speakers[:2]


def speech(name, side):
    """The recordings of a speaker on one side of the split, one after the other."""
    return torch.cat([people.read(clip) for clip in people.select(split=side, speaker=name)])


# %%
turns = [(name, k) for k in (0, 1) for name in pair]  # each speaks twice, three seconds at a time
talk = torch.cat([speech(name, "test")[3 * k * SR : 3 * (k + 1) * SR] for name, k in turns])
listen(talk, label=f"{pair[0]} and {pair[1]}, in turns of three seconds")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Predict.** The network hears ten seconds of each, and must then name every second of the talk. How many of the twelve will it
# get right? Write a number, and press the button. Nobody marks your guess; it is kept for you to compare.

# %% tags=["predict"]
guess("00.named", "Seconds of twelve that get the right name:", unit="seconds", low=0, high=12)

# %% [markdown]
# **Run.** Six lines: load a network that is trained already, let it hear the two people, fit a small layer that tells them apart,
# and name every second.

# %% slideshow={"slide_type": "fragment"}
base = load_base()
heard = [speech(name, "train")[: 10 * SR].unfold(0, SR, SR // 2) for name in pair]  # ten seconds each
whose = [who for who, windows in enumerate(heard) for _ in windows]
head = fit_head(torch.cat([base.embed(windows) for windows in heard]), whose)
named = [pair[int(score > 0)] for score in head.scores(base.embed(talk.unfold(0, SR, SR)))]
print(*(f"{second:2} s  {name}" for second, name in enumerate(named)), sep="\n")

# %%
truth = [name for name, _ in turns for _ in range(3)]
right = sum(map(str.__eq__, named, truth))
reveal("00.named", right, because=f"the talk has {len(truth)}. Two names and a coin would get half of them.")

# %% [markdown]
# Did a second get the wrong name, and can you hear why? A click on a bar plays it.

# %%
bars = {
    key: [(second, second + 1, name) for second, name in enumerate(who)]
    for key, who in (("reference", truth), ("found", named))
}
MeetingPlayer(talk, bars, title="Who speaks, and who was named")

# %%
reused = sum(parameter.numel() for parameter in base.model.body.parameters())
learned = head.weights.size + head.bias.size
print(
    f"reused: {reused:,} numbers, learned from other people; learned here: {learned:,}, from ten seconds each"
)

# %% [markdown]
# That is **transfer learning**: what a network has learned from many people, its *body*, was reused unchanged, and only one small
# layer, which tells these two apart, was trained. How that can be, when it works and when it does not, is the rest of this
# course.

# %% [markdown] slideshow={"slide_type": "slide"}
# **Two people at the table.** Read this aloud first, and go on only if everybody agrees:
#
# > *Everybody who will be recorded has been asked, has said yes, and may take it back. I know that a voice can tell who
# > somebody is, and more.*
#
# Then write a name, record ten seconds, and keep them; the same for the second person; then speak in turn. Whoever would rather
# not be recorded takes the files of the list. The booth has one more answer, *somebody else*: it is given when a second resembles
# the voices that the network was trained on more than those it has just met. Nothing is written to disk, and everything is
# forgotten when the notebook is closed.

# %%
VoiceBooth(base, recordings={name: speech(name, "train")[: 10 * SR] for name in pair} | {"the talk": talk})

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Hear a voice
#
# A *corpus* is a folder of recordings with a list of who speaks in each. The course brings its own, made by a
# speech synthesiser, so that everything works without a network. Later you can use real voices, and your own.

# %%
corpus = load(CORPUS)
corpus

# %% [markdown]
# Take the first recording that is meant for training, and listen: press *Play*, or click in the picture to hear it
# from there. If you hear nothing, look at the volume first; section 6 helps with the rest.

# %%
clip = corpus.select(split="train").clips[0]
wave = corpus.read(clip)
SoundPicture(wave, label=f"Speaker {clip.speaker}", view="wave")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · See it
#
# **Predict.** A sound in a computer is a list of numbers, one for each tiny step of time. How many numbers make
# up *one second* of this recording? Choose, then press the button.

# %% tags=["predict"]
guess(
    "00.samples_per_second",
    "How many numbers are in one second of this recording?",
    options=["32", "1,000", "16,000", "1,000,000"],
)

# %% [markdown]
# **Run.** Cut out the loudest second and count.

# %%
second = loudest_second(wave)
len(second)

# %%
reveal(
    "00.samples_per_second",
    f"{len(second):,}",
    because=f"the recording holds {SR:,} numbers (samples) a second; engineers say: it is sampled at {SR // 1000} kHz.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** Draw the whole recording. Time runs to the right. The height is the *amplitude*: how far the
# air is pushed. Where does the speaker pause? Where is the voice loudest?

# %% slideshow={"slide_type": "fragment"}
peak = float(wave.abs().max())
figure(
    show_wave(wave, title=f"{len(wave) / SR:.1f} s of speech, peak amplitude {peak:.2f}"),
    alt=f"Amplitude of a recording over {len(wave) / SR:.1f} seconds: bursts of speech with pauses between, peak {peak:.2f}.",
)

# %% [markdown]
# Now look much closer. Here are 30 thousandths of a second out of the loudest part. You see the same shape come
# back again and again: that repetition is what you hear as the *pitch* of the voice.

# %%
start = int(second.abs().argmax())
piece = second[max(0, start - 240) : start + 240]
figure(
    show_wave(piece, title="30 ms of a voice: the same shape comes back"),
    alt="Amplitude over 30 milliseconds of a voice: a wave shape that repeats several times.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Move it
#
# **Modify.** This is an *explorer*. Move the sliders with the mouse, or press Tab and use the arrow keys. One
# slider changes how often the wave repeats, the other how high it is. Which one do you hear as pitch, which as
# loudness?

# %%
ToneExplorer().seek("the same note two octaves above 200 Hz", lambda now: now["frequency"] == 800)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "a louder sound has a higher pitch".** In daily life both often rise together: people who
# > shout also speak higher. In the numbers they are two different things. Loudness is the *height* of the wave.
# > Pitch is how *often* it repeats. Each slider above moves one of them and leaves the other alone.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Check it
#
# **Exercise 1: how long is it?** A recording has `n_samples` numbers and `rate` of them make one second. Replace
# the dots, run the cell, then run the check below it. The check tries your function on several recordings. If it
# is wrong, the check says what you may have been thinking.


# %% tags=["solution"]
def duration(n_samples, rate):
    """Length of a recording in seconds."""
    ### BEGIN SOLUTION
    return n_samples / rate
    ### END SOLUTION


# %%
check("00.duration", duration)

# %% [markdown]
# Stuck? Every exercise has three hints, from a nudge to nearly the answer. Each run of the next cell shows one
# more. An exercise that you leave alone stops nothing: later cells never need it.
#
# After the title of an exercise you read what kind it is: fill in a line, write a function, and in later lessons find a fault,
# design an experiment, or build something that is judged by its result.

# %%
hint("00.duration")

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 2: half the height.** Write a function that makes a wave half as high. The numbers in it are
# amplitudes around zero, some positive, some negative. Silence has to stay silence.


# %% tags=["solution"]
def half_amplitude(wave):
    """The same sound with half the amplitude."""
    ### BEGIN SOLUTION
    return wave * 0.5
    ### END SOLUTION


# %%
check("00.half_amplitude", half_amplitude)

# %%
hint("00.half_amplitude")

# %% [markdown]
# What does half the amplitude sound like? Listen to both. Most people say "a little softer", not "half as loud".
# Our ears compare by ratios, and lesson 01 gives the ratio its unit, the decibel.

# %%
listen(second, label="The second as it was")
listen(second * 0.5, label="Half the amplitude")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Is everything in place?
#
# The next cell asks the course's doctor. Each line names one thing and says *ok*, or what to do. You can ask at
# any time in a terminal too: `course doctor`.
#
# What you passed, how many tries and hints it took, and your first answers to questions are kept in a file of your
# own, `my_course/progress.json`, on this machine alone. In a terminal, `course progress` shows what is done, what is
# worth repeating and what comes next.

# %% tags=["own-machine"]
from course_lib.cli import main as course

found = course(["doctor"])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · The map
#
# | lesson | what you will be able to do |
# | --- | --- |
# | 01 From sound to spectrogram | turn a second of sound into a picture that a network can read |
# | 02 Dense layers | build a neuron, count its parameters, classify with it |
# | 03 The training loop | write the loop that trains every network, and read its curves |
# | 04 A speaker identifier | name the speaker of a recording, and find out whether the test is honest |
# | 05 Pooling layers | make a network care less about *where* something happens |
# | 06 Convolution layers | slide one small dense layer over a whole sound |
# | 07 The base model | train a network that knows many voices |
# | 08 What transfers, and when | measure which parts of a base serve a new task |
# | 09 Feature extraction | use a base, frozen, to describe voices that it never heard |
# | 10 Fine-tuning | update a base gently without making it forget |
# | 11 How much to reuse | weigh accuracy against cost, layer by layer |
# | 12 Sound as an image: snore or not | detect snoring with a network that learned from photographs |
# | 13 A few examples of a new word | teach a word with five examples |
# | 14 Accents | carry what was learned from read text to free speech |
# | 15 Training that never stops | take in new speakers every day and forget nobody |
# | 16 Is it the same voice? | decide whether two recordings are of one person, and say what a wrong answer costs |
# | 17 Who spoke when, and your own voice | follow a meeting, and let the model learn your voice |
# | 18 A primer: tensors, modules, gradients | read and write the few lines of PyTorch that the lessons are made of |
# | 19 A base that the world trained | load public checkpoints safely, compare them, and adapt one with LoRA |
#
# The lessons make four parts: 00, 01, 02, 03, 04, 18 (a sound becomes numbers and first networks), 05 to 07 (layers
# that look everywhere), 08 to 11 (transfer), 12, 13, 14, 15, 16, 17, 19 (applications). Each part ends with a take-
# away and a mixed review.
#
# The idea behind all of them is the one of section 1: a network that has heard many voices has learned something about
# *voices*, and you can borrow it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("00")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. Transfer learning: reuse what was learned from many, learn the little that is new.
# 2. A recording is a list of numbers. The height of the wave is its amplitude; how often it repeats each second is what we hear
#    as pitch.
# 3. Guess first, then run: a result that surprises you is one that you remember.
# 4. A check names the thought behind a wrong answer; a hint helps one step at a time.
# 5. `course doctor` says what is wrong with the set-up and what to do.
#
# ## What comes next
#
# Lesson 01 turns a second of sound into a picture, 1025 numbers high and 32 wide. Nearly every network in this course looks at
# that picture, or at a smaller version of it.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - S. Sentance, J. Waite, M. Kallia: Teaching computer programming with PRIMM. *Computer Science Education* 29
#   (2019). Where predict, run, investigate, modify comes from. Look for: why guessing comes before running.
# - I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning*, MIT Press (2016), section 15.2: transfer learning. Look
#   for: the two tasks, and what they share. Come back to it after lesson 08.
