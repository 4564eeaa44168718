"""`course run`: lessons are executed with the parameters, measured and kept whole; a failing one is named."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from course_lib import cli, paths
from course_lib.cli import _memory_monitor, _report, run
from course_lib.errors import CourseError

CHECK_CORPUS = run.check_corpus


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with three small lessons, the second of which fails."""
    folder = tmp_path / "course"
    write(
        folder / "notebooks/instructor/00_fine.ipynb",
        "print(CORPUS, PROFILE, SEED)",
        "import sys; sys.executable",
    )
    write(
        folder / "notebooks/instructor/01_broken.ipynb", "1 + 1", "numbers = []\nnumbers[3]", "print('never')"
    )
    write(
        folder / "notebooks/instructor/02_large.ipynb",
        "block = bytearray(300_000_000)",
        "del block",
        "print('ok')",
    )
    write(folder / "notebooks/00_fine.ipynb", "print('students')")
    monkeypatch.setattr(run.paths, "home", lambda: folder)
    monkeypatch.setattr(run, "check_corpus", lambda corpus: corpus)
    return folder


def write(path, *sources):
    parameters = nbformat.v4.new_code_cell("CORPUS = 'synthetic'\nPROFILE = 'quick'\nSEED = 0")
    parameters.metadata["tags"] = ["parameters"]
    book = nbformat.v4.new_notebook(cells=[parameters, *map(nbformat.v4.new_code_cell, sources)])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, path)


def wanted(course, **other):
    given = {"corpus": "voices", "profile": "full", "seed": 7, "lessons": [], "students": False}
    return argparse.Namespace(**{**given, "out": course / "runs", **other})


def texts(path):
    book = nbformat.read(path, as_version=4)
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    return [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]


def test_a_whole_run(course, capsys):
    """One run over all three, looked at from every side: starting kernels is what takes time."""
    assert run.run(wanted(course)) == 1
    out, said = course / "runs", capsys.readouterr()
    # the parameters arrive, in this very interpreter
    assert texts(out / "00_fine.ipynb") == ["voices full 7\n", repr(sys.executable)]
    # the failing lesson is named with its cell and error, and the next one still runs
    assert "01_broken failed\ncell [4] raised IndexError: list index out of range" in said.err
    assert "numbers[3]" in said.err
    assert "never\n" not in texts(out / "01_broken.ipynb")
    assert texts(out / "02_large.ipynb") == ["ok\n"]
    assert "2 of 3 lessons passed" in said.out
    # what was measured
    index = json.loads((out / "index.json").read_text())
    fine, broken, large = index["lessons"]
    assert (fine["passed"], broken["passed"], large["passed"]) == (True, False, True)
    assert 300 < large["megabytes"] < 300 + fine["megabytes"] + 100
    assert 20 < fine["megabytes"] < 300
    assert 0 < fine["seconds"] < 60
    assert index["versions"]["torch"].startswith("2.")
    assert (index["corpus"], index["profile"], index["seed"]) == ("voices", "full", 7)
    # the pages
    page = (out / "index.html").read_text()
    assert '<a href="02_large.html">' in page and "2 of 3 lessons passed" in page
    assert "IndexError" in page
    assert "voices full 7" in (out / "00_fine.html").read_text()
    lessons = [
        f"{name}.{kind}" for name in ("00_fine", "01_broken", "02_large") for kind in ("html", "ipynb")
    ]
    assert {path.name for path in out.iterdir()} == {*lessons, "index.html", "index.json"}
    # the second time, it knows how long it will take; the same settings only
    assert set(run.earlier_times(out, {"corpus": "voices", "seed": 7})) == {
        "00_fine",
        "01_broken",
        "02_large",
    }
    assert run.earlier_times(out, {"corpus": "others", "seed": 7}) == {}


def test_the_students_version_of_one_lesson(course):
    assert run.run(wanted(course, students=True, lessons=["0"])) == 0
    assert texts(course / "runs" / "00_fine.ipynb") == ["students\n"]


def test_lessons_are_chosen_by_number(course):
    names = [path.stem for path in run.find_lessons(["02", "0"])]
    assert names == ["00_fine", "02_large"]
    with pytest.raises(CourseError, match="no lesson 07; there are 00, 01, 02"):
        run.find_lessons(["07"])


