"""What the verbs do with recordings and files as they come: conditions, errors with names, outputs, JSON, progress."""

import io
import json
import sys
import warnings

import numpy as np
import pytest
import soundfile
import torch

from course_lib import audio, cli, progress_bar
from course_lib.cli import _bar, _output
from course_lib.cli._recording import recording
from course_lib.data import array_file
from course_lib.data.synthetic.voices import draw_voice
from course_lib.errors import AudioError, CourseError, DataError
from course_lib.metrics import turns
from course_lib.models import XVector
from course_lib.transfer import Base, save_base

RTTM = "SPEAKER {} 1 {} {} <NA> <NA> {} <NA> <NA>\n"


@pytest.fixture
def talk(tmp_path):
    """Six seconds: one voice and another, half a second of silence between; and its true turns."""
    wave, said = (
        torch.zeros(6 * audio.SR),
        "the seven boats came home in the morning and the wind was cold that day",
    )
    for first, name in ((0, "low"), (3, "high")):
        part = torch.tensor(draw_voice(0, name).say(said)).float()[: int(2.5 * audio.SR)]
        wave[first * audio.SR : first * audio.SR + len(part)] = 0.1 * part / part.square().mean().sqrt()
    path = audio.write(tmp_path / "talk.wav", audio.add_noise(wave, 28, seed=0).clamp(-1, 1))
    (tmp_path / "talk.rttm").write_text(
        RTTM.format("talk", 0, 2.5, "low") + RTTM.format("talk", 3, 2.5, "high")
    )
    return path


