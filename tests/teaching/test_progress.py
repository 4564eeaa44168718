"""What the reader has done: kept by checks, hints and quizzes, never in the way of a lesson, shown and forgotten."""

import json
import os
import re
import subprocess
import sys
import warnings
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course_lib import cli, user_store
from course_lib.teaching import progress
from course_lib.teaching.exercises import check, find, hint, of_lesson
from course_lib.teaching.progress import Item, Unit, recording, summarize
from course_lib.teaching.quizzes import quiz

ROOT = Path(__file__).parents[2]
RIGHT, WRONG = find("00.duration").spec, find("00.duration").misconceptions[0].wrong


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    folder = tmp_path / "mine"
    monkeypatch.setenv("COURSE_HOME", str(folder))
    monkeypatch.setattr(recording, "_warned", False)
    monkeypatch.setattr(recording, "_taken_now", {})
    return folder


def kept(key):
    return user_store.entries(progress.FILE).get(key)


def test_tries_count_up_to_the_first_pass():
    check("00.duration", ...)
    assert kept("00.duration") is None  # not attempted: nothing to keep
    for answer in (WRONG, WRONG, RIGHT):
        check("00.duration", answer)
    first = kept("00.duration")
    assert (first["passed"], first["tries"], first["hints"]) == (True, 3, 0)
    for answer in (RIGHT, WRONG):  # a finished notebook that is run again changes nothing
        check("00.duration", answer)
        hint("00.duration")
    assert kept("00.duration") == first


def test_hints_count_by_the_deepest_one():
    for _ in range(6):
        hint("00.duration")
    assert kept("00.duration")["hints"] == 4 and kept("00.duration")["passed"] is False
    check("00.duration", RIGHT)
    assert (kept("00.duration")["tries"], kept("00.duration")["hints"]) == (1, 4)


def other_kernel(code):
    """What a second process prints, as after a restart of the kernel."""
    first = "from course_lib.teaching.exercises import check, examine, find, hint\n"
    command = [sys.executable, "-c", first + code]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split("\n")[
        :-1
    ]


def test_hints_are_remembered_after_a_restart():
    assert hint("00.duration").kind == "hint 1 of 3"
    ask = 'print(hint("00.duration").kind)\n'
    announced = 'print(examine(find("00.duration"), lambda n_samples, rate: None).hint)\n'
    assert other_kernel(ask + ask + announced) == [
        "hint 2 of 3",
        "hint 3 of 3",
        'hint("00.duration") gives the worked solution',
    ]
    assert hint("00.duration").kind == "worked solution"
    user_store.forget(progress.FILE, "00.duration")  # as `course progress --forget` does
    assert other_kernel(ask) == ["hint 1 of 3"] and hint("00.duration").kind == "hint 2 of 3"


def test_hints_after_a_pass_go_on_without_changing_what_is_kept():
    hint("00.duration")
    check("00.duration", RIGHT)
    kinds = [hint("00.duration").kind for _ in range(4)]
    assert kinds == ["hint 2 of 3", "hint 3 of 3", "worked solution", "worked solution"]
    assert kept("00.duration")["hints"] == 1


def test_the_first_answer_to_a_question_is_kept_and_the_first_of_the_latest_sitting():
    first, second = quiz("00"), quiz("00")
    places = [[choice.right for choice in question.choices].index(True) for question in first.questions]
    first.choose(0, (places[0] + 1) % 3)
    first.choose(0, places[0])  # corrected in the same sitting: the first answer counts
    key = f"quiz 00/{first.questions[0].id}"
    assert (kept(key)["right_first"], kept(key)["right_last"]) == (False, False)
    second.choose(0, places[0])
    assert (kept(key)["right_first"], kept(key)["right_last"]) == (False, True)


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        '{"version": 1, "entries": {"00.duration": 7}}',
        '{"version": 1, "entries": {"00.duration": {"tries": "x"}}}',
    ],
)
def test_a_broken_file_or_entry_stops_nothing(home, broken):
    home.mkdir()
    (home / "progress.json").write_text(broken)
    assert check("00.duration", RIGHT).passed is True
    assert kept("00.duration")["tries"] == 1


