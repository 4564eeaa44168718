"""A pretrained checkpoint, the base, in one file: weights as safetensors, and in its header what they are for.

The header says which network it is, with which settings, which features it takes, which classes it knows and
what was measured. Loading runs no code from the file. `pretrained/` holds the bases that come with the course,
each with a model card beside it. Ref: github.com/huggingface/safetensors.
"""

from dataclasses import dataclass, field

import numpy as np
import torch

from course_lib import features, models
from course_lib.audio import SR, as_wave, cut_windows
from course_lib.audio.windows import checked_hop
from course_lib.errors import CourseError, DataError
from course_lib.models import image_net, weights_file
from course_lib.paths import base_file

LARGEST = 4096  # of any setting of a network: channels, blocks, numbers of an embedding
DEFAULT = "pretrained"  # the name under which the course's own base is found
BATCH_S = 64  # seconds of sound that go through a network at a time
TRANSFORMS = {"spectrogram": features.spectrogram, "mel": features.mel, "image": image_net.as_image}


def centred_mel(waves):
    """`features.mel` of waves (..., n) without their means: a microphone's offset says nothing about the speaker."""
    return features.mel(waves - waves.mean(-1, keepdim=True))


def centred_spectrogram(waves):
    """`features.spectrogram` of waves (..., 16000) without their means."""
    return features.spectrogram(waves - waves.mean(-1, keepdim=True))


CENTRED = {"spectrogram": centred_spectrogram, "mel": centred_mel}


@dataclass
class Base:
    """A pretrained network with what belongs to it.

    model     a network with a `.body` and a `.head`; its `input` is a name of TRANSFORMS
    classes   the names of the head's outputs, in order
    settings  the keyword arguments with which the network was made, as its file needs them
    about     what was measured and how the file was made: free text and numbers that JSON can hold, such as
              {"base_accuracy": 0.98, "valid_windows": 1200, "seed": 0}; nothing in the library depends on it
    name      under which it was loaded; "" for one that was made here
    """

    model: torch.nn.Module
    classes: list
    settings: dict = field(default_factory=dict)
    about: dict = field(default_factory=dict)
    name: str = ""

    @property
    def transform(self):
        """The function that makes this network's input from waves: one of TRANSFORMS."""
        return TRANSFORMS[self.model.input]

    def embed(self, waves):
        """The body's vector for each wave: (n, samples) at 16 kHz -> (n, d), in evaluation mode, without gradients.

        A wave is one second long, as in training; x-vectors and networks for images take other lengths as well.
        Raises CourseError for a length that the network cannot read.
        """
        return self._outputs(self.model.body, waves)

    def scores(self, waves):
        """The head's outputs for each wave, before any softmax: (n, samples) at 16 kHz -> (n, classes). As `embed`."""
        return self._outputs(self.model, waves)

    def slide(self, wave, hop=1.0, *, at=None, scores=False, seconds=1.0):
        """A window about every moment of a recording -> (times (k,) in seconds, vectors (k, d)).

        wave    (n,) at 16 kHz, of any length of at least one sample
        hop     seconds from one window to the next; the windows' middles are 0, hop, 2 hop, ... up to the length
        at      the middles of the windows, in seconds, instead of those that `hop` gives
        scores  True: the head's outputs (k, classes) instead of vectors
        seconds  the length of a window; one second as in training, or what the network reads besides (see `embed`)
        Before and behind the recording there is silence, so that a sound at its edge can be in the middle of a
        window. Raises AudioError for an empty wave and for a hop under one sample.
        """
        wave = as_wave(wave)
        times = np.arange(0, wave.shape[-1] + 1, checked_hop(hop)) / SR if at is None else np.asarray(at)
        outputs = self.scores if scores else self.embed
        return times, torch.cat([outputs(windows) for windows in cut_windows(wave, times, seconds)])

    def _outputs(self, network, waves):
        waves = as_wave(waves)
        exact = waves.shape[-1] == SR or self.transform is image_net.as_image
        settings = {} if exact else {"any_length": True}
        with models.evaluating(self.model):
            parts = waves.split(max(1, BATCH_S * SR // waves.shape[-1]))
            return torch.cat([network(self.transform(part, **settings)) for part in parts])

    def features(self, part, **settings):
        """The features of a corpus or a part of it that this network reads: `part.features(self.transform, ...)`."""
        return part.features(self.transform, **settings)

    def __repr__(self):
        size = sum(parameter.numel() for parameter in self.model.parameters())
        return f"Base {self.name!r}: {type(self.model).__name__}, {len(self.classes)} classes, {size:,} parameters"


def save_base(base, path, *, half=False):
    """Write a base to one .safetensors file, whole or not at all. half=True stores float16, half the size."""
    state = base.model.state_dict()
    if half:
        state = {name: value.half() if value.is_floating_point() else value for name, value in state.items()}
        if not all(value.isfinite().all() for value in state.values() if value.is_floating_point()):
            raise CourseError(
                "expected weights within float16 (65,504), got larger ones; save with half=False"
            )
    header = {
        "network": type(base.model).__name__,
        "settings": base.settings,
        "classes": list(base.classes),
        "about": base.about,
    }
    weights_file.save(path, state, header)


def load_base(name=DEFAULT) -> Base:
    """The base of that name ("pretrained" comes with the course) or in that file, in evaluation mode.

    Raises CourseError where there is none, DataError for a file that is none of the course's or is damaged.
    """
    path = base_file(name)
    try:
        header, state = weights_file.load(path)
        model = _untrained(header, state)
        about = dict(header["about"])
    except (AttributeError, KeyError, TypeError, ValueError, OSError, RuntimeError, ArithmeticError) as error:
        raise DataError(
            f"{path} is not a base of this course ({type(error).__name__}: {error}); fetch it again, or make one: "
            "course train base"
        ) from error
    try:
        model.load_state_dict(state)  # half precision becomes single
    except RuntimeError as error:
        raise DataError(f"{path} does not hold the weights of its network. {error}") from error
    if not all(value.isfinite().all() for value in model.state_dict().values() if value.is_floating_point()):
        raise DataError(f"{path} holds weights that are not finite; it is damaged, fetch it again")
    return Base(model.eval(), header["classes"], header["settings"], about, str(name))


def _untrained(header, state):
    """The network that a header names. Its sizes are believed only where the file has as many numbers."""
    network, settings, classes = models.NETWORKS[header["network"]], header["settings"], header["classes"]
    if not isinstance(classes, list) or any(not 0 <= value <= LARGEST for value in settings.values()):
        raise ValueError("its classes or settings are none that a network of the course has")
    with torch.device("meta"):  # shapes without numbers
        planned = network(len(classes), **settings).state_dict()
    if {key: value.shape for key, value in planned.items()} != {
        key: value.shape for key, value in state.items()
    }:
        raise ValueError("it does not hold the weights of its network")
    return network(len(classes), **settings)
