"""Encoders that others trained on thousands of people or hours, behind the one method that is asked of a base: `embed`.

`load_public` reads weights that are there: GE2E's from the installed package `resemblyzer`, the others' from the folder of
weights, where `fetch=True` brings them once. Nothing in a file of weights is run (`weights_only`).
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import torch

from course_lib.compat import import_torchaudio
from course_lib.data.fingerprint import sha256
from course_lib.data.public.weights import fetch_weights
from course_lib.errors import CourseError, DataError
from course_lib.models.speech_encoders import GE2E, Encoder, SelfSupervised, ecapa
from course_lib.paths import cache_root

TORCHAUDIO = "https://download.pytorch.org/torchaudio/models/"
HUB = "https://huggingface.co/speechbrain/spkrec-ecapa-voxceleb/resolve/main/"


@dataclass(frozen=True)
class Card:
    """What a publisher says of a checkpoint: what it learned from and how, the licence of the weights, their file.

    bundle   its name in torchaudio.pipelines, where it is there;   package   the package that must be installed for it
    """

    heard: str
    task: str
    licence: str
    file: str
    megabytes: int
    address: str = ""
    bundle: str = ""
    package: str = ""


def _bundle(name, file, heard):
    task = "self-supervised: fill in what was masked, nobody labelled anything"
    return Card(heard, task, "MIT", file, 378, TORCHAUDIO + file, bundle=name)


CARDS = {
    "GE2E": Card("thousands of people, LibriSpeech and VoxCeleb", "one voice or two", "Apache 2.0", "pretrained.pt", 17,
                 package="resemblyzer"),
    "ECAPA": Card("some 7,000 people of VoxCeleb", "name the speaker", "Apache 2.0", "embedding_model.ckpt", 83,
                  HUB + "embedding_model.ckpt", package="speechbrain"),
    "wav2vec 2.0": _bundle("WAV2VEC2_BASE", "wav2vec2_fairseq_base_ls960.pth", "960 hours of LibriSpeech"),
    "HuBERT": _bundle("HUBERT_BASE", "hubert_fairseq_base_ls960.pth", "960 hours of LibriSpeech"),
    "WavLM": _bundle("WAVLM_BASE_PLUS", "wavlm_base_plus.pth", "94,000 hours of books, talks and parliaments"),
}  # fmt: skip


def weights_of(name) -> Path:
    """Where the weights of one of CARDS lie, or would lie. Raises CourseError for another name."""
    if name not in CARDS:
        raise CourseError(f"expected one of {', '.join(CARDS)}, got {name!r}")
    if name == "GE2E" and (found := find_spec("resemblyzer")):  # found, never imported
        return Path(found.submodule_search_locations[0]) / CARDS[name].file
    return cache_root() / "weights" / CARDS[name].file


def here() -> list[str]:
    """The names of CARDS whose weights, and the package they need, are on this machine."""
    return [name for name, card in CARDS.items() if weights_of(name).is_file() and _has(card)]


def load_public(name, *, fetch=False) -> Encoder:
    """The encoder of one of CARDS. fetch=True brings weights that are not there (up to 378 MB) from their address.

    The sum of a fetched file is kept beside it, and a file with another sum is refused. Raises CourseError where package or
    weights are missing, DataError where they cannot be had or are none.
    """
    path, card = weights_of(name), CARDS[name]
    if not _has(card):
        raise CourseError(f"{name} needs the package {card.package}: pip install --no-deps {card.package}")
    if fetch and card.address:
        fetch_weights(card.address, path, "")
    if not path.is_file():
        raise CourseError(
            f"{name}: its weights are not on this machine; load_public({name!r}, fetch=True) brings them where there is "
            f"a network ({card.megabytes} MB, once)"
        )
    if card.address:
        keep_sum(path)
    try:
        return _made(name, card, path)
    except Exception as error:  # torch raises many kinds for a file in another format
        raise DataError(
            f"{path} does not hold the weights of {name} ({type(error).__name__}: {str(error)[:200]})"
        ) from error


def keep_sum(path) -> None:
    """Remember a file's sha256 at first sight; DataError where it is another one later."""
    beside, came = path.with_name(path.name + ".sha256"), sha256(path)
    if not beside.is_file():
        beside.write_text(came, encoding="utf-8")
    elif beside.read_text(encoding="utf-8") != came:
        raise DataError(f"{path}: its sha256 is another one than at first; delete both and fetch again")


def _has(card):
    return not card.package or find_spec(card.package) is not None


def _made(name, card, path):
    if card.bundle:
        bundle = getattr(import_torchaudio().pipelines, card.bundle)
        settings = {
            "model_dir": str(path.parent),
            "weights_only": True,
            "map_location": "cpu",
            "progress": False,
        }
        return SelfSupervised(bundle.get_model(dl_kwargs=settings))
    state = torch.load(path, map_location="cpu", weights_only=True)
    if name == "GE2E":
        made = GE2E()
        own = made.state_dict()
        made.load_state_dict({key: state["model_state"][key] for key in own})
        return made
    made = ecapa()
    made.network.load_state_dict(state)
    return made