def test_a_course_without_notebooks_says_how_to_build_them(monkeypatch, tmp_path):
    monkeypatch.setattr(run.paths, "home", lambda: tmp_path)
    with pytest.raises(CourseError, match="make notebooks"):
        run.find_lessons()


def test_a_corpus_that_is_not_there_stops_before_the_first_lesson(course, monkeypatch):
    monkeypatch.setattr(run, "check_corpus", CHECK_CORPUS)
    with pytest.raises(CourseError, match="nowhere"):
        run.run(wanted(course, corpus="nowhere"))
    assert not (course / "runs").exists()


def test_a_kernel_that_dies_is_a_failed_lesson(course):
    write(course / "notebooks/instructor/00_fine.ipynb", "import os; os._exit(9)")
    lesson = run.run_lesson(*run.find_lessons(["00"]), {}, course / "runs")
    assert not lesson["passed"]
    assert "died" in lesson["error"].lower()


def test_the_readers_own_guesses_are_not_touched(course, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(course / "own"))
    write(
        course / "notebooks/instructor/00_fine.ipynb",
        "from course_lib.paths import own_root; print(own_root())",
    )
    monkeypatch.setenv("PYTHONPATH", str(paths.PROJECT))
    before = dict(os.environ)
    run.run_lesson(*run.find_lessons(["00"]), {}, course / "runs")
    (shown,) = texts(course / "runs" / "00_fine.ipynb")
    assert shown.strip() not in ("", str(course / "own"))
    assert dict(os.environ) == before


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent in another way on Windows")
def test_ctrl_c_leaves_nothing_half_written_and_no_kernel(course, tmp_path):
    write(
        course / "notebooks/instructor/00_fine.ipynb",
        "open('started', 'w').close()",
        "import time; time.sleep(60)",
    )
    program = (
        "import sys; from pathlib import Path; from course_lib import cli; from course_lib.cli import run\n"
        f"run.paths.home = lambda: Path({str(course)!r}); run.check_corpus = lambda corpus: corpus\n"
        f"sys.exit(cli.main(['run', '--lessons', '00', '--out', {str(course / 'runs')!r}]))"
    )
    settings = {**os.environ, "PYTHONPATH": str(paths.PROJECT)}
    process = subprocess.Popen(
        [sys.executable, "-c", program], env=settings, stderr=subprocess.PIPE, text=True
    )
    try:
        give_up = time.monotonic() + 60
        while not (course / "notebooks/started").exists():
            assert process.poll() is None and time.monotonic() < give_up
            time.sleep(0.05)
        kernels = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130
    assert said.endswith("course: stopped\n") and "Traceback" not in said
    assert kernels and not any(kernel.is_running() for kernel in kernels)
    assert not (course / "runs").exists() or list((course / "runs").iterdir()) == []


# ---- memory from outside


def test_the_watch_sees_a_peak_that_is_over_before_it_looks():
    watch = _memory_monitor.Watch()
    program = "block = bytearray(200_000_000); del block; print('done', flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as process:
        process.stdout.readline()
        now = watch.look()
        assert now < 100e6
        if sys.platform == "linux":
            assert 200e6 < watch.peak < 260e6
        watch.end_all()
        assert watch.processes() == []


def test_the_watch_adds_up_what_runs_at_once():
    watch = _memory_monitor.Watch()
    program = "block = bytearray(100_000_000); print('done', flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    both = [subprocess.Popen([sys.executable, "-c", program], **pipes) for _ in range(2)]
    for process in both:
        process.stdout.readline()
    assert 200e6 < watch.look() < 300e6
    watch.end_all()
    for process in both:
        process.communicate()


def test_a_lesson_over_its_budget_is_marked():
    lesson = {"name": "09_x", "passed": True, "seconds": 75.0, "megabytes": 1200, "error": ""}
    assert "over the budget of time and memory" in _report.row(lesson)
    assert "over the budget" not in _report.row({**lesson, "seconds": 5, "megabytes": 200})
    assert "&lt;b&gt;" in _report.row({**lesson, "passed": False, "error": "<b>"})


def test_what_no_run_made_is_never_replaced(tmp_path, capsys):
    (tmp_path / "00_start_here.ipynb").write_text("my answers")
    assert cli.main(["run", "--lessons", "00", "--out", str(tmp_path)]) == 2
    assert "which no `course run` made" in capsys.readouterr().err
    assert (tmp_path / "00_start_here.ipynb").read_text() == "my answers"
