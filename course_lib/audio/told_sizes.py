"""Sound files that tell their own size: several joined end to end, and sizes that were never written.

Ref: Microsoft RIFF 1991 (WAV's chunks); Apple Core Audio Format 2.0; NIST SPHERE 2.6; Creative Voice File 1.20.
"""

import math
import re
import struct

from course_lib.audio.containers import UNKNOWN, Part

FEW = 4096  # bytes behind the samples that may be anything
VOC_KINDS = [bytes([kind]) for kind in range(1, 10)]
TAGS = (b"ID3", b"TAG", b"APE", b"LIST")  # that follow the samples without a chunk, or in one of a wrong size


def joined_parts(data):
    """[Part, ...]: one for each WAV, W64, AIFF, AU, CAF, NIST or VOC that begins where the one before it ends."""
    starts = [0]
    while data[(end := _told_end(data, starts[-1])) : end + 4] == data[:4] and end > starts[-1]:
        starts.append(end)
    return [Part(b"", a, b) for a, b in zip(starts, [*starts[1:], len(data)])]


def told_end(data):
    """Where the last of the files in `data` ends, as its header tells."""
    return _told_end(data, joined_parts(data)[-1].start)


def _told_end(data, at):
    """Where the file that begins at `at` ends, as its header tells."""
    if data[at : at + 4] == b"NIST":
        return _nist_end(data, at)
    if data[at : at + 4] == b"Crea":
        return _voc_end(data, at)
    if data[at : at + 4] == b"riff":  # W64, whose sizes count their own chunk's name
        return at + _number(data, at + 16, 8)
    if data[at : at + 4] == b".snd":
        return at + _number(data, at + 4, 4, "big") + _number(data, at + 8, 4, "big")
    if data[at : at + 4] == b"caff":
        return next((place for name, place, _ in _caf_chunks(data, at) if name == b"caff"), len(data))
    fields = {b"RIFF": (4, 4, "little"), b"RF64": (20, 8, "little"), b"FORM": (4, 4, "big")}
    place, width, order = fields.get(data[at : at + 4], (0, 0, ""))
    return at + 8 + _number(data, at + place, width, order) if width else len(data)


def _number(data, at, width, order="little"):
    """A whole number of `width` bytes; of those that are there, where the file ends before."""
    return int.from_bytes(data[at : at + width], order)


def _nist_end(data, at):
    """Its header is text of a size that stands in the second line."""
    size = data[at + 8 : at + 16].strip()
    names = (b"sample_count", b"channel_count", b"sample_n_bytes")
    told = [re.search(name + rb" -\w+ (\d+)", data[at : at + 1024]) for name in names]
    return (
        at + int(size) + math.prod(int(each[1]) for each in told)
        if size.isdigit() and all(told)
        else len(data)
    )


def _voc_end(data, at):
    """A chain of blocks, each of a kind (1 to 9) and a size of three bytes; a 0, which may be missing, ends it."""
    place = at + _number(data, at + 20, 2)
    while data[place : place + 1] in VOC_KINDS:
        place += 4 + _number(data, place + 1, 3)
    return place + (data[place : place + 1] == b"\0")


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
            return place + 8, _number(data, 28, 8) if rf64 else size
        place += 8 + size + size % 2
    return None


def unfinished(data):
    """The Part of a WAV, AU or CAF whose header tells a fraction of the samples that are there, else None."""
    if data[:4] == b"caff":
        return _unfinished_caf(data)
    if data[:4] == b".snd":
        begin, size = _number(data, 4, 4, "big"), _number(data, 8, 4, "big")
    elif data[:4] in (b"RIFF", b"RF64") and (found := wav_data(data)):
        begin, size = found
    else:
        return None
    if size == UNKNOWN or len(data) - begin - size <= (FEW if size else 0):
        return None
    if data[:4] == b".snd":
        return Part(data[:8] + struct.pack(">I", UNKNOWN) + data[12:begin], begin, len(data))
    behind = begin + size
    if any(_are_chunks(data, place) for place in (behind + size % 2, behind)) or data[
        behind : behind + 4
    ].startswith(TAGS):
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
