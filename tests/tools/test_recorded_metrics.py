"""Figures that hold: README and docs/results.md print what is on record, and drift from the record is seen."""

import copy
import re

import pytest

from course_lib import metrics, transfer
from course_lib.models import SmallCNN
from tools import recorded_metrics, results, results_diarization, results_difficulty
from tools.recorded_metrics import figure, percent

PAGE = results.PAGE.read_text(encoding="utf-8")
RECORD = recorded_metrics.recorded()
README = (results.ROOT / "README.md").read_text(encoding="utf-8")


def test_every_tool_has_its_section_and_its_record():
    assert set(re.findall(r"<!-- end of (\w+) -->", PAGE)) == set(RECORD) == set(results.NAMES)


@pytest.mark.parametrize("name", sorted(RECORD))
def test_a_section_is_what_its_record_prints(name):
    section = results.rendered(name)
    assert results.placed(PAGE, name, section) == PAGE and len(recorded_metrics.flat(RECORD[name])) >= 20
    assert f"`python -m tools.results {name}`" in section
    assert "±" in section and "chance" in section.lower() and "seeds" in section
    for one in recorded_metrics.flat(RECORD[name]).values():
        assert recorded_metrics.shown(one) in section


def test_the_readme_prints_what_its_command_recorded():
    """Each `value ± spread` of the table, and each plain one, is a figure of the section that its row names."""
    rows = re.findall(r"^\| (.+?) \| (.+) \| (?:`python -m tools\.results (\w+)`|the same) \|$", README, re.M)
    assert len(rows) >= 9
    name = ""
    for _, text, section in rows:
        name = section or name
        known = [(one["value"], one["spread"]) for one in recorded_metrics.flat(RECORD[name]).values()]
        for value, spread in re.findall(r"(\d+\.\d+)(?: ± (\d+\.\d+))?", text):
            assert (float(value), float(spread) if spread else None) in known, f"{name}: {value} ± {spread}"


WAS = {"a": {"ours": {"errors": figure([10.0, 10.4]), "speakers": figure(45, "d")}}}


@pytest.mark.parametrize(
    "column, change, says",
    [
        ("errors", {"value": 12.0}, ["a: ours: errors: recorded 10.2, now 12; allowed 0.7"]),
        ("errors", {"value": 9.4}, ["a: ours: errors: recorded 10.2, now 9.4; allowed 0.7"]),
        ("errors", {"spread": 2.0}, ["a: ours: errors: spread recorded 0.3, now 2; may double"]),
        ("errors", {"value": float("nan")}, ["a: ours: errors: recorded 10.2, now nan; allowed 0.7"]),
        ("speakers", {"value": 44}, ["a: ours: speakers: recorded 45, now 44; allowed 0"]),
        ("errors", {"value": 10.8, "spread": 0.4}, []),
        ("errors", {}, []),
    ],
)
def test_drift_is_seen_and_a_little_movement_allowed(column, change, says):
    now = copy.deepcopy(WAS)
    now["a"]["ours"][column] |= change
    assert recorded_metrics.compare(WAS, now) == says


def test_a_missing_and_a_new_figure_are_told():
    places = [f"a: ours: {column}" for column in ("errors", "speakers")]
    assert recorded_metrics.compare(WAS, {}) == [f"{place}: recorded, now missing" for place in places]
    assert recorded_metrics.compare({}, WAS) == [f"{place}: new, not in the record" for place in places]


@pytest.mark.parametrize(
    "one, allowed",
    [
        (percent([0.5, 0.6]), 14.3),  # two standard deviations of 7.1 and a tenth
        (figure(0.5, ".2f"), 0.01),
        (figure(97.8), 1.956),
        (figure(3, "d"), 0),
        (figure(3e-16, ".0e", 3e-13), 3e-13),
    ],
)
def test_how_far_a_figure_may_move(one, allowed):
    assert one["allowed"] == pytest.approx(allowed)


def test_a_check_ends_with_its_status_and_writes_nothing(capsys):
    before = recorded_metrics.RECORD.read_bytes()
    assert results.checked("snoring", RECORD["snoring"]) == 0 and "as recorded" in capsys.readouterr().out
    worse = copy.deepcopy(RECORD["snoring"])
    cell = worse["esc50_sleep"]["our speech base, frozen"]["ROC AUC"]
    was, cell["value"] = cell["value"], 0.764
    assert results.checked("snoring", worse) == 1
    assert f"recorded {was}, now 0.764" in capsys.readouterr().out
    assert recorded_metrics.RECORD.read_bytes() == before


