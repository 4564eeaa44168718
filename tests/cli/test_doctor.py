"""`course doctor`: each question answers no where it should, and every no says what to do."""

import argparse
import csv
import json
import os
import shutil
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
import soundfile

from course_lib import cli
from course_lib.cli import _check_course, _check_machine, doctor
from course_lib.cli._check_result import Finding
from course_lib.data import synthetic


def states(check):
    return {finding.name: finding.state for finding in check()}


def only(check):
    (finding,) = check()
    return finding


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A course folder with one embedded corpus of two clips."""
    monkeypatch.setattr(_check_course.paths, "home", lambda: tmp_path)
    monkeypatch.setattr(_check_course.paths, "made_root", lambda: tmp_path / "data")
    monkeypatch.setattr(synthetic, "MAKERS", {"tiny": None})
    make_corpus(tmp_path / "data" / "tiny")
    return tmp_path


def make_corpus(folder):
    from course_lib.data.synthetic.corpus_writer import COLUMNS, write_clip

    rows = []
    for number, (speaker, split) in enumerate([("ana", "train"), ("ben", "train")]):
        wave = 0.5 * np.sin(np.arange(16_000) * (number + 1) / 10)
        row = {**write_clip(folder, f"audio/{speaker}.flac", wave), "speaker": speaker, "split": split}
        rows.append({**dict.fromkeys(COLUMNS, ""), **row})
    with open(folder / "manifest.csv", "w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


# ---- the whole


def doctor_with(monkeypatch, *findings, as_json=False):
    monkeypatch.setattr(doctor, "CHECKS", [lambda: findings])
    return doctor.run(argparse.Namespace(json=as_json))


def test_a_note_is_nothing_wrong(monkeypatch, capsys):
    assert doctor_with(monkeypatch, Finding("a", "ok", "fine"), Finding("b", "note", "known", "look")) == 0
    assert "All is well" in capsys.readouterr().out


def test_something_wrong_is_status_one_and_says_what_to_do(monkeypatch, capsys):
    assert doctor_with(monkeypatch, Finding("disk", "wrong", "10 MB free", "make room")) == 1
    said = capsys.readouterr().out
    assert "WRONG  disk" in said and "-> make room" in said and "1 thing(s) to put right" in said


def test_findings_for_programs(monkeypatch, capsys):
    assert doctor_with(monkeypatch, Finding("disk", "wrong", "10 MB free", "make room"), as_json=True) == 1
    assert json.loads(capsys.readouterr().out) == [
        {"name": "disk", "state": "wrong", "found": "10 MB free", "advice": "make room"}
    ]


def test_a_check_that_breaks_is_a_finding_and_the_rest_goes_on(monkeypatch, capsys):
    def check_magic():
        raise RuntimeError("no wand")

    monkeypatch.setattr(doctor, "CHECKS", [check_magic, lambda: [Finding("b", "ok", "fine")]])
    assert doctor.run(argparse.Namespace(json=False)) == 1
    said = capsys.readouterr().out
    assert "WRONG  magic       RuntimeError: no wand" in said and "OK     b" in said


def test_every_answer_on_this_machine_is_a_finding_with_advice_where_it_is_no(home, capsys):
    status = cli.main(["doctor", "--json"])
    findings = json.loads(capsys.readouterr().out)
    assert {"python", "versions", "torch", "torchaudio", "threads", "memory", "disk"} <= {
        f["name"] for f in findings
    }
    assert {"recordings", "COURSE_DATA", "jupyterlab", "sound files", "player"} <= {
        f["name"] for f in findings
    }
    assert all(finding["advice"] for finding in findings if finding["state"] != "ok")
    assert status == int(any(finding["state"] == "wrong" for finding in findings))


# ---- the machine


def test_versions_that_differ_are_named(home):
    torch, numpy = (_check_machine.version(name).split("+")[0] for name in ("torch", "numpy"))
    audio = _check_machine.version("torchaudio").split("+")[0]
    file = home / "constraints.txt"
    file.write_text(f"# a note\ntorch=={torch}\ntorchaudio=={audio}\nnumpy=={numpy}\nnot-here==1.0\n")
    assert only(_check_machine.check_versions) == Finding("versions", "ok", "3 packages, all as tested")
    file.write_text(f"torch=={torch}\ntorchaudio=={audio}\nnumpy==0.1\n")
    finding = only(_check_machine.check_versions)
    assert finding.state == "note" and f"numpy {numpy} (tested: 0.1)" in finding.found
    file.write_text(f"torch==0.1\ntorchaudio=={audio}\n")
    assert only(_check_machine.check_versions).state == "wrong"
    file.unlink()
    assert only(_check_machine.check_versions).state == "note"


def test_torch_and_torchaudio_work_together():
    assert states(_check_machine.check_torch) == {"torch": "ok", "torchaudio": "ok"}


@pytest.mark.parametrize("error", [OSError("undefined symbol: aoti_torch"), RuntimeError("no operator")])
def test_a_torchaudio_made_for_another_torch_is_told_as_that(error, monkeypatch):
    def fails():
        raise error

    monkeypatch.setattr(_check_machine.compat, "import_torchaudio", fails)
    torch, torchaudio = _check_machine.check_torch()
    assert torch.state == "ok" and torchaudio.state == "wrong"
    assert str(error) in torchaudio.found and "tested pair" in torchaudio.advice


@pytest.mark.parametrize("version", [(3, 9, 0), (3, 14, 0)])
def test_another_python_is_told_which_to_take(version, monkeypatch):
    monkeypatch.setattr(_check_machine.sys, "version_info", version)
    finding = only(_check_machine.check_python)
    assert finding.state == "wrong" and "3.10 to 3.13" in finding.advice


def test_more_threads_than_cores_are_wrong(monkeypatch):
    monkeypatch.setattr(_check_machine.seeding, "usable_cores", lambda: 2)
    monkeypatch.setattr(_check_machine.seeding, "set_threads", lambda: 2)
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    finding = only(_check_machine.check_threads)
    assert finding.state == "wrong" and "OMP_NUM_THREADS=2" in finding.advice
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert only(_check_machine.check_threads).state == "ok"
    monkeypatch.setattr(_check_machine.seeding, "usable_cores", lambda: 1)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert only(_check_machine.check_threads).state == "note"  # slow, and nothing wrong


@pytest.mark.parametrize(
    ("free", "state"), [(749e6, "wrong"), (751e6, "note"), (999e6, "note"), (1001e6, "ok")]
)
def test_memory_is_held_against_a_lessons_budget(free, state, monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=free))
    monkeypatch.setattr(_check_machine, "number_in", lambda path: None)
    assert only(_check_machine.check_memory).state == state


def test_a_containers_limit_counts_where_it_is_less(monkeypatch):
    numbers = {"/sys/fs/cgroup/memory.max": 2_000_000_000, "/sys/fs/cgroup/memory.current": 1_500_000_000}
    monkeypatch.setattr(_check_machine, "number_in", numbers.get)
    free, of = _check_machine.free_memory_mb()
    assert (free, of) == (500.0, "of this container's 2000 MB")


def test_a_number_in_a_file_or_none(tmp_path):
    (tmp_path / "limit").write_text("4096\n")
    (tmp_path / "none").write_text("max\n")
    assert _check_machine.number_in(tmp_path / "limit") == 4096
    assert _check_machine.number_in(tmp_path / "none") is None
    assert _check_machine.number_in(tmp_path / "away") is None


def test_a_full_disk_and_a_folder_that_is_not_ones_own(home, monkeypatch):
    assert only(_check_machine.check_disk).state == "ok"
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10e6))
    assert "make room" in only(_check_machine.check_disk).advice
    monkeypatch.setattr(os, "access", lambda folder, mode: False)
    assert "folder of your own" in only(_check_machine.check_disk).advice


# ---- the course


def test_recordings_are_whole_changed_or_missing(home):
    folder = home / "data" / "tiny"
    assert only(_check_course.check_recordings).state == "ok"
    soundfile.write(folder / "audio" / "ana.flac", np.full(16_000, 0.25), 16_000)
    finding = only(_check_course.check_recordings)
    assert finding.state == "wrong" and "ana.flac" in finding.found
    assert "course data make tiny" in finding.advice
    shutil.rmtree(folder)
    assert only(_check_course.check_recordings).state == "note"  # a new copy: `course lab` will make them


def test_some_recordings_without_the_others_are_wrong(home, monkeypatch):
    monkeypatch.setattr(synthetic, "MAKERS", {"tiny": None, "other": None})
    here, missing = _check_course.check_recordings()
    assert here.state == "ok" and missing == Finding(
        "recordings", "wrong", "other is not there", "course data make other"
    )


def test_course_data_must_hold_corpora(home, monkeypatch):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    assert only(_check_course.check_course_data).state == "ok"
    monkeypatch.setenv("COURSE_DATA", str(home / "data"))
    assert only(_check_course.check_course_data).found == f"{home / 'data'}: tiny"
    monkeypatch.setattr(os, "access", lambda folder, mode: False)
    assert "read-only, which is fine" in only(_check_course.check_course_data).found
    monkeypatch.setenv("COURSE_DATA", str(home / "data" / "tiny"))  # one folder too deep
    assert only(_check_course.check_course_data).state == "wrong"


def test_jupyterlab_has_its_page(monkeypatch, tmp_path):
    assert only(_check_course.check_jupyterlab).state == "ok"
    monkeypatch.setattr("jupyterlab.commands.get_app_dir", lambda: str(tmp_path))
    assert only(_check_course.check_jupyterlab).state == "wrong"


def test_sound_comes_back_and_reaches_the_page(monkeypatch):
    assert states(_check_course.check_sound) == {"sound files": "ok", "player": "ok", "your ears": "note"}
    read = soundfile.read
    monkeypatch.setattr(soundfile, "read", lambda file: (read(file)[0] * 0.5, 16_000))
    assert states(_check_course.check_sound)["sound files"] == "wrong"


def test_a_player_is_known_by_its_16_bits():
    from course_lib.teaching.plots import player

    html = player.Sound([0.0, 0.5], label="two samples").html
    assert _check_course.is_player(html)
    assert not _check_course.is_player(html.replace("<audio", "<video"))
    assert not _check_course.is_player("<audio controls></audio>")
    import base64

    wav = bytearray(player.wav_bytes([0.0, 0.5]))
    wav[34] = 8
    eight_bits = player.audio_html(bytes(wav), "eight bits")
    assert base64.b64encode(wav).decode() in eight_bits
    assert not _check_course.is_player(eight_bits)
