"""Feed the readers of files with damaged bytes, guided by what is reached (atheris): python tools/fuzz.py audio --seconds 60

Only the course's own errors may come out, within 20 s and 2.5 GB. `all` runs every reader in a process of its own.
tests/tools/test_fuzz.py throws dice at the same readers. Ref: github.com/google/atheris.
"""

import argparse
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SECONDS, MEGABYTES, LONGEST = 20, 2500, 1 << 16  # of one file: time, memory, bytes


@dataclass(frozen=True)
class Reader:
    """`read(path)` reads the file of that name, `seeds(folder)` gives good ones to start from."""

    file: str
    read: Callable
    seeds: Callable

    def feed(self, data, folder):
        """Put the bytes where the file belongs, read them. -> the CourseError or None; anything else comes through."""
        from course_lib.errors import CourseError

        path = Path(folder) / self.file
        path.write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.read(path)
        except CourseError as error:
            return error


def sounds(folder):
    from course_lib import audio

    for suffix in (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".au", ".w64"):
        yield audio.write(Path(folder) / f"seed{suffix}", audio.tone(440, 0.1)).read_bytes()


def read_sound(path):
    from course_lib import audio

    audio.read(path, mono="mix", allow_silence=True, note="fuzz")


def manifests(folder):
    yield b"path,speaker,label,language,split,duration_s\na.wav,ana,,en,train,1.5\nb.wav,ben,,,,\n"


def read_manifest(path):
    from course_lib.data import manifest

    manifest.read_manifest(path.parent)


def turns(folder):
    yield b"SPEAKER a 1 0.000 1.500 <NA> <NA> ana <NA> <NA>\n"


def read_turns(path):
    from course_lib.metrics.turns import read_rttm

    read_rttm(path)


def matrices(folder):
    yield bytes([2, 0, 0, 0, 2, 0, 0, 0]) + bytes(16)


def read_matrix(path):
    from course_lib.tasks.speaker_id import matrices

    matrices.read_matrix(path)


def lists(folder):
    yield b"BLOCK00/SES000/SA000S13\nBLOCK00/SES001/SA001S13\n"


def read_list(path):
    from course_lib.tasks.speaker_id import lists

    lists.read_list(path)


def tables(folder):
    yield b'{"SES000": 0, "SES001": 1}'


def read_table(path):
    from course_lib.tasks.speaker_id import lists

    lists.read_speakers(path)


def small_base():
    import torch

    from course_lib.models import XVector
    from course_lib.transfer.pretrained import Base

    torch.manual_seed(0)
    return Base(
        XVector(2, channels=8, blocks=1, embedding=4),
        ["a", "b"],
        {"channels": 8, "blocks": 1, "embedding": 4},
    )


def bases(folder):
    from course_lib.transfer.pretrained import save_base

    save_base(small_base(), Path(folder) / "seed.safetensors")
    yield (Path(folder) / "seed.safetensors").read_bytes()


def read_base(path):
    from course_lib.transfer.pretrained import load_base

    load_base(path)


def headers(folder):
    base = small_base()
    about = {"network": "XVector", "settings": base.settings, "classes": base.classes, "about": {}}
    yield json.dumps(about).encode()


def read_header(path):
    """The bytes are the header of a base whose numbers are sound, and no seal stands in it."""
    from safetensors.torch import save_file

    text = path.read_bytes().decode(errors="replace")
    save_file(small_base().model.state_dict(), path, metadata={"course": text})
    read_base(path)


def spotters(folder):
    import torch

    from course_lib.tasks.keywords import Spotter

    Spotter("yes", torch.zeros(3, 4), torch.zeros(3)).save(Path(folder) / "seed.safetensors")
    yield (Path(folder) / "seed.safetensors").read_bytes()


def read_spotter(path):
    from course_lib.tasks.keywords import load_spotter

    load_spotter(path)


def detectors(folder):
    import numpy as np

    from course_lib.tasks.snoring import Detector

    Detector(np.zeros(4), 0.0).save(Path(folder) / "seed.safetensors")
    yield (Path(folder) / "seed.safetensors").read_bytes()


def read_detector(path):
    from course_lib.tasks.snoring import load_detector

    load_detector(path)


def run_of(seed=0):
    import torch

    from course_lib.training import History, checkpoints
    from course_lib.training.optimizers import make_optimizer

    torch.manual_seed(seed)
    model = torch.nn.Linear(3, 2)
    optimizer = make_optimizer(model, "adam", 1e-3, 0.9, 0.0)
    return checkpoints.TrainState(model, optimizer, History(planned=2))


def states(folder):
    from course_lib.training import checkpoints

    checkpoints.save(run_of(), Path(folder) / "seed.pt", {"lr": 1e-3})
    yield (Path(folder) / "seed.pt").read_bytes()


def read_state(path):
    from course_lib.training import checkpoints

    checkpoints.resume(run_of(1), path, {"lr": 1e-3})


