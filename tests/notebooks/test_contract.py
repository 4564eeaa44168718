"""The contract of a lesson, held by every source, every students' and every instructors' notebook."""

import ast
import importlib
import json
import re
from pathlib import Path

import build_notebooks as builder
import contract
import nbformat
import pytest
from lab import CHROMIUM

from course_lib.teaching.exercises import lessons, of_lesson

ROOT = Path(__file__).parents[2]

SOURCES = builder.sources()
EACH = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
RULES = [
    contract.title_faults,
    contract.syllabus_faults,
    contract.unfilled_faults,
    contract.opening_faults,
    contract.rhythm_faults,
    contract.part_faults,
    contract.modify_faults,
    contract.picture_faults,
    contract.recordings_faults,
    contract.looking_back_faults,
    contract.heading_faults,
    contract.length_faults,
    contract.figure_faults,
]


def ids_of(lesson):
    return [exercise.id for exercise in of_lesson(lesson)] if lesson in lessons() else []


def faults(cells, lesson):
    found = [fault for rule in RULES for fault in rule(cells, lesson)]
    return found + contract.exercise_faults(cells, lesson, ids_of(lesson))


def test_there_are_lessons():
    assert [path.name[:2] for path in SOURCES][:2] == ["00", "01"]


@EACH
def test_the_source_keeps_the_contract(source):
    assert faults(builder.instructor(source).cells, source.name[:2]) == []


def missing_names(text):
    """The names that a source imports from the library and that are not there."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    missing = []
    for node in [node for node in found if node.module.split(".")[0] == "course_lib"]:
        module = importlib.import_module(node.module)
        names = [name.name for name in node.names if not hasattr(module, name.name)]
        missing += [f"{node.module}.{name}" for name in names if not is_module(f"{node.module}.{name}")]
    return missing


def is_module(name):
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return False
    return True


@EACH
def test_what_a_lesson_imports_is_there(source):
    assert missing_names(source.read_text(encoding="utf-8")) == []


def test_a_name_that_moved_is_missed():
    assert missing_names("from course_lib.paths import NOWHERE") == ["course_lib.paths.NOWHERE"]


BROKEN = {  # a handful of faults: the lesson, what is changed in it, and what the contract must say about it
    "a vague objective": ("01", "- say which", "- understand which", "cannot be tested"),
    "a guess never answered": ("01", '"01.aliasing",\n    f"', '"01.other",\n    f"', "never revealed"),
    "a heading that skips": ("01", "## 5 · Decibels", "### 5 · Decibels", "skips a level|in order"),
    "a long cell": (
        "01",
        "seed_everything(SEED)\n",
        "seed_everything(SEED)\n" + "x = 1\n" * 21,
        "lines of code",
    ),
    "a live picture less": (
        "01",
        'SoundPicture(second, label="Long',
        'show(second, label="Long',
        "two live pictures",
    ),
    "a task that nobody sees done": ("18", ".seek(", ".look(", "nothing notices when this is found"),
    "no alt text": ("01", "alt=", "label=", "without alt text"),
    "no recorded figures": ("09", "on_real_recordings(\n", "print(\n", "on_real_recordings 1 times"),
    "a section after them": ("09", "· On real recordings", "· On people", "the last section"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_contract_sees_what_is_broken(name, tmp_path):
    lesson, old, new, says = BROKEN[name]
    text = next(path for path in SOURCES if path.name.startswith(lesson)).read_text(encoding="utf-8")
    assert old in text, f"lesson {lesson} has changed; change this test with it"
    path = tmp_path / f"{lesson}_broken.py"
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert re.search(says, "\n".join(faults(builder.instructor(path).cells, lesson)))


@EACH
def test_links_into_the_course_lead_somewhere_from_both_versions(source):
    for made, path in (
        (builder.student(source), builder.student_path(source)),
        (builder.instructor(source), builder.instructor_path(source)),
    ):
        links = re.findall(r"\]\((\.\./[^)#]+)", contract.prose(made.cells))
        assert links
        assert [link for link in links if not (path.parent / link).is_file()] == []


def outputs(notebook):
    return [(cell, output) for cell in notebook.cells for output in cell.get("outputs", [])]


def html_of(notebook):
    return [
        output.data["text/html"] for _, output in outputs(notebook) if "text/html" in output.get("data", {})
    ]


if (
    CHROMIUM is None
):  # with one, tests/notebooks/test_browser.py runs them in JupyterLab and asks the same of them

    @pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
    def student_run(request):
        """A students' notebook run from top to bottom with every exercise unanswered."""
        return builder.execute(builder.student(request.param))

    def test_students_notebooks_run_unanswered(student_run):
        """Execution itself raises on any error; here every check must say that nothing was attempted."""
        told = [output.data["text/plain"] for cell, output in outputs(student_run) if "check(" in cell.source]
        assert len(told) == len([cell for cell in student_run.cells if "check(" in cell.source]) >= 2
        assert all("not attempted yet" in text for text in told), told
        assert [output.text for _, output in outputs(student_run) if output.get("name") == "stderr"] == []


