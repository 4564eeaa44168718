"""Who spoke what, by the folders: speaker/file, speaker/session/file, or train/speaker/file with a split made by hand."""

import os
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.data.decode import SUFFIXES
from course_lib.errors import CorpusError
from course_lib.paths import is_hidden

SIDES = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("valid", "validation", "val", "dev", "development"), "valid"),
    **dict.fromkeys(("test", "testing", "tst", "eval", "evaluation"), "test"),
}
LESS_SURE = {  # sides only where another folder is called so too: a person may be called TR
    **dict.fromkeys(("tr", "seen", "enroll", "enrol"), "train"),
    **dict.fromkeys(("cv", "va", "dt"), "valid"),
    **dict.fromkeys(("te", "tt", "et", "unseen", "heldout", "verify", "trial", "trials"), "test"),
}
DOCUMENTS = {
    *(".csv", ".json", ".lab", ".md", ".pdf", ".rttm"),
    *(".srt", ".textgrid", ".tsv", ".txt", ".xml", ".yaml"),
}
PLAIN = {"wav", "wavs", "flac", "mp3", "audio", "clips", "recordings"}  # folders that name no occasion
LAYOUTS = ("speakers", "sides")


@dataclass(frozen=True)
class Recording:
    """A file, whose it is, and what the folders say of it."""

    path: Path
    speaker: str
    session: str = ""
    split: str = ""


@dataclass
class Found:
    """The recordings of a folder, and what its reader should know: one line each."""

    recordings: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def look(source, layout=None):
    """The recordings below the folder `source` -> Found.

    layout  "speakers": the first folders are people; "sides": they are train, valid and test, with people in them;
            None: sides where all of them are called so, and a CorpusError that asks where only some are
    Hidden folders and links that lead out of `source` are skipped, and the notes say so.
    """
    source, found = Path(source), Found()
    files, nothing = [], []
    hidden, others = Counter(), Counter()
    links = [path for path in sorted(source.glob("*")) if path.is_symlink() and path.is_dir()]
    again = {path.name for path in links if path.resolve().is_relative_to(source.resolve())}
    if again:
        found.notes.append(f"skipped links to folders that are read anyway: {', '.join(sorted(again))}")
    for path in sorted({*source.glob("*"), *source.glob("*/**/*")}):
        place = path.relative_to(source)
        if place.parts[0] in again:
            continue
        if is_hidden(place):
            hidden.update([next(name for name in place.parts if is_hidden(name))] * path.is_file())
        elif path.suffix.lower() in SUFFIXES and not path.is_dir():
            (files if path.is_file() else nothing).append(place)
        elif len(place.parts) > 1 and path.suffix.lower() not in DOCUMENTS and path.is_file():
            others[path.suffix.lower() or "no ending"] += 1
    names = [name for name, count in sorted(hidden.items()) if count]
    if names:
        found.notes.append(f"skipped what is hidden: {', '.join(names)} ({sum(hidden.values())} files)")
    if nothing:
        found.notes.append(
            f"{len(nothing)} name(s) lead to no file (a link that lost it, a pipe), such as {nothing[0]}"
        )
    loose = [place for place in files if len(place.parts) == 1]
    if loose:
        found.notes.append(
            f"{len(loose)} file(s) lie in no speaker's folder and are left out, such as {loose[0]}"
        )
    files = [place for place in files if len(place.parts) > 1]
    sides = _has_sides(source, files, layout)
    if others:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(others.items()))
        found.notes.append(f"files of an ending that is no known sound are left out: {kinds}")
    if sides:
        counts = Counter(side_of(place.parts[sides - 1]) for place in files)
        told = ", ".join(f"{part} {counts[part]}" for part in ("train", "valid", "test") if counts[part])
        found.notes.append(f"the folders name sides, which are kept as the split: {told}")
    for place in files:
        parts = list(place.parts[:-1])
        side = side_of(parts.pop(sides - 1)) if sides else ""
        between = [name for name in parts[1:] if name.lower() not in PLAIN]
        session = readable(f"{parts[0]}/{between[0]}") if between else ""
        found.recordings.append(Recording(source / place, readable(parts[0]), session, side))
    if told := _sessions(found.recordings):
        found.notes.append(told)
    people = {recording.speaker for recording in found.recordings}
    if alike := _alike(people):
        found.notes.append(f"taken for different speakers, though their names differ in case alone: {alike}")
    folders = [path for path in source.glob("*/*" if sides == 1 else "*") if path.is_dir()]
    empty = sorted(
        {readable(path.name) for path in folders if not is_hidden(path.relative_to(source))} - people
    )
    if empty:
        found.notes.append(f"no sound file in {len(empty)} folder(s): {', '.join(empty[:8])}")
    return found


