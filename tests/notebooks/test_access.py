"""No lesson needs ears or eyes: the table of docs/access.md is whole, and no sound stands without a picture or words."""

import re

import access
import nbformat
import numpy as np
import pytest
from lab import CHROMIUM, ROOT, browser

from course_lib.cli import _report
from course_lib.teaching.plots.player import Sound

SOURCES = sorted((ROOT / "notebooks" / "source").glob("[0-9][0-9]_*.py"))
ROWS = dict(
    re.findall(r"^\| (\d\d) \| (.+) \|$", (ROOT / "docs" / "access.md").read_text(encoding="utf-8"), re.M)
)
SEEN = re.compile(
    r"\b(figure|print|reveal|check|\w+Explorer|\w+Story|LossValley|SoundMap|Tradeoff|MeetingPlayer|VoiceBooth)\("
)


def sections(source):
    """(heading, code) of every section of a lesson's source; the cells before the first heading are one too."""
    found = [["", ""]]
    for cell in re.split(r"^# %%", source.read_text(encoding="utf-8"), flags=re.M)[1:]:
        is_text = cell.startswith(" [markdown]")
        heading = re.search(r"^# ## (.+)", cell, re.M) if is_text else None
        if heading:
            found.append([heading[1], ""])
        elif not is_text:
            found[-1][1] += cell
    return found


def test_every_lesson_has_its_row():
    assert list(ROWS) == [source.name[:2] for source in SOURCES]
    for row in ROWS.values():
        heard, seen = row.split(" | ")
        assert min(len(heard), len(seen)) > 40


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_sound_stands_alone(source):
    """Beside a player: its own folded picture and words; and somewhere in its section or the next, more than that."""
    parts = sections(source)
    assert any("listen(" in code or "SoundPicture(" in code for _, code in parts)
    for (heading, code), (_, after) in zip(parts, [*parts[1:], ["", ""]]):
        if "listen(" in code:
            assert SEEN.search(code) or SEEN.search(after), f"a sound without a picture or words: {heading}"


def test_what_a_player_adds_says_what_is_heard():
    page = Sound(np.sin(np.arange(16_000) * 2 * np.pi * 500 / 16_000), label="A tone").html
    assert (
        page.index("<audio ")
        < page.index("<details>")
        < page.index("500 Hz is strongest")
        < page.index("</figure>")
    )


@pytest.mark.skipif(CHROMIUM is None or not access.axe_source(), reason="no Chromium or no axe-core here")
def test_axe_finds_nothing_on_the_page_that_a_run_leaves(tmp_path):
    about = _report.describe(
        {"corpus": "synthetic", "profile": "quick", "seed": 0, "version": "instructors'"}
    )
    lesson = {"name": "00_start_here", "passed": True, "seconds": 61.0, "megabytes": 400, "error": ""}
    failed = {**lesson, "name": "01", "passed": False, "error": "KeyError: 'a' <b>"}
    _report.write(tmp_path, about, [lesson, failed])
    player = nbformat.v4.new_output(
        "display_data", {"text/html": Sound([0.5, 0.1], label="Two samples").html}
    )
    (tmp_path / "player.html").write_text(
        f"<html lang='en'><title>A player</title><main><h1>A player</h1>{player.data['text/html']}</main></html>"
    )
    with browser() as chromium:
        for name in ("index.html", "player.html"):
            page = chromium.new_page()
            page.goto((tmp_path / name).as_uri())
            page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
            assert access.violations(page, ["html"]) == []
            assert [text for text in access.contrast(page, "body") if text[0] < access.TEXT] == []
