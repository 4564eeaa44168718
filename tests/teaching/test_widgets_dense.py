"""The explorer of lesson 02: what it says equals what the layer computes, at every size; curves and scores."""

import re

import pytest
import torch

from course_lib.audio import SR, tone
from course_lib.errors import AudioError, CourseError
from course_lib.teaching.plots import new_axes, show_activity, show_curves, show_scores
from course_lib.teaching.widgets.dense import ACTIVATIONS, BANDS, FRAMES, HOP, DenseExplorer, pattern

NUMBER = r"(-?[\d.,]+)"


@pytest.fixture(scope="module")
def wave():
    hiss = 0.1 * torch.randn(SR // 2, generator=torch.Generator().manual_seed(0))
    return torch.cat([tone(200, 0.5), hiss])  # half a second of hum, half a second of hiss


@pytest.fixture(scope="module")
def dense(wave):
    return DenseExplorer(wave)


@pytest.mark.parametrize("bands", BANDS)
@pytest.mark.parametrize("frames", FRAMES)
def test_dense_explorer_counts_and_computes_as_the_layer_does(dense, bands, frames):
    settings = {
        "bands": bands,
        "frames": frames,
        "units": 8,
        "weights": "random",
        "unit": 5,
        "activation": "tanh",
    }
    dense.set(**settings, moment=0.3, band=63, frame=0)
    x, layer = dense.patch(0.3, bands, frames), dense.layer(bands, frames, 8, "random")
    torch_layer = torch.nn.Linear(bands * frames, 8)
    torch_layer.load_state_dict(layer.state_dict())
    said = torch.tanh(torch_layer(x.flatten()))[5].item()
    assert sum(p.numel() for p in layer.parameters()) == int(
        re.search(r"= ([\d,]+)\. Cursor", dense.text())[1].replace(",", "")
    )
    assert float(re.search(rf"after tanh: {NUMBER}\.$", dense.text())[1]) == pytest.approx(said, abs=0.006)
    assert f"band {bands - 1} (" in dense.text()  # a cursor beyond the patch stays on its edge


def test_dense_explorer_shows_the_product_under_the_cursor(dense):
    dense.set(
        bands=8, frames=3, units=4, weights="hand", unit=0, band=7, frame=2, moment=0.75, activation="none"
    )
    x = float(dense.patch(0.75, 8, 3)[7, 2])
    w = float(pattern("hand", 0, 8, 3)[7, 2])
    assert f"input {x:.2f} x weight {w:.2f} = {x * w:.2f}" in dense.text()


def test_hiss_detector_hears_the_hiss_and_hum_detector_the_hum(dense):
    def said(unit, moment):
        dense.set(bands=16, frames=1, units=4, weights="hand", unit=unit, moment=moment, activation="none")
        return float(re.search(rf"after none: {NUMBER}\.$", dense.text())[1])

    assert said(0, 0.75) > 0 > said(0, 0.25)
    assert said(1, 0.25) > 0 > said(1, 0.75)


def test_onset_detector_needs_two_frames():
    assert pattern("hand", 2, 4, 1).abs().sum() == 0
    assert pattern("hand", 2, 4, 3)[:, 0].max() < 0 < pattern("hand", 2, 4, 3)[:, 2].min()


def test_cosine_weights_are_at_right_angles():
    rows = torch.stack([pattern("cosine", unit, 16, 1).flatten() for unit in range(16)])
    assert torch.allclose(rows @ rows.T, torch.eye(16), atol=1e-5)


def test_dense_explorer_plays_the_patch(dense, wave):
    dense.set(moment=0.5, frames=5)
    part, label = dense.sound(**dense.values)
    length = 5 * HOP + 512
    assert torch.equal(part[:length], wave[SR // 2 - length // 2 : SR // 2 + length // 2])
    assert f"{1000 * length / SR:.0f} ms" in label and dense.figure_widget.wav


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("weights", ["hand", "cosine", "random"])
def test_dense_explorer_has_alt_text_and_words_for_every_setting(dense, weights, activation):
    for moment in (0.0, dense.seconds):
        dense.set(weights=weights, activation=activation, moment=moment, units=64, bands=64, frames=21)
        assert "64 units" in dense.figure_widget.alt and "Parameters: 1,344 inputs" in dense.html()
        assert dense.figure_widget.png.startswith(b"\x89PNG")


def test_dense_explorer_leaves_the_random_numbers_alone(dense):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    dense.layer(4, 1, 2, "random")
    assert torch.equal(torch.rand(3), expected)


def test_dense_explorer_refuses_what_is_no_sound():
    with pytest.raises(AudioError, match="take a part"):
        DenseExplorer(torch.zeros(2, SR))
    with pytest.raises(AudioError, match=r"0\.1 to 10 s"):
        DenseExplorer(torch.zeros(100))


def test_trouble_on_the_page_is_shown_and_goes_again(dense, monkeypatch):
    monkeypatch.setattr(dense, "patch", lambda *_: 1 / 0)
    dense.controls["bands"].value = 2 if dense.values["bands"] != 2 else 4
    assert "ZeroDivisionError" in dense.figure_widget.error
    with pytest.raises(ZeroDivisionError):
        dense.set(bands=16)
    monkeypatch.undo()
    dense.set(bands=8)
    assert dense.figure_widget.error == ""


def test_curves_and_scores_name_their_lines_and_chance():
    ax = show_curves({"one": [3, 2, 1], "two": [3, 3]}, ylabel="loss", chance=0.5, title="t")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two", "chance: 50.0%"]
    assert ax.get_lines()[1].get_xdata().tolist() == [1, 2]
    assert len({line.get_marker() for line in ax.get_lines()[:2]}) == 2  # colour is not the only mark
    ax = show_scores({"a": [0.5, 0.7], "b": [0.1]}, xlabel="share", chance=0.25, ax=new_axes()[1])
    assert ax.get_lines()[1].get_xdata() == pytest.approx([0.6, 0.6])  # the mean of a
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_activity_is_in_seconds():
    ax = show_activity([-1.0, 2.0, 1.0], hop_s=0.5, unit="dB")
    assert ax.get_lines()[0].get_xdata().tolist() == [0, 0.5, 1.0] and ax.get_ylabel() == "activation (dB)"


@pytest.mark.parametrize("wrong", [[], [1.0, float("nan")], [[1.0]]])
def test_what_is_no_row_of_numbers_is_refused(wrong):
    with pytest.raises(CourseError, match="all finite"):
        show_activity(wrong)
    with pytest.raises(CourseError, match="all finite"):
        show_scores({"a": wrong}, xlabel="share")
    with pytest.raises(CourseError, match="dictionary"):
        show_curves(wrong, ylabel="loss")
