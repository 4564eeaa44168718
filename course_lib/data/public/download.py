"""A download that survives the network: it resumes where it stopped, tries again, and knows what it got.

pooch does the book-keeping (is the file there, is its checksum right); its own downloader starts from zero
after every interruption, so the course gives it this one. What has arrived waits in `NAME.part` beside.
Ref: RFC 9110, sections 13.1.5 (If-Range) and 14 (Range); pooch's manual, "Custom downloaders".
"""

import json
import os
import re
import time
from pathlib import Path

from course_lib.data.public.address import check_address, follow
from course_lib.data.public.disk_space import full_disk_told
from course_lib.data.public.http_errors import Interrupted, is_web_page, refusal, version, web_page
from course_lib.errors import DataError

CHUNK = 1 << 16  # bytes; what a broken connection loses at most
REDIRECTS = {301, 302, 303, 307, 308}


class Resuming:
    """A downloader for pooch: `Resuming(remote)(address, output_file, pooch)` leaves the whole file there.

    Tries again `attempts` times without progress, waiting `backoff`, 2 `backoff`, 4 `backoff`, ... seconds.
    `timeout` (connect, read) is in seconds; a server that sends nothing for so long counts as broken off.
    Errors: DataError for whatever another try would not mend.
    """

    def __init__(
        self, remote, part, *, attempts=6, backoff=1.0, timeout=(10, 30), progress=None, say=print, html=False
    ):
        self.remote, self.part = remote, Path(part)
        self.attempts, self.backoff, self.timeout = attempts, backoff, timeout
        self.progress, self.say, self.html = progress, say, html
        self.resumed = False  # a file put together from two answers is tried once more if its sum is wrong

    def __call__(self, url, output_file, pooch=None, check_only=False):
        tries, before = 0, self._have()
        while True:
            try:
                self._once(url)
                break
            except Interrupted as why:
                tries = 1 if self._have() > before else tries + 1
                before = self._have()
                if tries >= self.attempts:
                    raise DataError(
                        f"{self.remote.filename}: {why}, {tries} times in a row. What has arrived is kept: run the "
                        "same command again later, and it goes on from there"
                    ) from None
                wait = max(why.wait, self.backoff * 2 ** (tries - 1))
                self.say(f"{self.remote.filename}: {why}; trying again in {wait:.0f} s")
                time.sleep(wait)
        os.unlink(output_file)  # pooch's empty temporary file
        try:
            os.link(self.part, output_file)  # Ctrl-C during the check that follows must not cost the download
        except OSError:
            os.replace(self.part, output_file)

    def forget(self):
        """Remove what was kept for going on: the file is in its place, or turned out to be a wrong one."""
        self.part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    @property
    def _note(self):
        return self.part.with_name(self.part.name + ".json")

    def _have(self):
        return self.part.stat().st_size if self.part.exists() else 0

    def _range(self, url):
        """Headers that ask for the rest only, provided that the file is still the same one."""
        headers = {"Accept-Encoding": "identity"}
        have = self._have()
        try:
            note = json.loads(self._note.read_text())
        except (OSError, ValueError):
            note = {}
        if have and note.get("address") == url and (note.get("version") or self.remote.sum):
            headers["Range"] = f"bytes={have}-"
            if note.get("version"):
                headers["If-Range"] = note["version"]
        return headers

    def _ask(self, session, url, headers):
        import requests

        for _ in range(6):
            try:
                answer = session.get(
                    url, headers=headers, stream=True, timeout=self.timeout, allow_redirects=False
                )
            except requests.exceptions.Timeout:
                raise Interrupted(f"no answer within {self.timeout[1]} s") from None
            except requests.exceptions.ProxyError as error:
                raise DataError(f"the proxy of this network refuses {url}: {error}") from None
            except requests.exceptions.SSLError as error:
                raise DataError(
                    f"the server's certificate cannot be trusted ({error}); a proxy that looks in?"
                ) from None
            except requests.exceptions.ConnectionError:
                raise Interrupted("no connection") from None
            if answer.status_code not in REDIRECTS:
                return answer
            answer.close()
            url = follow(self.remote, url, answer.headers.get("Location", ""))
        raise DataError(f"{self.remote.address}: more than five redirects; try from another network")

    def _once(self, url):
        import requests

        headers = self._range(check_address(url))
        with requests.Session() as session:
            answer = self._ask(session, url, headers)
            with answer:
                have, total = self._place(answer, headers)
                if have is None:
                    return
                self.resumed |= have > 0
                self._note.write_text(json.dumps({"address": url, "version": version(answer)}))
                if self.progress is not None:
                    self.progress.total = total or self.remote.size or 0
                    self.progress.skip(have)
                try:
                    self._write(answer, have)
                except requests.exceptions.RequestException as error:
                    quiet = "timed out" in str(error).lower()
                    raise Interrupted(
                        "the server fell silent" if quiet else "the connection broke off"
                    ) from None
        if total and self._have() < total:
            raise Interrupted("the connection broke off")
        if total and self._have() > total:
            self.part.unlink()
            raise Interrupted(f"expected {total} bytes, more came")

    def _place(self, answer, headers):
        """(bytes to keep, whole size) of what this answer goes on from; keep None: nothing is missing."""
        status, have = answer.status_code, self._have()
        length = answer.headers.get("Content-Length", "")
        if status == 206:
            span = re.match(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
            if span and int(span[1]) == have:
                return have, int(span[2])
        elif status == 416:
            whole = re.match(r"bytes \*/(\d+)", answer.headers.get("Content-Range", ""))
            if whole and int(whole[1]) == have:
                return None, have
        elif status == 200:
            self.part.unlink(missing_ok=True)
            return 0, int(length) if length.isdigit() else None
        else:
            raise refusal(answer)
        self.part.unlink(missing_ok=True)  # the server answered with something else than what was asked for
        raise Interrupted("the server mixed up the place to go on from")

    def _write(self, answer, have):
        first = have == 0 and not self.html
        with full_disk_told(self.part.parent), open(self.part, "ab") as target:
            for chunk in answer.iter_content(CHUNK):
                if first and is_web_page(chunk, self.remote):
                    raise web_page(self.remote, chunk)
                first = False
                target.write(chunk)
                if self.progress is not None:
                    self.progress.update(len(chunk))
