"""How far along, how fast, how much longer: tqdm's line, and amounts in words."""

import sys

from tqdm import tqdm


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


class Progress(tqdm):
    """tqdm's line for long work: what, how far of `total` (0 where unknown), how fast, how much longer.

    unit    what is counted: "B" for bytes, or such as " files"
    stream  where it is told, default stderr: written over on a terminal, a new state every ten seconds elsewhere
    """

    def __init__(self, what, total=0, *, unit="B", stream=None):
        stream = sys.stderr if stream is None else stream
        live = hasattr(stream, "isatty") and stream.isatty()
        super().__init__(desc=what, total=total or None, unit=unit, unit_scale=unit == "B", file=stream, leave=False,
                         mininterval=0.2 if live else 10.0, delay=0 if live else 10.0)  # fmt: skip

    def skip(self, count):
        """What an earlier run did already: it counts as done, but not for the speed."""
        self.initial = self.n = self.last_print_n = count
        self.start_t = self.last_print_t = self._time()


def counted(what):
    """progress(done, total) for work on files; silent where nobody looks at the line."""
    bar = tqdm(desc=what, unit=" files", leave=False, disable=None)

    def progress(done, total):
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return progress
