"""What a server's answer means for the reader: try again, do something about it, or this is no archive at all.

Ref: RFC 9110, sections 8.8 (ETag, Last-Modified) and 15 (status codes); RFC 6585 (511, a log-in page in between).
"""

import re

from course_lib.errors import DataError

TEMPORARY = {408, 425, 429, 500, 502, 503, 504}


class Interrupted(Exception):
    """The line broke or the server was busy: worth another try after `wait` seconds."""

    def __init__(self, message, wait=0.0):
        super().__init__(message)
        self.wait = wait


def version(answer) -> str | None:
    """What identifies the version of a file on a server: a strong ETag, else its date."""
    tag = answer.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified")


def refusal(answer) -> Exception:
    """What an HTTP status means for the reader: try again (Interrupted), or do something (DataError)."""
    status, address = answer.status_code, answer.url
    if status in TEMPORARY:
        wait = answer.headers.get("Retry-After", "")
        return Interrupted(
            f"the server answers {status}", wait=min(int(wait), 120) if wait.isdigit() else 0.0
        )
    if status in (404, 410):
        return DataError(
            f"{address} is not there any more (status {status}); its page in data_scripts/ needs a new address"
        )
    if status in (407, 511):
        return DataError(
            f"this network wants a log-in first (status {status}): open any web page in a browser, log in, retry"
        )
    return DataError(
        f"{address} answers with status {status}; expected 200. Try in a browser, or from another network"
    )


def is_web_page(start: bytes, remote) -> bool:
    """True where an archive or a recording was asked for and the first bytes are those of a web page.

    >>> from course_lib.data.public.dataset_spec import Remote
    >>> is_web_page(b"  <!DOCTYPE html><html>", Remote("https://host/a.tar.gz"))
    True
    """
    return (
        start[:512]
        .lstrip(b"\xef\xbb\xbf \t\r\n")[:9]
        .lower()
        .startswith((b"<!doctype", b"<html", b"<head", b"<?xml"))
    )


def web_page(remote, start: bytes) -> DataError:
    title = re.search(rb"<title[^>]*>(.*?)</title>", start, re.IGNORECASE | re.DOTALL)
    named = f' titled "{title[1].decode(errors="replace").strip()[:80]}"' if title else ""
    return DataError(
        f"expected {remote.filename}, got a web page{named}: a proxy or log-in page stands in between. Open "
        f"{remote.address} in a browser; if it downloads there, use `course data fetch NAME --from FILE`"
    )
