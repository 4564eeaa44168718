"""What stands on the cheat sheet, block by block. Every number is asked of course_lib when the sheet is made."""

import ast
import inspect
import math
from dataclasses import dataclass
from itertools import accumulate

import torch

from course_lib.audio import SR, tone
from course_lib.features import HOP, N_FFT, context_frames, mel, mfcc, spectrogram
from course_lib.layers import out_size
from course_lib.metrics import Permutation, Spotting, diarization_error, roc_auc, wilson_interval
from course_lib.metrics.diarization import DiarizationError
from course_lib.models import KeywordNet, SmallCNN, XVector, layer_table, receptive_fields
from course_lib.models.image_net import as_image
from course_lib.training import fit

BACK_ROWS = 21  # frames side by side for the speaker identifier of lesson 04


@dataclass(frozen=True)
class Block:
    """A heading and a table; `code` are the columns that are set as code."""

    title: str
    columns: tuple
    rows: tuple
    code: tuple = ()


def times(*sizes):
    return " × ".join(f"{size:,}" if size > 9999 else str(size) for size in sizes)


def count(module):
    return f"{sum(p.numel() for p in module.parameters()):,}"


def sounds():
    second = tone(440)
    frames = context_frames(mfcc(second).T, BACK_ROWS)
    rows = [
        ("samples", f"{len(second):,}", f"1 s × {SR:,} Hz"),
        ("spectrogram", times(*spectrogram(second).shape), f"{N_FFT}/2 + 1 bins × (1 + {SR}//{HOP}) frames"),
        ("", "", f"bins {SR / N_FFT:.1f} Hz apart, frames {1000 * HOP / SR:.0f} ms; up to {SR // 2:,} Hz"),
        ("mel", times(*mel(second).shape), f"bands × (1 + {SR}//{_default(mel, 'hop')}) frames of {1000 * _default(mel, 'hop') // SR} ms"),
        ("MFCC", times(*mfcc(second).shape), f"with deltas {times(*mfcc(second, deltas=True).shape)}"),
        ("context", times(*frames.shape), f"{BACK_ROWS} frames × {mfcc(second).shape[0]} side by side"),
        ("as a photograph", times(*as_image(second).shape), "for a network that knows ImageNet"),
    ]  # fmt: skip
    for network, picture in ((SmallCNN, spectrogram), (XVector, mel), (KeywordNet, mel)):
        with torch.no_grad():
            vector = network(10).eval().body(picture(second)[None])
        rows.append((f"{network.__name__} vector", str(vector.shape[-1]), f"from {picture.__name__}"))
    return Block("One second of sound", ("as", "shape", "why"), tuple(rows))


def small_cnn():
    model = SmallCNN(10)
    table, sees = layer_table(model, (1025, 32)), receptive_fields(model.body)
    layers = [row for row in table.rows if row.params or row.kind == "MaxPool2d"]
    reused = accumulate(row.params for row in layers)
    rows = [
        (
            row.name,
            times(*row.output_shape),
            f"{row.params:,}",
            times(*sees[row.name.split(".")[1]]) if row.name.split(".")[1] in sees else "all",
            f"{share / table.total_params:.2%}",
        )
        for row, share in zip(layers, reused)
    ]
    rows.append(
        ("all", "", f"{table.total_params:,}", "", f"body {count(model.body)}, head {count(model.head)}")
    )
    columns = ("layer", "output", "parameters", "one number sees", "utilization, frozen to here")
    return Block("The small CNN, 1025 × 32 to 10 speakers", columns, tuple(rows))


def parameters():
    cnn, voice = SmallCNN(10), XVector(10)
    dense, conv2, conv1, norm = cnn.head.dense1, cnn.body.conv1, voice.body.conv1, voice.body.norm1
    rows = (
        ("dense", "in × out + out", f"{dense.in_features} → {dense.out_features}: {count(dense)}"),
        ("conv2d", "in × kH × kW × out + out", f"{conv2.in_channels} → {conv2.out_channels}, k {times(*conv2.kernel_size)}: {count(conv2)}"),
        ("conv1d", "in × k × out + out", f"{conv1.in_channels} → {conv1.out_channels}, k {conv1.kernel_size[0]}: {count(conv1)}"),
        ("BatchNorm", "2 × channels", f"{norm.num_features}: {count(norm)}, and {norm.running_mean.numel() + norm.running_var.numel()} running averages"),
        ("pooling, ReLU, dropout", "0", "nothing to learn; without bias drop “+ out”"),
    )  # fmt: skip
    return Block("Parameters of a layer", ("layer", "formula", "example"), rows)


def sizes():
    conv = SmallCNN(10).body.conv1
    height, width = (
        out_size(n, conv.kernel_size[i], conv.stride[i], conv.padding[i]) for i, n in enumerate((1025, 32))
    )
    rows = (
        ("window", "⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1", f"n {1025}, k {conv.kernel_size[0]}, s {conv.stride[0]}: {height}"),
        ("", "n size, k kernel, s stride, p padding, d dilation", f"n {32}, k {conv.kernel_size[1]}, s {conv.stride[1]}, p {conv.padding[1]}: {width}"),
        ("frames", "1 + ⌊n / hop⌋", f"{SR:,}, hop {HOP}: {spectrogram(tone(440)).shape[1]}"),
        ("bins", "window / 2 + 1", f"{N_FFT}: {N_FFT // 2 + 1}"),
        ("receptive field", "r + (k − 1) × d × jump, layer by layer", "jump: product of the strides before"),
    )  # fmt: skip
    return Block("Size of an output", ("of", "formula", "example"), rows)


