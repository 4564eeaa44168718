"""The narrators' words: who says what, where each lies in its file, and that the committed audio is what its table says."""

import hashlib
import importlib
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from course_lib.audio import tone
from course_lib.data import leaks, load, loading, narrators, synthetic
from course_lib.data.narrator_words import VOICES, WORDS, make_narrators_words
from course_lib.data.synthetic.wordbank import KNOWN, novel_words, trained_words
from course_lib.errors import DataError

SR = 16_000
brought = pytest.mark.skipif(
    not (narrators.AUDIO / WORDS).is_file(), reason="the narrators' words are not in this copy"
)


@pytest.fixture
def tool():
    """tools/narrators, imported as the tool imports it."""
    return lambda name: importlib.import_module(f"narrators.{name}")


def test_six_narrators_say_every_new_word(tool):
    words = tool("plan").words()
    people = list(dict.fromkeys(word.narrator for word in words))
    assert Counter(person.sex for person in people) == {"woman": 3, "man": 3}
    new = [(word, language) for language in KNOWN for word in novel_words(language)]
    for person in people:
        assert [(w.text, w.language) for w in words if w.narrator == person] == new and len(new) == 165
    assert len({word.name for word in words}) == len(words)
    assert not {word for word, _ in new} & {word for language in KNOWN for word in trained_words(language)}


@pytest.fixture
def package(tool, tmp_path, monkeypatch):
    """A package of three narrators who hum four words, each word at its own pitch: packed by the tool."""
    plan, clips = tool("plan"), tmp_path / "clips"
    people = [person for person in plan.cast() if person.role == "transfer"][:3]
    texts = [("one", "en"), ("two", "en"), ("drei", "de"), ("vier", "de")]
    words = [plan.Word(who, n, *text) for who in people for n, text in enumerate(texts)]
    clips.mkdir()
    for word in words:
        wave = 0.2 * tone(300 + 200 * word.number, 0.4 + 0.1 * word.number).numpy()
        soundfile.write(clips / f"{word.name}.flac", wave, SR)
    monkeypatch.setattr(plan, "words", lambda: words)
    audio = tmp_path / "audio"
    audio.mkdir()
    tool("package").pack_words(clips, audio)
    monkeypatch.setattr(narrators, "AUDIO", audio)
    return SimpleNamespace(audio=audio, texts=texts, people=[person.name for person in people])


def test_every_word_is_cut_from_its_own_place(package, tmp_path):
    first = load(make_narrators_words(tmp_path / "first", processes=1), by="speaker")
    assert len(first) == 12 and first.speakers == package.people and leaks(first, by="speaker") == []
    assert [clip.split for clip in first][::4] == ["train", "valid", "test"]
    for clip in first:
        number = [text for text, _ in package.texts].index(clip.label)
        power = np.abs(np.fft.rfft(first.read(clip).numpy()[:SR])) ** 2
        power[:150] = 0  # a second has a bin for each hertz; below them lie hum and room
        assert power.argmax() == pytest.approx(300 + 200 * number, abs=4), clip.path
        assert clip.language == dict(package.texts)[clip.label] and clip.duration_s == pytest.approx(1.0)
        assert 0 <= float(clip.get("start_s")) <= 0.6
    second = load(make_narrators_words(tmp_path / "second", processes=1), by="speaker")
    other = load(make_narrators_words(tmp_path / "other", processes=1, seed=1), by="speaker")
    sums = [[clip.get("sha256") for clip in corpus] for corpus in (first, second, other)]
    assert sums[0] == sums[1] and not set(sums[0]) & set(sums[2])


def test_a_damaged_file_of_words_is_named(package, tmp_path):
    (package.audio / "words" / f"{package.people[1]}.opus").write_bytes(b"something else")
    with pytest.raises(DataError, match=rf"{package.people[1]}\.opus as the table lists it"):
        make_narrators_words(tmp_path / "corpus", processes=1)


def test_without_the_audio_espeak_says_the_words(tmp_path, monkeypatch):
    monkeypatch.setattr(narrators, "AUDIO", tmp_path)
    monkeypatch.setattr(loading, "available", lambda: {"synthetic_new_words": tmp_path / "instead"})
    monkeypatch.delitem(synthetic.CORPORA, "narrators_words", raising=False)
    with pytest.raises(DataError, match="not in this installation"):
        make_narrators_words(tmp_path / "corpus")
    with pytest.warns(UserWarning, match="going on with 'synthetic_new_words'"):
        assert loading.find("narrators_words") == tmp_path / "instead"


@brought
def test_the_committed_words_are_the_plan_and_whole(tool):
    voices, words = narrators.table(VOICES), narrators.table(WORDS)
    planned = [(f"words/{w.narrator.name}.opus", w.text, w.language) for w in tool("plan").words()]
    assert [(row["path"], row["label"], row["language"]) for row in words] == planned
    assert len(voices) >= 6 and len(words) == 165 * len(voices)
    for row in voices:
        content = (narrators.AUDIO / row["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
        wave, own = narrators.dry(row), [word for word in words if word["path"] == row["path"]]
        starts, stops = ([int(word[end]) for word in own] for end in ("start", "stop"))
        assert starts == [0, *stops[:-1]] and stops[-1] == len(wave)
        lengths = np.diff([0, *stops]) / SR
        assert lengths.min() > 0.3 and lengths.max() <= 1.0
        assert all(np.abs(wave[a:b]).max() > 0.05 for a, b in zip(starts, stops))
