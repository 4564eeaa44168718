"""A run that is held is, number for number, the run that was not; errors reach whoever steps."""

import random

import numpy
import pytest
import torch
from torch import nn

from course_lib.training import fit
from course_lib.training.hooks import Hook
from course_lib.training.stepping import Stepper

X = torch.randn(120, 6, generator=torch.Generator().manual_seed(0))
Y = (X[:, 0] > 0).long()


def train(progress=False):
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
    return model, fit(model, (X[:80], Y[:80]), (X[80:], Y[80:]), epochs=4, batch_size=16, progress=progress)


class Held(Hook):
    def __init__(self):
        self.stepper = Stepper(lambda: train(self))

    def on_batch(self, number, seen, mean_loss):
        self.stepper.pause()


def test_a_run_that_is_held_is_the_run_that_was_not():
    model, history = train()
    held, steps = Held(), 0
    torch.manual_seed(7)
    random.seed(7)
    numpy.random.seed(7)
    expected = torch.rand(20), random.Random(7).random(), numpy.random.RandomState(7).rand()
    torch.manual_seed(7)
    drawn = []
    while held.stepper.step():
        steps += 1
        drawn.append(torch.rand(1))
    other, again = held.stepper.answer
    assert steps == 20 and again["valid_loss"] == history["valid_loss"]
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), other.state_dict().values()))
    assert torch.equal(torch.cat(drawn), expected[0])  # and the session's own numbers are those without a run
    assert (random.random(), numpy.random.rand()) == expected[1:]
    assert held.stepper.done and not held.stepper.step()


def test_an_error_reaches_whoever_steps():
    stepper = Stepper(lambda: (stepper.pause(), 1 / 0))
    assert stepper.step()
    with pytest.raises(ZeroDivisionError):
        stepper.step()
    assert stepper.done
