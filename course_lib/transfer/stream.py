"""A stream of tasks: which speakers arrive on which day, with which recordings. No day's data is seen before it.

Every speaker comes with some recordings and returns with more. On the first day there are a few speakers; then some
more join each day, while those who are known come back one recording at a time.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.errors import CorpusError


@dataclass(frozen=True)
class StreamTask:
    """The data of one day: its number, the names heard for the first time, the places of its windows in the features."""

    number: int
    newcomers: tuple
    rows: np.ndarray

    def __repr__(self):
        names = f", new: {', '.join(self.newcomers)}" if self.newcomers else ""
        return f"day {self.number}: {len(self.rows)} seconds{names}"


def stream_of_tasks(data, *, first=4, each=2, opening=2, seed=0) -> list:
    """The days on which the windows of a FeatureSet arrive. The seed decides the order of the speakers.

    first, each  speakers on day 0, and newcomers on every day after it
    opening      recordings that a speaker brings on the first day; then one more on every day, while there are some
    Raises CorpusError for fewer speakers than `first` + 1.
    """
    if len(data.classes) <= first:
        raise CorpusError(
            f"expected more than {first} speakers, of whom some arrive later, got {len(data.classes)}"
        )
    order = np.random.default_rng(seed).permutation(len(data.classes))
    y, clips = np.asarray(data.y), np.asarray(data.windows.clip_index)
    joins = {
        speaker: 0 if place < first else 1 + (place - first) // each for place, speaker in enumerate(order)
    }
    days = [[] for _ in range(max(joins.values()) + 1)]
    for speaker, joined in joins.items():
        windows = np.flatnonzero(y == speaker)
        for number, clip in enumerate(dict.fromkeys(clips[windows].tolist())):
            day = joined + max(0, number - opening + 1)
            if day < len(days):
                days[day].append(windows[clips[windows] == clip])
    return [
        StreamTask(
            number,
            tuple(data.classes[speaker] for speaker in order if joins[speaker] == number),
            np.sort(np.concatenate(rows)),
        )
        for number, rows in enumerate(days)
    ]
