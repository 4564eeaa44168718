"""Every exercise of every lesson: right answers pass, wrong ones fail and are named, an untouched stub is neither."""

import math
import warnings
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from course_lib.errors import CourseError
from course_lib.teaching.exercises import (
    Exercise,
    Misconception,
    all_exercises,
    check,
    examine,
    hint,
    lessons,
)
from course_lib.teaching.exercises.compare import difference
from course_lib.teaching.exercises.exercise import KINDS
from course_lib.teaching.progress import recording
from course_lib.teaching.syllabus import load_syllabus

EXERCISES = all_exercises()
SYLLABUS = load_syllabus()
ZERO, ONE = torch.zeros(3), torch.ones(3)
EACH = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
WRONG = [(exercise, wrong) for exercise in EXERCISES for wrong in exercise.misconceptions]
RIGHT = [(exercise, right) for exercise in EXERCISES for right in exercise.equivalents]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """What is checked here is nobody's progress."""
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "mine"))
    monkeypatch.setattr(recording, "_taken_now", {})


def test_the_course_has_exercises_of_every_kind():
    counts = Counter(exercise.kind for exercise in EXERCISES)
    assert len(EXERCISES) >= 40
    assert set(counts) == set(KINDS) and min(counts["debug"], counts["experiment"]) >= 3, counts
    assert all(exercise.solution.strip() and exercise.why.strip() for exercise in EXERCISES)


def test_what_the_reader_builds_is_judged_in_every_lesson_that_trains():
    judged = [exercise for exercise in EXERCISES if exercise.judge]
    lessons_with = {SYLLABUS.lesson(exercise.id[:2]).name for exercise in judged}
    assert lessons_with >= {
        *("training_a_speaker_identifier", "pooling_layers", "convolution_layers", "the_base_model"),
        *("what_transfers", "feature_extraction", "fine_tuning", "how_much_to_reuse", "sound_as_an_image"),
        *("a_few_examples", "accents", "training_that_never_stops", "who_spoke_when"),
    }
    own = [exercise for exercise in EXERCISES if int(exercise.id[:2]) < 90]  # from 90 on: lessons being made
    assert len(judged) >= 16 and 52 <= len(own) <= 70, (len(judged), len(own))
    assert {exercise.kind for exercise in judged} == {"result"}


def test_lessons_rise_in_difficulty():
    """The first two lessons ask for lines and functions; planning an experiment comes with transfer."""
    first = {kind: min(each.id[:2] for each in EXERCISES if each.kind == kind) for kind in KINDS}
    assert first["fill"] <= first["function"] < first["debug"] < first["experiment"]


def test_there_are_exercises_for_the_lessons():
    assert {"00", "01"} <= set(lessons())
    assert len({exercise.id for exercise in EXERCISES}) == len(EXERCISES)
    assert all(
        exercise.id.startswith(lesson)
        for lesson in lessons()
        for exercise in EXERCISES
        if exercise.id[:2] == lesson
    )


@EACH
def test_the_spec_itself_passes(exercise):
    result = check(exercise.id, exercise.spec)
    assert result.passed is True and bool(result), result


@pytest.mark.parametrize("exercise, right", RIGHT, ids=lambda each: getattr(each, "id", ""))
def test_equivalent_answers_pass(exercise, right):
    assert examine(exercise, right).passed is True, examine(exercise, right)


@pytest.mark.parametrize(
    "exercise, wrong", WRONG, ids=lambda each: getattr(each, "id", getattr(each, "name", ""))
)
def test_every_misconception_fails_and_is_named(exercise, wrong):
    result = examine(exercise, wrong.wrong)
    assert result.passed is False and not result
    assert wrong.says in result.message, f"named another misconception: {result.message}"
    others = [other.says for other in exercise.misconceptions if other is not wrong]
    assert not any(says in result.message for says in others)
    assert "yours" in result.message and exercise.id in result.hint


