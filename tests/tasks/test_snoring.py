"""Pieces, detector, episodes, `course classify`: grouped by recording, kept in one file, honest about what it is."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from course_lib import audio, cli
from course_lib.data import load, manifest
from course_lib.data.synthetic import make_night, night
from course_lib.errors import AudioError, CorpusError, CourseError, DataError
from course_lib.tasks import snoring

SR = 16_000


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return load(make_night(tmp_path_factory.mktemp("nights") / "night", each=12, processes=1))


def blobs(seed=0, recordings=40, pieces=3):
    """Vectors that can be told apart: (vectors, y, owner)."""
    rng = np.random.default_rng(seed)
    y = (np.arange(recordings) % 4 == 0).astype(int)
    owner = np.repeat(np.arange(recordings), pieces)
    return (
        rng.normal(0, 1, (len(owner), 6)) + 1.5 * y[owner][:, None] * [1, 0, 0, -1, 0, 0] + 5,
        y[owner],
        owner,
    )


def test_pieces_are_equally_loud_and_know_their_recording(corpus):
    pieces = snoring.segments_of(corpus)
    assert pieces.waves.shape == (60, 80_000) and pieces.owner.tolist() == list(range(60))
    assert pieces.y.sum() == 12 and pieces.waves.square().mean(1).sqrt().std() < 1e-4
    assert [pieces.labels[place] for place in pieces.of(pieces.y == 1)] == ["snore"] * 12
    few = snoring.segments_of(corpus, most=15, seed=1)
    assert len(few.y) == 15 and few.y.sum() == 5
    assert few.labels == snoring.segments_of(corpus, most=15, seed=1).labels


def test_a_corpus_without_snores_is_refused(corpus):
    with pytest.raises(CorpusError, match="snore or snoring"):
        snoring.segments_of(corpus.select(label=["rain", "clock"]))
    with pytest.raises(CorpusError, match="and others"):
        snoring.segments_of(corpus.select(label="snore"))


def test_a_short_wave_is_filled_and_silence_stays_silence():
    assert snoring.cut_wave(torch.ones(100)).shape == (1, 80_000)
    assert not snoring.cut_wave(torch.zeros(SR)).any()
    with pytest.raises(AudioError):
        snoring.cut_wave(torch.zeros(0))


def test_a_detector_learns_ranks_and_has_its_zero_between():
    X, y, owner = blobs()
    detector = snoring.fit_detector(X, y, owner, body="speech")
    fresh, truth, _ = blobs(seed=1)
    scores = detector.score(fresh)
    assert scores[truth == 1].mean() > 0.5 > -0.3 > scores[truth == 0].mean()
    assert detector.about["left_out_auc"] > 0.85 and detector.about["snores"] == 10
    again = snoring.fit_detector(X, y, owner, body="speech")
    assert np.array_equal(again.weights, detector.weights)
    with pytest.raises(CourseError, match="another body"):
        detector.score(np.zeros((2, 5)))
    with pytest.raises(CourseError, match="two recordings"):
        snoring.fit_detector(X, np.zeros_like(y), owner)


def test_what_was_left_out_flatters_nobody():
    """Labels drawn by lot, pieces of a recording nearly the same: only a split by recording sees that nothing is there."""
    rng = np.random.default_rng(0)
    areas = []
    for _ in range(6):
        y = rng.permutation(np.arange(24) % 2)
        owner = np.repeat(np.arange(24), 8)
        X = rng.normal(0, 1, (24, 30))[owner] + 0.01 * rng.normal(0, 1, (192, 30))
        areas.append(snoring.fit_detector(X, y[owner], owner).about["left_out_auc"])
    assert 0.3 < np.mean(areas) < 0.72  # the best of four strengths is a little above a coin


def test_a_detector_is_kept_in_a_file(tmp_path):
    detector = snoring.fit_detector(*blobs(), body="speech")
    detector.save(tmp_path / "d.safetensors")
    back = snoring.load_detector(tmp_path / "d.safetensors")
    assert np.array_equal(back.weights, detector.weights) and back.bias == detector.bias
    assert back.body == "speech" and back.about == detector.about
    for content in (b"", b"nothing", (tmp_path / "d.safetensors").read_bytes()[:-9]):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(DataError, match="course classify"):
            snoring.load_detector(tmp_path / "x")
    with pytest.raises(DataError, match="--save"):
        snoring.load_detector(tmp_path / "gone")


def test_two_thresholds_pauses_and_short_episodes():
    scores = np.zeros(60)
    scores[5:20], scores[10:12] = 1.0, 3.0  # reaches the high threshold
    scores[24:30] = 3.0  # 4 s later: the same episode
    scores[40:50] = 1.0  # never above the high one
    scores[55:57] = 5.0  # too short
    found = snoring.episodes(scores, 2.0, 0.5, gap=4.0)
    assert found == [snoring.Episode(5.0, 30.0, 3.0)]
    assert len(snoring.episodes(scores, 2.0, 0.5)) == 2
    assert snoring.episodes(np.zeros(9), 1.0) == [] == snoring.episodes([], 1.0)
    with pytest.raises(CourseError, match="low <= high"):
        snoring.episodes(scores, 1.0, 2.0)


def test_wrong_time_is_counted_on_both_sides():
    assert snoring.missed_and_false_alarm([], [(2, 5)], 10) == (3.0, 0.0)
    assert snoring.missed_and_false_alarm([(0, 10)], [], 10) == (0.0, 10.0)
    assert snoring.missed_and_false_alarm([(2, 5), (4, 6)], [(2, 6)], 10) == (0.0, 0.0)


@pytest.mark.parametrize("seconds", [1, 4, 33.5, 80])
def test_a_night_has_a_score_for_every_second(seconds):
    def loud(pieces):
        assert pieces.shape[1] == 80_000 and len(pieces) <= 32
        return (pieces[:, 32_000:48_000].abs().mean(1) > 0.02).float().tolist()  # the second in the middle

    wave = torch.zeros(int(seconds * SR))
    wave[len(wave) // 2 :] = audio.tone(300, 100.0)[: len(wave) - len(wave) // 2]
    scores = snoring.night_scores(wave, loud)
    assert len(scores) == int(np.ceil(seconds)) and np.isfinite(scores).all()
    if seconds > 10:
        assert scores[: len(scores) // 2 - 2].max() == 0 and scores[len(scores) // 2 + 2 : -1].min() == 1


def test_the_command_lists_draws_and_keeps(corpus, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    wave, _ = night(0.7, seed=3)
    recording, model, picture = (str(tmp_path / name) for name in ("n.wav", "d.safetensors", "n.png"))
    audio.write(recording, torch.tensor(wave))
    asked = ["classify", recording, "--corpus", str(corpus.root)]
    assert cli.main([*asked, "--save", model, "--picture", picture]) == 0
    shown = capsys.readouterr()
    assert (
        "not a medical device" in shown.out and "0:00:42" in shown.out and "training a detector" in shown.err
    )
    assert Path(picture).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert "episodes" in Image.open(picture).text["Description"]
    assert cli.main([*asked, "--json"]) == 0
    shown = capsys.readouterr()
    told = json.loads(shown.out)
    assert "training" not in shown.err and told["body"] == "speech" and told["seconds"] == pytest.approx(42)
    assert cli.main(["classify", recording, "--model", model, "--json", "--threshold", "99"]) == 0
    assert json.loads(capsys.readouterr().out)["episodes"] == []


def test_the_command_says_what_it_needs(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    assert cli.main(["classify"]) == 2 and "expected a recording" in capsys.readouterr().err
    assert cli.main(["classify", str(tmp_path / "no.wav")]) == 2


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_all_pieces_of_recordings_of_any_length_are_there(tmp_path, rate):
    lengths = (0.5, 4.999, 5.0, 7.499, 7.5, 12.51)
    rows = []
    for number, length in enumerate(lengths):
        audio.write(tmp_path / f"{number}.wav", audio.tone(200 + number, length, rate=rate), rate=rate)
        rows.append(
            {"path": f"{number}.wav", "label": "snore" if number % 2 else "cough", "duration_s": length}
        )
    manifest.write_manifest(tmp_path, rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of another rate
        corpus = load(tmp_path)
        found = snoring.segments_of(corpus)
        cuts = [snoring.cut_wave(corpus.read(clip)) for clip in corpus]
    assert torch.equal(found.waves, torch.cat(cuts))
    assert found.owner.tolist() == [number for number, own in enumerate(cuts) for _ in own]
