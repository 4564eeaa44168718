"""Move the learning rate, the momentum and the batch: a walk on a real loss surface, and a real network that trains.

The surface: two weights that guess a coefficient of one frame from the frames 10 ms before and after. These two
resemble each other, so the surface is a long valley, where momentum shows what it is for.
Ref: Polyak 1964 (momentum); Robbins & Monro 1951 (steps on a part of the examples).
"""

import math

import torch
from matplotlib.colors import LogNorm

from course_lib.errors import CourseError
from course_lib.models import SpeakerMLP
from course_lib.teaching.widgets.base import Explorer, slider, steps
from course_lib.training import Diverged, fit

RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
BATCHES = [10, 25, 100, 500]
START = (-1.0, 0.2)
WALK, GRID = 40, 48  # steps on the surface; points a side of its map
SURFACE_FRAMES, NETWORK_FRAMES = 600, 3_000  # examples that are used, so that a move answers at once
EPOCHS, HSIZE = 8, 32


class TrainingExplorer(Explorer):
    """Learning rate, momentum and batch size on two weights and on a small network. train, valid: pairs (X, y).

    X is (n, in_frames * n_features) as `context_frames` stacks them, y the speaker of each row. Uses SGD.
    Raises CourseError for fewer than three frames in a row.
    """

    title = "Learning rate explorer"

    def __init__(self, train, valid, *, n_features=20):
        self.train, self.valid = (_some(X, y, NETWORK_FRAMES) for X, y in (train, valid))
        self.in_frames, rest = divmod(self.train[0].shape[1], n_features)
        if rest or self.in_frames < 3:
            raise CourseError(
                f"expected three or more frames of {n_features} features in a row, got rows of "
                f"{self.train[0].shape[1]} numbers; stack them with context_frames(frames, in_frames=21)"
            )
        self.n_features, self.n_classes = n_features, int(self.train[1].max()) + 1
        self.examples = _neighbours(train[0], n_features, self.in_frames)
        self.lowest = torch.linalg.lstsq(self.examples[0], self.examples[1][:, None]).solution[:, 0]
        super().__init__(
            lr=steps("Learning rate", RATES, 0.3),
            momentum=slider("Momentum", 0.0, 0.95, 0.05, 0.0),
            batch=steps("Batch size", BATCHES, 100),
        )

    def picture(self, ax, lr, momentum, batch):
        figure = ax.figure
        ax.remove()
        figure.subplots_adjust(left=0.11)
        left, right = figure.subplots(1, 2, gridspec_kw={"wspace": 0.3})
        walked = walk(*self.examples, lr=lr, momentum=momentum, batch=batch)
        losses = [surface(*self.examples, w) for w in walked]
        self._draw_surface(left, walked)
        history, end = self.network(lr, momentum, batch)
        self._draw_curves(right, history, end)
        verdict = (
            f"Two weights: the loss goes from {losses[0]:.3f} to {_say(losses[-1])} in {WALK} steps; "
            f"the lowest point has {surface(*self.examples, self.lowest):.3f}. "
        )
        best = history.best if len(history) else None
        if best is None:
            verdict += f"Network: {end}."
        else:
            verdict += (
                f"Network: {len(history)} epochs, validation loss {history[0].valid_loss:.2f} after the first, "
                f"{best.valid_loss:.2f} at best (guessing: {math.log(self.n_classes):.2f}), {best.valid_accuracy:.0%} "
                f"of the frames right{'; ' + end if end else ''}."
            )
        alt = (
            "Left, the walk of two weights over a map of their loss; right, the loss of a small network per epoch. "
            f"Learning rate {lr:g}, momentum {momentum:.2f}, batch {batch:,}. {verdict}"
        )
        return alt, verdict

    def network(self, lr, momentum, batch):
        """A small speaker network trained with this setting: (History, what ended it or "")."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = SpeakerMLP(self.n_features, self.n_classes, in_frames=self.in_frames, hsize=HSIZE)
        settings = {"lr": lr, "momentum": momentum, "batch_size": batch, "optimizer": "sgd", "epochs": EPOCHS}
        try:
            return fit(model, self.train, self.valid, patience=None, progress=False, **settings), ""
        except Diverged as error:
            return error.history, "the loss left the finite numbers"

    def _draw_surface(self, ax, walked):
        reach = 1.4
        axis = torch.linspace(-reach, reach, GRID)
        grid = torch.cartesian_prod(axis, axis)  # (GRID**2, 2): first weight, then second
        heights = surface(*self.examples, grid).reshape(GRID, GRID).T
        lines = torch.logspace(*(float(edge.log10()) for edge in (heights.min(), heights.max())), 14)
        ax.contourf(
            axis.numpy(),
            axis.numpy(),
            heights.numpy(),
            levels=lines.tolist(),
            norm=LogNorm(),
            cmap="cividis",
            extend="both",
        )
        path = torch.stack(walked).clamp(-2 * reach, 2 * reach).nan_to_num().numpy()
        ax.plot(
            path[:, 0], path[:, 1], "o-", color="white", markersize=4, linewidth=1.2, markeredgecolor="black"
        )
        ax.plot(*self.lowest.tolist(), "*", color="#D55E00", markersize=15, markeredgecolor="white")
        ax.plot(*path[0], "s", color="white", markersize=8, markeredgecolor="black")
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), title="two weights: from □ to ★")
        ax.set(xlabel="weight, 10 ms before", ylabel="weight, 10 ms after")

    def _draw_curves(self, ax, history, end):
        epochs = range(1, len(history) + 1)
        top = 2 * math.log(self.n_classes)
        for name, style, label in (("train_loss", "o-", "training"), ("valid_loss", "s--", "validation")):
            ax.plot(epochs, [min(value, top) for value in history[name]], style, label=label)
        ax.axhline(math.log(self.n_classes), color="black", linestyle=":", label="guessing")
        ax.set(
            xlabel="epoch",
            ylabel="loss",
            ylim=(0, top),
            xlim=(0.8, EPOCHS + 0.2),
            title=end or "a real network",
        )
        ax.legend(fontsize=10)


def surface(x, y, weights):
    """Half the mean squared error of two weights, or of many pairs. x (n, 2), y (n,), weights (..., 2) -> (...).

    >>> x, y = torch.tensor([[1.0, 0.0]]), torch.tensor([1.0])
    >>> float(surface(x, y, torch.zeros(2))), float(surface(x, y, torch.tensor([1.0, 7.0])))
    (0.5, 0.0)
    """
    return (weights @ x.T - y).square().mean(-1) / 2


def walk(x, y, *, lr, momentum, batch, count=WALK):
    """The weights after 0, 1, 2, ... steps of SGD with momentum: a list of (2,). v = momentum v + g; w = w - lr v."""
    w, v = torch.tensor(START), torch.zeros(2)
    order, places = torch.Generator().manual_seed(0), [w]
    for _ in range(count):
        chosen = torch.randperm(len(y), generator=order)[:batch]
        gradient = ((x[chosen] @ w - y[chosen])[:, None] * x[chosen]).mean(0)
        v = momentum * v + gradient
        w = w - lr * v
        places.append(w)
    return places


def _neighbours(X, n_features, in_frames):
    """Coefficient 1 of the frames before and after (n, 2), and of the frame between them (n,), each of spread 1."""
    middle = in_frames // 2 * n_features + 1
    chosen = X[:, [middle - n_features, middle + n_features, middle]]
    chosen = (chosen - chosen.mean(0)) / chosen.std(0).clamp_min(1e-6)
    chosen = chosen[torch.linspace(0, len(X) - 1, min(SURFACE_FRAMES, len(X))).long()]
    return chosen[:, :2], chosen[:, 2]


def _say(loss) -> str:
    return f"{loss:.3f}" if loss < 1e4 else "beyond all bounds"  # also for inf and nan


def _some(X, y, count):
    """At most `count` examples, evenly spread over the set."""
    chosen = torch.linspace(0, len(y) - 1, min(count, len(y))).long()
    return X[chosen], y[chosen]
