"""Freezing, new heads, the body run once: against the plain way of doing the same."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from course_lib import metrics, transfer
from course_lib.data import FeatureSet
from course_lib.errors import CourseError
from course_lib.models import SmallCNN, SpeakerMLP, layer_table
from course_lib.training import fit, measure, predict


@pytest.fixture
def sounds():
    draw = torch.Generator().manual_seed(0)
    y = torch.arange(24) % 3
    X = torch.randn(24, 1025, 32, generator=draw) * 8 - 60
    X[torch.arange(24), 100 + 200 * y] += 40
    return X.half().float(), y


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values()))


def test_frozen_without_a_name_is_the_body():
    table = layer_table(transfer.freeze(SmallCNN(10)), (1025, 32))
    assert (table.frozen_params, table.trainable_params, table.total_params) == (102_624, 116_106, 218_730)


@pytest.mark.parametrize(
    "upto, frozen",
    [
        ("conv1", 12_320),
        ("body.conv2", 94_304),
        ("body", 102_624),
        ("head.dense1", 217_440),
        ("head", 218_730),
    ],
)
def test_frozen_up_to_a_layer(upto, frozen):
    assert layer_table(transfer.freeze(SmallCNN(10), upto), (1025, 32)).frozen_params == frozen


def test_unfreezing_gives_a_copy_that_learns_everywhere():
    frozen = transfer.freeze(SmallCNN(2), "head")
    free = transfer.unfreeze(frozen)
    assert all(parameter.requires_grad for parameter in free.parameters())
    assert not any(parameter.requires_grad for parameter in frozen.parameters())


def test_freezing_again_frees_what_lies_behind():
    model = transfer.freeze(transfer.freeze(SmallCNN(10), "head.dense1"), "conv1")
    assert metrics.base_model_utilization(model) == 12_320 / 218_730
    assert metrics.base_model_utilization(transfer.unfreeze(model)) == 0


def test_the_base_is_left_as_it_was():
    base = SmallCNN(10)
    before = copy.deepcopy(base)
    transfer.replace_head(transfer.freeze(base), 3)
    assert same(base, before) and all(parameter.requires_grad for parameter in base.parameters())


@pytest.mark.parametrize("name", ["conv9", "conv", "", "bod", "dense1.weight"])
def test_an_unknown_layer_is_named_with_those_there_are(name):
    with pytest.raises(CourseError, match=r"names no layer; there are \['body\.conv1"):
        transfer.freeze(SmallCNN(10), name)


def test_a_name_that_stands_twice_is_refused():
    model = nn.Module()
    model.body = nn.ModuleDict(
        {"a": nn.ModuleDict({"d": nn.Linear(1, 1)}), "b": nn.ModuleDict({"d": nn.Linear(1, 1)})}
    )
    with pytest.raises(CourseError, match="several"):
        transfer.freeze(model, "d")
    assert metrics.base_model_utilization(transfer.freeze(model, "a.d")) == 0.5
    model.d = nn.Linear(1, 1)  # now one of them is called just so
    assert model.d.weight.requires_grad and not transfer.freeze(model, "d").d.weight.requires_grad


def test_a_new_head_has_new_weights_and_the_old_body():
    base = SmallCNN(10)
    new = transfer.replace_head(base, 4, seed=1)
    assert same(new.body, base.body)
    assert new.head.dense2.weight.shape == (4, 128)
    assert not torch.equal(new.head.dense1.weight, base.head.dense1.weight)
    assert same(transfer.replace_head(base, 4, seed=1), new)
    assert not same(transfer.replace_head(base, 4, seed=2).head, new.head)


def test_part_of_a_head_can_be_kept():
    base = SmallCNN(10)
    new = transfer.replace_head(base, 4, keep="head.dense1")
    assert torch.equal(new.head.dense1.weight, base.head.dense1.weight)
    with pytest.raises(CourseError, match="before the last"):
        transfer.replace_head(base, 4, keep="dense2")


def test_a_kept_layer_stays_frozen_and_what_is_new_learns():
    new = transfer.replace_head(transfer.freeze(SmallCNN(10), "head"), 4, keep="head.dense1")
    learning = [name for name, parameter in new.named_parameters() if parameter.requires_grad]
    assert learning == ["head.dense2.weight", "head.dense2.bias"]


def test_a_head_that_is_one_layer_is_replaced_as_it_was():
    base = nn.Module()
    base.body, base.head = nn.Linear(4, 3), nn.Linear(3, 5, bias=False)
    new = transfer.replace_head(base, 1)
    assert new.head.weight.shape == (1, 3) and new.head.bias is None
    assert torch.equal(new.head.weight, transfer.replace_head(base, 1, seed=0).head.weight)
    with pytest.raises(CourseError, match="before the last one"):
        transfer.replace_head(base, 2, keep="head")
    with pytest.raises(CourseError, match="at least one class, got 0"):
        transfer.replace_head(base, 0)


def test_a_new_head_learns_though_the_old_one_was_frozen():
    new = transfer.replace_head(transfer.freeze(SmallCNN(10), "head"), 3)
    assert layer_table(new, (1025, 32)).frozen_params == 102_624


def test_a_new_head_does_not_disturb_the_random_state():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    transfer.replace_head(SpeakerMLP(2, 3, in_frames=1, hsize=4), 2)
    torch.manual_seed(5)
    transfer.replace_head(SmallCNN(2), 3)
    torch.manual_seed(5)
    assert torch.equal(torch.rand(1), expected)


def test_a_sweep_over_pairs_is_the_same_training_at_every_point(sounds):
    torch.manual_seed(0)
    base, said = SmallCNN(10), []
    how = {"epochs": 3, "lr": 2e-3, "batch_size": 8}
    uptos = ["", "body", "head"]
    points = transfer.sweep(base, sounds, sounds, points=uptos, seeds=(0, 4), progress=said.append, **how)
    told = []
    for upto in uptos:
        for seed in (0, 4):
            model = transfer.init_from_base(base, upto, 3, seed)
            if upto != "head":
                transfer.fit_frozen(model, sounds, seed=seed, patience=None, progress=False, **how)
            told.append((upto, measure(model, sounds)[1]))
    assert [(point.upto, each) for point in points for each in point.accuracies] == told
    assert len(set(points[0].accuracies + points[1].accuracies)) > 1 and points[2].trained_parameters == 0
    assert all(0 <= point.seconds < 600 for point in points)
    lines = [f"{upto or 'nothing'} frozen, seed {seed}: " for upto in uptos for seed in (0, 4)]
    assert said == [f"{line}{accuracy:.1%}" for line, (_, accuracy) in zip(lines, told)]


def test_what_a_sweep_does_when_nothing_is_said(sounds, capsys):
    torch.manual_seed(0)
    base = SmallCNN(10)
    (plain,) = transfer.sweep(base, sounds, sounds, points=["head.dense1"])
    (said,) = transfer.sweep(
        base, sounds, sounds, points=["head.dense1"], seeds=(0, 1, 2), epochs=10, lr=1e-3, batch_size=64
    )
    assert (
        plain.accuracies == said.accuracies and len(plain.accuracies) == 3 and capsys.readouterr().out == ""
    )
    names = [point.upto for point in transfer.sweep(base, sounds, sounds, seeds=(0,), epochs=1)]
    assert names == ["", *transfer.layer_names(base)]


def test_a_seed_decides_the_new_layers_and_zero_is_the_usual_one():
    base = SmallCNN(10)
    for upto in ("", "body", "head.dense1"):
        plain, zero, one = (transfer.init_from_base(base, upto, 3, *seed) for seed in ((), (0,), (1,)))
        assert same(plain, zero) and not same(zero, one)


def test_kept_vectors_are_of_these_layers_with_these_weights():
    weights = nn.Linear(3, 3)
    one, other = nn.Sequential(weights, nn.ReLU()), nn.Sequential(weights, nn.Tanh())
    assert transfer.frozen_features.weights_key(one) != transfer.frozen_features.weights_key(
        other
    )  # equal weights, other layers
    assert len(transfer.frozen_features.weights_key(one)) == 32


def test_rates_grow_towards_the_head():
    rates = transfer.layer_rates(transfer.freeze(SmallCNN(2), "conv1"), lr=1.0, factor=0.5)
    assert rates == {"body.conv2": 0.125, "body.conv3": 0.25, "head.dense1": 0.5, "head.dense2": 1.0}
    assert set(transfer.layer_rates(SmallCNN(2), factor=1).values()) == {1e-3}  # equal rates are allowed
    with pytest.raises(CourseError, match="factor"):
        transfer.layer_rates(SmallCNN(2), factor=0)
    with pytest.raises(CourseError, match="all frozen"):
        transfer.layer_rates(transfer.freeze(SmallCNN(2), "head"))
    with pytest.raises(CourseError, match="factor"):
        transfer.layer_rates(SmallCNN(2), factor=2)


@pytest.mark.parametrize("upto", ["conv1", "conv2", "body", "head.dense1"])
def test_front_and_rest_are_the_model(upto, sounds):
    model = transfer.freeze(SmallCNN(3), upto)
    front, rest = transfer.split_at_frozen(model)
    with torch.no_grad():
        expected = model.eval()(sounds[0])
        assert torch.equal(rest.eval()(front.eval()(sounds[0])), expected)
    assert not any(parameter.requires_grad for parameter in front.parameters())


def test_a_model_that_freezes_nothing_has_no_front(sounds):
    front, rest = transfer.split_at_frozen(SmallCNN(3))
    assert len(front) == 0 and rest.eval()(sounds[0]).shape == (24, 3)


def test_a_frozen_body_is_the_front_and_gives_its_896_numbers(sounds):
    front, rest = transfer.split_at_frozen(transfer.freeze(SmallCNN(3, dropout=0.5)))
    assert front.eval()(sounds[0]).shape == (24, 896)
    assert [type(module) for module in rest] == [nn.Linear, nn.ReLU, nn.Linear]


def test_the_dice_before_a_layer_that_learns_stay_with_it():
    front, rest = transfer.split_at_frozen(transfer.freeze(SmallCNN(3, dropout=0.5), "conv2"))
    assert [type(module) for module in rest][:2] == [nn.Dropout, nn.Conv2d]
    assert type(list(front)[-1]) is nn.ReLU


@pytest.mark.parametrize("upto", ["conv2", "body"])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_training_on_what_the_front_gave_equals_training_the_model(upto, dropout, sounds):
    plain = transfer.freeze(SmallCNN(3, dropout=dropout), upto)
    quick = copy.deepcopy(plain)
    settings = {"epochs": 3, "lr": 1e-3, "batch_size": 8, "progress": False, "seed": 4}
    slow, fast = (
        fit(plain, sounds, sounds, **settings),
        transfer.fit_frozen(quick, sounds, sounds, **settings),
    )
    for a, b in zip(slow, fast):
        assert b.train_loss == pytest.approx(a.train_loss, rel=1e-4)
        assert b.valid_accuracy == a.valid_accuracy
    assert torch.allclose(predict(plain, sounds[0]), predict(quick, sounds[0]), atol=1e-3)
    assert same(plain.body.conv1, quick.body.conv1)


def test_embeddings_are_the_bodys_outputs_and_are_kept(sounds, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    model = SmallCNN(3, dropout=0.5).train()
    features = FeatureSet(sounds[0].numpy().astype(np.float16), sounds[1], ["a", "b", "c"], key="k")
    kept = transfer.embed(model, features)
    direct = transfer.embed(model, sounds[0])
    assert kept.shape == (896,) and model.training
    assert torch.allclose(torch.from_numpy(np.array(kept.X)).float(), direct, atol=2e-3, rtol=1e-3)
    monkeypatch.setattr(features, "batches", lambda *a, **k: pytest.fail("the body ran again"))
    assert np.array_equal(transfer.embed(model, features).X, kept.X)


def test_other_weights_are_another_cache_entry(sounds, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    features = FeatureSet(sounds[0].numpy().astype(np.float16), sounds[1], ["a", "b", "c"])
    one, other = SmallCNN(3), SmallCNN(3)
    assert not np.array_equal(transfer.embed(one, features).X, transfer.embed(other, features).X)
    assert len(list((tmp_path / "embeddings").iterdir())) == 2


def test_the_head_on_kept_outputs_leaves_the_frozen_body_alone(sounds, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    features = FeatureSet(sounds[0].numpy().astype(np.float16), sounds[1], ["a", "b", "c"])
    model = transfer.freeze(transfer.replace_head(SmallCNN(10), 3))
    before = copy.deepcopy(model)
    transfer.fit_frozen(model, features, epochs=40, lr=1e-3, batch_size=8, progress=False)
    assert same(model.body, before.body) and not same(model.head, before.head)
    assert measure(model, features)[1] > 0.9
