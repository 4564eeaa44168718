"""What every show_* function begins with: an axis, and numbers that can be drawn."""

import matplotlib.pyplot as plt
import numpy as np

from course_lib.errors import CourseError


def axis(ax, **options):
    """The axis that was given, or that of a new figure (`options` of plt.subplots)."""
    return plt.subplots(**options)[1] if ax is None else ax


def finite(values, dimensions: int, expected: str) -> np.ndarray:
    """Values as float64 of so many dimensions. Raises CourseError for another shape, for none, for NaN and infinity."""
    values = values.detach().cpu().numpy() if hasattr(values, "detach") else values
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dimensions or array.size == 0:
        raise CourseError(
            f"expected {expected}, all finite, got shape {array.shape}; pick one of the batch, for example x[0]"
        )
    if not np.isfinite(array).all():
        wrong = np.count_nonzero(~np.isfinite(array))
        raise CourseError(f"expected {expected}, all finite, got {wrong} NaN or infinite")
    return array
