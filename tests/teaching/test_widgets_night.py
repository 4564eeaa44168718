"""The picture of a night: thresholds, episodes, units; and that of a photo."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib.errors import CourseError
from course_lib.teaching.plots import show_night, show_photo


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
