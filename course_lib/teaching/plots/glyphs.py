"""Names in any script: fonts with Chinese, Japanese and Korean where the system has one, else code points in place of boxes.

matplotlib brings DejaVu Sans, which has Latin, Greek, Cyrillic, Arabic and Hebrew letters.
"""

from functools import cache

import matplotlib
from matplotlib import font_manager
from matplotlib.category import StrCategoryFormatter
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter

FALLBACKS = (  # those of the usual Linux distributions, Windows and macOS
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "Microsoft YaHei",
    "SimHei",
    "Yu Gothic",
    "Malgun Gothic",
    "PingFang SC",
    "Hiragino Sans GB",
    "Hiragino Sans",
    "Apple SD Gothic Neo",
    "Arial Unicode MS",
)


def families() -> list[str]:
    """The font families of the course's figures: matplotlib's own, then those of FALLBACKS that this machine has."""
    present = {font.name for font in font_manager.fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in FALLBACKS if name in present)]


def legible(text: str) -> str:
    """The text, each character that no font of the figures has replaced by its code point.

    >>> legible("Zoë, Λία and \\U0010fffd")
    'Zoë, Λία and U+10FFFD'
    """
    if text.isascii():
        return text
    known = _characters(tuple(matplotlib.rcParams["font.family"]))
    return "".join(
        letter if ord(letter) in known or letter.isspace() else f"U+{ord(letter):04X}" for letter in text
    )


def make_legible(fig) -> None:
    """Let every text of a figure, the names at its ticks included, be one that the fonts can show."""
    for text in fig.findobj(Text):
        text.set_text(legible(text.get_text()))
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        names = axis.get_major_formatter()
        if isinstance(names, (FixedFormatter, FuncFormatter, StrCategoryFormatter)):  # texts, not numbers
            axis.set_major_formatter(FuncFormatter(lambda x, pos, names=names: legible(str(names(x, pos)))))


@cache
def _characters(families: tuple) -> frozenset:
    """The code points that the first face of any of these families has."""
    fonts = (font_manager.get_font(font_manager.findfont(family)) for family in families)
    return frozenset(code for font in fonts for code in font.get_charmap())
