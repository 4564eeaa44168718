"""Every solved notebook under nbval: it runs without an error and repeats its marked outputs exactly.

Students' notebooks store no outputs to repeat; they are run in the browser, or without one by tests/notebooks/test_contract.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SOLVED = sorted((NOTEBOOKS / "instructor").glob("*.ipynb"))
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def nbval(path, tmp_path):
    """nbval's verdict on one notebook, in a process of its own; strict where a cell is tagged nbval-check-output."""
    env = {**os.environ, "COURSE_HOME": str(tmp_path / "mine"), "PYTHONPATH": str(NOTEBOOKS.parent)}
    env.pop("COURSE_DATA", None)  # the stored outputs are those of the synthetic corpus
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-current-env",
        "--nbval-cell-timeout=300",
    ]
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
        "--override-ini=addopts=",
        str(path),
    ]
    return subprocess.run([*command, *options], env=env, cwd=NOTEBOOKS, capture_output=True, text=True)


@pytest.mark.parametrize("path", SOLVED, ids=lambda path: path.stem)
def test_notebook(path, tmp_path):
    run = nbval(path, tmp_path)
    assert run.returncode == 0, run.stdout[-4000:]
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert f"{len(cells)} passed" in run.stdout


def test_a_changed_output_is_seen(tmp_path):
    cell = nbformat.v4.new_code_cell(
        "print(1 + 1)", execution_count=1, metadata={"tags": ["nbval-check-output"]}
    )
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="3\n")]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, tmp_path / "wrong.ipynb")
    run = nbval(tmp_path / "wrong.ipynb", tmp_path)
    assert run.returncode == 1 and "1 failed" in run.stdout
