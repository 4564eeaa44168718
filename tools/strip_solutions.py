"""Solutions are written, exercises are cut from them: open what stands between the solution marks of a cell."""

import ast
import copy

from course_lib.cli._nbgrader import BEGIN, END, TURN


def open_exercises(cell):
    """A copy of a cell with its solutions opened; None for a cell that is nothing but solution.

    Marks and the tag `solution` belong together: a cell with the tag and without marks is left out, marks without
    the tag raise ValueError.
    """
    tagged = "solution" in cell.metadata.get("tags", [])
    marked = BEGIN in cell.source or END in cell.source
    if marked and not tagged:
        raise ValueError(f"solution marks in a cell without the tag solution: {cell.source[:60]!r}")
    if not tagged:
        return cell
    if not marked:
        return None
    cell = copy.deepcopy(cell)
    cell["source"] = open_source(cell.source)
    return cell


def open_source(source: str) -> str:
    """Replace every marked block: inside a function by `return ...`, at the left edge by `name = ...` for each name.

    >>> print(open_source("def f(x):\\n    ### BEGIN SOLUTION\\n    return x\\n    ### END SOLUTION"))
    def f(x):
        return ...  # your turn
    >>> print(open_source("### BEGIN SOLUTION\\nbins = 1025\\n### END SOLUTION"))
    bins = ...  # your turn
    """
    kept, block = [], None
    for line in source.split("\n"):
        mark = line.strip()
        if mark == BEGIN:
            if block is not None:
                raise ValueError("a solution begins inside a solution")
            block, indent = [], line[: len(line) - len(line.lstrip())]
        elif mark == END:
            if block is None:
                raise ValueError("a solution ends that did not begin")
            kept += _opened(block, indent)
            block = None
        elif block is None:
            kept.append(line)
        else:
            block.append(line)
    if block is not None:
        raise ValueError("a solution begins and does not end")
    return "\n".join(kept)


def _opened(block, indent):
    if indent:
        return [f"{indent}return ...  {TURN}"]
    names = []
    for node in ast.parse("\n".join(block)).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            names += [leaf.id for leaf in ast.walk(target) if isinstance(leaf, ast.Name)] if target else []
    if not names:
        raise ValueError("a solution at the left edge assigns no name: put the marks inside the function")
    return [f"{name} = ...  {TURN}" for name in dict.fromkeys(names)]
