"""What a release needs: one version everywhere, files that are valid, and a command that finds what is missing."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import apply_syllabus
import pytest
import release_check
import yaml

import course_lib
from course_lib import cli
from course_lib.teaching.syllabus import load_syllabus

ROOT = Path(__file__).parents[2]


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0 and capsys.readouterr().out == f"course {course_lib.__version__}\n"


def test_the_version_is_the_same_everywhere():
    assert release_check.versions() == []
    assert 'attr = "course_lib.__version__"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("CITATION.cff", "\nversion: 1", "\nversion: 9", "CITATION.cff says version 9"),
        ("CHANGELOG.md", "\n## 1", "\n## Unreleased\n\n## 1", "to begin with"),
        ("CHANGELOG.md", "\n- ", "\n## 0.1.0\n\n- ", "without a date: 0.1.0"),
    ],
)
def test_a_version_that_differs_is_named(file, old, new, says, tmp_path):
    (tmp_path / "course_lib").mkdir()
    for name in ("course_lib/__init__.py", "CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    text = (tmp_path / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert says in "\n".join(release_check.versions(tmp_path))


def test_the_command_says_what_failed_and_goes_on(monkeypatch, capsys):
    monkeypatch.setattr(release_check, "versions", lambda: [])
    monkeypatch.setattr(release_check, "uncommitted", lambda: [" M README.md"])
    monkeypatch.setattr(release_check, "COMMANDS", {"bad": ("-c", "print('why'); raise SystemExit(3)")})
    monkeypatch.setattr(release_check, "WHOLE", {"good": ("-c", "")})
    assert release_check.main([]) == 1
    said = capsys.readouterr().out
    assert re.search(r"FAILED +everything is committed\n +M README.md\n", said)
    assert re.search(r"FAILED +bad\n +why\nok +good\n2 checks failed", said)
    monkeypatch.setattr(release_check, "uncommitted", lambda: [])
    monkeypatch.setattr(release_check, "COMMANDS", {})
    assert release_check.main(["--quick"]) == 0 and "good" not in capsys.readouterr().out


def test_pre_commit_has_the_ruff_that_is_pinned_and_checks_the_notebooks():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    ruff, local = config["repos"]
    pinned = re.search(r"^ruff==(.+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)[1]
    assert ruff["rev"] == f"v{pinned}"
    for hook in local["hooks"]:
        script = hook["entry"].split()[1]
        assert (ROOT / script).is_file() and hook["entry"].endswith("--check")
    assert "tools/build_notebooks.py" in str(local)


def test_the_workflow_tests_every_system_and_python():
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    matrix = yaml.safe_load(text)["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert matrix["python"] == ["3.10", "3.11", "3.12", "3.13"]
    assert "make test PYTHON=python" in text and "tools/run_tests.py" in text


def test_one_setting_gives_a_fork_its_links():
    syllabus, readme = load_syllabus(), (ROOT / "README.md").read_text(encoding="utf-8")
    pattern, line = apply_syllabus.launch_links(
        replace(syllabus, repository="https://github.com/a/b"), readme
    )
    assert "https://mybinder.org/v2/gh/a/b/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb" in line
    assert "https://colab.research.google.com/github/a/b/blob/HEAD/notebooks/00_start_here.ipynb" in line
    with_links = re.sub(pattern, line, readme, flags=re.M)
    pattern, line = apply_syllabus.launch_links(replace(syllabus, repository=""), with_links)
    assert re.sub(pattern, line, with_links, flags=re.M) == re.sub(pattern, line, readme, flags=re.M)
