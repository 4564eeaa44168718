"""The static site: links hold, nothing comes from elsewhere, solutions are folded; in a browser it is found one's way in by keyboard."""

import json
import posixpath
import re
from html import unescape
from pathlib import Path

import access
import build_notebooks as builder
import nbformat
import pytest
import static_site as maker
from bs4 import BeautifulSoup
from lab import CHROMIUM, browser
from slides import markdown
from strip_solutions import BEGIN

from course_lib.teaching.syllabus import load_syllabus

ROOT = Path(__file__).parents[2]

pytest.importorskip("myst_nb", reason="the site is made with MyST-NB, which needs Python 3.11")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("with a space") / "sité"  # a browser must find its way there, too
    assert maker.main(["--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {
        path.name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in site.glob("*.html")
    }


@pytest.fixture(scope="module")
def index(site):
    script = (site / "searchindex.js").read_text(encoding="utf-8")
    return json.loads(script.removeprefix("Search.setIndex(").removesuffix(")"))


def text_of(tag):
    return " ".join(tag.get_text().split())


def test_every_lesson_and_document_has_a_page(pages):
    lessons = [f"{source.stem}.html" for source in builder.sources()]
    assert {
        *lessons,
        "index.html",
        "search.html",
        "glossary.html",
        "cheat_sheet.html",
        "results.html",
    } <= set(pages)
    listed = pages["index.html"].select("#the-course section li")
    in_parts = sorted(
        load_syllabus().lessons, key=lambda lesson: (lesson.part, lesson.number)
    )  # the primer is in part 1
    assert [entry.a["href"] for entry in listed] == [f"{lesson.stem}.html" for lesson in in_parts]
    assert all(text_of(entry).split(": ", 1)[1] for entry in listed)
    for page in pages.values():
        links = [link["href"] for link in page.select("nav.bd-links a")]
        assert len(links) == len(pages) - 1  # all but the search; the page itself is "#"


def test_every_link_and_anchor_holds(site, pages):
    anchors = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    for name, page in pages.items():
        assert len(anchors[name]) == len(page.find_all(id=True)), f"an id stands twice in {name}"
        for link in page.find_all("a", href=True):
            target, _, anchor = link["href"].partition("#")
            if "://" in target:
                continue
            assert not target.startswith("/") and (site / (target or name)).is_file(), f"{name}: {link}"
            if anchor:
                assert anchor in anchors[target or name], f"{name}: {link}"


def test_nothing_is_loaded_from_elsewhere(site, pages):
    """Of the pages and style sheets; what scripts ask for is watched in the browser, by the fixture `page`."""
    for name, page in pages.items():
        loaded = [
            tag[key] for key in ("src", "data", "poster", "srcset") for tag in page.find_all(**{key: True})
        ]
        loaded += [tag["href"] for tag in page.find_all("link") if tag["rel"] != ["search"]]
        for address in loaded:
            assert (site / address.split("?")[0]).is_file(), f"{name} loads {address}"
        assert not re.search(r"=[\"']data:", str(page)), "a picture or sound was left inside the page"
    for sheet in site.rglob("*.css"):
        for address in re.findall(r"url\([\"']?([^\"')]+)", sheet.read_text(encoding="utf-8")):
            assert address.startswith("data:") or (sheet.parent / address.split("?")[0]).is_file(), address


def test_pictures_sounds_and_explorers_are_kept(pages):
    for source in builder.sources():
        page = pages[f"{source.stem}.html"].main
        notebook = nbformat.read(builder.instructor_path(source), as_version=4)
        stored = "".join(
            output.data.get("text/html", "")
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if "data" in output
        )
        alts = [unescape(alt) for alt in re.findall(r'<img alt="([^"]+)"', stored)]
        assert [image["alt"] for image in page.find_all("img")] == alts and alts
        assert len(page.find_all("audio", attrs={"aria-label": True})) == stored.count("<audio ")
        assert page.get_text().count("run the cell to move") == stored.count("run the cell to move")
    for name, page in pages.items():
        assert all(len(image.get("alt", "")) >= 20 for image in page.main.find_all("img")), name


def test_solutions_are_folded_and_speakers_notes_left_out(site, pages):
    for source in builder.sources():
        page, notebook = (
            pages[f"{source.stem}.html"],
            nbformat.read(builder.instructor_path(source), as_version=4),
        )
        text = text_of(page)
        for cell in notebook.cells:
            tags = cell.metadata.get("tags", [])
            if "notes" in tags:
                said = text_of(BeautifulSoup(markdown(cell.source), "html.parser"))
                assert said and said[:80] not in text
        solved = [cell for cell in notebook.cells if "solution" in cell.metadata.get("tags", [])]
        folds = page.select(".tag_hide-input > details")
        assert len(folds) == len(solved) and not any(fold.has_attr("open") for fold in folds)
        for cell, fold in zip(solved, folds):
            assert fold.summary.get_text(strip=True).startswith("Solution")
            if BEGIN in cell.source:
                inside = cell.source.split(BEGIN)[1].split("\n")[1].strip()
                exercise = fold.parent.find_previous_sibling(class_="cell")
                assert inside in fold.get_text() and "# your turn" in exercise.get_text()
        assert "SOLUTION" not in text and "No guess" not in text
        assert all(not fold.has_attr("open") for fold in page.select("details.answer"))
    assert "SOLUTION" not in (site / "searchindex.js").read_text(encoding="utf-8")
    assert not list(site.rglob("*.ipynb")), "the notebooks with their notes are no part of the site"


def test_headings_are_in_order_and_landmarks_named(pages):
    for name, page in pages.items():
        levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(second - first <= 1 for first, second in zip(levels, levels[1:])), name  # noqa: RUF007
        assert page.find("main") and page.find("header") and page.find("footer") and page.html["lang"] == "en"
        first = page.body.find("a")["href"]
        assert page.find(id=first.removeprefix("#")) and page.find("meta", attrs={"name": "viewport"})


def test_previous_and_next_lead_through_the_whole_site(pages):
    name, seen = "index.html", []
    while name:
        seen.append(name)
        link = pages[name].find("a", class_="right-next")
        assert link is None or pages[link["href"]].find("a", class_="left-prev")["href"] == name
        name = link["href"] if link else None
    assert sorted([*seen, "search.html"]) == sorted(pages)


def test_the_index_finds_a_word_where_it_is_explained(index):
    pages = dict(enumerate(index["docnames"]))
    (entry,) = index["alltitles"]["catastrophic forgetting"]
    assert (pages[entry[0]], entry[1]) == ("glossary", "catastrophic-forgetting")
    found = index["terms"]["recept"]  # the stem
    assert "06_convolution_layers" in {pages[number] for number in found}
    assert len(json.dumps(index)) < 600_000


def test_links_are_led_or_made_plain():
    known = {"notebooks/01_a.ipynb": "01_a.ipynb", "docs/glossary.md": "glossary.md"}
    text = "[m](../docs/glossary.md#MFCC) ![l](01_a.ipynb) [x](../tools/x.py) [w](https://a.org/b) [y](#here)"
    assert (
        maker.lead(text, "notebooks", known)
        == "[m](glossary.md#mfcc) ![l](01_a.ipynb) x [w](https://a.org/b) [y](#here)"
    )


def test_one_setting_gives_every_lesson_its_launch_buttons(tmp_path, monkeypatch, pages):
    assert not any(page.find("a", href=re.compile("mybinder|colab")) for page in pages.values())
    monkeypatch.setenv("COURSE_REPOSITORY", "https://github.com/somebody/a-fork.git")
    assert maker.main(["--only", "00", "--out", str(tmp_path / "site")]) == 0
    page = BeautifulSoup(
        (tmp_path / "site" / "00_start_here.html").read_text(encoding="utf-8"), "html.parser"
    )
    addresses = {link["href"] for link in page.select("header a, .article-header-buttons a")}
    assert {
        "https://mybinder.org/v2/gh/somebody/a-fork/main?urlpath=lab/tree/notebooks/00_start_here.ipynb",
        "https://colab.research.google.com/github/somebody/a-fork/blob/main/notebooks/00_start_here.ipynb",
    } <= addresses


def test_a_folder_that_is_no_site_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SystemExit, match="holds something that is no site"):
        maker.main(["--only", "00", "--out", str(tmp_path)])
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.fixture(scope="module")
def chromium():
    with browser() as running:
        yield running


