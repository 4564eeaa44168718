"""LoRA and adapters: they begin by changing nothing, nothing else learns, and they can be merged or taken off."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.errors import CourseError
from course_lib.models import SmallCNN, XVector
from course_lib.training import fit, predict
from course_lib.transfer import add_adapters, add_lora, additions, detach, merge
from course_lib.transfer.adapters import Adapter, LoRA

KINDS = {"lora": add_lora, "adapters": add_adapters}
NETWORKS = {
    "x-vector": (lambda: XVector(3, channels=16, embedding=8), (4, 64, 31)),
    "attentive": (lambda: XVector(3, channels=24, blocks=4, embedding=8, attentive=True), (4, 64, 31)),
    "small_cnn": (lambda: SmallCNN(3), (4, 1025, 32)),
}
EACH = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(params=NETWORKS)
def case(request):
    torch.manual_seed(0)
    make, shape = NETWORKS[request.param]
    return make().eval(), torch.randn(shape)


def moved(model):
    """Additions as after a training: no number is zero any more."""
    made = copy.deepcopy(model)
    with torch.no_grad():
        for name, value in made.body.named_parameters():
            if ".up." in name:
                value.copy_(0.1 * torch.randn_like(value))
    return made.eval()


@EACH
def test_at_first_nothing_has_changed(case, kind):
    model, x = case
    assert torch.equal(KINDS[kind](model).eval()(x), model(x))


@EACH
def test_the_base_stays_as_it_was_and_can_be_had_back(case, kind):
    model, x = case
    state = copy.deepcopy(model.state_dict())
    made = moved(KINDS[kind](model))
    assert not torch.allclose(made(x), model(x), atol=1e-3)
    back = detach(made)
    assert back.state_dict().keys() == state.keys()
    for found in (back.state_dict(), model.state_dict()):
        assert all(torch.equal(found[name], value) for name, value in state.items())


def test_merged_lora_gives_the_same(case):
    model, x = case
    made = moved(add_lora(model.double(), rank=3, alpha=5))
    plain = merge(made)
    assert [type(module) for module in plain.modules()] == [type(module) for module in model.modules()]
    torch.testing.assert_close(plain(x.double()), made(x.double()), rtol=1e-9, atol=1e-9)


@EACH
def test_only_the_additions_and_the_head_learn(kind):
    torch.manual_seed(0)
    model = XVector(3, channels=16, embedding=8)
    made = KINDS[kind](model, 8)
    before = copy.deepcopy(made.state_dict())
    X, y = 20 * torch.randn(24, 64, 31), torch.arange(24) % 3  # decibels
    fit(made, (X, y), epochs=2, lr=0.01, batch_size=8, progress=False)
    changed = {name for name, value in made.state_dict().items() if not torch.equal(value, before[name])}
    own = {f"body.{name}" for name in additions(made)}
    assert own and changed == own | {"head.weight", "head.bias"}  # BatchNorm's averages stood still as well
    assert sum(map(torch.numel, additions(made).values())) == sum(
        p.numel() for p in made.body.parameters() if p.requires_grad
    )


def test_lora_is_the_sum_of_the_layer_and_a_matrix_of_low_rank():
    """A dense layer, number by number: W x + scale * B (A x)."""
    torch.manual_seed(0)
    part = LoRA(nn.Linear(5, 4, bias=False), rank=2, alpha=6)
    nn.init.normal_(part.up.weight)
    x, W, A, B = torch.randn(5), part.layer.weight, part.down.weight, part.up.weight
    torch.testing.assert_close(part(x), W @ x + 3 * B @ (A @ x))
    assert torch.linalg.matrix_rank(part.merged().weight - W) == 2


def test_an_adapter_bends_in_its_middle():
    torch.manual_seed(0)
    part = Adapter(nn.Conv1d(3, 6, 5), width=2)
    nn.init.normal_(part.up.weight)
    x = torch.randn(1, 3, 9)
    y = part.layer(x)
    down, up = part.down.weight[:, :, 0], part.up.weight[:, :, 0]
    torch.testing.assert_close(part(x), y + up @ F.relu(down @ y))


@EACH
def test_chosen_layers_and_the_same_numbers_for_a_seed(kind):
    model = XVector(3, channels=16, embedding=8)
    made = [KINDS[kind](model, 2, layers=["body.project"], seed=seed) for seed in (1, 1, 2)]
    assert set(additions(made[0])) == {"project.down.weight", "project.up.weight"}
    first, same, other = (additions(each)["project.down.weight"] for each in made)
    assert torch.equal(first, same) and not torch.equal(first, other)


def test_the_head_learns_although_it_was_frozen():
    model = XVector(3, channels=16, embedding=8).requires_grad_(False)
    assert all(p.requires_grad for p in add_lora(model).head.parameters())


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (lambda model: add_lora(model, 0), "rank or width of 1 or more, got 0"),
        (lambda model: add_adapters(model, layers=["body.pool"]), "body.conv1.*got .'body.pool'"),
        (lambda model: merge(add_adapters(model)), "cannot be merged"),
        (lambda model: LoRA(nn.Conv1d(4, 4, 3, groups=2)), "one group, got 2"),
    ],
)
def test_what_cannot_be_is_said(broken, says):
    with pytest.raises(CourseError, match=says):
        broken(XVector(3, channels=16, embedding=8))


def test_predictions_of_a_trained_model_and_its_merged_copy_agree():
    torch.manual_seed(0)
    made = add_lora(XVector(3, channels=16, embedding=8), 2)
    X, y = torch.randn(24, 64, 31), torch.arange(24) % 3
    fit(made, (X, y), epochs=2, lr=0.01, batch_size=8, progress=False)
    torch.testing.assert_close(predict(merge(made), X), predict(made, X), rtol=1e-4, atol=1e-4)
