"""Nothing that training has heard may be evaluated on. Proved for every corpus there is, and for the rule itself."""

import os
from pathlib import Path

import pytest
from corpus_makers import corpus_folder, tone, two_speakers
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import paths
from course_lib.corpora import Clip, Corpus, leaks, load
from course_lib.errors import CorpusError
from course_lib.synthetic import MAKERS

REAL = Path(os.environ.get("COURSE_DATA") or paths.PROJECT.parent / "shared" / "data")
EMBEDDED = tuple(MAKERS)
SETS = sorted(folder.parent.name for folder in REAL.glob("*/manifest.csv")) if REAL.is_dir() else []
OF_WORDS = ("synthetic_words", "speech_commands_mini", "arabic_speech_commands_mini")


def corpus_of(name):
    return load(name if name in EMBEDDED else REAL / name)


@pytest.mark.parametrize("name", [*EMBEDDED, *SETS])
@pytest.mark.filterwarnings("ignore:.*are in two parts")
def test_no_corpus_leaks(name):
    corpus = corpus_of(name)
    assert leaks(corpus) == []
    assert leaks(corpus, by="recording") == []
    if name in OF_WORDS:
        assert leaks(corpus, by="speaker") == []


@pytest.mark.skipif(
    not SETS, reason="no real recordings: COURSE_DATA is not set and ../shared/data is not there"
)
def test_all_eight_real_sets_are_checked():
    assert len(SETS) >= 8


def test_embedded_base_and_transfer_speakers_never_meet():
    roles = {}
    for clip in load("synthetic"):
        roles.setdefault(clip.get("role"), set()).add(clip.speaker)
    assert set(roles) == {"base", "transfer"} and not roles["base"] & roles["transfer"]
    assert len(roles["base"] | roles["transfer"]) >= 60


@pytest.mark.skipif("esc50_sleep" not in SETS, reason="esc50_sleep is not here")
def test_a_set_without_a_split_gets_one_by_recording():
    corpus = corpus_of("esc50_sleep").resplit(by="recording")
    assert leaks(corpus) == [] and {clip.split for clip in corpus} == {"train", "valid", "test"}


@pytest.mark.skipif("voxforge_en" not in SETS, reason="voxforge_en is not here")
def test_a_session_on_two_sides_is_left_out_of_the_test_and_said():
    with pytest.warns(UserWarning, match=r'27 sessions are in two parts.*by="recording"'):
        from course_lib import corpora

        corpora._noted.clear()
        strict = corpus_of("voxforge_en")
    as_written = load(REAL / "voxforge_en", by="recording")
    assert len(leaks(as_written)) == 27 and leaks(strict) == []
    assert len(strict.select(split="train")) == len(as_written.select(split="train"))
    assert len({clip.speaker for clip in strict.select(split="test")}) == 18


def two(tmp_path, **more):
    return load(two_speakers(tmp_path / "two", **more), by="recording")


def test_every_kind_of_leak_is_found(tmp_path):
    clean = two(tmp_path)
    assert leaks(clean) == [] and [leak.kind for leak in leaks(clean, by="speaker")] == ["speaker"] * 2
    one_day = two(tmp_path, session="monday")
    assert {str(leak) for leak in leaks(one_day)} == {
        "session monday of ana is in test and train and valid",
        "session monday of ben is in test and train and valid",
    }
    both = Corpus(
        "both",
        clean.root,
        [
            Clip(clip.path, clip.speaker, split=clip.split, extra={"role": role})
            for clip, role in zip(clean, ["base", "transfer"] * 6)
        ],
    )
    assert {leak.kind for leak in leaks(both)} == {"role"}
    words = [Clip(clip.path, clip.speaker, clip.get("role") + "-word", extra=clip.extra) for clip in both]
    assert leaks(Corpus("words", clean.root, words)) == []  # here the role divides the words that are said


def test_the_same_sound_under_two_names_and_formats_is_a_leak(tmp_path):
    samples = (32_767 * tone(300)).astype("int16")
    rows = [
        {"path": "a.wav", "speaker": "a", "split": "train", "wave": samples},
        {"path": "copy.flac", "speaker": "b", "split": "test", "wave": samples},
    ]
    (leak,) = leaks(load(corpus_folder(tmp_path / "copies", rows)))
    assert leak.kind == "audio" and leak.parts == ("test", "train")


@settings(deadline=None, max_examples=30, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=12, max_size=40),
    st.sampled_from(["speaker", "session", "recording"]),
    st.integers(0, 3),
)
def test_new_splits_never_leak_and_keep_every_clip(tmp_path_factory, where, by, seed):
    root = _files(tmp_path_factory)
    clips = [
        Clip(f"{n}.wav", f"s{who}", "x", session=f"s{who}d{day}", duration_s=1.0)
        for n, (who, day) in enumerate(where)
    ]
    corpus = Corpus("random", root, clips)
    try:
        made = corpus.resplit(by=by, seed=seed)
    except CorpusError as error:
        assert "too few units" in str(error)
        return
    assert leaks(made, by=by) == []
    assert [clip.path for clip in made] == [clip.path for clip in corpus]
    assert all(clip.split for clip in made)
    assert made.clips == corpus.resplit(by=by, seed=seed).clips


_made = []


def _files(factory):
    if not _made:
        root = factory.mktemp("files")
        corpus_folder(root, [{"path": f"{n}.wav", "wave": tone(100 + n, 0.05, seed=n)} for n in range(40)])
        _made.append(root)
    return _made[0]


def test_holding_out_makes_a_validation_part_that_shares_nothing(tmp_path):
    corpus = two(tmp_path).resplit(by="session", parts={"train": 0.7, "test": 0.3})
    held = corpus.hold_out(by="session", fraction=0.4)
    assert leaks(held) == [] and {clip.split for clip in held} == {"train", "valid", "test"}
    assert [clip.path for clip in held.select(split="test")] == [
        clip.path for clip in corpus.select(split="test")
    ]
    with pytest.raises(CorpusError, match="valid is not empty"):
        held.hold_out()
    with pytest.raises(CorpusError, match="sum to 1"):
        corpus.resplit(parts={"train": 0.7, "test": 0.7})
