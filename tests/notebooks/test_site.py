"""The static site: links hold, nothing comes from elsewhere, solutions are folded; in a browser it is found one's way in by keyboard."""

import json
import posixpath
import re
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from lab import CHROMIUM, browser

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import build_notebooks as builder  # noqa: E402
import site_html  # noqa: E402
import static_site as maker  # noqa: E402
from strip_solutions import BEGIN  # noqa: E402

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
    script = (site / maker.INDEX).read_text(encoding="utf-8")
    return json.loads(script.removeprefix("window.COURSE_INDEX = ").rstrip(";\n"))


def test_every_lesson_and_document_has_a_page(pages):
    lessons = {f"{source.stem}.html" for source in builder.sources()}
    assert lessons | {"index.html", "glossary.html", "cheat_sheet.html", "results.html"} <= set(pages)
    listed = [link["href"] for link in pages["index.html"].select(".lessons a")]
    assert listed == sorted(lessons)
    assert all(link.get_text(strip=True) for link in pages["index.html"].select(".lessons .what"))


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
    for name, page in pages.items():
        loaded = [
            tag[key] for key in ("src", "data", "poster", "srcset") for tag in page.find_all(**{key: True})
        ]
        loaded += [tag["href"] for tag in page.find_all("link")]
        for address in loaded:
            assert (site / address).is_file(), f"{name} loads {address}"
        assert not re.search(r"=[\"']data:", str(page)), "a picture or sound was left inside the page"
    for script in site.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert script.name == maker.INDEX or not re.search(
            r"\bfetch\(|XMLHttpRequest|import\(|https?://", text
        )
    assert not re.search(r"@import|url\(", (site / "site.css").read_text(encoding="utf-8"))


def test_pictures_sounds_and_explorers_are_kept(pages):
    for source in builder.sources():
        page = pages[f"{source.stem}.html"]
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
        assert all(len(image.get("alt", "")) >= 20 for image in page.find_all("img")), name


def test_solutions_are_folded_and_speakers_notes_left_out(site, pages):
    for source in builder.sources():
        page, notebook = (
            pages[f"{source.stem}.html"],
            nbformat.read(builder.instructor_path(source), as_version=4),
        )
        text = " ".join(page.get_text().split())
        for cell in notebook.cells:
            tags = cell.metadata.get("tags", [])
            if "notes" in tags:
                said = " ".join(
                    site_html.BeautifulSoup(maker.markdown(cell.source), "html.parser").get_text().split()
                )
                assert said and said[:80] not in text
        solved = [cell for cell in notebook.cells if "solution" in cell.metadata.get("tags", [])]
        folds = page.select("details.solution")
        assert len(folds) == len(solved) and not any(fold.has_attr("open") for fold in folds)
        for cell, fold in zip(solved, folds):
            if BEGIN in cell.source:
                inside = cell.source.split(BEGIN)[1].split("\n")[1].strip()
                assert (
                    inside in fold.get_text()
                    and "# your turn" in fold.find_previous_sibling(class_="code").get_text()
                )
        assert "SOLUTION" not in text and "No guess" not in text
    assert "SOLUTION" not in (site / maker.INDEX).read_text(encoding="utf-8")


def test_headings_are_in_order_and_landmarks_named(pages):
    for name, page in pages.items():
        levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(second - first <= 1 for first, second in zip(levels, levels[1:])), name  # noqa: RUF007
        assert page.find("main") and page.find("header") and page.find("footer") and page.html["lang"] == "en"
        assert page.body.find("a")["href"] == "#main" and page.find("meta", attrs={"name": "viewport"})


def test_previous_and_next_lead_through_the_whole_site(pages):
    name, seen = "index.html", []
    while name:
        seen.append(name)
        link = pages[name].find("a", rel="next")
        assert link is None or pages[link["href"]].find("a", rel="prev")["href"] == name
        name = link["href"] if link else None
    assert sorted(seen) == sorted(pages)


def test_the_index_finds_a_word_where_it_is_explained(index):
    (entry,) = [part for part in index if part["address"] == "glossary.html#catastrophic-forgetting"]
    assert entry["heading"] == "catastrophic forgetting" and "loses the old ones" in entry["text"]
    found = {part["address"].split("#")[0] for part in index if "receptive field" in part["text"]}
    assert "05_convolution_layers.html" in found
    assert len(json.dumps(index)) < 600_000


def test_links_are_led_or_made_plain():
    known = {"notebooks/01_a.ipynb": "01_a.html", "docs/glossary.md": "glossary.html"}
    html = '<a href="../docs/glossary.md#MFCC">m</a> <a href="01_a.ipynb">l</a> <a href="../tools/x.py">x</a> <a href="https://a.org/b">w</a>'
    soup = site_html.fit(html, folder="notebooks", pages=known, files={})
    assert [link["href"] for link in soup.find_all("a")] == [
        "glossary.html#mfcc",
        "01_a.html",
        "https://a.org/b",
    ]
    assert soup.get_text().split() == ["m", "l", "x", "w"]


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
      !node.closest('code, .highlight, math') && parseFloat(getComputedStyle(node).fontSize) < 16).length"""
    for name in pages:
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
        assert page.evaluate(small) == 0, name
    low = "() => [...document.querySelectorAll('button, input, summary, .turn a')].filter((tap) => tap.offsetHeight < 44).length"
    assert page.evaluate(low) == 0


@in_browser
def test_search_works_by_keyboard(page, site):
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("receptive field")
    page.wait_for_selector("#found a")
    assert "found" in page.inner_text("#search-status") or "shown" in page.inner_text("#search-status")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "glossary.html#receptive-field"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#receptive-field")
    page.keyboard.press("/")
    page.keyboard.type("zzzz")
    page.wait_for_selector("#found .none")
    page.keyboard.press("Escape")
    assert page.is_hidden("#found")


@in_browser
def test_light_and_dark_are_chosen_and_kept(page, site):
    page.goto((site / "index.html").as_uri())
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.focus("#theme")
    page.keyboard.press("Enter")
    dark = page.evaluate(ground)
    page.goto((site / "glossary.html").as_uri())
    assert light != dark == page.evaluate(ground)


@in_browser
@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("index", "light"), ("glossary", "light"), ("15_who_spoke_when", "light"),
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
