"""A check that judges a result: its mark, what it says beside the mark, and that it leaves the reader's draws alone."""

import pytest
import torch

from course_lib.teaching.exercises import Exercise, Misconception, examine
from course_lib.teaching.exercises.exercise import HINTS
from course_lib.teaching.exercises.judged.verdict import FAULTY, PASS, Verdict, ask, compare, expect


def judge(candidate):
    """The larger the number, the better: 0.5 is the control, 0.9 the worked solution."""
    value = ask(candidate)
    expect(isinstance(value, float), "a decimal number", repr(value))
    return compare("right", value, 0.5, 0.9, "one too many" if value > 1 else "")


def exercise():
    names = ("one too many", "b", "c")
    return Exercise(
        **{"id": "99.build", "title": "Build", "kind": "result", "spec": lambda: 0.9, "judge": judge},
        misconceptions=tuple(Misconception(name, lambda: 2.0, f"That is {name}.") for name in names),
        equivalents=(lambda: 0.95,),
        hints=tuple("abc"[:HINTS]),
        solution="return 0.9",
        why="So.",
    )


def test_the_mark_lies_between_control_and_worked_solution():
    assert [compare("right", value, 0.5, 0.9).mark for value in (0.1, 0.5, 0.7, 0.9, 1.0)] == [
        0,
        0,
        5,
        10,
        10,
    ]
    # an error rate: the smaller, the better
    assert [compare("wrong", value, 0.5, 0.1).mark for value in (0.9, 0.5, 0.3, 0.1, 0.0)] == [
        0,
        0,
        5,
        10,
        10,
    ]
    # a base so good that the control reaches the solution: nobody is failed for that
    assert compare("right", 1.0, 1.0, 1.0).passed and not compare("right", 0.9, 1.0, 1.0).passed
    assert not compare("right", float("nan"), 0.5, 0.9).passed


def test_a_known_misconception_never_passes():
    assert (
        Verdict("", 1.0).passed and Verdict("", PASS / 10).passed and not Verdict("", PASS / 10 - 0.1).passed
    )
    assert Verdict("", 1.0, "leaked").mark == FAULTY and not Verdict("", 1.0, "leaked").passed


def test_a_check_says_result_mark_and_misconception():
    good, poor, odd = (examine(exercise(), lambda value=value: value) for value in (0.86, 0.6, 1.5))
    assert (
        good.passed
        and good.message == "mark 9 of 10\nright: yours 86%, the control 50%, a worked solution 90%"
    )
    assert poor.passed is False and poor.message.startswith("mark 2 of 10\n") and "99.build" in poor.hint
    assert odd.passed is False and odd.message.startswith("That is one too many.\nmark 4 of 10\n")
    assert examine(exercise(), lambda: ...).passed is None and examine(exercise(), ...).passed is None


@pytest.mark.parametrize(
    "answer, says",
    [
        (lambda: "0.9", "yours could not be judged: expected a decimal number, got '0.9'"),
        (lambda: 1 / 0, "yours could not be judged: the function raised ZeroDivisionError"),
        (lambda one: one, "could not be called"),
        (0.9, "expected a function, got float"),
    ],
)
def test_what_cannot_be_judged_is_told_in_words(answer, says):
    result = examine(exercise(), answer)
    assert result.passed is False and says in result.message


def test_a_check_draws_the_same_and_leaves_the_reader_s_draws_alone():
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    drawn = []
    for _ in range(2):
        examine(exercise(), lambda: drawn.append(float(torch.rand(()))) or 0.9)
    assert drawn[0] == drawn[1] and torch.equal(torch.random.get_rng_state(), before)


def test_a_result_needs_a_judge_and_nothing_else_has_one():
    from dataclasses import replace

    from course_lib.errors import CourseError

    for changes in ({"judge": None}, {"kind": "function"}, {"cases": [(1,)]}):
        with pytest.raises(CourseError, match="judge"):
            replace(exercise(), **changes)
