"""A window that slides over a sound: what the pooling and the convolution explorer share.

Any size of window, stride, padding and dilation that fits, with torch's floor; four views of the sound, from its
samples to 1025 bins. Idea: Wang et al. 2020, CNN Explainer; sizes: Dumoulin & Visin 2016, "convolution arithmetic".
"""

import ipywidgets
import torch

from course_lib.layers import out_size
from course_lib.teaching.widgets.base import Explorer, choice, sound_between, whole
from course_lib.teaching.widgets.drawing import show_input, show_output, show_table
from course_lib.teaching.widgets.views import heard, views

AXES = ("rows", "columns")
PARTS = ("window", "stride", "padding", "dilation", "place")
LOOKS = ("the strongest output", "the chosen place")
HALF = {"width": "min(100%, 24em)"}
LONGEST_S = 10.0


class SlidingExplorer(Explorer):
    """Base of the two: a sound (samples,) at 16 kHz, 0.2 to 10 s. Subclasses write `respond` and `tables`.

    Every slider ends where the window would no longer fit, so each setting that can be reached is one torch accepts.
    """

    signed = False  # whether zero is the middle of the output's colours

    def __init__(self, wave, *, window, **first):
        self.wave = sound_between(wave, 0.2, LONGEST_S)
        self.views = views(self.wave)
        shown = [(view.name, key) for key, view in self.views.items()]
        sliders = {}
        for axis, name in enumerate(AXES):
            sliders |= {
                f"window_{name}": _half(f"Window, {name}", 1, window[axis]),
                f"stride_{name}": _half(f"Stride, {name}", 1, self.first_stride(window[axis])),
                f"padding_{name}": _half(f"Padding, {name}", 0, 0),
                f"dilation_{name}": _half(f"Dilation, {name}", 1, 1),
                f"place_{name}": _half(f"Place, {name[:-1]}", 0, 0),
            }
        sliders = dict(sorted(sliders.items(), key=lambda item: _order(item[0])))
        first = {"view": choice("Reads", shown, "mel"), **first, "look": choice("Look at", LOOKS, LOOKS[0])}
        super().__init__(**first, **sliders)
        halves = list(sliders.values())
        pairs = [ipywidgets.HBox(halves[k : k + 2]) for k in range(0, len(halves), 2)]
        self.widget.children = [*first.values(), *pairs, self.figure_widget]

    def respond(self, x, state) -> torch.Tensor:
        """The layer's output for the whole input (rows, columns) -> (rows', columns')."""
        raise NotImplementedError

    def tables(self, patch, state) -> list:
        """What stands under the window, as (title, numbers, settings of show_cells)."""
        raise NotImplementedError

    def describe(self, patch, out, state) -> str:
        """The sum at the marked place, and the cost, in words."""
        raise NotImplementedError

    def first_stride(self, window) -> int:
        return 1

    def largest_padding(self, window) -> int:
        return window

    def state(self, values) -> dict:
        """The setting as pairs (rows, columns): window, stride, padding, dilation, place; and the rest as it is."""
        pairs = {part: tuple(values[f"{part}_{name}"] for name in AXES) for part in PARTS}
        return {**values, **pairs}

    def points(self, state) -> tuple:
        """Rows and columns of the input that the window touches at the marked place; negative or too large: padding."""
        return tuple(
            [place * stride - padding + dilation * k for k in range(window)]
            for window, stride, padding, dilation, place in zip(*(state[part] for part in PARTS))
        )

    def patch(self, x, state, fill=0.0) -> torch.Tensor:
        """The numbers under the window (window rows, window columns); `fill` in the padding."""
        rows, columns = (torch.tensor(each) for each in self.points(state))
        seen = x[rows.clamp(0, x.shape[0] - 1)][:, columns.clamp(0, x.shape[1] - 1)]
        inside = ((rows >= 0) & (rows < x.shape[0]))[:, None] & ((columns >= 0) & (columns < x.shape[1]))
        return torch.where(inside, seen, torch.tensor(fill))

    def picture(self, ax, **values):
        state = self.state(values)
        view = self.views[state["view"]]
        x = self.read(view)
        out = self.respond(x, state)
        patch = self.patch(x, state, self.fill(state, x))
        figure = ax.figure
        figure.clear()
        figure.set_size_inches(8.0, 6.0)
        tables = self.tables(patch, state)
        grid = figure.add_gridspec(
            2, 12, left=0.09, right=0.98, top=0.94, bottom=0.09, hspace=0.42, wspace=2.0
        )
        about = {"step_s": view.step_s, "row": view.row, "unit": self.unit(view)}
        show_input(figure.add_subplot(grid[0, :7]), x, self.points(state), state["dilation"], **about)
        show_output(figure.add_subplot(grid[0, 8:]), out, state["place"], signed=self.signed)
        for number, (title, numbers, settings) in enumerate(tables):
            span = slice(12 * number // len(tables), 12 * (number + 1) // len(tables))
            show_table(figure.add_subplot(grid[1, span]), title, numbers, settings)
        shape, places = " x ".join(map(str, x.shape)), " x ".join(map(str, out.shape))
        reach = [d * (w - 1) + 1 for d, w in zip(state["dilation"], state["window"])]
        sees = f"{reach[1] * 1000 * view.step_s:.4g} ms" + (f" x {reach[0]} rows" if view.row else "")
        words = f"{view.name}: {shape} becomes {places}. One output sees {sees}. {self.describe(patch, out, state)}"
        row, column = state["place"]
        alt = (
            f"Above, {view.name} of a sound with the window marked, and the output of {places} numbers with place "
            f"({row}, {column}) marked; below, the numbers under the window. {words}"
        )
        return alt, words

    def read(self, view) -> torch.Tensor:
        return view.values

    def unit(self, view) -> str:
        return f"level ({view.unit})" if view.unit == "dB" else view.unit

    def fill(self, state, x) -> float:
        return 0.0

    def sound(self, **values):
        state = self.state(values)
        rows, columns = self.points(state)
        return heard(self.wave, self.views[state["view"]], (rows[0], rows[-1]), (columns[0], columns[-1]))

    def update(self) -> None:
        before, self._setting = self._setting, True
        try:
            self._bounds()
            if self.controls["look"].value == LOOKS[0]:
                self._go_to_strongest()
        finally:
            self._setting = before
        super().update()

    def _set_one(self, name, value) -> None:
        super()._set_one(name, value)
        self._choose(name)
        self._bounds()  # so that what is set next may go as far as it now can

    def _moved(self, change) -> None:
        if not self._setting:
            self._choose(next(name for name, each in self.controls.items() if each is change["owner"]))
        super()._moved(change)

    def _choose(self, name) -> None:
        """Who moves a place wants to look there."""
        if name.startswith("place") and self.controls["look"].value == LOOKS[0]:
            before, self._setting = self._setting, True
            self.controls["look"].value = LOOKS[1]
            self._setting = before

    def _go_to_strongest(self) -> None:
        state = self.state(self.values)
        out = self.respond(self.read(self.views[state["view"]]), state)
        best = int(out.argmax())
        for name, place in zip(AXES, (best // out.shape[1], best % out.shape[1])):
            self.controls[f"place_{name}"].value = place

    def _bounds(self) -> None:
        """Let every slider end where the window would no longer fit."""
        view = self.views[self.controls["view"].value]
        for size, name in zip(view.values.shape, AXES):
            control = {part: self.controls[f"{part}_{name}"] for part in PARTS}
            _limit(control["window"], size)
            window = control["window"].value
            _limit(control["padding"], self.largest_padding(window) if size > 1 else 0)
            space = size + 2 * control["padding"].value
            _limit(
                control["dilation"], (space - 1) // (window - 1) if window > 1 and self.may_dilate() else 1
            )
            _limit(control["stride"], space)
            settings = (control[part].value for part in ("stride", "padding", "dilation"))
            _limit(control["place"], out_size(size, window, *settings) - 1)

    def may_dilate(self) -> bool:
        return True


def _half(label, low, value) -> ipywidgets.IntSlider:
    """A slider of half the width; `_bounds` says where it ends."""
    return whole(label, low, value, value, layout=HALF, style={"description_width": "10.5em"})


def _limit(control, highest) -> None:
    """A slider's new end; a value beyond it comes down to it."""
    highest = max(highest, control.min)
    control.max = highest
    control.disabled = highest == control.min


def _order(name):
    part, axis = name.split("_")
    return PARTS.index(part), AXES.index(axis)
