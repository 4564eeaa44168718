"""How far along, how fast, how much longer: one line on a terminal, a line every few seconds elsewhere.

Has `total`, `update`, `reset` and `close`, which is all that pooch asks of a progress bar.
"""

import sys
import time


def in_words(seconds: float) -> str:
    """
    >>> in_words(42), in_words(200), in_words(7500)
    ('42 s', '3 min', '2.1 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def size_in_words(count: float) -> str:
    """Decimal units, as disks and networks are sold.

    >>> size_in_words(337_926_286), size_in_words(23_049_477_885), size_in_words(900)
    ('338 MB', '23.0 GB', '1 kB')
    """
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{max(count / 1e3, 1):.0f} kB"


class Progress:
    """Counts up to `total` (0 where unknown) and tells; `show` turns a count into words."""

    def __init__(self, what, total=0, *, show=size_in_words, stream=None, every=None):
        self.what, self.total, self.show = what, total, show
        self.stream = sys.stderr if stream is None else stream
        self.live = hasattr(self.stream, "isatty") and self.stream.isatty()
        self.every = (0.2 if self.live else 10.0) if every is None else every
        self.count = self.skipped = 0
        self.start = self.told = time.monotonic()

    def skip(self, count):
        """What an earlier run did already: it counts as done, but not for the speed."""
        self.skipped, self.count, self.start = count, count, time.monotonic()

    def update(self, count):
        self.count += count
        now = time.monotonic()
        if now - self.told >= self.every:
            self.told = now
            self.tell()

    def line(self) -> str:
        """For example `dev-clean.tar.gz: 45 % of 338 MB, 5 MB a second, about 37 s left`."""
        speed = (self.count - self.skipped) / max(time.monotonic() - self.start, 1e-9)
        if not self.total:
            return f"{self.what}: {self.show(self.count)}, {self.show(speed)} a second"
        left = in_words((self.total - self.count) / speed) + " left" if speed > 0 else "time left unknown"
        done = min(100.0, 100 * self.count / self.total)
        return (
            f"{self.what}: {done:.0f} % of {self.show(self.total)}, {self.show(speed)} a second, about {left}"
        )

    def tell(self):
        if self.live:
            self.stream.write(f"\r\033[K{self.line()}")
        else:
            self.stream.write(self.line() + "\n")
        self.stream.flush()

    def reset(self):
        self.count = 0

    def close(self):
        if self.live:
            self.stream.write("\r\033[K")
            self.stream.flush()
