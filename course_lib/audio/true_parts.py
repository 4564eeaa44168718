"""Which bytes of a file hold its sound, where its header is known to be wrong about that: containers.py and told_sizes.py find them."""

import os
import re
from functools import cached_property, lru_cache

import soundfile

from course_lib.audio import containers, mpeg, told_sizes
from course_lib.errors import AudioError

BLOCK = 1 << 20  # numbers read in one go: a header that lies about its length cannot ask for all memory
SIZED = ("WAV", "WAVEX", "RF64", "AU", "CAF")  # formats whose header tells the bytes of sound
ENDLESS = 1 << 62  # frames: libsndfile's answer where a header tells none


class Straight(soundfile.SoundFile):
    """A file that goes on behind a block that was read. soundfile would seek to that place, which disturbs MP3.

    What libsndfile says of it is asked once.
    """

    format = cached_property(soundfile.SoundFile.format.fget)
    subtype = cached_property(soundfile.SoundFile.subtype.fget)
    extra_info = cached_property(soundfile.SoundFile.extra_info.fget)

    def seekable(self):
        return False

    @property
    def can_be_sought(self):
        return super().seekable()


def true_parts(path, file):
    """The parts of a file that hold its sound, [containers.Part, ...], or None where its header is right.

    file: the same, opened by libsndfile. Kept by the file's size and time.
    """
    return _parts(str(path), *state_of(path), file.format, file.subtype, file.frames, file.extra_info)


def state_of(path):
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=256)
def _parts(path, size, changed, form, subtype, frames, extra_info):
    if frames >= ENDLESS:
        with containers.mapped(path) as data:
            return [containers.flac_counted(data, _counted(path))]
    if subtype.startswith("MPEG_LAYER"):
        with containers.mapped(path) as data:
            begin, stop = 0, len(data)
            if form != "MP3":
                begin, told = told_sizes.wav_data(data) or (0, stop)
                stop = min(stop, begin + told)
            found = mpeg.mpeg_parts(data, begin, stop)
        right = form == "MP3" and len(found) == 1 and not found[0][0].head
        return None if right or not found else [part for part, *_ in found]
    if form == "OGG":
        with containers.mapped(path) as data:
            found = containers.ogg_parts(data)
        return found if len(found) > 1 else None
    if form == "FLAC":
        found = containers.flac_parts(path)
        return found if len(found) > 1 else None
    if form in ("NIST", "VOC", "W64"):
        with containers.mapped(path) as data:
            found = told_sizes.joined_parts(data)
        return found if len(found) > 1 else None
    told = re.search(r"(?:Data [Ss]ize|data)\s*: (\d+)", extra_info)
    if form in SIZED and told and size - int(told[1]) > (told_sizes.FEW if frames else 0):
        return parts_by_size(path)
    return None


def promised_and_there(path, file):
    """(bytes of sound that the header promises, those that are there); twice 0 where a header does not tell."""
    if file.format in ("NIST", "VOC"):
        with containers.mapped(path) as data:
            return told_sizes.told_end(data), len(data)
    if file.format == "RF64":
        with containers.mapped(path) as data:
            begin, size = told_sizes.wav_data(data) or (0, 0)
            return size, len(data) - begin
    told = re.search(r"(?:data|SSND|riff|Data Size)\s*: (\d+) \(should be (\d+)\)", file.extra_info)
    promised, there = map(int, told.groups()) if told else (0, 0)
    unknown = promised >= 0xFFFF0000 or 0x7FFF0000 <= promised <= 0x80000000  # as a pipe writes it
    return (0, 0) if unknown else (promised, there)


def parts_by_size(path):
    """The parts of a file whose sizes are wrong, or that are several files joined; None where neither is so."""
    with containers.mapped(path) as data:
        found = told_sizes.joined_parts(data)
        if len(found) > 1:
            return found
        part = told_sizes.unfinished(data)
        return [part] if part else None


def _counted(path):
    """Samples of a file, by decoding it."""
    total = 0
    with Straight(place_of(path)) as file:
        try:
            while found := len(file.read(BLOCK, dtype="float32")):
                total += found
        except RuntimeError as error:
            raise AudioError(f"{path}: damaged or truncated ({error}); copy or make it again") from error
    return total


def place_of(path):
    """A path as soundfile opens it: text, or bytes where a name on Linux is no UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return str(path)
