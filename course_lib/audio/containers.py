"""Where a sound file's own header is wrong about its length: streams that were joined, a FLAC that tells no length.

libsndfile reads one stream and believes its header. Here the bytes are looked at: each Part is a stretch of the file,
with a corrected header before it, that libsndfile then reads whole. told_sizes.py does the same for files that tell
their size, mpeg.py for MPEG audio. Ref: RFC 3533, 6 (Ogg pages); RFC 9639, 8.2 (FLAC's STREAMINFO).
"""

import io
import mmap
import re
import struct
from typing import NamedTuple

UNKNOWN = 0xFFFFFFFF  # the size that a program writes which cannot come back to its header
PIECE = 1 << 20  # bytes searched in one go


class Part(NamedTuple):
    """Bytes `start` to `stop` of a file, with other bytes before them: what libsndfile is to read as one file."""

    head: bytes
    start: int
    stop: int


class PartFile(io.RawIOBase):
    """A Part of a file, as an open file of its own."""

    def __init__(self, path, part):
        self.path, self.part, self.place = path, part, 0  # opened at each read: there may be a thousand parts
        self.size = len(part.head) + part.stop - part.start

    def seekable(self):
        return True

    def readable(self):
        return True

    def seek(self, offset, whence=io.SEEK_SET):
        self.place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        return self.place

    def tell(self):
        return self.place

    def readinto(self, buffer):
        head, wanted = self.part.head, min(len(buffer), max(0, self.size - self.place))
        found = head[self.place : self.place + wanted]
        if len(found) < wanted:
            with open(self.path, "rb", buffering=0) as file:
                file.seek(self.part.start + self.place + len(found) - len(head))
                found += file.read(wanted - len(found))
        buffer[: len(found)] = found
        self.place += len(found)
        return len(found)


def mapped(path):
    """The bytes of a file that is not empty, read where they are looked at."""
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


# Ogg: pages; a page that begins a stream, behind one that does not, begins the next of joined streams.


def ogg_parts(data):
    """[Part, ...]: one for each of the streams that were joined end to end."""
    starts, place, beginning = [], 0, False
    while place >= 0 and place + 27 <= len(data):
        if data[place : place + 4] != b"OggS":
            place = data.find(b"OggS", place + 1)
            continue
        before, beginning = beginning, bool(data[place + 5] & 2)
        if beginning and not before:
            starts.append(place)
        segments = data[place + 26]
        place += 27 + segments + sum(data[place + 27 : place + 27 + segments])
    return [Part(b"", a, b) for a, b in zip(starts, [*starts[1:], len(data)])]


def ogg_is_ended(path):
    """Whether the last page of an Ogg is there and says that it is the last: that of a file cut off does not."""
    with mapped(path) as data:
        place = data.rfind(b"OggS")
        table = data[place + 27 : place + 27 + data[place + 26]]
        return bool(data[place + 5] & 4) and place + 27 + len(table) + sum(table) <= len(data)


def flac_parts(path):
    """[Part, ...]: one for each FLAC file joined end to end; each begins with its mark and a STREAMINFO of 34 bytes."""
    starts, stop, end = [], 0, b""
    with open(
        path, "rb", buffering=0
    ) as file:  # read, not mapped: twice as quick, and nearly every file is a FLAC
        while piece := file.read(PIECE):
            piece, begin = end + piece, stop - len(end)
            if b"fLaC" in piece:
                starts += [
                    begin + match.start() for match in re.finditer(rb"fLaC[\x00\x80]\x00\x00\x22", piece)
                ]
            stop, end = begin + len(piece), piece[-7:]
    return [Part(b"", a, b) for a, b in zip([0, *starts[1:]], [*starts[1:], stop])]


def flac_counted(data, samples):
    """The Part of a FLAC whose header says nothing of its length, with the number of samples put in (36 bits)."""
    at = (
        data.find(b"fLaC") + 8 + 13
    )  # behind the stream's mark and the block's header: 13 bytes of other numbers
    number = bytes([data[at] & 0xF0 | samples >> 32 & 15]) + struct.pack(">I", samples & UNKNOWN)
    return Part(data[:at] + number, at + 5, len(data))
