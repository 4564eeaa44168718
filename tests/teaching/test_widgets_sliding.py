"""The pooling, convolution and shift explorers: every setting equals torch, every sum is the output, errors surface."""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_lib.audio import SR, excerpt, tone
from course_lib.errors import AudioError, CourseError
from course_lib.layers import AvgPool2d, Conv2d, MaxPool2d
from course_lib.models import SmallCNN, receptive_fields
from course_lib.teaching.plots import show_cells
from course_lib.teaching.widgets.convolution import KERNELS, ConvolutionExplorer, pattern
from course_lib.teaching.widgets.pooling import PoolingExplorer
from course_lib.teaching.widgets.shifting import SHIFTS, WINDOWS, ShiftExplorer, change
from course_lib.teaching.widgets.sliding import LOOKS
from course_lib.teaching.widgets.views import heard, views

NOISE = 0.05 * torch.randn(2 * SR, generator=torch.Generator().manual_seed(0))
VOICE = NOISE + 0.3 * tone(1000, 2.0)
VIEWS = ("mel", "bins", "level", "wave")
FEW = settings(max_examples=15, deadline=None)


@pytest.fixture(scope="module")
def pooling():
    return PoolingExplorer(VOICE[:SR])


@pytest.fixture(scope="module")
def convolution():
    return ConvolutionExplorer(VOICE[:SR])


def shape_told(explorer):
    """The sizes before and after, as the words say them."""
    found = re.search(r": (\d+) x (\d+) becomes (\d+) x (\d+)\.", explorer.figure_widget.text)
    sizes = [int(part) for part in found.groups()]
    return tuple(sizes[:2]), tuple(sizes[2:])


def setting(draw, explorer, *, odd):
    """Random positions of every slider, each within the end that the explorer itself has set."""
    for name in sorted(explorer.controls, key=lambda name: not name.startswith("window")):
        control = explorer.controls[name]
        if hasattr(control, "max"):
            most = min(control.max, control.min + odd)
            explorer.set(**{name: draw.draw(st.integers(control.min, most), label=name)})


@FEW
@given(st.data(), st.sampled_from(VIEWS), st.sampled_from(["average", "max"]))
def test_pooling_is_torchs_for_every_setting(pooling, draw, view, kind):
    pooling.set(view=view, kind=kind)
    setting(draw, pooling, odd=12)
    state = pooling.state(pooling.values)
    sizes = state["window"], state["stride"], state["padding"]
    x = pooling.views[view].values[None]
    theirs = nn.AvgPool2d(*sizes) if kind == "average" else nn.MaxPool2d(*sizes, state["dilation"])
    ours = AvgPool2d(*sizes) if kind == "average" else MaxPool2d(*sizes, state["dilation"])
    torch.testing.assert_close(pooling.respond(x[0], state), theirs(x)[0])
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-4, atol=1e-3)
    assert shape_told(pooling) == (tuple(x[0].shape), tuple(theirs(x)[0].shape))


@FEW
@given(st.data(), st.sampled_from(VIEWS), st.sampled_from(KERNELS))
def test_convolution_is_torchs_and_its_products_sum_to_the_output(convolution, draw, view, kernel):
    convolution.set(view=view, kernel=kernel)
    setting(draw, convolution, odd=8)
    state = convolution.state(convolution.values)
    sizes = state["window"], state["stride"], state["padding"], state["dilation"]
    x = convolution.read(convolution.views[view])[None]
    for layer in (nn.Conv2d(1, 1, *sizes, bias=False), Conv2d(1, 1, *sizes, bias=False)):
        layer.load_state_dict({"weight": convolution.kernel(state)[None, None]})
        with torch.no_grad():
            out = layer(x)[0]
        torch.testing.assert_close(convolution.respond(x[0], state), out, rtol=1e-4, atol=1e-4)
    assert shape_told(convolution) == (tuple(x[0].shape), tuple(out.shape))
    products = convolution.patch(x[0], state) * convolution.kernel(state)
    torch.testing.assert_close(products.sum(), out[state["place"]], rtol=1e-3, atol=1e-3)
    assert (
        f"sum to {float(convolution.respond(x[0], state)[state['place']]):.3f}"
        in convolution.figure_widget.text
    )


def test_parameters_are_counted_against_a_dense_layer(convolution):
    convolution.set(view="mel", kernel="onset", window_rows=8, window_columns=5)
    convolution.set(stride_rows=1, stride_columns=1, padding_rows=0, padding_columns=0)
    convolution.set(dilation_rows=1, dilation_columns=1)
    inputs, outputs = 64 * 101, 57 * 97
    assert shape_told(convolution) == ((64, 101), (57, 97))
    assert "Parameters: 40 + 1 bias = 41" in convolution.figure_widget.text
    assert f"{inputs * outputs + outputs:,}" in convolution.figure_widget.text


