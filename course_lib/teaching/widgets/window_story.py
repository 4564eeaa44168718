"""A window that slides over a sound, moved in the page: a pooling layer, or one kernel of a convolution.

Any window, stride, padding and dilation that fits, with torch's floor; four views of the sound, from its samples to
1025 bins. Idea: Wang et al. 2020, CNN Explainer; sizes: Dumoulin & Visin 2016, "convolution arithmetic".
"""

import torch

from course_lib.audio import SR
from course_lib.errors import CourseError
from course_lib.features import HOP, N_FFT, mel, mel_frequencies, spectrogram
from course_lib.layers import AvgPool2d, out_size
from course_lib.models.small_cnn import CENTRE_DB, SCALE_DB
from course_lib.teaching.page.live_picture import PARTS, LivePicture
from course_lib.teaching.plots import Picture, mark_window, new_axes, show_cells
from course_lib.teaching.widgets.base import sound_between

LAYERS = {"pooling": (4, 8), "convolution": (7, 7)}  # and the window that each begins with
HOW = (
    "Drag the window over the picture, or point at a number of the output; from the keyboard use the sliders named "
    "Place. Window, stride, padding and dilation change the output at once. "
)
DRAW = "Drag a weight of the kernel up or down to change it. "


def half(values) -> torch.Tensor:
    """Numbers as the words of their float16 form, the way in which they are sent to the page: uint16."""
    return torch.as_tensor(values).detach().to(torch.float16).contiguous().view(torch.uint16)


class WindowStory(LivePicture):
    """A `layer`, "pooling" or "convolution", on a sound (samples,) at 16 kHz, 0.2 to 10 s.

    kernels   {name: (rows, columns)}: your own kernels beside those of the course. A convolution reads levels as the
    small CNN does: (dB + 50) / 25. Raises CourseError for another layer, a kernel of another shape; AudioError for
    another sound.
    """

    module, parts = "window_story", (*PARTS, "layer_math", "layer_draw")
    # numbers: under the window; overlap: of two windows, along the axis where it is largest; outside: rows or columns of
    # padding under the window; spread: from their mean to the largest; second: of the window's middle; strongest: "yes"
    # where the output is largest; drawn: weights that the reader has changed
    reports = (
        "reads", "kind", "numbers", "overlap", "padding", "outside", "spread", "reach_s", "second", "strongest", "drawn",
    )  # fmt: skip

    def __init__(self, wave, layer="pooling", kernels=None):
        if layer not in LAYERS:
            raise CourseError(f"expected a layer of {', '.join(LAYERS)}, got {layer!r}")
        self.wave, self.layer = sound_between(wave, 0.2, 10.0), layer
        own = {str(name): _kernel(values) for name, values in (kernels or {}).items()}
        window = tuple(next(iter(own.values())).shape) if own else LAYERS[layer]
        self.views = views(self.wave, scaled=layer == "convolution")
        arrays = {key: half(view["values"]) for key, view in self.views.items()}
        arrays |= {f"{key} hertz": view["hertz"] for key, view in self.views.items()}
        told = [
            {"key": key, "shape": list(view["values"].shape)}
            | {name: view[name] for name in ("name", "step_s", "row")}
            for key, view in self.views.items()
        ]
        data = {"layer": layer, "window": list(window), "views": told}
        if own:
            data["kernels"] = {name: kernel.tolist() for name, kernel in own.items()}
        super().__init__(
            title=f"A {layer} layer on one sound",
            how=HOW + (DRAW if layer == "convolution" else ""),
            data=data,
            arrays=arrays,
            sounds={"sound": (self.wave, SR)},
        )
        x = self.views["mel"]["values"]
        stride = window if layer == "pooling" else (1, 1)
        sizes = [out_size(size, w, s) for size, w, s in zip(x.shape, window, stride)]
        self.alt = (
            f"{x.shape[0]} x {x.shape[1]} mel bands under a window of {window[0]} x {window[1]} become "
            f"{sizes[0]} x {sizes[1]} numbers."
        )

    def first(self) -> str:
        window, x = self.data["window"], self.views["mel"]["values"]
        fig, boxes = new_axes(1, 2, height=2.6)
        show_cells(x, boxes[0], title="what the layer reads", labels=("frame", "mel band"), numbers=False)
        mark_window(boxes[0], (-0.5, window[0] - 0.5), (-0.5, window[1] - 0.5))
        pooled = AvgPool2d(tuple(window), None if self.layer == "pooling" else 1)(x[None])[0]
        show_cells(pooled, boxes[1], title="the mean under the window, at each place", numbers=False)
        return Picture(fig, self.alt).html


def views(wave, *, scaled=False) -> dict:
    """Four ways to read a sound (samples,): "mel" bands, "bins", the "level" of every 10 ms, the "wave" itself.

    Each is {"values": (rows, columns), "hertz": edges of the rows (rows + 1,), "step_s" from column to column, "name",
    "row": what a row is, "" for one}; `scaled` gives levels as the small CNN reads them.
    """
    centres, ends = torch.as_tensor(mel_frequencies(64)), torch.tensor([0.0, SR / 2])
    edges = torch.cat([ends[:1], (centres[1:] + centres[:-1]) / 2, ends[1:]])  # halfway between the centres
    bins = (torch.arange(N_FFT // 2 + 2) - 0.5).clamp(0, N_FFT // 2) * SR / N_FFT
    tens = wave[: len(wave) // 160 * 160].reshape(-1, 160)  # (frames, 10 ms)
    level = 10 * tens.square().mean(1).clamp_min(1e-10).log10()
    rows = {
        "mel": ("mel bands", mel(wave, any_length=True), 0.01, "mel band", edges),
        "bins": ("spectrogram bins", spectrogram(wave, any_length=True), HOP / SR, "bin", bins),
        "level": ("level of every 10 ms", level[None], 0.01, "", ends),
        "wave": ("the wave itself", wave[None], 1 / SR, "", ends),
    }
    found = {key: dict(zip(("name", "values", "step_s", "row", "hertz"), view)) for key, view in rows.items()}
    for key in ("mel", "bins", "level") if scaled else ():
        found[key]["values"] = (found[key]["values"] - CENTRE_DB) / SCALE_DB
    return found


def _kernel(values) -> torch.Tensor:
    kernel = torch.as_tensor(values, dtype=torch.float32).detach()
    if kernel.ndim != 2 or kernel.numel() == 0:
        raise CourseError(f"expected a kernel (rows, columns), got shape {tuple(kernel.shape)}")
    return kernel
