"""Exercises of lesson 18: a peak for every row, and a level for every frame."""

import math

import torch

from course_lib.teaching.exercises.banks import Code


def same_peak(batch):
    """Row by row: each sample divided by the largest distance from zero of its row."""
    rows = []
    for row in batch.tolist():
        peak = max(abs(sample) for sample in row)
        rows.append([sample / peak for sample in row])
    return torch.tensor(rows)


def levels(wave, size, hop):
    """Frame by frame: the root of the mean of the squares."""
    found, start = [], 0
    while start + size <= len(wave):
        frame = wave[start : start + size].tolist()
        found.append(math.sqrt(sum(sample * sample for sample in frame) / size))
        start += hop
    return torch.tensor(found)


def batches():
    """Short batches, some with the peak below zero, one as high as it is wide."""
    return [
        (torch.tensor([[0.5, -1.0, 0.25, 0.5], [0.125, 0.25, -0.125, 0.0]]),),
        (torch.tensor([[1.0, -2.0, 1.0], [4.0, 2.0, -1.0], [-0.5, 0.25, 0.25]]),),
    ]


def waves():
    """Short waves, with frames that overlap and a rest that is left out."""
    return [
        (torch.tensor([3.0, -4.0, 0.0, 1.0, 2.0, -2.0]), 2, 1),
        (torch.tensor([1.0, -3.0, 2.0, 2.0, 0.5, 4.0, -1.0, 0.25, 1.5]), 4, 2),
    ]


CODE = {
    "18.same_peak": Code(
        spec=same_peak,
        cases=batches,
        wrong={
            "one peak for all": lambda batch: batch / batch.abs().max(),
            "upper side only": lambda batch: batch / batch.max(1, keepdim=True).values,
            "columns": lambda batch: batch / batch.abs().max(0, keepdim=True).values,
            "mean instead of peak": lambda batch: batch / batch.abs().mean(1, keepdim=True),
        },
        equivalents=(
            lambda batch: batch / batch.abs().amax(1)[:, None],
            lambda batch: torch.stack([row / row.abs().max() for row in batch]),
        ),
    ),
    "18.levels": Code(
        spec=levels,
        cases=waves,
        wrong={
            "no overlap": lambda wave, size, hop: wave.unfold(0, size, size).square().mean(1).sqrt(),
            "no root": lambda wave, size, hop: wave.unfold(0, size, hop).square().mean(1),
            "mean of the distances": lambda wave, size, hop: wave.unfold(0, size, hop).abs().mean(1),
            "mean over the frames": lambda wave, size, hop: wave.unfold(0, size, hop).square().mean(0).sqrt(),
        },
        equivalents=(lambda wave, size, hop: wave.unfold(0, size, hop).norm(dim=1) / size**0.5,),
    ),
}
