"""The hand-written layers against their slow-loop specs and against torch: forward, gradients, names, floor."""

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from course_lib import layers
from course_lib.errors import CourseError
from course_lib.layers import AvgPool2d, Conv2d, Dense, MaxPool2d

QUICK = settings(max_examples=60, deadline=None)
small = st.integers(1, 3)
pairs = st.tuples(small, small)


def values(shape, seed, ties=False):
    generator = torch.Generator().manual_seed(seed)
    if ties:  # few different values, so that windows hold equal ones
        return torch.randint(-1, 2, shape, generator=generator).double()
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def gradients(layer, x):
    """The output, and the gradient of a fixed weighted sum of it for the input and every parameter."""
    x = x.clone().requires_grad_()
    y = layer(x)
    weights = torch.linspace(-1, 1, y.numel(), dtype=y.dtype).reshape(y.shape)
    names, parameters = zip(("x", x), *layer.named_parameters())
    return y.detach(), dict(zip(names, torch.autograd.grad((y * weights).sum(), parameters)))


def assert_twins(ours, theirs, x):
    theirs = theirs.double()
    ours.double().load_state_dict(theirs.state_dict())
    theirs.load_state_dict(ours.state_dict())
    (our_y, our_grads), (their_y, their_grads) = gradients(ours, x), gradients(theirs, x)
    torch.testing.assert_close(our_y, their_y, rtol=1e-10, atol=1e-10)
    assert our_grads.keys() == their_grads.keys()
    for name, grad in their_grads.items():
        torch.testing.assert_close(our_grads[name], grad, rtol=1e-10, atol=1e-10, msg=f"gradient of {name}")
    return our_y


@st.composite
def planes(draw):
    """A shape (N, C, H, W) and a kernel, stride, padding, dilation whose window fits into it."""
    kernel, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    least = [max(1, d * (k - 1) + 1 - 2 * p) for k, d, p in zip(kernel, dilation, padding)]
    size = [draw(st.integers(m, m + 5)) for m in least]
    return (draw(small), draw(small), *size), kernel, stride, padding, dilation


@QUICK
@given(small, st.integers(1, 6), st.integers(1, 6), st.booleans(), st.integers(0, 99))
def test_dense_is_linear(n, inputs, units, bias, seed):
    x = values((n, inputs), seed)
    y = assert_twins(Dense(inputs, units, bias=bias), nn.Linear(inputs, units, bias=bias), x)
    assert y.shape == (n, units)


@QUICK
@given(planes(), small, st.booleans(), st.integers(0, 99))
def test_conv2d_is_torch_conv2d(plane, out, bias, seed):
    shape, kernel, stride, padding, dilation = plane
    settings_ = (shape[1], out, kernel, stride, padding, dilation)
    assert_twins(Conv2d(*settings_, bias=bias), nn.Conv2d(*settings_, bias=bias), values(shape, seed))


@QUICK
@given(planes(), st.integers(0, 99), st.booleans())
def test_max_pool_is_torch_max_pool(plane, seed, ties):
    shape, *options = plane
    x = values(shape, seed, ties)
    assume(
        MaxPool2d(*options)(x).isfinite().all()
    )  # a window that sees padding alone has no gradient to compare
    assert_twins(MaxPool2d(*options), nn.MaxPool2d(*options), x)


@QUICK
@given(planes(), st.integers(0, 99))
def test_avg_pool_is_torch_avg_pool(plane, seed):
    shape, kernel, stride, padding, _ = plane
    assert_twins(
        AvgPool2d(kernel, stride, padding), nn.AvgPool2d(kernel, stride, padding), values(shape, seed)
    )


@settings(max_examples=25, deadline=None)
@given(planes(), st.integers(0, 99))
def test_fast_equals_slow_loop(plane, seed):
    shape, kernel, stride, padding, dilation = plane
    x = values(shape, seed)
    conv = Conv2d(shape[1], 2, kernel, stride, padding, dilation).double()
    spec = layers.conv2d_spec(x, conv.weight, conv.bias, stride, padding, dilation)
    torch.testing.assert_close(conv(x), spec)
    spec = layers.max_pool2d_spec(x, kernel, stride, padding, dilation)
    assert torch.equal(MaxPool2d(kernel, stride, padding, dilation)(x), spec)
    spec = layers.avg_pool2d_spec(x, kernel, stride, padding)
    torch.testing.assert_close(AvgPool2d(kernel, stride, padding)(x), spec)
    flat = x.flatten(1)
    dense = Dense(flat.shape[1], 3).double()
    torch.testing.assert_close(dense(flat), layers.dense_spec(flat, dense.weight, dense.bias))


