"""The words of an exercise (YAML) and its functions (Python) are joined by name; what does not fit is refused with the place."""

import copy
import re

import pytest
import yaml

from course_lib.errors import CourseError
from course_lib.teaching.exercises import lessons
from course_lib.teaching.exercises.banks import ROOM, Code, read_bank

CODE = {
    "98.double": Code(
        spec=lambda values: [2 * value for value in values],
        wrong={"same": list, "sum": sum, "squared": lambda values: [value**2 for value in values]},
        equivalents=(lambda values: [value + value for value in values],),
    )
}
GOOD = {
    "lesson": "98",
    "exercises": [
        {
            "id": "98.double",
            "title": "Double",
            "kind": "function",
            "cases": [[[1.0, 2.0]], [[0.5, 4.0]]],
            "misconceptions": [
                {"name": name, "says": f"That is the {name}."} for name in ("same", "sum", "squared")
            ],
            "hints": ["a", "b", "c"],
            "solution": "return [2 * value for value in values]",
            "why": "Twice each.",
        }
    ],
}


def read(tmp_path, change=lambda bank, only: None, code=CODE, text=None):
    bank = copy.deepcopy(GOOD)
    change(bank, bank["exercises"][0])
    path = tmp_path / "lesson98.yaml"
    path.write_text(yaml.safe_dump(bank) if text is None else text, encoding="utf-8")
    return read_bank(path, code)


def test_words_and_functions_are_joined_in_the_order_of_the_file(tmp_path):
    (exercise,) = read(tmp_path, lambda bank, only: only.update(atol=0.5, tolerance=0.0))
    assert [wrong.name for wrong in exercise.misconceptions] == ["same", "sum", "squared"]
    assert [wrong.wrong([3.0]) for wrong in exercise.misconceptions] == [[3.0], 3.0, [9.0]]
    assert exercise.trials() == (([1.0, 2.0],), ([0.5, 4.0],)) and exercise.spec([1.5]) == [3.0]
    assert (exercise.atol, exercise.tolerance, exercise.hints) == (0.5, 0.0, ("a", "b", "c"))


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda bank, only: bank.pop("lesson"), "the keys lesson and exercises"),
        (lambda bank, only: bank.update(lesson=98), 'lesson: "98" (in quotes)'),
        (lambda bank, only: bank.update(exercises=[]), "a list of exercises"),
        (lambda bank, only: bank["exercises"].append(only), "ids that differ"),
        (lambda bank, only: bank["exercises"].append(3), "exercise 2 with the keys"),
        (lambda bank, only: only.pop("why"), "exercise 1 with the keys"),
        (lambda bank, only: only.update(hint="d"), "exercise 1 with the keys"),
        (lambda bank, only: only.update(id=98), "exercise 1 with a text under id"),
        (lambda bank, only: only.update(id="98.half"), "exercise 98.half to have its functions in lesson98.py"),
        (lambda bank, only: only.update(title=7), "exercise 98.double with a text under title"),
        (lambda bank, only: only.update(solution=" "), "exercise 98.double with a text under solution"),
        (lambda bank, only: only.update(kind="riddle"), "exercise 98.double: expected a kind"),
        (lambda bank, only: only["hints"].pop(), "exercise 98.double: expected 3 hints"),
        (lambda bank, only: only.update(hints=["a", "b", 3]), "a list of texts under hints"),
        (lambda bank, only: only.update(hints="abc"), "a list of texts under hints"),
        (lambda bank, only: only["misconceptions"][0].pop("says"), "misconceptions of name and says"),
        (lambda bank, only: only["misconceptions"][0].update(says=""), "misconceptions of name and says"),
        (lambda bank, only: only["misconceptions"][0].update(name="some"), "functions in lesson98.py too, none for: some"),
        (lambda bank, only: only["misconceptions"].pop(), "to stand here too, not only in lesson98.py: squared"),
        (lambda bank, only: only["misconceptions"].append(only["misconceptions"][0]), "of different names"),
        (lambda bank, only: only.update(cases=[1.0]), "cases that are lists of arguments"),
        (lambda bank, only: only.pop("cases"), "exercise 98.double: expected cases"),
        (lambda bank, only: only.update(tolerance="1e-6"), "decimal numbers under tolerance"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_with_the_place(tmp_path, change, says):
    with pytest.raises(CourseError, match=re.escape(says)) as refused:
        read(tmp_path, change)
    assert str(refused.value).startswith("lesson98.yaml: ")


def test_a_function_without_words_is_refused(tmp_path):
    with pytest.raises(CourseError, match=r"lesson98\.yaml: .* not only in lesson98\.py: 98\.half"):
        read(tmp_path, code={**CODE, "98.half": CODE["98.double"]})


def test_cases_stand_in_one_place(tmp_path):
    (code,) = CODE.values()
    own = Code(code.spec, code.wrong, code.equivalents, cases=[([1.0],)])
    with pytest.raises(CourseError, match="cases in one place"):
        read(tmp_path, code={"98.double": own})
    assert read(tmp_path, lambda bank, only: only.pop("cases"), {"98.double": own})[0].trials() == (([1.0],),)


def test_what_is_no_yaml_is_refused(tmp_path):
    for text in ("exercises: [", "[" * 50_000):
        with pytest.raises(CourseError, match=r"lesson98\.yaml is not YAML"):
            read(tmp_path, text=text)
    with pytest.raises(CourseError, match="100,000 bytes at most"):
        read(tmp_path, text="#" * 100_001)


def test_every_lesson_has_both_files():
    assert lessons() == sorted(path.stem.removeprefix("lesson") for path in ROOM.glob("lesson*.py"))
