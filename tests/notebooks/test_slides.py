"""Slides stand in one file, need no network, keep alt text, formulas and notes, and page through in a browser."""

import re
from html import unescape
from pathlib import Path

import access
import build_notebooks as builder
import nbformat
import pytest
import slides as maker
from lab import CHROMIUM, browser

ROOT = Path(__file__).parents[2]

SOURCES = builder.sources()
LOADS = re.compile(r"""(?:src|href)=["'](?!data:|#|https?://[^"']*["'][^>]*>[^<]*</a>)[^"']+["']""")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("slides")


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def deck(request, folder):
    """(the instructors' notebook, the file with its slides)"""
    source = request.param
    assert maker.main(["--only", source.name[:2], "--out", str(folder)]) == 0
    return nbformat.read(builder.instructor_path(source), as_version=4), folder / f"{source.stem}.html"


def of(notebook, kind):
    return [cell for cell in notebook.cells if cell.metadata.get("slideshow", {}).get("slide_type") == kind]


def body(path):
    """The page without its scripts and styles."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.S)


def test_slides_keep_notes_pictures_and_players(deck):
    notebook, path = deck
    page = body(path)
    assert page.count('<aside class="notes">') == len(of(notebook, "notes")) >= 1
    stored = [
        output.data.get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    shown = [alt for html in stored for alt in re.findall(r'<img alt="([^"]+)"', html)]
    plain = unescape(page)  # an apostrophe may be written in two ways
    assert shown and all(f'alt="{unescape(alt)}"' in plain for alt in shown)
    assert page.count("<audio ") == sum(html.count("<audio ") for html in stored)
    assert "SOLUTION" not in page


def test_slides_ask_for_nothing_from_elsewhere(deck):
    assert LOADS.findall(body(deck[1])) == []
    assert not re.search(r"<script[^>]+src=|<link|@import", deck[1].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


def seen_by_axe(page):
    """What axe finds on the slide that is shown; the others are hidden, so it skips them."""
    return access.violations(page, ["section.present:not(.stack)"]) if access.axe_source() else []


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
def test_slides_page_through_in_a_browser(deck, chromium):
    notebook, path = deck
    asked, complaints, faults = [], [], []
    page = chromium.new_page(viewport={"width": 1280, "height": 760}, reduced_motion="reduce")
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    page.wait_for_function("() => window.Reveal && Reveal.isReady()")
    total = page.evaluate("() => Reveal.getTotalSlides()")
    assert total == len(of(notebook, "slide")) + len(of(notebook, "subslide"))
    seen, wide = set(), []
    for step in range(200):
        seen.add(page.evaluate("() => JSON.stringify(Reveal.getIndices())").split(',"f"')[0])
        too_wide_here = "s.scrollWidth > s.clientWidth + 2 || s.getBoundingClientRect().right > innerWidth"
        here = f"() => {{ const s = Reveal.getCurrentSlide(); return [{too_wide_here}, s.innerText.slice(0, 40)]; }}"
        too_wide, text = page.evaluate(here)
        wide += [text] if too_wide else []
        assert text.strip(), "an empty slide"
        last = page.evaluate("() => Reveal.isLastSlide() && !Reveal.availableFragments().next")
        faults += seen_by_axe(page) if step in (0, 6) or last else []
        if last:
            break
        page.keyboard.press("Space")
    assert len(seen) == total and wide == []
    assert faults == []
    page.add_style_tag(
        content=".reveal .slides section { display: block !important; }"
    )  # every slide, not only this
    assert [text for text in access.contrast(page, ".slides") if text[0] < access.TEXT] == []
    assert access.moving(page, ".reveal") == []
    pictures = "() => [...document.images].every((image) => image.naturalWidth > 0 && image.alt.length >= 20)"
    assert page.evaluate(pictures)
    page.evaluate(
        "() => { const at = Reveal.getIndices(document.querySelector('aside.notes').closest('section')); Reveal.slide(at.h, at.v); }"
    )
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    told = popup.value.locator(".speaker-controls-notes .value")
    told.wait_for(timeout=20_000)
    assert of(notebook, "notes")[0].source.split()[0] in told.inner_text()
    popup.value.close()
    page.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:", "blob:"))] == []


def test_formulas_become_mathml():
    html = maker.markdown("A layer: $y = xA^T + b$ and\n\n$$\\frac{1}{N}\\sum_n x_n$$\n\ncosts 5 \\$.")
    assert html.count("<math") == 2 and "<mfrac>" in html and "$y" not in html


def test_a_title_is_escaped():
    notebook = nbformat.v4.new_notebook(metadata=builder.METADATA)
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# A <b> & c", metadata={"slideshow": {"slide_type": "slide"}})
    ]
    assert "<title>A &lt;b&gt; &amp; c</title>" in maker.slides(notebook, maker.title_of(notebook))
