"""Training drawn while it runs, in JupyterLab with a kernel: a second run is begun on the page, stopped, changed, gone on with."""

import access
import nbformat
import pytest
from lab import CHROMIUM, ROOT, OpenNotebook, browser, lab_server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")
pytest.importorskip("playwright", reason="playwright is not installed: pip install -e .[test]")

SHOTS = ROOT / "build" / "screenshots"
TRAIN = """import time
import torch
from torch import nn
from torch.nn import functional as F
from course_lib.teaching.widgets.training_live import TrainingLive
from course_lib.training import fit
X = torch.randn(400, 20, generator=torch.Generator().manual_seed(0))
y = (X[:, 0] + X[:, 1] > 0).long()

def slowly(outputs, y):
    time.sleep(0.05)  # so that there is time to press a button, on a busy machine too
    return F.cross_entropy(outputs, y)

def train(lr, progress):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 2))
    how = {"epochs": 8, "lr": lr, "batch_size": 16, "patience": None, "loss": slowly}
    return model, fit(model, (X[:300], y[:300]), (X[300:], y[300:]), progress=progress, **how)

live = TrainingLive(train, lr=0.001, chance=0.5, title="Two halves")
live.seek("a second run at another rate, to its end", lowered=(2, None), done="yes")
model, history = live.run()"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder, own = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("own")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [
        nbformat.v4.new_code_cell(source) for source in (TRAIN, "drawn = torch.rand(1)", "print(live.found)")
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "training.ipynb")
    with lab_server(folder, own) as server, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(120_000)
        opened = OpenNotebook(page, *server, "training.ipynb")
        opened.run_all()
        yield opened
        page.evaluate("() => window.jupyterapp.commands.execute('kernelmenu:shutdown')")
        page.close()


def test_the_widget_shows_the_run_and_its_stored_copy_hides(lab):
    live = lab.find("TrainingLive").locator(".live:visible")
    live.first.wait_for()
    lab.page.wait_for_function("() => document.querySelectorAll('.live td').length >= 7")
    assert live.count() == 1 and live.get_attribute("data-training") == "live"
    assert "kept: epoch" in live.locator(".live-words").inner_text()
    assert live.locator(".live-goals li").inner_text().startswith("○ To find: a second run")


def test_tab_reaches_the_widget_and_not_its_stored_copy(lab):
    lab.page.keyboard.press("Shift")
    widgets, walked = lab.page.locator(access.WIDGETS), access.walk(lab.page)
    assert lab.page.locator(".live").count() == 2 and widgets.count() == len(walked) == 1
    names = [step["name"] for step in walked[0]]
    assert {"Learning rate", "Train a run beside it"} <= set(names) and all(names)


def test_a_run_is_stopped_changed_and_goes_on(lab):
    live = lab.find("TrainingLive").locator(".live:visible")
    go = live.locator(".live-main")
    go.focus()
    lab.page.keyboard.press("Enter")
    live.get_by_role("button", name="Stop").wait_for()
    lab.page.keyboard.press("Enter")
    live.get_by_role("button", name="Go on").wait_for()
    held = live.locator(".live-words").inner_text()
    assert "stopped" in held and "Run B" in held
    live.get_by_label("Learning rate").focus()
    lab.page.keyboard.press("ArrowRight")
    live.locator("td", has_text="→ 0.003").wait_for()
    go.focus()
    lab.page.keyboard.press("Enter")
    live.locator("tr", has_text="B: ").locator("td", has_text="as planned").wait_for()
    assert live.locator("[role=alert]").inner_text() == ""
    assert live.locator(".live-goals li").inner_text().startswith("✔ Found: a second run")
    assert live.locator("tr", has_text="B: ").locator("td").nth(1).inner_text() == "8"
    SHOTS.mkdir(parents=True, exist_ok=True)
    live.screenshot(path=SHOTS / "training-live.png")


def test_a_run_is_ended_on_the_way(lab):
    live = lab.find("TrainingLive").locator(".live:visible")
    live.locator(".live-main").click()
    live.get_by_role("button", name="Stop").wait_for()
    live.get_by_role("button", name="End here, keep the best").click()
    live.locator("td", has_text="interrupted").wait_for()
    assert (
        live.locator("tr").count() == 3
    )  # the first run stays; the new one has taken the place of the second


def test_what_was_found_is_known_to_the_kernel(lab):
    lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex = 2")
    lab.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    lab.page.wait_for_function(
        "() => document.querySelector('.jp-Cell[data-windowed-list-index=\"2\"] .jp-OutputArea')?.textContent.includes('to its end')"
    )
