"""A base in a file, new speakers from seconds of speech, the sweep over freezing points, who speaks when."""

import copy
import csv
import json
import math
import re

import numpy as np
import pytest
import torch

from course_lib import audio, cli, features, metrics, transfer
from course_lib.data import hold_out, leaks, load
from course_lib.errors import AudioError, CorpusError, CourseError, DataError
from course_lib.models import SmallCNN, XVector
from course_lib.paths import PROJECT, WEIGHTS
from course_lib.training import fit, measure
from course_lib.transfer.pretrained import _untrained

VOICES = {"ana": 220, "ben": 660, "cleo": 1500}  # Hz: three tones are three easy speakers


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three speakers, four sessions of two seconds each; the last one is for the test."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    root, rows = tmp_path / "tones", []
    for speaker, hz in VOICES.items():
        for number in range(4):
            wave = audio.add_noise(audio.tone(hz * (1 + 0.01 * number), 2.0, amplitude=0.3), 20, seed=number)
            name = f"{speaker}_{number}.flac"
            audio.write(root / name, wave)
            split = "test" if number == 3 else "train"
            rows.append([name, speaker, "", "", split, 2.0, f"{speaker}{number}"])
    write_manifest(root, rows)
    return root


def write_manifest(root, rows):
    with open(root / "manifest.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "speaker", "label", "language", "split", "duration_s", "session"])
        writer.writerows(rows)


def rows_of(root):
    return [line.split(",") for line in (root / "manifest.csv").read_text().splitlines()[1:]]


@pytest.fixture(scope="module")
def trained():
    """A base that learned four other tones in a second."""
    torch.manual_seed(0)
    waves = [
        audio.add_noise(audio.tone(hz, amplitude=0.3), 20, seed=n)
        for hz in (150, 440, 1000, 2200)
        for n in range(6)
    ]
    model, y = SmallCNN(4), torch.arange(4).repeat_interleave(6)
    fit(
        model, (features.spectrogram(torch.stack(waves)), y), epochs=12, lr=1e-3, batch_size=8, progress=False
    )
    return model.eval()


@pytest.fixture
def base(trained):
    return transfer.Base(
        copy.deepcopy(trained), ["w", "x", "y", "z"], {"dropout": 0.1}, {"base_accuracy": 0.5}, "tiny"
    )


def test_a_base_comes_back_from_its_file(base, tmp_path):
    transfer.save_base(base, tmp_path / "b.safetensors")
    again = transfer.load_base(tmp_path / "b.safetensors")
    assert (again.classes, again.settings, again.about) == (base.classes, base.settings, base.about)
    for name, value in base.model.state_dict().items():
        assert torch.equal(again.model.state_dict()[name], value)
    assert not again.model.training and again.transform is features.spectrogram
    assert (
        again.name == str(tmp_path / "b.safetensors") and transfer.load_base("small_cnn").name == "small_cnn"
    )


def test_half_the_size_is_half_the_precision(base, tmp_path):
    transfer.save_base(base, tmp_path / "b.safetensors", half=True)
    assert (tmp_path / "b.safetensors").stat().st_size < 218_730 * 2.2 + 4000
    weight = transfer.load_base(tmp_path / "b.safetensors").model.head.dense1.weight
    assert torch.allclose(weight, base.model.head.dense1.weight, atol=1e-3)


@pytest.mark.parametrize("damage", ["flip", "short", "text", "empty"])
def test_a_damaged_file_is_refused(base, tmp_path, damage):
    path = tmp_path / "b.safetensors"
    transfer.save_base(base, path)
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[12] ^= 0xFF  # in the header
    path.write_bytes({"flip": data, "short": data[:5000], "text": b"hello", "empty": b""}[damage])
    with pytest.raises(DataError, match="base of this course"):
        transfer.load_base(path)


def test_weights_that_are_not_finite_are_refused(base, tmp_path):
    base.model.head.dense1.weight.data[0, 0] = float("nan")
    transfer.save_base(base, tmp_path / "b.safetensors")
    with pytest.raises(DataError, match="not finite"):
        transfer.load_base(tmp_path / "b.safetensors")


def test_a_file_of_another_program_and_an_unknown_name(tmp_path):
    from safetensors.torch import save_file

    save_file({"a": torch.zeros(2)}, tmp_path / "a.safetensors")
    with pytest.raises(DataError, match="course train base"):
        transfer.load_base(tmp_path / "a.safetensors")
    for name in ("no_such", "../pretrained/small_cnn"):
        with pytest.raises(CourseError, match=f"by name or file, got '{name}'"):
            transfer.load_base(name)


def test_settings_of_a_network_come_back_and_whole_numbers_stay_whole(tmp_path):
    """BatchNorm counts its batches: a whole number that float16 could not hold."""
    model = XVector(3, channels=8, blocks=1, embedding=4).eval()
    counts = {name: value for name, value in model.state_dict().items() if not value.is_floating_point()}
    for value in counts.values():
        value.fill_(70_001)
    settings = {"channels": 8, "blocks": 1, "embedding": 4}
    transfer.save_base(transfer.Base(model, list("abc"), settings), tmp_path / "x.safetensors", half=True)
    again = transfer.load_base(tmp_path / "x.safetensors")
    assert again.settings == settings and {value.dtype for value in again.model.parameters()} == {
        torch.float32
    }
    assert counts and all(again.model.state_dict()[name].item() == 70_001 for name in counts)
    assert all(again.model.state_dict()[name].dtype == value.dtype for name, value in counts.items())


@pytest.mark.parametrize("size, allowed", [(-1, False), (0, True), (4096, True), (4097, False)])
def test_sizes_of_a_network_have_bounds(size, allowed):
    header = {"network": "XVector", "settings": {"embedding": size}, "classes": ["a"]}
    with pytest.raises(ValueError, match="the weights of its network" if allowed else "none that a network"):
        _untrained(header, {})
    with pytest.raises(ValueError, match="none that a network"):
        _untrained({**header, "classes": {"a": 1}}, {})


def test_a_file_in_the_way_is_read_and_a_folder_s_name_is_no_base(base, tmp_path, monkeypatch):
    transfer.save_base(base, tmp_path / "small_cnn")
    monkeypatch.chdir(tmp_path)
    assert transfer.load_base("small_cnn").classes == base.classes
    with pytest.raises(CourseError, match="by name or file"):
        transfer.load_base("elsewhere/small_cnn")


def test_features_of_a_base_take_the_settings_of_features(base, folder):
    part = load(folder).select(split="train")
    one, half = base.features(part), base.features(part, hop=0.5)
    assert one.shape == half.shape == (1025, 32) and len(half) > len(one)


def test_a_file_cannot_name_any_other_class(base, tmp_path):
    from safetensors.torch import save_file

    header = {"network": "Popen", "settings": {}, "classes": ["a"], "about": {}}
    save_file({"a": torch.zeros(2)}, tmp_path / "a.safetensors", metadata={"course": json.dumps(header)})
    with pytest.raises(DataError, match="KeyError"):
        transfer.load_base(tmp_path / "a.safetensors")


def test_at_most_so_many_windows_of_each_spread_over_its_recordings():
    y = np.array([0] * 12 + [1] * 3)
    clips = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3])
    chosen = transfer.sample_enrolment(y, clips, 5, seed=0)
    assert np.bincount(y[chosen]).tolist() == [5, 3]
    assert sorted(np.bincount(clips[chosen])[:3].tolist()) == [1, 2, 2]
    assert len(set(chosen.tolist())) == len(chosen)
    assert chosen.tolist() == transfer.sample_enrolment(y, clips, 5, seed=0).tolist()
    assert any(chosen.tolist() != transfer.sample_enrolment(y, clips, 5, seed=s).tolist() for s in (1, 2, 3))
    assert transfer.sample_enrolment(y, clips, None, seed=0).tolist() == list(range(15))
    with pytest.raises(CorpusError, match="one second"):
        transfer.sample_enrolment(y, clips, 0, seed=0)