@EACH
def test_students_notebooks_hold_no_solution_and_no_notes(source):
    notebook = builder.student(source)
    text = json.dumps(notebook)
    assert "SOLUTION" not in text and "return ...  # your turn" in text
    assert not any("notes" in cell.metadata.get("tags", []) for cell in notebook.cells)
    assert all(cell.outputs == [] for cell in notebook.cells if cell.cell_type == "code")


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def solved(request):
    return nbformat.read(builder.instructor_path(request.param), as_version=4)


def test_instructors_notebooks_pass_every_check(solved):
    told = [output.data["text/html"] for cell, output in outputs(solved) if "check(" in cell.source]
    assert len(told) == len([cell for cell in solved.cells if "check(" in cell.source]) >= 2
    assert all('data-passed="True"' in text for text in told)


def test_nothing_is_found_before_anybody_looked(solved):
    told = [output.data.get("text/plain", "") for _, output in outputs(solved) if "data" in output]
    assert told and not any("✔ Found" in text for text in told)


def test_every_stored_picture_has_alt_text(solved):
    assert not any("image/png" in output.get("data", {}) for _, output in outputs(solved)), (
        "a picture beside figure()"
    )
    images = [tag for text in html_of(solved) for tag in re.findall(r"<img [^>]*>", text)]
    assert len(images) >= len(contract.calls(solved.cells, "figure"))
    assert all(re.search(r'alt="[^"]{20,}"', tag) for tag in images)


def test_every_stored_player_has_a_name(solved):
    players = [tag for text in html_of(solved) for tag in re.findall(r"<audio [^>]*>", text)]
    assert players and all(re.search(r'aria-label="[^"]{3,}"', tag) for tag in players)


def test_explorers_stand_without_a_kernel(solved):
    stored = [text for text in html_of(solved) if "run the cell to move" in text]
    assert all("<img alt=" in text for text in stored)
    alive = [text for text in html_of(solved) if 'class="course-live"' in text]  # moves without a kernel
    assert stored or alive
    assert all(re.search(r'live-first">.*?(alt|aria-label)="', text, re.S) for text in alive)
    assert not any(builder.WIDGET_VIEW in output.get("data", {}) for _, output in outputs(solved))


def test_nothing_stored_is_of_this_machine(solved):
    text = json.dumps([output for _, output in outputs(solved)])
    assert str(ROOT) not in text and str(Path.home()) not in text
    assert [output.text for _, output in outputs(solved) if output.get("name") == "stderr"] == []


def test_strictly_compared_cells_are_short_text(solved):
    strict = [cell for cell in solved.cells if "check-output" in cell.metadata.get("tags", [])]
    for cell in strict:
        assert cell.outputs, cell.source
        for output in cell.outputs:
            text = output.get("text") or output["data"]["text/plain"]
            assert len(text.splitlines()) <= 5 and "text/html" not in output.get("data", {})
