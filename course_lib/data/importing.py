"""A corpus of one's own recordings: speaker/file.wav, or speaker/session/file.wav, in any format soundfile reads."""

import re
import unicodedata
from pathlib import Path

import soundfile

from course_lib import audio
from course_lib.data import manifest
from course_lib.data.corpus import Corpus
from course_lib.data.splits import resplit
from course_lib.errors import AudioError, CorpusError, CourseError, DataError
from course_lib.paths import atomic_folder, folder_name

SUFFIXES = {f".{name.lower()}" for name in soundfile.available_formats()} | {".aif", ".opus", ".oga"}
PARTS = {"train": 0.6, "valid": 0.2, "test": 0.2}
IMPORTED = "imported by `course data import`"  # in the README: only such a corpus is ever replaced
README = """# {name}

{clips} recordings of {speakers} speakers, imported by `course data import` as mono 16-bit FLAC at 16 kHz.
Split by {by}.

Licence: not stated. These may be voices of people: keep them on this machine unless everybody recorded agrees.
"""


def import_recordings(source, folder, *, replace=False, progress=None):
    """Make the corpus `folder` of source/speaker/[session/]file; return the files left out, each with the reason.

    Channels are mixed, rates become 16 kHz. Split by session where every speaker has two or more session folders,
    else by recording. Raises CorpusError where there are fewer than two speakers with two usable files, and
    where `folder` is there already and `replace` is not given, or holds anything that no import put there: only
    an imported corpus is ever replaced. DataError where the folder's name is none. The corpus appears whole or
    not at all.
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
    files = [
        path for path in sorted(source.glob("*/**/*")) if path.is_file() and path.suffix.lower() in SUFFIXES
    ]
    outside = [path for path in files if not path.resolve().is_relative_to(source.resolve())]
    files = [path for path in files if path not in set(outside)]
    if not files:
        raise CorpusError(f"expected {source}/speaker/file.wav, found no sound file in a speaker's folder")
    rows, names = [], set()
    left_out = [f"{path}: leads out of {source} through a link; copy the recording there" for path in outside]
    try:
        with atomic_folder(folder) as part:
            for done, path in enumerate(files, start=1):
                try:
                    rows.append(_import_one(path, source, part, names))
                except AudioError as error:
                    left_out.append(str(error))
                if progress:
                    progress(done, len(files))
            by = _split(folder.name, part, rows)
            manifest.write_manifest(part, rows)
            text = README.format(
                name=folder.name, clips=len(rows), by=by, speakers=len({row["speaker"] for row in rows})
            )
            (part / "README.md").write_text(text, encoding="utf-8")
    except CourseError as error:
        reasons = "".join(f"\n  left out: {reason}" for reason in left_out[:5])
        raise type(error)(f"{error}{reasons}") from error
    except OSError as error:
        raise DataError(f"cannot write the corpus {folder}: {error}; nothing was changed") from error
    return left_out


def _refuse_what_no_import_made(folder):
    """CorpusError unless `folder` holds an imported corpus and nothing else, so that nothing of yours is lost."""
    try:
        ours = IMPORTED in (folder / "README.md").read_text(encoding="utf-8")
        known = {row["path"] for row in manifest.read_manifest(folder)} | {"README.md", manifest.NAME}
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


def _import_one(path, source, part, names):
    """Read, convert and write one recording -> its manifest row."""
    speaker, *between, _ = path.relative_to(source).parts
    stem = f"audio/{plain(speaker)}/" + "-".join(plain(name) for name in [*between, path.stem])
    name, number = f"{stem}.flac", 2
    while name.lower() in names:  # a.wav beside a.mp3; Ä beside A
        name, number = f"{stem}-{number}.flac", number + 1
    names.add(name.lower())
    frames = _convert(path, part / name, note=f"import of {source.name}")
    session = f"{speaker}/{between[0]}" if between else ""
    return {
        "path": name,
        "speaker": speaker,
        "duration_s": frames / audio.SR,
        "session": session,
        "split": "",
    }


def _convert(path, target, note):
    """Write the recording as mono 16-bit FLAC at 16 kHz, a minute at a time; -> its samples. No half file stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    frames = 0
    try:
        with soundfile.SoundFile(target, "w", audio.SR, 1, "PCM_16", format="FLAC") as file:
            for wave in audio.stream(path, mono="mix", note=note):
                file.write(audio.as_int16(wave))
                frames += len(wave)
    except AudioError:
        target.unlink()
        raise
    except RuntimeError as error:  # libsndfile's word for a full or read-only disk
        raise DataError(f"cannot write {target.name}: {error}; make room and import again") from error
    return frames


def _split(name, part, rows):
    """Put a side into every row; -> the unit that was kept together."""
    counts = {row["speaker"]: 0 for row in rows}
    sessions = {row["speaker"]: set() for row in rows}
    for row in rows:
        counts[row["speaker"]] += 1
        sessions[row["speaker"]].add(row["session"])
    if sum(count >= 2 for count in counts.values()) < 2:
        raise CorpusError(
            "expected two or more speakers with two or more usable recordings each, got "
            + (", ".join(f"{who}: {count}" for who, count in counts.items()) or "none")
        )
    by = "session" if all(len(known) >= 2 and "" not in known for known in sessions.values()) else "recording"
    manifest.write_manifest(part, rows)
    for row, side in zip(rows, resplit(Corpus.from_manifest(part), by, PARTS)):
        row["split"] = side.split
    return by


def plain(name):
    """A file name that every system can store: letters and digits, others become _, 80 characters at most.

    >>> plain("Zoë 🎤 take 1"), plain("..")
    ('Zoe_take_1', 'unnamed')
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", letters).strip("_")[:80] or "unnamed"
