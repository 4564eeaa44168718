"""A few examples: five recordings of each new class become one prototype, and the nearest prototype names the next.

python notebooks/recipes/few_shot.py [CORPUS [COLUMN]]     COLUMN holds the classes: label (default) or speaker
"""

import sys

import torch
from torch.nn import functional as F

from course_lib import fit_second, load
from course_lib.transfer import load_base

SHOTS = 5
corpus = load(sys.argv[1] if len(sys.argv) > 1 else "synthetic_new_words")
column = sys.argv[2] if len(sys.argv) > 2 else "label"
base = load_base("keywords" if column == "label" else "pretrained")
draw = torch.Generator().manual_seed(0)


def vectors(clips):
    """The clips' vectors (n, d), each of length 1, so that a product of two is their cosine."""
    return F.normalize(base.embed(torch.stack([fit_second(corpus.read(clip)) for clip in clips])), dim=1)


prototypes, queries, truth = [], [], []
groups = [corpus.select(**{column: name}).clips for name in corpus.values(column)]
groups = [clips for clips in groups if len(clips) > SHOTS]
for k, clips in enumerate(groups):
    clips = [clips[i] for i in torch.randperm(len(clips), generator=draw)[: 3 * SHOTS]]
    prototypes.append(vectors(clips[:SHOTS]).mean(0))  # the only thing that is learned
    queries.append(vectors(clips[SHOTS:]))
    truth += [k] * len(clips[SHOTS:])

found = (torch.cat(queries) @ F.normalize(torch.stack(prototypes), dim=1).T).argmax(1)
right = (found == torch.tensor(truth)).float().mean().item()
print(
    f"few-shot, {SHOTS} examples: {right:.1%} of {len(truth)} recordings right, chance {1 / len(groups):.1%}"
)
