"""The reader's progress as one page of HTML: opened from a file, light or dark, without scripts, readable aloud."""

from html import escape

from course_lib.teaching.progress.summary import Repeat, Summary, UnitProgress

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --soft: #f1f1f1; --line: #767676; --link: #00508a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --paper: #161616; --soft: #262626; --line: #9a9a9a; --link: #8cc8ff; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.05rem/1.5 system-ui, sans-serif; }
main { max-width: 54rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: 0.3rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
.wide { overflow-x: auto; }
code { background: var(--soft); padding: 0 0.25em; overflow-wrap: anywhere; }
details { border-bottom: 1px solid var(--line); padding: 0.4rem 0; }
summary { cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
""".strip()
MARKS = {"done": "✔ done", "begun": "◐ begun", "open": "○ open"}


def page(found: Summary, made: str = "") -> str:
    """The whole page. `made` says when it was written."""
    rows = "\n".join(_row(each) for each in found.units)
    details = "\n".join(_details(each) for each in found.units if each.unit.exercises)
    note = (
        f"<p>Written {escape(made)} by <code>course progress</code>, from your own file. " if made else "<p>"
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your progress: Transfer Learning by Ear</title>
<style>
{STYLE}
</style>
</head>
<body>
<main>
<h1>Your progress</h1>
<p>{escape(found.total())}.</p>
<h2>What to do next</h2>
{_next(found)}
<h2>Worth repeating</h2>
{_repeat(found.repeat)}
<h2>Lesson by lesson</h2>
<div class="wide" role="region" aria-label="Lesson by lesson" tabindex="0">
<table>
<caption>What is done, begun and open</caption>
<thead><tr><th scope="col">Lesson</th><th scope="col">Exercises</th><th scope="col">Questions</th><th scope="col">State</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
<h2>Exercise by exercise</h2>
{details}
{note}It lies on this machine and goes nowhere.</p>
</main>
</body>
</html>
"""


def next_words(found: Summary) -> str:
    """What to do next, in a sentence."""
    if found.next is None:
        return "Everything is done. Take a recording of your own, and a question that you really have."
    exercises, questions = found.next.open
    parts = [
        f"{number} {word}{'s' * (number != 1)}"
        for number, word in ((exercises, "exercise"), (questions, "question"))
        if number
    ]
    return f"{label(found.next)}: {' and '.join(parts)} to go."


def label(each: UnitProgress) -> str:
    """'Lesson 06, Convolution layers' or 'Review of part 2'."""
    unit = each.unit
    return f"Lesson {unit.name}, {unit.title}" if unit.name.isdigit() else unit.title


def again(each: Repeat) -> tuple[str, str]:
    """How to do it again: what to type, and what to do about it.

    >>> again(Repeat("", "quiz 06/field", "Why?", ""))
    ('quiz("06")', 'run this cell again')
    """
    if each.key.startswith("quiz "):
        return f'quiz("{each.key[5:].partition("/")[0]}")', "run this cell again"
    return f"course progress --forget {each.key}", "then empty its cell and solve it once more"


def _next(found) -> str:
    return f"<p>{escape(next_words(found))}</p>"


def _repeat(repeats) -> str:
    if not repeats:
        return "<p>Nothing so far. Here stand exercises that took many tries or hints, and questions answered wrong, the oldest first.</p>"
    items = "\n".join(
        f"<li>{escape(each.title)} ({escape(each.why)}{_day(each.when)}). "
        f"<code>{escape(again(each)[0])}</code>: {again(each)[1]}.</li>"
        for each in repeats
    )
    return f"<p>The oldest first: what was hard long ago is soonest forgotten.</p>\n<ol>\n{items}\n</ol>"


def _row(each) -> str:
    unit = each.unit
    exercises = f"{each.passed} of {len(unit.exercises)}" if unit.exercises else "none"
    questions = f"{each.answered} of {len(unit.questions)}, {each.right_first} right at first"
    return (
        f'<tr><th scope="row">{escape(label(each))}</th><td>{exercises}</td><td>{questions}</td>'
        f"<td>{MARKS[each.state]}</td></tr>"
    )


def _details(each) -> str:
    items = "\n".join(
        f"<li>{escape(item.title)}: {_words(each.exercises[item.key])}</li>" for item in each.unit.exercises
    )
    return f"<details><summary>{escape(label(each))}</summary>\n<ul>\n{items}\n</ul></details>"


def _words(exercise) -> str:
    if exercise["passed"]:
        tries, hints = exercise["tries"], exercise["hints"]
        helped = f", {hints} hint{'s' * (hints != 1)} taken" if hints else ""
        return f"passed at try {tries}{helped}{_day(exercise['last'])}"
    tries = exercise["tries"]
    return f"tried {tries} time{'s' * (tries != 1)}, not passed yet" if tries else "open"


def _day(when: str) -> str:
    return f", {escape(when[:10])}" if when else ""
