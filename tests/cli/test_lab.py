"""`course lab`: a free port or a helpful answer, an address that opens lesson 00, a server that ends with Ctrl-C."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import jupyter_server.serverapp
import pytest
import websocket

from course_lib import paths
from course_lib.cli import lab
from course_lib.errors import CourseError


@pytest.fixture
def busy():
    """A port that another program holds."""
    with socket.socket() as other:
        other.bind((lab.ADDRESS, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_free_port_is_taken(busy):
    with socket.socket() as other:
        other.bind((lab.ADDRESS, 0))
        port = other.getsockname()[1]
    assert lab.choose_port(port) == port


@pytest.mark.parametrize("by_make", [True, False])
def test_a_busy_port_is_answered_with_another_in_the_words_that_were_used(busy, monkeypatch, by_make):
    monkeypatch.setenv("MAKELEVEL", "1") if by_make else monkeypatch.delenv("MAKELEVEL", raising=False)
    command = f"make lab PORT={busy + 101}" if by_make else f"course lab --port {busy + 101}"
    with pytest.raises(CourseError, match=rf"port {busy} is in use by another program; choose.*{command}"):
        lab.choose_port(busy)
    running = [{"port": busy, "root_dir": str(paths.home())}]
    monkeypatch.setattr(jupyter_server.serverapp, "list_running_servers", lambda: iter(running))
    with pytest.raises(
        CourseError, match=("make lab PORT=" if by_make else "course lab --port ") + str(busy + 1)
    ):
        lab.choose_port(busy)


def test_without_a_wish_the_next_free_port_is_taken(busy, monkeypatch, capsys):
    monkeypatch.setattr(lab, "PORT", busy)
    assert busy < lab.choose_port() < busy + lab.TRIES
    assert f"Port {busy} is in use; taking " in capsys.readouterr().out


def test_a_course_that_is_open_already_is_pointed_at(busy, monkeypatch):
    running = [{"port": busy, "root_dir": str(paths.home()), "token": "secret"}]
    monkeypatch.setattr(jupyter_server.serverapp, "list_running_servers", lambda: iter(running))
    with pytest.raises(CourseError, match="already open at") as answer:
        lab.choose_port(busy)
    assert lab.address(busy, "secret") in str(answer.value)
    running[0]["root_dir"] = "/somewhere/else"
    with pytest.raises(CourseError, match="another program"):
        lab.choose_port(busy)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port(port):
    with pytest.raises(CourseError, match="expected a port from 1 to 65535"):
        lab.choose_port(port)


def test_a_folder_without_lessons_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(lab.paths, "home", lambda: tmp_path)
    with pytest.raises(CourseError, match=r"expected notebooks/00_start_here.ipynb in .*, found none"):
        lab.run(None)


def test_a_server_that_ends_at_once_is_an_error():
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(CourseError, match=r"ended at once \(status 3\)"):
        lab.wait_until_it_answers(process, 9)


def answer(address, data=None):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, data, timeout=20) as page:
        return page.read().decode()


def printed_by_a_kernel(server, token, code):
    """Start a kernel, let it run the code as a page would, and return what it prints."""
    kernel = json.loads(answer(f"{server}/api/kernels?token={token}", data=b"{}"))["id"]
    address = f"ws{server.removeprefix('http')}/api/kernels/{kernel}/channels?session_id=s&token={token}"
    header = {"msg_id": "1", "session": "s", "username": "", "version": "5.3", "msg_type": "execute_request"}
    ask = {
        "header": header,
        "channel": "shell",
        "content": {"code": code},
        "parent_header": {},
        "metadata": {},
    }
    socket_ = websocket.create_connection(address, timeout=60)
    try:
        socket_.send(json.dumps(ask))
        while (message := json.loads(socket_.recv()))["msg_type"] != "stream":
            pass
        return message["content"]["text"]
    finally:
        socket_.close()


CARELESS = """
c.ServerApp.ip = "0.0.0.0"
c.ServerApp.allow_remote_access = True
c.IdentityProvider.token = ""
c.ServerApp.disable_check_xsrf = True
"""  # what somebody may have written for another server, years ago


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way on Windows")
def test_from_start_to_ctrl_c(tmp_path):
    """A real server: the printed address opens lesson 00, without the token nothing is given, Ctrl-C ends it."""
    with socket.socket() as free:
        free.bind((lab.ADDRESS, 0))
        port = free.getsockname()[1]
    program = (
        "import sys; from course_lib.cli import lab; lab.make_embedded_data = lambda: None\n"
        f"from course_lib.cli import main; sys.exit(main(['lab', '--no-browser', '--port', '{port}']))"
    )
    settings = {key: value for key, value in os.environ.items() if key != "JUPYTER_TOKEN"}
    settings |= {"JUPYTER_CONFIG_DIR": str(tmp_path), "PYTHONPATH": str(paths.PROJECT), "HOME": str(tmp_path)}
    (tmp_path / "jupyter_server_config.py").write_text(CARELESS)
    with open(tmp_path / "said", "w+") as said:
        course = subprocess.Popen(
            [sys.executable, "-c", program],
            env=settings,
            stdout=said,
            stderr=said,
            start_new_session=True,
            cwd=tmp_path,
        )
        try:
            give_up = time.monotonic() + 60
            while not (found := re.search(r"http://\S+", (tmp_path / "said").read_text())):
                assert course.poll() is None and time.monotonic() < give_up
                time.sleep(0.1)
            address = found[0]
            assert address.startswith(
                f"http://127.0.0.1:{port}/lab/tree/notebooks/00_start_here.ipynb?token="
            )
            token = address.split("token=")[1]
            page = answer(address)
            settings_of_page = json.loads(
                re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script', page, re.DOTALL)[1]
            )
            assert settings_of_page["news"] == {"disabled": True}
            listed = answer(f"http://127.0.0.1:{port}/api/contents/notebooks?token={token}")
            assert "00_start_here.ipynb" in [entry["name"] for entry in json.loads(listed)["content"]]
            with pytest.raises(urllib.error.HTTPError, match="403"):
                answer(f"http://127.0.0.1:{port}/api/contents/notebooks")
            with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=5):
                pass  # a server on 0.0.0.0 would answer here too
            said_in = printed_by_a_kernel(
                f"http://127.0.0.1:{port}", token, "import sys; print(sys.executable)"
            )
            assert said_in == f"{sys.executable}\n"
            os.killpg(course.pid, signal.SIGINT)  # what a terminal does
            assert course.wait(20) == 0
            assert lab.is_free(port)
            said = (
                tmp_path / "said"
            ).read_text()  # on a busy machine a kernel may outlive the server by a moment
            assert "WARNING" not in re.sub(r".*Parent appears to have exited.*", "", said)
        finally:
            if course.poll() is None:
                os.killpg(course.pid, signal.SIGKILL)
                course.wait()
