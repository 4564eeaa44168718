"""Every live picture in a real Chromium: nothing written on it is cut, nothing hidden is seen, a finger moves it, also twice as large."""

import access
import pytest
from lab import CHROMIUM
from test_layers_browser import PICTURES as LAYERS
from test_layers_browser import chromium  # noqa: F401
from test_live_browser import PICTURES as SOUNDS
from test_live_browser import opened, words

from course_lib.audio import tone
from course_lib.teaching.widgets.meeting import MeetingPlayer
from course_lib.teaching.widgets.training_live import TrainingLive

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
pytest.importorskip("playwright", reason="playwright is not installed: pip install -e .[test]")

TURNS = {"reference": [(0, 2, "ana"), (2, 4, "ben")], "found": [(0, 2.5, "ana"), (2.5, 3.5, "ben")]}
PICTURES = {**SOUNDS, **LAYERS, "meeting": MeetingPlayer(0.3 * tone(300, seconds=4), TURNS)}
ALONE = TrainingLive(lambda lr, progress: None, runs={"0.01": {"new": [0.1, 0.7]}}, lr=0.01)
WRITTEN = """() => {
  window.courseCut = [];
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
    const { a, b, e } = this.getTransform(), wide = this.measureText(text).width;
    const left = x - ({ center: wide / 2, right: wide, end: wide }[this.textAlign] ?? 0);
    window.courseWritten = true;
    if (b === 0 && (a * left + e < -a || a * (left + wide) + e > this.canvas.width + a)) window.courseCut.push(text);
    return draw.call(this, text, x, y, ...more);
  };
}"""


def touched(chromium, tmp_path, html, width=390):  # noqa: F811
    """A page of a phone with a touch screen, and a function that puts a finger down, moves it and lifts it."""
    page = opened(chromium, tmp_path, html, width=width)
    phone = page.context.new_cdp_session(page)
    phone.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def finger(*points):
        for k, (x, y) in enumerate(points):
            kind = "touchMove" if k else "touchStart"
            phone.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        phone.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    return page, finger


@pytest.mark.parametrize("width", [1000, 390])
@pytest.mark.parametrize("name", PICTURES)
def test_nothing_written_on_a_picture_is_cut(chromium, tmp_path, name, width):  # noqa: F811
    page = opened(chromium, tmp_path, PICTURES[name].html(), width=width)
    page.evaluate(WRITTEN)
    page.evaluate("() => document.body.classList.add('another')")  # everything is drawn anew
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.courseWritten") or name == "meeting"
    assert page.evaluate("() => window.courseCut") == []
    page.close()


def test_what_is_hidden_is_not_seen(chromium, tmp_path):  # noqa: F811
    page = opened(chromium, tmp_path, ALONE.html())
    seen = "() => [...document.querySelectorAll('.live [hidden]')].filter((node) => node.checkVisibility()).length"
    assert page.locator(".live label").first.is_hidden()  # one run is no choice
    assert page.evaluate(seen) == 0
    page.close()


MOVES = {  # the canvas that is touched, and from where to where, as shares of it; None for taps
    "sound": (1, [(0.3, 0.5), (0.8, 0.6)]),
    "map": (1, None),
    "tradeoff": (0, [(0.3, 0.48), (0.8, 0.48)]),
    "pooling": (0, [(0.2, 0.5), (0.7, 0.6)]),
    "convolution": (2, [(0.2, 0.5), (0.2, 0.4)]),
    "layers": (2, None),
    "valley": (0, [(0.3, 0.5), (0.6, 0.4)]),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_finger_moves_it(chromium, tmp_path, name):  # noqa: F811
    number, way = MOVES[name]
    page, finger = touched(chromium, tmp_path, PICTURES[name].html())
    canvas = page.locator(".live canvas").nth(number)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()

    def place(across, down):
        return box["x"] + box["width"] * across, box["y"] + box["height"] * down

    setting = "() => JSON.stringify(document.querySelector('.live').courseSetting)"
    begun = page.evaluate(setting)
    if way:
        (x, y), (u, v) = way
        finger(*(place(x + (u - x) * k / 8, y + (v - y) * k / 8) for k in range(9)))
    else:
        for k in range(16):
            finger(place(0.2 + 0.2 * (k % 4), 0.2 + 0.2 * (k // 4)))
    page.wait_for_function(f"(begun) => ({setting})() !== begun", arg=begun, timeout=20_000)
    assert page.locator(".live [role=alert]").is_hidden() and page.complaints == []
    page.close()


def test_a_finger_moves_a_large_map_and_not_the_page(chromium, tmp_path):  # noqa: F811
    page, finger = touched(chromium, tmp_path, PICTURES["map"].html() + "<p style='height: 3000px'>long</p>")
    canvas = page.locator(".live canvas").nth(1)

    def drawn_up():
        box, before = canvas.bounding_box(), page.evaluate("scrollY")
        x, y = box["x"] + box["width"] / 2, box["y"] + 0.9 * box["height"]
        finger(*((x, y - 25 * k) for k in range(9)))
        page.wait_for_timeout(300)
        return page.evaluate("scrollY") - before

    assert drawn_up() > 0
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("button", name="Zoom in").click()
    assert drawn_up() == 0
    page.close()


def test_a_finger_plays_a_turn(chromium, tmp_path):  # noqa: F811
    page, finger = touched(chromium, tmp_path, PICTURES["meeting"].html())
    box = page.locator(".course-turn").nth(1).bounding_box()
    finger((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    page.wait_for_function("() => document.querySelector('.live-words').textContent.includes('2.0 to 4.0 s')")
    assert words(page) == "reference: ben: 2.0 to 4.0 s"
    page.close()


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_read_twice_as_large(chromium, tmp_path, name):  # noqa: F811
    """200 % of a window of 1280 pixels leaves 640 of the page's own; and letters alone may be twice as large."""
    page = opened(chromium, tmp_path, PICTURES[name].html(), width=640)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert [line for line in access.contrast(page, ".live") if line[0] < access.TEXT] == []
    page.close()
