"""Folders of recordings as people have them: other formats, hidden folders, splits made by hand, and too few of each."""

import os
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
from corpus_makers import SR, tone

from course_lib import paths
from course_lib.cli import main
from course_lib.data import decode, layout, leaks, load, meeting
from course_lib.data.importing import import_recordings, too_few
from course_lib.errors import CorpusError
from course_lib.transfer import speakers_of

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(paths, "made_root", lambda: tmp_path / "data")
    return tmp_path / "data"


def record(folder, *places, seconds=1.2):
    """A WAV of its own at every place -> the folder."""
    for number, place in enumerate(places):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, tone(200 + 40 * number, seconds, seed=number), SR)
    return folder


def takes(who, count, folder=""):
    return [f"{folder}{who}/{take}.wav" for take in range(count)]


def to(path, suffix):
    """Convert a recording with ffmpeg and remove the original."""
    subprocess.run(["ffmpeg", "-v", "error", "-i", path, path.with_suffix(suffix)], check=True)
    path.unlink()


# other formats ---------------------------------------------------------------------------------------------


@needs_ffmpeg
@pytest.mark.parametrize("suffix", [".m4a", ".wma", ".webm", ".mp4", ".MKA"])
def test_what_soundfile_cannot_read_comes_through_ffmpeg(root, tmp_path, suffix, capsys):
    source = record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4))
    for take in range(4):
        to(source / "ben" / f"{take}.wav", suffix)
    assert main(["data", "import", str(source)]) == 0
    assert "Left out 0 file(s)" in capsys.readouterr().out
    for clip in load("c").select(speaker="ben"):
        assert clip.duration_s == pytest.approx(1.2, abs=0.1)
        spectrum = np.abs(np.fft.rfft(load("c").read(clip)[:SR]))
        take = int(clip.path[-6])
        assert spectrum.argmax() == pytest.approx(200 + 40 * (4 + take), abs=2)


def test_without_ffmpeg_the_speaker_is_named_and_counted(root, tmp_path, capsys, monkeypatch):
    source = record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4), *takes("cleo", 3))
    for path in (source / "cleo").iterdir():
        path.rename(path.with_suffix(".m4a"))
    monkeypatch.setattr(decode.shutil, "which", lambda name: None)
    assert main(["data", "import", str(source)]) == 0
    told = capsys.readouterr().out
    assert "cleo is missing: none of 3 recording(s) could be read (.m4a); install ffmpeg, or convert" in told
    assert "ffmpeg -i '0.m4a' '0.flac'" in told and "Left out 3 file(s)" in told
    assert load("c").speakers == ["ana", "ben"]
    shutil.rmtree(source / "ana"), shutil.rmtree(source / "ben")
    assert main(["data", "import", str(source), "--name", "other"]) == 2
    told = capsys.readouterr().err
    assert "cleo is missing: none of 3" in told and "install ffmpeg" in told
    assert not (root / "other").exists()


@needs_ffmpeg
def test_a_damaged_file_of_another_format_is_named(root, tmp_path, capsys):
    source = record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4))
    (source / "ben" / "x.m4a").write_bytes(b"nothing")
    assert main(["data", "import", str(source)]) == 0
    told = capsys.readouterr().out
    assert "x.m4a: ffmpeg cannot read it" in told and "Left out 1 file(s)" in told
    assert not list(root.rglob("*.wav")) and not list((root / "c").rglob(".*"))


def test_every_format_of_soundfile_is_known():
    formats = {f".{name.lower()}" for name in soundfile.available_formats()}
    assert formats <= decode.SUFFIXES and not formats & decode.FFMPEG


# hidden folders --------------------------------------------------------------------------------------------


def test_hidden_folders_are_skipped_and_told(root, tmp_path, capsys):
    hidden = (".ipynb_checkpoints/ana/0.wav", ".Trash-1000/files/1.wav", "ana/.ipynb_checkpoints/2.wav", "__MACOSX/ana/._0.wav",
              "ben/.hidden.wav")  # fmt: skip
    source = record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4), *hidden)
    assert main(["data", "import", str(source)]) == 0
    told = capsys.readouterr().out
    assert "skipped what is hidden: .Trash-1000, .hidden.wav, .ipynb_checkpoints, __MACOSX (5 files)" in told
    assert load("c").speakers == ["ana", "ben"] and len(load("c")) == 8
    (root / "c" / "audio" / ".ipynb_checkpoints").mkdir()
    (root / "c" / "audio" / ".ipynb_checkpoints" / "a.flac").write_bytes(b"")
    assert main(["data", "check", "c"]) == 0  # a browser's copies are no fault of the corpus


