"""The feature cache: features computed once and kept on disk, float16, memory-mapped, under a key made of content and settings.

The key holds the bytes of every clip, the windows' places, the transform and its settings, so a changed recording,
hop or formula is another key. The course's own transforms stand in it with VERSION, a reader's own with its code. A cache is built beside its place and moved in; one that is damaged
(its checksum does not fit) is built again. Samples are read in batches, so memory does not grow with the corpus.
"""

import hashlib
import inspect
import json
import mmap
import os
import shutil
import tokenize
import zipfile
import zlib

import numpy as np
import torch

from course_lib.data import fingerprint
from course_lib.data.windows import shuffled
from course_lib.errors import CorpusError, DataError
from course_lib.paths import atomic_folder, cache_root

DATA, META = "features.npy", "about.json"
VERSION = 1  # raise it when a transform of the course gives other numbers; a test compares them
BUILD = 64  # windows transformed at a time while building
TENSORS = 512 << 20  # the most that tensors() copies into memory
_verified = set()


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
            yield torch.from_numpy(_rows(self.X, chosen).astype(np.float32)), self.y[chosen]

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
        return FeatureSet(_rows(self.X, chosen), self.y[chosen], self.classes, key=key)

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


def opened(folder):
    """The stored array, mapped read-only, or None where there is none or it is damaged."""
    try:
        about = json.loads((folder / META).read_text())
        state = (str(folder), (folder / DATA).stat().st_mtime_ns, (folder / DATA).stat().st_ino)
        if state not in _verified and crc_of(folder / DATA) != about["crc32"]:
            return None
        X = np.load(folder / DATA, mmap_mode="r", allow_pickle=False)
        if list(X.shape) != about["shape"]:
            return None
        _verified.add(state)
        return X
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        RecursionError,
        SyntaxError,
        tokenize.TokenError,
        zipfile.BadZipFile,
    ):
        return None


def store(folder, batches, n, *, about=""):
    """Write batches of features, n rows in all, as float16 in `folder`, whole or not at all. -> the mapped array.

    Raises DataError where values do not fit float16 (65,504), or the disk is full or not writable.
    """
    batches = iter(batches)
    first = np.asarray(next(batches))
    shape = (n, *first.shape[1:])
    needed = 2 * int(np.prod(shape))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder.parent).free
        if needed > free:
            raise DataError(
                f"{folder}: features need {needed / 2**20:.0f} MB, {free / 2**20:.0f} MB are free; "
                "make room, or name another place in COURSE_CACHE"
            )
        with atomic_folder(folder) as part:
            crc = _write(part / DATA, first, batches, shape)
            text = json.dumps({"shape": shape, "crc32": crc, "about": about})
            (part / META).write_text(text, encoding="utf-8")
    except OSError as error:
        if (X := opened(folder)) is not None:  # another process was quicker
            return X
        raise DataError(
            f"{folder}: features cannot be stored ({error}); make room, or name another place in COURSE_CACHE"
        ) from error
    X = opened(folder)
    if X is None:
        raise DataError(f"{folder}: what was stored cannot be read back; check the disk")
    return X


def _write(path, first, batches, shape):
    rows = 0
    with open(path, "wb") as file:  # written, not mapped: a full disk is an error here, not a crash
        np.lib.format.write_array_header_1_0(file, {"descr": "<f2", "fortran_order": False, "shape": shape})
        while first is not None:
            with np.errstate(over="ignore"):
                half = np.ascontiguousarray(np.asarray(first), dtype="<f2")
            if not np.isfinite(half).all():
                raise DataError(
                    "expected features within float16 (65,504 at most), got larger ones or NaN; use a "
                    'logarithmic scale such as scale="db"'
                )
            file.write(half.data)
            rows += len(half)
            first = next(batches, None)
    if rows != shape[0]:
        raise DataError(f"expected {shape[0]} rows of features, got {rows}; a transform keeps the batch axis")
    return crc_of(path)


def crc_of(path):
    """CRC-32 of a file, block by block."""
    crc = 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return crc


def _rows(X, chosen):
    """Rows of X. Of a mapped array they are read from its file: mapped pages count as memory, read ones do not."""
    mapped = isinstance(
        getattr(X, "base", None), mmap.mmap
    )  # not so a slice of one, whose rows lie elsewhere
    if not mapped or not os.path.exists(X.filename):  # in memory, or its file was replaced
        return np.asarray(X[chosen])
    rows = np.empty((len(chosen), *X.shape[1:]), dtype=X.dtype)
    size = X.dtype.itemsize * int(np.prod(X.shape[1:]))
    with open(X.filename, "rb", buffering=0) as file:
        for row, number in zip(rows, chosen):
            file.seek(X.offset + int(number) * size)
            if file.readinto(row.reshape(-1).view(np.uint8)) != size:
                raise DataError(f"{X.filename}: ends early; it was changed while in use, load it again")
    return rows
