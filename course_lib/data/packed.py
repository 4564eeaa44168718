"""Recordings of a corpus, decoded once and then read piece by piece from disk: memory does not grow with the hours.

One file holds all samples as 16-bit numbers, one recording behind the other: 115 MB an hour. A training process asks for
a second here and a second there; the system keeps in its cache what it has room for, and several processes share that.
"""

import hashlib
import json

import numpy as np
import torch

from course_lib.data import fingerprint
from course_lib.errors import DataError
from course_lib.paths import atomic_folder, cache_root
from course_lib.progress_bar import bar

SAMPLES, META = "samples.i16", "about.json"


class Packed:
    """The recordings of one part of a corpus: `wave(number, start, stop)` of the clip clips[number], lengths in samples.

    corpus   a corpus or a part of it; silent recordings stay in
    The file lies in the cache of the course, under a key made of the recordings' bytes; it is written whole or not at all.
    Raises AudioError for a recording that cannot be read, DataError where the file in the cache was damaged.
    """

    def __init__(self, corpus):
        self.clips = list(corpus)
        digest = hashlib.blake2b(digest_size=16)
        for clip in self.clips:
            digest.update(fingerprint.of_bytes(corpus.path(clip)).encode())
        folder = cache_root() / "packed" / digest.hexdigest()
        if not (folder / META).is_file():
            _pack(corpus, self.clips, folder)
        self.lengths = np.array(json.loads((folder / META).read_text()), dtype=np.int64)
        self.starts = np.concatenate([[0], self.lengths.cumsum()])
        self.path = folder / SAMPLES
        if self.path.stat().st_size != 2 * self.starts[-1]:
            raise DataError(
                f"{folder} does not hold what its list says; delete that folder, it is made again"
            )

    def __len__(self):
        return len(self.clips)

    def wave(self, number, start=0, stop=None):
        """Samples `start` to `stop` of recording `number`, in [-1, 1]: (n,) float32."""
        start, stop, _ = slice(start, stop).indices(int(self.lengths[number]))
        samples = np.empty(max(0, stop - start), dtype="<i2")
        with open(self.path, "rb", buffering=0) as file:  # read, not mapped: mapped pages count as memory
            file.seek(2 * int(self.starts[number] + start))
            file.readinto(samples.view(np.uint8))
        return torch.from_numpy(samples.astype(np.float32) / 32_768)


def _pack(corpus, clips, folder):
    folder.parent.mkdir(parents=True, exist_ok=True)
    lengths = []
    with atomic_folder(folder) as part, bar(f"decoding {corpus.name}", len(clips)) as advance:
        with open(part / SAMPLES, "wb") as file:
            for clip in clips:
                wave = corpus.read(clip, allow_silence=True)
                file.write((wave.clamp(-1, 1) * 32_767).round().to(torch.int16).numpy().astype("<i2").data)
                lengths.append(len(wave))
                advance(1)
        (part / META).write_text(json.dumps(lengths))
