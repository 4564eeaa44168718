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
# **Why:** in this course you hear a claim, guess, and measure it yourself; ten minutes here show how, and check that your machine can do it.
#
# **Objectives.** After this lesson you can
#
# - play a recording, draw it, and say what the numbers in it mean;
# - commit to a guess before you run a cell, and compare it with what came out;
# - ask a check why an answer is wrong, and get one hint at a time;
# - tell what each lesson of the course is for.
#
# **Minutes:** 30 to read and try; running every cell takes a few seconds.
#
# **Needs:** headphones or a loudspeaker, and that you can read a line of Python.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Say first what makes the course different: nothing on the slides has to be believed. Play the voice before you
# explain anything. If the room has no sound, the drawn wave carries the lesson. Where classes stumble: people run
# the whole notebook with one click and skip the guesses. Ask for a show of hands at every guess; it costs ten
# seconds and it is what makes the answer stick.

# %% [markdown] slideshow={"slide_type": "skip"}
# Run a cell with **Shift + Enter**. Start with the next two. The first fetches the course's own verbs, the second
# sets three choices that every lesson has.

# %%
from course_lib import check, figure, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib.audio import SR, loudest_second
from course_lib.teaching.plots import show_wave
from course_lib.teaching.widgets.tone import ToneExplorer

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Hear a voice
#
# A *corpus* is a folder of recordings with a list of who speaks in each. The course brings its own, made by a
# speech synthesiser, so that everything works without a network. Later you can use real voices, and your own.

# %%
seed_everything(SEED)
corpus = load(CORPUS)
corpus

# %% [markdown]
# Take the first recording that is meant for training, and listen. If you hear nothing, look at the volume first;
# the last section helps with the rest.

# %%
clip = corpus.select(split="train").clips[0]
wave = corpus.read(clip)
listen(wave, label=f"Speaker {clip.speaker}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · See it
#
# **Predict.** A sound in a computer is a list of numbers, one for each tiny step of time. How many numbers make
# up *one second* of this recording? Choose, then press the button. Nobody marks your guess; it is kept for you
# to compare.

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
# ## 3 · Move it
#
# **Modify.** This is an *explorer*. Move the sliders with the mouse, or press Tab and use the arrow keys. One
# slider changes how often the wave repeats, the other how high it is. Which one do you hear as pitch, which as
# loudness?

# %%
ToneExplorer()

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "a louder sound has a higher pitch".** In daily life both often rise together: people who
# > shout also speak higher. In the numbers they are two different things. Loudness is the *height* of the wave.
# > Pitch is how *often* it repeats. Each slider above moves one of them and leaves the other alone.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Check it
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
# Behind an exercise's title stands what it asks for: fill in a line, write a function, later find the fault or design
# an experiment.

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
# ## 5 · Is everything in place?
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
# ## 6 · The map
#
# | lesson | what you will be able to do |
# | --- | --- |
# | 01 From sound to spectrogram | turn a second of sound into a picture that a network can read |
# | 02 Dense layers | build a neuron, count its parameters, classify with it |
# | 03 Training a speaker identifier | train a network that names the speaker, and know when to stop |
# | 04 Pooling layers | make a network care less about *where* something happens |
# | 05 Convolution layers | slide one small dense layer over a whole sound |
# | 06 The base model | train a network that knows many voices |
# | 07 What transfers, and when | measure which parts of a base serve a new task |
# | 08 Feature extraction | use a base, frozen, to describe voices that it never heard |
# | 09 Fine-tuning | update a base gently without making it forget |
# | 10 How much to reuse | weigh accuracy against cost, layer by layer |
# | 11 Sound as an image: snore or not | detect snoring with a network that learned from photographs |
# | 12 A few examples of a new word | teach a word with five examples |
# | 13 Accents | carry what was learned from read text to free speech |
# | 14 Training that never stops | take in new speakers every day and forget nobody |
# | 15 Who spoke when, and your own voice | follow a meeting, and let the model learn your voice |
# | 18 Is it the same voice? | FILL(what a reader will be able to do) |
#
# The lessons make four parts: 00 to 03 (a sound becomes numbers and first networks), 04 to 06 (layers that look
# everywhere), 07 to 10 (transfer), 11, 12, 13, 14, 15, 18 (applications). Each part ends with a take-away and a mixed
# review.
#
# The idea behind all of them: a network that has heard many voices has learned something about *voices*, and
# you can borrow it. That is **transfer learning**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("00")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A recording is a list of numbers; here 16,000 of them make one second.
# 2. The height of the wave is its amplitude; how often it repeats is its pitch.
# 3. Guess first, then run: a result that surprises you is one that you remember.
# 4. A check names the thought behind a wrong answer; a hint helps one step at a time.
# 5. `course doctor` says what is wrong with the set-up and what to do.
#
# ## What comes next
#
# Lesson 01 turns a second of sound into a picture, 1025 numbers high and 32 wide. Every network in this course
# looks at that picture, or at one of its smaller sisters.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - S. Sentance, J. Waite, M. Kallia: Teaching computer programming with PRIMM. *Computer Science Education* 29
#   (2019). Where predict, run, investigate, modify comes from. Look for: why guessing comes before running.
# - I. Goodfellow, Y. Bengio, A. Courville: *Deep Learning*, MIT Press (2016), section 15.2: transfer learning. Look
#   for: the two tasks, and what they share. Come back to it after lesson 07.
