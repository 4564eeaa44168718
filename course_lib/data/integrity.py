"""Does a corpus hold what its manifest says? And what it holds in a few words."""

import os
import posixpath
import re
import textwrap
from collections import Counter
from pathlib import Path

from course_lib.data import fingerprint, manifest
from course_lib.data.corpus import SILENT, Corpus
from course_lib.data.leakage import drop_leaking, leaks
from course_lib.data.parallel import in_order
from course_lib.errors import CourseError
from course_lib.paths import is_hidden

SLACK_S = 0.05  # manifests round durations; MP3 pads them


def faults(folder, *, progress=None):
    """What is wrong with a corpus, one line each; an empty list where all is well.

    The manifest's rows; every file there, inside the folder, readable to its last sample, of the stated duration
    and checksum (column sha256, where there is one); files the manifest does not know; and where all
    that is well, that no unit is on two sides once loaded. `progress(done, total)` is called after each file.
    """
    folder = Path(folder)
    rows, found = listed(folder)
    if rows is None:
        return found
    from course_lib import audio  # noqa: F401  torch first, so that each thread uses one of its own

    folders, glimpses = {}, {}

    def look(row):
        if manifest.path_fault(folder, row["path"], folders=folders):
            return "", None
        return look_at(folder / row["path"], row)

    for done, (row, (fault, glimpse)) in enumerate(zip(rows, in_order(look, rows)), start=1):
        found += [fault] if fault else []
        glimpses[row["path"]] = glimpse
        if progress:
            progress(done, len(rows))
    if strangers := _strangers(folder, rows):
        found.append(
            f"{len(strangers)} file(s) in audio/ that the manifest does not know, {strangers[0].name} among them"
        )
    if not found:  # a corpus that cannot be read cannot be compared either
        corpus, _ = drop_leaking(Corpus.from_manifest(folder), "session")
        found = [f"leak: {leak}" for leak in leaks(corpus, glimpses=glimpses)]
    return found


def _strangers(folder, rows):
    """The files in audio/ that the manifest does not know, sorted; a link to one that it knows is none."""
    names = {posixpath.normpath(row["path"]) for row in rows}
    found = ((Path(above), name) for above, _, files in os.walk(folder / "audio") for name in files)
    found = [
        above / name for above, name in found if (above / name).relative_to(folder).as_posix() not in names
    ]
    known = {(folder / name).resolve() for name in names if "\0" not in name} if found else ()
    return sorted(
        path
        for path in found
        if path.is_file() and path.resolve() not in known and not is_hidden(path.relative_to(folder))
    )


def changed(folder):
    """What is wrong with the manifest, or else the recordings whose checksum is another; quicker than `faults`, which decodes."""
    folder = Path(folder)
    rows, found = listed(folder)
    return found or [fault for row in rows if (fault := checksum_fault(folder / row["path"], row))]


def listed(folder):
    """(rows of a manifest, what is wrong with them, one line each); the rows are None where it cannot be read."""
    try:
        rows = manifest.parse(folder)
    except CourseError as error:
        return None, [str(error)]
    return rows, list(manifest.row_faults(folder, rows))


def checksum_fault(path, row):
    """What a recording's checksum says against it; "" where it is the manifest's, or the manifest has none."""
    if row.get("sha256") and fingerprint.sha256(path) != row["sha256"].strip().lower():
        return f"{row['path']}: its checksum is not the manifest's; the file was changed or damaged"
    return ""


def look_at(path, row):
    """Read one recording once -> (what is wrong with it or "": checksum, decoding, duration; its `glimpse`)."""
    if fault := checksum_fault(path, row):
        return fault, None
    from course_lib import audio

    try:
        with audio.files.opened(path, rate=None) as file:
            parts = audio.files.parts_of(file, rate=file.rate, allow_silence=row["label"] in SILENT)
            glimpses = [fingerprint.glimpse(part) for part in parts]
            seconds = sum(count for count, _ in glimpses) / file.rate
    except CourseError as error:
        return str(error), None
    if abs(seconds - manifest.number(row["duration_s"], seconds)) > SLACK_S:
        return f"{row['path']}: the manifest says {row['duration_s']} s, the file lasts {seconds:.3f} s", None
    return "", tuple(glimpses)


def describe(folder):
    """Name, clips, speakers, minutes, splits and the licence line of a corpus folder, in two lines."""
    folder = Path(folder)
    rows = manifest.read_manifest(folder)
    speakers = {row["speaker"] for row in rows} - {""}
    minutes = sum(float(row["duration_s"] or 0) for row in rows) / 60
    counts = Counter(row["split"] for row in rows)
    sides = ", ".join(f"{part} {counts[part]}" for part in ("train", "valid", "test") if counts[part])
    size = f"{folder.name}: {len(rows)} clips, {len(speakers)} speakers, {minutes:.1f} min, {sides or 'no split'}"
    return f"{size}\n  {licence_of(folder)}"


def licence_of(folder):
    """The line of the corpus' README.md that tells its licence: one that begins so, else one that names one."""
    readme = Path(folder) / "README.md"
    text = readme.read_text(encoding="utf-8", errors="replace") if readme.is_file() else ""
    lines = [line.strip(" -*") for line in text.splitlines()]
    for told in (r"licen[cs]e", r".*(licen[cs]e|GPL|CC0|CC BY)"):
        for line in lines:
            if re.match(told, line, re.IGNORECASE):
                return textwrap.shorten(line, 100, placeholder=" ...")
    return "licence: none named in its README.md"
