"""The lessons as an nbgrader course: source/lessonNN/NN_name.ipynb with marks, and a configuration that knows them.

Ref: nbgrader's "Metadata for different types of cells", schema version 3: every marked cell has schema_version,
grade_id, grade, solution, locked and task, a graded one also points.
"""

import json
import re
from pathlib import Path

from course_lib.errors import CourseError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_TESTS, END_TESTS = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
TURN = "# your turn"
CHECK = re.compile(r'^check\("(\d\d\.\w+)", (\w+)\)$')
CONFIG = f"""\
c = get_config()
c.CourseDirectory.course_id = "transfer-learning-by-ear"
c.ClearSolutions.code_stub = {{"python": "{TURN}"}}  # nothing that raises: a lesson runs with exercises open
c.ExecutePreprocessor.timeout = 600
"""


def write_course(folder: Path, solved):
    """A folder for `nbgrader generate_assignment lessonNN`, from instructors' notebooks."""
    for path in solved:
        notebook = marked(json.loads(path.read_text(encoding="utf-8")))
        target = folder / "source" / f"lesson{path.name[:2]}" / path.name
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    folder.joinpath("nbgrader_config.py").write_text(CONFIG, encoding="utf-8")


def marked(notebook: dict) -> dict:
    """A solved notebook (as read by json) without outputs and speaker's notes, with nbgrader's marks.

    A cell between solution marks becomes a solution, a lone `check("NN.name", answer)` a point. CourseError where
    the notebook has no exercise to mark.
    """
    cells, solutions = [], 0
    for cell in notebook["cells"]:
        tags, text = cell["metadata"].get("tags", []), "".join(cell["source"])
        if "notes" in tags or ("solution" in tags and BEGIN not in text):
            continue  # nothing but solution: the students' version leaves it out too
        cell = {**cell, "metadata": dict(cell["metadata"])}
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
            found = CHECK.match(text)
            if BEGIN in text:
                solutions += 1
                mark(cell, with_place_for_answer(text), f"solution-{solutions}", solution=True)
            elif found:
                mark(
                    cell,
                    with_hidden_test(*found.groups()),
                    f"check-{found[1].replace('.', '-')}",
                    grade=True,
                    points=1,
                )
        cells.append(cell)
    if not solutions:
        raise CourseError(
            "expected a notebook with solution marks, got none; build the notebooks: make notebooks"
        )
    return {**notebook, "cells": cells}


def mark(cell: dict, text: str, grade_id: str, *, grade=False, solution=False, **more):
    cell["source"] = text.splitlines(keepends=True)
    cell["metadata"]["nbgrader"] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": not solution,
        "task": False,
        **more,
    }


def with_place_for_answer(text: str) -> str:
    """Lines besides the marks that keep a cleared cell running, and the check saying "not attempted yet".

    >>> print(with_place_for_answer("def f():\\n    ### BEGIN SOLUTION\\n    return 1\\n    ### END SOLUTION"))
    def f():
        ### BEGIN SOLUTION
        return 1
        ### END SOLUTION
        return ...  # until you have written it
    >>> print(with_place_for_answer("### BEGIN SOLUTION\\nbins = 1025\\n### END SOLUTION"))
    bins = ...  # until you have written it
    ### BEGIN SOLUTION
    bins = 1025
    ### END SOLUTION
    """
    kept, names, inside, begun = [], [], False, 0
    for line in text.split("\n"):
        mark_, indent = line.strip(), line[: len(line) - len(line.lstrip())]
        if mark_ == BEGIN:
            inside, names, begun = True, [], len(kept)
        elif inside and (name := re.match(r"(\w+) = ", line)):
            names.append(name[1])
        kept.append(line)
        if mark_ == END:
            inside = False
            if indent:
                kept.append(f"{indent}return ...  # until you have written it")
            else:
                kept[begun:begun] = [f"{name} = ...  # until you have written it" for name in names]
    return "\n".join(kept)


def with_hidden_test(id: str, answer: str) -> str:
    """The check as it stands, for students; hidden behind it, what nbgrader scores."""
    call = f'check("{id}", {answer})'
    return f'{call}\n{BEGIN_TESTS}\nassert {call}, "{id} is not right yet"\n{END_TESTS}'
