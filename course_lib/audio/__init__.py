"""Sound: waves.py is the arithmetic (tone, noise, resampling), windows.py cuts a recording, files.py reads and writes
(opened.py, true_parts.py, containers.py and told_sizes.py find the true length of a file, onward.py reads on), conditions.py takes away what is not speech.

Everything in the course is one channel at 16 kHz, float32 in [-1, 1].
"""

from course_lib.audio.conditions import at_speech_level, is_telephone_band, speech_gain, without_offset
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
