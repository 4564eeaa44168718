"""Where tests are run by several workers (`make test`): each has a core of its own, and the long files begin.

A lesson on one core takes less than twice its time on two, so two workers on two cores end sooner than one with both.
"""

import os
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER")
LONG = (
    "test_browser.py",
    "test_notebooks_nbval.py",
    "test_browser_instructor.py",
    "test_slides.py",
    "test_built_notebooks.py",
)  # begun first


def pytest_configure(config):
    if WORKER:  # before torch is imported, so that it starts one thread
        if hasattr(os, "sched_setaffinity"):
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(0, {cores[int(WORKER.removeprefix("gw")) % len(cores)]})
        os.environ["OMP_NUM_THREADS"] = "1"
        if own := os.environ.get("COURSE_HOME"):
            os.environ["COURSE_HOME"] = str(Path(own, WORKER))


def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONG)))
