"""The feature cache: features computed once and kept on disk, float16, memory-mapped, under a key made of content and settings.

The key holds the bytes of every clip, the windows' places, the transform and its settings, so a changed recording,
hop or formula is another key. The course's own transforms stand in it with VERSION, a reader's own with its code.
Samples are read in batches, so memory does not grow with the corpus; array_file.py keeps what was computed.
"""

import hashlib
import inspect

import numpy as np
import torch

from course_lib.data import fingerprint
from course_lib.data.array_file import opened, rows_of, store
from course_lib.data.windows import shuffled
from course_lib.errors import CorpusError
from course_lib.paths import cache_root

VERSION = 1  # raise it when a transform of the course gives other numbers; a test compares them
BUILD = 64  # windows transformed at a time while building
TENSORS = 512 << 20  # the most that tensors() copies into memory


class FeatureSet:
    """Features of windows: .X (n, ...) float16 on disk, .y (n,) int64, .classes; fs[i] -> (float32, class).

    `key` stands for what the features were made of; "" where that is not known.
    """

    def __init__(self, X, y, classes, windows=None, *, key=""):
        self.X, self.y = X, torch.as_tensor(y, dtype=torch.int64)
        self.classes, self.windows, self.key = classes, windows, key

    def __len__(self):
        return len(self.X)

    def __getitem__(self, index):
        return torch.from_numpy(np.array(self.X[index], dtype=np.float32)), int(self.y[index])

    @property
    def shape(self):
        """Shape of one window's features, such as (1025, 32)."""
        return tuple(self.X.shape[1:])

    def batches(self, batch_size=64, *, shuffle=False, seed=0):
        """Yield (features (b, ...) float32, classes (b,) int64); seed decides the order when shuffled."""
        order = shuffled(len(self), seed) if shuffle else np.arange(len(self))
        for first in range(0, len(self), batch_size):
            chosen = order[first : first + batch_size]
            yield torch.from_numpy(rows_of(self.X, chosen).astype(np.float32)), self.y[chosen]

    def take(self, chosen):
        """The chosen examples alone, in that order, held in memory: their numbers, or a mask of all.

        `windows` of the result is None. Raises CorpusError where nothing is chosen.
        """
        chosen = np.asarray(chosen)
        chosen = np.flatnonzero(chosen) if chosen.dtype == bool else chosen.astype(np.int64)
        if not len(chosen):
            raise CorpusError("expected examples to take, got none; look at .y and .classes")
        if chosen.min() < 0 or chosen.max() >= len(self):
            raise CorpusError(
                f"expected numbers from 0 to {len(self) - 1}, got {chosen.min()} to {chosen.max()}"
            )
        own = f"{self.key}|{chosen.tolist()}"
        key = hashlib.blake2b(own.encode(), digest_size=16).hexdigest() if self.key else ""
        return FeatureSet(rows_of(self.X, chosen), self.y[chosen], self.classes, key=key)

    def tensors(self, limit=TENSORS):
        """All features and classes in memory: (n, ...) float32, (n,). Raises CorpusError above `limit` bytes."""
        size = 4 * self.X.size
        if size > limit:
            raise CorpusError(
                f"expected at most {limit / 2**20:.0f} MB of features, got {size / 2**20:.0f} MB; "
                "use batches(), select fewer clips, or raise limit="
            )
        return torch.from_numpy(self.X.astype(np.float32)), self.y

    def __repr__(self):
        return f"FeatureSet: {len(self)} x {self.shape}, {len(self.classes)} classes"


def feature_set(windows, transform, settings):
    """The FeatureSet of `transform(waves, **settings)` over windows; from the cache if it is there and sound."""
    if not len(windows):
        raise CorpusError(f"{windows.corpus.name}: no clip has a {windows.target}; choose another target")
    key = key_of(windows, transform, settings)
    folder = cache_root() / "features" / f"{short(windows.corpus.name)}-{key}"
    X = opened(folder)
    if X is None:
        made = (transform(waves, **settings) for waves, _ in windows.batches(BUILD))
        X = store(folder, made, len(windows), about=f"{name_of(transform)} {settings} of {windows}")
    return FeatureSet(X, windows.y, windows.classes, windows, key=key)


def short(name, size=120):
    """The beginning of a name that fits a file's name, 255 bytes on most disks, with a key behind it.

    >>> short("é" * 100) == "é" * 60
    True
    """
    return name.encode()[:size].decode(errors="ignore")


def key_of(windows, transform, settings):
    """32 hex digits that stand for what the features are made of; the classes are not part of it."""
    digest = hashlib.blake2b(digest_size=16)
    corpus, used = windows.corpus, np.unique(windows.clip_index)
    for number in used:
        digest.update(fingerprint.of_bytes(corpus.path(corpus.clips[number])).encode())
    counts = np.unique(windows.clip_index, return_counts=True)[1]
    digest.update(counts.astype("<i8").tobytes() + windows.starts.astype("<i8").tobytes())
    digest.update(f"{source_of(transform)}|{sorted(settings.items())!r}".encode())
    return digest.hexdigest()


def name_of(transform):
    """module.name of a function."""
    return f"{transform.__module__}.{getattr(transform, '__qualname__', repr(transform))}"


def source_of(transform):
    """Text that changes when the function does: its name and VERSION for the course's own, else its code.

    Values that a function takes from around it (its closure) are part of it; global variables are not: pass
    what may change as a setting. Raises CorpusError for anything that is no function.
    """
    if not inspect.isfunction(transform):
        raise CorpusError(f"expected a function of waves as transform, got {transform!r}")
    around = [repr(cell.cell_contents) for cell in transform.__closure__ or ()]
    around += [repr(transform.__defaults__), repr(transform.__kwdefaults__), torch.__version__]
    if transform.__module__.startswith("course_lib."):
        code = f"version {VERSION}"
    else:
        code = _instructions(transform.__code__)
    return "|".join([name_of(transform), code, *around])


def _instructions(code):
    """What a function does, without its comments, line numbers and places in a file."""
    constants = [
        _instructions(value) if inspect.iscode(value)
        else str(sorted(map(repr, value))) if isinstance(value, frozenset)  # in an order that processes share
        else repr(value)
        for value in code.co_consts
    ]  # fmt: skip
    return f"{code.co_code.hex()} {code.co_names} {constants}"
