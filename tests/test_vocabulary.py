"""The stranger's test: somebody who knows the field searches the library for its terms and finds the right file.

`grep -ril TERM course_lib --include=*.py` must lead to the file where the thing lives, among few others. A term
that many files use (manifest, prototype) is found by the name of its file.
"""

from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[1] / "course_lib"
TEXTS = {
    path.relative_to(LIBRARY).as_posix(): path.read_text(encoding="utf-8").lower()
    for path in LIBRARY.rglob("*.py")
}
MOST = 5  # files that may hold a term
TERMS = {
    "agglomerative clustering": "tasks/diarization/__init__.py",
    "bootstrap": "metrics/uncertainty.py",
    "confidence interval": "metrics/uncertainty.py",
    "confounder": "tasks/confounders.py",
    "confusion matrix": "metrics/classes.py",
    "continual": "transfer/replay.py",
    "cross-validation": "data/cross_validation.py",
    "class activation map": "models/image_net.py",
    "cosine score": "tasks/verification.py",
    "data augmentation": "augment.py",
    "data leakage": "data/leakage.py",
    "diarization error rate": "metrics/diarization.py",
    "DistributedDataParallel": "training/distributed.py",
    "early stopping": "training/loop.py",
    "equal error rate": "metrics/verification.py",
    "feature cache": "data/cache.py",
    "fine-tuning": "transfer/freezing.py",
    "hold-out": "data/splits.py",
    "likelihood ratio": "metrics/verification.py",
    "linear probe": "transfer/probing.py",
    "linear warm-up": "transfer/frozen_features.py",
    "manifest": "data/manifest.py",
    "mel spectrogram": "features.py",
    "model card": "transfer/pretrained.py",
    "model registry": "transfer/model_registry.py",
    "negatives": "tasks/keywords/negatives.py",
    "pretrained checkpoint": "transfer/pretrained.py",
    "prototype": "transfer/prototypes.py",
    "receptive field": "models/summary.py",
    "replay": "transfer/replay.py",
    "ROC AUC": "metrics/verification.py",
    "RTTM": "metrics/turns.py",
    "SpecAugment": "augment.py",
    "x-vector": "models/x_vector.py",
}


@pytest.mark.parametrize("term", TERMS)
def test_a_term_of_the_field_leads_to_its_file(term):
    found = [name for name, text in TEXTS.items() if term.lower() in text]
    assert TERMS[term] in found, f"expected {term!r} in {TERMS[term]}, found it in {found}"
    named = term.lower().replace("-", "_") in TERMS[term]  # the file's name leads there
    assert len(found) <= MOST or named, f"{term!r} is in {len(found)} files: {found}"


def test_there_are_twenty_terms_and_more():
    assert len(TERMS) >= 20
