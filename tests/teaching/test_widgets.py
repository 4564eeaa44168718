"""Guesses are kept and compared; explorers answer every setting, say the numbers, and never fail in silence."""

import json
import re

import pytest

from course_lib import user_store
from course_lib.errors import CourseError, DataError
from course_lib.teaching.page.live import WIDGET_VIEW
from course_lib.teaching.plots import show_wave
from course_lib.teaching.predictions import guesses as room
from course_lib.teaching.predictions.answers import distance
from course_lib.teaching.widgets import Explorer, choice, guess, reveal, slider, steps
from course_lib.teaching.widgets.tone import ToneExplorer


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_HOME", str(tmp_path))
    monkeypatch.setattr(room, "_asked", {})
    monkeypatch.setattr(room, "_kept", {})
    return tmp_path


def ask_number():
    return guess("01.pitch", "How high is the voice?", unit="Hz", low=50, high=500)


def ask_choice():
    return guess("01.window", "Which window is longer?", options=["512 samples", "2048 samples"])


def stored(home):
    return json.loads((home / "predictions.json").read_text(encoding="utf-8"))["entries"]


def test_a_number_is_locked_in_from_the_page(home):
    asked = ask_number()
    assert asked.guess is None and "No guess" in asked.widget.feedback
    asked.widget.number = "220"
    assert not (home / "predictions.json").exists()  # typing is not yet a guess
    asked.widget.press()
    assert stored(home)["01.pitch"]["guess"] == 220.0
    assert "Locked in: 220 Hz" in asked.widget.feedback


def test_a_choice_is_locked_in_from_the_page(home):
    asked = ask_choice()
    asked.widget.press()
    assert "Choose one" in asked.widget.feedback and not (home / "predictions.json").exists()
    asked.widget.chosen = 1
    asked.widget.press()
    assert stored(home)["01.window"]["guess"] == "2048 samples"


@pytest.mark.parametrize(
    "typed, says",
    [("", "Write a number"), ("two", "'two'"), ("20", "from 50 to 500"), ("nan", "got nan"), ("inf", "inf")],
)
def test_what_is_no_guess_is_not_stored(home, typed, says):
    asked = ask_number()
    asked.widget.number = typed
    asked.widget.press()
    assert says in asked.widget.feedback and not (home / "predictions.json").exists()


def test_running_the_cell_again_shows_the_guess_and_allows_to_change_it(home):
    ask_number().lock_in(100)
    again = ask_number()
    assert again.guess == 100 and again.widget.number == "100" and not again.widget.locked
    again.lock_in(120)
    assert stored(home)["01.pitch"]["guess"] == 120
    assert ask_choice().widget.chosen == -1
    ask_choice().lock_in("512 samples")
    assert ask_choice().widget.chosen == 0


def test_after_the_answer_the_guess_stands(home):
    asked = ask_number()
    asked.lock_in(100)
    reveal("01.pitch", 200)
    assert asked.widget.locked and ask_number().widget.locked
    asked.widget.number = "200"
    asked.widget.press()
    assert stored(home)["01.pitch"]["guess"] == 100
    with pytest.raises(CourseError, match=r"stands; guess\(\.\.\., again=True\)"):
        guess("01.pitch", "How high is the voice?", unit="Hz", low=50, high=500, guess=200)
    fresh = guess("01.pitch", "How high is the voice?", unit="Hz", low=50, high=500, again=True)
    assert fresh.guess is None and not fresh.widget.locked and "01.pitch" not in stored(home)


def test_a_guess_for_a_question_that_changed_is_not_shown(home):
    ask_choice().lock_in("512 samples")
    changed = guess("01.window", "Which window is longer?", options=["4 ms", "128 ms"])
    assert changed.guess is None and changed.widget.chosen == -1
    assert reveal("01.window", "128 ms").guess is None


