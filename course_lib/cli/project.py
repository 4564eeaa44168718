"""`course project`: the six questions at the end of the course, and the sealed test that judges a saved model."""

import sys
from pathlib import Path

from course_lib.cli._options import add_json

LOOKS = "project"  # the reader's own file, in my_course: how often each sealed test was looked at


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "project",
        help="the project at the end: its questions, and a sealed test for a saved model",
        description="docs/project.md has the six questions, the data, the rubric and a worked example.",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    listed = verbs.add_parser(
        "questions", help="the six questions, and how often you have looked at each test"
    )
    listed.set_defaults(run=questions)
    judged = verbs.add_parser(
        "score",
        help="judge a saved model on recordings that nobody trains on",
        description="The recordings are made in memory while the model is judged. Every look is counted in your own "
        "file before the result is shown, because whoever looks often enough will find a lucky model.",
    )
    judged.add_argument(
        "model", metavar="FILE", help="made by course train base, course transfer --save or save_base"
    )
    judged.add_argument("--question", default="voices", metavar="NAME", help="which one (default: voices)")
    judged.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="the page to write (default: beside the model, NAME.report.html)",
    )
    add_json(judged)
    judged.set_defaults(run=run)


def questions(arguments) -> int:
    from course_lib import user_store
    from course_lib.tasks.sealed_test import QUESTIONS

    looks = user_store.entries(LOOKS)
    for name, (title, measured) in QUESTIONS.items():
        count = len(looks.get(name, {}).get("looks", []))
        print(f"{name:10} {title} {measured[0].upper()}{measured[1:]}. Looks so far: {count}.")
    return 0


def run(arguments) -> int:
    from course_lib import paths
    from course_lib.cli import _output
    from course_lib.cli._project_page import page
    from course_lib.errors import CourseError
    from course_lib.tasks import sealed_test
    from course_lib.transfer import load_base

    if arguments.question not in sealed_test.QUESTIONS:
        raise CourseError(
            f"expected a question, one of {', '.join(sealed_test.QUESTIONS)}, got {arguments.question!r}"
        )
    model = Path(arguments.model).expanduser()
    report = arguments.report or Path(
        f"{model.stem}.report.html" if not model.is_file() else model.with_suffix(".report.html")
    )
    _output.refuse_inputs([report], [model])
    base = load_base(arguments.model)
    look = count_look(arguments.question)
    rows = {"yours": base, "random weights": sealed_test.control(base), "the course's base": load_base()}
    scores = {name: sealed_test.score(each, arguments.question) for name, each in rows.items()}
    result = as_dict(model.name, arguments.question, look, scores)
    remember(arguments.question, result)
    print(_output.as_json(result) if arguments.json else as_text(result))
    with _output.writing(report), paths.atomic_file(report) as part:
        part.write_text(page(result), encoding="utf-8")
    print(f"report: {report}", file=sys.stderr)
    return 0


def count_look(question) -> int:
    """Add a look to the reader's file, before anything is seen; the number of this one, from 1."""
    import datetime

    from course_lib import user_store

    now, looks = datetime.datetime.now().astimezone().isoformat(timespec="seconds"), []

    def change(old):
        looks[:] = [*old.get("looks", []), {"at": now}]
        return {**old, "looks": list(looks)}

    user_store.update(LOOKS, question, change)
    return len(looks)


def remember(question, result) -> None:
    """Write what the look has shown beside it."""
    from course_lib import user_store

    def change(old):
        looks = [dict(look) for look in old["looks"]]
        looks[result["look"] - 1] |= {"model": result["model"], "value": result["scores"]["yours"]["value"]}
        return {**old, "looks": looks}

    user_store.update(LOOKS, question, change)


def as_dict(model, question, look, scores) -> dict:
    """The look as plain numbers; `minus` is yours less this one on the same sounds, null where they are not the same."""
    from course_lib.tasks.sealed_test import QUESTIONS

    yours, numbers = scores["yours"], {}
    for name, score in scores.items():
        difference = None if score is yours else yours.minus(score)
        numbers[name] = {"value": score.value, "low": score.low, "high": score.high, "details": score.details}
        numbers[name]["minus"] = difference and {
            key: getattr(difference, key) for key in ("mean", "low", "high")
        }
    asked, measured = QUESTIONS[question]
    return {
        **{"model": model, "question": question, "asked": asked, "measured": measured, "look": look},
        **{"sounds": yours.count, "groups": len(yours.each), "scores": numbers},
    }


def as_text(result) -> str:
    from course_lib.cli._project_page import conclusion, in_figures

    lines = [f"{result['asked']} {result['measured'][0].upper()}{result['measured'][1:]}."]
    for name, score in result["scores"].items():
        details = ", ".join(f"{what} {in_figures(number)}" for what, number in score["details"].items())
        ends = f"({score['low']:.0%} to {score['high']:.0%})"
        lines.append(f"{name:18} {score['value']:6.1%}  {ends:14}  {details}".rstrip())
    lines += [conclusion(name, score["minus"]) for name, score in result["scores"].items() if name != "yours"]
    caution = "" if result["look"] == 1 else "; the best of several looks is a lucky one"
    return "\n".join([*lines, f"look {result['look']} at this test{caution}"])
