"""Conclusions: the sentence follows the condition, every name that is referred to exists, and the stored runs agree."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from course_lib.errors import CourseError
from course_lib.teaching.conclusions import conclude

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import build_notebooks as builder  # noqa: E402
import conclusions  # noqa: E402

SOURCES = builder.sources()
EACH = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


@pytest.mark.parametrize("holds, text", [(True, "It won."), (np.bool_(False), "It did not."), (1, "It won.")])
def test_the_sentence_follows_the_condition_and_the_outcome_is_kept(holds, text):
    data, metadata = conclude("08.won", holds, yes="It won.", no="It did not.")._repr_mimebundle_()
    assert data == {"text/plain": text, "text/html": f'<p class="conclusion">{text}</p>'}
    assert metadata == {"conclusion": {"name": "08.won", "holds": bool(holds)}}


def test_code_and_emphasis_are_shown_and_nothing_else_is_taken_for_html():
    shown = conclude("08.won", True, yes="`f < g`, *much*\n    more than 2 * 3 * 4", no="-")
    assert shown._repr_mimebundle_()[0]["text/html"] == (
        '<p class="conclusion"><code>f &lt; g</code>, <em>much</em> more than 2 * 3 * 4</p>'
    )
    assert repr(shown) == "f < g, much more than 2 * 3 * 4"


@pytest.mark.parametrize(
    "given, says",
    [
        (("won", True, "a", "b"), "a name like"),
        (("07.Won", True, "a", "b"), "a name like"),
        (("08.won", 0.3, "a", "b"), "True or False"),
        (("08.won", None, "a", "b"), "True or False"),
        (("08.won", np.ones(3), "a", "b"), "True or False"),
        (("08.won", True, "a", " "), "a sentence for each case"),
    ],
)
def test_what_is_no_conclusion_is_refused(given, says):
    with pytest.raises(CourseError, match=says):
        conclude(*given)


@EACH
def test_the_conclusions_of_a_lesson_are_its_own_and_stand_alone_in_their_cells(source):
    names = conclusions.concluded(source)
    assert len(set(names)) == len(names) and all(name[:2] == source.name[:2] for name in names)
    alone = [cell for cell in builder.instructor(source).cells if cell.source.startswith("conclude(")]
    assert len(alone) == len(names), "a conclusion is the only call of its cell, so that it reads as prose"
    assert all(cell.metadata["jupyter"] == {"source_hidden": True} for cell in alone)


def test_every_name_that_is_referred_to_exists():
    names = {name for source in SOURCES for name in conclusions.concluded(source)}
    unknown = [(file, name) for file, name in conclusions.references() if name not in names]
    assert unknown == []


def test_no_reference_is_lost_at_the_end_of_a_line():
    for path in (path for pattern in conclusions.READERS for path in ROOT.glob(pattern)):
        comments = re.findall(r"<!--\W*conclusions?:.*?-->", path.read_text(encoding="utf-8"), re.DOTALL)
        lost = [each for each in comments if "\n" in each or not conclusions.REFERENCE.search(each)]
        assert lost == [], path.name


def test_references_are_found_in_every_kind_of_file():
    for text in ("<!-- conclusion: 08.a -->", "  # conclusion: 08.a", "<!-- conclusions: 08.a, 09.b_2 -->"):
        assert conclusions.REFERENCE.findall(text)[0].split(", ")[0] == "08.a"
    assert not conclusions.REFERENCE.findall("the conclusion: it won")


@EACH
def test_every_conclusion_holds_in_the_stored_run(source):
    outcomes = conclusions.stored(source)
    assert {
        name: outcomes.get(name) for name in conclusions.concluded(source) if not outcomes.get(name, [0])[0]
    } == {}


@EACH
def test_a_lesson_is_given_another_seed_behind_its_own(source):
    sources = [cell.source for cell in conclusions.parameterized(source, 3).cells if cell.cell_type == "code"]
    own = next(place for place, text in enumerate(sources) if re.search(r"^SEED = 0\b", text, re.MULTILINE))
    assert re.search(r"^SEED = 3$", sources[own + 1], re.MULTILINE)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [1, 2])
@EACH
def test_every_conclusion_holds_with_other_seeds(source, seed):
    outcomes = conclusions.run(source, seed)
    assert list(outcomes) == conclusions.concluded(source)
    assert {name: text for name, (holds, text) in outcomes.items() if not holds} == {}


def test_slides_show_the_sentence_and_not_the_call():
    import nbformat
    import slides

    cell = nbformat.v4.new_code_cell('conclude("08.won", True, yes="It won.", no="It did not.")')
    cell.metadata = {"tags": ["remove-input"], "slideshow": {"slide_type": "slide"}}
    data, metadata = conclude("08.won", True, yes="It won.", no="It did not.")._repr_mimebundle_()
    cell.outputs = [nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)]
    page = slides.slides(nbformat.v4.new_notebook(cells=[cell]), "Title")
    assert re.search(r'<p class="conclusion">It won.</p>', page) and "It did not." not in page
