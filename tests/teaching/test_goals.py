"""What Modify tasks ask to find: `goal` for code, `seek` for live pictures; bounds as the page reads them."""

import pytest
import torch
from page_js import HERE, run_js

from course_lib.audio import tone
from course_lib.errors import CourseError
from course_lib.teaching.goals import goal
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.training_live import TrainingLive
from course_lib.teaching.widgets.training_watcher import run_record

needs_js = pytest.mark.skipif(not HERE, reason="no node and no Chromium here: apt-get install nodejs")


def test_a_goal_says_whether_it_was_reached():
    line = goal("more than <ten>", 3 > 10)
    assert repr(line) == "○ To find: more than <ten>." and "&lt;ten&gt;" in line._repr_html_()
    assert goal("x", True).reached and repr(goal("x", torch.tensor(1).item())).startswith("✔")


@pytest.mark.parametrize(("what", "reached"), [(" ", True), ("x", None), ("x", 0.3), ("x", [1])])
def test_a_goal_of_something_else_is_refused(what, reached):
    with pytest.raises(CourseError, match="expected"):
        goal(what, reached)


def test_what_is_sought_is_sent_to_the_page_and_stands_where_nothing_is_live():
    picture = SoundPicture(tone(100), label="A tone").seek("a short <window>", window=(None, 128), view="mel")
    picture.seek("one hop", hop=64)
    assert picture.widget.data["goals"] == [
        {"what": "a short <window>", "bounds": {"window": [None, 128], "view": "mel"}},
        {"what": "one hop", "bounds": {"hop": [64, 64]}},
    ]
    assert repr(picture).endswith("○ To find: a short <window>. ○ To find: one hop.")
    first = picture.html().split('<div class="live-place">')[0]
    assert "<p>○ To find: a short &lt;window&gt;.</p>" in first
    picture.widget.found = ["one hop"]  # as the page tells it
    assert picture.found == {"one hop"} and "✔ Found: one hop." in repr(picture)


@pytest.mark.parametrize("bounds", [{}, {"loudness": 3}])
def test_what_a_picture_does_not_report_cannot_be_sought(bounds):
    with pytest.raises(CourseError, match="expected bounds of view, window, hop"):
        SoundPicture(tone(100), label="A tone").seek("something", **bounds)


@needs_js
@pytest.mark.parametrize(
    ("setting", "bounds", "expected"),
    [
        ({"rate": 3}, {"rate": [3, 3]}, True),
        ({"rate": 3}, {"rate": [None, 2.9]}, False),
        ({"rate": 3}, {"rate": [3.1, None]}, False),
        ({"rate": 3, "kind": "max"}, {"rate": [0, 5], "kind": "max"}, True),
        ({"rate": 3, "kind": "average"}, {"rate": [0, 5], "kind": "max"}, False),
        ({"rate": None}, {"rate": [None, 5]}, False),  # no box is no small box
        ({"rate": "3"}, {"rate": [0, 5]}, False),
    ],
)
def test_a_setting_meets_bounds_or_not(setting, bounds, expected):
    assert run_js("goals", "meets(given[0], given[1])", [setting, bounds]) is expected


@needs_js
def test_a_goal_that_asks_for_what_is_not_reported_is_an_error_in_words():
    said = "(() => { try { return meets({ rate: 1 }, { speed: [0, 1] }); } catch (error) { return error.message; } })()"
    assert run_js("goals", said, None) == "a goal asks for speed; this picture reports rate"


@needs_js
def test_a_walk_reports_how_it_ended():
    """On the loss (v² + w²) / 2 a rate of 0.1 goes straight, 1.5 jumps to and fro and arrives, 3 flies off."""
    report = "given.map((rate) => { const m = { xx: 1, xz: 0, zz: 1, xy: 0, zy: 0, yy: 0 }, places = [[1, 0]]; for (let k = 0; k < 20; k++) places.push(places[k].map((value, axis) => value - rate * slopeAt(m, places[k])[axis])); return walkReport(m, places); })"
    straight, jumps, flies = run_js("loss_valley", report, [0.1, 1.5, 3])
    assert straight["turns"] == 0 and straight["distance"] == pytest.approx(0.9**20)
    assert straight["loss"] == pytest.approx(0.9**40)
    assert straight["last_steps"] == pytest.approx(sum(0.1 * 0.9**k for k in range(15, 20)) / 5)
    assert jumps["turns"] == 1 and jumps["distance"] == pytest.approx(0.5**20)
    assert flies["loss"] == pytest.approx(2.0**40) and flies["turns"] == 1


def run_of(name, training, right, **more):
    run = run_record(name, {"validation": right})
    return {**run, "loss": {"training": training}, **more}


@needs_js
def test_runs_report_whether_they_learn_are_lost_or_recover():
    runs = [
        run_of("rate 0.3", [2.0, 1.0], [0.4, 0.6]),
        run_of("rate 3", [2.0, 5.0], [0.4, 0.3]),
        run_of("rate 30", [], [], ended="diverged"),
        run_of("rate 3 (2)", [2.0, 3.0, 0.9], [0.2, 0.1, 0.5], changes=[[2, 0.3]]),
    ]
    found = run_js("training_live", "runReports(given, 0.1)", runs)
    assert [run["outcome"] for run in found] == ["learns", "lost", "lost", "learns"]
    assert [run["ratio"] for run in found] == pytest.approx([1, 10, 100, 10])
    assert found[3]["lowered"] == pytest.approx(0.1) and found[3]["recovered"] == pytest.approx(0.3)
    assert found[0]["lowered"] == 1 and found[0]["recovered"] is None
    guessing = run_js("training_live", "runReports(given, 0.5)", runs[:1])
    assert guessing[0]["outcome"] == "lost"  # no better than 1.5 times chance


@needs_js
def test_watched_curves_report_what_they_gain_and_how_far_they_are_behind():
    record = run_record("all", {"new": [0.1, 0.7], "old": [0.9, 0.6]})
    other = run_record("none", {"new": [0.1, 0.5], "old": [0.9, 0.2]})
    found = run_js("training_live", "runReports(given, null)", [record, other])
    assert [run["first_gain"] for run in found] == pytest.approx([0.6, 0.4])
    assert [run["second_gain"] for run in found] == pytest.approx([-0.3, -0.7])
    assert [run["behind"] for run in found] == pytest.approx([0, 0.2])
    assert found[0].keys() == set(TrainingLive.reports)
