"""Measure a section of docs/results.md anew and write it there: one command a section.

    python -m tools.results spkid        error rates of the speaker identifier (COURSE_DATA: the recordings)
    python -m tools.results transfer     base and transfer accuracy of the small CNN and of the shipped base
    python -m tools.results diarization  who spoke when, on meetings
    python -m tools.results accents      from a page that everybody reads to free speech, by speaker, with intervals
    python -m tools.results keywords     new words from a few examples, alone and in a stream
    python -m tools.results snoring      snore or not, on the synthetic night and on ESC-50

A section is a module tools/results_NAME.py with `section() -> str` (markdown). The rest of the page stays as it is.
"""

import argparse
import importlib
import re
from pathlib import Path

from course_lib.paths import atomic_file

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results.md"
HEAD = "# Results\n\nEvery number here was measured by the command that stands above it.\n"


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = sorted(path.stem.removeprefix("results_") for path in Path(__file__).parent.glob("results_*.py"))
    parser.add_argument("section", choices=names)
    name = parser.parse_args(argv).section
    written = importlib.import_module(f"tools.results_{name}").section()
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
    with atomic_file(PAGE) as part:
        part.write_text(placed(page, name, written), encoding="utf-8")
    print(f"written to {PAGE.relative_to(ROOT)}")
    return 0


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
