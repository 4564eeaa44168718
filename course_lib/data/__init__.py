"""A corpus is a folder with audio files and manifest.csv; load(name) finds it and gives a Corpus.

loading.py      load(name): a corpus by its name or folder; what there is
corpus.py       Clip and Corpus: choosing from it, and the classes of its sides
splits.py       every split of the project: hold_out, resplit, draws by name
cross_validation.py  every speaker judged once, where speakers are few
leakage.py      who is on which side, and what two sides share
windows.py      recordings cut to one-second windows, on demand
cache.py        the feature cache: features computed once; array_file.py keeps them on disk
packed.py       recordings decoded once, read piece by piece: for training on many hours
importing.py    a corpus of one's own recordings; layout.py reads its folders, decode.py its sounds
integrity.py    whether a corpus holds what its manifest says
fingerprint.py  what a file holds, as a checksum
parallel.py     work on all cores, in order
meetings.py     a recording with its turns, real or made
narrators.py    natural voices that nobody is, put into rooms
synthetic/      voices that nobody is       public/   real corpora, fetched safely

The names below are imported when they are first used, so that `course data list` answers at once.
"""

from course_lib import lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    {
        "loading": "available find load make",
        "corpus": "Clip Corpus",
        "splits": "hold_out resplit",
        "cross_validation": "filter_min_speakers folds",
        "leakage": "Leak drop_leaking leaks",
        "meetings": "Meeting meeting",
        "integrity": "changed describe faults",
        "cache": "FeatureSet",
        "windows": "Windows",
        "importing": "import_recordings",
    },
)
