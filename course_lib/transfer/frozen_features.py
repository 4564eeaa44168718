"""Run a frozen body once, keep what comes out, and train the rest on that, as in the linear warm-up of a head.

A frozen layer gives the same output for the same sound in every epoch, so there is no need to compute it twice:
after one pass over the data an epoch of the new head takes milliseconds instead of seconds. The outputs of a feature
set are cached on disk under a key made of the features' own key and the body's weights.
"""

import hashlib
from collections import OrderedDict

import torch
from torch import nn

from course_lib.data import FeatureSet, array_file
from course_lib.models import evaluating
from course_lib.paths import cache_root
from course_lib.training import History, fit

BATCH = 64  # sounds run through the frozen layers at a time
RANDOM = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.AlphaDropout)


class Chain(nn.Sequential):
    """Layers one after the other, behind the model's own preparation of its input (if they are its first)."""

    def __init__(self, layers, prepare=None):
        super().__init__(OrderedDict(layers))
        self.prepare = prepare

    def forward(self, x):
        return super().forward(x if self.prepare is None else self.prepare(x))


def embed(model, data):
    """The body's outputs for inputs that are there already, one vector each, in evaluation mode: frozen features.

    data: a FeatureSet -> a FeatureSet of vectors, cached on disk; (X, y) -> (vectors, y); X -> vectors (n, d).
    For waves see `Base.embed`.

    >>> from course_lib.models import SmallCNN
    >>> embed(SmallCNN(10), torch.zeros(3, 1025, 32)).shape
    torch.Size([3, 896])
    """
    return precompute(Chain(_named(model.body, "body"), _preparation(model)), data)


def split_at_frozen(model):
    """(front, rest) of a model: the frozen layers that open it, as one fixed function, and all behind them.

    `front` takes the model's input; `rest(front(x))` is `model(x)`. Both share the model's weights: training
    `rest` trains the model. Layers without parameters belong to the front, except dropout before a layer of
    the body that learns, which draws anew in every epoch; a body frozen as a whole is the front as a whole
    (as in `models.training`). A model that freezes nothing has an empty front.
    """
    body = _named(model.body, "body")
    chain = [*body.items(), *_named(model.head, "head").items()]
    learns = [any(parameter.requires_grad for parameter in module.parameters()) for _, module in chain]
    first = learns.index(True) if True in learns else len(chain)
    frozen = [
        place for place, (_, module) in enumerate(chain[:first]) if any(True for _ in module.parameters())
    ]
    place = frozen[-1] + 1 if frozen else 0
    while 0 < place < first and not isinstance(chain[place][1], RANDOM):
        place += 1
    if first >= len(body) and place:
        place = max(place, len(body))
    head, tail = chain[:place], chain[place:]
    first, second = (
        (_preparation(model), None) if place else (None, _preparation(model))
    )  # once, by the first
    return Chain(dict(head), first), Chain(dict(tail), second)


def precompute(front, data):
    """The outputs of a fixed function `front`, as `split_at_frozen` gives it, for all of `data`; data as in `embed`."""
    if isinstance(data, torch.Tensor):
        with evaluating(front):
            return torch.cat([front(x) for x in data.split(BATCH)])
    if isinstance(data, (tuple, list)):
        return precompute(front, data[0]), data[1]
    folder = cache_root() / "embeddings" / _key(front, data)
    X = array_file.opened(folder)
    if X is None:
        with evaluating(front):
            outputs = (front(x).numpy() for x, _ in data.batches(BATCH))
            X = array_file.store(folder, outputs, len(data), about=f"{type(front).__name__} of {data}")
    return FeatureSet(X, data.y, data.classes, data.windows, key=folder.name)


def fit_frozen(model, train, valid=None, **settings) -> History:
    """`fit` for a model with frozen first layers, which are run once instead of in every epoch.

    Same arguments and result as `fit(model, train, valid, **settings)`, but for the rounding of cached outputs to
    float16. The layers behind the frozen ones are trained in place. For a single linear layer, see also `fit_head`.
    """
    front, rest = split_at_frozen(model)
    if len(front):
        train = precompute(front, train)
        valid = precompute(front, valid) if valid is not None else None
    return fit(rest, train, valid, **settings)


def weights_key(model) -> str:
    """32 hex digits that stand for a model's layers and weights."""
    digest = hashlib.blake2b(repr(model).encode(), digest_size=16)
    for name, value in model.state_dict().items():
        digest.update(name.encode() + value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _key(front, data):
    digest = hashlib.blake2b(weights_key(front).encode(), digest_size=16)
    digest.update((getattr(data, "key", "") or _content(data)).encode() + torch.__version__.encode())
    return digest.hexdigest()


def _content(data):
    """A key for a set that has none: all its numbers."""
    digest = hashlib.blake2b(digest_size=16)
    for x, _ in data.batches(BATCH):
        digest.update(torch.as_tensor(x).numpy().tobytes())
    return digest.hexdigest()


def _named(part, name):
    if isinstance(part, nn.Sequential):
        return {f"{name}_{child}": module for child, module in part.named_children()}
    return {name: part}


def _preparation(model):
    return getattr(model.body, "prepare", None)
