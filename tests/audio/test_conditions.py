"""Offset and rumble go, speech stays where and as it is; a telephone's band is recognised."""

import numpy as np
import pytest
import torch

from course_lib.audio import SR, add_noise, at_speech_level, is_telephone_band, resample, tone, without_offset

MIDDLE = slice(2_000, -2_000)


@pytest.mark.parametrize("offset", [0.002, -0.02, 0.3, 1.0])
@pytest.mark.parametrize("samples", [1, 100, SR // 2, SR, 5 * SR])
def test_a_constant_offset_goes_and_the_sound_stays(offset, samples):
    wave = tone(300, samples / SR)
    found = without_offset(wave + offset)
    assert found.shape == wave.shape and abs(float(found.mean())) < 1e-3
    assert torch.allclose(found[MIDDLE], wave[MIDDLE], atol=1e-3)
    assert torch.allclose(found, without_offset(wave), atol=1e-5)


@pytest.mark.parametrize("hertz", [0.3, 5, 20, 40])
def test_what_lies_below_speech_is_sixty_decibels_down(hertz):
    assert float(without_offset(tone(hertz, 5))[SR:-SR].abs().max()) < 0.5 / 900


@pytest.mark.parametrize("hertz", [80, 100, 440, 3_000, 7_900])
def test_what_is_speech_keeps_its_level_and_its_place(hertz):
    """A tone minus what comes out is nothing: neither level nor phase changed."""
    wave = tone(hertz, 2)
    assert torch.allclose(without_offset(wave)[MIDDLE], wave[MIDDLE], atol=1e-3)


def test_a_click_stays_on_its_sample_and_is_symmetric():
    wave = torch.zeros(SR)
    wave[8_000] = 1.0
    found = without_offset(wave)
    assert int(found.abs().argmax()) == 8_000 and float(found[8_000]) == pytest.approx(1, abs=0.01)
    assert torch.allclose(found[7_000:8_000].flip(0), found[8_001:9_001], atol=1e-6)


def test_a_drift_goes_too_and_leaves_no_step_at_the_ends():
    drift = torch.linspace(-0.4, 0.5, 3 * SR)
    assert float(without_offset(drift).abs().max()) < 2e-3


def test_long_recordings_batches_and_silence():
    """Blocks meet without a seam; each wave of a batch is cleaned alone; nothing comes of nothing."""
    noise = torch.randn(3, 200_000, generator=torch.Generator().manual_seed(0)) * 0.1 + torch.tensor(
        [[0.1], [0.0], [-0.3]]
    )
    found = without_offset(noise)
    assert torch.allclose(found[1], without_offset(noise[1]), atol=1e-6)
    spectrum = torch.fft.rfft((noise - noise.mean(-1, keepdim=True)).double())
    hertz = torch.arange(spectrum.shape[-1]) * SR / 200_000
    whole = torch.fft.irfft(spectrum * (hertz > 60), 200_000).float()
    assert float((found - whole)[:, 20_000:-20_000].abs().max()) < 0.02
    assert (
        not without_offset(torch.zeros(SR)).any()
        and not without_offset(torch.full((SR,), 0.3)).abs().gt(1e-6).any()
    )
    assert without_offset(torch.zeros(0)).shape == (0,)


def speech_like(seed=0, seconds=4):
    """Noise that falls by 6 dB an octave above 300 Hz, as speech does about."""
    noise = np.random.default_rng(seed).standard_normal(seconds * SR)
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(len(noise), 1 / SR)
    wave = np.fft.irfft(spectrum * 300 / np.maximum(hertz, 300))
    return torch.from_numpy(0.1 * wave / wave.std()).float()


@pytest.mark.parametrize("level", [1.0, 0.1])
def test_a_telephones_band_is_recognised_in_a_file_of_any_rate(level):
    wave = speech_like() * level
    narrow = resample(resample(wave, SR, 8_000), 8_000)
    assert is_telephone_band((narrow * 32_768).round() / 32_768) and not is_telephone_band(wave)
    assert not is_telephone_band(add_noise(narrow, 25, seed=1))  # the room's own sound goes up to 8 kHz


def test_silence_and_short_sounds_have_no_band():
    assert not is_telephone_band(torch.zeros(SR)) and not is_telephone_band(tone(300, 0.05))


def test_as_much_below_speech_as_other_recordings_have_is_left():
    """A hum 20 dB down stays as it is; one as loud as the rest comes down to 15 dB below it; an offset goes anyhow."""
    speech, middle = tone(300, 4), slice(SR, -SR)
    little, much = tone(30, 4, amplitude=0.05), tone(30, 4, amplitude=0.5)
    assert torch.allclose(
        without_offset(speech + little, keep_db=-15)[middle], (speech + little)[middle], atol=1e-3
    )
    found = without_offset(speech + much + 0.2, keep_db=-15) - speech
    assert 10 * float(torch.log10(found[middle].square().mean() / speech.square().mean())) == pytest.approx(
        -15, abs=0.2
    )


@pytest.mark.parametrize("gain_db", [-40, -26, 0, 6])
def test_speech_of_any_level_comes_at_one_level(gain_db):
    wave = torch.cat([torch.zeros(SR), speech_like()])
    found = at_speech_level(wave * 10 ** (gain_db / 20))
    assert torch.allclose(found, at_speech_level(wave), atol=1e-5)
    loud = found[SR:].square().mean().sqrt()
    assert 20 * float(torch.log10(loud)) == pytest.approx(-20, abs=2.5)


def test_what_is_too_faint_to_be_speech_is_not_made_loud():
    faint = torch.randn(SR, generator=torch.Generator().manual_seed(0)) * 3e-5
    for wave in (faint, torch.zeros(SR), torch.zeros(10)):
        assert torch.equal(at_speech_level(wave), wave)


@pytest.mark.parametrize("keep_db", [None, -10.0])
def test_in_place_is_the_same_without_a_second_recording(keep_db):
    wave = (
        0.1 * torch.randn(150_000, generator=torch.Generator().manual_seed(0))
        + 0.2
        + 0.3 * tone(20, 150_000 / SR)
    )
    before = wave.clone()
    copied = at_speech_level(without_offset(wave, keep_db=keep_db))
    assert torch.equal(wave, before)
    changed = at_speech_level(without_offset(wave, keep_db=keep_db, in_place=True), in_place=True)
    assert torch.equal(changed, copied) and changed.data_ptr() == wave.data_ptr()
