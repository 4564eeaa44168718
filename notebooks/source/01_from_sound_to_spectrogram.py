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
# # 01 · From sound to spectrogram
#
# **Why:** a network does not hear; it reads a picture of the sound, so what the picture leaves out, no network can learn.
#
# **Objectives.** After this lesson you can
#
# - say which frequencies a sampled sound can hold, and what becomes of the others;
# - compute a Fourier transform by hand, and the number of frames and bins of a spectrogram;
# - explain why one second becomes 1025 x 32 numbers, and what a longer window gains and loses;
# - tell a linear, a decibel, a mel and an MFCC picture apart, and say what each throws away.
#
# **Minutes:** 60 to read and try; running every cell takes a few seconds.
#
# **Needs:** lesson 00, headphones, and school trigonometry (sine, cosine).

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# One lecture hour covers sections 1, 3, 4 and 5 with the guesses; sections 2 and 7 can be homework. Where classes
# stumble: bins and frames are mixed up (bins are heights, frames are moments), and 1025 is taken for a typing
# error. Draw eight samples on the board and count the bins together: 0 to 4, that is 8 / 2 + 1.

# %%
import torch

from course_lib import check, conclude, figure, goal, hint, listen, load, guess, quiz, reveal, seed_everything
from course_lib import spectrogram, tone
from course_lib.audio import SR, loudest_second, resample
from course_lib.features import HOP, N_FFT, mel, mel_frequencies, mfcc, strongest_frequency
from course_lib.teaching.plots import (
    show_aliasing,
    show_mel,
    show_mfcc,
    show_spectrogram,
    show_spectrum,
    show_wave,
)
from course_lib.teaching.widgets.sound_picture import SoundPicture

# %% tags=["parameters"]
CORPUS = "narrators"  # which voices: a corpus by name, or the path of a folder
PROFILE = "quick"  # "quick" for class, "full" for patience
SEED = 0  # same seed, same machine, same numbers

# %%
seed_everything(SEED)
corpus = load(CORPUS)
wave = corpus.read(corpus.select(split="train").clips[0])
second = loudest_second(wave)
SoundPicture(second, label="The second that this lesson takes apart", view="wave")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · Sampling: a sound as dots
#
# A microphone gives a smooth curve. The computer writes down its height 16,000 times a second: the *sampling
# rate* is 16 kHz. Between two samples it knows nothing. For slow waves that does no harm. A tone of 1,000 Hz
# repeats 1,000 times a second, so each period gets 16 dots.

