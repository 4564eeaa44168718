"""Spectrograms, mel spectrograms and MFCC: physics first, then torch.stft and librosa."""

import math
import warnings

import librosa
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import features
from course_lib.audio import fit_second, tone
from course_lib.errors import AudioError
from course_lib.features import (
    FLOOR_DB,
    HOP,
    N_FFT,
    SR,
    context_frames,
    mel,
    mel_frequencies,
    mfcc,
    spectrogram,
    strongest_frequency,
)


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) - 0.5


@pytest.mark.parametrize("lead", [(), (1,), (3,), (2, 3), (0,), (70,)])
def test_shapes_for_any_leading_dimensions(lead):
    waves = noise(*lead, SR)
    assert spectrogram(waves).shape == (*lead, 1025, 32)
    assert mel(waves).shape == (*lead, 64, 101)
    assert mfcc(waves).shape == (*lead, 20, 101)
    assert spectrogram(waves).dtype == torch.float32 and spectrogram(waves).is_contiguous()


def test_a_batch_is_its_waves_one_by_one():
    waves = noise(70, SR) * torch.logspace(-4, 0, 70)[:, None]  # quiet beside loud
    for transform in (spectrogram, mel, mfcc):
        together = transform(waves)
        for k in (0, 31, 32, 69):
            assert torch.allclose(together[k], transform(waves[k]), atol=1e-3)


@pytest.mark.parametrize("frequency, at", [(1_000, 128), (250, 32), (7_000, 896)])
def test_a_tone_peaks_in_its_bin(frequency, at):
    peaks = spectrogram(tone(frequency)).argmax(0)
    assert (peaks[2:-2] == at).all()  # the end frames hold a mirrored, broken tone
    assert ((peaks - at).abs() <= 1).all()


def test_a_full_scale_tone_is_zero_decibels():
    assert float(spectrogram(tone(1_000, amplitude=1.0))[128, 16]) == pytest.approx(0, abs=0.01)
    assert float(spectrogram(tone(1_000, amplitude=0.1))[128, 16]) == pytest.approx(-20, abs=0.01)


@pytest.mark.parametrize("transform", [spectrogram, mel])
def test_doubling_the_amplitude_moves_every_bin_by_six_decibels(transform):
    quiet = noise(SR) * 0.2
    before, after = transform(quiet), transform(2 * quiet)
    above = before > FLOOR_DB + 1
    assert above.float().mean() > 0.99
    assert torch.allclose((after - before)[above], torch.tensor(20 * math.log10(2)), atol=1e-3)


@pytest.mark.parametrize("transform", [spectrogram, mel])
def test_silence_is_the_floor(transform):
    assert (transform(torch.zeros(SR)) == torch.tensor(FLOOR_DB)).all()


