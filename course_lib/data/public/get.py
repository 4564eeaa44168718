"""One file from its address to the disk, whole and with the right checksum, or not at all."""

import contextlib
import re
from pathlib import Path

from course_lib.data.public.address import check_address, follow
from course_lib.data.public.checksums import expected, record, wrong_sum
from course_lib.data.public.download import REDIRECTS, Resuming
from course_lib.data.public.progress import Progress
from course_lib.errors import DataError


def get(remote, folder, ledger=None, *, say=print, stream=None, **settings) -> Path:
    """Fetch `remote` into `folder` and return its path; a file that is there with the right sum is left alone.

    `ledger` is the file where sums that nobody published are recorded. `settings` go to Resuming (attempts, backoff, timeout, html).
    Errors: DataError where the file cannot be had or is not the expected one.
    """
    import pooch

    pooch.get_logger().setLevel("ERROR")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    progress = Progress(remote.filename, remote.size or 0, stream=stream)
    for again in (True, False):
        downloader = Resuming(
            remote, folder / f"{remote.filename}.part", progress=progress, say=say, **settings
        )
        known = expected(remote, ledger)
        try:
            with contextlib.closing(progress):
                path = Path(
                    pooch.retrieve(remote.address, known, remote.filename, folder, downloader=downloader)
                )
            downloader.forget()
            break
        except DataError:
            raise
        except ValueError as error:  # pooch's word for a wrong sum
            downloader.forget()
            came = re.search(r"but got (\w+)", str(error))
            if not (again and downloader.resumed):
                raise wrong_sum(remote, ledger, came[1] if came else "another one") from None
            say(
                f"{remote.filename}: put together from two answers, and the sum is wrong; once more from the start"
            )
    record(remote, path, ledger)
    return path


def ask_size(remote, *, timeout=(10, 30)) -> int | None:
    """How many bytes the server says `remote` has; None where it does not say. Nothing is downloaded."""
    import requests

    if remote.size is not None:
        return remote.size
    url = check_address(remote.address)
    try:
        with requests.Session() as session:
            for _ in range(6):
                answer = session.head(url, timeout=timeout, allow_redirects=False)
                if answer.status_code not in REDIRECTS:
                    length = answer.headers.get("Content-Length", "")
                    return int(length) if answer.ok and length.isdigit() else None
                url = follow(remote, url, answer.headers.get("Location", ""))
    except requests.exceptions.RequestException:
        return None
    return None
