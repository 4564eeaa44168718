"""Every question bank holds five explained questions; broken banks are refused with the place; answering explains."""

import copy
import re

import pytest
import yaml

from course_lib.errors import CourseError
from course_lib.teaching.quizzes import Quiz, names, quiz, read_bank, reply
from course_lib.teaching.quizzes.banks import path_of

GOOD = {
    "lesson": "98",
    "questions": [
        {
            "id": f"q{number}",
            "question": f"What is {number} + {number}?",
            "choices": [
                {"text": f"{2 * number}", "why": "Twice.", "correct": True},
                {"text": f"{number}<b>", "why": "That is one of them."},
                {"text": f"{number}{number}", "why": "That is writing, not adding."},
            ],
        }
        for number in range(1, 6)
    ],
}


def write(tmp_path, bank, name="98.yaml"):
    path = tmp_path / name
    path.write_text(bank if isinstance(bank, str) else yaml.safe_dump(bank), encoding="utf-8")
    return path


def changed(change):
    bank = copy.deepcopy(GOOD)
    change(bank)
    return bank


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "mine"))


@pytest.mark.parametrize("name", names())
def test_every_bank_of_the_course(name):
    asked = quiz(name)
    assert len(asked.questions) >= 6 if name.startswith("review") else len(asked.questions) == 5
    places = [[choice.right for choice in question.choices].index(True) for question in asked.questions]
    assert len(set(places)) > 1, "the right choice always stands in the same place"
    for question in asked.questions:
        assert len({choice.why for choice in question.choices}) == len(question.choices)
        lengths = [len(choice.text) for choice in question.choices]
        right = next(choice for choice in question.choices if choice.right)
        assert len(right.text) < 3 * sorted(lengths)[-2], "the right choice is given away by its length"


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda bank: bank["questions"].pop(), "5 questions"),
        (lambda bank: bank.pop("lesson"), "keys lesson and questions"),
        (lambda bank: bank.update(lesson=98), 'lesson: "98"'),
        (lambda bank: bank["questions"][2].pop("question"), "question 3"),
        (lambda bank: bank["questions"][2].update(question=" "), "question 3"),
        (lambda bank: bank["questions"][1]["choices"].pop(), "question 2 with 3 choices"),
        (lambda bank: bank["questions"][1]["choices"][0].pop("correct"), "exactly one correct"),
        (lambda bank: bank["questions"][1]["choices"][1].update(correct=True), "exactly one correct"),
        (lambda bank: bank["questions"][1]["choices"][1].update(correct=False), "correct: true"),
        (lambda bank: bank["questions"][1]["choices"][1].update(correct="yes"), "correct: true"),
        (lambda bank: bank["questions"][4]["choices"][1].update(why=""), "question 5: a why"),
        (lambda bank: bank["questions"][4]["choices"][1].update(text=7), "numbers in quotes"),
        (lambda bank: bank["questions"][4]["choices"][1].update(hint="x"), "text, why, correct"),
        (lambda bank: bank["questions"][4]["choices"][1].update(text="10"), "choices that differ"),
        (lambda bank: bank["questions"][4].update(id="q1"), "five ids"),
        (lambda bank: bank["questions"][4].update(question="What is 1 + 1?"), "five questions"),
    ],
)
def test_broken_banks_are_refused_with_the_place(tmp_path, change, says):
    with pytest.raises(CourseError, match=re.escape(says)):
        read_bank(write(tmp_path, changed(change)))


REVIEW = {
    "review": "9",
    "lessons": ["00", "01"],
    "questions": [
        {**GOOD["questions"][number % 5], "id": f"0{number % 2}.q{number}", "question": f"Why {number}?"}
        for number in range(6)
    ],
}


