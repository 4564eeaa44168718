"""Corpora: loading, choosing, windows, cached features, and an error with advice for everything that is wrong."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile
import torch
from corpus_makers import SR, corpus_folder, tone, two_speakers

from course_lib.audio import fit_second
from course_lib.data import Clip, Corpus, FeatureSet, cache, changed, faults, load, manifest
from course_lib.data.windows import window_starts
from course_lib.errors import AudioError, CorpusError, DataError
from course_lib.features import mel, mfcc, spectrogram


@pytest.fixture(autouse=True)
def own_places(tmp_path, monkeypatch):
    """Nothing that a test makes lands beside the notebooks."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "roots"))


@pytest.fixture
def corpus(tmp_path):
    return load(two_speakers(tmp_path / "roots" / "two"))


def test_a_corpus_is_found_by_name_and_by_folder(corpus):
    assert [clip.path for clip in load("two")] == [clip.path for clip in load(corpus.root)]
    assert load("two").speakers == ["ana", "ben"] and load("two").labels == ["no", "yes"]
    assert len(load("two")) == 12 and load("two").hours == pytest.approx(12 * 1.5 / 3600)


def test_an_unknown_name_is_answered_with_the_nearest(corpus):
    with pytest.raises(CorpusError, match="did you mean 'two'"):
        load("tow")


def test_choosing_keeps_the_classes_of_the_whole(corpus):
    assert corpus.select(split="test").windows().classes == ["ana", "ben"]
    assert len(corpus.select(split="train", speaker=["ana"])) == 2
    assert {clip.label for clip in corpus.select(label="yes")} == {"yes"}
    with pytest.raises(CorpusError, match="expected one of the columns"):
        corpus.select(colour="red")
    with pytest.raises(CorpusError, match="no clip has split"):
        load(two_speakers(corpus.root.parent / "again", split="train")).select(split="test")


def test_one_class_cannot_be_told_apart(corpus):
    with pytest.raises(CorpusError, match="expected two or more values of speaker"):
        corpus.select(speaker="ana").windows()
    with pytest.raises(CorpusError, match="two or more values of language"):
        corpus.windows("language")


def test_windows_are_the_recordings_seconds(corpus):
    windows = corpus.windows()
    waves = torch.cat([waves for waves, _ in windows.batches(5)])
    assert len(windows) == 24 and waves.shape == (24, SR)  # 1.5 s: from 0 s and from 0.5 s
    whole = corpus.read(corpus.clips[3])
    assert torch.equal(waves[6], whole[:SR]) and torch.equal(waves[7], whole[-SR:])
    for number in (0, 11, 23):
        wave, y = windows[number]
        assert torch.equal(wave, waves[number]) and y == int(windows.y[number])
    with pytest.raises(IndexError):
        windows[24]


def test_shuffled_windows_are_the_same_windows_in_a_seeded_order(corpus):
    windows = corpus.windows()
    first = torch.cat([y for _, y in windows.batches(7, shuffle=True, seed=3)])
    again = torch.cat([y for _, y in windows.batches(7, shuffle=True, seed=3)])
    other = torch.cat([y for _, y in windows.batches(7, shuffle=True, seed=4)])
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert torch.equal(first.sort().values, windows.y.sort().values)


@pytest.mark.parametrize(
    "length, starts",
    [(1, [0]), (SR, [0]), (SR + 7_999, [0]), (SR + 8_000, [0, 8_000]), (2 * SR, [0, SR])],
)
def test_where_windows_start(length, starts):
    assert window_starts(length, SR) == starts


def test_a_short_clip_is_padded(tmp_path):
    rows = [{"path": f"{who}.wav", "speaker": who, "wave": tone(300, 0.25, seed=7)} for who in "ab"]
    waves, _ = next(load(corpus_folder(tmp_path / "short", rows)).windows().batches())
    assert waves.shape == (2, SR) and not waves[:, 4_000:].any() and waves[:, :4_000].any()


