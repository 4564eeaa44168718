"""Write what a machine knows into docs/instructor/NN.md: minutes by section, and the wrong answers to expect.

    python tools/instructor.py            write the marked blocks
    python tools/instructor.py --check    compare only; exit status 1 if a block is old

The rest of those pages is written by hand and not touched. Minutes are those of tools/time_estimate.py; wrong answers are the
misconceptions of course_lib/teaching/exercises and the wrong choices of course_lib/teaching/quizzes.
"""

import argparse
import re
import sys
from pathlib import Path

import build_notebooks as builder
import time_estimate

PAGES = builder.ROOT / "docs" / "instructor"


def blocks(source: Path) -> dict:
    """The generated blocks of one lesson, by name."""
    return {"minutes": minutes(source), "answers": answers(source)}


def minutes(source: Path) -> str:
    """What the lesson and its sections take, by the time estimate; the run is left to time_estimate.md, where it is measured."""
    lesson = time_estimate.estimate(source)
    parts = [(heading, part.minutes) for heading, part in lesson.sections.items() if round(part.minutes)]
    lines = [
        f"**Minutes:** {lesson.all.reading:.0f} to read, {lesson.all.trying:.0f} to try, by the [time estimate](time_estimate.md); "
        f"the run's seconds stand there too. The lesson itself says {lesson.claimed}.",
        "",
        "| section | minutes |",
        "| --- | ---: |",
        *(f"| {heading} | {length:.0f} |" for heading, length in parts),
    ]
    return "\n".join(lines)


def answers(source: Path) -> str:
    """The misconceptions of the lesson's exercises, with what the check says, and the wrong choices of its quizzes."""
    from course_lib.teaching.exercises import of_lesson
    from course_lib.teaching.quizzes import path_of, read_bank

    lines = []
    for exercise in of_lesson(source.name[:2]):
        judged = ", judged by its result" if exercise.judge else ""
        lines += [f"**{plain(exercise.title)}** (`{exercise.id}`{judged})", ""]
        lines += [f"- *{plain(each.name)}*: {plain(each.says)}" for each in exercise.misconceptions]
        lines += [""]
    for name in re.findall(time_estimate.QUIZ, source.read_text(encoding="utf-8"), re.M):
        lines += [f"In the {name}:" if name.startswith("review") else "In the quiz:", ""]
        for question in read_bank(path_of(name)):
            lines += [f"- {plain(question.ask)}"]
            lines += [
                f"  - *{plain(each.text)}*: {plain(each.why)}" for each in question.choices if not each.right
            ]
        lines += [""]
    return "\n".join(lines).rstrip()


def plain(text) -> str:
    """One line that Markdown shows as it stands.

    >>> plain("a < b\\n  with *stars*")
    'a &lt; b with \\\\*stars\\\\*'
    """
    return re.sub(r"([*_|\[\]])", r"\\\1", " ".join(str(text).split()).replace("<", "&lt;"))


def filled(page: str, parts: dict) -> str:
    """The page with its marked blocks written anew. ValueError where a mark is missing."""
    for name, text in parts.items():
        begin, end = f"<!-- {name}: written by tools/instructor.py -->\n", f"<!-- end of {name} -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"expected the marks of the block {name} once")
        before, rest = page.split(begin)
        page = f"{before}{begin}{text}\n{end}{rest.split(end)[1]}"
    return page


def main(arguments=None) -> int:
    from course_lib.paths import atomic_file

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only; exit with 1 if a block is old")
    given, old = parser.parse_args(arguments), []
    for source in builder.sources():
        path = PAGES / f"{source.name[:2]}.md"
        page = path.read_text(encoding="utf-8")
        fresh = filled(page, blocks(source))
        if fresh != page:
            old.append(path.name)
            if not given.check:
                with atomic_file(path) as part:
                    part.write_text(fresh, encoding="utf-8")
    print(
        f"{'old' if given.check else 'written'}: {', '.join(old)}"
        if old
        else "every block is as its sources say"
    )
    return int(bool(old) and given.check)


if __name__ == "__main__":
    sys.exit(main())
