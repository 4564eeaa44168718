"""Two processes (DistributedDataParallel over gloo) train as one does: the same losses to rounding, the same weights."""

import json
import signal
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


KINDS = ("cnn", "uneven", "set", "norm", "diverges", "single")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """{number of processes: what each of them found} for all kinds of training that train_child.py knows."""
    folder, found = tmp_path_factory.mktemp("trained"), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(HERE.parent))
        for count in (1, 2):
            command = [
                sys.executable,
                str(HERE / "train_child.py"),
                ",".join(KINDS),
                str(folder / str(count)),
            ]
            assert distributed.launch(command, count) == 0
            found[count] = [
                json.loads((folder / f"{count}.{rank}.json").read_text()) for rank in range(count)
            ]
    return found


@pytest.mark.parametrize("kind", ["cnn", "uneven", "set"])
def test_two_processes_have_the_losses_of_one(trained, kind):
    """uneven: the last batch of 5 is divided into 3 and 2. set: the data draws its own batches."""
    one = trained[1][0][kind]
    first, second = (found[kind] for found in trained[2])
    assert first == second  # weights, losses and what is measured, to the last bit
    for column in ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy", "measured"):
        torch.testing.assert_close(
            torch.tensor(first[column]), torch.tensor(one[column]), rtol=1e-4, atol=1e-5
        )
    assert one["train_loss"][0] > one["train_loss"][-1]


def test_statistics_of_batch_norm_are_shared(trained):
    first, second = (found["norm"] for found in trained[2])
    assert first["statistics"] == second["statistics"] and len(first["statistics"]) == 2
    assert first["valid_loss"] == second["valid_loss"]


def test_all_processes_say_that_the_loss_diverged(trained):
    """One example is NaN, in the shard of one process."""
    first, second = (found["diverges"]["error"] for found in trained[2])
    assert first == second == trained[1][0]["diverges"]["error"] and "holds NaN or infinite inputs" in first


def test_a_batch_smaller_than_the_processes_is_refused(trained):
    for found in trained[2]:
        assert "an example or more for each of 2 processes, got a batch of 1" in found["single"]["error"]
    assert len(trained[1][0]["single"]["train_loss"]) == 3


def test_when_one_fails_the_others_are_stopped(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    command = [sys.executable, str(HERE / "train_child.py"), "fails", str(tmp_path / "fails")]
    assert distributed.launch(command, 2) == 7
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_stops_all_processes(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    child = "import os, time; print(os.getpid(), flush=True); time.sleep(300)"
    start = (
        "import sys; from course_lib.training import distributed as d; sys.exit(d.launch(sys.argv[1:], 2))"
    )
    command = [sys.executable, "-c", start, sys.executable, "-c", child]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout.readline()  # both are there, or nearly
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130


def test_torchrun_starts_the_same_training(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--local-addr", "localhost"]
    child = ["--nproc-per-node", "2", str(HERE / "train_child.py"), "norm", str(tmp_path / "norm2")]
    assert subprocess.run([*torchrun, *child], check=False).returncode == 0
    first, second = (json.loads((tmp_path / f"norm2.{k}.json").read_text())["norm"] for k in range(2))
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


@pytest.mark.parametrize("pairs", [6, 7])
def test_no_pair_is_parted_among_processes(monkeypatch, pairs):
    class Paired:
        pairs = True

        def batches(self, batch_size, shuffle=False, seed=0):
            yield torch.zeros(len(names)), names

    names = torch.arange(pairs).repeat(2)
    monkeypatch.setattr(distributed, "world", lambda: 2)
    found = []
    for rank in (0, 1):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        ((_, y),) = batches(Paired(), 2 * pairs, sharded=True)
        one, other = y.chunk(2)
        assert one.tolist() == other.tolist()
        found += one.tolist()
    assert sorted(found) == list(range(pairs))


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
