"""Killed, out of room, read-only, the clock set back, one byte changed: nothing half-written is ever read.

docs/reliability.md says for every fault what happens; tests/tools/test_reliability.py holds it to these tests.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from corpus_makers import two_speakers

from course_lib import user_store
from course_lib.data import load
from course_lib.data.public.dataset_spec import Remote
from course_lib.data.public.get import get
from course_lib.errors import DataError
from course_lib.features import mel
from course_lib.models import weights_file
from course_lib.paths import WEIGHTS
from course_lib.transfer import load_base

ROOT = Path(__file__).parents[1]
JOBS = ("training", "caching", "making", "importing", "recording", "base", "guess", "building")
REFUSES = {"recording": "AudioError", "building": "OSError"}  # of a full disk; all others: DataError
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="the tries are forked, which Windows cannot")


def child(*command, **more):
    places = os.pathsep.join(str(ROOT / name) for name in (".", "tests", "tools"))
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": places, **more}
    done = subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def tries(tmp_path_factory):
    """Every job of faults_child.py, killed at moments drawn from a seed, and once with too little room."""
    told = child(str(ROOT / "tests" / "faults_child.py"), str(tmp_path_factory.mktemp("tries")))
    return {job: [each for each in told if each["job"] == job] for job in JOBS}


def whole_or_nothing(told):
    whole, seen = told["whole"]["result"], told["seen"]["result"]
    if told["job"] == "training":
        return seen in (None, 1, 2, 3, 4)  # a checkpoint of whole epochs
    return seen is None or seen == whole or seen == [whole]


@forks
@pytest.mark.parametrize("job", JOBS)
def test_killed_at_any_moment(tries, job):
    """kill -9: a reader finds what was there before or the whole; done again, the numbers are the same."""
    killed = [told for told in tries[job] if "bytes_at_most" not in told["how"]]
    assert sum("at" in told["how"] for told in killed) >= 4
    for told in killed:
        assert "error" not in told["hit"] and ("result" not in told["hit"] or "after" in told["how"])
        assert whole_or_nothing(told), told
        assert told["again"]["result"] == told["whole"]["result"]


@forks
@pytest.mark.parametrize("job", JOBS)
def test_a_full_disk(tries, job):
    """The system lets no file grow beyond half of what is needed; the error says so, and nothing half-written stays."""
    (told,) = [told for told in tries[job] if "bytes_at_most" in told["how"]]
    assert told["hit"]["error"] == REFUSES.get(job, "DataError"), told["hit"]
    assert job == "building" or any(
        word in told["hit"]["says"] for word in ("make room", "Make room", "COURSE_HOME")
    )
    assert whole_or_nothing(told) and told["again"]["result"] == told["whole"]["result"]


# places and clocks --------------------------------------------------------------------------------------

READ_ONLY = """
import json, os, sys
from pathlib import Path
data = os.path.realpath(os.environ["COURSE_DATA"])
def watch(event, arguments):
    writes = event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.utime", "os.symlink")
    writes = writes or event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    for place in arguments if writes else ():
        if isinstance(place, (str, os.PathLike)) and os.path.realpath(place).startswith(data):
            raise PermissionError(30, "Read-only file system", str(place))
sys.addaudithook(watch)
try:
    Path(data, "x").write_text("")
    refused = False
except PermissionError:
    refused = True
from course_lib.data import faults, load
from course_lib.errors import DataError
from course_lib.features import mel
from course_lib.transfer import embed, load_base
base, corpus = load_base("small_cnn"), load("two")
vectors = embed(base.model, base.features(corpus))
told = [refused, len(vectors), faults(corpus.root), float(corpus.features(mel).tensors()[0].sum())]
os.environ["COURSE_CACHE"] = data + "/cache"
try:
    corpus.features(mel, n_mels=32)
except DataError as error:
    told.append(str(error))
print(json.dumps(told))
"""


def sums(folder):
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()
    }


def test_a_read_only_data_folder_is_only_read(tmp_path):
    """Python itself refuses every writing under COURSE_DATA: also where the tests run as root."""
    two_speakers(tmp_path / "data" / "two")
    before = sums(tmp_path / "data")
    places = {"COURSE_DATA": str(tmp_path / "data"), "COURSE_CACHE": str(tmp_path / "cache")}
    ((refused, count, found, total, says),) = child("-c", READ_ONLY, **places)
    assert refused and count == 24 and found == [] and total != 0
    assert "Read-only" in says and "name another place in COURSE_CACHE" in says
    assert sums(tmp_path / "data") == before and list((tmp_path / "cache").iterdir())


def test_a_lock_from_the_future_holds_nobody_up(tmp_path, monkeypatch):
    """The clock went back by a year while a dead process's lock lay there."""
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    lock = tmp_path / ".progress.lock"
    lock.touch()
    os.utime(lock, (time.time() + 3e7,) * 2)
    user_store.store("progress", "01.a", {})
    assert "01.a" in user_store.entries("progress")


def test_a_file_that_is_older_than_its_cache_is_read_anew(tmp_path, monkeypatch):
    """Keys are made of contents, not of times: another sound with a time of long ago is another key."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    corpus = load(two_speakers(tmp_path / "two"))
    first, other = (corpus.path(corpus.clips[number]) for number in (0, 6))
    before = corpus.features(mel).tensors()[0]
    first.write_bytes(other.read_bytes())
    os.utime(first, (1e9, 1e9))
    after = load(corpus.root).features(mel).tensors()[0]
    assert not torch.equal(before[0], after[0]) and torch.equal(after[0], before[12])
    assert torch.equal(before[2:], after[2:])


# one byte -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(WEIGHTS.glob("*.safetensors")), ids=lambda path: path.stem)
def test_a_flipped_byte_in_a_base_of_the_course(path, tmp_path):
    header, _ = weights_file.load(path)
    assert header["about"] and b'\\"seal\\"' in path.read_bytes()[:200_000]
    stored = bytearray(path.read_bytes())
    for place in (len(stored) // 3, len(stored) - 2):
        bad = bytearray(stored)
        bad[place] ^= 1
        (tmp_path / "bad.safetensors").write_bytes(bad)
        with pytest.raises(DataError, match="bytes were changed"):
            load_base(tmp_path / "bad.safetensors")


def test_a_base_without_a_seal_is_read(tmp_path):
    """As the course wrote them before there were seals."""
    from safetensors.torch import save_file

    base = load_base("small_cnn")
    about = {"network": "SmallCNN", "settings": base.settings, "classes": base.classes, "about": {}}
    save_file(base.model.state_dict(), tmp_path / "old.safetensors", metadata={"course": json.dumps(about)})
    assert load_base(tmp_path / "old.safetensors").classes == base.classes


# the network --------------------------------------------------------------------------------------------


def test_no_network_is_said_with_what_to_do(tmp_path):
    remote = Remote("https://no.such.host.invalid/a.tar.gz", sum="sha256:" + "0" * 64)
    with pytest.raises(DataError, match=r"no connection, 2 times in a row.*run the same command again"):
        get(
            remote,
            tmp_path / "in",
            tmp_path / "sums.json",
            say=lambda text: None,
            backoff=0.01,
            timeout=(1, 1),
            attempts=2,
        )
    assert not (tmp_path / "in" / "a.tar.gz").exists()
