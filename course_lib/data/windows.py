"""Recordings cut to one-second windows, on demand: a window is sought in its file when it is asked for.

Only the list of places is in memory (12 bytes a window), so a corpus may be as long as it likes.
"""

import numpy as np
import torch

from course_lib import audio
from course_lib.audio import SR, fit_second
from course_lib.errors import AudioError, CorpusError

RUN = 30 * SR  # neighbouring windows of one recording are read in one go, up to half a minute
SLACK = SR // 20  # how much shorter than the manifest says a recording may be: 50 ms


class Windows:
    """One-second windows of a corpus and the class of each: len(w), w[i] -> (wave (16000,), class index).

    target   a column ("speaker", "label", ...); clips where it is empty are left out
    hop      seconds from one window's start to the next one's

    `classes` are the names of the classes, in order: those of `Corpus.classes`.
    A clip under a second gives one window, zeros after its end. Of a longer clip, a last piece that fills no
    window is dropped if it is under half a second; else one more window is moved back to end with the clip.
    """

    def __init__(self, corpus, target="speaker", hop=1.0):
        if not SR * hop >= 1:
            raise CorpusError(f"expected hop in seconds, above 0, got {hop!r}")
        self.corpus, self.target, self.hop = corpus, target, hop
        self.classes = corpus.classes(target)
        index = {name: number for number, name in enumerate(self.classes)}
        clips, starts, y = [], [], []
        for number, clip in enumerate(corpus.clips):
            name = clip.get(target)
            if not name:
                continue
            places = window_starts(round(clip.duration_s * SR), round(hop * SR))
            clips += [number] * len(places)
            starts += places
            y += [index[name]] * len(places)
        self.clip_index = np.array(clips, dtype=np.int32)  # which of corpus.clips each window is cut from
        self.starts = np.array(starts, dtype=np.int64)  # its first sample, at 16 kHz
        self.y = torch.tensor(y, dtype=torch.int64)

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, index):
        if not -len(self) <= index < len(self):
            raise IndexError(f"expected a window from 0 to {len(self) - 1}, got {index}")
        return next(self._waves([index % len(self)])), int(self.y[index])

    def batches(self, batch_size=64, *, shuffle=False, seed=0):
        """Yield (waves (b, 16000) float32, classes (b,) int64); the last batch may be smaller.

        shuffle=True takes all windows in an order that `seed` decides.
        """
        order = shuffled(len(self), seed) if shuffle else np.arange(len(self))
        waves = self._waves(order)
        for first in range(0, len(self), batch_size):
            chosen = order[first : first + batch_size]
            yield torch.stack([next(waves) for _ in chosen]), self.y[chosen]

    def _waves(self, order):
        """The windows' waves in that order; runs of neighbours in one recording are read together."""
        first = 0
        while first < len(order):
            clip, start = self.clip_index[order[first]], self.starts[order[first]]
            last = first
            while last + 1 < len(order) and self.clip_index[order[last + 1]] == clip:
                if not self.starts[order[last]] <= self.starts[order[last + 1]] <= start + RUN - SR:
                    break
                last += 1
            run = self._read(clip, int(start), int(self.starts[order[last]] - start) + SR)
            for place in order[first : last + 1]:
                offset = int(self.starts[place] - start)
                yield fit_second(run[offset : offset + SR]).clone()
            first = last + 1

    def _read(self, number, start, frames):
        """A stretch of a recording. Silence within a recording is sound; a silent recording is an error."""
        corpus, clip = self.corpus, self.corpus.clips[number]
        length = round(clip.duration_s * SR)
        whole = start == 0 and frames >= length
        try:
            settings = {} if whole else {"allow_silence": True}
            wave = corpus.read(clip, start=start, frames=frames, **settings)
        except AudioError as error:
            raise AudioError(f"{error} (corpus {corpus.name}; `course data check {corpus.name}`)") from error
        if len(wave) < min(frames, length - start) - SLACK:
            raise CorpusError(
                f"{corpus.path(clip)}: the manifest says {clip.duration_s:.2f} s, the file ends at "
                f"{(start + len(wave)) / audio.SR:.2f} s; run `course data check {corpus.name}`"
            )
        return wave

    def __repr__(self):
        return f"{len(self)} windows of {self.corpus.name!r}, {len(self.classes)} classes of {self.target}"


def window_starts(length, hop):
    """First samples of the windows of a clip of `length` samples.

    >>> window_starts(8_000, SR), window_starts(40_000, SR), window_starts(39_999, SR)
    ([0], [0, 16000, 24000], [0, 16000])
    """
    if length <= SR:
        return [0]
    starts = list(range(0, length - SR + 1, hop))
    rest = length - (starts[-1] + SR)
    return [*starts, length - SR] if rest >= SR // 2 else starts


def shuffled(n, seed):
    """The numbers 0 to n-1 in an order that depends on the seed alone."""
    return np.random.default_rng(seed).permutation(n)