def test_a_reveal_compares_numbers_by_relative_distance():
    ask_number().lock_in(220)
    said = str(reveal("01.pitch", 200.0, because="measured."))
    assert said == "Your guess: 220 Hz. Close: 10 % high.\nAnswer: 200 Hz. Measured."


def test_a_reveal_compares_choices_exactly():
    ask_choice().lock_in("512 samples")
    assert "It came out otherwise." in str(reveal("01.window", "2048 samples"))
    ask_choice()
    guess("01.other", "Which one is it?", options=["a", "b"], guess="b")
    assert "That is it." in str(reveal("01.other", "b"))


def test_a_reveal_without_a_guess_still_answers():
    assert str(reveal("01.pitch", 200)) == "No guess stored.\nAnswer: 200."
    ask_number()
    assert str(reveal("01.pitch", 200)) == "No guess stored.\nAnswer: 200 Hz."
    assert "&lt;b&gt;" in reveal("01.pitch", 1, "<b>")._repr_mimebundle_()["text/html"]


def test_an_answer_that_is_none_of_the_options_is_a_fault_of_the_lesson():
    ask_choice()
    with pytest.raises(CourseError, match="one of 512 samples"):
        reveal("01.window", "1024 samples")


@pytest.mark.parametrize(
    "guess, answer, says",
    [
        (200, 200, "Exactly."),
        (190, 200, "Close: 5 % low."),
        (150, 200, "In the right region: 25 % low."),
        (800, 200, "High by a factor of 4"),
        (50, 200, "Low by a factor of 4"),
        (0, 200, "Off by 200."),
        (5, 0, "Off by 5."),
        (-3, 3, "Off by 6."),
        (-800, -200, "High by a factor of 4"),
    ],
)
def test_distances_in_words(guess, answer, says):
    assert says in distance(guess, answer)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: guess("pitch", "How high is it?"),
        lambda: guess("01.pitch", ""),
        lambda: guess("01.pitch", "How high is it?", options=["one"]),
        lambda: guess("01.pitch", "How high is it?", options=["one", "one"]),
        lambda: guess("01.pitch", "How high is it?", low=3, high=3),
        lambda: guess("01.pitch", "How high is it?", guess=True),
        lambda: reveal("pitch", 3),
    ],
)
def test_questions_that_cannot_be_asked(ask):
    with pytest.raises(CourseError, match="expected"):
        ask()


def test_the_static_form_of_a_question_reads_without_a_kernel():
    html = ask_choice()._repr_mimebundle_()["text/html"]
    assert "Predict: Which window is longer?" in html and html.count("<li>") == 2
    assert ask_choice()._repr_mimebundle_()[WIDGET_VIEW]["model_id"]
    assert "a number from 50 to 500 in Hz" in ask_number().text()
    assert repr(ask_number()) == ask_number().text()  # the same twice: no ids, no times


