"""The syllabus is read whole or refused with the entry that is wrong."""

import pytest
import yaml

from course_lib.errors import CourseError
from course_lib.teaching.syllabus import load_syllabus, syllabus_path


def test_the_lessons_are_in_order_and_known_by_number_and_name():
    syllabus = load_syllabus()
    assert [lesson.number for lesson in syllabus.lessons][:3] == ["00", "01", "02"]
    assert syllabus.lesson("07") is syllabus.lesson("the_base_model")
    assert sum(len(syllabus.of_part(part.number)) for part in syllabus.parts) == len(syllabus.lessons)
    with pytest.raises(CourseError, match="got '77'; there are: 00_start_here"):
        syllabus.lesson("77")


BROKEN = {
    "a number twice": (lambda it: it["lessons"][1].update(number="00"), "got twice: 00"),
    "a number without quotes": (lambda it: it["lessons"][7].update(number=7), "two digits in quotes, got 7"),
    "no such part": (lambda it: it["lessons"][1].update(part="9"), "a part of the list"),
    "no minutes": (lambda it: it["lessons"][1].update(minutes=0), "expected minutes"),
    "a need that comes later": (lambda it: it["lessons"][1].update(needs=["accents"]), "not an earlier"),
    "a key lost": (lambda it: it["lessons"][1].pop("line"), "cannot be read.*line"),
    "a key too many": (lambda it: it["lessons"][1].update(colour="red"), "cannot be read.*colour"),
    "a review elsewhere": (lambda it: it["parts"][0].update(review_in="accents"), "no lesson of the part"),
    "a sum that is wrong": (lambda it: it["schedules"][0].update(minutes=91), "rows add up to 90"),
    "an unknown lesson": (lambda it: it["schedules"][0]["rows"][0][2].append("tea"), "no lesson tea"),
    "a lesson left out": (lambda it: it["schedules"][2]["rows"].pop(), "leaves out"),
    "a repository elsewhere": (
        lambda it: it.update(repository="https://a.b/c"),
        "expected a repository such as",
    ),
    "no lessons": (lambda it: it.pop("lessons"), "cannot be read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named(name, tmp_path):
    change, says = BROKEN[name]
    content = yaml.safe_load(syllabus_path().read_text(encoding="utf-8"))
    change(content)
    path = tmp_path / "syllabus.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(CourseError, match=says):
        load_syllabus(path)


def test_a_file_that_is_not_there_or_no_yaml_is_refused(tmp_path):
    with pytest.raises(CourseError, match="expected the syllabus at"):
        load_syllabus(tmp_path / "syllabus.yaml")
    (tmp_path / "syllabus.yaml").write_text("lessons: [")
    with pytest.raises(CourseError, match="is not YAML"):
        load_syllabus(tmp_path / "syllabus.yaml")