@EACH
def test_an_exercise_says_different_things(exercise):
    assert len({wrong.says for wrong in exercise.misconceptions}) == len(exercise.misconceptions) >= 3
    assert len(set(exercise.hints)) == 3


@EACH
def test_untouched_and_generic_wrong_answers(exercise):
    assert examine(exercise, ...).passed is None
    if exercise.is_function:
        assert examine(exercise, lambda *args: ...).passed is None
        for wrong in (
            lambda *a: None,
            lambda *a: float("nan"),
            lambda *a: [],
            lambda *a: "text",
            lambda *a: 1 / 0,
        ):
            assert examine(exercise, wrong).passed is False
        assert examine(exercise, 3).passed is False
    else:
        for wrong in (None, float("nan"), [], "no such text"):
            assert examine(exercise, wrong).passed is False


@EACH
def test_hints_come_one_by_one_and_end_in_the_worked_solution(exercise):
    given = [hint(exercise.id) for _ in range(5)]
    assert [each.message for each in given[:3]] == list(exercise.hints)
    assert [each.kind for each in given[:3]] == ["hint 1 of 3", "hint 2 of 3", "hint 3 of 3"]
    assert {(each.id, each.title) for each in given} == {(exercise.id, exercise.heading)}
    assert given[3].kind == "worked solution"
    assert given[3] == given[4] and exercise.solution in given[3].message and exercise.why in given[3].message


def doubled(values):
    return [2 * value for value in values]


def mean_exercise(**changes):
    """An exercise of the test's own: the doubled list."""
    settings = {
        "id": "99.double",
        "title": "Double",
        "kind": "function",
        "spec": doubled,
        "cases": [([1.0, 2.0],), ([0.5, -3.0, 4.0],)],
        "misconceptions": (
            Misconception("squared", lambda values: [value**2 for value in values], "That is the square."),
            Misconception("same", lambda values: list(values), "Nothing changed."),
            Misconception("sum", lambda values: sum(values), "That is one number."),
        ),
        "equivalents": (lambda values: [value + value for value in values],),
        "hints": ("a", "b", "c"),
        "solution": "return [2 * value for value in values]",
        "why": "Twice each.",
    }
    return Exercise(**{**settings, **changes})


def printing(values):
    print(doubled(values))


def changing(values):
    values[:] = doubled(values)
    return list(values)


def failing(values):
    return values[99]


def without_return(values):
    doubled(values)


@pytest.mark.parametrize(
    "answer, says",
    [
        (printing, "prints its answer but returns nothing"),
        (without_return, "is a return missing?"),
        (changing, "changed its input"),
        (failing, "IndexError: list index out of range\nin line"),
        (lambda: 3, "could not be called"),
        (lambda values: [float("nan")] * len(values), "there is nan at [0]"),
        (lambda values: [math.inf] * len(values), "there is inf at [0]"),
        (lambda values: [doubled(values)], "expected shape (2,), got shape (1, 2)"),
        (lambda values: doubled(values)[:1], "expected shape (2,), got shape (1,)"),
        (lambda values: "2, 4", "expected a list of 2, got text (str)"),
        (lambda values: doubled, "got a function"),
        (lambda values: [complex(2 * value) for value in values], "got complex numbers"),
        (lambda values: {"a": 1}, "got a dict of 1"),
        (lambda values: ["2.0"] * len(values), "holds something else"),
        (lambda values: [2 * value + 0.01 for value in values], "2 of 2 values differ; first at [0]"),
    ],
)
def test_common_faults_each_have_their_own_words(answer, says):
    result = examine(mean_exercise(), answer)
    assert result.passed is False
    assert says in result.message
    assert "input:    ([1, 2])" in result.message and "expected: [2, 4]" in result.message


def test_an_answer_that_fails_is_named_after_nobody_who_does_not():
    told = examine(mean_exercise(), failing).message
    assert not any(wrong.says in told for wrong in mean_exercise().misconceptions)


