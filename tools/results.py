"""Measure a section of docs/results.md anew and write it there: one command a section.

    python -m tools.results spkid        error rates of the speaker identifier (COURSE_DATA: the recordings)
    python -m tools.results transfer     base and transfer accuracy of the small CNN and of the shipped base
    python -m tools.results diarization  who spoke when, on meetings
    python -m tools.results accents      from a page that everybody reads to free speech, by speaker, with intervals
    python -m tools.results keywords     new words from a few examples, alone and in a stream
    python -m tools.results snoring      snore or not, on the synthetic night and on ESC-50
    python -m tools.results spkid --check    measure again and compare with docs/figures.json: exit status 1 if a
                                             figure moved further than the record allows; nothing is written

A section is a module tools/results_NAME.py with `section() -> str` (markdown). The rest of the page stays as it is.
"""

import argparse
import importlib
import re
from pathlib import Path

from course_lib.paths import atomic_file
from course_lib.training import usage_of_test_set
from tools import recorded_metrics

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results.md"
HEAD = "# Results\n\nEvery number here was measured by the command that stands above it.\n"


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = sorted(path.stem.removeprefix("results_") for path in Path(__file__).parent.glob("results_*.py"))
    parser.add_argument("section", choices=names)
    parser.add_argument("--check", action="store_true", help="compare with the record, write nothing")
    args = parser.parse_args(argv)
    name = args.section
    written = importlib.import_module(f"tools.results_{name}").section()
    print(usage_of_test_set())  # test sides are for reporting: who looked is part of the report
    if args.check:
        return checked(name, written)
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
    with atomic_file(PAGE) as part:
        part.write_text(placed(page, name, written), encoding="utf-8")
    recorded_metrics.record(name, written)
    print(f"written to {PAGE.relative_to(ROOT)} and {recorded_metrics.RECORD.relative_to(ROOT)}")
    return 0


def checked(name, written) -> int:
    """Tell what drifted from the record; the exit status."""
    was = recorded_metrics.recorded().get(name, {"figures": {}})["figures"]
    told = recorded_metrics.compare(was, recorded_metrics.figures(name, written))
    print("\n".join(told) or f"{name}: all {len(was)} figures as recorded, within what each is allowed")
    return int(bool(told))


def section_of(page: str, name: str) -> str:
    """What the page says between the marks of a section."""
    return page.split(f"<!-- {name} -->")[1].split(f"<!-- end of {name} -->")[0]


def placed(page: str, name: str, written: str) -> str:
    """The page with the section in its place, or at the end if it has none yet.

    >>> print(placed("# R\\n\\n<!-- a -->\\nold\\n<!-- end of a -->\\n", "a", "new"))
    # R
    <BLANKLINE>
    <!-- a -->
    new
    <!-- end of a -->
    <BLANKLINE>
    """
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    block = f"{begin}\n{written.strip()}\n{end}"
    if begin in page and end in page:
        return re.sub(f"{begin}.*?{end}", lambda _: block, page, flags=re.DOTALL)
    return f"{page.rstrip()}\n\n{block}\n"


if __name__ == "__main__":
    raise SystemExit(main())
