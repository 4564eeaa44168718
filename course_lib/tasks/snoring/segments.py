"""Recordings cut into pieces long enough for a breath, all equally loud, with the recording that each is from."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from course_lib.audio import SR, as_wave, cut_windows, window_middles
from course_lib.data.corpus import seconds_of
from course_lib.errors import CorpusError
from course_lib.metrics import mean_by_group

SECONDS, HOP = 5.0, 2.5  # of a piece, and from one to the next: a sleeper breathes 12 to 20 times a minute
LOUDNESS = 0.05  # rms of every piece: -26 dB re full scale
QUIET = 1e-4  # rms below which a piece is silence and is not made louder
SNORES = ("snore", "snoring")  # what corpora call it


@dataclass(frozen=True)
class Segments:
    """Pieces of recordings: waves (n, samples) at 16 kHz, owner (n,) the place of each one's recording."""

    waves: torch.Tensor
    owner: np.ndarray
    y: np.ndarray  # (recordings,) 1 for a snore, 0 for anything else
    labels: tuple
    corpus: object  # its clips are the recordings, in the same order

    def of(self, recordings):
        """Places of the pieces of these recordings (their places, or a mask of all)."""
        recordings = np.arange(len(self.y))[np.asarray(recordings)]
        return np.flatnonzero(np.isin(self.owner, recordings))

    @property
    def piece_y(self):
        """The class of each piece: that of its recording."""
        return self.y[self.owner]

    def __len__(self):
        return len(self.owner)

    def __repr__(self):
        return f"{len(self)} pieces of {len(self.y)} recordings, {int(self.y.sum())} of them snores"


def segments_of(corpus, *, seconds=SECONDS, hop=HOP, most=None, seed=0):
    """The recordings of a corpus that have a `label`, cut into pieces -> Segments. Snores are the labels in SNORES.

    seconds, hop   the length of a piece, and the time from one to the next, in seconds
    most           the largest number of recordings to take, up to a third of them snores, drawn by `seed`; None: all
    Raises CorpusError where there are no snores, or nothing else.
    """
    clips = [clip for clip in corpus if clip.label]
    snores = np.array([clip.label in SNORES for clip in clips], dtype=bool)
    if snores.all() or not snores.any():
        raise CorpusError(
            f"{corpus.name}: expected recordings with label {' or '.join(SNORES)} and others, got "
            f"{', '.join(corpus.labels[:8]) or 'no labels'}"
        )
    if most and len(clips) > most:
        draw = np.random.default_rng(seed)
        some = draw.permutation(np.flatnonzero(snores))[: most // 3]
        rest = draw.permutation(np.flatnonzero(~snores))[: most - len(some)]
        clips = [clips[place] for place in sorted([*some, *rest])]
    chosen = type(corpus)(corpus.name, corpus.root, clips)
    waves, owner = cut_all(chosen, seconds, hop)
    labels = tuple(clip.label for clip in chosen)
    y = np.array([label in SNORES for label in labels], dtype=int)
    return Segments(waves, owner, y, labels, chosen)


def cut_all(corpus, seconds, hop):
    """(pieces of all recordings, the place of each one's recording). One array is filled: the sounds are not held twice."""
    most = sum(1 + math.ceil(max(0.0, seconds_of(corpus.path(clip)) - seconds) / hop) for clip in corpus)
    waves, owner = torch.empty(most, round(seconds * SR)), []
    for number, clip in enumerate(corpus):
        cuts = cut_wave(corpus.read(clip, allow_silence=True), seconds, hop)
        waves[len(owner) : len(owner) + len(cuts)] = cuts
        owner += [number] * len(cuts)
    return waves[: len(owner)], np.array(owner)


def cut_wave(wave, seconds=SECONDS, hop=HOP):
    """A wave (samples,) at 16 kHz as pieces of equal loudness, `hop` seconds apart: (n, seconds * 16000).

    A wave shorter than a piece gets zeros behind it; a rest that fills no piece is left out.

    >>> cut_wave(torch.ones(12 * SR)).shape  # 0 to 5 s, 2.5 to 7.5 s, 5 to 10 s
    torch.Size([3, 80000])
    """
    wave = as_wave(wave)
    middles = window_middles(wave.shape[-1], hop, seconds)
    return equally_loud(torch.cat(list(cut_windows(wave, middles, seconds))))


def equally_loud(pieces):
    """Pieces (n, samples), each brought to an rms of LOUDNESS; a silent one stays as it is."""
    rms = pieces.square().mean(1, keepdim=True).sqrt()
    return torch.where(rms > QUIET, pieces * (LOUDNESS / rms.clamp_min(QUIET)), pieces)


def per_recording(scores, owner):
    """One score a recording: the mean of its pieces' scores. (pieces,), (pieces,) -> (recordings that occur,)

    >>> per_recording([1.0, 3.0, 5.0], [0, 0, 2]).tolist()
    [2.0, 5.0]
    """
    return mean_by_group(scores, owner)[0]
