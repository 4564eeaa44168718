"""Every conclusion of the lessons: what it says, how it came out, and who refers to it.

    python tools/conclusions.py                          as the stored instructors' notebooks have it
    python tools/conclusions.py --seeds 1 2 --only 07    run lessons with other seeds, and see which hold (minutes)

A conclusion is a call of `conclude("NN.name", ...)` in a lesson. A sentence elsewhere that says how an experiment came
out refers to it in a comment, `<!-- conclusion: NN.name -->` in Markdown and `# conclusion: NN.name` in YAML and Python.
"""

import argparse
import ast
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import nbformat
from build_notebooks import ROOT, execute, instructor, instructor_path, sources

from course_lib.teaching.conclusions import KEY, NAME

REFERENCE = re.compile(rf"\bconclusions?: ({NAME}(?:, {NAME})*)")
READERS = (  # where a sentence may say how an experiment came out
    "notebooks/source/*.py", "docs/**/*.md", "README.md", "tools/cheat_sheet_data.py",
    "course_lib/teaching/quizzes/*.yaml", "course_lib/teaching/exercises/*.yaml",
)  # fmt: skip


def concluded(source: Path) -> list[str]:
    """The names of a lesson's conclusions, in order, read from its source without running it."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node.args[0].value for node in calls if getattr(node.func, "id", "") == "conclude"]


def references() -> list[tuple[str, str]]:
    """(file, name) for every mention of a conclusion by name."""
    return [
        (path.relative_to(ROOT).as_posix(), name)
        for pattern in READERS
        for path in sorted(ROOT.glob(pattern))
        for names in REFERENCE.findall(path.read_text(encoding="utf-8"))
        for name in names.split(", ")
    ]


def outcomes(notebook) -> dict:
    """{name: (holds, text)} of a notebook that was run."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [
        (output.metadata[KEY], output.data["text/plain"])
        for output in outputs
        if KEY in output.get("metadata", {})
    ]
    return {one["name"]: (one["holds"], text) for one, text in found}


def stored(source: Path) -> dict:
    """The outcomes that the stored instructors' notebook of a lesson holds."""
    return outcomes(nbformat.read(instructor_path(source), as_version=4))


def parameterized(source: Path, seed: int, corpus: str | None = None):
    """The solved notebook of a lesson with another seed, and another corpus if one is given; not run."""
    from papermill.parameterize import parameterize_notebook

    given = {"SEED": seed} | ({"CORPUS": corpus} if corpus else {})
    notebook = instructor(source)
    notebook.metadata["papermill"] = {}  # where papermill notes what it injected
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])  # papermill looks for them in every cell
    return parameterize_notebook(notebook, given)


def run(source: Path, seed: int, corpus: str | None = None) -> dict:
    """The outcomes of a lesson that is run now, solved, with this seed."""
    return outcomes(execute(parameterized(source, seed, corpus)))


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NN", help="lesson numbers, such as 07")
    parser.add_argument("--seeds", nargs="+", type=int, metavar="N", help="run the lessons with these seeds")
    parser.add_argument("--corpus", help="another corpus than the lessons' own; with --seeds")
    given = parser.parse_args(arguments)
    denied = 0
    for source in sources(given.only):
        for seed in given.seeds or [None]:
            found = stored(source) if seed is None else run(source, seed, given.corpus)
            for name in concluded(source):
                holds, text = found.get(name, (None, "not run"))
                denied += holds is not True
                word = {True: "holds", False: "DENIED", None: "?"}[holds]
                print(f"{name:26} {'' if seed is None else f'seed {seed} '}{word:7} {text}", flush=True)
    return int(denied > 0)


if __name__ == "__main__":
    sys.exit(main())
