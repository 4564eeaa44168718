"""Where an explorer's picture stands: an image with alt text, a line of words that is read aloud, a player."""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


class FigureWidget(anywidget.AnyWidget):
    """Shows `png` with its `alt`, `text` in a live region, `error` where there is one, and a player for `wav`.

    It also gives every ipywidgets slider beside it its accessible name, which ipywidgets 8.1 leaves out.
    """

    _esm = HERE / "figure_widget.js"
    _css = HERE / "page.css"
    png = traitlets.Bytes(b"").tag(sync=True)
    width = traitlets.Int(800).tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)
    wav = traitlets.Bytes(b"").tag(sync=True)
    caption = traitlets.Unicode("").tag(sync=True)
