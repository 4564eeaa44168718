"""Every lesson in JupyterLab, in a real Chromium: run from first to last cell, and worked from the keyboard alone."""

import json
import re
import shutil

import access
import pytest
from lab import CHROMIUM, ROOT, OpenNotebook, browser, lab_server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
pytest.importorskip("playwright", reason="playwright is not installed: pip install -e .[test]")

LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
SHOTS = ROOT / "build" / "screenshots"
WAIT_MS = 20_000


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def server(own, tmp_path_factory):
    folder = tmp_path_factory.mktemp("a folder with ö") / "notebooks"
    folder.mkdir()
    for lesson in LESSONS:
        shutil.copy(lesson, folder)
    with lab_server(folder, own) as found:
        yield found


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def lesson(request, server, chromium):
    """One lesson, run from the first cell to the last; the tests of this file share it."""
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(120_000)
    opened = OpenNotebook(page, *server, request.param.name)
    opened.name = request.param.stem
    opened.run_all()
    yield opened
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{opened.name}-last.png")
    page.evaluate("() => window.jupyterapp.commands.execute('kernelmenu:shutdown')")
    page.close()


def shoot(lesson, what):
    SHOTS.mkdir(parents=True, exist_ok=True)
    lesson.page.screenshot(path=SHOTS / f"{lesson.name}-{what}.png")


def outputs(cells):
    return [(cell, output) for cell in cells for output in cell.get("outputs", [])]


def test_all_cells_run_without_an_error(lesson):
    cells = lesson.cells()
    assert all(cell["execution_count"] for cell in cells if cell["cell_type"] == "code")
    errors = [output for _, output in outputs(cells) if output["output_type"] == "error"]
    assert errors == []
    warnings = [output["text"] for _, output in outputs(cells) if output.get("name") == "stderr"]
    assert warnings == []


def test_exercises_are_not_attempted_yet(lesson):
    told = [
        json.dumps(output) for cell, output in outputs(lesson.cells()) if "check(" in "".join(cell["source"])
    ]
    assert len(told) >= 2
    assert all("not attempted yet" in each for each in told)


def test_every_picture_has_alt_text_in_the_page(lesson):
    seen = 0
    for cell in [cell for cell in lesson.cells() if "figure(" in "".join(cell["source"])]:
        for image in lesson.find("".join(cell["source"])).locator("img").all():
            assert len(image.get_attribute("alt")) >= 20
            assert image.evaluate("image => image.naturalWidth") > 100
            seen += 1
    assert seen


def test_every_live_picture_moves_from_the_keyboard(lesson):
    sources = ["".join(cell["source"]) for cell in lesson.cells()]
    named = re.compile(r"^(SoundPicture|SoundMap|Tradeoff)\(", re.M)
    for source in filter(named.search, sources):
        live = lesson.find(source).locator(".live")
        live.wait_for()
        board = live.locator("[role=application]").first
        board.focus()
        steps = live.evaluate("live => live.courseCost.steps")
        lesson.page.keyboard.press("ArrowRight")
        lesson.page.keyboard.press("ArrowLeft")
        assert live.evaluate("live => live.courseCost.steps") > steps
        assert live.locator(".live-words").inner_text() and live.locator("[role=alert]").inner_text() == ""


def test_the_explorer_moves_from_the_keyboard(lesson):
    if not any("Explorer(" in "".join(cell["source"]) for cell in lesson.cells()):
        pytest.skip("what moves in this lesson are live pictures")
    area = lesson.find("Explorer(")
    explorer = area.locator(".course-explorer")
    explorer.wait_for()
    image, words = explorer.locator(".course-figure img"), explorer.locator(".course-figure [role=status]")
    handle = explorer.locator("[role=slider]").first
    handle.wait_for()
    lesson.page.wait_for_function("handle => handle.hasAttribute('aria-label')", arg=handle.element_handle())
    assert len(handle.get_attribute("aria-label")) > 3
    before = (image.get_attribute("src"), image.get_attribute("alt"), words.inner_text())
    shoot(lesson, "explorer-before")
    handle.focus()
    lesson.page.keyboard.press("ArrowLeft")
    lesson.page.wait_for_function(
        "([line, old]) => line.textContent !== old", arg=[words.element_handle(), before[2]], timeout=WAIT_MS
    )
    after = (image.get_attribute("src"), image.get_attribute("alt"), words.inner_text())
    assert all(now != then for now, then in zip(after, before))
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 800
    assert explorer.locator("[role=alert]").inner_text() == ""
    shoot(lesson, "explorer-after")


