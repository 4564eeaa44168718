"""Transfer learning: a network that was trained on many voices is reused for new ones.

pretrained.py          Base: a pretrained network, its vectors for waves and recordings, its file
adapters.py            LoRA and adapters: small additions to a frozen network
freezing.py            freeze, replace_head, layer_rates: each gives a new model
frozen_features.py     the frozen layers run once, and what lies behind them trained on their outputs
probing.py             the linear probe
new_speakers.py        new speakers from so many seconds each, tested on what was not enrolled
prototypes.py          a head of mean vectors, with "somebody else" for everybody who is not enrolled
inference.py           who is speaking, window by window
sweep.py               every freezing point from nothing to everything, with equal budgets
pretrain_small_cnn.py  a base trained on the windows of a corpus, and its validation accuracy
pretrain_x_vector.py   the stronger base: pairs of pieces by many voices, which voices.py draws; voice_loss.py
stream.py, replay.py   speakers who arrive day by day; a head that grows, with replay against forgetting
public_encoders.py     encoders that others trained, behind `embed`, where their weights are
model_registry.py      every version of such a model, with its record, behind an acceptance gate
"""

from course_lib.transfer.adapters import Adapter, LoRA, add_adapters, add_lora, additions, detach, merge
from course_lib.transfer.freezing import freeze, layer_names, layer_rates, replace_head, unfreeze
from course_lib.transfer.frozen_features import embed, fit_frozen, precompute, split_at_frozen
from course_lib.transfer.inference import WindowPrediction, identify, overall
from course_lib.transfer.new_speakers import sample_enrolment, speakers_of, transfer
from course_lib.transfer.pretrain_small_cnn import base_accuracy, base_speakers, train_base
from course_lib.transfer.pretrain_x_vector import train_voices
from course_lib.transfer.pretrained import Base, load_base, save_base
from course_lib.transfer.probing import LinearHead, fit_head
from course_lib.transfer.prototypes import SOMEBODY_ELSE, fit_prototypes
from course_lib.transfer.sweep import Reuse, freezing_point_sweep, init_from_base, sweep
from course_lib.transfer.voices import Voices
