"""`course data`: what it prints and leaves behind, for good folders and bad ones."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpus_makers import SR, corpus_folder, tone, two_speakers

from course_lib import audio, paths
from course_lib.audio import true_parts
from course_lib.cli import main
from course_lib.data import leaks, load

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A data root of this test's own, for corpora found and corpora made."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(paths, "made_root", lambda: tmp_path / "data")
    return tmp_path / "data"


def test_list_shows_size_licence_and_what_is_not_made(root, capsys):
    two_speakers(root / "two")
    (root / "two" / "README.md").write_text("# two\n\n- Licence: CC BY 4.0, by nobody\n")
    assert main(["data", "list"]) == 0
    told = capsys.readouterr().out
    assert "two: 12 clips, 2 speakers, 0.3 min, train 4, valid 4, test 4" in told
    assert "Licence: CC BY 4.0, by nobody" in told and "not made yet: synthetic" in told


HEAVY = ("torch", "scipy", "sklearn", "matplotlib", "IPython")
LIGHT = [
    ["list"], ["info", "two"], ["info", "nowhere"], ["credits"], ["credits", "nowhere"], ["check", "nowhere"], ["remove", "nowhere"],
    ["fetch"], ["fetch", "nowhere"], ["make", "nowhere"], ["import", "nowhere"], ["import", ".", "--name", "a/b"],
]  # fmt: skip


ELSEWHERE = [
    "transfer --corpus nowhere", "transfer --base nowhere", "train base --corpus two nowhere:a=b", "train stream --corpus nowhere",
    "spkid features --corpus nowhere", "identify nowhere.wav --model small_cnn", "diarize nowhere.wav", "run --corpus nowhere",
    "verify nowhere.wav nowhere.wav", "identify pyproject.toml --model nowhere", "spot enrol word nowhere.wav --out x",
]  # fmt: skip


@pytest.mark.parametrize(
    "words", [*(["data", *words] for words in LIGHT), *(line.split() for line in ELSEWHERE)], ids=" ".join
)
def test_lists_and_wrong_names_are_answered_without_heavy_modules(root, words):
    """The seconds that a student would wait are those of importing torch and scipy."""
    two_speakers(root / "two")
    script = "import sys; from course_lib.cli import main; status = main(sys.argv[1:]); print('loaded', status, *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    _, status, *modules = done.stdout.splitlines()[-1].split()
    wrong = {"nowhere", "nowhere:a=b", "nowhere.wav", "a/b"} & set(words)
    assert status == ("2" if wrong else "0"), done.stderr
    assert not wrong or "nowhere" in done.stderr or "a/b" in done.stderr
    assert not set(HEAVY) & set(modules)


def test_list_goes_on_past_a_faulty_corpus(root, capsys):
    two_speakers(root / "a")
    two_speakers(root / "b")
    (root / "a" / "manifest.csv").write_text("path\n")
    assert main(["data", "list"]) == 0
    told = capsys.readouterr().out
    assert "a: " in told and "course data check a" in told and "b: 12 clips" in told


@pytest.mark.parametrize(
    "readme, told",
    [
        ("Under a licence of sorts.\nLicence: CC0\n", "Licence: CC0"),
        ("Made with a synthesiser (GPL-3.0-or-later).\n", "Made with a synthesiser (GPL-3.0-or-later)."),
        ("Nothing said.\n", "none named"),
    ],
)
def test_list_finds_the_licence(root, capsys, readme, told):
    two_speakers(root / "a")
    (root / "a" / "README.md").write_text(readme)
    assert main(["data", "list"]) == 0
    assert told in capsys.readouterr().out


def test_check_is_quiet_about_a_good_corpus_and_loud_about_a_bad_one(root, capsys):
    two_speakers(root / "two")
    assert main(["data", "check", "two"]) == 0
    assert capsys.readouterr().out == "two: ok\n"
    soundfile.write(root / "two/audio/ana/ana_0_0.wav", tone(200, 0.7), SR)
    (root / "two/audio/stranger.wav").write_bytes(b"")
    assert main(["data", "check"]) == 1
    told = capsys.readouterr().out
    assert "ana_0_0.wav: the manifest says 1.500 s, the file lasts 0.700 s" in told
    assert "1 file(s) in audio/ that the manifest does not know" in told and "What to do:" in told


def test_check_compares_checksums(root, capsys):
    corpus_folder(
        root / "sums", [{"path": f"audio/{who}.wav", "speaker": who, "sha256": "0" * 64} for who in "ab"]
    )
    assert main(["data", "check", "sums"]) == 1
    assert capsys.readouterr().out.count("its checksum is not the manifest's") == 2


def test_check_finds_audio_on_two_sides(root, capsys):
    same = tone(200)
    rows = [{"path": f"audio/{n}.wav", "speaker": n, "split": n, "wave": same} for n in ("train", "test")]
    corpus_folder(root / "leaky", rows)
    assert main(["data", "check", "leaky"]) == 1
    assert "leak: audio" in capsys.readouterr().out


def test_check_opens_a_recording_once_and_again_only_where_two_may_be_equal(root, capsys, monkeypatch):
    first, other = tone(200), tone(200)
    other[:100] = 0
    waves = {"a": first, "b": tone(300), "c": first, "d": other}  # a and c are equal, d nearly
    rows = [
        {"path": f"audio/{name}.wav", "speaker": name, "split": ("train", "test")[name > "b"], "wave": wave}
        for name, wave in waves.items()
    ]
    corpus_folder(root / "leaky", rows)
    opened, read = [], true_parts.Straight.__init__
    monkeypatch.setattr(
        true_parts.Straight,
        "__init__",
        lambda self, *given: opened.append(given[0][-5]) or read(self, *given),
    )
    assert main(["data", "check", "leaky"]) == 1
    assert re.findall("leak: .*", capsys.readouterr().out) == [
        "leak: audio audio/a.wav = audio/c.wav is in test and train"
    ]
    assert sorted(opened) == list("aabccdd")


def test_a_link_to_a_recording_is_no_stranger(root, capsys):
    two_speakers(root / "two")
    (root / "two/audio/again.wav").symlink_to("ana/ana_0_0.wav")
    (root / "two/audio/ana/.hidden.wav").write_bytes(b"")
    assert main(["data", "check", "two"]) == 0


def test_check_of_nothing_is_an_error(root, capsys):
    assert main(["data", "check"]) == 2 and main(["data", "check", "nowhere"]) == 2
    assert "course data list" in capsys.readouterr().err


def test_make_knows_only_embedded_corpora(root, capsys):
    assert main(["data", "make", "librispeech"]) == 2
    assert "expected one of synthetic" in capsys.readouterr().err


def recordings(folder, *, days=(), takes=4):
    """speaker/[day/]take in several formats, rates and channel counts, under awkward names."""
    for who, pitch in (("Zoë 🎤", 220), ("B. O'Brien", 110)):
        for day, place in enumerate([f"{who}/{day}" for day in days] or [who]):
            (folder / place).mkdir(parents=True)
            for take in range(takes):
                rate, ending = [(44_100, "wav"), (8_000, "flac"), (16_000, "ogg"), (48_000, "mp3")][take % 4]
                wave = tone(pitch + 10 * take, 1.2, rate, seed=take + pitch + 100 * day)
                wave = np.stack([wave, wave], axis=1) if take == 0 else wave
                soundfile.write(folder / place / f"take {take} é.{ending}", wave, rate)
    return folder


@pytest.mark.filterwarnings("ignore:.*resampled")
def test_import_takes_any_format_and_names_what_it_leaves_out(root, tmp_path, capsys):
    source = recordings(tmp_path / "my class")
    (source / "Zoë 🎤" / "notes.txt").write_text("not a sound")
    (source / "Zoë 🎤" / "broken.wav").write_bytes(b"RIFF nothing")
    soundfile.write(source / "Zoë 🎤" / "silent.wav", np.zeros(SR), SR)
    assert main(["data", "import", str(source), "--name", "class"]) == 0
    told = capsys.readouterr().out
    assert "broken.wav" in told and "silent.wav" in told and "Left out 2 file(s)" in told
    corpus = load("class")
    assert corpus.speakers == ["B. O'Brien", "Zoë 🎤"] and len(corpus) == 8 and leaks(corpus) == []
    assert {clip.split for clip in corpus} == {"train", "valid", "test"}
    for clip in corpus:
        info = soundfile.info(corpus.path(clip))
        assert (info.samplerate, info.channels, info.format) == (SR, 1, "FLAC") and clip.path.isascii()
    assert main(["data", "check", "class"]) == 0


@pytest.mark.filterwarnings("ignore:.*resampled")
def test_import_keeps_sessions_together(root, tmp_path):
    source = recordings(tmp_path / "c", days=("mon", "tue", "wed"), takes=2)
    assert main(["data", "import", str(source)]) == 0
    corpus = load("c")
    assert len({clip.session for clip in corpus}) == 6 and leaks(corpus, by="session") == []
    assert "no session is in two parts" in repr(corpus)


@pytest.mark.filterwarnings("ignore:whole")
def test_import_of_a_long_recording_is_the_whole_of_it_in_one_piece(root, tmp_path, capsys):
    """Minutes are converted one by one, without a seam: 2.5 minutes at 22.05 kHz."""
    for who in ("ana", "ben"):
        (tmp_path / "c" / who).mkdir(parents=True)
        soundfile.write(tmp_path / "c" / who / "b.wav", tone(300, 1.5, seed=ord(who[0]) + 1), SR)
        wave = tone(440 + len(who) + ord(who[0]), 150.0, 22_050, seed=ord(who[0]))
        soundfile.write(tmp_path / "c" / who / "long.wav", wave, 22_050)
    assert main(["data", "import", str(tmp_path / "c")]) == 0
    assert "note: import of c: recorded at 22050 Hz" in capsys.readouterr().err
    corpus = load("c")
    clip = next(clip for clip in corpus if clip.duration_s > 100)
    whole = audio.read(tmp_path / "c" / clip.speaker / "long.wav", note="whole")
    stored = corpus.read(clip)
    assert len(stored) == 150 * SR and float((stored - whole).abs().max()) < 1e-4


def test_import_replaces_only_when_told(root, tmp_path, capsys):
    source = recordings(tmp_path / "c", takes=2)
    assert main(["data", "import", str(source)]) == 0
    assert main(["data", "import", str(source)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(["data", "import", str(source), "--replace"]) == 0


def test_a_name_is_never_a_path(root, tmp_path, capsys):
    """`--name ../docs --replace` once took a folder's place, and its files were gone."""
    source = recordings(tmp_path / "c", takes=2)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "thesis.txt").write_text("years of work")
    before = sorted(tmp_path.rglob("*"))
    for name in (
        "../docs",
        "..",
        ".",
        "",
        "a/b",
        "a\\b",
        str(tmp_path / "docs"),
        ".hidden",
        "CON",
        "x\n",
        "d:",
    ):
        for more in ([], ["--replace"]):
            assert main(["data", "import", str(source), "--name", name, *more]) == 2, name
            assert "a name is not a path" in capsys.readouterr().err
        assert main(["data", "remove", name]) == 2 and main(["data", "make", name]) == 2, name
        assert (
            main(["data", "fetch", name]) == 2 and main(["data", "fetch", "librispeech", "--part", name]) == 2
        )
    assert sorted(tmp_path.rglob("*")) == before
    for name in ("synthetic", "Synthetic", "cache"):  # one folder to Windows and macOS
        assert main(["data", "import", str(source), "--name", name]) == 2
        assert "the course itself makes" in capsys.readouterr().err