@pytest.mark.parametrize(
    "folder", ["@Recently-Snapshot", "#snapshot", "Network Trash Folder", "Temporary Items", "__pycache__"]
)
def test_folders_of_a_network_drive_are_no_speakers(root, tmp_path, capsys, folder):
    source = record(
        tmp_path / "c", *takes("ana", 4), *takes("ben", 4), f"{folder}/ana/0.wav", f"ben/{folder}/1.wav"
    )
    assert main(["data", "import", str(source)]) == 0
    assert f"skipped what is hidden: {folder} (2 files)" in capsys.readouterr().out
    assert load("c").speakers == ["ana", "ben"] and len(load("c")) == 8


def test_a_speaker_who_is_there_twice_is_told(root, tmp_path, capsys):
    """A folder that was copied and renamed, or a link to another: the same recordings of two people."""
    source = record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4))
    shutil.copytree(source / "ana", source / "Copy of ana")
    (source / "alias").symlink_to(source / "ben")
    assert main(["data", "import", str(source)]) == 0
    told = capsys.readouterr().out
    assert "skipped links to folders that are read anyway: alias" in told
    assert (
        "4 recording(s) are there under two speakers, such as audio/Copy_of_ana/0.flac of Copy of ana and audio/ana/0.flac"
        in told
    )
    assert load("c").speakers == ["Copy of ana", "ana", "ben"]


def test_spaces_around_a_folders_name_are_no_part_of_it(root, tmp_path):
    assert main(["data", "import", str(record(tmp_path / "c", *takes(" ana", 4), *takes("ben ", 4)))]) == 0
    assert load("c").speakers == ["ana", "ben"]


def test_a_name_in_the_letters_of_a_mac_is_the_same_name(root, tmp_path, capsys):
    """e and its dots as one letter, or as two: they look the same."""
    source = record(
        tmp_path / "c", *takes("Zo\u00eb", 2), *takes("ben", 4), "Zoe\u0308/2.wav", "Zoe\u0308/3.wav"
    )
    assert main(["data", "import", str(source)]) == 0
    assert load("c").speakers == ["Zo\u00eb", "ben"] and len(load("c")) == 8
    assert "under two speakers" not in capsys.readouterr().out


def test_names_that_differ_in_case_alone_are_told(root, tmp_path, capsys):
    source = record(tmp_path / "c", *takes("Ana", 4), *takes("ben", 4))
    if (source / "ana").exists():
        pytest.skip("to this disk Ana is ana")
    record(source, *takes("ana", 4))
    assert main(["data", "import", str(source)]) == 0
    assert "their names differ in case alone: Ana and ana\n" in capsys.readouterr().out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_link_that_lost_its_file_and_a_pipe_are_told(root, tmp_path, capsys):
    source = record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4))
    (source / "ana/lost.wav").symlink_to(tmp_path / "nowhere.wav")
    os.mkfifo(source / "ben/pipe.wav")
    (source / "ben/folder.wav").mkdir()
    assert main(["data", "import", str(source)]) == 0
    told = capsys.readouterr().out
    assert "2 name(s) lead to no file (a link that lost it, a pipe), such as ana/lost.wav" in told
    assert len(load("c")) == 8


def test_what_belongs_to_nobody_is_told(root, tmp_path, capsys):
    source = record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4), "alone.wav")
    (source / "dora").mkdir()
    assert main(["data", "import", str(source)]) == 0
    told = capsys.readouterr().out
    assert "1 file(s) lie in no speaker's folder and are left out, such as alone.wav" in told
    assert "no sound file in 1 folder(s): dora" in told


# splits made by hand ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("train, test", [("train", "test"), ("Training", "Eval"), ("train", "dev"), ("01_train", "02_test"),
                                          ("trainset", "testset"), ("tr", "tt"), ("seen", "unseen")])  # fmt: skip