def test_new_speakers_are_learned_and_counted(base, folder):
    corpus = transfer.speakers_of(folder)
    result = transfer.transfer(base, corpus, seconds=3, seeds=(0, 1))
    assert result.classes == ["ana", "ben", "cleo"] and result.test_windows == 6
    assert result.chance == pytest.approx(1 / 3)
    assert result.accuracy[0] > 0.9
    assert result.utilization == pytest.approx(102_624 / (102_624 + 114_816 + 129 * 3))
    assert result.trained_parameters == 114_816 + 129 * 3
    assert [run.enrolled_seconds for run in result.runs] == [3, 3]


def test_a_transfer_is_the_body_once_and_a_head_for_every_seed(base, folder):
    """The same, written out: the head of the whole model trained on the enrolled windows."""
    corpus, said = transfer.speakers_of(folder), []
    result = transfer.transfer(base, corpus, seconds=4, seeds=(3, 5), epochs=7, lr=2e-3, progress=said.append)
    train = base.features(corpus.select(split="train"))
    test = base.features(corpus.select(split="test"))
    for run in result.runs:
        model = transfer.init_from_base(base.model, "body", 3, run.seed)
        chosen = transfer.sample_enrolment(train.y.numpy(), train.windows.clip_index, 4, run.seed)
        transfer.fit_frozen(
            model, train.take(chosen), epochs=7, lr=2e-3, optimizer="adam", momentum=0.9, schedule="cosine",
            weight_decay=1e-2, batch_size=64, patience=None, seed=run.seed, progress=False,
        )  # fmt: skip
        assert run.accuracy == measure(model, test)[1] and 0 <= run.seconds < 600
    assert [run.seed for run in result.runs] == [3, 5] and 0 <= result.body_seconds < 600
    assert all(torch.equal(a, b) for a, b in zip(result.model.parameters(), model.parameters()))
    assert said[0] == f"running the frozen layers over {len(train) + len(test)} windows"
    assert said[1:] == [f"seed {run.seed}: {run.accuracy:.1%} of 6 test windows" for run in result.runs]


