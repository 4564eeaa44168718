"""Exercises of lesson 03: steps of an epoch, frames with their neighbours, momentum that arrives, the utterance's vote."""

import math

import torch

from course_lib.teaching.exercises.exercise import Exercise, Misconception


def steps(n_examples, batch_size, epochs):
    """Deal the examples out, batch by batch, epoch by epoch, and count the steps."""
    count = 0
    for _ in range(epochs):
        left = n_examples
        while left > 0:
            left, count = left - batch_size, count + 1
    return count


def stack_frames(frames, in_frames):
    """Row t: the frames around t side by side, t in the middle, edges repeated. (n, f) -> (n, in_frames * f)."""
    rows = []
    for t in range(len(frames)):
        around = range(t - in_frames // 2, t + in_frames // 2 + 1)
        rows.append(torch.cat([frames[min(max(s, 0), len(frames) - 1)] for s in around]))
    return torch.stack(rows)


def _stacked(frames, in_frames, first, *, edge="repeat", step=1):
    """The same rows with one thing changed, for the misconceptions; `first` is where a row begins, counted from t."""
    rows = []
    for t in range(len(frames)):
        row = []
        for s in range(t + first, t + first + step * in_frames, step):
            outside = not 0 <= s < len(frames)
            inside = frames[min(max(s, 0), len(frames) - 1)]
            row.append(torch.zeros_like(inside) if outside and edge == "zeros" else inside)
        rows.append(torch.cat(row))
    return torch.stack(rows)


def few_frames():
    """Frames with one and with two features, and a recording shorter than its context."""
    return [
        (torch.tensor([[1.0], [2.0], [3.0], [4.0], [5.0]]), 3),
        (torch.tensor([[1.0, -1.0], [2.0, -2.0], [3.0, -3.0], [4.0, -4.0]]), 5),
        (torch.tensor([[7.0], [8.0]]), 5),
    ]


def walk(gradients, lr, momentum):
    """Where one weight stands after each step, from 0: v = momentum * v + gradient; w = w - lr * v."""
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        weight = weight - lr * velocity
        places.append(weight)
    return places


def _walk(gradients, lr, momentum, *, keep=None, share=1.0, sign=-1):
    """The same walk with one thing changed, for the misconceptions."""
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = (momentum if keep is None else keep) * velocity + share * gradient
        weight = weight + sign * lr * velocity
        places.append(weight)
    return places


def _nesterov(gradients, lr, momentum):
    weight, velocity, places = 0.0, 0.0, []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        weight = weight - lr * (gradient + momentum * velocity)
        places.append(weight)
    return places


def _reset(gradients, lr, momentum):
    weight, places = 0.0, []
    for number, gradient in enumerate(gradients):
        weight -= lr * (gradient + (momentum * gradients[number - 1] if number else 0.0))
        places.append(weight)
    return places


def _unrolled(gradients, lr, momentum):
    """Each gradient g has pushed by g (1 + m + m**2 + ...) since its step: the same walk without a velocity."""
    pushed = [
        sum(g * sum(momentum**k for k in range(t - s + 1)) for s, g in enumerate(gradients[: t + 1]))
        for t in range(len(gradients))
    ]
    return [-lr * push for push in pushed]


def decide(log_probs):
    """Add up each class over all frames, take the class with the largest sum. (frames, classes) -> class."""
    sums = [0.0] * log_probs.shape[1]
    for frame in log_probs.tolist():
        sums = [total + value for total, value in zip(sums, frame)]
    return sums.index(max(sums))


def utterances():
    """Log-probabilities of frames in which the shortcuts go wrong, each in its own way."""
    tables = (
        [
            [0.5, 0.4, 0.1],
            [0.5, 0.4, 0.1],
            [0.001, 0.9, 0.099],
        ],  # two of three frames say 0: the third is sure
        [
            [0.9, 0.05, 0.05],
            [0.9, 0.05, 0.05],
            [0.0001, 0.4, 0.5999],
        ],  # on average 0, but one frame rules it out
        [[0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.95, 0.04, 0.01], [0.1, 0.8, 0.1]],  # the surest frame says 0
        [[0.2, 0.2, 0.6], [0.1, 0.1, 0.8], [0.5, 0.2, 0.3]],  # the first and the last frame disagree
    )
    return [(torch.tensor(table).log(),) for table in tables]


EXERCISES = (
    Exercise(
        id="03.steps",
        title="Count the steps",
        kind="fill",
        spec=steps,
        cases=[(1000, 250, 1), (1001, 250, 1), (9215, 250, 12), (100, 1000, 3), (7, 1, 2)],
        misconceptions=(
            Misconception(
                "the rest is left out",
                lambda n_examples, batch_size, epochs: n_examples // batch_size * epochs,
                "The last, smaller batch of an epoch is forgotten. Its examples want to be learned from too: round up.",
            ),
            Misconception(
                "one too many",
                lambda n_examples, batch_size, epochs: (n_examples // batch_size + 1) * epochs,
                "When the batch divides the set exactly, no smaller batch is left over, and this counts one that is empty.",
            ),
            Misconception(
                "rounded at the end",
                lambda n_examples, batch_size, epochs: math.ceil(n_examples * epochs / batch_size),
                "A batch does not reach into the next epoch. Round up within an epoch, then multiply.",
            ),
            Misconception(
                "one epoch only",
                lambda n_examples, batch_size, epochs: math.ceil(n_examples / batch_size),
                "These are the steps of one epoch. There are several.",
            ),
            Misconception(
                "not a whole number",
                lambda n_examples, batch_size, epochs: n_examples / batch_size * epochs,
                "A step is taken or it is not: round up to a whole number of batches in each epoch.",
            ),
        ),
        equivalents=(
            lambda n_examples, batch_size, epochs: -(-n_examples // batch_size) * epochs,
            lambda n_examples, batch_size, epochs: len(range(0, n_examples, batch_size)) * epochs,
        ),
        hints=(
            "One epoch first: 1,001 examples in batches of 250. How many batches, if nobody is left out?",
            "math.ceil rounds up. The number of batches in an epoch times the number of epochs.",
            "math.ceil(n_examples / batch_size) * epochs",
        ),
        solution="return math.ceil(n_examples / batch_size) * epochs",
        why="Every epoch shows all examples once, the last batch may be smaller, and each batch makes one step.",
    ),
    Exercise(
        id="03.stack_frames",
        title="A frame and its neighbours",
        kind="function",
        spec=stack_frames,
        cases=few_frames,
        misconceptions=(
            Misconception(
                "only what comes",
                lambda frames, in_frames: _stacked(frames, in_frames, 0),
                "Each row starts at its own frame and looks only ahead. The frame belongs in the middle: begin in_frames // 2 earlier.",
            ),
            Misconception(
                "only what was",
                lambda frames, in_frames: _stacked(frames, in_frames, 1 - in_frames),
                "Each row ends with its own frame and looks only back. The frame belongs in the middle.",
            ),
            Misconception(
                "silence at the edges",
                lambda frames, in_frames: _stacked(frames, in_frames, -(in_frames // 2), edge="zeros"),
                "Beyond the edges you put zeros, and a zero is a sound as well. Repeat the first and the last frame.",
            ),
            Misconception(
                "backwards",
                lambda frames, in_frames: _stacked(frames, in_frames, in_frames // 2, step=-1),
                "The neighbours stand in reverse order: time must run from left to right within a row.",
            ),
            Misconception(
                "edges cut off",
                lambda frames, in_frames: (
                    frames.unfold(0, in_frames, 1).transpose(1, 2).flatten(1)
                    if len(frames) >= in_frames
                    else frames[:0].repeat(1, in_frames)
                ),
                "Rows are missing at both ends, and a short recording has none left. Every frame needs its row: repeat the edges.",
            ),
        ),
        equivalents=(
            lambda frames, in_frames: frames[
                (torch.arange(len(frames))[:, None] + torch.arange(in_frames) - in_frames // 2).clamp(
                    0, len(frames) - 1
                )
            ].flatten(1),
        ),
        hints=(
            "For row t you want the frames from t - in_frames // 2 to t + in_frames // 2.",
            "A place before the first frame becomes 0, one after the last becomes len(frames) - 1: min(max(s, 0), len(frames) - 1).",
            "torch.cat([frames[min(max(s, 0), len(frames) - 1)] for s in range(t - half, t + half + 1)]) for every t, then torch.stack",
        ),
        solution=(
            "half, last = in_frames // 2, len(frames) - 1\n"
            "rows = [[min(max(s, 0), last) for s in range(t - half, t + half + 1)] for t in range(len(frames))]\n"
            "return frames[torch.tensor(rows)].flatten(1)"
        ),
        why="Each row lists the places around its own frame, and places outside fall back on the edge.",
    ),
    Exercise(
        id="03.momentum",
        title="Mend the momentum",
        kind="debug",
        spec=walk,
        cases=[([1.0, 1.0, 1.0, 1.0], 0.1, 0.9), ([1.0, -1.0, 2.0], 0.5, 0.5), ([2.0, 0.0, 0.0], 0.1, 0.8)],
        misconceptions=(
            Misconception(
                "momentum never arrives",
                lambda gradients, lr, momentum: _walk(gradients, lr, momentum, keep=0.0),
                "This is still the broken one: `momentum` is asked for and never used. Keep a velocity from step to step.",
            ),
            Misconception(
                "only one step back",
                _reset,
                "Only the gradient of the step before is remembered. The velocity carries all steps: v = momentum * v + gradient.",
            ),
            Misconception(
                "an average",
                lambda gradients, lr, momentum: _walk(gradients, lr, momentum, share=1 - momentum),
                "You averaged the gradients: (1 - momentum) makes each new one small. Here, as in torch, the whole gradient is added.",
            ),
            Misconception(
                "nothing is ever lost",
                lambda gradients, lr, momentum: _walk(gradients, lr, momentum, keep=1.0),
                "The velocity keeps all of itself and would roll on for ever. Keep the share `momentum` of it.",
            ),
            Misconception(
                "uphill",
                lambda gradients, lr, momentum: _walk(gradients, lr, momentum, sign=1),
                "The sign: the gradient points uphill, and the step goes down.",
            ),
            Misconception(
                "looking ahead",
                _nesterov,
                "This is Nesterov's momentum, which looks one step ahead. Asked for is the plain one.",
            ),
        ),
        equivalents=(_unrolled,),
        tolerance=1e-6,
        hints=(
            "Where is `momentum` used in the broken version? Look for its name.",
            "Start with velocity = 0.0. In each step: velocity = momentum * velocity + gradient.",
            "velocity = momentum * velocity + gradient, then weight = weight - lr * velocity",
        ),
        solution=(
            "weight, velocity, places = 0.0, 0.0, []\nfor gradient in gradients:\n"
            "    velocity = momentum * velocity + gradient\n    weight = weight - lr * velocity\n"
            "    places.append(weight)\nreturn places"
        ),
        why="The velocity remembers where it was going: it keeps a share of itself and adds the new slope.",
    ),
    Exercise(
        id="03.decide",
        title="The utterance decides",
        kind="fill",
        spec=decide,
        cases=utterances,
        misconceptions=(
            Misconception(
                "majority vote",
                lambda log_probs: int(log_probs.argmax(1).bincount(minlength=log_probs.shape[1]).argmax()),
                "Each frame had one vote, whether it was sure or not. Add up the log-probabilities instead: a sure frame weighs more.",
            ),
            Misconception(
                "mean of the probabilities",
                lambda log_probs: int(log_probs.exp().mean(0).argmax()),
                "You went back to probabilities and averaged. Probabilities of independent frames multiply, so their logarithms add.",
            ),
            Misconception(
                "the surest frame",
                lambda log_probs: int(log_probs.max(0).values.argmax()),
                "One single frame decided. All of them have heard the speaker: add them up.",
            ),
            Misconception(
                "the least likely",
                lambda log_probs: int(log_probs.sum(0).argmin()),
                "The smallest sum is the least likely class. Log-probabilities are negative, and the best lies nearest to zero.",
            ),
            Misconception(
                "the frame, not the class",
                lambda log_probs: int(log_probs.sum(1).argmax()),
                "You summed over the classes and got the number of a frame. Sum over the frames, dimension 0.",
            ),
        ),
        equivalents=(
            lambda log_probs: int(log_probs.mean(0).argmax()),
            lambda log_probs: max(range(log_probs.shape[1]), key=lambda k: float(log_probs[:, k].sum())),
        ),
        hints=(
            "The table has one row for each frame, one column for each class. You want one number for each class.",
            "log_probs.sum(0) adds up over the frames. Which class has the largest sum?",
            "int(log_probs.sum(0).argmax())",
        ),
        solution="return int(log_probs.sum(0).argmax())",
        why="If frames are independent their probabilities multiply, and the logarithm turns the product into a sum.",
    ),
)
