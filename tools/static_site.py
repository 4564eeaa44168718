"""The solved course as a site that needs no server and no network: `make site`, then open build/site/index.html.

Sphinx with MyST-NB and the Sphinx book theme makes the pages, with the settings of docs/conf.py. What is written here
lays out their sources in one folder: the instructors' notebooks without the speaker's notes and with folded solutions,
the documents for students, and an index page made of README.md. Nothing is executed.
"""

import argparse
import base64
import copy
import hashlib
import importlib.util
import json
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from build_notebooks import ROOT, instructor_path, sources
from slides import without_marks
from strip_solutions import BEGIN, open_source

from course_lib.teaching.syllabus import load_syllabus

SITE = ROOT / "build" / "site"
SOURCES = "site_sources"  # beside the site
BUILT = ".buildinfo"  # Sphinx writes it into every site
DOCUMENTS = (  # what a student may want to read, in this order; those that are not written yet are left out
    "glossary", "cheat_sheet", "recipes", "further_reading", "results", "project", "synthetic", "adding_a_corpus", "access",
)  # fmt: skip
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
LIVE_SOUND = re.compile(r'data-sound="(\w+)" src="data:audio/wav;base64,([A-Za-z0-9+/=]+)"')
STORED = re.compile(r"data:(?:image/(png|jpeg)|audio/(wav));base64,([A-Za-z0-9+/=]+)")
FOR_READING = """:::{note}
Figures, sounds and results are stored here, and pictures with buttons of their own can be moved and heard. To move the
other explorers, to train, and to have your answers checked, open the lesson in Jupyter.
:::"""


def contents(only=None) -> list[tuple[str, list]]:
    """[(part, its lessons)] in the order of the syllabus; `only` is a list of lesson numbers, or None for all."""
    syllabus = load_syllabus()
    parts = [
        (
            f"Part {part.number}: {part.title}",
            [one for one in syllabus.of_part(part.number) if one.number in (only or one.number)],
        )
        for part in syllabus.parts
    ]
    return [(title, lessons) for title, lessons in parts if lessons]


