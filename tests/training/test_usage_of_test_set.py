"""Test sides are counted: by how many different models, and nothing but test sides."""

import pytest
import torch
from corpus_makers import two_speakers
from torch import nn

from course_lib.data import load
from course_lib.features import mel, spectrogram
from course_lib.models import SmallCNN
from course_lib.training import fit, loop, measure, predict, usage_of_test_set
from course_lib.training.usage_of_test_set import count_model, count_name, reset
from course_lib.transfer import freeze
from course_lib.transfer.replay import Learner, scores


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    reset()
    yield load(two_speakers(tmp_path / "two"))
    reset()


def network(seed, inputs=64 * 101):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, 2))


def test_each_model_counts_once_and_only_on_the_test_side(corpus):
    train, test = (corpus.select(split=side).features(mel) for side in ("train", "test"))
    inputs = test.shape[0] * test.shape[1]
    first, second = network(0, inputs), network(1, inputs)
    predict(first, train), measure(first, train), measure(first, corpus.features(mel))
    assert usage_of_test_set() == {} and repr(usage_of_test_set()) == "no test side was looked at"
    predict(first, test), measure(first, test), predict(network(0, inputs), test)
    assert (
        usage_of_test_set() == {"two, speaker": 1}
        and repr(usage_of_test_set()) == "two, speaker: looked at by 1 model"
    )
    measure(second, test)
    assert usage_of_test_set() == {"two, speaker": 2} and "2 models; the best of them is flattered" in repr(
        usage_of_test_set()
    )


def test_who_validates_on_the_test_side_looks_every_epoch(corpus):
    train, test = (corpus.select(split=side).features(mel) for side in ("train", "test"))
    model = network(0, test.shape[0] * test.shape[1])
    fit(model, train, test, epochs=3, patience=None, progress=False)
    assert usage_of_test_set()["two, speaker"] >= 3


def test_a_learner_of_many_days_looks_as_well(corpus):
    test = corpus.select(split="test").features(spectrogram)
    learner = Learner(freeze(SmallCNN(2).eval()), ["ana", "ben"])
    scores(learner, corpus.select(split="train").features(spectrogram))
    assert usage_of_test_set() == {}
    scores(learner, test), scores(learner, test, among=["ana"])
    assert usage_of_test_set() == {"two, speaker": 1}


def test_measure_and_predict_of_the_loop_count_nothing(corpus):
    test = corpus.select(split="test").features(mel)
    model = network(0, test.shape[0] * test.shape[1])
    assert loop.measure(model, test) == measure(model, test) and torch.equal(
        loop.predict(model, test), predict(model, test)
    )
    reset()
    loop.measure(model, test), loop.predict(model, test)
    assert usage_of_test_set() == {}


def test_what_has_no_windows_is_not_counted(corpus):
    X, y = torch.zeros(4, 3), torch.zeros(4, dtype=torch.long)
    predict(network(0, 3), (X, y)), predict(network(0, 3), X), count_model(network(0, 3), None)
    assert usage_of_test_set() == {}


def test_what_is_no_network_is_counted_by_its_name(corpus):
    for name in ("5-NN", "logistic regression", "5-NN"):
        count_name("two, speaker", name)
    assert usage_of_test_set() == {"two, speaker": 2}
