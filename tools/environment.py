"""Make `.venv` with the tested versions, once. Standard library only, so it runs before anything is installed.

    python tools/environment.py                  what `make env`, `make lab` and `make run` do first
    python tools/environment.py --extra test     and what the tests need (`make test`)
    python tools/environment.py --fresh          from an empty .venv

On Windows: `py -3.12 tools\\environment.py`, then `.venv\\Scripts\\course lab`.

A whole install leaves a stamp with the sums of pyproject.toml and constraints.txt; while they stay the same
nothing is done (0.1 s). While packages are being written another mark stands, so an install that was killed
half-way is never taken for whole: it is built anew.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = (3, 10), (3, 13)
# PyTorch's own CPU wheels. PyPI's Linux wheel of torch brings several GB of CUDA packages instead.
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--extra", action="append", default=[], metavar="NAME", help="also install .[NAME]")
    parser.add_argument("--fresh", action="store_true", help="begin with an empty .venv")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="where (default: .venv here)")
    arguments = parser.parse_args(argv)
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return (
            f"This is Python {sys.version.split()[0]}; the course needs 3.10 to 3.13: name one with PYTHON="
        )
    try:
        return Environment(arguments.venv, arguments.extra).ensure(fresh=arguments.fresh)
    except KeyboardInterrupt:
        return "\nStopped. Run the same command again: it begins where it is safe to begin."


class Environment:
    """One virtual environment, its stamp (whole) and its mark (being written)."""

    def __init__(self, folder: Path, extras=()):
        self.folder, self.extras = Path(folder), set(extras)
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.stamp, self.mark = self.folder / "course-stamp.json", self.folder / "course-being-installed"

    def stamped(self) -> dict:
        """What the stamp says; empty if there is none, or none that can be read."""
        try:
            return json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def whole(self) -> bool:
        """True where an install of today's pins and extras was finished and its Python is still there."""
        known = self.stamped()
        return (
            known.get("pins") == pins()
            and self.extras <= set(known.get("extras", ()))
            and not self.mark.exists()
            and answers(self.python)
        )

    def ensure(self, *, fresh=False):
        """Create or complete the environment. Returns None, or a message for the reader when it failed."""
        if self.whole() and not fresh:
            return None
        started = time.monotonic()
        self.extras |= set(self.stamped().get("extras", ()))
        if fresh or self.mark.exists() or not answers(self.python):
            if self.mark.exists():
                print("The last install was stopped half-way; beginning again.", flush=True)
            print(f"Making {self.folder.name} with Python {sys.version.split()[0]} ...", flush=True)
            venv.EnvBuilder(clear=self.folder.exists(), with_pip=True, symlinks=os.name != "nt").create(
                self.folder
            )
        self.stamp.unlink(missing_ok=True)
        self.mark.touch()
        failed = self.install()
        if failed:
            return failed
        self.stamp.write_text(json.dumps({"pins": pins(), "extras": sorted(self.extras)}), encoding="utf-8")
        self.mark.unlink()
        print(
            f"Ready after {time.monotonic() - started:.0f} s: Python and packages in {self.folder.name}",
            flush=True,
        )
        return None

    def install(self):
        """Let pip install the tested set. Returns None, or what went wrong and what to do."""
        what = f"{ROOT}[{','.join(sorted(self.extras))}]" if self.extras else str(ROOT)
        command = [self.python, "-m", "pip", "install", "--disable-pip-version-check"]
        command += ["--constraint", ROOT / "constraints.txt", "--editable", what]
        command += [] if sys.stdout.isatty() else ["--quiet"]
        index = torch_index()
        command += ["--extra-index-url", index] if index else []
        print("Installing the tested packages (1 to 3 minutes the first time, about 1.5 GB) ...", flush=True)
        code = subprocess.run(list(map(str, command)), cwd=ROOT).returncode
        if code == 0:
            return None
        self.mark.unlink()  # pip ended by itself and undid what it began: no need to throw all away
        return (
            f"pip ended with status {code}; its message is above. Without a network: connect and run this again.\n"
            "With a full disk: the course needs about 2 GB. Behind a proxy: set HTTPS_PROXY.\n"
            "To begin from nothing: python tools/environment.py --fresh"
        )


def pins() -> str:
    """One sum over the files that decide what is installed."""
    total = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def answers(python: Path) -> bool:
    """True where this interpreter starts, is one the course runs on and has pip."""
    if not python.exists():
        return False
    question = (
        "import importlib.util, sys; "
        f"sys.exit(not ({OLDEST} <= sys.version_info[:2] <= {NEWEST} and importlib.util.find_spec('pip')))"
    )
    return subprocess.run([str(python), "-c", question], capture_output=True).returncode == 0


def torch_index():
    """PyTorch's CPU index if it answers within five seconds; else None, so that pip need not wait for it.

    pip asks every index about every package, five times over, before it goes on without a silent one: minutes.
    Asked once here, a slow connection keeps pip's own patient time-outs. TORCH_INDEX names a mirror; empty: none.
    """
    index = os.environ.get("TORCH_INDEX", TORCH_INDEX)
    if not index:
        return None
    try:
        urllib.request.urlopen(f"{index.rstrip('/')}/torch/", timeout=5).close()
    except urllib.error.HTTPError as error:
        reason = error
    except OSError as error:
        reason = getattr(error, "reason", error)
        if "CERTIFICATE_VERIFY_FAILED" in str(reason):
            return index  # it answered; whether to trust it is for pip, which knows your certificates
    else:
        return index
    print(
        f"PyTorch's CPU index does not answer ({reason}): going on with the other package indexes.",
        flush=True,
    )
    if sys.platform == "linux":
        print(
            "On Linux they may offer only the torch with CUDA: it works, and needs several GB more.",
            flush=True,
        )
    return None


if __name__ == "__main__":
    sys.exit(main())
