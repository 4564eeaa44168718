"""Nothing that training has heard may be evaluated on. Proved for every corpus there is, and for the rule itself."""

import os
from pathlib import Path

import pytest
from corpus_makers import corpus_folder, tone, two_speakers
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import paths
from course_lib.data import Clip, Corpus, hold_out, leaks, load, resplit
from course_lib.data.leakage import drop_leaking, unit_of
from course_lib.data.synthetic import MAKERS
from course_lib.errors import CorpusError

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
    corpus = resplit(corpus_of("esc50_sleep"), by="recording")
    assert leaks(corpus) == [] and {clip.split for clip in corpus} == {"train", "valid", "test"}


@pytest.mark.skipif("voxforge_en" not in SETS, reason="voxforge_en is not here")
def test_a_session_on_two_sides_is_left_out_of_the_test_and_said():
    with pytest.warns(UserWarning, match=r'27 sessions are in two parts.*by="recording"'):
        from course_lib.data.loading import _noted

        _noted.clear()
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


def test_different_floats_below_full_scale_are_no_leak(tmp_path):
    """libsndfile reads them as whole numbers that are all 0."""
    rows = [
        {
            "path": f"{part}.wav",
            "speaker": part,
            "split": part,
            "subtype": "FLOAT",
            "wave": tone(300, seed=seed),
        }
        for seed, part in enumerate(("train", "test"))
    ]
    assert leaks(load(corpus_folder(tmp_path / "floats", rows))) == []


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
        made = resplit(corpus, by=by, seed=seed)
    except CorpusError as error:
        assert "too few units" in str(error)
        return
    assert leaks(made, by=by) == []
    assert [clip.path for clip in made] == [clip.path for clip in corpus]
    assert all(clip.split for clip in made)
    assert made.clips == resplit(corpus, by=by, seed=seed).clips


_made = []


def _files(factory):
    if not _made:
        root = factory.mktemp("files")
        corpus_folder(root, [{"path": f"{n}.wav", "wave": tone(100 + n, 0.05, seed=n)} for n in range(40)])
        _made.append(root)
    return _made[0]


def speakers_of(factory, people, each, **columns):
    """`people` speakers with `each` recordings; at most 40 files."""
    clips = [
        Clip(f"{n}.wav", f"s{n // each}", "x", session=f"d{n % each}", duration_s=1.0, **columns)
        for n in range(people * each)
    ]
    return Corpus("even", _files(factory), clips)


def dealt(corpus):
    """{speaker: {part: clips}}"""
    sides = {name: dict.fromkeys(("train", "valid", "test"), 0) for name in corpus.speakers}
    for clip in corpus:
        sides[clip.speaker][clip.split] += 1
    return sides


THREE = {"train": 0.6, "valid": 0.2, "test": 0.2}


def test_every_speaker_is_dealt_by_the_shares(tmp_path_factory):
    made = dealt(resplit(speakers_of(tmp_path_factory, 4, 10), by="recording", parts=THREE))
    assert all(sides == {"train": 6, "valid": 2, "test": 2} for sides in made.values())


@pytest.mark.parametrize(
    "each, train, others", [(1, 1, [0, 0]), (2, 1, [0, 1]), (3, 1, [1, 1]), (4, 2, [1, 1]), (5, 3, [1, 1])]
)
def test_few_recordings_go_to_train_first_then_to_the_others_in_turns(tmp_path_factory, each, train, others):
    sides = (
        dealt(resplit(speakers_of(tmp_path_factory, 8, each), by="recording", parts=THREE))
        if each > 1
        else {}
    )
    for one in sides.values():
        assert one["train"] == train and sorted([one["valid"], one["test"]]) == others
    if each == 2:  # eight second recordings: neither side gets them all
        assert sum(one["valid"] for one in sides.values()) == 4
    if each == 1:
        with pytest.raises(CorpusError, match="nothing could be given to"):
            resplit(speakers_of(tmp_path_factory, 8, each), by="recording", parts=THREE)


def test_other_seeds_deal_otherwise_and_speakers_by_label(tmp_path_factory):
    corpus = speakers_of(tmp_path_factory, 4, 10)
    sides = [[clip.split for clip in resplit(corpus, by="recording", seed=seed)] for seed in (0, 0, 1)]
    assert sides[0] == sides[1] != sides[2]
    people = resplit(speakers_of(tmp_path_factory, 10, 4), by="speaker", parts=THREE)
    where = {clip.speaker: clip.split for clip in people}
    assert [sorted(where.values()).count(part) for part in THREE] == [6, 2, 2]