def test_what_a_check_says_of_the_right_of_the_untouched_and_of_a_number():
    exercise = mean_exercise()
    assert examine(exercise, ...).message == "not attempted yet"
    assert examine(exercise, lambda values: ...).message == "not attempted yet"
    assert examine(exercise, doubled).message == "right, on 2 cases"
    assert examine(mean_exercise(cases=[([1.0],)]), doubled).message == "right, on 1 case"
    assert "expected a function, got a whole number (int)" in examine(exercise, 3).message


def test_an_exercise_s_own_tolerance_counts_for_functions():
    for settings in ({"tolerance": 0.1, "atol": 0.0}, {"tolerance": 0.0, "atol": 0.2}):
        exercise = mean_exercise(cases=[([1.0],)], **settings)
        assert examine(exercise, lambda values: [2.15]).passed is True
        assert examine(exercise, lambda values: [2.3]).passed is False
    exact = mean_exercise(cases=[([1.0],)], tolerance=0.0, atol=0.0)
    assert examine(exact, lambda values: [2.0 + 1e-9]).passed is False


@pytest.mark.parametrize("value, change", [(1.0, 1e-9), (1e-6, 1e-12), (1.0, 0.5)])
def test_the_smallest_change_of_an_input_is_noticed(value, change):
    def nudging(values):
        answer = doubled(values)
        values[0] += change
        return answer

    assert "changed its input" in examine(mean_exercise(cases=[([value],)]), nudging).message


def test_a_spec_that_spoils_its_input_spoils_nobody_s_answer():
    def emptying(values):
        answer = doubled(values)
        values.clear()
        return answer

    assert examine(mean_exercise(spec=emptying), doubled).passed is True


def test_a_case_that_is_no_tuple_is_the_one_argument():
    exercise = mean_exercise(spec=lambda value: 2 * value, cases=[1.5, 2.5])
    assert exercise.trials() == ((1.5,), (2.5,)) and examine(exercise, lambda value: value + value).passed


def test_misconceptions_leave_the_case_as_it_was_and_print_nothing(capsys):
    def spoiling(values):
        print("here")
        values.append(0.0)
        return values

    first = Misconception("spoils", spoiling, "You spoil it.")
    exercise = mean_exercise(misconceptions=(first, *mean_exercise().misconceptions))
    told = examine(exercise, lambda values: list(values)).message
    assert "Nothing changed." in told and "input:    ([1, 2])" in told and not capsys.readouterr().out


@pytest.mark.parametrize("settings", [{"tolerance": 0.1, "atol": 0.0}, {"tolerance": 0.0, "atol": 0.2}])
def test_a_misconception_is_recognised_within_the_tolerance(settings):
    exercise = mean_exercise(cases=[([4.0, 3.0],)], **settings)
    assert "That is the square." in examine(exercise, lambda v: [x**2 + 0.15 for x in v]).message
    assert "That is the square." not in examine(exercise, lambda v: [x**2 + 5 for x in v]).message


def test_the_next_hint_is_announced_until_the_solution_is():
    exercise = EXERCISES[0]
    said = [examine(exercise, lambda *case: 1j).hint]
    for _ in range(3):
        hint(exercise.id)
        said.append(examine(exercise, lambda *case: 1j).hint)
    assert said == [f'hint("{exercise.id}") gives the next hint'] * 3 + [
        f'hint("{exercise.id}") gives the worked solution'
    ]


def test_an_answer_right_on_some_cases_is_wrong():
    only_first = examine(mean_exercise(), lambda values: [2.0, 4.0])
    assert only_first.passed is False and "input:    ([0.5, -3, 4])" in only_first.message


def test_a_function_called_too_early_is_told_so():
    assert "without calling it" in examine(mean_exercise(), [2.0, 4.0]).message


def test_an_exit_does_not_end_the_notebook():
    def leaving(values):
        raise SystemExit

    assert "SystemExit" in examine(mean_exercise(), leaving).message


