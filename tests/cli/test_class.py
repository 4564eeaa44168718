"""`course class build`: no solution is handed out, nbgrader's marks keep its schema, nothing of yours is replaced."""

import json
import re

import pytest

from course_lib import cli, paths
from course_lib.cli import _nbgrader
from course_lib.errors import CourseError

BLOCK = re.compile(rf"{_nbgrader.BEGIN}\n(.*?)\n *{_nbgrader.END}", re.S)
IDS = re.compile(r"^[a-zA-Z0-9_\-]+$")  # what nbgrader accepts as grade_id


def notebook(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def text(cell):
    return "".join(cell["source"])


def solutions():
    """The solved blocks of every lesson, by the name of its notebook."""
    folder = paths.home() / "notebooks" / "instructor"
    return {path.name: BLOCK.findall("\n".join(map(text, notebook(path)))) for path in folder.glob("*.ipynb")}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("class") / "two words é"
    assert cli.main(["class", "build", "--out", str(out), "--nbgrader"]) == 0
    return out


def test_the_hand_out_has_every_lesson_and_no_solution(built):
    for name, blocks in solutions().items():
        cells = notebook(built / "handout" / "notebooks" / name)
        code = "\n".join(text(cell) for cell in cells if cell["cell_type"] == "code")
        assert len(blocks) >= 2 and not [block for block in blocks if block in code]
        assert "SOLUTION" not in json.dumps(cells)
        assert not any("notes" in cell["metadata"].get("tags", []) for cell in cells)
    assert not list((built / "handout").rglob("instructor")) and not list((built / "handout").rglob("source"))


def test_the_hand_out_is_a_course_of_its_own(built):
    hand_out = built / "handout"
    for name in ("Makefile", "constraints.txt", "tools/environment.py", "course_lib/cli/__init__.py"):
        assert (hand_out / name).read_bytes() == (paths.home() / name).read_bytes()
    assert not list(hand_out.rglob("__pycache__"))
    assert (hand_out / "notebooks" / "syllabus.yaml").is_file()  # `course progress` reads its plan there
    for path in (hand_out / "notebooks").glob("*.ipynb"):
        prose = "\n".join(text(cell) for cell in notebook(path) if cell["cell_type"] == "markdown")
        for link in re.findall(r"\]\(([\w./]+\.(?:md|png|pdf|ipynb))\)", prose):
            assert (path.parent / link).exists(), link
    links = re.findall(r"\]\(([^)]+)\)", (hand_out / "README.md").read_text(encoding="utf-8"))
    assert len([link for link in links if link.startswith("notebooks/")]) == len(solutions())
    assert {"docs/glossary.md", "docs/project.md"} <= set(links) and all(
        (hand_out / link).is_file() for link in links
    )


def test_the_solutions_are_the_instructors_notebooks(built):
    for name in solutions():
        stored = paths.home() / "notebooks" / "instructor" / name
        assert (built / "solutions" / name).read_bytes() == stored.read_bytes()


def test_nbgraders_marks_keep_its_schema(built):
    found = sorted((built / "nbgrader" / "source").glob("lesson*/*.ipynb"))
    assert [path.name for path in found] == sorted(solutions())
    for path in found:
        marks = [
            (cell, cell["metadata"]["nbgrader"]) for cell in notebook(path) if "nbgrader" in cell["metadata"]
        ]
        ids = [mark["grade_id"] for _, mark in marks]
        assert len(set(ids)) == len(ids) >= 4 and all(map(IDS.match, ids))
        for cell, mark in marks:
            kinds = {"grade", "solution", "locked", "task"}
            assert mark["schema_version"] == 3 and cell["cell_type"] == "code"
            assert all(isinstance(mark[kind], bool) for kind in kinds) and not mark["task"]
            assert mark["grade"] != mark["solution"] and mark["locked"] != mark["solution"]
            assert (mark.get("points") == 1) == mark["grade"]
            assert mark.keys() - kinds - {"schema_version", "grade_id", "points"} == set()
            begun = text(cell).count(_nbgrader.BEGIN if mark["solution"] else _nbgrader.BEGIN_TESTS)
            assert begun == text(cell).count(_nbgrader.END if mark["solution"] else _nbgrader.END_TESTS) >= 1


def test_what_nbgrader_clears_still_runs_and_counts_as_not_attempted(built):
    """Its own step, as documented: the region between the marks becomes the stub of the configuration."""
    from course_lib.teaching.exercises import check

    path = built / "nbgrader" / "source" / "lesson00" / "00_start_here.ipynb"
    solved, names = {}, {}
    for cell in notebook(path):
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cleared = re.sub(rf"{_nbgrader.BEGIN}.*?{_nbgrader.END}", _nbgrader.TURN, text(cell), flags=re.S)
            exec(cleared, names)
            exec(text(cell), solved)
    assert check("00.duration", names["duration"]).passed is None
    assert check("00.duration", solved["duration"]).passed is True
    assert f'"python": "{_nbgrader.TURN}"' in (built / "nbgrader" / "nbgrader_config.py").read_text()


def test_an_exercise_judged_by_its_result_is_a_point_and_its_imports_stay():
    """One whose solution holds a function of its own: cleared, it still runs and counts as not attempted."""
    from course_lib.teaching.exercises import examine, find

    source = (
        "from torch import nn\n\n\ndef make_answer(enrolled, others):\n    ### BEGIN SOLUTION\n"
        "    def answer(vector):\n        return None\n\n    return answer\n    ### END SOLUTION"
    )
    texts = [(source, ["solution"]), ('check("17.stranger", make_answer)', [])]
    cells = [
        {"cell_type": "code", "metadata": {"tags": tags}, "source": [text], "outputs": []}
        for text, tags in texts
    ]
    solved, checked = _nbgrader.marked({"cells": cells})["cells"]
    assert solved["metadata"]["nbgrader"]["solution"] and checked["metadata"]["nbgrader"]["points"] == 1
    assert checked["metadata"]["nbgrader"]["grade_id"] == "check-17-stranger"
    cleared = re.sub(rf"{_nbgrader.BEGIN}.*?{_nbgrader.END}", _nbgrader.TURN, text(solved), flags=re.S)
    names = {}
    exec(cleared, names)
    assert "nn" in names and examine(find("17.stranger"), names["make_answer"]).passed is None


def test_a_notebook_without_marks_is_refused():
    with pytest.raises(CourseError, match="solution marks"):
        _nbgrader.marked({"cells": []})


def test_it_builds_some_lessons_again_and_keeps_what_is_yours(tmp_path, capsys):
    out, build = tmp_path / "class", ["class", "build", "--lessons", "01 06", "--out"]
    assert cli.main([*build, str(out)]) == cli.main([*build, str(out)]) == 0
    names = sorted(path.name[:2] for path in (out / "handout" / "notebooks").glob("*.ipynb"))
    assert names == ["00", "01", "06"]  # lesson 00 comes along: `make lab` opens it
    assert sorted(path.name[:2] for path in (out / "solutions").iterdir()) == ["01", "06"]
    assert not (out / "nbgrader").exists()
    (out / "gradebook.db").write_text("marks")
    assert cli.main([*build, str(out)]) == 2
    assert "such as gradebook.db" in capsys.readouterr().err and (out / "gradebook.db").exists()
    (out / "gradebook.db").unlink()
    (out / "handout" / "README.md").write_text("mine")
    assert cli.main([*build, str(out)]) == 2 and "README.md" in capsys.readouterr().err


def test_a_folder_of_yours_is_refused_and_an_unknown_lesson_named(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine")
    assert cli.main(["class", "build", "--out", str(tmp_path)]) == 2
    assert "choose another --out" in capsys.readouterr().err
    assert cli.main(["class", "build", "--lessons", "77", "--out", str(tmp_path / "new")]) == 2
    assert "no lesson 77" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_slides_come_along_where_they_are_built(tmp_path, monkeypatch, capsys):
    from course_lib.cli import class_

    slides = tmp_path / "slides"
    slides.mkdir()
    (slides / "00_start_here.html").write_text("page")
    monkeypatch.setattr(class_, "SLIDES", str(slides))
    assert cli.main(["class", "build", "--lessons", "00", "01", "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out/solutions/slides/00_start_here.html").read_text() == "page"
    assert "2 solved, 1 with slides" in capsys.readouterr().out


def test_a_build_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def breaks(*arguments):
        raise OSError("disk full")

    from course_lib.cli import class_

    monkeypatch.setattr(class_, "write_solutions", breaks)
    with pytest.raises(OSError):
        cli.main(["class", "build", "--out", str(tmp_path / "class")])
    assert list(tmp_path.iterdir()) == []
