"""The one guarded place where torchaudio and torchvision are imported.

PyPI's Linux wheel of torchaudio carries compiled extensions that ask for CUDA's libraries, so beside a
CPU-only torch `import torchaudio` raises OSError. The course needs only its Python transforms, and torchaudio
itself runs without the extensions (its loader answers False when their files are absent). Where that error,
and only that error, is raised, the files are hidden during the import; a matching install is not touched.
"""

import importlib
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

CUDA_LIBRARIES = ("libcudart", "libc10_cuda", "libtorch_cuda", "libcublas", "libcufft")
OPERATORS = {  # of torchvision, with their schemas as its own C++ sources declare them
    "nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_declared = []
_one_at_a_time = threading.RLock()  # threads that read recordings may all be the first to ask


def import_torchaudio():
    """Return the torchaudio module. Raises what torchaudio raises, except for missing CUDA libraries."""
    return _imported("torchaudio", OSError, wants_cuda, _hidden_extensions)


def _imported(package, kind, excused, mended):
    """The package; where its import fails with an error that is excused, imported again while it is mended."""
    with _one_at_a_time:
        try:
            return importlib.import_module(package)
        except kind as error:
            if not excused(error):
                raise
        for name in [name for name in list(sys.modules) if name.split(".")[0] == package]:
            del sys.modules[name]  # what the failed import left
        with mended():
            return importlib.import_module(package)


def wants_cuda(error) -> bool:
    """True where the error, or one that it was raised from, names a missing CUDA library."""
    while error is not None:
        if any(name in str(error) for name in CUDA_LIBRARIES):
            return True
        error = error.__cause__
    return False


@contextmanager
def _hidden_extensions():
    """While this lasts, the folder `torchaudio/lib` looks empty to Path.glob, by which torchaudio finds them."""
    glob = Path.glob

    def without_extensions(self, *args, **kwargs):
        hidden = self.name == "lib" and self.parent.name == "torchaudio"
        return iter(()) if hidden else glob(self, *args, **kwargs)

    Path.glob = without_extensions
    try:
        yield
    finally:
        Path.glob = glob


def import_torchvision():
    """Return the torchvision module. Raises what torchvision raises, except for two missing operators.

    PyPI's Linux wheel of torchvision is compiled for CUDA; beside a CPU-only torch its operators are not
    registered, and describing them fails on import. Where that error, and only that one, is raised, the two are
    declared first, without an implementation: no network of the course uses them. A matching install is not touched.
    """
    return _imported("torchvision", RuntimeError, lacks_operators, _declared_operators)


def lacks_operators(error) -> bool:
    """True where the error says that one of torchvision's operators is not registered."""
    return any(f"torchvision::{name} does not exist" in str(error) for name in OPERATORS)


@contextmanager
def _declared_operators():
    """Give the operators' schemas to torch, once for the process."""
    import torch

    library = torch.library.Library("torchvision", "DEF")
    for name, schema in OPERATORS.items():
        library.define(name + schema)
    _declared.append(library)  # when it is collected, its operators go
    yield
