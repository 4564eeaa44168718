"""The one call that shows a figure: a PNG made once, with the alt text beside it wherever it goes.

JupyterLab ignores alt text in the metadata of image outputs, so the picture is sent as HTML, `<img alt=...>`,
which JupyterLab, nbconvert's pages and slides, and the stored notebook all keep.
"""

import base64
import io
from html import escape

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from course_lib.data.public.credits import figure_credit
from course_lib.errors import CourseError
from course_lib.paths import atomic_file
from course_lib.teaching.plots.glyphs import make_legible

DPI, SHORTEST_ALT = 100, 20


def figure(fig_or_ax, alt: str, *, credit=None) -> None:
    """Show a figure (or the figure that an axis belongs to) with its alt text, and close it.

    `alt` is a sentence that says what the figure shows to somebody who cannot see it. `credit` is the corpus
    that the figure is made from: its title and licence then stand in the figure, below on the right.
    Raises CourseError where that sentence is missing or the first argument is no figure.
    """
    line = figure_credit(credit) if credit is not None else ""
    if line:
        _figure_of(fig_or_ax).supxlabel(line, x=0.995, ha="right", fontsize=7)
        alt = f"{check_alt(alt)} {line}."
    display(Picture(fig_or_ax, alt))


class Picture:
    """A rendered figure: `.png` bytes, `.alt`, `.html`; shows itself in a notebook.

    >>> import matplotlib.pyplot as plt
    >>> fig, ax = plt.subplots()
    >>> Picture(fig, 'An empty pair of axes from 0 to 1 & "no" data.').html[:66]
    '<img alt="An empty pair of axes from 0 to 1 &amp; &quot;no&quot; d'
    """

    def __init__(self, fig_or_ax, alt: str, *, close: bool = True, compress: int = 6):
        self.alt = check_alt(alt)
        fig = _figure_of(fig_or_ax)
        make_legible(fig)
        self.png = _png(fig, compress)
        self.width, self.height = (round(inches * DPI) for inches in fig.get_size_inches())
        if close:
            plt.close(fig)

    @property
    def html(self) -> str:
        source = base64.b64encode(self.png).decode("ascii")
        return (
            f'<img alt="{escape(self.alt)}" width="{self.width}" style="max-width: 100%; height: auto" '
            f'src="data:image/png;base64,{source}">'
        )

    def __repr__(self):
        return f"Figure: {self.alt}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": repr(self)}


def check_alt(alt) -> str:
    """The alt text with single spaces. Raises CourseError unless it is a sentence that can stand alone.

    >>> check_alt("plot")
    Traceback (most recent call last):
    ...
    course_lib.errors.CourseError: expected alt text of at least 20 characters that says what the figure shows, \
got 'plot'; write what a reader should see, for example "A 440 Hz tone: ten even waves in 23 ms."
    """
    text = " ".join(alt.split()) if isinstance(alt, str) else ""
    if len(text) < SHORTEST_ALT or " " not in text:
        raise CourseError(
            f"expected alt text of at least {SHORTEST_ALT} characters that says what the figure shows, got "
            f'{alt!r}; write what a reader should see, for example "A 440 Hz tone: ten even waves in 23 ms."'
        )
    return text


def new_axes(rows: int = 1, columns: int = 1, *, width: float = 8.0, height: float = 3.4, **options):
    """A new figure in the course's look and its axis (or array of axes); inches, 100 dots each."""
    return plt.subplots(rows, columns, figsize=(width, height), **options)


def save_picture(fig_or_ax, path, alt: str):
    """Write a PNG, whole or not at all, with what it shows in its description; close the figure.

    Errors as `figure`; OSError of the disk.
    """
    described = {"Description": check_alt(alt)}
    fig = _figure_of(fig_or_ax)
    make_legible(fig)
    with atomic_file(path) as part:
        fig.savefig(part, format="png", dpi=DPI, metadata=described)
    plt.close(fig)


def _figure_of(fig_or_ax):
    first = fig_or_ax.flat[0] if hasattr(fig_or_ax, "flat") else fig_or_ax
    fig = first if hasattr(first, "savefig") else getattr(first, "figure", None)
    if not hasattr(fig, "savefig"):
        raise CourseError(
            f"expected a matplotlib figure or axis, got {type(fig_or_ax).__name__}; "
            'show_* functions return an axis: figure(show_wave(wave), alt="...")'
        )
    return fig


def _png(fig, compress: int) -> bytes:
    """The figure as PNG, drawn once; no version or date inside, so the same figure gives the same bytes."""
    fig.set_dpi(DPI)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").save(
        buffer, format="png", compress_level=compress
    )
    return buffer.getvalue()
