"""Few-shot keyword spotting: a new word is learned from a few examples and found in a recording of any length.

clean_utterances.py  many words by many voices, without room or noise, to train an embedding on
training.py          training the embedding network on seconds that are augmented anew each time
spotter.py           enrol: a few examples, other words, background -> a Spotter
detection.py         spot: a score over time, the moments of the word
negatives.py         what a word is told from: other words, background
few_shot_tasks.py    which words of a corpus are new
evaluation.py        mean F1 over words for 1, 5, 20 examples
"""

from course_lib.tasks.keywords.detection import Heard, detections, smoothed, spot, trials
from course_lib.tasks.keywords.evaluation import (
    EmbeddingSet,
    FewShot,
    common_threshold,
    embedding_set,
    few_shot,
    sample_examples,
)
from course_lib.tasks.keywords.few_shot_tasks import WordTask, clips_in_a_row, word_task
from course_lib.tasks.keywords.negatives import background_seconds, other_seconds, word_second
from course_lib.tasks.keywords.spotter import Spotter, enrol, fit_spotter, load_spotter
