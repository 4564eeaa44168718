"""What `course doctor` asks the machine: Python, versions, torch, threads, memory, disk."""

import os
import platform
import shutil
import sys
from importlib import metadata

from course_lib import compat, paths, seeding
from course_lib.cli._check_result import Finding, judge, ok

NEEDED_MB = 1000  # resident memory of a lesson at most (its budget)
SCARCE_MB = 750  # of all lessons but the largest (docs/classes.md)
FREE_MB = 1000  # disk for the embedded recordings, cached features and results


def check_python():
    fits = (3, 10) <= sys.version_info[:2] <= (3, 13)
    advice = "install Python 3.10 to 3.13 (python.org), then: make lab PYTHON=/path/to/it"
    yield judge("python", fits, f"{platform.python_version()}, {sys.executable}", advice)


def check_versions():
    """Every installed package of the tested set has the tested version."""
    file = paths.home() / "constraints.txt"
    if not file.exists():
        yield Finding(
            "versions",
            "note",
            "no constraints.txt here, nothing to compare with",
            "run it in the course's folder",
        )
        return
    pins = tested(file.read_text(encoding="utf-8"))
    installed = {name: have for name in pins if (have := version(name))}
    other = {name: have for name, have in installed.items() if have.split("+")[0] != pins[name]}
    pair = {"torch", "torchaudio"}
    for name in sorted(pair - installed.keys()):
        yield Finding("versions", "wrong", f"{name} is not installed", "make env")
    if other:
        what = ", ".join(f"{name} {have} (tested: {pins[name]})" for name, have in sorted(other.items()))
        yield Finding(
            "versions", "wrong" if pair & other.keys() else "note", what, "make env installs the tested set"
        )
    else:
        yield ok("versions", f"{len(installed)} packages, all as tested")


def tested(text: str) -> dict:
    """Package -> version from constraint lines, those for this Python and system.

    >>> tested("six==1.17.0"), tested("six==1.17.0 ; python_full_version < '3'")
    ({'six': '1.17.0'}, {})
    """
    from packaging.requirements import Requirement

    lines = [Requirement(line) for line in text.splitlines() if line and not line.startswith("#")]
    return {
        line.name: str(line.specifier).removeprefix("==")
        for line in lines
        if line.marker is None or line.marker.evaluate()
    }


def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def check_torch():
    import torch

    yield ok(
        "torch", f"{torch.__version__} imports; {'CUDA' if torch.version.cuda else 'CPU only, as intended'}"
    )
    try:
        torchaudio = compat.import_torchaudio()
    except (ImportError, OSError, RuntimeError, AttributeError) as error:  # made for another torch
        found = f"{version('torchaudio')} does not work with torch {torch.__version__}: {error}"
        yield Finding(
            "torchaudio", "wrong", found, "the two belong together: make env installs the tested pair"
        )
        return
    second = torchaudio.transforms.Spectrogram(n_fft=2048, hop_length=512)(torch.zeros(16_000))
    shape = tuple(second.shape)
    found = f"{torchaudio.__version__} imports; one second becomes {shape[0]} x {shape[1]}"
    yield judge(
        "torchaudio", shape == (1025, 32), found, "expected 1025 x 32: make env installs the tested versions"
    )


def check_threads():
    cores, asked = seeding.usable_cores(), os.environ.get("OMP_NUM_THREADS", "")
    if asked.isdigit() and int(asked) > cores:
        advice = f"more threads than cores slow everything down: set OMP_NUM_THREADS={cores}"
        yield Finding("threads", "wrong", f"OMP_NUM_THREADS={asked}, {cores} cores", advice)
    elif cores == 1:
        advice = "nothing to do: cells that train take up to twice the time that the lessons say"
        yield Finding("threads", "note", f"{seeding.set_threads()} on 1 usable core", advice)
    else:
        yield ok("threads", f"{seeding.set_threads()} on {cores} usable cores")


def check_memory():
    free, of = free_memory_mb()
    found = f"{free:.0f} MB free {of}"
    if free < SCARCE_MB:
        advice = f"most lessons need {SCARCE_MB} MB and more: close other programs and notebooks (Kernel > Shut Down All)"
        yield Finding("memory", "wrong", found, advice)
    elif free < NEEDED_MB:  # a machine of 1 GB, such as Binder's smallest: it does, one lesson at a time
        advice = f"one notebook at a time (Kernel > Shut Down All in between); the largest lessons need {NEEDED_MB} MB"
        yield Finding("memory", "note", found, advice)
    else:
        yield ok("memory", found)


def free_memory_mb() -> tuple:
    """What this program can still have: of the machine, or of its container where that gives less."""
    import psutil

    free, of = psutil.virtual_memory().available, "on this machine"
    limit, used = (number_in(f"/sys/fs/cgroup/memory.{name}") for name in ("max", "current"))
    if limit is None:  # the first version of Linux's control groups, or no container
        limit, used = (number_in(f"/sys/fs/cgroup/memory/memory.{n}_in_bytes") for n in ("limit", "usage"))
    if limit is not None and used is not None and limit - used < free:
        free, of = limit - used, f"of this container's {limit / 1e6:.0f} MB"
    return free / 1e6, of


def number_in(path):
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):  # no such file, or "max": no limit
        return None


def check_disk():
    folder = paths.home()
    if not os.access(folder, os.W_OK):
        yield Finding("disk", "wrong", f"{folder} is not writable", "copy the course to a folder of your own")
        return
    free = shutil.disk_usage(folder).free / 1e6
    advice = f"recordings, caches and results need about {FREE_MB} MB: make room, or make clean"
    yield judge("disk", free >= FREE_MB, f"{free:.0f} MB free in {folder}", advice)


MACHINE = (check_python, check_versions, check_torch, check_threads, check_memory, check_disk)
