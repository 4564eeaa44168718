"""Number options with a range: a value outside it is a usage error that names the range, as argparse writes them."""

import argparse


def at_least(least):
    """A `type=` for argparse: a whole number of `least` or more.

    >>> at_least(1)("24")
    24
    """

    def number(text):
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or value < least:
            raise argparse.ArgumentTypeError(f"expected a whole number of {least} or more, got {text}")
        return value

    return number
