"""What lessons and guides quote from the talks behind the course stands there, word for word."""

import os
import re
from itertools import pairwise
from pathlib import Path

import build_notebooks as builder
import pytest

from course_lib import paths

SOURCES = Path(os.environ.get("COURSE_SOURCES") or paths.PROJECT.parent / "shared" / "sources")
TEXTS = sorted(SOURCES.glob("*.txt"))
TITLES = (
    "Some of Our Learnings on Transfer Learning",
    "Minutes: Speaker Diarization and Tech Talk",
    "A simple introduction to transfer learning with audio detection",
    "Continuous Training with Transfer Learning",
    "Neural Networks: Transfer Learning",
    "Intro to Speaker Recognition with PyTorch",
)
NAMES_A_TALK = re.compile(r"\b[Tt]alks?\b|\bsource (?:tells|says|prints)\b|" + "|".join(TITLES))
PAGES = sorted([*builder.ROOT.glob("*.md"), *builder.ROOT.glob("docs/**/*.md")])


def plain(text):
    """Without marks of emphasis and quotation, all white space one space."""
    text = text.translate({ord("“"): '"', ord("”"): '"', ord("’"): "'"})
    return re.sub(r"\s+", " ", re.sub(r"`[^`]*`|<!--.*?-->|[*_]|^> ?", "", text, flags=re.M)).strip()


def quotations(text):
    """What a text quotes where it names a talk, and in a block that begins with a quotation mark; three words or more."""
    blocks = ["", *re.split(r"\n\s*\n|\n>\s*\n|\n(?=[-*] |\d+\. |\| )", text)]
    said = []
    for before, block in pairwise(blocks):
        if "Misconception" in block:
            continue
        introduced = NAMES_A_TALK.search(before) and before.rstrip().endswith(":")
        if NAMES_A_TALK.search(plain(block)) or introduced or block.startswith('> "'):
            said += re.findall(r'"([^"]+?)[.,]?"', plain(block))
    return [each for each in said if len(each.split()) > 2]


def everything():
    """(where, quotation) of all lessons and guides."""
    for source in builder.sources():
        cells = [cell.source for cell in builder.instructor(source).cells if cell.cell_type == "markdown"]
        yield from ((source.stem, each) for cell in cells for each in quotations(cell))
    for page in PAGES:
        yield from ((page.name, each) for each in quotations(page.read_text(encoding="utf-8")))


def test_quotations_are_found_where_a_talk_is_named():
    text = 'The talk says: "pop off the\n*last* few layers."\n\nSomebody asks "and what is left?"'
    assert quotations(text) == ["pop off the last few layers"]
    assert quotations('As a talk quotes:\n\n> "Situation where something is learned" (2016)') != []
    assert quotations('> **Misconception: "the talk is right in all".** It is not.') == []
    assert quotations('- "A. Title of a book". Look for it.\n- "Neural Networks: Transfer Learning".') == [
        "Neural Networks: Transfer Learning"
    ]


def test_the_lessons_quote_the_talks():
    assert len({where for where, _ in everything()}) > 5


@pytest.mark.skipif(
    not TEXTS, reason="the talks are not here: COURSE_SOURCES is not set and ../shared/sources is not there"
)
def test_every_quotation_is_verbatim():
    talks = plain("\n".join(path.read_text(encoding="utf-8") for path in TEXTS))
    assert [(where, said) for where, said in everything() if said not in talks] == []
