"""A recording read once from its start to its end, however often it is asked for a part of it."""

import numpy as np


class Onward:
    """A Recording that is read once, from its start to its end; `read` as there, asked in order, parts may overlap.

    Seeking in a long MP3, or in a coding that cannot be sought, would read it from its start each time.
    """

    def __init__(self, recording):
        self.recording, self.blocks = recording, recording.read(0, recording.frames)
        self.held, self.begin = np.empty((0, recording.channels), np.float32), 0

    def __getattr__(self, name):
        return getattr(self.recording, name)

    def read(self, start, frames):
        rest = self.held[start - self.begin :]
        kept, self.begin, there = [rest] * (len(rest) > 0), start, len(rest)
        while there < frames and (block := next(self.blocks, None)) is not None:
            kept.append(block)
            there += len(block)
        self.held = np.concatenate(kept) if len(kept) > 1 else (kept or [rest])[0]
        yield self.held[:frames]