def test_energy_is_kept():
    """Parseval: a frame's summed power is n_fft times the energy of the windowed samples."""
    wave = noise(SR)
    power = spectrogram(wave, scale="power")
    two_sided = 2 * power.sum(0) - power[0] - power[-1]  # all but the first and the last bin stand for two
    frame = 10
    cut = wave[frame * HOP - N_FFT // 2 : frame * HOP + N_FFT // 2] * torch.hann_window(N_FFT)
    assert float(two_sided[frame]) == pytest.approx(float(N_FFT * cut.square().sum()), rel=1e-4)


def test_magnitudes_scale_linearly_and_power_is_their_square():
    wave = noise(SR)
    magnitude = spectrogram(wave, scale="magnitude")
    assert torch.allclose(spectrogram(3 * wave, scale="magnitude"), 3 * magnitude, rtol=1e-4, atol=1e-4)
    assert torch.allclose(spectrogram(wave, scale="power"), magnitude.square(), rtol=1e-4, atol=1e-4)


def test_a_click_is_seen_in_the_frames_whose_window_holds_it():
    wave = torch.zeros(SR)
    wave[8_192] = 0.9  # the centre of frame 16; windows reach 1024 samples, two hops, either way
    lit = (spectrogram(wave) > FLOOR_DB).any(0).nonzero().flatten().tolist()
    assert lit == [15, 16, 17]  # at exactly 1024 samples a Hann window is zero


@pytest.mark.parametrize("name, make", [("hann", torch.hann_window), ("rect", torch.ones)])
@pytest.mark.parametrize("n_fft, hop", [(2048, 512), (512, 160), (400, 100), (401, 100)])
def test_against_torch_stft_by_hand(n_fft, hop, name, make):
    wave = noise(SR)
    window = make(n_fft)
    expected = torch.stft(wave, n_fft, hop, window=window, return_complex=True).abs()
    got = spectrogram(wave, n_fft=n_fft, hop=hop, window=name, scale="magnitude")
    assert torch.allclose(got, expected, atol=1e-3)
    in_db = 20 * torch.log10(expected / (window.sum() / 2)).clamp(min=1e-9)
    in_db = (20 * torch.log10((expected / (window.sum() / 2)).clamp(min=1e-9))).clamp(min=FLOOR_DB)
    assert torch.allclose(spectrogram(wave, n_fft=n_fft, hop=hop, window=name), in_db, atol=1e-2)


def test_one_frame_by_the_definition():
    """The Fourier sum written out, in float64, for a frame in the middle."""
    wave, frame, k = noise(SR), 12, 77
    cut = wave[frame * HOP - 1024 : frame * HOP + 1024].double() * torch.hann_window(
        N_FFT, dtype=torch.float64
    )
    turns = torch.arange(N_FFT, dtype=torch.float64) * k / N_FFT
    value = math.hypot(
        float((cut * torch.cos(2 * math.pi * turns)).sum()),
        float((cut * torch.sin(2 * math.pi * turns)).sum()),
    )
    assert float(spectrogram(wave, scale="magnitude")[k, frame]) == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize("mel_scale", ["slaney", "htk"])
@pytest.mark.filterwarnings("ignore:At least one mel filterbank")
def test_mel_against_librosa(mel_scale):
    wave = noise(SR)
    expected = librosa.feature.melspectrogram(
        y=wave.numpy(), sr=SR, n_fft=512, hop_length=160, n_mels=64, htk=mel_scale == "htk", norm=None,
        pad_mode="reflect",
    )  # fmt: skip
    got = mel(wave, scale="power", mel_scale=mel_scale).numpy()
    assert np.allclose(got, expected, rtol=2e-3, atol=1e-3 * expected.max())


def test_mfcc_against_librosa():
    wave = noise(SR)
    expected = librosa.feature.mfcc(S=mel(wave).double().numpy(), n_mfcc=20, dct_type=2, norm="ortho")
    assert np.allclose(mfcc(wave).numpy(), expected, atol=5e-3)


def test_default_settings_do_not_warn():
    features._mel_bank.cache_clear(), features._mel_blocks.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mfcc(noise(SR))
    assert (features._mel_bank(64, 512, "slaney", torch.device("cpu")).sum(1) > 0).all()


def test_deltas_are_slopes_and_the_mean_goes_away():
    wave = noise(SR)
    full = mfcc(wave, deltas=True)
    assert full.shape == (60, 101) and torch.equal(full[:20], mfcc(wave))
    c = full[:20]
    slope = (2 * (c[:, 52] - c[:, 48]) + c[:, 51] - c[:, 49]) / 10  # the regression over five frames
    assert torch.allclose(full[20:40, 50], slope, atol=1e-3)
    assert mfcc(wave, mean_normalize=True).mean(-1).abs().max() < 1e-3


def test_mean_normalisation_removes_a_louder_microphone():
    wave = noise(SR) * 0.1
    assert not torch.allclose(mfcc(wave), mfcc(4 * wave), atol=0.1)
    assert torch.allclose(
        mfcc(wave, mean_normalize=True), mfcc(4 * wave, mean_normalize=True), atol=2e-3
    )  # a gain is a constant in the logarithm


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 4))
def test_context_frames_against_a_slow_loop(n, width, half):
    frames = noise(n, width)
    rows = []
    for t in range(n):
        row = []
        for u in range(t - half, t + half + 1):
            row += frames[min(max(u, 0), n - 1)].tolist()
        rows.append(row)
    assert torch.equal(context_frames(frames, 2 * half + 1), torch.tensor(rows))


