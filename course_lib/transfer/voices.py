"""Training pieces for a base of voices: pairs by one speaker, drawn anew in every epoch, each through another line.

A piece looks for its partner among pieces of one corpus and one language: elsewhere the codec, the microphone and the
language tell speakers apart, so a network would learn those. Two pieces of a speaker come from two recordings where there are two.
"""

import numpy as np
import torch

from course_lib import audio, augment, features
from course_lib.augment import SPEEDS
from course_lib.data.packed import Packed
from course_lib.errors import CorpusError

PIECE = 14_400  # samples: 0.9 s
MIXED = 4  # sources in a batch
NOISES = ("silence", "_silence_", "background_noise")  # labels of clips that are noise


class Voices:
    """Pairs of pieces: .batches(batch_size, shuffle, seed) yields (mel spectrograms (b, 64, 91), speakers (b,)).

    corpora   parts of corpora, all of whose recordings may be trained on; a speaker is called "corpus/speaker"
    size      pieces in an epoch
    .source_of  the number of each speaker's source
    A batch holds two pieces of each of its speakers, first one of each, then the other, from MIXED sources (one language
    of one corpus each). Both are played at one of SPEEDS: a pair at another speed is a voice of its own among the
    pairs. Raises CorpusError where no corpus has two speakers.
    """

    pairs = True  # for `fit` in several processes: the second half of a batch belongs to the first

    def __init__(self, corpora, *, size=20_000):
        self.size, self.sources, weights, noises = size, [], [], []
        for corpus in corpora:
            noise = [clip for clip in corpus if clip.label in NOISES]
            noises += [corpus.read(clip, allow_silence=True) for clip in noise]
            voiced = [clip for clip in corpus if clip.speaker and clip.label not in NOISES]
            of_corpus, stored = [], Packed(corpus)
            for language in sorted({clip.language for clip in voiced}):
                source = Source(corpus.name, stored, [clip for clip in voiced if clip.language == language])
                of_corpus += [source] * (len(source.speakers) > 1)
            speakers = sum(len(source.speakers) for source in of_corpus)
            seconds = sum(source.seconds for source in of_corpus)
            self.sources += of_corpus
            # large corpora more often, small ones not never; a language as it has speakers
            often = (seconds * speakers) ** 0.25
            weights += [often * len(source.speakers) / speakers for source in of_corpus]
        if not self.sources:
            raise CorpusError("expected a corpus with two or more speakers to learn, got none")
        self.speakers = [f"{source.name}/{name}" for source in self.sources for name in source.speakers]
        self.first = np.cumsum([0] + [len(source.speakers) for source in self.sources])
        self.source_of = torch.from_numpy(np.repeat(np.arange(len(self.sources)), np.diff(self.first)))
        self.weight = np.array(weights) / sum(weights)
        loud = [audio.fit_second(noise) for noise in noises if float(noise.square().mean()) > 1e-8]
        self.noises = torch.stack(loud) if loud else torch.randn(8, audio.SR, generator=_draw(0))

    def __len__(self):
        return self.size

    def batches(self, batch_size, *, shuffle=True, seed=0):
        """Yield (mel spectrograms, speakers): what is drawn depends on the seed alone."""
        rng, draw, drawn = np.random.default_rng(seed), _draw(seed), 0
        while drawn < self.size:
            speakers, pairs = [], []
            for number in rng.choice(len(self.sources), MIXED, p=self.weight):
                source = self.sources[number]
                count = min(max(2, batch_size // 2 // MIXED), len(source.speakers))
                chosen = rng.choice(len(source.speakers), count, replace=False)
                chosen = [speaker for speaker in chosen if self.first[number] + speaker not in speakers]
                speakers += [int(self.first[number] + speaker) for speaker in chosen]
                pairs += [self._pair(source, speaker, rng) for speaker in chosen]
            drawn += 2 * len(pairs)
            pieces = torch.cat([torch.stack(side) for side in zip(*pairs)])
            yield self.pictures(pieces, draw), torch.tensor(speakers).repeat(2)

    def _pair(self, source, speaker, rng):
        """Two pieces (PIECE,) of a speaker, at one speed."""
        factor = list(SPEEDS.values())[rng.integers(len(SPEEDS))]
        cuts = [source.piece(clip, round(PIECE * factor), rng) for clip in source.two_of(speaker, rng)]
        return augment.change_speed(torch.stack(cuts), factor)[:, :PIECE].unbind()

    def pictures(self, waves, draw):
        """Waves (b, n) -> mel spectrograms (b, 64, frames), each from another room, microphone and line."""
        waves = augment.reverberate(waves, draw, share=0.3)
        waves = augment.add_noises(waves, self.noises, draw, share=0.4, snr=(3.0, 25.0))
        waves = augment.line(waves, draw)
        return augment.mask(augment.colour(features.mel(waves, any_length=True), draw, db=3.0), draw)


class Source:
    """The recordings of one language of a corpus to draw from: who speaks in which recording, and a piece of one, cut where it is not silent."""

    def __init__(self, name, packed, clips):
        self.name, self.packed, chosen = name, packed, set(clips)
        numbers = [number for number, clip in enumerate(self.packed.clips) if clip in chosen]
        self.speakers = sorted({clip.speaker for clip in clips})
        self.recordings = {name: [] for name in self.speakers}
        for number in numbers:
            self.recordings[self.packed.clips[number].speaker].append(number)
        self.seconds = float(self.packed.lengths[numbers].sum()) / audio.SR

    def two_of(self, speaker, rng):
        """The numbers of two recordings of the speaker: of two sessions, else two recordings, else one twice."""
        of_speaker = self.recordings[self.speakers[speaker]]
        first = of_speaker[rng.integers(len(of_speaker))]
        session = self.packed.clips[first].session
        others = [number for number in of_speaker if self.packed.clips[number].session != session]
        others = others or [number for number in of_speaker if number != first] or [first]
        return first, others[rng.integers(len(others))]

    def piece(self, number, length, rng):
        """The louder of two cuts of `length` samples, and 16 more, of a recording: zeros around a shorter one."""
        length = length + 16
        spare = int(self.packed.lengths[number]) - length
        if spare <= 0:
            piece = torch.zeros(length)
            start = rng.integers(1 - spare)
            piece[start : start + length + spare] = self.packed.wave(number)
            return piece
        cuts = [self.packed.wave(number, start, start + length) for start in rng.integers(spare + 1, size=2)]
        return max(cuts, key=lambda cut: float(cut.square().sum()))


def _draw(seed):
    return torch.Generator().manual_seed(int(seed) % (1 << 31))
