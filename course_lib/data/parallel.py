"""Work on many recordings at once: threads are enough, because libsndfile decodes and encodes without Python's lock."""

import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

from course_lib.seeding import usable_cores

AHEAD = 16  # items in work or waiting per core: enough to keep the cores busy, few enough to keep memory flat


def in_order(work, items, *, workers=None):
    """Yield work(item) for every item, in the order of the items, on all cores; `workers` threads where given.

    An error of one item is raised in its turn, and what has not begun by then is not begun.

    >>> list(in_order(len, ["a", "bb", ""]))
    [1, 2, 0]
    """
    items, workers = iter(items), workers or usable_cores()
    with _one_torch_thread(), ThreadPoolExecutor(workers) as pool:
        waiting = deque(pool.submit(work, item) for item in islice(items, AHEAD * workers))
        try:
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(work, item) for item in islice(items, 1))
                yield result
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _one_torch_thread():
    """Resampling uses torch: one thread for each worker is enough while this lasts."""
    torch = sys.modules.get("torch")
    before = torch and torch.get_num_threads()
    if torch:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if torch:
            torch.set_num_threads(before)
