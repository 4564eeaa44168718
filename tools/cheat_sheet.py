"""The cheat sheet: one page of shapes, formulas and recipes as a picture, a PDF and a text, all from the same data.

`python tools/cheat_sheet.py` writes docs/cheat_sheet.png, .pdf (text stays text) and .md (for screen readers).
Picture and PDF carry the sum of the text that they show, so a test can tell whether they are up to date.
"""

import argparse
import hashlib
import io
import sys
from pathlib import Path

import matplotlib
from build_notebooks import ROOT
from cheat_sheet_data import sheet
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from PIL import Image, PngImagePlugin

from course_lib.paths import atomic_file
from course_lib.teaching.plots.style import COLOURS

TITLE = "Transfer Learning by Ear · cheat sheet"
A4, MARGIN, GUTTER, DPI = (11.69, 8.27), 0.35, 0.25, 200  # inches; dots an inch of the picture
LOWEST = 0.25  # inches: nothing is printed below
BARS = [COLOURS[place] for place in (0, 3, 2, 5)]  # white on each has a contrast of 4.5 or more
SHARES = (0.455, 0.545)  # of the width, for the two columns
SMALL, LINE, HEAD, GAP = 6.9, 0.157, 0.23, 0.1  # points; inches: a line, a block's heading, between blocks
PAD, TIGHTEST, WIDEST = (
    0.07,
    0.08,
    0.35,
)  # inches: before the first column, between columns at least and at most
SANS, MONO = "DejaVu Sans", "DejaVu Sans Mono"  # both come with matplotlib, so every machine draws the same


def as_text(columns) -> str:
    """The sheet as Markdown, block by block."""
    lines = [f"# {TITLE}", "", "The same as a [picture](cheat_sheet.png) and as a [page to print](cheat_sheet.pdf). Made by `python tools/cheat_sheet.py`.", ""]  # fmt: skip
    for block in (block for column in columns for block in column):
        lines += [f"## {block.title}", ""]
        lines += [_row(block.columns), _row(["---"] * len(block.columns))]
        for row in block.rows:
            cells = [
                f"`{cell.rstrip()}`" if n in block.code and cell else cell.strip()
                for n, cell in enumerate(row)
            ]
            lines.append(_row(cells))
        lines.append("")
    return "\n".join(lines)


def _row(cells):
    return "| " + " | ".join(cells) + " |"


def draw(columns) -> Figure:
    """The sheet as a figure, A4 landscape."""
    figure = Figure(figsize=A4, dpi=DPI, facecolor="white")
    room, x = A4[0] - 2 * MARGIN - GUTTER * (len(columns) - 1), MARGIN
    _write(figure, MARGIN, A4[1] - 0.3, TITLE, size=12, weight="bold")
    for place, blocks in enumerate(columns):
        wide, y = room * SHARES[place], A4[1] - 0.5
        for number, block in enumerate(blocks):
            y = _block(figure, block, x, y, wide, BARS[(number + 2 * place) % len(BARS)]) - GAP
        if y + GAP < LOWEST:
            raise SystemExit(
                f"column {place + 1} of the cheat sheet is {LOWEST - y - GAP:.2f} inches too long"
            )
        x += wide + GUTTER
    return figure


def _block(figure, block, x, y, wide, colour):
    """Draw one block below y (inches from the bottom); returns where it ends."""
    _bar(figure, x, y - HEAD, wide, HEAD, colour)
    _write(figure, x + 0.07, y - HEAD / 2, block.title, size=8.2, weight="bold", color="white")
    y -= HEAD
    lines, texts = [block.columns, *block.rows], {}
    for number, row in enumerate(lines):
        if number % 2 == 0 and number:
            _bar(figure, x, y - LINE, wide, LINE, "#eef1f3")
        for column, cell in enumerate(row):
            font = MONO if column in block.code and number else SANS
            style = {"weight": "bold"} if number == 0 or (column == 0 and cell) else {}
            texts[number, column] = _write(figure, x, y - LINE / 2, cell, size=SMALL, family=font, **style)
        y -= LINE
    _spread(figure, texts, x, wide, block)
    return y


def _spread(figure, texts, x, wide, block):
    """Put the cells into columns as wide as their widest cell, what is left over between them."""
    needs = [
        max(texts[number, column].get_window_extent().width for number in range(len(block.rows) + 1))
        / figure.dpi
        for column in range(len(block.columns))
    ]
    space = (wide - PAD - sum(needs)) / len(needs)
    if space < TIGHTEST:
        raise SystemExit(f"{block.title} is {len(needs) * (TIGHTEST - space):.2f} inches too wide")
    for (_, column), text in texts.items():
        text.set_x((x + PAD + sum(needs[:column]) + column * min(space, WIDEST)) / A4[0])


def _bar(figure, x, y, wide, high, colour):
    place = (x / A4[0], y / A4[1])
    figure.add_artist(
        matplotlib.patches.Rectangle(
            place, wide / A4[0], high / A4[1], color=colour, lw=0, transform=figure.transFigure
        )
    )


def _write(figure, x, y, text, *, size, family=SANS, **style):
    text = text.replace("$", r"\$")  # no formulas: text stays text
    return figure.text(
        x / A4[0], y / A4[1], text, fontsize=size, family=family, va="center_baseline", **style
    )


def sum_of(text: str) -> str:
    return f"blake2b {hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"


def picture(columns, text) -> bytes:
    """The sheet as PNG, 200 dots an inch; no date and no version inside."""
    figure, raw, packed = draw(columns), io.BytesIO(), io.BytesIO()
    figure.savefig(raw, format="raw", dpi=DPI)
    size = tuple(int(inches * DPI) for inches in A4)
    info = PngImagePlugin.PngInfo()
    info.add_text("Description", sum_of(text))
    flat = Image.frombytes("RGBA", size, raw.getvalue()).convert("RGB").quantize(64)
    flat.save(packed, format="png", pnginfo=info, optimize=True)
    return packed.getvalue()


def page(columns, text) -> bytes:
    """The sheet as PDF; its text is text."""
    about = {"Title": TITLE, "Subject": sum_of(text), "CreationDate": None, "Creator": None, "Producer": None}
    packed = io.BytesIO()
    with matplotlib.rc_context({"pdf.fonttype": 42}):
        FigureCanvasPdf(draw(columns)).print_pdf(packed, metadata=about)
    return packed.getvalue()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder for the three files (docs)")
    given = parser.parse_args(arguments)
    columns = sheet()
    text = as_text(columns)
    files = {"md": text.encode(), "png": picture(columns, text), "pdf": page(columns, text)}
    for suffix, data in files.items():
        with atomic_file(given.out / f"cheat_sheet.{suffix}") as part:
            part.write_bytes(data)
        print(f"{given.out / f'cheat_sheet.{suffix}'}: {len(data) / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
