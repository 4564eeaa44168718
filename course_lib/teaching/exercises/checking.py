"""Try a reader's answer on the cases and say what came of it, naming the misconception where one fits."""

import contextlib
import copy
import io
import linecache
import traceback

from course_lib.teaching import progress
from course_lib.teaching.exercises.banks import find
from course_lib.teaching.exercises.compare import difference, kind_of
from course_lib.teaching.exercises.exercise import HINTS, Exercise
from course_lib.teaching.exercises.result import Result, call, short


def check(id: str, candidate) -> Result:
    """Check an answer: a function that is tried on the cases, or a value. Returns a Result that shows itself.

    `passed` is True, False, or None where the exercise has not been attempted yet. Raises CourseError for an
    unknown id only: whatever the reader's function raises becomes part of the result. The outcome is kept in the
    reader's own progress.json.
    """
    result = examine(find(id), candidate)
    progress.checked(id, result.passed)
    return result


def hint(id: str) -> Result:
    """The next of the exercise's three hints; after the third, the worked solution and why it is right.

    Which one is next stands in the reader's own progress.json, so it is remembered when the kernel is restarted.
    """
    exercise = find(id)
    number = progress.take_hint(id)
    if number <= HINTS:
        hint = exercise.hints[number - 1]
        return Result(id, exercise.heading, None, hint, kind=f"hint {number} of {HINTS}")
    worked = f"{exercise.solution}\nWhy: {exercise.why}"
    return Result(id, exercise.heading, None, worked, kind="worked solution")


def examine(exercise: Exercise, candidate) -> Result:
    """`check` for an exercise at hand."""

    def result(passed, message, hint=""):
        return Result(exercise.id, exercise.heading, passed, message, hint)

    if candidate is ...:
        return result(None, "not attempted yet")
    if exercise.judge:
        return _examine_result(exercise, candidate, result)
    if not exercise.is_function:
        return _examine_value(exercise, candidate, result)
    if not callable(candidate):
        return result(
            False,
            f"expected a function, got {kind_of(candidate)}; "
            "hand over the function itself, without calling it: its name and no brackets",
        )
    tries = [_Try(exercise, candidate, case) for case in exercise.trials()]
    if any(attempt.value is ... for attempt in tries):
        return result(None, "not attempted yet")
    failing = next((attempt for attempt in tries if attempt.trouble), None)
    if failing is None:
        return result(True, f"right, on {len(tries)} case{'s' * (len(tries) != 1)}")
    named = _misconception(exercise, tries)
    message = f"{named.says}\n{failing.shown}" if named else failing.shown
    return result(False, message, _next_hint(exercise))


class _Try:
    """One call of the reader's function: its `value` or its `error`, what is wrong (`trouble`), and all of it `shown`."""

    def __init__(self, exercise: Exercise, candidate, case: tuple):
        self.case, self.value, self.error = case, None, None
        self.expected = exercise.expected(copy.deepcopy(case))
        handed, printed = copy.deepcopy(case), io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                self.value = candidate(*handed)
        except (Exception, SystemExit) as error:
            self.error = error
            self.trouble = _describe_error(error, candidate)
        else:
            self.trouble = difference(self.value, self.expected, rtol=exercise.tolerance, atol=exercise.atol)
            if self.value is None and self.trouble:
                self.trouble = (
                    "the function prints its answer but returns nothing: use return in place of print"
                    if printed.getvalue().strip()
                    else "the function returns nothing: is a return missing?"
                )
            elif not self.trouble and difference(list(handed), list(case), rtol=0, atol=0):
                self.trouble = (
                    "the answer is right, but the function changed its input, which belongs to the caller: "
                    "work on a copy, or make a new array"
                )

    @property
    def shown(self) -> str:
        """The input, yours and the expected value, and the difference in words."""
        yours = type(self.error).__name__ if self.error else short(self.value)
        lines = [f"input:    {call(self.case)}", f"yours:    {yours}", f"expected: {short(self.expected)}"]
        return "\n".join([*lines, self.trouble])


def _examine_value(exercise, candidate, result) -> Result:
    found = difference(candidate, exercise.spec, rtol=exercise.tolerance, atol=exercise.atol)
    if not found:
        return result(True, "right")
    named = next(
        (
            misconception
            for misconception in exercise.misconceptions
            if not difference(candidate, misconception.wrong, rtol=exercise.tolerance, atol=exercise.atol)
        ),
        None,
    )
    # the expected value is the answer itself, so it is not given away here
    words = f"yours is {short(candidate)}" if kind_of(candidate) == kind_of(exercise.spec) else found
    return result(False, f"{named.says}\n{words}" if named else f"not yet: {words}", _next_hint(exercise))


def _examine_result(exercise, candidate, result) -> Result:
    """Run what the reader made on sounds that were not seen: the result, the mark and the likely misconception.

    The draws of a check are always the same, and the reader's own draws go on as if there had been none.
    """
    import torch

    from course_lib.teaching.exercises.judged.verdict import MOST, NotAttempted, Unusable

    try:
        with torch.random.fork_rng(devices=[]), contextlib.redirect_stdout(io.StringIO()):
            torch.manual_seed(0)
            verdict = exercise.judge(candidate)
    except NotAttempted:
        return result(None, "not attempted yet")
    except Unusable as error:
        return result(False, f"yours could not be judged: {error}", _next_hint(exercise))
    except (Exception, SystemExit) as error:
        told = _describe_error(error, candidate)
        return result(False, f"yours could not be judged: {told}", _next_hint(exercise))
    lines = [f"mark {verdict.mark} of {MOST}", verdict.shown]
    if verdict.passed:
        return result(True, "\n".join(lines))
    says = {wrong.name: wrong.says for wrong in exercise.misconceptions}
    lines[:0] = [says[verdict.misconception]] if verdict.misconception else []
    return result(False, "\n".join(lines), _next_hint(exercise))


def _misconception(exercise, tries):
    """The first misconception whose wrong function does what the reader's does, on every case."""
    for misconception in exercise.misconceptions:
        if all(_same(exercise, misconception.wrong, attempt) for attempt in tries):
            return misconception
    return None


def _same(exercise, wrong, attempt) -> bool:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            value = wrong(*copy.deepcopy(attempt.case))
    except Exception as error:
        return type(error) is type(attempt.error)
    if attempt.error:
        return False
    return not difference(attempt.value, value, rtol=exercise.tolerance, atol=exercise.atol)


def _next_hint(exercise) -> str:
    taken = progress.hints_taken(exercise.id)
    return f'hint("{exercise.id}") gives {"the next hint" if taken < HINTS else "the worked solution"}'


def _describe_error(error, candidate) -> str:
    """The error's name and words, and the reader's line that raised it."""
    name = f"{type(error).__name__}: {error}".rstrip(": ")
    code = getattr(candidate, "__code__", None)
    if isinstance(error, TypeError) and error.__traceback__.tb_next is None and code:
        return f"the function could not be called: {error}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if code and frame.filename == code.co_filename
    ]
    if not frames:
        return f"the function raised {name}"
    line = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"the function raised {name}" + (f"\nin line {frames[-1].lineno}: {line}" if line else "")
