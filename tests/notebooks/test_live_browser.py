"""Live pictures in a real Chromium, without a kernel: they begin, move by mouse and keys, are heard, and say what goes wrong."""

import re

import access
import numpy as np
import pytest
from lab import CHROMIUM, ROOT, browser

from course_lib.audio import SR, tone
from course_lib.features import mel_frequencies, spectrogram
from course_lib.teaching.page.elements import HERE, script
from course_lib.teaching.widgets import sound_map, tradeoff
from course_lib.teaching.widgets.sound_map import SoundMap
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.tradeoff import Tradeoff

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
pytest.importorskip("playwright", reason="playwright is not installed: pip install -e .[test]")

SHOTS = ROOT / "build" / "screenshots"
RNG = np.random.default_rng(0)
VOICE = 0.3 * tone(1000) + 0.1 * tone(3000)
X = np.concatenate([RNG.normal(size=(12, 8)) + 6 * np.eye(8)[k] for k in range(3)])
LABELS = [name for name in ("ana", "ben", "cleo") for _ in range(12)]


def hear(k):
    return 0.3 * tone(200 + 20 * k)[:4000]


def pictures():
    yield "sound", SoundPicture(VOICE, label="Two tones")
    yield "window", SoundPicture(VOICE, label="Two tones, and the window", explore=True)
    places = {"t-SNE": X[:, :2], "PCA": X[:, 2:4]}
    held = [k % 4 == 0 for k in range(36)]
    yield "map", SoundMap(places, X, LABELS, hear, title="Three voices", held=held)
    scores = RNG.normal(1, 1, 40), RNG.normal(-1, 1, 60)
    names = ("snores", "others")
    yield (
        "tradeoff",
        Tradeoff(
            *scores, title="Snore or not", names=names, says_yes="a snore", wave=lambda kind, k: hear(k)
        ),
    )


PICTURES = dict(pictures())


@pytest.fixture(scope="module")
def chromium():
    with browser("--autoplay-policy=user-gesture-required") as found:
        yield found


def opened(chromium, tmp_path, html, *, dark=False, width=1000, still=True):
    """A page that holds `html` alone, and the list of what it complained about."""
    ground = "background: #111; color: #eee" if dark else "background: #fff; color: #111"
    (tmp_path / "page.html").write_text(
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>A page</title><body style='{ground}'><main><h1>Page</h1>{html}</main><button>After</button>",
        encoding="utf-8",
    )
    page = chromium.new_page(
        viewport={"width": width, "height": 900}, reduced_motion="reduce" if still else "no-preference"
    )
    page.set_default_timeout(120_000)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console", lambda line: page.complaints.append(line.text) if line.type in ("error", "warning") else 0
    )
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_function(
        "() => [...document.querySelectorAll('.live canvas')].every((canvas) => canvas.width !== 300)"
    )  # 300 is a canvas that was not drawn yet
    return page


def changed(page, old):
    page.wait_for_function("(old) => document.querySelector('.live-words').textContent !== old", arg=old)


def words(page):
    return page.locator(".live-words").first.inner_text()


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_it_begins_without_a_kernel_and_for_everybody(chromium, tmp_path, name, look):
    width = 390 if look == "phone" else 1000
    page = opened(chromium, tmp_path, PICTURES[name].html(), dark=look == "dark", width=width)
    assert page.locator(".live-first").is_hidden() and page.locator(".live [role=alert]").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_attribute(".live", "data-ground") == ("dark" if look == "dark" else "light")
    assert [line for line in access.contrast(page, ".live") if line[0] < access.TEXT] == []
    if access.axe_source():
        assert access.violations(page, [".live"]) == []
    page.keyboard.press("Shift")
    steps = access.walk(page)[0]
    assert all(step["name"] and step["ring"] >= 2 for step in steps)
    assert any("application" in step["what"] for step in steps)
    assert access.moving(page) == []
    small = page.evaluate(
        "() => [...document.querySelectorAll('.live button, .live select')].filter((b) => b.offsetHeight < 44).length"
    )
    assert small == 0
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"live-{name}-{look}.png", full_page=True)
    assert page.complaints == []
    page.close()


