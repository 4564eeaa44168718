"""The networks of the course: every one has a `.body` that turns sound into features and a `.head` that classifies them."""

from course_lib.models.keyword_net import KeywordNet
from course_lib.models.modes import evaluating, training
from course_lib.models.small_cnn import SmallCNN
from course_lib.models.speaker_mlp import SpeakerMLP, decide
from course_lib.models.summary import LayerTable, layer_table, operations, receptive_fields
from course_lib.models.x_vector import XVector

NETWORKS = {
    "KeywordNet": KeywordNet,
    "SmallCNN": SmallCNN,
    "XVector": XVector,
}  # what a file of weights may name: network(n_classes, **settings)
