"""What `make bench` starts: fair turns, ratios that say what they claim, a page written from the run."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[1] / "tools"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    spec = importlib.util.spec_from_file_location("bench", TOOLS / "bench.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "bench", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_compared_take_turns_after_a_warm_up(bench):
    order = []
    bench.turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=3)
    assert order == ["a", "b"] + ["a", "b"] * 3


def test_a_ratio_above_one_is_faster_than_the_reference(bench, monkeypatch):
    monkeypatch.setattr(bench, "turns", lambda work: {"bare": [2.0, 4.0, 6.0], "ours": [1.0, 2.0, 4.0]})
    bare, ours = bench.compared({}, 8, "windows/s", "bare")
    assert bare.ratio is None and bare.value == 4.0  # 8 windows in 2 s, its best round
    assert ours.ratio == 2.0 and ours.beside == "bare" and ours.value == 8.0  # 2, 2 and 1.5: the median
    assert bench.line(ours).lstrip().startswith("2.00 x bare")


def test_the_page_and_the_numbers_are_written_from_the_run(bench, monkeypatch, tmp_path):
    def small():
        """A benchmark of nothing."""
        yield bench.Row(0.5, "ours", 1234.56, "windows/s", "bare")

    monkeypatch.setattr(bench, "BENCHMARKS", {"small": small})
    assert bench.main(["small", "--out", str(tmp_path)]) == 0
    text = (tmp_path / "benchmarks.md").read_text()
    assert "## Small" in text and "| 0.50 | bare | ours | 1,234.6 | windows/s |" in text
    stored = json.loads((tmp_path / "benchmarks.json").read_text())
    assert stored["benchmarks"]["small"][0]["ratio"] == 0.5 and stored["machine"]["threads"] >= 1
    with pytest.raises(SystemExit):
        bench.main(["none of them"])


def test_kept_outputs_are_measured_beside_the_running_body(bench, monkeypatch):
    monkeypatch.setattr(bench, "BATCH", 16)
    monkeypatch.setattr(bench, "ROUNDS", 1)
    rows = list(bench.measure_heads())
    assert [row.beside for row in rows] == ["", rows[0].what, "", rows[2].what]
    assert all(row.value > 0 for row in rows) and rows[1].ratio and rows[3].ratio


def test_the_features_are_measured(bench, monkeypatch):
    monkeypatch.setattr(bench, "BATCH", 16)
    monkeypatch.setattr(bench, "ROUNDS", 1)
    rows = list(bench.measure_features())
    assert [row.what for row in rows if row.ratio is None] == [
        "torch.stft",
        "torch.stft (512/160)",
        "librosa.stft",
    ]
    assert all(row.value > 0 for row in rows)
