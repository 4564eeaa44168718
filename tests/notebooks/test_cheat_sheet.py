"""The cheat sheet is up to date, its text is text, nothing is cut, and its recipes do what they say."""

import io
from pathlib import Path

import cheat_sheet as maker
import cheat_sheet_data as data
import pytest
import torch
from PIL import Image, ImageChops
from torch import nn
from torch.optim import Adam

from course_lib.metrics import base_model_utilization
from course_lib.models import SmallCNN
from course_lib.training import fit
from course_lib.transfer import embed, freeze, init_from_base, layer_rates, replace_head, unfreeze

ROOT = Path(__file__).parents[2]

DOCS = ROOT / "docs"
FROZEN_ALIKE = {
    "feature extraction": 102_624,
    "frozen up to a layer": 12_320 + 81_984,
    "everything learns": 0,
}


@pytest.fixture(scope="module")
def columns():
    return data.sheet()


def test_the_stored_sheet_is_the_one_that_is_made_today(columns):
    text = maker.as_text(columns)
    again = "run python tools/cheat_sheet.py"
    assert (DOCS / "cheat_sheet.md").read_text(encoding="utf-8") == text, again
    with Image.open(DOCS / "cheat_sheet.png") as picture:
        assert picture.text["Description"] == maker.sum_of(text), again
        assert picture.width > 2000 and picture.width / picture.height == pytest.approx(2**0.5, rel=0.01)
    assert maker.sum_of(text).encode() in (DOCS / "cheat_sheet.pdf").read_bytes(), again


def test_the_pdf_is_one_page_of_text(columns):
    pypdf = pytest.importorskip("pypdf")
    (page,) = pypdf.PdfReader(DOCS / "cheat_sheet.pdf").pages
    said = "".join(page.extract_text().split())
    for block in (block for column in columns for block in column):
        for cell in (block.title, *block.columns, *(cell for row in block.rows for cell in row)):
            assert "".join(cell.split()) in said, cell
    assert page.mediabox.width > page.mediabox.height


def test_the_stored_picture_shows_it(columns):
    drawn = Image.open(io.BytesIO(maker.picture(columns, "")))
    with Image.open(DOCS / "cheat_sheet.png") as stored:
        assert stored.size == drawn.size
        apart = ImageChops.difference(stored.convert("L"), drawn.convert("L")).point(lambda level: level > 64)
    assert (
        sum(apart.histogram()[1:]) < 0.002 * drawn.width * drawn.height
    )  # other versions may draw a hair apart


def test_what_does_not_fit_is_refused():
    long = data.Block("Too long", ("a",), (("x" * 200,),))
    with pytest.raises(SystemExit, match=r"Too long is .* too wide"):
        maker.draw([[long]])
    high = data.Block("Too high", ("a",), (("x",),) * 60)
    with pytest.raises(SystemExit, match=r"column 1 .* too long"):
        maker.draw([[high]])


def run(column, start):
    """Run the recipes of one column, line after line; {what: utilization after it}."""
    base = SmallCNN(10)
    x = torch.zeros(2, 1025, 32)
    names = {
        "base": base, "m": SmallCNN(5), "x": x, "d": (x, torch.tensor([0, 1])), "total": 1, "nn": nn, "torch": torch,
        "Adam": Adam, "fit": lambda m, d, lr: fit(m, d, lr=lr, epochs=1, progress=False), "embed": embed,
        "freeze": freeze, "layer_rates": layer_rates, "replace_head": replace_head, "init_from_base": init_from_base,
        "unfreeze": unfreeze, "base_model_utilization": base_model_utilization,
    }  # fmt: skip
    recipes, what = {}, ""
    for row in data.RECIPES:
        what = (
            row[0] if row[column] and row[0] and not row[0].startswith("  (") else what
        )  # else a line goes on
        recipes[what] = "\n".join(filter(str.strip, (recipes.get(what, ""), row[column])))
    shares = {}
    for what, code in recipes.items():
        if start and what in FROZEN_ALIKE and what != "everything learns":
            names["m"] = SmallCNN(5)
        exec(code, names)
        shares[what] = base_model_utilization(names["m"])
        if what == "new head":
            assert names["m"](x).shape == (2, 5)
    assert names["z"].shape == (2, 896)
    return shares


def test_the_recipes_run_and_freeze_what_they_say():
    total = sum(p.numel() for p in SmallCNN(5).parameters())
    ours, plain = run(1, start=False), run(2, start=True)
    for what, frozen in FROZEN_ALIKE.items():
        assert ours[what] == plain[what] == pytest.approx(frozen / total), what
