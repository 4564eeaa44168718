"""What the course holds beside what the reader did: what is done, what is worth repeating, what comes next."""

from dataclasses import asdict, dataclass

from course_lib.teaching.progress.recording import count, question_key

MANY_TRIES, MANY_HINTS = 4, 3  # passed, but not easily: these many or more


@dataclass(frozen=True)
class Item:
    """An exercise, or a question of a quiz: the key of its entry, and its title or question."""

    key: str
    title: str


@dataclass(frozen=True)
class Unit:
    """A lesson ("05") or the review of a part ("review 2") with its exercises and questions."""

    name: str
    title: str
    exercises: tuple[Item, ...] = ()
    questions: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Repeat:
    """Something worth doing again: since when (ISO date and time, UTC), what, and why."""

    when: str
    key: str
    title: str
    why: str


@dataclass(frozen=True)
class UnitProgress:
    """How far the reader is in one unit: the exercises by key, and how many questions were answered, and right at first."""

    unit: Unit
    exercises: dict
    answered: int
    right_first: int

    @property
    def passed(self) -> int:
        return sum(entry["passed"] for entry in self.exercises.values())

    @property
    def open(self) -> tuple[int, int]:
        return len(self.unit.exercises) - self.passed, len(self.unit.questions) - self.answered

    @property
    def state(self) -> str:
        """ "done", "begun" or "open"."""
        begun = self.answered or any(entry["tries"] or entry["passed"] for entry in self.exercises.values())
        return "done" if self.open == (0, 0) else "begun" if begun else "open"


@dataclass(frozen=True)
class Summary:
    """All of it: `units` in the course's order, `repeat` oldest first, `next` the first unit that is not done."""

    units: tuple[UnitProgress, ...]
    repeat: tuple[Repeat, ...]

    @property
    def next(self) -> UnitProgress | None:
        return next((each for each in self.units if each.state != "done"), None)

    def total(self) -> str:
        """One line."""
        return (
            f"{sum(each.passed for each in self.units)} of {sum(len(each.unit.exercises) for each in self.units)} "
            "exercises passed, "
            f"{sum(each.answered for each in self.units)} of {sum(len(each.unit.questions) for each in self.units)} "
            f"questions answered, {sum(each.right_first for each in self.units)} of them right at first"
        )

    def as_dict(self) -> dict:
        """For programs: {"lessons": [{"plan", "exercises", "answered", "right_first", "state", "passed"}, ...], "repeat", "next"}."""
        lessons = [
            {"plan": fields.pop("unit"), **fields, "state": each.state, "passed": each.passed}
            for each, fields in ((each, asdict(each)) for each in self.units)
        ]
        step = self.next.unit.name if self.next else None
        return {"lessons": lessons, "repeat": [asdict(each) for each in self.repeat], "next": step}


def summarize(units, entries: dict) -> Summary:
    """What a reader has done of these units. Entries that are damaged or belong to none of them count as not there.

    >>> unit = Unit("01", "Sound", (Item("01.dft", "A transform"),), (Item("quiz 01/bins", "Why?"),))
    >>> found = summarize([unit], {"01.dft": {"passed": True, "tries": 5, "hints": 0, "last": "2026-01-02"}})
    >>> found.total()
    '1 of 1 exercises passed, 0 of 1 questions answered, 0 of them right at first'
    >>> found.repeat[0].why, found.next.unit.name
    ('passed at try 5', '01')
    """
    found, repeat = [], []
    for unit in units:
        exercises = {item.key: _exercise(entries.get(item.key)) for item in unit.exercises}
        repeat += [
            Repeat(exercises[item.key]["last"], item.key, item.title, _hard(exercises[item.key]))
            for item in unit.exercises
            if exercises[item.key]["passed"] and _hard(exercises[item.key])
        ]
        given = {item: _answer(entries.get(item.key)) for item in unit.questions}
        repeat += [
            Repeat(answer["last"], item.key, item.title, "answered wrong at first")
            for item, answer in given.items()
            if answer and not answer["right_last"]
        ]
        known = [answer for answer in given.values() if answer]
        right_first = sum(answer["right_first"] for answer in known)
        found.append(UnitProgress(unit, exercises, len(known), right_first))
    return Summary(tuple(found), tuple(sorted(repeat, key=lambda each: each.when)))


def questions_of(name: str, questions) -> tuple[Item, ...]:
    """(id, words) of a quiz's questions as items."""
    return tuple(Item(question_key(name, id), ask) for id, ask in questions)


def _hard(exercise: dict) -> str:
    tries, hints = exercise["tries"], exercise["hints"]
    reasons = [f"passed at try {tries}"] if tries >= MANY_TRIES else []
    if hints >= MANY_HINTS:
        reasons.append(f"after {hints} hints" if hints == MANY_HINTS else "after the worked solution")
    return ", ".join(reasons)


def _exercise(entry) -> dict:
    entry = entry if isinstance(entry, dict) else {}
    passed, last = entry.get("passed") is True, entry.get("last")
    return {
        "passed": passed,
        "tries": count(entry.get("tries")),
        "hints": count(entry.get("hints")),
        "last": last if isinstance(last, str) else "",
    }


def _answer(entry) -> dict | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("right_first"), bool):
        return None
    last = entry.get("right_last", entry["right_first"])
    when = entry.get("last")
    return {
        "right_first": entry["right_first"],
        "right_last": last is True,
        "last": when if isinstance(when, str) else "",
    }
