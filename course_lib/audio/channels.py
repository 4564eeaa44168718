"""Which channels of a recording make its sound: all of them averaged, or one where they cancel each other."""

from functools import lru_cache

import numpy as np

from course_lib.audio.opened import Recording, tell_once
from course_lib.audio.true_parts import state_of

LOOKS, CANCELLING = 60, 0.1  # seconds of a recording that are looked at; share of them that cancels


def single_channel(recording):
    """The channel to read alone (0, 1, ...) where the channels cancel each other when they are averaged, else None.

    Looked at in LOOKS seconds spread over the recording, without their means: of N channels that know nothing of each
    other the average has 1/N of their mean power, of two in antiphase none. Where CANCELLING of the seconds with
    sound have less than half of 1/N, the loudest channel is chosen, once and for the whole recording.
    """
    return _single_channel(str(recording.path), *state_of(recording.path))


@lru_cache(maxsize=256)
def _single_channel(path, size, changed):
    with Recording(path) as recording:
        power, cancels, heard = np.zeros(recording.channels), 0, 0
        count = recording.channels
        step = max(recording.rate, recording.frames // LOOKS)
        for start in range(0, recording.frames, step):
            blocks = list(recording.read(start, recording.rate))
            if not blocks:
                continue
            second = np.concatenate(blocks).astype(np.float64)
            second -= second.mean(0)
            each, mixed = second.var(0), second.mean(1).var()
            if each.mean() > 1e-10:  # -100 dB re full scale
                heard += 1
                cancels += mixed < each.mean() / (2 * count)
                power += each
    if not heard or cancels < CANCELLING * heard:
        return None
    best = int(power.argmax())
    tell_once(
        path,
        "cancel",
        f"{path}: its {count} channels cancel each other when they are averaged (one is wired the wrong way round); "
        f"channel {best + 1} alone is read",
    )
    return best
