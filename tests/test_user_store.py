"""The reader's own files: one entry at a time, many notebooks at once, and nothing lost when a file breaks."""

import json
import os
import subprocess
import sys
import time

import filelock
import pytest

from course_lib import user_store
from course_lib.errors import DataError


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "mine"))
    return tmp_path / "mine"


def test_entries_are_kept_one_by_one(home):
    assert user_store.entries("predictions") == {}
    user_store.store("predictions", "01.a", {"guess": 1})
    user_store.store("predictions", "01.b", {"guess": "größer"})
    user_store.store("predictions", "01.a", {"guess": 2})
    assert user_store.entries("predictions") == {"01.a": {"guess": 2}, "01.b": {"guess": "größer"}}
    assert json.loads((home / "predictions.json").read_text(encoding="utf-8"))["version"] == 1
    assert sorted(path.name for path in home.iterdir()) == [
        ".predictions.lock",
        "predictions.json",
    ]  # nothing half-made


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"version": 1}', '{"version": 1, "entries": []}', "\x00\x01"]
)
def test_a_broken_file_is_put_aside_not_lost(home, broken):
    home.mkdir()
    (home / "predictions.json").write_text(broken)
    user_store.store("predictions", "01.a", {"guess": 1})
    assert user_store.entries("predictions") == {"01.a": {"guess": 1}}
    assert (home / "predictions.broken-1.json").read_text() == broken
    (home / "predictions.json").write_text("{")
    assert user_store.entries("predictions") == {}
    assert (home / "predictions.broken-2.json").read_text() == "{"


def test_a_newer_file_is_left_alone(home):
    home.mkdir()
    newer = '{"version": 2, "entries": {}}'
    (home / "predictions.json").write_text(newer)
    with pytest.raises(DataError, match="newer course"):
        user_store.store("predictions", "01.a", {})
    assert (home / "predictions.json").read_text() == newer


def test_many_notebooks_at_once_lose_nothing(home):
    code = "import sys; from course_lib import user_store; [user_store.store('progress', f'{sys.argv[1]}.{n}', {}) for n in range(15)]"
    writers = [subprocess.Popen([sys.executable, "-c", code, str(each)]) for each in range(4)]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert len(user_store.entries("progress")) == 60


def test_a_lock_left_by_a_dead_process_holds_nobody_up(home, monkeypatch):
    home.mkdir()
    code = "import filelock, os, sys; filelock.FileLock(sys.argv[1]).acquire(); print('held', flush=True); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code, str(home / ".progress.lock")])
    assert (home / ".progress.lock").exists()
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("waits for a process that is dead"))
    user_store.store("progress", "01.a", {})
    assert "01.a" in user_store.entries("progress")


def test_a_lock_that_stays_held_is_told(home, monkeypatch):
    home.mkdir()
    monkeypatch.setattr(user_store, "PATIENCE_S", 0.2)
    with filelock.FileLock(home / ".progress.lock"), pytest.raises(DataError, match="lock"):
        user_store.store("progress", "01.a", {})


def test_a_place_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "file" / "mine"))
    with pytest.raises(DataError, match="COURSE_HOME"):
        user_store.store("progress", "01.a", {})


def test_an_entry_is_changed_from_what_it_was(home):
    user_store.store("progress", "01.a", {"tries": 1})
    user_store.update("progress", "01.a", lambda old: {"tries": old["tries"] + 1})
    user_store.update("progress", "01.c", lambda old: {"was": old})  # not there yet
    assert user_store.entries("progress") == {"01.a": {"tries": 2}, "01.c": {"was": {}}}


def test_the_same_again_writes_nothing(home):
    user_store.store("progress", "01.a", {"tries": 1})
    before = (home / "progress.json").stat().st_mtime_ns
    user_store.update("progress", "01.a", lambda old: dict(old))
    assert (home / "progress.json").stat().st_mtime_ns == before


def test_a_closed_folder_is_told_at_once(home, monkeypatch):
    """Its lock file is refused like one that another process is about to remove, for which it is worth waiting."""
    home.mkdir()

    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "access", lambda *args: False)
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("waits for a folder that stays closed"))
    with pytest.raises(DataError, match="Permission denied"):
        user_store.store("progress", "01.a", {})