# %%
figure(
    show_wave(tone(1000)[:64], dots=True, title="1,000 Hz at 16 kHz: 16 dots a period"),
    alt="Four periods of a sine wave drawn with 16 dots each; the dots follow the curve closely.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Predict.** Sample more slowly: 8,000 times a second. A tone of 5,000 Hz now gets fewer than two dots a period.
# What will you hear when the dots are played back?

# %% tags=["predict"]
guess(
    "01.aliasing",
    "A 5,000 Hz tone, sampled 8,000 times a second, is heard as a tone of ...",
    options=["5,000 Hz", "3,000 Hz", "8,000 Hz", "nothing, it vanishes"],
)

# %% [markdown]
# **Run.** First the tone with enough samples, then with too few.

# %%
few = tone(5000, rate=8000)
listen(tone(5000), label="5,000 Hz, sampled at 16 kHz")
listen(few, rate=8000, label="5,000 Hz, sampled at 8 kHz")

# %% [markdown]
# Ears can be fooled, so measure. `strongest_frequency` says which pure tone is strongest in a sound. Section 2
# opens it and shows how it works.

# %%
heard = strongest_frequency(few, rate=8000)
reveal(
    "01.aliasing",
    f"{heard:,.0f} Hz",
    because=f"5,000 Hz folds back around half the rate: 8,000 - 5,000 = {heard:,.0f} Hz.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** The picture shows why. The dots of the fast tone lie exactly on a slower tone as well. Once
# only the dots are left, nobody can tell the two apart. The slow one is called the *alias* of the fast one.

# %% slideshow={"slide_type": "fragment"}
figure(
    show_aliasing(5000, rate=8000),
    alt="Two sine waves, 5,000 Hz and 3,000 Hz, drawn over 2 milliseconds; the samples at 8 kHz lie on both.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Modify.** Now a sound that climbs from 200 to 8,000 Hz in three seconds. Keep every second sample, and
# play them at half the rate. Then do it properly: `resample` takes out everything above half the new rate
# first. Change `every`. You should find that the climb turns round wherever it passes a multiple of half the new rate.

# %%
time = torch.arange(3 * SR) / SR  # seconds
climb = 0.3 * torch.sin(2 * torch.pi * (200 * time + 1300 * time**2))  # 200 + 2600 t Hz
every = 2  # keep one sample of so many
listen(climb, label="The climb, sampled at 16 kHz")
listen(climb[::every], rate=SR // every, label=f"One sample of {every} kept")
listen(resample(climb, SR, SR // every), rate=SR // every, label="Resampled properly")

# %%
half = SR / every / 2  # the climb rises to it, comes down, rises again
goal("a climb that comes down twice", round(8000 / half) // 2 == 2)

# %% [markdown]
# The thrown-away version climbs, turns at 4,000 Hz and comes down again, a sound that nobody made. The proper one
# climbs to 4,000 Hz and fades. The rule has a name, the *sampling theorem*: a rate of 16 kHz can hold frequencies
# up to 8 kHz, half of it, and not more.

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Let the room vote before each of the two versions is played. Somebody will say that the second half of the
# folded climb is an echo. It is not: the sound that comes down was never in the room.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · The Fourier transform by hand
#
# Which tones are in a sound? Ask each tone in turn: *how much are you like this sound?* Multiply the two, sample by sample, and
# add up. If they move together the sum is large. If they do not, it cancels. For each frequency we ask with a sine and a cosine
# together, written as one complex number, so that it does not matter when the tone began.


# %%
def transform(x):
    """Discrete Fourier transform: N samples -> N complex numbers, one for each frequency."""
    N, n = len(x), torch.arange(len(x))
    return torch.stack([(x * torch.exp(-2j * torch.pi * k * n / N)).sum() for k in range(N)])


# %% [markdown]
# Here are eight samples of a wave that fits into them exactly twice. Only frequencies 2 and 6 answer. Frequency 6 is the mirror
# image of frequency 2: for real sounds the upper half repeats the lower. So N samples give N / 2 + 1 different *bins*, here five:
# 0, 1, 2, 3, 4.

# %% tags=["check-output"]
eight = torch.sin(2 * torch.pi * 2 * torch.arange(8) / 8)
[round(float(value), 3) for value in transform(eight).abs()]

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 1: a transform of eight samples.** Write it yourself, with plain Python loops and `cmath.exp`. For each `k`, add up
# `x[n]` times `exp(-2j pi k n / N)`. Return a list of complex numbers.

# %% tags=["solution"]
import cmath


def dft(x):
    """A list of N numbers -> a list of N complex numbers."""
    ### BEGIN SOLUTION
    N = len(x)
    return [sum(x[n] * cmath.exp(-2j * cmath.pi * k * n / N) for n in range(N)) for k in range(N)]
    ### END SOLUTION


# %%
check("01.dft", dft)

# %%
hint("01.dft")

# %% [markdown]
# The *fast* Fourier transform gives the same numbers with far fewer multiplications. From here on we let it work.

# %% tags=["check-output"]
x = torch.arange(8.0)
bool(torch.allclose(transform(x), torch.fft.fft(x), atol=1e-4))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Windows: cutting without a click
#
# Speech changes all the time, so we cut out short pieces of 2,048 samples (an eighth of a second). But a cut
# makes a sudden edge, and a sudden edge contains every frequency.
#
# **Predict.** A pure tone of 1,004 Hz, cut out with hard edges. In how many of the 1,025 bins is it within 60 dB
# of its strongest bin?

# %% tags=["predict"]
guess("01.leakage", "How many of the 1,025 bins does the pure tone fill?", unit="bins", low=1, high=1025)

# %% [markdown]
# **Run.** Once with hard edges, once faded in and out with a *Hann window*.

# %%
piece = tone(1004)[:N_FFT]
hard = torch.fft.rfft(piece).abs()
soft = torch.fft.rfft(piece * torch.hann_window(N_FFT)).abs()
filled_hard = int((hard > hard.max() / 1000).sum())  # 60 dB is a factor of 1000
filled_soft = int((soft > soft.max() / 1000).sum())

# %%
reveal(
    "01.leakage",
    filled_hard,
    because=f"the hard edges smear the tone over {filled_hard} bins; with the Hann window it fills {filled_soft}.",
)

# %%
conclude(
    "01.window",
    filled_hard > 5 * filled_soft,
    yes=f"A cut with hard edges smears a pure tone over {filled_hard} bins, a faded one over {filled_soft}: the window keeps a tone in its place.",
    no=f"With hard edges the tone fills {filled_hard} bins, with the window {filled_soft}: here the window hardly matters.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_spectrum({"hard edges": hard, "Hann window": soft}, title="A window keeps a tone in its place"),
    alt=f"Spectrum of a 1,004 Hz tone: with hard edges it fills {filled_hard} bins, with a Hann window {filled_soft}.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · The spectrogram: 1025 x 32
#
# Slide the window over the sound, a step (*hop*) of 512 samples at a time, and transform each piece. Each piece is
# a *frame*, one column of the picture. The whole is the *short-time Fourier transform*. By hand it is four lines.

# %%
padded = torch.nn.functional.pad(second[None], (N_FFT // 2, N_FFT // 2), mode="reflect")[0]
frames = padded.unfold(0, N_FFT, HOP)  # (32, 2048): each row starts 512 samples after the last
bins = torch.fft.rfft(frames * torch.hann_window(N_FFT))  # (32, 1025)
by_hand = bins.abs().pow(2).T  # (1025, 32): power, frequency upwards, time to the right

# %% [markdown]
# The padding puts the *middle* of the first frame at time zero. The course's `spectrogram` does the same through
# `torchaudio`. Do the two agree?

# %% tags=["check-output"]
by_library = spectrogram(second, scale="power")
largest = by_library.max()
print(tuple(by_hand.shape), bool(((by_hand - by_library).abs() < 1e-5 * largest).all()))

# %% [markdown] slideshow={"slide_type": "slide"}
# Where do the two numbers come from?
#
# - **1025 bins** = 2048 / 2 + 1. They lie 16,000 / 2,048 = 7.8125 Hz apart, from 0 to 8,000 Hz.
# - **32 frames** = 16,000 // 512 + 1. They lie 512 / 16,000 s = 32 ms apart.
#
# **Exercise 2: count the frames.** Write a function for any length and hop, with the centred frames used here.


# %% tags=["solution"]
def frame_count(n_samples, hop):
    """Number of centred frames: the first is at sample 0, then one every `hop` samples."""
    ### BEGIN SOLUTION
    return n_samples // hop + 1
    ### END SOLUTION


# %%
check("01.frame_count", frame_count)

# %%
hint("01.frame_count")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Decibels: how strong is strong?
#
# **Predict.** Play the same second twice as strong: every sample times two. By how many decibels does each bin of
# the spectrogram rise?

# %% tags=["predict"]
guess(
    "01.decibel",
    "Twice the amplitude raises each bin by about ...",
    options=["2 dB", "3 dB", "6 dB", "as many dB as it had: it doubles"],
)

# %%
quiet = spectrogram(second / 4)  # in dB
louder = spectrogram(second / 2)
strong = quiet > quiet.max() - 40  # bins well above the floor
rise = float((louder - quiet)[strong].median())

# %%
reveal(
    "01.decibel",
    f"{rise:.0f} dB",
    because=f"measured {rise:.2f} dB. Decibels add where amplitudes multiply: 20 log10(2) = 6.02.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Investigate.** The same second twice, drawn by amplitude and drawn in decibels. In the first you see a few
# bright lines. In the second you see the voice: the stripes are the multiples of its pitch, and the broad bright
# regions, called *formants*, are the shape of the mouth.

# %%
figure(
    show_spectrogram(
        spectrogram(second, scale="magnitude"), scale="magnitude", title="Amplitude: a few loud bins"
    ),
    alt="Spectrogram of one second of speech by amplitude: nearly all dark, a few bright lines at the bottom.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_spectrogram(spectrogram(second), title="Decibels: the voice appears"),
    alt="Spectrogram of the same second in decibels: horizontal stripes of harmonics, brighter regions of formants.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# **Exercise 3: find the tone.** Somewhere in the noise is a tone. You can hear it, and see it as a line.

# %%
noise = torch.randn(SR, generator=torch.Generator().manual_seed(SEED))
hidden = 0.1 * noise + tone(2375, amplitude=0.1)
listen(hidden, label="A tone in noise")
figure(
    show_spectrogram(spectrogram(hidden), title="Where is the tone?"),
    alt="Spectrogram of noise with one horizontal line, the hidden tone, at about two and a half kilohertz.",
)

# %% [markdown]
# Write a function that finds such a tone: take `spectrogram(wave, scale="power")`, average it over time, find the bin with the
# most power, and return its frequency in *hertz*.


# %% tags=["solution"]
def find_tone(wave):
    """The frequency, in Hz, of the strongest bin of one second of sound."""
    ### BEGIN SOLUTION
    power = spectrogram(wave, scale="power").mean(dim=-1)  # (1025,)
    return int(power.argmax()) * SR / N_FFT
    ### END SOLUTION


# %%
check("01.find_tone", find_tone)

# %%
hint("01.find_tone")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Long window or short?
#
# **Modify.** Move the window length first. A long window draws fine lines, since its bins are narrow, but smears what happens
# quickly. A short one shows *when* each puff of air came, but blurs its frequencies. No setting has both: bin width times window
# length is always 1. A pitch pulse that falls between two frames is not seen at all, so make the hop short, too. Look for three
# things:
#
# - the setting at which single pitch pulses appear as upright stripes;
# - the setting at which the multiples of the pitch appear as level stripes;
# - what a piece of it sounds like: drag a box over one formant or one hiss, and only that time and band is played.

# %%
SoundPicture(second, label="Long window or short?", explore=True).seek(
    "pitch pulses as upright stripes", window=(None, 128), hop=(None, 32)
).seek("multiples of the pitch as level stripes", window=(1024, None)).seek(
    "a box around one sound: less than 0.3 s and 4 kHz", box_s=(0.02, 0.3), box_hz=(50, 4000)
)

# %% [markdown] slideshow={"slide_type": "slide"}
# > **Misconception: "a better spectrogram has both, fine time and fine frequency".** More pixels do not help.
# > With a hop of 1 you get 16,001 frames a second, but each still looks at the same long window, so neighbours are
# > nearly copies. To *tell apart* two tones that are 8 Hz from each other you must listen for about an eighth of a
# > second. (The pitch of a single clean tone can be estimated much faster.) That is a property of sound, not of the
# > software.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Mel: the ear's own ruler
#
# We hear 200 and 300 Hz as far apart, 7,200 and 7,300 Hz as nearly the same. The *mel scale* is a ruler that
# follows the ear: even steps at the bottom, wider and wider ones above. A mel spectrogram adds up the power in 64
# bands, spaced evenly on that ruler.
#
# **Predict.** The lowest eighth of the range is 0 to 1,000 Hz. How many of the 64 bands have their centre there?

# %% tags=["predict"]
guess(
    "01.mel_bands", "How many of the 64 mel bands are centred below 1,000 Hz?", unit="bands", low=0, high=64
)

# %%
centres = mel_frequencies(64)  # Hz
below = int((centres < 1000).sum())
reveal(
    "01.mel_bands",
    below,
    because=f"an eighth of the range gets {below} of 64 bands; the top eighth gets {int((centres > 7000).sum())}.",
)

# %% slideshow={"slide_type": "fragment"}
figure(
    show_mel(mel(second), title=f"64 mel bands instead of {N_FFT // 2 + 1} bins"),
    alt="Mel spectrogram of the same second: 64 bands, the low frequencies take up far more of the height.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · MFCC: only the outline
#
# One step further. Take one column of the mel picture in decibels, a curve over frequency, and ask again: which slow and fast
# waves make up this *curve*? Keep the 20 slowest. These are the *mel-frequency cepstral coefficients*, MFCC. They draw the
# outline of the spectrum, which the mouth shapes, and drop the fine teeth, which the pitch makes.

# %%
figure(
    show_mfcc(mfcc(second), title="20 numbers for each frame"),
    alt="MFCC of the same second: 20 rows over time; the first rows vary most.",
)

# %% [markdown]
# **Investigate.** Make the sound four times weaker. Which of the 20 numbers change? Coefficient 0 is the sum of the whole curve,
# its loudness. The others describe the *shape* of the curve, and a change of loudness leaves the shape as it is.

# %% tags=["check-output"]
change = (mfcc(second) - mfcc(second / 4)).abs().median(dim=-1).values
print(
    f"coefficient 0 changes by {float(change[0]):.0f}, the other 19 by at most {float(change[1:].max()):.1f}"
)

# %% [markdown] tags=["notes"] slideshow={"slide_type": "notes"}
# Ask what is lost: the pitch, and with it most of the melody. That is fine for words and often for speakers. Ask
# which task would need it (emotion, tone languages, singing). The network of lesson 04 reads MFCC, the ones from
# lesson 06 on read the picture of 1025 x 32.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# Five questions. Every choice has an explanation, the right ones too.

# %%
quiz("01")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# 1. A rate of 16 kHz holds frequencies up to 8 kHz; anything above folds back as an alias unless it is filtered out.
# 2. A Fourier transform asks each frequency how much it resembles the sound; N samples give N / 2 + 1 bins.
# 3. One second becomes 1025 bins x 32 frames: 2048 / 2 + 1, and 16,000 // 512 + 1.
# 4. A long window is fine in frequency and coarse in time, a short one the reverse; no window is fine in both.
# 5. Decibels turn ratios into differences, the mel scale follows the ear, and MFCC keep the outline and drop the pitch.
#
# ## What comes next
#
# Lesson 02 takes this picture and puts the smallest possible network on it: one neuron, then a layer of them.
#
# ## References
#
# The words of this course, in a line or two each: the [glossary](../docs/glossary.md).
#
# - J. B. Allen, L. R. Rabiner: A unified approach to short-time Fourier analysis and synthesis. *Proceedings of the
#   IEEE* 65 (1977). Look for: the two ways to see a spectrogram, as spectra in a row and as a bank of filters.
# - C. E. Shannon: Communication in the presence of noise. *Proceedings of the IRE* 37 (1949). Look for: the sampling
#   theorem, stated in one sentence near the beginning.
# - S. B. Davis, P. Mermelstein: Comparison of parametric representations for monosyllabic word recognition. *IEEE
#   Transactions on Acoustics, Speech, and Signal Processing* 28 (1980). Where MFCC come from. Look for: how few
#   coefficients were enough.
# - S. S. Stevens, J. Volkmann, E. B. Newman: A scale for the measurement of the psychological magnitude pitch.
#   *Journal of the Acoustical Society of America* 8 (1937). Look for: what the listeners were asked to do.
