"""Write every file that a new lesson needs, with its places to fill; docs/adding_a_lesson.md tells what comes then.

    python tools/new_lesson.py my_lesson --title "My lesson" --part 4

A place to fill reads FILL(what belongs there); tests fail until none is left. What is written runs as it stands.
"""

import argparse
import re
import sys
from pathlib import Path

import apply_syllabus

from course_lib.errors import CourseError
from course_lib.paths import PROJECT as ROOT
from course_lib.teaching.syllabus import load_syllabus, syllabus_path

TEMPLATE = Path(__file__).resolve().parent / "lesson_template"
FILES = {  # template: where it goes
    "source.txt": "notebooks/source/{number}_{name}.py",
    "exercises.txt": "course_lib/teaching/exercises/lesson{number}.yaml",
    "exercises_code.txt": "course_lib/teaching/exercises/lesson{number}.py",
    "quiz.txt": "course_lib/teaching/quizzes/{number}.yaml",
    "instructor.txt": "docs/instructor/{number}.md",
}
MINUTES = 30
PLACE = "FILL("


def make(name: str, title: str, part: str, number: str) -> list[Path]:
    """Write the files of the lesson and its entries in the lists. Returns what holds places to fill.

    Raises CourseError where name or number are taken or cannot be used; nothing is written then.
    """
    syllabus = load_syllabus()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise CourseError(f"expected a name such as my_lesson, got {name!r}")
    if not re.fullmatch(r"\d\d", number):
        raise CourseError(f"expected a number of two digits, got {number!r}")
    if taken := {name, number} & {key for each in syllabus.lessons for key in (each.name, each.number)}:
        raise CourseError(f"there is already a lesson {taken.pop()}; choose another --number or name")
    if part not in {each.number for each in syllabus.parts}:
        raise CourseError(f"expected a part of the syllabus, got {part!r}")
    if '"' in title or "\\" in title or not title.strip():
        raise CourseError(f"expected a title without quotation marks, got {title!r}")
    first = syllabus.lessons[0]
    values = {"NN": number, "NAME": name, "TITLE": title, "PART": part, "MINUTES": str(MINUTES)}
    values |= {"FIRST": first.number, "NEEDS": first.name}

    def fill_in(template):
        text = (TEMPLATE / template).read_text(encoding="utf-8")
        return re.sub(r"@([A-Z]+)@", lambda match: values[match[1]], text)

    written = []
    for template, place in FILES.items():
        path = ROOT / place.format(number=number, name=name)
        path.write_text(fill_in(template), encoding="utf-8")
        written.append(path)
    review = ROOT / "course_lib" / "teaching" / "quizzes" / f"review_{part}.yaml"
    review.write_text(review.read_text(encoding="utf-8") + fill_in("review_question.txt"), encoding="utf-8")
    access = ROOT / "docs" / "access.md"
    row = f"| {number} | FILL(what is heard, and what stands beside it) | FILL(what is seen, and what stands beside it) |\n"
    rows = re.compile(r"^(?:\| \d\d \|.*\n)+", re.M)
    access.write_text(
        rows.sub(lambda old: old[0] + row, access.read_text(encoding="utf-8")), encoding="utf-8"
    )
    path = syllabus_path()
    path.write_text(
        with_entry(path.read_text(encoding="utf-8"), fill_in("syllabus.txt"), name), encoding="utf-8"
    )
    apply_syllabus.main([])
    return [*written, review, access, path]


def with_entry(syllabus: str, entry: str, name: str) -> str:
    """The syllabus with a lesson more, also in the last row of every schedule that holds all lessons."""
    head, _, tail = syllabus.partition("\nschedules:")
    blocks = re.split(r"(?=^  - name: )", tail, flags=re.M)
    whole = [
        re.sub(r"\]\](?=\s*\Z)", f", {name}]]", each) if "whole: true" in each else each for each in blocks
    ]
    return f"{head}\n{entry.rstrip()}\n\nschedules:{''.join(whole)}"


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="the lesson's name for good, such as my_lesson")
    parser.add_argument("--title", help="as readers see it (default: from the name)")
    parser.add_argument("--part", help="the part of the course (default: the last)")
    parser.add_argument("--number", metavar="NN", help="its place (default: behind the last lesson)")
    given, syllabus = parser.parse_args(arguments), load_syllabus()
    title = given.title or given.name.replace("_", " ").capitalize()
    number = given.number or f"{int(syllabus.lessons[-1].number) + 1:02d}"
    for path in make(given.name, title, given.part or syllabus.parts[-1].number, number):
        places = path.read_text(encoding="utf-8").count(PLACE)
        print(f"{places:3} places to fill in {path.relative_to(ROOT)}")
    print("fill them, then: make notebooks; docs/adding_a_lesson.md tells the rest")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CourseError as error:
        sys.exit(f"new_lesson: {error}")
