"""What every layer of a network makes of one second of sound: its channels as pictures, its size, what it sees.

The strongest number of the chosen channel is marked, and the part of the sound that it was computed from is played.
"""

import torch

from course_lib.audio import SR, as_wave, excerpt
from course_lib.errors import CourseError
from course_lib.features import HOP, N_FFT, spectrogram
from course_lib.layers import pair
from course_lib.models import evaluating, receptive_fields
from course_lib.teaching.plots import mark_window, show_cells
from course_lib.teaching.widgets.base import Explorer, choice, slider

BIN, FRAME = SR / N_FFT, HOP / SR  # Hz, s


class LayerExplorer(Explorer):
    """A SmallCNN on one second (16000,) at 16 kHz: choose a layer and a channel, see it, hear what it answers to.

    `names` are the classes, for the scores. Raises CourseError for another length.
    """

    title = "Layer explorer"

    def __init__(self, model, wave, names=()):
        wave = as_wave(wave)
        if wave.shape != (SR,):
            raise CourseError(
                f"expected one second, {SR} samples, got {tuple(wave.shape)}; fit_second(wave) first"
            )
        self.wave, self.names = wave, [str(name) for name in names]
        self.given = {"input": spectrogram(wave)[None]} | outputs(model, spectrogram(wave))
        self.sees = {"input": (1, 1)} | {
            f"body.{name}": size for name, size in receptive_fields(model.body).items()
        }
        self.strides = _strides(model.body)
        first = "body.conv1" if "body.conv1" in self.given else next(iter(self.given))
        most = max(values.shape[0] for values in self.given.values()) - 1
        super().__init__(
            layer=choice("Layer", list(self.given), first),
            channel=slider("Channel", 0, most, 1, min(1, most), form=".0f"),
        )

    def picture(self, ax, layer, channel):
        values, channel = self.given[layer], int(channel)
        shape = " x ".join(map(str, values.shape))
        if values.dim() == 1:
            names = self.names if len(self.names) == len(values) else [str(n) for n in range(len(values))]
            ax.bar(range(len(values)), values.tolist(), color="#0072B2")
            ax.set(
                xlabel="speaker" if self.names else "number",
                ylabel="value",
                title=f"{layer}: {shape} numbers",
            )
            best = int(values.argmax())
            words = f"{layer} gives {shape} numbers; the largest is number {best} ({names[best]}), {float(values[best]):.2f}."
            return f"Bars, one for each of the {shape} numbers of {layer}. {words}", words
        channel = min(channel, len(values) - 1)
        row, column = self.peak(layer, channel)
        part = values[channel]
        silent = bool((part == part.flatten()[0]).all())
        show_cells(part, ax, title=f"{layer}, channel {channel} of {len(values)}", numbers=False)
        ax.set(xlabel="column (time)", ylabel="row (frequency)")
        mark_window(ax, (row - 0.5, row + 0.5), (column - 0.5, column + 0.5))
        rows, columns = self.sees[layer]
        seconds, hertz = self.patch(layer, row, column)
        words = f"{layer} gives {shape} numbers. One of them sees {rows} bins x {columns} frames. "
        words += (
            "This channel says the same everywhere: it has nothing to say about this sound."
            if silent
            else f"The strongest, {float(part[row, column]):.1f}, looks at {seconds[0]:.2f} to {seconds[1]:.2f} s and "
            f"{hertz[0]:,.0f} to {hertz[1]:,.0f} Hz."
        )
        return (
            f"Channel {channel} of {layer} as a picture of {part.shape[0]} x {part.shape[1]} cells. {words}",
            words,
        )

    def sound(self, layer, channel):
        values = self.given[layer]
        if values.dim() == 1:
            return self.wave, "The whole second"
        row, column = self.peak(layer, min(int(channel), len(values) - 1))
        seconds, hertz = self.patch(layer, row, column)
        part = excerpt(self.wave, seconds, hertz)
        loudest = float(part.abs().max())
        return part * (0.5 / loudest if loudest > 1e-4 else 1.0), "What the marked number sees, made louder"

    def peak(self, layer, channel):
        """(row, column) of the strongest number of a channel."""
        part = self.given[layer][channel]
        return divmod(int(part.argmax()), part.shape[1])

    def patch(self, layer, row, column):
        """((from, to) s, (from, to) Hz) of the sound that one number of a layer was computed from."""
        (up, along), before = self.strides.get(layer, ((1, 1), (0, 0)))
        rows, columns = self.sees[layer]
        top, left = row * up - before[0], column * along - before[1]
        seconds = max(0.0, (left - 0.5) * FRAME), min(1.0, (left + columns + 0.5) * FRAME)
        hertz = max(0.0, (top - 0.5) * BIN), min(SR / 2, (top + rows - 0.5) * BIN)
        return seconds, hertz


def outputs(model, picture) -> dict:
    """{layer: what it gives for one spectrogram}, activations included: (channels, rows, columns) or (numbers,).

    >>> from course_lib.models import SmallCNN
    >>> [tuple(values.shape) for values in outputs(SmallCNN(10), torch.zeros(1025, 32)).values()]
    [(32, 63, 8), (64, 14, 2), (128, 14, 2), (128, 7, 1), (128,), (10,)]
    """
    given, hooks, last = {}, [], [None]

    def note(name, module):
        def hook(_module, _inputs, output):
            values = output[0].detach()
            if list(module.parameters(recurse=False)) or isinstance(module, torch.nn.MaxPool2d):
                given[name], last[0] = values, name
            elif isinstance(module, torch.nn.ReLU) and last[0]:
                given[last[0]] = values

        return hook

    for name, module in model.named_modules():
        if not any(module.children()):
            hooks.append(module.register_forward_hook(note(name, module)))
    try:
        with evaluating(model):
            model(picture[None])
    finally:
        for hook in hooks:
            hook.remove()
    return given


def _strides(body):
    """{layer: ((points between neighbours), (points before the first))} along rows and columns of the input."""
    step, before, found = (1, 1), (0, 0), {}
    for name, layer in body.named_modules():
        if hasattr(layer, "kernel_size") and hasattr(layer, "stride"):
            stride, padding = pair(layer.stride), pair(layer.padding, least=0)
            before = tuple(b + p * s for b, p, s in zip(before, padding, step))
            step = tuple(s * t for s, t in zip(step, stride))
            found[f"body.{name}"] = step, before
    return found
