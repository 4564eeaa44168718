"""The narrators: who reads what, what a microphone leaves behind, and that the committed audio is what its table says."""

import csv
import hashlib
import importlib
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from course_lib.audio import tone
from course_lib.data import leaks, load, loading, narrators, synthetic
from course_lib.data.synthetic import microphones
from course_lib.data.synthetic.rooms import SR, rms
from course_lib.errors import DataError

TOOLS = Path(__file__).parents[2] / "tools"
WORK = Path(os.environ.get("NARRATORS_WORK") or TOOLS.parent / "build" / "narrators")
LARGEST = 14e6  # bytes of the audio
brought = pytest.mark.skipif(not narrators.installed(), reason="the narrators' audio is not in this copy")


@pytest.fixture
def tool():
    """tools/narrators, imported as the tool imports it."""
    return lambda name: importlib.import_module(f"narrators.{name}")


def level_at(wave, low, high):
    """dB of the wave's power between two frequencies in Hz, re all of it."""
    power = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) ** 2
    hz = np.fft.rfftfreq(len(wave), 1 / SR)
    return 10 * np.log10(power[(hz >= low) & (hz < high)].sum() / power.sum() + 1e-20)


def hiss(seconds=2.0):
    return 0.1 * np.random.default_rng(0).standard_normal(int(seconds * SR))


def test_the_cast_is_large_and_no_voice_is_on_both_sides(tool):
    cast = tool("plan").cast()
    assert len(cast) >= 72 and len({narrator.name for narrator in cast}) == len(cast)
    assert len({frozenset(narrator.voices) for narrator in cast}) == len(cast)
    for role in ("base", "transfer"):
        sexes = Counter(narrator.sex for narrator in cast if narrator.role == role)
        assert sexes["woman"] == sexes["man"] >= 8
    assert not set(tool("plan").voices_of("base")) & set(tool("plan").voices_of("transfer"))
    assert all(len(narrator.voices) in (1, 2) for narrator in cast)
    assert {"American", "British", "French", "Hindi"} <= {narrator.origin for narrator in cast}


def test_a_blend_has_one_sex_and_one_way_to_speak_of_its_parents(tool):
    for narrator in tool("plan").cast():
        assert all(voice[1] == narrator.sex[0].replace("w", "f") for voice in narrator.voices)
        assert narrator.english == ("en-gb" if narrator.voices[0][0] in "bh" else "en-us")


def test_a_passage_is_read_by_several_and_by_nobody_twice(tool):
    readings = tool("plan").readings()
    assert len(readings) == len({(r.narrator.name, r.passage) for r in readings})
    readers = Counter((r.narrator.role, r.passage) for r in readings)
    assert min(readers.values()) >= 4
    base, transfer = ({text for text, *_ in tool("plan").passages(side)} for side in ("base", "transfer"))
    assert not base & transfer
    for session in range(4):  # one passage never belongs to one side of the split alone
        assert len({r.passage for r in readings if r.session == session}) > 20


def test_the_plan_hangs_on_its_seed_alone(tool):
    first, again, other = (tool("plan").readings(seed) for seed in (0, 0, 1))
    assert first == again and [r.speed for r in first] != [r.speed for r in other]
    assert all(0.8 < r.speed < 1.1 for r in first)
    assert all(abs(sum(r.day)) < 1e-9 for r in first)  # a day adds no loudness of its own


def test_opus_bytes_hang_on_the_sound_alone_and_decode_to_it(tool, tmp_path):
    opus, wave = tool("opus"), tone(440, 1.0).numpy()
    content = opus.encode(wave)
    assert content == opus.encode(wave) and content[14:18] == b"\x01\0\0\0"
    (tmp_path / "a.opus").write_bytes(content)
    back, rate = soundfile.read(tmp_path / "a.opus")
    assert rate == SR and len(back) == len(wave) and level_at(back, 430, 450) > -0.2
    assert opus.with_serial(opus.with_serial(content, 99), 1) == content


def test_the_checksum_of_an_ogg_page_is_that_of_its_standard(tool):
    assert (
        tool("opus").checksum(b"123456789") == 0x89A1897F
    )  # CRC-32 of the catalogue, 0x04c11db7 from 0, straight


def test_a_telephone_keeps_300_to_3400_hertz():
    wave = microphones.telephone(hiss())
    assert (
        level_at(wave, 300, 3400) > -0.3 and level_at(wave, 4100, 8000) < -30 and level_at(wave, 0, 200) < -25
    )


