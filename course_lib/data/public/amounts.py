"""Amounts in words: how long, how much."""


def in_words(seconds: float) -> str:
    """
    >>> in_words(42), in_words(200), in_words(7500)
    ('42 s', '3 min', '2.1 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def size_in_words(count: float) -> str:
    """Decimal units, as disks and networks are sold.

    >>> size_in_words(337_926_286), size_in_words(23_049_477_885), size_in_words(900)
    ('338 MB', '23.0 GB', '1 kB')
    """
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{max(count / 1e3, 1):.0f} kB"
