"""Build the students' and the instructors' notebooks from notebooks/source/NN_name.py, the only place to edit.

Students (notebooks/NN_name.ipynb): exercises open, outputs cleared, no speaker's notes. Instructors
(notebooks/instructor/): solved, with notes, executed on the synthetic corpus. The same source gives the same bytes
of a students' notebook; `--check` compares both with what is stored and exits with 1 on any drift.
"""

import argparse
import hashlib
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from strip_solutions import open_exercises

from course_lib.teaching.syllabus import load_syllabus

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LARGEST_MB = 3.0  # a committed notebook with its outputs
CELL_TIMEOUT_S = 300
GUARD = """\
try:
    import course_lib
except ModuleNotFoundError:
    advice = "this notebook's kernel is not the Python of the course; docs/running.md tells how to choose it"
    raise ModuleNotFoundError(advice) from None

"""  # what a student sees first who opens a lesson with another kernel


GUESS = re.compile(r"^guess\(\s*\"(\d\d\.\w+)\"", re.M)
PROGRESS = """\
from course_lib import lesson_progress

lesson_progress("{lesson}", guesses={guesses})"""


def sources(only=None):
    """The lessons' sources in the order of the syllabus; `only` is a list of lesson numbers such as ["01"]."""
    found = [NOTEBOOKS / "source" / f"{lesson.stem}.py" for lesson in load_syllabus().lessons]
    missing = set(only or []) - {path.name[:2] for path in found}
    if missing:
        raise SystemExit(f"no lesson {', '.join(sorted(missing))} in notebooks/syllabus.yaml")
    return [path for path in found if not only or path.name[:2] in only]


def student_path(source):
    return NOTEBOOKS / f"{source.stem}.ipynb"


def instructor_path(source):
    return NOTEBOOKS / "instructor" / f"{source.stem}.ipynb"


def student(source):
    """The students' notebook: what is tagged `notes` left out, what stands between the solution marks opened.

    Its first code cell, with the imports, begins with GUARD; behind it stands what is done of the lesson.
    """
    cells = [open_exercises(cell) for cell in _cells(source) if "notes" not in _tags(cell)]
    cells = [cell for cell in cells if cell]
    first = next((cell for cell in cells if cell.cell_type == "code"), None)
    if first and "course_lib" in first.source:
        first["source"] = GUARD + first.source
        asked = {id for cell in cells for id in GUESS.findall(cell.source) if cell.cell_type == "code"}
        line = PROGRESS.format(lesson=source.name[:2], guesses=len(asked))
        shown = nbformat.v4.new_code_cell(line, metadata={"slideshow": {"slide_type": "skip"}})
        cells.insert(cells.index(first) + 1, shown)
    return _finish(cells)


def instructor(source):
    """The instructors' notebook, not yet executed: links lead up one folder more, `check-output` gets nbval's own tag."""
    cells = _cells(source)
    for cell in cells:
        if cell.cell_type == "markdown":  # one folder further down than the students' notebook
            cell["source"] = cell.source.replace("](../", "](../../")
        if "notes" in _tags(cell):
            cell.metadata["slideshow"] = {"slide_type": "notes"}
        if "check-output" in _tags(cell):
            cell.metadata["tags"] = [*_tags(cell), "nbval-check-output"]
    return _finish(cells)


def execute(notebook, folder=NOTEBOOKS):
    """Run a notebook from `folder`, on the synthetic corpus, with an empty store of guesses; outputs put in order."""
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory() as own:
        env = {**os.environ, "COURSE_HOME": own, "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"}
        env.pop("COURSE_DATA", None)
        settings = {"timeout": CELL_TIMEOUT_S, "kernel_name": "python3", "record_timing": False}
        client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, **settings)
        client.execute(env=env)
    return tidy(notebook)


def tidy(notebook):
    """Leave in the outputs only what stays true without a kernel: no widget views, no joined-up prints in pieces.

    What a cell tagged `own-machine` said is about the machine that built the notebook, and is left out.
    """
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        outputs = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if WIDGET_VIEW in data and "text/html" not in data:
                continue  # needs a kernel; what stays without one is an output of its own beside it
            data.pop(WIDGET_VIEW, None)
            for holder, key in [(output, "text")] + [(data, key) for key in data if key.startswith("text/")]:
                if key in holder:
                    holder[key] = without_machine(holder[key])
            last = outputs[-1] if outputs else {}
            if output.output_type == "stream" and last.get("name") == output.get("name"):
                last["text"] += output["text"]
            else:
                outputs.append(output)
        if cell.cell_type == "code":
            cell["outputs"] = [] if "own-machine" in _tags(cell) else outputs
    notebook.metadata.update(METADATA)
    notebook.metadata["language_info"] = METADATA["language_info"]
    return notebook


