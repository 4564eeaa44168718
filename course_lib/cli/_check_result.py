"""One answer of `course doctor`: what was asked, how it stands, what was found, what to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One answer. `state` is "ok", "note" (works, but worth knowing) or "wrong" (then `advice` says what to do)."""

    name: str
    state: str
    found: str
    advice: str = ""

    def __str__(self):
        """
        >>> print(Finding("disk", "wrong", "10 MB free", "make room"))
        WRONG  disk        10 MB free
                           -> make room
        """
        line = f"{self.state.upper():6} {self.name:11} {self.found}"
        return f"{line}\n{'':18} -> {self.advice}" if self.advice else line


def ok(name: str, found: str) -> Finding:
    """All is well here."""
    return Finding(name, "ok", found)


def judge(name: str, good: bool, found: str, advice: str) -> Finding:
    """Ok, or wrong with advice."""
    return Finding(name, "ok" if good else "wrong", found, "" if good else advice)
