"""The training loop: learns, counts right, stops, restores, diverges with advice, survives kill -9."""

import io
import math
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.errors import CourseError, DataError
from course_lib.models import SmallCNN, SpeakerMLP
from course_lib.training import Diverged, Epoch, History, Progress, checkpoints, fit, measure, predict
from course_lib.training.batches import batches
from course_lib.training.hooks import Hook
from course_lib.training.loop import train_epoch
from course_lib.training.optimizers import set_learning_rate


def clouds(n=120, classes=3, seed=0):
    """Points around `classes` centres: anything that learns gets them right."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % classes
    return 4 * F.one_hot(y, 5).float() + torch.randn(n, 5, generator=generator), y


def network(seed=0, dropout=0.2):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Dropout(dropout), nn.Linear(16, 3))


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.mark.parametrize("optimizer, lr", [("sgd", 0.05), ("adam", 0.01)])
def test_it_learns(optimizer, lr):
    model = network()
    history = fit(model, clouds(), clouds(seed=1), lr=lr, optimizer=optimizer, progress=False)
    assert history.best.valid_accuracy > 0.95
    loss, accuracy = measure(model, clouds(seed=1))
    assert (loss, accuracy) == (history.best.valid_loss, history.best.valid_accuracy)


def test_sgd_is_the_formula():
    """One full batch and plain SGD: w - lr * gradient. Then with momentum: the second step adds half the first."""
    X, y = clouds(30)
    model = nn.Linear(5, 3)
    with torch.no_grad():
        model.weight.zero_(), model.bias.zero_()

    def gradient(weight, bias):
        weight, bias = weight.clone().requires_grad_(), bias.clone().requires_grad_()
        return torch.autograd.grad(F.cross_entropy(X @ weight.T + bias, y), (weight, bias))

    g1 = gradient(model.weight, model.bias)
    w1 = [-0.1 * g for g in g1]
    g2 = gradient(*w1)
    w2 = [w - 0.1 * (g + 0.5 * before) for w, g, before in zip(w1, g2, g1)]
    fit(model, (X, y), epochs=2, lr=0.1, momentum=0.5, optimizer="sgd", batch_size=30, progress=False)
    torch.testing.assert_close(model.weight.detach(), w2[0])
    torch.testing.assert_close(model.bias.detach(), w2[1])


def test_momentum_reaches_adam():
    finals = []
    for momentum in (0.0, 0.5, 0.9):
        model = network()
        fit(model, clouds(), epochs=2, momentum=momentum, progress=False)
        finals.append(weights(model))
    assert not torch.equal(finals[0], finals[1]) and not torch.equal(finals[1], finals[2])


class Uneven:
    """A set whose batches hold 3 and 1 examples; the single one is wrong."""

    def batches(self, batch_size, shuffle=False, seed=0):
        yield torch.zeros(3, 2), torch.zeros(3, dtype=torch.long)
        yield torch.zeros(2, 2), torch.tensor([1, 1])


def test_accuracy_is_right_over_seen_not_a_mean_of_batch_means():
    model = nn.Linear(2, 2)
    with torch.no_grad():
        model.weight.zero_()
        model.bias.copy_(torch.tensor([1.0, 0.0]))  # always says class 0
    loss, accuracy = measure(model, Uneven())
    assert accuracy == 3 / 5  # a mean of batch means would say 1/2
    expected = F.cross_entropy(model.bias.expand(5, 2), torch.tensor([0, 0, 0, 1, 1])).item()
    assert loss == pytest.approx(expected)


def test_patience_stops_and_the_best_weights_come_back():
    seen = []
    model = network()

    def remember(history):
        seen.append(weights(model).clone())

    wrong = clouds(seed=1)[0], (clouds(seed=1)[1] + 1) % 3  # the better it learns, the worse it gets here
    history = fit(model, clouds(), wrong, epochs=50, lr=0.02, patience=3, progress=remember)
    assert history.stopped == "no better for 3 epochs"
    assert len(history) == history.best_epoch + 3 < 50
    assert torch.equal(weights(model), seen[history.best_epoch - 1])
    assert not torch.equal(weights(model), seen[-1])


def test_patience_none_never_stops():
    wrong = clouds(seed=1)[0], (clouds(seed=1)[1] + 1) % 3
    assert len(fit(network(), clouds(), wrong, epochs=9, lr=0.05, patience=None, progress=False)) == 9


def test_without_validation_the_last_weights_stay():
    model = network()
    history = fit(model, clouds(), epochs=3, progress=False)
    assert history.best_epoch == 3 and len(history) == 3 and math.isnan(history[0].valid_loss)


def test_same_seed_same_numbers_and_the_global_generator_is_left_alone():
    runs = []
    for seed in (0, 0, 1):
        model = network()
        torch.manual_seed(99)
        history = fit(model, clouds(), clouds(seed=1), epochs=3, seed=seed, progress=False)
        runs.append((weights(model), history["train_loss"], torch.rand(1).item()))
    assert torch.equal(runs[0][0], runs[1][0]) and runs[0][1] == runs[1][1]
    assert not torch.equal(runs[0][0], runs[2][0])
    assert runs[0][2] == runs[2][2]


def test_only_what_may_learn_learns_and_frozen_norms_hold():
    model = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3), nn.BatchNorm1d(3))
    model[:2].requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.eval()
    fit(model, clouds(), clouds(seed=1), epochs=2, progress=False)
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {name for name in before if name.startswith(("3.", "4."))}
    assert not model.training  # the mode it came with
    with pytest.raises(CourseError, match="all frozen"):
        fit(model.requires_grad_(False), clouds())


def test_rates_per_part():
    model = SpeakerMLP(1, 3, in_frames=5, hsize=8)
    head, body = weights(model.head), weights(model.body)
    fit(model, clouds(), epochs=1, lr={"body": 1e-12, "head": 0.1}, optimizer="sgd", progress=False)
    assert (weights(model.head) - head).abs().max() > 1e-3 > 1e-6 > (weights(model.body) - body).abs().max()
    with pytest.raises(CourseError, match=r"a learning rate for body\.dense1\.weight"):
        fit(model, clouds(), lr={"head": 0.1})
    with pytest.raises(CourseError, match="parts of the model"):
        fit(model, clouds(), lr={"": 0.1, "heed": 0.1})


def test_schedules():
    optimizer = torch.optim.SGD([{"params": [torch.zeros(1)], "full_lr": 2.0}], lr=2.0)
    assert [set_learning_rate(optimizer, None, done) for done in (0, 0.5)] == [2, 2]
    assert [round(set_learning_rate(optimizer, "step", done), 6) for done in (0, 0.3, 0.4, 0.7)] == [
        2,
        2,
        0.6,
        0.18,
    ]
    assert set_learning_rate(optimizer, "cosine", 0.5) == pytest.approx(1.0)
    assert set_learning_rate(optimizer, lambda done: 1 - done, 0.25) == 1.5 == optimizer.param_groups[0]["lr"]
    history = fit(network(), clouds(), epochs=4, lr=0.1, schedule="cosine", progress=False)
    assert history["lr"] == pytest.approx([0.1, 0.0853553, 0.05, 0.0146447], rel=1e-5)


def test_a_diverging_loss_says_what_to_do_and_leaves_the_best_weights():
    model = network(dropout=0.0)
    first = weights(model).clone()
    X, y = clouds()
    with pytest.raises(Diverged, match=r"learning rate of 1e\+10.*try lr=1e\+09") as caught:
        fit(model, (1e6 * X, y), clouds(), lr=1e10, optimizer="sgd", progress=False)
    assert caught.value.history.stopped == "diverged"
    assert weights(model).isfinite().all()
    assert len(caught.value.history) > 0 or torch.equal(weights(model), first)
    X[7, 2] = math.nan
    with pytest.raises(Diverged, match="NaN or infinite inputs"):
        fit(model, (X, y), clouds(), progress=False)
    with pytest.raises(Diverged, match="validation loss"):
        fit(model, clouds(), (X, y), progress=False)


def test_interrupt_returns_what_there_is():
    model, states = network(), []

    def interrupt(history):
        states.append(weights(model).clone())
        if len(history) == 2:
            raise KeyboardInterrupt

    history = fit(model, clouds(), clouds(seed=1), epochs=9, progress=interrupt)
    assert len(history) == 2 and history.stopped == "interrupted"
    assert torch.equal(weights(model), states[history.best_epoch - 1])


def test_progress_may_watch_every_batch():
    class Watcher:
        def __init__(self):
            self.batches, self.epochs = [], []

        def batch(self, number, seen, mean_loss):
            self.batches.append((number, seen, mean_loss))

        def __call__(self, history):
            self.epochs.append(len(history))

    watcher = Watcher()
    history = fit(network(), clouds(), epochs=2, batch_size=50, progress=watcher)
    assert [(number, seen) for number, seen, _ in watcher.batches] == 2 * [(1, 50), (2, 100), (3, 120)]
    assert watcher.batches[2][2] == history[0].train_loss and watcher.epochs == [1, 2]


def test_the_moments_of_a_hook_come_in_order():
    calls = []

    class Recorder(Hook):
        def on_batch(self, number, seen, mean_loss):
            calls.append((number, seen))

    X, y = clouds(30)
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    before = weights(model).clone()
    loss, accuracy = train_epoch(model, [(X[:20], y[:20]), (X[20:], y[20:])], optimizer, hooks=[Recorder()])
    assert calls == [(1, 20), (2, 30)] and math.isfinite(loss) and 0 <= accuracy <= 1
    assert not torch.equal(weights(model), before)
    plain = Hook()
    assert plain.on_start(None) is plain.on_batch(1, 2, 3.0) is plain.on_epoch(None) is None


def test_a_last_batch_of_one_joins_the_one_before():
    X, y = torch.zeros(9, 2), torch.arange(9)
    assert [len(x) for x, _ in batches((X, y), 4)] == [4, 5]
    assert [len(x) for x, _ in batches((X[:1], y[:1]), 4)] == [1]
    joined = torch.cat([y for _, y in batches((X, y), 4, shuffle=True, seed=3)])
    assert sorted(joined.tolist()) == list(range(9)) != joined.tolist()
    model = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4))
    assert len(fit(model, clouds(9), epochs=1, batch_size=4, progress=False)) == 1


def test_half_precision_features_and_other_dtypes():
    X, y = clouds()
    model = network(dropout=0.0)
    history = fit(model, (X.half(), y.int()), (X.half().numpy(), y.numpy()), epochs=2, progress=False)
    assert history.best.valid_accuracy == measure(model, (X.half(), y))[1]
    assert predict(model.double(), X).dtype == torch.float64


def test_predict_keeps_order_and_mode():
    model, (X, y) = network(dropout=0.5), clouds(50)
    out = predict(model, X, batch_size=7)
    assert model.training and out.shape == (50, 3) and not out.requires_grad
    torch.testing.assert_close(out, predict(model, (X, y)))
    assert (out.argmax(1) == y).float().mean().item() == pytest.approx(measure(model, (X, y))[1])


def test_it_trains_the_small_cnn():
    torch.manual_seed(0)
    X, y = -80 * torch.rand(8, 1025, 32).half(), torch.arange(8) % 2
    history = fit(SmallCNN(2), (X, y), (X, y), epochs=1, progress=False)
    assert math.isfinite(history.best.train_loss)


def same_numbers(one, other):
    return [row.__dict__ | {"seconds": 0} for row in one] == [row.__dict__ | {"seconds": 0} for row in other]


@pytest.mark.parametrize("optimizer, schedule", [("adam", "cosine"), ("sgd", None)])
def test_resume_gives_the_same_numbers(tmp_path, optimizer, schedule):
    options = dict(epochs=6, lr=0.02, optimizer=optimizer, schedule=schedule, progress=False)  # noqa: C408
    whole, halves = network(), network()
    expected = fit(whole, clouds(), clouds(seed=1), **options)

    def stop(history):
        if len(history) == 3:
            raise KeyboardInterrupt

    checkpoint = tmp_path / "run.pt"
    fit(halves, clouds(), clouds(seed=1), **{**options, "progress": stop}, checkpoint=checkpoint)
    halves = network(seed=5)  # a fresh process would not have the old weights
    history = fit(halves, clouds(), clouds(seed=1), **options, checkpoint=checkpoint, resume=True)
    assert same_numbers(history, expected) and torch.equal(weights(halves), weights(whole))
    again = fit(network(seed=6), clouds(), clouds(seed=1), **options, checkpoint=checkpoint, resume=True)
    assert same_numbers(again, expected)  # a finished run is not trained further


def test_a_wrong_checkpoint_is_refused(tmp_path):
    checkpoint = tmp_path / "run.pt"
    fit(network(), clouds(), epochs=1, checkpoint=checkpoint, progress=False)
    go_on = {"epochs": 2, "checkpoint": checkpoint, "resume": True, "progress": False}
    with pytest.raises(CourseError, match=r"lr was 0.001, is 0.5"):
        fit(network(), clouds(), lr=0.5, **go_on)
    with pytest.raises(CourseError, match="data was"):
        fit(network(), clouds(seed=9), **go_on)
    with pytest.raises(CourseError, match="another model"):
        fit(nn.Linear(5, 3), clouds(), **go_on)
    with pytest.raises(CourseError, match="give checkpoint="):
        fit(network(), clouds(), resume=True)
    assert len(fit(network(), clouds(), **go_on)) == 2
    checkpoint.write_bytes(checkpoint.read_bytes()[:100])
    with pytest.raises(DataError, match="not a checkpoint"):
        fit(network(), clouds(), **go_on)
    torch.save({"settings": Path("/")}, checkpoint)  # would need code to load: refused
    with pytest.raises(DataError, match="not a checkpoint"):
        fit(network(), clouds(), **go_on)
    assert [path.name for path in tmp_path.iterdir()] == ["run.pt"]


@pytest.mark.parametrize(
    "options, says",
    [
        ({"optimizer": "lbfgs"}, "'adam' or 'sgd'"),
        ({"momentum": 1.0}, "momentum in"),
        ({"schedule": "linear"}, "expected a schedule"),
        ({"lr": 0.0}, "above 0"),
        ({"batch_size": 0}, "at least 1"),
    ],
)
def test_errors_say_what_to_do(options, says):
    with pytest.raises(CourseError, match=says):
        fit(network(), clouds(), progress=False, **options)


def test_data_errors_say_what_to_do():
    X, y = clouds()
    for wrong in (X, (X, y[:-1]), "train"):
        with pytest.raises(CourseError, match="a pair"):
            fit(network(), wrong, progress=False)
    for use in (lambda empty: fit(network(), empty, progress=False), lambda empty: measure(network(), empty)):
        with pytest.raises(CourseError, match="got none"):
            use((X[:0], y[:0]))
    with pytest.raises(CourseError, match="got none"):
        predict(network(), X[:0])


def test_history_prints_itself_and_keeps_its_numbers():
    history = History(planned=3)
    assert repr(history) == "no epoch finished (not trained yet)"
    for epoch, loss in enumerate([2.0, 1.0, 1.5], start=1):
        history.add(Epoch(epoch, loss, 0.5, loss, 0.25, 1e-3, 2.0))
    text = repr(history)
    assert text.splitlines()[2].endswith("<- best") and text.count("<- best") == 1
    assert text.endswith("3 epochs in 6.0 s") and "25.0 %" in text
    assert (history.best_epoch, history.waited, history.seconds) == (2, 1, 6.0)
    numbers = history.to_dict()
    assert numbers["valid_loss"] == [2.0, 1.0, 1.5] and numbers["best_epoch"] == 2


def test_progress_tells_the_time_left():
    out = io.StringIO()
    progress, history = Progress(stream=out, log_freq=2), History(planned=3)
    for number in range(1, 6):
        progress.batch(number, 10 * number, 0.5)
    history.add(Epoch(1, 1.0, 0.5, 1.0, 0.25, 1e-3, 2.0))
    progress(history)
    lines = out.getvalue().splitlines()
    assert lines[:2] == [
        "epoch 1  batch 2  20 examples  loss 0.5000",
        "epoch 1  batch 4  40 examples  loss 0.5000",
    ]
    assert lines[2].startswith("epoch 1/3") and lines[2].endswith("at most 4 s left") and len(lines) == 3


def test_a_checkpoint_knows_its_data_whatever_the_last_digit():
    x, y = torch.randn(20, 3, generator=torch.Generator().manual_seed(0)), torch.arange(20) % 2
    same = checkpoints.fingerprint((x, y))
    assert checkpoints.fingerprint((x * (1 + 1e-7), y)) == same  # as another number of threads adds up
    others = [(x + 0.1, y), (x * 2, y), (x.flip(0), y), (x, 1 - y), (x[:, :2], y), (x[:10], y[:10])]
    assert len({same, *(checkpoints.fingerprint(other) for other in others)}) == 7
