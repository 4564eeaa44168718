"""Work that is killed, or meets a full disk, at a moment of the test's choice; run by tests/test_faults.py.

This process imports everything once and forks a child for every try. A moment is the k-th time that the work opens
a file for writing, renames or removes something, or a share of the time that the work takes.
"""

import hashlib
import json
import os
import random
import resource
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

import build_notebooks as builder
import torch
from corpus_makers import SR, tone, two_speakers

from course_lib import audio, user_store
from course_lib.data import array_file, importing, load
from course_lib.data.synthetic.corpus_writer import write_clip, write_corpus
from course_lib.features import mel
from course_lib.models import SmallCNN
from course_lib.training import fit
from course_lib.transfer import load_base
from course_lib.transfer.pretrained import Base, save_base

SEED, MOMENTS, TIMES = 9, 4, 1
EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.chmod", "os.rmdir", "shutil.rmtree")
SMALL = "# %% [markdown]\n# # 90 A small lesson\n\n# %%\nprint(1 + 1)\n"


def digest(*paths):
    """One sum for files and folders: names and contents, hidden ones left out; None where there is nothing."""
    found = hashlib.sha256()
    files = [file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    files = [file for file in files if file.is_file() and not file.name.startswith(".")]
    for file in files:
        found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest() if files else None


class Job:
    """`do(place)` works in a folder; `seen(place)` is what a reader finds there: None, or a sum of it."""

    def before(self, place):
        """What is there already."""


class Training(Job):
    def do(self, place):
        torch.manual_seed(1)
        model = torch.nn.Sequential(torch.nn.Linear(5, 16), torch.nn.Dropout(0.2), torch.nn.Linear(16, 3))
        X, y = torch.randn(90, 5, generator=torch.Generator().manual_seed(0)), torch.arange(90) % 3
        history = fit(
            model, (X, y), (X, y), epochs=4, checkpoint=place / "run.pt", resume=True, progress=False
        )
        return [history["train_loss"], float(sum(p.detach().abs().sum() for p in model.parameters()))]

    def seen(self, place):
        if not (place / "run.pt").exists():
            return None
        return len(torch.load(place / "run.pt", weights_only=True)["history"])


class Caching(Job):
    def before(self, place):
        two_speakers(place / "two")

    def do(self, place):
        os.environ["COURSE_CACHE"] = str(place / "cache")
        return float(load(place / "two").features(mel).tensors()[0].double().sum())

    def seen(self, place):
        stored = [path for path in (place / "cache" / "features").glob("*") if not path.name.startswith(".")]
        arrays = [array_file.opened(path) for path in stored]
        assert all(X is not None for X in arrays), "a cache that cannot be read is in its place"
        return [float(X.astype("f8").sum()) for X in arrays] or None


def piece(part, name):
    return [
        {"speaker": name, "label": "", "language": "en", "split": "train",
         **write_clip(part, f"audio/{name}_{take}.flac", tone(200 + 50 * take, 4.0, seed=take))}
        for take in range(3)
    ]  # fmt: skip


class Making(Job):
    def do(self, place):
        write_corpus(place / "made", piece, [("ana",), ("ben",)], "Tones.\n", processes=1)
        return self.seen(place)

    def seen(self, place):
        return digest(place / "made") if (place / "made").exists() else None


class Importing(Making):
    def before(self, place):
        for who in ("ana", "ben"):
            for take in range(5):
                wave = torch.from_numpy(tone(300 + take, 2.0, seed=take))
                (place / "own" / who).mkdir(parents=True, exist_ok=True)
                audio.write(place / "own" / who / f"{take}.wav", wave)

    def do(self, place):
        importing.import_recordings(place / "own", place / "made", replace=True)
        return self.seen(place)


class Recording(Job):
    def before(self, place):
        audio.write(place / "01_ana.wav", audio.tone(200, 1.0))

    def do(self, place):
        audio.write(place / "01_ana.wav", torch.from_numpy(tone(400, 9.0)))
        return self.seen(place)

    def seen(self, place):
        wave = audio.read(place / "01_ana.wav")
        assert len(wave) in (SR, 9 * SR)
        return float(wave.double().abs().sum()) if len(wave) > SR else None


class Base_(Job):
    def before(self, place):
        self.do(place, seed=0)

    def do(self, place, seed=1):
        torch.manual_seed(seed)
        save_base(Base(SmallCNN(3), ["a", "b", "c"], {}, {"seed": seed}), place / "b.safetensors")
        return self.seen(place)

    def seen(self, place):
        base = load_base(place / "b.safetensors")
        total = float(sum(p.detach().double().sum() for p in base.model.parameters()))
        return total if base.about["seed"] == 1 else None


class Guess(Job):
    def before(self, place):
        self.do(place, 1)

    def do(self, place, guess=2):
        os.environ["COURSE_HOME"] = str(place)
        user_store.store("predictions", "01.a", {"guess": guess, "why": "x" * 50_000})
        return self.seen(place)

    def seen(self, place):
        os.environ["COURSE_HOME"] = str(place)
        guess = user_store.entries("predictions")["01.a"]["guess"]
        return guess if guess == 2 else None


class Building(Job):
    """Everything but the kernel: it writes nothing."""

    def before(self, place):
        (place / "source").mkdir()
        (place / "instructor").mkdir()
        (place / "source" / "90_small.py").write_text(SMALL + "\n# %%\n" + "x = 1  # more\n" * 3000)

    def do(self, place):
        builder.NOTEBOOKS, builder.execute = place, ran
        builder.build(place / "source" / "90_small.py")
        return self.seen(place)

    def seen(self, place):
        paths = [place / "90_small.ipynb", place / "instructor" / "90_small.ipynb"]
        for path in paths:
            assert not path.exists() or json.loads(path.read_text())["nbformat"] == 4
        return digest(*paths) if all(path.exists() for path in paths) else None


def ran(notebook):
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell["execution_count"] = number + 1
    return builder.tidy(notebook)


JOBS = {
    "training": Training(), "caching": Caching(), "making": Making(), "importing": Importing(),
    "recording": Recording(), "base": Base_(), "guess": Guess(), "building": Building(),
}  # fmt: skip


def forked(work, *, at=None, after=None, bytes_at_most=None):
    """Run work() in a child. -> (its result or error, or None where it was killed; events; seconds)."""
    reads, writes = os.pipe()
    started = time.monotonic()
    if not (child := os.fork()):
        events = 0

        def watch(event, arguments):
            nonlocal events
            opened = (
                event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
            )
            if opened or event in EVENTS:
                events += 1
                if events == at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            if bytes_at_most:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_at_most, bytes_at_most))
            told = {"result": work(), "events": events}
        except BaseException as error:
            told = {"error": type(error).__name__, "says": str(error)}
        os.write(writes, json.dumps(told).encode())
        os._exit(0)
    os.close(writes)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reads, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told or "{}") | {"seconds": time.monotonic() - started}


