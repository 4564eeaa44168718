"""A corpus of one's own recordings: speaker/file.wav, or speaker/session/file.wav, in any format soundfile or ffmpeg reads."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from course_lib.data import manifest
from course_lib.data.corpus import Corpus
from course_lib.data.decode import FFMPEG, decode
from course_lib.data.layout import look, plain, readable
from course_lib.data.parallel import in_order
from course_lib.data.splits import resplit
from course_lib.errors import AudioError, CorpusError, CourseError, DataError
from course_lib.paths import atomic_folder, folder_name

PARTS = {"train": 0.6, "valid": 0.2, "test": 0.2}
ENOUGH = 4  # recordings of each speaker with which every lesson runs: two to train on, one to choose on, one to test on
IMPORTED = "imported by `course data import`"  # in the README: only such a corpus is ever replaced
README = """# {name}

{clips} recordings of {speakers} speakers, imported by `course data import` as mono 16-bit FLAC at 16 kHz.
Split by {by}.

Licence: not stated. These may be voices of people: keep them on this machine unless everybody recorded agrees.
"""


@dataclass(frozen=True)
class Imported:
    """What an import has to tell: the files left out, each with the reason, and what else its reader should know."""

    left_out: list
    notes: list


def import_recordings(source, folder, *, replace=False, layout=None, progress=None):
    """Make the corpus `folder` of source/speaker/[session/]file -> Imported.

    layout    "speakers" or "sides" (train/speaker/file), where the folders' names leave it open: see `layout.look`
    progress  is called with (done, total) after each file

    Channels are mixed, rates become 16 kHz. Split as the folders say; else by session where every speaker has two or
    more session folders, else by recording. Raises CorpusError where there are fewer than two speakers with two
    usable files, and where `folder` is there already and `replace` is not given, or holds anything that no import
    put there: only an imported corpus is ever replaced. DataError where the folder's name is none. The corpus
    appears whole or not at all.
    """
    source, folder = Path(source), Path(folder)
    folder_name(folder.name)
    if not source.is_dir():
        raise CorpusError(f"expected a folder with one folder for each speaker, found none at {source}")
    if folder.exists() and not replace:
        raise CorpusError(
            f"there is a corpus {folder.name!r} already; choose another --name, or say --replace"
        )
    if folder.exists():
        _refuse_what_no_import_made(folder)
    if folder.exists() and (source == folder or folder in source.parents or source in folder.parents):
        raise CorpusError(f"{folder} cannot take the place of what it is made from; choose another --name")
    found = look(source, layout)
    if not found.recordings:
        told = "".join(f"; {note}" for note in found.notes)
        raise CorpusError(
            f"expected {source}/speaker/file.wav, found no sound file in a speaker's folder{told}"
        )
    from course_lib import audio  # noqa: F401  torch first, so that each thread uses one of its own

    rows, left_out, notes = [], [], found.notes
    try:
        with atomic_folder(folder) as part:
            for done, (row, fault) in enumerate(_converted(source, part, found.recordings), start=1):
                rows += [row] if row else []
                left_out += [fault] if fault else []
                if progress:
                    progress(done, len(found.recordings))
            notes = [*_missing_speakers(found.recordings, rows), *_under_two_names(rows), *notes]
            by = _split(part, rows)
            manifest.write_manifest(part, rows)
            speakers = len({row["speaker"] for row in rows})
            text = README.format(name=folder.name, clips=len(rows), by=by, speakers=speakers)
            (part / "README.md").write_text(text, encoding="utf-8")
    except CourseError as error:
        reasons = "".join(f"\n  left out: {reason}" for reason in left_out[:5])
        told = "".join(f"\n  {note}" for note in notes)
        raise type(error)(f"{error}{told}{reasons}") from error
    except OSError as error:
        raise DataError(f"cannot write the corpus {folder}: {error}; nothing was changed") from error
    return Imported(left_out, [*notes, *too_few(rows)])


def too_few(rows):
    """A line where some speaker has fewer than ENOUGH recordings, else nothing: what the lessons then cannot do.

    rows: clips of a corpus, or rows of a manifest.
    """
    speakers = [row["speaker"] if isinstance(row, dict) else row.speaker for row in rows]
    counts = Counter(speaker for speaker in speakers if speaker)
    few = [f"{speaker} ({count})" for speaker, count in sorted(counts.items()) if count < ENOUGH]
    if not few:
        return []
    more = f" and {len(few) - 5} others" if len(few) > 5 else ""
    return [
        f"few recordings of {', '.join(few[:5])}{more}: lessons that train, choose and test on the same speakers "
        f"(03, 06 to 10, 14, 15) need {ENOUGH} or more of each; with fewer, some leave speakers out or stop"
    ]


def _refuse_what_no_import_made(folder):
    """CorpusError unless `folder` holds an imported corpus and nothing else, so that nothing of yours is lost."""
    try:
        ours = IMPORTED in (folder / "README.md").read_text(encoding="utf-8")
        known = {row["path"] for row in manifest.parse(folder)} | {"README.md", manifest.NAME}
    except (OSError, ValueError, CourseError):
        ours = False
    if not ours:
        raise CorpusError(
            f"{folder} is no corpus that `course data import` made, so it is not replaced; choose another --name"
        )
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    yours = sorted(name for name in files if name not in known)
    if yours:
        raise CorpusError(
            f"{folder} holds {len(yours)} file(s) that its manifest does not list, such as {yours[0]}; "
            "move them away, or choose another --name"
        )


def _converted(source, part, recordings):
    """Convert all recordings, on all cores -> (manifest row or None, what is wrong or ""), in their order."""
    names, places = set(), []
    for recording in recordings:
        *between, _ = recording.path.relative_to(source).parts
        between = [name for name in between if readable(name) != recording.speaker]
        stem = f"audio/{plain(recording.speaker)}/"
        stem += "-".join(plain(name) for name in [*between, recording.path.stem])
        name, number = f"{stem}.flac", 2
        while name.lower() in names:  # a.wav beside a.mp3; Ä beside A
            name, number = f"{stem}-{number}.flac", number + 1
        names.add(name.lower())
        places.append((recording, name))

    def convert(place):
        recording, name = place
        if not recording.path.resolve().is_relative_to(source.resolve()):
            return None, f"{recording.path}: leads out of {source} through a link; copy the recording there"
        try:
            made = decode(recording.path, part / name, note=f"import of {source.name}")
        except AudioError as error:
            return None, str(error)
        except (RuntimeError, OSError) as error:  # RuntimeError: libsndfile's word for a disk that is full
            raise DataError(f"cannot write {Path(name).name}: {error}; make room and import again") from error
        row = {"path": name, "speaker": recording.speaker, "split": recording.split}
        return row | {"duration_s": made.duration_s, "session": recording.session, "sha256": made.sha256}, ""

    return in_order(convert, places)


def _missing_speakers(recordings, rows):
    """A line for every speaker of whom no recording could be used, with how many there are and of which kind."""
    missing = Counter(recording.speaker for recording in recordings)
    for row in rows:
        missing.pop(row["speaker"], None)
    for speaker, count in sorted(missing.items()):
        kinds = sorted({r.path.suffix.lower() for r in recordings if r.speaker == speaker})
        hint = "; install ffmpeg, or convert them to FLAC or WAV" if set(kinds) & FFMPEG else ""
        yield (f"{speaker} is missing: none of {count} recording(s) could be read ({', '.join(kinds)}){hint}")


def _under_two_names(rows):
    """A line where two speakers have the same recording: a folder that was copied and renamed."""
    first, twice = {}, []
    for row in rows:
        other = first.setdefault(row["sha256"], row)
        twice += [(other, row)] if other["speaker"] != row["speaker"] else []
    if twice:
        one, other = twice[0]
        yield (
            f"{len(twice)} recording(s) are there under two speakers, such as {one['path']} of {one['speaker']} and "
            f"{other['path']} of {other['speaker']}; take the wrong ones away and import again"
        )


def _split(part, rows):
    """Put a side into every row that has none; -> the unit that was kept together, or "folders"."""
    counts, sessions = Counter(row["speaker"] for row in rows), {}
    for row in rows:
        sessions.setdefault(row["speaker"], set()).add(row["session"])
    if sum(count >= 2 for count in counts.values()) < 2:
        raise CorpusError(
            "expected two or more speakers with two or more usable recordings each, got "
            + (", ".join(f"{who}: {count}" for who, count in counts.items()) or "none")
            + ("; if that is a folder of people, import it" if len(counts) == 1 else "")
        )
    if any(row["split"] for row in rows):
        return "folders"
    by = "session" if all(len(known) >= 2 and "" not in known for known in sessions.values()) else "recording"
    if by == "recording":  # else `load`, which keeps sessions together, would empty the evaluation sides
        for row in rows:
            row["session"] = ""
    manifest.write_manifest(part, rows)
    for row, clip in zip(rows, resplit(Corpus.from_manifest(part), by, PARTS)):
        row["split"] = clip.split
    return by
