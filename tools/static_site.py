"""The solved course as a folder of pages that needs no server and no network: `make site`.

One page a lesson (nbconvert, from the instructors' notebooks, without the speaker's notes; solutions stand folded),
the documents for students, a search whose index is a script, because a page opened as a file may not fetch.
Open build/site/index.html.
"""

import argparse
import itertools
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


import jinja2
import nbformat
from build_notebooks import ROOT, instructor_path, sources
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES
from site_html import fit, sections
from slides import MathMLRenderer, title_of, without_marks
from strip_solutions import BEGIN, open_source

TEMPLATE = Path(__file__).resolve().parent / "site_template"
SITE = ROOT / "build" / "site"
COURSE = "Transfer Learning by Ear"
INDEX = "search_index.js"
DOCS = (  # what a student may want to read, in this order; those that are not written yet are left out
    "glossary", "cheat_sheet", "further_reading", "results", "synthetic", "adding_a_corpus", "access",
)  # fmt: skip
LIGHT, DARK = "default", "github-dark"  # Pygments' styles


@dataclass(eq=False)
class Page:
    """One page of the site: `name`.html; `source` is its path in the repository."""

    name: str
    title: str
    source: str
    lesson: bool = False
    html: str = ""
    before: "Page" = None
    after: "Page" = None


def markdown(source: str) -> str:
    """Markdown with formulas as HTML; headings get their anchors later."""
    return MarkdownWithMath(renderer=MathMLRenderer(escape=False, exclude_anchor_links=True)).render(source)


def lesson_html(notebook) -> str:
    """The body of a lesson: everything but the speaker's notes."""
    notebook.cells = [cell for cell in notebook.cells if "notes" not in cell.metadata.get("tags", [])]
    exporter = HTMLExporter(template_name=TEMPLATE.name, extra_template_basedirs=[str(TEMPLATE.parent)])
    exporter.register_filter("markdown2html", markdown)
    exporter.register_filter("without_marks", without_marks)
    exporter.register_filter("opened", open_source)
    exporter.register_filter("has_marks", lambda source: BEGIN in source)
    return exporter.from_notebook_node(notebook)[0]


def index_html(readme: str, titles: dict) -> str:
    """The first page: what README.md says of the course, its lessons as a list, and the other pages."""
    parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", readme, re.M | re.S))
    head = re.match(r"# .+?(?=^## )", readme, re.M | re.S)[0]
    rows = re.findall(r"^\| (\d\d) \| \[([^\]]+)\]\(([^)]+)\) \| (.+?) \|$", parts["The course"], re.M)
    row = '<li><a href="{2}"><span class="number">{0}</span><span class="title">{1}</span> <span class="what">{3}</span></a></li>'
    lessons = "\n".join(row.format(*cells) for cells in rows)
    others = "\n".join(f"- [{title}]({path})" for path, title in titles.items())
    return "\n".join(
        [
            markdown(head),
            f'<h2>The course</h2>\n<ol class="lessons">{lessons}</ol>',
            markdown(f"## To look things up\n\n{others}\n\n## To run it yourself\n{parts['Two commands']}"),
        ]
    )


def code_colours() -> str:
    """Pygments' light and dark colours in one style sheet."""
    styles, rules = [get_style_by_name(name) for name in (LIGHT, DARK)], []
    for token, css in STANDARD_TYPES.items():
        light, dark = (style.style_for_token(token)["color"] for style in styles)
        if css and (light or dark):
            light, dark = (f"#{colour}" if colour else "var(--ink)" for colour in (light, dark))
            rules.append(f".highlight .{css} {{ color: light-dark({light}, {dark}); }}")
    return "\n".join(rules)


def build(folder: Path, only=None) -> list[Page]:
    """Write the site to `folder`, anew. Returns its pages."""
    pages = [Page("index", COURSE, "README.md")]
    notebooks = {}
    for source in sources(only):
        notebook = nbformat.read(instructor_path(source), as_version=4)
        notebooks[source.stem] = notebook
        pages.append(Page(source.stem, title_of(notebook), f"notebooks/{source.stem}.ipynb", lesson=True))
    for name in DOCS:
        path = ROOT / "docs" / f"{name}.md"
        if path.exists():
            title = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
            pages.append(Page(name, title, f"docs/{name}.md"))
    for first, second in itertools.pairwise(pages):
        first.after, second.before = second, first

    known = {page.source: f"{page.name}.html" for page in pages}
    known |= {f"notebooks/instructor/{page.name}.ipynb": f"{page.name}.html" for page in pages if page.lesson}
    files, index = {}, []
    for picture in [*(ROOT / "docs").glob("images/*.*"), *(ROOT / "docs").glob("cheat_sheet.p*")]:
        files[f"media/{picture.name}"] = picture.read_bytes()
        known[picture.relative_to(ROOT).as_posix()] = f"media/{picture.name}"
    for page in pages:
        text = (ROOT / page.source).read_text(encoding="utf-8") if not page.lesson else ""
        if page.name == "index":
            html = index_html(text, {other.source: other.title for other in pages[1:] if not other.lesson})
        else:
            html = lesson_html(notebooks[page.name]) if page.lesson else markdown(text)
        soup = fit(html, folder=Path(page.source).parent.as_posix(), pages=known, files=files)
        index += sections(soup, page.name, page.title)
        page.html = str(soup)
    _write(folder, pages, files, index)
    return pages


def _write(folder, pages, files, index):
    layout = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATE), autoescape=False).get_template(
        "page.html.j2"
    )
    if folder.exists() and any(folder.iterdir()):
        if not (folder / INDEX).exists():
            raise SystemExit(f"{folder} holds something that is no site; name an empty folder or a new one")
        shutil.rmtree(folder)
    (folder / "media").mkdir(parents=True, exist_ok=True)
    for page in pages:
        html = layout.render(page=page, pages=pages, course=COURSE)
        (folder / f"{page.name}.html").write_text(html, encoding="utf-8")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    style = (TEMPLATE / "site.css").read_text(encoding="utf-8")
    (folder / "site.css").write_text(f"{style}\n{code_colours()}\n", encoding="utf-8")
    (folder / "site.js").write_text((TEMPLATE / "site.js").read_text(encoding="utf-8"), encoding="utf-8")
    script = f"window.COURSE_INDEX = {json.dumps(index, ensure_ascii=False, separators=(',', ':'))};\n"
    (folder / INDEX).write_text(script, encoding="utf-8")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NN", help="lesson numbers, such as 00 01")
    parser.add_argument("--out", type=Path, default=SITE, help="folder for the site, made anew (build/site)")
    given = parser.parse_args(arguments)
    pages = build(given.out, given.only)
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file())
    print(f"{given.out / 'index.html'}: {len(pages)} pages, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
