"""Recordings packed on disk: the same samples, made once, never half."""

import json

import pytest
import torch

from course_lib import audio
from course_lib.data import load, packed
from course_lib.errors import CourseError


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    rows = ["path,speaker,label,language,split,duration_s"]
    for number, seconds in enumerate((1.0, 0.25, 2.0)):
        wave = audio.add_noise(audio.tone(200 * (number + 1), seconds), 20, seed=number)
        audio.write(tmp_path / "c" / f"{number}.flac", wave * 0.5)
        rows.append(f"{number}.flac,s{number},,,,{seconds}")
    (tmp_path / "c" / "manifest.csv").write_text("\n".join(rows) + "\n")
    return load(tmp_path / "c")


def test_every_sample_is_there(corpus):
    stored = packed.Packed(corpus)
    assert len(stored) == 3 and stored.lengths.tolist() == [16_000, 4_000, 32_000]
    for number, clip in enumerate(stored.clips):
        assert float((stored.wave(number) - corpus.read(clip)).abs().max()) < 1 / 16_000
    assert torch.equal(stored.wave(2, 100, 200), stored.wave(2)[100:200])
    assert stored.wave(1, 3_990, 9_999).shape == (10,)


def test_it_is_made_once_and_anew_for_other_recordings(corpus, monkeypatch):
    packed.Packed(corpus)
    monkeypatch.setattr(packed, "_pack", lambda *_: pytest.fail("packed twice"))
    assert packed.Packed(corpus).lengths.sum() == 52_000
    with pytest.raises(pytest.fail.Exception):
        packed.Packed(corpus.select(speaker=["s0"]))


def test_nothing_is_left_of_one_that_failed(corpus, tmp_path):
    (tmp_path / "c" / "1.flac").write_bytes((tmp_path / "c" / "1.flac").read_bytes()[:200])
    with pytest.raises(CourseError):
        packed.Packed(load(tmp_path / "c"))
    assert not list((tmp_path / "cache").rglob("*.json"))


def test_a_file_that_does_not_fit_its_list_is_refused(corpus):
    stored = packed.Packed(corpus)
    meta = next(p for p in (packed.cache_root() / "packed").rglob(packed.META))
    meta.write_text(json.dumps([10 * int(n) for n in stored.lengths]))
    with pytest.raises(CourseError, match="delete"):
        packed.Packed(corpus)
