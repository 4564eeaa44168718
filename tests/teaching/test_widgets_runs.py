"""The explorers of what was measured: curves of a setting, scores of a case, the border between frozen and trained."""

import pytest

from course_lib.errors import CourseError
from course_lib.models import SmallCNN
from course_lib.teaching.widgets.reuse import ReuseExplorer
from course_lib.teaching.widgets.runs import RunExplorer, ScoreExplorer
from course_lib.transfer import Reuse

RUNS = {"1e-3": {"new": [0.1, 0.8], "old": [0.9, 0.4]}, "1e-4": {"new": [0.1, 0.3], "old": [0.9, 0.9]}}
CASES = {"small": {"head": [0.6, 0.8], "all": [0.2, 0.3]}, "large": {"head": [0.7], "all": [0.9]}}


def test_a_run_tells_where_each_curve_begins_and_ends():
    explorer = RunExplorer(RUNS, label="learning rate", chance=0.1)
    assert "old from 90% to 90%" in explorer.figure_widget.alt
    explorer.set(setting="1e-3")
    assert explorer.figure_widget.text == "Learning rate 1e-3: new from 10% to 80%; old from 90% to 40%."


def test_a_case_is_put_in_order_and_compared_with_the_advice():
    explorer = ScoreExplorer(CASES, chances={"small": 0.05}, advice={"large": "head"})
    assert explorer.figure_widget.text.endswith("The usual advice, head, came in at place 2 of 2.")
    explorer.set(case="small")
    assert explorer.figure_widget.text == "small: head 70%, all 25%; guessing 5%."


@pytest.mark.parametrize("maker", [lambda g: RunExplorer(g, label="rate"), ScoreExplorer])
@pytest.mark.parametrize("groups", [{}, {"a": {}}, [1], {"a": [1]}])
def test_nothing_to_show_is_refused(maker, groups):
    with pytest.raises(CourseError, match=r"expected \{"):
        maker(groups)


def test_the_border_moves_through_the_layers():
    points = [
        Reuse("", 0.0, 218_730, (0.9, 0.8), 4.0),
        Reuse("body.conv3", 102_624 / 218_730, 116_106, (0.7,), 0.5),
    ]
    explorer = ReuseExplorer(SmallCNN(10), points)
    assert "3 of 5 layers frozen" in explorer.figure_widget.alt
    assert (
        "46.92% of the parameters are the base's, 116,106 are trained, 0.5 s a seed"
        in explorer.figure_widget.text
    )
    assert explorer.figure_widget.text.endswith("Accuracy 70.0%.")
    explorer.set(upto="nothing")
    assert "0 of 5 layers frozen" in explorer.figure_widget.alt
    assert "Accuracy 85.0% ± 7.1% over 2 seeds." in explorer.figure_widget.text


def test_points_of_another_model_are_refused():
    with pytest.raises(CourseError, match=r"got body\.blocks"):
        ReuseExplorer(SmallCNN(10), [Reuse("body.blocks", 0.5, 1, (0.5,), 1.0)])
    with pytest.raises(CourseError, match="none"):
        ReuseExplorer(SmallCNN(10), [])
