"""`course run`: execute the lessons on any corpus and leave notebooks, pages, times and peak memory.

It runs the instructors' version, because there every exercise is solved and every check gives an answer; in the
students' version they say "not attempted yet". The kernel is this very interpreter, in notebooks/ as in the lab.
"""

import json
import os
import shutil
import sys
import tempfile
import threading
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

from course_lib import paths, seeding
from course_lib.cli._options import seed
from course_lib.errors import CourseError

LOOK_EVERY = 0.05  # seconds between two looks at the kernel's memory
PATIENCE = 1800  # seconds that one cell may take, in the full profile on a slow machine


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "run",
        help="execute the lessons, with times, peak memory and an HTML page of each",
        description="Executes the lessons and writes notebooks, pages and an index. A lesson that fails is named "
        "with its cell; the others still run, and the exit status is 1.",
    )
    parser.add_argument(
        "--corpus", help="a corpus by name or folder for every lesson (default: each lesson's own)"
    )
    parser.add_argument("--profile", default="quick", choices=("quick", "full"), help="default: quick")
    parser.add_argument("--seed", type=seed, default=0, help="default: 0")
    parser.add_argument(
        "--lessons", nargs="*", default=[], metavar="NN", help='such as 00 01 or "00 01"; default: all'
    )
    parser.add_argument("--students", action="store_true", help="the students' version, exercises open")
    parser.add_argument(
        "--out", type=Path, default=Path("runs"), help="the folder for the results (default: runs)"
    )
    parser.set_defaults(run=run)


def run(arguments) -> int:
    notebooks = find_lessons(" ".join(arguments.lessons).split(), students=arguments.students)
    corpus = arguments.corpus and check_corpus(arguments.corpus)
    out = arguments.out.expanduser().resolve()
    refuse_what_no_run_made(out, notebooks)
    from course_lib.cli import _report

    parameters = {"PROFILE": arguments.profile, "SEED": arguments.seed}
    settings = {"corpus": corpus or "each lesson's own"}
    settings |= {name.lower(): value for name, value in parameters.items()}
    parameters |= {"CORPUS": corpus} if corpus else {}
    settings["version"] = "students'" if arguments.students else "instructors'"
    known, about, done = earlier_times(out, settings), _report.describe(settings), []
    if known:
        print(f"{len(notebooks)} lessons; {sum(known.get(n.stem, 0) for n in notebooks):.0f} s the last time")
    for number, notebook in enumerate(notebooks, 1):
        expected = f", {known[notebook.stem]:.0f} s the last time" if notebook.stem in known else ""
        print(f"[{number}/{len(notebooks)}] {notebook.stem}{expected} ...", flush=True)
        done.append(run_lesson(notebook, parameters, out))
        print("    " + one_line(done[-1]), flush=True)
        _report.write(out, about, done)
    failed = [lesson for lesson in done if not lesson["passed"]]
    for lesson in failed:
        print(f"\n{lesson['name']} failed\n{lesson['error']}", file=sys.stderr)
    print(f"\n{len(done) - len(failed)} of {len(done)} lessons passed: {out / 'index.html'}")
    return 1 if failed else 0


def title_of(notebook) -> str:
    """The first heading of a notebook's file."""
    first = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"][0]["source"]
    return "".join(first).splitlines()[0].lstrip("# ").strip()


def find_lessons(numbers=(), *, students=False) -> list[Path]:
    """The notebooks of these lessons ("00", "1"), in order; all without numbers. CourseError names the unknown."""
    folder = paths.home() / "notebooks" / ("" if students else "instructor")
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    wanted = {number.zfill(2) for number in numbers}
    unknown = wanted - {path.name[:2] for path in found}
    if unknown or not found:
        open_ones = not students and sorted((paths.home() / "notebooks").glob("[0-9][0-9]_*.ipynb"))
        instead = "run the students' version: --students" if open_ones else "build them: make notebooks"
        there = ", ".join(path.name[:2] for path in found) or f"none in {folder}; {instead}"
        what = f"no lesson {', '.join(sorted(unknown))}" if unknown else "no lessons"
        raise CourseError(f"{what}; there are {there}")
    return [path for path in found if not wanted or path.name[:2] in wanted]


