"""A lesson is added with one command and moved by changing one line, tried in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import apply_syllabus
import move_lessons
import nbformat
import new_lesson
import pytest

from course_lib.errors import CourseError
from course_lib.teaching.syllabus import load_syllabus

ROOT = Path(__file__).parents[2]


PLACE = re.compile(r"FILL\([^)]*\)")
COPIED = ("course_lib", "data_scripts", "docs", "tests", "tools", "README.md", "pyproject.toml", "Makefile")


def test_every_list_of_lessons_is_as_the_syllabus_says(capsys):
    assert apply_syllabus.main(["--check"]) == 0, capsys.readouterr().out


def test_nothing_is_left_to_fill():
    for folder in ("notebooks", "docs", "course_lib"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".py", ".yaml", ".md") and path.name != "adding_a_lesson.md":
                assert not PLACE.search(path.read_text(encoding="utf-8")), path


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project without its data and with a lesson 99, whose places are not filled yet."""
    folder = tmp_path_factory.mktemp("copy")
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc", "*.ipynb", ".hypothesis")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=unwanted)
        else:
            shutil.copy2(source, folder / name)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=unwanted)
    (folder / "notebooks" / "instructor").mkdir(exist_ok=True)
    (ROOT / "data").mkdir(exist_ok=True)
    (folder / "data").symlink_to((ROOT / "data").resolve())  # the course's own voices, made once
    run(folder, "tools/new_lesson.py", "tea_kettles", "--number", "99", "--title", "Tea kettles")
    return folder


def run(folder, *words, ends=0):
    env = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "COURSE_HOME": str(folder / "mine"),
        "OMP_NUM_THREADS": "1",
    }
    env = {name: value for name, value in env.items() if not name.startswith(("PYTEST", "COV"))}
    ended = subprocess.run([sys.executable, *words], cwd=folder, env=env, capture_output=True, text=True)
    assert ended.returncode == ends, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def checked(folder, number):
    """The tests that every lesson must pass, and those of the lists of lessons, run in the copy."""
    files = ("notebooks/test_contract.py", "notebooks/test_instructor.py", "notebooks/test_access.py")
    more = ("teaching/test_exercises.py", "teaching/test_quizzes.py", "tools/test_new_lesson.py")
    names = (
        f"{number}_tea",
        f"{number}.",
        f"course[{number}]",
        "every_lesson",
        "the_index",
        "estimate_is",
        "left_to",
        "lists",
    )
    tests = [f"tests/{name}" for name in (*files, *more)]
    return run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", " or ".join(names), *tests)


def fill(folder):
    """Write a sentence of its own into every place."""
    filled = 0
    patterns = ("docs/**/*.md", "course_lib/teaching/**/*.yaml", "notebooks/*.yaml", "notebooks/source/*.py")
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        text = path.read_text(encoding="utf-8")
        if PLACE.search(text) and path.name != "adding_a_lesson.md":
            for _ in PLACE.findall(text):
                filled += 1
                words = (
                    f"say in sentence {filled:03} what a teacher has found out about kettles and their sounds"
                )
                text = PLACE.sub(words, text, count=1)
            path.write_text(text, encoding="utf-8")
    return filled


@pytest.mark.slow
def test_a_new_lesson_is_made_filled_built_checked_and_moved(copy):
    assert "left_to_fill" in run(
        copy, "-m", "pytest", "-q", "-k", "left_to", "tests/tools/test_new_lesson.py", ends=1
    )
    assert fill(copy) > 50
    run(copy, "tools/apply_syllabus.py")
    built = run(copy, "tools/build_notebooks.py", "--only", "99")
    assert "99_tea_kettles: run in" in built
    run(copy, "tools/time_estimate.py")
    run(copy, "tools/instructor.py")
    checked(copy, "99")
    solved = nbformat.read(copy / "notebooks" / "instructor" / "99_tea_kettles.ipynb", as_version=4)
    assert "quiz" in solved.cells[-2].source and solved.cells[-2].outputs

    syllabus = copy / "notebooks" / "syllabus.yaml"
    text = syllabus.read_text(encoding="utf-8")
    assert text.count('number: "99"') == 1
    syllabus.write_text(text.replace('number: "99"', 'number: "90"'), encoding="utf-8")
    assert "moved: 99_tea_kettles -> 90_tea_kettles" in run(copy, "tools/apply_syllabus.py")
    run(copy, "tools/build_notebooks.py", "--only", "90", "--students")
    run(copy, "tools/time_estimate.py")
    run(copy, "tools/instructor.py")
    checked(copy, "90")
    left = [path.name for path in copy.rglob("*99*") if "data" not in path.parts and "mine" not in path.parts]
    assert left == []
    old = re.compile(r"lessons? ?99|\b99[_.][a-z]|\"99\"|99 ·|\| 99 \|")
    texts = [path for path in copy.rglob("*.*") if path.suffix in (".py", ".md", ".yaml") and path.is_file()]
    mentions = [
        path for path in texts if "tea" in path.read_text(encoding="utf-8") and old.search(path.read_text())
    ]
    assert [path.name for path in mentions if "tests" not in path.parts] == []


