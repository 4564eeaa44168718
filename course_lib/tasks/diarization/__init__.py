"""Who spoke when: speech -> windows -> vectors -> agglomerative clustering -> turns.

The vectors come from the body of a base network that knows many voices (lesson 09); two windows of one voice point
in nearly the same direction. Nothing is trained here. Ref: Park et al. 2022, A review of speaker diarization.
"""

import numpy as np
from scipy.special import log_softmax

from course_lib.audio import SR, as_wave
from course_lib.errors import AudioError
from course_lib.metrics.turns import Turn, joined
from course_lib.tasks.diarization.clustering import DIFFERENT, FEWEST, MOST, cluster, unit
from course_lib.tasks.diarization.detectors import speech, voice_activity
from course_lib.tasks.diarization.drawing import drawn, likeness_to, resegmented, voices_of

__all__ = [
    "DIFFERENT", "FEWEST", "HOP", "cluster", "diarize", "hop_for", "middles_within", "speech", "turns_from", "unit", "vectors_of_parts", "voice_activity",
]  # fmt: skip

LENGTH = 1.0  # s, of the windows that a base was trained on
WINDOW, HOP = (
    1.5,
    0.2,
)  # s: windows that are compared, where the base reads them; from one to the next, at least
WINDOWS = 8_000  # of a recording at most: an hour is compared at every 0.45 s


def diarize(
    wave, base, *, speakers=None, min_speakers=1, max_speakers=None, parts=None, enrolled=False
) -> list[Turn]:
    """The turns of a recording, in order. wave: (samples,) at 16 kHz, one second or more.

    base           a Base: its vectors of one voice must point in nearly the same direction
    speakers       how many there are; None: as many as differ enough, within the next two
    min_speakers, max_speakers   how many there are at least and at most
    parts          where somebody speaks, [(start, end), ...] in seconds; None: see `voice_activity`
    enrolled       True: the speakers are the classes of the base, and each window is given to the most probable of them
    Raises AudioError for a recording that is too short, CourseError for more speakers than windows.
    """
    wave = as_wave(wave)
    if wave.ndim != 1 or len(wave) < SR:
        raise AudioError(
            f"expected a recording (samples,) of 1 s or more, got shape {tuple(wave.shape)} at 16 kHz"
        )
    parts = voice_activity(wave) if parts is None else parts
    parts = [(turn.start, turn.end) for turn in joined([Turn(start, end, "") for start, end in parts])]
    if not parts:
        return []
    middles, vectors = vectors_of_parts(base, wave, parts, scores=enrolled)
    if enrolled:
        return drawn(parts, middles, log_softmax(vectors, 1), base.classes)
    return turns_from(parts, middles, vectors, speakers, min_speakers=min_speakers, max_speakers=max_speakers)


def turns_from(
    parts,
    middles,
    vectors,
    speakers=None,
    *,
    min_speakers=1,
    max_speakers=None,
    difference=DIFFERENT,
    resegment=True,
):
    """The turns that the windows of the speech give; the last two stages of `diarize`. parts: disjoint, in order.

    middles (n,), vectors (n, d) as `vectors_of_parts` gives them; difference as in `cluster`; resegment=False leaves the
    voices' mean directions as the clusters gave them.
    """
    vectors = unit(vectors)
    few = slice(None, None, max(1, -(-len(vectors) // MOST)))
    limits = {"min_speakers": min_speakers, "max_speakers": max_speakers}
    labels = cluster(vectors[few], speakers, times=middles[few], difference=difference, **limits)
    voices = voices_of(vectors[few], labels)
    if resegment:
        voices = resegmented(parts, middles, vectors, *voices)
    names = [f"speaker {k + 1}" for k in range(len(voices[0]))]
    return _in_order(drawn(parts, middles, likeness_to(*voices, vectors), names), names)


def _in_order(turns, names):
    """The same turns; the first who speaks is speaker 1."""
    new = dict(zip(dict.fromkeys(turn.speaker for turn in turns), names))
    return [turn._replace(speaker=new[turn.speaker]) for turn in turns]


def vectors_of_parts(base, wave, parts, *, scores=False):
    """(middles (n,) in seconds, vectors (n, d) float64) of the windows of the speech; scores as in `Base.slide`.

    A base that reads mel bands takes windows of WINDOW seconds, in which voices differ more; every other base,
    and every head (`scores`), has windows of the one second that it was trained on.
    """
    seconds = sum(end - start for start, end in parts)
    middles = np.concatenate([middles_within(start, end, hop_for(seconds)) for start, end in parts])
    wide = not scores and getattr(base.model, "input", "") in ("mel", "voice_mel")
    options = {"seconds": WINDOW} if wide else {}
    return middles, base.slide(wave, at=middles, scores=scores, **options)[1].double().numpy()


def hop_for(seconds) -> float:
    """From one window to the next, in seconds, where there are so many seconds of speech.

    >>> hop_for(60), hop_for(3600)
    (0.2, 0.45)
    """
    return max(HOP, seconds / WINDOWS)


def middles_within(start, end, hop=HOP) -> np.ndarray:
    """Middles of the windows of a part, seconds, LENGTH apart from its ends; one, over its middle, where it is shorter.

    >>> middles_within(2.0, 3.5).tolist(), middles_within(2.0, 2.4).tolist()
    ([2.55, 2.75, 2.95], [2.2])
    """
    free = max(0.0, end - start - LENGTH)
    count = int(free / hop + 1e-9) + 1
    return np.round((start + end) / 2 + hop * (np.arange(count) - (count - 1) / 2), 6)
