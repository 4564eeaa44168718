"""Whatever happens in between, a corpus is whole or not there: Ctrl-C, kill, two at once, no room, no right to write."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest
from fetch_child import STAGES, run
from fetch_layouts import LAYOUTS, page_on, put, sound
from fetch_server import serving

from course_lib.data.public.fetching import fetch
from course_lib.errors import DataError

if os.name == "nt":
    pytest.skip("Ctrl-C cannot be sent to one process on Windows", allow_module_level=True)
processes = multiprocessing.get_context("forkserver")
ARCHIVE = "/dev-clean.tar.gz"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join(sys.path)
    )  # the forking process does not learn it otherwise
    with serving() as files:
        files.page = page_on(files, "librispeech")
        files.pipe, files.child_end = processes.Pipe(duplex=False)
        yield files


def child(server, root, stage=None):
    """A process that fetches. Forked from a process of one thread that has imported all, so it starts at once."""
    processes.set_forkserver_preload(["fetch_child"])
    process = processes.Process(
        target=run, args=(server.address, str(root), stage, server.child_end), daemon=True
    )
    process.start()
    return process


def wait_for(server, words, seconds=60):
    until = time.monotonic() + seconds
    while server.pipe.poll(max(until - time.monotonic(), 0)):
        if words in server.pipe.recv():
            return
    raise AssertionError(f"the process never said {words!r}")


def wait_until_at(server, root, stage, process):
    """Return in the middle of that stage: when some of the archive has come, or when the process says so."""
    if stage != "downloading":
        return wait_for(server, f"AT {stage}")
    part = root / ".fetch" / "librispeech" / "archives" / "dev-clean.tar.gz.part"
    until = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > 65_536):
        assert time.monotonic() < until and process.is_alive()
        time.sleep(0.02)


def ended(process, seconds=40):
    process.join(seconds)
    return process.exitcode


def visible(root):
    """What a reader (or load) would see in the data folder."""
    return sorted(path.name for path in root.iterdir() if not path.name.startswith("."))


def whole(folder):
    return len(list(folder.rglob("*.flac"))) == 20 and (folder / "manifest.csv").is_file()


@pytest.mark.parametrize(
    ("stage", "kill"),
    [
        *((stage, False) for stage in STAGES),
        *((s, True) for s in ("downloading", "unpacking", "preparing", "moving")),
    ],
)
def test_a_stop_at_any_stage_leaves_nothing_half_made_and_the_next_run_finishes(
    server, tmp_path, stage, kill
):
    """Ctrl-C, or a kill, after which nobody gives the lock back: what was done by then is used."""
    size = len(server.files[ARCHIVE])
    if stage == "downloading":
        server.acts[ARCHIVE] = [("trickle", size // 4, 0.5)]
    process = child(server, tmp_path, stage)
    wait_until_at(server, tmp_path, stage, process)
    os.kill(process.pid, signal.SIGKILL if kill else signal.SIGINT)
    assert ended(process) == (-signal.SIGKILL if kill else 130)
    assert visible(tmp_path) == []
    seen = len(server.gets(ARCHIVE))
    assert whole(fetch(server.page, root=tmp_path, say=lambda text: None))
    assert visible(tmp_path) == ["librispeech"]
    assert not (tmp_path / ".fetch" / "librispeech").exists()
    later = server.gets(ARCHIVE)[seen:]
    if stage == "downloading":
        assert later[0]["range"] and later[0]["sent"] < size
    elif stage != "asking":
        assert later == []  # what was there is not fetched again


def test_two_fetches_at_once_make_one_corpus(server, tmp_path):
    server.acts[ARCHIVE] = [("trickle", len(server.files[ARCHIVE]) // 4, 0.5)] * 2
    both = [child(server, tmp_path) for _ in range(2)]
    assert [ended(process) for process in both] == [0, 0]
    said = []
    while server.pipe.poll():
        said.append(server.pipe.recv())
    assert len(server.gets(ARCHIVE)) == 1
    assert sum("waiting for it to finish" in line for line in said) == 1
    assert whole(tmp_path / "librispeech")


def test_fetching_again_does_nothing(server, tmp_path):
    said = []
    first = fetch(server.page, root=tmp_path, say=said.append)
    before = {path: path.stat().st_mtime_ns for path in first.rglob("*")}
    server.log.clear()
    assert fetch(server.page, root=tmp_path, say=said.append) == first
    assert server.log == [] and "here already" in said[-1]
    assert {path: path.stat().st_mtime_ns for path in first.rglob("*")} == before


def test_damaged_recordings_are_named_left_out_and_counted(server, tmp_path):
    files = LAYOUTS["librispeech"]()
    names = [name for name in files if name.endswith(".flac")]
    files[names[0]] = files[names[0]][:300]  # cut off
    files[names[1]] = b"this is not audio"
    files[names[2]] = files[names[3]]  # the same recording twice
    said = []
    folder = fetch(page_on(server, "librispeech", files), root=tmp_path, say=said.append)
    assert len(list(folder.rglob("*.flac"))) == 17
    assert any("17 recordings" in line and "3 left out" in line for line in said)
    table = (folder / "LEFT_OUT.csv").read_text()
    assert all(Path(name).name in table for name in (names[0], names[1]))
    assert "the same recording as" in table
    assert all(Path(name).name not in (folder / "manifest.csv").read_text() for name in names[:2])


def test_an_archive_full_of_damage_is_no_corpus(server, tmp_path):
    files = LAYOUTS["librispeech"]()
    files = {name: b"x" if name.endswith("0.flac") else body for name, body in files.items()}
    with pytest.raises(DataError, match="recordings cannot be used"):
        fetch(page_on(server, "librispeech", files), root=tmp_path, say=lambda text: None)
    assert visible(tmp_path) == []


def test_a_cut_wav_and_silence_are_left_out(tmp_path):
    files = LAYOUTS["speech_commands"]()
    words = [name for name in files if "_nohash_" in name]
    files[words[0]] = files[words[0]][:4000]
    files[words[1]] = sound("x")[:44] + bytes(9600)
    said = []
    fetch("speech_commands", source=put(files, tmp_path / "own"), root=tmp_path / "data", say=said.append)
    assert any("truncated" in line for line in said) and any("silent" in line for line in said)


def test_too_little_room_is_said_before_anything_is_fetched(server, tmp_path, monkeypatch):
    """Simulated: shutil.disk_usage says that 1 MB is free. The next test has a disk that is really full."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, 1_000_000))
    with pytest.raises(DataError, match="of free disk"):
        fetch(server.page, root=tmp_path, say=lambda text: None)
    assert server.gets(ARCHIVE) == []


