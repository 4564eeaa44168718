"""An image as a network of photographs gets it, in colours: an axis in, the axis out."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError


def show_photo(picture, ax=None, *, seconds, title=""):
    """Draw colours (height, width, 3) from 0 to 1 against time (`seconds` wide) and the row, counted from the bottom."""
    picture = np.asarray(picture, dtype=float)
    if picture.ndim != 3 or picture.shape[2] != 3 or not (picture.min() >= 0 and picture.max() <= 1):
        raise CourseError(f"expected colours (height, width, 3) from 0 to 1, got shape {picture.shape}")
    ax = plt.subplots()[1] if ax is None else ax
    ax.imshow(picture, extent=(0, seconds, 0, len(picture)), aspect="auto", interpolation="nearest")
    ax.set(xlabel="time (s)", ylabel="row (higher is higher)", title=title)
    return ax
