"""The page's modules as TypeScript's compiler reads them, and what they may not do: ask for a library or an address."""

import re
import shutil
import subprocess

import pytest
from lab import ROOT

from course_lib.teaching.page.elements import HERE

TSC = shutil.which("tsc") or shutil.which("tsc", path=ROOT / "node_modules" / ".bin")
HOW = [
    "--noEmit",
    "--allowJs",
    "--checkJs",
    "--strict",
    "false",
    "--target",
    "es2022",
    "--lib",
    "es2023,dom,dom.iterable",
]
MODULES = sorted(HERE.glob("*.js"))
needs_tsc = pytest.mark.skipif(TSC is None, reason="no TypeScript here: npm install --global typescript")


def complaints(paths):
    return subprocess.run([TSC, *HOW, *map(str, paths)], capture_output=True, text=True).stdout


@needs_tsc
def test_the_compiler_finds_no_fault():
    assert len(MODULES) >= 10 and complaints(MODULES) == ""


@needs_tsc
def test_the_compiler_sees_a_name_that_is_nowhere(tmp_path):
    text = (HERE / "timeline.js").read_text(encoding="utf-8").replace("livePicture(", "livePictures(")
    (tmp_path / "broken.js").write_text(text, encoding="utf-8")
    parts = [HERE / f"{name}.js" for name in ("element", "core", "sound")]
    assert "Cannot find name 'livePictures'" in complaints([*parts, tmp_path / "broken.js"])


def test_the_modules_ask_for_no_library_and_no_address():
    """No library is vendored: what draws and plays is the page's own, and works where nothing can be fetched."""
    asks = re.compile(
        r"\bimport\b\s*[\w{*(\"']|\brequire\(|\bfetch\(|XMLHttpRequest|https?://(?!www\.w3\.org/)"
    )
    found = [
        f"{path.name}: {line.strip()}"
        for path in MODULES
        for line in path.read_text(encoding="utf-8").splitlines()
        if asks.search(line)
    ]
    assert found == []
    assert asks.search('import { scale } from "d3-scale";') and asks.search('fetch("data.json")')
