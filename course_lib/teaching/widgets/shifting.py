"""Move a sound by a few milliseconds: how much of its description changes, without pooling and with it.

The change is a share: 0 is none at all, 1 is as much as another second of another sound. Ref: Goodfellow et al. 2016,
Deep Learning, section 9.3 (pooling and invariance to small translations).
"""

import torch
from torch.nn import functional as F

from course_lib.errors import AudioError
from course_lib.features import SR, mel
from course_lib.teaching.plots import show_cells
from course_lib.teaching.widgets.base import Explorer, choice, steps

WINDOWS = [1, 2, 4, 8, 16, 32, 101]  # frames of 10 ms; 101 is the whole second
SHIFTS = [0, 5, 10, 20, 40, 80, 160, 320]  # ms
KINDS = {"average": F.avg_pool1d, "max": F.max_pool1d}


class ShiftExplorer(Explorer):
    """One second of a sound (samples,), at 16 kHz and at least 1.32 s, and the same second some milliseconds later.

    `other`, a second of somebody else, sets the scale: a change of 100 % is as far as from one to the other.
    """

    title = "Shift explorer"

    def __init__(self, wave, other):
        self.wave = torch.as_tensor(wave, dtype=torch.float32)
        self.other = torch.as_tensor(other, dtype=torch.float32)
        longest = SR + SR * max(SHIFTS) // 1000
        if self.wave.ndim != 1 or len(self.wave) < longest or self.other.shape != (SR,):
            raise AudioError(
                f"expected a sound of at least {longest} samples and another of {SR}, got "
                f"{tuple(self.wave.shape)} and {tuple(self.other.shape)}; take a longer clip, and fit_second(other)"
            )
        super().__init__(
            shift=steps("Moved by (ms)", SHIFTS, 20),
            kind=choice("Pooling", list(KINDS), "average"),
            window=steps("Pooled over (10 ms frames)", WINDOWS, 16),
        )

    def at(self, shift) -> torch.Tensor:
        """The second that begins `shift` ms into the sound."""
        start = SR * shift // 1000
        return self.wave[start : start + SR]

    def picture(self, ax, shift, kind, window):
        def pool(wave):
            return KINDS[kind](mel(wave), window)

        still, moved, other = pool(self.at(0)), pool(self.at(shift)), pool(self.other)
        plain = change(mel(self.at(0)), mel(self.at(shift)), mel(self.other))
        pooled = self.pooled = change(still, moved, other)
        figure = ax.figure
        ax.remove()
        boxes = figure.subplots(1, 3, sharey=True, gridspec_kw={"wspace": 0.12})
        levels = {"before": still, f"{shift} ms later": moved}
        for box, (title, values) in zip(boxes, levels.items()):
            show_cells(values, box, title=title, form=".0f")
        show_cells(moved - still, boxes[2], title="difference", signed=True, form=".0f")
        boxes[0].set_ylabel("mel band")
        for box in boxes:
            box.set_xlabel("pooled frame")
        over = "the whole second" if window == 101 else f"{10 * window} ms"
        words = (
            f"Moved by {shift} ms. Without pooling {plain:.0%} of the description changes; with {kind} pooling over "
            f"{over}, {still.shape[0]} x {still.shape[1]} numbers, {pooled:.0%}. "
            "100 % would be another speaker's second."
        )
        return (
            f"Three pictures of pooled mel bands: before, {shift} ms later, and their difference. {words}",
            words,
        )

    def sound(self, shift, kind, window):
        return self.at(shift), f"The second, {shift} ms later"


def change(still, moved, other) -> float:
    """How far `moved` is from `still`, as a share of how far `other` is; arrays of one shape.

    >>> change(torch.zeros(2), torch.tensor([1.0, 0.0]), torch.tensor([2.0, 0.0]))
    0.5
    """
    return float((moved - still).norm() / (other - still).norm())
