"""Pretrain a base on the windows of a corpus: a network that knows many voices, with its validation accuracy."""

from course_lib import metrics, models
from course_lib.data import hold_out
from course_lib.errors import CourseError
from course_lib.seeding import seed_everything
from course_lib.training import distributed, fit, predict
from course_lib.transfer.pretrained import Base

HOP = 0.25  # seconds between two windows to learn from; those to measure on do not overlap


def base_speakers(corpus):
    """The part of a corpus that a base may be trained on: role "base" where roles are named, with a validation side.

    A corpus without a `valid` part gives a fifth of each speaker's training sessions to it (see `data.hold_out`).
    """
    if "role" in corpus.columns and "base" in corpus.values("role"):
        corpus = corpus.select(role="base")
    return corpus if "valid" in corpus.values("split") else hold_out(corpus)


def train_base(
    corpus, network="SmallCNN", *, epochs=24, seed=0, hop=HOP, progress=True, settings=None, **options
):
    """Train `network` on the base speakers of a corpus (see `base_speakers`) -> Base, in evaluation mode.

    network   a name of models.NETWORKS; `settings` go to it, `options` to `fit`
    hop       seconds between two windows to learn from; those to measure on do not overlap
    The weights are those of the best validation loss. `about["base_accuracy"]` is the base validation accuracy:
    the fraction of the validation side's seconds, none overlapping, that are given to the right speaker.
    Raises CourseError for a network that is none of the course's.
    """
    if network not in models.NETWORKS:
        raise CourseError(f"expected a network of {', '.join(models.NETWORKS)}, got {network!r}")
    seed_everything(seed)
    settings = dict(settings or {})
    corpus = base_speakers(corpus)
    train = corpus.select(split="train")
    base = Base(None, train.classes("speaker"), settings)
    base.model = models.NETWORKS[network](len(base.classes), **settings).to(distributed.join())
    train = base.features(train, hop=hop)
    valid = base.features(corpus.select(split="valid"))
    options = {"lr": 1e-3, "batch_size": 32, "schedule": "cosine", "patience": None, **options}
    history = fit(base.model, train, valid, epochs=epochs, seed=seed, progress=progress, **options)
    base.model.cpu()
    base.about = {
        "base_accuracy": round(base_accuracy(base, valid), 4),
        "corpus": corpus.name,
        "speakers": len(base.classes),
        "windows": len(train),
        "valid_windows": len(valid),
        "epochs": len(history),
        "seed": seed,
    }
    base.model.eval()
    return base


def base_accuracy(base, valid):
    """Base validation accuracy: the fraction of a FeatureSet, whose classes are the base's own, that is named right."""
    predicted = predict(base.model, valid).argmax(1)
    return metrics.base_validation_accuracy(predicted, valid.y, valid.classes, base.classes)
