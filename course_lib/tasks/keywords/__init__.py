"""Keywords: a new word learned from a few examples, and found in a recording of any length.

dry.py        many words by many voices, to learn an embedding from
teaching.py   training the embedding network, every second made anew
spotter.py    enrol: a few examples, other words, background -> a Spotter
listening.py  spot: a score over time, the moments of the word
company.py    what a word is told from: other words, background
tasks.py      which words of a corpus are new
measuring.py  how well: mean F1 over words for 1, 5, 20 examples
"""

from course_lib.tasks.keywords.detection import Heard, detections, smoothed, spot
from course_lib.tasks.keywords.evaluation import (
    EmbeddingSet,
    FewShot,
    common_threshold,
    embedding_set,
    few_shot,
    sample_examples,
)
from course_lib.tasks.keywords.few_shot_tasks import Task, clips_in_a_row, word_task
from course_lib.tasks.keywords.negatives import background_seconds, other_seconds, word_second
from course_lib.tasks.keywords.spotter import Spotter, enrol, fit_spotter, load_spotter

__all__ = [
    "EmbeddingSet",
    "FewShot",
    "Heard",
    "Spotter",
    "Task",
    "background_seconds",
    "clips_in_a_row",
    "common_threshold",
    "detections",
    "embedding_set",
    "enrol",
    "few_shot",
    "fit_spotter",
    "load_spotter",
    "other_seconds",
    "sample_examples",
    "smoothed",
    "spot",
    "word_second",
    "word_task",
]  # fmt: skip
