"""A recording for a verb that decides something about speech: read, its conditions told, and its errors with its name."""

import warnings
from contextlib import contextmanager

from course_lib.errors import AudioError

# How far below the rest what lies below speech may stay, in dB. Chosen on voxforge_en, where -3, -6 and -10 name 34,
# 34 and 33 of 45 recordings, and 23, 25 and 29 of them under a rumble as loud as speech.
LOW_DB = -10.0


def recording(path, *, seconds=0.0, voices=False, silence=True):
    """The sound of a file at 16 kHz, (n,), channels mixed, without offset and strong rumble.

    seconds  how long it must be at least
    silence  False: refuse a recording whose samples are all zero
    voices   True: bring the speech to one level, and tell where a telephone's band makes names less sure
    """
    from course_lib import audio
    from course_lib.data.decode import readable

    with readable(path) as there, audio.files.opened(there, mono="mix", note=str(path)) as file:
        wave, rate = audio.files.wave_of(file, allow_silence=silence), file.rate
    if len(wave) < seconds * audio.SR:
        raise AudioError(
            f"{path}: expected {seconds:g} s of sound or more, got {len(wave) / audio.SR:.2f} s; take a longer recording"
        )
    wave = audio.without_offset(wave, keep_db=LOW_DB, in_place=True)
    if voices and rate > audio.files.TELEPHONE and audio.is_telephone_band(wave):
        warnings.warn(
            f"{path}: a telephone's band, nothing above 4 kHz: names of speakers are less sure", stacklevel=2
        )
    return audio.at_speech_level(wave, in_place=True) if voices else wave


@contextmanager
def named(path):
    """An AudioError raised inside says which file it is about."""
    try:
        yield
    except AudioError as error:
        if str(path) in str(error):
            raise
        raise AudioError(f"{path}: {error}") from error
