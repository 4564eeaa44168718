"""What every explorer is: controls that are moved, a picture with alt text, the numbers in words, perhaps a sound.

An explorer names its controls and writes one method, `picture(ax, **values)`, which computes, draws on the axis and
returns the alt text and the words. It works from the keyboard, leaves its first picture where no kernel runs, and
says what went wrong where something does.
"""

from html import escape

import ipywidgets
import matplotlib
import torch
from matplotlib.figure import Figure

from course_lib.audio import SR
from course_lib.errors import AudioError, CourseError
from course_lib.teaching.page import FigureWidget, Live
from course_lib.teaching.plots import Picture, audio_html, wav_bytes

SIZE = (8.0, 3.6)  # inches, 100 dots each
MARGINS = {"left": 0.09, "right": 0.97, "top": 0.9, "bottom": 0.17}  # fixed: the picture must not jump


class Explorer(Live):
    """Base of all explorers. Subclasses give `title`, call `super().__init__(name=control, ...)`, and write `picture`.

    `sound(**values)` may return (wave, label): a player for it stands below the picture, 16 kHz.
    """

    title = "Explorer"

    def __init__(self, **controls: ipywidgets.ValueWidget):
        self.controls, self.sought, self.found, self._unmoved = controls, [], set(), None
        self.figure_widget = FigureWidget(width=round(SIZE[0] * 100))
        with matplotlib.rc_context(
            {"figure.constrained_layout.use": False}
        ):  # which would take half the time
            self.figure = Figure(figsize=SIZE)
        self._setting = False
        self.widget = ipywidgets.VBox([*controls.values(), self.figure_widget])
        self.widget.add_class("course-explorer")
        for control in controls.values():
            control.observe(self._moved, "value")
        self.update()

    def picture(self, ax, **values) -> tuple[str, str]:
        """Compute, draw on `ax`, return (alt text, words). The words say the numbers that a reader looks for."""
        raise NotImplementedError(f"{type(self).__name__} needs a method picture(self, ax, **values)")

    def sound(self, **values):
        """The sound of this setting as (wave, label), or None."""
        return None

    @property
    def values(self) -> dict:
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values) -> "Explorer":
        """Move controls from code; whatever goes wrong is raised. Raises CourseError for a control or value not there."""
        before, self._setting = self.values, True
        try:
            for name, value in values.items():
                self._set_one(name, value)
            self.update()
        except Exception:
            for name, value in before.items():
                self.controls[name].value = value
            raise
        finally:
            self._setting = False
        return self

    def seek(self, what, reached) -> "Explorer":
        """Name something to find: once `reached(values)` holds, {control: value}, the words below the picture say so.

        A Modify task says what to try. Where the explorer stands before anybody moved it, nothing counts as found.
        """
        self.sought.append((what, reached))
        self._unmoved = self.values
        self.update()
        return self

    def _said(self, text) -> str:
        """The words of this setting, and what has been found, or is still to be found, with the explorer."""
        now = self.values
        if now != self._unmoved:
            self._unmoved = None
            self.found |= {what for what, reached in self.sought if reached(now)}
        marks = [f"{'✔ Found' if what in self.found else '○ To find'}: {what}." for what, _ in self.sought]
        return " ".join([text, *marks])

    def update(self) -> None:
        """Draw the present setting. Raises what the explorer's own methods raise."""
        self.figure.clear()
        self.figure.subplots_adjust(**MARGINS)
        alt, text = self.picture(self.figure.add_subplot(), **self.values)
        text = self._said(text)
        shown = Picture(self.figure, alt, close=False, compress=1)
        heard = self.sound(**self.values)
        wav, caption = (wav_bytes(heard[0]), heard[1]) if heard else (b"", "")
        with self.figure_widget.hold_sync():  # one message: picture, alt text and words change together
            (
                self.figure_widget.png,
                self.figure_widget.alt,
                self.figure_widget.text,
                self.figure_widget.error,
            ) = shown.png, shown.alt, text, ""
            self.figure_widget.wav, self.figure_widget.caption = wav, caption
        self._shown = shown

    def html(self) -> str:
        """The present picture, its words and its sound, for where nothing can be moved."""
        names = ", ".join(control.description.rstrip(":") for control in self.controls.values())
        player = (
            audio_html(self.figure_widget.wav, self.figure_widget.caption) if self.figure_widget.wav else ""
        )
        return (
            f"<div><p><strong>{escape(self.title)}</strong> (run the cell to move: {escape(names)})</p>"
            f"{self._shown.html}<p>{escape(self.figure_widget.text)}</p>{player}</div>"
        )

    def text(self) -> str:
        return f"{self.title}. {self.figure_widget.text}"

    def _moved(self, change) -> None:
        """A control was moved on the page, where no caller would see an exception: show it instead."""
        if self._setting:
            return
        try:
            self.update()
        except Exception as error:
            self.figure_widget.error = f"This setting does not work. {type(error).__name__}: {error}"

    def _set_one(self, name, value) -> None:
        if name not in self.controls:
            raise CourseError(f"expected one of {', '.join(self.controls)}, got {name!r}")
        control = self.controls[name]
        options = getattr(control, "options", None)
        possible = [option[1] if isinstance(option, tuple) else option for option in options or ()]
        if options is not None and value not in possible:
            raise CourseError(f"expected {name} to be one of {', '.join(map(str, possible))}, got {value!r}")
        low, high = getattr(control, "min", None), getattr(control, "max", None)
        if low is not None and not low <= value <= high:
            raise CourseError(f"expected {name} from {low:g} to {high:g}, got {value!r}")
        control.value = value


