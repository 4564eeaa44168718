"""What the lessons show beside their own figures is what docs/figures.json holds."""

import ast
import json

import build_notebooks as builder
import contract
import pytest

from course_lib import on_real_recordings, paths
from course_lib.errors import CourseError
from course_lib.teaching.recorded import RECORD

FIGURES = json.loads((paths.PROJECT / RECORD).read_text(encoding="utf-8"))
SOURCES = [source for source in builder.sources() if source.name[:2] in contract.PEOPLE]


def places_of(call):
    """(section, table, {title: place}) of a call in a lesson, without what the lesson measured."""
    section, table, rows = call.args
    places = [ast.literal_eval(pair.elts[1]) for pair in rows.values]
    return section.value, table.value, dict(zip(map(ast.literal_eval, rows.keys), places))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_lesson_shows_the_figures_of_the_record(source):
    ((_, call),) = contract.calls(builder.instructor(source).cells, "on_real_recordings")
    section, table, places = places_of(call)
    shown = on_real_recordings(section, table, {t: (None, place) for t, place in places.items()}, here="x")
    assert [title for title, _, _ in shown.lines] == list(places) and len(places) >= 2
    for title, now, then in shown.lines:
        row, column = places[title].rsplit(": ", 1)
        cell = FIGURES[section][table][row][column]
        assert now == "not measured" and float(then.split()[0]) == pytest.approx(cell["value"])
        assert cell["spread"] is None or f"± {cell['spread']}" in then
    assert shown.command.endswith(f"python -m tools.results {section}")
    assert any(about in shown.told for about in FIGURES[section]["about"].values())


def test_measured_and_recorded_stand_side_by_side(tmp_path, monkeypatch):
    number = {"spread": None, "form": ".1f"}
    row = {
        "eer": number | {"value": 3.0},
        "eer, 95 %": "[1.4, 6.4]",
        "mean": number | {"value": 5, "spread": 1.0},
    }
    record = {"peers": {"trials": {"vox: new": row}, "about": {"trials": "vox, 45 people"}}}
    (tmp_path / "docs").mkdir()
    (tmp_path / RECORD).write_text(json.dumps(record))
    monkeypatch.setattr(paths, "home", lambda: tmp_path)
    rows = {"one": (0.125, "vox: new: eer"), "two": ([0.1, 0.2, 0.3], "vox: new: mean")}
    shown = on_real_recordings("peers", "trials", rows, here="narrators")
    assert shown.lines == [("one", "12.5", "3.0 [1.4, 6.4]"), ("two", "20.0 ± 10.0", "5.0 ± 1.0")]
    assert "here, narrators (%)" in repr(shown) and "vox, 45 people" in repr(shown)
    html = shown._repr_mimebundle_()["text/html"]
    assert "></th>" not in html  # a head that says nothing is no head
    assert "<td>20.0 ± 10.0</td><td>5.0 ± 1.0</td>" in html and "tools.results peers" in html
    plain = on_real_recordings("peers", "trials", {"one": (0.125, "vox: new: eer")}, here="x", unit="")
    assert plain.lines[0][1] == "0.1"
    with pytest.raises(CourseError, match="expected a place of peers, 'trials'"):
        on_real_recordings("peers", "trials", {"one": (1, "vox: new: nothing")}, here="x")


def test_a_copy_without_the_record_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "home", lambda: tmp_path)
    shown = on_real_recordings("peers", "trials", {"one": (1, "a: b")}, here="x")
    assert "not in this copy" in repr(shown) and "<table>" not in shown._repr_mimebundle_()["text/html"]
