"""What every lesson must have, as functions that list its faults; tests/notebooks/test_contract.py runs them on every lesson.

Each takes the cells of a lesson (as built from its source, solved) and its number, and returns sentences.
"""

import ast
import importlib
import pkgutil
import re
import statistics

import course_lib.teaching.widgets as widgets
from course_lib.teaching.page import LivePicture
from course_lib.teaching.syllabus import load_syllabus

LONGEST, MEDIAN = 20, 5
MOVED = (
    "Explorer",
    "Story",
    "Valley",
    "TrainingLive",
    "SoundMap",
    "Tradeoff",
)  # how the names end of what a reader moves
for module in pkgutil.iter_modules(widgets.__path__, f"{widgets.__name__}."):
    importlib.import_module(module.name)
PICTURES = {kind.__name__ for kind in LivePicture.__subclasses__()}
VAGUE = {"understand", "know", "learn", "appreciate", "grasp", "realise", "realize"}
RHYTHM = ["Predict", "Run", "Investigate", "Modify"]
END = ["Quiz", "Recap", "What comes next", "References"]
SYLLABUS = load_syllabus()
SYNTHETIC = {  # lessons with corpora of their own, which the name "synthetic" stands for: a night, words, accents, a meeting
    SYLLABUS.lesson(name).number
    for name in ("sound_as_an_image", "a_few_examples", "accents", "who_spoke_when")
}
PEOPLE = {  # lessons whose experiment is on record for recordings too (docs/figures.json)
    SYLLABUS.lesson(name).number
    for name in (
        *(
            "training_a_speaker_identifier",
            "the_base_model",
            "what_transfers",
            "feature_extraction",
            "fine_tuning",
        ),
        *("how_much_to_reuse", "sound_as_an_image", "a_few_examples", "accents", "training_that_never_stops"),
        *("same_voice", "who_spoke_when"),
    )
}
PARTS = SYLLABUS.reviews()  # the last lesson of each part: it looks back
GLOSSARY = r"\]\((?:\.\./)+docs/glossary\.md(?:#[\w-]+)?\)"


def tags(cell):
    return cell.metadata.get("tags", [])


def code(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def prose(cells):
    return "\n\n".join(
        cell.source for cell in cells if cell.cell_type == "markdown" and "notes" not in tags(cell)
    )


def calls(cells, name):
    """Every call of `name` in the code, as (cell, node)."""
    return [
        (cell, node)
        for cell in code(cells)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
    ]


def first_arguments(cells, name):
    return [
        node.args[0].value
        for _, node in calls(cells, name)
        if node.args and isinstance(node.args[0], ast.Constant)
    ]


def title_faults(cells, lesson):
    first = cells[0].source
    parts = {
        "a title '# NN · Title'": rf"^# {lesson} · \S",
        "one sentence of why '**Why:** ...'": r"^\*\*Why:\*\* [^.]+[.]$",
        "'**Objectives.**'": r"^\*\*Objectives\.\*\*",
        "'**Minutes:** N'": r"^\*\*Minutes:\*\* \d+ ",
        "'**Needs:** ...'": r"^\*\*Needs:\*\* \S",
    }
    found = [
        f"expected {what} in the first cell"
        for what, pattern in parts.items()
        if not re.search(pattern, first, re.M)
    ]
    objectives = re.findall(r"^- (\w+)", first, re.M)
    if len(objectives) < 3:
        found.append(f"expected three objectives or more, got {len(objectives)}")
    found += [
        f"an objective begins with '{verb}', which cannot be tested"
        for verb in objectives
        if verb.lower() in VAGUE
    ]
    return found


def syllabus_faults(cells, lesson):
    """Title, minutes and needs are those of notebooks/syllabus.yaml."""
    first, entry = cells[0].source, SYLLABUS.lesson(lesson)
    found = []
    if f"# {lesson} · {entry.title}" not in first.splitlines():
        found.append(f"expected the title of the syllabus, {entry.title!r}")
    if not re.search(rf"^\*\*Minutes:\*\* {entry.minutes} ", first, re.M):
        found.append(f"expected the minutes of the syllabus, {entry.minutes}")
    named = set(re.findall(r"\b\d\d\b", first.partition("**Needs:**")[2]))
    needed = {SYLLABUS.lesson(name).number for name in entry.needs}
    if named != needed:
        found.append(
            f"expected it to need the lessons of the syllabus, {sorted(needed)}, got {sorted(named)}"
        )
    return found


def unfilled_faults(cells, lesson):
    return [f"left to fill: {cell.source[:60]!r}" for cell in cells if "FILL(" in cell.source]


def opening_faults(cells, lesson):
    found, (imports, parameters, *_) = [], code(cells)
    if any(not isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.parse(imports.source).body):
        found.append("expected nothing but imports in the first code cell")
    if "course_lib" not in imports.source:
        found.append("expected the first code cell to import from course_lib")
    if "parameters" not in tags(parameters):
        found.append("expected the tag parameters on the second code cell")
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(parameters.source).body
        if isinstance(node, ast.Assign)
    }
    own = "synthetic" if lesson in SYNTHETIC else "narrators"
    if {"CORPUS": own, "PROFILE": "quick", "SEED": 0}.items() - values.items():
        found.append(f"expected CORPUS={own!r}, PROFILE='quick', SEED=0, got {values}")
    if sum("parameters" in tags(cell) for cell in cells) > 1:
        found.append("expected one cell tagged parameters")
    return found


