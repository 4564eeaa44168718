"""Encoders side by side: one that hears pitch names speakers who hum, one that hears nothing guesses."""

import corpus_makers
import numpy as np
import pytest
import torch

from course_lib.data import load
from course_lib.metrics import equal_error_rate_of_pairs
from course_lib.tasks.encoder_comparison import right_seconds, trial_scores
from course_lib.transfer.prototypes import recording_direction

PITCH = {"ana": 300, "ben": 700, "cleo": 1_500}


class Ear:
    """The energy below 500 Hz, up to 1 kHz, and above. (n, 16000) -> (n, 3)"""

    def embed(self, waves):
        power = torch.fft.rfft(waves).abs().square()
        return torch.stack([part.sum(1) for part in power.tensor_split((500, 1_000), 1)], 1) / 1e6


class Deaf:
    """The same for every sound, but for a crumb."""

    def embed(self, waves):
        return torch.tensor([1.0, 2.0, 3.0]) + 1e-6 * waves[:, :3]


@pytest.fixture(params=[2, 3], ids=["two speakers", "three speakers"])
def hums(tmp_path, request):
    rows = [
        {
            "path": f"{who}_{day}.wav", "speaker": who, "split": split, "session": f"{who}_{day}",
            "wave": corpus_makers.tone(pitch, 2.5, seed=day),
        }
        for who, pitch in list(PITCH.items())[: request.param]
        for day, split in enumerate(("train", "train", "test"))
    ]  # fmt: skip
    return load(corpus_makers.corpus_folder(tmp_path / "hums", rows))


def test_whoever_hears_pitch_names_everybody_and_whoever_hears_nothing_guesses(hums):
    found = right_seconds(Ear(), hums, seconds=(1, None), seeds=(0, 1))
    assert found == {1: (1.0, 1.0), None: (1.0, 1.0)}
    assert right_seconds(Deaf(), hums, seconds=(1,), seeds=(0,))[1][0] == pytest.approx(
        1 / len(hums.speakers)
    )


def test_recordings_of_one_speaker_are_alike(hums):
    scores, speakers = trial_scores(Ear(), hums)
    assert scores.shape == (len(hums), len(hums)) and list(speakers) == [clip.speaker for clip in hums]
    np.testing.assert_allclose(np.diag(scores), 1, rtol=1e-5)
    assert equal_error_rate_of_pairs(scores, speakers) == 0


def test_a_recording_is_the_mean_direction_of_its_seconds():
    """Two seconds, half a second apart: three windows, whose vectors count with length 1 each."""

    class First:
        def embed(self, waves):
            return torch.stack([2 * waves[:, 0], 3 * waves[:, 1]], 1)

    wave = torch.zeros(32_000)
    wave[0], wave[8_001], wave[16_000] = 1, 1, 1  # directions (1, 0), (0, 1), (1, 0)
    torch.testing.assert_close(recording_direction(First(), wave), torch.tensor([2.0, 1.0]) / 5**0.5)


def test_how_long_an_encoders_vectors_are_does_not_matter(hums):
    class Quiet(Ear):
        def embed(self, waves):
            return super().embed(waves) / 1_000

    assert right_seconds(Quiet(), hums, seconds=(1,)) == right_seconds(Ear(), hums, seconds=(1,))
