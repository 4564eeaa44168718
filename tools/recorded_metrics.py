"""The figures of docs/results.md one by one, and whether measuring again gave the same: docs/figures.json is the record.

A figure is a number in a table, or one with a decimal point or a percent sign in a sentence. Its id is its place:
"spkid: table 1: chance: frame errors". `python -m tools.results NAME` records them with the page it writes;
`python -m tools.results NAME --check` measures again and compares. How far a figure may move is part of the record:

with a spread    two standard deviations; the spread itself may double
a p, an interval 0.1; 10 points: a few answers more or less move them; one answer for each of few speakers: 5
tiny (1e-06)     a factor of a thousand: rounding
a whole number   not at all: it counts speakers, recordings, seconds
any other        2 % of it; a speed and false accepts an hour 50 %; one unit of the last printed digit is always allowed
"""

import json
import re
from pathlib import Path

from course_lib.paths import atomic_file

RECORD = Path(__file__).resolve().parents[1] / "docs" / "figures.json"
NUMBER = r"-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?"
CELL = re.compile(rf"(?<![\w.-])({NUMBER})( ?%)?(?: ± ({NUMBER}) ?%?)?(?![\w-])")
SENTENCE = re.compile(
    rf"((?:\S+ ){{0,4}})(?<![\w.-])(\d[\d,]*\.\d+(?:e-?\d+)?|\d+ ?%)(?: ± ({NUMBER}))?(?!\w)"
)


def figures(name, section) -> dict:
    """{id: {value, spread or None, tolerance}} of a section's markdown.

    >>> figures("a", "| arm | errors |\\n| --- | --- |\\n| chance | 97.8 ± 0.5 |")
    {'a: table 1: chance: errors': {'value': 97.8, 'spread': 0.5, 'tolerance': 1.1}}
    """
    found, tables, head = {}, 0, None
    for line in section.splitlines():
        if not line.startswith("|"):
            head = None
            for before, value, spread in SENTENCE.findall(line):
                words = re.sub(r"\d[\d.,]*", "#", before.strip())  # another figure is no part of the place
                _keep(found, f"{name}: text: {words}", value, spread)
        elif head is None:
            head, tables = [cell.strip() for cell in line.strip("| ").split(" | ")], tables + 1
            head = head if line.startswith("| |") is False else ["", *head]
        elif not set(line) <= set("|- "):
            row, *cells = (cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|"))
            for column, cell in zip(head[1:], cells):
                for value, _, spread in CELL.findall(cell):
                    _keep(found, f"{name}: table {tables}: {row}: {column}", value, spread)
    return found


def _keep(found, place, value, spread):
    """Put a figure under its place; the second of a place is called so."""
    times = sum(known == place or known.startswith(f"{place} (") for known in found)
    place = f"{place} ({times + 1})" if times else place
    found[place] = {
        "value": number(value),
        "spread": number(spread) if spread else None,
        "tolerance": tolerance(place, value, spread),
    }


def number(text) -> float:
    """
    >>> number("1,585"), number("53 %")
    (1585.0, 53.0)
    """
    return float(text.replace(",", "").strip(" %"))


def tolerance(place, value, spread) -> float:
    """How far this figure may move, in its own unit. The rules stand at the head of the file.

    >>> tolerance("a: table 1: x: error", "10.2", "0.3"), tolerance("a: table 1: x: speakers", "45", "")
    (0.7, 0.0)
    """
    size = abs(number(value))
    unit = 10.0 ** -len(value.partition(".")[2].strip(" %"))
    if "e" in value:
        allowed = 1000 * size
    elif spread:
        allowed = 2 * number(spread) + unit
    elif place.endswith(": p"):
        allowed = 0.1
    elif "interval" in place:
        allowed = 10
    elif place.startswith("accents") and place.endswith("balanced accuracy"):
        allowed = 5
    elif "second, two" in place or "an hour" in place:
        allowed = max(unit, size / 2)
    else:
        allowed = max(unit, 0.02 * size) if "." in value else 0.0
    return round(allowed, 12)


def compare(recorded, now) -> list:
    """What drifted, one line each; nothing where all is as recorded.

    >>> was = {"chance": {"value": 97.8, "spread": None, "tolerance": 0.1}}
    >>> compare(was, {"chance": {"value": 97.5}})
    ['chance: recorded 97.8, now 97.5; allowed 0.1']
    """
    told = [f"{place}: recorded, now missing" for place in recorded if place not in now]
    told += [f"{place}: new, not in the record" for place in now if place not in recorded]
    for place in [place for place in recorded if place in now]:
        old, new = recorded[place], now[place]
        if not abs(new["value"] - old["value"]) <= old["tolerance"] + 1e-12:  # nan drifts too
            told.append(
                f"{place}: recorded {old['value']:g}, now {new['value']:g}; allowed {old['tolerance']:g}"
            )
        elif old["spread"] and new.get("spread", 0) > 2 * old["spread"] + old["tolerance"]:
            told.append(f"{place}: spread recorded {old['spread']:g}, now {new['spread']:g}; may double")
    return told


def recorded() -> dict:
    """{section: {command, figures}} as docs/figures.json holds them."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


def record(name, section):
    """Write the figures of one section to docs/figures.json; the other sections stay."""
    sections = recorded() | {
        name: {"command": f"python -m tools.results {name}", "figures": figures(name, section)}
    }
    lines = []
    for key in sorted(sections):
        own = [
            f"   {json.dumps(place, ensure_ascii=False)}: {json.dumps(figure)}"
            for place, figure in sections[key]["figures"].items()
        ]
        lines.append(
            f' "{key}": {{\n  "command": "{sections[key]["command"]}",\n  "figures": {{\n'
            + ",\n".join(own)
            + "\n  }\n }"
        )
    with atomic_file(RECORD) as part:
        part.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
