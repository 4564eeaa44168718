"""The elements of a live page: a picture with its words and sound, a question. Each has its JavaScript beside it.

They use native form elements, which carry their labels and their keys with them (WAI-ARIA practices).
"""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent
CSS = HERE / "page.css"


def script(name: str, *, parts=("element",)) -> str:
    """The JavaScript of an element behind its `parts`: the function that makes nodes, for live pictures more."""
    return "\n".join((HERE / f"{part}.js").read_text(encoding="utf-8") for part in (*parts, name))


class FigureWidget(anywidget.AnyWidget):
    """Shows `png` with its `alt`, `text` in a live region, `error` where there is one, and a player for `wav`.

    It also gives every ipywidgets slider beside it its accessible name, which ipywidgets 8.1 leaves out.
    """

    _esm = script("figure_widget")
    _css = CSS
    png = traitlets.Bytes(b"").tag(sync=True)
    width = traitlets.Int(800).tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)
    wav = traitlets.Bytes(b"").tag(sync=True)
    caption = traitlets.Unicode("").tag(sync=True)


class Progress(anywidget.AnyWidget):
    """A bar, `done` of `total`, and the same in `words`."""

    _esm = script("progress")
    _css = CSS
    done = traitlets.Int(0).tag(sync=True)
    total = traitlets.Int(1).tag(sync=True)
    words = traitlets.Unicode("").tag(sync=True)


class Card(anywidget.AnyWidget):
    """`legend` and `choices` (or `unit` for a number field) are asked; `answer` holds the reader's answer, -1 or "".

    `button` is its caption ("" for none: a choice then counts at once); each press counts `presses` up. `feedback` is
    told below in a live region; `replies`, one per choice, are told by the page itself, even without a kernel.
    """

    _esm = script("card")
    _css = CSS
    legend = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List(traitlets.Unicode()).tag(sync=True)
    replies = traitlets.List(traitlets.Unicode()).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    lowest = traitlets.Float(None, allow_none=True).tag(sync=True)
    highest = traitlets.Float(None, allow_none=True).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    number = traitlets.Unicode("").tag(sync=True)
    button = traitlets.Unicode("").tag(sync=True)
    presses = traitlets.Int(0).tag(sync=True)
    feedback = traitlets.Unicode("").tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)

    def press(self) -> None:
        """What the button does, for tests and for readers who write code."""
        self.presses += 1