def test_what_cnn_explainer_cannot_do(convolution):
    """An input beyond 7 x 7, a dilation, a stride that does not divide: sizes counted by hand."""
    convolution.set(view="bins", window_rows=32, window_columns=6, dilation_columns=4, stride_rows=16)
    convolution.set(stride_columns=7, padding_columns=3)
    assert shape_told(convolution) == ((1025, 32), (63, 3))  # (32 + 6 - 21) // 7 + 1 = 3
    assert convolution.figure_widget.error == ""


def test_the_strongest_place_is_shown_until_another_is_chosen(pooling):
    pooling.set(view="mel", kind="max", window_rows=4, window_columns=4, look=LOOKS[0])
    state = pooling.state(pooling.values)
    out = pooling.respond(pooling.views["mel"].values, state)
    assert out[state["place"]] == out.max()
    pooling.set(place_columns=1)
    assert pooling.values["look"] == LOOKS[1] and pooling.values["place_columns"] == 1
    pooling.set(look=LOOKS[0])
    pooling.controls["place_columns"].value = 2  # on the page, with the arrow keys
    assert pooling.values["look"] == LOOKS[1] and "At place" in pooling.figure_widget.text
    assert f", {pooling.values['place_columns']})" in pooling.figure_widget.text


def test_every_view_has_a_picture_alt_text_and_a_sound(pooling, convolution):
    seen = set()
    for explorer in (pooling, convolution):
        for view in VIEWS:
            stage = explorer.set(view=view).figure_widget
            assert stage.png.startswith(b"\x89PNG") and len(stage.alt) > 100 and stage.error == ""
            assert stage.wav[:4] == b"RIFF" and "The patch" in stage.caption
            seen.add(stage.png)
    assert len(seen) == 8


def test_sliders_end_where_the_window_would_no_longer_fit(convolution):
    convolution.set(view="level", window_columns=11, padding_columns=0)
    assert convolution.controls["dilation_columns"].max == 9  # 10 gaps of 9, and one: 91 of 100 points
    assert convolution.controls["window_rows"].max == 1
    with pytest.raises(CourseError, match="expected dilation_columns"):
        convolution.set(dilation_columns=10)


def test_average_pooling_has_no_dilation(pooling):
    pooling.set(view="mel", kind="max", window_columns=3, dilation_columns=2)
    pooling.set(kind="average")
    assert pooling.values["dilation_columns"] == 1


def test_the_largest_is_framed_and_the_mean_told(pooling):
    pooling.set(view="mel", kind="average", window_rows=2, window_columns=3, look=LOOKS[0])
    assert "over 6 is" in pooling.figure_widget.text and "Parameters: 0" in pooling.figure_widget.text
    pooling.set(kind="max")
    assert (
        "the largest of 6 numbers" in pooling.figure_widget.text
        and "the mean would be" in pooling.figure_widget.text
    )


