"""One second of sound through every layer of a small CNN, in the page: point at a number, see and hear what it reads.

The page computes the whole network itself, from weights that are sent once as float16: cover a part of the sound, and
the names answer at once. Frozen and trained layers are told apart. Ref: Wang et al. 2020, CNN Explainer; Zeiler &
Fergus 2014 (what a network says when a part of its input is covered).
"""

import torch
from torch import nn

from course_lib.audio import SR, as_wave
from course_lib.errors import CourseError
from course_lib.features import HOP, N_FFT, spectrogram
from course_lib.layers import AvgPool2d, Conv2d, Dense, MaxPool2d, pair
from course_lib.models import evaluating
from course_lib.models.small_cnn import CENTRE_DB, SCALE_DB
from course_lib.teaching.page.live_picture import PARTS, LivePicture
from course_lib.teaching.plots import Picture, new_axes, show_cells
from course_lib.teaching.widgets.window_story import half

KINDS = {
    (nn.Conv2d, Conv2d): "conv",
    (nn.MaxPool2d, MaxPool2d): "max",
    (nn.AvgPool2d, AvgPool2d): "average",
    (nn.Linear, Dense): "dense",
}
PASSED = (nn.Dropout, nn.Flatten, nn.Identity)  # they change no number in use
HOW = (
    "Point at a number in any layer, or choose layer, channel, row and column. Drag a box over the sound to cover it "
    "with silence, or choose what to cover; the line at each name is its share before."
)


class LayerStory(LivePicture):
    """`model`, a SmallCNN, on one second (16000,) at 16 kHz; `names` are its classes.

    before   a model of the same layers: each layer then says by how much its weights have moved from it
    reuse    results of `freezing_point_sweep` on this model: a slider moves the border between frozen and trained
    Layers that are frozen (`requires_grad` off) are shown so. Raises CourseError for another length of the sound,
    other layers, another number of names, and for results of another model.
    """

    module, parts = "layer_story", (*PARTS, "layer_math", "layer_draw")
    # highest: of the channel; rank: 1 is the highest of the layer; seconds, hertz: what the number reads; covered: a
    # share of the sound; says: "the same" or "another" name than without a cover; upto: where the border of `reuse` is
    reports = (
        "layer", "channel", "value", "highest", "rank", "seconds", "hertz", "covered", "says", "upto",
    )  # fmt: skip

    def __init__(self, model, wave, names, *, before=None, reuse=None):
        wave = as_wave(wave)
        if wave.shape != (SR,):
            raise CourseError(
                f"expected one second, {SR} samples, got {tuple(wave.shape)}; fit_second(wave) first"
            )
        self.picture, self.names = spectrogram(wave), [str(name) for name in names]
        with evaluating(model):
            self.shares = model(self.picture[None])[0].softmax(0)
        if len(self.names) != len(self.shares):
            raise CourseError(f"expected {len(self.shares)} names, one a class, got {len(self.names)}")
        layers, arrays = chain(model)
        if before is not None:
            for layer in layers:
                if "parameters" in layer:
                    layer["moved"] = _moved(model, before, layer["name"])
        data = {
            "layers": layers, "names": self.names, "shape": list(self.picture.shape), "step_s": HOP / SR,
            "step_hz": SR / N_FFT, "centre": CENTRE_DB, "scale": SCALE_DB,
            "fates": any(layer.get("frozen") for layer in layers) or before is not None,
        }  # fmt: skip
        if reuse is not None:
            data["reuse"] = _borders(layers, reuse)
        super().__init__(
            title="One second through every layer",
            how=HOW,
            data=data,
            arrays={"input": half(self.picture), **arrays},
            sounds={"sound": (wave, SR)},
        )
        best = int(self.shares.argmax())
        frozen = [layer["name"] for layer in layers if layer.get("frozen")]
        self.alt = (
            f"A spectrogram of {self.picture.shape[0]} x {self.picture.shape[1]} goes through "
            f"{', '.join(layer['name'] for layer in layers)}; the network says {self.names[best]} "
            f"({float(self.shares[best]):.0%})." + (f" Frozen: {', '.join(frozen)}." if frozen else "")
        )

    def first(self) -> str:
        fig, (left, right) = new_axes(1, 2, height=2.8)
        show_cells(
            self.picture, left, title="one second of sound", labels=("frame", "frequency bin"), numbers=False
        )
        top = self.shares.argsort(descending=True)[:8].flip(0).tolist()
        right.barh([self.names[k] for k in top], [float(self.shares[k]) for k in top])
        right.set(xlabel="share", xlim=(0, 1), title="what the network says")
        return Picture(fig, self.alt).html


def chain(model) -> tuple[list, dict]:
    """The layers of `model` in order, as plain values, and their numbers as float16 words: (layers, {name: array}).

    Raises CourseError for a layer that is no convolution, pooling or dense layer, ReLU, dropout or flatten.
    """
    layers, arrays = [], {}
    for name, module in model.named_modules():
        if any(module.children()) or isinstance(module, PASSED):
            continue
        kind = next((kind for types, kind in KINDS.items() if isinstance(module, types)), None)
        if isinstance(module, nn.ReLU) and layers:
            layers[-1]["relu"] = True
            continue
        if kind is None:
            raise CourseError(
                f"expected convolutions, pooling, dense layers and ReLU, got {type(module).__name__} as {name}"
            )
        layer = {"name": name, "kind": kind}
        if kind != "dense":
            layer |= {"window": list(pair(module.kernel_size)), "stride": list(pair(module.stride))}
            layer |= {"padding": list(pair(module.padding, least=0))}
            layer |= {"dilation": list(pair(getattr(module, "dilation", 1)))}
        if kind in ("conv", "dense"):
            bias = torch.zeros(len(module.weight)) if module.bias is None else module.bias
            arrays |= {f"{name} weight": half(module.weight).flatten(), f"{name} bias": half(bias)}
            layer |= {
                "shape": list(module.weight.shape),
                "frozen": not module.weight.requires_grad,
                "parameters": sum(p.numel() for p in module.parameters()),
            }
        layers.append(layer)
    return layers, arrays


def _moved(model, before, name) -> float | None:
    """By how much the weights of a layer differ, in per cent of their length before; None for a new layer."""
    new, old = (each.get_submodule(name).weight.detach() for each in (model, before))
    return round(100 * float((new - old).norm() / old.norm()), 1) if new.shape == old.shape else None


def _borders(layers, points) -> list:
    """What a sweep over the border measured: [{"upto", "frozen": names of layers, "words"}, ...]."""
    learned = [layer["name"] for layer in layers if "parameters" in layer]
    unknown = sorted({point.upto for point in points} - {"", *learned})
    if unknown or not points:
        raise CourseError(
            f"expected points of this model, with {', '.join(learned)}; got {', '.join(unknown) or 'none'}"
        )
    found = []
    for point in points:
        mean, spread = point.accuracy
        found.append({"upto": point.upto or "nothing"})
        found[-1]["frozen"] = learned[: learned.index(point.upto) + 1] if point.upto else []
        found[-1]["words"] = (
            f"Frozen up to {point.upto or 'nothing'}: {point.utilization:.2%} of the parameters are the base's, "
            f"{point.trained_parameters:,} are trained, {point.seconds / len(point.accuracies):.1f} s a seed. "
            f"Accuracy {mean:.1%}"
            + ("." if spread != spread else f" ± {spread:.1%} over {len(point.accuracies)} seeds.")
        )
    return found
