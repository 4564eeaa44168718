"""Nothing the course reads may run code: no pickles, no eval, no shell, weights only."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(p for room in ("course_lib", "data_scripts", "tools") for p in (ROOT / room).rglob("*.py"))
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
POOL = "joblib.externals.loky"  # worker processes: pickles go between the course's own processes, never to a file


def dangers(source):
    """What in a Python source could run what it reads: a list of `line N: what`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            names = []
        found += [
            f"line {node.lineno}: import {n}" for n in names if n != POOL and n.split(".")[0] in MODULES
        ]
        if isinstance(node, ast.Call):
            found += [f"line {node.lineno}: {what}" for what in in_call(node)]
    return found


def in_call(node):
    called = ast.unparse(node.func)
    given = {word.arg: ast.unparse(word.value) for word in node.keywords}
    if called in ("eval", "exec", "builtins.eval", "builtins.exec", "os.system", "os.popen"):
        yield called
    if given.get("shell", "False") != "False":
        yield "shell"
    if called == "torch.load" and given.get("weights_only") != "True":
        yield "torch.load without weights_only=True"
    if given.get("allow_pickle", "False") != "False":
        yield "allow_pickle"
    if called in ("yaml.load", "yaml.unsafe_load", "yaml.full_load"):
        yield f"{called}, which is not yaml.safe_load"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_can_run_what_it_reads(path):
    assert dangers(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from pickle import loads", "import joblib.numpy_pickle", "eval(x)", "exec(x)",
        "os.system(x)", "subprocess.run(x, shell=True)", "run(x, shell=yes)", "torch.load(x)",
        "torch.load(x, weights_only=False)", "np.load(x, allow_pickle=True)", "yaml.load(x, Loader=L)",
    ],
)  # fmt: skip
def test_each_danger_is_seen(source):
    assert len(dangers(source)) == 1


@pytest.mark.parametrize(
    "source", ["model.eval()", "torch.load(x, weights_only=True)", "run(x, shell=False)", "yaml.safe_load(x)"]
)
def test_what_is_safe_is_let_through(source):
    assert dangers(source) == []


def test_there_is_something_to_look_at():
    assert {p.relative_to(ROOT).parts[0] for p in FILES} == {"course_lib", "data_scripts", "tools"}
