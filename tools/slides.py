"""Slides of every lesson from the instructors' notebooks, each one file that needs no network: `make slides`.

nbconvert's slides with reveal.js (MIT, a copy lies in slides_template/reveal) put inside; formulas become MathML,
which browsers draw themselves. Press S for the speaker's notes, ? for the keys.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from build_notebooks import ROOT, instructor_path, sources
from latex2mathml.converter import convert
from nbconvert.exporters import SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter
from strip_solutions import BEGIN, END

TEMPLATE = Path(__file__).resolve().parent / "slides_template"
REVEAL = TEMPLATE / "reveal"
CODE_STYLE = "xcode"  # the one style of pygments with many colours that all have 4.5:1 on #f4f4f4
SLIDES = ROOT / "build" / "slides"


class MathMLRenderer(IPythonRenderer):
    """Markdown to HTML with formulas as MathML in place of source for a script from elsewhere."""

    def inline_math(self, body):
        return convert(body)

    def block_math(self, body):
        return convert(body, display="block")

    def multiline_math(self, text):
        return convert(text.strip().strip("$"), display="block")


def markdown(source: str) -> str:
    """Markdown with formulas as a piece of HTML.

    >>> markdown("a $x^2$").strip().replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    '<p>a <math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math></p>'
    """
    # a page of slides stands alone: words that link into the course's folders stay, their links go
    here = re.sub(r"\[([^\]]+)\]\((?:\.\./)+[^)]+\)", r"\1", source)
    return MarkdownWithMath(renderer=MathMLRenderer(escape=False)).render(here)


def slides(notebook, title: str) -> str:
    """The slides of a notebook as one HTML page."""
    exporter = SlidesExporter(template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)])
    exporter.register_filter("markdown2html", markdown)
    exporter.register_filter("without_marks", without_marks)
    css = [
        (REVEAL / "reveal.css").read_text(encoding="utf-8"),
        (TEMPLATE / "slides.css").read_text(encoding="utf-8"),
    ]
    script = "\n".join((REVEAL / name).read_text(encoding="utf-8") for name in ("reveal.js", "notes.js"))
    resources = {
        "course_title": title,
        "course_css": "\n".join([*css, HtmlFormatter(style=CODE_STYLE).get_style_defs(".highlight")]),
        "course_js": script.replace("</script", "<\\/script"),  # the notes window's page lies in a string
    }
    page, _ = exporter.from_notebook_node(notebook, resources=resources)
    return page


def without_marks(source: str) -> str:
    """A solved cell without the lines that mark its solution."""
    return "\n".join(line for line in source.split("\n") if line.strip() not in (BEGIN, END))


def title_of(notebook) -> str:
    """The lesson's heading."""
    return notebook.cells[0].source.splitlines()[0].lstrip("# ").strip()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NN", help="lesson numbers, such as 00 01")
    parser.add_argument("--out", type=Path, default=SLIDES, help="folder for the pages (build/slides)")
    given = parser.parse_args(arguments)
    from course_lib.paths import atomic_file

    for source in sources(given.only):
        notebook = nbformat.read(instructor_path(source), as_version=4)
        page = slides(notebook, title_of(notebook))
        target = given.out / f"{source.stem}.html"
        with atomic_file(target) as part:
            part.write_text(page, encoding="utf-8")
        print(f"{target}: {len(page.encode()) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
