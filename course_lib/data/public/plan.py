"""Before anything is fetched: what it is, on which terms, how big, how long, and whether it fits."""

import tempfile
from dataclasses import dataclass

from course_lib.data.public.amounts import in_words, size_in_words
from course_lib.data.public.credits import from_page
from course_lib.data.public.dataset_spec import DatasetSpec, Part, Remote
from course_lib.data.public.get import ask_size, get
from course_lib.errors import DataError

USUAL = 5e6  # bytes a second that a home connection brings, for the first estimate
MOST_ASKED = 300  # files; asking a server for the size of thousands would take longer than it is worth
UNPACKS = 1.6  # unpacked over packed size where a page does not say


@dataclass(frozen=True)
class Plan:
    """What will be fetched: the remotes, their sizes (None: the server does not say), and the room needed."""

    page: DatasetSpec
    part: Part
    remotes: tuple[Remote, ...]
    sizes: tuple

    @property
    def size(self) -> int:
        return sum(size or 0 for size in self.sizes)

    @property
    def unpacked(self) -> int:
        whole = len(self.remotes) == len(self.part.remotes)
        return self.part.unpacked if self.part.unpacked and whole else int(UNPACKS * self.size)

    @property
    def room(self) -> int:
        """Archives, unpacked originals and the FLAC copies lie side by side for a while."""
        return self.size + 2 * self.unpacked

    def text(self) -> str:
        """Licence and citation first, then size, time and disk space."""
        unknown = sum(size is None for size in self.sizes)
        about = f" and {unknown} files whose size the server does not tell" if unknown else ""
        note = f" {self.part.note}" if self.part.note else ""
        return (
            f"{from_page(self.page).text()}\n  Teaches: {self.page.teaches}\n  Splits:  {self.page.splits}\n"
            f"  Part:    {self.part.name}.{note}\n"
            f"  Size:    {size_in_words(self.size)}{about} to fetch, about {in_words(self.size / USUAL)} at "
            f"{size_in_words(USUAL)} a second;\n"
            f"           {size_in_words(self.room)} of disk while it works, about {size_in_words(self.unpacked)} in the end"
        )


def make_plan(page, part_name, *, limit=None, say=print, **settings) -> Plan:
    """Choose the remotes of a part, within `limit` bytes. DataError where not even the first one fits in."""
    part = page.part(part_name)
    remotes = part.remotes
    if part.listing is not None:
        say(f"asking {part.listing.address} for its list")
        with (
            tempfile.TemporaryDirectory() as folder
        ):  # a list may be a new one every day: nothing of it is kept
            listing = get(part.listing, folder, say=say, html=True, **settings).read_text(errors="replace")
        remotes = part.choose(listing, part.listing)
        if not remotes:
            raise DataError(
                f"{part.listing.address} names no recordings: a proxy's page, or the layout changed. Look at it in a browser"
            )
    chosen, sizes, sum_ = [], [], 0
    for remote in remotes:
        asked = limit is not None or len(remotes) <= MOST_ASKED
        size = ask_size(remote, timeout=settings.get("timeout", (10, 30))) if asked else remote.size
        if limit is not None and sum_ + (size or 0) > limit:
            break
        chosen.append(remote)
        sizes.append(size)
        sum_ += size or 0
    if not chosen:
        smaller = [p.name for p in page.parts if p.name != part.name]
        raise DataError(
            f"{page.name}, part {part.name}: the first file alone has {size_in_words(size)}, more than the limit of "
            f"{size_in_words(limit)}. Raise --limit"
            + (f", or take another part: {', '.join(smaller)}" if smaller else "")
        )
    if len(chosen) < len(remotes):
        say(f"the limit of {size_in_words(limit)} takes {len(chosen)} of {len(remotes)} files")
    return Plan(page, part, tuple(chosen), tuple(sizes))
