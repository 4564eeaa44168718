"""The synthesiser: the same words in the same voice are the same samples, in any order, in any process."""

import csv
import hashlib
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from course_lib.data.synthetic import MAKERS, Voice, draw_voice, espeak, make_speakers, speak
from course_lib.errors import AudioError, DataError

SAY_IN_ORDER = """
import hashlib, sys
from course_lib.data.synthetic import Voice, draw_voice, speak
voices = {"plain": Voice(), "rough": Voice(rough=6, flutter=12), "drawn": draw_voice(3, "x"),
          "french-like": Voice(accent="french-like"), "polish": Voice(accent="pl")}
said = {}
for name in sys.argv[1:]:
    said[name] = hashlib.sha256(speak("Seven green bottles near the river.", voice=voices[name]).tobytes()).hexdigest()
print(sorted(said.items()))
"""


def said(*order):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SAY_IN_ORDER, *order]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def folder_hash(folder):
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def rows(folder):
    with open(folder / "manifest.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpora") / "small"
    calls = []
    made = make_speakers(
        folder,
        base=3,
        transfer=2,
        clips=1,
        processes=1,
        progress=lambda done, total: calls.append((done, total)),
    )
    assert made == folder and calls == [(n, len(calls)) for n in range(1, len(calls) + 1)]
    return folder


def test_speech_does_not_depend_on_what_was_said_before_or_in_which_process():
    order = ["plain", "rough", "drawn", "french-like", "polish"]
    assert said(*order) == said(*order[::-1], "rough", "plain")


def test_voices_differ_and_last():
    first = speak("one two three", voice=draw_voice(0, "a"))
    assert np.array_equal(first, speak("one two three", voice=draw_voice(0, "a")))
    other = speak("one two three", voice=draw_voice(0, "b"))
    assert first.shape != other.shape or not np.allclose(first, other)


@pytest.mark.parametrize(
    "text, language", [("", "en-us"), ("  ", "en-us"), (None, "en-us"), ("hello", "klingonese")]
)
def test_bad_words_and_languages_say_what_to_do(text, language):
    with pytest.raises(AudioError, match=r"pass a word|it speaks af, am"):
        speak(text, language=language)


def test_bad_voices_are_refused():
    with pytest.raises(AudioError, match="75 to 260 Hz"):
        Voice(pitch=1000)
    with pytest.raises(AudioError, match=r"0\.7 to 1\.4"):
        Voice(tract=3)
    with pytest.raises(AudioError, match="words a minute"):
        speak("hello", voice=Voice(rate=10))


def test_a_library_that_does_not_load_is_named(monkeypatch, tmp_path):
    import espeakng_loader

    broken = tmp_path / "libespeak-ng.so"
    broken.write_bytes(b"not a library")
    monkeypatch.setattr(espeakng_loader, "get_library_path", lambda: str(broken))
    with pytest.raises(DataError, match="pip install espeakng-loader"):
        espeak.utter("hello")


def test_missing_data_are_named(monkeypatch, tmp_path):
    import espeakng_loader

    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(tmp_path))
    with pytest.raises(DataError, match="force-reinstall"):
        espeak.original_data()


def test_a_corpus_is_the_same_bytes_with_one_process_and_with_two(small, tmp_path):
    again = make_speakers(tmp_path / "again", base=3, transfer=2, clips=1, processes=2)
    assert folder_hash(again) == folder_hash(small)
    other = make_speakers(tmp_path / "other", base=3, transfer=2, clips=1, seed=1, processes=1)
    assert folder_hash(other) != folder_hash(small)


def test_the_manifest_tells_the_truth(small):
    table = rows(small)
    assert list(table[0])[:6] == ["path", "speaker", "label", "language", "split", "duration_s"]
    assert len(table) == len({row["path"] for row in table}) == len(list(small.rglob("*.flac")))
    for row in table:
        info = soundfile.info(small / row["path"])
        assert (info.samplerate, info.channels, info.format, info.subtype) == (16000, 1, "FLAC", "PCM_16")
        assert abs(info.frames / 16000 - float(row["duration_s"])) < 0.001
        assert hashlib.sha256((small / row["path"]).read_bytes()).hexdigest() == row["sha256"]
        wave, _ = soundfile.read(small / row["path"], dtype="float32")
        assert 0.005 < np.sqrt((wave**2).mean()) < 0.3 and np.abs(wave).max() < 0.99
    readme = (small / "README.md").read_text(encoding="utf-8")
    assert "\n- Licence: made by the course with espeak-ng, GPL-3.0-or-later" in readme


def test_no_session_is_on_two_sides_and_roles_share_no_speaker(small):
    table = rows(small)
    sides = {}
    for row in table:
        sides.setdefault((row["speaker"], row["session"]), set()).add(row["split"])
    assert all(len(side) == 1 for side in sides.values())
    assert {row["split"] for row in table} == {"train", "valid", "test"}
    base = {row["speaker"] for row in table if row["role"] == "base"}
    transfer = {row["speaker"] for row in table if row["role"] == "transfer"}
    assert len(base) == 3 and len(transfer) == 2 and not base & transfer


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="choose a folder that is yours"):
        make_speakers(tmp_path / "file" / "corpus", base=1, transfer=1, clips=1, processes=1)
    with pytest.raises(DataError, match="two speakers"):
        make_speakers(tmp_path / "none", base=0, transfer=0)


@pytest.mark.parametrize("processes", [1, 2])
def test_an_interrupted_corpus_leaves_nothing(tmp_path, processes):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_speakers(tmp_path / "corpus", base=4, transfer=4, clips=1, processes=processes, progress=stop)
    time.sleep(0.5)  # a worker that went on would write its clip now
    assert list(tmp_path.iterdir()) == []


def test_an_existing_corpus_survives_an_interruption(small, tmp_path):
    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    before = folder_hash(small)
    with pytest.raises(KeyboardInterrupt):
        make_speakers(small, base=3, transfer=2, seed=5, processes=1, progress=stop)
    assert folder_hash(small) == before


def test_makers_are_the_corpora_that_load_can_make():
    assert MAKERS["synthetic"] is make_speakers


@pytest.mark.parametrize("pitch", [100, 150, 200])
def test_a_voice_has_the_pitch_that_was_asked(pitch):
    wave = speak("The old captain found the yellow boat.", voice=Voice(pitch=pitch, melody=0.2))
    frames = np.lib.stride_tricks.sliding_window_view(wave, 1024)[::320] * np.hanning(1024)
    loud = (frames**2).sum(1) > 0.2 * (frames**2).sum(1).max()
    power = np.abs(np.fft.rfft(frames[loud], 4096)) ** 2
    power[:, 200:] = 0  # below 800 Hz
    lag = np.fft.irfft(power)[:, 50:200].argmax(1) + 50  # 320 to 80 Hz
    assert 0.95 * pitch < np.median(16000 / lag) < 1.3 * pitch


def test_a_shorter_throat_moves_formants_up_and_leaves_pitch_alone():
    def centre(tract):
        power = np.abs(np.fft.rfft(speak("ah ah ah ah", voice=Voice(tract=tract)))) ** 2
        hz = np.fft.rfftfreq(2 * len(power) - 2, 1 / 16000)
        inside = (hz > 300) & (hz < 3000)
        return (hz * power)[inside].sum() / power[inside].sum()

    low, middle, high = centre(0.85), centre(1.0), centre(1.2)
    assert low < middle < high and 1.1 < high / low < 1.7
