"""How far a long piece of work is, and how long it may still take: a line on a screen after two seconds, nothing in a file."""

import sys
from contextlib import contextmanager

DELAY = 2.0  # seconds without a word


@contextmanager
def bar(what, total):
    """Yield advance(n): n more of at most `total` are done. The line is taken away at the end, also on Ctrl-C."""
    from tqdm import tqdm

    quiet = not sys.stderr.isatty()
    shape = "{desc} {percentage:3.0f}%|{bar}| {elapsed}, at most {remaining} left"
    with tqdm(
        total=total, desc=what, delay=DELAY, leave=False, disable=quiet, file=sys.stderr, bar_format=shape
    ) as line:
        yield line.update