def _alike(people):
    """The names that differ in case alone: "Ana and ana, ..."."""
    groups = {}
    for name in sorted(people):
        groups.setdefault(name.casefold(), []).append(name)
    return ", ".join(" and ".join(names) for names in groups.values() if len(names) > 1)


def _sessions(recordings):
    """A line that says which folders are taken for the sessions of a speaker; "" where there are none."""
    known = sorted({recording.session for recording in recordings if recording.session})
    speakers = sorted({name.split("/")[0] for name in known})
    if not known:
        return ""
    shown = ", ".join(known[:4]) + (", ..." if len(known) > 4 else "")
    return (
        f"speaker/session/file: {len(known)} sessions of {len(speakers)} speaker(s), {shown}; where the first folders "
        "are groups of people, import each of them by itself"
    )


def side_of(name):
    """The side that a folder's name tells: train, valid or test, also as train-clean-100, 02_test, devset; "" for another.

    >>> side_of("Train"), side_of("dev-clean"), side_of("01_trainset"), side_of("tester")
    ('train', 'valid', 'train', '')
    """
    words = [word.removesuffix("set") for word in re.split(r"[^a-z]+", name.lower())]
    sides = {(SIDES | LESS_SURE)[word] for word in words if word in SIDES or word in LESS_SURE}
    return sides.pop() if len(sides) == 1 else ""


def _has_sides(source, files, layout):
    """0 where the first folders are people; 1 for side/speaker/file; 2 for speaker/side/file."""
    if layout not in (None, *LAYOUTS):
        raise CorpusError(f"expected the layout {' or '.join(LAYOUTS)}, got {layout!r}")
    if layout == "speakers" or not files:
        return 0
    tops = sorted({place.parts[0] for place in files})
    several = {side_of(name) for name in tops} > {
        "train"
    }  # train-clean beside test-clean; not test1 beside test2
    named = [name for name in tops if name.lower() in SIDES or (several and side_of(name))]
    direct = sorted({place.parts[0] for place in files if len(place.parts) == 2 and place.parts[0] in named})
    if named == tops and not direct:
        return 1
    inner = [len(place.parts) > 2 and place.parts[1].lower() in SIDES for place in files]
    if all(inner):
        return 2
    if not named and {side_of(place.parts[1]) for place, is_side in zip(files, inner) if is_side} > {"train"}:
        raise CorpusError(
            f"{source}: is this a split or are these sessions? Some speakers have folders called train and test, others "
            "have not. Give every speaker such folders or none, or say --layout speakers (they are sessions)"
        )
    if layout == "sides" or named:
        other = [name for name in tops if name not in named]
        if direct and not other:
            why = f"{', '.join(direct)} holds recordings that lie in no speaker's folder"
        else:
            why = f"{', '.join(named) or 'no folder'} is called like a side of a split, {', '.join(other[:8])} is not"
        raise CorpusError(
            f"{source}: is this a split or are these people? {why}. Expected train/speaker/file.wav and "
            "test/speaker/file.wav, or speaker/file.wav; move the folders, or say which it is: --layout speakers "
            "(every folder is a person) or --layout sides"
        )
    return 0


def readable(name):
    """A folder's name as text that a manifest can hold: bytes that are no UTF-8 (J\xf6rg of an old archive) as Latin-1;
    letters with their marks in one, so that Zoe\u0308 from a Mac and Zo\xeb are one name.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("latin-1")
    return unicodedata.normalize("NFC", name).strip() or name


def plain(name):
    """A file name that every system can store: letters and digits, others become _, 80 characters at most.

    >>> plain("Zoë 🎤 take 1"), plain("..")
    ('Zoe_take_1', 'unnamed')
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", letters).strip("_")[:80] or "unnamed"
