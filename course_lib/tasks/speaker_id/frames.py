"""Recordings as rows of frames: what a frame-by-frame classifier trains on, with context and normalisation.

The frames of all recordings lie in one table; the neighbours of a frame are looked up when a batch is made, so
memory does not grow with the context. At the edges of a recording its first or last frame is repeated: a file
shorter than the context works, and no window looks into the next recording.
"""

from dataclasses import dataclass

import torch

from course_lib.errors import CourseError
from course_lib.models import decide


@dataclass(frozen=True)
class Utterance:
    """One recording: its name, its frames (n, features) float32, its speaker's class."""

    name: str
    frames: torch.Tensor
    speaker: int


@dataclass(frozen=True)
class Statistics:
    """Mean and standard deviation of every feature over the training frames, (features,) each."""

    mean: torch.Tensor
    std: torch.Tensor

    @classmethod
    def of(cls, utterances):
        """Counted in float64 over all frames; a feature that never changes gets the standard deviation 1.

        >>> found = Statistics.of([Utterance("a", torch.tensor([[1.0, 5.0], [3.0, 5.0]]), 0)])
        >>> found.mean.tolist(), found.std.tolist()
        ([2.0, 5.0], [1.0, 1.0])
        """
        frames = torch.cat([utterance.frames for utterance in utterances]).double()
        std = frames.std(0, correction=0)
        return cls(frames.mean(0).float(), torch.where(std > 0, std, 1.0).float())

    def __call__(self, frames):
        """(n, features) -> (n, features), mean 0 and standard deviation 1 over the training set."""
        return (frames - self.mean) / self.std


class FrameSet:
    """The frames of some recordings, each with `in_frames` frames of context, `stride` frames apart, centred.

    `.batches(batch_size, shuffle, seed)` yields (x, y): (batch, in_frames * features) and class indices; this is
    what `training.fit` reads. When it shuffles, to train, it draws only the fraction `share` of the frames (neighbours
    with 21 frames of context are almost the same), and shifts every row of cepstra by one random vector of standard
    deviation `microphones`: a fixed filter on the recording, such as another microphone, does just that.
    """

    def __init__(self, utterances, *, in_frames=21, stride=1, share=1.0, microphones=0.0):
        if not utterances:
            raise CourseError("expected at least one recording, got none; is the list empty?")
        if in_frames < 1 or in_frames % 2 == 0:
            raise CourseError(
                f"expected an odd number of frames (one in the middle), got in_frames={in_frames}"
            )
        widths = {utterance.frames.shape[-1] for utterance in utterances}
        if len(widths) > 1:
            raise CourseError(f"expected one number of features in all recordings, got {sorted(widths)}")
        self.utterances, self.in_frames, self.stride = list(utterances), in_frames, stride
        self.microphones, self.share = microphones, share
        lengths = torch.tensor([len(utterance.frames) for utterance in utterances])
        self.frames = torch.cat([utterance.frames for utterance in utterances])  # (all frames, features)
        self.ends = lengths.cumsum(0).repeat_interleave(lengths)  # of each frame's recording
        self.starts = self.ends - lengths.repeat_interleave(lengths)
        self.y = torch.tensor([utterance.speaker for utterance in utterances]).repeat_interleave(lengths)

    def __len__(self):
        return len(self.y)

    def context(self, chosen):
        """The rows of some frames: (n,) indices -> (n, in_frames * features)."""
        half = self.in_frames // 2
        around = chosen[:, None] + self.stride * torch.arange(-half, half + 1)  # (n, in_frames)
        around = around.clamp(self.starts[chosen, None], self.ends[chosen, None] - 1)
        return self.frames[around].flatten(1)

    def batches(self, batch_size, shuffle=False, seed=0):
        """Yield (x, y) as above; shuffle=True in an order, and with augmentation, that `seed` decides."""
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(self), generator=generator) if shuffle else torch.arange(len(self))
        if shuffle:
            order = order[: max(1, round(self.share * len(order)))]
        for chosen in order.split(batch_size):
            x = self.context(chosen)
            if shuffle and self.microphones:
                shift = torch.randn(len(x), self.frames.shape[1], generator=generator)
                x += self.microphones * shift.repeat(1, self.in_frames)
            yield x, self.y[chosen]

    def decisions(self, log_probs) -> list[int]:
        """One class for every recording, from the log-probabilities of all frames (frames, classes), summed."""
        lengths = [len(utterance.frames) for utterance in self.utterances]
        return [decide(part) for part in log_probs.split(lengths)]
