"""The base that comes with the course: trained on many voices, a few seconds of each, made more by augmentation.

`Voices` draws its batches anew in every epoch: a random piece of a random recording at a random speed (another
speed counts as another speaker), in another room, with noise, through another microphone. The network learns them
with a cosine head and an additive margin (Wang et al. 2018). Its embeddings are then whitened: uncorrelated and of
equal variance. Otherwise the few directions of large variance would decide what a linear head learns from few examples.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from course_lib import audio, augment, features
from course_lib.augment import SPEEDS
from course_lib.data import Windows, hold_out
from course_lib.errors import CorpusError
from course_lib.metrics import base_validation_accuracy
from course_lib.models import XVector, evaluating
from course_lib.seeding import seed_everything
from course_lib.training import distributed, fit, predict
from course_lib.transfer.pretrained import Base

PIECE = 14_400  # samples: 0.9 s
MARGIN, SCALE = 0.1, 30.0
NOISES = ("silence", "_silence_", "background_noise")  # labels of clips that are noise


class Voices:
    """Training pieces of many speakers: .batches(batch_size, shuffle, seed) yields (mel spectrograms, classes).

    corpora   parts of corpora, all of whose recordings may be trained on; a speaker's class is "corpus/speaker"
    size      pieces in an epoch
    Recordings are held as 16-bit samples: 2 MB a minute.
    """

    def __init__(self, corpora, *, size=8_000):
        self.size, self.waves, owners, noises = size, [], [], []
        for corpus in corpora:
            for clip in corpus:
                if clip.speaker and clip.label not in NOISES:
                    self.waves.append(_as_int16(corpus.read(clip, allow_silence=True)))
                    owners.append(f"{corpus.name}/{clip.speaker}")
                elif clip.label in NOISES:
                    noises.append(corpus.read(clip, allow_silence=True))
        self.speakers = sorted(set(owners))
        if len(self.speakers) < 2:
            raise CorpusError(f"expected two or more speakers to learn, got {len(self.speakers)}")
        self.classes = [f"{name}{speed and ' ' + speed}" for name in self.speakers for speed in SPEEDS]
        index = {name: number for number, name in enumerate(self.speakers)}
        self.owner = np.array([index[name] for name in owners])
        seconds = np.array([max(1.0, len(wave) / audio.SR) for wave in self.waves])
        weight = seconds / np.sqrt(
            np.bincount(self.owner, seconds)[self.owner]
        )  # rare speakers a little more often
        self.weight = weight / weight.sum()
        loud = [audio.fit_second(noise) for noise in noises if float(noise.square().mean()) > 1e-8]
        self.noises = torch.stack(loud) if loud else torch.randn(8, audio.SR, generator=_draw(0))

    def __len__(self):
        return self.size

    def batches(self, batch_size, *, shuffle=True, seed=0):
        """Yield (mel spectrograms (b, 64, 91), classes (b,)): what is drawn depends on the seed alone."""
        rng, draw = np.random.default_rng(seed), _draw(seed)
        for first in range(0, self.size, batch_size):
            chosen = rng.choice(len(self.waves), min(batch_size, self.size - first), p=self.weight)
            speed = rng.integers(len(SPEEDS), size=len(chosen))
            pieces = torch.empty(len(chosen), PIECE)
            for number, factor in enumerate(SPEEDS.values()):
                rows = np.flatnonzero(speed == number)
                if len(rows):
                    cuts = torch.stack([self._piece(chosen[row], round(PIECE * factor), rng) for row in rows])
                    pieces[rows] = augment.change_speed(cuts, factor)[:, :PIECE]
            yield self._spectrograms(pieces, draw), torch.from_numpy(self.owner[chosen] * len(SPEEDS) + speed)

    def _piece(self, number, length, rng):
        wave, piece = self.waves[number], np.zeros(length + 16, dtype=np.float32)
        length = len(piece)
        if len(wave) > length:
            start = rng.integers(len(wave) - length + 1)
            piece[:] = wave[start : start + length]
        else:
            start = rng.integers(length - len(wave) + 1)
            piece[start : start + len(wave)] = wave
        return torch.from_numpy(piece / 32_768)

    def _spectrograms(self, waves, draw):
        waves = augment.reverberate(waves, draw)
        waves = augment.add_noises(waves, self.noises, draw)
        return augment.mask(augment.colour(features.mel(waves, any_length=True), draw), draw)


class CosineHead(nn.Module):
    """Cosines between an embedding (n, d) and each class, (n, classes) in [-1, 1]: only directions count."""

    def __init__(self, n_features, n_classes):
        super().__init__()
        self.norm = nn.BatchNorm1d(n_features)
        self.weight = nn.Parameter(torch.randn(n_classes, n_features) * 0.05)

    def forward(self, x):
        return F.normalize(self.norm(x)) @ F.normalize(self.weight).T


def margin_loss(cosines, y):
    """Cross-entropy of SCALE * cosine, after MARGIN is taken from the right class (additive margin softmax)."""
    return F.cross_entropy(SCALE * (cosines - MARGIN * F.one_hot(y, cosines.shape[1])), y)


def train_voices(corpora, *, epochs=24, size=8_000, seed=0, lr=2e-3, settings=None, progress=True, **options):
    """Train an XVector on the voices of several corpora -> Base, whitened, with a linear head.

    size      pieces in an epoch;   settings   of the XVector;   options   of `fit`
    Of every speaker with two or more recordings (sessions, where they are known) the last one is held out: on
    their seconds the base accuracy is measured. Ten minutes on two cores with the default settings.
    """
    seed_everything(seed)
    settings = dict(settings or {})
    sides = [_sides(corpus) for corpus in corpora]
    if all(valid is None for _, valid in sides):
        raise CorpusError(
            "expected a speaker with two recordings or more (sessions, where they are known), so that one can be "
            "held out to measure on; got one of each"
        )
    voices = Voices([train for train, _ in sides], size=size)
    model = XVector(2, **settings)
    model.head = CosineHead(model.head.in_features, len(voices.classes))
    model.to(distributed.join())
    fit(model, voices, epochs=epochs, lr=lr, batch_size=128, optimizer="adam", weight_decay=1e-2, schedule="cosine",
        loss=margin_loss, seed=seed, progress=progress, patience=None, **options)  # fmt: skip
    whiten(model.cpu().body, voices, seed=seed)
    about = {"epochs": epochs, "pieces": epochs * size, "seed": seed}
    return _with_linear_head(model, sides, voices, settings, about)


def whiten(body, voices, *, seed=0, batches=40):
    """Replace `body.project` by a PCA whitening: the principal components of what is pooled, each with variance 1."""
    from sklearn.decomposition import PCA

    before = nn.Sequential(*list(body.children())[:-1])
    pooled = []
    with evaluating(before):
        for number, (x, _) in enumerate(voices.batches(256, seed=seed + 1)):
            pooled.append(before(body.prepare(x)))
            if number + 1 == batches:
                break
    pooled = torch.cat(pooled).double()
    size = body.project.out_features
    if len(pooled) < size:
        raise CorpusError(f"expected {size} pieces or more to whiten with, got {len(pooled)}; raise size=")
    pca = PCA(size, whiten=True, svd_solver="full").fit(pooled.numpy())
    turn = torch.from_numpy(pca.components_ / np.sqrt(pca.explained_variance_)[:, None])
    with torch.no_grad():
        body.project.weight.copy_(turn)
        body.project.bias.copy_(-turn @ torch.from_numpy(pca.mean_))


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


def _with_linear_head(model, sides, voices, settings, about):
    """A dense head over the speakers themselves, trained on the body's embeddings; measured on what was held out."""
    vectors = []
    for corpora, hop in zip(zip(*sides), (0.5, 1.0)):
        parts = [_embedded(model, corpus, voices, hop) for corpus in corpora if corpus is not None]
        vectors.append(tuple(torch.cat(part) for part in zip(*parts)))
    train, valid = vectors
    network = XVector(len(voices.speakers), **settings)
    network.body = model.body
    fit(network.head, train, epochs=30, lr=3e-3, weight_decay=1e-2, patience=None, progress=False,
        seed=about["seed"])  # fmt: skip
    predicted = predict(network.head, valid).argmax(1)
    accuracy = base_validation_accuracy(predicted, valid[1], voices.speakers, voices.speakers)
    about = {
        "base_accuracy": round(accuracy, 4),
        "valid_windows": len(valid[1]),
        "speakers": len(voices.speakers),
        "corpora": sorted({name.split("/")[0] for name in voices.speakers}),
        **about,
    }
    return Base(network.eval(), voices.speakers, settings, about)


def _embedded(model, corpus, voices, hop):
    """(embeddings (n, d), classes (n,)) of the windows of a corpus, `hop` seconds apart."""
    windows = Windows(corpus, "speaker", hop)
    place = torch.tensor([voices.speakers.index(f"{corpus.name}/{name}") for name in windows.classes])
    base = Base(model, voices.classes)
    X = [base.embed(waves) for waves, _ in windows.batches(64)]
    return torch.cat(X), place[windows.y]


def _as_int16(wave):
    return (wave.clamp(-1, 1) * 32_767).round().to(torch.int16).numpy()


def _draw(seed):
    return torch.Generator().manual_seed(int(seed) % (1 << 31))
