"""What a corpus page says: four small frozen values that every file in `data_scripts/` fills in.

A page names a corpus, its licence and its parts (what lies where, how big, with which checksum), and
carries `prepare(folder)`, which reads the corpus's own layout and yields one Row per recording.
Everything else (downloading, unpacking, decoding, splitting safely) is common and lives beside this file.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.errors import DataError


@dataclass(frozen=True)
class Licence:
    """Under which terms a corpus comes; what it forbids is named, not hidden behind an abbreviation."""

    name: str
    address: str
    noncommercial: bool = False  # may be used, but nobody may earn money with it
    copyleft: bool = False  # whatever is made from it must be shared under the same terms

    def __str__(self):
        marks = ["NON-COMMERCIAL"] * self.noncommercial + ["COPYLEFT / SHARE-ALIKE"] * self.copyleft
        return self.name + (f" ({', '.join(marks)})" if marks else "")


@dataclass(frozen=True)
class Remote:
    """One file on somebody's server. `size` in bytes, None to ask; `sum` as "sha256:..." or "md5:...".

    Where nobody published a checksum (`sum=None`), the first fetch records one and a different file is
    refused later. `hosts` are further hosts that a redirect may lead to.
    """

    address: str
    name: str = ""
    size: int | None = None
    sum: str | None = None
    hosts: tuple[str, ...] = ()

    @property
    def filename(self) -> str:
        """The name it is stored under; the last piece of the address unless `name` is given."""
        return self.name or self.address.rstrip("/").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Part:
    """A piece of a corpus that can be fetched for itself. `unpacked` is the size in bytes on the disk.

    `listing` and `choose` are for corpora that publish a web page full of small archives: the page is
    fetched and `choose(html, listing)` picks from it. `tree` is the sha256 of the sorted list of
    `sha256  path` lines of all files under the folder `tree_of`: a checksum for archives that a server packs anew.
    """

    name: str
    remotes: tuple[Remote, ...] = ()
    unpacked: int | None = None
    note: str = ""
    listing: Remote | None = None
    choose: Callable | None = None
    tree: str | None = None
    tree_of: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One recording: where it lies in the original (`source`) and what the manifest will say about it.

    `path` is its place in the course's folder, always `audio/....flac`. `extra` adds columns; `beside`
    maps a column to a further file that is copied along (AMI's turns). `session` is what was recorded
    in one go: the pair (speaker, session) must lie in one split.
    """

    source: Path
    path: str
    speaker: str = ""
    label: str = ""
    language: str = ""
    split: str = ""
    session: str = ""
    extra: dict = field(default_factory=dict)
    beside: dict = field(default_factory=dict)


@dataclass(frozen=True)
class DatasetSpec:
    """A corpus: what it is and teaches, on which terms, where it lies, and how its layout is read.

    Errors: DataError for an unknown part.
    """

    name: str
    title: str
    teaches: str
    home: str
    licence: Licence
    citation: str
    prepare: Callable[[Path], Iterable[Row]]
    splits: str  # in a sentence: what the parts train/valid/test are disjoint in
    parts: tuple[Part, ...] = ()
    aliases: tuple[str, ...] = ()
    by_hand: str = ""  # how to get it where it cannot be fetched

    def part(self, name: str | None = None) -> Part:
        """The part of that name; the first one is the default."""
        if not self.parts:
            raise DataError(f"{self.name} cannot be fetched by a program. {self.by_hand}")
        for part in self.parts:
            if name in (None, part.name):
                return part
        raise DataError(
            f"{self.name} has the parts {', '.join(p.name for p in self.parts)}; {name!r} is none of them"
        )

    def folder_name(self, part: str | None = None) -> str:
        """The name to load it by: the page's own for the default part, `name-part` for any other."""
        return self.name if not self.parts or part in (None, self.parts[0].name) else f"{self.name}-{part}"
