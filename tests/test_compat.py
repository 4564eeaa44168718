"""The guarded import of torchaudio: CUDA extensions are put out of sight where they are in the way, and only there."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch

from course_lib import compat

# A stand-in that does what torchaudio does: load every extension it finds in its folder lib.
PACKAGE = """
from pathlib import Path
FOUND = [path.name for path in (Path(__file__).parent / "lib").glob("*.so")]
for name in FOUND:
    raise_for(name)
"""
FAULTS = {
    "cuda": 'raise OSError("libcudart.so.13: cannot open shared object file: No such file or directory")',
    "other": 'raise OSError("No space left on device")',
    "none": "pass",
}


@pytest.fixture
def fake(tmp_path):
    """Make a torchaudio with an extension that loads as told, and import it as the course does."""

    def make(fault):
        package = tmp_path / "torchaudio"
        (package / "lib").mkdir(parents=True)
        (package / "lib" / "libtorchaudio.so").touch()
        text = f"def raise_for(name):\n    {FAULTS[fault]}\n" + PACKAGE
        (package / "__init__.py").write_text(text)
        return package

    return make


def import_in_new_process(folder):
    program = textwrap.dedent(
        f"""
        import sys; sys.path.insert(0, {str(folder)!r})
        from pathlib import Path
        from course_lib.compat import import_torchaudio
        before = Path.glob
        module = import_torchaudio()
        print(module.FOUND, Path.glob is before, module is sys.modules["torchaudio"])
        """
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_extensions_that_ask_for_cuda_are_hidden(fake, tmp_path):
    package = fake("cuda")
    ended = import_in_new_process(tmp_path)
    assert ended.stdout == "[] True True\n", ended.stderr
    assert (package / "lib" / "libtorchaudio.so").exists()  # nothing on disk was touched


def test_a_matching_install_is_left_alone(fake, tmp_path):
    fake("none")
    assert import_in_new_process(tmp_path).stdout == "['libtorchaudio.so'] True True\n"


def test_another_os_error_is_not_swallowed(fake, tmp_path):
    fake("other")
    ended = import_in_new_process(tmp_path)
    assert ended.returncode == 1
    assert "OSError: No space left on device" in ended.stderr


def test_the_cause_of_an_error_counts_too():
    inner = OSError("libc10_cuda.so: cannot open shared object file")
    outer = OSError("could not load this library")
    outer.__cause__ = inner
    assert compat.wants_cuda(outer)
    assert not compat.wants_cuda(OSError("could not load this library"))


def test_the_real_one_works_beside_this_torch():
    """1 kHz lies in bin 1000 / (16000 / 2048) = 128."""
    torchaudio = compat.import_torchaudio()
    tone = torch.sin(2 * torch.pi * 1000 * torch.arange(16_000) / 16_000)
    picture = torchaudio.transforms.Spectrogram(n_fft=2048, hop_length=512)(tone)
    assert picture.shape == (1025, 32)
    assert picture[:, 16].argmax() == 128
    assert torchaudio is compat.import_torchaudio()


def test_nobody_imports_torchaudio_bare():
    """Every file of the library gets it through stack, or a CPU-only install would break there."""
    library = Path(compat.__file__).parent
    bare = [
        str(path.relative_to(library))
        for path in library.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith(("import torchaudio", "from torchaudio"))
    ]
    assert bare == []


# ---- torchvision: two operators that are not registered beside a CPU-only torch

VISION = """
import torch
if {registered}:
    kept = torch.library.Library("torchvision", "DEF")
    kept.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
if {other!r}:
    raise RuntimeError({other!r})
torch._C._dispatch_has_kernel_for_dispatch_key("torchvision::nms", "Meta")
"""


def import_vision(folder, registered=False, other=""):
    (folder / "torchvision").mkdir()
    (folder / "torchvision" / "__init__.py").write_text(VISION.format(registered=registered, other=other))
    program = textwrap.dedent(
        f"""
        import sys; sys.path.insert(0, {str(folder)!r})
        from course_lib import compat
        module = compat.import_torchvision()
        print(module is sys.modules["torchvision"] is compat.import_torchvision(), len(compat._declared))
        """
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_operators_that_are_not_there_are_declared(tmp_path):
    ended = import_vision(tmp_path)
    assert ended.stdout == "True 1\n", ended.stderr


def test_a_matching_torchvision_is_left_alone(tmp_path):
    ended = import_vision(tmp_path, registered=True)
    assert ended.stdout == "True 0\n", ended.stderr


def test_another_error_of_torchvision_is_not_swallowed(tmp_path):
    ended = import_vision(tmp_path, other="disk on fire")
    assert ended.returncode == 1 and "RuntimeError: disk on fire" in ended.stderr


def test_the_real_torchvision_has_mobilenet():
    network = compat.import_torchvision().models.mobilenet_v3_small(weights=None).eval()
    with torch.no_grad():
        assert network(torch.zeros(1, 3, 96, 96)).shape == (1, 1000)


def test_nobody_imports_torchvision_bare():
    library = Path(compat.__file__).parent
    bare = [
        str(path.relative_to(library))
        for path in library.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith(("import torchvision", "from torchvision"))
    ]
    assert bare == []
