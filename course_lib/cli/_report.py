"""The page that `course run` leaves: one line a lesson, with time, peak memory and what went wrong."""

import datetime
import platform
from html import escape

import psutil

from course_lib import paths, seeding
from course_lib.cli._check_machine import version
from course_lib.cli._output import as_json

PACKAGES = ("torch", "torchaudio", "numpy", "scikit-learn", "jupyterlab", "papermill")
SECONDS, MEGABYTES = 60, 1000  # the budget of a lesson in the quick profile, docs/architecture.md
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }} caption {{ text-align: left; padding: .5rem 0; }}
th, td {{ text-align: left; padding: .4rem .8rem; border-bottom: 1px solid #ccc; vertical-align: top; }}
td.number {{ text-align: right; font-variant-numeric: tabular-nums; }} pre {{ white-space: pre-wrap; }}
.failed {{ border-left: .4rem solid #d55e00; }} .passed {{ border-left: .4rem solid #0072b2; }}
</style></head><body><main><h1>{title}</h1><p>{summary}</p>
<table><caption>Time and memory are measured, the kernel's start included; the budget of a lesson is
{seconds} s and {megabytes} MB in the quick profile.</caption>
<thead><tr><th scope="col">Lesson</th><th scope="col">Result</th><th scope="col">Seconds</th>
<th scope="col">Peak memory, MB</th></tr></thead><tbody>
{rows}
</tbody></table><h2>Made with</h2><p>{made_with}</p></main></body></html>
"""
ROW = """<tr class="{state}"><td><a href="{name}.html">{name}</a> (<a href="{name}.ipynb">notebook</a>)</td>
<td>{state}{note}</td><td class="number">{seconds:.1f}</td><td class="number">{megabytes:.0f}</td></tr>"""


def describe(settings: dict) -> dict:
    """What was run, on what: the settings, the versions, the machine, the day."""
    installed = {name: version(name) or "not installed" for name in PACKAGES}
    return {
        **settings,
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "versions": {"python": platform.python_version(), **installed},
        "machine": f"{platform.system()} {platform.machine()}, {seeding.usable_cores()} cores, "
        f"{psutil.virtual_memory().total / 1e9:.0f} GB",
    }


def write(folder, about: dict, lessons: list):
    """Write index.html and index.json; `lessons` are dicts of name, passed, seconds, megabytes, error."""
    rows = "\n".join(row(lesson) for lesson in lessons)
    passed = sum(lesson["passed"] for lesson in lessons)
    minutes = sum(lesson["seconds"] for lesson in lessons) / 60
    made_with = [f"{name} {number}" for name, number in about["versions"].items()]
    page = PAGE.format(
        title="Transfer Learning by Ear: a run",
        summary=escape(
            f"{passed} of {len(lessons)} lessons passed in {minutes:.1f} minutes, corpus {about['corpus']}, "
            f"profile {about['profile']}, seed {about['seed']}, {about['version']} version, {about['date']}"
        ),
        seconds=SECONDS,
        megabytes=MEGABYTES,
        rows=rows,
        made_with=escape(", ".join([*made_with, about["machine"]])),
    )
    with paths.atomic_file(folder / "index.json") as part:
        part.write_text(as_json({**about, "lessons": lessons}), encoding="utf-8")
    with paths.atomic_file(folder / "index.html") as part:
        part.write_text(page, encoding="utf-8")


def row(lesson: dict) -> str:
    over = [what for what, is_over in over_budget(lesson).items() if is_over]
    note = f", over the budget of {' and '.join(over)}" if over else ""
    if lesson["error"]:
        note += f"<pre>{escape(lesson['error'])}</pre>"
    return ROW.format(**{**lesson, "note": note, "state": "passed" if lesson["passed"] else "failed"})


def over_budget(lesson: dict) -> dict:
    """Which budgets a lesson went over.

    >>> over_budget({"seconds": 61, "megabytes": 400})
    {'time': True, 'memory': False}
    """
    return {"time": lesson["seconds"] > SECONDS, "memory": lesson["megabytes"] > MEGABYTES}
