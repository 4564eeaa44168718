"""Files moved into place: whole or not at all, and as readable as any other file."""

import os
import stat

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