def rhythm_faults(cells, lesson):
    text, found = prose(cells), []
    places = [text.find(f"**{word}.") for word in RHYTHM]
    found += [f"expected '**{word}.**' in the prose" for word, place in zip(RHYTHM, places) if place < 0]
    if min(places) >= 0 and places[:3] != sorted(places[:3]):
        found.append("expected predict, run, investigate in this order")
    order = [(index, node) for name in ("guess", "reveal") for index, node in _ordered(cells, name)]
    asked = {node.args[0].value: index for index, node in order if node.func.id == "guess"}
    answered = {node.args[0].value: index for index, node in order if node.func.id == "reveal"}
    if not asked:
        found.append("expected a guess")
    found += [f"the guess {id} is never revealed" for id in asked.keys() - answered.keys()]
    found += [f"{id} is revealed but not asked" for id in answered.keys() - asked.keys()]
    found += [
        f"{id} is revealed before it is asked"
        for id in asked.keys() & answered.keys()
        if answered[id] <= asked[id]
    ]
    for cell in code(cells):
        if ("predict" in tags(cell)) != bool(calls([cell], "guess")):
            found.append(f"the tag predict and a call of guess belong together: {cell.source[:40]!r}")
    return found


def _ordered(cells, name):
    return [(cells.index(cell), node) for cell, node in calls(cells, name)]


