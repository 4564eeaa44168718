"""Where a sound file's own header is wrong about its length: joined streams, frames nobody counted, sizes never written.

libsndfile reads one stream and believes its header. Here the bytes are looked at: each Part is a stretch of the file,
with a corrected header before it, that libsndfile then reads whole. Ref: ISO/IEC 11172-3, 2.4.1.3 (MPEG frames);
RFC 3533, 6 (Ogg pages); RFC 9639, 8.2 (FLAC's STREAMINFO); Microsoft RIFF 1991 (WAV's chunks).
"""

import io
import mmap
import struct
from functools import lru_cache
from typing import NamedTuple

UNKNOWN = 0xFFFFFFFF  # the size that a program writes which cannot come back to its header
LAYER_SAMPLES = {1: 384, 2: 1152, 3: 1152}
LADDERS = {  # kbit/s of the 14 bit rates; (MPEG-1?, layer)
    (True, 1): range(32, 449, 32),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
LADDERS[False, 3] = LADDERS[False, 2]


class Part(NamedTuple):
    """Bytes `start` to `stop` of a file, with other bytes before them: what libsndfile is to read as one file."""

    head: bytes
    start: int
    stop: int


class PartFile(io.RawIOBase):
    """A Part of a file, as an open file of its own."""

    def __init__(self, path, part):
        self.file, self.part, self.place = io.FileIO(path), part, 0
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
            self.file.seek(self.part.start + self.place + len(found) - len(head))
            found += self.file.read(wanted - len(found))
        buffer[: len(found)] = found
        self.place += len(found)
        return len(found)

    def close(self):
        self.file.close()
        super().close()


def mapped(path):
    """The bytes of a file that is not empty, read where they are looked at."""
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


# MPEG audio: a chain of frames, each with its own bit rate; a first frame without sound may hold their number (Xing).


class Frame(NamedTuple):
    """What the four bytes of a frame's header say."""

    size: int  # bytes
    samples: int
    kind: tuple  # MPEG version, layer, rate in Hz, mono: what stays the same in one stream
    info: int  # where the word Xing or Info stands, in bytes from the frame's start


@lru_cache(maxsize=4096)
def mpeg_frame(header):
    """The Frame of a header of four bytes, or None where they are none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] < 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)  # version 3: MPEG-1; 2: MPEG-2; 0: MPEG-2.5
    bits, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 4 or bits in (0, 15) or rate == 3:
        return None
    first, mono = version == 3, header[3] >> 6 == 3
    hertz = (44_100, 48_000, 32_000)[rate] // {3: 1, 2: 2, 0: 4}[version]
    samples = LAYER_SAMPLES[layer] // (2 if layer == 3 and not first else 1)
    slot = 4 if layer == 1 else 1
    kbits = LADDERS[first, layer][bits - 1]
    size = (samples // 8 * kbits * 1000 // hertz // slot + (header[2] >> 1 & 1)) * slot
    side = 4 + ((17 if mono else 32) if first else (9 if mono else 17))
    return Frame(size, samples, (version, layer, hertz, mono), side)


def mpeg_parts(data, start, stop):
    """[(Part, samples, rate, mono), ...] of the MPEG frames from `start` to `stop`; one where no stream was joined on.

    A stream that tells its number of frames, and has so many, keeps its own header; before any other a Xing header is
    put that tells it, without which libsndfile estimates the number from the first bit rates.
    """
    parts = []
    for first, end, frames, told, header in _mpeg_runs(data, start, stop):
        frame = mpeg_frame(header)
        if told is not None and told > frames + 1:  # cut off: the decoder will find it too short
            parts.append((Part(b"", first, end), told * frame.samples, *frame.kind[2:]))
            continue
        right = told is not None and told >= frames - 1
        begin = first if right or told is None else first + frame.size
        head = b"" if right else xing(header, frames)
        parts.append((Part(head, begin, end), frames * frame.samples, *frame.kind[2:]))
    return parts


def xing(header, frames):
    """A frame without sound that tells how many frames follow."""
    header = bytes(
        [header[0], header[1] | 1, header[2] & 0x0D | 0x80, header[3]]
    )  # no checksum, some bit rate
    frame = mpeg_frame(header)
    return (header + bytes(frame.info - 4) + b"Xing" + struct.pack(">II", 1, frames)).ljust(frame.size, b"\0")


def _mpeg_runs(data, start, stop):
    """(first byte, end, frames with sound, number of frames told or None, first header) of each stream."""
    place, run = start, None
    while place + 4 <= stop:
        header = data[place : place + 4]
        frame = mpeg_frame(header)
        if frame is None or place + frame.size > stop or (run and run[5] != frame.kind):
            place, kind = _next_frame(data, place, stop)
            if place < 0:
                break
            if run and run[5] != kind:
                yield tuple(run[:5])
                run = None
            continue
        told = _told_frames(data, place, frame)
        if run and told is not None:  # the first frame of another file, joined on
            yield tuple(run[:5])
            run = None
        if run is None:
            run = [place, place, 0, None if told in (None, 0) else told, header, frame.kind]
            run[2] = -1 if told else 0
        run[1], run[2] = place + frame.size, run[2] + 1
        place += frame.size
    if run:
        yield tuple(run[:5])


def _next_frame(data, place, stop):
    """(where the next frame lies that another of its kind follows, its kind); (-1, None) where there is none."""
    if data[place : place + 3] == b"ID3" and place + 10 <= stop:  # tags; their size has 7 bits a byte
        size = data[place + 6 : place + 10]
        place += 10 + sum(byte << shift for byte, shift in zip(size, (21, 14, 7, 0)))
    while 0 <= place < stop:
        frame = mpeg_frame(data[place : place + 4])
        if frame and place + frame.size <= stop:
            following = mpeg_frame(data[place + frame.size : place + frame.size + 4])
            if following and following.kind == frame.kind:
                return place, frame.kind
        place = data.find(b"\xff", place + 1, stop)
    return -1, None


def _told_frames(data, place, frame):
    """The number of frames that this one tells (0: it is such a frame and tells none), or None for one with sound."""
    at = place + frame.info
    if data[at : at + 4] in (b"Xing", b"Info"):
        flags, frames = struct.unpack(">II", data[at + 4 : at + 12])
        return frames if flags & 1 else 0
    if data[place + 36 : place + 40] == b"VBRI":
        return struct.unpack(">I", data[place + 50 : place + 54])[0]
    return None


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


# Sizes that were never written: a program that was killed leaves the header as it was at the start.


def wav_data(data):
    """(where the samples of a WAV begin, their bytes as the header tells them), or None where there is no such chunk."""
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack("<I", data[place + 4 : place + 8])[0]
        if name == b"data":
            return place + 8, size
        place += 8 + size + size % 2
    return None


def unfinished(data, form):
    """The Part of a WAV or AU whose header tells a fraction of the samples that are there, else None."""
    if form == "AU" and data[:4] == b".snd":
        begin, size = struct.unpack(">II", data[4:12])
    elif data[:4] == b"RIFF" and (found := wav_data(data)):
        begin, size = found
    else:
        return None
    rest = len(data) - begin - size
    if size == UNKNOWN or rest <= (max(1 << 16, size // 10) if size else 0):  # tags and the like may follow
        return None
    if form == "AU":
        return Part(data[:8] + struct.pack(">I", UNKNOWN) + data[12:begin], begin, len(data))
    if _are_chunks(data, begin + size + size % 2):
        return None
    right = struct.pack("<I", min(len(data) - begin, UNKNOWN))
    return Part(data[: begin - 4] + right, begin, len(data))


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