@pytest.mark.parametrize("trouble", ["a newer course", "no folder can be made", "an unwritable folder"])
def test_what_cannot_be_kept_warns_once_and_the_lesson_goes_on(home, tmp_path, monkeypatch, trouble):
    if trouble == "a newer course":
        home.mkdir()
        (home / "progress.json").write_text('{"version": 2, "entries": {}}')
    elif trouble == "no folder can be made":
        (tmp_path / "file").write_text("in the way")
        monkeypatch.setenv("COURSE_HOME", str(tmp_path / "file" / "mine"))
    else:  # also where the tests run as root, whom no mode keeps out
        home.mkdir()
        monkeypatch.setattr(os, "open", lambda *args, **options: _refuse())
        monkeypatch.setattr(os, "access", lambda *args: False)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert check("00.duration", WRONG).passed is False
        assert [hint("00.duration").kind for _ in range(2)] == ["hint 1 of 3", "hint 2 of 3"]
        assert quiz("00").choose(0, 0)
    assert len(said) == 1 and "Your progress is not being kept" in str(said[0].message)


def _refuse():
    raise PermissionError(13, "Permission denied")


UNITS = [
    Unit("00", "Start", (Item("00.a", "A <b>"), Item("00.b", "B")), (Item("quiz 00/q", "Why & how?"),)),
    Unit("01", "Sound", (Item("01.a", "C"),), (Item("quiz 01/q", "Which?"),)),
    Unit("review 1", "Review of part 1", (), (Item("quiz review 1/01.x", "What?"),)),
]
DONE = {
    "00.a": {"passed": True, "tries": 1, "hints": 0, "last": "2026-01-05T10:00:00+00:00"},
    "00.b": {"passed": True, "tries": 6, "hints": 3, "last": "2026-01-04T10:00:00+00:00"},
    "quiz 00/q": {"right_first": False, "right_last": False, "last": "2026-01-03T10:00:00+00:00"},
    "01.a": {"passed": False, "tries": 9, "hints": 4, "last": "2026-01-02T10:00:00+00:00"},
    "quiz 01/q": {"right_first": False, "right_last": True, "last": "2026-01-01T10:00:00+00:00"},
    "99.gone": {"passed": True, "tries": 9},
}


def test_where_a_reader_stands():
    found = summarize(UNITS, DONE)
    assert [each.state for each in found.units] == ["done", "begun", "open"]
    assert [(each.key, each.why) for each in found.repeat] == [
        ("quiz 00/q", "answered wrong at first"),
        ("00.b", "passed at try 6, after 3 hints"),
    ]
    assert found.next.unit.name == "01" and found.next.open == (1, 0)
    assert found.total() == "2 of 3 exercises passed, 2 of 3 questions answered, 0 of them right at first"


def test_everything_done_has_no_next():
    all_done = {
        **{item.key: {"passed": True, "tries": 1} for unit in UNITS for item in unit.exercises},
        **{item.key: {"right_first": True} for unit in UNITS for item in unit.questions},
    }
    found = summarize(UNITS, all_done)
    assert found.next is None and found.repeat == ()
    assert "Everything is done" in progress.page(found) and "Nothing so far" in progress.page(found)


