"""The result of a check, shown as text and on the page, with its values written short."""

from dataclasses import dataclass
from html import escape

import numpy as np

SHOWN = 6  # values of an array that are shown
FRAME = "border: 1px solid #767676; border-radius: 10px; padding: 0.4em 0.9em; max-width: 56rem; line-height: 1.45; margin: 0.3em 0"


@dataclass(frozen=True)
class Result:
    """The outcome of a check: `passed` is True, False or None (not attempted yet); `message` says why, `hint` what to do next."""

    id: str
    title: str
    passed: bool | None
    message: str
    hint: str = ""
    kind: str = "check"

    def __bool__(self):
        return self.passed is True

    @property
    def headline(self) -> str:
        if self.kind != "check":
            return self.kind
        return {True: "✔ passed", False: "✘ not right yet", None: "○ not attempted yet"}[self.passed]

    def __repr__(self):
        message = "" if self.passed is None and self.kind == "check" else f"\n{self.message}"
        return f"{self.id} {self.title}: {self.headline}{message}" + (f"\n{self.hint}" if self.hint else "")

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": repr(self)}

    @property
    def html(self) -> str:
        first, *rest = repr(self).split("\n")
        colour = {True: "#007A5E", False: "#B34700", None: "#767676"}[self.passed]
        line = "dashed" if self.passed is False else "solid"
        detail = (
            f'<pre style="margin: 0.3em 0; white-space: pre-wrap">{escape(chr(10).join(rest))}</pre>'
            if rest
            else ""
        )
        return (
            f'<div role="status" data-passed="{self.passed}" '
            f'style="{FRAME}; border-left: 7px {line} {colour}">'
            f"<strong>{escape(first)}</strong>{detail}</div>"
        )


def short(value) -> str:
    """A value in at most a line or so: six significant digits, the first values of an array with its shape.

    >>> short(1 / 3), short([0.5] * 20)
    ('0.333333', '[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, ...] (20 values)')
    """
    if callable(value) and not hasattr(value, "shape"):
        return getattr(value, "__name__", "a function")
    if isinstance(value, (float, np.floating)):
        return f"{value:.6g}"
    if isinstance(value, np.generic):
        return str(value)
    if hasattr(value, "shape"):
        values = value.detach().cpu() if hasattr(value, "detach") else value
        flat = values.reshape(-1)
        text = ", ".join(short(item) for item in flat[:SHOWN].tolist())
        more = ", ..." if len(flat) > SHOWN else ""
        kind = "tensor" if hasattr(value, "detach") else "array"
        return f"{kind} {tuple(value.shape)} [{text}{more}]" if value.shape else text
    if isinstance(value, (list, tuple)):
        text = ", ".join(short(item) for item in value[:SHOWN])
        more = f", ...] ({len(value)} values)" if len(value) > SHOWN else "]"
        return f"[{text}{more}"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def call(case: tuple) -> str:
    """The arguments of a call, short.

    >>> call((16000, 512))
    '(16000, 512)'
    """
    return f"({', '.join(short(argument) for argument in case)})"
