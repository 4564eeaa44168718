"""A small dense layer on a live sound: the patch it reads, one unit's weights, their products, and what all units say.

Any number of bands, frames and units; every product can be read at the cursor; the parameters are counted along:
N_params = N_in x N_units + N_units. Ref: "Intro to Speaker Recognition with PyTorch" (S. Pascual, UPC), "The Neural
Network"; Wang et al. 2020, CNN Explainer (the idea of showing each product).
"""

import torch

from course_lib.features import SR, mel, mel_frequencies
from course_lib.layers import Dense
from course_lib.teaching.plots import show_cells
from course_lib.teaching.widgets.base import Explorer, choice, slider, sound_between, steps, whole

HOP = 160  # samples: a frame every 10 ms
BANDS, FRAMES, UNITS = [2, 4, 8, 16, 32, 64], [1, 3, 5, 11, 21], [1, 2, 4, 8, 16, 32, 64]
KINDS = [
    ("written by hand", "hand"),
    ("cosines, as in MFCC", "cosine"),
    ("random, before training", "random"),
]
ACTIVATIONS = {"none": lambda y: y, "ReLU": torch.relu, "tanh": torch.tanh}
WRITTEN_OUT = 32  # cells of a patch that still have room for their numbers
LONGEST_S, HEARD_S = 10.0, 0.4
HAND = (
    "high minus low: hiss",
    "low minus high: hum",
    "later minus earlier: onset",
    "earlier minus later: offset",
)


