"""Speakers arrive day by day: who comes when, what is remembered, what the gate says, and going on after a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from corpus_makers import corpus_folder

from course_lib.data import FeatureSet, load
from course_lib.errors import CorpusError, CourseError, DataError
from course_lib.models import SmallCNN, operations, weights_file
from course_lib.transfer import Base, model_registry
from course_lib.transfer.model_registry import ModelRegistry, gate, refresh_cost, train_continually
from course_lib.transfer.replay import (
    FIT_OPTIONS,
    REFRESH_OPTIONS,
    begin,
    expand_head,
    learn,
    refresh,
    scores,
)
from course_lib.transfer.stream import stream_of_tasks

NAMES = ("ana", "ben", "cleo", "dan", "eva")


class Tiny(torch.nn.Module):
    """Vectors of 6 numbers in, a frozen dense body, a head of two layers: quick enough to train in a test."""

    input = "mel"

    def __init__(self, n_classes):
        super().__init__()
        self.body = torch.nn.Sequential()
        self.body.add_module("dense", torch.nn.Linear(6, 8))
        self.head = torch.nn.Linear(8, n_classes)

    def forward(self, x):
        return self.head(self.body(x))


class Cut:
    """The windows of a set: which recording each is of."""

    def __init__(self, clips):
        self.clip_index = np.array(clips)


def tiny_base():
    torch.manual_seed(0)
    return Base(Tiny(3).eval(), ["x", "y", "z"], name="tiny")


def tiny_set(seed, per=4, recordings=3, spread=0.3):
    """Five speakers, each around a corner of its own; `recordings` of `per` windows."""
    draw = np.random.default_rng(seed)
    y = np.repeat(np.arange(5), per * recordings)
    X = (3 * np.eye(6)[y] + spread * draw.standard_normal((len(y), 6))).astype(np.float16)
    return FeatureSet(
        X, y, list(NAMES), Cut(np.arange(len(y)) // per), key=f"tiny {seed} {per} {recordings} {spread}"
    )


DATA, VALID = tiny_set(0), tiny_set(1)
DAYS = stream_of_tasks(DATA, first=2, each=2, opening=1, seed=0)


def test_speakers_come_once_and_return_with_other_recordings():
    assert [len(day.newcomers) for day in DAYS] == [2, 2, 1]
    assert sorted(name for day in DAYS for name in day.newcomers) == list(NAMES)
    rows = np.concatenate([day.rows for day in DAYS])
    assert len(rows) == len(set(rows.tolist()))
    for day in DAYS:
        here = {DATA.classes[int(DATA.y[row])] for row in day.rows}
        so_far = {name for before in DAYS[: day.number + 1] for name in before.newcomers}
        assert set(day.newcomers) <= here <= so_far
    clips = [set(DATA.windows.clip_index[day.rows]) for day in DAYS]
    assert not clips[0] & clips[1] and not clips[1] & clips[2]  # a recording comes on one day
    assert repr(stream_of_tasks(DATA, first=2, opening=1, seed=0)) == repr(DAYS)
    with pytest.raises(CorpusError, match="more than 5 speakers"):
        stream_of_tasks(DATA, first=5)


def test_by_default_four_speakers_begin_two_join_a_day_and_each_brings_two_recordings():
    days = stream_of_tasks(DATA)
    assert repr(days) == repr(stream_of_tasks(DATA, first=4, each=2, opening=2, seed=0))
    assert [len(day.newcomers) for day in days] == [4, 1]
    assert [len(day.rows) for day in days] == [4 * 2 * 4, 4 * 4 + 2 * 4]  # recordings of four windows each
    assert {tuple(stream_of_tasks(DATA, seed=seed)[1].newcomers) for seed in range(20)} == {
        (name,) for name in NAMES
    }


def lived(keep, data=DATA):
    learner = begin(tiny_base())
    for day in DAYS:
        learner = learn(learner, day, data, keep=keep, epochs=60)
    return learner


def test_without_a_memory_the_first_speakers_are_forgotten_and_with_one_they_are_not():
    quiet = DAYS[0].newcomers
    alone = stream_of_tasks(tiny_set(0, recordings=1), first=2, opening=1, seed=0)
    data = tiny_set(0, recordings=1)
    learners = {}
    for keep in (0, 2):
        learner = begin(tiny_base())
        for day in alone:
            learner = learn(learner, day, data, keep=keep, epochs=150)
        right = scores(learner, VALID)
        learners[keep] = np.mean([right[name] for name in quiet])
    assert learners[0] < 0.3 and learners[2] > 0.9


def test_the_memory_holds_so_many_of_each_and_all_of_them_for_none():
    few, everything = lived(2), lived(None)
    assert sorted(few.memory) == list(NAMES) and {len(rows) for rows in few.memory.values()} == {2}
    for name, rows in few.memory.items():
        assert {DATA.classes[int(DATA.y[row])] for row in rows} == {name}
    arrived = np.sort(np.concatenate([day.rows for day in DAYS]))
    assert everything.remembered().tolist() == arrived.tolist() and lived(0).memory == {}


def test_learning_changes_neither_the_old_learner_nor_the_body():
    base = tiny_base()
    first = learn(begin(base), DAYS[0], DATA)
    kept = {name: value.clone() for name, value in first.model.state_dict().items()}
    second = learn(first, DAYS[1], DATA)
    assert all(torch.equal(value, kept[name]) for name, value in first.model.state_dict().items())
    assert len(second.known) == 4 and second.known[:2] == first.known
    assert torch.equal(second.model.body.dense.weight, base.model.body.dense.weight)
    again = refresh(second, DATA)
    assert not torch.equal(again.model.body.dense.weight, base.model.body.dense.weight)
    assert not any(parameter.requires_grad for parameter in again.model.body.parameters())


def test_a_refresh_is_gentle_leaves_the_old_learner_alone_and_freezes_what_it_is_told():
    learner = lived(2)
    kept = {name: value.clone() for name, value in learner.model.state_dict().items()}
    again = refresh(learner, DATA)
    assert all(torch.equal(value, kept[name]) for name, value in learner.model.state_dict().items())
    assert not any(parameter.requires_grad for parameter in learner.model.body.parameters())
    assert again.known == learner.known and again.memory == learner.memory
    assert again.known is not learner.known and again.memory is not learner.memory
    moved = (again.model.body.dense.weight - kept["body.dense.weight"]).abs().max()
    wild = (refresh(learner, DATA, lr=3e-3).model.body.dense.weight - kept["body.dense.weight"]).abs().max()
    assert 0 < moved < 0.5 * wild  # a tenth of the usual rate
    head = refresh(learner, DATA, upto="body")
    assert torch.equal(head.model.body.dense.weight, kept["body.dense.weight"])
    assert not torch.equal(head.model.head.weight, kept["head.weight"])
    assert all(parameter.requires_grad for parameter in again.model.head.parameters())


class Deep(Tiny):
    """The same with a second layer in its body, so that a part of it can stay frozen."""

    def __init__(self, n_classes):
        super().__init__(n_classes)
        self.body.add_module("second", torch.nn.Linear(8, 8))


def test_a_refresh_may_hold_the_first_layers_and_move_those_behind():
    torch.manual_seed(0)
    learner = learn(begin(Base(Deep(3).eval(), ["x", "y", "z"])), DAYS[0], DATA)
    again = refresh(learner, DATA, upto="body.dense").model
    assert torch.equal(again.body.dense.weight, learner.model.body.dense.weight)
    assert not torch.equal(again.body.second.weight, learner.model.body.second.weight)
    assert not any(parameter.requires_grad for parameter in again.body.parameters())


def same(one, other):
    pairs = zip(one.model.state_dict().values(), other.model.state_dict().values(), strict=True)
    memories = [{name: rows.tolist() for name, rows in each.memory.items()} for each in (one, other)]
    return all(torch.equal(a, b) for a, b in pairs) and memories[0] == memories[1]


def test_what_is_not_said_is_seed_0_four_windows_and_ten_gentle_epochs():
    first = learn(begin(tiny_base()), DAYS[0], DATA)
    assert same(first, learn(begin(tiny_base()), DAYS[0], DATA, keep=4, seed=0))
    eight = learn(begin(tiny_base()), stream_of_tasks(DATA)[0], DATA, epochs=1)  # of eight windows each
    assert {len(rows) for rows in eight.memory.values()} == {4}
    assert not same(first, learn(begin(tiny_base()), DAYS[0], DATA, keep=4, seed=1))
    assert same(refresh(first, DATA), refresh(first, DATA, seed=0, lr=3e-4, epochs=10))
    assert not same(refresh(first, DATA), refresh(first, DATA, seed=1))
    assert begin(tiny_base()).remembered().dtype == first.remembered().dtype == np.int64


STILL = {"lr": 1e-9, "weight_decay": 0.0, "epochs": 1}  # `fit` with steps too small to matter


def test_the_seed_decides_how_new_rows_begin():
    known = learn(begin(tiny_base()), DAYS[0], DATA, seed=3, **STILL)
    expected = expand_head(begin(tiny_base()).model, 2, 3).head.weight
    torch.testing.assert_close(known.model.head.weight, expected, rtol=0, atol=1e-5)
    assert torch.equal(
        expand_head(tiny_base().model, 2).head.weight, expand_head(tiny_base().model, 2, 0).head.weight
    )


def test_the_same_windows_are_remembered_in_every_process():
    code = (
        "from test_model_registry import DATA, stream_of_tasks, begin, learn, tiny_base\n"
        "memory = learn(begin(tiny_base()), stream_of_tasks(DATA)[0], DATA, epochs=1, keep=2).memory\n"
        "print(sorted((name, rows.tolist()) for name, rows in memory.items()))"
    )
    here = Path(__file__).parent
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(here), str(here.parent), str(here.parents[1])]),
        "OMP_NUM_THREADS": "1",
    }
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**env, "PYTHONHASHSEED": order},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for order in ("1", "2", "3")
    }
    assert len(told) == 1 and "ana" in told.pop()


def test_a_day_without_newcomers_teaches_those_who_are_known():
    learner = learn(begin(tiny_base()), DAYS[0], DATA)
    day = type(DAYS[0])(1, (), DAYS[0].rows)
    still = learn(learner, day, DATA, **STILL)
    assert still.known == learner.known
    torch.testing.assert_close(still.model.head.weight, learner.model.head.weight, rtol=0, atol=1e-5)
    more = learn(learner, day, DATA)
    assert not torch.equal(more.model.head.weight, learner.model.head.weight)


def test_a_day_says_who_is_new():
    alone = type(DAYS[0])(3, (), np.arange(5))
    assert repr(alone) == "day 3: 5 seconds"
    assert repr(type(alone)(0, ("ana", "ben"), np.arange(2))) == "day 0: 2 seconds, new: ana, ben"


def test_a_head_grows_and_keeps_the_rows_it_had():
    model = expand_head(begin(tiny_base()).model, 2)
    more = expand_head(model, 4)
    assert torch.equal(more.head.weight[:2], model.head.weight) and more.head.weight.shape == (4, 8)
    with pytest.raises(CourseError, match="4 classes or more"):
        expand_head(more, 3)
    base = SmallCNN(10)
    two = expand_head(base, 2)
    wide = expand_head(two, 3, seed=1)
    assert wide.head.dense2.out_features == 3
    assert not torch.equal(two.head.dense1.weight, base.head.dense1.weight)  # that one named other people
    assert torch.equal(wide.head.dense1.weight, two.head.dense1.weight)
    assert torch.equal(wide.head.dense2.weight[:2], two.head.dense2.weight)


def test_scores_can_be_asked_among_fewer_names():
    learner = lived(None)
    assert set(scores(learner, VALID)) == set(NAMES)
    few = scores(learner, VALID, among=learner.known[:2])
    assert set(few) == set(learner.known[:2]) and min(few.values()) >= 0.9


def test_one_person_is_no_class_to_tell_apart():
    rows = DAYS[0].rows[[DATA.classes[int(DATA.y[row])] == DAYS[0].newcomers[0] for row in DAYS[0].rows]]
    day = type(DAYS[0])(0, DAYS[0].newcomers[:1], rows)
    with pytest.raises(CourseError, match="two speakers or more"):
        learn(begin(tiny_base()), day, DATA)


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        ({}, {}, True),
        ({"ana": 0.9}, {"ana": 0.86}, True),
        ({"ana": 0.9}, {"ana": 0.84}, False),
        ({"ana": 1.0, "ben": 0.5}, {"ana": 0.8, "ben": 0.7, "cleo": 0.0}, True),
    ],
)
def test_the_gate_looks_at_those_who_were_known(before, after, passes):
    assert gate(before, after, 0.05)[0] is passes


@pytest.mark.parametrize(
    ("after", "passes", "says"),
    [
        ({"ana": 0.5, "ben": 0.5}, True, "old speakers stayed at 50.0%"),
        ({"ana": 1.0, "ben": 0.5}, True, "old speakers rose from 50.0% to 75.0%"),
        ({"ana": 0.25, "ben": 0.5, "cleo": 1.0}, True, "old speakers fell from 50.0% to 37.5%"),
        ({"ana": 0.0, "ben": 0.5}, False, "old speakers fell from 50.0% to 25.0%"),
    ],
)
def test_the_gate_says_what_became_of_the_old_ones(after, passes, says):
    assert gate({"ana": 0.5, "ben": 0.5}, after, 0.125) == (
        passes,
        says,
    )  # a fall of just the tolerance passes


def test_the_gate_demands_everybody_who_was_known():
    with pytest.raises(CourseError, match="got none of"):
        gate({"ana": 1.0}, {"ben": 1.0})


def test_a_run_that_is_stopped_goes_on_with_the_same_numbers(tmp_path):
    whole = list(train_continually(tiny_base(), DAYS, DATA, VALID, ModelRegistry(tmp_path / "whole")))
    run = train_continually(tiny_base(), DAYS, DATA, VALID, ModelRegistry(tmp_path / "stopped"))
    next(run), run.close()
    rest = list(train_continually(tiny_base(), DAYS, DATA, VALID, ModelRegistry(tmp_path / "stopped")))
    assert [record["day"] for record in rest] == [1, 2]
    told = [ModelRegistry(tmp_path / name).records for name in ("whole", "stopped")]
    for a, b in zip(*told):
        assert {**a, "seconds": 0} == {**b, "seconds": 0}
    files = [sorted(path.name for path in (tmp_path / name).iterdir()) for name in ("whole", "stopped")]
    assert files[0] == files[1] and len(files[0]) == 6
    assert [record["settings"]["keep"] for record in whole] == [4, 4, 4]
    assert list(train_continually(tiny_base(), DAYS, DATA, VALID, ModelRegistry(tmp_path / "whole"))) == []


def test_a_run_is_learning_day_by_day_with_a_refresh_when_it_is_due(tmp_path):
    settings = {"keep": 2, "refresh_every": 2, "seed": 1}
    records = list(
        train_continually(
            tiny_base(), DAYS, DATA, VALID, ModelRegistry(tmp_path / "deep" / "run"), **settings
        )
    )
    learner, told = begin(tiny_base()), []
    for day in DAYS:
        new = learn(learner, day, DATA, keep=2, seed=1)
        work = 6 * 8 * 2 * len(day.rows)  # every new window once through the body
        trained = len(set(day.rows) | set(learner.remembered()))
        work += FIT_OPTIONS["epochs"] * trained * 2 * 2 * 8 * len(new.known)  # the head, there and back
        if day.number == 2:
            new = refresh(new, DATA, seed=1)
            work += refresh_cost(new, DATA)
        told.append((scores(new, VALID), work, len(set(learner.remembered()) - set(day.rows))))
        learner = new
    assert [(each["scores"], each["operations"], each["rehearsed"]) for each in records] == told
    assert all(record["accepted"] and 0 <= record["seconds"] < 600 for record in records)
    assert same(ModelRegistry(tmp_path / "deep" / "run").latest(tiny_base()), learner)
    forward, epochs = 2 * (6 * 8 + 8 * 5), REFRESH_OPTIONS["epochs"]
    each = (
        epochs * (2 * forward + 2 * 8 * 5) + 2 * 6 * 8
    )  # back to the weights of both, and to the head's input
    assert refresh_cost(learner, DATA) == len(learner.remembered()) * each


def test_without_a_memory_nothing_is_refreshed(tmp_path):
    records = list(
        train_continually(
            tiny_base(),
            DAYS,
            DATA,
            VALID,
            ModelRegistry(tmp_path),
            keep=0,
            refresh_every=1,
            tolerance=1,
            seed=0,
        )
    )
    plain = learn(begin(tiny_base()), DAYS[0], DATA, keep=0)
    assert records[0]["scores"] == scores(plain, VALID) and len(records) == 3


def test_the_gate_of_a_run_judges_the_old_names_within_its_tolerance(tmp_path):
    def run(name, **settings):
        return list(
            train_continually(
                tiny_base(), DAYS, DATA, far, ModelRegistry(tmp_path / name), keep=0, seed=0, **settings
            )
        )

    far = tiny_set(1, spread=4.0)
    strict, lenient = run("strict", tolerance=-1.0), run("lenient", tolerance=1.0)
    assert [record["accepted"] for record in strict] == [
        True,
        False,
        False,
    ]  # who demands so much gets nothing
    assert [record["accepted"] for record in lenient] == [True, True, True]
    first = learn(begin(tiny_base()), DAYS[0], DATA, keep=0)
    second = learn(first, DAYS[1], DATA, keep=0)
    among, of_all = scores(second, far, among=first.known), scores(second, far)
    assert among != {name: of_all[name] for name in among}  # more names are a harder question
    expected = gate(scores(first, far), among, -1.0)
    assert (strict[1]["accepted"], strict[1]["why"]) == expected
    assert strict[0]["why"] == "the first version"


def test_small_losses_cannot_add_up(monkeypatch):
    monkeypatch.setattr(model_registry, "scores", lambda new, valid, among: dict.fromkeys(among, new))
    records = [
        {"version": 0, "known": ["ana"], "scores": {"ana": 0.875}},
        {"version": 1, "known": ["ana", "ben"], "scores": {"ana": 0.875, "ben": 0.75}},
    ]

    def judged(records, new):
        return model_registry._gate_against_all(records, new, None, 0.0625)

    assert judged([], 0.5) == (True, "the first version")
    assert judged(records, 0.8125) == (True, "old speakers stayed at 81.2%")
    assert judged(records, 0.78) == (False, "old speakers fell from 87.5% to 78.0% since version 0")
    records[0]["scores"] = {"ana": 0.5}
    assert judged(records, 0.7) == (False, "old speakers fell from 81.2% to 70.0%")


def test_a_record_that_was_changed_is_refused(tmp_path):
    next(train_continually(tiny_base(), DAYS, DATA, VALID, ModelRegistry(tmp_path)))
    path = tmp_path / "v0000.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**record, "seconds": 99.0}), encoding="utf-8")
    assert (
        ModelRegistry(tmp_path).records[0]["seconds"] == 99.0
    )  # how long it took is no part of what was learned
    path.write_text(json.dumps({**record, "windows": 99}), encoding="utf-8")
    with pytest.raises(DataError, match="version 0 was changed"):
        _ = ModelRegistry(tmp_path).records


def test_weights_of_other_people_are_no_version(tmp_path):
    shelf = ModelRegistry(tmp_path)
    learner = learn(begin(tiny_base()), DAYS[0], DATA)
    shelf.add(learner, {"version": 0, "day": 0, "accepted": True, "settings": {}})
    assert all(rows.dtype == np.int64 for rows in shelf.latest(tiny_base()).memory.values())
    other = type(learner)(learner.model, learner.known[::-1], learner.memory)
    ModelRegistry(tmp_path / "other").add(other, {"version": 0, "day": 0, "accepted": True, "settings": {}})
    (tmp_path / "other" / "v0000.safetensors").replace(tmp_path / "v0000.safetensors")
    with pytest.raises(DataError, match="it knows"):
        shelf.latest(tiny_base())
    weights_file.save(
        tmp_path / "v0000.safetensors", learner.model.state_dict(), {}
    )  # an older file does not say
    assert same(shelf.latest(tiny_base()), learner)


def test_other_settings_do_not_go_on_with_a_run(tmp_path):
    next(train_continually(tiny_base(), DAYS, DATA, VALID, ModelRegistry(tmp_path)))
    with pytest.raises(CourseError, match="other settings"):
        next(train_continually(tiny_base(), DAYS, DATA, VALID, ModelRegistry(tmp_path), keep=1))


def test_a_refused_version_is_kept_and_not_used(tmp_path):
    shelf = ModelRegistry(tmp_path)
    learner = learn(begin(tiny_base()), DAYS[0], DATA)
    worse = learn(learner, DAYS[1], DATA)
    shelf.add(learner, {"version": 0, "day": 0, "accepted": True, "settings": {}})
    shelf.add(worse, {"version": 1, "day": 1, "accepted": False, "settings": {}})
    assert [record["version"] for record in shelf.records] == [0, 1]
    assert shelf.latest(tiny_base()).known == learner.known
    (tmp_path / "v0000.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(DataError, match="no version of this run"):
        shelf.latest(tiny_base())
    (tmp_path / "v0000.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="cannot read the versions"):
        _ = shelf.records


def test_weights_without_a_record_do_not_exist(tmp_path):
    shelf = ModelRegistry(tmp_path)
    (tmp_path / "v0000.safetensors").write_bytes(b"half")
    assert shelf.records == [] and shelf.latest(tiny_base()).known == []


def test_operations_are_counted_and_frozen_layers_cost_no_backward_pass():
    model = Tiny(4)
    x = torch.zeros(2, 6)
    assert operations(model, x) == 2 * (6 * 8 + 8 * 4)
    both = operations(model, x, backward=True)
    for parameter in model.body.parameters():
        parameter.requires_grad_(False)
    head = operations(model, x, backward=True)
    assert head == 2 * (6 * 8 + 8 * 4) + 2 * 8 * 4 < both
    assert all(parameter.grad is None for parameter in model.parameters())


def stream_corpus(folder):
    """Six speakers with five recordings each, on the sides that a stream needs."""
    rows = [
        {
            "path": f"{who}{take}.wav",
            "speaker": who,
            "label": "",
            "language": "en",
            "split": "test" if take == 4 else "train",
            "session": f"{who}{take}",
        }
        for who in (*NAMES, "fay")
        for take in range(5)
    ]
    return corpus_folder(folder, rows)


def test_course_train_stream_killed_and_started_again(tmp_path):
    folder = stream_corpus(tmp_path / "corpus")
    assert len(load(folder)) == 30
    command = [sys.executable, "-m", "course_lib.cli", "train", "stream", "--corpus", str(folder)]
    command += ["--base", "small_cnn", "--first", "2", "--each", "1", "--keep", "1"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}
    killed = subprocess.Popen([*command, "--out", str(tmp_path / "a")], env=env, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while not list((tmp_path / "a").glob("v0001.json")) and time.monotonic() < until:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    for name, order in (("a", "1"), ("b", "2")):  # sets of names have another order in every process
        done = subprocess.run(
            [*command, "--out", str(tmp_path / name)], env={**env, "PYTHONHASHSEED": order},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert "day 4" in done.stdout and "GFLOP" in done.stdout
    told = []
    for name in ("a", "b"):
        records = [json.loads(path.read_text()) for path in sorted((tmp_path / name).glob("v*.json"))]
        told.append([{**record, "seconds": 0} for record in records])
    assert told[0] == told[1] and len(told[0]) == 5
