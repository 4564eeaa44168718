"""MPEG audio (MP3) counted frame by frame: its length, and where streams were joined.

The sound is a chain of frames, each with a bit rate of its own; a first frame without sound may tell how many follow
(Xing, Info, VBRI). Without it libsndfile guesses the length from the first bit rates. Ref: ISO/IEC 11172-3, 2.4.1.3.
"""

import struct
from functools import lru_cache
from typing import NamedTuple

from course_lib.audio.containers import Part

LAYER_SAMPLES = {1: 384, 2: 1152, 3: 1152}
LADDERS = {  # kbit/s of the 14 bit rates; (MPEG-1?, layer)
    (True, 1): range(32, 449, 32),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
LADDERS[False, 3] = LADDERS[False, 2]


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
        if frame.kind[1] != 3:  # a Xing header is read in layer III only; in another it is one more frame
            parts.append((Part(b"", first, end), frames * frame.samples, *frame.kind[2:]))
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
        flags, frames = (int.from_bytes(data[at + k : at + k + 4], "big") for k in (4, 8))
        return frames if flags & 1 else 0
    if data[place + 36 : place + 40] == b"VBRI":
        return int.from_bytes(data[place + 50 : place + 54], "big")
    return None
