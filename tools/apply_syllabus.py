"""Carry notebooks/syllabus.yaml into every file that lists lessons; `make notebooks` does so first.

    python tools/apply_syllabus.py            move what has a new number, then write the lists
    python tools/apply_syllabus.py --check    compare only; exit status 1 if a file is old

Written are the table of README.md, the map in lesson 00, title and minutes in the first cell of every lesson, titles,
index and schedules of the instructor's guide, the order of docs/access.md, and the lessons of every review.
"""

import argparse
import itertools
import re
import sys
import textwrap
from pathlib import Path

import move_lessons

from course_lib.errors import CourseError
from course_lib.paths import PROJECT as ROOT
from course_lib.paths import atomic_file
from course_lib.teaching.syllabus import load_syllabus

COUNT = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def changes(syllabus, root=ROOT) -> dict[Path, str]:
    """{file: its text as the syllabus says} for all files that hold something else now."""
    wanted = {
        root / "README.md": [readme_table, launch_links],
        root / "docs" / "access.md": [sorted_rows],
        root / "docs" / "instructor" / "README.md": [index_table, schedules],
    }
    for part in syllabus.parts:
        name = f"review_{part.number}.yaml"
        wanted[root / "course_lib" / "teaching" / "quizzes" / name] = [_of(reviewed, part)]
    for lesson in syllabus.lessons:
        wanted[root / "notebooks" / "source" / f"{lesson.stem}.py"] = [_of(first_cell, lesson)]
        wanted[root / "docs" / "instructor" / f"{lesson.number}.md"] = [_of(page_title, lesson)]
    first = syllabus.lessons[0].stem
    wanted[root / "notebooks" / "source" / f"{first}.py"] += [lesson_map, parts_sentence]
    found = {}
    for path, writers in wanted.items():
        before = text = path.read_text(encoding="utf-8")
        for write in writers:
            pattern, new = write(syllabus, text)
            text, count = re.subn(pattern, lambda _, new=new: new, text, flags=re.M)
            if count != 1:
                raise CourseError(
                    f"{path.relative_to(root)}: expected {pattern} once, found it {count} times"
                )
        if text != before:
            found[path] = text
    return found


def _of(writer, thing):
    return lambda syllabus, text: writer(thing, syllabus, text)


def readme_table(syllabus, text):
    rows = [
        f"| {each.number} | [{each.title}](notebooks/{each.stem}.ipynb) | {each.line} |"
        for each in syllabus.lessons
    ]
    lines = ["| | lesson | after it you can |", "| --- | --- | --- |", *rows]
    return r"^\| \| lesson \|.*\n(?:\|.*\n)+", "\n".join(lines) + "\n"


def launch_links(syllabus, text):
    """A line with links to Binder and Colab above the table, where the syllabus names a repository."""
    first = f"notebooks/{syllabus.lessons[0].stem}.ipynb"
    place = syllabus.repository.removeprefix("https://github.com/")
    binder = f"[Binder](https://mybinder.org/v2/gh/{place}/HEAD?urlpath=lab/tree/{first})"
    colab = f"[Colab](https://colab.research.google.com/github/{place}/blob/HEAD/{first})"
    line = f"Without installing anything: {binder} or {colab}.\n\n" if place else ""
    return r"^(?:Without installing anything: .*\n\n)?## The course\n", f"{line}## The course\n"


def lesson_map(syllabus, text):
    rows = [f"# | {each.number} {each.title} | {each.line} |" for each in syllabus.lessons[1:]]
    lines = ["# | lesson | what you will be able to do |", "# | --- | --- |", *rows]
    return r"^# \| lesson \|.*\n(?:# \|.*\n)+", "\n".join(lines) + "\n"


def parts_sentence(syllabus, text):
    parts = [f"{span(syllabus.of_part(part.number))} ({part.title})" for part in syllabus.parts]
    words = (
        f"The lessons make {COUNT[len(parts)]} parts: {', '.join(parts)}. Each part ends with a take-away and a "
        "mixed review."
    )
    lines = textwrap.wrap(words, 116)
    return r"^# The lessons make .*\n(?:# .+\n)*", "".join(f"# {line}\n" for line in lines)


def span(lessons) -> str:
    """Numbers of lessons in words.

    >>> span(load_syllabus().of_part("2")), span(load_syllabus().of_part("2")[:1])
    ('05 to 07', '05')
    """
    numbers = [lesson.number for lesson in lessons]
    steps = {int(b) - int(a) for a, b in itertools.pairwise(numbers)}
    return f"{numbers[0]} to {numbers[-1]}" if steps == {1} else ", ".join(numbers)


def first_cell(lesson, syllabus, text):
    head = re.search(r"^# # \d\d · .*\n(?:.*\n)*?# \*\*Minutes:\*\* \d+", text, re.M)
    if not head:
        raise CourseError(f"{lesson.stem}: expected '# NN · Title' and '**Minutes:** N' in the first cell")
    new = re.sub(r"^# # .*", lambda _: f"# # {lesson.number} · {lesson.title}", head[0])
    return re.escape(head[0]), re.sub(r"\d+$", str(lesson.minutes), new)


def page_title(lesson, syllabus, text):
    return r"\A# \d\d · .*", f"# {lesson.number} · {lesson.title}"


def index_table(syllabus, text):
    lines = ["| part | pages |", "| --- | --- |"]
    for part in syllabus.parts:
        pages = [f"[{each.number}]({each.number}.md)" for each in syllabus.of_part(part.number)]
        lines.append(f"| {part.number}: {part.title} | {' · '.join(pages)} |")
    return r"^\| part \| pages \|\n(?:\|.*\n)+", "\n".join(lines) + "\n"


def schedules(syllabus, text):
    blocks = []
    for schedule in syllabus.schedules:
        blocks += [f"### {schedule.name}: {schedule.minutes} minutes", ""]
        blocks += [schedule.note, ""] if schedule.note else []
        blocks += ["| minutes | what | lessons |", "| ---: | --- | --- |"]
        for minutes, what, names in schedule.rows:
            numbers = sorted(syllabus.lesson(name).number for name in names)
            blocks.append(f"| {minutes} | {what} | {', '.join(numbers)} |")
        blocks.append("")
    return r"^### (?:.*\n)*?(?=## )", "\n".join(blocks) + "\n"


def sorted_rows(syllabus, text):
    pattern = r"^(?:\| \d\d \|.*\n)+"
    return pattern, "".join(sorted(re.search(pattern, text, re.M)[0].splitlines(keepends=True)))


def reviewed(part, syllabus, text):
    numbers = ", ".join(f'"{lesson.number}"' for lesson in syllabus.of_part(part.number))
    return r"^lessons: \[.*\]$", f"lessons: [{numbers}]"


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only; exit with 1 if a file is old")
    given, syllabus = parser.parse_args(arguments), load_syllabus()
    moves = move_lessons.moves(syllabus)
    if given.check:
        old = [f"{a} is now {b}" for a, b in moves.items()]
        old += [] if moves else [str(path.relative_to(ROOT)) for path in changes(syllabus)]
        print("\n".join(old) or "every list of lessons is as notebooks/syllabus.yaml says")
        if old:
            print("write them: make notebooks")
        return int(bool(old))
    for line in move_lessons.move(moves):
        print(line)
    for path, text in changes(syllabus).items():
        with atomic_file(path) as part:
            part.write_text(text, encoding="utf-8")
        print(f"written: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CourseError as error:
        sys.exit(f"apply_syllabus: {error}")
