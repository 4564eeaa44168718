"""Feature extraction: a frozen base turns every second into a vector, and one dense layer learns the new speakers.

python notebooks/recipes/feature_extraction.py [CORPUS]     a corpus by name, or a folder with manifest.csv
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from course_lib.transfer import load_base, speakers_of

torch.manual_seed(0)
corpus = speakers_of(sys.argv[1] if len(sys.argv) > 1 else "synthetic")  # speakers the base has never heard
base = load_base("pretrained")
body = base.model.body.eval().requires_grad_(False)  # frozen: nothing in it will move


@torch.no_grad()
def vectors(part):
    """Every second of a part as the body's vector (n, d), and its speaker (n,)."""
    pairs = [(body(x), y) for x, y in base.features(corpus.select(split=part)).batches(64)]
    return [torch.cat(each) for each in zip(*pairs)]


X, y = vectors("train")  # the body runs once; training below takes a moment
X_test, y_test = vectors("test")
head = nn.Linear(X.shape[1], int(y.max()) + 1)
optimizer = torch.optim.AdamW(head.parameters(), lr=3e-3, weight_decay=1e-2)
for _ in range(200):
    optimizer.zero_grad()
    F.cross_entropy(head(X), y).backward()
    optimizer.step()

right = (head(X_test).argmax(1) == y_test).float().mean().item()
chance = y_test.bincount().max().item() / len(y_test)
print(f"feature extraction: {right:.1%} of {len(y_test)} seconds right, chance {chance:.1%}")