@pytest.fixture
def model(tmp_path):
    """A small network that was never trained, as `course transfer --save` keeps one."""
    torch.manual_seed(0)
    settings = {"channels": 16, "blocks": 1, "embedding": 8}
    save_base(Base(XVector(2, **settings).eval(), ["ana", "ben"], settings), tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


def asked(capsys, *words):
    """(exit status, stdout, stderr) of a verb."""
    status = cli.main([str(word) for word in words])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


# Conditions


@pytest.mark.parametrize(("offset", "rumble"), [(0.002, 0.0), (0.3, 0.0), (-0.02, 0.2)])
def test_offset_and_rumble_change_no_answer(tmp_path, talk, model, capsys, offset, rumble):
    wave = audio.read(talk) * 0.5
    audio.write(tmp_path / "plain" / "talk.wav", wave)
    audio.write(tmp_path / "off" / "talk.wav", (wave + offset + rumble * audio.tone(15, 6)).clamp(-1, 1))
    reference = tmp_path / "talk.rttm"
    answers = []
    for folder in ("plain", "off"):
        path = tmp_path / folder / "talk.wav"
        status, out, _ = asked(
            capsys, "diarize", path, "--reference", reference, "--speakers", 2, "--base", model, "--json"
        )
        assert status == 0
        status, named, _ = asked(capsys, "identify", path, "--model", model, "--json")
        assert status == 0
        answers.append((json.loads(out), json.loads(named)))
    (one, two), (other, another) = answers
    assert one["diarization_error"] == pytest.approx(other["diarization_error"], abs=0.01)
    assert [t["speaker"] for t in one["turns"]] == [t["speaker"] for t in other["turns"]]
    for a, b in zip(two["seconds"], another["seconds"], strict=True):
        assert a["speaker"] == b["speaker"] and a["probability"] == pytest.approx(b["probability"], abs=0.02)


def test_a_constant_is_silence(tmp_path, capsys, model):
    soundfile.write(tmp_path / "a.wav", np.full(3 * audio.SR, 0.2), audio.SR)
    status, out, _ = asked(capsys, "identify", tmp_path / "a.wav", "--model", model)
    assert status == 0 and "the whole recording: (silence)" in out
    status, out, _ = asked(capsys, "diarize", tmp_path / "a.wav")
    assert status == 0 and "nobody speaks" in out


def test_a_silent_beginning_has_no_speaker(tmp_path, talk, model, capsys):
    """Three seconds of zeros before a voice whose samples have a mean: taken away, it leaves an offset in the zeros."""
    wave = torch.cat([torch.zeros(3 * audio.SR), audio.read(talk)[: 2 * audio.SR] + 0.01])
    path = audio.write(tmp_path / "late.wav", wave.clamp(-1, 1))
    status, out, _ = asked(capsys, "identify", path, "--model", model, "--json")
    names = [second["speaker"] for second in json.loads(out)["seconds"]]
    assert status == 0 and names[:2] == ["", ""] and all(names[3:])
    status, out, _ = asked(capsys, "diarize", path, "--base", model, "--json")
    assert status == 0 and min(turn["start"] for turn in json.loads(out)["turns"]) > 2.5


@pytest.mark.parametrize("rate", [8_000, audio.SR])
def test_a_telephones_band_is_told_once_and_names_the_file(tmp_path, rate):
    noise = torch.randn(4 * audio.SR, generator=torch.Generator().manual_seed(0)) * 0.1
    narrow = audio.resample(noise, audio.SR, 8_000)
    path = tmp_path / "call.wav"
    soundfile.write(path, (narrow if rate == 8_000 else audio.resample(narrow, 8_000)).numpy(), rate)
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        recording(path, voices=True)
    told = [str(note.message) for note in notes]
    assert len(told) == 1 and told[0].startswith(f"{path}: ") and "telephone's band" in told[0]


def test_a_wide_band_is_not_told(talk):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        recording(talk, voices=True)


# Errors and notes name the file


def test_a_recording_that_is_too_short_is_named_with_its_length(tmp_path, capsys):
    audio.write(tmp_path / "half.wav", audio.tone(440, 0.5))
    status, out, err = asked(capsys, "diarize", tmp_path / "half.wav")
    assert status == 2 and not out
    assert err == (
        f"course: {tmp_path / 'half.wav'}: expected 1 s of sound or more, got 0.50 s; take a longer recording\n"
    )


def test_warnings_are_notes_without_a_place_in_the_code(tmp_path, capsys, model):
    noise = np.random.default_rng(0).standard_normal(2 * 44_100) * 0.1
    soundfile.write(tmp_path / "a.wav", noise, 44_100)
    status, _, err = asked(capsys, "identify", tmp_path / "a.wav", "--model", model)
    assert status == 0
    assert err == f"note: {tmp_path / 'a.wav'}: recorded at 44100 Hz, resampled to 16000 Hz\n"


def test_a_header_that_is_wrong_is_a_note_too(tmp_path, capsys, model):
    path = audio.write(tmp_path / "a.wav", audio.tone(440, 2))
    stored = bytearray(path.read_bytes())
    stored[40:44] = bytes(4)
    path.write_bytes(stored)
    status, _, err = asked(capsys, "identify", path, "--model", model)
    assert status == 0 and err.startswith(f"note: {path}: its header was never finished") and ".py" not in err


def test_a_recording_of_a_telephone_needs_ffmpeg_and_goes_through_it(
    tmp_path, talk, model, capsys, monkeypatch
):
    """A stand-in for ffmpeg, which this machine may lack: it copies a WAV to where it is told."""
    from course_lib.data import decode

    phone = tmp_path / "talk.m4a"
    monkeypatch.setattr(decode.shutil, "which", lambda name: None)
    status, _, err = asked(capsys, "identify", phone, "--model", model)
    assert status == 2 and "talk.m4a: expected a sound file, found nothing" in err
    talk.rename(phone)
    status, _, err = asked(capsys, "identify", phone, "--model", model)
    assert status == 2 and "talk.m4a: .m4a needs ffmpeg" in err and "ffmpeg -i 'talk.m4a' 'talk.flac'" in err
    program = tmp_path / "ffmpeg"
    program.write_text('#!/bin/sh\nfor last; do :; done\ncp "${7#file:}" "${last#file:}"\n')
    program.chmod(0o755)
    monkeypatch.setattr(decode.shutil, "which", lambda name: str(program))
    status, out, _ = asked(capsys, "identify", phone, "--model", model, "--json")
    assert status == 0 and len(json.loads(out)["seconds"]) == 6


# References and JSON


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "got a file without turns"),
        ("\n\n;; nothing\n", "got a file without turns"),
        ("SPKR-INFO talk 1 <NA> <NA> <NA> unknown ana <NA>\n", "got a file without turns"),
        (RTTM.format("talk", 1, 0, "ana"), "got a file without turns"),
        ("0.0\t2.5\tana\n3.0\t5.5\tben\n", "labels of an editor"),
        (RTTM.format("a", 0, 1, "ana") + RTTM.format("b", 0, 1, "ben"), "those of 2 recordings: a, b"),
    ],
)
def test_a_reference_without_turns_is_an_error(tmp_path, talk, capsys, text, says):
    (tmp_path / "r.rttm").write_text(text)
    status, out, err = asked(capsys, "diarize", talk, "--reference", tmp_path / "r.rttm", "--json")
    assert status == 2 and not out and says in err and "r.rttm" in err


