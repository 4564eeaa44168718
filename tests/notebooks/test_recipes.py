"""Recipes to take home: short scripts that run on their own, and do better than chance."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPES = sorted((ROOT / "notebooks" / "recipes").glob("*.py"))
LONGEST = 40  # lines


def test_the_four_are_there():
    assert [path.stem for path in RECIPES] == [
        "feature_extraction",
        "few_shot",
        "fine_tuning",
        "public_checkpoint",
    ]


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_runs_on_its_own_and_beats_chance(path):
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, env=surroundings, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    found = re.search(r"([\d.]+)% of (\d+) .*right, chance ([\d.]+)%", done.stdout)
    assert found, done.stdout
    right, count, chance = float(found[1]), int(found[2]), float(found[3])
    noise = (
        100 * (chance / 100 * (1 - chance / 100) / count) ** 0.5
    )  # standard deviation of guessing, in per cent
    assert right > chance + 5 * noise


def test_the_page_shows_every_recipe_as_it_is():
    page = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    for path in RECIPES:
        assert f"```python\n{path.read_text(encoding='utf-8')}```" in page, f"{path.name} has changed"