@pytest.fixture
def page(chromium):
    """A page as wide as a phone; at the end nothing may have gone wrong in it, and nothing been asked elsewhere."""
    complaints, asked = [], []
    page = chromium.new_page(viewport=PHONE, reduced_motion="reduce")
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()
    assert (
        complaints == [] and [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    )


@in_browser
def test_no_page_scrolls_sideways_and_text_is_large_enough(page, site, pages):
    small = """() => [...document.querySelectorAll('main *, header *, footer *')].filter((node) =>
      [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()) &&
      !node.closest('code, .highlight, math') && parseFloat(getComputedStyle(node).fontSize) < 16)
      .map((node) => node.outerHTML.slice(0, 120))"""
    low = """() => [...document.querySelectorAll('main button, header button, summary, .prev-next-area a')]
      .filter((tap) => tap.checkVisibility() && tap.offsetHeight < 44).map((tap) => tap.outerHTML.slice(0, 120))"""
    for name in pages:
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
        assert page.evaluate(small) == [], name
        assert page.evaluate(low) == [], name


@in_browser
def test_search_works_by_keyboard(page, site):
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Control+k")
    page.wait_for_function("document.activeElement.name === 'q'")
    page.keyboard.type("receptive field")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")
    page.wait_for_function("document.querySelector('.search-summary').textContent.includes('found')")
    addresses = page.eval_on_selector_all(
        "#search-results li a", "(all) => all.map((a) => a.href.split('/').pop())"
    )
    assert any(
        address.startswith("glossary.html") and address.endswith("#receptive-field") for address in addresses
    )
    page.focus("#search-results li a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html*")
    page.goto((site / "search.html").as_uri() + "?q=zzzz")
    page.wait_for_function("document.querySelector('.search-summary')?.textContent.includes('did not match')")


@in_browser
def test_light_and_dark_are_chosen_and_kept(page, site):
    page.goto((site / "index.html").as_uri())
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.focus(".theme-switch-button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".theme-change-button[data-mode=dark]")
    page.focus(".theme-change-button[data-mode=dark]")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-theme=dark]")
    dark = page.evaluate(ground)
    page.goto((site / "glossary.html").as_uri())
    assert light != dark == page.evaluate(ground)


@in_browser
@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("index", "light"), ("glossary", "light"), ("17_who_spoke_when", "light"),
        ("01_from_sound_to_spectrogram", "light"), ("01_from_sound_to_spectrogram", "dark"),
    ],
)  # fmt: skip
def test_axe_finds_nothing(chromium, site, name, scheme):
    axe = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    page = chromium.new_page(
        viewport=PHONE if scheme == "light" else DESK, color_scheme=scheme, reduced_motion="reduce"
    )
    page.goto((site / f"{name}.html").as_uri())
    for fold in page.query_selector_all("main details"):
        fold.evaluate("(node) => { node.open = true; }")
    page.add_script_tag(path=str(Path(axe.__file__).parent / "axe.min.js"))
    found = page.evaluate(
        "async () => (await axe.run({ preload: false })).violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 200))])"
    )
    page.close()
    assert found == []


