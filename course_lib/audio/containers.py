"""Where a sound file's own header is wrong about its length: joined streams, frames nobody counted, sizes never written.

libsndfile reads one stream and believes its header. Here the bytes are looked at: each Part is a stretch of the file,
with a corrected header before it, that libsndfile then reads whole. mpeg.py does the same for MPEG audio. Ref: RFC 3533,
6 (Ogg pages); RFC 9639, 8.2 (FLAC's STREAMINFO); Microsoft RIFF 1991 (WAV's chunks).
"""

import io
import mmap
import re
import struct
from typing import NamedTuple

UNKNOWN = 0xFFFFFFFF  # the size that a program writes which cannot come back to its header
PIECE = 1 << 20  # bytes searched in one go
FEW = 4096  # bytes behind the samples that may be anything
TAGS = (b"ID3", b"TAG", b"APE")  # that follow the samples without a chunk of their own


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


# Files of a kind that tells its own size, joined end to end.


def joined_parts(data):
    """[Part, ...]: one for each WAV, AIFF, AU or CAF that begins where the one before it ends."""
    starts = [0]
    while data[(end := _told_end(data, starts[-1])) : end + 4] == data[:4] and end > starts[-1]:
        starts.append(end)
    return [Part(b"", a, b) for a, b in zip(starts, [*starts[1:], len(data)])]


def _told_end(data, at):
    """Where the file that begins at `at` ends, as its header tells."""
    if data[at : at + 4] == b".snd":
        return at + sum(struct.unpack(">II", data[at + 4 : at + 12]))
    if data[at : at + 4] == b"caff":
        return next((place for name, place, _ in _caf_chunks(data, at) if name == b"caff"), len(data))
    order = {b"RIFF": "<I", b"RF64": "<Q", b"FORM": ">I"}.get(data[at : at + 4])
    place = at + (20 if order == "<Q" else 4)  # RF64: in the chunk ds64
    field = data[place : place + struct.calcsize(order or "")]
    return at + 8 + struct.unpack(order, field)[0] if order and len(field) > 3 else len(data)


def _caf_chunks(data, at=0):
    """(name, where its size stands, the size) of each chunk of a CAF; a name may be the mark of another file."""
    place = at + 8
    while place + 12 <= len(data):
        name, size = struct.unpack(">4sq", data[place : place + 12])
        yield name, place, size
        if size < 0 or name == b"caff":
            return
        place += 12 + size


# Sizes that were never written: a program that was killed leaves the header as it was at the start.


def wav_data(data):
    """(where the samples of a WAV or RF64 begin, their bytes as the header tells them), or None where there are none."""
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack("<I", data[place + 4 : place + 8])[0]
        if name == b"data":
            rf64 = data[:4] == b"RF64"  # its size stands in the chunk ds64
            return place + 8, struct.unpack("<Q", data[28:36])[0] if rf64 else size
        place += 8 + size + size % 2
    return None


def unfinished(data):
    """The Part of a WAV, AU or CAF whose header tells a fraction of the samples that are there, else None."""
    if data[:4] == b"caff":
        return _unfinished_caf(data)
    if data[:4] == b".snd":
        begin, size = struct.unpack(">II", data[4:12])
    elif data[:4] in (b"RIFF", b"RF64") and (found := wav_data(data)):
        begin, size = found
    else:
        return None
    if size == UNKNOWN or len(data) - begin - size <= (FEW if size else 0):
        return None
    if data[:4] == b".snd":
        return Part(data[:8] + struct.pack(">I", UNKNOWN) + data[12:begin], begin, len(data))
    behind = begin + size
    if (
        any(_are_chunks(data, place) for place in (behind + size % 2, behind))
        or data[behind : behind + 3] in TAGS
    ):
        return None
    head = data[: begin - 4]
    if data[:4] == b"RF64":  # as a WAV, whose size may be too large for its field: then it is read to its end
        head = b"RIFF" + struct.pack("<I", UNKNOWN) + b"WAVEJUNK" + head[16:]
    return Part(head + struct.pack("<I", min(len(data) - begin, UNKNOWN)), begin, len(data))


def _unfinished_caf(data):
    """A recorder writes -1, "to the end of the file", and the size when it stops; libsndfile does not read that."""
    for name, place, size in _caf_chunks(data):
        if name == b"data":
            rest = len(data) - place - 12 - size
            later = [other for other, _, _ in _caf_chunks(data, place + 4 + size)] if size > 0 else []
            if size > 0 and (rest <= FEW or any(each.isalnum() for each in later)):
                return None
            head = data[: place + 4] + struct.pack(">q", len(data) - place - 12) + bytes(4)
            return Part(head, place + 16, len(data))
    return None


def _are_chunks(data, place):
    """True where nothing but RIFF chunks follows, each with a name and a size that fits."""
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack("<I", data[place + 4 : place + 8])[0]
        place += 8 + size + size % 2
        if not all(32 <= byte < 127 for byte in name) or place > len(data) + 1:
            return False
    return True


def flac_counted(data, samples):
    """The Part of a FLAC whose header says nothing of its length, with the number of samples put in (36 bits)."""
    at = (
        data.find(b"fLaC") + 8 + 13
    )  # behind the stream's mark and the block's header: 13 bytes of other numbers
    number = bytes([data[at] & 0xF0 | samples >> 32 & 15]) + struct.pack(">I", samples & UNKNOWN)
    return Part(data[:at] + number, at + 5, len(data))
