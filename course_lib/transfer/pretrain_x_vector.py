"""A base of voices, trained on pairs of pieces by many voices, a few seconds of each.

`voice_loss.py` asks of every piece who says it and which other piece of the batch is by the same speaker. The vectors are
then turned by linear discriminant analysis, learned on pairs of the same voices, so that directions in which speakers
differ count for more than those in which two pieces of one speaker do (words, line), and brought to one length.
"""

import functools
import math

import numpy as np
import torch
from torch import nn
from torch.optim.swa_utils import update_bn

from course_lib.data import Windows, hold_out
from course_lib.errors import CorpusError
from course_lib.metrics import base_validation_accuracy, equal_error_rate_of_pairs
from course_lib.models import XVector, evaluating
from course_lib.seeding import seed_everything
from course_lib.training import distributed, fit, predict
from course_lib.transfer.pretrained import Base
from course_lib.transfer.prototypes import recording_direction
from course_lib.transfer.voice_loss import VoiceHead, voice_loss
from course_lib.transfer.voices import Voices

MANY, STRANGER = 200, 30  # of a corpus with MANY speakers or more every STRANGER-th is not learned
# mean variances added within a pair: strangers of the training sources ask for less, AN4 for more
SHRINK = 3.0
SETTINGS = {"channels": 320, "blocks": 4, "attentive": True}  # of the XVector
NAMED = 20.0  # seconds of a speaker from which on the linear head learns the name