def test_all_of_the_training_side_is_cut_twice_as_finely(base, folder):
    result = transfer.transfer(base, transfer.speakers_of(folder), seeds=(0,), epochs=1)
    assert result.runs[0].enrolled_seconds == 3 * 3 * 0.5  # recordings of two seconds hold three windows
    default = transfer.transfer(base, transfer.speakers_of(folder), seconds=2)
    assert [run.seed for run in default.runs] == [0, 1, 2]


def without(rows, *names):
    return [row for row in rows if row[0].removesuffix(".flac") not in names]


def test_a_class_that_is_not_in_the_test_stays_a_class(base, folder):
    write_manifest(folder, without(rows_of(folder), "ana_3"))
    result = transfer.transfer(base, transfer.speakers_of(folder), seconds=3, seeds=(0,))
    assert result.classes == ["ana", "ben", "cleo"] and result.test_windows == 4
    assert result.accuracy[0] > 0.9 and result.chance == 0.5
    assert math.isnan(transfer.new_speakers.chance(torch.zeros(0, dtype=torch.long)))
    (point,) = transfer.freezing_point_sweep(
        base, transfer.speakers_of(folder), split="test", points=["body"], seeds=(0,), epochs=15, batch_size=8
    )
    assert point.accuracy[0] > 0.7


def test_who_is_only_in_the_test_or_in_no_part_is_left_out(folder):
    rows = without(rows_of(folder), *(f"ben_{number}" for number in range(3)))
    rows = [[*row[:4], "valid", *row[5:]] if row[0] == "ana_0.flac" else row for row in rows]
    write_manifest(folder, rows)
    corpus = transfer.speakers_of(folder)
    assert corpus.speakers == ["ana", "cleo"] and {clip.split for clip in corpus.clips} == {"train", "test"}
    write_manifest(folder, without(rows, "ana_3"))  # now only cleo is on both sides
    with pytest.raises(CorpusError, match="to test on, got 1"):
        transfer.speakers_of(folder)


def in_pairs(rows, split=""):
    """Two recordings of every session, and no split."""
    return [
        [*row[:4], split, row[5], f"{row[1]}{int(row[0].split('_')[1][0]) // 2}" if row[6] else ""]
        for row in rows
    ]


def test_recordings_of_a_session_stay_together_when_a_split_is_made(folder):
    write_manifest(folder, in_pairs(rows_of(folder)))
    corpus = transfer.speakers_of(folder)
    assert not leaks(corpus) and [len(corpus.select(split=part)) for part in ("train", "test")] == [
        6,
        6,
    ]


def test_without_sessions_a_split_is_made_by_recording(folder):
    write_manifest(folder, [[*row[:4], "", row[5], ""] for row in rows_of(folder)])
    corpus = transfer.speakers_of(folder)
    assert [len(corpus.select(split=part)) for part in ("train", "test")] == [9, 3]


