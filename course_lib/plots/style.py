"""One look for every figure: legible from the last row, and in colours that colour-blind readers tell apart.

Colours: Okabe & Ito 2008, "Color Universal Design". Every colour comes with its own line style, so that colour is
never the only mark. Pictures of levels use viridis or cividis, which grow evenly in brightness.
"""

import matplotlib
from cycler import cycler

COLOURS = ("#0072B2", "#D55E00", "#007A5E", "#A8477C", "#000000", "#8A6A00")
# Okabe & Ito's blue, vermilion, green, purple, black, yellow; the last three hues darkened to 4.5:1 on white
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))

STYLE = {
    "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=LINES),
    "axes.grid": False,
    "axes.labelsize": 14,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 15,
    "figure.autolayout": False,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.figsize": (8.0, 3.4),
    "font.size": 13,
    "image.cmap": "viridis",
    "legend.fontsize": 12,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "savefig.dpi": 100,
    "savefig.facecolor": "white",
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
}


def apply_style() -> None:
    """Make matplotlib's defaults those of the course (done once, when course_lib.plots is first used)."""
    matplotlib.rcParams.update(STYLE)
