"""A corpus is a folder with audio files and manifest.csv; load(name) finds it and gives a Corpus.

corpus.py   Clip and Corpus: what there is, and choosing from it
leakage.py  who is on which side, and what two sides share
splits.py   new splits that cannot leak
folds.py    every speaker judged once, where speakers are few
windows.py  recordings cut to one-second windows, on demand
cache.py    features computed once, kept on disk
content.py  what a file holds, as a fingerprint
checking.py whether a corpus holds what its manifest says
importing.py  a corpus of one's own recordings
meetings.py a recording with its turns, real or made
narrators.py natural voices that nobody is, put into rooms
"""

import difflib
import os
import warnings
from pathlib import Path

from course_lib import paths
from course_lib.data import manifest, narrators
from course_lib.data.cache import FeatureSet
from course_lib.data.corpus import Clip, Corpus
from course_lib.data.folds import filter_min_speakers, folds
from course_lib.data.importing import import_recordings
from course_lib.data.integrity import changed, describe, faults
from course_lib.data.leakage import Leak, drop_leaking, leaks
from course_lib.data.meetings import Meeting, meeting
from course_lib.data.splits import hold_out, resplit
from course_lib.data.windows import Windows
from course_lib.errors import CorpusError

__all__ = [
    "Clip",
    "Corpus",
    "FeatureSet",
    "Leak",
    "Meeting",
    "Windows",
    "available",
    "changed",
    "describe",
    "faults",
    "filter_min_speakers",
    "find",
    "folds",
    "hold_out",
    "import_recordings",
    "leaks",
    "load",
    "make",
    "meeting",
    "resplit",
]
_noted = set()


def load(name, *, by="session"):
    """The corpus of that name, or in that folder: load("synthetic"), load("voxforge_en"), load("/any/folder").

    Names are looked up in COURSE_DATA, then in `data/` beside the notebooks; a synthetic corpus that is not
    there yet is made (half a minute). The splits are the manifest's, except that `by` forbids one side of a
    split to know the other: by="session" (a speaker's recordings of one occasion stay together),
    by="speaker", or by="recording" (the manifest as it stands; optimistic where sessions are shared).
    Clips on the evaluation side that would break this get an empty split, and a note says how many.

    Raises CorpusError for an unknown name and for a manifest with faults.
    """
    folder = find(name)
    corpus = Corpus.from_manifest(folder)
    corpus, note = drop_leaking(corpus, by)
    if note and (str(folder), by) not in _noted:
        _noted.add((str(folder), by))
        warnings.warn(note, stacklevel=2)
    return corpus


def available():
    """Every corpus to be found by name: {name: folder}, the first data root first."""
    found = {}
    for root in paths.data_roots():
        folders = sorted(root.iterdir()) if root.is_dir() else []
        for folder in folders:
            if not folder.name.startswith(".") and (folder / manifest.NAME).is_file():
                found.setdefault(folder.name, folder)
    return found


def find(name):
    """The folder of a corpus, by name or path; a synthetic corpus is made if it is nowhere."""
    from course_lib.data.synthetic import MAKERS

    text = os.fspath(name)
    if text in ("", ".", "..") or Path(text).name != text:  # a path, not a name
        return Path(text).expanduser().resolve()
    found = available()
    if text in found:
        return found[text]
    if text in MAKERS:
        return make(text)
    if text == "narrators":
        warnings.warn(f"{narrators.MISSING}; going on with 'synthetic'", stacklevel=3)
        return find("synthetic")
    if (Path(text) / manifest.NAME).is_file():
        return Path(text).resolve()
    known = sorted({*found, *MAKERS})
    near = difflib.get_close_matches(text, known, n=1)
    raise CorpusError(
        f"no corpus {text!r} in {' or '.join(map(str, paths.data_roots()))}; "
        + (f"did you mean {near[0]!r}? " if near else "")
        + f"there are {', '.join(known) or 'none'}; a folder elsewhere: load('/the/folder')"
    )


def make(name, *, progress=None):
    """Make a synthetic corpus under the course's own data folder, unless it is there. -> its folder."""
    from course_lib.data.synthetic import MAKERS

    folder = paths.made_root() / name
    if not (folder / manifest.NAME).is_file():
        print(f"Making the corpus {name!r} in {folder} (once, under half a minute) ...", flush=True)
        try:
            MAKERS[name](folder, progress=progress)
        except Exception:
            if not (folder / manifest.NAME).is_file():  # unless another process was quicker
                raise
    return folder
