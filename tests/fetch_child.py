"""What a process of its own does: fetch LibriSpeech's layout from the test's server.

At STAGE it says so and dawdles, so that the test can interrupt, kill or fill up what it wants.
"""

import sys
import time
from pathlib import Path
from types import SimpleNamespace

from fetch_layouts import page_on

import course_lib.data.public.fetching as fetching
import course_lib.data.public.plan as plan
import course_lib.data.public.prepare as prepare
from course_lib.errors import CourseError

STAGES = {  # name: where the work passes by, and at which call it dawdles
    "asking": (plan, "ask_size", 1),
    "downloading": (None, "", 0),  # the server is slow
    "checking": (fetching, "get", 1),
    "unpacking": (fetching, "extract", 1),
    "listing": (fetching, "prepare", 1),
    "preparing": (prepare, "decode", 6),
    "finishing": (fetching, "write_manifest", 1),
    "moving": (fetching.os, "replace", None),
}


def dawdle(stage, say):
    module, name, call = STAGES[stage]
    if module is None:
        return
    whole, calls = getattr(module, name), []

    def slow(*args, **more):
        calls.append(1)
        here = len(calls) == call if call else "prepared-" in str(args[0]) and Path(args[0]).name == "audio"
        result = whole(*args, **more) if stage in ("checking", "moving") else None
        if here:
            say(f"AT {stage}")
            time.sleep(30)  # it is stopped long before, also on a busy machine
        return whole(*args, **more) if result is None and stage != "moving" else result

    setattr(module, name, slow)


def run(address, root, stage, pipe):
    """The child's whole life; what is said goes through the pipe. Exit status 0, 2 (DataError) or 130 (Ctrl-C)."""
    try:
        if stage:
            dawdle(stage, pipe.send)
        page = page_on(SimpleNamespace(address=address, files={}), "librispeech")
        fetching.fetch(page, root=Path(root), backoff=0.01, say=pipe.send)
    except CourseError as error:
        pipe.send(f"ERROR {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
