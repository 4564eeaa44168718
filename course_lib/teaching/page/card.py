"""A question on the page: native radio buttons or a number field, a button, and an answer line that is read aloud.

Native form elements carry their labels and their keys with them (WAI-ARIA practices: use them where they exist).
"""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


class Card(anywidget.AnyWidget):
    """`legend` and `choices` (or `unit` for a number field) are asked; `answer` holds the reader's answer, -1 or "".

    `button` is its caption ("" for none: a choice then counts at once); each press counts `presses` up. `feedback` is
    told below in a live region; `replies`, one per choice, are told by the page itself, even without a kernel.
    """

    _esm = HERE / "card.js"
    _css = HERE / "page.css"
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