@pytest.mark.parametrize("name", PICTURES)
def test_it_moves_from_the_keyboard_alone(chromium, tmp_path, name):
    page = opened(chromium, tmp_path, PICTURES[name].html())
    page.locator(".live [role=application]").focus()
    begun = words(page)
    page.keyboard.press("ArrowRight")
    changed(page, begun)
    first = words(page)
    for _ in range(3):
        page.keyboard.press("ArrowLeft" if "No point" in first else "ArrowRight")
    changed(page, first)
    assert page.locator(".live [role=alert]").is_hidden()
    assert page.evaluate("() => document.querySelector('.live').courseCost.steps") > 4
    page.close()


def test_what_lies_under_the_pointer_is_said_with_units(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["sound"].html())
    box = page.locator(".live canvas").nth(1).bounding_box()
    y = box["y"] + 52 + (290 - 52 - 24) * (1 - 1000 / 8000)
    page.mouse.move(box["x"] + box["width"] / 2, y)
    said = words(page)
    hertz = re.search(r"At (\d\.\d\d) s, (\d+ Hz|\d\.\d\d kHz).*: (-?\d+) dB, (.+?)\.", said)
    assert abs(float(hertz[1]) - 0.5) < 0.03 and hertz[4] == "among the loudest", said
    assert "first formants" in said or "second formants" in said
    page.close()


def test_a_box_is_heard_alone_and_forgotten(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["sound"].html())
    box = page.locator(".live canvas").nth(1).bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 200, steps=4)
    page.mouse.up()
    button = page.locator(".live-main")
    assert "Stop" in button.inner_text()  # it plays
    page.wait_for_function("() => document.querySelector('.live-main').textContent.includes('Play the box')")
    assert re.search(r"Box: 0\.\d+ to 0\.\d+ s, \d\.\d\d kHz to \d\.\d\d kHz\.", words(page))
    page.locator(".live [role=application]").focus()
    page.keyboard.press("Escape")
    assert button.inner_text() == "▶ Play"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.live-main').textContent.includes('Stop')")
    page.close()


def test_touch_draws_a_box_too(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["sound"].html(), width=390)
    page.evaluate("""() => {
      const canvas = document.querySelectorAll('.live canvas')[1], box = canvas.getBoundingClientRect();
      canvas.setPointerCapture = () => {};
      const send = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind, { pointerId: 5, pointerType: 'touch', bubbles: true, clientX: box.x + x, clientY: box.y + y }));
      send('pointerdown', 100, 120); send('pointermove', 160, 160); send('pointermove', 220, 170); send('pointerup', 220, 170);
    }""")
    assert words(page).startswith("Box: ")
    page.close()


def test_the_window_is_long_or_short(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["window"].html())
    page.get_by_label("Window (samples)").focus()
    begun = words(page)
    page.keyboard.press("ArrowLeft")
    changed(page, begun)
    assert (
        words(page)
        == "Window 128 samples = 8 ms; bins 125 Hz wide; one frame every 8 ms: 65 bins x 126 frames."
    )
    page.get_by_role("button", name="Mel").click()
    page.get_by_label("Hop (samples)").focus()
    begun = words(page)
    page.keyboard.press("ArrowLeft")
    changed(page, begun)
    assert words(page).endswith("one frame every 4 ms: 16 mel bands x 251 frames.")
    page.close()


def test_points_are_named_filtered_and_travel(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["map"].html(), still=False)
    page.locator(".live [role=application]").focus()
    page.keyboard.press("ArrowUp")
    assert re.match(
        r"(ana|ben|cleo)(, test side)?\. Of its 5 nearest (all|\d) (are|is) the same voice", words(page)
    )
    page.get_by_role("button", name="ben").click()
    assert (
        words(page) == "Bright: ben."
        and page.get_attribute("button:has-text('ben')", "aria-pressed") == "true"
    )
    page.locator(".live [role=application]").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
        assert words(page).startswith(("ben", "No point", "Bright"))
    before = page.evaluate("() => document.querySelector('.live').courseCost.steps")
    page.get_by_role("button", name="PCA").click()
    page.wait_for_function(
        "(before) => document.querySelector('.live').courseCost.steps > before + 6", arg=before
    )  # it was drawn on the way
    assert words(page) == "The same points by PCA."
    page.close()


