"""Every tool: its examples hold, and every file and folder that it or the Makefile names is there."""

import doctest
import importlib
import re
from pathlib import Path

import mutate
import pytest

ROOT = Path(__file__).parents[2]
TOOLS = sorted((ROOT / "tools").glob("*.py"))
WITH_EXAMPLES = [path for path in TOOLS if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.stem)
def test_examples_hold(path):
    result = doctest.testmod(importlib.import_module(path.stem))
    assert result.attempted and not result.failed


def test_every_room_of_mutation_testing_has_files_and_tests():
    for room in mutate.ROOMS:
        assert mutate.files_of(room) and (ROOT / mutate.tests_of(room)).exists(), room
    assert all((ROOT / name).exists() for name in mutate.COPIED)
    assert (ROOT / "course_lib" / "transfer" / mutate.TRAINS).is_file()
    written = mutate.settings(mutate.files_of("metrics"), mutate.tests_of("metrics"))
    assert "\n    course_lib/metrics/turns.py\n" in written and "= tests/metrics\n" in written
    with pytest.raises(SystemExit):
        mutate.main(["no/such/room"])


@pytest.mark.parametrize("path", [*TOOLS, ROOT / "Makefile"], ids=lambda path: path.stem)
def test_every_path_that_is_named_is_there(path):
    """In code and comments: tools/x.py, tests/x, docs/x.md, course_lib/x and so on."""
    text = path.read_text(encoding="utf-8")
    for named in re.findall(r"(?<![\w/.{])((?:tools|tests|docs|course_lib)/[\w./-]*\w)(?![\w*{}<-])", text):
        if not re.search(r"NN|NAME|ROOM", named):
            assert (ROOT / named).exists(), f"{path.name} names {named}"