def test_a_reference_of_which_nothing_is_scored(tmp_path, talk, capsys):
    (tmp_path / "r.rttm").write_text(RTTM.format("talk", 1, 0.3, "ana"))
    status, out, err = asked(capsys, "diarize", talk, "--reference", tmp_path / "r.rttm", "--json")
    assert status == 2 and "longer than half a second" in err
    assert json.loads(out, parse_constant=pytest.fail)["turns"]


@pytest.mark.parametrize(("scale", "told"), [(1, False), (1.05, False), (2, True), (1000, True)])
def test_a_reference_that_goes_on_behind_the_recording_is_told(tmp_path, talk, capsys, scale, told):
    """Of another recording, or in milliseconds: its error would look like that of a bad diarization."""
    seconds = soundfile.info(talk).duration
    (tmp_path / "r.rttm").write_text(RTTM.format("talk", 0, scale * seconds, "ana"))
    status, out, err = asked(capsys, "diarize", talk, "--reference", tmp_path / "r.rttm", "--json")
    assert status == 0 and json.loads(out)
    assert (f"talk.wav ends at {seconds:.1f} s; are they of this recording, and in seconds?" in err) == told


def test_of_a_reference_with_several_recordings_the_one_of_this_name_is_taken(tmp_path, talk, capsys):
    text = (tmp_path / "talk.rttm").read_text() + RTTM.format("other", 0, 6, "eva")
    (tmp_path / "all.rttm").write_text("\ufeff" + text)
    told = []
    for name in ("talk.rttm", "all.rttm"):
        status, out, _ = asked(
            capsys, "diarize", talk, "--reference", tmp_path / name, "--speakers", 2, "--json"
        )
        told.append((status, json.loads(out)))
    assert told[0] == told[1]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
def test_json_never_holds_what_json_does_not_know(bad):
    content = {"a": [bad, (1.5, {"b": bad})], "c": "NaN"}
    read = json.loads(_output.as_json(content), parse_constant=pytest.fail)
    assert read == {"a": [None, [1.5, {"b": None}]], "c": "NaN"}


# Files that cannot be written, and inputs that must not be


