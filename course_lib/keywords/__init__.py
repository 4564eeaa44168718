"""Keywords: a new word learned from a few examples, and found in a recording of any length.

dry.py        many words by many voices, to learn an embedding from
teaching.py   training the embedding network, every second made anew
spotter.py    enrol: a few examples, other words, background -> a Spotter
listening.py  spot: a score over time, the moments of the word
few_shot.py   how well: mean F1 over words for 1, 5, 20 examples
"""

from course_lib.keywords.few_shot import Bank, FewShot, background_seconds, bank_of, drawn, few_shot
from course_lib.keywords.listening import Heard, detections, smoothed, spot, vectors_of
from course_lib.keywords.spotter import Spotter, enrol, learned, load_spotter

__all__ = [
    "Bank", "FewShot", "Heard", "Spotter", "background_seconds", "bank_of", "detections", "drawn", "enrol", "few_shot",
    "learned", "load_spotter", "smoothed", "spot", "vectors_of",
]  # fmt: skip
