"""Exercises of lesson 09: rates layer by layer, what was forgotten, a mean that runs along and must stand still."""

from course_lib.teaching.exercises.exercise import Exercise, Misconception


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


def running_mean(old, batch, momentum):
    """A share of the batch's mean comes in, the same share of the old value goes out."""
    mean = sum(batch) / len(batch)
    return old + momentum * (mean - old)


def frozen_norm(batch, mean, momentum, frozen):
    """Two cases, told apart at once: evaluation mode looks at the running mean only, training mode at the batch."""
    if frozen:
        return [x - mean for x in batch], mean
    now = sum(batch) / len(batch)
    return [x - now for x in batch], running_mean(mean, batch, momentum)


def _norm(batch, mean, momentum, *, running, moves, late=False):
    """One way through the layer: subtract the running mean or the batch's, and let the running one move or not."""
    moved = running_mean(mean, batch, momentum)
    base = (moved if late else mean) if running else sum(batch) / len(batch)
    return [x - base for x in batch], moved if moves else mean


EXERCISES = (
    Exercise(
        id="09.rates",
        title="A rate for each layer",
        kind="function",
        spec=rates,
        cases=[(3, 1e-3, 0.1), (1, 0.01, 0.5), (5, 1e-3, 0.3), (4, 0.2, 1.0)],
        misconceptions=(
            Misconception(
                "turned round",
                lambda n, lr, factor: rates(n, lr, factor)[::-1],
                "The list is the wrong way round: the first layers are the most general and get the smallest rate.",
            ),
            Misconception(
                "one step too far",
                lambda n, lr, factor: [rate * factor for rate in rates(n, lr, factor)],
                "The last layer gets the full rate; you reduced it as well.",
            ),
            Misconception(
                "all but the last alike",
                lambda n, lr, factor: [lr * factor] * (n - 1) + [lr],
                "You gave all earlier layers one rate. Each is `factor` times the one behind it, so the powers go up.",
            ),
            Misconception(
                "the same for all",
                lambda n, lr, factor: [lr] * n,
                "This is one rate for all layers. Multiply by `factor` for each layer before the last.",
            ),
            Misconception(
                "divided by the distance",
                lambda n, lr, factor: [lr * factor / (n - 1 - k) if k < n - 1 else lr for k in range(n)],
                "You divided by the distance from the end. It is a power: factor, factor * factor, and so on.",
            ),
        ),
        equivalents=(lambda n, lr, factor: [lr * factor ** (n - 1 - k) for k in range(n)],),
        hints=(
            "How far is layer k from the last one? That many times the rate shrinks.",
            "Layer k of n stands n - 1 - k places before the end.",
            "[lr * factor ** (n_layers - 1 - k) for k in range(n_layers)]",
        ),
        solution="return [lr * factor ** (n_layers - 1 - k) for k in range(n_layers)]",
        why="Early layers see edges and hums that any voice has; they need the least change.",
        atol=1e-12,
    ),
    Exercise(
        id="09.forgotten",
        title="How much was forgotten?",
        kind="fill",
        spec=forgotten,
        cases=[(0.9, 0.5, 0.1), (0.8, 0.8, 0.02), (0.6, 0.2, 0.2), (0.7, 0.75, 0.05)],
        misconceptions=(
            Misconception(
                "points",
                lambda before, after, chance: before - after,
                "These are points. Forty points are little of ninety and all of forty: divide by what there was to lose.",
            ),
            Misconception(
                "without chance",
                lambda before, after, chance: (before - after) / before,
                "A network that has forgotten everything is still right by chance. Take chance off what there was.",
            ),
            Misconception(
                "what is left",
                lambda before, after, chance: (after - chance) / (before - chance),
                "This is what is left. Forgotten is the rest: one minus it.",
            ),
            Misconception(
                "never below zero",
                lambda before, after, chance: max(0.0, forgotten(before, after, chance)),
                "You cut off at zero. Sometimes the new voices help the old ones; a negative number says so.",
            ),
        ),
        equivalents=(lambda before, after, chance: 1 - (after - chance) / (before - chance),),
        hints=(
            "Zero: nothing is lost. One: as good as guessing.",
            "What could be lost is before - chance.",
            "(before - after) / (before - chance)",
        ),
        solution="return (before - after) / (before - chance)",
        why="One means back to guessing. So bases with different accuracies and numbers of voices can be compared.",
        atol=1e-9,
    ),
    Exercise(
        id="09.running_mean",
        title="The mean that runs along",
        kind="fill",
        spec=running_mean,
        cases=[
            (0.0, [1.0, 3.0], 0.1),
            (5.0, [1.0, 1.0, 4.0], 0.5),
            (2.0, [8.0], 1.0),
            (-1.0, [0.0, 4.0], 0.25),
        ],
        misconceptions=(
            Misconception(
                "shares exchanged",
                lambda old, batch, momentum: momentum * old + (1 - momentum) * sum(batch) / len(batch),
                "You kept `momentum` of the old value. In torch's BatchNorm `momentum` is the share of the *new* one.",
            ),
            Misconception(
                "only added",
                lambda old, batch, momentum: old + momentum * sum(batch) / len(batch),
                "What comes in must also go out: keep 1 - momentum of the old value.",
            ),
            Misconception(
                "the sum",
                lambda old, batch, momentum: (1 - momentum) * old + momentum * sum(batch),
                "You let in the sum of the batch. The layer keeps its mean.",
            ),
            Misconception(
                "the batch alone",
                lambda old, batch, momentum: sum(batch) / len(batch),
                "This is the batch's own mean, which is used while training. The running mean moves towards it by a share.",
            ),
            Misconception(
                "nothing moves",
                lambda old, batch, momentum: old,
                "This is what evaluation mode does. In training mode the mean moves.",
            ),
        ),
        equivalents=(
            lambda old, batch, momentum: (1 - momentum) * old + momentum * (sum(batch) / len(batch)),
        ),
        hints=(
            "A weighted mean of two: the old value and the mean of the batch.",
            "The weights are 1 - momentum and momentum.",
            "(1 - momentum) * old + momentum * sum(batch) / len(batch)",
        ),
        solution="return (1 - momentum) * old + momentum * sum(batch) / len(batch)",
        why="No gradient is needed for this, so `requires_grad = False` does not stop it. Evaluation mode does.",
        atol=1e-9,
    ),
    Exercise(
        id="09.frozen_norm",
        title="Frozen, and still moving",
        kind="debug",
        spec=frozen_norm,
        cases=[
            ([1.0, 3.0], 0.0, 0.1, True),
            ([1.0, 3.0], 0.0, 0.1, False),
            ([5.0, 5.0, 8.0], 2.0, 0.5, True),
            ([0.0, -4.0], 1.0, 0.25, False),
        ],
        misconceptions=(
            Misconception(
                "as it came",
                lambda batch, mean, momentum, frozen: _norm(
                    batch, mean, momentum, running=frozen, moves=True, late=True
                ),
                "This is the function as it came: the running mean moves before anybody asks whether the layer is frozen.",
            ),
            Misconception(
                "it still moves",
                lambda batch, mean, momentum, frozen: _norm(
                    batch, mean, momentum, running=frozen, moves=True
                ),
                "What comes out is right, but a frozen layer still returns a mean that has moved. Batch by batch it drifts to the new voices.",
            ),
            Misconception(
                "the batch decides",
                lambda batch, mean, momentum, frozen: _norm(
                    batch, mean, momentum, running=False, moves=not frozen
                ),
                "The running mean stands still now, but a frozen layer must also use it: you subtract the mean of the batch.",
            ),
            Misconception(
                "never in training mode",
                lambda batch, mean, momentum, frozen: _norm(batch, mean, momentum, running=True, moves=False),
                "Now nothing moves, frozen or not. A layer that may learn uses the batch's mean and lets its running mean follow.",
            ),
            Misconception(
                "always in training mode",
                lambda batch, mean, momentum, frozen: _norm(batch, mean, momentum, running=False, moves=True),
                "You do not look at `frozen` at all: this is training mode for everybody.",
            ),
        ),
        equivalents=(
            lambda batch, mean, momentum, frozen: _norm(
                batch, mean, momentum, running=frozen, moves=not frozen
            ),
        ),
        hints=(
            "Call it twice with frozen=True and the same batch. Which of the two numbers that should be equal differ?",
            "The running mean is moved in the second line, before the `if`. For a frozen layer that line must not happen.",
            "if frozen: return [x - mean for x in batch], mean   ... and below it the case that learns.",
        ),
        solution="if frozen:\n    return [x - mean for x in batch], mean\nnow = sum(batch) / len(batch)\nreturn [x - now for x in batch], (1 - momentum) * mean + momentum * now",
        why="Frozen means: no gradient, and evaluation mode. The second half is what careless loops forget.",
        atol=1e-9,
    ),
)