def test_there_is_a_review_for_each_part_and_no_question_twice():
    assert [name for name in names() if name.startswith("review")] == [f"review {n}" for n in range(1, 5)]
    asked = [question.ask for name in names() for question in quiz(name).questions]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda bank: bank["questions"].pop(), "6 questions or more"),
        (lambda bank: bank.pop("lessons"), "keys review, lessons and questions"),
        (lambda bank: bank.update(review=9), 'review: "9"'),
        (lambda bank: bank.update(lessons="00"), "lessons: a list"),
        (lambda bank: bank["questions"][2].update(id="08.q"), "a lesson of the part"),
        (lambda bank: bank["lessons"].append("02"), "each of its lessons"),
        (lambda bank: bank["questions"].sort(key=lambda each: each["id"]), "mixed"),
        (lambda bank: bank["questions"][5].update(id="01.q1"), "ids that differ"),
    ],
)
def test_broken_reviews_are_refused_with_the_place(tmp_path, change, says):
    assert len(read_bank(write(tmp_path, REVIEW, "review_9.yaml"))) == 6
    bank = copy.deepcopy(REVIEW)
    change(bank)
    with pytest.raises(CourseError, match=re.escape(says)):
        read_bank(write(tmp_path, bank, "review_9.yaml"))


def test_a_bank_cannot_run_code(tmp_path):
    with pytest.raises(CourseError, match="not YAML"):
        read_bank(write(tmp_path, "lesson: !!python/object/apply:os.getcwd []"))


def test_a_missing_bank_names_those_there_are():
    with pytest.raises(CourseError, match="there are: 00, 01"):
        quiz("97")


@pytest.fixture
def asked(tmp_path):
    return Quiz("98", read_bank(write(tmp_path, GOOD)))


def test_choosing_explains_and_the_first_answer_counts(asked):
    assert asked.score == "Right at first: 0 of 0 answered, 5 in all."
    assert asked.choose(0, 1) == "Not this one. That is one of them."
    assert asked.choose(0, 0) == "Right. Twice."
    assert asked.choose(1, 0) == "Right. Twice."
    assert asked.score == "Right at first: 1 of 2 answered, 5 in all."
    assert asked._score.text == asked.score


def test_the_page_answers_too(asked):
    asked.cards[3].chosen = 0  # what a click or an arrow key does
    assert asked.first == {3: 0}


@pytest.mark.parametrize("question, choice", [(5, 0), (-1, 0), (0, 3), (0, -1)])
def test_choices_that_do_not_exist(asked, question, choice):
    with pytest.raises(CourseError, match="that exist"):
        asked.choose(question, choice)


def test_the_static_form_folds_every_explanation(asked):
    html = asked._repr_mimebundle_()["text/html"]
    assert html.count("<details>") == html.count("</details>") == 5
    assert "1&lt;b&gt;" in html and "<b>" not in html
    for question in asked.questions:
        for choice in question.choices:
            assert reply(choice) in html
            assert reply(choice) not in asked.text()
    assert "1. What is 1 + 1?\n   - 2\n" in asked.text()


def test_nothing_but_knowledge_gives_the_right_choice_away():
    """The longest, the shortest, the first and the last choice are right no more often than chance allows.

    Chance is 1 / (number of choices) for each question; a count may lie two standard deviations above it.
    """
    counts = dict.fromkeys(("longest", "shortest", "first", "last"), 0)
    chances = []
    for name in names():
        for question in read_bank(path_of(name)):
            lengths = [len(choice.text) for choice in question.choices]
            right = next(place for place, choice in enumerate(question.choices) if choice.right)
            only = lengths.count(lengths[right]) == 1
            counts["longest"] += only and lengths[right] == max(lengths)
            counts["shortest"] += only and lengths[right] == min(lengths)
            counts["first"] += right == 0
            counts["last"] += right == len(lengths) - 1
            chances.append(1 / len(lengths))
    expected, spread = sum(chances), sum(p * (1 - p) for p in chances) ** 0.5
    assert len(chances) > 100
    for cue, count in counts.items():
        assert count < expected + 2 * spread, f"{cue}: right {count} times, by chance {expected:.0f}"
