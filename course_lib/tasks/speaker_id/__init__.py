"""Speaker identification as in "Intro to Speaker Recognition with PyTorch" (S. Pascual, UPC): PAV SpkID.

matrices.py    the binary frame matrices
lists.py       lists of recordings, the table of speakers
frames.py      frames with context and normalization
recipe.py      the options, the source's and ours
identifier.py  training, and the folder of a trained identifier
sources.py     from a corpus of the course; a validation part held out by file
report.py      error rates per utterance and per frame
"""

from course_lib.tasks.speaker_id.frames import FrameSet, Statistics, Utterance
from course_lib.tasks.speaker_id.identifier import SpeakerIdentifier, train_identifier, write_json
from course_lib.tasks.speaker_id.lists import (
    read_list,
    read_speakers,
    read_utterances,
    speaker_of,
    write_list,
    write_speakers,
)
from course_lib.tasks.speaker_id.matrices import read_matrix, write_matrix
from course_lib.tasks.speaker_id.recipe import COEFFICIENTS, COURSE, RECIPES, SOURCE, Recipe
from course_lib.tasks.speaker_id.report import Report, evaluate
from course_lib.tasks.speaker_id.sources import clip_name, corpus_utterances, divided, load_corpus
