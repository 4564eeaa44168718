"""An open recording with its true length, whatever its header says.

libsndfile opens it; where the header is known to be wrong, true_parts.py says which bytes to read instead.
"""

import math
import re
import warnings
from pathlib import Path

import numpy as np

from course_lib.audio import containers
from course_lib.audio.true_parts import BLOCK, ENDLESS, SIZED, Straight, place_of, true_parts
from course_lib.errors import AudioError

RATES = (1_000, 1_000_000)  # Hz; beyond them a header is damaged, and resampling would make much of little
SLACK = 2 * 1152  # samples: a lossy file counts whole frames, of 1152 samples in MP3, and some encoders pad
LEAD = 16 * 1152  # samples of an MP3 read before a place in it, whose bits may lie 511 bytes earlier
LOSSLESS = ("PCM", "FLOAT", "DOUBLE", "ALAC", "ULAW", "ALAW", "DPCM", "DWVW")
MISSING_BYTES, MISSING_SHARE = 4096, 0.05  # what a header may promise too much without a cut file

_noted = set()  # what was told already


class Recording:
    """Open a sound file: rate, channels, frames (counted where the header guesses), read(start, frames), close().

    Raises AudioError for a file that is missing, empty, no audio, damaged, or cut off; warns where a header is wrong
    and the sound can be read all the same.
    """

    def __init__(self, path):
        self.path = Path(path)
        first = self._opened(self.path)
        try:
            self._refuse_or_warn_of_a_cut(first)
            self.files, self.skipped = self._whole(first), 0.0
            self._refuse_nonsense()
        except BaseException:
            first.close()
            raise
        self.rate, self.channels = self.files[0].samplerate, self.files[0].channels
        self.subtype, self.frames = self.files[0].subtype, sum(file.frames for file in self.files)
        self.slack = 0 if self.subtype.startswith(LOSSLESS) else SLACK

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for file in self.files:
            file.close()

    def read(self, start, frames):
        """Yield blocks (n, channels) float32 of `frames` samples from `start` on, fewer where the file ends."""
        for file in self.files:
            if start < file.frames and frames > 0:
                wanted, got = min(frames, file.frames - start), 0
                block = max(1, BLOCK // file.channels)
                try:
                    _go_to(file, start, block)
                    while got < wanted:
                        part = file.read(min(block, wanted - got), dtype="float32", always_2d=True)
                        if not len(part):
                            break
                        got += len(part)
                        yield part
                except RuntimeError as error:
                    raise AudioError(
                        f"{self.path}: damaged or truncated ({error}); copy or make it again"
                    ) from error
                frames -= wanted
            start = max(0, start - file.frames)

    def _opened(self, source):
        """What libsndfile opens; everything that it can say against it becomes one AudioError."""
        if not self.path.is_file():
            found = "a folder" if self.path.is_dir() else "nothing"
            raise AudioError(f"{self.path}: expected a sound file, found {found}")
        if self.path.stat().st_size == 0:
            raise AudioError(
                f"{self.path}: expected a sound file, got an empty one (0 bytes); copy or make it again"
            )
        try:
            return Straight(place_of(source) if isinstance(source, Path) else source)
        except (RuntimeError, TypeError, ValueError, OSError) as error:
            raise AudioError(
                f"{self.path}: expected audio that soundfile reads (WAV, FLAC, Ogg, MP3 ...), got something else or a "
                f"damaged file ({error}); copy or convert it again"
            ) from error

    def _refuse_or_warn_of_a_cut(self, file):
        cut = re.search(r"(?:data|SSND|riff|Data Size)\s*: (\d+) \(should be (\d+)\)", file.extra_info)
        if (
            not cut or not int(cut[2]) < int(cut[1]) < 0xFFFF0000 or 0x7FFF0000 <= int(cut[1]) <= 0x80000000
        ):  # larger: "length unknown", as a pipe writes it
            return
        promised, there = int(cut[1]), int(cut[2])
        said = f"the header promises {promised} bytes, the file has {there}"
        if promised - there > max(MISSING_BYTES, MISSING_SHARE * promised):
            raise AudioError(f"{self.path}: truncated: {said}; copy or make it again")
        tell_once(self.path, "cut", f"{self.path}: {said}; what is there is read, {_seconds(file)}")

    def _whole(self, file):
        """[SoundFile, ...] that together hold all of the sound; [file] itself where its header is right."""
        parts = true_parts(self.path, file)
        if parts is None:
            return [file]
        files = []
        for part in parts:
            inner = containers.PartFile(self.path, part)
            try:
                files.append(self._opened(inner))
            except AudioError:  # a joined stream that is no sound
                inner.close()
        whole = [
            each
            for each in files
            if (each.samplerate, each.channels) == (files[0].samplerate, files[0].channels)
        ]
        if not whole:
            return [file]
        if len(whole) < len(parts):
            tell_once(
                self.path,
                "joined",
                f"{self.path}: {len(parts)} streams were joined in it, of which {len(whole)} can be read together: "
                f"{_seconds(*whole)} of {_seconds(*files)}",
            )
        if file.format in SIZED and not file.subtype.startswith("MPEG"):
            tell_once(
                self.path,
                "unfinished",
                f"{self.path}: its header was never finished (it tells {_seconds(file)}): read to the end of the file, "
                f"{_seconds(*whole)}",
            )
        file.close()
        return whole

    def _refuse_nonsense(self):
        rate = self.files[0].samplerate
        if not RATES[0] <= rate <= RATES[1]:
            raise AudioError(
                f"{self.path}: expected a rate of {RATES[0]} to {RATES[1]} Hz, got {rate}; the file is damaged, make it again"
            )
        if not any(file.frames for file in self.files):
            raise AudioError(
                f"{self.path}: expected a sound, got a file with no samples; copy or make it again"
            )


class Onward:
    """A Recording that is read once, from its start to its end; `read` as there, asked in order, parts may overlap.

    Seeking in a long MP3, or in a coding that cannot be sought, would read it from its start each time.
    """

    def __init__(self, recording):
        self.recording, self.blocks = recording, recording.read(0, recording.frames)
        self.held, self.begin = np.empty((0, recording.channels), np.float32), 0

    def __getattr__(self, name):
        return getattr(self.recording, name)

    def read(self, start, frames):
        kept = [self.held[start - self.begin :]]
        self.begin, there = start, len(kept[0])
        while there < frames and (block := next(self.blocks, None)) is not None:
            kept.append(block)
            there += len(block)
        self.held = np.concatenate(kept) if len(kept) > 1 else kept[0]
        yield self.held[:frames]


def _go_to(file, start, block):
    """Stand at a sample. A coding that cannot be sought (GSM) is read up to it; MP3, whose frames lean on those before
    them, from a little before it.
    """
    if file.can_be_sought:
        begin = max(0, start - LEAD) if file.subtype.startswith("MPEG") else start
        file.seek(begin)
        start -= begin
    while start > 0 and (passed := len(file.read(min(block, start), dtype="float32"))):
        start -= passed


def tell_once(where, what, text):
    """A warning, the first time that it is given for this place."""
    if (str(where), what) not in _noted:
        _noted.add((str(where), what))
        warnings.warn(text, stacklevel=4)


def _seconds(*files):
    return f"{math.fsum(file.frames / file.samplerate for file in files if file.frames < ENDLESS):.2f} s"