@pytest.fixture(params=["a folder", "below a file", "a name that is too long"])
def nowhere(request, tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder.out").mkdir()
    return {
        "a folder": tmp_path / "folder.out",
        "below a file": tmp_path / "file" / "out",
        "a name that is too long": tmp_path / ("x" * 300),
    }[request.param]


def test_turns_are_printed_before_they_cannot_be_written(talk, model, nowhere, capsys):
    status, out, err = asked(capsys, "diarize", talk, "--base", model, "--rttm", nowhere)
    assert status == 2 and "speaker 1" in out
    assert err.startswith(f"course: {nowhere}: could not be written (") and err.count("\n") == 1
    status, out, err = asked(capsys, "diarize", talk, "--base", model, "--rttm", nowhere, "--json")
    assert status == 2 and json.loads(out)["turns"]


def test_a_picture_and_a_detector_that_cannot_be_written(tmp_path, talk, nowhere, capsys, monkeypatch):
    from course_lib.cli import _detectors
    from course_lib.tasks.snoring import fit_detector

    waves = torch.randn(12, audio.SR, generator=torch.Generator().manual_seed(0)) * 0.1
    vectors = _detectors.base_of("speech").embed(waves).numpy()
    detector = fit_detector(vectors, np.arange(12) % 2, np.arange(12), body="speech")
    monkeypatch.setattr(_detectors, "kept", lambda corpus, say: detector)
    for option in ("--save", "--picture"):
        status, out, err = asked(capsys, "classify", talk, option, nowhere)
        assert status == 2 and "episodes" in out and "could not be written" in err


@pytest.mark.parametrize("made", ["same", "link", "other way"])
def test_an_output_that_is_an_input_is_refused_before_any_work(tmp_path, talk, capsys, made):
    before = talk.read_bytes()
    out = {"same": talk, "link": tmp_path / "link.wav", "other way": tmp_path / "x" / ".." / "talk.wav"}[made]
    (tmp_path / "x").mkdir()
    if made == "link":
        out.symlink_to(talk)
    status, shown, err = asked(capsys, "diarize", talk, "--rttm", out)
    assert (status, shown) == (2, "") and "is an input of this command" in err
    status, shown, err = asked(capsys, "classify", talk, "--picture", out)
    assert (status, shown) == (2, "") and "is an input" in err
    status, shown, err = asked(capsys, "spot", "enrol", "word", talk, "--out", out)
    assert (status, shown) == (2, "") and "is an input" in err
    assert talk.read_bytes() == before


def test_a_base_is_not_overwritten_by_what_was_made_of_it(model, capsys):
    status, _, err = asked(capsys, "transfer", "--base", model, "--save", model)
    assert status == 2 and "is an input" in err


def test_errors_of_a_disk_become_advice_and_ours_stay(tmp_path):
    says = r"could not be written \(Permission denied\); name a file in a folder of yours"
    with pytest.raises(DataError, match=says), _output.writing(tmp_path / "a"):
        raise PermissionError(13, "Permission denied")
    with pytest.raises(DataError, match="as it was"), _output.writing(tmp_path / "a"):
        raise DataError("as it was")


# Progress


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_on_a_screen_only_and_taken_away(monkeypatch, talk, model, capsys):
    monkeypatch.setattr(progress_bar, "DELAY", 0.0)
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    assert cli.main(["identify", str(talk), "--model", str(model)]) == 0
    assert "talk.wav" in screen.getvalue() and "left" in screen.getvalue()
    assert screen.getvalue().rpartition("\r")[2].strip() == ""
    monkeypatch.setattr(sys, "stderr", plain := io.StringIO())
    assert cli.main(["identify", str(talk), "--model", str(model)]) == 0
    assert plain.getvalue() == ""


def test_what_a_verb_computes_first_is_told_too(monkeypatch, tmp_path):
    """Features and frozen layers are stored batch by batch, in one place, for every verb that trains."""
    monkeypatch.setattr(progress_bar, "DELAY", 0.0)
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    stored = array_file.store(tmp_path / "x", (np.ones((2, 3)) for _ in range(4)), 8)
    assert stored.shape == (8, 3) and "features" in screen.getvalue() and "left" in screen.getvalue()
    assert screen.getvalue().rpartition("\r")[2].strip() == ""


def test_ctrl_c_in_the_middle_ends_the_verb_and_leaves_nothing(monkeypatch, talk, tmp_path, capsys):
    from course_lib.transfer import Base as base_class

    def stop(*given, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(base_class, "_outputs", stop)
    status, out, err = asked(capsys, "diarize", talk, "--rttm", tmp_path / "out.rttm")
    assert (status, out) == (130, "") and "stopped" in err and not (tmp_path / "out.rttm").exists()
    assert turns.read_rttm(tmp_path / "talk.rttm", "talk")


def test_a_network_is_as_it_was_after_it_was_watched():
    network = torch.nn.Linear(2, 2)
    with pytest.raises(CourseError), _bar.watched(network, "x", 3):
        network(torch.zeros(1, 2))
        raise CourseError("x")
    assert not network._forward_hooks


def test_silence_is_refused_where_it_is_not_meant(tmp_path):
    audio.write(tmp_path / "a.wav", torch.zeros(audio.SR))
    with pytest.raises(AudioError, match="all zero"):
        recording(tmp_path / "a.wav", silence=False)
