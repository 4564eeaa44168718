"""`course lab`: open the course in JupyterLab, on this machine alone, at the first lesson."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from course_lib import paths, seeding
from course_lib.cli._options import number
from course_lib.errors import CourseError

FIRST = "notebooks/00_start_here.ipynb"
ADDRESS = "127.0.0.1"  # this machine alone: a notebook server runs whatever it is sent
PORT, TRIES = 8888, 20  # 8888, or the next free one up to 8907
PATIENCE = 60  # seconds for the server to answer; 2 are usual


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "lab",
        help="open the course in JupyterLab, at lesson 00",
        description="Makes the embedded recordings if they are not there, starts JupyterLab for this machine "
        "alone, opens lesson 00 and prints the address with its token. Ctrl-C stops it.",
    )
    parser.add_argument(
        "--port",
        type=number(low=1, high=65_535),
        help=f"use this port and no other (default: {PORT} or the next free)",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    parser.set_defaults(run=run)


def run(arguments) -> int:
    if not (paths.home() / FIRST).exists():
        raise CourseError(
            f"expected {FIRST} in {paths.home()}, found none; go to the course's folder first "
            "(in a checkout without built notebooks: python tools/build_notebooks.py)"
        )
    port = choose_port(arguments.port)
    make_embedded_data()
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    status = 0
    with server(port, token, browser=not arguments.no_browser) as process:
        wait_until_it_answers(process, port)
        print(f"\nThe course is open at\n\n    {address(port, token)}\n")
        print("Keep this window open while you learn; Ctrl-C here stops it.", flush=True)
        status = process.wait()
    return 1 if status else 0


def address(port, token) -> str:
    """Where lesson 00 opens.

    >>> address(8888, "abc")
    'http://127.0.0.1:8888/lab/tree/notebooks/00_start_here.ipynb?token=abc'
    """
    return f"http://{ADDRESS}:{port}/lab/tree/{FIRST}?token={token}"


def choose_port(wanted=None) -> int:
    """The wanted port, or the first free one from 8888 on. CourseError says who holds it and what to do."""
    if wanted is not None and not 0 < wanted < 65536:
        raise CourseError(f"expected a port from 1 to 65535, got {wanted}")
    for port in [wanted] if wanted else range(PORT, PORT + TRIES):
        if is_free(port):
            if not wanted and port != PORT:
                print(f"Port {PORT} is in use; taking {port}.")
            return port
        running = course_at(port)
        if running:
            raise CourseError(
                f"the course is already open at\n\n    {address(port, running.get('token', ''))}\n\n"
                f"Go there, or open it a second time: {again(port + 1)}"
            )
    where = f"port {wanted} is" if wanted else f"ports {PORT} to {PORT + TRIES - 1} are all"
    raise CourseError(f"{where} in use by another program; choose another: {again((wanted or PORT) + 101)}")


def again(port) -> str:
    """The command that was used (make calls this one too), with another port."""
    port = port if port < 65_536 else PORT + 101
    return f"make lab PORT={port}" if os.environ.get("MAKELEVEL") else f"course lab --port {port}"


def is_free(port) -> bool:
    """True where this program may listen on the port."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except PermissionError as error:
            raise CourseError(f"port {port} is reserved for the system; take one above 1023") from error
        except OSError:
            return False
    return True


def course_at(port):
    """What Jupyter noted about a running server at this port, if it is this course's; else None."""
    from jupyter_server.serverapp import list_running_servers

    for running in list_running_servers():
        if running.get("port") == port and os.path.realpath(running.get("root_dir", "")) == str(paths.home()):
            return running
    return None


def make_embedded_data():
    """Make the corpora that need no network, in a process of its own, so that its memory is given back."""
    from course_lib.data.synthetic import MAKERS

    if all((paths.made_root() / name / "manifest.csv").exists() for name in MAKERS):
        return
    made = subprocess.run([sys.executable, "-m", "course_lib.cli", "data", "make"])
    if made.returncode:
        raise CourseError("the embedded recordings could not be made, see above; try: course data make")


@contextmanager
def server(port, token, *, browser):
    """A JupyterLab server that ends with this block, also on Ctrl-C or when this process is asked to end."""
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.ip={ADDRESS}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={paths.home()}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        f"--ServerApp.open_browser={browser}",
        "--LabApp.news_url=None",  # no question about news before the first lesson
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.answer_yes=True",
        "--ServerApp.allow_remote_access=False",
        "--ServerApp.disable_check_xsrf=False",
        "--Application.log_level=ERROR",
    ]
    if (
        has_encryption()
    ):  # between server and kernels; without it every kernel warns of others on this machine
        command.append("--KernelManager.transport_encryption=auto")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; Jupyter asks for this to be said
        command.append("--ServerApp.allow_root=True")
    threads = str(seeding.usable_cores())
    own = tempfile.TemporaryDirectory(prefix="course-lab-")
    settings = {"OMP_NUM_THREADS": threads, **os.environ, **kept_token(token, Path(own.name))}
    process = subprocess.Popen(command, cwd=paths.home(), env=settings)

    def asked_to_end(number, frame):
        process.terminate()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, asked_to_end)
    try:
        yield process
    except KeyboardInterrupt:  # where Ctrl-C was pressed, the server has heard it too
        print("\nStopping; your notebooks are where you saved them.", flush=True)
        wait_for(process)
    finally:
        signal.signal(signal.SIGTERM, before)
        process.terminate()
        if not wait_for(process):
            process.kill()
            process.wait()
        own.cleanup()


def kept_token(token, folder) -> dict:
    """What the environment must say so that the server asks for this token, whatever a reader's own settings say.

    Not on the command line, which everybody on the machine can read; the folder is this user's alone.
    """
    text = json.dumps({"IdentityProvider": {"token": token}})
    (folder / "jupyter_server_config.json").write_text(text, encoding="utf-8")
    places = [str(folder), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {"JUPYTER_TOKEN": token, "JUPYTER_CONFIG_PATH": os.pathsep.join(places)}


def wait_for(process, seconds=10) -> bool:
    """Give the server, and the kernels that it ends, some time; True if it has ended."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def has_encryption() -> bool:
    """True where the sockets between JupyterLab and its kernels can be encrypted."""
    import zmq

    return zmq.has("curve")


def wait_until_it_answers(process, port):
    """Return as soon as the server answers. CourseError if it ends or stays silent."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise CourseError(
                f"JupyterLab ended at once (status {process.returncode}), see above; try course doctor"
            )
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                f"http://{ADDRESS}:{port}/api", timeout=1
            ).close()
            return
        except OSError:
            time.sleep(0.1)
    raise CourseError(f"JupyterLab did not answer within {PATIENCE} s; see above, and try course doctor")
