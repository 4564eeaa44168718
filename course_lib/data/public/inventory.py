"""The corpora that are here: describe one, name what must be cited, remove one."""

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from course_lib.data import Corpus, available
from course_lib.data.public.amounts import size_in_words
from course_lib.data.public.credits import credit_of, from_page
from course_lib.data.public.lock import locked
from course_lib.data.public.registry import page_of, page_of_folder, pages
from course_lib.errors import DataError
from course_lib.paths import made_root


def remove(name, *, root=None, say=print) -> int:
    """Remove a corpus that lies in the course's own data folder, and what an unfinished fetch of it left.

    Returns the bytes that became free. Errors: DataError for a name that is not there, or lies elsewhere.
    """
    root = made_root() if root is None else Path(root)
    if not name or name.startswith(".") or Path(name).name != name:
        raise DataError(
            f"expected the name of a corpus such as librispeech, got {name!r}; `course data list` shows them"
        )
    place, work = root / name, root / ".fetch" / name
    if not (place / "manifest.csv").is_file() and not work.is_dir():
        elsewhere = available().get(name)
        where = (
            f"it lies in {elsewhere}, which the course only reads: remove it by hand"
            if elsewhere
            else "it is not there"
        )
        raise DataError(f"{name} cannot be removed: {where}. `course data list` shows what there is")
    with locked(root / ".fetch" / f"{name}.lock", say=say):
        freed = _size(work)
        shutil.rmtree(work, ignore_errors=True)
        if place.is_symlink():
            place.unlink()
        elif (place / "manifest.csv").is_file():
            freed += _size(place)
            gone = Path(
                tempfile.mkdtemp(dir=root, prefix=f".{name[:40]}-gone-")
            )  # first out of sight, then away
            os.replace(place, gone / name)
            shutil.rmtree(gone)
    say(f"{name} is removed: {size_in_words(freed)} are free again")
    return freed


def info(name) -> str:
    """Licence, counts, hours and splits of a corpus that is here; size and parts of one that could be fetched."""
    folder = available().get(name)
    if folder is None and (Path(name) / "manifest.csv").is_file():
        folder = Path(name)
    if folder is None:
        return _could_be_fetched(page_of(name))
    corpus = Corpus.from_manifest(folder)
    lines = [_credit(folder), f"  Here:    {folder}", ""]
    lines += [f"  {'split':10} {'clips':>7} {'speakers':>9} {'labels':>7} {'hours':>7}"]
    counts = Counter(clip.split for clip in corpus)
    for split in ("train", "valid", "test", ""):
        if counts[split]:
            part = corpus.select(split=split)
            lines.append(
                f"  {split or 'no split':10} {len(part):7} {len(part.speakers):9} {len(part.labels):7} {part.hours:7.2f}"
            )
    lines.append(
        f"  {'all':10} {len(corpus):7} {len(corpus.speakers):9} {len(corpus.labels):7} {corpus.hours:7.2f}"
    )
    found = page_of_folder(name)
    return "\n".join([*lines, f"\n  Splits: {found[0].splits}"] if found else lines)


def _could_be_fetched(page) -> str:
    lines = [from_page(page).text(), f"  Teaches: {page.teaches}", f"  Splits:  {page.splits}"]
    for part in page.parts:
        sizes = [remote.size for remote in part.remotes]
        size = size_in_words(sum(sizes)) if sizes and None not in sizes else "size as the server says"
        lines.append(f"  Part {part.name}: {size}. {part.note}".rstrip())
    how = f"course data fetch {page.name}" + (" [--part PART]" if len(page.parts) > 1 else "")
    return "\n".join([*lines, f"  Not here yet: {how}" if page.parts else f"  {page.by_hand}"])


def credits(names=()) -> str:
    """What must be cited for the corpora named (default: all that are here), ready for a slide or a paper."""
    found = available()
    folders = [found.get(name) or Path(name) for name in names] if names else list(found.values())
    if not folders:
        raise DataError(
            "there is no corpus here yet, so nothing to cite; `course data make` or `course data fetch NAME`"
        )
    for folder in folders:
        if not (folder / "manifest.csv").is_file():
            raise DataError(f"no corpus {folder.name!r} here; `course data list` shows those there are")
    return "\n\n".join(_credit(folder) for folder in folders)


def _credit(folder) -> str:
    """A corpus without a licence must not keep the others' credits back: it says so in its place."""
    try:
        return credit_of(folder).text()
    except DataError as error:
        return f"{folder.name}\n  {error}"


def catalogue() -> str:
    """Every corpus that can be fetched, a line each."""
    wide = max(map(len, pages()))
    return "\n".join(f"{name:{wide}}  {page.licence}; {page.teaches}" for name, page in pages().items())


def _size(folder) -> int:
    return sum(path.lstat().st_size for path in Path(folder).rglob("*") if not path.is_dir())
