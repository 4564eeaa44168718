"""Figures that hold: what README and docs/results.md print is on record, and drift from the record is seen."""

import copy
import re

import pytest
import torch

from course_lib import metrics, transfer
from course_lib.data.synthetic import conversation
from course_lib.metrics.turns import Turn
from course_lib.models import SmallCNN
from tools import recorded_metrics, results, results_diarization

PAGE = results.PAGE.read_text(encoding="utf-8")
RECORD = recorded_metrics.recorded()
README = (results.ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted({*RECORD, *re.findall(r"<!-- end of (\w+) -->", PAGE)}))
def test_every_figure_of_the_page_is_on_record_and_every_record_on_the_page(name):
    found = recorded_metrics.figures(name, results.section_of(PAGE, name))
    assert len(found) >= 20 and RECORD[name]["figures"] == found
    assert f"`{RECORD[name]['command']}`" in results.section_of(PAGE, name)


def test_the_readme_prints_what_its_command_recorded():
    """Each `value ± spread` of the table, and each plain one, is a figure of the section that its row names."""
    rows = re.findall(r"^\| (.+?) \| (.+) \| (?:`python -m tools\.results (\w+)`|the same) \|$", README, re.M)
    assert len(rows) >= 9
    name = ""
    for _, text, section in rows:
        name = section or name
        known = [(figure["value"], figure["spread"]) for figure in RECORD[name]["figures"].values()]
        for value, spread in re.findall(r"(\d+\.\d+)(?: ± (\d+\.\d+))?", text):
            assert (float(value), float(spread) if spread else None) in known, f"{name}: {value} ± {spread}"


def test_the_same_figures_do_not_drift():
    for section in RECORD.values():
        assert recorded_metrics.compare(section["figures"], copy.deepcopy(section["figures"])) == []


@pytest.mark.parametrize(
    "now, says",
    [
        ({"value": 12.0, "spread": 0.3}, "recorded 10.2, now 12; allowed 0.7"),
        ({"value": 9.4, "spread": 0.3}, "now 9.4"),
        ({"value": 10.2, "spread": 2.0}, "spread recorded 0.3, now 2"),
        ({"value": float("nan"), "spread": 0.3}, "now nan"),
        (None, "now missing"),
    ],
)
def test_drift_is_seen(now, says):
    was = recorded_metrics.figures("a", "| arm | errors |\n| --- | --- |\n| ours | 10.2 ± 0.3 |")
    place = "a: table 1: ours: errors"
    told = recorded_metrics.compare(was, {place: now} if now else {})
    assert len(told) == 1 and told[0].startswith(place) and says in told[0]


def test_a_little_movement_is_allowed_and_a_new_figure_is_told():
    was = recorded_metrics.figures(
        "a", "| arm | errors | speakers |\n| --- | --- | --- |\n| ours | 10.2 ± 0.3 | 45 |"
    )
    near = recorded_metrics.figures(
        "a", "| arm | errors | speakers |\n| --- | --- | --- |\n| ours | 10.8 ± 0.4 | 45 |"
    )
    assert recorded_metrics.compare(was, near) == []
    assert recorded_metrics.compare({}, was) == [f"{place}: new, not in the record" for place in was]
    other = recorded_metrics.figures(
        "a", "| arm | errors | speakers |\n| --- | --- | --- |\n| ours | 10.2 ± 0.3 | 44 |"
    )
    assert recorded_metrics.compare(was, other) == [
        "a: table 1: ours: speakers: recorded 45, now 44; allowed 0"
    ]


def test_a_check_ends_with_its_status_and_writes_nothing(capsys):
    before = recorded_metrics.RECORD.read_bytes()
    section = results.section_of(PAGE, "snoring")
    assert results.checked("snoring", section) == 0 and "as recorded" in capsys.readouterr().out
    assert results.checked("snoring", section.replace("0.964 ± 0.001", "0.764 ± 0.001")) == 1
    assert "recorded 0.964, now 0.764" in capsys.readouterr().out
    assert recorded_metrics.RECORD.read_bytes() == before


