"""What can be chosen when a speaker identifier is trained: the source's options with its defaults, and ours.

SOURCE is the recipe as the slides give it. COURSE is what measured better, step by step, in docs/results.md.
"""

from dataclasses import dataclass, replace

import torch

from course_lib.compat import import_torchaudio
from course_lib.errors import CourseError


@dataclass(frozen=True)
class Recipe:
    """All the numbers of a run. Those of the first block are flags of the source, with the same names."""

    batch_size: int = 1000
    hsize: int = 100  # units of each hidden layer
    in_frames: int = 21  # frames a decision sees
    patience: int = 10  # epochs without a better validation loss
    lr: float = 0.001
    momentum: float = 0.5  # Adam's first beta, or SGD's momentum
    epoch: int = 20

    optimizer: str = "adam"
    schedule: str | None = None  # of the learning rate: "step", "cosine"
    weight_decay: float = 0.0
    dropout: float = 0.0
    batch_norm: bool = False
    stride: int = 1  # frames between two frames of the context
    share: float = 1.0  # fraction of the training frames that is drawn for every epoch
    microphones: float = 0.0  # standard deviation of a random shift of a row's cepstra, in training
    mean_normalize: bool = False  # take every recording's own mean away, and its microphone with it
    deltas: int = 0  # 1: add every feature's slope over five frames; 2: and the slope of the slope
    normalize: bool = False  # mean 0 and standard deviation 1 of every feature over the training frames
    seed: int = 0

    def prepare(self, frames):
        """Frames as the network wants them, before normalization. (n, features) -> (n, features * (1 + deltas)).

        >>> Recipe(mean_normalize=True).prepare(torch.tensor([[1.0], [3.0]])).tolist()
        [[-1.0], [1.0]]
        """
        if self.deltas not in (0, 1, 2):
            raise CourseError(f"expected deltas of 0, 1 or 2, got {self.deltas}")
        if self.mean_normalize:
            frames = frames - frames.mean(0)
        parts = [frames]
        for _ in range(self.deltas):
            slope = import_torchaudio().functional.compute_deltas(parts[-1].T[None])  # (1, features, n)
            parts.append(slope[0].T)
        return torch.cat(parts, 1)


SOURCE = Recipe()
COURSE = replace(
    SOURCE,
    normalize=True,
    momentum=0.9,
    schedule="cosine",
    share=0.3,
    hsize=256,
    batch_norm=True,
    dropout=0.3,
)
RECIPES = {"source": SOURCE, "course": COURSE}
COEFFICIENTS = {"source": 20, "course": 40}  # MFCC a frame, where the features are made on the way
