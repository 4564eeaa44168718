"""The word map and the threshold explorer: what is ringed, what is counted, what goes wrong."""

import numpy as np
import pytest
import torch

from course_lib.errors import CourseError
from course_lib.tasks.keywords import Heard, detections
from course_lib.teaching.widgets.words import ThresholdExplorer, WordMapExplorer

WORDS = ["okno", "okno", "window", "window", "ventana"]
VECTORS = np.array([[1.0, 0], [1, 0.1], [0.9, 0.3], [0.9, 0.4], [0, 1]])


def wave(number):
    return torch.full((16_000,), 0.1 * number)


def test_the_map_names_the_nearest_other_word_and_plays_the_chosen_sound():
    explorer = WordMapExplorer(np.arange(10).reshape(5, 2), VECTORS, WORDS, wave, notes={"okno": "pl"})
    explorer.set(word="okno", voice=2)
    assert (
        "okno (pl): 2 voices" in explorer.figure_widget.text
        and "window is nearest" in explorer.figure_widget.text
    )
    assert explorer.number("okno", 2) == 1 and explorer.number("ventana", 2) == 4
    sound, label = explorer.sound("window", 2)
    assert label == "window, voice 2" and torch.equal(sound, wave(3))
    assert "5 sounds of 3 words" in explorer.figure_widget.alt


def test_the_map_wants_one_of_each():
    with pytest.raises(CourseError, match="a place"):
        WordMapExplorer(np.zeros((4, 2)), VECTORS, WORDS, wave)
    with pytest.raises(CourseError, match="two words or more"):
        WordMapExplorer(np.zeros((2, 2)), VECTORS[:2], WORDS[:2], wave)


def test_a_higher_threshold_makes_less_up_and_misses_more():
    times, scores = np.arange(60.0), np.zeros(60)
    scores[[5, 20, 40]] = 0.9, 0.6, 0.3
    heard = Heard(times, scores, detections(times, scores, 0.5), 0.5, 60.0)
    explorer = ThresholdExplorer(heard, ((4.8, 5.4), (39.8, 40.4)))
    assert (
        "1 false accepts" in explorer.figure_widget.text and "recall 50% of 2" in explorer.figure_widget.text
    )
    explorer.set(threshold=0.25)
    assert "recall 100% of 2" in explorer.figure_widget.text
    explorer.set(threshold=0.95)
    assert "0 detections" in explorer.figure_widget.alt and "recall 0% of 2" in explorer.figure_widget.text
