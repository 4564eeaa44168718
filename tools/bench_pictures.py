"""What a step of a live picture costs the page, measured in Chromium, beside a step of an explorer in the kernel."""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from bench_frame import Row, budget

from course_lib.audio import SR, tone
from course_lib.cli._check_surroundings import BROWSERS
from course_lib.models import SmallCNN
from course_lib.teaching.widgets.layer_story import LayerStory
from course_lib.teaching.widgets.loss_valley import LossValley
from course_lib.teaching.widgets.sound_map import SoundMap, two_maps
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.tone import ToneExplorer
from course_lib.teaching.widgets.tradeoff import Tradeoff
from course_lib.teaching.widgets.window_story import WindowStory

STEP_MS, STEPS = 16, 60  # a frame of a screen that shows sixty a second
POINT = """async ([canvas, count]) => {
  const node = document.querySelectorAll(".live canvas")[canvas], box = node.getBoundingClientRect();
  for (let k = 0; k < count; k++) {
    const clientX = box.x + 60 + ((box.width - 120) * k) / count, clientY = box.y + box.height * (0.4 + 0.2 * Math.sin(k));
    node.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX, clientY }));
    await new Promise(requestAnimationFrame);
  }
}"""
SLIDE = """async ([name, count]) => {
  const node = [...document.querySelectorAll(".live label")].find((each) => each.textContent.startsWith(name)).querySelector("input");
  const low = Number(node.min), high = Number(node.max);
  for (let k = 0; k < count; k++) {
    node.value = low + ((high - low) * ((7 * k) % count)) / count;
    node.dispatchEvent(new Event("input"));
    await new Promise(requestAnimationFrame);
  }
}"""


def measure_pictures():
    """Milliseconds of the page's main thread a step (script, layout, painting), beside a frame of 16 ms; and an explorer's step in Python alone."""
    explorer = ToneExplorer()
    took = []
    for hertz in range(200, 800, 40):
        begun = time.thread_time()
        explorer.set(frequency=hertz)
        took.append(1000 * (time.thread_time() - begun))
    drawn = statistics.median(took)
    yield Row(None, "an explorer drawn in the kernel (ToneExplorer)", drawn, "ms")
    rng = np.random.default_rng(0)
    voice = 0.3 * tone(300, seconds=4) * (1 + 0.3 * rng.standard_normal(4 * SR)).clip(0, 2).astype("f4")
    X = np.concatenate([rng.normal(size=(20, 32)) + 4 * np.eye(32)[k] for k in range(8)])
    owners = [f"voice {k // 20}" for k in range(160)]
    scores = rng.normal(1, 1, 400), rng.normal(-1, 1, 600)
    sound, window = (
        SoundPicture(voice, label="Four seconds"),
        SoundPicture(voice[:SR], label="One", explore=True),
    )
    points = SoundMap(two_maps(X), X, owners, lambda k: 0.3 * tone(200 + k)[:1600], title="160 points")
    trade = Tradeoff(*scores, title="1,000 trials", names=("yes", "no"), says_yes="yes")
    layers = LayerStory(SmallCNN(16), voice[:SR], owners[::10])
    kernel, valley = (
        WindowStory(voice[:SR], "convolution"),
        LossValley(rng.normal(size=(600, 60)).astype("f4")),
    )
    steps = [
        ("the pointer over a sound of 4 s", sound, POINT, 1),
        ("another window of a spectrogram of 1 s", window, SLIDE, "Window"),
        ("the pointer over 160 points", points, POINT, 1),
        ("the threshold over 1,000 trials", trade, SLIDE, "Threshold"),
        ("the pointer over 1,000 trials", trade, POINT, 0),
        ("a kernel at another place", kernel, SLIDE, "Place, columns"),
        ("another weight of a kernel, all places anew", kernel, SLIDE, "Its value"),
        ("another number of a layer of the small CNN", layers, SLIDE, "Channel"),
        ("another rate on the valley of a loss", valley, SLIDE, "Learning rate"),
    ]
    for what, picture, script, where in steps:
        mean, worst = cost(picture.html(), script, where)
        yield budget(what, mean, STEP_MS, "ms")
        yield Row(drawn / mean, what, mean, "ms", "an explorer drawn in the kernel")
        yield Row(None, f"{what}: the longest handler", worst, "ms")
        yield Row(None, f"{what}: stored in the notebook", len(picture.html()) / 1000, "kB")


def cost(html, script, where) -> tuple[float, float]:
    """(mean ms of the main thread a step, ms of the longest handler by the clock)."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit("no Chromium here: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        file = Path(folder) / "page.html"
        file.write_text(
            f"<!doctype html><html lang='en'><meta charset='utf-8'><body>{html}", encoding="utf-8"
        )
        chromium = play.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport={"width": 1000, "height": 900})
        page.set_default_timeout(180_000)
        page.goto(file.as_uri())
        page.wait_for_selector(".live")
        page.wait_for_timeout(1500)
        page.evaluate(script, [where, STEPS])  # once to warm up
        watch = page.context.new_cdp_session(page)
        watch.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.evaluate(
            "() => Object.assign(document.querySelector('.live').courseCost, { steps: 0, ms: 0, worst: 0 })"
        )
        before = busy(watch)
        page.evaluate(script, [where, STEPS])
        mean = 1000 * (busy(watch) - before) / STEPS
        worst = page.evaluate("() => document.querySelector('.live').courseCost.worst")
        chromium.close()
    return mean, worst


def busy(watch) -> float:
    """Seconds that the page's main thread has worked."""
    return next(
        each["value"]
        for each in watch.send("Performance.getMetrics")["metrics"]
        if each["name"] == "TaskDuration"
    )