def test_a_headset_resonates_and_clips_what_is_loud():
    wave = microphones.headset(hiss(), 2500, 9.0)
    assert level_at(wave, 2300, 2700) > level_at(hiss(), 2300, 2700) + 5
    loud = hiss()
    loud[1000] = 20.0
    assert np.abs(microphones.headset(loud, 2500, 9.0)).max() < 20 / 10


def test_a_recorder_adds_the_dc_and_the_hum_that_were_drawn():
    rng = np.random.default_rng(0)
    drawn = [microphones.draw_recorder(rng) for _ in range(300)]
    kinds = Counter(one.kind for one in drawn)
    assert {kind: pytest.approx(300 * share, abs=35) for kind, share in microphones.SHARES.items()} == kinds
    with_dc = next(one for one in drawn if abs(one.dc) > 0.005)
    assert np.mean(with_dc.record(hiss())) == pytest.approx(with_dc.dc, abs=5e-4)
    humming = next(one for one in drawn if one.hum > -35 and one.mains == 50 and one.session.noise != "hum")
    silent = microphones.replace(humming, hum=-np.inf)
    assert level_at(humming.record(hiss()), 49, 51) > level_at(silent.record(hiss()), 49, 51) + 6
    assert np.array_equal(humming.record(hiss()), humming.record(hiss()))


