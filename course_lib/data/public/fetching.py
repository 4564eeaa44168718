"""From a page to a whole corpus folder: plan, download, unpack, prepare, move into place.

All work happens in `data/.fetch/NAME/`; the last step is one rename. Whatever interrupts it, the same command
goes on where it stopped, and nothing half-made ever lies where corpora are looked for.
"""

import csv
import hashlib
import os
import shutil
from pathlib import Path

from course_lib.data.manifest import COLUMNS, write_manifest
from course_lib.data.public.checksums import tree_sum
from course_lib.data.public.credits import from_page, write_credits
from course_lib.data.public.dataset_spec import DatasetSpec
from course_lib.data.public.disk_space import check_room, full_disk_told
from course_lib.data.public.extract import Limits, extract
from course_lib.data.public.get import get
from course_lib.data.public.lock import locked
from course_lib.data.public.plan import make_plan
from course_lib.data.public.prepare import JOURNAL, prepare
from course_lib.data.public.progress import Progress
from course_lib.data.public.registry import page_of
from course_lib.errors import DataError
from course_lib.paths import atomic_folder, made_root

ARCHIVES = (".tar.gz", ".tgz", ".tar", ".zip")


def fetch(name, part=None, *, limit=None, source=None, root=None, say=print, stream=None, **settings) -> Path:
    """Fetch a corpus by name (or a Page) and return its folder; one that is already there is left alone.

    `limit` is in bytes. `source` is a folder or archive that the user already has: nothing is downloaded then.
    `settings` go to the downloader (attempts, backoff, timeout). Errors: DataError, and the state is as before.
    """
    page = name if isinstance(name, DatasetSpec) else page_of(name)
    root = made_root() if root is None else Path(root)
    source = None if source is None else Path(source).expanduser()
    if source is None or page.parts:
        part = page.part(part).name
    place = root / page.folder_name(part)
    if (place / "manifest.csv").is_file():
        say(
            f"{place.name} is here already: {place}. `course data remove {place.name}` first to fetch it anew"
        )
        return place
    check_room(root, 0)
    with full_disk_told(root), locked(root / ".fetch" / f"{place.name}.lock", say=say):
        if (place / "manifest.csv").is_file():
            say(f"{place.name} was finished by the other one: {place}")
            return place
        work = root / ".fetch" / place.name
        if source is None:
            plan = make_plan(page, part, limit=limit, say=say, **settings)
            say(plan.text())
            check_room(root, plan.room - _size(work))
            key = _key(*(remote.address for remote in plan.remotes))
            originals = _originals(plan, work, work / f"unpacked-{key}", say=say, stream=stream, **settings)
        else:
            say(from_page(page).text())
            check_room(root, 3 * source.stat().st_size if source.is_file() else _size(source))
            key = _key(str(source.resolve()))
            originals = _own(source, work / f"unpacked-{key}", stream)
        _finish(page, originals, work / f"prepared-{key}", place, say=say, stream=stream)
        shutil.rmtree(work, ignore_errors=True)
    return place


def _key(*addresses) -> str:
    """Work goes on only where it is the same work: another limit or another folder starts afresh."""
    return hashlib.sha256("\n".join(addresses).encode()).hexdigest()[:8]


def _originals(plan, work, unpacked, *, say, stream, **settings) -> Path:
    """Download and unpack; returns the folder that holds the corpus in its own layout."""
    if unpacked.is_dir():
        return unpacked
    ledger = work.with_name(f"{work.name}.sums.json")
    got = [
        get(remote, work / "archives", ledger, say=say, stream=stream, **settings) for remote in plan.remotes
    ]
    say("unpacking")
    with atomic_folder(unpacked) as folder:
        bar = Progress("unpacking", plan.unpacked, stream=stream)
        for path in got:
            if path.name.endswith(ARCHIVES):
                extract(path, folder, limits=Limits(bytes=plan.part.unpacked), progress=bar)
            else:
                shutil.copyfile(path, folder / path.name)
        bar.close()
        _check_tree(plan.part, folder)
    return unpacked


def _check_tree(part, folder):
    """Where the sums of all files are known, they decide, whatever the server did to the archive."""
    if part.tree is None:
        return
    tops = [path for path in folder.rglob(part.tree_of) if path.is_dir()]
    came = tree_sum(tops[0]) if tops else f"no folder {part.tree_of}"
    if came != part.tree:
        raise DataError(
            f"part {part.name}: the recordings are not the published ones (expected the sum {part.tree}, got {came}). "
            f"Remove {folder.parent} and fetch again; if it stays so, do not use it"
        )


def _own(source, unpacked, stream) -> Path:
    """The user's folder as it is (it is only read), or his archive, unpacked."""
    if source.is_dir():
        for path in source.rglob("*"):
            if path.is_symlink() and not path.resolve().is_relative_to(source.resolve()):
                raise DataError(f"{path} leads out of {source} through a link; copy there what it leads to")
        return source
    if not source.is_file():
        raise DataError(f"expected a folder or an archive, found nothing at {source}")
    if not unpacked.is_dir():
        with atomic_folder(unpacked) as folder:
            extract(source, folder, progress=Progress("unpacking", stream=stream))
    return unpacked


def _finish(page, originals, ready, place, *, say, stream):
    """Decode beside, write manifest, README and credits, and move the whole folder into place."""
    say("preparing: mono, 16 kHz, FLAC")
    bar = Progress("preparing", unit=" files", stream=stream)
    made = prepare(list(page.prepare(originals)), ready, progress=bar, say=say)
    bar.close()
    write_manifest(ready, made.lines)
    if made.left_out:
        with open(ready / "LEFT_OUT.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("path", "why"), *made.left_out.items()])
    write_credits(ready, from_page(page))
    (ready / "README.md").write_text(_readme(page, made), encoding="utf-8")
    (ready / JOURNAL).unlink()
    with atomic_folder(place) as folder:
        for child in list(ready.iterdir()):
            os.replace(child, folder / child.name)
    say(
        f"{place.name}: {made.counts()}\nin {place}; use it with load({place.name!r}) or `course run --corpus {place.name}`"
    )


def _readme(page, made) -> str:
    credit = from_page(page)
    terms = str(page.licence)
    return (
        f"# {page.title}\n\n- Official home and citation: {page.home}. Cite: {page.citation}\n- Licence: {terms}\n"
        f"- {credit.changes.capitalize()} by `course data fetch`.\n\n{page.teaches}\n\nSplits: {page.splits}\n\n"
        f"{made.counts()}.\n\nColumns: {', '.join(f'`{c}`' for c in made.columns)}; the first {len(COLUMNS)} are the "
        "same in every corpus. `sha256` is that of the file; `course data check` compares.\n"
    )


def _size(folder) -> int:
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
