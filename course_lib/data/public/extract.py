"""Unpacking an archive from a stranger: nothing leaves its folder, no links, no bombs, no full disk.

Every member is written by hand as a plain file, so what tarfile and zipfile would do with odd members does
not matter (and Python 3.10, whose tarfile has no filters everywhere, is as safe as 3.13).
Ref: CVE-2007-4559 (tar paths); D. Fifield, "A better zip bomb", WOOT 2019.
"""

import contextlib
import gzip
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course_lib.data.public.disk_space import SPARE, full_disk_told
from course_lib.errors import DataError

CHUNK = 1 << 20
HEADER = 1 << 24  # nothing but a member's own bytes is ever longer than 16 MiB


@dataclass(frozen=True)
class Limits:
    """What an honest archive keeps: unpacked bytes, unpacked over packed size, number of files, room left over."""

    bytes: int | None = None
    ratio: float = 30.0  # speech packs to a half; a bomb to a thousandth
    files: int = 500_000
    spare: int = SPARE

    def total(self, packed: int) -> int:
        """The most bytes that an archive of `packed` bytes may grow to (small ones may always reach 64 MB)."""
        most = max(64_000_000, int(self.ratio * packed))
        return most if self.bytes is None else min(most, max(64_000_000, int(1.5 * self.bytes)))


def extract(archive, folder, *, limits=Limits(), progress=None) -> int:
    """Unpack a .tar, .tar.gz or .zip into `folder`; returns the number of files.

    Errors: DataError naming the member, for a path that leaves the folder, a link or device, too much of
    anything, a full disk, a damaged archive, or no archive at all. What was written stays for the caller to remove.
    """
    archive, folder = Path(archive), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    target = _Target(archive, folder, limits, progress)
    with open(archive, "rb") as file:
        start = file.read(262)
    try:
        if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            _unzip(archive, target)
        elif start[:2] == b"\x1f\x8b" or start[257:262] == b"ustar":
            _untar(archive, target, packed=start[:2] == b"\x1f\x8b")
        else:
            raise DataError(f"{archive.name}: expected a .tar.gz or .zip archive, got something else")
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        EOFError,
        gzip.BadGzipFile,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise DataError(f"{archive.name} is damaged ({error}); delete it and fetch again") from None
    except NotImplementedError as error:
        raise DataError(f"{archive.name}: {error}; expected an ordinary zip archive") from None
    return target.files


def safe_path(name: str) -> PurePosixPath:
    """The member's path below the folder. DataError where it points anywhere else.

    >>> str(safe_path("./yes/0a7c2a8d_nohash_0.wav"))
    'yes/0a7c2a8d_nohash_0.wav'
    """
    path = PurePosixPath(name)
    odd = any(ord(letter) < 32 for letter in name) or "\\" in name or ":" in name
    if odd or path.is_absolute() or ".." in path.parts or not name:
        raise DataError(
            f"the archive wants to write to {name!r}, outside of its folder: refused, nothing of it is used"
        )
    return path


class _Target:
    """The folder that is written to, and the accounts of it."""

    def __init__(self, archive, folder, limits, progress):
        self.name, self.folder, self.progress = archive.name, folder, progress
        self.most, self.limits = limits.total(archive.stat().st_size), limits
        self.files = self.bytes = 0
        self.free = shutil.disk_usage(folder).free - limits.spare

    def refuse(self, why):
        return DataError(f"{self.name}: {why}: refused, nothing of it is used")

    def count(self, more):
        self.bytes += more
        if self.bytes > self.most:
            raise self.refuse(
                f"unpacks to more than {self.most / 1e6:.0f} MB, which no archive of speech does (a bomb?)"
            )
        if self.bytes > self.free:
            raise DataError(
                f"the disk would be full: {self.name} needs more than the {max(self.free, 0) / 1e6:.0f} MB that are "
                "free (200 MB are kept). Make room and run the same command again"
            )

    def write(self, name, source):
        path = self.folder / safe_path(name)
        self.files += 1
        if self.files > self.limits.files:
            raise self.refuse(f"holds more than {self.limits.files} files")
        try:
            with full_disk_told(self.folder):
                path.parent.mkdir(parents=True, exist_ok=True)
                with open(path, "xb") as file:
                    self._copy(source, file)
        except (FileExistsError, NotADirectoryError):
            raise self.refuse(f"holds {name!r} twice") from None

    def _copy(self, source, file):
        while chunk := source.read(CHUNK):
            self.count(len(chunk))
            file.write(chunk)
            if self.progress is not None:
                self.progress.update(len(chunk))


class _Bounded:
    """A stream that tarfile reads from: no header may ask for gigabytes, no skip may pass the limit."""

    def __init__(self, stream, target):
        self.stream, self.target = stream, target

    def read(self, size=-1):
        if size is None or size < 0 or size > HEADER:
            raise self.target.refuse("has a header of many megabytes")
        return self.stream.read(size)

    def seek(self, place, whence=0):
        if whence == 0 and place > self.target.most + HEADER:
            raise self.target.refuse("names a size that no archive of speech has (a bomb?)")
        return self.stream.seek(place, whence)

    def tell(self):
        return self.stream.tell()


def _untar(archive, target, *, packed):
    with contextlib.ExitStack() as stack:
        opened = gzip.open if packed else open
        stream = stack.enter_context(opened(archive, "rb"))
        tar = stack.enter_context(tarfile.open(fileobj=_Bounded(stream, target), mode="r:"))
        for member in tar:
            if member.isdir():
                safe_path(member.name)
            elif member.isreg() and not member.issparse():
                if member.size + target.bytes > target.most:
                    target.count(member.size)
                target.write(member.name, tar.extractfile(member))
            else:
                raise target.refuse(f"{member.name!r} is a link, a device or a hole, not a file")
            tar.members = []  # else every header is kept until the end


def _unzip(archive, target):
    with zipfile.ZipFile(archive) as zipped:
        members = zipped.infolist()
        if len(members) > target.limits.files:
            raise target.refuse(f"holds {len(members)} files")
        promised = sum(member.file_size for member in members)
        if promised > target.most:
            target.count(promised)
        for member in members:
            kind = stat.S_IFMT(member.external_attr >> 16)
            if member.flag_bits & 1:
                raise target.refuse(f"{member.filename!r} is encrypted")
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise target.refuse(f"{member.filename!r} is a link or a device, not a file")
            if member.is_dir():
                safe_path(member.filename)
            else:
                with zipped.open(member) as source:
                    target.write(member.filename, source)