def lay_out(folder: Path, only=None) -> int:
    """Write everything that Sphinx reads into `folder`, which must be empty. Returns the number of pages."""
    parts = contents(only)
    lessons = [source.stem for source in sources(only)]
    documents = [name for name in DOCUMENTS if (ROOT / "docs" / f"{name}.md").exists()]
    pages = {f"notebooks/{name}.ipynb": f"{name}.ipynb" for name in lessons}
    pages |= {f"notebooks/instructor/{name}.ipynb": f"{name}.ipynb" for name in lessons}
    pages |= {f"docs/{name}.md": f"{name}.md" for name in documents}
    for file in [*(ROOT / "docs" / "images").glob("*.*"), *(ROOT / "docs").glob("cheat_sheet.p*")]:
        pages[file.relative_to(ROOT).as_posix()] = file.name
        shutil.copyfile(file, folder / file.name)
    media = folder / "_extra" / "media"
    media.mkdir(parents=True)
    for name in lessons:
        notebook = nbformat.read(instructor_path(ROOT / "notebooks" / f"{name}.ipynb"), as_version=4)
        notebook.cells = [new for cell in notebook.cells for new in lesson_cells(cell, pages, media)]
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell(FOR_READING))
        nbformat.write(notebook, folder / f"{name}.ipynb")
    titles = {}
    for name in documents:
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        titles[name] = text.splitlines()[0].lstrip("# ")
        (folder / f"{name}.md").write_text(lead(text, "docs", pages), encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    index = index_page(readme, parts, titles)
    (folder / "index.md").write_text(lead(index, ".", pages), encoding="utf-8")
    return 1 + len(lessons) + len(documents)


def lesson_cells(cell, pages, media) -> list:
    """The cells of the site for one cell of an instructors' notebook: none for a note, two for an exercise to fill."""
    tags = cell.metadata.get("tags", [])
    if "notes" in tags:
        return []
    cell.metadata.pop("slideshow", None)
    if cell.cell_type == "markdown":
        cell.source = lead(cell.source, "notebooks/instructor", pages)
        return [cell]
    for output in cell.get("outputs", []):
        if "text/html" in output.get("data", {}):
            output["data"]["text/html"] = without_kernel(output["data"]["text/html"], media)
    if "solution" not in tags:
        return [cell]
    exercise = copy.deepcopy(cell)
    exercise.source, exercise.outputs, exercise.id = open_source(cell.source), [], f"{cell.id}-open"
    cell.metadata["tags"] = [*tags, "hide-input"]
    solved = BEGIN in cell.source
    cell.source = without_marks(cell.source)
    return [exercise, cell] if solved else [cell]


def without_kernel(html: str, media: Path) -> str:
    """A stored output fit for a page without a kernel: pictures, sounds and live data in files, answers folded, no guesses."""

    def to_file(match):
        data = base64.b64decode(match[3])
        name = f"{hashlib.blake2b(data, digest_size=8).hexdigest()}.{match[1] or match[2]}"
        (media / name).write_bytes(data)
        return f"media/{name}"

    sounds = dict(LIVE_SOUND.findall(html))
    soup = BeautifulSoup(STORED.sub(to_file, html), "html.parser")
    for live in soup.select(".course-live"):
        live_to_files(live, sounds, media)
    for image in soup.find_all("img"):
        image["loading"] = "lazy"
        image.wrap(soup.new_tag("div", attrs={"class": "picture", "tabindex": "0"}))
    for audio in soup.find_all("audio"):
        audio["preload"] = "none"
    for box in soup.find_all("div", recursive=False):
        text = box.get_text()
        if text.startswith("No guess stored."):
            box.contents[0].extract()
            box.find("br").extract()
            fold = box.wrap(soup.new_tag("details", attrs={"class": "answer"}))
            summary = soup.new_tag("summary")
            summary.string = "Answer"
            fold.insert(0, summary)
        elif text.startswith("Predict: "):
            for line in box.find_all("p", string=re.compile("^No guess locked in yet")):
                line.extract()
    return str(soup)


def live_to_files(live, sounds: dict, media: Path) -> None:
    """Move a live picture's data and module, which many pages share, to files: scripts, as a page opened as a file may not fetch."""
    values, module = live.find_all("script")
    stored = json.loads(values.string)
    stored["blobs"] |= sounds
    text = json.dumps(stored, separators=(",", ":"))
    key = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    name = f"{hashlib.blake2b(module.string.encode(), digest_size=8).hexdigest()}.js"
    (media / f"{key}.js").write_text(
        f'(window.courseStored=window.courseStored||{{}})["{key}"]={text};', "utf-8"
    )
    (media / name).write_text(module.string, "utf-8")
    for tag, file in ((values, f"{key}.js"), (module, name)):
        tag.clear()
        tag.attrs = {"src": f"media/{file}", "defer": "", "data-stored": key}


def lead(text: str, folder: str, pages: dict) -> str:
    """Markdown that lies in `folder` of the repository, with its links leading to the pages of the site.

    pages   {path in the repository: file of the site}; a link to anything else there becomes plain text
    """

    def link(match):
        mark, words, address = match.groups()
        target, _, anchor = address.partition("#")
        if "://" in target or target.startswith("mailto:") or not target:
            return match[0]
        page = pages.get(posixpath.normpath(posixpath.join(folder, target)))
        return f"{mark}[{words}]({page}{'#' if anchor else ''}{anchor.lower()})" if page else words

    return LINK.sub(link, text)


def index_page(readme: str, parts: list, documents: dict) -> str:
    """The first page: what README.md says of the course, its lessons with a line each, and the other pages."""
    head = re.match(r"# .+?(?=^## )", readme, re.M | re.S)[0]
    commands = re.search(r"^## Two commands\n(.*?)(?=^## )", readme, re.M | re.S)[1]
    page = [head.strip(), "## The course"]
    for title, lessons in parts:
        lines = [f"- {one.number} [{one.title}](notebooks/{one.stem}.ipynb): {one.line}" for one in lessons]
        page += [f"### {title}", "\n".join(lines), toctree(title, [one.stem for one in lessons])]
    page += ["## To look things up", toctree("To look things up", documents)]
    page += ["\n".join(f"- [{title}](docs/{name}.md)" for name, title in documents.items())]
    return "\n\n".join([*page, f"## To run it yourself\n{commands.rstrip()}"])


def toctree(caption: str, names) -> str:
    """A piece of the contents beside every page."""
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```"])


def build(folder: Path, only=None) -> int:
    """Write the site to `folder`, anew. Returns the number of its pages; raises SystemExit where a page has a fault."""
    if importlib.util.find_spec("myst_nb") is None:
        raise SystemExit("the site is made with Sphinx and MyST-NB, which need Python 3.11 or newer")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / BUILT).exists():
            raise SystemExit(f"{folder} holds something that is no site; name an empty folder or a new one")
        shutil.rmtree(folder)
    laid_out = folder.resolve().parent / SOURCES
    if laid_out.exists() and not (laid_out / "_extra").is_dir():
        raise SystemExit(f"{laid_out} was not written by this tool; move it away, or name another folder")
    shutil.rmtree(laid_out, ignore_errors=True)
    laid_out.mkdir(parents=True)
    count = lay_out(laid_out, only)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-c", ROOT / "docs"]
    command += [
        "-d",
        laid_out / "_doctrees",
        "-D",
        f"html_extra_path={laid_out / '_extra'}",
        laid_out,
        folder,
    ]
    if subprocess.run(command).returncode:
        raise SystemExit(
            "Sphinx named what is wrong above; mend it in the lesson, the document or docs/conf.py"
        )
    return count


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NN", help="lesson numbers, such as 00 01")
    parser.add_argument("--out", type=Path, default=SITE, help="folder for the site, made anew (build/site)")
    given = parser.parse_args(arguments)
    count = build(given.out, given.only)
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file())
    print(f"{given.out / 'index.html'}: {count} pages, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
