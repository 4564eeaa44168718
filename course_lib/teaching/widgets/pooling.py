"""A pooling window on a sound: the numbers it sees, what average and max make of them, and what they cost (nothing).

Any window, stride and padding that torch accepts, and dilation for max, on a sound's samples or on its spectrogram.
"""

from torch.nn import functional as F

from course_lib.teaching.widgets.base import choice
from course_lib.teaching.widgets.sliding import SlidingExplorer

KINDS = ("average", "max")


class PoolingExplorer(SlidingExplorer):
    """Average and max pooling of a sound (samples,) at 16 kHz, 0.2 to 10 s long."""

    title = "Pooling explorer"

    def __init__(self, wave):
        super().__init__(wave, window=(4, 8), kind=choice("Pooling", KINDS, "average"))

    def first_stride(self, window):
        return window  # a pooling window moves by its own size unless told otherwise

    def largest_padding(self, window):
        return window // 2  # torch's rule: more, and a window could see nothing but padding

    def may_dilate(self):
        return self.controls["kind"].value == "max"  # average pooling has no dilation, in torch neither

    def respond(self, x, state):
        sizes = state["window"], state["stride"], state["padding"]
        if state["kind"] == "average":
            return F.avg_pool2d(x[None], *sizes)[0]
        return F.max_pool2d(x[None], *sizes, state["dilation"])[0]

    def fill(self, state, x):
        return 0.0 if state["kind"] == "average" else float(x.min())  # padding never wins a max

    def tables(self, patch, state):
        best = int(patch.argmax())
        winner = [(best // patch.shape[1], best % patch.shape[1])] if state["kind"] == "max" else []
        return [
            (
                "the numbers under the window" + (", the winner framed" if winner else ""),
                patch,
                {"mark": winner},
            )
        ]

    def describe(self, patch, out, state):
        value, count = float(out[state["place"]]), patch.numel()
        if state["kind"] == "average":
            done = f"the sum of {count} numbers, {float(patch.sum()):.4g}, over {count} is {value:.4g}"
        else:
            done = (
                f"the largest of {count} numbers is {value:.4g}; the mean would be {float(patch.mean()):.4g}"
            )
        return (
            f"At place {state['place']} {done}. Parameters: 0. "
            f"{'Additions' if state['kind'] == 'average' else 'Comparisons'}: {out.numel() * (count - 1):,}."
        )
