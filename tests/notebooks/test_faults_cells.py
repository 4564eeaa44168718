"""Cells run backwards, twice, or after the kernel was restarted in the middle: the kernel lives, and Run All mends it."""

from pathlib import Path

import build_notebooks as builder
import nbformat
import pytest
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]

ALL = builder.sources()
NOT_YET = {
    "NameError",
    "KeyError",
    "ValueError",
}  # names that are not there yet; a table that stayed empty for it


@pytest.fixture
def lesson(request, tmp_path, monkeypatch):
    """A solved lesson with a kernel, its guesses in a place of their own."""
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "mine"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.delenv("COURSE_DATA", raising=False)
    notebook = builder.instructor(request.param)
    client = NotebookClient(
        notebook, timeout=300, allow_errors=True, kernel_name="python3",
        resources={"metadata": {"path": str(builder.NOTEBOOKS)}},
    )  # fmt: skip
    client.name = request.param.name
    client.code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    with client.setup_kernel():
        yield client


def tags(cell):
    return cell.metadata.get("tags", [])


def texts(cell):
    """What a cell printed and gave back, prints joined as they are stored."""
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return [printed, *(output["data"]["text/plain"] for output in cell.outputs if "data" in output)]


def run(client, order):
    """Run these cells; -> the names of the errors that came, and the texts of cells whose output is compared."""
    errors, told = [], {}
    for index in order:
        cell = client.nb.cells[index]
        client.execute_cell(cell, index)
        errors += [output.ename for output in cell.outputs if output.output_type == "error"]
        if "check-output" in tags(cell):
            told[index] = texts(cell)
    return errors, told


def backwards_then_twice(client):
    """-> what the compared cells said the second time."""
    early, _ = run(client, reversed(client.code))
    assert set(early) <= NOT_YET and early, f"backwards: {early}"
    errors, told = run(client, [index for index in client.code for _ in range(2)])
    assert errors == [], f"each cell twice: {errors}"
    return told


def stored(name):
    """What the compared cells of the notebook in the repository say."""
    notebook = nbformat.read(builder.instructor_path(builder.NOTEBOOKS / "source" / name), as_version=4)
    return {index: texts(cell) for index, cell in enumerate(notebook.cells) if "check-output" in tags(cell)}


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("lesson", ALL, indirect=True, ids=lambda path: path.stem)
def test_backwards_twice_and_the_kernel_restarted_in_the_middle(lesson):
    told = backwards_then_twice(lesson)
    run_sync(lesson.km.restart_kernel)(now=True)
    run_sync(lesson.kc.wait_for_ready)(60)
    early, _ = run(lesson, lesson.code[len(lesson.code) // 2 :])
    assert set(early) <= NOT_YET and early[:1] in ([], ["NameError"]), f"restarted in the middle: {early}"
    errors, again = run(lesson, lesson.code)
    assert errors == [] and again == told == stored(lesson.name)
