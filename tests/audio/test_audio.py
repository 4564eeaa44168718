"""Reading, writing and resampling sound: what goes in comes out, and every bad file is named."""

import math
import shutil
import warnings

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.audio import SR, add_noise, files, fit_second, header, read, resample, stream, tone, write
from course_lib.audio.true_parts import BLOCK
from course_lib.errors import AudioError


@pytest.fixture
def voice(tmp_path):
    """A second of tone as a WAV file."""
    return write(tmp_path / "a.wav", tone(440))


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".aiff"])
def test_what_is_written_is_read(tmp_path, suffix):
    wave = (torch.arange(-32768, 32768, 7) / 32768).to(torch.float32)  # every kind of 16-bit sample
    back = read(write(tmp_path / f"ramp{suffix}", wave))
    assert back.dtype == torch.float32 and back.ndim == 1
    assert torch.equal(back, wave)


@pytest.mark.parametrize("suffix", [".ogg", ".mp3"])
def test_lossy_formats_keep_the_tone(tmp_path, suffix):
    back = read(write(tmp_path / f"a{suffix}", tone(1_000)))
    peak = torch.fft.rfft(back[4_000:12_000]).abs().argmax() * SR / 8_000
    assert abs(float(peak) - 1_000) <= 2


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_all_sample_formats_come_as_full_scale_one(tmp_path, subtype):
    soundfile.write(tmp_path / "a.wav", tone(440).numpy(), SR, subtype=subtype)
    wave = read(tmp_path / "a.wav")
    assert wave.dtype == torch.float32
    assert torch.allclose(wave, tone(440), atol=1 / 127 if subtype == "PCM_U8" else 1e-4)


def test_a_part_is_a_slice_of_the_whole(voice):
    whole = read(voice)
    assert torch.equal(read(voice, start=1_000, frames=500), whole[1_000:1_500])
    assert torch.equal(read(voice, start=15_900, frames=500), whole[15_900:])  # as much as there is


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000, 44_101])
def test_resampled_tones_keep_frequency_and_level(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", tone(1_000, rate=rate).numpy(), rate)
    with pytest.warns(UserWarning, match=f"recorded at {rate} Hz, resampled to 16000 Hz"):
        wave = read(tmp_path / "a.wav")
    assert len(wave) == SR
    middle = wave[2_000:14_000]
    assert torch.allclose(middle, tone(1_000)[2_000:14_000], atol=3e-3)


@pytest.mark.filterwarnings("ignore:slices")
@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 22_050])
def test_a_part_of_a_resampled_file_is_a_slice_of_the_whole(tmp_path, rate):
    noise = torch.randn(3 * rate, generator=torch.Generator().manual_seed(0)) * 0.1
    soundfile.write(tmp_path / "a.wav", noise.numpy(), rate)
    whole = read(tmp_path / "a.wav", note="slices")
    assert len(whole) == 3 * SR
    for start in (0, 4_000, 16_000, 23_456, 40_000):
        part = read(tmp_path / "a.wav", start=start, frames=SR, note="slices")
        assert torch.allclose(part, whole[start : start + SR], atol=1e-6)


def test_nothing_above_half_the_new_rate_survives_resampling():
    loud, kept = resample(tone(10_000, rate=48_000), 48_000), resample(tone(5_000, rate=48_000), 48_000)
    assert loud[2_000:14_000].abs().max() < 0.5 / 1_000  # 60 dB down: no aliasing
    assert kept[2_000:14_000].abs().max() > 0.49


def test_resampling_is_noted_once_per_place(tmp_path):
    for name in ("a.wav", "b.wav"):
        soundfile.write(tmp_path / name, tone(440, rate=8_000).numpy(), 8_000)
    with pytest.warns(UserWarning, match="8000 Hz") as notes:
        read(tmp_path / "a.wav"), read(tmp_path / "b.wav")
    assert len(notes) == 1


def test_no_note_at_the_right_rate(voice):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(voice)


def test_wrong_rate_can_be_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", tone(440, rate=8_000).numpy(), 8_000)
    with pytest.raises(AudioError, match=r"expected 16000 Hz, got 8000 Hz.*resample=True"):
        read(tmp_path / "a.wav", resample=False)


@pytest.mark.parametrize("channels", [2, 8])
def test_several_channels_are_refused_or_mixed(tmp_path, channels):
    both = np.stack([tone(440).numpy() * (k + 1) / channels for k in range(channels)], axis=1)
    soundfile.write(tmp_path / "s.wav", both, SR)
    with pytest.raises(AudioError, match=f'expected one channel, got {channels}.*mono="mix"'):
        read(tmp_path / "s.wav")
    mixed = read(tmp_path / "s.wav", mono="mix")
    assert torch.allclose(mixed, tone(440) * (channels + 1) / (2 * channels), atol=1e-4)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(AudioError, match="found nothing"):
        read(tmp_path / "none.wav")
    with pytest.raises(AudioError, match="found a folder"):
        read(tmp_path)


