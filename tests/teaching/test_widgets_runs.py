"""The explorer of what was measured: scores of a case."""

import pytest

from course_lib.errors import CourseError
from course_lib.teaching.widgets.runs import ScoreExplorer

CASES = {"small": {"head": [0.6, 0.8], "all": [0.2, 0.3]}, "large": {"head": [0.7], "all": [0.9]}}


def test_a_case_is_put_in_order_and_compared_with_the_advice():
    explorer = ScoreExplorer(CASES, chances={"small": 0.05}, advice={"large": "head"})
    assert explorer.figure_widget.text.endswith("The usual advice, head, came in at place 2 of 2.")
    explorer.set(case="small")
    assert explorer.figure_widget.text == "small: head 70%, all 25%; guessing 5%."


@pytest.mark.parametrize("groups", [{}, {"a": {}}, [1], {"a": [1]}])
def test_nothing_to_show_is_refused(groups):
    with pytest.raises(CourseError, match=r"expected \{"):
        ScoreExplorer(groups)
