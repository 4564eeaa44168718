"""A window on numbers: cells with their values, and the frame that marks what a window sees. An axis in, the axis out."""

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from course_lib.teaching.plots.axes import axis, finite
from course_lib.teaching.plots.style import ink

WRITTEN = (12, 12)  # rows and columns up to which the numbers are written into the cells
SIGNED, PLAIN = (
    "PuOr_r",
    "viridis",
)  # around zero: orange is more, purple less; else dark is little, bright is much


def show_cells(
    values,
    ax=None,
    *,
    title: str = "",
    signed=False,
    mark=(),
    form: str = "",
    labels=(),
    levels=None,
    numbers=True,
):
    """Draw numbers (rows, columns), row 0 at the bottom, as coloured cells; small tables with the numbers written in.

    `signed` puts zero in the middle of the colours; `mark` are cells (row, column) to frame; `form` how numbers are
    written, such as ".1f"; `labels` (x, y) of the axes; `levels` (lowest, highest) of the colours; `numbers=False` leaves the numbers out.
    """
    cells = finite(values, 2, "numbers (rows, columns)")
    ax = axis(ax)
    reach = max(np.abs(cells).max(), 1e-9)
    limits = (-reach, reach) if signed else levels or (cells.min(), max(cells.max(), cells.min() + 1e-9))
    settings = {"origin": "lower", "aspect": "auto", "interpolation": "nearest"}
    picture = ax.imshow(cells, cmap=SIGNED if signed else PLAIN, vmin=limits[0], vmax=limits[1], **settings)
    if numbers and cells.shape[0] <= WRITTEN[0] and cells.shape[1] <= WRITTEN[1]:
        box = ax.get_window_extent()
        room = box.width / cells.shape[1], box.height / cells.shape[0]  # dots for one number
        size = float(np.clip(72 / ax.figure.dpi * min(room[0] / 3.1, room[1] / 1.4), 6.5, 12))
        for place, value in np.ndenumerate(cells):
            text = f"{value:{form}}" if form else two_digits(value)
            text = text if text.strip("-0.") else text.lstrip("-")  # no minus zero
            settings = {"color": ink(picture.to_rgba(value)), "fontsize": size}
            ax.text(*place[::-1], text.replace("-", "−"), ha="center", va="center", **settings)
    for row, column in mark:
        mark_window(ax, (row - 0.5, row + 0.5), (column - 0.5, column + 0.5))
    ax.set_title(title)
    for side in (ax.xaxis, ax.yaxis):
        side.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    if labels:
        ax.set(xlabel=labels[0], ylabel=labels[1])
    return ax


def two_digits(value) -> str:
    """A number as short as a cell needs it: two digits, no zero before the point.

    >>> two_digits(-0.061), two_digits(1.23), two_digits(-48.7), two_digits(-0.001)
    ('-.06', '1.2', '-49', '0')
    """
    size = abs(value)
    text = f"{value:.0f}" if size >= 9.95 else f"{value:.1f}" if size >= 0.995 else f"{value:.2f}"
    return text.replace("0.", ".") if text.strip("-0.") and size < 0.995 else text if size >= 0.995 else "0"


def mark_window(ax, rows, columns, *, dots=None):
    """Frame (from, to) rows and columns in the axis's own units, seen on dark and bright; `dots` (rows, columns) inside."""
    corner, width, height = (columns[0], rows[0]), columns[1] - columns[0], rows[1] - rows[0]
    for colour, thick, line in (("white", 4.0, "-"), ("black", 1.8, "-")):
        ax.add_patch(
            Rectangle(
                corner,
                width,
                height,
                fill=False,
                edgecolor=colour,
                linewidth=thick,
                linestyle=line,
                clip_on=False,
                zorder=5,
            )
        )
    if dots is not None:
        across, up = np.meshgrid(dots[1], dots[0])
        for colour, size in (("white", 9), ("black", 3)):
            ax.scatter(across, up, s=size, color=colour, linewidths=0, zorder=6)
    return ax
