"""The layering test: imports only go down, from room to room and, in the large rooms, from part to part.

The floors stand in docs/architecture.md, once; this test reads them there. `data_scripts`, `tools` and `tests`
lie above the library. Nothing runs in a circle.
"""

import ast
import re
from pathlib import Path

import pytest

import course_lib

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+)(?:\.(\d+))? \| ([^|]+) \|", TABLE, re.MULTILINE)
LEVEL = {  # "data.public" -> (4, 5): the floor, and the step within it
    name: (int(floor), int(step or 0))
    for floor, step, names in ROWS
    for name in re.findall(r"`([^`]+)`", names)
}
WITHOUT_DISPLAY = 7  # the highest floor that runs without matplotlib and IPython
FILES = [
    path
    for folder in ("course_lib", "data_scripts", "tools", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path != ROOT / "course_lib" / "__init__.py"
]
LIBRARY = [path for path in FILES if path.is_relative_to(ROOT / "course_lib")]


def dotted(path):
    """course_lib/data/corpus.py -> data.corpus; what is outside the library keeps its folder: tools.pin."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[parts[0] == "course_lib" :]).removesuffix(".__init__")


def place(name):
    """The row of a dotted name: its own, else that of the room it is in. -> (the row's name, its level)"""
    while name and name not in LEVEL:
        name = name.rpartition(".")[0]
    return name, LEVEL.get(name)


def imports(path):
    """Dotted names, as `dotted` gives them, of all that a file imports of this project, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if (
                name.split(".")[0] in ("course_lib", "data_scripts", "tools", "tests")
                and name != "course_lib"
            ):
                yield name.removeprefix("course_lib.")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_only_go_down(path):
    own, level = place(dotted(path))
    assert level, f"{path.relative_to(ROOT)} has no floor yet: give it one in docs/architecture.md"
    if path.name == "__init__.py" and path.parent != ROOT / "course_lib":
        level = (level[0], 99)  # the face of a room may show what is in it
    for name in imports(path):
        there, below = place(name)
        if there != own and not (
            name.split(".")[0] in course_lib.__all__ and level[0] > 9
        ):  # the package's verbs are for those above it
            assert below, f"{path.name} imports {name}: import the room, not the package's verbs"
            assert below < level, f"{own} imports {name}, which is not on a lower floor"


def test_no_file_imports_itself_in_a_circle():
    files = {dotted(path): path for path in FILES}
    edges = {
        name: {
            longest
            for wanted in imports(path)
            if (longest := next((n for n in (wanted, wanted.rpartition(".")[0]) if n in files), None))
            and longest != name
        }
        for name, path in files.items()
        if path.name != "__init__.py"
    }
    state = {}

    def visit(name, way):
        assert state.get(name) != "open", " -> ".join([*way[way.index(name) :], name])
        if name in edges and name not in state:
            state[name] = "open"
            for following in sorted(edges[name]):
                visit(following, [*way, name])
            state[name] = "done"

    for name in edges:
        visit(name, [])


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: dotted(path))
def test_no_display_below_the_teaching_floor(path):
    if place(dotted(path))[1][0] <= WITHOUT_DISPLAY:
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"^\s*(import|from) (matplotlib|IPython|ipywidgets|anywidget)\b", text, re.MULTILINE
        )
