"""A corpus that was fetched is a corpus like any other: lesson 01 runs on it, by name."""

import json

import pytest
from fetch_layouts import page_on
from fetch_server import serving

from course_lib import paths
from course_lib.data.public.fetching import fetch

LESSON = "01_from_sound_to_spectrogram"


def test_a_fetched_corpus_runs_lesson_01_by_name(tmp_path, monkeypatch):
    import jupytext
    import papermill

    jupytext.write(
        jupytext.read(paths.PROJECT / "notebooks" / "source" / f"{LESSON}.py"), tmp_path / "01.ipynb"
    )
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as server:
        folder = fetch(page_on(server, "librispeech"), root=tmp_path / "data", say=lambda text: None)
    with (
        pytest.MonkeyPatch.context() as patch
    ):  # the kernel is a process of its own: it looks where COURSE_DATA says
        patch.setenv("PYTHONPATH", str(paths.PROJECT))
        patch.setenv("COURSE_DATA", str(folder.parent))
        patch.setenv("COURSE_HOME", str(tmp_path / "mine"))
        patch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
        wanted = {"CORPUS": folder.name, "PROFILE": "quick"}
        papermill.execute_notebook(
            tmp_path / "01.ipynb",
            tmp_path / "out.ipynb",
            wanted,
            kernel_name="python3",
            cwd=tmp_path,
            progress_bar=False,
        )
    cells = json.loads((tmp_path / "out.ipynb").read_text())["cells"]
    assert any('CORPUS = "librispeech"' in "".join(cell["source"]) for cell in cells)
    ran = [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"]
    assert len(ran) > 20 and None not in ran