def test_exceptions_surface_in_code_and_on_the_page(monkeypatch):
    explorer = PoolingExplorer(VOICE[:SR])
    monkeypatch.setattr(PoolingExplorer, "told", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        explorer.set(window_rows=2)
    explorer.controls["window_rows"].value = 3
    assert "ZeroDivisionError" in explorer.figure_widget.error


@pytest.mark.parametrize("wave", [torch.zeros(100), torch.zeros(2, SR), torch.zeros(11 * SR)])
@pytest.mark.parametrize("explorer", [PoolingExplorer, ConvolutionExplorer])
def test_sounds_that_cannot_be_explored(explorer, wave):
    with pytest.raises(AudioError, match="take a part"):
        explorer(wave)


def test_silence_can_be_explored():
    for explorer in (PoolingExplorer(torch.zeros(SR)), ConvolutionExplorer(torch.zeros(SR))):
        for view in VIEWS:
            assert explorer.set(view=view).figure_widget.error == ""


def test_a_kernel_of_ones_own():
    own = torch.arange(12.0).reshape(3, 4)
    explorer = ConvolutionExplorer(VOICE[:SR], kernels={"mine": own})
    assert torch.equal(explorer.kernel(explorer.state(explorer.values)), own)
    explorer.set(window_rows=6)
    assert explorer.kernel(explorer.state(explorer.values)).shape == (6, 4)
    with pytest.raises(CourseError, match=r"\(rows, columns\)"):
        ConvolutionExplorer(VOICE[:SR], kernels={"mine": torch.zeros(3)})


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("size", [(9, 9), (1, 16), (5, 1), (1, 1)])
def test_patterns_have_length_one_or_are_silent(name, size):
    kernel = pattern(name, *size)
    assert kernel.shape == size and kernel.isfinite().all()
    assert float(kernel.norm()) < 1e-6 or abs(float(kernel.norm()) - 1) < 1e-5


def test_patterns_find_what_they_are_named_after():
    rising, falling = pattern("rising tone", 9, 9), pattern("falling tone", 9, 9)
    assert torch.allclose(rising, falling.flip(1))
    assert float((rising * torch.eye(9)).sum()) > 2 * abs(float((falling * torch.eye(9)).sum()))
    assert abs(float(rising.sum())) < 1e-5  # deaf to loudness
    with pytest.raises(CourseError, match="expected a kernel"):
        pattern("click", 3, 3)


def test_a_patch_sounds_like_its_rectangle():
    both = 0.4 * tone(500, 1.0) + 0.4 * tone(3000, 1.0)
    part, label = heard(both, views(both)["bins"], (370, 400), (10, 20))  # 2.9 to 3.1 kHz
    power = torch.fft.rfft(part).abs()
    assert abs(float(power.argmax()) * SR / len(part) - 3000) < 10
    assert "2,887 to 3,129 Hz" in label and len(part) == (11 * 512)


def test_a_faint_patch_is_made_louder_and_says_so():
    part, label = heard(0.01 * tone(1000), views(0.01 * tone(1000))["wave"], (0, 0), (800, 900))
    assert float(part.abs().max()) == pytest.approx(0.5, rel=0.01) and "40 dB louder" in label


@pytest.mark.parametrize(
    "seconds, hertz", [((0.5, 0.5), (0, 8000)), ((2, 3), (0, 8000)), ((0, 1), (500, 500))]
)
def test_excerpts_that_are_empty(seconds, hertz):
    with pytest.raises(AudioError, match="from < to"):
        excerpt(tone(500), seconds, hertz)


def test_shifting_by_nothing_changes_nothing_and_pooling_lessens_a_shift():
    words = NOISE.clone()
    words[6000:9000] += 0.4 * tone(700, 3000 / SR)
    explorer = ShiftExplorer(words, tone(2000) + NOISE[:SR])
    explorer.set(shift=0)
    assert "Without pooling 0%" in explorer.figure_widget.text
    explorer.set(shift=20, window=1)
    plain = int(re.search(r"Without pooling (\d+)%", explorer.figure_widget.text)[1])
    explorer.set(window=16)
    pooled = int(re.search(r"numbers, (\d+)%", explorer.figure_widget.text)[1])
    assert 0 < pooled < plain


def test_the_shift_explorer_answers_every_setting():
    explorer = ShiftExplorer(VOICE, NOISE[:SR])
    for window in WINDOWS:
        assert explorer.set(window=window, kind="max").figure_widget.error == ""
    for shift in SHIFTS:
        assert f"Moved by {shift} ms" in explorer.set(shift=shift).figure_widget.text
    with pytest.raises(AudioError, match="fit_second"):
        ShiftExplorer(VOICE[:SR], NOISE[:SR])


def test_a_change_is_a_share_of_the_distance_to_another():
    still, other = torch.zeros(3), torch.tensor([3.0, 0, 4])
    assert change(still, torch.tensor([0.0, 1, 0]), other) == pytest.approx(1 / 5)


def test_cells_write_small_tables_and_mark_places():
    ax = show_cells(torch.tensor([[-31.6, 0.0], [2.54, 0.061]]), mark=[(1, 0)], labels=("frame", "bin"))
    assert [text.get_text() for text in ax.texts] == ["−32", "0", "2.5", ".06"]
    assert len(ax.patches) == 2 and (ax.get_xlabel(), ax.get_ylabel()) == ("frame", "bin")
    assert not show_cells(torch.zeros(13, 2)).texts and not show_cells(torch.zeros(2, 2), numbers=False).texts


def seen_by_gradient(model, size):
    """Rows and columns of the input that one inner output depends on."""
    x = torch.zeros(1, 1, size, size, dtype=torch.float64, requires_grad=True)
    out = model(x)
    out[0, 0, out.shape[2] // 2, out.shape[3] // 2].backward()
    places = [x.grad[0, 0].abs().sum(1 - axis).nonzero() for axis in (0, 1)]
    return tuple(int(each.max() - each.min()) + 1 for each in places)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2), st.integers(1, 3)), min_size=1, max_size=3))
def test_receptive_fields_are_what_gradients_reach(layers):
    convolutions = [nn.Conv2d(1, 1, window, stride=step, dilation=gap) for window, step, gap in layers]
    model = nn.Sequential(*convolutions).double()
    for layer in convolutions:
        nn.init.constant_(layer.weight, 1.0)
    last = list(receptive_fields(model).values())[-1]
    assert seen_by_gradient(model, 80) == last


def test_receptive_fields_of_the_small_cnn():
    fields = receptive_fields(SmallCNN(10).body)
    assert fields == {"conv1": (32, 12), "conv2": (176, 24), "conv3": (176, 24), "pool": (240, 40)}
