"""What the same experiment gave on recordings of people, beside what was just measured: read from docs/figures.json.

The record is made by `python -m tools.results SECTION`; docs/results.md prints all of it.
"""

import json
from html import escape

from course_lib import paths
from course_lib.errors import CourseError
from course_lib.metrics import mean_and_spread

RECORD = "docs/figures.json"


def on_real_recordings(section: str, table: str, rows: dict, *, here, unit: str = "%") -> "Beside":
    """Show what was measured here beside the recorded figure of the same experiment on real recordings.

    section, table   of docs/figures.json, such as "peers", "voxforge_en, new sessions"
    rows      {title: (measured, place)}: a share, a list of them (one for each seed), or None where it was not measured;
              place is "row: column" of the table
    here      the corpus that was measured on
    unit      "%" where the record is in percent; "" where both are plain numbers
    Raises CourseError for a place that the record does not have.
    """
    path = paths.home() / RECORD
    if not path.is_file():
        return Beside(section, str(here), [], f"{RECORD} is not in this copy of the course")
    tables = json.loads(path.read_text(encoding="utf-8"))[section]
    cells = {
        f"{row}: {column}": (row, column)
        for row, columns in tables.get(table, {}).items()
        for column in columns
    }
    lines, about = [], []
    for title, (measured, place) in rows.items():
        if place not in cells:
            raise CourseError(
                f"expected a place of {section}, {table!r} in {RECORD}, got {place!r}; there are {list(cells)[:3]} ..."
            )
        row, column = cells[place]
        about.append(tables["about"].get(f"{table}: {row}") or tables["about"][table])
        form = tables[table][row][column]["form"]
        lines.append((title, _now(measured, form, unit), with_interval(tables[table][row], column)))
    return Beside(section, str(here), lines, "; ".join(dict.fromkeys(about)), unit)


class Beside:
    """The table; shows itself. `.lines` are (title, measured here, recorded), `.about` says on whom the record stands."""

    def __init__(self, section, here, lines, about, unit=""):
        self.lines, self.about = lines, about
        self.heads = ("", f"here, {here}{unit and f' ({unit})'}", f"real recordings{unit and f' ({unit})'}")
        self.command = f"COURSE_DATA=FOLDER python -m tools.results {section}"

    @property
    def told(self):
        """On whom the record stands, how to read it, and how to measure it again."""
        return (
            f"Recorded on {self.about}. ± is the standard deviation, [from, to] a 95 % interval over people."
            if self.lines
            else f"{self.about}."
        )

    def __repr__(self):
        rows = [self.heads, *self.lines] if self.lines else []
        widths = [max(len(row[place]) for row in rows) for place in range(3)] if rows else []
        table = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
        return "\n".join([*table, self.told, f"Measured again by: {self.command}"])

    def _repr_mimebundle_(self, include=None, exclude=None):
        heads = "".join(
            f'<th scope="col">{escape(head)}</th>' if head else "<td></td>" for head in self.heads
        )
        body = "".join(
            f'<tr><th scope="row">{escape(title)}</th><td>{escape(now)}</td><td>{escape(then)}</td></tr>'
            for title, now, then in self.lines
        )
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>" if body else ""
        again = f"Measured again by: <code>{escape(self.command)}</code>"
        told = escape(self.told, quote=False)
        return {"text/html": f"{table}<p>{told} {again}</p>", "text/plain": repr(self)}


def shown(cell) -> str:
    """A cell of the record as it is printed.

    >>> shown({"value": 50.25, "spread": 1, "form": ".1f"}), shown("none")
    ('50.2 ± 1.0', 'none')
    """
    if isinstance(cell, str):
        return cell
    value, spread = (None if n is None else format(n, cell["form"]) for n in (cell["value"], cell["spread"]))
    return value if spread is None else f"{value} ± {spread}"


def with_interval(row, column) -> str:
    """A cell with its 95 % interval, where the row has one: "95 % from" and "to", or "NAME, 95 %".

    >>> number = {"spread": None, "form": ".0f"}
    >>> with_interval({"a": number | {"value": 5}, "95 % from": number | {"value": 3}, "to": number | {"value": 8}}, "a")
    '5 [3, 8]'
    """
    if {"95 % from", "to"} <= row.keys():
        return f"{shown(row[column])} [{shown(row['95 % from'])}, {shown(row['to'])}]"
    return " ".join([shown(row[column]), *([row[f"{column}, 95 %"]] if f"{column}, 95 %" in row else [])])


def _now(measured, form, unit) -> str:
    """What was measured here, in the record's format: mean ± standard deviation where it is a list."""
    if measured is None:
        return "not measured"
    scale = 100 if unit == "%" else 1
    value, spread = mean_and_spread(measured) if isinstance(measured, (list, tuple)) else (measured, None)
    spread = None if spread is None or len(measured) == 1 else scale * spread
    return shown({"value": scale * float(value), "spread": spread, "form": form})