def without_machine(text: str) -> str:
    """The text with this checkout's folder written as `.` and the home folder as `~`."""
    return text.replace(str(ROOT), ".").replace(str(Path.home()), "~")


def text_of(notebook):
    """The notebook as it is stored: sorted keys, sources as lists of lines, a line break at the end."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def drift(source):
    """What differs between the source and the stored notebooks, one line each; empty where nothing does."""
    found = []
    path = student_path(source)
    if not path.is_file():
        found.append(f"{path.name}: missing")
    elif path.read_text(encoding="utf-8") != text_of(student(source)):
        found.append(f"{path.name}: differs from its source")
    path = instructor_path(source)
    if not path.is_file():
        return [*found, f"instructor/{path.name}: missing"]
    stored = nbformat.read(path, as_version=4)
    if _bare(stored) != _bare(instructor(source)):
        found.append(f"instructor/{path.name}: differs from its source")
    for cell in stored.cells:
        if cell.cell_type == "code" and cell.execution_count is None:
            found.append(f"instructor/{path.name}: a cell was not run: {cell.source[:50]!r}")
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            found.append(f"instructor/{path.name}: a cell ends in an error: {cell.source[:50]!r}")
    return found


def build(source, students_only=False):
    """Write the notebooks of one lesson and say how long the run took and how large the result is."""
    from course_lib.paths import atomic_file

    with atomic_file(student_path(source)) as part:
        part.write_text(text_of(student(source)), encoding="utf-8")
    if students_only:
        return f"{source.stem}: students' notebook written"
    started = time.perf_counter()
    text = text_of(execute(instructor(source)))
    seconds, megabytes = time.perf_counter() - started, len(text.encode()) / 1e6
    if megabytes > LARGEST_MB:
        raise SystemExit(
            f"{source.stem}: expected at most {LARGEST_MB} MB of outputs, got {megabytes:.1f} MB"
        )
    with atomic_file(instructor_path(source)) as part:
        part.write_text(text, encoding="utf-8")
    return f"{source.stem}: run in {seconds:.1f} s, {megabytes:.2f} MB"


def make_corpora():
    """Make what the lessons load before they run, so that no stored output tells of the making."""
    from course_lib.data import load
    from course_lib.data.synthetic import MAKERS

    for name in MAKERS:
        load(name)


def _cells(source):
    cells = jupytext.read(source).cells
    for cell in cells:
        if cell.cell_type == "code" and cell.source.startswith("conclude("):  # shown as prose: its text alone
            cell.metadata["jupyter"] = {"source_hidden": True}
            cell.metadata["tags"] = [*_tags(cell), "remove-input"]
    return cells


def _tags(cell):
    return cell.metadata.get("tags", [])


def _finish(cells):
    """A notebook of these cells, without outputs; ids made of the content, so that they stay when others change."""
    notebook, seen = nbformat.v4.new_notebook(metadata=dict(METADATA)), {}
    for cell in cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell["id"] = f"{digest}-{seen[digest]}"
        if cell.cell_type == "code":
            cell["outputs"], cell["execution_count"] = [], None
        notebook.cells.append(cell)
    notebook["nbformat_minor"] = 5
    return notebook


def _bare(notebook):
    """What the source decides: kinds, ids, sources and metadata of the cells."""
    return [(cell.cell_type, cell.id, cell.source, dict(cell.metadata)) for cell in notebook.cells]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NN", help="lesson numbers, such as 00 01")
    parser.add_argument(
        "--check", action="store_true", help="compare with what is stored; exit with 1 on drift"
    )
    parser.add_argument(
        "--students", action="store_true", help="build the students' notebooks alone (runs nothing)"
    )
    given = parser.parse_args(arguments)
    lessons = sources(given.only)
    if given.check:
        found = [line for source in lessons for line in drift(source)]
        print("\n".join(found) or f"{len(lessons)} lessons: the notebooks are what their sources say")
        if found:
            print("rebuild them: make notebooks")
        return 1 if found else 0
    if not given.students:
        make_corpora()
    for source in lessons:
        print(build(source, given.students), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