def test_another_rate_is_resampled_and_said_once(tmp_path):
    rows = [{"path": f"{who}.wav", "speaker": who, "rate": 8_000} for who in "ab"]
    corpus = load(corpus_folder(tmp_path / "eight", rows))
    with pytest.warns(UserWarning, match="recorded at 8000 Hz, resampled to 16000 Hz") as told:
        waves = [corpus.read(clip) for clip in corpus]
    assert len(told) == 1 and {len(wave) for wave in waves} == {24_000}
    with pytest.raises(AudioError, match="expected 16000 Hz, got 8000 Hz"):
        corpus.read(corpus.clips[0], resample=False)


def test_an_empty_duration_is_looked_up(tmp_path):
    rows = [{"path": f"{who}.wav", "speaker": who, "duration_s": ""} for who in "ab"]
    assert [clip.duration_s for clip in load(corpus_folder(tmp_path / "c", rows))] == [1.5, 1.5]


# what can be wrong with a recording ----------------------------------------------------------------------


def spoil(path, kind):
    wave = tone(300)
    if kind == "missing":
        path.unlink()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "not audio":
        path.write_text("<html>Please log in</html>")
    elif kind == "truncated":
        path.write_bytes(path.read_bytes()[:20_000])
    elif kind == "stereo":
        soundfile.write(path, np.stack([wave, wave], axis=1), SR)
    elif kind == "silent":
        soundfile.write(path, np.zeros_like(wave), SR)
    elif kind == "NaN":
        wave[100] = np.nan
        soundfile.write(path, wave, SR, subtype="FLOAT")


