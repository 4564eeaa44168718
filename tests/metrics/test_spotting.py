"""Words found in a stream, and F1 at a threshold: on cases that can be counted on one hand."""

import math

import pytest

from course_lib.errors import CourseError
from course_lib.metrics import Spotting, always_yes, f1_at, match_detections
from course_lib.metrics.spotting import f1_of_counts

SAID = [(1.0, 1.5), (10.0, 10.5), (20.0, 20.4)]


def test_three_words_two_found_one_made_up():
    counted = match_detections([1.2, 10.1, 15.0], SAID, seconds=60)
    assert (counted.hits, counted.misses, counted.false_accepts) == (2, 1, 1)
    assert counted.precision == pytest.approx(2 / 3) and counted.recall == pytest.approx(2 / 3)
    assert counted.f1 == pytest.approx(2 / 3) and counted.false_accepts_per_hour == pytest.approx(60)


def test_a_word_is_found_once():
    counted = match_detections([1.1, 1.4], SAID, seconds=3600)
    assert (counted.hits, counted.misses, counted.false_accepts) == (1, 2, 1)
    assert counted.false_accepts_per_hour == 1


def test_tolerance_counts_from_start_and_end():
    assert match_detections([0.71], SAID, 60).hits == 1 and match_detections([0.69], SAID, 60).hits == 0
    assert match_detections([1.79], SAID, 60).hits == 1 and match_detections([1.81], SAID, 60).hits == 0
    assert match_detections([0.9], SAID, 60, tolerance=0).hits == 0
    assert match_detections([1.0, 20.4], SAID, 60, tolerance=0).hits == 2  # on the very edge it counts


def test_every_false_accept_counts_in_however_short_a_recording():
    assert match_detections([3.0, 4.0, 5.0], [(1.0, 1.0)], 0.5).false_accepts == 3


def test_nothing_found_nothing_said_and_sums():
    silent = match_detections([], SAID, 60)
    assert (silent.precision, silent.recall, silent.f1) == (1.0, 0.0, 0.0)
    assert math.isnan(match_detections([], [], 60).recall)
    both = match_detections([1.2], SAID, 1800) + match_detections([5.0], [], 1800)
    assert both == Spotting(hits=1, misses=2, false_accepts=1, hours=1.0) and both.precision == 0.5
    whole = Spotting(4, 3, 2, 0.5) + Spotting(1, 1, 1, 1.5)
    assert whole == Spotting(hits=5, misses=4, false_accepts=3, hours=2.0)
    assert "3 false accepts in 120.0 minutes: 2 an hour" in repr(whole)
    assert repr(both) == "precision 50%, recall 33% of 3, 1 false accepts in 60.0 minutes: 1 an hour"


def test_what_cannot_be_compared_is_said():
    with pytest.raises(CourseError, match="more than 0 s"):
        match_detections([], SAID, 0)
    with pytest.raises(CourseError, match=r"truths \(start, end\)"):
        match_detections([], [(2.0, 1.0)], 10)


def test_f1_at_a_threshold():
    scores, truth = [0.9, 0.8, 0.5, 0.1], [True, False, True, False]
    assert f1_at(scores, truth, 0.5) == pytest.approx(4 / 5)  # 2 hits, 1 false accept, 0 misses
    assert f1_at(scores, truth, 0.85) == pytest.approx(2 / 3) and f1_at(scores, truth, 0.95) == 0
    assert f1_of_counts(0, 0, 0) == 0
    assert always_yes(1.0) == 1.0 and always_yes(0.25) == pytest.approx(0.4)
    with pytest.raises(ValueError):
        f1_at([0.1], [True, False], 0.5)