def test_specs_counted_by_hand():
    x = torch.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    assert layers.conv2d_spec(x, torch.ones(1, 1, 2, 2), torch.tensor([10.0])).tolist() == [[[[22.0, 26.0]]]]
    assert layers.avg_pool2d_spec(x, (2, 2), (1, 1)).tolist() == [[[[3.0, 4.0]]]]
    assert layers.max_pool2d_spec(x, (1, 2), (1, 1), dilation=(1, 2)).tolist() == [[[[3.0], [6.0]]]]
    x, weight = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0], [5.0, 6.0], [0.0, 1.0]])
    assert layers.dense_spec(x, weight, torch.tensor([0.5, 0.0, -2.0])).tolist() == [[11.5, 17.0, 0.0]]


def test_initial_weights_are_drawn_like_torch():
    for ours, theirs in [(lambda: Dense(5, 3), lambda: nn.Linear(5, 3)),
                         (lambda: Conv2d(2, 3, (4, 5)), lambda: nn.Conv2d(2, 3, (4, 5)))]:  # fmt: skip
        torch.manual_seed(0)
        mine = ours()
        torch.manual_seed(0)
        for name, value in theirs().state_dict().items():
            torch.testing.assert_close(mine.state_dict()[name], value)


def test_any_leading_axes():
    x = values((2, 3, 1, 6, 7), 0)
    conv = Conv2d(1, 4, 3).double()
    assert torch.equal(conv(x)[1, 2], conv(x[1, 2]))
    assert MaxPool2d(2)(x).shape == (2, 3, 1, 3, 3)
    assert Dense(7, 2).double()(x).shape == (2, 3, 1, 6, 2)


def test_moving_the_input_moves_the_convolution_and_hardly_the_pooled_maximum():
    x = torch.zeros(1, 1, 8, 8, dtype=torch.float64)
    x[..., 2, 2] = 1.0
    moved = x.roll(1, -1)
    conv = Conv2d(1, 1, 3, bias=False).double()
    assert torch.equal(conv(moved)[..., 1:], conv(x)[..., :-1])
    assert torch.equal(MaxPool2d(2)(moved), MaxPool2d(2)(x))


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda: Dense(4, 2)(torch.zeros(3, 5)), "expected 4 input features"),
        (lambda: Conv2d(1, 2, 3)(torch.zeros(8, 8)), "channel axis"),
        (lambda: Conv2d(1, 2, 9)(torch.zeros(1, 8, 8)), "at least 9 points"),
        (lambda: MaxPool2d(2, padding=2), "at most half the window"),
        (lambda: AvgPool2d((2, 2, 2)), "one whole number or two"),
        (lambda: AvgPool2d(2, stride=0), "stride"),
        (lambda: MaxPool2d(3, dilation=4)(torch.zeros(1, 8, 9)), "smaller window"),
    ],
)
def test_errors_say_what_to_do(wrong, says):
    with pytest.raises(CourseError, match=says):
        wrong()


@pytest.mark.parametrize(
    "layer, setting",
    [
        (layer, setting)
        for layer in (Conv2d, MaxPool2d, AvgPool2d)
        for setting in ("kernel_size", "stride", "padding", "dilation")
        if (layer, setting) != (AvgPool2d, "dilation")
    ],
)
def test_a_refused_setting_is_named(layer, setting):
    settings_ = {"kernel_size": 3, setting: "wrong"}
    channels = (1, 1) if layer is Conv2d else ()
    with pytest.raises(CourseError, match=f"expected {setting} as one whole number"):
        layer(*channels, **settings_)


def test_places_of_a_window():
    assert layers.out_size(5, 2) == 4  # one step at a time
    assert layers.out_size(1, 3, padding=1) == 1
    with pytest.raises(CourseError, match="at least 6 points"):
        layers.out_size(1, 6, padding=2)  # 1 + 2*2 = 5


def test_layers_show_their_settings():
    assert repr(Dense(4, 2, bias=False)) == "Dense(4, 2, bias=False)"
    assert repr(Conv2d(1, 2, (3, 4), padding=(1, 0))) == (
        "Conv2d(1, 2, kernel_size=(3, 4), stride=(1, 1), padding=(1, 0), dilation=(1, 1), bias=True)"
    )
    assert (
        repr(MaxPool2d(2)) == "MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0), dilation=(1, 1))"
    )
    assert repr(AvgPool2d(2, 1)) == "AvgPool2d(kernel_size=(2, 2), stride=(1, 1), padding=(0, 0))"
