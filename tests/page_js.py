"""Run the page's own JavaScript in tests: in node where there is one, else in a Chromium."""

import json
import shutil
import subprocess
from pathlib import Path

from lab import CHROMIUM, browser

PAGE = Path(__file__).parents[1] / "course_lib" / "teaching" / "page"
NODE = shutil.which("node")
HERE = NODE or CHROMIUM


def run_js(parts, expression: str, given):
    """The value of `expression`, which may use the functions of page/PART.js and the variable `given`; through JSON."""
    texts = [
        (PAGE / f"{part}.js").read_text(encoding="utf-8").partition("const render = livePicture")[0]
        for part in ([parts] if isinstance(parts, str) else parts)
    ]  # what a module computes stands before what it shows
    source = "\n".join(texts)
    program = f"{source}\nconst given = {json.dumps(given)};\nconst answer = {expression};"
    if NODE:
        written = f"{program}\nprocess.stdout.write(JSON.stringify(answer));"
        done = subprocess.run([NODE, "-"], input=written, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)
    with browser() as chromium:
        return json.loads(
            chromium.new_page().evaluate(f"() => {{ {program}\nreturn JSON.stringify(answer); }}")
        )