class DenseExplorer(Explorer):
    """Bands, frames, units, weights and activation of one layer on a sound (samples,) at 16 kHz, up to 10 s.

    The layer reads mel levels around a moment, shifted and scaled to mean 0 and spread 1 over the whole sound.
    Raises AudioError for another shape, or a sound shorter than 0.1 s.
    """

    title = "Dense layer explorer"

    def __init__(self, wave):
        self.wave = sound_between(wave, 0.1, LONGEST_S)
        self.seconds = len(self.wave) / SR
        super().__init__(
            moment=slider("Moment (s)", 0.0, self.seconds, 0.01, round(self.seconds / 2, 2)),
            bands=steps("Bands", BANDS, 8),
            frames=steps("Frames", FRAMES, 3),
            units=steps("Units", UNITS, 4),
            weights=choice("Weights", KINDS, "hand"),
            activation=choice("Activation", list(ACTIVATIONS), "ReLU"),
            unit=whole("Unit to look at", 0, max(UNITS) - 1, 0),
            band=whole("Cursor: band", 0, max(BANDS) - 1, 3),
            frame=whole("Cursor: frame", 0, max(FRAMES) - 1, 1),
        )

    def layer(self, bands, frames, units, weights) -> Dense:
        """The layer of this setting: `units` rows of bands * frames weights and a bias each."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            layer = Dense(bands * frames, units)
        if weights != "random":
            rows = [pattern(weights, unit, bands, frames).flatten() for unit in range(units)]
            with torch.no_grad():
                layer.weight.copy_(torch.stack(rows))
                layer.bias.zero_()
        return layer

    def patch(self, moment, bands, frames):
        """What the layer reads: (bands, frames) levels around the moment, in spreads from the sound's mean."""
        levels = mel(self.wave, n_mels=bands, hop=HOP, any_length=True)
        levels = (levels - levels.mean()) / (levels.std() + 1e-6)
        places = torch.arange(frames) - frames // 2 + self._middle(moment)
        return levels[:, places.clamp(0, levels.shape[1] - 1)]

    @torch.no_grad()
    def picture(self, ax, moment, bands, frames, units, weights, activation, unit, band, frame):
        unit, band, frame = min(unit, units - 1), min(band, bands - 1), min(frame, frames - 1)
        x, layer = self.patch(moment, bands, frames), self.layer(bands, frames, units, weights)
        w = layer.weight[unit].reshape(bands, frames)
        sums = layer(x.flatten())  # (units,)
        said = ACTIVATIONS[activation](sums)
        self._draw(ax, x, w, said, (band, frame), unit)
        n_in, bias = bands * frames, float(layer.bias[unit])
        name = HAND[unit] if weights == "hand" and unit < len(HAND) else f"unit {unit}"
        hertz = float(mel_frequencies(bands)[band])
        words = (
            f"Parameters: {n_in:,} inputs x {units} units + {units} = {n_in * units + units:,}. "
            f"Cursor: band {band} ({hertz / 1000:.1f} kHz), frame {frame}: "
            f"input {x[band, frame]:.2f} x weight {w[band, frame]:.2f} = {x[band, frame] * w[band, frame]:.2f}. "
            f"Unit {unit} ({name}): all {n_in:,} products sum to {float(sums[unit]) - bias:.2f}, "
            f"plus bias {bias:.2f} makes {sums[unit]:.2f}; after {activation}: {said[unit]:.2f}."
        )
        alt = (
            f"Four pictures of a dense layer at {moment:.2f} s: the patch of {bands} bands x {frames} frames, the "
            f"weights of unit {unit}, their products, and a bar for each of {units} units. {words}"
        )
        return alt, words

    def sound(self, moment, frames, **others):
        half = (frames * HOP + 512) // 2  # the frames' centres, and a window's length around them
        middle = min(max(round(moment * SR), half), len(self.wave) - half)
        patch = self.wave[middle - half : middle + half]
        times = max(1, round(HEARD_S * SR / len(patch)))
        label = f"The patch: {1000 * len(patch) / SR:.0f} ms" + (
            f", {times} times in a row" if times > 1 else ""
        )
        return patch.repeat(times), label

    def _middle(self, moment) -> int:
        return round(moment * SR / HOP)

    def _draw(self, ax, x, w, said, cursor, unit):
        figure = ax.figure
        ax.remove()
        boxes = figure.subplots(1, 4, gridspec_kw={"wspace": 0.45})
        figure.subplots_adjust(left=0.08, right=0.98, top=0.84, bottom=0.17)
        for box, values, title in zip(boxes, (x, w, x * w), ("input", f"weights of unit {unit}", "products")):
            written = values.numel() <= WRITTEN_OUT
            show_cells(values, box, title=title, signed=True, mark=[cursor], form=".1f", numbers=written)
            box.title.set_fontsize(12)
            box.set_xlabel("frame")
        boxes[0].set_ylabel("mel band")
        colours = ["#D55E00" if row == unit else "#0072B2" for row in range(len(said))]
        boxes[3].barh(range(len(said)), said.tolist(), color=colours)
        boxes[3].axvline(0, color="black", linewidth=0.8)
        named = range(len(said)) if len(said) <= WRITTEN_OUT else [unit]
        ticks = [f"{row} ▸" if row == unit else str(row) for row in named]
        boxes[3].set_yticks(named, ticks, fontsize=8 if len(said) > 8 else 12)
        boxes[3].set(xlabel="activation", ylabel="unit", title="all units", ylim=(len(said) - 0.4, -0.6))


def pattern(kind, unit, bands, frames):
    """The weights of one unit as (bands, frames), of length 1 (or all zero where one frame cannot hold an onset).

    "hand": four detectors, then cosines; "cosine": row `unit` of the cosine transform behind MFCC.

    >>> pattern("hand", 0, 2, 1).flatten().tolist()  # high minus low
    [-0.7071067690849304, 0.7071067690849304]
    """
    height = torch.linspace(-1, 1, bands)[:, None].expand(bands, frames)
    time = torch.linspace(-1, 1, frames).expand(bands, frames) if frames > 1 else torch.zeros(bands, frames)
    if kind == "hand" and unit < len(HAND):
        weights = (height, -height, time, -time)[unit]
    else:
        order = unit if kind == "cosine" else unit - len(HAND) + 1
        place = torch.arange(bands)[:, None] + 0.5
        weights = torch.cos(torch.pi * order * place / bands).expand(bands, frames)
    return weights / weights.norm().clamp_min(1e-6)
