"""Transfer: what one network learned about many voices, put to use on new ones.

freezing.py   freeze, replace_head, layer_rates: the recipes, each giving a new model
embedding.py  the frozen body run once; heads trained on what it gave
training.py   a base trained on many voices, and how well it knows them
voices.py     the stronger base: many voices, augmented, whitened
reuse.py      every freezing point from nothing to everything, with equal budgets
bases.py      a trained base in one file, and the one that comes with the course
enrolment.py  new speakers from so many seconds each, tested on what was not enrolled
naming.py     who is speaking, second by second
imprinting.py names for a few voices at once, and "somebody else" for all others
"""

from course_lib.transfer.bases import Base, load_base, save_base
from course_lib.transfer.embedding import cut, embed, fit_head, run_once
from course_lib.transfer.enrolment import enrolled, held_out, speakers_of, transfer
from course_lib.transfer.freezing import freeze, layer_rates, layers, replace_head, unfreeze
from course_lib.transfer.imprinting import SOMEBODY_ELSE, imprint
from course_lib.transfer.naming import Second, identify, overall
from course_lib.transfer.reuse import Reuse, reuse_sweep, sweep, taken_over
from course_lib.transfer.training import base_accuracy, base_speakers, train_base
from course_lib.transfer.voices import Voices, train_voices

__all__ = [
    "SOMEBODY_ELSE", "Base", "Reuse", "Second", "Voices", "base_accuracy", "base_speakers", "cut", "embed", "enrolled", "fit_head", "freeze", "held_out", "identify", "imprint", "layer_rates", "layers",
    "load_base", "overall", "replace_head", "reuse_sweep", "run_once", "save_base", "speakers_of", "sweep", "taken_over",
    "train_base", "train_voices", "transfer", "unfreeze",
]  # fmt: skip
