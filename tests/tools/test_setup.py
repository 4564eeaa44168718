"""The set-up: one tested set of versions, an install that is whole or begun anew, files that agree with each other."""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import environment
import pin
import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
THIS = "{}.{}".format(*sys.version_info)
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
SYSTEMS = {"linux": "posix", "darwin": "posix", "win32": "nt"}
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(python=THIS, system=sys.platform):
    """Package -> tested version, for one Python and system."""
    where = {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": system}
    where = {**default_environment(), **where, "os_name": SYSTEMS.get(system, "posix")}
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    found = {}
    for line in map(Requirement, lines):
        if line.marker is None or line.marker.evaluate(where):
            assert line.name not in found, f"{line.name} has two versions for Python {python} on {system}"
            (only,) = line.specifier
            assert only.operator == "==", line
            found[plain(line.name)] = only.version
    return found


def asked():
    """What pyproject.toml asks for, with the extras."""
    text = (ROOT / "pyproject.toml").read_text()
    lists = re.findall(r"^(?:dependencies|test|\w+) = \[(.*?)\]", text, re.DOTALL | re.MULTILINE)
    names = [name for part in lists for name in re.findall(r'"([\w.-]+(?:==[\w.]+)?)"', part)]
    return {Requirement(name).name: Requirement(name) for name in names}


# ---- the tested set


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_everything_asked_for_has_one_version_for_each_python(python, system):
    pinned = pins(python, system)
    missing = [name for name in ("torch", "numpy", "jupyterlab", "pytest") if name not in pinned]
    assert missing == []
    assert len(pinned) > 100


def test_every_package_that_is_installed_for_the_course_is_pinned():
    """Follow the requirements from the course's own package: nothing may come in without a tested version."""
    pinned, waiting, unpinned = pins(), [("transfer-learning-by-ear", {"test"})], set()
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, frozenset(extras)) in seen:
            continue
        seen.add((name, frozenset(extras)))
        if name not in pinned and name != "transfer-learning-by-ear":
            unpinned.add(name)
        for line in map(Requirement, importlib.metadata.requires(name) or []):
            if line.marker is None or any(line.marker.evaluate({"extra": e}) for e in extras | {""}):
                waiting.append((plain(line.name), line.extras))
    assert unpinned == set()
    assert len(seen) > 100


OPTIONAL = {"speechbrain", "resemblyzer"}  # public encoders' packages, used where somebody has installed them


def test_every_package_that_the_library_imports_is_asked_for():
    """What only comes along with something else goes when that something changes its mind."""
    provided = {"jupyterlab": {"jupyter_server"}, "ipywidgets": {"traitlets"}, "matplotlib": {"cycler"}}
    providers = importlib.metadata.packages_distributions()
    runtime = {plain(name) for name in asked()}
    along = {module for name, modules in provided.items() if name in runtime for module in modules}
    for path in (ROOT / "course_lib").rglob("*.py"):
        for module in (
            imported(path) - sys.stdlib_module_names - {"course_lib", "data_scripts"} - along - OPTIONAL
        ):
            assert {plain(name) for name in providers[module]} & runtime, f"{path.name} imports {module}"


