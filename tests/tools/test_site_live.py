"""Live pictures on the site: data and module lie in files, nothing stays inside the page, and the picture works from there."""

import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lab import CHROMIUM, browser

from course_lib.audio import tone
from course_lib.teaching.widgets.sound_picture import SoundPicture

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
maker = pytest.importorskip("static_site")


def test_data_and_module_go_to_files_and_the_picture_lives_there(tmp_path):
    media = tmp_path / "media"
    media.mkdir()
    pictures = [SoundPicture(tone(hertz), label=f"{hertz} Hz") for hertz in (300, 900)]
    pages = [maker.without_kernel(picture.html(), media) for picture in pictures]
    assert not any("data:" in page or "Float32Array" in page for page in pages)
    sources = [
        [tag["src"] for tag in BeautifulSoup(page, "html.parser").find_all("script")] for page in pages
    ]
    assert sources[0][1] == sources[1][1] and sources[0][0] != sources[1][0]  # one module, two sounds
    assert len(list(media.glob("*.js"))) == 3 and len(list(media.glob("*.wav"))) == 2
    if CHROMIUM is None:
        return
    (tmp_path / "page.html").write_text(
        "<html lang='en'><meta charset='utf-8'><main>" + "".join(pages), encoding="utf-8"
    )
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 900, "height": 1400})
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((tmp_path / "page.html").as_uri())
        page.wait_for_selector(".live >> nth=1")
        page.locator(".live-main").nth(1).click()
        page.wait_for_function(
            "() => document.querySelectorAll('.live-main')[1].textContent.includes('Stop')"
        )
        assert complaints == [] and page.locator(".live [role=alert]:visible").count() == 0
