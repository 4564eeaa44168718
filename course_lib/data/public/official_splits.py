"""Splits that cannot leak: a stable draw by name, chapters of a speaker kept apart, and the check of both.

The draw depends on the name alone, so a corpus that grows keeps every speaker where he was.
Ref: P. Warden, "Speech Commands", arXiv:1804.03209, section 7 (the same idea with SHA-1).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from course_lib.errors import DataError

SHARES = {"train": 0.7, "valid": 0.15, "test": 0.15}


def share(name: str) -> float:
    """A number in [0, 1) that belongs to a name for ever.

    >>> round(share("anna"), 3), share("anna") == share("anna")
    (0.171, True)
    """
    return int.from_bytes(hashlib.sha1(name.encode()).digest()[:8], "big") / 2**64


def draw(name: str, shares=SHARES) -> str:
    """One of the parts, by the name's own number.

    >>> draw("anna")
    'train'
    """
    place = share(name) * sum(shares.values())
    for part, size in shares.items():
        place -= size
        if place < 0:
            return part
    return part


def split_sessions(sessions: dict[str, int]) -> dict[str, str]:
    """Split one speaker's sessions {name: recordings}: most to train, the smallest to test, one to valid if three.

    A speaker of a single session cannot be tested on another one: split "" (for enrolment, or as a stranger).

    >>> split_sessions({"121": 30, "122": 9, "123": 12})
    {'121': 'train', '123': 'valid', '122': 'test'}
    >>> split_sessions({"121": 30})
    {'121': ''}
    """
    order = sorted(sessions, key=lambda name: (-sessions[name], name))
    if len(order) == 1:
        return {order[0]: ""}
    parts = ["train"] * len(order)
    parts[-1] = "test"
    if len(order) > 2:
        parts[-2] = "valid"
    return dict(zip(order, parts))


def roles(speakers: Iterable[str], *, transfer=0.25) -> dict[str, str]:
    """Base speakers train the base model, transfer speakers it never meets: a quarter, by their own numbers.

    >>> sorted(roles(["anna", "ben", "carl", "dora"]).values())
    ['base', 'base', 'base', 'transfer']
    """
    order = sorted(set(speakers), key=share)
    strangers = set(order[: round(transfer * len(order))])
    return {speaker: "transfer" if speaker in strangers else "base" for speaker in order}


def check_rows(rows) -> None:
    """DataError where two rows share a place, or a session of a speaker lies on two sides."""
    places, sides = set(), defaultdict(set)
    for row in rows:
        if row.path in places:
            raise DataError(f"two recordings would become {row.path}; prepare() must give each its own path")
        places.add(row.path)
        if row.split not in ("", "train", "valid", "test"):
            raise DataError(f"{row.path}: expected the split train, valid, test or none, got {row.split!r}")
        if row.split and row.session:
            sides[row.speaker, row.session].add(row.split)
    torn = [f"{speaker} {session}".strip() for (speaker, session), parts in sides.items() if len(parts) > 1]
    if torn:
        raise DataError(
            f"{len(torn)} sessions lie on two sides of the split (for example {torn[0]}); prepare() leaks"
        )
