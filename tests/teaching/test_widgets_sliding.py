"""The shift explorer, excerpts, cells and receptive fields: what is said equals what is computed, errors surface."""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_lib.audio import SR, excerpt, tone
from course_lib.errors import AudioError
from course_lib.models import SmallCNN, receptive_fields
from course_lib.teaching.plots import show_cells
from course_lib.teaching.widgets.shifting import SHIFTS, WINDOWS, ShiftExplorer, change

NOISE = 0.05 * torch.randn(2 * SR, generator=torch.Generator().manual_seed(0))
VOICE = NOISE + 0.3 * tone(1000, 2.0)


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
