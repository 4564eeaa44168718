"""Pitch on sounds whose pitch is known; traces that tell rooms apart and know nothing of words; folds of speakers."""

import numpy as np
import pytest
import torch
from corpus_makers import corpus_folder, tone

from course_lib.data import Corpus, filter_min_speakers, folds
from course_lib.data.synthetic import Voice, speak
from course_lib.errors import AudioError, CorpusError
from course_lib.tasks.confounders import confound_features, cross_val_predict, pitch, quietest


@pytest.mark.parametrize("hz", [70, 110, 220, 330])
def test_the_pitch_of_a_buzz_is_found(hz):
    time = torch.arange(16000) / 16000
    buzz = 0.3 * sum(torch.sin(2 * torch.pi * hz * k * time) / k for k in range(1, 12))
    assert np.nanmedian(pitch(buzz)) == pytest.approx(hz, rel=0.02)


@pytest.mark.parametrize("hz", [100, 150, 200])
def test_the_pitch_of_a_voice_is_near_what_was_asked(hz):
    heard = pitch(speak("The old captain found the yellow boat.", voice=Voice(pitch=hz, melody=0.2)))
    assert 0.95 * hz < np.nanmedian(heard) < 1.3 * hz


@pytest.mark.parametrize("hz", [80, 125, 200, 320])
def test_the_pitch_of_a_pure_tone_is_found(hz):
    assert np.nanmedian(pitch(tone(hz, seconds=1.0))) == pytest.approx(hz, rel=0.02)


def test_noise_has_no_pitch():
    heard = pitch(0.1 * torch.randn(16000, generator=torch.Generator().manual_seed(0)))
    assert np.isnan(heard).mean() > 0.95
    with pytest.raises(AudioError, match="40 ms"):
        pitch(torch.zeros(100))


def test_the_quietest_frames_are_the_noise_not_the_speech():
    noise = 0.001 * torch.randn(32000, generator=torch.Generator().manual_seed(0))
    speech = torch.cat([torch.zeros(16000), torch.from_numpy(tone(300, seconds=1.0))])
    assert np.allclose(quietest(noise), quietest(noise + speech), atol=3)


def people(tmp_path, counts, recordings=3):
    rows = [
        {
            "path": f"audio/{accent}{n}_{take}.wav", "speaker": f"{accent}{n}", "label": accent, "accent": accent,
            "session": f"{accent}{n}-{take % 2}", "split": "",
        }
        for accent, count in counts.items() for n in range(count) for take in range(recordings)
    ]  # fmt: skip
    return Corpus.from_manifest(corpus_folder(tmp_path / "people", rows))


def test_traces_have_a_row_for_every_recording(tmp_path):
    corpus = people(tmp_path, {"north": 2, "south": 2}, recordings=1)
    found = confound_features(corpus)
    assert {name: values.shape for name, values in found.items()} == {
        "level": (4, 1), "noise": (4, 16), "pitch": (4, 4),
    }  # fmt: skip
    assert all(np.isfinite(values).all() for values in found.values())
    assert found["level"].ravel() == pytest.approx([-11] * 4, abs=1)


def test_an_answer_comes_from_the_other_folds_only():
    draw = np.random.default_rng(0)
    y, fold = np.arange(60) % 3, np.arange(60) // 3 % 4
    X = np.eye(3)[y] + 0.1 * draw.standard_normal((60, 3))
    assert (cross_val_predict(X, y, fold) == y).all()
    wrong = np.where(fold == 0, (y + 1) % 3, y)  # the labels of a fold cannot change its own answers
    assert (cross_val_predict(X, wrong, fold)[fold == 0] == cross_val_predict(X, y, fold)[fold == 0]).all()


def test_every_speaker_is_in_one_fold_and_every_class_in_all(tmp_path):
    corpus = people(tmp_path, {"north": 7, "south": 4}, recordings=1)
    fold_of = folds(corpus, "accent", 3, seed=1)
    assert set(fold_of) == set(corpus.speakers) and folds(corpus, "accent", 3, seed=1) == fold_of
    for accent in ("north", "south"):
        counts = [sum(f == k for s, f in fold_of.items() if s.startswith(accent)) for k in range(3)]
        assert max(counts) - min(counts) <= 1
    sizes = [list(fold_of.values()).count(k) for k in range(3)]
    assert sorted(sizes) == [3, 4, 4]  # 7 and 4 are dealt on in turns, so the folds are even
    assert len({tuple(sorted(folds(corpus, "accent", 3, seed).items())) for seed in range(5)}) > 1
    assert folds(corpus, "accent") == folds(corpus, "accent", 3, 0)
    assert set(folds(corpus, "accent", 4).values()) == {0, 1, 2, 3}  # four speakers are enough for four folds
    assert set(folds(corpus, "accent", 2).values()) == {0, 1}
    with pytest.raises(CorpusError, match=r"5 speakers or more of each accent, got fewer of \['south'\]"):
        folds(corpus, "accent", 5)
    with pytest.raises(CorpusError, match="2 speakers or more"):
        folds(corpus, "accent", 1)


def test_classes_with_few_speakers_are_left_out_and_sessions_shared_fairly(tmp_path):
    corpus = people(tmp_path, {"north": 4, "south": 5, "west": 1})
    part = filter_min_speakers(corpus, "accent", least=4, recordings=2)
    assert part.values("accent") == ["north", "south"] and len(part) == 9 * 2
    assert all(len({c.session for c in part if c.speaker == s}) == 2 for s in part.speakers)
    assert (
        part.clips == filter_min_speakers(corpus, "accent", recordings=2).clips
    )  # four, unless told otherwise
    assert len(filter_min_speakers(corpus, "accent")) > len(part)
    assert filter_min_speakers(corpus, "accent", least=1).values("accent") == ["north", "south", "west"]
    with pytest.raises(CorpusError, match="north: 4, south: 5, west: 1"):
        filter_min_speakers(corpus, "accent", least=5)
    with pytest.raises(CorpusError, match="expected one path for each speaker"):
        filter_min_speakers(corpus, "path")


def test_recordings_are_taken_from_one_session_after_the_other_and_nobody_unknown(tmp_path):
    """Sessions a, a, a, b of every speaker, two wanted: one of each; clips without speaker or accent are left out."""
    rows = [
        {"path": f"{accent}{n}_{take}.wav", "speaker": f"{accent}{n}", "accent": accent, "session": session}
        for accent in ("north", "south") for n in range(2) for take, session in enumerate("aaab")
    ]  # fmt: skip
    rows += [
        {"path": "nobody.wav", "speaker": "", "accent": "west", "session": "a"},
        {"path": "nowhere.wav", "speaker": "eva", "accent": "", "session": "a"},
    ]
    corpus = Corpus.from_manifest(corpus_folder(tmp_path / "people", rows))
    part = filter_min_speakers(corpus, "accent", least=2, recordings=2)
    assert sorted(clip.path[-6:] for clip in part) == ["_0.wav"] * 4 + ["_3.wav"] * 4
    assert all(
        {clip.session for clip in part if clip.speaker == name} == {"a", "b"} for name in part.speakers
    )
    with pytest.raises(CorpusError, match=r"got north: 2, south: 2$"):
        filter_min_speakers(corpus, "accent", least=3)
