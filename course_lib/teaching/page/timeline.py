"""Turns as bars on a time line that can be clicked, or reached with the arrow keys, to be heard."""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


class Timeline(anywidget.AnyWidget):
    """`lanes`: [{"name": text, "kind": 0, 1, ..., "turns": [[start, end], ...]}, ...] over `length` seconds of `wav`.

    `heard` is the last turn that was chosen, as text; the player itself plays the whole recording. Tab reaches one
    bar, the arrow keys lead to the others, Enter or Space plays; a moving line shows where the sound is.
    """

    _esm = HERE / "timeline.js"
    _css = HERE / "page.css"
    lanes = traitlets.List().tag(sync=True)
    length = traitlets.Float(1.0).tag(sync=True)
    wav = traitlets.Bytes(b"").tag(sync=True)
    caption = traitlets.Unicode("").tag(sync=True)
    heard = traitlets.Unicode("").tag(sync=True)
