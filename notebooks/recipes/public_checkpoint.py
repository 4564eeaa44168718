"""A public checkpoint: a network for photographs, cut before its last layers, reads sounds as images.

python notebooks/recipes/public_checkpoint.py FILE     torchvision's mobilenet_v3_small-047dcff4.pth; random without
"""

import hashlib
import sys

import torch
from torch import nn

from course_lib import load
from course_lib.compat import import_torchvision
from course_lib.models.image_net import as_image

torch.manual_seed(0)
network = import_torchvision().models.mobilenet_v3_small(weights=None)
if len(sys.argv) > 1:
    with open(sys.argv[1], "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest().startswith("047dcff4"), "not the published file"
    network.load_state_dict(torch.load(sys.argv[1], weights_only=True))  # no code in it is run
network.classifier = nn.Identity()  # cut: 576 numbers for each image
corpus = load("synthetic_night")
train, test = (corpus.select(split=part).clips for part in ("train", "test"))
images, unseen = (torch.stack([as_image(corpus.read(clip)) for clip in part]) for part in (train, test))
y, truth = (torch.tensor([corpus.labels.index(clip.label) for clip in part]) for part in (train, test))
with torch.no_grad():
    network.train()(images)  # the averages of BatchNorm move from photographs to these pictures
    X, X_test = network.eval()(images), network.eval()(unseen)
mean, std = X.mean(0), X.std(0) + 1e-6
head = nn.Linear(576, len(corpus.labels))
optimizer = torch.optim.AdamW(head.parameters(), lr=1e-2, weight_decay=1e-1)
for _ in range(200):
    optimizer.zero_grad()
    nn.functional.cross_entropy(head((X - mean) / std), y).backward()
    optimizer.step()
right = (head((X_test - mean) / std).argmax(1) == truth).float().mean()
chance = 1 / len(corpus.labels)
print(f"public checkpoint: {right:.1%} of {len(truth)} recordings right, chance {chance:.1%}")
