"""The networks: the small CNN's table to the last parameter, the speaker network, layer tables, modes."""

import pytest
import torch
import torchinfo
from torch import nn

from course_lib.errors import CourseError
from course_lib.metrics import base_model_utilization
from course_lib.models import SmallCNN, SpeakerMLP, decide, evaluating, layer_table, training

SOURCE_TABLE = [  # slide "Model Results"; channels last there, first here
    ("conv1", "Conv2d, ReLU", (32, 63, 8), 12_320),
    ("dropout1", "Dropout", (32, 63, 8), 0),
    ("conv2", "Conv2d, ReLU", (64, 14, 2), 81_984),
    ("dropout2", "Dropout", (64, 14, 2), 0),
    ("conv3", "Conv2d, ReLU", (128, 14, 2), 8_320),
    ("pool", "MaxPool2d", (128, 7, 1), 0),
    ("dropout3", "Dropout", (128, 7, 1), 0),
    ("flatten", "Flatten", (896,), 0),
    ("dense1", "Linear, ReLU", (128,), 114_816),
    ("dense2", "Linear", (10,), 1_290),
]


def test_small_cnn_is_the_table_of_the_source():
    model = SmallCNN(10)
    table = layer_table(model, (1025, 32))
    rows = [(row.name.split(".")[-1], row.kind, row.output_shape, row.params) for row in table.rows]
    assert rows == SOURCE_TABLE
    assert (table.total_params, table.trainable_params, table.frozen_params) == (218_730, 218_730, 0)
    model.body.requires_grad_(False)
    table = layer_table(model, (1, 1025, 32))
    assert (table.total_params, table.trainable_params, table.frozen_params) == (218_730, 116_106, 102_624)
    assert round(base_model_utilization(model), 4) == 0.4692
    assert "218,730 · trained 116,106 · frozen 102,624 (base-model utilization 46.92%)" in repr(table)
    assert repr(table).count("frozen") == 3 + 1


def test_small_cnn_takes_spectrograms_with_and_without_channel():
    torch.manual_seed(0)
    model, x = SmallCNN(7), -80 * torch.rand(3, 1025, 32)
    with evaluating(model):
        scores = model(x)
        assert scores.shape == (3, 7)
        assert torch.equal(scores, model(x.unsqueeze(1)))
        assert torch.equal(scores, model.head(model.body(x)))
        assert model.body(x).shape == (3, 896)
    with pytest.raises(CourseError, match=r"expected spectrograms \(batch, 1025, 32\)"):
        model(x[0])
    with pytest.raises(CourseError, match="at least one class"):
        SmallCNN(0)


@pytest.mark.parametrize(
    "model, shape",
    [
        (SmallCNN(45), (1025, 32)),
        (SpeakerMLP(20, 45), (420,)),
        (SpeakerMLP(13, 6, in_frames=3, hsize=8, dropout=0.1, batch_norm=True), (39,)),
        (nn.Sequential(nn.Conv1d(2, 3, 3), nn.BatchNorm1d(3), nn.Tanh(), nn.Flatten(), nn.Linear(18, 1)), (2, 8)),
        (nn.LSTM(5, 4, num_layers=2, batch_first=True), (9, 5)),
    ],
    ids=["cnn", "mlp", "mlp with norm", "conv1d", "lstm"],
)  # fmt: skip
def test_torchinfo_counts_the_same(model, shape):
    next(model.parameters()).requires_grad_(False)
    table = layer_table(model, shape)
    reference = torchinfo.summary(model, input_size=(1, *shape), verbose=0)
    assert table.total_params == reference.total_params
    assert table.trainable_params == reference.trainable_params
    weighty = [layer for layer in reference.summary_list if layer.is_leaf_layer and layer.num_params]
    ours = [row for row in table.rows if row.params]
    assert [row.params for row in ours] == [layer.num_params for layer in weighty]
    assert [row.output_shape for row in ours] == [tuple(layer.output_size[1:]) for layer in weighty]


def test_layer_table_leaves_the_model_as_it_was():
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 2)).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    layer_table(model, (4,))
    assert model.training and all(torch.equal(before[name], v) for name, v in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())
    with pytest.raises(CourseError, match="leave the batch axis out"):
        layer_table(model, (None, 4))


def test_shared_parameters_count_once():
    layer = nn.Linear(3, 3)
    assert layer_table(nn.Sequential(layer, layer), (3,)).total_params == 12


def test_speaker_mlp_gives_log_probabilities_and_has_three_hidden_layers():
    model = SpeakerMLP(20, 45, in_frames=21, hsize=100)
    out = model(torch.randn(7, 420))
    torch.testing.assert_close(out.exp().sum(1), torch.ones(7))
    shapes = [tuple(layer.weight.shape) for layer in model.modules() if isinstance(layer, nn.Linear)]
    assert shapes == [(100, 420), (100, 100), (100, 100), (45, 100)]
    for name, value in model.named_parameters():
        value.data.zero_()
        assert name.startswith(("body.", "head."))
    assert torch.allclose(model(torch.randn(1, 420)), -torch.log(torch.tensor(45.0)))


@pytest.mark.parametrize("in_frames", [0, 2, 20, -1])
def test_a_context_has_a_middle(in_frames):
    with pytest.raises(CourseError, match="odd number of frames"):
        SpeakerMLP(20, 5, in_frames=in_frames)


def test_speaker_mlp_says_what_it_expects():
    with pytest.raises(CourseError, match=r"21 frames of 20 features.*context_frames"):
        SpeakerMLP(20, 5)(torch.zeros(3, 20))


def test_an_utterance_is_decided_by_all_frames_not_by_most():
    frames = torch.tensor([[0.51, 0.49], [0.51, 0.49], [0.01, 0.99]])
    assert (frames.argmax(1) == 0).sum() == 2  # two of three frames say 0
    assert decide(frames.log()) == 1  # 0.51*0.51*0.01 < 0.49*0.49*0.99
    with pytest.raises(CourseError, match="one utterance at a time"):
        decide(torch.zeros(0, 2))


def test_evaluating_restores_every_mode_even_after_an_error():
    model = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(2), nn.Linear(2, 1))
    model[1].eval()
    with pytest.raises(KeyError), evaluating(model):
        assert not any(module.training for module in model.modules())
        assert not torch.is_grad_enabled()
        raise KeyError
    assert [module.training for module in model] == [True, False, True]
    assert torch.is_grad_enabled()


def test_training_keeps_the_frozen_part_in_evaluation_mode():
    model = SmallCNN(5).eval()
    model.body.requires_grad_(False)
    with training(model):
        assert not any(module.training for module in model.body.modules())
        assert all(module.training for module in model.head.modules())
    assert not model.training
    model.body.requires_grad_(True)
    model.body.conv1.requires_grad_(False)
    model.body.conv2.requires_grad_(False)  # dropout1 stands between frozen layers, dropout2 does not
    with training(model):
        modes = {name: module.training for name, module in model.body.named_children()}
    assert not any(modes[name] for name in ("conv1", "dropout1", "conv2"))
    assert all(modes[name] for name in ("dropout2", "conv3", "dropout3"))


def test_training_leaves_frozen_batch_norm_statistics_alone():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.ReLU(), nn.Linear(2, 2), nn.BatchNorm1d(2))
    model[:2].requires_grad_(False)
    with training(model):
        model(torch.randn(8, 2))
    assert torch.equal(model[1].running_mean, torch.zeros(2))
    assert not torch.equal(model[4].running_mean, torch.zeros(2))
