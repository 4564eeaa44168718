"""Colours for everybody: they stay apart without red or green cones, text is seen, and no series is told by colour alone."""

import itertools
import re
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from course_lib.cli import _report
from course_lib.teaching.plots import (
    COLOURS,
    GREY,
    ink,
    show_aliasing,
    show_cells,
    show_curves,
    show_scores,
    show_turns,
)
from course_lib.teaching.plots.style import LINES
from course_lib.teaching.widgets.dense import DenseExplorer

ROOT = Path(__file__).parents[2]
EYES = {  # Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
    "usual": np.eye(3),
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
APART, TEXT, MARK = 24.0, 4.5, 3.0  # CIE76 (2.3 is just seen); WCAG 2.2, 1.4.3 and 1.4.11
LIGHT, DARK = "#ffffff", "#111111"  # JupyterLab's two pages


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    dark, bright = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def lab(colour, eyes):
    x, y, z = np.cbrt(np.maximum(XYZ @ np.clip(eyes @ linear(colour), 0, 1) / XYZ.sum(1), 1e-9))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_measures_give_what_is_known():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert np.allclose(lab("#ffffff", np.eye(3)), [100, 0, 0], atol=0.01)
    red, green = (lab(colour, np.array(EYES["deuteranopia"])) for colour in ("#c00000", "#607000"))
    assert abs(red[1] - green[1]) < 12  # the axis from red to green is gone


@pytest.mark.parametrize("eyes", EYES)
def test_no_two_series_colours_look_alike(eyes):
    matrix = np.array(EYES[eyes])
    pairs = itertools.combinations(COLOURS, 2)
    near = {pair: np.linalg.norm(lab(pair[0], matrix) - lab(pair[1], matrix)) for pair in pairs}
    assert min(near.values()) >= APART, min(near, key=near.get)


def test_marks_and_words_are_seen_on_white():
    assert min(contrast(colour, "white") for colour in COLOURS) >= MARK
    assert contrast(GREY, "white") >= TEXT
    kinds = ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.labelcolor", "ytick.labelcolor")
    named = [matplotlib.rcParams[kind] for kind in kinds]
    named = [matplotlib.rcParams["text.color"] if each in ("auto", "inherit") else each for each in named]
    assert min(contrast(colour, matplotlib.rcParams["figure.facecolor"]) for colour in named) >= TEXT


@pytest.mark.parametrize("signed", [False, True])
def test_numbers_in_cells_are_read_on_every_colour(signed):
    ax = show_cells(np.linspace(-1, 1, 144).reshape(12, 12), signed=signed)
    picture, written = ax.images[0], ax.texts
    assert len(written) == 144
    values = picture.get_array().ravel()
    assert all(contrast(text.get_color(), picture.to_rgba(v)[:3]) >= TEXT for text, v in zip(written, values))
    plt.close("all")


def test_ink_is_never_hard_to_read():
    steps = np.linspace(0, 1, 9)
    assert all(contrast(ink(colour), colour) >= TEXT for colour in itertools.product(steps, steps, steps))


def looks(ax):
    """What is left of every line without its colour: dashes, marker; of every bar: its hatching."""
    lines = [
        (str(line.get_linestyle()), line._dash_pattern[1] and tuple(line._dash_pattern[1]), line.get_marker())
        for line in ax.lines
    ]
    return lines + [(bars.get_hatch(),) for bars in ax.collections]


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: show_curves({f"{n}": [0.1 * n, 0.2] for n in range(6)}, ax, ylabel="share"),
        lambda ax: show_aliasing(5000, ax, rate=8000),
        lambda ax: show_turns(
            {"reference": [(0, 1, "ana")], "found": [(0, 1, "b")], "other": [(1, 2, "c")]}, ax
        ),
        lambda ax: [ax.plot([n, n]) for n in range(len(COLOURS))],
    ],
)
def test_series_differ_without_their_colours(draw):
    _, ax = plt.subplots()
    draw(ax)
    assert len(looks(ax)) >= 3 and len(set(looks(ax))) == len(looks(ax))
    plt.close("all")


def test_rows_of_scores_are_named_and_their_dots_differ():
    ax = show_scores(
        {name: [0.1, 0.4] for name in ("one", "two", "three", "four", "five", "six")}, xlabel="share"
    )
    dots = [
        line.get_marker()
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_linestyle() == "None"
    ]
    assert len(set(dots)) == 6 == len({label.get_text() for label in ax.get_yticklabels()}) == len(LINES)
    plt.close("all")


def test_the_chosen_unit_is_marked_beside_its_bar_however_many_there_are():
    explorer = DenseExplorer(torch.sin(torch.arange(16_000) / 9)).set(units=64, unit=50)
    assert [label.get_text() for label in explorer.figure.axes[3].get_yticklabels()] == ["50 ▸"]


def declared(css):
    """{selector: {property: value}} of a style sheet without media blocks."""
    css = re.sub(r"/\*.*?\*/|@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css, flags=re.S)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    return {name.strip(): dict(re.findall(r"([a-z-]+):\s*([^;]+)", body)) for name, body in rules}


PAGE = declared((ROOT / "course_lib" / "teaching" / "page" / "page.css").read_text(encoding="utf-8"))
SLIDES = declared((ROOT / "tools" / "slides_template" / "slides.css").read_text(encoding="utf-8"))
REPORT = declared(_report.PAGE.replace("{{", "{").replace("}}", "}").split("<style>")[1].split("</style>")[0])


def hexes(rules, *properties):
    return {
        (name, found)
        for name, given in rules.items()
        for property, value in given.items()
        if property in properties
        for found in re.findall(r"#[0-9a-f]{3,6}\b", value)
    }


def test_the_page_leaves_its_text_to_the_theme():
    """Text has the theme's colours, light or dark; where a background is set nothing is written on it."""
    assert hexes(PAGE, "color") == set()
    assert {name for name, _ in hexes(PAGE, "background", "background-color")} == {
        ".course-explorer .noUi-target .noUi-base",
    }


@pytest.mark.parametrize("name, colour", sorted(hexes(PAGE, "outline", "border", "border-left")))
def test_rings_and_borders_are_seen_in_both_themes(name, colour):
    assert min(contrast(colour, ground) for ground in (LIGHT, DARK)) >= MARK


@pytest.mark.parametrize("rules", [SLIDES, REPORT], ids=["slides", "report"])
def test_text_is_seen_on_slides_and_reports(rules):
    grounds = {found for _, found in hexes(rules, "background") if contrast(found, "black") > TEXT} | {
        "#ffffff"
    }
    texts = hexes(rules, "color")
    for name, colour in texts:
        own = re.findall(r"#[0-9a-f]{3,6}\b", rules[name].get("background", ""))
        assert min(contrast(colour, ground) for ground in own or grounds) >= TEXT, name
    assert texts or rules is REPORT