@pytest.fixture
def mounted(tmp_path):
    """A small file system of its own, mounted with the options given; skips where this process may not mount."""
    places = []

    def mount(*options):
        place = tmp_path / "disk"
        place.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "course-test", str(place)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("may not mount a file system here; the simulated disks above are the test")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize(
    ("kilobytes", "where"),
    [(100, "while it arrives"), (300, "while it unpacks"), (450, "while it is prepared")],
)
def test_a_disk_that_fills_up_on_the_way(server, mounted, monkeypatch, kilobytes, where):
    root = mounted(f"size={kilobytes}k")
    size = len(server.files[ARCHIVE])
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, 10**12))  # it looked roomy when asked
    with pytest.raises(DataError, match="disk is full"):
        fetch(server.page, root=root, say=lambda text: None)
    assert visible(root) == []
    subprocess.run(["mount", "-o", "remount,size=40m", str(root)], check=True)
    seen = len(server.gets(ARCHIVE))
    assert whole(fetch(server.page, root=root, say=lambda text: None))
    assert all(
        request["sent"] < size for request in server.gets(ARCHIVE)[seen:]
    )  # it went on, it did not start anew


def test_a_folder_that_cannot_be_written_is_said_first(server, mounted):
    root = mounted("size=1m")
    subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)  # root may write anywhere else
    with pytest.raises(DataError, match=r"cannot be written.*copy the course"):
        fetch(server.page, root=root, say=lambda text: None)
    assert server.log == []


def test_a_folder_that_may_not_be_made_is_said_first(server, tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot be written"):
        fetch(server.page, root=tmp_path / "data", say=lambda text: None)
    assert server.log == []
