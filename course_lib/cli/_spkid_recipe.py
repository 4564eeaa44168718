"""A flag of `course spkid train` for every number of a recipe, with the names and defaults of the source."""

import argparse
from dataclasses import replace

from course_lib.cli._options import at_least, number, seed

FLAGS = {  # name: kind, default of the source (of the recipe "source"), what it is; equal to speaker_id.SOURCE
    "batch_size": (at_least(1), 1000, "frames a mini-batch"),
    "hsize": (at_least(1), 100, "units of each hidden layer"),
    "in_frames": (at_least(1), 21, "frames stacked as context, the frame itself in the middle: odd"),
    "patience": (at_least(1), 10, "epochs to wait for a better validation loss"),
    "lr": (number(float, above=0), 0.001, "learning rate"),
    "momentum": (number(float, low=0, below=1), 0.5, "momentum: Adam's first beta, or SGD's"),
    "epoch": (at_least(1), 20, "epochs at most"),
    "optimizer": (str, "adam", "adam or sgd"),
    "schedule": (str, None, "of the learning rate: step or cosine"),
    "weight_decay": (at_least(0, float), 0.0, "decoupled weight decay"),
    "dropout": (number(float, low=0, below=1), 0.0, "share of hidden units dropped while training"),
    "batch_norm": (bool, False, "batch normalization after every hidden layer"),
    "stride": (at_least(1), 1, "frames from one frame of the context to the next"),
    "share": (number(float, above=0, high=1), 1.0, "share of the training frames drawn for an epoch"),
    "microphones": (
        at_least(0, float),
        0.0,
        "deviation of a random shift of a row's cepstra, as another microphone makes",
    ),
    "mean_normalize": (bool, False, "take every recording's own mean away"),
    "deltas": (number(low=0, high=2), 0, "1: add slopes of the features; 2: and slopes of the slopes"),
    "normalize": (bool, False, "mean 0 and deviation 1 for every feature over the training frames"),
    "seed": (seed, 0, "of weights, order, held-out recordings"),
}


def add_recipe_flags(parser):
    """One flag for every number of a recipe; one that is not given keeps the recipe's value."""
    parser.add_argument("--recipe", default="source", choices=("source", "course"), help="where values come from "
                        "that no flag gives: as published (source, default) or as improved (course)")  # fmt: skip
    for name, (kind, default, about) in FLAGS.items():
        if kind is bool:
            parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=about)
        else:
            parser.add_argument(f"--{name}", type=kind, help=f"{about} (default {default})")


def chosen_recipe(arguments):
    """The recipe of --recipe with every flag that was given put in."""
    from course_lib.tasks.speaker_id import RECIPES

    given = {name: getattr(arguments, name) for name in FLAGS if getattr(arguments, name) is not None}
    return replace(RECIPES[arguments.recipe], **given)
