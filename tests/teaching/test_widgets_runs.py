"""The explorers of what was measured: curves of a setting, scores of a case."""

import pytest

from course_lib.errors import CourseError
from course_lib.teaching.widgets.runs import RunExplorer, ScoreExplorer

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
