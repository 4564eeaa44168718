"""`.binder/` is what repo2docker, and so Binder, takes for an environment; no Docker is needed to ask."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPO2DOCKER = shutil.which("jupyter-repo2docker")


@pytest.mark.skipif(
    REPO2DOCKER is None, reason="repo2docker is not installed: pip install jupyter-repo2docker"
)
def test_repo2docker_accepts_the_folder_for_binder():
    asked = subprocess.run(
        [REPO2DOCKER, "--no-build", str(ROOT)], capture_output=True, text=True, timeout=300
    )
    told = asked.stdout + asked.stderr
    assert asked.returncode == 0, told[-2000:]
    for part in ("conda environment", ".binder/environment.yml", ".binder/postBuild", ".binder/start"):
        assert part in told, f"{part} is not in what repo2docker would build:\n{told[-3000:]}"
