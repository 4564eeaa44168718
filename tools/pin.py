"""Write constraints.txt: one version of every package that the course installs, for Python 3.10 to 3.13.

    pip install uv && python tools/pin.py     resolve anew (the newest versions that fit together)
    python tools/pin.py --check               does every pin exist for every Python and platform? (2 minutes)

The set is resolved for Python 3.11, where the tests run; 3.12 and 3.13 get the same versions, and 3.10 differs
only where a release has dropped it. Wheels of CUDA are left out: torch names its own.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
MACOS_14 = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"}  # torch has no wheels for an older macOS
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


def check() -> int:
    """Ask the package index for each pin, as a wheel for each Python and platform; returns how many sets fail."""
    failed = 0
    for python, platform in itertools.product(PYTHONS, PLATFORMS):
        command = [sys.executable, "-m", "uv", "pip", "compile", CONSTRAINTS, "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--python-version", python, "--python-platform", platform]
        asked = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=MACOS_14)
        print(f"{'no  ' if asked.returncode else 'yes '} Python {python} on {platform}", flush=True)
        if asked.returncode:
            failed += 1
            print(asked.stderr, file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
