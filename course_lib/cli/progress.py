"""`course progress`: what is done, what to repeat and what comes next, from the reader's own file; and as a page."""

from datetime import date
from pathlib import Path

from course_lib import paths, user_store
from course_lib.cli import _output
from course_lib.errors import CourseError, DataError


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "progress",
        help="what is done, what to repeat, what comes next",
        description="Reads my_course/progress.json, in which checks, hints and first answers are kept on this machine "
        "alone, prints what is done and open, and writes a page with the same.",
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help="where the page goes (default: my_course/progress.html)"
    )
    parser.add_argument("--json", action="store_true", help="for programs; writes a page only with --page")
    parser.add_argument(
        "--forget",
        nargs="?",
        const="all",
        metavar="WHAT",
        help='take out an exercise (06.slide), a lesson (05), a review ("review 2") or all of it; asks first',
    )
    parser.add_argument("--yes", action="store_true", help="with --forget: do not ask")
    parser.set_defaults(run=run)


def run(arguments) -> int:
    from course_lib.teaching import progress

    entries = user_store.entries(progress.FILE)
    if arguments.forget:
        return forget(arguments.forget, entries, arguments.yes)
    found = progress.summarize(units(), entries)
    if arguments.json:
        print(_output.as_json(found.as_dict()))
    else:
        print(report(found))
    _output.refuse_inputs([arguments.page], sorted(paths.own_root().glob("*.json")))
    if arguments.page or not arguments.json:
        target = (arguments.page or paths.own_root() / "progress.html").expanduser()
        write(target, progress.page(found, made=date.today().isoformat()))
        if not arguments.json:
            print(f"\nAs a page: {target}")
    return 0


def units():
    """Every lesson with its exercises and questions, in the syllabus's order, and each review behind the lesson that
    holds it."""
    from course_lib.teaching import exercises, quizzes
    from course_lib.teaching.progress.summary import Item, Unit, questions_of
    from course_lib.teaching.syllabus import load_syllabus, syllabus_path

    def questions(name):
        asked = quizzes.read_bank(quizzes.path_of(name))
        return questions_of(name, [(question.id, question.ask) for question in asked])

    found = []
    if syllabus_path().is_file():
        syllabus = load_syllabus()
        titles, reviews = {each.number: each.title for each in syllabus.lessons}, syllabus.reviews()
    else:  # an installed course, called in a folder without notebooks
        titles = dict.fromkeys(exercises.lessons(), "without a title")
        parts = [name for name in quizzes.names() if name not in titles]
        reviews = {
            max(item.key.partition("/")[2][:2] for item in questions(name)): name.split()[-1]
            for name in parts
        }
    for name, title in titles.items():
        given = tuple(Item(each.id, each.title) for each in exercises.of_lesson(name))
        found.append(Unit(name, title, given, questions(name)))
        if name in reviews:
            review = f"review {reviews[name]}"
            found.append(Unit(review, f"Review of part {reviews[name]}", (), questions(review)))
    return found


def report(found) -> str:
    """The summary as text."""
    from course_lib.teaching.progress.as_page import again, label, next_words

    lines = []
    for each in found.units:
        done = f"{each.passed}/{len(each.unit.exercises)}" if each.unit.exercises else "-"
        asked = f"{each.answered}/{len(each.unit.questions)}"
        lines.append(f"{label(each):52} exercises {done:>4}   questions {asked:>5}   {each.state}")
    lines += ["", found.total() + "."]
    if found.repeat:
        lines += ["", "Worth repeating, the oldest first:"]
        lines += [f"  {each.title} ({each.why})\n    {': '.join(again(each))}" for each in found.repeat]
    return "\n".join([*lines, "", f"Next: {next_words(found)}"])


def forget(what: str, entries: dict, sure: bool) -> int:
    """Take entries out of the reader's file, after a question. Raises CourseError where there is nothing of the name."""
    from course_lib.teaching import progress

    chosen = [key for key in entries if what == "all" or belongs(key, what)]
    if not chosen:
        raise CourseError(
            f"nothing is kept of {what!r}; expected an exercise such as 06.slide, a lesson such as 05, "
            'a review such as "review 2", or all'
        )
    if not sure and not agreed(f"Forget {what}: {len(chosen)} entries of {paths.own_root()}? [y/N] "):
        print("Nothing was forgotten.")
        return 0
    for key in chosen:
        user_store.forget(progress.FILE, key)
    print(f"Forgotten: {', '.join(sorted(chosen))}")
    return 0


def belongs(key: str, what: str) -> bool:
    """Whether an entry is meant by an exercise's id, a lesson's number or a quiz's name.

    >>> belongs("06.slide", "06"), belongs("quiz 06/field", "06"), belongs("quiz review 2/06.chain", "06")
    (True, True, False)
    """
    return key == what or key.startswith((f"{what}.", f"quiz {what}/"))


def agreed(question: str) -> bool:
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:  # nobody there to answer
        return False


def write(target: Path, text: str) -> None:
    try:
        with paths.atomic_file(target) as part:
            part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"expected a place that can be written for the page, got {target}: {error.strerror}; "
            "name another with --page FILE"
        ) from error