def test_exercises_for_a_value():
    exercise = mean_exercise(
        spec=1025,
        cases=(),
        equivalents=(np.int64(1025),),
        misconceptions=(
            Misconception("half", 1024, "Bin 0 counts too."),
            Misconception("all", 2048, "The upper half mirrors the lower."),
            Misconception("frames", 32, "Those are the frames."),
        ),
    )
    assert examine(exercise, 1025).passed and examine(exercise, np.int64(1025)).passed
    assert not examine(exercise, 1025.0) and "decimal" in examine(exercise, 1025.0).message
    said = examine(exercise, 1024).message
    assert "Bin 0 counts too." in said and "1025" not in said  # the answer is not given away
    assert examine(exercise, 1026).message == "not yet: yours is 1026"
    for wrong in (1024, 1026, 1025.0):
        result = examine(exercise, wrong)
        assert result.passed is False and result.hint.startswith('hint("99.double") gives')
    assert examine(exercise, 1025).message == "right"
    assert examine(exercise, ...).passed is None


@pytest.mark.parametrize("settings", [{"tolerance": 0.1}, {"atol": 10.0}])
def test_an_exercise_s_own_tolerance_counts_for_answers_and_misconceptions(settings):
    wrong = (Misconception("half", 50.0, "That is half."), *mean_exercise().misconceptions[1:])
    exercise = mean_exercise(
        spec=100.0,
        cases=(),
        equivalents=(100,),
        misconceptions=wrong,
        **{"tolerance": 0.0, "atol": 0.0, **settings},
    )
    assert examine(exercise, 109.0).passed is True and examine(exercise, 111.0).passed is False
    assert "That is half." in examine(exercise, 54.0).message
    assert "That is half." not in examine(exercise, 61.0).message


@pytest.mark.parametrize(
    "wrap", [lambda x: {"a": x}, lambda x: ["text", x], lambda x: ("text", {"b": [x, "c"]})]
)
def test_tolerance_reaches_into_lists_and_dictionaries(wrap):
    assert difference(wrap(1.05), wrap(1.0), rtol=0.1, atol=0) == ""
    assert difference(wrap(1.05), wrap(1.0), rtol=0, atol=0.1) == ""
    assert "1.05" in difference(wrap(1.05), wrap(1.0), rtol=0.01, atol=0.01)


