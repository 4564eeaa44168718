"""What a Modify task asks to find, in a real Chromium without a kernel: every picture reports its setting, and the line is marked."""

import access
import numpy as np
import pytest
from lab import CHROMIUM
from test_layers_browser import PICTURES as LAYERS
from test_layers_browser import chromium  # noqa: F401
from test_live_browser import PICTURES as SOUNDS
from test_live_browser import opened

from course_lib.audio import tone
from course_lib.teaching.widgets.loss_valley import LossValley
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.tradeoff import Tradeoff

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
pytest.importorskip("playwright", reason="playwright is not installed: pip install -e .[test]")

PICTURES = {**SOUNDS, **LAYERS}
FOUND = ".live-goals li[data-found='true']"


def setting(page):
    return page.evaluate("() => [document.querySelector('.live').courseSetting].flat()")


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_reports_what_can_be_sought(chromium, tmp_path, name):  # noqa: F811
    page = opened(chromium, tmp_path, PICTURES[name].html())
    page.wait_for_function("() => document.querySelector('.live').courseSetting")
    for each in setting(page):
        assert each.keys() == set(PICTURES[name].reports)
    page.close()


def trade():
    scores = np.array([2.0, 1.0, 0.4]), np.array([0.6, -1.0, -2.0])
    picture = Tradeoff(*scores, title="Snore or not", names=("snores", "others"), says_yes="a snore")
    return picture.seek("nothing missed", missed=0).seek("no false alarm", false_alarms=0)


@pytest.mark.parametrize("dark", [False, True])
def test_a_goal_is_marked_once_it_is_met_and_stays_so(chromium, tmp_path, dark):  # noqa: F811
    page = opened(chromium, tmp_path, trade().html(), dark=dark)
    lines = page.locator(".live-goals li")
    assert lines.all_inner_texts() == ["○ To find: nothing missed.", "○ To find: no false alarm."]
    assert page.get_attribute(".live-goals", "aria-live") == "polite"
    page.get_by_label("Threshold", exact=True).focus()
    page.keyboard.press("End")
    assert lines.all_inner_texts() == ["○ To find: nothing missed.", "✔ Found: no false alarm."]
    colours = page.evaluate(
        "() => [...document.querySelectorAll('.live-goals li')].map((line) => getComputedStyle(line).color)"
    )
    assert colours[0] != colours[1] and page.locator(FOUND).count() == 1
    page.keyboard.press("Home")
    assert lines.all_inner_texts() == ["✔ Found: nothing missed.", "✔ Found: no false alarm."]
    assert [line for line in access.contrast(page, ".live-goals") if line[0] < access.TEXT] == []
    if access.axe_source():
        assert access.violations(page, [".live"]) == []
    assert page.complaints == []
    page.close()


def test_where_it_begins_nothing_is_found_until_somebody_moves_it(chromium, tmp_path):  # noqa: F811
    picture = SoundPicture(tone(1000), label="A tone", explore=True).seek("a window", window=(64, 4096))
    page = opened(chromium, tmp_path, picture.html())
    assert page.locator(FOUND).count() == 0
    page.get_by_label("Window (samples)").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(FOUND).count() == 1
    page.close()


def test_a_box_is_found_by_the_mouse(chromium, tmp_path):  # noqa: F811
    picture = SoundPicture(tone(1000), label="A tone").seek(
        "a small box", box_s=(0.05, 0.3), box_hz=(50, 4000)
    )
    page = opened(chromium, tmp_path, picture.html())
    box = page.locator(".live canvas").nth(1).bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 900, box["y"] + 200, steps=9)  # small on its way
    page.mouse.up()
    assert page.locator(FOUND).count() == 0
    page.mouse.move(box["x"] + 300, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 450, box["y"] + 200, steps=3)
    page.mouse.up()
    assert page.locator(FOUND).count() == 1
    page.close()


def test_a_goal_that_asks_for_what_is_not_reported_says_so(chromium, tmp_path):  # noqa: F811
    picture = LossValley(np.random.default_rng(0).normal(size=(60, 60)).astype("f4"))
    picture.data = {**picture.data, "goals": [{"what": "x", "bounds": {"colour": [0, 1]}}]}
    page = opened(chromium, tmp_path, picture.html())
    page.get_by_label("Momentum").focus()
    page.keyboard.press("ArrowRight")
    assert "a goal asks for colour; this picture reports rate, momentum" in page.inner_text(
        ".live [role=alert]"
    )
    page.close()
