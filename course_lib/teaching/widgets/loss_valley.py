"""Two weights walk downhill on a loss that is seen whole: move the rate, the momentum, the batch, and where it starts.

The weights guess a coefficient of one frame from the frames 10 ms before and after. These two resemble each other, so
the surface is a long valley, where momentum shows what it is for.
Ref: Polyak 1964 (momentum); Robbins & Monro 1951 (steps on a part of the examples).
"""

import torch
from matplotlib.colors import LogNorm

from course_lib.errors import CourseError
from course_lib.teaching.page.live_picture import PARTS, LivePicture
from course_lib.teaching.plots import Picture, new_axes

RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
BATCHES = [1, 10, 50, 200, 600]
START, STEPS, EXAMPLES = (-1.0, 0.2), 40, 600
HOW = "Move the sliders, or drag the square from which the walk starts. The star is the lowest point."


class LossValley(LivePicture):
    """A walk of two weights on the loss of `X` (n, in_frames * n_features), as `context_frames` stacks them.

    Raises CourseError for fewer than three frames in a row.
    """

    module, parts = "loss_valley", (*PARTS, "layer_draw")
    # loss: the last as a share of the first; distance: from the lowest point at the end; turns: share of steps that go back
    reports = ("rate", "momentum", "batch", "steps", "loss", "distance", "turns", "last_steps")

    def __init__(self, X, *, n_features=20):
        X = torch.as_tensor(X)
        in_frames, rest = divmod(X.shape[1], n_features)
        if rest or in_frames < 3:
            raise CourseError(
                f"expected three or more frames of {n_features} features in a row, got rows of "
                f"{X.shape[1]} numbers; stack them with context_frames(frames, in_frames=21)"
            )
        self.x, self.y = _neighbours(X, n_features, in_frames)
        self.lowest = torch.linalg.lstsq(self.x, self.y[:, None]).solution[:, 0]
        self.alt = (
            f"A map of the loss of two weights, a long valley; at the start, {START}, it is "
            f"{float(surface(self.x, self.y, torch.tensor(START))):.3f}, at the lowest point "
            f"{float(surface(self.x, self.y, self.lowest)):.3f}."
        )
        data = {"rates": RATES, "batches": BATCHES, "rate": 0.3, "start": list(START), "steps": STEPS}
        arrays = {"x": self.x.flatten(), "y": self.y}
        super().__init__(title="A walk down the valley of a loss", how=HOW, data=data, arrays=arrays)

    def first(self) -> str:
        fig, ax = new_axes(height=3.6)
        axis = torch.linspace(-1.4, 1.4, 48)
        heights = surface(self.x, self.y, torch.cartesian_prod(axis, axis)).reshape(48, 48).T
        lines = torch.logspace(*(float(edge.log10()) for edge in (heights.min(), heights.max())), 14).tolist()
        ax.contourf(axis, axis, heights, levels=lines, norm=LogNorm(), extend="both")
        ax.plot(*START, "s", color="white", markersize=8, markeredgecolor="black")
        ax.plot(*self.lowest.tolist(), "*", color="#D55E00", markersize=15, markeredgecolor="white")
        ax.set(xlabel="weight, 10 ms before", ylabel="weight, 10 ms after", title="from □ to ★")
        return Picture(fig, self.alt).html


def surface(x, y, weights):
    """Half the mean squared error of two weights, or of many pairs. x (n, 2), y (n,), weights (..., 2) -> (...).

    >>> x, y = torch.tensor([[1.0, 0.0]]), torch.tensor([1.0])
    >>> float(surface(x, y, torch.zeros(2))), float(surface(x, y, torch.tensor([1.0, 7.0])))
    (0.5, 0.0)
    """
    return (weights @ x.T - y).square().mean(-1) / 2


def _neighbours(X, n_features, in_frames):
    """Coefficient 1 of the frames before and after (n, 2), and of the frame between them (n,), each of spread 1."""
    middle = in_frames // 2 * n_features + 1
    chosen = X[:, [middle - n_features, middle + n_features, middle]]
    chosen = (chosen - chosen.mean(0)) / chosen.std(0).clamp_min(1e-6)
    chosen = chosen[torch.linspace(0, len(X) - 1, min(EXAMPLES, len(X))).long()]
    return chosen[:, :2], chosen[:, 2]
