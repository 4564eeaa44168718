"""Measure a section of docs/results.md anew and write it there: one command a section.

    python -m tools.results spkid        error rates of the speaker identifier (COURSE_DATA: the recordings)
    python -m tools.results transfer     base and transfer accuracy of the small CNN and of the shipped base
    python -m tools.results difficulty   how hard new voices are for each way to transfer, little and much speech
    python -m tools.results diarization  who spoke when, on meetings
    python -m tools.results peers        the shipped base beside a public encoder, where that is installed
    python -m tools.results strangers    whose voices that base has heard, and whom it confuses
    python -m tools.results accents      from a page that everybody reads to free speech, by speaker, with intervals
    python -m tools.results keywords     new words from a few examples, alone and in a stream
    python -m tools.results snoring      snore or not, on the synthetic night and on ESC-50
    python -m tools.results spkid --check    measure again and compare with docs/figures.json: exit status 1 if a
                                             figure moved further than the record allows; nothing is written

A section is a module tools/results_NAME.py with `measure()`, which gives what `tools/recorded_metrics.py` records, and
`section(measured)`, which gives the markdown. The rest of the page stays as it is.
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
NAMES = sorted(path.stem.removeprefix("results_") for path in Path(__file__).parent.glob("results_*.py"))


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("section", choices=NAMES)
    parser.add_argument("--check", action="store_true", help="compare with the record, write nothing")
    args = parser.parse_args(argv)
    name = args.section
    measured = importlib.import_module(f"tools.results_{name}").measure()
    print(usage_of_test_set())  # test sides are for reporting: who looked is part of the report
    if args.check:
        return checked(name, measured)
    recorded_metrics.record(name, measured)
    with atomic_file(PAGE) as part:
        part.write_text(placed(PAGE.read_text(encoding="utf-8"), name, rendered(name)), encoding="utf-8")
    print(f"written to {PAGE.relative_to(ROOT)} and {recorded_metrics.RECORD.relative_to(ROOT)}")
    return 0


def rendered(name) -> str:
    """The markdown of a section, from the record."""
    return importlib.import_module(f"tools.results_{name}").section(recorded_metrics.recorded()[name])


def checked(name, measured) -> int:
    """Tell what drifted from the record; the exit status."""
    was = recorded_metrics.recorded().get(name, {})
    told = recorded_metrics.compare(was, measured)
    print(
        "\n".join(told)
        or f"{name}: all {len(recorded_metrics.flat(was))} figures as recorded, within what each is allowed"
    )
    return int(bool(told))


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
