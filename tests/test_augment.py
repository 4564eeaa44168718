"""Augmentation: the shape stays, the amount is what was asked for, and what is drawn depends on the generator alone."""

import pytest
import torch

from course_lib import audio, augment, features
from course_lib.errors import AudioError


def draw(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def waves():
    return torch.stack([audio.tone(hz, amplitude=0.3) for hz in (200, 400, 800, 1600)])


def test_noise_is_mixed_at_the_asked_ratio(waves):
    noises = torch.randn(3, 16_000, generator=draw(1))
    noisy = augment.add_noises(waves, noises, draw(), share=1.0, snr=(10.0, 10.0))
    ratio = 10 * torch.log10(waves.square().mean(1) / (noisy - waves).square().mean(1))
    assert torch.allclose(ratio, torch.full((4,), 10.0), atol=0.05)


def test_gain_changes_the_level_and_nothing_else(waves):
    moved = augment.gain(waves, draw(), db=12.0)
    levels = 20 * torch.log10(moved.abs().amax(1) / waves.abs().amax(1))
    assert levels.abs().max() <= 12 and len(set(levels.tolist())) == 4
    assert torch.allclose(
        moved / moved.abs().amax(1, keepdim=True), waves / waves.abs().amax(1, keepdim=True), atol=1e-5
    )
    assert augment.gain(waves * 3, draw(), db=20.0).abs().max() <= 1.0 + 1e-6


def test_a_share_of_nothing_changes_nothing(waves):
    noises = torch.randn(3, 16_000, generator=draw(1))
    assert torch.equal(augment.add_noises(waves, noises, draw(), share=0.0), waves)
    assert torch.equal(augment.reverberate(waves, draw(), share=0.0), waves)


def test_a_short_noise_is_refused(waves):
    with pytest.raises(AudioError, match="16000 samples"):
        augment.add_noises(waves, torch.randn(2, 100), draw())


def test_a_room_keeps_the_direct_sound_and_adds_a_tail():
    click = torch.zeros(2, 16_000)
    click[:, 100] = 1.0
    wet = augment.reverberate(click, draw(), share=1.0, seconds=(0.2, 0.2), direct=0.0)
    assert torch.allclose(wet[:, :100], torch.zeros(2, 100), atol=1e-5)
    early, late = wet[:, 101:900].square().sum(1), wet[:, 3300:4100].square().sum(1)
    assert (10 * torch.log10(late / early) < -50).all() and (early > 0.3).all()


def test_a_microphone_is_a_curve_over_frequency_alone():
    flat = torch.zeros(3, 64, 20)
    coloured = augment.colour(flat, draw(), db=6.0)
    assert torch.allclose(coloured, coloured[:, :, :1].expand_as(coloured), atol=1e-5)
    assert 0 < coloured.abs().max() < 40 and (coloured[:, 1:] - coloured[:, :-1]).abs().max() < 4


def test_a_mask_covers_no_more_than_asked():
    picture = torch.randn(50, 64, 90, generator=draw(2))
    covered = augment.mask(picture, draw(), bands=10, frames=15) != picture
    whole_bands, whole_frames = covered.all(2).sum(1), covered.all(1).sum(1)
    assert int(whole_bands.max()) <= 9 and int(whole_frames.max()) <= 14
    assert covered.any() and not covered.all()


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.1])
def test_another_speed_moves_pitch_and_length(factor):
    wave = audio.tone(400, 2.0)[None]
    faster = augment.change_speed(wave, factor)
    assert faster.shape[1] == pytest.approx(32_000 / factor, abs=2)
    assert features.strongest_frequency(faster[0]) == pytest.approx(400 * factor, rel=0.01)


def test_the_generator_decides_everything(waves):
    def once(seed):
        return augment.reverberate(augment.add_noises(waves, torch.ones(1, 16_000), draw(seed)), draw(seed))

    assert torch.equal(once(3), once(3))
    assert not torch.equal(once(3), once(4))


def test_a_telephone_passes_its_band_and_nothing_else():
    waves = torch.stack([audio.tone(hz, amplitude=0.3) for hz in (60, 1_000, 5_000)])
    called = augment.line(waves, draw(), telephone=1.0, hum=0.0, offset=0.0)
    left = called.square().mean(1) / waves.square().mean(1)
    assert left[1] > 0.99 and left[0] < 1e-6 and left[2] < 1e-6


def test_hum_is_mains_with_overtones_below_the_sound(waves):
    humming = augment.line(waves, draw(), telephone=0.0, hum=1.0, offset=0.0) - waves
    spectrum = torch.fft.rfft(humming).abs()
    assert set(spectrum.argmax(1).tolist()) <= {50, 60}
    below = 10 * torch.log10(humming.square().mean(1) / waves.square().mean(1))
    assert bool(
        ((below > -41) & (below < -8)).all()
    )  # the tone itself has a little less or more power than 1


def test_an_offset_moves_the_mean_alone(waves):
    moved = augment.line(waves, draw(), telephone=0.0, hum=0.0, offset=1.0)
    means = moved.mean(1)
    assert torch.allclose(moved - means[:, None], waves, atol=1e-4)
    assert means.abs().max() <= 0.1 and len(set(means.tolist())) == 4


def test_a_line_of_nothing_changes_nothing(waves):
    assert torch.equal(augment.line(waves, draw(), telephone=0.0, hum=0.0, offset=0.0), waves)
