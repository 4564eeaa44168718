"""Two processes (DistributedDataParallel over gloo) train as one does: the same losses to rounding, the same weights."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from course_lib.training import distributed
from course_lib.training.batches import batches

HERE = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    not torch.distributed.is_available(), reason="this torch has no torch.distributed"
)


def trained(tmp_path, kind, count):
    """What each of `count` processes found."""
    command = [sys.executable, str(HERE / "train_child.py"), kind, str(tmp_path / f"{kind}{count}")]
    assert distributed.launch(command, count) == 0
    return [json.loads((tmp_path / f"{kind}{count}.{k}.json").read_text()) for k in range(count)]


@pytest.mark.parametrize("kind", ["cnn", "uneven", "set"])
def test_two_processes_have_the_losses_of_one(kind, tmp_path, monkeypatch):
    """uneven: the last batch of 5 is divided into 3 and 2. set: the data draws its own batches."""
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    (one,) = trained(tmp_path, kind, 1)
    first, second = trained(tmp_path, kind, 2)
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


def test_all_processes_say_that_the_loss_diverged(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    first, second = trained(tmp_path, "diverges", 2)  # NaN in an example of one process alone
    assert first == second and first["diverged"].startswith("NaN or infinite inputs")


def test_a_batch_smaller_than_the_processes_is_refused(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    command = [sys.executable, str(HERE / "train_child.py"), "single", str(tmp_path / "single")]
    assert distributed.launch(command, 2) == 1
    assert "an example or more for each of 2 processes, got a batch of 1" in capfd.readouterr().err


def test_torchrun_starts_the_same_training(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--local-addr", "localhost"]
    child = ["--nproc-per-node", "2", str(HERE / "train_child.py"), "norm", str(tmp_path / "norm2")]
    assert subprocess.run([*torchrun, *child], check=False).returncode == 0
    first, second = (json.loads((tmp_path / f"norm2.{k}.json").read_text()) for k in range(2))
    assert first == second and first["train_loss"][0] > first["train_loss"][-1]


@pytest.mark.parametrize("world", [1, 2, 3, 5])
@pytest.mark.parametrize("n, batch_size", [(52, 16), (51, 16), (7, 3), (1, 4), (0, 4), (33, 32)])
def test_the_shards_of_all_processes_are_the_batches_of_one(monkeypatch, world, n, batch_size):
    class Drawn:
        def batches(self, batch_size, shuffle=False, seed=0):
            order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
            yield from ((X[rows], y[rows]) for rows in order.split(batch_size))

    X, y = torch.arange(n).float(), torch.arange(n)
    options = {"shuffle": True, "seed": 3, "fewest": 2 * world}
    for data in ((X, y), Drawn()):
        whole = [y.tolist() for _, y in batches(data, batch_size, **options)]
        monkeypatch.setattr(distributed, "world", lambda: world)
        shards = []
        for rank in range(world):
            monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
            shards.append([y.tolist() for _, y in batches(data, batch_size, sharded=True, **options)])
        assert [sorted(label for part in parts for label in part) for parts in zip(*shards)] == [
            sorted(batch) for batch in whole if batch
        ]
        assert all(max(map(len, parts)) - min(map(len, parts)) <= 1 for parts in zip(*shards))


def test_in_one_process_nothing_changes():
    assert distributed.world() == 1 and distributed.rank() == 0
    model = torch.nn.Linear(2, 1)
    assert distributed.data_parallel(model) is model
    assert distributed.sums(torch.zeros(1), 3.0, 2) == (3.0, 2)
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
    options = ["--corpus", str(folder), "--epochs", "1", "--processes", "2", "--out", str(out)]
    assert cli.main(["train", "base", *options]) == 0
    assert capfd.readouterr().out.count("base validation accuracy") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.safetensors", "corpus"]


@pytest.mark.parametrize(
    "options",
    [
        ["base", "--epochs", "0"],
        ["base", "--processes", "0"],
        ["keywords", "--size", "-1"],
        ["stream", "--keep", "x"],
    ],
)
def test_numbers_out_of_range_are_usage_errors(options, capsys):
    from course_lib import cli

    with pytest.raises(SystemExit) as stopped:
        cli.main(["train", *options])
    assert stopped.value.code == 2
    assert re.search(
        rf"{options[1]}: expected a whole number of [01] or more, got {options[2]}", capsys.readouterr().err
    )