def test_a_store_that_cannot_be_written_does_not_stop_the_lesson(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_HOME", str(tmp_path / "file"))
    asked = ask_number()
    asked.widget.number = "100"
    asked.widget.press()
    assert asked.guess == 100 and "could not be kept" in asked.widget.feedback
    assert "Your guess: 100 Hz" in str(reveal("01.pitch", 200))


def test_a_guess_that_a_full_disk_refused_is_compared_in_this_session(monkeypatch):
    def full(name, key, entry):
        raise DataError("no space left")

    ask_number().lock_in(90)
    monkeypatch.setattr(user_store, "store", full)
    asked = ask_number()
    asked.lock_in(100)
    assert "could not be kept" in asked.widget.feedback
    assert "Your guess: 100 Hz" in str(reveal("01.pitch", 200)) and asked.widget.locked


def test_predictions_survive_a_broken_file(home):
    (home / "predictions.json").write_text("{ broken")
    ask_number().lock_in(100)
    assert user_store.entries("predictions")["01.pitch"]["guess"] == 100
    assert (home / "predictions.broken-1.json").exists()


@pytest.fixture(scope="module")
def explorer():
    return ToneExplorer()


def test_a_control_moved_on_the_page_updates_everything(explorer):
    explorer.set(frequency=300, amplitude=0.5)
    stage = explorer.figure_widget
    before = (stage.png, stage.alt, stage.text, stage.wav, stage.caption)
    explorer.controls["frequency"].value = 400
    assert all(
        now != then for now, then in zip((stage.png, stage.alt, stage.text, stage.wav, stage.caption), before)
    )
    assert (
        stage.png.startswith(b"\x89PNG") and len(stage.wav) == 44 + 2 * 16_000 and "400 Hz" in stage.caption
    )


@pytest.mark.parametrize("wrong", [{"amplitude": 9.0}, {"amplitude": -1}, {"colour": "red"}])
def test_settings_that_do_not_exist_are_refused_and_nothing_moves(explorer, wrong):
    explorer.set(frequency=500)
    before = explorer.values
    with pytest.raises(CourseError, match="expected"):
        explorer.set(frequency=200, **wrong)
    assert explorer.values == before


def test_the_tone_explorer_moves_pitch_and_loudness_apart():
    explorer = ToneExplorer().set(frequency=400)
    assert "400 Hz" in explorer.figure_widget.text and "8 times in the 20 ms" in explorer.figure_widget.text
    quiet = explorer.set(amplitude=0.1).figure_widget
    assert "400 Hz" in quiet.text and "0.10 of the largest" in quiet.text


class Fragile(Explorer):
    title = "An explorer of the test's own"

    def __init__(self):
        super().__init__(
            count=slider("Count", 0, 9, 1, 1, form=".0f"),
            kind=choice("Kind", ["a", "b"], "a"),
            size=steps("Size", [1, 2, 4], 2),
        )

    def picture(self, ax, count, kind, size):
        show_wave([0.0, 1 / count], ax)
        return f"A line that rises to {1 / count:.2f} in one step.", f"count {count:.0f} <{kind}> {size}"


def test_what_a_modify_task_asks_for_is_noticed_when_it_is_found():
    explorer = ToneExplorer().seek("a tone above 900 Hz", lambda now: now["frequency"] > 900)
    assert explorer.figure_widget.text.endswith("○ To find: a tone above 900 Hz.")
    assert explorer.set(frequency=940).figure_widget.text.endswith("✔ Found: a tone above 900 Hz.")
    assert "✔ Found" in explorer.set(frequency=200).figure_widget.text  # what was found stays found
    at_once = ToneExplorer().seek("a tone", lambda now: True)
    assert "○ To find" in at_once.text() and "✔" in at_once.set(amplitude=0.2).text()
    back = ToneExplorer().seek("where it began", lambda now: now["frequency"] == 200)
    assert "✔" not in back.set(frequency=400).text() and "✔" in back.set(frequency=200).text()


def test_exceptions_surface_in_code():
    with pytest.raises(ZeroDivisionError):
        Fragile().set(count=0)


def test_exceptions_are_shown_on_the_page_and_go_away_again():
    explorer = Fragile()
    picture = explorer.figure_widget.png
    explorer.controls["count"].value = 0
    assert "ZeroDivisionError" in explorer.figure_widget.error and explorer.figure_widget.png == picture
    explorer.controls["count"].value = 2
    assert explorer.figure_widget.error == "" and "count 2" in explorer.figure_widget.text


def test_the_first_picture_stands_without_a_kernel():
    bundle = Fragile()._repr_mimebundle_()
    assert re.search(r'<img alt="A line that rises to 1.00 in one step."', bundle["text/html"])
    assert "count 1 &lt;a&gt; 2" in bundle["text/html"] and "Count, Kind, Size" in bundle["text/html"]
    assert bundle[WIDGET_VIEW]["model_id"] and "An explorer of the test's own" in bundle["text/plain"]


def test_an_explorer_without_alt_text_is_refused():
    class Silent(Fragile):
        def picture(self, ax, **values):
            return "", ""

    with pytest.raises(CourseError, match="alt text"):
        Silent()