def imported(path):
    """The top-level names of the modules that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.split(".")[0] for name in named}


def test_torch_and_its_partner_are_exact_wherever_they_are_named():
    """An unpinned torch brings CUDA and does not import beside torchaudio."""
    assert str(asked()["torch"].specifier) == f"=={pins()['torch']}"
    assert str(asked()["torchaudio"].specifier) == f"=={pins()['torchaudio']}"
    for name in ("environment.yml", ".binder/environment.yml", ".binder/postBuild", "Makefile", ".ci/run"):
        text = (ROOT / name).read_text()
        assert not re.search(
            r"(install|- )[^\n#]*\btorch(audio|vision)?\b(?!==)(?!\.org)", text.replace(CPU_INDEX, "")
        )


def test_the_pin_tool_leaves_out_cuda():
    text = (ROOT / "constraints.txt").read_text()
    assert not re.search(r"^(nvidia|cuda|triton)", text, re.MULTILINE)
    assert text.startswith(pin.HEADER)


# ---- conda and Binder


def conda_file(name):
    found = yaml.safe_load((ROOT / name).read_text())
    (pip,) = [part["pip"] for part in found["dependencies"] if isinstance(part, dict)]
    return found, pip


def test_binder_and_conda_get_the_same():
    """pip's paths count from the folder of the file, and Binder looks only into .binder."""
    conda, pip = conda_file("environment.yml")
    binder, binder_pip = conda_file(".binder/environment.yml")
    assert pip == [f"--extra-index-url {CPU_INDEX}", "-c constraints.txt", "-e ."]
    assert binder_pip == [f"--extra-index-url {CPU_INDEX}", "-c ../constraints.txt", "-e .."]
    assert conda["dependencies"][:2] == binder["dependencies"][:2]
    assert conda["channels"] == binder["channels"] == ["conda-forge"]
    assert any(conda["dependencies"][0] == f"python={version}" for version in PYTHONS)
    assert environment.TORCH_INDEX == CPU_INDEX


@pytest.mark.parametrize("name", [".binder/postBuild", ".binder/start", ".ci/run"])
def test_scripts_stop_at_the_first_error(name):
    text = (ROOT / name).read_text()
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert os.access(ROOT / name, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / name], check=True)


@pytest.mark.parametrize(
    ("limit", "threads"), [("1.0", "1"), ("0.5", "1"), ("2.0", "2"), ("4", "4"), (None, "1")]
)
def test_binder_starts_with_as_many_threads_as_it_gives_cores(limit, threads):
    settings = {**os.environ, "CPU_LIMIT": limit or ""}
    shown = subprocess.run(
        [ROOT / ".binder/start", "sh", "-c", "echo $OMP_NUM_THREADS"],
        env=settings,
        capture_output=True,
        text=True,
    )
    assert shown.stdout == f"{threads}\n"


@pytest.mark.slow
def test_the_pip_section_installs_into_an_empty_environment_and_imports(tmp_path):
    """As conda and Binder do it; and, there, torchaudio is put right in-process (course_lib/compat.py)."""
    probe = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", tmp_path, "six"]
    if subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("no package index can be reached")
    for name in ("course_lib", "data_scripts", "pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    _, pip = conda_file("environment.yml")
    (tmp_path / "pip-section.txt").write_text("\n".join(pip))
    venv = environment.Environment(tmp_path / "venv")
    subprocess.run([sys.executable, "-m", "venv", venv.folder], check=True)
    install = [venv.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    install += [
        "--retries",
        "0",
        "--timeout",
        "30",
        "-r",
        "pip-section.txt",
    ]  # an index that is away only warns
    subprocess.run(install, cwd=tmp_path, check=True)
    walk = (
        "import importlib, pkgutil, course_lib\n"
        "names = [m.name for m in pkgutil.walk_packages(course_lib.__path__, 'course_lib.')]\n"
        "[importlib.import_module(name) for name in names]\n"
        "from course_lib.compat import import_torchaudio\n"
        "import_torchaudio().transforms.MFCC(16_000)\n"
        "import jupyterlab, ipykernel, papermill, nbconvert\n"
        "print(len(names))"
    )
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run([venv.python, "-c", walk], cwd=tmp_path, env=clean, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout.split()[-1]) > 30
    listed = subprocess.run(
        [venv.python, "-m", "pip", "list", "--format=json"], capture_output=True, check=True
    )
    installed = {plain(one["name"]): one["version"].split("+")[0] for one in json.loads(listed.stdout)}
    pinned = pins()
    other = {
        n: v
        for n, v in installed.items()
        if n in pinned and v != pinned[n] and n not in ("pip", "setuptools")
    }
    assert other == {}
    assert set(installed) - set(pinned) <= {"pip", "setuptools", "transfer-learning-by-ear"} | cuda(installed)


def cuda(names):
    """What PyPI's own torch brings on Linux where its CPU index is away."""
    return {name for name in names if name.startswith(("nvidia-", "cuda-", "triton"))}
