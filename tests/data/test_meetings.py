"""Meetings to work on: made, read with their turns, cut together; and what shows and plays them."""

import csv

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from course_lib import audio
from course_lib.data import load, meeting
from course_lib.errors import AudioError, CourseError
from course_lib.metrics.turns import Turn, write_rttm
from course_lib.tasks.diarization import FEWEST, cluster
from course_lib.teaching.plots import show_likeness, show_turns
from course_lib.teaching.widgets.meeting import ClusterExplorer, MeetingPlayer

TURNS = [Turn(0.5, 2.0, "ana"), Turn(2.0, 3.5, "ben"), Turn(3.0, 4.0, "ana")]


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def corpus_of(folder, rows, columns="path,speaker,label,language,split,duration_s"):
    with open(folder / "manifest.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns.split(","), *rows])
    return load(folder)


def test_a_made_meeting_is_the_same_for_the_same_seed():
    one, same, other = meeting(seed=3), meeting(seed=3), meeting(seed=4)
    assert torch.equal(one.wave, same.wave) and one.turns == same.turns and other.turns != one.turns
    assert len(one.wave) == 30 * 16_000 and len(one.speakers) == 4 == len(one.before)
    assert one.wave.abs().max() <= 1 and all(len(wave) > 5 * 16_000 for wave in one.before.values())


def test_a_corpus_with_turns_gives_them(tmp_path):
    audio.write(tmp_path / "a.wav", 0.1 * torch.randn(16_000 * 5))
    write_rttm(tmp_path / "a.rttm", TURNS, "a")
    row = ["a.wav", "ana;ben", "", "en", "test", 5.0, "a.rttm", 4.0]
    columns = "path,speaker,label,language,split,duration_s,rttm_path,speech_s"
    found = meeting(corpus_of(tmp_path, [row], columns))
    assert [turn.speaker for turn in found.turns] == ["ana", "ben", "ana"]
    np.testing.assert_allclose([turn[:2] for turn in found.turns], [turn[:2] for turn in TURNS])
    assert found.before == {} and len(found.wave) == 5 * 16_000


def test_a_meeting_is_cut_together_from_the_test_side_alone(tmp_path):
    rows = []
    for place, name in enumerate(("ana", "ben", "cleo")):
        for number, split in enumerate(("train", "test", "test")):
            wave = torch.zeros(16_000 * 2)
            wave[4_000:28_000] = audio.tone(200 + 100 * place + 10 * number, 1.5)
            audio.write(tmp_path / f"{name}{number}.wav", wave)
            rows.append([f"{name}{number}.wav", name, "", "en", split, 2.0])
    corpus = corpus_of(tmp_path, rows)
    found = meeting(corpus, speakers=3)
    assert found.speakers == ["ana", "ben", "cleo"] == sorted(found.before) and len(found.turns) == 9
    for turn in found.turns:  # trimmed to what sounds, to 20 ms
        part = found.wave[round(turn.start * 16_000) : round(turn.end * 16_000)]
        assert turn.duration == pytest.approx(1.5, abs=0.05) and part.square().mean() > 0.05
        frequency = np.abs(np.fft.rfft(part.numpy())).argmax() / turn.duration
        known = np.abs(np.fft.rfft(found.before[turn.speaker].numpy())).argmax() / 2.0
        assert 5 < frequency - known < 25  # another recording of the same speaker
    assert meeting(corpus, speakers=4).speakers == found.speakers  # those there are


def test_few_odd_windows_do_not_become_a_voice():
    draw = np.random.default_rng(0)
    voices = np.eye(8)[[0] * 10 + [1] * 10] + 0.15 * draw.standard_normal((20, 8))
    odd = np.eye(8)[[5] * (FEWEST - 1)] + 0.02 * draw.standard_normal((FEWEST - 1, 8))
    vectors = np.concatenate([voices, odd])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = cluster(vectors, 2)
    assert labels[:10].tolist() == [0] * 10 and labels[10:20].tolist() == [1] * 10 and set(labels) == {0, 1}
    assert set(cluster(vectors, 22)) == set(range(22))  # as many as windows: each is its own


def test_turns_are_drawn_in_lanes_with_units():
    ax = show_turns({"reference": TURNS, "found": []}, length=5)
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "reference: ana",
        "reference: ben",
        "found: (nobody)",
    ]
    assert ax.get_xlabel() == "time (s)" and ax.get_xlim() == (0, 5) and len(ax.collections) == 3
    assert len({str(bars.get_hatch()) for bars in ax.collections}) == 2
    with pytest.raises(CourseError, match="got nothing"):
        show_turns({})


def test_likeness_is_a_cosine():
    ax = show_likeness([[2.0, 0.0], [0.0, 1.0], [3.0, 3.0]])
    np.testing.assert_allclose(ax.images[0].get_array()[2], [2**-0.5, 2**-0.5, 1], atol=1e-9)
    with pytest.raises(CourseError, match="vectors"):
        show_likeness([1.0, 2.0])


def test_a_meeting_player_holds_every_turn_and_the_sound():
    player = MeetingPlayer(torch.zeros(16_000 * 5), {"reference": TURNS, "found": TURNS[:1]})
    *lanes, errors = player.data["lanes"]
    assert [lane["name"] for lane in lanes] == ["reference: ana", "reference: ben", "found: ana"]
    assert lanes[0]["turns"] == [[0.5, 2.0], [3.0, 4.0]] and [lane["kind"] for lane in lanes] == [0, 0, 1]
    assert errors["turns"] == [[2.0, 4.0, "missed"]]
    assert player.data["errors"] == [["missed", 2.0], ["false-alarm", 0], ["confusion", 0]]
    assert len(player.blobs["clips"]) > 1000
    assert "reference: ana 2 turns, 2.5 s" in player.html() and "missed" in player.alt
    with pytest.raises(AudioError, match="at most 300 s"):
        MeetingPlayer(torch.zeros(16_000 * 301), TURNS)


def test_the_threshold_decides_how_many_voices_there_are():
    vectors = np.repeat(np.eye(3), 6, axis=0) + 0.05
    explorer = ClusterExplorer(vectors, 0.25 * np.arange(18), TURNS)
    counts = []
    for difference in (50.0, 3.0, 1.0):
        explorer.set(difference=difference)
        counts.append(explorer.figure_widget.text)
    assert counts[0].endswith("1 voice found; there are 2.")
    assert counts[1].endswith("3 voices found; there are 2.") == counts[2].endswith(
        "3 voices found; there are 2."
    )
