"""What the pages say is true: links lead somewhere, commands exist, the floors are the tested ones."""

import re
from pathlib import Path

import pytest

from course_lib import cli

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("**/*.md")])


def ids(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for shown, target in re.findall(r"(\[[^\]]*\])\(([^)\s]+)\)", text):
        if "://" not in target and not target.startswith("#"):
            assert (page.parent / target.split("#")[0]).exists(), f"{shown}({target})"
    for name in re.findall(r"\b(?:tools|tests)/[\w/]+\.py\b", text):
        assert (ROOT / name).is_file() or "NAME" in name, name


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_pictures_have_alt_text(page):
    for alt in re.findall(r"!\[([^\]]*)\]\(", page.read_text(encoding="utf-8")):
        assert len(alt) > 20


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=ids)
def test_commands_exist(page):
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = " \n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets
    assert set(re.findall(r"\bcourse ([a-z]+)", code)) <= set(cli.build_parser().verbs)


def test_the_readme_names_both_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make lab" in text and "make test" in text and "docs/images/live_pictures.png" in text


def test_the_architecture_page_draws_the_house_that_stands():
    """tests/test_floors.py reads the table: here, that each of its rooms exists and no room is missing."""
    rows = re.findall(
        r"^\| \d+(?:\.\d+)? \| ([^|]+) \|", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE
    )
    drawn = {name for names in rows for name in re.findall(r"`([^`]+)`", names)}
    for name in drawn - {"data_scripts", "tools", "tests"}:
        place = ROOT / "course_lib" / name.replace(".", "/")
        assert place.is_dir() or place.with_suffix(".py").is_file(), name
    stands = {path.stem for path in (ROOT / "course_lib").iterdir() if path.stem[0] not in "_."}
    assert stands == {name.split(".")[0] for name in drawn} - {"data_scripts", "tools", "tests"}


def test_the_architecture_page_points_at_files_that_exist():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = re.search(r"^## What goes where\n(.*?)(?=^## )", text, re.M | re.S)[1]
    for name in re.findall(r"`((?:course_lib|data_scripts|tests|tools|notebooks)/[\w/.]*)`", table):
        assert (ROOT / name).exists() or "NN" in name, name
    for new in ("lesson", "verb of `course`", "public corpus", "network", "metric", "widget"):
        assert f"\n| {new} |" in table or f"\n| {new}," in table, new


def test_the_picture_names_files_and_functions_that_exist():
    picture = (ROOT / "docs/images/two_ways.svg").read_text(encoding="utf-8")
    steps = re.findall(r">([\w/]+\.py)</text>\n<text [^>]+>([\w.]+)", picture)
    assert len(steps) == 14
    for name, verb in steps:
        text = (ROOT / "course_lib" / name).read_text(encoding="utf-8")
        assert verb == "prints" or re.search(rf"\b{verb.split('.')[-1]}\(", text), f"{name}: {verb}"


def test_the_licences_name_what_they_cover():
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    lessons = (ROOT / "LICENSE-LESSONS").read_text()
    assert "CC BY 4.0" in lessons and "notebooks/ and docs/" in lessons and "GPL-3.0-or-later" in lessons
    assert "GPL-3.0-or-later" in (ROOT / "README.md").read_text()
