"""The night explorer and its picture: thresholds move, misses and false alarms trade places."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib.errors import CourseError
from course_lib.teaching.plots import show_night, show_photo
from course_lib.teaching.widgets.night import NightExplorer

TRUE = [(20.0, 35.0), (50.0, 60.0)]


@pytest.fixture
def scores():
    rng = np.random.default_rng(0)
    is_snore = np.zeros(80)
    for start, end in TRUE:
        is_snore[int(start) : int(end)] = 1
    return is_snore * 2 - 1 + 0.5 * rng.standard_normal(80)


def test_it_begins_in_the_middle_and_every_step_moves_the_picture(scores):
    explorer = NightExplorer(scores, TRUE)
    options = [value for _, value in explorer.controls["threshold"].options]
    assert 0 < options.index(explorer.values["threshold"]) < len(options) - 1
    first = explorer.figure_widget.png
    explorer.set(threshold=options[options.index(explorer.values["threshold"]) - 1])
    assert explorer.figure_widget.png != first and "Missed" in explorer.figure_widget.text


def test_misses_and_false_alarms_trade_places(scores):
    explorer = NightExplorer(scores, TRUE)
    options = [value for _, value in explorer.controls["threshold"].options]
    low = explorer.set(threshold=options[0]).figure_widget.text
    high = explorer.set(threshold=options[-1]).figure_widget.text
    assert "Missed: 0 of 25 s" in low and "False alarm: 0 of 55 s" not in low
    assert "False alarm: 0 of 55 s" in high and "Missed: 0 of" not in high


def test_a_flat_score_can_still_be_drawn():
    assert "Threshold" in NightExplorer(np.zeros(10), []).figure_widget.text


@pytest.mark.parametrize("length, label", [(80, "time (s)"), (900, "time (min)")])
def test_a_night_is_drawn_with_units(length, label):
    ax = show_night(
        np.sin(np.arange(length)), [(3, 9)], Figure().add_subplot(), threshold=0.5, low=0.2, true=[(2, 8)]
    )
    assert ax.get_xlabel() == label and "score" in ax.get_ylabel()
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["threshold", "an episode ends here", "found", "true"]


@pytest.mark.parametrize("scores", [[], [np.nan], [[1.0]]])
def test_what_is_no_score_is_refused(scores):
    with pytest.raises(CourseError, match="finite score"):
        show_night(scores, [], Figure().add_subplot(), threshold=0)


def test_a_photo_is_drawn_with_its_seconds():
    ax = show_photo(np.full((96, 96, 3), 0.5), Figure().add_subplot(), seconds=5)
    assert ax.get_xlabel() == "time (s)" and ax.get_xlim() == (0, 5)
    for wrong in (np.zeros((96, 96)), np.full((4, 4, 3), 1.5), np.full((4, 4, 3), np.nan)):
        with pytest.raises(CourseError, match="from 0 to 1"):
            show_photo(wrong, Figure().add_subplot(), seconds=5)
