"""A base over waves: one vector each, and over a recording of any length, with silence behind its ends."""

import numpy as np
import pytest
import torch

from course_lib import audio, features, transfer
from course_lib.errors import AudioError, CourseError
from course_lib.models import SmallCNN, XVector, evaluating, image_net
from course_lib.transfer import Base

SR = 16_000


class First(Base):
    """Its vector of a window is the first, the middle and the last sample, and its score the same thrice."""

    def embed(self, waves):
        return waves[:, [0, SR // 2, SR - 1]]

    def scores(self, waves):
        return 3 * self.embed(waves)


FIRST = First(None, [])


def test_vectors_and_scores_are_those_of_the_network():
    torch.manual_seed(0)
    base, waves = Base(XVector(3, channels=16, blocks=1, embedding=8), list("abc")), 0.1 * torch.randn(70, SR)
    base.model.train()
    vectors, scores = base.embed(waves), base.scores(waves)
    assert base.model.training and not vectors.requires_grad, "the mode is put back"
    with evaluating(base.model):
        expected = base.model.body(features.mel(waves))
        torch.testing.assert_close(vectors, expected)
        torch.testing.assert_close(scores, base.model.head(expected))
    torch.testing.assert_close(vectors, transfer.embed(base.model, features.mel(waves)))
    torch.testing.assert_close(base.embed(waves[:2].numpy()), vectors[:2])


def test_networks_that_can_take_other_lengths_than_a_second():
    waves = 0.1 * torch.randn(3, 2 * SR)
    assert Base(XVector(2, channels=16, blocks=1, embedding=8), []).embed(waves).shape == (3, 8)
    assert Base(image_net.image_network("random"), []).embed(waves).shape == (3, 1280)
    with pytest.raises(CourseError, match="one second at 16 kHz"):
        Base(SmallCNN(2), []).embed(waves)


def test_windows_lie_about_every_hop_with_silence_beyond_the_ends():
    wave = torch.arange(1.0, 2.5 * SR + 1)  # sample k has the value k + 1
    times, vectors = FIRST.slide(wave, 0.5)
    assert times.tolist() == [0, 0.5, 1, 1.5, 2, 2.5]
    half = SR // 2
    assert vectors[0].tolist() == [0, 1, half], "half a second of silence before the recording"
    assert vectors[1].tolist() == [1, half + 1, SR]
    assert vectors[-1].tolist() == [2 * SR + 1, 0, 0], "its middle is the first sample behind the recording"
    _, scores = FIRST.slide(wave, 0.5, scores=True)
    assert torch.equal(scores, 3 * vectors)


def test_moments_of_ones_own_and_recordings_shorter_than_a_window():
    wave = torch.arange(1.0, 2.5 * SR + 1)
    times, vectors = FIRST.slide(wave, at=[0.75])
    assert times.tolist() == [0.75] and vectors.tolist() == [[SR // 4 + 1, 3 * SR // 4 + 1, SR // 4 + SR]]
    times, vectors = FIRST.slide([5.0, 6.0])
    assert times.tolist() == [0] and vectors.tolist() == [[0, 5, 0]]
    for wrong in (torch.zeros(0), torch.zeros(2, SR)):
        with pytest.raises(AudioError, match="at least one sample"):
            FIRST.slide(wrong)
    for hop in (0, -1, 1e-6, float("nan")):
        with pytest.raises(AudioError, match="above 0 s"):
            FIRST.slide(wave, hop)


def test_many_windows_are_those_that_unfold_would_cut():
    wave = torch.randn(40 * SR)
    middles = audio.window_middles(len(wave), 0.25)
    cut = list(audio.cut_windows(wave, middles))
    assert [len(part) for part in cut] == [64, 64, 29] and len(middles) == 157
    assert torch.equal(torch.cat(cut), wave.unfold(0, SR, SR // 4))
    assert np.allclose(np.diff(middles), 0.25) and middles[0] == 0.5
