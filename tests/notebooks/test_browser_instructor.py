"""The instructors' versions in JupyterLab's dark theme, opened and not run: what is stored in them is enough to read."""

import shutil

import access
import pytest
from lab import CHROMIUM, ROOT, browser, lab_server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
pytest.importorskip("playwright", reason="playwright is not installed: pip install -e .[test]")

VERSIONS = sorted((ROOT / "notebooks" / "instructor").glob("*.ipynb"))
SETTINGS = {
    "@jupyterlab/apputils-extension/themes": {"theme": "JupyterLab Dark"},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},  # every cell is in the page
}
OPEN = """async (path) => {
  const kernelPreference = { shouldStart: false, canStart: false, autoStartDefault: false };
  const panel = await window.jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook", kernelPreference });
  await panel.revealed;
}"""
PANEL = "window.jupyterapp.shell.currentWidget"
STORED = f"() => {PANEL}.content.model.sharedModel.toJSON().cells.flatMap((cell) => cell.outputs ?? [])"
SHOWN = ".jp-OutputArea-output"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder, own = tmp_path_factory.mktemp("instructor"), tmp_path_factory.mktemp("own")
    for version in VERSIONS:
        shutil.copy(version, folder)
    with lab_server(folder, own, SETTINGS) as (address, token), browser() as chromium:
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60_000)
        page.goto(f"{address}/lab?token={token}&reset")
        page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
        page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
        yield page


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda path: path.stem)
def opened(request, page):
    """(the page with the notebook in it, its stored outputs)"""
    page.evaluate(OPEN, request.param.name)
    outputs = page.evaluate(STORED)
    page.wait_for_function(
        "([shown, count]) => document.querySelectorAll(shown).length >= count", arg=[SHOWN, len(outputs)]
    )
    yield page, outputs
    page.evaluate(f"() => {PANEL}.dispose()")


def test_it_opens_without_a_kernel_and_without_an_error(opened):
    page, outputs = opened
    assert page.evaluate(f"() => {PANEL}.sessionContext.session") is None
    assert outputs and "error" not in {output["output_type"] for output in outputs}
    assert page.locator(f"{SHOWN} .jp-RenderedText[data-mime-type*='error']").count() == 0


def test_pictures_have_alt_text_and_players_names(opened):
    page, outputs = opened
    html = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    pictures, players = page.locator(f"{SHOWN} img"), page.locator(f"{SHOWN} audio")
    assert [pictures.count(), players.count()] == [html.count("<img "), html.count("<audio ")]
    assert html.count("<img ") or html.count("<audio ")
    assert all(len(image.get_attribute("alt") or "") >= 20 for image in pictures.all())
    captions = page.locator(f"{SHOWN} figure:has(audio) figcaption").all_text_contents()
    assert len(captions) == players.count() and all(len(caption) > 3 for caption in captions)
    # aria-label is not asked for: JupyterLab takes it away from a notebook that was not run on this machine


@pytest.mark.skipif(not access.axe_source(), reason="no axe-core here: pip install -e .[test]")
def test_axe_finds_nothing_and_text_is_seen_on_dark(opened):
    page, _ = opened
    areas = [SHOWN, ".jp-RenderedMarkdown"]
    assert access.violations(page, areas, [".jp-InternalAnchorLink"]) == []
    assert [text for text in access.contrast(page, ", ".join(areas)) if text[0] < access.TEXT] == []