def test_context_frames_of_a_batch_and_bad_numbers():
    assert context_frames(noise(4, 101, 20), 21).shape == (4, 101, 420)
    for bad in (0, 4, -3):
        with pytest.raises(AudioError, match="odd number"):
            context_frames(noise(5, 2), bad)
    with pytest.raises(AudioError, match="shape"):
        context_frames(noise(5), 3)


@pytest.mark.parametrize("transform", [spectrogram, mel, mfcc])
def test_a_wrong_length_says_what_to_do(transform):
    with pytest.raises(AudioError) as error:
        transform(noise(8_000))
    assert "expected 16000 samples (1 s at 16 kHz), got 8000; call fit_second(wave) first" in str(error.value)
    assert torch.isfinite(transform(fit_second(noise(8_000)))).all()


def test_long_recordings_on_request():
    assert spectrogram(noise(10 * SR), any_length=True).shape == (1025, 1 + 10 * SR // HOP)
    assert mfcc(noise(2, 24_000), any_length=True).shape == (2, 20, 151)
    assert spectrogram(noise(SR), n_fft=401, hop=100).shape == (201, 160)  # as torch.stft counts the frames
    with pytest.raises(AudioError, match="more than 1024"):
        spectrogram(noise(1_000), any_length=True)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda w: spectrogram(w, window="kaiser"), "window"),
        (lambda w: spectrogram(w, scale="dB"), "scale"),
        (lambda w: spectrogram(w, hop=0), "hop"),
        (lambda w: mel(w, mel_scale="bark"), "mel_scale"),
        (lambda w: mfcc(w, n_mfcc=65), "1 to 64"),
        (lambda w: spectrogram(w.to(torch.complex64)), "shape"),
    ],
)
def test_wrong_settings_are_named(call, says):
    with pytest.raises(AudioError, match=says):
        call(noise(SR))


def test_arrays_and_lists_are_waves_too_and_the_input_stays_as_it_was():
    wave = noise(SR)
    before = wave.clone()
    assert torch.equal(spectrogram(wave.numpy()), spectrogram(wave))
    assert torch.equal(wave, before)


@pytest.mark.parametrize("scale", ["slaney", "htk"])
@pytest.mark.parametrize("bands", [1, 20, 64])
def test_mel_frequencies_are_librosas(scale, bands):
    ours = mel_frequencies(bands, mel_scale=scale)
    theirs = librosa.mel_frequencies(bands + 2, fmin=0, fmax=SR / 2, htk=scale == "htk")[1:-1]
    assert torch.allclose(ours, torch.tensor(theirs, dtype=torch.float32), rtol=1e-5)


def test_a_tone_at_a_bands_centre_peaks_in_that_band():
    for band in (10, 30, 60):
        centre = float(mel_frequencies(64)[band])
        assert int(mel(tone(centre))[:, 50].argmax()) == band


@pytest.mark.parametrize(
    "rate, frequency, heard", [(16_000, 1234, 1234), (8_000, 5_000, 3_000), (8_000, 9_000, 1_000)]
)
def test_strongest_frequency_is_the_tone_or_its_alias(rate, frequency, heard):
    assert strongest_frequency(tone(frequency, rate=rate), rate=rate) == heard


def test_strongest_frequency_refuses_silence():
    with pytest.raises(AudioError, match="got silence"):
        strongest_frequency(torch.zeros(SR))
