"""Note a check, a hint, a first answer in the reader's file. Whatever goes wrong here, the lesson goes on.

An exercise counts its tries and the hints that were taken up to the first pass; running a finished notebook again
changes nothing. A question keeps the first answer ever and the first one of the latest sitting.
"""

import warnings
from datetime import datetime, timezone

from course_lib import user_store
from course_lib.errors import DataError

FILE = "progress"
WORKED = 4  # the number of the worked solution, which comes after three hints
_warned = False
# hints that the file does not hold (after a pass, or where it cannot be written), by exercise and when it was begun:
# an entry that was forgotten begins anew
_taken_now: dict[tuple[str, str], int] = {}


def checked(id: str, passed: bool | None) -> None:
    """An exercise was checked: `passed` True, False, or None where it has not been attempted (which is not kept)."""
    if passed is None:
        return

    def change(old):
        if old.get("passed") is True:
            return old
        tries, hints = count(old.get("tries")) + 1, count(old.get("hints"))
        new = {"passed": passed, "tries": tries, "hints": hints, "first": old.get("first") or now()}
        return {**new, "last": now()}

    _keep(id, change)


def hints_taken(id: str) -> int:
    """How many hints of an exercise the reader has taken, also before the kernel was restarted: 0 to 4."""
    entry = _kept(id)
    return max(_taken_now.get((id, str(entry.get("first"))), 0), count(entry.get("hints")))


def take_hint(id: str) -> int:
    """Count the next hint and return its number: 1, 2, 3, and from then on 4, the worked solution."""
    number = min(hints_taken(id) + 1, WORKED)

    def change(old):
        if old.get("passed") is True or count(old.get("hints")) >= number:
            return old
        return {"passed": False, "tries": count(old.get("tries")), "first": now(), **old, "hints": number}

    _keep(id, change)
    entry = _kept(id)
    if count(entry.get("hints")) < number:
        _taken_now[id, str(entry.get("first"))] = number
    return number


def answered(quiz: str, question: str, right: bool) -> None:
    """The first answer to a question of a quiz ("05" or "review 2") in this sitting."""

    def change(old):
        first = {"right_first": right, "first": now()} if "right_first" not in old else {}
        return {**old, **first, "right_last": right, "last": now()}

    _keep(question_key(quiz, question), change)


def question_key(quiz: str, question: str) -> str:
    """The name of a question's entry.

    >>> question_key("06", "field")
    'quiz 06/field'
    """
    return f"quiz {quiz}/{question}"


def count(value) -> int:
    """A whole number from a file that somebody may have edited: what is none counts as 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _kept(id: str) -> dict:
    try:
        return user_store.entries(FILE).get(id, {})
    except DataError:  # said by `_keep` already
        return {}


def _keep(key: str, change) -> None:
    global _warned
    try:
        user_store.update(FILE, key, change)
    except Exception as error:  # a full disk, a file of a newer course: no reason to stop a lesson
        if not _warned:
            _warned = True
            warnings.warn(f"Your progress is not being kept. Go on; {error}", stacklevel=4)