def part_faults(cells, lesson):
    found, text = [], prose(cells)
    if not calls(cells, "listen") and not calls(cells, "SoundPicture"):
        found.append("expected something to hear: listen(...) or SoundPicture(...)")
    nodes = [node for cell in code(cells) for node in ast.walk(ast.parse(cell.source))]
    if not any(_is_explorer(node) for node in nodes):
        found.append("expected an explorer or a live picture to move")
    if not re.search(r"^> \*\*Misconception: .+\*\*", text, re.M):
        found.append("expected a misconception box: '> **Misconception: \"...\".** ...'")
    quizzes = [lesson, *([f"review {PARTS[lesson]}"] if lesson in PARTS else [])]
    if first_arguments(cells, "quiz") != quizzes:
        found.append(f"expected the quizzes {quizzes}, each once, the lesson's own first")
    recap = re.search(r"^## Recap\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    lines = re.findall(r"^\d\. \S", recap.group(1), re.M) if recap else []
    if len(lines) != 5:
        found.append(f"expected a recap of five numbered lines, got {len(lines)}")
    references = re.search(r"^## References\n(.*)", text, re.M | re.S)
    if not references or not re.findall(r"^- .*\(?\d{4}\)?", references.group(1), re.M | re.S):
        found.append("expected references with their years")
    if not any("notes" in tags(cell) for cell in cells):
        found.append("expected notes for the speaker")
    return found


def modify_faults(cells, lesson):
    """A Modify task says what to find, and the page says when it was found: by `seek`, `goal` or a check below it."""
    found, waiting = [], ""
    for cell in [*cells, None]:
        prose = cell is None or cell.cell_type == "markdown"
        if prose and waiting and (cell is None or re.search(r"^(#+ |\*\*\w)", cell.source, re.M)):
            found.append(f"nothing notices when this is found, no seek, goal or check: {waiting!r}")
            waiting = ""
        if prose and cell is not None and "**Modify.**" in cell.source:
            waiting = cell.source.partition("**Modify.** ")[2][:60]
        if not prose and any(calls([cell], name) for name in ("seek", "goal", "check")):
            waiting = ""
    return found


def recordings_faults(cells, lesson):
    """The last section of such a lesson: what the same experiment gave on real recordings."""
    expected, shown = int(lesson in PEOPLE), calls(cells, "on_real_recordings")
    found = (
        [] if len(shown) == expected else [f"expected on_real_recordings {expected} times, got {len(shown)}"]
    )
    sections = re.findall(r"^## \d+ · (.+)$", prose(cells), re.M)
    if expected and sections[-1:] != ["On real recordings"]:
        found.append(f"expected the last section to be 'On real recordings', got {sections[-1:]}")
    return found


def picture_faults(cells, lesson):
    count = sum(len(calls(cells, name)) for name in PICTURES)
    return [f"expected two live pictures or more, got {count}"] if count < 2 else []


def looking_back_faults(cells, lesson):
    """The take-away at the end of a part, and the way to the glossary, for whoever meets a word again."""
    found, text = [], prose(cells)
    first, last = cells[0].source, text.partition("## References\n")[2]
    if not re.search(GLOSSARY, first + last):
        found.append("expected a link to docs/glossary.md in the first cell or under References")
    if lesson in PARTS:
        take = re.search(rf"^## Take-away of part {PARTS[lesson]}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
        lines = re.findall(r"^\d\. (.+)$", take.group(1), re.M) if take else []
        if not 5 <= len(lines) <= 7:
            found.append(f"expected a take-away of five to seven numbered lines, got {len(lines)}")
        if not lines or not lines[-1].startswith("**Try it:**"):
            found.append("expected the take-away to end with something to try on one's own recordings")
    return found


def _is_explorer(node):
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    explored = "explore" in {keyword.arg for keyword in node.keywords}
    return node.func.id.endswith(MOVED) or (node.func.id == "SoundPicture" and explored)


def heading_faults(cells, lesson):
    headings = re.findall(r"^(#+) (.+)$", prose(cells), re.M)
    levels = [len(marks) for marks, _ in headings]
    found = []
    if levels.count(1) != 1 or levels[0] != 1:
        found.append("expected one heading of the first level, the title")
    found += [
        f"the heading {text!r} skips a level"
        for before, (marks, text) in zip(levels, headings[1:])
        if len(marks) > before + 1
    ]
    numbers = [
        int(number)
        for marks, text in headings
        for number in re.findall(r"^(\d+) · ", text)
        if len(marks) == 2
    ]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        found.append(f"expected sections numbered '## 1 · ...' in order, got {numbers}")
    end = [*END[:2], f"Take-away of part {PARTS[lesson]}", *END[2:]] if lesson in PARTS else END
    ends = [text for marks, text in headings if len(marks) == 2][-len(end) :]
    if ends != end:
        found.append(f"expected the lesson to end with {', '.join(end)}, got {', '.join(ends)}")
    return found


def length_faults(cells, lesson):
    read = [
        cell.source for cell in code(cells) if not cell.source.startswith("conclude(")
    ]  # those are shown as prose
    lengths = {source: len(_code_lines(source)) for source in read}
    found = [
        f"a cell has {count} lines of code: {source[:40]!r}"
        for source, count in lengths.items()
        if count > LONGEST
    ]
    median = statistics.median(lengths.values())
    if median > MEDIAN:
        found.append(f"expected a median of at most {MEDIAN} lines a cell, got {median:g}")
    return found


def _code_lines(source):
    return [line for line in source.split("\n") if line.strip() and not line.strip().startswith("#")]


def exercise_faults(cells, lesson, ids):
    """`ids` are those of course_lib/teaching/exercises/lessonNN.yaml."""
    found, checked, hinted = [], first_arguments(cells, "check"), first_arguments(cells, "hint")
    if len(checked) < 2:
        found.append(f"expected two checked exercises or more, got {len(checked)}")
    if sorted(checked) != sorted(ids):
        found.append(f"expected each of {sorted(ids)} checked once, got {sorted(checked)}")
    found += [f"{id} has no hint cell" for id in ids if id not in hinted]
    solved = "\n".join(cell.source for cell in cells if "solution" in tags(cell))
    for cell, node in calls(cells, "check"):
        name = node.args[1].id if len(node.args) > 1 and isinstance(node.args[1], ast.Name) else ""
        if not name or not re.search(rf"^(def {name}\(|\s*{name} =)", solved, re.M):
            found.append(
                f"expected the answer to {node.args[0].value} by name, from a cell tagged solution: {name!r}"
            )
        if cell.source.strip().count("\n"):
            found.append(
                f"expected a check alone in its cell, so that its result is shown: {cell.source[:40]!r}"
            )
    return found


def figure_faults(cells, lesson):
    found = [
        f"a figure without alt text: {cell.source[:40]!r}"
        for cell, node in calls(cells, "figure")
        if "alt" not in {keyword.arg for keyword in node.keywords}
    ]
    if not calls(cells, "figure"):
        found.append("expected a figure")
    for name in ("interact", "interactive", "imshow", "show"):
        found += [f"a bare {name}(...): {cell.source[:40]!r}" for cell, _ in calls(cells, name)]
    return found
