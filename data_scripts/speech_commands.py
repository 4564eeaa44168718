"""Speech Commands v0.02: 35 English words by some 2,600 people, one second each, and six background noises.

Layout: `<word>/<speaker>_nohash_<n>.wav`, `_background_noise_/*.wav`, `validation_list.txt`, `testing_list.txt`.
"""

import hashlib
import re

from course_lib.data.public.dataset_spec import DatasetSpec, Licence, Part, Remote, Row

MOST = 2**27 - 1  # "~134M", the official MAX_NUM_WAVS_PER_CLASS


def partition(file_name: str) -> str:
    """The official rule (README of the corpus): by the SHA-1 of the speaker's part of the name, 10 % and 10 %.

    >>> partition("0a7c2a8d_nohash_0.wav") == partition("0a7c2a8d_nohash_3.wav")
    True
    """
    speaker = re.sub(r"_nohash_.*$", "", file_name)
    percent = int(hashlib.sha1(speaker.encode()).hexdigest(), 16) % (MOST + 1) * (100.0 / MOST)
    return "valid" if percent < 10 else "test" if percent < 20 else "train"


def prepare(folder):
    """One row per word by its official partition, which is by speaker; the noises have no split."""
    named = _official_lists(folder)
    for file in sorted([*folder.rglob("*_nohash_*.wav"), *folder.rglob("_background_noise_/*.wav")]):
        word, speaker = file.parent.name, file.stem.split("_nohash_")[0]
        noise = word == "_background_noise_"
        yield Row(
            source=file,
            path=f"audio/{word}/{file.stem}.flac",
            speaker="" if noise else speaker,
            label=word,
            language="" if noise else "en",
            split=""
            if noise
            else named.get(f"{word}/{file.name}", "train")
            if named
            else partition(file.name),
            session=file.stem if noise else speaker,
        )


def _official_lists(folder) -> dict:
    """{word/file: part} of the two lists; what they do not name is train. {} where an excerpt has no lists."""
    named = {}
    for part, name in (("valid", "validation_list.txt"), ("test", "testing_list.txt")):
        for path in folder.rglob(name):
            named |= dict.fromkeys(path.read_text(encoding="utf-8").split(), part)
    return named


PAGE = DatasetSpec(
    name="speech_commands",
    title="Speech Commands v0.02",
    teaches="keyword spotting by many strangers; few examples of a new word; noise for augmentation.",
    home="https://arxiv.org/abs/1804.03209",
    licence=Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    citation="P. Warden, Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, arXiv:1804.03209, 2018",
    prepare=prepare,
    splits="the official partition, by speaker; background noise has no split.",
    parts=(
        Part(
            "v0.02",
            (
                Remote(
                    "https://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
                    size=2_428_923_189,
                    sum="sha256:af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
                ),
            ),
            unpacked=3_600_000_000,
        ),
    ),
)