def test_sessions_stay_together_when_a_part_is_held_out(folder):
    write_manifest(folder, in_pairs(rows_of(folder), "train"))
    corpus = load(folder)
    divided = hold_out(corpus, fraction=0.4)
    assert not leaks(divided) and len(divided.select(split="valid")) == 6

    def parts(**how):
        return [clip.split for clip in hold_out(corpus, **how).clips]

    assert parts() == parts(fraction=0.2, seed=0)
    assert len({tuple(parts(seed=seed)) for seed in range(8)}) > 1


def test_a_base_is_chosen_on_sessions_that_it_did_not_learn(folder):
    write_manifest(folder, in_pairs(rows_of(folder), "train"))
    corpus = transfer.base_speakers(load(folder))
    assert not leaks(corpus) and [len(corpus.select(split=part)) for part in ("train", "valid")] == [
        6,
        6,
    ]
    one_day = [
        [*row[:6], row[1]] for row in rows_of(folder)
    ]  # one session each: recordings, or nobody is asked
    write_manifest(folder, [[*row[:4], "train", *row[5:]] for row in one_day])
    corpus = transfer.base_speakers(load(folder, by="recording"))
    assert [len(corpus.select(split=part)) for part in ("train", "valid")] == [9, 3]


def test_a_trained_base_says_how_it_was_trained(folder):
    corpus = transfer.base_speakers(load(folder))
    how = {"epochs": 2, "seed": 3, "hop": 0.5, "progress": False}
    base = transfer.train_base(corpus, settings={"dropout": 0.25}, **how)
    assert (base.classes, base.settings, base.model.training) == (
        ["ana", "ben", "cleo"],
        {"dropout": 0.25},
        False,
    )
    train = base.features(corpus.select(split="train"), hop=0.5)
    valid = base.features(corpus.select(split="valid"))
    assert base.about == {
        "base_accuracy": round(transfer.base_accuracy(base, valid), 4), "corpus": "tones", "speakers": 3,
        "windows": len(train), "valid_windows": len(valid), "epochs": 2, "seed": 3,
    }  # fmt: skip
    again = transfer.train_base(
        corpus,
        "SmallCNN",
        settings={"dropout": 0.25},
        lr=1e-3,
        batch_size=32,
        schedule="cosine",
        patience=None,
        **how,
    )
    other = transfer.train_base(corpus, settings={"dropout": 0.25}, **{**how, "seed": 4})
    weights = [each.model.head.dense2.weight for each in (base, again, other)]
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])
    with pytest.raises(CourseError, match=r"expected a network of .*XVector.*, got 'Big'"):
        transfer.train_base(corpus, "Big")


def test_a_base_learns_on_train_chooses_on_valid_and_both_know_the_same_classes(folder, monkeypatch):
    seen = {}

    def spy(model, train, valid, **how):
        seen.update(train=train, valid=valid, how=how)
        return [None] * how["epochs"]

    monkeypatch.setattr(transfer.pretrain_small_cnn, "fit", spy)
    corpus = transfer.base_speakers(load(folder))
    base = transfer.train_base(corpus)
    usual = {"lr": 1e-3, "batch_size": 32, "schedule": "cosine", "patience": None}
    assert seen["how"] == {"epochs": 24, "seed": 0, "progress": True, **usual}
    cuts = [seen[part].windows for part in ("train", "valid")]
    heard = [{each.corpus.clips[number].path for number in each.clip_index} for each in cuts]
    assert not heard[0] & heard[1] and seen["train"].classes == seen["valid"].classes == base.classes
    assert (
        len(seen["train"]) == 6 * 5 and len(seen["valid"]) == 3 * 2
    )  # a window every quarter second; every second
    transfer.train_base(corpus, epochs=3, seed=7, progress=False, lr=0.1, batch_size=8)
    assert seen["how"] == {**usual, "epochs": 3, "seed": 7, "progress": False, "lr": 0.1, "batch_size": 8}


def test_kept_vectors_know_where_they_are_from(base, folder):
    data = base.features(transfer.speakers_of(folder).select(split="train"))
    kept = transfer.embed(base.model, data)
    assert kept.classes == data.classes and kept.windows is data.windows and torch.equal(kept.y, data.y)
    assert len(kept.key) == 32 and kept.key != data.key
    front, rest = transfer.split_at_frozen(transfer.freeze(base.model, "conv1"))
    assert list(dict(front.named_children())) == [
        "body_conv1",
        "body_relu1",
    ]  # what has no weights is run once as well
    assert (
        next(iter(dict(rest.named_children()))) == "body_dropout1"
    )  # but dice are rolled anew in every epoch
    assert len(transfer.split_at_frozen(transfer.unfreeze(base.model))[0]) == 0


