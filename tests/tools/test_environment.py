"""tools/environment.py: an install is whole or begun anew."""

import http.server
import json
import os
import sys
import threading
from pathlib import Path

import environment as tool
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An environment whose Python is this one and whose packages are installed by `place.does`."""

    class Place(tool.Environment):
        made, does = 0, staticmethod(lambda: None)

        def install(self):
            assert self.mark.exists() and not self.stamp.exists()
            failed = type(self).does()
            if failed:
                self.mark.unlink()
            return failed

    class Builder:
        def __init__(self, clear, **_):
            self.clear = clear

        def create(self, folder):
            if self.clear:
                for path in sorted(folder.rglob("*"), reverse=True):
                    path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
            python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.symlink_to(sys.executable)
            Place.made += 1

    monkeypatch.setattr(tool.venv, "EnvBuilder", Builder)
    Place.at = lambda *extras: Place(tmp_path / "venv", extras)
    return Place


def test_a_whole_install_is_made_once(place):
    assert not place.at().whole()
    assert place.at().ensure() is None
    assert place.at().whole()
    place.does = staticmethod(lambda: pytest.fail("installed again"))
    assert place.at().ensure() is None
    assert place.made == 1


def test_new_pins_are_installed_into_the_same_environment(place, monkeypatch):
    place.at().ensure()
    monkeypatch.setattr(tool, "pins", lambda: "other")
    assert not place.at().whole()
    place.at().ensure()
    assert place.at().whole() and place.made == 1


def test_an_extra_is_added_and_then_kept(place):
    place.at().ensure()
    assert not place.at("test").whole()
    place.at("test").ensure()
    assert place.at("test").whole() and place.at().whole()
    assert json.loads(place.at().stamp.read_text())["extras"] == ["test"]


def test_a_killed_install_is_never_taken_for_whole(place):
    def killed():
        raise KeyboardInterrupt

    place.at().ensure()
    half = place.at("test")
    place.does = staticmethod(killed)
    with pytest.raises(KeyboardInterrupt):
        half.ensure()
    (half.folder / "half-written").touch()
    assert not place.at().whole()
    place.does = staticmethod(lambda: None)
    assert place.at().ensure() is None
    assert place.made == 2 and not (half.folder / "half-written").exists()


def test_a_refused_install_keeps_what_was_there(place):
    """Without a network pip ends before it writes: the old packages must stay usable."""
    place.at().ensure()
    place.does = staticmethod(lambda: "no network")
    assert place.at("test").ensure() == "no network"
    assert not place.at("test").whole() and not place.at().mark.exists()
    place.does = staticmethod(lambda: None)
    assert place.at("test").ensure() is None
    assert place.made == 1


def test_an_environment_whose_python_is_gone_is_made_anew(place):
    place.at().ensure()
    place.at().python.unlink()
    place.at().python.symlink_to("/nowhere/python3")
    assert not place.at().whole()
    place.at().ensure()
    assert place.made == 2 and place.at().whole()


def test_a_stamp_that_cannot_be_read_is_no_stamp(place):
    place.at().ensure()
    place.at().stamp.write_text('{"pins": ')
    assert not place.at().whole()


# ---- the index of PyTorch


@pytest.fixture
def index(monkeypatch):
    """A package index on this machine that answers as told."""

    class Answer(http.server.BaseHTTPRequestHandler):
        status = 200

        def do_GET(self):
            self.send_response(self.status)
            self.end_headers()

        def log_message(self, *words):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/whl/cpu"
    monkeypatch.setenv("TORCH_INDEX", address)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield address, Answer
    server.shutdown()
    server.server_close()


def test_an_index_that_answers_is_used(index):
    assert tool.torch_index() == index[0]


def test_an_index_that_does_not_answer_is_left_out_with_a_word(index, monkeypatch, capsys):
    index[1].status = 503
    assert tool.torch_index() is None
    assert "does not answer" in capsys.readouterr().out
    monkeypatch.setenv("TORCH_INDEX", "http://127.0.0.1:9/nobody")
    assert tool.torch_index() is None


def test_no_index_can_be_asked_for(monkeypatch):
    monkeypatch.setenv("TORCH_INDEX", "")
    assert tool.torch_index() is None


def test_a_certificate_that_only_pip_may_know_is_left_to_pip(monkeypatch):
    def refuse(*_, **__):
        raise tool.urllib.error.URLError("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer")

    monkeypatch.setattr(tool.urllib.request, "urlopen", refuse)
    monkeypatch.setenv("TORCH_INDEX", "https://mirror.test/cpu")
    assert tool.torch_index() == "https://mirror.test/cpu"


# ---- as a program


def test_a_python_of_another_age_is_refused(monkeypatch):
    monkeypatch.setattr(tool.sys, "version_info", (3, 9, 18))
    assert "3.10 to 3.13" in tool.main([])


def test_it_needs_nothing_but_the_standard_library():
    """It runs before anything is installed."""
    import ast

    tree = ast.parse((ROOT / "tools" / "environment.py").read_text())
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in named} <= sys.stdlib_module_names
