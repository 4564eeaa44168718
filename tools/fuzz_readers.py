"""Every reader of files of the course, with good files to begin from: for tools/fuzz.py and tests/tools/test_fuzz.py."""

import io
import json
import os
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from course_lib import audio, user_store
from course_lib.data import array_file, manifest
from course_lib.errors import CourseError
from course_lib.metrics.turns import read_rttm
from course_lib.models import XVector
from course_lib.tasks.keywords import Spotter, load_spotter
from course_lib.tasks.snoring import Detector, load_detector
from course_lib.tasks.speaker_id import lists, matrices
from course_lib.teaching import quizzes
from course_lib.training import History, checkpoints
from course_lib.training.optimizers import make_optimizer
from course_lib.transfer.model_registry import ModelRegistry
from course_lib.transfer.pretrained import Base, load_base, save_base


@dataclass(frozen=True)
class Reader:
    """`read(path)` reads the file of that name; `seeds(folder)` gives good files to begin from, as bytes."""

    file: str
    read: Callable
    seeds: Callable

    def feed(self, data, folder):
        """Write the bytes where the file belongs and read them. Returns the CourseError or None; all else is raised."""
        path = Path(folder) / self.file
        path.write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.read(path)
        except CourseError as error:
            return error


def text(content: bytes) -> Callable:
    """The seeds of a reader for which one short file is enough."""
    return lambda folder: [content]


def saved(folder, write) -> bytes:
    """What `write(path)` writes."""
    path = Path(folder) / "seed.bin"
    write(path)
    return path.read_bytes()


def sounds(folder):
    for suffix in (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".au", ".w64"):
        yield audio.write(Path(folder) / f"seed{suffix}", audio.tone(440, 0.1)).read_bytes()


def small_base():
    torch.manual_seed(0)
    settings = {"channels": 8, "blocks": 1, "embedding": 4}
    return Base(XVector(2, **settings), ["a", "b"], settings)


def headers(folder):
    base = small_base()
    about = {"network": "XVector", "settings": base.settings, "classes": base.classes, "about": {}}
    yield json.dumps(about).encode()


def read_header(path):
    """The bytes are the header of a base whose numbers are sound, and no checksum stands in it."""
    words = path.read_bytes().decode(errors="replace")
    save_file(small_base().model.state_dict(), path, metadata={"course": words})
    load_base(path)


def run_of(seed=0):
    torch.manual_seed(seed)
    model = torch.nn.Linear(3, 2)
    optimizer = make_optimizer(model, "adam", 1e-3, 0.9, 0.0)
    return checkpoints.TrainState(model, optimizer, History(planned=2))


def states(folder):
    yield saved(folder, lambda path: checkpoints.save(run_of(), path, {"lr": 1e-3}))


def read_state(path):
    checkpoints.resume(run_of(1), path, {"lr": 1e-3})


def pickles(folder):
    (state,) = states(folder)
    with zipfile.ZipFile(io.BytesIO(state)) as parts:
        yield parts.read(next(name for name in parts.namelist() if name.endswith("data.pkl")))


def read_pickle(path):
    """The bytes are the list of what a checkpoint holds; all checksums around them are right."""
    data = path.read_bytes()
    (state,) = states(path.parent)
    with zipfile.ZipFile(io.BytesIO(state)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name.endswith("data.pkl") else old.read(name))
    read_state(path)


def banks(folder):
    for path in sorted(quizzes.BANK.glob("*.yaml"))[:2]:
        yield path.read_bytes().replace(f'lesson: "{path.stem}"'.encode(), b'lesson: "00"')


def read_store(path):
    os.environ["COURSE_HOME"] = str(path.parent)
    try:
        assert all(isinstance(entry, dict) for entry in user_store.entries(path.stem).values())
    finally:
        del os.environ["COURSE_HOME"]
        for aside in path.parent.glob("*.broken-*.json"):
            aside.unlink()


def read_array(path):
    """A cache whose checksum was made for these very bytes: only the array's own header is between them and memory."""
    about = {"shape": [2, 3], "crc32": array_file.crc_of(path)}
    (path.parent / array_file.META).write_text(json.dumps(about))
    found = array_file.opened(path.parent)
    assert found is None or found.shape == (2, 3)


READERS = {
    "audio": Reader(
        "sound.wav",
        lambda path: audio.read(path, mono="mix", allow_silence=True, note="fuzz"),
        sounds,
    ),
    "manifest": Reader(
        "manifest.csv",
        lambda path: manifest.read_manifest(path.parent),
        text(b"path,speaker,label,language,split,duration_s\na.wav,ana,,en,train,1.5\nb.wav,ben,,,,\n"),
    ),
    "rttm": Reader("turns.rttm", read_rttm, text(b"SPEAKER a 1 0.000 1.500 <NA> <NA> ana <NA> <NA>\n")),
    "matrix": Reader("frames.mcp", matrices.read_matrix, text(bytes([2, 0, 0, 0] * 2) + bytes(16))),
    "list": Reader(
        "list.train", lists.read_list, text(b"BLOCK00/SES000/SA000S13\nBLOCK00/SES001/SA001S13\n")
    ),
    "table": Reader("spk2idx.json", lists.read_speakers, text(b'{"SES000": 0, "SES001": 1}')),
    "base": Reader(
        "base.safetensors",
        load_base,
        lambda folder: [saved(folder, lambda path: save_base(small_base(), path))],
    ),
    "header": Reader("base.safetensors", read_header, headers),
    "spotter": Reader(
        "spotter.safetensors",
        load_spotter,
        lambda folder: [saved(folder, Spotter("yes", torch.zeros(3, 4), torch.zeros(3)).save)],
    ),
    "detector": Reader(
        "detector.safetensors",
        load_detector,
        lambda folder: [saved(folder, Detector(np.zeros(4), 0.0).save)],
    ),
    "checkpoint": Reader("run.pt", read_state, states),
    "pickle": Reader("run.pt", read_pickle, pickles),
    "quiz": Reader("00.yaml", quizzes.read_bank, banks),
    "own": Reader(
        "predictions.json",
        read_store,
        text(b'{"version": 1, "entries": {"01.a": {"guess": 1, "question": "?"}}}'),
    ),
    "cache": Reader(
        "features.npy",
        read_array,
        lambda folder: [saved(folder, lambda path: np.save(path.open("wb"), np.zeros((2, 3), np.float16)))],
    ),
    "record": Reader(
        "v0000.json",
        lambda path: ModelRegistry(path.parent).latest(small_base()),
        text(
            b'{"version": 0, "day": 0, "accepted": true, "known": ["a"], "memory": {"a": [1]}, "settings": {}}'
        ),
    ),
}
