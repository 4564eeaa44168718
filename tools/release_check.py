"""Check everything that a release needs: `make release-check`. Prints one line a check; exit status 1 if one fails.

python tools/release_check.py --quick     without the whole of `make test`
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = {  # what runs, from the quick to the long
    "lint": ("-m", "ruff", "check", "."),
    "format": ("-m", "ruff", "format", "--check", "."),
    "lists of lessons": ("tools/apply_syllabus.py", "--check"),
    "notebooks": ("tools/build_notebooks.py", "--check"),
    "timed walk": ("tools/time_estimate.py", "--check"),
    "instructor's pages": ("tools/instructor.py", "--check"),
}
WHOLE = {"make test": ("tools/run_tests.py",)}


def versions(root=ROOT) -> list[str]:
    """What is wrong with the version, the date and the changelog, one sentence each."""
    code = re.search(
        r'^__version__ = "(.+?)"', (root / "course_lib" / "__init__.py").read_text("utf-8"), re.M
    )[1]
    cited = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    sections = re.findall(r"^## (.+)$", (root / "CHANGELOG.md").read_text("utf-8"), re.M)
    found = []
    if cited["version"] != code:
        found.append(f"CITATION.cff says version {cited['version']}, course_lib {code}")
    wanted = f"{code} ({cited['date-released']})"
    if not sections or sections[0] != wanted:
        found.append(f"expected CHANGELOG.md to begin with '## {wanted}', got {sections[:1]}")
    found += [
        f"a section of CHANGELOG.md without a date: {each}"
        for each in sections[1:]
        if not re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", each)
    ]
    return found


def uncommitted(root=ROOT) -> list[str]:
    """Files that git knows to differ from the last commit, and new ones."""
    told = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True)
    return told.stdout.splitlines() if told.returncode == 0 else [f"git: {told.stderr.strip()}"]


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="without the whole of make test")
    given, failed = parser.parse_args(arguments), 0

    def tell(what, faults):
        nonlocal failed
        failed += bool(faults)
        print(
            f"{'FAILED' if faults else 'ok':7} {what}",
            *(f"        {line}" for line in faults),
            sep="\n",
            flush=True,
        )

    tell("version, date and changelog", versions())
    tell("everything is committed", uncommitted())
    for what, words in {**COMMANDS, **({} if given.quick else WHOLE)}.items():
        ended = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
        tell(what, (ended.stdout + ended.stderr).splitlines()[-20:] if ended.returncode else [])
    print(f"{failed} checks failed" if failed else "ready for a release: docs/releasing.md tells the steps")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
