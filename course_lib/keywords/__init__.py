"""Keywords: a new word learned from a few examples, and found in a recording of any length.

dry.py        many words by many voices, to learn an embedding from
teaching.py   training the embedding network, every second made anew
spotter.py    enrol: a few examples, other words, background -> a Spotter
listening.py  spot: a score over time, the moments of the word
company.py    what a word is told from: other words, background
tasks.py      which words of a corpus are new
measuring.py  how well: mean F1 over words for 1, 5, 20 examples
"""

from course_lib.keywords.company import background_seconds, other_seconds, word_second
from course_lib.keywords.listening import Heard, detections, smoothed, spot, vectors_of
from course_lib.keywords.measuring import Bank, FewShot, bank_of, common_threshold, drawn, few_shot
from course_lib.keywords.spotter import Spotter, enrol, learned, load_spotter
from course_lib.keywords.tasks import Task, clips_in_a_row, word_task

__all__ = [
    "Bank", "FewShot", "Heard", "Spotter", "Task", "background_seconds", "bank_of", "clips_in_a_row", "common_threshold", "detections", "drawn", "enrol", "few_shot",
    "learned", "load_spotter", "other_seconds", "smoothed", "spot", "vectors_of", "word_second", "word_task",
]  # fmt: skip
