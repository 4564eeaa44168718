"""What the reader has done, kept in the reader's own file, and what to do next. No server, no account.

Checks, hints and first answers to questions go into my_course/progress.json (COURSE_HOME moves the folder).
"""

from course_lib.teaching.progress.as_page import page
from course_lib.teaching.progress.recording import FILE, answered, checked, hints_taken, take_hint
from course_lib.teaching.progress.summary import Item, Repeat, Summary, Unit, summarize

__all__ = [
    "FILE",
    "Item",
    "Repeat",
    "Summary",
    "Unit",
    "answered",
    "checked",
    "hints_taken",
    "page",
    "summarize",
    "take_hint",
]