def check_corpus(corpus: str) -> str:
    """The corpus as the lessons get it: a name, or a folder's full path. Fails now rather than in every lesson."""
    from course_lib.data import load
    from course_lib.data.importing import too_few

    folder = Path(corpus).expanduser()
    corpus = str(folder.resolve()) if (folder / "manifest.csv").is_file() else corpus
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        loaded = load(corpus)
    told = [*(note.message for note in notes), *too_few(loaded)]
    for text in [f"corpus: {loaded}", *(f"note: {note}" for note in told)]:
        print(text, flush=True)
    return corpus


def refuse_what_no_run_made(out: Path, notebooks):
    """CourseError where a file that would be written is there, and no run has left it: your notebooks, your page."""
    names = [
        "index.html",
        "index.json",
        *(f"{path.stem}{end}" for path in notebooks for end in (".ipynb", ".html")),
    ]
    there = [name for name in names if (out / name).exists()]
    try:
        ours = "lessons" in json.loads((out / "index.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        ours = False
    if there and not ours:
        raise CourseError(
            f"{out} holds {there[0]}, which no `course run` made and which would be lost; choose another --out"
        )


def earlier_times(out: Path, settings: dict) -> dict:
    """Seconds by lesson from the last run with the same settings; empty if there is none."""
    try:
        earlier = json.loads((out / "index.json").read_text(encoding="utf-8"))
        same = all(earlier.get(name) == value for name, value in settings.items())
        return {lesson["name"]: lesson["seconds"] for lesson in earlier["lessons"]} if same else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def one_line(lesson: dict) -> str:
    state = "passed" if lesson["passed"] else "FAILED"
    return f"{state} in {lesson['seconds']:.1f} s, peak memory {lesson['megabytes']:.0f} MB"


def run_lesson(notebook: Path, parameters: dict, out: Path) -> dict:
    """Execute one lesson. Its notebook and page appear in `out` when they are whole, also when it failed."""
    from course_lib.cli._memory_monitor import Watch

    with tempfile.TemporaryDirectory() as folder, kernel_surroundings(Path(folder)):
        part, errors, watch = Path(folder, notebook.name), [], Watch()
        worker = threading.Thread(target=execute, args=(notebook, part, parameters, errors), daemon=True)
        started = time.monotonic()
        worker.start()  # a thread, so that this one can look at the memory and hear Ctrl-C
        try:
            while worker.is_alive():
                watch.look()
                worker.join(LOOK_EVERY)
        except KeyboardInterrupt:
            watch.end_all()
            worker.join(10)
            raise
        seconds = time.monotonic() - started
        if part.exists():
            keep(part, out)
    return {
        "name": notebook.stem,
        "passed": not errors,
        "seconds": round(seconds, 1),
        "megabytes": round(watch.peak / 1e6),
        "error": "\n".join(errors),
    }


def execute(notebook, part, parameters, errors):
    """Let papermill execute `notebook` into `part`; put into `errors` which cell failed, and why."""
    import papermill

    try:
        papermill.execute_notebook(
            notebook,
            part,
            parameters=parameters,
            kernel_name="python3",
            cwd=paths.home() / "notebooks",
            progress_bar=sys.stderr.isatty(),
            execution_timeout=PATIENCE,
        )
    except papermill.PapermillExecutionError as error:
        errors.append(f"cell [{error.exec_count}] raised {error.ename}: {error.evalue}\n\n{error.source}")
    except (
        Exception
    ) as error:  # a dead kernel, a time-out, a notebook that is none: named, and the rest still runs
        errors.append(f"{type(error).__name__}: {error}")


@contextmanager
def kernel_surroundings(folder: Path):
    """For the kernel: this interpreter, all cores, and an empty store of guesses instead of the reader's own."""
    spec = folder / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
    spec.joinpath("kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
    )
    before = dict(os.environ)
    here = [str(folder / "jupyter"), *filter(None, [before.get("JUPYTER_PATH")])]
    os.environ.update(JUPYTER_PATH=os.pathsep.join(here), COURSE_HOME=str(folder / "own"))
    os.environ.setdefault("OMP_NUM_THREADS", str(seeding.usable_cores()))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def keep(part: Path, out: Path):
    """Move an executed notebook to `out`, with a page of it beside."""
    import nbconvert

    with paths.atomic_file(out / part.name) as whole:
        shutil.copyfile(part, whole)
    page, _ = nbconvert.HTMLExporter().from_filename(str(part))
    with paths.atomic_file(out / f"{part.stem}.html") as whole:
        whole.write_text(page, encoding="utf-8")
