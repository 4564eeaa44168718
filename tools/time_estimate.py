"""Estimate the time of every lesson, reading, trying and running, from its source: docs/instructor/time_estimate.md.

    python tools/time_estimate.py                     run times from docs/benchmarks.json, else those already in the page
    python tools/time_estimate.py --runs runs/index.json ...    run times from `course run`
    python tools/time_estimate.py --check             compare the page with the sources; exit status 1 if it is old

Words, lines and tasks are counted, run times are measured. How fast somebody reads and how long a task takes are
assumptions; they stand below, and on the page.
"""

import argparse
import json
import re
import sys
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

import build_notebooks as builder

PAGE = builder.ROOT / "docs" / "instructor" / "time_estimate.md"
BENCHMARKS = builder.ROOT / "docs" / "benchmarks.json"
WORDS_A_MINUTE = 180  # assumption: technical prose, read to be understood, many not in their first language
LINES_A_MINUTE = 15  # assumption: four seconds for a line of code that is read and not written
EACH = {  # assumption: minutes for one
    "guesses": 1.0,  # read, think, lock it in, compare
    "exercises": 5.0,  # write it, one or two checks, perhaps a hint
    "questions": 0.75,
    "explorers": 2.5,  # move it to three or four settings
    "figures": 0.5,
    "sounds": 0.25,  # a few seconds, heard twice
}
SINGLE = {"guesses": "guess", **{kind: kind[:-1] for kind in EACH if kind != "guesses"}}
FAR = 0.30  # a lesson's own figure that is this far from the estimate is marked
CALLS = {"guesses": "guess", "exercises": "check", "sounds": "listen", "figures": "figure"}
QUIZ = r'^quiz\("([^"]+)"\)'
OPENING = "Opening"  # what stands before the first section


@dataclass(frozen=True)
class Content:
    """What a piece of a lesson holds. Minutes follow from it; nothing but `words` and `lines` is about reading."""

    words: int = 0
    lines: int = 0
    guesses: int = 0
    exercises: int = 0
    questions: int = 0
    explorers: int = 0
    figures: int = 0
    sounds: int = 0

    def __add__(self, other):
        return Content(*(a + b for a, b in zip(astuple(self), astuple(other))))

    @property
    def reading(self) -> float:
        return self.words / WORDS_A_MINUTE + self.lines / LINES_A_MINUTE

    @property
    def trying(self) -> float:
        return sum(getattr(self, kind) * minutes for kind, minutes in EACH.items())

    @property
    def minutes(self) -> float:
        return self.reading + self.trying


@dataclass(frozen=True)
class Lesson:
    """One lesson: its sections in order, the minutes that it claims, the seconds of a run (None: not measured)."""

    name: str
    claimed: int
    sections: dict
    run_s: float | None = None

    @property
    def all(self) -> Content:
        return sum(self.sections.values(), Content())

    @property
    def minutes(self) -> float:
        return self.all.minutes + (self.run_s or 0) / 60

    @property
    def far(self) -> bool:
        return abs(self.claimed - self.minutes) > FAR * self.minutes


def estimate(source: Path, run_s=None) -> Lesson:
    """Estimate one lesson as students get it: without the speaker's notes and the solutions."""
    cells, sections, heading = builder.student(source).cells, {OPENING: Content()}, OPENING
    for cell in cells:
        found = re.search(r"^## (.+)$", cell.source, re.M) if cell.cell_type == "markdown" else None
        pieces = re.split(r"^## (.+)$", cell.source, flags=re.M) if found else [cell.source]
        sections[heading] += counted(cell.cell_type, pieces[0])
        for heading, text in zip(pieces[1::2], pieces[2::2]):
            sections[heading] = counted(cell.cell_type, text)
    sections.pop("References", None)  # for afterwards
    claimed = int(re.search(r"\*\*Minutes:\*\* (\d+)", cells[0].source)[1])
    return Lesson(source.stem, claimed, sections, run_s)


