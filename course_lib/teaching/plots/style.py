"""One look for every figure: legible from the last row, and in colours that colour-blind readers tell apart.

Colours: Okabe & Ito 2008, "Color Universal Design". Every colour comes with its own line style, so that colour is
never the only mark. Pictures of levels use viridis or cividis, which grow evenly in brightness.
"""

import matplotlib
from cycler import cycler

from course_lib.teaching.plots.glyphs import families

COLOURS = ("#0072B2", "#D55E00", "#007A5E", "#701F63", "#000000", "#5E4300")
# Okabe & Ito's blue, vermilion, green, purple, black, yellow. Purple and yellow are so dark that no two look alike to
# readers without red or green cones (24 or more apart in CIE L*a*b*, tests/teaching/test_colours.py); all have 3:1 on white.
GREY = "#767676"  # 4.5:1 on white: what the figure is not about
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
    "text.parse_math": False,  # a speaker may be called $5 or $\\foo$: names are no formulas
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
}


def ink(colour) -> str:
    """Black or white, whichever is easier to read on a colour (r, g, b) from 0 to 1: always 4.5:1 or more. Ref: WCAG 2.2.

    >>> ink((1.0, 1.0, 0.0)), ink((0.0, 0.0, 1.0))
    ('black', 'white')
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    bright = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "black" if (bright + 0.05) / 0.05 >= 1.05 / (bright + 0.05) else "white"


def apply_style() -> None:
    """Make matplotlib's defaults those of the course (done once, when course_lib.teaching.plots is first used)."""
    matplotlib.rcParams.update(STYLE | {"font.family": families()})