def test_empty_file_and_empty_sound(tmp_path):
    (tmp_path / "a.wav").touch()
    with pytest.raises(AudioError, match="0 bytes"):
        read(tmp_path / "a.wav")
    soundfile.write(tmp_path / "b.wav", np.zeros(0, dtype="float32"), SR)
    with pytest.raises(AudioError, match="no samples"):
        read(tmp_path / "b.wav")


def test_silence_is_refused_unless_meant(tmp_path):
    write(tmp_path / "a.wav", torch.zeros(SR))
    with pytest.raises(AudioError, match=r"all zero.*allow_silence=True"):
        read(tmp_path / "a.wav")
    assert read(tmp_path / "a.wav", allow_silence=True).sum() == 0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_refused(tmp_path, bad):
    wave = tone(440).numpy()
    wave[100] = bad
    soundfile.write(tmp_path / "a.wav", wave, SR, subtype="FLOAT")
    with pytest.raises(AudioError, match="1 NaN or infinite"):
        read(tmp_path / "a.wav")


def test_floats_a_little_above_full_scale_are_clipped_and_whole_numbers_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", 3 * tone(440).numpy(), SR, subtype="FLOAT")
    assert read(tmp_path / "a.wav").abs().max() == 1
    soundfile.write(tmp_path / "b.wav", 20_000 * tone(440).numpy(), SR, subtype="FLOAT")
    with pytest.raises(AudioError, match="divide by 32768"):
        read(tmp_path / "b.wav")


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".aiff", ".au", ".w64"])
def test_truncated_files_are_refused(tmp_path, suffix):
    noise = torch.rand(4 * SR, generator=torch.Generator().manual_seed(0)) - 0.5
    whole = write(tmp_path / f"whole{suffix}", noise).read_bytes()
    for keep in (0.0, 0.001, 0.1, 0.5, 0.9):
        (tmp_path / f"cut{suffix}").write_bytes(whole[: int(keep * len(whole))])
        with pytest.raises(AudioError):
            read(tmp_path / f"cut{suffix}")