@pytest.mark.parametrize(
    "got, expected, says",
    [
        (3, "a", "expected text (str), got a whole number (int)"),
        ([1], {"a": 1}, "expected a dict of 1, got a list of 1"),
        ({"b": 1}, {"a": 1}, "expected the keys ['a'], got ['b']"),
        (3, ["a", 1], "expected a list of 2, got a whole number (int)"),
        (["a"], ["a", 1], "expected 2 items, got 1"),
        (["a", 2], ["a", 1], "item 1: yours is 2, expected 1"),
        ({"a": 2}, {"a": 1}, "'a': yours is 2, expected 1"),
        ("b", "a", "yours is 'b', expected 'a'"),
        (None, 1, "there is no value: it is None"),
        (1, None, "expected None, got a whole number (int)"),
        (1.5, 1 + 0j, "yours is 1.5, expected (1+0j)"),
        (True, 1, "the values are equal, but expected whole numbers, got True/False"),
        ([2.0, 3.0], [2, 3], "the values are right, but they are decimal numbers where whole numbers are expected"),
        ([1, 2], 1, "expected one number, got a list of 2"),
        (ONE.numpy(), torch.ones(2), "expected shape (2,), got shape (3,)"),
        (ONE.tolist(), ONE, "expected a tensor of shape (3,), got a list of 3"),
        (1.0, [1.0, 1.0], "expected a list of 2, got a decimal number (float)"),
        (["x", "y"], [1, 2], "expected whole numbers, got a list of 2 that holds something else"),
        ([1, [2]], [1, 2], "expected a list of 2, got a list of 2 that holds something else than numbers"),
        (np.array([[1.0, 5.0], [6.0, 4.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]), "2 of 4 values differ; first at [0, 1]: yours is 5, expected 2"),
        ([1.0, math.nan, math.inf], [1.0, 2.0, 3.0], "there is nan at [1] (NaN or infinite in 2 places)"),
        (set(), 1, "expected a whole number (int), got a set of 0"),
        ([1.0], np.ones(1), "expected an array of shape (1,), got a list of 1"),
        (math.nan, 1.0, "there is nan (NaN or infinite in 1 places)"),
        (2.0, 1.0 / 3, "yours is 2, expected 0.333333"),
        (np.uint8(3), "a", "expected text (str), got a whole number (uint8)"),
        (2.5, "a", "expected text (str), got a decimal number (float)"),
        (len, 1, "expected a whole number (int), got a function"),
        (object(), frozenset(), "expected a frozenset, got a object"),
        (frozenset("a"), frozenset(), "the values differ"),
        ([[1, 2], [3, 5]], [[1, 2], [3, 4]], "1 of 4 values differ; first at [1, 1]: yours is 5, expected 4"),
        (SimpleNamespace(shape=(2, 3)), 1, "expected a whole number (int), got a SimpleNamespace"),
        (torch.zeros(2).__len__, 1, "expected a whole number (int), got a function"),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_words(got, expected, says):
    assert difference(got, expected) == says


@pytest.mark.parametrize(
    "got, expected",
    [
        ([torch.tensor(1.0, requires_grad=True), 2.0], [1.0, 2.0]),
        (torch.tensor([1 + 2j]).conj(), np.array([1 - 2j])),
        ([[[1, 2], [3]], [[4, 5], [6]]], [[[1, 2], [3]], [[4, 5], [6]]]),
        (np.array([math.inf, 1.0]), np.array([math.inf, 1.0])),
    ],
)
def test_what_is_equal_is_equal_in_any_dress(got, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert difference(got, expected) == ""


def test_the_tolerance_itself_is_within_the_tolerance():
    assert difference(1.5, 1.0, rtol=0, atol=0.5) == "" and difference(1.5, 1.0, rtol=0.5, atol=0) == ""


@pytest.mark.parametrize("got, expected", [(math.inf, -math.inf), (-math.inf, math.inf), (1.0, math.nan)])
def test_no_tolerance_makes_the_infinite_equal(got, expected):
    assert difference(got, expected, rtol=1e9, atol=1e9) != ""


@pytest.mark.parametrize("id", ["1.a", "ab.c", "01.2x", "01", "011.a", "01.", "01.a.b"])
def test_an_id_is_a_lesson_and_a_name(id):
    with pytest.raises(CourseError, match="an exercise id like"):
        mean_exercise(id=id)


def test_errors_of_an_answer_are_told_with_their_line():
    def inner(values):
        return values + 1  # a TypeError inside, not of the call

    told = examine(mean_exercise(), inner).message
    assert "the function raised TypeError" in told and "return values + 1" in told
    assert (
        "\nthe function raised ZeroDivisionError: division by zero"
        in examine(mean_exercise(), lambda v: 1 / 0).message
    )

    def silent(values):
        raise ValueError

    assert "the function raised ValueError\nin line" in examine(mean_exercise(), silent).message
    space = {}
    exec(compile("def unseen(values):\n    return 1 / 0", "<nowhere>", "exec"), space)
    told = examine(mean_exercise(), space["unseen"]).message
    assert told.endswith(
        "the function raised ZeroDivisionError: division by zero"
    )  # its lines are kept nowhere
    assert (
        "the function raised" in examine(mean_exercise(), math.sqrt).message
    )  # one without lines of its own


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"id": "frame_count"}, "an exercise id like"),
        ({"hints": ("a", "b")}, "3 hints"),
        ({"kind": "riddle"}, "a kind, one of fill, function, experiment, debug"),
        ({"misconceptions": ()}, "three misconceptions"),
        ({"equivalents": ()}, "an equivalent"),
        ({"solution": " "}, "a solution"),
        ({"why": ""}, "why"),
        ({"cases": ()}, "cases"),
        ({"spec": 3}, "cases"),
    ],
)
def test_an_exercise_that_cannot_teach_is_refused(changes, says):
    with pytest.raises(CourseError, match=says):
        mean_exercise(**changes)