def fresh(folder, name, what):
    place = folder / f"{name}-{what}"
    place.mkdir()
    JOBS[name].before(place)
    return place


def try_all(folder, name):
    job, dice = JOBS[name], random.Random(f"{SEED} {name}")
    place = fresh(folder, name, "whole")
    whole = forked(lambda: job.do(place))
    moments = range(1, whole["events"] + 1)
    tries = [{"at": k} for k in sorted(dice.sample(moments, min(MOMENTS, len(moments))))]
    tries += [{"after": dice.random() * whole["seconds"]} for _ in range(TIMES)]
    largest = max(path.stat().st_size for path in place.rglob("*") if path.is_file())
    tries += [{"bytes_at_most": max(512, largest // 2)}]
    for number, how in enumerate(tries):
        place = fresh(folder, name, number)
        hit = forked(lambda place=place: job.do(place), **how)
        seen = forked(lambda place=place: job.seen(place))
        again = forked(lambda place=place: job.do(place))
        yield {"job": name, "how": how, "whole": whole, "hit": hit, "seen": seen, "again": again}


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.optim.Adam([torch.zeros(1, requires_grad=True)]).step()  # imports much at first use
    for each in JOBS:
        for told in try_all(Path(sys.argv[1]), each):
            print(json.dumps(told), flush=True)
