"""Confounders: properties of a recording that depend on the occasion and the speaker, but not on the accent.

A network that seems to recognise accents may recognise microphones, rooms or the pitch of voices. So measure how far
a linear classifier gets from these alone. Ref: Boersma 1993 (pitch by autocorrelation); Geirhos et al. 2020, Shortcut
Learning in Deep Neural Networks.
"""

import math

import numpy as np
import torch

from course_lib import features
from course_lib.audio import SR, as_wave
from course_lib.errors import AudioError, CorpusError

PITCH_HZ = (60.0, 350.0)
FRAME, HOP = 640, 160  # samples: 40 ms hold two periods of the lowest voice, every 10 ms
VOICED = 0.5  # correlation of a voiced frame with itself one period later, at least
BANDS = 16  # of the noise
RIDGE = 30.0  # regularisation of the linear classifier: it has more features than there are speakers


def pitch(wave):
    """Pitch of every 10 ms of a wave (n,) at 16 kHz: (frames,) in Hz, within PITCH_HZ, nan where there is no voice.

    It is the shortest lag at which the autocorrelation of a frame has a high peak.

    Raises AudioError for a wave shorter than a frame.

    >>> from course_lib.audio import tone
    >>> round(float(np.nanmedian(pitch(tone(125)))))
    125
    """
    wave = as_wave(wave)
    if wave.ndim != 1 or len(wave) < FRAME:
        raise AudioError(f"expected a wave of {FRAME} samples (40 ms) or more, got {tuple(wave.shape)}")
    frames = wave.unfold(0, FRAME, HOP)
    frames = frames - frames.mean(1, keepdim=True)
    power = torch.fft.rfft(frames, 2 * FRAME).abs().square()
    alike = torch.fft.irfft(power)[:, :FRAME]  # autocorrelation, (frames, lags)
    energy = frames.square()
    tail = energy.flip(1).cumsum(1).flip(1)  # energy from a sample on
    head = energy.cumsum(1)  # energy up to a sample
    lags = torch.arange(math.ceil(SR / PITCH_HZ[1]), int(SR / PITCH_HZ[0]) + 1)
    both = (tail[:, lags] * head[:, FRAME - 1 - lags]).sqrt()
    alike = alike[:, lags] / (both + 1e-9)
    best = alike.max(1, keepdim=True).values
    first = lags[(alike > 0.9 * best).float().argmax(1)][:, None]  # the shortest good lag: no octave too low
    near = (lags >= first) & (lags <= 1.25 * first)
    place = alike.masked_fill(~near, -2.0).argmax(1)  # its peak
    loud = energy.sum(1) > 0.05 * energy.sum(1).max()
    return torch.where((best[:, 0] > VOICED) & loud, SR / lags[place], torch.nan).numpy()


def confound_features(corpus) -> dict:
    """Confounding features of each recording of `corpus`: {name: (recordings, features)}, in the order of its clips.

    level   dB re full scale, of the whole recording (1)
    noise   dB in 16 bands of the tenth of the frames that is quietest: room, microphone, noise (16)
    pitch   octaves above 100 Hz: 10th percentile, median, 90th percentile; the fraction of voiced frames (4)
    Raises CorpusError for a corpus without recordings.
    """
    rows = {"level": [], "noise": [], "pitch": []}
    if not len(corpus):
        raise CorpusError(f"{corpus.name}: expected one recording or more, got none")
    for clip in corpus:
        wave = as_wave(corpus.read(clip))
        rows["level"].append([10 * math.log10(float(wave.square().mean()) + 1e-12)])
        rows["noise"].append(quietest(wave))
        hertz = pitch(wave)
        voiced = hertz[np.isfinite(hertz)]
        ends = np.log2(np.quantile(voiced, [0.1, 0.5, 0.9]) / 100) if len(voiced) else np.zeros(3)
        rows["pitch"].append([*ends, len(voiced) / len(hertz)])
    return {name: np.array(values, dtype=float) for name, values in rows.items()}


def cross_val_predict(X, y, fold):
    """Cross-validated classes (n,) for X (n, features): each fold by a classifier that was fitted on the other folds.

    y, fold   class and fold of each row, (n,)
    Ridge regression on standardised features, every class weighted equally: a closed form, quick enough to be fitted
    anew for every permutation of a permutation test.
    """
    from sklearn.linear_model import RidgeClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    y, fold = np.asarray(y), np.asarray(fold)
    predicted = np.zeros(len(y), dtype=int)
    for k in np.unique(fold):
        linear = make_pipeline(StandardScaler(), RidgeClassifier(alpha=RIDGE, class_weight="balanced"))
        predicted[fold == k] = linear.fit(X[fold != k], y[fold != k]).predict(X[fold == k])
    return predicted


def quietest(wave, share=0.1):
    """The background noise of a wave (n,) at 16 kHz: the mean of its quietest frames in mel bands, (BANDS,) in dB.

    share   the fraction of the frames that is taken, in (0, 1]
    """
    bands = features.mel(wave, n_mels=BANDS, any_length=True)  # (bands, frames)
    count = max(1, round(share * bands.shape[1]))
    return bands[:, bands.mean(0).argsort()[:count]].mean(1).numpy()