def test_a_section_is_recorded_beside_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_metrics, "RECORD", tmp_path / "figures.json")
    recorded_metrics.record("a", "Chance 5.5 %.")
    recorded_metrics.record("b", "| n | errors |\n| --- | --- |\n| 1 | 2.5 ± 0.5 |")
    recorded_metrics.record("a", "Chance 6.5 %.")
    assert [*recorded_metrics.recorded()] == ["a", "b"]
    assert recorded_metrics.recorded()["a"]["figures"] == {
        "a: text: Chance": {"value": 6.5, "spread": None, "tolerance": 0.13}
    }


def of(name, end):
    """The one recorded figure whose place ends so."""
    (value,) = [f["value"] for place, f in RECORD[name]["figures"].items() if place.endswith(end)]
    return value


def test_figures_that_need_no_recordings_are_computed_again():
    assert of("transfer", "Base validation accuracy") == round(
        100 * transfer.load_base().about["base_accuracy"], 1
    )
    model = SmallCNN(10)
    model.body.requires_grad_(False)
    reused = 100 * metrics.base_model_utilization(model)
    assert f"{reused:.2f}%" in results.section_of(PAGE, "transfer") and f"{reused:.2f}" in TYPED["10"]
    assert of("spkid", "table 1: chance: utterance errors") == round(100 * 44 / 45, 1)


def test_the_synthetic_meetings_are_measured_again():
    part = []
    for seed in range(6):
        wave, turns = conversation(2 + seed % 3, 0.5, seed=seed)
        part.append(("", "", torch.tensor(wave).float(), [Turn(*turn) for turn in turns]))
    line = results_diarization.row("six synthetic meetings of 30 s", part, transfer.load_base())
    head = "| | count given | count found | speech from the reference, count given | one speaker for all | random turns, 3 seeds (chance) |"
    now = recorded_metrics.figures("diarization", f"{head}\n| --- | --- | --- | --- | --- | --- |\n{line}")
    was = {place: figure for place, figure in RECORD["diarization"]["figures"].items() if place in now}
    assert len(was) == 5 and recorded_metrics.compare(was, now) == []


LESSONS = results.ROOT / "notebooks" / "source"
TYPED = {  # percentages that stand in the prose of a lesson: what each is. Measured ones are printed by a cell instead
    "02": {"50": "chance of two"},
    "03": {"99": "an example in a misconception"},
    "04": {"0": "a scale's end", "100": "a scale's end"},
    "05": {"33": "chance of three"},
    "06": {"70": "an example", "90": "an example in a misconception"},
    "07": {"2.4": "the talk's", "64": "the talk's", "87": "the talk's", "0.5": "chance of 200"},
    "10": {
        "96": "the talk's", "79": "the talk's", "53": "the talk's", "4": "100 - 96", "21": "100 - 79", "100": "a scale's end",
        "97.90": "the talk's", "95.25": "the talk's", "46.91": "the talk's", "46.92": "102,624 of 218,730",
    },
    "11": {"50": "chance of two", "100": "a scale's end"},
    "13": {"95": "level of an interval"},
    "15": {"100": "a scale's end", "2,000": "20 minutes of 1"},
}  # fmt: skip


@pytest.mark.parametrize("lesson", sorted(LESSONS.glob("*.py")), ids=lambda path: path.stem[:2])
def test_a_percentage_in_a_lesson_s_prose_is_a_fact_and_no_measurement(lesson):
    prose = " ".join(re.findall(r"^#(?! %%) (.*)$", lesson.read_text(encoding="utf-8"), re.M))
    typed = set(re.findall(r"(\d[\d.,]*) ?%(?!%)", prose))
    assert typed == set(TYPED.get(lesson.stem[:2], {})), "name its source in TYPED, or let a cell compute it"
