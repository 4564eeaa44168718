"""Two processes over gloo train as one does: the same losses to rounding, the same weights everywhere."""

import json
import sys
from pathlib import Path

import pytest
import torch

from course_lib.training import distributed

HERE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    not torch.distributed.is_available(), reason="this torch has no torch.distributed"
)


def trained(tmp_path, kind, count):
    """What each of `count` processes found."""
    command = [sys.executable, str(HERE / "train_child.py"), kind, str(tmp_path / f"{kind}{count}")]
    assert distributed.launch(command, count) == 0
    return [json.loads((tmp_path / f"{kind}{count}.{k}.json").read_text()) for k in range(count)]


def test_two_processes_have_the_losses_of_one(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    (one,) = trained(tmp_path, "cnn", 1)
    first, second = trained(tmp_path, "cnn", 2)
    assert first == second  # weights, losses and what is measured, to the last bit
    for column in ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy", "measured"):
        torch.testing.assert_close(
            torch.tensor(first[column]), torch.tensor(one[column]), rtol=1e-4, atol=1e-5
        )
    assert one["train_loss"][0] > one["train_loss"][-1]


def test_statistics_of_batch_norm_are_shared(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    first, second = trained(tmp_path, "norm", 2)
    assert first["statistics"] == second["statistics"] and len(first["statistics"]) == 2
    assert first["valid_loss"] == second["valid_loss"]


def test_when_one_fails_the_others_are_stopped(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    command = [sys.executable, str(HERE / "train_child.py"), "fails", str(tmp_path / "fails")]
    assert distributed.launch(command, 2) == 7
    assert list(tmp_path.iterdir()) == []


def test_alone_nothing_changes():
    assert distributed.world() == 1 and distributed.rank() == 0
    x = torch.arange(5)
    assert distributed.share(x) is x
    model = torch.nn.Linear(2, 1)
    assert distributed.all_reduce_gradients(model, 1.5, 2) == (1.5, 2) and distributed.sums(x, 3.0) == (3.0,)
    assert not torch.distributed.is_initialized()


def test_a_command_is_started_again_without_its_option():
    words = ["train", "base", "--processes=2", "--seed", "2"]
    assert distributed.same_command(words, "--processes")[-4:] == ["train", "base", "--seed", "2"]


def test_train_base_in_two_processes_writes_one_file(tmp_path, monkeypatch, capfd):
    from corpus_makers import two_speakers

    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    from course_lib import cli

    folder = two_speakers(tmp_path / "corpus")
    out = tmp_path / "base.safetensors"
    command = [
        "train",
        "base",
        "--corpus",
        str(folder),
        "--epochs",
        "1",
        "--processes",
        "2",
        "--out",
        str(out),
    ]
    assert cli.main(command) == 0
    assert capfd.readouterr().out.count("base validation accuracy") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.safetensors", "corpus"]
