"""The line at the top of a lesson: what is guessed, checked and answered, now and after a restart."""

import build_notebooks as builder
import pytest

from course_lib import guess, lesson_progress, reveal, user_store
from course_lib.errors import CourseError
from course_lib.teaching import progress
from course_lib.teaching.exercises import of_lesson
from course_lib.teaching.quizzes import quiz


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    monkeypatch.setattr(user_store, "watchers", {})


def test_the_line_follows_and_survives_a_restart():
    line = lesson_progress("01", guesses=3)
    exercises = len(of_lesson("01"))
    assert line.text() == f"Done so far: 0 of 3 guesses, 0 of {exercises} checks, 0 of 5 questions."
    guess("01.bins", "How many bins are there?", guess=10)
    reveal("01.bins", 12)
    progress.checked(of_lesson("01")[0].id, True)
    progress.checked(of_lesson("01")[1].id, False)
    quiz("01").choose(0, 0)
    guess("02.bins", "How many bins are there?", guess=10)  # another lesson's
    told = f"Done so far: 1 of 3 guesses, 1 of {exercises} checks, 1 of 5 questions."
    assert line.widget.words == told and told in line.html()
    assert (line.widget.done, line.widget.total) == (3, 3 + exercises + 5)
    assert lesson_progress("01", guesses=3).widget.words == told
    assert len(user_store.watchers) == 1  # the cell was run again


def test_a_lesson_that_is_done_says_so():
    for number in range(2):
        guess(f"18.guess_{number}", "How many are there?", guess=1)
    for exercise in of_lesson("18"):
        progress.checked(exercise.id, True)
    asked = quiz("18")
    for number in range(5):
        asked.choose(number, 0)
    assert lesson_progress("18", guesses=2).text().startswith("✔ All done: 2 of 2 guesses")


def test_a_file_of_a_newer_course_stops_no_lesson(tmp_path):
    for name in ("progress", "predictions"):
        (tmp_path / f"{name}.json").write_text('{"version": 99, "entries": {}}')
    assert "0 of 4 guesses" in lesson_progress("03", guesses=4).text()


def test_there_must_be_such_a_lesson():
    with pytest.raises(CourseError):
        lesson_progress("99", guesses=1)


@pytest.mark.parametrize("source", builder.sources(), ids=lambda path: path.stem)
def test_each_students_notebook_has_the_line_behind_its_imports(source):
    code = [cell.source for cell in builder.student(source).cells if cell.cell_type == "code"]
    ids = {part.partition('"')[2].partition('"')[0] for part in "\n".join(code).split("guess(")[1:]}
    ids = {id for id in ids if id[:3] == f"{source.name[:2]}."}
    assert code[1].endswith(f'lesson_progress("{source.name[:2]}", guesses={len(ids)})') and ids
    assert "lesson_progress" not in "".join(cell.source for cell in builder.instructor(source).cells)
