"""Recordings packed into a few large files, so that training reads pieces of any number of hours in flat memory.

A shard holds the 16-bit samples of many recordings one after the other; `index.json` says where each one lies and
whose it is. A piece is one seek and one read, whatever the hours. Several machines read the same folder, or copies.
Ref: Aizman et al. 2019 (WebDataset), whose shards are read from end to end; here single seconds are read at random.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_lib.data.parallel import in_order
from course_lib.errors import DataError
from course_lib.paths import atomic_folder

HOURS = 2.0  # in a shard: 230 MB
SR = 16_000


@dataclass(frozen=True, slots=True)
class Recording:
    """Where a recording lies: shard number, first sample, length in samples; whose it is ("" for noise), its corpus."""

    shard: int
    start: int
    length: int
    speaker: str
    source: str


def pack(corpora, folder, *, prepare=None, is_noise=lambda clip: False, progress=None) -> "Shards":
    """Pack the recordings of corpora into `folder` -> Shards. A folder of the same recordings is taken as it is.

    prepare   what is done to every wave (n,) before it is packed: a function of a wave, such as a filter
    is_noise  of a clip: True for one that is noise; clips without a speaker that are no noise are left out
    progress  wraps the recordings while they are packed, as tqdm does
    Raises AudioError for a recording that cannot be read; then nothing is left behind.
    """
    folder = Path(folder)
    clips = [(corpus, clip) for corpus in corpora for clip in corpus if clip.speaker or is_noise(clip)]
    wanted = [[f"{corpus.name}/{clip.path}", round(clip.duration_s, 3)] for corpus, clip in clips]
    if (folder / "index.json").is_file():
        shards = Shards(folder)
        if shards.packed == wanted:
            return shards

    def read(item):
        corpus, clip = item
        wave = corpus.read(clip, allow_silence=True)
        wave = prepare(wave) if prepare else wave
        return (wave.clamp(-1, 1) * 32_767).round().short().numpy()

    waves = in_order(read, clips)
    with atomic_folder(folder) as part:
        recordings, shard, place = [], 0, 0
        for (corpus, clip), samples in zip(clips, progress(waves) if progress else waves):
            if place > HOURS * 3600 * SR:
                shard, place = shard + 1, 0
            with open(part / _name(shard), "ab") as file:
                file.write(samples.tobytes())
            speaker = "" if is_noise(clip) else clip.speaker
            recordings.append([shard, place, len(samples), speaker, corpus.name])
            place += len(samples)
        index = {"recordings": recordings, "packed": wanted}
        (part / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return Shards(folder)


class Shards:
    """The recordings of a packed folder: `.recordings`, and `.read(recording, start, length)`.

    Raises DataError where the folder is none or a shard is shorter than its index says.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        try:
            index = json.loads((self.folder / "index.json").read_text(encoding="utf-8"))
            self.recordings = [Recording(*row) for row in index["recordings"]]
            self.packed = index["packed"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{folder} is no folder of packed recordings ({error}); pack them again"
            ) from error
        self._files = {}

    def read(self, recording, start=0, length=None):
        """Samples of a recording from `start` on: (length,) int16, fewer at its end."""
        length = recording.length - start if length is None else min(length, recording.length - start)
        if recording.shard not in self._files:
            self._files[recording.shard] = os.open(self.folder / _name(recording.shard), os.O_RDONLY)
        data = os.pread(self._files[recording.shard], 2 * length, 2 * (recording.start + start))
        if len(data) != 2 * length:
            raise DataError(
                f"shard {recording.shard} of {self.folder} is shorter than its index; pack it again"
            )
        return np.frombuffer(data, np.int16)

    def close(self):
        """Close the shards; reading opens them again."""
        while self._files:
            os.close(self._files.popitem()[1])

    def __del__(self):
        self.close()


def _name(shard):
    return f"shard{shard:04d}.i16"
