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

from course_lib.transfer.freezing import freeze, layer_rates, layers, replace_head, unfreeze
from course_lib.transfer.frozen_features import embed, fit_frozen, precompute, split_at_frozen
from course_lib.transfer.inference import WindowPrediction, identify, overall
from course_lib.transfer.pretrain_small_cnn import base_accuracy, base_speakers, train_base
from course_lib.transfer.pretrain_x_vector import Voices, train_voices
from course_lib.transfer.pretrained import Base, load_base, save_base
from course_lib.transfer.probing import (
    LinearHead,
    fit_head,
    sample_enrolment,
    speakers_of,
    transfer,
)
from course_lib.transfer.prototypes import SOMEBODY_ELSE, fit_prototypes
from course_lib.transfer.sweep import Reuse, freezing_point_sweep, init_from_base, sweep

__all__ = [
    "SOMEBODY_ELSE",
    "Base",
    "LinearHead",
    "Reuse",
    "Voices",
    "WindowPrediction",
    "base_accuracy",
    "base_speakers",
    "embed",
    "fit_frozen",
    "fit_head",
    "fit_prototypes",
    "freeze",
    "freezing_point_sweep",
    "identify",
    "init_from_base",
    "layer_rates",
    "layers",
    "load_base",
    "overall",
    "precompute",
    "replace_head",
    "sample_enrolment",
    "save_base",
    "speakers_of",
    "split_at_frozen",
    "sweep",
    "train_base",
    "train_voices",
    "transfer",
    "unfreeze",
]  # fmt: skip