SPOILT = {
    "missing": "is missing",
    "empty": "got an empty one",
    "not audio": "expected audio that soundfile reads",
    "truncated": "truncated",
    "stereo": "expected one channel, got 2",
    "silent": "all zero",
    "NaN": "1 NaN or infinite",
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_bad_recording_is_named_with_what_to_do(corpus, kind):
    path = corpus.path(corpus.clips[2])
    spoil(path, kind)
    with pytest.raises((AudioError, CorpusError), match=SPOILT[kind]) as caught:
        list(load("two").windows().batches())
    assert path.name in str(caught.value)
    found = faults(corpus.root)
    assert any(SPOILT[kind] in fault for fault in found) and len(found) == 1


def test_a_file_shorter_than_the_manifest_says(corpus):
    path = corpus.path(corpus.clips[0])
    soundfile.write(path, tone(250, 1.0), SR)
    with pytest.raises(CorpusError, match=r"the manifest says 1\.50 s"):
        list(corpus.windows().batches())


# what can be wrong with a manifest -----------------------------------------------------------------------


def rewrite(root, change):
    path = root / manifest.NAME
    path.write_text(change(path.read_text()))


WRONG = {
    "columns": (lambda text: text.replace("speaker,", "name,"), "missing speaker"),
    "twice": (lambda text: text.replace("ana_0_1", "ana_0_0"), "stands already in row"),
    "nowhere": (lambda text: text.replace("ana_0_0", "ana_9_9"), "is missing"),
    "split": (lambda text: text.replace(",train,", ",training,"), "expected split train, valid, test"),
    "duration": (lambda text: text.replace("1.500", "-1"), "expected duration_s in seconds"),
    "no rows": (lambda text: text.splitlines()[0] + "\n", "a header and no rows"),
    "nothing": (lambda text: "", "missing path, speaker"),
    "fields": (lambda text: text + "x,y\n", "as many fields as the header"),
    "quotes": (lambda text: text + 'x,"y', "not comma-separated"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_bad_manifest_is_refused_with_the_row(corpus, kind):
    change, message = WRONG[kind]
    rewrite(corpus.root, change)
    with pytest.raises(CorpusError, match=message):
        load(corpus.root)
    assert faults(corpus.root) and changed(corpus.root)


def test_a_manifest_may_start_with_a_byte_order_mark_but_must_be_utf8(corpus):
    path = corpus.root / manifest.NAME
    text = path.read_text()
    path.write_text(text, encoding="utf-8-sig")
    assert len(load(corpus.root)) == 12
    path.write_bytes(text.replace("ana", "aña").encode("latin-1"))
    with pytest.raises(CorpusError, match="UTF-8"):
        load(corpus.root)


def test_a_folder_without_manifest_says_what_to_do(tmp_path):
    with pytest.raises(CorpusError, match="course data import"):
        load(tmp_path)


def test_the_manifest_writer_refuses_what_the_reader_would(tmp_path):
    for rows, message in [
        ([], "expected rows"),
        ([{"path": "../a.wav"}], "leaves the corpus folder"),
        ([{"path": "a.wav"}, {"path": "./a.wav"}], "given twice"),
        ([{"path": "a.wav", "split": "dev"}], "expected split"),
    ]:
        with pytest.raises(CorpusError, match=message):
            manifest.write_manifest(tmp_path, rows)
    assert not (tmp_path / manifest.NAME).exists()


# features on disk ------------------------------------------------------------------------------------------


def test_features_are_the_transform_of_the_windows(corpus):
    features = corpus.features(target="label")
    waves = torch.cat([waves for waves, _ in corpus.windows("label").batches()])
    assert features.X.dtype == np.float16 and features.shape == (1025, 32) and len(features) == 24
    assert torch.allclose(features.tensors()[0], spectrogram(waves), atol=0.05)  # float16 at 100 dB
    assert features.classes == ["no", "yes"] and torch.equal(features.y, corpus.windows("label").y)


def test_features_are_computed_once_until_something_changes(corpus, monkeypatch):
    calls = []
    real = cache.store
    monkeypatch.setattr(cache, "store", lambda *args, **more: calls.append(1) or real(*args, **more))
    corpus.features(mel)
    corpus.features(mel)
    corpus.features(mel, target="label")  # other classes, same pictures
    assert len(calls) == 1
    corpus.features(mel, n_mels=32)
    corpus.features(mel, hop=0.25)
    corpus.features(spectrogram)
    assert len(calls) == 4
    soundfile.write(corpus.path(corpus.clips[0]), tone(999), SR)
    corpus.features(mel)
    assert len(calls) == 5


OWN = """
def picture(waves, gain=1.0):
    {comment}
    return waves[:, :{size}] * gain
"""


def own_transform(comment="# nothing", size=4):
    scope = {"__name__": "mine"}
    exec(OWN.format(comment=comment, size=size), scope)
    return scope["picture"]


def test_the_key_of_a_feature_cache_knows_code_and_version_but_no_comment(monkeypatch):
    key = cache.source_of(own_transform())
    assert key == cache.source_of(own_transform("# words\n    # more of them"))
    assert (
        key != cache.source_of(own_transform(size=5)) != cache.source_of(own_transform("waves = -waves", 5))
    )
    ours = cache.source_of(mel)
    monkeypatch.setattr(cache, "VERSION", cache.VERSION + 1)
    assert ours != cache.source_of(mel) and key == cache.source_of(own_transform())


def test_the_version_of_the_cache_stands_for_these_numbers():
    """If this fails because a transform was changed on purpose: raise cache.VERSION and write the new numbers here."""
    wave = torch.from_numpy(tone(1000, 1.0))[None]
    seen = [[float(f(wave).mean()), float(f(wave).std())] for f in (spectrogram, mel, mfcc)]
    assert cache.VERSION == 1 and np.allclose(
        seen, [[-67.137, 7.286], [-52.295, 10.877], [-21.545, 92.821]], atol=0.05
    )


def test_a_damaged_cache_is_built_again(corpus):
    good = corpus.features(mel).tensors()[0]
    (data,) = (cache.cache_root() / "features").glob("*/features.npy")
    raw = bytearray(data.read_bytes())
    raw[-100] ^= 0xFF
    data.write_bytes(raw)
    assert torch.equal(load("two").features(mel).tensors()[0], good)
    data.write_bytes(b"")
    assert torch.equal(load("two").features(mel).tensors()[0], good)


def test_batches_of_features_stream_in_a_seeded_order(corpus):
    features = corpus.features(mel)
    in_order = torch.cat([x for x, _ in features.batches(7)])
    assert torch.equal(in_order, features.tensors()[0])
    first = torch.cat([y for _, y in features.batches(7, shuffle=True, seed=1)])
    assert torch.equal(first, torch.cat([y for _, y in features.batches(5, shuffle=True, seed=1)]))
    with pytest.raises(CorpusError, match="expected at most"):
        features.tensors(limit=10)


def test_a_feature_set_may_hold_an_array_in_memory():
    X, y = np.arange(12, dtype=np.float32).reshape(6, 2), [0, 1] * 3
    features = FeatureSet(X, y, ["a", "b"])
    x, _ = next(features.batches(4))
    assert torch.equal(x, torch.from_numpy(X[:4])) and features[5][1] == 1


def test_examples_are_taken_by_number_or_mask(corpus):
    found = corpus.features(mel)
    last = len(found) - 1
    assert np.array_equal(found.take([last, 0]).X, found.X[[last, 0]])
    assert np.array_equal(found.take(np.arange(len(found)) < 2).y, found.y[:2])
    for chosen, words in (([], "examples to take"), ([last + 1], f"from 0 to {last}"), ([-1], "got -1")):
        with pytest.raises(CorpusError, match=words):
            found.take(chosen)


def test_a_slice_of_mapped_features_gives_its_own_rows(corpus):
    whole = corpus.features(mel)
    part = FeatureSet(whole.X[5:9], whole.y[5:9], whole.classes)
    assert torch.equal(next(part.batches(4))[0], whole.tensors()[0][5:9])


def test_values_beyond_float16_are_refused_and_leave_nothing(corpus):
    def large(waves):
        return waves[:, :4] * 0 + 1e6

    with pytest.raises(DataError, match="within float16"):
        corpus.features(large)
    assert not list((cache.cache_root() / "features").glob("*"))


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
def test_memory_does_not_grow_with_the_corpus(tmp_path):
    """Ten times the recordings (177 MB of features), the same peak, give or take 60 MB."""
    script = """
import json, sys
from course_lib.data import load
from course_lib.features import spectrogram
corpus = load(sys.argv[1])
features = corpus.features(spectrogram, hop=0.25)
total = sum(float(x.sum()) for x, _ in features.batches(64, shuffle=True))
status = dict(line.split(":", 1) for line in open("/proc/self/status"))  # getrusage would count the parent too
print(json.dumps([len(features), int(status["VmHWM"].split()[0]) / 1024]))
"""
    peaks = []
    for clips in (60, 1200):
        rows = [
            {"path": f"{who}{take}.wav", "speaker": who, "wave": tone(100 + take, 3.0, seed=take)}
            for who in "ab"
            for take in range(clips // 2)
        ]
        folder = corpus_folder(tmp_path / f"of{clips}", rows)
        done = subprocess.run(
            [sys.executable, "-c", script, folder],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        windows, peak = json.loads(done.stdout)
        assert windows == 9 * clips
        peaks.append(peak)
    assert peaks[1] < peaks[0] + 80, f"{peaks[0]:.0f} MB, then {peaks[1]:.0f} MB"  # float16 features: 236 MB


def test_two_processes_fill_one_cache(corpus):
    script = "import sys; from course_lib.data import load; print(float(load(sys.argv[1]).features().tensors()[0].sum()))"
    command = [sys.executable, "-c", script, str(corpus.root)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    sums = [process.communicate()[0] for process in running]
    assert sums[0] == sums[1] != "" and [process.returncode for process in running] == [0, 0]
    assert len(list((cache.cache_root() / "features").iterdir())) == 1


def test_a_corpus_says_what_it_holds(corpus):
    assert repr(corpus) == (
        "Corpus 'two': 12 clips, 2 speakers, 2 labels, 0.01 hours\n"
        "  train 4 · valid 4 · test 4; no session is in two parts"
    )
    assert Clip("a.wav", extra={"accent": "north"}).get("accent") == "north"
    assert Clip("a.wav").get("accent") == ""
    assert fit_second(corpus.read(corpus.clips[0])).shape == (SR,)
    assert isinstance(corpus.select(split="train"), Corpus)
