"""What `make bench` starts: fair turns, ratios that say what they claim, a page written from the run."""

import asyncio
import importlib
import json
import sys

import bench
import bench_class
import bench_frame as frame
import bench_lessons
import bench_memory
import bench_training
import pytest
import torch

from course_lib.tasks.speaker_id.frames import FrameSet, Utterance


def test_the_compared_take_turns_after_a_warm_up():
    order = []
    frame.turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=3)
    assert order == ["a", "b"] + ["a", "b"] * 3


def test_a_ratio_above_one_is_faster_than_the_reference(monkeypatch):
    monkeypatch.setattr(
        frame, "turns", lambda work, rounds: {"bare": [2.0, 4.0, 6.0], "ours": [1.0, 2.0, 4.0]}
    )
    bare, ours = frame.compared({}, 8, "windows/s", "bare")
    assert bare.ratio is None and bare.value == 4.0  # 8 windows in 2 s, its best round
    assert ours.ratio == 2.0 and ours.beside == "bare" and ours.value == 8.0  # 2, 2 and 1.5: the median
    assert frame.line(ours).lstrip().startswith("2.00 x bare")


def test_a_budget_that_is_kept_has_a_ratio_above_one():
    assert frame.budget("lesson", 30, 60, "s").ratio == 2.0
    assert frame.budget("lesson", 120, 60, "s").ratio == 0.5


def test_the_page_and_the_numbers_are_written_from_the_run(monkeypatch, tmp_path):
    def small():
        """A benchmark of nothing."""
        yield frame.Row(0.5, "ours", 1234.56, "windows/s", "bare")

    monkeypatch.setattr(bench, "BENCHMARKS", {"small": small})
    assert bench.main(["small", "--out", str(tmp_path)]) == 0
    text = (tmp_path / "benchmarks.md").read_text()
    assert "## Small" in text and "| 0.50 | bare | ours | 1,235 | windows/s |" in text
    stored = json.loads((tmp_path / "benchmarks.json").read_text())
    assert stored["benchmarks"]["small"][0]["ratio"] == 0.5 and stored["machine"]["threads"] >= 1
    assert stored["runs"]["small"]["minutes"] >= 0
    monkeypatch.setitem(bench.BENCHMARKS, "other", small)
    bench.main(["other", "--out", str(tmp_path)])  # what was measured before stays
    assert list(json.loads((tmp_path / "benchmarks.json").read_text())["benchmarks"]) == ["small", "other"]
    with pytest.raises(SystemExit):
        bench.main(["none of them"])


def test_the_course_is_timed_until_it_says_where_it_is_open(tmp_path):
    says = "import time; print('making'); print('The course is open at x', flush=True); time.sleep(60)"
    assert 0 < bench_lessons.opened([sys.executable, "-c", says], tmp_path) < 30
    with pytest.raises(SystemExit, match="ended before the course was open"):
        bench_lessons.opened([sys.executable, "-c", "print('no')"], tmp_path)


@pytest.mark.parametrize(
    "room, name, first",
    [
        ("bench_training", "measure_heads", ["small_cnn, the body run in every epoch"]),
        ("bench_training", "measure_loop", ["small CNN, a bare loop"]),
        ("bench_training", "measure_frames", ["DataLoader, a frame at a time"]),
        ("bench_features", "measure_features", ["torch.stft", "torch.stft (512/160)", "librosa.stft"]),
        ("bench_features", "measure_floor", ["torch.fft.rfft of ready frames"]),
    ],
)
def test_each_is_measured_beside_its_reference(monkeypatch, room, name, first):
    module = importlib.import_module(room)
    for small, value in (("BATCH", 16), ("FRAMES", 2000), ("EPOCHS", 1), ("ROUNDS", 1)):
        if hasattr(module, small):
            monkeypatch.setattr(module, small, value)
    monkeypatch.setattr(frame, "ROUNDS", 1)
    rows = list(getattr(module, name)())
    assert all(row.value > 0 for row in rows)
    assert set(first) <= {row.what for row in rows if row.ratio is None}
    assert any(row.ratio and row.beside == first[0] for row in rows)


def test_both_ways_to_fetch_frames_give_the_same():
    said = [
        Utterance(f"u{n}", torch.randn(30, 4, generator=torch.Generator().manual_seed(n)), n)
        for n in range(3)
    ]
    one_by_one = bench_training.OneByOne(said, in_frames=5)
    gathered = FrameSet(said, in_frames=5)
    assert len(one_by_one) == len(gathered)
    rows = torch.stack([one_by_one[n][0] for n in range(len(gathered))])
    assert torch.equal(rows, gathered.context(torch.arange(len(gathered))))


def test_lessons_stand_beside_their_budgets():
    made = [
        {"name": "06_x", "seconds": 30, "megabytes": 500},
        {"name": "07_y", "seconds": 90, "megabytes": 700},
    ]
    rows = list(bench_lessons.against_budgets(made, "one core"))
    assert [(row.value, row.unit, round(row.ratio, 2)) for row in rows] == [
        (30, "s", 2.0), (500, "MB", 2.0), (90, "s", 0.67), (700, "MB", 1.43), (2.0, "min", 6.0),
    ]  # fmt: skip


def test_two_cores_get_about_as_much_to_do(tmp_path):
    even = bench_lessons.even
    times = {"00": 10, "01": 60, "02": 30, "03": 20}
    lessons = [{"name": f"{name}_x", "seconds": seconds} for name, seconds in times.items()]
    (tmp_path / "index.json").write_text(json.dumps({"lessons": lessons}))
    assert even(list(times), tmp_path) == (["01"], ["00", "02", "03"])
    assert sorted(map(len, even(list(times), tmp_path / "none"))) == [2, 2]


def test_memory_is_measured_in_processes_of_their_own(monkeypatch):
    monkeypatch.setattr(bench_memory, "FEW", 2)
    few, many = bench_memory.measure_memory()
    assert few.value > 50 and many.beside == few.what.split(",")[0] == "2 recordings"
    assert many.ratio == few.value / many.value


def test_a_class_is_timed_cell_by_cell(monkeypatch):
    cells = ["import time", "ballast = bytearray(30_000_000); time.sleep(0.6)"]
    found = asyncio.run(bench_class.classroom(2, cells))
    assert [len(times) for times in found["times"]] == [2, 2]
    assert all(first + 0.6 <= second for first, second in found["times"])
    assert found["dead"] == 0 and found["stopped"] == "time" and found["each"] > 30
    with pytest.raises(SystemExit, match=r"cell 1 .*ZeroDivisionError"):
        asyncio.run(bench_class.classroom(1, ["1 / 0"]))
    monkeypatch.setattr(bench_class, "RESERVE", 1e15)
    assert (
        "memory" in asyncio.run(bench_class.classroom(2, ["time = __import__('time').sleep(9)"]))["stopped"]
    )
    assert len(bench_class.lesson_cells()) > 10
