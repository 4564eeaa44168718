"""The layers in the page compute what course_lib.layers and the small CNN compute, equal to rounding."""

import pytest
import torch
from page_js import HERE, run_js

from course_lib.layers import AvgPool2d, Conv2d, MaxPool2d, out_size
from course_lib.models import SmallCNN, receptive_fields

pytestmark = pytest.mark.skipif(HERE is None, reason="neither node nor Chromium here")
DRAW = torch.Generator().manual_seed(0)
SIZES = [  # window, stride, padding, dilation
    ((3, 2), (1, 1), (0, 0), (1, 1)),
    ((4, 5), (3, 2), (2, 1), (1, 1)),
    ((2, 3), (2, 7), (1, 1), (3, 2)),
    ((1, 1), (5, 1), (0, 0), (1, 1)),
]


def array(x):
    return {"data": x.flatten().tolist(), "shape": list(x.shape)}


def tensor(answer):
    return torch.tensor([float("-inf") if v is None else v for v in answer["data"]]).reshape(answer["shape"])


def settings(sizes):
    return dict(zip(("window", "stride", "padding", "dilation"), map(list, sizes)))


def in_page(call, *given):
    """What a function of the page gives, as a tensor."""
    plain = f"(({{ data, shape }}) => ({{ data: Array.from(data), shape }}))({call}(...given))"
    answer = run_js("layer_math", plain, given)
    return torch.tensor(answer["data"]).reshape(answer["shape"])


@pytest.mark.parametrize("sizes", SIZES)
def test_convolution(sizes):
    x, layer = torch.randn(3, 20, 17, generator=DRAW), Conv2d(3, 4, *sizes)
    ours = in_page("conv2d", array(x), array(layer.weight.detach()), layer.bias.tolist(), settings(sizes))
    torch.testing.assert_close(ours, layer(x).detach(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("sizes", SIZES)
def test_pooling(sizes):
    x = torch.randn(3, 20, 17, generator=DRAW)
    torch.testing.assert_close(in_page("pool2d", array(x), "max", settings(sizes)), MaxPool2d(*sizes)(x))
    still = {**settings(sizes), "dilation": [1, 1]}
    ours = in_page("pool2d", array(x), "average", still)
    torch.testing.assert_close(ours, AvgPool2d(*sizes[:3])(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "size, sizes", [(1025, (32, 16, 0, 1)), (32, (12, 4, 4, 1)), (9, (3, 2, 1, 4)), (2, (3, 1, 0, 1))]
)
def test_places_of_a_window(size, sizes):
    places = run_js("layer_math", "outSize(...given)", [size, *sizes])
    assert places == (out_size(size, *sizes) if size >= sizes[0] else 0)


def test_float16_arrives_as_it_was_sent():
    values = torch.tensor([0.0, -0.0, 1.0, -65504.0, 6e-8, 0.1, -3.25, 2**-14]).half()
    words = values.numpy().view("uint16").tolist()
    assert run_js("layer_math", "Array.from(halves(given))", words) == values.float().tolist()


def test_a_number_reads_what_the_receptive_field_says():
    body = SmallCNN(3).body
    chain = [
        {"kind": "conv", **settings(sizes)}
        for sizes in (
            ((32, 12), (16, 4), (0, 4), (1, 1)),
            ((10, 4), (4, 4), (0, 0), (1, 1)),
            ((1, 1),) * 2 + ((0, 0), (1, 1)),
        )
    ] + [{"kind": "max", **settings(((2, 2), (2, 2), (0, 0), (1, 1)))}]
    for depth, name in enumerate(("conv1", "conv2", "conv3", "pool"), start=1):
        (top, bottom), (left, right) = run_js(
            "layer_math", "reads(...given)", [chain, depth, 1, 0, [1025, 32]]
        )
        assert (bottom - top + 1, right - left + 1) == receptive_fields(body)[name]
    assert run_js("layer_math", "reads(...given)", [chain, 1, 2, 1, [1025, 32]]) == [[32, 63], [0, 11]]