def test_folders_named_like_sides_are_the_split(root, tmp_path, capsys, train, test):
    places = [
        f"{side}/{who}/{take}.wav"
        for side, count in ((train, 3), (test, 2))
        for who in "ab"
        for take in range(count)
    ]
    source = record(tmp_path / "c", *places)
    assert main(["data", "import", str(source)]) == 0
    corpus, side = load("c"), layout.side_of(test)
    assert corpus.speakers == ["a", "b"] and len(corpus) == 10 and leaks(corpus) == []
    assert [len(corpus.select(split=part)) for part in ("train", side)] == [6, 4]
    assert (
        f"the folders name sides, which are kept as the split: train 6, {side} 4" in capsys.readouterr().out
    )


def test_sides_below_the_speakers_are_a_split_too(root, tmp_path):
    places = [f"{who}/{side}/{take}.wav" for who in "ab" for side in ("train", "test") for take in range(2)]
    assert main(["data", "import", str(record(tmp_path / "c", *places))]) == 0
    corpus = load("c")
    assert corpus.speakers == ["a", "b"] and not corpus.values("session")
    assert [len(corpus.select(split=part)) for part in ("train", "test")] == [4, 4]


@pytest.mark.parametrize(
    "places, says",
    [
        (["train/a/0.wav", "test/a/0.wav", "ana/0.wav"], "test, train is called like a side of a split, ana is not"),
        (["train/0.wav", "train/1.wav", "test/0.wav", "test/1.wav"], "recordings that lie in no speaker's folder"),
        (["dev/0.wav", "dev/1.wav", "ana/0.wav", "ana/1.wav"], "dev is called like a side of a split, ana is not"),
    ],
)  # fmt: skip
def test_what_may_be_a_split_is_asked(root, tmp_path, capsys, places, says):
    source = record(tmp_path / "c", *places)
    assert main(["data", "import", str(source)]) == 2
    told = capsys.readouterr().err
    assert "is this a split or are these people?" in told and says in told and "--layout speakers" in told
    if "ana/1.wav" in places:
        assert main(["data", "import", str(source), "--layout", "speakers"]) == 0
        assert load("c").speakers == ["ana", "dev"]


def test_sessions_are_told_as_they_were_understood(root, tmp_path, capsys):
    """female/ana and male/ben are groups with people in them, but nothing in the folders says so."""
    source = record(tmp_path / "c", *takes("ana", 2, "female/"), *takes("eva", 2, "female/"), *takes("ben", 2, "male/"),
                    *takes("carl", 2, "male/"))  # fmt: skip
    assert main(["data", "import", str(source)]) == 0
    told = capsys.readouterr().out
    assert (
        "4 sessions of 2 speaker(s), female/ana, female/eva, male/ben, male/carl" in told
        and "groups of people" in told
    )


def test_one_folder_around_all_is_named(root, tmp_path, capsys):
    assert (
        main(
            ["data", "import", str(record(tmp_path / "c", *takes("a", 4, "data/"), *takes("b", 4, "data/")))]
        )
        == 2
    )
    assert "got data: 8; if that is a folder of people, import it" in capsys.readouterr().err


def test_copies_on_two_sides_are_one_answer_everywhere(root, tmp_path, capsys):
    source = record(tmp_path / "c", *takes("a", 3, "train/"), *takes("b", 3, "train/"),
                    *takes("a", 2, "test/"), *takes("b", 2, "test/"))  # fmt: skip
    shutil.copy(source / "train" / "a" / "0.wav", source / "test" / "a" / "again.wav")
    assert main(["data", "import", str(source)]) == 0
    capsys.readouterr()
    assert main(["data", "check", "c"]) == 1
    leak = "audio audio/a/test-again.flac = audio/a/train-0.flac is in test and train"
    assert f"leak: {leak}" in capsys.readouterr().out
    with pytest.warns(UserWarning, match=r"test-again.flac is .*train-0.flac.*left out of test: 1 clips"):
        corpus = speakers_of("c")
    assert leaks(corpus) == [] and len(corpus.select(split="test")) == 4
    assert "audio/a/test-again.flac" not in {
        clip.path for clip in load("c", by="recording").select(split="test")
    }


# few recordings --------------------------------------------------------------------------------------------


