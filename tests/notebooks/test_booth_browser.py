"""The voice booth in a real Chromium whose microphone is a file: two voices are enrolled, a third recording recognised."""

import json

import nbformat
import numpy as np
import pytest
from lab import CHROMIUM, ROOT, OpenNotebook, browser, lab_server

from course_lib import audio
from course_lib.data.synthetic.sentences import sentence
from course_lib.data.synthetic.voices import Voice, stream

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
pytest.importorskip("playwright", reason="playwright is not installed: pip install -e .[test]")

SHOTS = ROOT / "build" / "screenshots"
ANA, BEN = Voice(pitch=210, tract=0.95), Voice(pitch=95, tract=1.15)
MEETING = """import torch
from course_lib.teaching.widgets.meeting import MeetingPlayer
turns = [(0.5, 2.0, "ana"), (2.5, 4.0, "ben"), (4.5, 5.0, "ana")]
player = MeetingPlayer(0.1 * torch.sin(torch.arange(96_000) / 20), {"reference": turns, "found": turns[:2]})
player"""
CELL = "from course_lib.teaching.widgets.booth import VoiceBooth\nbooth = VoiceBooth(seconds=5)\nbooth"
WAIT_MS = 30_000


def speaks(path, voice, seed):
    """Put other words of a voice, 12 s, where the microphone's file lies."""
    rng = stream(seed, "booth")
    wave = np.concatenate([voice.say(sentence(rng)) for _ in range(8)])[: 12 * audio.SR]
    audio.write(path, wave * 0.5 / np.abs(wave).max())


@pytest.fixture(scope="module")
def booth(tmp_path_factory):
    folder, own = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("own")
    microphone = own / "microphone.wav"
    speaks(microphone, ANA, 1)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source) for source in (CELL, MEETING)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, folder / "booth.ipynb")
    flags = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}",
    )
    with lab_server(folder, own) as server, browser(*flags) as chromium:
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(WAIT_MS)
        opened = OpenNotebook(page, *server, "booth.ipynb")
        opened.run_all()
        opened.area = opened.find("VoiceBooth").locator(".course-booth")
        opened.area.wait_for()
        opened.microphone, opened.path = microphone, folder / "booth.ipynb"
        yield opened
        page.evaluate("() => window.jupyterapp.commands.execute('kernelmenu:shutdown')")
        page.close()


def says(booth, text):
    """Wait until the line that is read aloud holds `text`."""
    line = booth.area.locator("[role=status]")
    booth.page.wait_for_function(
        "([line, text]) => line.textContent.includes(text)",
        arg=[line.element_handle(), text],
        timeout=WAIT_MS,
    )
    return line.inner_text()


def record_to_enrol(booth, name):
    booth.area.get_by_label("Name of the voice to enrol").fill(name)
    booth.area.get_by_role("button", name="Record 5 s to enrol").click()
    says(booth, "s recorded")


def test_nobody_is_recorded_before_consent(booth):
    assert booth.area.get_by_role("button", name="Record 5 s to enrol").is_disabled()
    assert booth.area.get_by_role("button", name="Speak for 5 s and watch").is_disabled()
    booth.area.locator("input[type=checkbox]").check()
    assert booth.area.get_by_role("button", name="Record 5 s to enrol").is_enabled()


def test_two_voices_are_enrolled_and_the_third_recording_is_recognised(booth):
    record_to_enrol(booth, "Ana")
    assert booth.area.locator("audio").evaluate("player => player.src.startsWith('blob:')")
    booth.area.get_by_role("button", name="Discard").click()
    assert "never left this page" in says(booth, "Discarded")
    record_to_enrol(booth, "Ana")
    booth.area.get_by_role("button", name="Keep").click()
    says(booth, "Ana is known from 5.0 s. Known: Ana.")
    speaks(booth.microphone, BEN, 2)
    record_to_enrol(booth, "Ben")
    booth.area.get_by_role("button", name="Keep").click()
    says(booth, "Known: Ana, Ben.")

    speaks(booth.microphone, ANA, 3)
    booth.area.get_by_role("button", name="Speak for 5 s and watch").click()
    assert "In all: Ana" in says(booth, "In all:")
    answers = booth.area.get_by_label("The answer for each second").locator("li").all_inner_texts()
    assert len(answers) == 5 and sum(answer.startswith("Ana") for answer in answers) >= 3
    rows = booth.area.get_by_label("Who it may be").locator("tr").all_inner_texts()
    assert [row.split("\t")[0].strip() for row in rows] == ["Ana", "Ben", "somebody else"]
    assert booth.area.locator("[role=alert]").inner_text() == ""
    SHOTS.mkdir(parents=True, exist_ok=True)
    booth.page.screenshot(path=SHOTS / "booth.png")


def test_a_stranger_is_somebody_else(booth):
    speaks(booth.microphone, Voice(pitch=150, tract=1.05, accent="en-gb-scotland"), 4)
    booth.area.get_by_role("button", name="Speak for 5 s and watch").click()
    booth.page.wait_for_timeout(1000)
    assert "In all: somebody else" in says(booth, "In all: somebody else")


def test_a_saved_notebook_holds_no_recording(booth):
    booth.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    booth.page.wait_for_timeout(1500)
    first, *others = json.loads(booth.path.read_text(encoding="utf-8"))["cells"]
    assert first["outputs"] and len(json.dumps(first["outputs"])) < 10_000
    pictures = [  # a live picture keeps the sounds that it was given, none from the microphone
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in others
        for output in cell.get("outputs", [])
    ]
    assert all("course-live" in text for text in pictures if "audio/" in text)
    assert not any("VoiceBooth" in text or "Ana" in text for text in pictures)
    stored = json.dumps(first)
    assert "audio/" not in stored and "blob:" not in stored and "Ana" not in stored


def test_a_turn_is_heard_by_click_and_from_the_keyboard(booth):
    area = booth.find("MeetingPlayer").locator(".course-timeline")
    area.wait_for()
    bars, line = area.locator(".course-turn"), area.locator("[role=status]")
    assert bars.count() == 6 + 3  # five turns, one error, and the key of the three kinds
    bars.nth(2).click()
    assert line.inner_text() == "reference: ben: 2.5 to 4.0 s"
    booth.page.wait_for_function(  # it plays: the needle has been where the turn begins, or after it
        "needle => parseFloat(needle.style.left.split('*')[1]) >= 2.5 / 6",
        arg=area.locator(".live-needle").element_handle(),
    )
    bars.first.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):  # ana's second turn; the nearest of ben; heard
        booth.page.keyboard.press(key)
    assert line.inner_text() == "reference: ben: 2.5 to 4.0 s"
    booth.page.keyboard.press("ArrowDown")
    booth.page.keyboard.press("Space")
    assert line.inner_text().startswith("found: ana: 0.5")
    assert [bar.get_attribute("tabindex") for bar in bars.all()].count("0") == 1
    booth.page.screenshot(path=SHOTS / "timeline.png")