class HalfDigits(nn.Module):
    """A network computed in bfloat16, its weights kept in single precision."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        with torch.autocast(x.device.type, torch.bfloat16):
            return self.model(x)


def train_voices(corpora, *, epochs=24, size=20_000, seed=0, lr=2e-3, settings=None, progress=True, bfloat16=False,
                 **options):  # fmt: skip
    """Train an XVector on the voices of several corpora -> Base, with a linear head.

    size      pieces in an epoch;   settings   of the XVector;   options   of `fit`
    bfloat16  compute with half the digits: three times faster where the processor can
    Of corpora with MANY speakers every STRANGER-th is not learned: on pairs of their recordings the equal error rate of
    strangers is measured. Of every speaker with two or more recordings (sessions, where they are known) the last one is held out: on
    the seconds of those with NAMED seconds or more the base accuracy is measured.
    """
    seed_everything(seed)
    settings = dict(SETTINGS if settings is None else settings)
    known, strangers = zip(*(apart(corpus) for corpus in corpora))
    sides = [_sides(corpus) for corpus in known]
    if all(valid is None for _, valid in sides):
        raise CorpusError(
            "expected a speaker with two recordings or more (sessions, where they are known), so that one can be "
            "held out to measure on; got one of each"
        )
    voices = Voices([train for train, _ in sides], size=size)
    model = XVector(2, **settings)
    model.head = VoiceHead(model.head.in_features, len(voices.speakers))
    # numbers near 1e-40, of which early gradients are full, take five times as long
    torch.set_flush_denormal(True)
    model.to(distributed.join())
    loss = functools.partial(voice_loss, source_of=voices.source_of)
    fit(HalfDigits(model) if bfloat16 else model, voices, epochs=epochs, lr=lr, batch_size=256, optimizer="adam",
        schedule=warm_cosine, loss=loss, seed=seed, progress=progress, patience=None, **options)  # fmt: skip
    torch.set_flush_denormal(False)
    model.cpu()
    # statistics over the whole, not over the last batches
    update_bn((x for x, _ in voices.batches(256, seed=seed + 2)), model.body)
    discriminate(model.body, voices, seed=seed)
    about = {"epochs": epochs, "pieces": epochs * size, "seed": seed, "voices": len(voices.speakers)}
    base = _with_linear_head(model, sides, settings, about)
    base.about["strangers"] = {
        corpus.name: strangers_error(base, corpus) for corpus in strangers if corpus is not None
    }
    return base


def apart(corpus):
    """(speakers to learn, strangers to measure on): every STRANGER-th of MANY speakers or more; else all, None."""
    names = sorted(corpus.values("speaker"))
    if len(names) < MANY:
        return corpus, None
    strangers = names[::STRANGER]
    known = [name for name in names if name not in strangers]
    return corpus.select(speaker=known), corpus.select(speaker=strangers)


def strangers_error(base, corpus):
    """{"equal_error_rate", "speakers", "recordings"} over all pairs of whole recordings of speakers it has not learned."""
    clips = [clip for clip in corpus if clip.speaker]
    vectors = [recording_direction(base, corpus.read(clip, allow_silence=True)) for clip in clips]
    vectors = torch.stack(vectors)
    rate = equal_error_rate_of_pairs((vectors @ vectors.T).numpy(), [clip.speaker for clip in clips])
    return {
        "equal_error_rate": round(rate, 4),
        "speakers": len(corpus.values("speaker")),
        "recordings": len(clips),
    }


def warm_cosine(done):
    """The factor for the learning rate, a fortieth of the way up, then down to nothing as a cosine. done: in [0, 1)."""
    return min(0.2 + 40 * done, 0.5 + 0.5 * math.cos(math.pi * done))


def discriminate(body, voices, *, seed=0, batches=80):
    """Turn what `body.project` gives by linear discriminant analysis of pairs, with SHRINK mean variances added within a pair.

    Directions come in order of how much more speakers differ in them than the pieces of one; the mean is taken away.
    Raises CorpusError for fewer pieces than the vectors have numbers.
    """
    from scipy.linalg import eigh

    vectors, differences = [], []
    with evaluating(body):
        for number, (x, _) in enumerate(voices.batches(256, seed=seed + 1)):
            vectors.append(body(x).double())
            one, other = vectors[-1].chunk(2)  # the same speakers in the same order
            differences.append(one - other)
            if number + 1 == batches:
                break
    vectors, differences = torch.cat(vectors), torch.cat(differences)
    size = vectors.shape[1]
    if len(vectors) < size:
        raise CorpusError(f"expected {size} pieces or more to learn from, got {len(vectors)}; raise size=")
    within = differences.T @ differences / len(differences) / 2
    within += SHRINK * within.diagonal().mean() * torch.eye(size)
    _, directions = eigh(torch.cov(vectors.T).numpy(), within.numpy())
    turn = torch.from_numpy(np.ascontiguousarray(directions[:, ::-1].T))
    with torch.no_grad():
        body.project.weight.copy_(turn @ body.project.weight.double())
        body.project.bias.copy_(turn @ (body.project.bias.double() - vectors.mean(0)))


def _sides(corpus):
    """(to learn, to measure on): all sides are learned, but for the last session of each speaker with two or more."""
    everything = corpus.with_splits([""] * len(corpus))
    try:
        divided = hold_out(
            everything, by="session" if corpus.values("session") else "recording", fraction="last"
        )
    except CorpusError:  # every speaker has one session
        return everything, None
    return divided.select(split="train"), divided.select(split="valid")


def _with_linear_head(model, sides, settings, about):
    """A dense head over the speakers of whom there is enough, trained on the body's vectors; measured on what was held out."""
    parts = [_named(train, valid) for train, valid in sides if valid is not None]
    parts = [(train, valid) for train, valid in parts if len(train) and len(valid)]
    classes = sorted({f"{train.name}/{clip.speaker}" for train, _ in parts for clip in train})
    if not classes:
        raise CorpusError(f"expected a speaker of {NAMED:g} s or more in two recordings or more, got none")
    settings = {**settings, "one_length": True}
    network = XVector(len(classes), **settings)
    network.body.load_state_dict(model.body.state_dict())
    vectors = []
    for corpora, hop in zip(zip(*parts), (0.5, 1.0)):
        embedded = [_embedded(network, corpus, classes, hop) for corpus in corpora]
        vectors.append(tuple(torch.cat(part) for part in zip(*embedded)))
    train, valid = vectors
    fit(network.head, train, epochs=30, lr=3e-3, weight_decay=1e-2, patience=None, progress=False,
        seed=about["seed"])  # fmt: skip
    predicted = predict(network.head, valid).argmax(1)
    accuracy = base_validation_accuracy(predicted, valid[1], classes, classes)
    about = {
        "base_accuracy": round(accuracy, 4),
        "valid_windows": len(valid[1]),
        "speakers": len(classes),
        "corpora": sorted({train.name for train, _ in sides}),
        **about,
    }
    return Base(network.eval(), classes, settings, about)


def _named(train, valid):
    """The two sides without the speakers of whom less than NAMED seconds are learned, or nothing is held out.

    Two empty ones where fewer than two speakers are left: one cannot be told from others.
    """
    seconds = {}
    for clip in train:
        seconds[clip.speaker] = seconds.get(clip.speaker, 0.0) + clip.duration_s
    there = {clip.speaker for clip in valid}
    names = [name for name, total in seconds.items() if name and total >= NAMED and name in there]
    return (train.select(speaker=names), valid.select(speaker=names)) if len(names) > 1 else ((), ())


def _embedded(model, corpus, classes, hop):
    """(vectors (n, d), classes (n,)) of the windows of a corpus, `hop` seconds apart."""
    windows = Windows(corpus, "speaker", hop)
    place = torch.tensor([classes.index(f"{corpus.name}/{name}") for name in windows.classes])
    base = Base(model, classes)
    X = [base.embed(waves) for waves, _ in windows.batches(64)]
    return torch.cat(X), place[windows.y]
