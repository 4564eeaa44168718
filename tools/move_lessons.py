"""Give lessons other numbers: their files, their ids and every mention of them follow notebooks/syllabus.yaml.

A lesson is known by its name: where the files of `accents` say 13 and the syllabus says 14, the lesson moves. Several
may move at once, also in a circle. Readers' own progress files keep the old ids.
"""

import re

from course_lib.errors import CourseError
from course_lib.paths import PROJECT as ROOT

PLACES = (  # where a lesson has files: {n} is its number, {s} number and name
    "notebooks/source/{s}.py",
    "notebooks/{s}.ipynb",
    "notebooks/instructor/{s}.ipynb",
    "course_lib/teaching/exercises/lesson{n}.py",
    "course_lib/teaching/exercises/lesson{n}.yaml",
    "course_lib/teaching/quizzes/{n}.yaml",
    "docs/instructor/{n}.md",
)
TEXTS = (  # where lessons are mentioned; notebooks are built again
    "README.md",
    "docs/**/*.md",
    "docs/*.json",
    "notebooks/source/*.py",
    "course_lib/**/*.py",
    "course_lib/**/*.yaml",
    "course_lib/**/*.md",
    "tests/**/*.py",
    "tools/**/*.py",
)
OWN = {"move_lessons.py", "test_new_lesson.py"}  # whose numbers are examples
LIST = re.compile(
    r"--lessons(?: \d\d\b)+|\b[Ll]essons? \d\d\b(?:(?: \([^)]*\))?(?:,|,? and| to|,? or)\s(?:# )?\d\d\b)*"
)


def moves(syllabus, root=ROOT) -> dict[str, str]:
    """{"13_accents": "14_accents"} for every lesson whose source has another number than the syllabus gives it.

    Raises CourseError for a lesson without a source, and for a source that is in no syllabus.
    """
    sources = {path.stem[3:]: path.stem for path in (root / "notebooks" / "source").glob("[0-9][0-9]_*.py")}
    wanted = {lesson.name: lesson.stem for lesson in syllabus.lessons}
    missing, extra = wanted.keys() - sources.keys(), sources.keys() - wanted.keys()
    if missing:
        raise CourseError(f"no source for {', '.join(sorted(missing))}; make one: tools/new_lesson.py NAME")
    if extra:
        raise CourseError(f"not in notebooks/syllabus.yaml: {', '.join(sorted(extra))}")
    return {sources[name]: stem for name, stem in wanted.items() if sources[name] != stem}


def move(stems: dict[str, str], root=ROOT) -> list[str]:
    """Rename the files of these lessons, {old stem: new stem}, and every mention of them. Returns what was done."""
    if not stems:
        return []
    renames = {}
    for old, new in stems.items():
        for place in PLACES:
            path = root / place.format(n=old[:2], s=old)
            if path.is_file():
                renames[path] = root / place.format(n=new[:2], s=new)
    for path in renames:  # by way of another name, so that two lessons can change places
        path.rename(path.with_name(f".moving-{path.name}"))
    for path, target in renames.items():
        path.with_name(f".moving-{path.name}").rename(target)
    changed = 0
    texts = {path for pattern in TEXTS for path in root.glob(pattern) if path.name not in OWN}
    for path in sorted(texts):
        text = path.read_text(encoding="utf-8")
        new = renumbered(text, stems, rows=path.name == "access.md")
        if new != text:
            path.write_text(new, encoding="utf-8")
            changed += 1
    return [*(f"moved: {a} -> {b}" for a, b in stems.items()), f"mentions changed in {changed} files"]


def renumbered(text: str, stems: dict[str, str], rows=False) -> str:
    """The text with these lessons' new numbers, in stems, ids, file names, quizzes, calls and prose.

    `rows`: also in the first column of a table.

    >>> renumbered('check("13.dft", f)  # lessons 08 (a 13), 12 and 13; quiz("13"), 13.5', {"13_a": "14_a"})
    'check("14.dft", f)  # lessons 08 (a 13), 12 and 14; quiz("14"), 13.5'
    """
    numbers = {old[:2]: new[:2] for old, new in stems.items()}
    known = "|".join(numbers)

    def new(match):
        return numbers[match[0]]

    text = re.sub(rf"\b(?:{'|'.join(stems)})\b", lambda match: stems[match[0]], text)
    for pattern in (
        rf"(?<=\blesson)(?:{known})\b",  # lesson13.py, nbgrader's lesson13
        rf"(?<![\w.,:+-])(?:{known})(?=\.(?:md\b|yaml\b|[a-z]\w*))",  # 13.strategy, 13.md, 13.yaml
        rf"(?<=\bquiz\(\")(?:{known})(?=\")|(?<=\blesson: \")(?:{known})(?=\")|(?<=\bquiz )(?:{known})(?=/)",
        *([rf"(?<=^\| )(?:{known})(?= \|)"] if rows else []),
        rf"(?<=\[)(?:{known})(?=\]\()",
    ):
        text = re.sub(pattern, new, text, flags=re.M)
    outside = rf"\([^)]*\)|\b(?:{known})\b"  # what stands in parentheses is no lesson
    return LIST.sub(lambda found: re.sub(outside, lambda m: numbers.get(m[0], m[0]), found[0]), text)
