"""The console script: verbs found by looking, exit statuses, and a start that does not wait for torch."""

import errno
import os
import subprocess
import sys

import pytest

from course_lib import cli
from course_lib.errors import CourseError


def verb_that(does):
    """A parser with the one verb `try`, which does what it is told."""
    import argparse

    parser = argparse.ArgumentParser(prog="course")
    parser.add_subparsers().add_parser("try").set_defaults(run=does)
    parser.verbs = ("try",)
    return parser


@pytest.fixture
def status_of(monkeypatch):
    def run(does):
        monkeypatch.setattr(cli, "build_parser", lambda: verb_that(does))
        return cli.main(["try"])

    return run


def fails_with(error):
    def does(arguments):
        raise error

    return does


def test_help_names_every_verb_and_what_it_does(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert stop.value.code == 0
    for verb in ("lab", "run", "doctor"):
        assert f"\n    {verb} " in shown
    assert "course lab       open the course in the browser" in shown


@pytest.mark.parametrize("verb", cli.build_parser().verbs)
def test_every_verb_explains_itself(verb, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([verb, "--help"])
    assert stop.value.code == 0
    assert f"usage: course {verb}" in capsys.readouterr().out


def test_an_unknown_verb_is_answered_with_the_nearest(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["docter"])
    assert stop.value.code == 2
    assert "there is no verb 'docter'. Did you mean `course doctor`?" in capsys.readouterr().err


def test_no_verb_shows_the_help(capsys):
    assert cli.main([]) == 2
    assert "start here:" in capsys.readouterr().out


def test_a_course_error_prints_its_message_alone(status_of, capsys):
    assert status_of(fails_with(CourseError("expected a, got b; do c"))) == 2
    assert capsys.readouterr().err == "course: expected a, got b; do c\n"


def test_any_other_error_is_a_fault_of_ours_and_keeps_its_traceback(status_of):
    with pytest.raises(ZeroDivisionError):
        status_of(fails_with(ZeroDivisionError()))


@pytest.mark.parametrize("number", ["EACCES", "EROFS", "ENOSPC", "EISDIR", "ENOTDIR", "ENAMETOOLONG"])
def test_a_place_that_cannot_be_written_is_named_with_what_to_do(status_of, capsys, number):
    assert status_of(fails_with(OSError(getattr(errno, number), "what the disk says", "out/a.html"))) == 2
    said = "course: out/a.html: what the disk says; name a place that is yours and has room\n"
    assert capsys.readouterr().err == said
    with pytest.raises(OSError):
        status_of(fails_with(OSError(errno.EBADF, "a fault of ours")))


@pytest.mark.parametrize(("given", "status"), [(None, 0), (0, 0), (1, 1), (True, 1)])
def test_a_verb_decides_the_exit_status(given, status, status_of):
    assert status_of(lambda arguments: given) == status


def test_ctrl_c_ends_quietly(status_of, capsys):
    assert status_of(fails_with(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "\ncourse: stopped\n"


def test_folders_that_are_named_keep_their_meaning_in_another_folder(status_of, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_DATA", "recordings")
    seen = []
    status_of(lambda arguments: seen.append(os.environ["COURSE_DATA"]))
    assert seen == [str(tmp_path / "recordings")]
    monkeypatch.setenv("COURSE_DATA", "")  # as good as not set, and not this folder
    status_of(lambda arguments: seen.append(os.environ["COURSE_DATA"]))
    assert seen[1] == ""


def test_the_help_does_not_import_torch():
    ask = "import sys; from course_lib.cli import build_parser; build_parser().format_help(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "course_lib.cli.doctor" in loaded
    assert not {"torch", "torchaudio", "numpy", "matplotlib", "IPython"} & set(loaded)


@pytest.mark.skipif(os.name == "nt", reason="pipes end differently on Windows")
def test_a_reader_who_has_seen_enough_is_no_error():
    line = f"{sys.executable} -m course_lib.cli | head -n 1; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) in [(2, ""), (0, "")]
    assert ended.stdout.startswith("usage: course")