def test_more_seconds_than_there_are_take_all(base, folder):
    result = transfer.transfer(base, transfer.speakers_of(folder), seconds=100, seeds=(0,), epochs=1)
    assert result.runs[0].enrolled_seconds == 6


def test_one_recording_each_is_too_few(folder):
    write_manifest(folder, [row for row in rows_of(folder) if row[0].endswith("_0.flac")])
    with pytest.raises(CorpusError, match="smaller unit"):
        transfer.speakers_of(folder)


def test_only_transfer_speakers_where_a_corpus_names_roles(folder):
    text = (folder / "manifest.csv").read_text().splitlines()
    lines = [
        text[0] + ",role",
        *(f"{line},{'base' if line.startswith('ana') else 'transfer'}" for line in text[1:]),
    ]
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    assert transfer.speakers_of(folder).speakers == ["ben", "cleo"]


def test_the_sweep_goes_from_nothing_to_everything(base, folder):
    corpus = transfer.speakers_of(folder)
    before = {name: value.clone() for name, value in base.model.state_dict().items()}
    points = transfer.freezing_point_sweep(base, corpus, split="test", seeds=(0, 1), epochs=15, batch_size=8)
    assert [point.upto for point in points] == ["", *transfer.layer_names(base.model)]
    total = 217_440 + 129 * 3
    assert [point.utilization for point in points] == [
        0.0, 12_320 / total, 94_304 / total, 102_624 / total, 217_440 / total, 1.0
    ]  # fmt: skip
    assert points[-1].trained_parameters == 0 and len(points[0].accuracies) == 2
    assert points[3].accuracy[0] > 0.8 > 0.7 > points[-1].accuracy[0]
    assert all(torch.equal(before[name], value) for name, value in base.model.state_dict().items())


def test_a_speaker_with_one_session_is_held_out_by_recordings(folder):
    write_manifest(folder, [[*row[:6], row[1]] for row in rows_of(folder)])
    corpus = hold_out(transfer.speakers_of(folder, by="recording"), fraction=0.3)
    assert sorted(clip.speaker for clip in corpus.clips if clip.split == "valid") == ["ana", "ben", "cleo"]


def test_seconds_are_named_and_silence_is_nobody(base, folder):
    result = transfer.transfer(base, transfer.speakers_of(folder), seeds=(0,))
    named = transfer.Base(result.model, result.classes)
    wave = torch.cat([audio.tone(220, 1.0), torch.zeros(16_000), audio.tone(1500, 1.7)])
    seconds = transfer.identify(named, wave)
    assert [second.speaker for second in seconds] == ["ana", "", "cleo", "cleo"]
    assert [second.start for second in seconds] == [0, 1, 2, 3]
    assert all(sum(second.probabilities) == pytest.approx(1, abs=1e-4) for second in seconds)
    assert transfer.overall(seconds, named.classes) == ("cleo", pytest.approx(2 / 3))
    assert [second.probability for second in seconds] == [
        0.0 if not second.speaker else max(second.probabilities) for second in seconds
    ]
    half = 8_000  # a rest is named if it lasts half a second
    lengths = [1, half, 16_000, 16_000 + half - 1, 16_000 + half, 32_000]
    found = [len(transfer.identify(named, audio.tone(220, 3.0)[:length])) for length in lengths]
    assert found == [1, 1, 1, 1, 2, 2]
    assert len(transfer.identify(named, audio.tone(220, 1.0)[: half + 2], hop=1 / 16_000)) == 3
    assert len(transfer.identify(named, audio.tone(220, 1.0)[:1], hop=1 / 16_000)) == 1
    with pytest.raises(AudioError, match="a hop above 0 s, got 0"):
        transfer.identify(named, wave, hop=0)
    assert transfer.overall(transfer.identify(named, torch.zeros(16_000)), named.classes) == ("", 0.0)
    with pytest.raises(AudioError, match="at least one sample"):
        transfer.identify(named, torch.zeros(0))


