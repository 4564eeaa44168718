"""One recording of any kind into the course's: mono, 16 kHz, 16-bit FLAC, a few minutes at a time.

16-bit recordings at 16 kHz stay the same to the last bit. What is wrong with a recording, `audio.read` says.
"""

import hashlib
import io
import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from course_lib.audio import SR, header, read
from course_lib.errors import AudioError

BLOCK = 240 * SR  # samples read in one go: an hour of meeting needs no more memory than four minutes (15 MB)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the manifest needs to know of a written file."""

    duration_s: float
    sha256: str


def decode(source, target) -> Decoded:
    """Write `source` (anything libsndfile reads) to `target` as FLAC; the file appears whole or not at all.

    Channels are averaged. Errors: AudioError for audio that is missing, damaged, cut off, empty, silent or NaN.
    """
    source, target = Path(source), Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    rate, _, frames = header(source)
    total, loud = math.ceil(frames * SR / rate), False
    flac = io.BytesIO()  # in memory: libsndfile does not tell when a disk fills up while it closes a file
    with soundfile.SoundFile(flac, "w", SR, 1, "PCM_16", format="FLAC") as made:
        for start in range(0, total, BLOCK):
            wave = read(
                source, mono="mix", start=start, frames=BLOCK, allow_silence=True, note="the originals"
            ).numpy()
            whole = np.clip(np.rint(wave * 32768), -32768, 32767).astype(np.int16)
            loud |= bool(whole.any())
            made.write(whole)
        written = made.frames
    if not loud:
        raise AudioError("silent: every sample is zero")
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(flac.getbuffer())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return Decoded(round(written / SR, 3), hashlib.sha256(flac.getbuffer()).hexdigest())
