"""course project: the sealed test of a saved model, its count of looks, its report, and files that are no model."""

import json

import numpy as np
import pytest
import torch

from course_lib import cli, user_store
from course_lib.cli._project_page import conclusion
from course_lib.models import SmallCNN, weights_file
from course_lib.tasks import sealed_test
from course_lib.tasks.sealed_test import QUESTIONS, Score, call
from course_lib.transfer import Base, save_base

SHIPPED = "small_cnn"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "mine"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def quick(monkeypatch):
    """A sealed test that takes no time: what a model reaches is its last weight."""

    def score(base, question):
        value = float(base.model.head.dense2.bias[-1].detach().clamp(0, 1))
        each = {who: value + 0.01 * (who % 3) for who in range(12)}
        return Score(
            question, value, max(0, value - 0.1), min(1, value + 0.1), 72, each, {"longer throats": value}
        )

    monkeypatch.setattr(sealed_test, "score", score)
    real = cli_load()
    monkeypatch.setattr(
        "course_lib.transfer.load_base", lambda name=SHIPPED: real(SHIPPED if name == "pretrained" else name)
    )


def cli_load():
    from course_lib.transfer import load_base

    return load_base


def model(path, bias=0.9):
    made = SmallCNN(2)
    with torch.no_grad():
        made.head.dense2.bias[-1] = bias
    save_base(Base(made, ["a", "b"]), path)
    return path


def test_a_model_is_judged_and_the_page_says_how_sure(tmp_path, quick, capsys):
    path = model(tmp_path / "mine.safetensors")
    assert cli.main(["project", "score", str(path)]) == 0
    shown, page = capsys.readouterr().out, (tmp_path / "mine.report.html").read_text(encoding="utf-8")
    assert "yours" in shown and "90.0%  (80% to 100%)" in shown and "look 1 at this test\n" in shown
    for word in ("90.0%", "80% to 100%", "random weights", "What this seal can do", "look 1 at this test."):
        assert word in page
    assert "Yours is better than" in page and "Yours is better than random weights" in shown
    assert "https://" not in page  # needs no network


def test_every_look_is_counted_even_one_that_fails(tmp_path, quick, monkeypatch, capsys):
    path = str(model(tmp_path / "mine.safetensors"))
    cli.main(["project", "score", path, "--json"])
    assert json.loads(capsys.readouterr().out)["look"] == 1
    with monkeypatch.context() as broken:
        broken.setattr(sealed_test, "score", lambda base, question: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            cli.main(["project", "score", path])
    assert cli.main(["project", "score", path, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["look"] == 3 and told["scores"]["yours"]["value"] == pytest.approx(0.9)
    looks = user_store.entries("project")["voices"]["looks"]
    assert [look.get("value") for look in looks] == [pytest.approx(0.9), None, pytest.approx(0.9)]
    assert "lucky" in (tmp_path / "mine.report.html").read_text(encoding="utf-8")
    cli.main(["project", "questions"])
    listed = capsys.readouterr().out.splitlines()
    assert (
        len(listed) == 6 and listed[0].endswith("Looks so far: 3.") and listed[1].endswith("Looks so far: 0.")
    )


def test_bad_files_are_refused_before_a_look_is_counted(tmp_path, quick, capsys):
    sound, damaged, foreign, narrow = (tmp_path / f"{name}.safetensors" for name in ("a", "b", "c", "d"))
    sound.write_bytes(b"RIFF of a recording")
    whole = model(tmp_path / "good.safetensors").read_bytes()
    damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    state = SmallCNN(2).state_dict()
    header = {"settings": {}, "classes": ["a", "b"], "about": {}}
    weights_file.save(foreign, state, {**header, "network": "ResNet"})
    weights_file.save(narrow, state, {**header, "network": "KeywordNet"})
    for path, says in (
        (sound, "is not a base of this course"),
        (damaged, "bytes were changed"),
        (foreign, "ResNet"),
        (narrow, "does not hold the weights of its network"),
        (tmp_path / "none.safetensors", "expected a base by name or file"),
    ):
        assert cli.main(["project", "score", str(path)]) == 2
        assert says in capsys.readouterr().err
    assert cli.main(["project", "score", str(tmp_path / "good.safetensors"), "--question", "cats"]) == 2
    assert "one of voices, words" in capsys.readouterr().err
    assert user_store.entries("project") == {}


def test_a_pickle_is_not_opened(tmp_path, quick, capsys):
    torch.save({"weights": torch.zeros(2)}, tmp_path / "model.pt")
    assert cli.main(["project", "score", str(tmp_path / "model.pt")]) == 2
    assert "is not a base of this course" in capsys.readouterr().err


def test_the_report_does_not_replace_the_model(tmp_path, quick, capsys):
    path = model(tmp_path / "mine.safetensors")
    assert cli.main(["project", "score", str(path), "--report", str(path)]) == 2
    assert "is an input" in capsys.readouterr().err


def test_sealed_sounds_differ_from_kind_to_kind_and_are_made_again_alike():
    assert np.array_equal(call(0, 1), call(0, 1)) and not np.array_equal(call(0, 1), call(0, 2))
    peaks = [np.abs(np.fft.rfft(call(kind, 0))).argmax() for kind in range(6)]  # Hz: one second
    assert all(1000 < peak < 5500 for peak in peaks[::2]) and all(peak < 700 for peak in peaks[1::2])


@pytest.mark.parametrize(
    "question, name, chance",
    [("voices", SHIPPED, 1 / 12), ("sounds", SHIPPED, 1 / 6), ("words", "keywords", 0.1)],
)
def test_a_trained_body_beats_chance_on_sealed_sounds(question, name, chance):
    result = sealed_test.score(cli_load()(name), question)
    assert 0 <= result.low <= result.value <= result.high <= 1 and result.value > 2 * chance
    assert (result.question, result.count) == (question, {"voices": 72, "sounds": 48, "words": 40}[question])


def test_a_meeting_is_judged_voice_by_voice():
    result = sealed_test.score(cli_load()(SHIPPED), "meeting")
    assert result.value > 0.25 and len(result.each) >= 6  # chance among four
    assert result.count > 20 and result.low <= result.value <= result.high


def test_nothing_but_hits_is_no_certainty():
    right = np.ones(12, dtype=bool)
    sure = sealed_test._with_interval("voices", right, np.arange(12) // 3)
    assert sure.value == sure.high == 1 and sure.low < 0.6  # four of four
    none = sealed_test._with_interval("voices", ~right, np.arange(12) // 3)
    assert none.value == none.low == 0 and none.high > 0.4


def test_models_are_compared_on_the_same_sounds():
    good, poor, other = (
        Score("voices", 0.5, 0.4, 0.6, 9, dict(zip(names, shares)))
        for names, shares in (("abc", (0.9, 0.7, 0.8)), ("abc", (0.5, 0.3, 0.4)), ("abd", (0.5, 0.3, 0.4)))
    )
    assert good.minus(poor).low > 0.39 and poor.minus(good).high < -0.39
    assert good.minus(other) is None
    assert conclusion("it", None).startswith("Yours and it cannot be compared")
    assert "does not decide" in conclusion("it", {"mean": 0.1, "low": -0.1, "high": 0.3})
    assert "is worse than it: -20 points" in conclusion("it", {"mean": -0.2, "low": -0.3, "high": -0.1})


def test_six_questions_stand_in_the_documents():
    from course_lib import paths

    text = (paths.home() / "docs" / "project.md").read_text(encoding="utf-8")
    assert len(QUESTIONS) == 6 and all(f"`{name}`" in text for name in QUESTIONS)