def test_a_section_is_recorded_beside_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(recorded_metrics, "RECORD", tmp_path / "figures.json")
    recorded_metrics.record("b", WAS)
    recorded_metrics.record("a", {"text": {"chance": figure(5.5)}})
    recorded_metrics.record("a", {"text": {"chance": figure(6.5)}})
    assert recorded_metrics.recorded() == {"a": {"text": {"chance": figure(6.5)}}, "b": WAS}
    assert [*recorded_metrics.recorded()] == ["a", "b"]


def test_one_section_is_replaced_and_the_others_stay():
    page = "# R\n\n<!-- a -->\nold\n<!-- end of a -->\n\n<!-- b -->\nkeep\n<!-- end of b -->\n"
    written = results.placed(page, "a", "new \\1")
    assert "old" not in written and "new \\1" in written and "keep" in written
    assert results.placed(written, "a", "new \\1") == written


def test_the_marks_of_the_narrators_are_judged_by_the_record():
    """The last table of the section says yes or no for each mark, and turns with the figures."""
    recorded = RECORD["difficulty"]
    aims = results_difficulty.marks(recorded)
    said = [met for _, met in aims.values()]
    assert len(aims) == 8 and len(recorded["narrators"]) == 5 and f"{sum(said)} of 8 are met" in PAGE
    for aim, (came, met) in aims.items():
        assert f"| {aim} | {came} | {'yes' if met else 'no'} |" in PAGE
    other = copy.deepcopy(recorded)
    other["text"]["pitch alone, narrators"]["value"] = 29.0
    row = other["narrators"][results_difficulty.ALL]
    row["frozen"]["value"], row["random body"]["value"] = 80.0, 99.0
    changed = list(results_difficulty.marks(other).values())
    assert [met for _, met in changed[:3]] == [True, False, True] and not changed[-1][1]


def test_figures_that_need_no_recordings_are_computed_again():
    text = RECORD["transfer"]["text"]
    assert text["base validation accuracy"] == percent(transfer.load_base().about["base_accuracy"])
    model = SmallCNN(10)
    model.body.requires_grad_(False)
    reused = percent(metrics.base_model_utilization(model), ".2f")
    row = next(row for name, row in RECORD["transfer"]["small CNN"].items() if "voxforge_en, 10" in name)
    assert row["utilization"] == reused and recorded_metrics.shown(reused) in TYPED["11"]
    assert RECORD["spkid"]["voxforge_en"]["chance"]["utterance errors"] == percent(44 / 45)


def test_the_meetings_of_the_course_are_measured_again():
    if results_diarization.OWN not in RECORD["diarization"]["no collar"]:
        pytest.skip("the whole section was not measured yet: python -m tools.results diarization")
    now = results_diarization.rates(results_diarization.of_the_course(transfer.load_base()), 0.0)
    recorded = RECORD["diarization"]["no collar"][results_diarization.OWN]
    assert len(now) == 5 and recorded_metrics.compare(recorded, now) == []


LESSONS = results.ROOT / "notebooks" / "source"
TYPED = {  # percentages that stand in the prose of a lesson: what each is. Measured ones are printed by a cell instead
    "02": {"50": "chance of two"},
    "04": {"99": "an example in a misconception"},
    "05": {"0": "a scale's end", "100": "a scale's end"},
    "06": {"33": "chance of three"},
    "07": {"90": "an example in a misconception"},
    "08": {"2.4": "the talk's", "64": "the talk's", "87": "the talk's", "0.5": "chance of 200", "95": "level of an interval"},
    "10": {"95": "level of an interval"},
    "11": {
        "95": "level of an interval",
        "96": "the talk's", "79": "the talk's", "53": "the talk's", "4": "100 - 96", "21": "100 - 79", "100": "a scale's end",
        "97.90": "the talk's", "95.25": "the talk's", "46.91": "the talk's", "46.92": "102,624 of 218,730",
    },
    "12": {"50": "chance of two", "95": "level of an interval", "100": "a scale's end"},
    "14": {"95": "level of an interval"},
    "16": {"30": "the rule of thirty", "80": "an example in a misconception", "95": "level of an interval"},
    "17": {"100": "a scale's end", "2,000": "20 minutes of 1"},
}  # fmt: skip


@pytest.mark.parametrize("lesson", sorted(LESSONS.glob("*.py")), ids=lambda path: path.stem[:2])
def test_a_percentage_in_a_lesson_s_prose_is_a_fact_and_no_measurement(lesson):
    prose = " ".join(re.findall(r"^#(?! %%) (.*)$", lesson.read_text(encoding="utf-8"), re.M))
    typed = set(re.findall(r"(\d[\d.,]*) ?%(?!%)", prose))
    assert typed == set(TYPED.get(lesson.stem[:2], {})), "name its source in TYPED, or let a cell compute it"