def sound_between(wave, shortest_s: float, longest_s: float) -> torch.Tensor:
    """A sound (samples,) at 16 kHz as float32. Raises AudioError for another shape, or one too short or too long."""
    wave = torch.as_tensor(wave, dtype=torch.float32)
    if wave.ndim != 1 or not shortest_s <= len(wave) / SR <= longest_s:
        raise AudioError(
            f"expected a sound (samples,) of {shortest_s:g} to {longest_s:g} s at 16 kHz, got shape "
            f"{tuple(wave.shape)}; call fit_second(wave) first, or take a part: wave[:{SR}]"
        )
    return wave


LAYOUT = {"width": "min(100%, 44em)"}
STYLE = {"description_width": "12em"}


def steps(label: str, values, value=None) -> ipywidgets.SelectionSlider:
    """A slider over a few values, such as powers of two. Arrow keys move it by one; it begins in the middle."""
    values = list(values)
    value = values[len(values) // 2] if value is None else value
    options = [(f"{each:,}" if isinstance(each, int) else str(each), each) for each in values]
    return ipywidgets.SelectionSlider(
        options=options, value=value, description=label, layout=LAYOUT, style=STYLE
    )


def slider(
    label: str, low: float, high: float, step: float, value: float, form: str = ".2f"
) -> ipywidgets.FloatSlider:
    """A slider over a range; `form` is how its value is written. Arrow keys move it by one step."""
    settings = {"min": low, "max": high, "step": step, "value": value, "readout_format": form}
    return ipywidgets.FloatSlider(description=label, layout=LAYOUT, style=STYLE, **settings)


def whole(label: str, low: int, high: int, value: int, **looks) -> ipywidgets.IntSlider:
    """A slider over whole numbers. Arrow keys move it by one; `looks` may give another layout or style."""
    looks = {"layout": LAYOUT, "style": STYLE, **looks}
    return ipywidgets.IntSlider(min=low, max=high, value=value, description=label, **looks)


def choice(label: str, options, value) -> ipywidgets.Dropdown:
    """A list to choose from: names, or (shown, value) pairs."""
    return ipywidgets.Dropdown(options=options, value=value, description=label, layout=LAYOUT, style=STYLE)
