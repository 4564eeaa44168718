"""The corpus of night sounds: small, seeded, no recording on two sides, not told by loudness, band or pitch alone."""

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from course_lib.data import load
from course_lib.data.synthetic import MAKERS, make_night, speech
from course_lib.data.synthetic.nights import LABELS
from course_lib.errors import DataError
from course_lib.metrics import roc_auc


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return load(make_night(tmp_path_factory.mktemp("nights") / "night", each=18, processes=1))


@pytest.fixture(scope="module")
def waves(corpus):
    return np.stack([corpus.read(clip).numpy() for clip in corpus])


@pytest.fixture(scope="module")
def snores(corpus):
    return np.array([clip.label == "snore" for clip in corpus]).astype(int)


def test_every_kind_is_on_every_side_and_no_recording_on_two(corpus):
    assert MAKERS["synthetic_night"] is make_night
    assert corpus.labels == sorted(LABELS) and len(corpus) == 18 * len(LABELS)
    for label in LABELS:
        counts = [len(corpus.select(label=label, split=side)) for side in ("train", "valid", "test")]
        assert counts == [9, 3, 6]
    assert len({clip.session for clip in corpus}) == len(corpus)
    assert len({clip.get("sha256") for clip in corpus}) == len(corpus)
    assert all(clip.duration_s == 5 for clip in corpus)


def test_nobody_snores_behind_another_sound(corpus):
    behind = {clip.get("behind") for clip in corpus}
    assert "snore" not in behind and behind >= {"", "rain", "clock", "speech", "breath"}
    assert all(clip.get("behind") != clip.label for clip in corpus)


def test_one_process_or_two_make_the_same_bytes(tmp_path):
    one, two = (make_night(tmp_path / str(n), each=6, processes=n) for n in (1, 2))
    assert (one / "manifest.csv").read_bytes() == (two / "manifest.csv").read_bytes()
    other = make_night(tmp_path / "other", each=6, seed=1)
    assert (other / "manifest.csv").read_bytes() != (one / "manifest.csv").read_bytes()
    assert "No recording of a person" in (one / "README.md").read_text()


def test_loudness_tells_nothing(waves, snores):
    level = 10 * np.log10((waves**2).mean(1))
    assert level.std() < 1 and 0.2 < roc_auc(level, snores) < 0.8
    assert 0.2 < roc_auc(np.abs(waves).max(1), snores) < 0.8 and np.abs(waves).max() < 0.999


@pytest.mark.parametrize("low", [62.5 * 2**k for k in range(7)])
def test_no_single_octave_tells_snores_from_the_rest(low, waves, snores):
    band = sosfilt(butter(4, (low, min(2 * low, 7900)), "bandpass", fs=16_000, output="sos"), waves)
    assert 0.2 < roc_auc((band**2).mean(1) / (waves**2).mean(1), snores) < 0.8


def test_speech_is_speech_and_seeded():
    assert np.array_equal(speech(3, 2.0), speech(3, 2.0)) and len(speech(4, 2.0)) == 32_000


@pytest.mark.parametrize("each", [0, 5])
def test_too_few_are_refused(tmp_path, each):
    with pytest.raises(DataError, match="six recordings"):
        make_night(tmp_path / "x", each=each)