def test_what_the_syllabus_says_goes_everywhere():
    syllabus = load_syllabus()
    other = replace(syllabus.lesson("accents"), title="Other accents", minutes=61, part="3")
    lessons = tuple(other if each.name == "accents" else each for each in syllabus.lessons)
    found = apply_syllabus.changes(replace(syllabus, lessons=lessons))
    texts = {path.relative_to(ROOT).as_posix(): text for path, text in found.items()}
    assert "| 14 | [Other accents](notebooks/14_accents.ipynb) |" in texts["README.md"]
    assert "# # 14 · Other accents\n" in texts["notebooks/source/14_accents.py"]
    assert "# **Minutes:** 61 to read" in texts["notebooks/source/14_accents.py"]
    first = texts["notebooks/source/00_start_here.py"]
    assert "# | 14 Other accents |" in first and "08, 09, 10, 11, 14 (transfer)" in " ".join(
        first.split("\n# ")
    )
    assert texts["docs/instructor/14.md"].startswith("# 14 · Other accents\n")
    assert "[11](11.md) · [14](14.md) |" in texts["docs/instructor/README.md"]
    assert 'lessons: ["08", "09", "10", "11", "14"]' in texts["course_lib/teaching/quizzes/review_3.yaml"]
    assert len(texts) == 7


def test_two_lessons_change_places(tmp_path):
    for stem in ("12_a_few", "13_accents"):
        for place in move_lessons.PLACES:
            path = tmp_path / place.format(n=stem[:2], s=stem)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                f'lesson {stem[:2]}: check("{stem[:2]}.f", f), [words]({stem}.ipynb), 12.5 and 13 s'
            )
    said = move_lessons.move({"12_a_few": "13_a_few", "13_accents": "12_accents"}, tmp_path)
    assert said[:2] == ["moved: 12_a_few -> 13_a_few", "moved: 13_accents -> 12_accents"]
    expected = 'lesson 13: check("13.f", f), [words](13_a_few.ipynb), 12.5 and 13 s'
    assert (tmp_path / "notebooks/source/13_a_few.py").read_text() == expected
    assert 'lesson 12: check("12.f"' in (tmp_path / "course_lib/teaching/exercises/lesson12.py").read_text()
    assert not list(tmp_path.rglob(".moving*"))


def test_a_lesson_without_source_and_a_source_without_lesson_are_named(tmp_path):
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    with pytest.raises(CourseError, match="no source for a_few_examples, accents, "):
        apply_syllabus.move_lessons.moves(load_syllabus(), tmp_path)
    for lesson in load_syllabus().lessons:
        (tmp_path / "notebooks" / "source" / f"{lesson.stem}.py").touch()
    assert move_lessons.moves(load_syllabus(), tmp_path) == {}
    (tmp_path / "notebooks" / "source" / "16_tea.py").touch()
    with pytest.raises(CourseError, match=r"not in notebooks/syllabus\.yaml: tea"):
        move_lessons.moves(load_syllabus(), tmp_path)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("Tea!", "Tea", "4", "99"), "a name such as"),
        (("tea", "Tea", "4", "9"), "two digits"),
        (("tea", "Tea", "9", "99"), "a part of the syllabus"),
        (("tea", 'A "tea"', "4", "99"), "without quotation marks"),
        (("accents", "Tea", "4", "99"), "already a lesson accents"),
        (("tea", "Tea", "4", "13"), "already a lesson 13"),
    ],
)
def test_what_cannot_be_a_lesson_is_refused_before_anything_is_written(words, says, monkeypatch):
    monkeypatch.setattr(Path, "write_text", lambda *args, **settings: pytest.fail("written"))
    with pytest.raises(CourseError, match=says):
        new_lesson.make(*words)


def test_the_order_of_the_lessons_has_no_say_in_their_names(monkeypatch):
    assert apply_syllabus.span(load_syllabus().lessons[:4]) == "00 to 03"
    assert apply_syllabus.span([load_syllabus().lessons[0], load_syllabus().lessons[5]]) == "00, 05"