def counted(kind: str, text: str) -> Content:
    """Count one cell.

    >>> counted("code", 'guess("01.a", "How many?")\\n\\nx = 1').minutes == 1.0 + 2 / LINES_A_MINUTE
    True
    """
    words = len(re.findall(r"\w[\w'’.,-]*", text))
    if kind == "markdown":
        return Content(words=words)
    if text.startswith("conclude("):  # its call is hidden, and one of its two sentences is shown
        return Content(words=words // 2)
    from course_lib.teaching.quizzes import path_of, read_bank

    asked = re.findall(QUIZ, text, re.M)
    return Content(
        lines=sum(bool(line.strip()) for line in text.split("\n")),
        questions=sum(len(read_bank(path_of(name))) for name in asked),
        explorers=len(
            re.findall(
                r"^(?:\w+ = )?\w*(?:Explorer|Player|SoundMap|Tradeoff|Story|Valley|TrainingLive)\(",
                text,
                re.M,
            )
        ),
        **{each: len(re.findall(rf"^\s*{name}\(", text, re.M)) for each, name in CALLS.items()},
    )


def run_times(files=()) -> dict:
    """Seconds by lesson: of these index.json, else of docs/benchmarks.json; what is missing, of the page itself."""
    known = of_page(PAGE.read_text(encoding="utf-8")) if PAGE.is_file() else {}
    if files:
        lessons = [lesson for file in files for lesson in json.loads(Path(file).read_text())["lessons"]]
        return {**known, **{lesson["name"]: lesson["seconds"] for lesson in lessons}}
    if BENCHMARKS.is_file():
        rows = json.loads(BENCHMARKS.read_text())["benchmarks"].get("lessons", [])
        known.update({row["what"]: row["value"] for row in rows if row["unit"] == "s"})
    return known


def of_page(text: str) -> dict:
    """Seconds by lesson from the table of the page.

    >>> of_page("| 00_start_here | 15 | 14 | 9 | 5 | 6.1 |")
    {'00_start_here': 6.1}
    """
    rows = re.findall(r"^\| (\d\d_\w+) \|(?:[^|]*\|){4} ([\d.]+) \|", text, re.M)
    return {name: float(seconds) for name, seconds in rows}


def page(lessons) -> str:
    """The page: the table of minutes, the table of counts, and every assumption."""
    lines = [
        "# How long every lesson takes",
        "",
        "Written by `python tools/time_estimate.py`; a test holds it to the sources. Words, lines and tasks are counted, the",
        "run is measured (`make bench`, or `course run`). The rest is assumed, in minutes for somebody who meets the",
        f"matter for the first time: {WORDS_A_MINUTE} words a minute, {LINES_A_MINUTE} lines of code a minute, and for each",
        ", ".join(f"{SINGLE[kind]} {minutes:g}" for kind, minutes in EACH.items())
        + ". Multiply by your own experience.",
        "",
        f"A `*` marks a lesson whose own line `Minutes` is more than {FAR:.0%} away from the estimate.",
        "",
        "| lesson | says | estimate | reading | trying | run, s |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for lesson in lessons:
        run = "" if lesson.run_s is None else f"{lesson.run_s:.1f}"
        lines.append(
            f"| {lesson.name} | {lesson.claimed}{' *' * lesson.far} | {lesson.minutes:.0f} | {lesson.all.reading:.0f} | "
            f"{lesson.all.trying:.0f} | {run} |"
        )
    says, took = sum(lesson.claimed for lesson in lessons), sum(lesson.minutes for lesson in lessons)
    lines += [f"| all {len(lessons)} | {says} | {took:.0f} | | | |", "", "What was counted:", ""]
    kinds = list(asdict(Content()))
    lines += [f"| lesson | {' | '.join(kinds)} |", "| --- |" + " ---: |" * len(kinds)]
    for lesson in lessons:
        lines.append(f"| {lesson.name[:2]} | " + " | ".join(f"{n:,}" for n in astuple(lesson.all)) + " |")
    return "\n".join(lines) + "\n"


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", nargs="+", type=Path, default=[], help="index.json of `course run`")
    parser.add_argument(
        "--check", action="store_true", help="compare with the page; exit with 1 if it is old"
    )
    given = parser.parse_args(arguments)
    seconds = of_page(PAGE.read_text(encoding="utf-8")) if given.check else run_times(given.runs)
    text = page([estimate(source, seconds.get(source.stem)) for source in builder.sources()])
    if given.check:
        fresh = text == PAGE.read_text(encoding="utf-8")
        print(
            "the estimate is what the sources say"
            if fresh
            else "the estimate is old: python tools/time_estimate.py"
        )
        return 0 if fresh else 1
    from course_lib.paths import atomic_file

    with atomic_file(PAGE) as part:
        part.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
