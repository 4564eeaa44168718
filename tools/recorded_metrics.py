"""The record of figures: what a tool measured, as it is printed, and how far it may move: docs/figures.json.

A module tools/results_NAME.py measures into {table: {row: {column: cell}}}. A cell is a text or a figure: its value, its
spread over seeds (None for a single number), the format it is printed in, and how far it may move when measured again.
The tables of docs/results.md are printed from the record, so page and record cannot differ.
"""

import json
import re
from pathlib import Path

from course_lib.metrics import mean_and_spread
from course_lib.paths import atomic_file
from course_lib.teaching.recorded import shown

RECORD = Path(__file__).resolve().parents[1] / "docs" / "figures.json"


def figure(measured, form=".1f", allowed=None) -> dict:
    """The figure of a number, or of the mean and the standard deviation of several runs, rounded as it is printed.

    allowed: how far it may move, in its own unit. Where nothing is said: a figure with a spread two standard
    deviations, another 2 % of itself, both at least a unit of the last digit; a count (form "d") not at all.

    >>> figure([10.0, 10.4])
    {'value': 10.2, 'spread': 0.3, 'form': '.1f', 'allowed': 0.7}
    >>> figure(45, "d")["allowed"], figure(97.8)["allowed"], figure(0.3, allowed=5)["allowed"]
    (0, 1.956, 5)
    """
    value, spread = mean_and_spread(measured) if isinstance(measured, (list, tuple)) else (measured, None)
    count = form.endswith("d")
    if not count:
        value = float(format(value, form))
        spread = None if spread is None else float(format(spread, form))
    if allowed is None:
        unit = 0 if count else 10.0 ** -int(re.search(r"\.(\d+)", form)[1])
        allowed = (
            unit
            if count
            else round(max(unit, 0.02 * abs(value)) if spread is None else 2 * spread + unit, 12)
        )
    return {"value": value, "spread": spread, "form": form, "allowed": allowed}


def percent(shares, *given, **allowed) -> dict:
    """The figure of a share, or of the shares of several runs, in percent.

    >>> shown(percent([0.5, 0.6]))
    '55.0 ± 7.1'
    """
    return figure(
        [100 * share for share in shares] if isinstance(shares, (list, tuple)) else 100 * shares,
        *given,
        **allowed,
    )


def table(first, rows) -> str:
    """Rows as a table of markdown; `first` stands above their names. A cell that a row lacks is left empty.

    >>> print(table("arm", {"chance": {"errors": figure(97.8)}}))
    | arm | errors |
    | --- | --- |
    | chance | 97.8 |
    """
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [[first, *columns], ["---"] * (1 + len(columns))]
    lines += [[name, *(shown(row.get(column, "")) for column in columns)] for name, row in rows.items()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def flat(node, place="") -> dict:
    """{place: figure} of all figures of a measured section; a place is "table: row: column"."""
    if isinstance(node, str):
        return {}
    if "form" in node:
        return {place: node}
    return {
        below: one
        for key in node
        for below, one in flat(node[key], f"{place}: {key}" if place else key).items()
    }


def compare(recorded, now) -> list:
    """What drifted between two measured sections, one line each; nothing where all is as recorded.

    >>> compare({"a": {"chance": {"errors": figure(97.8)}}}, {"a": {"chance": {"errors": figure(90.2)}}})
    ['a: chance: errors: recorded 97.8, now 90.2; allowed 1.956']
    """
    recorded, now = flat(recorded), flat(now)
    told = [f"{place}: recorded, now missing" for place in recorded if place not in now]
    told += [f"{place}: new, not in the record" for place in now if place not in recorded]
    for place in [place for place in recorded if place in now]:
        old, new = recorded[place], now[place]
        if not abs(new["value"] - old["value"]) <= old["allowed"] + 1e-12:  # nan drifts too
            told.append(
                f"{place}: recorded {old['value']:g}, now {new['value']:g}; allowed {old['allowed']:g}"
            )
        elif old["spread"] and (new["spread"] or 0) > 2 * old["spread"] + old["allowed"]:
            told.append(f"{place}: spread recorded {old['spread']:g}, now {new['spread']:g}; may double")
    return told


def recorded() -> dict:
    """{section: what its tool measured} as docs/figures.json holds it."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


def record(name, measured):
    """Write one section to docs/figures.json, a line for each row; the other sections stay."""
    sections = dict(sorted((recorded() | {name: measured}).items()))
    with atomic_file(RECORD) as part:
        part.write_text(_lines(sections, 0) + "\n", encoding="utf-8")


def _lines(node, depth) -> str:
    if depth == 3:
        return json.dumps(node, ensure_ascii=False)
    inner = [f"{' ' * (depth + 1)}{json.dumps(key)}: {_lines(node[key], depth + 1)}" for key in node]
    return "{\n" + ",\n".join(inner) + f"\n{' ' * depth}}}"