@pytest.fixture
def package(tool, tmp_path, monkeypatch):
    """A package of four narrators made of tones: the maker without the committed audio."""
    rows = []
    for number, (speaker, role) in enumerate(
        [("b00", "base"), ("b01", "base"), ("t00", "transfer"), ("t01", "transfer")]
    ):
        for session, split in enumerate(("train", "test", "valid", "train")):
            wave = 0.1 * tone(150 + 40 * number, 1.2).numpy()
            path = tmp_path / "audio" / f"{speaker}_{session}.opus"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(tool("opus").encode(wave))
            row = dict.fromkeys(("sex", "accent", "voices", "author", "title", "text"), "x")
            row |= {
                "path": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "speaker": speaker,
            }
            rows.append(row | {"session": f"{speaker}_{session}", "role": role, "split": split})
    with open(tmp_path / "audio" / "readings.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    monkeypatch.setattr(narrators, "AUDIO", tmp_path / "audio")
    narrators.readings.cache_clear()
    yield tmp_path / "audio"
    narrators.readings.cache_clear()


def test_the_corpus_has_roles_sessions_and_splits_and_the_same_bytes_again(package, tmp_path):
    first = load(narrators.make_narrators(tmp_path / "first", processes=1))
    assert len(first) == 16 and leaks(first) == [] and len(first.select(role="transfer").speakers) == 2
    assert {clip.split for clip in first} == {"train", "valid", "test"}
    assert {clip.get("microphone") for clip in first} <= set(microphones.SHARES)
    second = load(narrators.make_narrators(tmp_path / "second", processes=1))
    other = load(narrators.make_narrators(tmp_path / "other", processes=1, seed=1))
    sums = [[clip.get("sha256") for clip in corpus] for corpus in (first, second, other)]
    assert sums[0] == sums[1] and not set(sums[0]) & set(sums[2])
    few = load(narrators.make_narrators(tmp_path / "few", base=1, transfer=1, processes=1))
    assert few.speakers == ["b00", "t00"]
    with pytest.raises(DataError, match="expected 0 to 2 narrators with role base, got 3"):
        narrators.make_narrators(tmp_path / "many", base=3)
    with pytest.raises(DataError, match="a narrator or more"):
        narrators.make_narrators(tmp_path / "none", base=0, transfer=0)


def test_a_damaged_reading_is_named(package, tmp_path):
    (package / "t00_1.opus").write_bytes(b"something else")
    with pytest.raises(DataError, match=r"t00_1\.opus as the table lists it"):
        narrators.make_narrators(tmp_path / "corpus", processes=1)


def test_without_the_audio_the_synthesised_speakers_take_their_place(tmp_path, monkeypatch):
    monkeypatch.setattr(narrators, "AUDIO", tmp_path)
    monkeypatch.setattr(loading, "available", lambda: {"synthetic": tmp_path / "synthetic"})
    monkeypatch.delitem(synthetic.CORPORA, "narrators", raising=False)
    narrators.readings.cache_clear()
    with pytest.raises(DataError, match=r"load\('synthetic'\)"):
        narrators.make_narrators(tmp_path / "corpus")
    with pytest.warns(UserWarning, match="not in this installation.*going on with 'synthetic'"):
        assert loading.find("narrators") == tmp_path / "synthetic"


@brought
def test_every_committed_file_is_the_one_that_the_table_lists(tool):
    rows = narrators.readings()
    files = {path.relative_to(narrators.AUDIO).as_posix() for path in narrators.AUDIO.rglob("*.opus")}
    assert {row["path"] for row in rows} <= files
    assert sum(path.stat().st_size for path in narrators.AUDIO.rglob("*") if path.is_file()) < LARGEST
    for row in rows:
        content = (narrators.AUDIO / row["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"], row["path"]
        wave = narrators.dry(row)
        assert abs(len(wave) / SR - float(row["duration_s"])) < 0.01
        assert 3 < len(wave) / SR < 17 and np.abs(wave).max() < 1 and 0.03 < rms(wave) < 0.2, row["path"]


@brought
def test_the_table_is_the_plan(tool):
    planned = {reading.name: reading for reading in tool("plan").readings()}
    rows = narrators.readings()
    sessions = Counter(row["speaker"] for row in rows)
    assert len(sessions) >= 72 and min(sessions.values()) == max(sessions.values()) >= 4
    for row in rows:
        reading = planned[row["session"]]
        assert (row["text"], row["split"]) == (reading.text, tool("plan").SPLITS[reading.session])
        assert row["voices"].split() == list(reading.narrator.voices) and row["role"] == reading.narrator.role


def test_a_continuum_goes_from_one_narrator_to_another_in_even_steps(tool):
    plan = tool("plan")
    for pair, (first, second) in plan.PAIRS.items():
        steps = [step for step in plan.continuum() if step.pair == pair]
        assert [step.share for step in steps] == pytest.approx(np.linspace(0, 1, 11))
        sexes = {steps[0].first.sex, steps[0].second.sex}
        assert sexes == {"women": {"woman"}, "men": {"man"}, "across": {"woman", "man"}}[pair]
        assert (steps[0].first.name, steps[0].second.name) == (first, second)


@pytest.mark.skipif(not (narrators.AUDIO / "continuum.csv").is_file(), reason="no continuum in this copy")
def test_the_continuum_is_in_the_package():
    for pair in ("women", "men", "across"):
        steps = narrators.continuum(pair)
        assert len(steps) == 11 and all(3 < len(wave) / SR < 9 and rms(wave) > 0.03 for _, wave in steps)
        assert not np.allclose(steps[0][1][:40000], steps[10][1][:40000], atol=0.05)
    with pytest.raises(DataError, match="women, men, across, got 'dogs'"):
        narrators.continuum("dogs")


@brought
def test_one_process_and_two_make_the_same_bytes(tmp_path):
    one, two = (
        load(narrators.make_narrators(tmp_path / str(n), base=1, transfer=1, processes=n)) for n in (1, 2)
    )
    assert [clip.get("sha256") for clip in one] == [clip.get("sha256") for clip in two]


@brought
@pytest.mark.parametrize("name", ["b00_0", "t13_1"])  # a voice, and a blend of two
def test_two_narrators_made_again_sound_the_same(tool, name):
    """The same bytes on the machine that made them; elsewhere the same length and the same spectrum."""
    pytest.importorskip(
        "onnxruntime", reason="the synthesiser's runtime is not installed (extra `narrators`)"
    )
    pytest.importorskip("phonemizer", reason="phonemizer-fork is not installed (extra `narrators`)")
    if not (WORK / "model.onnx").is_file():
        pytest.skip(f"the synthesiser's network is not in {WORK} (python tools/make_narrators.py fetches it)")
    kokoro, plan = tool("kokoro").Kokoro(WORK), tool("plan")
    wave = plan.say(kokoro, next(one for one in plan.readings() if one.name == name))
    kept = narrators.dry(next(row for row in narrators.readings() if row["session"] == name))
    assert len(wave) == pytest.approx(len(kept), rel=0.03)
    bands = [(low, low + 250) for low in range(100, 4000, 250)]
    difference = [level_at(wave, *band) - level_at(kept, *band) for band in bands]
    assert np.abs(difference).max() < 3
