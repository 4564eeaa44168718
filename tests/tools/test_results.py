"""docs/results.md: every section has its tool and every tool its section; the page can be written anew in parts."""

import re
from pathlib import Path

import pytest

from tools import results

PAGE = results.PAGE.read_text(encoding="utf-8")
NAMES = sorted(
    path.stem.removeprefix("results_") for path in Path(results.__file__).parent.glob("results_*.py")
)


def test_every_tool_has_its_section_and_every_section_its_tool():
    assert re.findall(r"<!-- end of (\w+) -->", PAGE) and set(
        re.findall(r"<!-- end of (\w+) -->", PAGE)
    ) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_section_names_its_command(name):
    section = PAGE.split(f"<!-- {name} -->")[1].split(f"<!-- end of {name} -->")[0]
    assert f"`python -m tools.results {name}`" in section
    assert "±" in section and "chance" in section.lower() and "seeds" in section


def test_the_figures_of_the_readme_stand_on_the_page():
    table = (results.ROOT / "README.md").read_text(encoding="utf-8").split("## Results")[1].split("\n\n")[2]
    figures = re.findall(r"\d+\.\d+ ± \d+\.\d+|\d+\.\d+", table)
    assert len(figures) > 20
    assert not [figure for figure in figures if figure not in PAGE]


def test_one_section_is_replaced_and_the_others_stay():
    page = "# R\n\n<!-- a -->\nold\n<!-- end of a -->\n\n<!-- b -->\nkeep\n<!-- end of b -->\n"
    written = results.placed(page, "a", "new \\1")
    assert "old" not in written and "new \\1" in written and "keep" in written
    assert results.placed(written, "a", "new \\1") == written
