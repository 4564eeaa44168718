"""Exercises of lesson 06: the share of the body, dropout by hand, which epoch to keep."""

import torch

from course_lib.teaching.exercises.exercise import Exercise, Misconception

BODY, DENSE1 = 102_624, 114_816  # parameters of the small CNN's convolutions and of its first dense layer


def body_share(n_classes):
    """Count the network itself: parameters of the body over all parameters."""
    from course_lib.models import SmallCNN

    model = SmallCNN(n_classes)
    body = sum(parameter.numel() for parameter in model.body.parameters())
    return body / sum(parameter.numel() for parameter in model.parameters())


def dropout(values, kept, share):
    """Value by value: dropped ones become 0, kept ones grow so that the sum stays the same on average."""
    return [value / (1 - share) if keep else 0.0 for value, keep in zip(values, kept)]


def best_epoch(train_loss, valid_loss):
    """Walk through the epochs, counted from 1, and remember the first one with the smallest validation loss."""
    best = 1
    for epoch in range(2, len(valid_loss) + 1):
        if valid_loss[epoch - 1] < valid_loss[best - 1]:
            best = epoch
    return best


EXERCISES = (
    Exercise(
        id="06.body_share",
        title="How much of the network is its body?",
        kind="fill",
        spec=body_share,
        cases=[(10,), (2,), (48,), (1000,)],
        misconceptions=(
            Misconception(
                "the last layer without biases",
                lambda n: BODY / (BODY + DENSE1 + 128 * n),
                "Nearly. The last layer has a bias for every class: (128 + 1) * n_classes.",
            ),
            Misconception(
                "always ten classes",
                lambda n: BODY / 218_730,
                "218,730 is the network for ten classes. With other classes its last layer has another size.",
            ),
            Misconception(
                "the share of the head",
                lambda n: 1 - BODY / (BODY + DENSE1 + 129 * n),
                "This is what is left for the head. The body's share is the other part.",
            ),
            Misconception(
                "one dense layer forgotten",
                lambda n: BODY / (BODY + 129 * n),
                "The head has two dense layers: 896 to 128, and 128 to n_classes.",
            ),
            Misconception(
                "body over head",
                lambda n: BODY / (DENSE1 + 129 * n),
                "You divided the body by the head. A share is a part of the whole.",
            ),
        ),
        equivalents=(
            lambda n: BODY / (BODY + DENSE1 + 129 * n),
            lambda n: 1 - (DENSE1 + 128 * n + n) / (217_440 + 129 * n),
        ),
        hints=(
            "All parameters: the body, the first dense layer, the last dense layer. Which of them depends on n_classes?",
            "The last layer has 128 * n_classes weights and n_classes biases.",
            "102_624 / (102_624 + 114_816 + 129 * n_classes)",
        ),
        solution="return 102_624 / (102_624 + 114_816 + 129 * n_classes)",
        why="Only the last layer knows how many classes there are. With the body frozen, this share is the base-model utilization of lesson 10.",
    ),
    Exercise(
        id="06.dropout",
        title="Dropout by hand",
        kind="fill",
        spec=dropout,
        cases=[
            ([1.0, 2.0, 3.0, 4.0], [True, False, True, True], 0.25),
            ([-1.0, 0.5], [True, True], 0.5),
            ([2.0, 2.0, 5.0], [False, False, False], 0.2),
            ([0.0, 7.0, -3.0], [True, False, True], 0.0),
        ],
        misconceptions=(
            Misconception(
                "nothing made up for",
                lambda values, kept, share: [v if k else 0.0 for v, k in zip(values, kept)],
                "The right ones are dropped. But now the next layer gets less than it will get in use, when nothing is dropped: divide the kept ones by 1 - share.",
            ),
            Misconception(
                "made smaller",
                lambda values, kept, share: [v * (1 - share) if k else 0.0 for v, k in zip(values, kept)],
                "You made the kept values smaller. They must make up for the dropped ones: divide by 1 - share.",
            ),
            Misconception(
                "divided by the share",
                lambda values, kept, share: [v / share if k and share else 0.0 for v, k in zip(values, kept)],
                "`share` is the part that is dropped. The part that is kept is 1 - share.",
            ),
            Misconception(
                "the wrong ones dropped",
                lambda values, kept, share: [0.0 if k else v / (1 - share) for v, k in zip(values, kept)],
                "You dropped the values that should be kept.",
            ),
            Misconception(
                "left out",
                lambda values, kept, share: [v / (1 - share) for v, k in zip(values, kept) if k],
                "You left the dropped values out, so the list is shorter. Dropped means 0; the next layer expects as many inputs as before.",
            ),
            Misconception(
                "by what was really kept",
                lambda values, kept, share: [
                    v * len(kept) / max(1, sum(kept)) if k else 0.0 for v, k in zip(values, kept)
                ],
                "You divided by the share that happened to be kept this time. Dropout divides by the share on average, 1 - share, whatever the dice said.",
            ),
        ),
        equivalents=(
            lambda values, kept, share: (torch.tensor(values) * torch.tensor(kept) / (1 - share)).tolist(),
        ),
        hints=(
            "Two steps: a dropped value becomes 0; a kept one becomes larger.",
            "On average a share of 1 - share is kept. By what must the kept ones be divided, so that the sum stays the same?",
            "[value / (1 - share) if keep else 0.0 for value, keep in zip(values, kept)]",
        ),
        solution="return [value / (1 - share) if keep else 0.0 for value, keep in zip(values, kept)]",
        why="In training the kept values are larger, so that in use, when nothing is dropped, every layer gets what it is used to.",
    ),
    Exercise(
        id="06.best_epoch",
        title="Which epoch to keep?",
        kind="function",
        spec=best_epoch,
        cases=[
            ([2.0, 1.0, 0.5, 0.2], [2.1, 1.5, 1.4, 1.9]),
            ([2.0, 1.0, 0.5], [1.0, 1.1, 1.2]),
            ([1.0, 0.9, 0.8, 0.7], [1.0, 0.7, 0.7, 0.9]),
            ([1.0, 0.8, 0.9, 0.6, 0.5], [1.3, 1.2, 1.1, 1.0, 1.05]),
            ([0.9, 0.2, 0.5, 0.1, 0.6], [1.0, 1.1, 0.6, 0.9, 0.7]),
        ],
        misconceptions=(
            Misconception(
                "the training loss",
                lambda train, valid: train.index(min(train)) + 1,
                "You looked at the training loss. It nearly always falls to the end; it cannot see overfitting.",
            ),
            Misconception(
                "the last epoch",
                lambda train, valid: len(valid),
                "You kept the last epoch. After the best one the network only learned its examples by heart.",
            ),
            Misconception(
                "counted from zero",
                lambda train, valid: valid.index(min(valid)),
                "The right place in the list, counted from 0. Epochs are counted from 1.",
            ),
            Misconception(
                "the largest",
                lambda train, valid: valid.index(max(valid)) + 1,
                "That is the largest loss. A loss is better when it is smaller.",
            ),
            Misconception(
                "the last of equals",
                lambda train, valid: max(i + 1 for i, v in enumerate(valid) if v == min(valid)),
                "Of two equal epochs, keep the first: it has seen its examples less often.",
            ),
            Misconception(
                "the widest gap",
                lambda train, valid: max(range(len(valid)), key=lambda i: valid[i] - train[i]) + 1,
                "You looked for the widest gap between the two losses. The gap tells of overfitting; what we keep is the smallest validation loss.",
            ),
        ),
        equivalents=(
            lambda train, valid: valid.index(min(valid)) + 1,
            lambda train, valid: min(range(1, len(valid) + 1), key=lambda epoch: valid[epoch - 1]),
        ),
        hints=(
            "Which of the two losses tells how the network does on sounds that it has not met?",
            "Find the smallest validation loss, and where it stands. Epochs are counted from 1.",
            "valid_loss.index(min(valid_loss)) + 1",
        ),
        solution="return valid_loss.index(min(valid_loss)) + 1",
        why="`fit` does the same: it keeps the weights of the best validation loss, whatever comes after.",
    ),
)