def test_every_control_is_reached_with_tab_named_and_seen(lesson):
    """Every explorer, question, booth and time line: from the first control with Tab alone, and out again."""
    page = lesson.page
    page.wait_for_function(
        "() => [...document.querySelectorAll('.course-explorer [role=slider]')].every((e) => e.hasAttribute('aria-label'))"
    )
    page.keyboard.press("Shift")  # the keyboard was last used, not the mouse: focus is to be seen
    widgets, walked = page.locator(access.WIDGETS), access.walk(page)
    assert len(walked) == widgets.count() >= 7  # an explorer, a guess, five questions
    for root, steps in walked.items():
        assert [step["what"] for step in steps if not step["name"]] == []
        assert [step["what"] for step in steps if step["ring"] < 2 and "<audio" not in step["what"]] == []
        handles = widgets.nth(root).locator("[role=slider][tabindex], select:enabled").count()
        assert len({step["name"] for step in steps}) >= max(handles, 1)
    shoot(lesson, "focus")


def test_every_explorer_moves_from_the_keyboard(lesson):
    """The others, where a lesson has several; a list opens and changes with the arrow keys as a slider does."""
    for explorer in lesson.page.locator(".course-explorer").all():
        words = explorer.locator(".course-figure [role=status]")
        handle = explorer.locator("[role=slider][tabindex]").first
        before = words.text_content()
        handle.evaluate("handle => handle.focus()")
        at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        lesson.page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
        lesson.page.wait_for_function(
            "([line, old]) => line.textContent !== old", arg=[words.element_handle(), before], timeout=WAIT_MS
        )
        assert explorer.locator("[role=alert]").text_content() == ""


@pytest.mark.skipif(not access.axe_source(), reason="no axe-core here: pip install -e .[test]")
def test_axe_finds_nothing_in_what_the_cells_show(lesson):
    """Left out: menus, side bars and editors, which are JupyterLab's own, and its anchors beside headings."""
    shown = [".jp-OutputArea-output", ".jp-RenderedMarkdown"]
    assert access.violations(lesson.page, shown, [".jp-InternalAnchorLink"]) == []


def test_text_has_contrast_and_nothing_moves_for_those_who_ask(lesson):
    faint = [text for text in access.contrast(lesson.page, ".jp-OutputArea-output") if text[0] < access.TEXT]
    assert faint == []
    lesson.page.emulate_media(reduced_motion="reduce")
    tapped = "() => document.querySelectorAll('.noUi-target').forEach((each) => each.classList.add('noUi-state-tap'))"
    lesson.page.evaluate(tapped)  # what a click on a slider's line does: its handle glides there
    assert access.moving(lesson.page) == []


def test_a_guess_is_locked_in_from_the_keyboard(lesson, own):
    source = next(
        "".join(cell["source"]) for cell in lesson.cells() if "predict" in cell["metadata"].get("tags", [])
    )
    id = re.search(r'"(\d\d\.\w+)"', source).group(1)
    area = lesson.find(source)
    assert "again=True" not in source
    card = area.locator(".course-card")
    card.wait_for()
    card.locator("input").first.focus()
    if card.locator("input[type=radio]").count():
        lesson.page.keyboard.press("Space")
    else:
        lesson.page.keyboard.type("10")
    lesson.page.keyboard.press("Tab")
    assert lesson.page.evaluate("() => document.activeElement.textContent") == "Lock in my guess"
    lesson.page.keyboard.press("Enter")
    feedback = area.locator(".course-feedback")
    lesson.page.wait_for_function(
        "line => line.textContent.startsWith('Locked in')", arg=feedback.element_handle(), timeout=WAIT_MS
    )
    stored = json.loads((own / "my_course" / "predictions.json").read_text(encoding="utf-8"))["entries"]
    assert stored[id]["revealed"] is False
    line = lesson.find("lesson_progress(").locator(".course-progress")  # at the top of the lesson
    line.get_by_text("Done so far: 1 of").wait_for(timeout=WAIT_MS)
    assert line.locator("progress").evaluate("bar => bar.value") >= 1
    shoot(lesson, "predict")


def test_the_quiz_explains_from_the_keyboard(lesson):
    area = lesson.find("quiz(")
    cards = area.locator(".course-card")
    cards.nth(4).wait_for()
    assert cards.count() == 5
    first = area.locator(".course-card").first.locator("input").first
    first.focus()
    lesson.page.keyboard.press("Space")
    feedback = area.locator(".course-feedback").first
    told = feedback.inner_text()
    assert re.match(r"(Right|Not this one)\. \S", told)
    lesson.page.keyboard.press("ArrowDown")
    assert re.match(r"(Right|Not this one)\. \S", feedback.inner_text()) and feedback.inner_text() != told
    area.get_by_text("of 1 answered").wait_for(timeout=WAIT_MS)
    shoot(lesson, "quiz")
    if any('quiz("review' in "".join(cell["source"]) for cell in lesson.cells()):  # a part ends here
        area = lesson.find('quiz("review')
        area.locator(".course-card").nth(5).wait_for()
        area.locator(".course-card").last.locator("input").first.focus()
        lesson.page.keyboard.press("Space")
        area.get_by_text("of 1 answered").wait_for(timeout=WAIT_MS)
        assert re.match(r"(Right|Not this one)\. \S", area.locator(".course-feedback").last.inner_text())
