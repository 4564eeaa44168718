"""The layer stories and the valley in a real Chromium, without a kernel: moved by mouse and keys, for everybody, at a step's cost."""

import access
import pytest
import torch
from lab import CHROMIUM, ROOT, browser
from test_live_browser import opened, words

from course_lib.audio import SR, tone
from course_lib.models import SmallCNN
from course_lib.teaching.widgets.layer_story import LayerStory
from course_lib.teaching.widgets.loss_valley import LossValley
from course_lib.teaching.widgets.training_live import TrainingLive
from course_lib.teaching.widgets.window_story import WindowStory
from course_lib.transfer import freeze

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
pytest.importorskip("playwright", reason="playwright is not installed: pip install -e .[test]")

SHOTS = ROOT / "build" / "screenshots"
NOISE = torch.randn(SR, generator=torch.Generator().manual_seed(0))
VOICE = 0.3 * tone(1000) + 0.05 * NOISE
DRAG = """([number, from, to]) => {
  const canvas = document.querySelectorAll('.live canvas')[number], box = canvas.getBoundingClientRect();
  canvas.setPointerCapture = () => {};
  const send = (kind, [x, y]) => canvas.dispatchEvent(new PointerEvent(kind, { pointerId: 5, pointerType: 'touch', bubbles: true, clientX: box.x + x, clientY: box.y + y }));
  send('pointerdown', from); send('pointermove', to); send('pointerup', to);
}"""


def pictures():
    torch.manual_seed(0)
    model = SmallCNN(3)
    runs = {"0.001": {"old": [0.9, 0.8, 0.8], "new": [0.1, 0.3, 0.5]}}
    runs |= {
        "0.01": {"old": [0.9, 0.5, 0.2], "new": [0.1, 0.6, 0.7]},
        "0.1": {"old": [0.9, 0.1], "new": [0.1, 0.1]},
    }
    yield "pooling", WindowStory(VOICE)
    yield "convolution", WindowStory(VOICE, "convolution")
    yield "layers", LayerStory(freeze(model, "body"), VOICE, ["ana", "ben", "cleo"], before=model)
    yield "valley", LossValley(torch.randn(300, 60, generator=torch.Generator().manual_seed(0)))
    yield "training", TrainingLive(lambda lr, progress: None, runs=runs, lr=0.01, chance=0.2)
    yield "memories", TrainingLive(runs=runs, step="day", title="Three memories, day by day")


PICTURES = dict(pictures())


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("look", ["dark", "phone"])
def test_it_begins_without_a_kernel_and_for_everybody(chromium, tmp_path, name, look):
    width = 390 if look == "phone" else 1000
    html = PICTURES[name].html() + '<a href="#end">what comes after it</a>'  # for Tab to lead out to
    page = opened(chromium, tmp_path, html, dark=look == "dark", width=width)
    assert page.locator(".live-first").is_hidden() and page.locator(".live [role=alert]").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [line for line in access.contrast(page, ".live") if line[0] < access.TEXT] == []
    if access.axe_source():
        assert access.violations(page, [".live"]) == []
    page.keyboard.press("Shift")
    steps = access.walk(page)[0]
    assert all(step["name"] and step["ring"] >= 2 for step in steps if "<summary" not in step["what"])
    assert access.moving(page) == []
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"live-{name}-{look}.png", full_page=True)
    assert page.complaints == []
    page.close()
    page.close()


@pytest.mark.parametrize("name", PICTURES)
def test_every_slider_moves_it_from_the_keyboard(chromium, tmp_path, name):
    page = opened(chromium, tmp_path, PICTURES[name].html())
    sliders = page.locator(".live input[type=range]:enabled:visible")
    assert sliders.count() >= 1
    for slider in sliders.all():
        before = words(page)
        slider.focus()
        end = slider.evaluate("slider => slider.value === slider.max")
        page.keyboard.press("ArrowLeft" if end else "ArrowRight")
        assert words(page) != before, slider.get_attribute("aria-valuetext")
    assert page.locator(".live [role=alert]").is_hidden() and page.complaints == []
    page.close()


def test_a_window_and_a_weight_are_dragged(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["convolution"].html())
    before = words(page)
    page.evaluate(DRAG, [0, [200, 120], [300, 160]])
    assert words(page) != before and page.get_attribute("button[aria-pressed]", "aria-pressed") == "false"
    before = words(page)
    page.evaluate(DRAG, [2, [400, 100], [400, 30]])
    assert words(page) != before and page.locator(".live [role=alert]").is_hidden()
    page.close()


def test_a_covered_sound_gets_another_answer(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["layers"].html())
    page.evaluate(DRAG, [7, [20, 40], [420, 220]])
    assert "Partly covered, the network says" in words(page)
    page.get_by_role("combobox", name="Cover").select_option("nothing")
    assert "Partly covered" not in words(page)
    page.get_by_role("combobox", name="Layer").select_option("4")
    assert words(page).startswith("body.pool, channel") and "the largest of 4 numbers" in words(page)
    assert "frozen" in page.inner_text(".live-layer[data-fate=frozen]")
    page.close()


def test_training_says_that_it_needs_a_kernel_and_plays_again(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["training"].html())
    assert page.locator(".live-main").is_disabled() and "Training needs a kernel" in page.inner_text(".live")
    page.get_by_role("combobox", name="Run B").select_option("1")
    assert "rate 0.01: old 20 % right, new 70 % right" in words(page)
    page.get_by_role("button", name="Play it again").click()
    assert "rate 0.01: old 20 % right" in words(page)  # less motion: at its end at once
    page.close()


def test_measured_runs_are_compared_without_anything_to_train(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["memories"].html())
    assert page.get_by_role("button").all_inner_texts() == ["Play it again", "After"]
    assert page.locator(".live canvas").count() == 1 and "loss" not in page.locator(".live").inner_text()
    assert page.locator(".live th").all_inner_texts() == ["run", "days", "right, old", "right, new"]
    page.get_by_label("Run A").select_option(label="0.01")
    assert page.locator(".live td").all_inner_texts()[:4] == ["A: 0.01", "2", "20 %", "70 %"]
    assert page.complaints == []
    page.close()
