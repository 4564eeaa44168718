"""The stronger base: its network, its batches, the loss, the discriminant analysis, and nobody's kept-out recording learned."""

import copy
import dataclasses
import json

import numpy as np
import pytest
import torch

from course_lib import audio, cli, transfer
from course_lib.data import load, packed
from course_lib.errors import CorpusError, CourseError
from course_lib.models import XVector, layer_table
from course_lib.models.x_vector import AttentiveStatistics
from course_lib.transfer import pretrain_x_vector, voices


def test_any_length_and_any_loudness():
    model = XVector(5).eval()
    picture = torch.randn(2, 64, 101, generator=torch.Generator().manual_seed(0)) * 10 - 60
    with torch.no_grad():
        assert model(picture).shape == (2, 5)
        assert model.body(picture[:, :, :30]).shape == (2, 320)
        assert torch.allclose(model(picture), model(picture + 12), atol=1e-4)


def test_a_linear_head_for_45_speakers_is_one_percent():
    table = layer_table(transfer.freeze(transfer.replace_head(XVector(2), 45)), (64, 101))
    assert table.trainable_params == 320 * 45 + 45
    assert table.frozen_params / table.total_params > 0.99


@pytest.mark.parametrize("shape", [(64, 101), (1, 32, 101), (1, 64, 5)])
def test_another_shape_is_refused(shape):
    with pytest.raises(CourseError, match="64"):
        XVector(2)(torch.zeros(shape))


