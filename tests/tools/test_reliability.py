"""docs/reliability.md holds to its word: every fault of the list has a row, every row a test that exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "reliability.md"
FAULTS = (
    "during training", "while features are cached", "while a notebook is built", "while data are made or imported",
    "while downloading", "while a recording is saved", "full disk", "read-only data folder", "clock going back",
    "two processes filling one cache", "a flipped byte in a cache", "a flipped byte in weights",
    "cells run out of order", "cells run twice", "kernel restarted in the middle", "no network", "slow network",
    "a proxy page instead of the file", "0 samples", "1 sample", "10 hours", "8 to 192 kHz", "1 to 8 channels",
    "8-bit to float64", "NaN", "infinities", "full-scale clipping", "pure silence", "wrong extension", "truncated",
    "random bytes", "names with spaces, accents, emoji, 255 characters", "fuzzed readers", "headers that claim much",
)  # fmt: skip
NIGHTLY = "pytest.mark.nightly"


def rows():
    """(fault, what happens, tests) of the table; a test is (file, name, marked with a star)."""
    faults, *_ = TABLE.read_text(encoding="utf-8").split("## Reports of other tools")
    for line in faults.splitlines():
        if line.startswith("| ") and not line.startswith(("| **", "| ---", "| fault")):
            fault, happens, tests = (part.strip() for part in line.strip("|").split("|"))
            linked = re.findall(r"\[(\w+)\]\(\.\./(tests/[\w/]+\.py)\)(\*?)", tests)
            yield fault, happens, [(path, name, star == "*") for name, path, star in linked]


@cache
def functions_of(path):
    """{name: takes minutes} of the test functions of a file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name: any(ast.unparse(mark).startswith(NIGHTLY) for mark in node.decorator_list)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_fault_has_a_row():
    found = [fault for fault, _, _ in rows()]
    assert len(found) == len(set(found)) and set(FAULTS) <= set(found)


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row[0])
def test_every_row_names_tests_that_exist(row):
    _, happens, tests = row
    assert len(happens) >= 10 and tests
    for path, name, star in tests:
        assert name in functions_of(path), f"{path} has no {name}"
        assert functions_of(path)[name] == star, f"{name}: a star stands for `make test-slow`"