def metrics():
    found = Spotting(hits=6, misses=2, false_accepts=4, hours=2.0)
    turns = DiarizationError(missed=1.0, false_alarm=0.5, confusion=0.5, speech=10.0, names={})
    low, high = wilson_interval(18, 20)
    collar = inspect.signature(diarization_error).parameters["collar"].default
    doubled, uniform = 20 * math.log10(2), math.log(10)
    rows = (
        ("precision, recall", "hits / said yes,  hits / all there", f"6 hits, 4 false, 2 missed: {found.precision:.2f}, {found.recall:.2f}"),
        ("F1", "2 hits / (2 hits + false + missed)", f"the same: {found.f1:.2f}"),
        ("false accepts per hour", "false accepts / hours listened", f"4 in 2 h: {found.false_accepts / found.hours:.0f}"),
        ("balanced accuracy", "mean of the classes' recalls", "guessing: 1 / classes"),
        ("ROC AUC", "P(score there > score not there)", f"0.9, 0.6 against 0.7, 0.2: {roc_auc([0.9, 0.6, 0.7, 0.2], [1, 1, 0, 0]):.2f}"),
        ("utilization", "frozen / all parameters", "a description, not a mark"),
        ("diarization error", "(missed + false + confused) / speech", f"2 of 10 s: {turns.rate:.0%}; collar {collar} s"),
        ("interval (Wilson)", "from right and n, 95 %", f"18 of 20: {low:.0%} to {high:.0%}"),
        ("permutation p", "(1 + as good) / (1 + shuffles)", f"0 of 999: {Permutation(1.0, (0.0,) * 999).p:g}"),
        ("decibel", "20 log10(amplitude ratio)", f"twice: {doubled:.2f} dB"),
        ("softmax, cross-entropy", "exp(s) / Σ exp(s),  −log p(right)", f"guessing one of 10 costs {uniform:.2f}"),
    )  # fmt: skip
    return Block("Scores", ("name", "formula", "example"), rows)


RECIPES = (  # what, with course_lib, with torch alone; tests/notebooks/test_cheat_sheet.py runs each line
    ("new head", "m = replace_head(base, 5)", "m.head.dense2 = nn.Linear(128, 5)"),
    ("feature extraction", "m = freeze(m, 'body')", "m.body.requires_grad_(False); m.body.eval()"),
    ("  its vectors", "z = embed(m, x)", "with torch.no_grad(): z = m.body(x)"),
    ("frozen up to a layer", "m = init_from_base(base,", "m.body.conv1.requires_grad_(False)"),
    ("", "                   'conv2', 5)", "m.body.conv2.requires_grad_(False)"),
    ("everything learns", "m = unfreeze(m)", "m.requires_grad_(True); m.train()"),
    ("gentle rates", "fit(m, d, lr=layer_rates(m))", "Adam([dict(params=m.body.parameters(), lr=1e-5),"),
    ("  (last ones most)", "", "      dict(params=m.head.parameters(), lr=1e-3)])"),
    ("how much is reused", "base_model_utilization(m)", "sum(p.numel() for p in m.parameters()"),
    ("", "", "    if not p.requires_grad) / total"),
)  # fmt: skip


def recipes():
    return Block("Freezing", ("what", "course_lib", "torch alone"), RECIPES, code=(1, 2))


def decisions():
    rows = (  # the table of lesson 08
        ("much data", "fine-tune all", "train from scratch"),
        ("little data", "new head", "freeze the early layers"),
    )
    return Block("Where to begin", ("", "task similar to the base's", "task unlike the base's"), rows)


def settings():
    usual = {name: parameter.default for name, parameter in inspect.signature(fit).parameters.items()}
    rows = (
        ("lr", f"{usual['lr']:g}", "loss jumps: smaller; hardly falls: larger"),
        ("batch_size", str(usual["batch_size"]), "examples looked at for one step"),
        ("epochs", str(usual["epochs"]), "steps: epochs × ⌈examples / batch_size⌉"),
        ("patience", str(usual["patience"]), "epochs without a better validation loss"),
        ("momentum", f"{usual['momentum']:g}", "share of the last direction that is kept"),
        ("optimizer", usual["optimizer"], "or sgd"),
    )
    return Block("fit(model, train, valid): settings", ("setting", "usual", "what it does"), rows)


def habits():
    rows = (
        ("split", "by session or speaker, before cutting into windows"),
        ("compare with", "chance, a classic method, the same network with random weights"),
        ("repeat", "seeds; better: the 95 % interval of the paired difference is above 0"),
        ("choose", "on validation; open the test once"),
        ("frozen", "also in evaluation mode: BatchNorm's averages are no parameters"),
        ("fine-tune", "first the new head alone, then all of it, gently"),
        ("LoRA", "W x + s B A x, B zero at first: add_lora(m, 4), merge(m)"),
        ("strangers' weights", "weights_only=True or safetensors; compare the sum"),
    )
    return Block("Before you believe a number", ("do", "how"), rows)


def sheet() -> list[list[Block]]:
    """The blocks, column by column."""
    return [
        [sounds(), small_cnn(), decisions(), settings(), habits()],
        [parameters(), sizes(), metrics(), recipes()],
    ]


def _default(function, name):
    return ast.literal_eval(repr(inspect.signature(function).parameters[name].default))
