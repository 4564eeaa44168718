"""The course's own errors. Each message says what was expected, what came, and what to do next."""


class CourseError(ValueError):
    """Something the reader can put right; the message says how."""


class AudioError(CourseError):
    """A sound that cannot be used: wrong rate, stereo, empty, silent, NaN, truncated, not audio."""


class CorpusError(CourseError):
    """A corpus folder or manifest that cannot be used."""


class DataError(CourseError):
    """Data that cannot be made, fetched, stored or verified."""