def test_a_sound_that_is_not_stored_needs_a_kernel_and_says_so(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr(sound_map, "MOST", 1)
    picture = SoundMap({"PCA": X[:, :2]}, X, LABELS, hear, title="Three voices")
    page = opened(chromium, tmp_path, picture.html())
    page.locator(".live [role=application]").focus()
    said = ""
    for key in ("ArrowUp", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
        said += words(page)
    assert "its sound is not stored: open the lesson in Jupyter" in said
    page.close()


def test_a_trial_that_is_not_stored_needs_a_kernel_and_says_so(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr(tradeoff, "HEARD", 1)
    given = {"title": "Snore or not", "names": ("snores", "others"), "says_yes": "a snore"}
    picture = Tradeoff([0.9, 0.8, 0.4], [0.6, 0.3], wave=lambda kind, k: hear(k), **given)
    page = opened(chromium, tmp_path, picture.html())
    page.locator(".live [role=application]").focus()
    said = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        said.append(words(page))
    asked = [line.endswith("is not stored: open the lesson in Jupyter to hear it.") for line in said]
    assert sum(asked) >= 2 and not any(
        "Click to hear it" in line for line, lacks in zip(said, asked) if lacks
    )
    page.keyboard.press("Enter")
    assert words(page).count("is not stored") <= 1
    page.close()


def test_the_threshold_is_moved_and_counted(chromium, tmp_path):
    page = opened(chromium, tmp_path, PICTURES["tradeoff"].html())
    page.get_by_label("Threshold", exact=True).focus()
    page.keyboard.press("End")
    assert "40 of 40 missed (100 %), 0 of 60 false alarms (0 %)" in words(page)
    page.keyboard.press("Home")
    assert "0 of 40 missed (0 %), 60 of 60 false alarms (100 %)" in words(page)
    assert page.locator(".live td").all_inner_texts()[1:] == [
        "40 right",
        "0 missed",
        "60 false alarms",
        "0 right",
    ]
    page.get_by_role("button", name="To the cheapest threshold").click()
    cheap = [int(text.split()[0]) for text in page.locator(".live td").all_inner_texts()[1:]]
    page.get_by_label("A miss is as bad as").focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="To the cheapest threshold").click()
    dear = [int(text.split()[0]) for text in page.locator(".live td").all_inner_texts()[1:]]
    assert dear[1] <= cheap[1] and dear[2] > cheap[2]  # fewer misses, more false alarms
    page.close()


def test_what_goes_wrong_is_shown(chromium, tmp_path):
    html = re.sub(r' data-sound="sound"', "", PICTURES["sound"].html())
    page = opened(chromium, tmp_path, html)
    assert "the sound of this picture is missing; run its cell again" in page.inner_text(".live [role=alert]")
    assert page.complaints
    page.close()


@pytest.fixture(scope="module")
def bench(chromium):
    page = chromium.new_page()
    page.add_script_tag(
        content=script("sound", parts=("element", "core")).replace("const ", "var ")
    )  # names of the page
    yield page
    page.close()


def test_the_levels_of_the_page_are_those_of_the_library(bench):
    wave = (VOICE + 0.01 * tone(440)).numpy()
    ours = spectrogram(wave)[:, 4:28].numpy()
    centres = [512 * k / SR for k in range(4, 28)]
    theirs = bench.evaluate(
        "([wave, centres]) => Array.from(levels(Float32Array.from(wave), 16000, 2048, centres))",
        [wave.tolist(), centres],
    )
    theirs = np.array(theirs).reshape(len(centres), 1025).T
    loud = ours > ours.max() - 60
    assert loud.sum() > 50 and np.abs(ours - theirs)[loud].max() < 0.1  # dB


def test_a_band_keeps_what_lies_in_it_and_nothing_else(bench):
    wave = (0.4 * tone(500) + 0.4 * tone(3000)).numpy()
    piece = bench.evaluate(
        "(wave) => Array.from(band(Float32Array.from(wave), 16000, 0.1, 0.9, 300, 1000))", wave.tolist()
    )
    expected = 0.4 * tone(500).numpy()[1600:14400]
    assert len(piece) == 12_800 and np.abs(np.array(piece) - expected)[200:-200].max() < 0.02


def test_the_mel_scale_of_the_page_is_that_of_the_library(bench):
    centres = bench.evaluate(
        "() => Array.from({ length: 64 }, (_, k) => fromMel(((k + 1) / 65) * toMel(8000)))"
    )
    assert np.allclose(centres, mel_frequencies(64), rtol=1e-5)


def test_no_module_asks_the_network():
    for file in HERE.glob("*.js"):
        assert not re.search(r"\bfetch\(|https?://|import\(|^import ", file.read_text("utf-8"), re.M), (
            file.name
        )
