"""JupyterLab on this machine and a real Chromium in it, for tests/notebooks/test_browser.py. No other address is reached."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from course_lib.cli._check_surroundings import BROWSERS

ROOT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_NEWS = {"@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}


@contextmanager
def lab_server(folder: Path, own: Path, settings=None):
    """Serve `folder` in JupyterLab with `settings` of its own ({plugin: values}); yields (address, token)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, stored = secrets.token_hex(16), own / "settings"
    for plugin, values in {**NO_NEWS, **(settings or {})}.items():
        file = stored / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "COURSE_HOME": str(own / "my_course"),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(stored),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ip=127.0.0.1",
    ]
    options = [
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
        "--expose-app-in-browser",
    ]
    with open(own / "lab.log", "w") as log:
        server = subprocess.Popen(
            [*command, *options, "--ServerApp.port_retries=0"], env=env, stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/api/status?token={token}", server, own / "lab.log")
        yield address, token
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(address, server, log, patience_s=90):
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended: {log.read_text()[-2000:]}")
        try:
            with direct.open(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not answer in {patience_s} s: {log.read_text()[-2000:]}")


@contextmanager
def browser(*flags):
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield chromium
        chromium.close()


class OpenNotebook:
    """One notebook in one page of JupyterLab: run it, read its cells, go to a cell."""

    PANEL = "window.jupyterapp.shell.currentWidget"

    def __init__(self, page, address, token, name):
        self.page = page
        page.goto(f"{address}/lab/tree/{name}?token={token}&reset")
        page.wait_for_selector(".jp-Notebook", timeout=60_000)
        page.wait_for_function(
            f"() => {self.PANEL}?.sessionContext?.session?.kernel?.status === 'idle'", timeout=90_000
        )

    def run_all(self):
        """Run every cell and wait until the kernel has nothing left to do."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(
            f"""() => {{
              const panel = {self.PANEL};
              const code = panel.content.model.sharedModel.toJSON().cells.filter((cell) => cell.cell_type === 'code');
              const failed = code.some((cell) => cell.outputs.some((output) => output.output_type === 'error'));
              const done = failed || code.every((cell) => cell.execution_count !== null);
              return done && panel.sessionContext.session.kernel.status === 'idle';
            }}""",
            polling=200,
        )

    def cells(self) -> list[dict]:
        """The cells as they are now, with their outputs."""
        return self.page.evaluate(f"() => {self.PANEL}.content.model.sharedModel.toJSON().cells")

    def find(self, text: str):
        """The first code cell whose source holds `text`, scrolled into view; the locator of its outputs."""
        index = next(
            number
            for number, cell in enumerate(self.cells())
            if cell["cell_type"] == "code" and text in "".join(cell["source"])
        )
        self.page.evaluate(
            f"async (index) => {{ await {self.PANEL}.content.scrollToItem(index, 'center'); }}", index
        )
        outputs = self.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"] .jp-OutputArea')
        outputs.first.scroll_into_view_if_needed()
        return outputs.first