def test_equal_files_and_what_hangs_together_stay_together(tmp_path):
    same = tone(300, 0.05)
    rows = [
        {
            "path": f"{n}.wav",
            "speaker": "a",
            "session": f"d{n}",
            "wave": same if n in (0, 7) else tone(100 + n, 0.05, seed=n),
        }
        for n in range(10)
    ]
    corpus = load(corpus_folder(tmp_path / "twins", rows))
    for seed in range(8):
        sides = {clip.path: clip.split for clip in resplit(corpus, by="session", parts=THREE, seed=seed)}
        assert sides["0.wav"] == sides["7.wav"]


def test_a_fraction_is_held_out_of_every_speaker(tmp_path_factory):
    corpus = speakers_of(tmp_path_factory, 4, 10, split="train")
    held = dealt(hold_out(corpus, by="recording", fraction=0.3))
    assert all(sides == {"train": 7, "valid": 3, "test": 0} for sides in held.values())
    tested = hold_out(corpus, "test", by="recording", fraction=0.1)
    assert all(sides["test"] == 1 for sides in dealt(tested).values())


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda corpus: resplit(corpus, parts={"train": 0.5, "exam": 0.5}), "shares above 0"),
        (lambda corpus: resplit(corpus, parts={"train": 1.0, "test": 0.0}), "shares above 0"),
        (lambda corpus: resplit(corpus, parts={"train": 0.5, "test": 0.4}), "sum to 0.9"),
        (lambda corpus: hold_out(corpus, "exam"), "another part"),
        (lambda corpus: hold_out(corpus, "train"), "another part"),
        (lambda corpus: hold_out(corpus, fraction=1.0), "another part"),
        (lambda corpus: hold_out(corpus, fraction=0.0), "another part"),
        (lambda corpus: hold_out(corpus, "valid", of="test"), "no part 'test'"),
    ],
)
def test_what_cannot_be_dealt_is_said(tmp_path_factory, wrong, says):
    with pytest.raises(CorpusError, match=says):
        wrong(speakers_of(tmp_path_factory, 2, 4, split="train"))


def test_a_leak_stays_in_train_and_is_told_with_its_count(tmp_path_factory):
    root = _files(tmp_path_factory)
    parts = ["train", "test", "valid", "test", "valid", ""]
    clips = [Clip(f"{n}.wav", "ana", split=part, session="d1") for n, part in enumerate(parts)]
    clips += [
        Clip("6.wav", "ben", split="test", session="d2"),
        Clip("7.wav", "ben", split="valid", session="d2"),
    ]
    kept, note = drop_leaking(Corpus("some", root, clips), "session")
    assert [clip.split for clip in kept] == ["train", "", "", "", "", "", "test", ""]
    assert note.startswith(
        "some: 2 sessions are in two parts of the manifest; left out of test: 2 clips and valid: 3 clips."
    )
    turned, _ = drop_leaking(
        Corpus("some", root, clips[::-1]), "session"
    )  # whichever the manifest names first
    assert [clip.split for clip in turned][::-1] == [clip.split for clip in kept]
    with pytest.raises(CorpusError, match="colour"):
        drop_leaking(kept, "colour")
    again, note = drop_leaking(kept, "session")  # clips of no part are no leak, and nothing to be told
    assert note == "" and again is kept
    assert unit_of(kept) == "speaker" and unit_of(Corpus("some", root, clips)) == "recording"
    days = [Clip(f"{n}.wav", "ana", split=part, session=part) for n, part in enumerate(("train", "test"))]
    assert unit_of(Corpus("days", root, days)) == "session"


def test_holding_out_makes_a_validation_part_that_shares_nothing(tmp_path):
    corpus = resplit(two(tmp_path), by="session", parts={"train": 0.7, "test": 0.3})
    held = hold_out(corpus, by="session", fraction=0.4)
    assert leaks(held) == [] and {clip.split for clip in held} == {"train", "valid", "test"}
    assert [clip.path for clip in held.select(split="test")] == [
        clip.path for clip in corpus.select(split="test")
    ]
    with pytest.raises(CorpusError, match="valid is not empty"):
        hold_out(held)
    with pytest.raises(CorpusError, match="sum to 1"):
        resplit(corpus, parts={"train": 0.7, "test": 0.7})
