"""Accents from one page and from free speech: speakers on one side, voices that do not tell the accent."""

import csv
from collections import defaultdict

import numpy as np
import pytest
import soundfile

from course_lib.data import Corpus, leaks
from course_lib.data.synthetic import ACCENTS, MAKERS, draw_voice, make_accents, make_passage
from course_lib.data.synthetic.readings import SIX, plain
from course_lib.errors import DataError

TWO = ("en-us", "german-like")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    root = tmp_path_factory.mktemp("corpora")
    passage = make_passage(root / "passage", speakers=10, accents=TWO, processes=1)
    return passage, make_accents(root / "accents", speakers=10, readers=3, takes=2, accents=TWO, processes=1)


def rows(folder):
    with open(folder / "manifest.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_speaker_has_one_accent_and_one_side(small):
    for folder in small:
        corpus = Corpus.from_manifest(folder)
        assert leaks(corpus, by="speaker") == []
        known = defaultdict(set)
        for clip in corpus:
            assert clip.label == clip.get("accent") in TWO
            known[clip.speaker].add((clip.label, clip.split))
        assert {len(sides) for sides in known.values()} == {1}
        for role in corpus.values("role"):
            part = [
                clip for clip in corpus if clip.get("role") == role and clip.speaker.startswith(("p", "f"))
            ]
            counts = [len({c.speaker for c in part if c.label == accent}) for accent in TWO]
            assert counts[0] == counts[1]


def test_base_and_transfer_speakers_never_meet(small):
    passage, free = map(rows, small)
    readers = {row["speaker"] for row in passage}
    assert {row["role"] for row in passage} == {"base"} and {row["text"] for row in passage} == {"passage"}
    new = {row["speaker"] for row in free if row["role"] == "transfer"}
    again = {row["speaker"] for row in free if row["role"] == "base"}
    assert len(new) == 20 and len(again) == 6 and again < readers and not new & readers
    sides = {row["speaker"]: row["split"] for row in passage}
    assert all(sides[row["speaker"]] == row["split"] for row in free if row["role"] == "base")


def test_sounds_and_manifest_agree_and_no_recording_is_long(small):
    for folder in small:
        for row in rows(folder):
            wave, rate = soundfile.read(folder / row["path"], dtype="float32")
            assert rate == 16000 and abs(len(wave) / rate - float(row["duration_s"])) < 1e-3
            assert 3.0 < len(wave) / rate < 6.0
        readme = (folder / "README.md").read_text(encoding="utf-8")
        assert "\n- Licence: made by the course with espeak-ng, GPL-3.0-or-later" in readme


def test_the_same_bytes_with_two_processes(small, tmp_path):
    again = make_passage(tmp_path / "p", speakers=10, accents=TWO, processes=2)
    for path in sorted((again / "audio").rglob("*.flac")):
        assert path.read_bytes() == (small[0] / path.relative_to(again)).read_bytes()


def test_no_accent_has_a_pitch_or_a_throat_of_its_own():
    """As many voices as the corpora have: between accents they differ by no more than chance would have it."""
    for letter, each in (("p", 40), ("f", 10)):
        voices = [plain(draw_voice(0, f"{letter}{n:03d}")) for n in range(6 * each)]
        for value in ("pitch", "tract", "rate"):
            groups = [np.array([getattr(v, value) for v in voices[k::6]]) for k in range(6)]
            spread = np.std(np.concatenate(groups))
            assert np.std([g.mean() for g in groups]) < 2.5 * spread / each**0.5


def test_a_plain_voice_keeps_what_makes_the_speaker():
    odd = draw_voice(0, "f000")
    near = plain(odd)
    assert (near.pitch, near.tract, near.rate, near.tilt) == (odd.pitch, odd.tract, odd.rate, odd.tilt)
    assert max(abs(f - 1) for f in near.formants) < max(abs(f - 1) for f in odd.formants)


def test_the_makers_are_known_by_name():
    assert MAKERS["synthetic_passage"] is make_passage and MAKERS["synthetic_accents"] is make_accents
    assert set(SIX) <= set(ACCENTS) and 5 <= len(SIX) <= 8


@pytest.mark.parametrize(
    "maker, how",
    [
        (make_passage, {"speakers": 9}),
        (make_passage, {"accents": ("en-us",)}),
        (make_accents, {"accents": ("en-us", "martian")}),
    ],
)
def test_sizes_without_sense_are_named(tmp_path, maker, how):
    with pytest.raises(DataError, match="speakers or more of each"):
        maker(tmp_path / "x", **how)
    assert not (tmp_path / "x").exists()
