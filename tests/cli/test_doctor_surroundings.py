"""`course doctor` on its surroundings: each fault is made, named, and answered with what to do."""

import errno
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from course_lib.cli import _check_surroundings as asked
from course_lib.cli import lab
from course_lib.errors import CourseError


def only(check):
    (finding,) = check()
    return finding


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(asked.paths, "home", lambda: tmp_path)
    for name in ("COURSE_CACHE", "COURSE_HOME", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_space_and_an_accent_are_fine_where_the_system_can_write_them(monkeypatch):
    monkeypatch.setattr(asked.paths, "home", lambda: Path("/tmp/my course é"))
    finding = only(asked.check_folder)
    assert finding.state == "ok" and "a space and an accent" in finding.found
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    finding = only(asked.check_folder)
    assert finding.state == "wrong" and r"my course \xe9" in finding.found and "C.UTF-8" in finding.advice


def test_every_folder_that_is_written_is_tried(home):
    assert [(finding.state, finding.found.split(":")[0]) for finding in asked.check_writing()] == [
        ("ok", "recordings"),
        ("ok", "cache"),
        ("ok", "your answers"),
    ]
    assert list(home.iterdir()) == []  # nothing is left behind


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.EROFS, "a folder of your own"), (errno.ENOSPC, "make room"), (errno.EACCES, "own")],
)
def test_a_read_only_folder_and_a_full_disk_are_found_by_trying(number, advice, home, monkeypatch):
    def refuses(dir):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(asked.tempfile, "TemporaryFile", refuses)
    findings = list(asked.check_writing())
    assert {finding.state for finding in findings} == {"wrong"} and len(findings) == 3
    assert all(advice in finding.advice and os.strerror(number) in finding.found for finding in findings)
    assert "COURSE_CACHE" in findings[1].advice and "COURSE_HOME" in findings[2].advice


def test_a_name_that_nobody_answers_for_is_not_waited_for(monkeypatch):
    asking, asked_out = threading.Event(), threading.Event()

    def name_server(address, timeout):
        asking.set()
        asked_out.wait(30)  # as long as a resolver without a network
        raise OSError("no such name")

    monkeypatch.setattr(socket, "create_connection", name_server)
    with pytest.raises(TimeoutError, match=r"no answer within 0\.2 s"):
        asked.reach(("example.invalid", 443), seconds=0.2)
    assert asking.is_set()
    asked_out.set()


def test_no_network_is_nothing_wrong(home, monkeypatch):
    def silent(address, timeout):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", silent)
    finding = only(asked.check_network)
    assert finding.state == "note" and "every lesson runs without" in finding.found
    assert "lesson 12" in finding.advice
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    assert only(asked.check_network).state == "ok"
    monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setattr(socket, "create_connection", lambda address, timeout: socket.socket())
    assert only(asked.check_network).state == "ok"


def test_a_port_in_use_is_a_note_and_all_of_them_are_wrong(monkeypatch):
    with socket.socket() as holder:
        holder.bind((lab.ADDRESS, 0))
        holder.listen()
        port = holder.getsockname()[1]
        monkeypatch.setattr(lab, "PORT", port)
        monkeypatch.setattr(lab, "TRIES", 1)
        finding = only(asked.check_port)
        assert finding.state == "wrong" and finding.advice == lab.again(port + 101)
    monkeypatch.setattr(lab, "TRIES", 2)
    monkeypatch.setattr(lab, "is_free", lambda number: number != port)
    finding = only(asked.check_port)
    assert finding.state == "note" and f"takes {port + 1}" in finding.advice
    monkeypatch.setattr(lab, "is_free", lambda number: True)
    assert only(asked.check_port).state == "ok"


def test_a_port_that_the_system_keeps_is_told(monkeypatch):
    def reserved(port):
        raise CourseError("port 80 is reserved for the system")

    monkeypatch.setattr(lab, "is_free", reserved)
    assert only(asked.check_port).state == "wrong"


def test_a_synthesiser_that_cannot_be_loaded_is_told(monkeypatch):
    from course_lib.data.synthetic import espeak

    assert only(asked.check_voices).state == "ok"

    def missing(text):
        raise OSError("libespeak-ng.so: cannot open shared object file")

    monkeypatch.setattr(espeak, "utter", missing)
    finding = only(asked.check_voices)
    assert (
        finding.state == "wrong" and "libespeak-ng" in finding.found and "espeakng-loader" in finding.advice
    )


def test_a_browser_is_for_the_tests_only(monkeypatch):
    monkeypatch.setattr(asked.shutil, "which", lambda name: None)
    finding = only(asked.check_browser)
    assert finding.state == "note" and "any browser" in finding.found
    monkeypatch.setattr(asked.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert only(asked.check_browser).state == "ok"