def test_the_front_of_a_frozen_body_keeps_its_statistics():
    model = transfer.freeze(XVector(3))
    front, rest = transfer.split_at_frozen(model)
    picture = torch.randn(4, 64, 101)
    model.train()
    with torch.no_grad():
        assert torch.allclose(rest(front.eval()(picture)), model.eval()(picture), atol=1e-5)
    assert isinstance(next(iter(rest)), torch.nn.Linear)


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """Three speakers with three recordings each, and one recording of noise."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "tones"
    rows = ["path,speaker,label,language,split,duration_s"]
    for number, hz in enumerate((200, 500, 1250)):
        for take in range(3):
            wave = audio.add_noise(audio.tone(hz, 2.0, amplitude=0.3), 15, seed=10 * number + take)
            audio.write(root / f"s{number}_{take}.flac", wave)
            rows.append(f"s{number}_{take}.flac,s{number},,,,2.0")
    audio.write(root / "noise.flac", torch.randn(16_000, generator=torch.Generator().manual_seed(3)) * 0.05)
    rows.append("noise.flac,,silence,,,1.0")
    (root / "manifest.csv").write_text("\n".join(rows) + "\n")
    return load(root)


def test_the_last_recording_of_each_is_kept_out(corpus):
    learn, measure = pretrain_x_vector._sides(corpus)
    assert sorted(clip.path for clip in measure) == ["s0_2.flac", "s1_2.flac", "s2_2.flac"]
    assert not {clip.path for clip in learn} & {clip.path for clip in measure}
    assert len(learn) + len(measure) == len(corpus)


def test_batches_depend_on_the_seed_alone(corpus):
    data = transfer.Voices([corpus], size=18)
    first = list(data.batches(6, seed=1))
    assert [len(x) for x, _ in first] == [6, 6, 6] and first[0][0].shape[1:] == (64, 91)
    assert all(torch.equal(a, b) for (a, _), (b, _) in zip(first, data.batches(6, seed=1), strict=True))
    assert not torch.equal(first[0][0], next(iter(data.batches(6, seed=2)))[0])
    assert data.speakers == ["tones/s0", "tones/s1", "tones/s2"] and data.noises.shape == (1, 16_000)


def test_a_batch_holds_pairs_of_several_sources(corpus):
    others = copy.copy(corpus)
    others.name = "others"
    data = transfer.Voices([corpus, others], size=120)
    assert data.source_of.tolist() == [0, 0, 0, 1, 1, 1]
    for _x, y in data.batches(24, seed=0):
        half = len(y) // 2
        assert y[:half].tolist() == y[half:].tolist() and len(set(y.tolist())) == half
    assert len({int(number) for _, y in data.batches(24, seed=0) for number in y}) == 6


def test_the_partner_is_looked_for_within_one_source():
    y, scores = torch.tensor([0, 1, 0, 1]), torch.zeros(4, 6)
    scores[:, 2:] = torch.tensor([[0, 9.0, 1, 9], [9, 0, 9, 1], [1, 9, 0, 9], [9, 1, 9, 0]])
    together = pretrain_x_vector.voice_loss(scores, y, torch.tensor([0, 0]))
    apart = pretrain_x_vector.voice_loss(scores, y, torch.tensor([0, 1]))
    assert float(apart) == pytest.approx(
        np.log(2), abs=1e-4
    )  # the speakers alone: the partner is the only one left
    assert float(together) > 8


def test_a_language_is_a_source(corpus):
    spoken = {"s0": "en", "s1": "en", "s2": "de"}
    clips = [dataclasses.replace(clip, language=spoken.get(clip.speaker, "")) for clip in corpus]
    mixed = copy.copy(corpus)
    mixed.clips = clips
    assert transfer.Voices([mixed]).speakers == [
        "tones/s0",
        "tones/s1",
    ]  # German has one speaker: nobody to tell from


def test_the_two_pieces_of_a_pair_come_from_two_recordings_or_sessions(corpus):
    source = voices.Source("tones", packed.Packed(corpus), [clip for clip in corpus if clip.speaker])
    rng = np.random.default_rng(0)
    drawn = [source.two_of(1, rng) for _ in range(30)]
    assert all(one != other for one, other in drawn)
    assert {source.packed.clips[number].speaker for pair in drawn for number in pair} == {"s1"}
    firsts = [clip for clip in corpus if clip.path in ("s0_0.flac", "s1_0.flac")]
    alone = voices.Source("tones", source.packed, firsts)
    one, other = alone.two_of(0, rng)
    assert one == other  # a speaker with one recording


def test_a_piece_is_cut_where_it_is_louder_and_a_short_recording_lies_in_silence(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    wave = torch.zeros(16_000 * 4)
    wave[16_000 * 3 :] = audio.tone(300, 1.0)
    audio.write(tmp_path / "c" / "a.flac", wave)
    audio.write(tmp_path / "c" / "b.flac", audio.tone(300, 0.25))
    rows = "path,speaker,label,language,split,duration_s\na.flac,a,,,,4.0\nb.flac,b,,,,0.25\n"
    (tmp_path / "c" / "manifest.csv").write_text(rows)
    corpus = load(tmp_path / "c")
    source = voices.Source("c", packed.Packed(corpus), list(corpus))
    loud = [bool(source.piece(0, 8_000, np.random.default_rng(seed)).any()) for seed in range(40)]
    assert (
        0.4 < np.mean(loud) < 0.9
    )  # a third of the single cuts meet the sound, 0.36; of the louder of two 0.6
    short = source.piece(1, 8_000, np.random.default_rng(0))
    assert short.shape == (8_016,) and 3_900 < int((short != 0).sum()) <= 4_000


def test_one_speaker_is_not_enough(corpus):
    with pytest.raises(CorpusError, match="two or more"):
        transfer.Voices([corpus.select(speaker="s0")])


def test_the_loss_asks_for_the_speaker_with_a_margin_and_for_the_partner():
    y = torch.tensor([1, 0, 1])
    scores = torch.tensor([
        [0.0, 10.0, 0.0, 5.0, 3.0],
        [10.0, 0.0, 5.0, 0.0, 3.0],
        [0.0, 10.0, 4.0, 3.0, 0.0],
    ])  # fmt: skip
    of_speakers = np.log(1 + np.exp(-8.0))  # 10 less a fifth of it, against 0
    first = np.log(1 + np.exp(5.0 - 3.0))  # piece 0 looks for piece 2 (3) and finds piece 1 (5)
    third = np.log(
        1 + np.exp(3.0 - 4.0)
    )  # piece 2 looks for piece 0 (4); piece 1, alone of its speaker, looks for none
    expected = of_speakers + (first + third) / 2
    assert float(pretrain_x_vector.voice_loss(scores, y, torch.tensor([0, 0]))) == pytest.approx(
        expected, abs=1e-4
    )


def test_the_largest_score_of_the_head_is_a_speaker():
    head = pretrain_x_vector.VoiceHead(8, 5).eval()
    scores = head(torch.randn(6, 8, generator=torch.Generator().manual_seed(0)))
    assert scores.shape == (6, 11) and bool((scores.argmax(1) < 5).all())


def test_the_cosines_keep_all_digits_where_the_rest_has_half_of_them():
    head = pretrain_x_vector.VoiceHead(8, 5).eval()
    x = torch.randn(6, 8, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = head(x)
    assert scores.dtype == torch.float32 and torch.equal(scores, head(x))


def test_discriminant_analysis_orders_directions_by_speakers(corpus):
    torch.manual_seed(0)
    model = XVector(3, channels=16, blocks=2, embedding=8)
    data = transfer.Voices([corpus], size=480)
    pretrain_x_vector.discriminate(model.body, data, seed=0)
    with torch.no_grad():
        drawn = [model.body.eval()(x) for x, _ in data.batches(256, seed=1)]
    vectors = torch.cat(drawn)
    apart = torch.cat([one - other for one, other in (batch.chunk(2) for batch in drawn)])
    within, total = apart.T @ apart / len(apart) / 2, torch.cov(vectors.T)
    assert float((within - torch.diag(within.diagonal())).abs().max()) < 0.25 * float(within.diagonal().max())
    assert bool((total.diagonal().diff() < 0.05 * total[0, 0]).all()) and total[0, 0] > 2 * total[7, 7]
    assert float(vectors.mean(0).abs().max()) < 0.2
    with pytest.raises(CorpusError, match="8 pieces"):
        pretrain_x_vector.discriminate(model.body, transfer.Voices([corpus], size=6))


def test_strangers_are_never_learned(corpus, monkeypatch):
    monkeypatch.setattr(pretrain_x_vector, "MANY", 3)
    monkeypatch.setattr(pretrain_x_vector, "STRANGER", 2)
    known, strangers = pretrain_x_vector.apart(corpus)
    assert strangers.values("speaker") == ["s0", "s2"] and not set(known.values("speaker")) & {"s0", "s2"}
    small = corpus.select(speaker=["s0", "s1"])
    assert pretrain_x_vector.apart(small) == (small, None)
    model = XVector(2, channels=16, blocks=2, embedding=8).eval()
    error = pretrain_x_vector.strangers_error(transfer.Base(model, ["a", "b"]), strangers)
    assert error["speakers"] == 2 and error["recordings"] == 6 and 0 <= error["equal_error_rate"] <= 1


def test_attentive_statistics_of_even_weights_are_mean_and_standard_deviation():
    pool = AttentiveStatistics(16)
    torch.nn.init.zeros_(pool.weigh.weight)
    x = torch.randn(3, 16, 40, generator=torch.Generator().manual_seed(0))
    expected = torch.cat([x.mean(2), x.std(2, unbiased=False)], 1)
    assert torch.allclose(pool(x), expected, atol=1e-5)


def test_from_the_command_line(corpus, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(pretrain_x_vector.train_voices.__kwdefaults__, "size", 360)
    monkeypatch.setattr(pretrain_x_vector, "NAMED", 3.0)
    monkeypatch.setitem(
        pretrain_x_vector.train_voices.__kwdefaults__,
        "settings",
        {"channels": 16, "blocks": 2, "embedding": 16, "attentive": True},
    )
    out = tmp_path / "b.safetensors"
    asked = [
        "train",
        "base",
        "--network",
        "XVector",
        "--corpus",
        str(corpus.root),
        "--epochs",
        "6",  # after three, rounding decides one of the six windows
        "--out",
        str(out),
    ]
    assert cli.main(asked) == 0
    assert "base validation accuracy" in capsys.readouterr().out
    base = transfer.load_base(out)
    assert base.classes == ["tones/s0", "tones/s1", "tones/s2"] and base.settings["channels"] == 16
    assert base.about["valid_windows"] == 6 and base.about["base_accuracy"] > 0.8
    assert base.about["command"].startswith("course train base --network XVector")
    assert not out.with_name(out.name + ".state").exists()
    assert json.dumps(base.about)


def test_the_small_cnn_from_the_command_line(corpus, tmp_path, capsys):
    rows = (corpus.root / "manifest.csv").read_text().replace(",,,,2.0", ",,,train,2.0")
    (corpus.root / "manifest.csv").write_text(rows)
    out = tmp_path / "s.safetensors"
    assert (
        cli.main(
            ["train", "base", "--corpus", str(corpus.root), "--epochs", "6", "--half", "--out", str(out)]
        )
        == 0
    )
    base = transfer.load_base(out)
    assert base.about["speakers"] == 3 and 0 <= base.about["base_accuracy"] <= 1
    again = transfer.train_base(load(corpus.root), epochs=6, progress=False)
    assert again.about["base_accuracy"] == base.about["base_accuracy"]


def test_several_corpora_are_for_the_stronger_network(corpus, tmp_path, capsys):
    asked = [
        "train",
        "base",
        "--corpus",
        str(corpus.root),
        str(corpus.root),
        "--out",
        str(tmp_path / "x.safetensors"),
    ]
    assert cli.main(asked) == 2
    assert "--network XVector" in capsys.readouterr().err


def test_names_are_learned_of_those_of_whom_there_is_enough(corpus, monkeypatch):
    learn, held_out = pretrain_x_vector._sides(corpus)
    monkeypatch.setattr(pretrain_x_vector, "NAMED", 3.0)
    sides = pretrain_x_vector._named(learn, held_out.select(speaker=["s0", "s2"]))
    assert [side.values("speaker") for side in sides] == [["s0", "s2"]] * 2
    assert pretrain_x_vector._named(learn, held_out.select(speaker=["s1"])) == (
        (),
        (),
    )  # one alone is no task
    monkeypatch.setattr(pretrain_x_vector, "NAMED", 30.0)
    assert pretrain_x_vector._named(learn, held_out) == ((), ())
