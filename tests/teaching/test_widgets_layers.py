"""The layer explorer: what it shows is what the layers give, and what it plays is what they see."""

import pytest
import torch

from course_lib.audio import SR, tone
from course_lib.errors import CourseError
from course_lib.features import spectrogram
from course_lib.models import SmallCNN
from course_lib.teaching.widgets.layers import BIN, FRAME, LayerExplorer, outputs


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return SmallCNN(3)


@pytest.fixture
def explorer(model):
    return LayerExplorer(model, tone(1000) + 0.3 * tone(300), names=["ana", "ben", "cleo"])


def test_each_layer_gives_what_the_model_gives(model):
    picture = spectrogram(tone(440))
    given = outputs(model, picture)
    with torch.no_grad():
        model.eval()
        assert torch.allclose(given["head.dense2"], model(picture[None])[0], atol=1e-5)
        assert torch.allclose(given["body.pool"].flatten(), model.body(picture[None])[0], atol=1e-5)
    assert all((given[name] >= 0).all() for name in ("body.conv1", "body.conv2", "body.conv3", "head.dense1"))
    assert not list(model.body.conv1._forward_hooks)


@pytest.mark.parametrize(
    "layer", ["input", "body.conv1", "body.conv2", "body.conv3", "body.pool", "head.dense1", "head.dense2"]
)
def test_every_layer_has_a_picture_words_and_a_sound(explorer, layer):
    for channel in (0, 31):
        explorer.set(layer=layer, channel=channel)
        assert (
            layer in explorer.figure_widget.alt
            and "numbers" in explorer.figure_widget.text
            and explorer.figure_widget.wav
        )
    if layer == "head.dense2":
        assert any(name in explorer.figure_widget.text for name in ("ana", "ben", "cleo"))


@pytest.mark.parametrize("name", ["conv1", "conv2", "pool"])
def test_what_is_played_is_what_the_number_was_computed_from(model, explorer, name):
    picture = torch.randn(1, 1025, 32, requires_grad=True)
    x = model.eval().body.prepare(picture)
    for child, module in model.body.named_children():
        if not isinstance(module, torch.nn.ReLU):  # which would stop the gradient
            x = module(x)
        if child == name:
            break
    row, column = x.shape[-2] // 2, x.shape[-1] // 2
    x[0, 0, row, column].backward()
    reached = picture.grad[0].nonzero()
    seconds, hertz = explorer.patch(f"body.{name}", row, column)
    assert hertz[0] <= BIN * float(reached[:, 0].min()) and BIN * float(reached[:, 0].max()) <= hertz[1]
    assert (
        seconds[0] <= FRAME * float(reached[:, 1].min())
        and min(1, FRAME * float(reached[:, 1].max())) <= seconds[1]
    )
    if name == "conv1":
        assert hertz[1] - hertz[0] == pytest.approx(32 * BIN, rel=0.01)


def test_a_channel_that_says_nothing_is_told(model):
    explorer = LayerExplorer(model, torch.zeros(SR))
    explorer.given["body.conv1"] = torch.zeros(32, 63, 8)
    explorer.update()
    assert "nothing to say" in explorer.figure_widget.text


def test_another_length_is_refused(model):
    with pytest.raises(CourseError, match="16000"):
        LayerExplorer(model, torch.zeros(100))
