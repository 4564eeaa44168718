"""The Makefile is thin and finds a Python; .ci/run brings a browser and the real recordings and calls `make test`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def make(*words, **settings):
    env = {
        **{k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")},
        **settings,
    }
    return subprocess.run(
        ["make", "--no-print-directory", *words], cwd=ROOT, env=env, capture_output=True, text=True
    )


def test_help_lists_what_there_is():
    shown = make("help").stdout
    for target in ("lab", "run", "test", "env", "doctor", "notebooks", "slides", "bench"):
        assert f"\n  make {target} " in shown
    assert make().stdout == shown  # a bare `make` helps too


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["lab"], ".venv/bin/course lab"),
        (["lab", "PORT=9999"], ".venv/bin/course lab --port 9999"),
        (["run"], ".venv/bin/course run"),
        (
            ["run", "CORPUS=/a folder", "PROFILE=full", "LESSONS=00 01"],
            '.venv/bin/course run --corpus "/a folder" --profile full --lessons "00 01"',
        ),
        (["test"], ".venv/bin/python tools/run_tests.py"),
    ],
)
def test_targets_hand_on_what_is_chosen(words, line):
    planned = make("--dry-run", *words).stdout
    assert line in " ".join(planned.replace("\\\n", " ").split())
    assert "tools/environment.py" in planned


def test_no_python_is_answered_with_what_to_do():
    ended = make("env", "PYTHON=")
    assert ended.returncode == 2
    assert "No Python 3.10 to 3.13 was found" in ended.stdout
    assert "PYTHON=" in ended.stdout


def test_a_python_that_does_not_fit_is_refused(tmp_path):
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    ended = make("env", f"PYTHON={old}")
    assert ended.returncode == 2
    assert "is not Python 3.10 to 3.13" in ended.stdout


def test_the_first_python_that_works_is_taken(tmp_path):
    """A name may be there and refuse to start, as version managers' do."""
    for name, status in {"python3": 127, "python3.13": 1, "python3.12": 0, "python3.11": 0}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (tmp_path / name).chmod(0o755)
    planned = make("--dry-run", "env", PATH=f"{tmp_path}:{os.environ['PATH']}").stdout
    assert "python3.12 tools/environment.py" in planned


@pytest.fixture
def ci(tmp_path):
    """Run .ci/run in a checkout of its own, with programs that only tell how they were called."""
    (tmp_path / "checkout" / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", tmp_path / "checkout" / ".ci" / "run")
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("bash", "dirname", "id", "env"):
        (programs / name).symlink_to(shutil.which(name))

    def tell(name, status=0):
        said = f'#!/bin/sh\necho "{name} $* [$COURSE_DATA]"\nread -r line && echo "stdin was open"\nexit {status}\n'
        (programs / name).write_text(said.replace("#!/bin/sh", f"#!{shutil.which('sh')}"))
        (programs / name).chmod(0o755)

    def run():
        script = tmp_path / "checkout" / ".ci" / "run"
        clean = {"PATH": str(programs), "CI": "true"}
        return subprocess.run([script], env=clean, input="something", capture_output=True, text=True)

    run.tell, run.folder = tell, tmp_path
    return run


def test_ci_uses_the_recordings_that_lie_beside(ci):
    ci.tell("chromium")
    ci.tell("make")
    (ci.folder / "shared" / "data").mkdir(parents=True)
    ended = ci()
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == f"make test [{ci.folder / 'shared' / 'data'}]"


def test_ci_passes_without_recordings_and_says_so(ci):
    ci.tell("chromium")
    ci.tell("make")
    ended = ci()
    assert ended.returncode == 0, ended.stderr
    assert "real recordings: none" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "make test []"


def test_ci_fails_where_the_tests_fail(ci):
    ci.tell("chromium")
    ci.tell("make", status=2)
    assert ci().returncode == 2


def test_ci_fetches_a_browser_only_where_there_is_none(ci):
    for name in ("apt-get", "sudo", "make"):
        ci.tell(name)
    said = ci().stdout.splitlines()
    root = "" if os.geteuid() == 0 else "sudo -n "
    assert any(line.startswith(f"{root}apt-get update") for line in said)
    assert said[-1] == "make test []"
    ci.tell("apt-get", status=100)
    ci.tell("sudo", status=100)
    ended = ci()
    assert ended.returncode == 100
    assert "make test" not in ended.stdout
