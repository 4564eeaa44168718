"""`course class build`: a folder to hand out and a folder of solutions, from the notebooks that are there."""

import json
import shutil
from pathlib import Path

from course_lib import paths
from course_lib.cli.run import find_lessons, title_of
from course_lib.data.fingerprint import sha256
from course_lib.errors import CourseError

STAMP = ".course-class.json"  # what was written, with checksums: so that nothing of yours is ever replaced
NEEDED = (  # what `make lab` needs besides notebooks
    *("Makefile", "pyproject.toml", "constraints.txt", "environment.yml", "LICENSE", "LICENSE-LESSONS"),
    *("tools/environment.py", "course_lib", "data_scripts", ".binder", "notebooks/syllabus.yaml"),
)
OPTIONAL = (
    "docs/results.md",
    "docs/figures.json",
    "docs/glossary*",
    "docs/cheat_sheet*",
    "docs/further_reading*",
    "docs/images/cheat_sheet*",
    "docs/project.md",
    "docs/recipes.md",
    "notebooks/recipes/*.py",
)
SLIDES = "build/slides"


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "class",
        help="make a folder to hand out and a folder of solutions, for a class",
        description="Prepares the course for a class; docs/instructor/README.md tells how to teach it.",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    build = verbs.add_parser(
        "build",
        help="OUT/handout for students, OUT/solutions for you",
        description="Writes OUT/handout (students' notebooks and what `make lab` needs), OUT/solutions (instructors' "
        "notebooks, slides if they are built) and, with --nbgrader, OUT/nbgrader. All or nothing is written.",
    )
    build.add_argument(
        "--lessons", nargs="*", default=[], metavar="NN", help='such as 00 01 or "00 01"; default: all'
    )
    build.add_argument("--out", type=Path, default=Path("class"), help="the folder (default: class)")
    build.add_argument(
        "--nbgrader", action="store_true", help="also notebooks with nbgrader's marks, for those who grade"
    )
    build.set_defaults(run=run)


def run(arguments) -> int:
    from course_lib.cli import lab

    numbers = " ".join(arguments.lessons).split()
    student, solved = find_lessons(numbers, students=True), find_lessons(numbers)
    if [path.name for path in student] != [path.name for path in solved]:
        raise CourseError(
            "students' and instructors' notebooks differ in their lessons; build them: make notebooks"
        )
    out = arguments.out.expanduser().resolve()
    refuse_foreign_files(out)
    first = paths.home() / lab.FIRST  # `make lab` opens it, so it belongs to every hand-out
    student = student if first in student or not first.is_file() else [first, *student]
    with paths.atomic_folder(out) as part:
        write_handout(part / "handout", student)
        slides = write_solutions(part / "solutions", solved)
        if arguments.nbgrader:
            from course_lib.cli._nbgrader import write_course

            write_course(part / "nbgrader", solved)
        checksums = {name: sha256(part / name) for name in files_in(part)}
        part.joinpath(STAMP).write_text(json.dumps(checksums, indent=1), encoding="utf-8")
    print(f"{out / 'handout'}: {len(student)} lessons for students; give them this folder")
    print(
        f"{out / 'solutions'}: {len(solved)} solved, {slides} with slides"
        + (SLIDES_MISSING if not slides else "")
    )
    if arguments.nbgrader:
        print(
            f"{out / 'nbgrader'}: next, in that folder: nbgrader generate_assignment lesson{solved[0].name[:2]}"
        )
    return 0


SLIDES_MISSING = "; for slides: make slides, then this again"


def refuse_foreign_files(out: Path):
    """CourseError where `out` holds anything that an earlier build did not write, or that has changed since."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / STAMP).is_file():
        raise CourseError(
            f"expected a new folder, or one that `course class build` made, got {out}; choose another --out"
        )
    checksums = json.loads((out / STAMP).read_text(encoding="utf-8"))
    changed = [name for name in files_in(out) if name != STAMP and checksums.get(name) != sha256(out / name)]
    if changed:
        raise CourseError(
            f"{out} holds {len(changed)} file(s) that came later or were changed, such as {changed[0]}; "
            "move them away, or choose another --out"
        )


def files_in(folder: Path) -> list:
    """Names of all files below a folder, relative to it, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def write_handout(folder: Path, notebooks):
    """Students' notebooks and all that `make lab` needs: the folder is a course of its own."""
    home = paths.home()
    for name in NEEDED:
        if (
            home / name
        ).exists():  # an installed package has no Makefile: its students install the same package
            copy(home / name, folder / name)
    for path in (path for pattern in OPTIONAL for path in sorted(home.glob(pattern))):
        copy(path, folder / path.relative_to(home))
    for path in notebooks:
        copy(path, folder / "notebooks" / path.name)
    lines = [f"- [{title_of(path)}](notebooks/{path.name})" for path in notebooks]
    documents = {
        "docs/cheat_sheet.pdf": "One page to print: shapes, formulas, recipes",
        "docs/glossary.md": "Words",
        "docs/recipes.md": "Recipes to take home: four scripts that run on their own",
        "docs/project.md": "A project at the end: six questions, a rubric, a sealed test",
    }
    lines += [f"- [{title}]({name})" for name, title in documents.items() if (folder / name).is_file()]
    folder.joinpath("README.md").write_text(README.format(lessons="\n".join(lines)), encoding="utf-8")


def write_solutions(folder: Path, notebooks) -> int:
    """Instructors' notebooks, and slides where `make slides` has made them; returns how many have slides."""
    slides = [paths.home() / SLIDES / f"{path.stem}.html" for path in notebooks]
    for path in notebooks:
        copy(path, folder / path.name)
    built = [path for path in slides if path.is_file()]
    for path in built:
        copy(path, folder / "slides" / path.name)
    return len(built)


def copy(source: Path, target: Path):
    """A file or a folder, without what Python left in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    else:
        shutil.copy2(source, target)


README = """\
# Transfer Learning by Ear: your copy

You need Python 3.10 to 3.13 and about 3 GB of disk. In this folder:

    make lab

The first time it installs the tested packages (minutes, needs a network); then it opens lesson 00 in the browser.
On Windows, or without `make`: `python tools/environment.py`, then `.venv/bin/course lab`
(`.venv\\Scripts\\course lab` on Windows). If something does not work: `make doctor` says what, and what to do.

{lessons}

- Guess before you run. Your guesses and answers stay in this folder, in `my_course` and in the notebooks.
- `check(...)` tells what is wrong with an answer, `hint(...)` helps one step at a time.
- Nothing is sent anywhere. What you record stays on your machine.
"""