class Reading(HTMLParser):
    """Open tags, ids of headings, and whether every tag is closed again."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_escaped_and_alone():
    page = progress.page(summarize(UNITS, DONE), made="2026-02-01")
    read = Reading(page)
    assert read.open == []
    assert ("html", {"lang": "en"}) in read.tags and "prefers-color-scheme: dark" in page
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in read.tags} and "http" not in page
    headings = [tag for tag, _ in read.tags if re.fullmatch(r"h\d", tag)]
    assert headings[0] == "h1" and set(headings[1:]) == {"h2"}
    assert all("scope" in attributes for tag, attributes in read.tags if tag == "th")
    assert "A &lt;b&gt;" in page and "Why &amp; how?" in page and "<b>" not in page
    assert page.index("Why &amp; how?") < page.index("B (passed at try 6")  # the oldest first
    for words in (
        "Lesson 00, Start</th><td>2 of 2</td><td>1 of 1, 0 right at first</td><td>✔ done",
        "◐ begun",
        "○ open",
    ):
        assert words in page


def test_the_verb_prints_and_writes_the_page(home, tmp_path, capsys):
    check("00.duration", RIGHT)
    assert cli.main(["progress"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"Lesson 00, Start here +exercises +1/2 +questions +0/5 +begun", said)
    assert said.index("Lesson 04") < said.index("Review of part 1") < said.index("Lesson 05")
    assert "Next: Lesson 00, Start here: 1 exercise and 5 questions to go." in said
    assert "1 of 2</td>" in (home / "progress.html").read_text(encoding="utf-8")
    assert cli.main(["progress", "--json", "--page", str(tmp_path / "it.html")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["next"] == "00" and found["lessons"][0]["passed"] == 1 and (tmp_path / "it.html").is_file()


def test_the_plan_holds_every_exercise_of_a_lesson(capsys):
    cli.main(["progress", "--json"])
    lessons = {each["plan"]["name"]: each for each in json.loads(capsys.readouterr().out)["lessons"]}
    assert set(lessons["05"]["exercises"]) == {exercise.id for exercise in of_lesson("05")}
    assert len(lessons["05"]["plan"]["questions"]) == 5 and len(lessons["review 2"]["plan"]["questions"]) >= 6


@pytest.mark.parametrize(
    "what, left",
    [("00.duration", 2), ("00", 1), ("review 1", 2), ("all", 0)],
)
def test_forgetting(what, left, capsys):
    for key in ("00.duration", "quiz 00/rate", "quiz review 1/01.x"):
        user_store.store(progress.FILE, key, {"passed": True, "tries": 1})
    assert cli.main(["progress", "--forget", what, "--yes"]) == 0
    assert len(user_store.entries(progress.FILE)) == left and "Forgotten: " in capsys.readouterr().out


@pytest.mark.parametrize("answer, left", [("y", 0), ("", 1), ("no", 1), (None, 1)])
def test_forgetting_asks_first(answer, left, monkeypatch, capsys):
    check("00.duration", RIGHT)

    def asked(question):
        assert "Forget all: 1" in question
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", asked)
    assert cli.main(["progress", "--forget"]) == 0
    assert len(user_store.entries(progress.FILE)) == left


def test_what_is_not_there_cannot_be_forgotten(capsys):
    assert cli.main(["progress", "--forget", "05"]) == 2
    assert "nothing is kept of '05'" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--json"], ["--forget", "--yes"]])
def test_a_file_of_a_newer_course_is_left_alone(home, options, capsys):
    home.mkdir()
    newer = '{"version": 2, "entries": {}}'
    (home / "progress.json").write_text(newer)
    assert cli.main(["progress", *options]) == 2
    assert "newer course" in capsys.readouterr().err and (home / "progress.json").read_text() == newer


def test_a_page_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert cli.main(["progress", "--page", str(tmp_path / "file" / "page.html")]) == 2
    shown = capsys.readouterr()
    assert "Next: Lesson 00" in shown.out and "--page FILE" in shown.err


def test_the_page_never_takes_the_place_of_the_readers_own_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    user_store.store("progress", "00.duration", {"tries": 1})
    assert cli.main(["progress", "--page", str(tmp_path / "progress.json")]) == 2
    assert user_store.entries("progress") == {"00.duration": {"tries": 1}}
