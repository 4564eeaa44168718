"""Files moved into place: whole or not at all, and as readable as any other file."""

import os
import stat
import subprocess
import sys
import time

import pytest

from course_lib import paths


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask():
    """Set the umask, as a shell would before the course starts; put the old one back."""
    old = os.umask(0o022)
    yield os.umask
    os.umask(old)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077])
def test_a_new_file_has_the_mode_that_open_gives(tmp_path, umask, mask):
    umask(mask)
    (tmp_path / "plain").write_text("x")
    with paths.atomic_file(tmp_path / "new.txt") as part:
        part.write_text("x")
    assert mode(tmp_path / "new.txt") == mode(tmp_path / "plain") == 0o666 & ~mask
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new.txt", "plain"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_a_replaced_file_keeps_its_mode(tmp_path, umask):
    umask(0o022)
    (tmp_path / "mine").write_text("old")
    (tmp_path / "mine").chmod(0o640)
    with paths.atomic_file(tmp_path / "mine") as part:
        part.write_text("new")
    assert mode(tmp_path / "mine") == 0o640 and (tmp_path / "mine").read_text() == "new"


def test_an_error_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    (tmp_path / "mine").write_text("old")
    with pytest.raises(OSError, match="disk is full"), paths.atomic_file(tmp_path / "mine") as part:
        part.write_text("ne")
        raise OSError("disk is full")
    assert (tmp_path / "mine").read_text() == "old" and len(list(tmp_path.iterdir())) == 1


REPLACING = """
import os, signal, sys
from pathlib import Path
from course_lib import paths

if sys.argv[2] == "renames":
    paths._exchange = lambda one, other: False
real, calls = os.replace, []

def killed_between(*names):
    real(*names)
    calls.append(names)
    if len(calls) == 1:
        os.kill(os.getpid(), signal.SIGKILL)

os.replace = killed_between
with paths.atomic_folder(Path(sys.argv[1]) / "corpus") as part:
    (part / "new").write_text("new")
"""


def replaced_and_killed(folder, how):
    (folder / "corpus").mkdir()
    (folder / "corpus" / "old").write_text("old")
    done = subprocess.run([sys.executable, "-c", REPLACING, str(folder), how])
    return done.returncode, [path.name for path in (folder / "corpus").glob("*")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="renameat2 is Linux's")
def test_a_folder_is_replaced_in_one_step(tmp_path):
    """Both folders are whole at every moment: no rename is made at which a process could be killed."""
    assert replaced_and_killed(tmp_path, "exchange") == (0, ["new"])
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]


@pytest.mark.skipif(os.name == "nt", reason="killed by a signal")
def test_a_kill_between_two_renames_is_put_right(tmp_path):
    assert replaced_and_killed(tmp_path, "renames") == (-9, [])
    paths.put_back(tmp_path)
    assert not (tmp_path / "corpus").exists()  # a moment ago: somebody may be at work
    (aside,) = tmp_path.glob(".*-old-*")
    os.utime(aside, (time.time() - 2 * paths.SETTLED_S,) * 2)
    paths.put_back(tmp_path)
    assert (tmp_path / "corpus" / "old").read_text() == "old" and not aside.exists()


@pytest.mark.skipif(os.name == "nt", reason="killed by a signal")
def test_a_corpus_that_was_being_replaced_is_found_again(tmp_path, monkeypatch):
    from course_lib.data import available

    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert replaced_and_killed(tmp_path, "renames")[0] == -9
    (aside,) = tmp_path.glob(".*-old-*")
    (aside / "corpus" / "manifest.csv").write_text("path\n")
    os.utime(aside, (1e9, 1e9))
    assert available()["corpus"] == tmp_path / "corpus"


def test_what_only_looks_like_a_leftover_is_left_alone(tmp_path):
    """`.thunderbird-old-2023` in somebody's home is no folder that a kill left behind."""
    long_ago = time.time() - 10_000
    (tmp_path / ".thunderbird-old-2023" / "mail").mkdir(parents=True)
    (tmp_path / ".thunderbird-old-2023" / "notes.txt").write_text("mine")
    (tmp_path / ".c-old-abcdefgh" / "d").mkdir(parents=True)
    for folder in tmp_path.iterdir():
        os.utime(folder, (long_ago, long_ago))
    before = sorted(tmp_path.rglob("*"))
    paths.put_back(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_second_rename_that_fails_leaves_the_old_folder(tmp_path, monkeypatch):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "old").touch()
    monkeypatch.setattr(paths, "_exchange", lambda *_: False)
    replace, calls = os.replace, []

    def second_fails(*given):
        calls.append(given)
        if len(calls) == 2:
            raise PermissionError(13, "open elsewhere")
        return replace(*given)

    monkeypatch.setattr(paths.os, "replace", second_fails)
    with pytest.raises(PermissionError), paths.atomic_folder(tmp_path / "c") as part:
        (part / "new").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["c", "old"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path):
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with paths.atomic_file(tmp_path / "link") as part:
        part.write_text("new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "target").read_text() == "new"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileExistsError, match="no plain file"), paths.atomic_file(tmp_path / "pipe"):
        pass
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
