"""Training: loop.py is the page to read; hooks.py says what `fit` does besides, the other files what it uses.

`measure` and `predict` of this room are those of the loop, with uses of a test set counted.
"""

from course_lib.training import loop
from course_lib.training.history import Diverged, Epoch, History
from course_lib.training.loop import fit
from course_lib.training.progress_line import Progress
from course_lib.training.usage_of_test_set import counted, usage_of_test_set

measure, predict = counted(loop.measure), counted(loop.predict)