def test_a_corpus_that_is_a_link_is_replaced_and_what_it_leads_to_stays(root, tmp_path):
    source = recordings(tmp_path / "c", takes=2)
    assert main(["data", "import", str(source)]) == 0
    (root / "c").rename(tmp_path / "other disk")
    (root / "c").symlink_to(tmp_path / "other disk")
    assert main(["data", "import", str(source), "--replace"]) == 0
    assert not (root / "c").is_symlink() and len(load("c")) == 4
    assert (tmp_path / "other disk" / "manifest.csv").is_file()
    assert [path.name for path in root.iterdir() if path.name.startswith(".")] == []


def test_only_an_imported_corpus_is_replaced(root, tmp_path, capsys):
    source = recordings(tmp_path / "c", takes=2)
    (root / "notes").mkdir(parents=True)
    (root / "notes" / "thesis.txt").write_text("years of work")
    two_speakers(root / "fetched")
    for name in ("notes", "fetched"):
        assert main(["data", "import", str(source), "--name", name, "--replace"]) == 2
        assert "no corpus that `course data import` made" in capsys.readouterr().err
    assert main(["data", "import", str(source)]) == 0
    (root / "c" / "audio" / "mine.txt").write_text("a remark")
    assert main(["data", "import", str(source), "--replace"]) == 2
    assert "audio/mine.txt" in capsys.readouterr().err
    assert (root / "notes" / "thesis.txt").read_text() == "years of work" and len(load("fetched")) == 12
    assert (root / "c" / "audio" / "mine.txt").read_text() == "a remark"


def test_import_of_too_little_leaves_nothing(root, tmp_path, capsys):
    (tmp_path / "one" / "ana").mkdir(parents=True)
    soundfile.write(tmp_path / "one" / "ana" / "a.wav", tone(200), SR)
    assert main(["data", "import", str(tmp_path / "one")]) == 2
    assert "two or more speakers" in capsys.readouterr().err
    assert main(["data", "import", str(tmp_path / "nowhere")]) == 2
    assert main(["data", "import", str(tmp_path / "one"), "--name", "one"]) == 2
    assert not list(root.glob("*")) and not list(root.glob(".*"))
