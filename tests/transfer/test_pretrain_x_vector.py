"""The stronger base: its network, its batches, the whitening, and nobody's kept-out recording learned."""

import json

import numpy as np
import pytest
import torch

from course_lib import audio, cli, transfer
from course_lib.data import load
from course_lib.errors import CorpusError, CourseError
from course_lib.models import XVector, layer_table
from course_lib.transfer import pretrain_x_vector


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
    data = transfer.Voices([corpus], size=20)
    first = list(data.batches(8, seed=1))
    assert [len(x) for x, _ in first] == [8, 8, 4] and first[0][0].shape[1] == 64
    assert all(torch.equal(a, b) for (a, _), (b, _) in zip(first, data.batches(8, seed=1)))
    assert not torch.equal(first[0][0], next(iter(data.batches(8, seed=2)))[0])
    assert len(data.classes) == 9 and data.noises.shape == (1, 16_000)


def test_another_speed_is_another_speaker(corpus):
    data = transfer.Voices([corpus.select(speaker=["s0", "s1"])], size=60)
    _x, y = next(iter(data.batches(60, seed=0)))
    assert set(y.tolist()) == set(range(6))
    assert data.classes[:3] == ["tones/s0", "tones/s0 slower", "tones/s0 faster"]


def test_one_speaker_is_not_enough(corpus):
    with pytest.raises(CorpusError, match="two or more"):
        transfer.Voices([corpus.select(speaker="s0")])


def test_the_margin_asks_for_more():
    cosines, y = torch.tensor([[0.6, 0.5]]), torch.tensor([0])
    assert float(pretrain_x_vector.margin_loss(cosines, y)) == pytest.approx(
        np.log(1 + np.exp(30 * (0.5 - 0.5))), abs=1e-4
    )


def test_whitened_directions_are_uncorrelated_and_of_one_size(corpus):
    torch.manual_seed(0)
    model = XVector(3, channels=16, blocks=2, embedding=8)
    data = transfer.Voices([corpus], size=256)
    pretrain_x_vector.whiten(model.body, data, seed=0)
    with torch.no_grad():
        vectors = torch.cat([model.body.eval()(x) for x, _ in data.batches(256, seed=1)])
    assert torch.allclose(torch.cov(vectors.T), torch.eye(8), atol=0.05)
    with pytest.raises(CorpusError, match="8 pieces"):
        pretrain_x_vector.whiten(model.body, transfer.Voices([corpus], size=4))


def test_from_the_command_line(corpus, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(pretrain_x_vector.train_voices.__kwdefaults__, "size", 384)
    monkeypatch.setitem(
        pretrain_x_vector.train_voices.__kwdefaults__,
        "settings",
        {"channels": 16, "blocks": 2, "embedding": 16},
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
        "3",
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
