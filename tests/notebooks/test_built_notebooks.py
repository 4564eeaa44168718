"""The notebooks are what their sources say, and what the builder does to a source is what it should."""

import copy
import json
import sys
from pathlib import Path

import build_notebooks as builder
import nbformat
import pytest
from strip_solutions import open_exercises, open_source

ROOT = Path(__file__).parents[2]

SOURCES = builder.sources()
SMALL = '''# %% [markdown]
# # 90 · A lesson of the test's own

# %% [markdown] tags=["notes"]
# Only for the speaker.

# %% tags=["check-output"]
print("one")
print("two")

# %% tags=["solution"]
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% tags=["solution"]
### BEGIN SOLUTION
bins, frames = 1025, 32
total: int = bins * frames
### END SOLUTION

# %% tags=["solution"]
print("the worked solution, for the instructor alone")

# %%
double(2)
'''


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_nothing_has_drifted(source):
    assert builder.drift(source) == [], "rebuild with: make notebooks"


def test_no_notebook_without_a_source():
    stems = {path.stem for path in SOURCES}
    stored = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "notebooks" / "instructor").glob("*.ipynb")]
    assert {path.stem for path in stored} == stems


@pytest.fixture
def small(tmp_path, monkeypatch):
    (tmp_path / "source").mkdir()
    (tmp_path / "instructor").mkdir()
    monkeypatch.setattr(builder, "NOTEBOOKS", tmp_path)
    path = tmp_path / "source" / "90_small.py"
    path.write_text(SMALL)
    return path


def test_students_get_open_exercises_and_no_notes(small):
    cells = builder.student(small).cells
    sources = [cell.source for cell in cells]
    assert sources[1] == 'print("one")\nprint("two")'
    assert sources[2] == 'def double(x):\n    """Twice x."""\n    return ...  # your turn'
    assert sources[3] == "bins = ...  # your turn\nframes = ...  # your turn\ntotal = ...  # your turn"
    assert sources[4] == "double(2)"
    assert "speaker" not in json.dumps(cells) and "worked solution" not in json.dumps(cells)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_lesson_in_another_kernel_says_what_to_do(source, monkeypatch):
    """The first code cell of every lesson, where course_lib cannot be imported."""
    first = next(cell for cell in builder.student(source).cells if cell.cell_type == "code")
    monkeypatch.setitem(sys.modules, "course_lib", None)
    with pytest.raises(ModuleNotFoundError, match=r"docs/running\.md") as found:
        exec(compile(first.source, source.stem, "exec"), {})
    assert found.value.__suppress_context__ and (ROOT / "docs" / "running.md").is_file()


def test_instructors_get_everything(small):
    cells = builder.instructor(small).cells
    assert len(cells) == 7
    assert cells[1].metadata["slideshow"] == {"slide_type": "notes"}
    assert "nbval-check-output" in cells[2].metadata["tags"]
    assert "return 2 * x" in cells[3].source


def test_links_lead_to_the_same_page_from_both_notebooks(small):
    small.write_text(SMALL.replace("test's own", "own, [words](../docs/glossary.md) and [all](https://a.b)"))
    first = [make(small).cells[0].source for make in (builder.student, builder.instructor)]
    assert "[words](../docs/glossary.md) and [all](https://a.b)" in first[0]
    assert "[words](../../docs/glossary.md) and [all](https://a.b)" in first[1]  # notebooks/instructor/


def test_the_same_source_gives_the_same_bytes_and_ids_stay(small):
    first = builder.text_of(builder.student(small))
    assert first == builder.text_of(builder.student(small))
    before = {cell.source: cell.id for cell in builder.student(small).cells}
    small.write_text(SMALL.replace("# %%\ndouble(2)", "# %%\ndouble(3)\n\n# %%\ndouble(2)"))
    after = {cell.source: cell.id for cell in builder.student(small).cells}
    assert all(after[source] == id for source, id in before.items()) and len(after) == len(before) + 1


def build_small(small):
    builder.build(small)
    return builder.instructor_path(small)


def test_building_executes_and_drift_sees_every_change(small):
    assert builder.drift(small) == ["90_small.ipynb: missing", "instructor/90_small.ipynb: missing"]
    path = build_small(small)
    assert builder.drift(small) == []
    stored = nbformat.read(path, as_version=4)
    [output] = stored.cells[2].outputs
    assert output.text == "one\ntwo\n"  # one stream, however it came
    assert [cell.execution_count for cell in stored.cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5]
    assert stored.metadata == builder.METADATA  # no versions, no widget state

    small.write_text(SMALL.replace("2 * x", "3 * x"))
    assert builder.drift(small) == ["instructor/90_small.ipynb: differs from its source"]
    small.write_text(SMALL.replace("Twice", "Two times"))
    assert len(builder.drift(small)) == 2
    small.write_text(SMALL)
    unrun = copy.deepcopy(stored)
    unrun.cells[2].execution_count, unrun.cells[2].outputs = None, []
    nbformat.write(unrun, path)
    assert "was not run" in builder.drift(small)[0]
    failed = copy.deepcopy(stored)
    failed.cells[2].outputs = [nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])]
    nbformat.write(failed, path)
    assert "ends in an error" in builder.drift(small)[0]


def test_a_lesson_that_fails_is_not_written(small):
    small.write_text(SMALL.replace("double(2)", "1 / 0"))
    with pytest.raises(Exception, match="ZeroDivisionError"):
        builder.build(small)
    assert not builder.instructor_path(small).exists()


def test_nothing_of_the_reader_gets_into_a_build(small, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "mine"))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "recordings"))
    show = "import os\nfrom course_lib import paths\nprint(paths.own_root(), os.environ.get('COURSE_DATA'))"
    small.write_text(SMALL.replace("double(2)", show))
    [output] = nbformat.read(build_small(small), as_version=4).cells[-1].outputs
    assert "mine" not in output.text and output.text.endswith(" None\n")


def test_paths_of_this_machine_are_taken_out(small):
    small.write_text(SMALL.replace("double(2)", "import course_lib; print(course_lib.__file__)"))
    [output] = nbformat.read(build_small(small), as_version=4).cells[-1].outputs
    assert output.text == "./course_lib/__init__.py\n"


def test_a_notebook_that_grows_too_large_is_refused(small):
    small.write_text(SMALL.replace("double(2)", "print('x' * 4_000_000)"))
    with pytest.raises(SystemExit, match="at most 3"):
        builder.build(small)


@pytest.mark.parametrize(
    "source, says",
    [
        ("### BEGIN SOLUTION\nx = 1", "does not end"),
        ("x = 1\n### END SOLUTION", "did not begin"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "inside a solution"),
        ("### BEGIN SOLUTION\nprint(1)\n### END SOLUTION", "assigns no name"),
    ],
)
def test_marks_that_do_not_match_are_refused(source, says):
    with pytest.raises(ValueError, match=says):
        open_source(source)


def test_marks_without_the_tag_are_refused():
    cell = nbformat.v4.new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION")
    with pytest.raises(ValueError, match="tag solution"):
        open_exercises(cell)


def test_the_command_checks_and_names_unknown_lessons(capsys):
    assert builder.main(["--check", "--only", "00"]) == 0
    assert "1 lessons" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="no lesson 77"):
        builder.main(["--only", "77"])