def test_from_the_command_line(base, folder, tmp_path, capsys):
    transfer.save_base(base, tmp_path / "b.safetensors")
    kept = tmp_path / "mine.safetensors"
    asked = ["transfer", "--base", str(tmp_path / "b.safetensors"), "--corpus", str(folder), "--seconds", "4"]
    assert cli.main([*asked, "--json", "--save", str(kept)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["base_accuracy"] == 0.5 and told["speakers"] == 3 and len(told["seeds"]) == 3
    assert told["transfer_accuracy"] == pytest.approx(
        metrics.mean_and_spread([run["transfer_accuracy"] for run in told["seeds"]])[0]
    )
    assert cli.main(asked) == 0
    text = capsys.readouterr().out
    assert (
        "chance                33.3%: always naming the most frequent of 3 speakers" in text
        and "utilization           47.1" in text
    )
    assert cli.main(["identify", "--model", str(kept), str(folder / "ben_3.flac")]) == 0
    assert "the whole recording: ben" in capsys.readouterr().out
    assert cli.main(["identify", "--model", str(kept), "--json", str(folder / "ben_3.flac")]) == 0
    assert json.loads(capsys.readouterr().out)["speaker"] == "ben"
    assert cli.main(["identify", "--model", str(folder / "ben_3.flac"), str(folder / "ben_3.flac")]) == 2
    assert "course train base" in capsys.readouterr().err


def test_one_session_on_both_sides_only_where_asked(folder):
    rows = [[*row[:6], row[1]] if row[1] == "ana" else row for row in rows_of(folder)]  # ana has one session
    write_manifest(folder, rows)
    with pytest.warns(UserWarning, match="two parts"):
        strict = transfer.speakers_of(folder)
    assert "ana" not in strict.select(split="test").speakers and "ana" in strict.speakers
    assert "ana" in transfer.speakers_of(folder, by="recording").select(split="test").speakers


def test_the_base_of_the_course_is_small_loads_and_is_what_its_card_says():
    base, card = transfer.load_base(), (WEIGHTS / "pretrained.md").read_text()
    assert (WEIGHTS / "pretrained.safetensors").stat().st_size < 8_000_000
    assert f"{base.about['base_accuracy']:.1%} of {base.about['valid_windows']} seconds" in card
    assert base.about["command"] in card and f"{base.about['speakers']} speakers" in card
    for word in ("CC BY 4.0", "Surveillance", "proof of identity", "Licence", "seed"):
        assert word in card
    assert {name.split("/")[0] for name in base.classes} <= {
        text.split(":")[0] for text in base.about["learned"]
    }
    trials = json.loads((PROJECT / "docs" / "figures.json").read_text(encoding="utf-8"))["peers"]["trials"]
    for row in trials.values():
        told = [f"{row[name]['value']:.1f}" for name in ("pretrained", "GE2E", "random body")]
        assert re.search(rf"\| {told[0]} \| [\d.]+ \| {told[1]} \| {told[2]} \|", card), told
    assert not {"voxforge_en", "an4"} & set(base.about["corpora"])
    assert not any(name.startswith(("synthetic/t", "narrators/t")) for name in base.classes)


def test_the_base_of_the_lessons_is_what_its_card_says():
    base, card = transfer.load_base("small_cnn"), (WEIGHTS / "small_cnn.md").read_text()
    assert (WEIGHTS / "small_cnn.safetensors").stat().st_size < 500_000
    assert f"{base.about['base_accuracy']:.1%} of {base.about['valid_windows']} seconds" in card
    assert base.about["command"] in card and f"{base.about['speakers']} base voices" in card
    for word in ("CC BY 4.0", "Surveillance", "proof of identity", "Licence", "Seed"):
        assert word in card
    own = transfer.base_speakers(load("narrators"))
    assert base.classes == own.speakers and all(name.startswith("b") for name in base.classes)
    valid = base.features(own.select(split="valid"))
    assert transfer.base_accuracy(base, valid) == pytest.approx(
        base.about["base_accuracy"], abs=2 / len(valid)
    )


def test_a_frozen_layer_of_the_head_is_the_bases_own_in_the_model_that_is_kept(base, folder):
    result = transfer.transfer(base, transfer.speakers_of(folder), upto="head.dense1", seeds=(0, 1))
    assert torch.equal(result.model.head.dense1.weight, base.model.head.dense1.weight)
    assert result.trained_parameters == 129 * 3
