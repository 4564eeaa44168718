"""Speech, windows, clusters, turns: on tones whose vectors are known, and on a synthetic meeting with the real base."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from course_lib import audio, cli
from course_lib.cli._recording import recording
from course_lib.data.synthetic import conversation
from course_lib.data.synthetic.voices import draw_voice
from course_lib.errors import AudioError, CourseError
from course_lib.metrics import diarization_error, turns
from course_lib.models import silero
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


def test_a_door_is_loud_and_is_no_voice():
    """A voice after two seconds, between a door and a hum: the level finds all three, the network the voice."""
    noise = torch.randn(16_000, generator=torch.Generator().manual_seed(0)) * torch.linspace(0.3, 0, 16_000)
    voice = torch.tensor(draw_voice(0, "ana").say("the seven boats came home in the morning")).float()
    voice = voice * (0.1 / voice.square().mean().sqrt())
    wave = torch.cat(
        [noise, torch.zeros(16_000), voice, torch.zeros(16_000), audio.tone(100, 1.0, amplitude=0.2)]
    )
    end = 2 + len(voice) / 16_000
    (start, stop), *more = diarization.voice_activity(wave)
    quiet = diarization.voice_activity(wave * 0.01)
    assert quiet == [(pytest.approx(start, abs=0.1), pytest.approx(stop, abs=0.1))]
    assert not more and abs(start - 2) < 0.4 and abs(stop - end) < 0.4
    assert diarization.speech(wave)[0][0] < 1 and diarization.speech(wave)[-1][1] > end + 1


def test_the_speech_detector_gives_what_its_package_gives():
    """In a process of its own: importing the package sets the threads of all of torch to one."""
    asked = (
        "import torch; from silero_vad import load_silero_vad; from course_lib.models.silero import speech_probability;"
        "wave = torch.randn(40_000, generator=torch.Generator().manual_seed(0)) * torch.linspace(0, 0.3, 40_000);"
        "theirs = load_silero_vad().audio_forward(wave[None], 16_000)[0]; ours = speech_probability(wave);"
        "assert ours.shape == theirs.shape and (ours - theirs).abs().max() < 1e-5, (ours, theirs)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_long_recordings_pass_the_detector_in_parts(meeting, monkeypatch):
    whole = silero.speech_probability(meeting)
    monkeypatch.setattr(silero, "BATCH", 50)
    seen = []
    torch.testing.assert_close(silero.speech_probability(meeting, told=seen.append), whole, atol=1e-5, rtol=0)
    assert sum(seen) == len(whole) == -(-len(meeting) // 512) and max(seen) == 50


@pytest.mark.parametrize("level", [1.0, 0.3])
def test_voices_are_counted_whatever_the_room(level):
    """Three directions, and what the room adds to all of them: the count stays, and limits are kept."""
    draw = np.random.default_rng(0)
    voices = np.eye(40)[np.repeat([0, 1, 2], 30)] + 0.05 * draw.standard_normal((90, 40))
    vectors = diarization.unit(voices * level + np.eye(40)[39])
    assert diarization.cluster(vectors).tolist() == np.repeat([0, 1, 2], 30).tolist()
    assert diarization.cluster(vectors, max_speakers=2).max() == 1
    assert diarization.cluster(vectors, min_speakers=5).max() == 4
    assert diarization.cluster(vectors[:30]).max() == 0


@pytest.mark.parametrize("speakers", [None, 2])
def test_turns_of_two_tones(meeting, speakers):
    found = diarization.diarize(meeting, PITCH, speakers=speakers, parts=diarization.speech(meeting))
    assert [turn.speaker for turn in found] == ["speaker 1", "speaker 2", "speaker 1"]
    assert diarization_error(TURNS, found).rate == 0


def test_a_part_may_change_its_voice_in_the_middle(meeting):
    glued = torch.cat([meeting[: 3 * 16_000], meeting[round(4.5 * 16_000) : 8 * 16_000]])
    found = diarization.diarize(glued, PITCH, parts=[(0.0, 6.5)])
    assert len(found) == 2 and found[0].end == found[1].start == pytest.approx(3.0, abs=0.25)


def test_enrolled_names_and_scores(meeting):
    found = diarization.diarize(meeting, PITCH, enrolled=True, parts=diarization.speech(meeting))
    assert [turn.speaker for turn in found] == ["deep", "bright", "deep"]


def test_many_windows_are_compared_in_part(meeting, monkeypatch):
    monkeypatch.setattr(diarization, "MOST", 8)
    parts = diarization.speech(meeting)
    assert diarization_error(TURNS, diarization.diarize(meeting, PITCH, speakers=2, parts=parts)).rate == 0


def test_what_cannot_be_done_is_said(meeting):
    with pytest.raises(AudioError, match="1 s or more"):
        diarization.diarize(meeting[:8000], PITCH)
    with pytest.raises(AudioError, match="samples"):
        diarization.diarize(meeting[None], PITCH)
    with pytest.raises(CourseError, match="as many as windows"):
        diarization.diarize(meeting, PITCH, speakers=999, parts=[(0.0, 12.0)])
    with pytest.raises(CourseError, match="got 3 and 2"):
        diarization.diarize(meeting, PITCH, min_speakers=3, max_speakers=2, parts=[(0.0, 12.0)])
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
    found = diarization.diarize(read, base, speakers=3)
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
    assert cli.main([*asked, "--enrolled", "pretrained"]) == 2 and "got both" in capsys.readouterr().err
    assert cli.main([*asked, "--max-speakers", "4"]) == 2 and "got both" in capsys.readouterr().err
    limits = ["diarize", str(tmp_path / "meeting.wav"), "--min-speakers", "4", "--max-speakers"]
    assert cli.main([*limits, "3"]) == 2 and "got 4 and 3" in capsys.readouterr().err
    assert cli.main([*limits, "4", "--json"]) == 0
    assert len({turn["speaker"] for turn in json.loads(capsys.readouterr().out)["turns"]}) == 4


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
