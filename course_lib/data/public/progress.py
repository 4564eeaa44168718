"""How far along, how fast, how much longer: tqdm's line."""

import sys

from tqdm import tqdm


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
