"""What teaches a base of voices: two questions at once, about every piece of a batch.

Who of all speakers is it: cosines to a vector of each speaker, with a margin (Wang et al. 2018). And which other piece of
the batch is by the same speaker: cosines between pieces (Sohn 2016, Chung et al. 2020).
"""

import torch
from torch import nn
from torch.nn import functional as F

SCALE, MARGIN, APART = 30.0, 0.2, 1_000.0


class VoiceHead(nn.Module):
    """Scores of every piece of a batch for every speaker and, behind them, for every piece: (n, d) -> (n, speakers + n).

    Both are scaled cosines. Those for pieces are APART lower, so that the largest score is always a speaker's.
    """

    def __init__(self, n_features, n_speakers):
        super().__init__()
        self.norm = nn.BatchNorm1d(n_features)
        self.weight = nn.Parameter(torch.randn(n_speakers, n_features) * 0.05)
        self.scale = nn.Parameter(torch.tensor(10.0))

    def forward(self, x):
        with torch.autocast(x.device.type, enabled=False):  # cosines need all digits
            x = x.float()
            speakers = F.normalize(self.norm(x)) @ F.normalize(self.weight).T
            directions = F.normalize(x)
            return torch.cat([SCALE * speakers, self.scale * directions @ directions.T - APART], 1)


def voice_loss(scores, y, source_of):
    """Cross-entropy of a `VoiceHead`'s scores (n, speakers + n): the speakers y (n,), and each piece's partner.

    Of the right speaker's score MARGIN of itself is taken away, so that the margin grows with what is known. The partner
    is the other piece of the batch with the same y, looked for among the pieces of one source (source_of: that of each
    speaker); pieces without one count for the speakers alone.
    """
    speakers, pieces = scores[:, : -len(y)], scores[:, -len(y) :]
    right = F.one_hot(y, speakers.shape[1])
    of_speakers = F.cross_entropy(speakers - MARGIN * (right * speakers).detach().clamp_min(0), y)
    itself = torch.eye(len(y), dtype=torch.bool, device=y.device)
    partner = (y[:, None] == y) & ~itself
    has_one = partner.any(1)
    if not has_one.any():
        return of_speakers
    source = source_of.to(y.device)[y]
    others = pieces.masked_fill(itself | (source[:, None] != source), -1e5)[has_one]
    return of_speakers + F.cross_entropy(others, partner[has_one].int().argmax(1))
