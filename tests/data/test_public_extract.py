"""Archives from strangers: what an honest one gives, and every way in which a hostile one must fail."""

import gzip
import io
import stat
import tarfile
import zipfile
from collections import namedtuple

import pytest

from course_lib.data.public.extract import Limits, extract
from course_lib.errors import DataError

HONEST = {"corpus/README": b"hello", "corpus/a/1.wav": b"RIFF" * 1000, "corpus/a/2.wav": b""}


def tar_of(path, files=HONEST, *, mode="w:gz", members=()):
    """A tar of `files` {name: bytes} and ready-made `members` (TarInfo, bytes)."""
    with tarfile.open(path, mode) as tar:
        for name, body in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
        for info, body in members:
            tar.addfile(info, io.BytesIO(body))
    return path


def zip_of(path, files=HONEST, *, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as zipped:
        for name, body in files.items():
            zipped.writestr(name, body)
    return path


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    "make", [tar_of, lambda p: tar_of(p, mode="w"), zip_of], ids=["tar.gz", "tar", "zip"]
)
def test_an_honest_archive_comes_out_as_it_went_in(tmp_path, make):
    assert extract(make(tmp_path / "honest"), tmp_path / "out") == 3
    assert contents(tmp_path / "out") == HONEST


def test_dots_in_front_and_folders_are_fine(tmp_path):
    folder = tarfile.TarInfo("./yes")
    folder.type = tarfile.DIRTYPE
    archive = tar_of(tmp_path / "a.tgz", {"./yes/1.wav": b"x", "./..odd/name": b"y"}, members=[(folder, b"")])
    extract(archive, tmp_path / "out")
    assert contents(tmp_path / "out") == {"yes/1.wav": b"x", "..odd/name": b"y"}


OUTSIDE = ["/etc/evil", "../evil", "a/../../evil", "a/..", "..\\evil", "C:\\evil", "C:evil", "a\x07b"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("make", [tar_of, zip_of], ids=["tar", "zip"])
def test_nothing_is_written_outside_of_the_folder(tmp_path, make, name):
    archive = make(tmp_path / "evil", {"ok.wav": b"fine", name: b"evil"})
    before = set(tmp_path.rglob("*"))
    with pytest.raises(DataError, match="refused, nothing of it is used"):
        extract(archive, tmp_path / "in" / "out")
    new = set(tmp_path.rglob("*")) - before - {tmp_path / "in", tmp_path / "in" / "out"}
    assert new <= {tmp_path / "in" / "out" / "ok.wav"}


@pytest.mark.parametrize("kind", ["SYMTYPE", "LNKTYPE", "CHRTYPE", "BLKTYPE", "FIFOTYPE", "GNUTYPE_SPARSE"])
def test_links_devices_and_holes_in_a_tar_are_refused(tmp_path, kind):
    info = tarfile.TarInfo("corpus/link")
    info.type, info.linkname = getattr(tarfile, kind), "/etc/passwd"
    archive = tar_of(tmp_path / "evil.tar.gz", members=[(info, b"")])
    with pytest.raises(DataError, match=r"link, a device or a hole|damaged"):
        extract(archive, tmp_path / "out")
    assert not (tmp_path / "out" / "corpus" / "link").exists()


def test_a_link_in_a_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as zipped:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(info, "/etc/passwd")
    with pytest.raises(DataError, match="link or a device"):
        extract(tmp_path / "evil.zip", tmp_path / "out")


def test_a_name_that_comes_twice_is_refused(tmp_path):
    with tarfile.open(tmp_path / "twice.tar", "w") as tar:
        for body in (b"first", b"other"):
            info = tarfile.TarInfo("a.wav")
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    with pytest.raises(DataError, match=r"holds 'a\.wav' twice"):
        extract(tmp_path / "twice.tar", tmp_path / "out")


ZEROS = bytes(80_000_000)


@pytest.mark.parametrize("make", [tar_of, zip_of], ids=["tar", "zip"])
def test_a_bomb_by_ratio_is_stopped(tmp_path, make):
    archive = make(tmp_path / "bomb", {"a": ZEROS})
    assert archive.stat().st_size < 200_000
    with pytest.raises(DataError, match="unpacks to more than 64 MB"):
        extract(archive, tmp_path / "out")
    assert sum(p.stat().st_size for p in (tmp_path / "out").rglob("*")) <= 64_000_000


def test_a_zip_that_lies_about_its_sizes_is_stopped_while_it_unpacks(tmp_path):
    archive = zip_of(tmp_path / "bomb.zip", {"a": ZEROS})
    honest = (len(ZEROS)).to_bytes(4, "little")
    archive.write_bytes(archive.read_bytes().replace(honest, (1000).to_bytes(4, "little")))
    with pytest.raises(DataError):
        extract(archive, tmp_path / "out")
    assert sum(p.stat().st_size for p in (tmp_path / "out").rglob("*")) <= 64_000_000


def test_a_tar_whose_header_claims_gigabytes_is_stopped(tmp_path):
    info = tarfile.TarInfo("pax")
    info.size = 8_000_000_000
    for kind, says in (
        (tarfile.REGTYPE, "bomb"),
        (tarfile.XHDTYPE, "header"),
        (tarfile.GNUTYPE_LONGNAME, "header"),
    ):
        info.type = kind
        (tmp_path / "a.tar.gz").write_bytes(gzip.compress(info.tobuf() + bytes(4096)))
        with pytest.raises(DataError, match=says):
            extract(tmp_path / "a.tar.gz", tmp_path / kind.hex())


def test_too_many_files_are_refused(tmp_path):
    files = {f"{i}.wav": b"" for i in range(30)}
    for archive in (tar_of(tmp_path / "a.tgz", files), zip_of(tmp_path / "a.zip", files)):
        with pytest.raises(DataError, match=r"holds (more than 20|30) files"):
            extract(archive, tmp_path / archive.suffix, limits=Limits(files=20))


def test_the_size_that_a_page_names_is_a_limit_too(tmp_path):
    archive = tar_of(tmp_path / "a.tar", {"a": ZEROS}, mode="w")
    with pytest.raises(DataError, match="more than 64 MB"):
        extract(archive, tmp_path / "out", limits=Limits(bytes=1000))


def test_room_is_left_on_the_disk(tmp_path, monkeypatch):
    """Simulated: shutil.disk_usage says that little is free."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(
        "course_lib.data.public.extract.shutil.disk_usage", lambda path: usage(0, 0, 200_001_000)
    )
    with pytest.raises(DataError, match="the disk would be full"):
        extract(tar_of(tmp_path / "a.tgz"), tmp_path / "out")


def test_encrypted_zips_other_files_and_damage_are_named(tmp_path):
    locked = zip_of(tmp_path / "locked.zip", {"a": b"x" * 100})
    body = bytearray(locked.read_bytes())
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(body)
    with pytest.raises(DataError, match="encrypted"):
        extract(locked, tmp_path / "1")
    (tmp_path / "a.txt").write_text("not an archive")
    with pytest.raises(DataError, match=r"expected a \.tar\.gz or \.zip"):
        extract(tmp_path / "a.txt", tmp_path / "2")
    for make in (tar_of, zip_of):
        cut = make(tmp_path / "cut", {"a": bytes(range(256)) * 500})
        cut.write_bytes(cut.read_bytes()[:400])
        with pytest.raises(DataError, match="damaged"):
            extract(cut, tmp_path / "3")
