"""The layering test: imports in course_lib only go down, and rooms on one floor do not import each other."""

import ast
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[1] / "course_lib"
FLOORS = [  # lowest first; docs/architecture.md draws the same table
    {"errors"},
    {"paths", "seeding", "stack"},
    {"audio", "manifest", "layers", "metrics", "turns", "own", "sealed"},
    {"features", "models", "synthetic", "augment", "progress"},
    {"corpora", "train"},
    {"transfer", "keywords", "diarize", "imagenet", "fetch", "spkid", "suspects", "snoring"},
    {"plots"},
    {"page"},
    {"widgets", "exercises", "quizzes"},
    {"commands"},
    {"cli"},
]
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
WITHOUT_DISPLAY = [room for room in LEVEL if LEVEL[room] < LEVEL["plots"]]


def room_of(path):
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def imports(path):
    """Absolute dotted names of every module that a file imports, also inside functions."""
    package = ["course_lib", *path.relative_to(LIBRARY).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            stem = ".".join(base + ([node.module] if node.module else []))
            yield from (f"{stem}.{alias.name}" for alias in node.names)


FILES = [
    path for path in sorted(LIBRARY.rglob("*.py")) if path.parent != LIBRARY or path.name != "__init__.py"
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_imports_only_go_down(path):
    room = room_of(path)
    assert room in LEVEL, f"{room} has no floor yet: add it to FLOORS and to docs/architecture.md"
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "course_lib" and len(parts) > 1 and parts[1] != room:
            assert parts[1] in LEVEL, f"{path.name} imports {name}: import the room, not the package's verbs"
            assert LEVEL[parts[1]] < LEVEL[room], f"{room} imports {parts[1]}, which is not on a lower floor"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_no_display_below_the_plots(path):
    if room_of(path) in WITHOUT_DISPLAY:
        used = {name.split(".")[0] for name in imports(path)}
        assert not used & {"matplotlib", "IPython", "ipywidgets", "anywidget"}
