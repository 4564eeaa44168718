"""Exercises of lesson 10: rates layer by layer, what was forgotten, a frozen mean that must stand still."""

from course_lib.teaching.exercises.banks import Code
from course_lib.teaching.exercises.judged import gentle


def rates(n_layers, lr, factor):
    """From the last layer to the first: each one `factor` times the one behind it; then turned round."""
    found, rate = [], lr
    for _ in range(n_layers):
        found.append(rate)
        rate = rate * factor
    return found[::-1]


def forgotten(before, after, chance):
    """What was known above chance, and which share of it is gone."""
    known, left = before - chance, after - chance
    return (known - left) / known


def frozen_norm(batch, mean, momentum, frozen):
    """Two cases, told apart at once: evaluation mode looks at the running mean only, training mode at the batch."""
    if frozen:
        return [x - mean for x in batch], mean
    now = sum(batch) / len(batch)
    return [x - now for x in batch], (1 - momentum) * mean + momentum * now


def _norm(batch, mean, momentum, *, running, moves, late=False):
    """One way through the layer: subtract the running mean or the batch's, and let the running one move or not."""
    moved = (1 - momentum) * mean + momentum * sum(batch) / len(batch)
    base = (moved if late else mean) if running else sum(batch) / len(batch)
    return [x - base for x in batch], moved if moves else mean


CODE = {
    "10.rates": Code(
        spec=rates,
        wrong={
            "turned round": lambda n, lr, factor: rates(n, lr, factor)[::-1],
            "one step too far": lambda n, lr, factor: [rate * factor for rate in rates(n, lr, factor)],
            "all but the last alike": lambda n, lr, factor: [lr * factor] * (n - 1) + [lr],
            "the same for all": lambda n, lr, factor: [lr] * n,
            "divided by the distance": lambda n, lr, factor: [
                lr * factor / (n - 1 - k) if k < n - 1 else lr for k in range(n)
            ],
        },
        equivalents=(lambda n, lr, factor: [lr * factor ** (n - 1 - k) for k in range(n)],),
    ),
    "10.forgotten": Code(
        spec=forgotten,
        wrong={
            "points": lambda before, after, chance: before - after,
            "without chance": lambda before, after, chance: (before - after) / before,
            "what is left": lambda before, after, chance: (after - chance) / (before - chance),
            "never below zero": lambda before, after, chance: max(0.0, forgotten(before, after, chance)),
        },
        equivalents=(lambda before, after, chance: 1 - (after - chance) / (before - chance),),
    ),
    "10.frozen_norm": Code(
        spec=frozen_norm,
        wrong={
            "as it came": lambda batch, mean, momentum, frozen: _norm(
                batch, mean, momentum, running=frozen, moves=True, late=True
            ),
            "it still moves": lambda batch, mean, momentum, frozen: _norm(
                batch, mean, momentum, running=frozen, moves=True
            ),
            "the batch decides": lambda batch, mean, momentum, frozen: _norm(
                batch, mean, momentum, running=False, moves=not frozen
            ),
            "never in training mode": lambda batch, mean, momentum, frozen: _norm(
                batch, mean, momentum, running=True, moves=False
            ),
            "always in training mode": lambda batch, mean, momentum, frozen: _norm(
                batch, mean, momentum, running=False, moves=True
            ),
        },
        equivalents=(
            lambda batch, mean, momentum, frozen: _norm(
                batch, mean, momentum, running=frozen, moves=not frozen
            ),
        ),
    ),
    "10.gentle": gentle.GENTLE,
    "10.keep": gentle.KEEP,
}
