"""Sound: waves.py is the arithmetic (tone, noise, resampling), windows.py cuts a recording, files.py reads and writes.

Everything in the course is one channel at 16 kHz, float32 in [-1, 1].
"""

from course_lib.audio.files import header, read, stream, write
from course_lib.audio.waves import (
    SR,
    add_noise,
    as_int16,
    as_wave,
    excerpt,
    fit_second,
    loudest_second,
    resample,
    tone,
)
from course_lib.audio.windows import cut_windows, window_middles

__all__ = [
    "SR",
    "add_noise",
    "as_int16",
    "as_wave",
    "cut_windows",
    "excerpt",
    "fit_second",
    "header",
    "loudest_second",
    "read",
    "resample",
    "stream",
    "tone",
    "window_middles",
    "write",
]
