"""Guarded imports: what a CPU-only torch makes torchaudio and torchvision stumble over is mended, and only that."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from course_lib import compat

STAND_IN = {  # what a package does that is made for CUDA, and the error that it then raises
    "torchaudio": """
from pathlib import Path
for path in (Path(__file__).parent / "lib").glob("*.so"):
    {fault}
""",
    "torchvision": """
import torch
{fault}
torch._C._dispatch_has_kernel_for_dispatch_key("torchvision::nms", "Meta")
""",
}
REGISTERED = 'kept = torch.library.Library("torchvision", "DEF"); kept.define("nms(Tensor a) -> Tensor")'
PROGRAM = """
import sys
from pathlib import Path
from course_lib import compat
before, load = Path.glob, getattr(compat, "import_" + sys.argv[1])
print(load() is sys.modules[sys.argv[1]] is load(), Path.glob is before, len(compat._declared))
"""


def import_stand_in(folder, package, fault):
    """Import the stand-in as the course does, in a process of its own."""
    (folder / package / "lib").mkdir(parents=True)
    (folder / package / "lib" / "compiled.so").touch()
    (folder / package / "__init__.py").write_text(STAND_IN[package].format(fault=fault))
    program = f"import sys; sys.path.insert(0, {str(folder)!r})\n" + PROGRAM
    ended = subprocess.run([sys.executable, "-c", program, package], capture_output=True, text=True)
    assert (folder / package / "lib" / "compiled.so").exists()  # nothing on disk was touched
    return ended


@pytest.mark.parametrize(
    ("package", "fault", "declared"),
    [
        ("torchaudio", 'raise OSError("libcudart.so.13: cannot open shared object file")', 0),
        ("torchaudio", 'raise OSError("could not load") from OSError("libc10_cuda.so: cannot open")', 0),
        ("torchaudio", "pass", 0),
        ("torchvision", "", 1),
        ("torchvision", REGISTERED, 0),
    ],
)
def test_what_is_made_for_cuda_is_mended_and_a_matching_install_left_alone(
    tmp_path, package, fault, declared
):
    ended = import_stand_in(tmp_path, package, fault)
    assert ended.stdout == f"True True {declared}\n", ended.stderr


@pytest.mark.parametrize(
    ("package", "error"),
    [("torchaudio", 'OSError("No space left on device")'), ("torchvision", 'RuntimeError("disk on fire")')],
)
def test_another_error_is_not_swallowed(tmp_path, package, error):
    ended = import_stand_in(tmp_path, package, f"raise {error}")
    assert ended.returncode == 1 and error.replace('("', ": ").strip('")') in ended.stderr


def test_the_real_torchaudio_works_beside_this_torch():
    """1 kHz lies in bin 1000 / (16000 / 2048) = 128."""
    torchaudio = compat.import_torchaudio()
    tone = torch.sin(2 * torch.pi * 1000 * torch.arange(16_000) / 16_000)
    picture = torchaudio.transforms.Spectrogram(n_fft=2048, hop_length=512)(tone)
    assert picture.shape == (1025, 32)
    assert picture[:, 16].argmax() == 128
    assert torchaudio is compat.import_torchaudio()


def test_the_real_torchvision_has_mobilenet():
    network = compat.import_torchvision().models.mobilenet_v3_small(weights=None).eval()
    with torch.no_grad():
        assert network(torch.zeros(1, 3, 96, 96)).shape == (1, 1000)


def test_nobody_imports_them_bare():
    """Or a CPU-only install would break there."""
    for path in Path(compat.__file__).parent.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.strip().startswith(
                ("import torcha", "from torcha", "import torchv", "from torchv")
            ), path


def test_a_thread_waits_while_another_mends_the_import(tmp_path, monkeypatch):
    """As when recordings of several rates are read at once; an import then failed with a message about the disk."""
    tries, begun, goes_on = tmp_path / "tries", threading.Event(), threading.Event()
    (tmp_path / "made_for_cuda.py").write_text(
        f"from pathlib import Path\nopen({str(tries)!r}, 'a').write('x')\n"
        f"if not Path({str(tmp_path / 'mended')!r}).exists():\n    raise OSError\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    @contextmanager
    def mended():
        begun.set()
        goes_on.wait(10)
        (tmp_path / "mended").touch()
        yield

    def load():
        return compat._imported("made_for_cuda", OSError, lambda error: True, mended)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(load)
        assert begun.wait(10)
        second = pool.submit(load)
        time.sleep(0.2)  # what does not wait tries by now
        goes_on.set()
        assert first.result() is second.result() is sys.modules.pop("made_for_cuda")
    assert tries.read_text() == "xx"
