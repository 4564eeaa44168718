"""A corpus is a folder with audio files and manifest.csv; load(name) finds it and gives a Corpus.

loading.py      load(name): a corpus by its name or folder; what there is
corpus.py       Clip and Corpus: choosing from it, and the classes of its sides
splits.py       every split of the project: hold_out, resplit, draws by name
cross_validation.py  every speaker judged once, where speakers are few
leakage.py      who is on which side, and what two sides share
windows.py      recordings cut to one-second windows, on demand
cache.py        the feature cache: features computed once, kept on disk
importing.py    a corpus of one's own recordings; layout.py reads its folders, decode.py its sounds
integrity.py    whether a corpus holds what its manifest says
fingerprint.py  what a file holds, as a checksum
parallel.py     work on all cores, in order
meetings.py     a recording with its turns, real or made
narrators.py    natural voices that nobody is, put into rooms
synthetic/      voices that nobody is       public/   real corpora, fetched safely

The names below are imported when they are first used, so that `course data list` answers at once.
"""

import importlib

NAMES = {  # name: the file that has it
    **dict.fromkeys(("available", "find", "load", "make"), "loading"),
    **dict.fromkeys(("Clip", "Corpus"), "corpus"),
    **dict.fromkeys(("hold_out", "resplit"), "splits"),
    **dict.fromkeys(("filter_min_speakers", "folds"), "cross_validation"),
    **dict.fromkeys(("Leak", "drop_leaking", "leaks"), "leakage"),
    **dict.fromkeys(("Meeting", "meeting"), "meetings"),
    **dict.fromkeys(("changed", "describe", "faults"), "integrity"),
    "FeatureSet": "cache",
    "Windows": "windows",
    "import_recordings": "importing",
}
__all__ = sorted(NAMES)


def __getattr__(name):
    if name not in NAMES:
        raise AttributeError(f"module 'course_lib.data' has no attribute {name!r}; it has {', '.join(NAMES)}")
    return getattr(importlib.import_module(f"{__name__}.{NAMES[name]}"), name)
