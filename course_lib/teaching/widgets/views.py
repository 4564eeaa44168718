"""One sound, four ways to read it: mel bands, 1025 bins, its level, its samples; and what a patch of each sounds like."""

import math
from dataclasses import dataclass

import torch

from course_lib.audio import excerpt
from course_lib.features import HOP, N_FFT, SR, mel, mel_frequencies, spectrogram

SHORTEST_S, LOUD = 0.05, 0.5  # a patch is heard for at least 50 ms, and at least this strong


@dataclass(frozen=True)
class View:
    """A sound as numbers (rows, columns): what a row and a column mean."""

    name: str
    values: torch.Tensor
    step_s: float  # from one column to the next
    row: str  # what a row is called; "" where there is only one
    hertz: torch.Tensor  # edges of the rows, one more than rows
    unit: str

    def rectangle(self, rows, columns):
        """((seconds from, to), (hertz from, to)) of a patch; rows and columns (first, last), perhaps in the padding."""
        last = self.values.shape[0] - 1
        low, high = (min(max(row, 0), last) for row in rows)
        return tuple(s * self.step_s for s in (columns[0] - 0.5, columns[1] + 0.5)), (
            float(self.hertz[low]),
            float(self.hertz[high + 1]),
        )


def views(wave) -> dict[str, View]:
    """The four views of a sound (samples,): "mel" bands, "bins", the "level" of every 10 ms, and the "wave" itself."""
    centres, ends = torch.as_tensor(mel_frequencies(64)), torch.tensor([0.0, SR / 2])
    edges = torch.cat([ends[:1], (centres[1:] + centres[:-1]) / 2, ends[1:]])  # halfway between the centres
    bins = (torch.arange(N_FFT // 2 + 2) - 0.5).clamp(0, N_FFT // 2) * SR / N_FFT
    tens = wave[: len(wave) // 160 * 160].reshape(-1, 160)  # (frames, 10 ms)
    level = 10 * tens.square().mean(1).clamp_min(1e-10).log10()
    return {
        "mel": View("mel bands", mel(wave, any_length=True), 0.01, "mel band", edges, "dB"),
        "bins": View(
            "spectrogram bins", spectrogram(wave, any_length=True), HOP / SR, "bin of 7.8 Hz", bins, "dB"
        ),
        "level": View("level of every 10 ms", level[None], 0.01, "", ends, "dB"),
        "wave": View("the wave itself", wave[None], 1 / SR, "", ends, "amplitude"),
    }


def heard(wave, view, rows, columns):
    """The sound of a patch as (wave, label): cut out in time and frequency, made louder where it is faint."""
    (start, stop), hertz = view.rectangle(rows, columns)
    longest, short = len(wave) / SR, max(0.0, SHORTEST_S - (stop - start)) / 2
    start = min(max(start - short, 0.0), longest - SHORTEST_S)
    stop = max(min(stop + short, longest), start + SHORTEST_S)
    part = excerpt(wave, (start, stop), hertz)
    label = f"The patch: {start:.3f} to {stop:.3f} s, {hertz[0]:,.0f} to {hertz[1]:,.0f} Hz"
    peak = float(part.abs().max())
    if 1e-6 < peak < LOUD:
        part = part * (LOUD / peak)
        label += f", played {20 * math.log10(LOUD / peak):.0f} dB louder"
    return part, label
