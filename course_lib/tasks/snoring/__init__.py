"""Snore or not: a linear probe on the vectors of a frozen body, and the episodes that it finds in a night.

segments.py  recordings cut into pieces of five seconds, all equally loud
detector.py  the probe with its threshold, in one file
episodes.py  from a score a second to episodes with a start and an end

It finds sounds that resemble snores. It is not a medical device: it knows nothing of breathing, oxygen or sleep.
"""

from course_lib.tasks.snoring.detector import Detector, fit_detector, load_detector
from course_lib.tasks.snoring.episodes import (
    WIDTH,
    Episode,
    covered,
    episodes,
    missed_and_false_alarm,
    night_scores,
)
from course_lib.tasks.snoring.segments import (
    HOP,
    SECONDS,
    SNORES,
    Segments,
    cut_wave,
    per_recording,
    segments_of,
)
