"""The interval explorer: more people, a narrower interval; chance inside or outside is said in words."""

import pytest

from course_lib.errors import CourseError
from course_lib.metrics import wilson_interval
from course_lib.teaching.widgets.interval import EACH, IntervalExplorer


def test_more_speakers_make_the_interval_narrower():
    explorer = IntervalExplorer(4, 0.5, 10)
    widths = []
    for each in EACH:
        low, high = explorer.interval(0.5, each)
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert explorer.interval(0.5, 4) == wilson_interval(8, 16)


def test_the_words_say_ends_and_chance():
    explorer = IntervalExplorer(4, 0.4, 10).set(each=2)
    assert "40% of 8 speakers, 2 of each of 4 accents" in explorer.figure_widget.text
    assert explorer.figure_widget.text.endswith("Chance lies inside.")
    explorer.set(each=256)
    assert (
        explorer.figure_widget.text.endswith("Chance lies outside.")
        and "37% to 43%" in explorer.figure_widget.alt
    )


@pytest.mark.parametrize("score", [0.0, 1 / 3, 0.5, 0.954, 1.0])
def test_any_measured_score_is_one_of_the_steps(score):
    explorer = IntervalExplorer(3, score, 7)
    assert explorer.values["score"] == f"{round(score, 2):.0%}" and explorer.values["each"] == 32


@pytest.mark.parametrize("bad", [(1, 0.5, 3), (3, 50, 3), (3, 0.5, 0)])
def test_what_cannot_be_drawn_is_refused(bad):
    with pytest.raises(CourseError, match="two classes or more"):
        IntervalExplorer(*bad)
