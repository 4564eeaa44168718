"""Words: one second each, one language each, voices on one side, the same bytes every time."""

import csv
import hashlib
import unicodedata

import numpy as np
import pytest
import soundfile

from course_lib.data.synthetic import MAKERS, Voice, make_words, speak
from course_lib.data.synthetic.espeak import languages
from course_lib.data.synthetic.wordlists import UNSEEN, WORDS, word_list
from course_lib.data.synthetic.words import in_a_second, new_words, side
from course_lib.errors import DataError


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return make_words(
        tmp_path_factory.mktemp("corpora") / "words",
        voices=3,
        words=4,
        languages=("en", "pl", "ru"),
        processes=1,
    )


def rows(folder):
    with open(folder / "manifest.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_word_lists_have_one_language_for_each_word():
    words = [word for language in WORDS for word in WORDS[language].split()]
    folded = [unicodedata.normalize("NFC", word).casefold() for word in words]
    assert len(WORDS) >= 9 and set(UNSEEN) < set(WORDS) <= set(languages())
    assert len(set(folded)) == len(folded) and words == [unicodedata.normalize("NFC", word) for word in words]
    assert all(len(word_list(language, 10)) == 10 for language in WORDS)
    with pytest.raises(DataError, match="1 to 16 words"):
        word_list("en", 99)


def test_every_word_can_be_said():
    for language in WORDS:
        for word in WORDS[language].split():
            assert 0.2 < len(speak(word, voice=Voice(), language=language)) / 16000 < 1.0, (language, word)


def test_clips_are_one_second_and_the_manifest_tells_the_truth(small):
    table = rows(small)
    assert len(table) == 3 * 4 * 3 == len(list(small.rglob("*.flac")))
    assert list(table[0])[:6] == ["path", "speaker", "label", "language", "split", "duration_s"]
    for row in table:
        wave, rate = soundfile.read(small / row["path"], dtype="float32")
        assert (rate, len(wave), row["duration_s"]) == (16000, 16000, "1.000")
        assert hashlib.sha256((small / row["path"]).read_bytes()).hexdigest() == row["sha256"]
        assert row["path"].isascii() and row["label"] in WORDS[row["language"]].split()
    readme = (small / "README.md").read_text(encoding="utf-8")
    assert "\n- Licence: made by the course with espeak-ng, GPL-3.0-or-later" in readme


def test_the_word_lies_about_the_middle_and_starts_where_the_manifest_says(small):
    centres = []
    for row in rows(small):
        wave, _ = soundfile.read(small / row["path"])
        power = np.convolve(wave**2, np.ones(800) / 800, "same")
        centres.append((power * np.arange(16000)).sum() / power.sum() / 16000)
        start = int(float(row["start_s"]) * 16000)
        assert power[start : start + 4000].mean() > 3 * power[: max(1600, start - 800)][:1600].mean()
    assert 0.35 < np.mean(centres) < 0.65 and np.std(centres) > 0.01


def test_a_voice_is_on_one_side_and_new_words_have_the_transfer_role(small):
    table = rows(small)
    sides = {}
    for row in table:
        sides.setdefault(row["speaker"], set()).add(row["split"])
    assert {tuple(split) for split in sides.values()} == {("train",), ("valid",), ("test",)}
    base = {row["label"] for row in table if row["role"] == "base"}
    new = {row["label"] for row in table if row["role"] == "transfer"}
    assert base and new and not base & new
    assert all(row["role"] == "transfer" for row in table if row["language"] == "ru")
    assert new_words(10) == 3


def test_the_default_corpus_is_as_large_as_promised():
    """Nine languages and more, ten words each, twelve voices: counted from the defaults without making it."""
    defaults = make_words.__kwdefaults__
    assert len(defaults["languages"]) >= 9 and defaults["words"] >= 10 and defaults["voices"] >= 12
    assert [side(i, 12) for i in range(12)].count("train") == 8
    assert MAKERS["synthetic_words"] is make_words


def test_words_are_the_same_bytes_with_two_processes(small, tmp_path):
    again = make_words(tmp_path / "w", voices=3, words=4, languages=("en", "pl", "ru"), processes=2)
    for path in sorted(small.rglob("*.*")):
        assert path.read_bytes() == (again / path.relative_to(small)).read_bytes()


def test_a_long_word_is_said_faster_until_it_fits():
    wave, start = in_a_second(Voice(rate=90), "extraordinarily", "en", np.random.default_rng(0))
    assert wave.shape == (16000,) and 0 <= start < 0.2


@pytest.mark.parametrize(
    "arguments, says",
    [
        ({"languages": ("en", "xx")}, "choose among en"),
        ({"voices": 2}, "three voices"),
        ({"words": 0}, "1 to 16"),
    ],
)
def test_bad_sizes_are_named(tmp_path, arguments, says):
    with pytest.raises(DataError, match=says):
        make_words(tmp_path / "w", **arguments)
    assert list(tmp_path.iterdir()) == []