def test_few_recordings_are_told_before_a_lesson_runs(root, tmp_path, capsys):
    source = record(tmp_path / "c", *takes("ana", 2), *takes("ben", 3), *takes("cleo", 4))
    assert main(["data", "import", str(source)]) == 0
    assert "few recordings of ana (2), ben (3): lessons that train" in capsys.readouterr().out
    assert too_few(load("c")) and not too_few(load("c").select(speaker="cleo"))


@pytest.mark.parametrize("people", [2, 5])
def test_four_recordings_of_each_make_a_meeting(root, tmp_path, people):
    names = ["ana", "ben", "cleo", "dora", "emil"][:people]
    made = import_recordings(
        record(tmp_path / "c", *[place for who in names for place in takes(who, 4)], seconds=2.5), root / "c"
    )
    assert made.notes == made.left_out == []
    talk = meeting(speakers_of("c"))
    assert (
        len(talk.speakers) == min(4, people)
        and len(talk.turns) == 9
        and set(talk.before) == set(talk.speakers)
    )


def test_one_speaker_is_no_meeting(root, tmp_path):
    import_recordings(record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4)), root / "c")
    with pytest.raises(
        CorpusError, match=r"two or more speakers with a recording to train on.*four recordings are enough"
    ):
        meeting(load("c").select(speaker="ana"))


# manifests -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["2,58", "abc", "-1", "nan", "1e999", "0"])
def test_a_duration_that_is_none_is_a_fault_and_no_traceback(root, tmp_path, capsys, value):
    import_recordings(record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4)), root / "c")
    path = root / "c" / "manifest.csv"
    path.write_text(path.read_text().replace("1.200,", f'"{value}",', 1))
    assert main(["data", "check", "c"]) == 1
    told = capsys.readouterr().out
    assert f"row 2: expected duration_s in seconds, above 0, got '{value}'" in told
    assert main(["data", "list"]) == 0 and "course data check c" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",ana,", ", ana ,", "row 2: expected a speaker without spaces around the name, got ' ana '"),
        ("audio/ana", "audio/a\0na", "row 2: expected a relative path with '/', got 'audio/a\\x00na/0.flac'"),
        (",valid,", ",Valid,", "row 2: expected split train, valid, test or empty, got 'Valid'"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_its_row(root, tmp_path, capsys, old, new, says):
    import_recordings(record(tmp_path / "c", *takes("ana", 4), *takes("ben", 4)), root / "c")
    path = root / "c" / "manifest.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    assert main(["data", "check", "c"]) == 1 and says in capsys.readouterr().out
    assert main(["data", "list"]) == 0 and f"1 fault(s): {says}" in capsys.readouterr().out


def test_one_session_folder_does_not_empty_the_evaluation_sides(root, tmp_path):
    record(tmp_path / "c", *(f"{who}/wav/{take}.wav" for who in "ab" for take in range(6)))
    assert main(["data", "import", str(tmp_path / "c")]) == 0
    assert {clip.split for clip in load("c")} == {"train", "valid", "test"}


def test_sides_with_more_words_and_people_without_them(root, tmp_path, capsys):
    record(
        tmp_path / "c",
        *takes("train-clean/a", 3),
        *takes("train-clean/b", 3),
        *takes("test-clean/a", 2),
        *takes("test-clean/b", 2),
    )
    assert main(["data", "import", str(tmp_path / "c")]) == 0
    assert load("c").speakers == ["a", "b"] and "the folders name sides" in capsys.readouterr().out
    record(
        tmp_path / "d",
        *takes("a/train", 2),
        *takes("a/test", 2),
        *takes("b/train", 2),
        *takes("b/test", 2),
        *takes("c", 3),
    )
    assert main(["data", "import", str(tmp_path / "d")]) == 2
    assert "is this a split or are these sessions?" in capsys.readouterr().err


def test_an_import_from_which_a_recording_was_deleted_can_be_replaced(root, tmp_path):
    record(tmp_path / "c", *takes("a", 4), *takes("b", 4))
    assert main(["data", "import", str(tmp_path / "c")]) == 0
    next((root / "c").rglob("*.flac")).unlink()
    assert main(["data", "import", str(tmp_path / "c"), "--replace"]) == 0