@in_browser
def test_figures_and_sounds_are_there(page, site):
    page.goto((site / "01_from_sound_to_spectrogram.html").as_uri())
    page.evaluate("document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    page.evaluate("document.querySelector('audio').load()")
    page.evaluate("document.querySelector('audio').preload = 'auto'")
    page.wait_for_function("document.querySelector('audio').duration > 0.5")
    assert posixpath.basename(page.get_attribute("audio >> nth=0", "src")).endswith(".wav")


ALIVE = """() => [...document.querySelectorAll('.course-live')].map((whole) => ({
  first: whole.querySelector('.live-first').hidden, begun: !!whole.querySelector('.live-place > .live'),
  wrong: whole.querySelector('.live [role=alert]')?.textContent ?? 'no picture', ground: whole.querySelector('.live')?.dataset.ground,
}))"""


@in_browser
def test_every_picture_is_alive_on_every_page(page, site, pages):
    seen = 0
    for name in pages:
        page.goto((site / name).as_uri())
        alive = page.evaluate(ALIVE)
        assert all(one == {"first": True, "begun": True, "wrong": "", "ground": "light"} for one in alive), (
            name,
            alive,
        )
        seen += len(alive)
    assert seen >= 2 * len(builder.sources())


@in_browser
def test_a_picture_of_the_site_is_moved_without_a_mouse_and_follows_the_theme(page, site):
    page.goto((site / "09_feature_extraction.html").as_uri())
    whole = page.locator(".live:has([role=application])").last
    board, words = whole.locator("[role=application]"), whole.locator(".live-words")
    board.focus()
    page.keyboard.press("ArrowUp")
    assert "Of its 5 nearest" in words.inner_text()
    steps = "(node) => node.courseCost.steps"
    before = whole.evaluate(steps)
    whole.get_by_role("button", name="PCA").press("Enter")
    page.wait_for_timeout(300)
    assert "The same points by PCA" in words.inner_text()
    assert whole.evaluate(steps) - before < 10  # a reader who wants less motion gets there at once
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("(node) => node.dataset.ground === 'dark'", arg=whole.element_handle())
    ground = "(node) => getComputedStyle(node).backgroundColor"
    assert whole.evaluate(ground) == "rgb(21, 24, 28)"
    assert [line for line in access.contrast(page, ".live") if line[0] < access.TEXT] == []


@in_browser
def test_what_needs_a_kernel_says_so_on_the_site(page, site):
    page.goto((site / "03_the_training_loop.html").as_uri())
    button = page.get_by_role("button", name="Train a run beside it").first
    assert button.is_disabled()
    note = page.locator(f"#{button.get_attribute('aria-describedby')}")
    assert note.inner_text() == "Training needs a kernel: open the lesson in Jupyter."
