"""The map explorer: who is chosen, who is nearest by the angle, what is heard."""

import numpy as np
import pytest
import torch

from course_lib.errors import CourseError
from course_lib.teaching.widgets.points import PointExplorer

VECTORS = np.array([[1.0, 0.0], [5.0, 0.5], [0.0, 2.0], [0.9, 0.3]])
OWNERS = ["ana", "ana", "ben", "ben"]


@pytest.fixture
def explorer():
    return PointExplorer(
        np.arange(8.0).reshape(4, 2), VECTORS, OWNERS, lambda number: torch.full((160,), 0.1 * number + 0.1)
    )


def test_the_nearest_is_the_one_at_the_smallest_angle_whatever_its_length(explorer):
    assert "a second of ana: cosine 1.00" in explorer.figure_widget.text
    explorer.set(speaker="ben", sound=2)
    assert (
        "a second of ana, another voice: cosine 0.98" in explorer.figure_widget.text
        and "4 seconds" in explorer.figure_widget.alt
    )


def test_the_chosen_second_is_played(explorer):
    explorer.set(speaker="ben", sound=1)
    assert explorer.number("ben", 1) == 2 and explorer.number("ben", 9) == 3
    assert explorer.figure_widget.caption == "ben, second 1"
    assert float(explorer.sound("ben", 1)[0][0]) == pytest.approx(0.3)


@pytest.mark.parametrize("places", [np.zeros((3, 2)), np.zeros((4, 3))])
def test_another_shape_is_refused(places):
    with pytest.raises(CourseError, match="owner"):
        PointExplorer(places, VECTORS, OWNERS, lambda number: None)
