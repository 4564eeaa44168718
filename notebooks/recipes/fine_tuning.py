"""Fine-tuning: a new head, and a body that follows gently, with a learning rate a hundred times smaller.

python notebooks/recipes/fine_tuning.py [CORPUS]     a corpus by name, or a folder with manifest.csv
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.transfer import load_base, speakers_of

torch.manual_seed(0)
corpus = speakers_of(sys.argv[1] if len(sys.argv) > 1 else "synthetic")
base = load_base("pretrained")
train, test = (base.features(corpus.select(split=part)) for part in ("train", "test"))
model = base.model.requires_grad_(True)
model.head = nn.Linear(model.head.in_features, len(train.classes))  # the old names go
groups = [
    {"params": model.body.parameters(), "lr": 1e-4},  # keeps what it knows
    {"params": model.head.parameters(), "lr": 1e-2},  # begins from nothing
]
optimizer = torch.optim.AdamW(groups, weight_decay=1e-2)
for epoch in range(6):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()  # small batches of a few speakers would spoil its statistics
    for x, y in train.batches(32, shuffle=True, seed=epoch):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()

model.eval()
with torch.no_grad():
    pairs = [(model(x).argmax(1), y) for x, y in test.batches(64)]
found, y = (torch.cat(each) for each in zip(*pairs))
chance = y.bincount().max().item() / len(y)
print(f"fine-tuning: {(found == y).float().mean():.1%} of {len(y)} seconds right, chance {chance:.1%}")
