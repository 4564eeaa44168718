"""Rows of a corpus to a folder of recordings: in parallel, in memory that does not grow, and resumable.

A journal beside the recordings says what is done, so a run that was stopped goes on where it was.
"""

import csv
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from course_lib.data.decode import decode
from course_lib.data.manifest import COLUMNS
from course_lib.data.parallel import in_order
from course_lib.errors import AudioError, DataError

JOURNAL = "journal.csv"


@dataclass
class Prepared:
    """What became of the rows: columns and lines of the manifest, and the recordings left out with the reason."""

    columns: list
    lines: list = field(default_factory=list)
    left_out: dict = field(default_factory=dict)

    def counts(self) -> str:
        """For example `412 recordings, 5.39 h, 40 speakers; train 300, valid 50, test 62; 1 left out`."""
        hours = sum(float(line["duration_s"]) for line in self.lines) / 3600
        people = {line["speaker"] for line in self.lines if line["speaker"]}
        splits = Counter(line["split"] or "no split" for line in self.lines)
        parts = ", ".join(
            f"{name} {splits[name]}" for name in ("train", "valid", "test", "no split") if splits[name]
        )
        out = f"; {len(self.left_out)} left out" if self.left_out else ""
        return f"{len(self.lines)} recordings, {hours:.2f} h, {len(people)} speakers; {parts}{out}"


def prepare(rows, folder, *, workers=None, progress=None, say=print) -> Prepared:
    """Decode every row into `folder` and return what the manifest will say. The rows are checked for leaks first.

    A damaged recording is left out, named and counted; a recording with the very samples of an earlier one too.
    Errors: DataError where prepare() found nothing, leaks, or more than a tenth (and more than 3) is damaged.
    """
    folder, rows = Path(folder), sorted(rows, key=lambda row: row.path)
    if not rows:
        raise DataError(
            "no recordings found: this is not the corpus's original layout. Is it the right archive or folder?"
        )
    check_rows(rows)
    folder.mkdir(parents=True, exist_ok=True)
    done = _read_journal(folder)
    if progress is not None:
        progress.total = len(rows)
        progress.skip(sum(row.path in done for row in rows))
    extra = sorted({name for row in rows for name in (*row.extra, *row.beside)})
    made = Prepared([*COLUMNS, "session", *extra, "sha256"])
    heard = {}
    with open(folder / JOURNAL, "a", newline="", encoding="utf-8") as file:
        journal = csv.writer(file)
        for row, result in _results(rows, folder, done, workers):
            if row.path not in done:
                journal.writerow([row.path, *result])
                if progress is not None:
                    progress.update(1)
            duration, sum_, why = result
            if not why and sum_ in heard:
                why = f"the same recording as {heard[sum_]}"
                (folder / row.path).unlink(missing_ok=True)
            if why:
                made.left_out[row.path] = why
                continue
            heard[sum_] = row.path
            made.lines.append(_line(row, folder, duration, sum_))
        file.flush()
    _tell_left_out(made, say)
    return made


def check_rows(rows) -> None:
    """DataError where two rows share a place, or a session of a speaker lies on two sides."""
    places, sides = set(), defaultdict(set)
    for row in rows:
        if row.path in places:
            raise DataError(f"two recordings would become {row.path}; prepare() must give each its own path")
        places.add(row.path)
        if row.split not in ("", "train", "valid", "test"):
            raise DataError(f"{row.path}: expected the split train, valid, test or none, got {row.split!r}")
        if row.split and row.session:
            sides[row.speaker, row.session].add(row.split)
    torn = [f"{speaker} {session}".strip() for (speaker, session), parts in sides.items() if len(parts) > 1]
    if torn:
        raise DataError(
            f"{len(torn)} sessions lie on two sides of the split (for example {torn[0]}); prepare() leaks"
        )


def _results(rows, folder, done, workers):
    """Yield (row, (duration, sha256, why it was left out)) in order, `workers` at a time."""

    def work(row):
        if row.path in done and (done[row.path][2] or (folder / row.path).is_file()):
            return done[row.path]
        try:
            made = decode(row.source, folder / row.path)
        except (AudioError, FileNotFoundError) as error:
            return (
                "",
                "",
                str(error) if isinstance(error, AudioError) else "named in the corpus, but not there",
            )
        return f"{made.duration_s:.3f}", made.sha256, ""

    yield from zip(rows, in_order(work, rows, workers=workers))


def _line(row, folder, duration, sum_) -> dict:
    line = dict(zip(COLUMNS, [row.path, row.speaker, row.label, row.language, row.split, duration]))
    line |= {"session": row.session, "sha256": sum_, **row.extra}
    for column, source in row.beside.items():
        place = f"{column.removesuffix('_path')}/{Path(source).name}"
        (folder / place).parent.mkdir(exist_ok=True)
        shutil.copyfile(source, folder / place)
        line[column] = place
    return line


def _read_journal(folder) -> dict:
    """What an earlier run finished; a last line that was cut in the middle is forgotten."""
    try:
        with open(folder / JOURNAL, newline="", encoding="utf-8") as file:
            return {line[0]: tuple(line[1:]) for line in csv.reader(file) if len(line) == 4}
    except FileNotFoundError:
        return {}


def _tell_left_out(made, say):
    out, whole = len(made.left_out), len(made.left_out) + len(made.lines)
    for path, why in islice(made.left_out.items(), 10):
        say(f"left out {path}: {why}")
    if out > 10:
        say(f"... and {out - 10} more, all named in LEFT_OUT.csv")
    damaged = sum(not why.startswith("the same recording") for why in made.left_out.values())
    if not made.lines or (damaged > 3 and damaged > whole / 10):
        raise DataError(
            f"{damaged} of {whole} recordings cannot be used: the archive is damaged, or not this corpus. Fetch again"
        )