def test_every_lesson_s_exercises_are_found():
    assert [exercise.id for exercise in all_exercises()] == [exercise.id for exercise in EXERCISES]
    with pytest.raises(CourseError, match=r"expected one of 00\."):
        check("00.no.such", 3)


@pytest.mark.parametrize("unknown", ["01.no_such", "77.frame_count", "frame_count", "", None])
def test_unknown_exercises_are_refused_by_name(unknown):
    with pytest.raises(CourseError, match="expected"):
        check(unknown, 3)


def test_a_result_shows_itself_and_escapes_markup():
    result = examine(mean_exercise(), lambda values: "<script>alert(1)</script>")
    bundle = result._repr_mimebundle_()
    assert "<script>" not in bundle["text/html"] and "&lt;script&gt;" in bundle["text/html"]
    assert bundle["text/plain"].startswith("99.double Double (write a function): ✘ not right yet\ninput:")
    assert repr(examine(mean_exercise(), ...)) == "99.double Double (write a function): ○ not attempted yet"


EQUAL = [
    (1, 1),
    (1.0, 1.0),
    (1, 1.0),
    (np.float32(0.1), 0.1),
    (torch.tensor(2.5), 2.5),
    (torch.ones(2, 2), np.ones((2, 2))),
    (np.ones((2, 2)), torch.ones(2, 2)),
    ([1, 2], [1.0, 2.0]),
    ((1, 2), [1, 2]),
    (np.array([1.0, 2.0]), [1.0, 2.0]),
    (float("nan"), float("nan")),
    (math.inf, math.inf),
    ("a", "a"),
    (True, True),
    (np.bool_(True), True),
    (np.uint8(3), 3),
    ({"a": [1.0]}, {"a": [1.0]}),
    (["a", 1], ["a", 1]),
    ((torch.ones(2), "x"), (torch.ones(2), "x")),
    ([], []),
    (None, None),
    (torch.ones(2, dtype=torch.bfloat16), torch.ones(2)),
    (torch.ones(2, requires_grad=True), torch.ones(2)),
]
DIFFERENT = [
    (1, 2),
    (2.0, 2),
    (True, 1),
    (1, True),
    (None, 1),
    (1, None),
    ("1", 1),
    (1, "1"),
    (float("nan"), 1.0),
    (1.0, float("nan")),
    (math.inf, -math.inf),
    (1.0, math.inf),
    (1.0, [1.0, 1.0]),
    ([1.0], 1.0),
    (ONE, torch.ones(3, 1)),
    (torch.ones(1), ONE),
    (ONE, ZERO),
    (torch.tensor([0.0, 0.0, 1.0]), ZERO),
    (torch.zeros(0), ZERO),
    (ZERO, torch.zeros(0)),
    (torch.zeros(0, 3), torch.zeros(3, 0)),
    ([1.0, 1.0, 1.0], ONE),
    (ONE.long(), ONE.bool()),
    (ONE, ONE.long()),
    (ONE.to(torch.complex64), ONE),
    ({"a": 1}, {"a": 1, "b": 2}),
    ({"a": 1, "b": 2}, {"a": 1}),
    (["a"], ["a", "b"]),
    ([[1, 2], [3]], [[1, 2], [3, 4]]),
    ([], [1.0]),
    (b"a", "a"),
    (object(), 1.0),
]


@pytest.mark.parametrize("got, expected", EQUAL)
def test_equal_values(got, expected):
    assert difference(got, expected) == ""


@pytest.mark.parametrize("got, expected", DIFFERENT)
def test_different_values_are_never_equal(got, expected):
    assert difference(got, expected) != ""
