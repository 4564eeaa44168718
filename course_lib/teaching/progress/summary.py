"""From a plan (what there is) and the reader's entries (what was done): what is done, what to repeat, what comes next."""

from dataclasses import asdict, dataclass

from course_lib.teaching.progress.recording import count, question_key

MANY_TRIES, MANY_HINTS = 4, 3  # passed, but not easily: these many or more


@dataclass(frozen=True)
class Task:
    """An exercise of a lesson, or a question of its quiz: the key of its entry, and its words."""

    key: str
    title: str


@dataclass(frozen=True)
class Plan:
    """A lesson ("05") or the review of a part ("review 2") with its exercises and questions."""

    name: str
    title: str
    exercises: tuple[Task, ...] = ()
    questions: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Repeat:
    """Something worth doing again: since when (ISO date and time, UTC), what, and why."""

    when: str
    key: str
    title: str
    why: str


@dataclass(frozen=True)
class Stage:
    """How far one plan is: passed and begun exercises by key, answered questions, right ones at first."""

    plan: Plan
    exercises: dict
    answered: int
    right_first: int

    @property
    def passed(self) -> int:
        return sum(entry["passed"] for entry in self.exercises.values())

    @property
    def open(self) -> tuple[int, int]:
        return len(self.plan.exercises) - self.passed, len(self.plan.questions) - self.answered

    @property
    def state(self) -> str:
        """ "done", "begun" or "open"."""
        begun = self.answered or any(entry["tries"] or entry["passed"] for entry in self.exercises.values())
        return "done" if self.open == (0, 0) else "begun" if begun else "open"


@dataclass(frozen=True)
class Standing:
    """All of it: `stages` in the course's order, `repeat` oldest first, `next` the first stage that is not done."""

    stages: tuple[Stage, ...]
    repeat: tuple[Repeat, ...]

    @property
    def next(self) -> Stage | None:
        return next((stage for stage in self.stages if stage.state != "done"), None)

    def total(self) -> str:
        """One line."""
        stages, plans = self.stages, [stage.plan for stage in self.stages]
        return (
            f"{sum(stage.passed for stage in stages)} of {sum(len(plan.exercises) for plan in plans)} exercises passed, "
            f"{sum(stage.answered for stage in stages)} of {sum(len(plan.questions) for plan in plans)} questions answered, "
            f"{sum(stage.right_first for stage in stages)} of them right at first"
        )

    def as_dict(self) -> dict:
        """For programs."""
        lessons = [{**asdict(stage), "state": stage.state, "passed": stage.passed} for stage in self.stages]
        step = self.next.plan.name if self.next else None
        return {"lessons": lessons, "repeat": [asdict(each) for each in self.repeat], "next": step}


def standing(plans, entries: dict) -> Standing:
    """Where a reader stands. Entries that are damaged or belong to nothing in the plan count as not there.

    >>> plan = Plan("01", "Sound", (Task("01.dft", "A transform"),), (Task("quiz 01/bins", "Why?"),))
    >>> found = standing([plan], {"01.dft": {"passed": True, "tries": 5, "hints": 0, "last": "2026-01-02"}})
    >>> found.total()
    '1 of 1 exercises passed, 0 of 1 questions answered, 0 of them right at first'
    >>> found.repeat[0].why, found.next.plan.name
    ('passed at try 5', '01')
    """
    stages, repeat = [], []
    for plan in plans:
        exercises = {task.key: _exercise(entries.get(task.key)) for task in plan.exercises}
        repeat += [
            Repeat(exercises[task.key]["last"], task.key, task.title, _hard(exercises[task.key]))
            for task in plan.exercises
            if exercises[task.key]["passed"] and _hard(exercises[task.key])
        ]
        given = {task: _answer(entries.get(task.key)) for task in plan.questions}
        repeat += [
            Repeat(answer["last"], task.key, task.title, "answered wrong at first")
            for task, answer in given.items()
            if answer and not answer["right_last"]
        ]
        known = [answer for answer in given.values() if answer]
        stages.append(Stage(plan, exercises, len(known), sum(answer["right_first"] for answer in known)))
    return Standing(tuple(stages), tuple(sorted(repeat, key=lambda each: each.when)))


def questions_of(name: str, questions) -> tuple[Task, ...]:
    """(id, words) of a quiz's questions as tasks."""
    return tuple(Task(question_key(name, id), ask) for id, ask in questions)


def _hard(exercise: dict) -> str:
    tries, hints = exercise["tries"], exercise["hints"]
    said = [f"passed at try {tries}"] if tries >= MANY_TRIES else []
    if hints >= MANY_HINTS:
        said.append(f"after {hints} hints" if hints == MANY_HINTS else "after the worked solution")
    return ", ".join(said)


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