def pickles(folder):
    (state,) = states(folder)
    with zipfile.ZipFile(io.BytesIO(state)) as parts:
        yield parts.read(next(name for name in parts.namelist() if name.endswith("data.pkl")))


def read_pickle(path):
    """The bytes are the list of what a checkpoint holds; all sums around them are right."""
    data = path.read_bytes()
    (state,) = states(path.parent)
    with zipfile.ZipFile(io.BytesIO(state)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name.endswith("data.pkl") else old.read(name))
    read_state(path)


def banks(folder):
    from course_lib.teaching import quizzes

    for path in sorted(quizzes.BANK.glob("*.yaml"))[:2]:
        yield path.read_bytes().replace(f'lesson: "{path.stem}"'.encode(), b'lesson: "00"')


def read_bank(path):
    from course_lib.teaching import quizzes

    quizzes.read_bank(path)


def stores(folder):
    yield b'{"version": 1, "entries": {"01.a": {"guess": 1, "question": "?"}}}'


def read_store(path):
    from course_lib import user_store

    os.environ["COURSE_HOME"] = str(path.parent)
    try:
        assert all(isinstance(entry, dict) for entry in user_store.entries(path.stem).values())
    finally:
        del os.environ["COURSE_HOME"]
        for aside in path.parent.glob("*.broken-*.json"):
            aside.unlink()


def arrays(folder):
    import numpy as np

    file = io.BytesIO()
    np.save(file, np.zeros((2, 3), np.float16))
    yield file.getvalue()


def read_array(path):
    """A cache whose checksum was made for these very bytes: only the array's own header is between them and memory."""
    from course_lib.data import cache

    about = {"shape": [2, 3], "crc32": cache.crc_of(path)}
    (path.parent / cache.META).write_text(json.dumps(about))
    found = cache.opened(path.parent)
    assert found is None or found.shape == (2, 3)


def records(folder):
    yield b'{"version": 0, "day": 0, "accepted": true, "known": ["a"], "memory": {"a": [1]}, "settings": {}}'


def read_record(path):
    from course_lib.transfer.model_registry import ModelRegistry

    ModelRegistry(path.parent).latest(small_base())


READERS = {
    "audio": Reader("sound.wav", read_sound, sounds),
    "manifest": Reader("manifest.csv", read_manifest, manifests),
    "rttm": Reader("turns.rttm", read_turns, turns),
    "matrix": Reader("frames.mcp", read_matrix, matrices),
    "list": Reader("list.train", read_list, lists),
    "table": Reader("spk2idx.json", read_table, tables),
    "base": Reader("base.safetensors", read_base, bases),
    "header": Reader("base.safetensors", read_header, headers),
    "spotter": Reader("spotter.safetensors", read_spotter, spotters),
    "detector": Reader("detector.safetensors", read_detector, detectors),
    "checkpoint": Reader("run.pt", read_state, states),
    "pickle": Reader("run.pt", read_pickle, pickles),
    "quiz": Reader("00.yaml", read_bank, banks),
    "own": Reader("predictions.json", read_store, stores),
    "cache": Reader("features.npy", read_array, arrays),
    "record": Reader("v0000.json", read_record, records),
}


def fuzz(name, seconds):
    """Run one reader in this process; atheris ends it."""
    try:
        import atheris
    except ImportError:
        raise SystemExit("atheris is not installed: pip install atheris (Linux and macOS)") from None
    reader = READERS[name]
    import torch  # not instrumented: the course's own code is what is looked at

    torch.set_num_threads(1)
    with atheris.instrument_imports(include=["course_lib"]):
        import course_lib.data
        import course_lib.tasks.keywords
        import course_lib.tasks.snoring
        import course_lib.tasks.speaker_id
        import course_lib.teaching.quizzes
        import course_lib.transfer  # noqa: F401
    place, corpus = tempfile.mkdtemp(prefix="fuzz-"), tempfile.mkdtemp(prefix="seeds-")
    for number, seed in enumerate(reader.seeds(place)):
        Path(corpus, f"{name}-{number}").write_bytes(seed)
    settings = [f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}"]
    settings += [f"-max_len={LONGEST}", "-print_final_stats=1", f"-artifact_prefix={place}/"]
    atheris.Setup([sys.argv[0], corpus, *settings], lambda data: reader.feed(data, place))
    atheris.Fuzz()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reader", choices=[*READERS, "all"])
    parser.add_argument("--seconds", type=int, default=60, help="for each reader (default: %(default)s)")
    asked = parser.parse_args(argv)
    if asked.reader != "all":
        return fuzz(asked.reader, asked.seconds)
    failed = []
    for name in READERS:
        command = [sys.executable, __file__, name, "--seconds", str(asked.seconds)]
        ran = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
        count = re.search(r"number_of_executed_units: (\d+)", ran.stderr)
        print(
            f"{name:12}{count[1] if count else '?':>10} files read, {'ok' if not ran.returncode else 'FOUND'}",
            flush=True,
        )
        if ran.returncode:
            failed.append(name)
            print(ran.stderr[-3000:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
