"""Write constraints.txt: one version of every package that the course installs, for Python 3.10 to 3.13.

    pip install uv && python tools/pin.py            resolve anew (newest versions that fit together)
    python tools/pin.py --check                      does every pin exist for every Python? (asks the index)

The set is resolved for Python 3.11, where the tests run; 3.12 and 3.13 get the same versions, and 3.10 differs
only where a release has dropped it. Wheels of CUDA are left out: torch names its own.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
CUDA = ("nvidia-", "cuda-", "triton")
HEADER = """\
# The one tested set: a version of every package, for Python 3.10 to 3.13. Written by tools/pin.py; do not edit.
# torch and torchaudio are pinned in pyproject.toml too: unpinned, the newest torch (2.15) refuses to work with
# the newest torchaudio (2.11), and on Linux it brings several GB of CUDA packages.
"""


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only ask whether every pin can be had")
    if parser.parse_args(argv).check:
        return check()
    tested = resolve("--python-version", "3.11.0")
    same = [f"{line.split(';')[0].strip()} ; python_full_version >= '3.11'" for line in tested]
    lines = resolve("--python-version", "3.10", "--universal", constraints=same)
    CONSTRAINTS.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{CONSTRAINTS.name}: {len(lines)} lines")
    return 0


def resolve(*options, constraints=()) -> list[str]:
    """Requirement lines for everything that pyproject.toml asks for, without CUDA's wheels."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder, "given.txt"), Path(folder, "out.txt")
        given.write_text("\n".join(constraints))
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--all-extras", "--quiet"]
        command += ["--no-header", "--no-annotate", "--upgrade", "--constraint", given, "--output-file", out]
        subprocess.run([*map(str, command), *options], cwd=ROOT, check=True)
        return [line for line in out.read_text().splitlines() if not line.startswith(CUDA)]


def requirements(text: str) -> dict[str, list[str]]:
    """Constraint lines by package: {"numpy": ["numpy==2.2.6 ; ...", "numpy==2.4.6 ; ..."], ...}."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = {}
    for line in lines:
        found.setdefault(re.split("[=; ]", line)[0], []).append(line)
    return found


def check() -> int:
    """Ask pip for each pin, for each Python, as a wheel. Prints what cannot be had; returns 1 if anything."""
    from packaging.requirements import Requirement

    missing = 0
    for python in PYTHONS:
        here = {"python_version": python, "python_full_version": f"{python}.9"}
        wanted = [
            Requirement(line) for lines in requirements(CONSTRAINTS.read_text()).values() for line in lines
        ]
        wanted = [r for r in wanted if r.marker is None or r.marker.evaluate(here)]
        with tempfile.TemporaryDirectory() as folder:
            command = [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--dry-run",
                "--quiet",
                "--no-deps",
                "--retries",
                "0",
            ]
            command += ["--only-binary=:all:", "--python-version", python, "--target", folder]
            command += [f"{r.name}{r.specifier}" for r in wanted]
            tried = subprocess.run(command, capture_output=True, text=True)
        print(f"Python {python}: {len(wanted)} pins {'found' if tried.returncode == 0 else 'NOT all found'}")
        if tried.returncode:
            missing = 1
            print(tried.stderr[-1500:], file=sys.stderr)
    return missing


if __name__ == "__main__":
    sys.exit(main())
