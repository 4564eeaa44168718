"""The instructor's pages: one a lesson with every part, headings that exist, blocks and sums that hold."""

import re
from dataclasses import replace
from pathlib import Path

import build_notebooks as builder
import instructor
import pytest
import time_estimate

ROOT = Path(__file__).parents[2]


PAGES = ROOT / "docs" / "instructor"
SOURCES = builder.sources()
EACH = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
PARTS = [
    "Where classes stumble",
    "Expected wrong answers",
    "Twenty minutes less",
    "Questions to discuss",
    "Before two hundred people",
    "If something fails",
]
SAVED = (17, 32)  # minutes of the time estimate that a cut list of "twenty minutes" may save


def page(source):
    return (PAGES / f"{source.name[:2]}.md").read_text(encoding="utf-8")


def parts(text):
    """{heading: what stands below it}."""
    pieces = re.split(r"^## (.+)\n", text, flags=re.M)
    return dict(zip(pieces[1::2], pieces[2::2]))


def faults(source, text):
    """What is missing from the page of a lesson, one sentence each."""
    found, below, lesson = [], parts(text), time_estimate.estimate(source)
    title = builder.student(source).cells[0].source.splitlines()[0]
    if text.splitlines()[0] != title:
        found.append(f"expected the title {title!r}")
    if not re.search(r"^\*\*Goal:\*\* \S.{30,}$", text, re.M):
        found.append("expected a goal in one line")
    if list(below) != PARTS:
        found.append(f"expected the parts {PARTS}, got {list(below)}")
    found += [f"the part {name} is empty" for name, body in below.items() if not body.strip()]
    cut = re.findall(r"^- \*\*(.+?)\*\*: \S", below.get("Twenty minutes less", ""), re.M)
    found += [f"there is no section {name!r} to leave out" for name in cut if name not in lesson.sections]
    saved = sum(lesson.sections[name].minutes for name in cut if name in lesson.sections)
    if not SAVED[0] <= saved <= SAVED[1]:
        found.append(f"the cut list saves {saved:.0f} minutes, not about twenty")
    asked = re.findall(r"^\d\. \*\*(.+?)\*\* (.+)$", below.get("Questions to discuss", ""), re.M)
    if not 3 <= len(asked) <= 5 or not all(len(answer.split()) >= 8 for _, answer in asked):
        found.append("expected three to five questions, each with what a good answer says")
    return found


@EACH
def test_every_lesson_has_its_page_with_every_part(source):
    assert faults(source, page(source)) == []


BROKEN = {
    "no goal": ("**Goal:**", "**Aim:**", "a goal"),
    "a section that is not there": ("**8 · MFCC: only", "**9 · MFCC: only", "no section"),
    "a question without an answer": (re.compile(r"(?<=\?\*\*).+"), " Yes.", "good answer"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_seen(name):
    source = next(path for path in SOURCES if path.name.startswith("01"))
    old, new, says = BROKEN[name]
    text = page(source)
    broken = old.sub(new, text) if isinstance(old, re.Pattern) else text.replace(old, new)
    assert broken != text and says in "\n".join(faults(source, broken))


@EACH
def test_what_a_machine_knows_is_current(source):
    text = page(source)
    assert instructor.filled(text, instructor.blocks(source)) == text, "run: python tools/instructor.py"


def test_the_wrong_answers_are_all_there():
    from course_lib.teaching.exercises import all_exercises

    for exercise in all_exercises():
        text = (PAGES / f"{exercise.id[:2]}.md").read_text(encoding="utf-8")
        for misconception in exercise.misconceptions:
            assert f"- *{instructor.plain(misconception.name)}*: " in text


def test_a_page_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="minutes"):
        instructor.filled("# no marks", {"minutes": "60"})


def test_the_time_estimate_is_current():
    assert time_estimate.main(["--check"]) == 0, (
        "run: python tools/time_estimate.py, then python tools/instructor.py"
    )


def test_every_meeting_of_a_whole_course_has_time_for_what_is_read_in_it():
    from course_lib.teaching.syllabus import load_syllabus

    syllabus = load_syllabus()
    reading = {
        lesson.name: time_estimate.estimate(source).all.reading
        for lesson in syllabus.lessons
        for source in SOURCES
        if source.name[:2] == lesson.number
    }
    for schedule in (each for each in syllabus.schedules if each.whole):
        meetings = [name for _, _, names in schedule.rows for name in names]  # a lesson may take several
        for minutes, what, names in schedule.rows:
            needed = sum(reading[name] / meetings.count(name) for name in names)
            assert needed <= minutes, f"{schedule.name}, {what}: {needed:.0f} minutes to read in {minutes}"


def test_the_time_estimate_counts_what_one_can_count_by_hand(tmp_path):
    source = tmp_path / "00_tiny.py"
    source.write_text(
        "# %% [markdown]\n# # 00 · Tiny\n#\n# **Minutes:** 5 to read\n\n# %% [markdown]\n# ## 1 · One\n#\n# two more words\n\n"
        '# %%\nguess("00.a", "How many?")\nlisten(wave)\n\n# %% tags=["notes"]\n# not counted\n\n'
        '# %%\nquiz("00")\n\n# %% [markdown]\n# ## References\n#\n# - not counted either\n',
        encoding="utf-8",
    )
    lesson = time_estimate.estimate(source, run_s=30)
    assert list(lesson.sections) == [time_estimate.OPENING, "1 · One"]
    one = lesson.sections["1 · One"]
    assert one == time_estimate.Content(words=3, lines=3, guesses=1, sounds=1, questions=5)
    assert one.minutes == pytest.approx(3 / 180 + 3 / 15 + 1 + 0.25 + 5 * 0.75)
    assert lesson.minutes == pytest.approx(5.75) and not lesson.far
    assert replace(lesson, claimed=8).far and replace(lesson, claimed=4).far


def test_run_times_come_from_a_run_from_the_benchmarks_or_from_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(time_estimate, "PAGE", tmp_path / "time_estimate.md")
    monkeypatch.setattr(time_estimate, "BENCHMARKS", tmp_path / "benchmarks.json")
    assert time_estimate.run_times() == {}
    time_estimate.PAGE.write_text("| 00_start | 15 | 14 | 9 | 5 | 6.1 |\n")
    assert time_estimate.run_times() == {"00_start": 6.1}
    rows = '[{"what": "00_start", "value": 7, "unit": "s"}, {"what": "00_start", "value": 500, "unit": "MB"}]'
    time_estimate.BENCHMARKS.write_text('{"benchmarks": {"lessons": ' + rows + "}}")
    assert time_estimate.run_times() == {"00_start": 7}
    (tmp_path / "index.json").write_text('{"lessons": [{"name": "01_sound", "seconds": 9.0}]}')
    assert time_estimate.run_times([tmp_path / "index.json"]) == {"00_start": 6.1, "01_sound": 9.0}


def test_the_index_leads_to_every_page():
    linked = set(re.findall(r"\]\(([\w.]+\.md)\)", (PAGES / "README.md").read_text(encoding="utf-8")))
    assert linked == {path.name for path in PAGES.glob("*.md")} - {"README.md"}


def test_exercises_that_are_judged_by_their_result_are_marked():
    source = next(path for path in SOURCES if path.stem.endswith("who_spoke_when"))
    block, number = instructor.answers(source), source.name[:2]
    assert f"(`{number}.stranger`, judged by its result)" in block and f"(`{number}.prototype`)" in block
    assert "- *always a name*: " in block
