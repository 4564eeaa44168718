"""Speech, windows, clusters, turns: on tones whose vectors are known, and on a synthetic meeting with the real base."""

import json

import numpy as np
import pytest
import torch

from course_lib import audio, cli
from course_lib.cli._recording import recording
from course_lib.data.synthetic import conversation
from course_lib.data.synthetic.voices import draw_voice
from course_lib.errors import AudioError, CourseError
from course_lib.metrics import diarization_error, turns
from course_lib.tasks import diarization
from course_lib.transfer import Base, load_base

TURNS = [turns.Turn(0.0, 3.0, "low"), turns.Turn(4.5, 8.0, "high"), turns.Turn(9.5, 12.0, "low")]
HERTZ = {"low": 300, "high": 2000}


@pytest.fixture(scope="module")
def meeting():
    wave = torch.zeros(12 * 16_000)
    for start, end, name in TURNS:
        first, last = round(start * 16_000), round(end * 16_000)
        wave[first:last] = audio.tone(HERTZ[name], end - start, amplitude=0.3)[: last - first]
    return audio.add_noise(wave, 30, seed=0)


class Pitch(Base):
    """A vector for each window: how much of the sound is low, how much high."""

    def embed(self, waves):
        power = torch.fft.rfft(waves).abs().square()
        return torch.stack([power[:, :1000].sum(1), power[:, 1000:4000].sum(1)], 1).sqrt()

    scores = embed


PITCH = Pitch(None, ["deep", "bright"])


def test_speech_is_where_it_is_loud(meeting):
    parts = diarization.speech(meeting)
    assert len(parts) == 3
    for (start, end), turn in zip(parts, TURNS):
        assert abs(start - turn.start) < 0.1 and abs(end - turn.end) < 0.1
    assert diarization.speech(torch.zeros(16_000)) == []


@pytest.mark.parametrize("speakers", [None, 2])
def test_turns_of_two_tones(meeting, speakers):
    found = diarization.diarize(meeting, PITCH, speakers=speakers)
    assert [turn.speaker for turn in found] == ["speaker 1", "speaker 2", "speaker 1"]
    assert diarization_error(TURNS, found).rate == 0


def test_a_part_may_change_its_voice_in_the_middle(meeting):
    glued = torch.cat([meeting[: 3 * 16_000], meeting[round(4.5 * 16_000) : 8 * 16_000]])
    found = diarization.diarize(glued, PITCH, parts=[(0.0, 6.5)])
    assert len(found) == 2 and found[0].end == found[1].start == pytest.approx(3.0, abs=0.25)


def test_enrolled_names_and_scores(meeting):
    found = diarization.diarize(meeting, PITCH, enrolled=True)
    assert [turn.speaker for turn in found] == ["deep", "bright", "deep"]


def test_many_windows_are_compared_in_part(meeting, monkeypatch):
    monkeypatch.setattr(diarization, "MOST", 5)
    assert diarization_error(TURNS, diarization.diarize(meeting, PITCH, speakers=2)).rate == 0


def test_what_cannot_be_done_is_said(meeting):
    with pytest.raises(AudioError, match="1 s or more"):
        diarization.diarize(meeting[:8000], PITCH)
    with pytest.raises(AudioError, match="samples"):
        diarization.diarize(meeting[None], PITCH)
    with pytest.raises(CourseError, match="as many as windows"):
        diarization.diarize(meeting, PITCH, speakers=999)
    assert diarization.diarize(torch.zeros(32_000), PITCH) == []
    assert diarization.cluster(np.ones((1, 3))).tolist() == [0]


def test_a_meeting_of_synthetic_voices_with_the_base_of_the_course(tmp_path, capsys):
    wave, spoken = conversation(3, 0.4, overlap=0.0, seed=5)
    base = load_base()
    assert (
        diarization_error(spoken, diarization.diarize(torch.tensor(wave).float(), base, speakers=3)).rate
        < 0.1
    )
    audio.write(tmp_path / "meeting.wav", torch.tensor(wave).float())
    read = recording(tmp_path / "meeting.wav", voices=True)
    found = diarization.diarize(read, base, speakers=3, parts=diarization.speech(audio.without_offset(read)))
    turns.write_rttm(tmp_path / "truth.rttm", spoken, "meeting")
    asked = [
        "diarize",
        str(tmp_path / "meeting.wav"),
        "--speakers",
        "3",
        "--reference",
        str(tmp_path / "truth.rttm"),
    ]
    assert cli.main([*asked, "--rttm", str(tmp_path / "out.rttm")]) == 0
    shown = capsys.readouterr().out
    assert "diarization error" in shown and "speaker 3" in shown
    written = turns.read_rttm(tmp_path / "out.rttm")
    assert [round(turn.start, 2) for turn in written] == [round(turn.start, 2) for turn in found]
    assert cli.main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["turns"]) == len(found) and 0 <= told["diarization_error"] < 0.1
    assert cli.main([*asked, "--enrolled", "x"]) == 2 and "got both" in capsys.readouterr().err


def test_a_meeting_of_enrolled_voices_gets_the_right_names(tmp_path, monkeypatch, capsys):
    """Three voices are recorded one by one in one room, enrolled, and meet in another."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    voices = {name: draw_voice(7, name) for name in ("ana", "ben", "cleo")}
    rows = ["path,speaker,label,language,split,duration_s,session"]
    for number, (name, voice) in enumerate(voices.items()):
        for take in range(3):
            wave, _ = conversation({name: voice}, 0.15, overlap=0.0, seed=40 + 3 * number + take)
            audio.write(tmp_path / "voices" / f"{name}_{take}.wav", torch.tensor(wave).float())
            part = "test" if take == 2 else "train"
            rows.append(f"{name}_{take}.wav,{name},,,{part},{len(wave) / 16_000},{name}{take}")
    (tmp_path / "voices" / "manifest.csv").write_text("\n".join(rows) + "\n")
    model = str(tmp_path / "voices.safetensors")
    assert cli.main(["transfer", "--corpus", str(tmp_path / "voices"), "--save", model]) == 0
    wave, spoken = conversation(voices, 0.4, overlap=0.0, seed=6)
    audio.write(tmp_path / "meeting.wav", torch.tensor(wave).float())
    capsys.readouterr()
    assert cli.main(["diarize", str(tmp_path / "meeting.wav"), "--enrolled", model, "--json"]) == 0
    found = [turns.Turn(**turn) for turn in json.loads(capsys.readouterr().out)["turns"]]
    error = diarization_error(spoken, found)
    assert error.rate < 0.15 and error.names == {name: name for name in voices}
