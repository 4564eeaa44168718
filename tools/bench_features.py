"""How fast sound becomes pictures, and how far that is from what the FFT's own arithmetic allows."""

import math
import time

import torch
from bench_frame import ROUNDS, Row, compared

from course_lib import features

BATCH = 256  # seconds of sound handed over at once: as many as a student might


def measure_features():
    """One-second windows a second, 256 at a time, beside a bare torch.stft of the same size in batches of 32."""
    import librosa

    waves = torch.randn(BATCH, 16_000, generator=torch.Generator().manual_seed(0)).clamp(-1, 1) / 4
    window, short = torch.hann_window(features.N_FFT), torch.hann_window(512)
    array = waves[:16].numpy()

    def stft(n_fft=features.N_FFT, hop=features.HOP, window=window):
        for chunk in waves.split(32):
            torch.stft(chunk, n_fft, hop, window=window, return_complex=True)

    with torch.no_grad():
        yield from compared(
            {
                "torch.stft": stft,
                "spectrogram, power (1025 x 32)": lambda: features.spectrogram(waves, scale="power"),
                "spectrogram, dB (1025 x 32)": lambda: features.spectrogram(waves),
            },
            BATCH,
            "windows/s",
            "torch.stft",
        )
        yield from compared(
            {
                "torch.stft (512/160)": lambda: stft(512, 160, short),
                "mel, dB (64 x 101)": lambda: features.mel(waves),
                "mfcc (20 x 101)": lambda: features.mfcc(waves),
                "mfcc with deltas (60 x 101)": lambda: features.mfcc(waves, deltas=True),
            },
            BATCH,
            "windows/s",
            "torch.stft (512/160)",
        )
        few = waves[:16]
        yield from compared(
            {
                "librosa.stft": lambda: librosa.stft(array, n_fft=features.N_FFT, hop_length=features.HOP),
                "spectrogram of the same 16": lambda: features.spectrogram(few),
            },
            16,
            "windows/s",
            "librosa.stft",
        )


def measure_floor():
    """The same windows beside the FFT alone (rfft of frames that lie ready), and beside its arithmetic at the speed of a matrix product."""
    waves = torch.randn(BATCH, 16_000, generator=torch.Generator().manual_seed(0)).clamp(-1, 1) / 4
    half = features.N_FFT // 2
    padded = torch.nn.functional.pad(waves, (half, half))
    frames = padded.unfold(1, features.N_FFT, features.HOP).contiguous()  # (windows, 32, 2048)

    def fft_alone():
        for chunk in frames.split(32):
            torch.fft.rfft(chunk)

    with torch.no_grad():
        rows = list(
            compared(
                {
                    "torch.fft.rfft of ready frames": fft_alone,
                    "spectrogram, power (1025 x 32)": lambda: features.spectrogram(waves, scale="power"),
                    "spectrogram, dB (1025 x 32)": lambda: features.spectrogram(waves),
                },
                BATCH,
                "windows/s",
                "torch.fft.rfft of ready frames",
            )
        )
    speed = operations_a_second()
    each = (
        frames.shape[1] * 2.5 * features.N_FFT * math.log2(features.N_FFT)
    )  # of a real FFT, Cooley & Tukey 1965
    floor = speed / each
    yield Row(None, "a matrix product, billions of operations", speed / 1e9, "1/s")
    yield Row(None, f"the arithmetic alone: {each / 1e6:.2f} million operations a window", floor, "windows/s")
    for row in rows:
        yield row
        yield Row(row.value / floor, row.what, row.value, "windows/s", "the arithmetic alone")


def operations_a_second(size=1024) -> float:
    """Multiplications and additions a second of a float32 matrix product, the best of nine rounds."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    torch.mm(a, b)
    best = math.inf
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(4):
            torch.mm(a, b)
        best = min(best, time.perf_counter() - started)
    return 4 * 2 * size**3 / best
