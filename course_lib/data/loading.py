"""load(name): from a name or a folder to a Corpus whose sides share nothing; what there is, and what can be made."""

import difflib
import os
import warnings
from pathlib import Path

from course_lib import paths
from course_lib.data import manifest
from course_lib.data.corpus import Corpus
from course_lib.data.leakage import drop_copies, drop_leaking
from course_lib.data.synthetic import MAKERS
from course_lib.errors import CorpusError

INSTEAD = {
    "narrators": "synthetic",
    "narrators_words": "synthetic_new_words",
}  # where the narrators' audio is missing
_noted = set()


def load(name, *, by="session"):
    """The corpus of that name, or in that folder: load("synthetic"), load("voxforge_en"), load("/any/folder").

    Names are looked up in COURSE_DATA, then in `data/` beside the notebooks; a synthetic corpus that is not
    there yet is made (half a minute). The splits are the manifest's, except that `by` forbids one side of a
    split to know the other: by="session" (a speaker's recordings of one occasion stay together),
    by="speaker", or by="recording" (the manifest as it stands; optimistic where sessions are shared).
    Clips on the evaluation side that would break this, and copies of a file that is trained on, get an empty split,
    and a note says how many.

    Raises CorpusError for an unknown name and for a manifest with faults.
    """
    folder = find(name)
    corpus, copies = drop_copies(Corpus.from_manifest(folder))
    corpus, strays = drop_leaking(corpus, by)
    for note in (copies, strays):
        if note and (str(folder), note) not in _noted:
            _noted.add((str(folder), note))
            warnings.warn(note, stacklevel=2)
    return corpus


def available():
    """Every corpus to be found by name: {name: folder}, the first data root first."""
    found = {}
    for root in paths.data_roots():
        paths.put_back(root)
        folders = sorted(root.iterdir()) if root.is_dir() else []
        for folder in folders:
            if not folder.name.startswith(".") and (folder / manifest.NAME).is_file():
                found.setdefault(folder.name, folder)
    return found


def find(name):
    """The folder of a corpus, by name or path; a synthetic corpus is made if it is nowhere."""
    text = os.fspath(name)
    if _is_path(text):
        return Path(text).expanduser().resolve()
    found = available()
    if text in found:
        return found[text]
    if text in MAKERS:
        return make(text)
    if text in INSTEAD:  # a copy without their audio
        from course_lib.data.narrators import MISSING

        warnings.warn(f"{MISSING}; going on with {INSTEAD[text]!r}", stacklevel=3)
        return find(INSTEAD[text])
    refuse_unknown(text)
    return Path(text).resolve()


def refuse_unknown(name):
    """CorpusError where `find` would not know the name; at once, and nothing is made."""
    text, found = os.fspath(name), available()
    if _is_path(text) or text in {*found, *MAKERS, *INSTEAD} or (Path(text) / manifest.NAME).is_file():
        return
    known = sorted({*found, *MAKERS})
    near = difflib.get_close_matches(text, known, n=1)
    raise CorpusError(
        f"no corpus {text!r} in {' or '.join(map(str, paths.data_roots()))}; "
        + (f"did you mean {near[0]!r}? " if near else "")
        + f"there are {', '.join(known) or 'none'}; a folder elsewhere: load('/the/folder')"
    )


def _is_path(text):
    return text in ("", ".", "..") or Path(text).name != text


def make(name, *, progress=None):
    """Make a synthetic corpus under the course's own data folder, unless it is there. -> its folder."""
    folder = paths.made_root() / name
    if not (folder / manifest.NAME).is_file():
        print(f"Making the corpus {name!r} in {folder} (once, under half a minute) ...", flush=True)
        try:
            MAKERS[name](folder, progress=progress)
        except Exception:
            if not (folder / manifest.NAME).is_file():  # unless another process was quicker
                raise
    return folder
