"""An open recording with its true length, whatever its header says.

libsndfile opens it; where the header is known to be wrong, true_parts.py says which bytes to read instead.
"""

import math
import warnings
from pathlib import Path

from course_lib.audio import containers
from course_lib.audio.true_parts import (
    BLOCK,
    ENDLESS,
    SIZED,
    Straight,
    parts_by_size,
    place_of,
    promised_and_there,
    true_parts,
)
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
        self.files, self.begun = [], False
        try:
            self.files = self._readable()
            self._refuse_nonsense()
        except BaseException:
            self.close()
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
                    if start or self.begun:
                        _go_to(file, start, block)
                    self.begun = True
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
                f"damaged file ({error}); copy it again, or convert it: {conversion(self.path)}"
            ) from error

    def _refuse_or_warn_of_a_cut(self, file):
        promised, there = promised_and_there(self.path, file)
        if there < promised:
            said = f"the header promises {promised} bytes, the file has {there}"
            if promised - there > max(MISSING_BYTES, MISSING_SHARE * promised):
                raise AudioError(f"{self.path}: truncated: {said}; copy or make it again")
            tell_once(self.path, "cut", f"{self.path}: {said}; what is there is read, {_seconds(file)}")
        if file.format == "OGG" and not containers.ogg_is_ended(self.path):
            tell_once(
                self.path,
                "cut",
                f"{self.path}: its last page is missing, the file may be cut off; what is there is read, {_seconds(file)}",
            )

    def _readable(self):
        """[SoundFile, ...] that together hold all of the sound."""
        try:
            file = self._opened(self.path)
        except AudioError:
            there = self.path.is_file() and self.path.stat().st_size
            if not there or not (parts := parts_by_size(self.path)):
                raise
            if whole := self._read_together(parts):
                return whole
            raise
        self.files = [file]  # closed, should an error come
        self._refuse_or_warn_of_a_cut(file)
        parts = true_parts(self.path, file)
        whole = self._read_together(parts, file) if parts else []
        if whole:
            file.close()
        return whole or [file]

    def _read_together(self, parts, file=None):
        """Those of the parts that have the rate and the channels of the first, opened; what is left out is told.

        file: the whole as libsndfile opens it, None where it does not.
        """
        files = []
        for part in parts:
            inner = containers.PartFile(self.path, part)
            try:
                files.append(self._opened(inner))
            except AudioError:  # a joined stream that is no sound
                inner.close()
                continue
            self._refuse_or_warn_of_a_cut(files[-1])
        if not files:
            return []
        kind = files[0].samplerate, files[0].channels
        whole = [each for each in files if (each.samplerate, each.channels) == kind]
        if len(whole) < len(parts):
            tell_once(
                self.path,
                "joined",
                f"{self.path}: {len(parts)} streams were joined in it, of which {len(whole)} can be read together: "
                f"{_seconds(*whole)} of {_seconds(*files)}",
            )
        form = file or whole[0]
        if len(parts) == 1 and form.format in SIZED and not form.subtype.startswith("MPEG"):
            tells = f" (it tells {_seconds(file)})" if file else ""
            tell_once(
                self.path,
                "unfinished",
                f"{self.path}: its header was never finished{tells}: read to the end of the file, {_seconds(*whole)}",
            )
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


def conversion(path):
    """The command that makes a FLAC of any recording."""
    return f"ffmpeg -i '{path.name}' '{path.stem}.flac'"


def tell_once(where, what, text):
    """A warning, the first time that it is given for this place."""
    if (str(where), what) not in _noted:
        _noted.add((str(where), what))
        warnings.warn(text, stacklevel=4)


def _seconds(*files):
    return f"{math.fsum(file.frames / file.samplerate for file in files if file.frames < ENDLESS):.2f} s"