def test_an_ogg_cut_between_two_pages_is_a_shorter_ogg(tmp_path):
    """The format promises no length: what is there is read, and told where the last page is missing."""
    noise = torch.rand(4 * SR, generator=torch.Generator().manual_seed(0)) - 0.5
    whole = write(tmp_path / "whole.ogg", noise).read_bytes()
    (tmp_path / "cut.ogg").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning, match=r"cut.ogg: its last page is missing, .* is read, \d\.\d\d s"):
        assert 0 < len(read(tmp_path / "cut.ogg")) < len(noise)
    (tmp_path / "cut.ogg").write_bytes(whole[: len(whole) // 100])
    with pytest.raises(AudioError):
        read(tmp_path / "cut.ogg")


def test_a_wrong_ending_does_not_matter_but_text_is_not_audio(tmp_path, voice):
    shutil.copy(voice, tmp_path / "a.flac")
    assert torch.equal(read(tmp_path / "a.flac"), read(voice))
    (tmp_path / "t.wav").write_text("path,speaker,label\n" * 100)
    with pytest.raises(AudioError, match="expected audio"):
        read(tmp_path / "t.wav")


@pytest.mark.parametrize("suffix", [".raw", ".xyz", ""])
def test_unknown_endings(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(AudioError):
        read(tmp_path / f"a{suffix}")
    with pytest.raises(AudioError, match=r"name it .wav or .flac"):
        write(tmp_path / f"b{suffix}", tone(440))
    assert not (tmp_path / f"b{suffix}").exists()


def test_part_beyond_the_end(voice):
    with pytest.raises(AudioError, match="start below 16000"):
        read(voice, start=16_000)


def test_a_stream_is_the_whole_in_pieces(tmp_path):
    wave = (tone(440, 2.6) * 32768).round() / 32768
    write(tmp_path / "a.wav", wave)
    pieces = list(stream(tmp_path / "a.wav", seconds=1.0))
    assert [len(piece) for piece in pieces] == [SR, SR, 9_600] and torch.equal(torch.cat(pieces), wave)
    write(tmp_path / "b.wav", torch.cat([torch.zeros(2 * SR), wave]))
    assert len(list(stream(tmp_path / "b.wav", seconds=1.0))) == 5  # a silent beginning is no silence
    write(tmp_path / "c.wav", torch.zeros(2 * SR))
    with pytest.raises(AudioError, match="all zero"):
        list(stream(tmp_path / "c.wav", seconds=1.0))
    assert len(list(stream(tmp_path / "c.wav", seconds=1.0, allow_silence=True))) == 2


@pytest.mark.parametrize("rate", [SR, 44_100])
def test_a_long_recording_is_read_in_parts_and_is_the_same(tmp_path, monkeypatch, rate):
    """70 s in two channels, with ten minutes taken for one: two parts, resampled or not."""
    noise = 0.1 * np.random.default_rng(0).standard_normal((70 * rate, 2))
    soundfile.write(tmp_path / "a.wav", noise, rate)
    whole = read(tmp_path / "a.wav", mono="mix")
    monkeypatch.setattr(files, "LONG", 60)
    found = read(tmp_path / "a.wav", mono="mix")
    assert len(whole) == 70 * SR and torch.allclose(found, whole, atol=1e-6)
    soundfile.write(tmp_path / "b.wav", 0 * noise, rate)
    with pytest.raises(AudioError, match="all zero"):
        read(tmp_path / "b.wav", mono="mix")


def test_write_refuses_what_cannot_be_stored(tmp_path):
    for wave, says in [
        (torch.zeros(2, 5), "shape"),
        (torch.zeros(0), "shape"),
        (torch.tensor([2.0]), "peak of 2"),
        (torch.tensor([math.nan]), "peak of nan"),
    ]:
        with pytest.raises(AudioError, match=says):
            write(tmp_path / "a.wav", wave)
    assert list(tmp_path.iterdir()) == []


def test_header_and_unknown_mono(voice):
    assert header(voice) == (SR, 1, SR)
    with pytest.raises(AudioError, match="mono="):
        read(voice, mono="left")


@given(st.integers(0, 40_000), st.integers(1, 20_000))
def test_fit_second_gives_the_length_and_keeps_the_beginning(n, length):
    wave = torch.arange(1, n + 1)
    fitted = fit_second(wave, length)
    assert len(fitted) == length
    assert torch.equal(fitted[:n], wave[:length].float()) and not fitted[n:].any()


def test_tone_has_its_frequency_level_and_alias():
    spectrum = torch.fft.rfft(tone(440)).abs()
    assert int(spectrum.argmax()) == 440
    assert float(tone(440).square().mean()) == pytest.approx(0.5**2 / 2, rel=1e-4)
    assert torch.allclose(tone(SR + 440), tone(440), atol=1e-6)  # what sampling cannot tell apart
    assert len(tone(440, 0.5, rate=8_000)) == 4_000


@pytest.mark.parametrize("snr_db", [-10, 0, 30])
def test_noise_has_the_power_asked_for_in_every_wave(snr_db):
    waves = torch.stack([tone(440), 0.1 * tone(1_000)])
    noise = add_noise(waves, snr_db, seed=3) - waves
    ratio = 10 * torch.log10(waves.square().mean(-1) / noise.square().mean(-1))
    assert torch.allclose(ratio, torch.full((2,), float(snr_db)), atol=0.01)
    assert torch.equal(add_noise(waves, snr_db, seed=3), add_noise(waves, snr_db, seed=3))
    assert not torch.equal(add_noise(waves, snr_db, seed=3), add_noise(waves, snr_db, seed=4))


def test_noise_against_silence_and_bad_shapes():
    with pytest.raises(AudioError, match="silence"):
        add_noise(torch.zeros(100), 10, seed=0)
    with pytest.raises(AudioError, match="shape"):
        fit_second(torch.tensor(1.0))
    with pytest.raises(AudioError, match="above 0 Hz"):
        resample(tone(440), 0)


def test_ten_hours_are_sought_not_read(tmp_path):
    """A part of a long file costs what the part costs: the blocks read are counted."""
    path = tmp_path / "long.wav"
    soundfile.write(path, np.tile(tone(440, 60).numpy(), 10), SR)  # ten minutes
    counted = []
    original = soundfile.SoundFile.read

    def counting(self, frames=-1, **settings):
        counted.append(frames)
        return original(self, frames, **settings)

    soundfile.SoundFile.read = counting
    try:
        part = read(path, start=9 * 60 * SR, frames=SR)
    finally:
        soundfile.SoundFile.read = original
    assert counted == [SR] and len(part) == SR and BLOCK < 10 * 60 * SR


def test_loudest_second_finds_the_burst_and_pads_what_is_short():
    from course_lib.audio import loudest_second

    wave = torch.zeros(80_000)
    wave[40_123:56_123] = tone(300)
    assert torch.equal(loudest_second(wave), tone(300))
    assert torch.equal(loudest_second(torch.ones(10)), fit_second(torch.ones(10)))
    assert len(loudest_second(wave, length=100)) == 100
