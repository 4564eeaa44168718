"""Training that is drawn while it runs: an ordinary fit, held and changed on the way, stored so that it can be played again."""

import asyncio
import json
import threading

import pytest
import torch
from bs4 import BeautifulSoup
from torch import nn

from course_lib.errors import CourseError
from course_lib.teaching.widgets import training_live
from course_lib.teaching.widgets.training_live import TrainingLive
from course_lib.training import Diverged, fit

X = torch.randn(240, 6, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] + X[:, 1] > 0).long()


def train(lr=0.01, progress=False, optimizer="adam"):
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
    sides = (X[:160], Y[:160]), (X[160:], Y[160:])
    return model, fit(
        model, *sides, epochs=5, lr=lr, batch_size=16, patience=None, optimizer=optimizer, progress=progress
    )


@pytest.fixture
def live():
    return TrainingLive(train, lr=0.01, chance=0.5, title="Two halves", watch={"ones": lambda model: 0.25})


def test_a_run_in_a_cell_is_an_ordinary_fit(live, capsys):
    model, history = live.run()
    plain, expected = train()
    assert history["valid_loss"] == expected["valid_loss"]
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), plain.state_dict().values()))
    (run,) = live.runs
    assert run["loss"]["validation"] == pytest.approx(expected["valid_loss"], abs=1e-5)
    assert run["accuracy"]["ones"] == [0.25] * 6 and run["kept"] == expected.best_epoch and run["done"]
    assert live.results["rate 0.01"] == (model, history) and live.widget.data["runs"] == live.runs
    told = capsys.readouterr().out
    assert "drawn here while it runs" in told and f"kept: epoch {run['kept']}." in told


def test_what_is_stored_plays_again_and_is_the_same_twice(live, capsys):
    live.run()
    page = BeautifulSoup(live.html(), "html.parser")
    stored = json.loads(page.find("script", type="application/json").string)
    assert stored["data"]["runs"] == live.runs and stored["data"]["running"] == ""
    assert live.alt in page.img["alt"]
    again = TrainingLive(train, lr=0.01, chance=0.5, title="Two halves", watch={"ones": lambda model: 0.25})
    again.run()
    assert again.html() == live.html()


def test_a_second_run_is_held_changed_and_goes_on(live, capsys):
    live.run()
    watcher = live.start(0.1)
    for _ in range(15):  # one epoch and a half
        assert live.advance()
    assert "epoch 2" in live.data["running"] or live.data["running"].startswith("epoch 1 of 5")
    watcher.set_rate(0.001)
    group = watcher.state.optimizer.param_groups[0]
    assert group["lr"] == pytest.approx(0.001) and group["full_lr"] == pytest.approx(0.001)
    while live.advance():
        pass
    first, second = live.runs
    assert second["changes"] == [[1, 0.001]] and second["done"] and len(second["loss"]["training"]) == 5
    assert live.results["rate 0.1"][1][-1].lr == pytest.approx(0.001)
    assert first["name"] == "rate 0.01" and "rate 0.1" in live.text()


def test_the_page_trains_stops_goes_on_and_ends(live, capsys, monkeypatch):
    monkeypatch.setattr(training_live, "SLICE_S", 0)  # a batch at a time, however fast the machine is
    sent = []

    async def reader():
        live.run()
        live._asked(None, {"kind": "train", "lr": 0.1}, [])
        await asyncio.sleep(0)
        live._asked(None, {"kind": "stop"}, [])
        await live._task
        assert live.data["running"] == "stopped" and not live.runs[1]["done"]
        live.widget.observe(lambda change: sent.append(change["new"]["runs"][1]["changes"]), "data")
        live._asked(None, {"kind": "rate", "lr": 0.3}, [])
        assert len(sent) == 1 and [rate for _, rate in sent[0]] == [0.3]  # while nothing else changes
        live._asked(None, {"kind": "rate", "lr": "fast"}, [])  # not one of the slider's
        live._asked(None, {"kind": "end"}, [])
        await live._task

    asyncio.run(reader())
    run = live.runs[1]
    assert run["ended"] == "interrupted" and run["done"] and live.data["running"] == ""
    assert [rate for _, rate in run["changes"]] == [0.3]
    assert live.results["rate 0.1"][1].stopped == "interrupted"


def test_a_message_that_comes_in_another_thread_waits_for_the_loop(capsys, monkeypatch):
    monkeypatch.setattr(training_live, "SLICE_S", 0)

    async def reader():
        live = TrainingLive(train, lr=0.01, title="Two halves")
        live._asked(None, {"kind": "train", "lr": 0.1}, [])
        await asyncio.sleep(0)
        asking = threading.Thread(target=live._asked, args=(None, {"kind": "stop"}, []))
        asking.start()
        asking.join()
        assert live.data["running"].startswith("epoch 1, batch")  # nothing was changed beside the run
        await live._task
        assert live.data["running"] == "stopped" and not live.runs[0]["done"]

    asyncio.run(reader())


def test_runs_that_were_measured_before_stand_beside_new_ones(capsys):
    curves = {"old voices": [0.9, 0.8, 0.7], "new voices": [0.1, 0.4, 0.6]}
    live = TrainingLive(train, runs={"1e-4": curves, "0.01": curves}, lr=0.01)
    assert "rate 0.01: after 2 epochs accuracy on old voices 70%, accuracy on new voices 60%." in live.text()
    assert live.data["runs"][0]["accuracy"] == curves and live.data["runs"][0]["done"]


def test_curves_of_anything_are_compared_without_training():
    curves = {"new": [0.1, 0.8, 0.9], "old": [0.9, 0.5, 0.4]}
    live = TrainingLive(runs={"nothing kept": curves, "all kept": curves}, step="day", title="Memories")
    assert "nothing kept: after 2 days accuracy on new 90%, accuracy on old 40%." in live.text()
    assert live.data["rates"] == [] and "Train" not in live.data["how"]
    image = BeautifulSoup(live.first(), "html.parser").img
    assert image["alt"].startswith("Accuracy of each day.")
    live._asked(None, {"kind": "train", "lr": 0.001}, [])
    assert len(live.runs) == 2
    with pytest.raises(CourseError, match="a function that trains, or runs"):
        TrainingLive(title="Nothing")


def test_a_run_that_diverges_is_told_and_raised(capsys):
    live = TrainingLive(lambda lr, progress: train(lr, progress, "sgd"), lr=1e30, title="Too fast")
    with pytest.raises(Diverged):
        live.run()
    assert live.runs[0]["ended"] == "diverged" and "no curve" in live.text()
    live.start(1e30)
    while live.advance():
        pass
    assert live.runs[1]["ended"] == "diverged"


def test_another_error_is_told_and_raised(capsys):
    live = TrainingLive(lambda lr, progress: 1 / 0, title="Broken")
    live.start(0.1)
    with pytest.raises(ZeroDivisionError):
        live.advance()
    assert live.runs[0]["ended"] == "ZeroDivisionError: division by zero" and live.data["running"] == ""


def test_without_a_loop_a_run_of_the_page_goes_to_its_end(live, capsys):
    live._asked(None, {"kind": "train", "lr": 0.1}, [])
    assert live.runs[0]["done"] and live.data["running"] == ""


def test_a_rate_that_is_none_is_refused():
    with pytest.raises(CourseError, match="above 0"):
        TrainingLive(train, lr=0)
