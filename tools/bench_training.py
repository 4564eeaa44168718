"""What training costs: our loop beside a bare one, frames gathered at once beside one by one, heads on kept outputs."""

from functools import partial

import torch
from bench_frame import compared
from torch.nn import functional as F

from course_lib.models import SmallCNN, SpeakerMLP
from course_lib.training import fit

BATCH = 256  # windows
FRAMES = 40_000  # of 20 cepstra: some seven minutes of speech
EPOCHS = 3


def measure_loop():
    """Steps a second of `fit` beside a bare torch loop that counts the same loss and accuracy; ours may cost 3 % (a ratio of 0.97)."""
    generator = torch.Generator().manual_seed(0)
    pictures = torch.randn(BATCH, 1025, 32, generator=generator)
    rows = torch.randn(FRAMES, 420, generator=generator)
    for name, build, x, size, loss in (
        ("small CNN", lambda: SmallCNN(10), pictures, 32, F.cross_entropy),
        ("MLP on frames", lambda: SpeakerMLP(20, 45), rows, 1000, F.nll_loss),
    ):
        data, bare, ours = (x, torch.arange(len(x)) % 10), build(), build()
        how = {"lr": 1e-3, "patience": None, "progress": False}
        work = {
            f"{name}, a bare loop": partial(bare_loop, bare, data, EPOCHS, size, loss),
            f"{name}, fit": partial(fit, ours, data, epochs=EPOCHS, batch_size=size, loss=loss, **how),
        }
        yield from compared(work, EPOCHS * -(-len(x) // size), "steps/s", next(iter(work)))


def bare_loop(model, data, epochs, size, loss):
    """Training as a tutorial writes it: shuffle, step, and say the mean loss and accuracy of every epoch."""
    optimizer, (x, y), told = torch.optim.Adam(model.parameters()), data, []
    model.train()
    for _ in range(epochs):
        total, right = 0.0, 0
        for chosen in torch.randperm(len(y)).split(size):
            own_x, own_y = x[chosen], y[chosen]
            optimizer.zero_grad()
            outputs = model(own_x)
            value = loss(outputs, own_y)
            value.backward()
            optimizer.step()
            total += value.item() * len(own_y)
            right += (outputs.argmax(1) == own_y).sum().item()
        told.append((total / len(y), right / len(y)))
    return told


class OneByOne(torch.utils.data.Dataset):
    """The common recipe: `__getitem__` cuts one frame with its context out of its recording."""

    def __init__(self, utterances, in_frames=21):
        self.utterances, self.half = utterances, in_frames // 2
        self.index = [(u, t) for u, utterance in enumerate(utterances) for t in range(len(utterance.frames))]

    def __len__(self):
        return len(self.index)

    def __getitem__(self, number):
        utterance, t = self.utterances[self.index[number][0]], self.index[number][1]
        frames = utterance.frames
        around = torch.arange(t - self.half, t + self.half + 1).clamp(0, len(frames) - 1)
        return frames[around].flatten(), utterance.speaker


def measure_frames():
    """Frames a second that the speaker MLP learns from: gathered a batch at a time, beside a DataLoader that fetches one by one."""
    from course_lib.tasks.speaker_id.frames import FrameSet, Utterance

    generator = torch.Generator().manual_seed(0)
    count = FRAMES // 400
    utterances = [Utterance(f"u{n}", torch.randn(400, 20, generator=generator), n % 10) for n in range(count)]
    loader = torch.utils.data.DataLoader(OneByOne(utterances), batch_size=1000, shuffle=True)
    common, ours = SpeakerMLP(20, 45), SpeakerMLP(20, 45)
    optimizer, gathered = torch.optim.Adam(common.parameters()), FrameSet(utterances)

    def one_by_one():
        common.train()
        for x, y in loader:
            optimizer.zero_grad()
            F.nll_loss(common(x), y).backward()
            optimizer.step()

    how = {"epochs": 1, "batch_size": 1000, "patience": None, "loss": F.nll_loss, "progress": False}
    work = {
        "DataLoader, a frame at a time": one_by_one,
        "FrameSet and fit": lambda: fit(ours, gathered, **how),
    }
    yield from compared(work, len(gathered), "frames/s", next(iter(work)), rounds=3)


def measure_heads():
    """Epochs a second of a new head: the frozen body's outputs kept, beside running the body in every epoch."""
    from course_lib.transfer import init_from_base, load_base, precompute, split_at_frozen

    generator = torch.Generator().manual_seed(0)
    waves = torch.randn(BATCH, 16_000, generator=generator).clamp(-1, 1) / 4
    y = torch.arange(BATCH) % 16
    for name in ("small_cnn", "pretrained"):
        base = load_base(name)
        data, how = (base.transform(waves), y), {"epochs": 1, "patience": None, "progress": False}
        whole, kept = (init_from_base(base.model, "body", 16) for _ in range(2))
        front, rest = split_at_frozen(kept)
        outputs = precompute(front, data)
        work = {
            f"{name}, the body run in every epoch": lambda m=whole, d=data, how=how: fit(m, d, **how),
            f"{name}, its outputs kept": lambda m=rest, d=outputs, how=how: fit(m, d, **how),
        }
        yield from compared(work, 1, "epochs/s", next(iter(work)))
