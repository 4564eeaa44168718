"""The glossary is in order, names nothing twice, leads to lessons that exist, and its words are the course's own."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^### (.+)\n\n(.+)$", TEXT, re.M))
LESSONS = {
    path.stem: " ".join(re.sub(r"^# ", "", path.read_text(encoding="utf-8"), flags=re.M).split())
    for path in (ROOT / "notebooks/source").glob("[0-9]*.py")
}
LIBRARY = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "course_lib").rglob("*.py"))


def says(text, term):
    """True where the text has the term as words of their own, a plural, and a hyphen or underscore for a space, allowed."""
    pattern = re.escape(term).replace(r"\ ", r"[\s_-]")
    return re.search(rf"(?<![a-z]){pattern}(?:e?s)?(?![a-z])", text, re.I)


def test_terms_are_in_order_and_met_once():
    headings = re.findall(r"^### (.+)$", TEXT, re.M)
    assert headings == list(ENTRIES), "every heading has one paragraph, and no heading stands twice"
    assert headings == sorted(headings, key=str.lower)


@pytest.mark.parametrize("term", ENTRIES)
def test_an_entry_leads_to_a_lesson_that_uses_the_word(term):
    number, target = re.fullmatch(
        r".+ \[Lesson (\d\d)\]\(\.\./notebooks/(.+)\.ipynb\)", ENTRIES[term]
    ).groups()
    assert target in LESSONS and target.startswith(number)
    assert says(LESSONS[target], term) or says(LIBRARY, term), "a word that neither lesson nor library uses"


def test_numbers_of_the_glossary_are_measured():
    from course_lib.features import HOP, N_FFT, SR
    from course_lib.metrics import DiarizationError, diarization_error, wilson_interval
    from course_lib.models import SmallCNN
    from course_lib.transfer.model_registry import TOLERANCE

    body, head = (sum(p.numel() for p in part.parameters()) for part in SmallCNN(10).children())
    assert (
        f"{body:,} / {body + head:,} = {body / (body + head):.2%}".replace("%", " %")
        in ENTRIES["base-model utilization"]
    )
    assert f"{body + head:,}" in ENTRIES["parameter"]
    assert (
        f"{N_FFT // 2 + 1:,} bins, {SR / N_FFT:.1f} Hz" in ENTRIES["bin"]
        and f"{HOP} samples" in ENTRIES["hop"]
    )
    low, high = wilson_interval(4, 4)
    assert f"from {low:.0%} to {high:.0%}".replace("%", " %") in ENTRIES["interval"]
    assert f"{diarization_error.__kwdefaults__['collar']:g} s" in ENTRIES["collar"]
    assert f"{100 * TOLERANCE:.0f} points" in ENTRIES["gate"]
    assert (
        DiarizationError(missed=3.0, false_alarm=0.0, confusion=0.0, speech=2.0, names={}).rate > 1
    )  # "can be above 100 %"
