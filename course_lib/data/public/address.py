"""Which addresses the course talks to: https, the host a page names, and redirects that stay as safe.

Plain http is possible to this computer itself only (that is how the tests serve their archives); a redirect
may leave the named hosts only where a published checksum decides what is accepted.
"""

from urllib.parse import urljoin, urlsplit

from course_lib.errors import DataError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _is_loopback(address) -> bool:
    return urlsplit(address).hostname in LOOPBACK


def check_address(address: str) -> str:
    """Return the address. DataError unless it is https (or plain http to this computer) without a password.

    >>> check_address("https://www.openslr.org/resources/12/dev-clean.tar.gz")[:5]
    'https'
    """
    pieces = urlsplit(address)
    if "@" in pieces.netloc or not pieces.hostname:
        raise DataError(f"expected an address such as https://host/file, got {address!r}")
    if pieces.scheme != "https" and not (pieces.scheme == "http" and _is_loopback(address)):
        raise DataError(
            f"expected an https address, got {address!r}; data are never fetched over {pieces.scheme}"
        )
    return address


def follow(remote, here: str, there: str) -> str:
    """Where a redirect from `here` leads. DataError where it leads to a host that nobody vouches for."""
    target = urljoin(here, there)
    pieces = urlsplit(target)
    if _is_loopback(target) and not _is_loopback(remote.address):
        raise DataError(f"{urlsplit(here).hostname} redirects to this computer ({target}): refused")
    if pieces.scheme != "https" and not _is_loopback(target):
        raise DataError(
            f"{urlsplit(here).hostname} redirects to {target}, which is not https: perhaps the log-in page of a "
            "network (hotel, campus)? Open any web page in a browser, log in, and fetch again"
        )
    known = {urlsplit(remote.address).hostname, *remote.hosts}
    if remote.sum is None and pieces.hostname not in known:
        raise DataError(
            f"{urlsplit(here).hostname} redirects to {pieces.hostname}; expected {', '.join(sorted(known))}, and no "
            "checksum is published by which the file could be accepted from elsewhere. Perhaps a proxy or a "
            "log-in page; try from another network"
        )
    return target
