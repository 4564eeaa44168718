"""Files whose own header is wrong about their length: all of the sound is read, or both lengths are told."""

import struct
import warnings

import numpy as np
import pytest
import soundfile
import torch

from course_lib.audio import SR, containers, header, mpeg, read, resample, stream, tone, write
from course_lib.errors import AudioError

pytestmark = pytest.mark.filterwarnings("ignore:.*resampled")


def sweep(seconds, rate=SR):
    """A tone that rises: every place of it sounds different. (n,)"""
    time = torch.arange(round(seconds * rate), dtype=torch.float64) / rate
    return (0.4 * torch.sin(2 * torch.pi * (300 + 100 * time) * time)).float()


def lag(found, wave):
    """(samples by which `found` is late, the correlation there: 1 for the same sound)"""
    size = 1 << (len(found) + len(wave)).bit_length()
    both = torch.fft.irfft(torch.fft.rfft(found, size) * torch.fft.rfft(wave, size).conj(), size)
    best = int(both.argmax())
    return best - size * (best > size // 2), float(both[best] / (found.norm() * wave.norm()))


def quietly(call, *given, **settings):
    """What the call gives, which must not warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return call(*given, **settings)


def mp3(path, wave, *, xing=False, rate=SR):
    """An MP3 of variable rate, with or without the frame that tells how long it is."""
    soundfile.write(path, wave.numpy(), rate, format="MP3", bitrate_mode="VARIABLE", compression_level=0.2)
    stored = path.read_bytes()
    first = mpeg.mpeg_frame(stored[:4])
    assert stored[first.info : first.info + 4] in (b"Xing", b"Info")
    if not xing:
        path.write_bytes(stored[first.size :])
    return path


@pytest.mark.parametrize("loud_first", [True, False])
@pytest.mark.parametrize("rate", [SR, 44_100])
def test_an_mp3_of_variable_rate_without_its_length_is_read_whole(tmp_path, loud_first, rate):
    """Its length is guessed from the first frames, which are longer or shorter than the others: 2.7 or 23 s of 8."""
    half, silent = sweep(4, rate), torch.zeros(4 * rate)
    wave = torch.cat([half, silent] if loud_first else [silent, half])
    path = mp3(tmp_path / "a.mp3", wave, rate=rate)
    own_rate, channels, frames = quietly(header, path)
    assert (own_rate, channels) == (rate, 1) and frames / rate == pytest.approx(8, abs=0.15)
    found = quietly(read, path, rate=rate)
    assert len(found) == frames
    late, same = lag(found, wave)
    assert 0 <= late < 3 * 1152 and same > 0.99
    part = read(path, rate=rate, start=5 * rate, frames=rate // 2, allow_silence=True)
    assert torch.allclose(part, found[5 * rate : 5 * rate + rate // 2], atol=1e-3)
    assert torch.equal(torch.cat(list(stream(path, rate=rate, seconds=0.7, allow_silence=True))), found)


def test_the_length_of_an_mp3_that_tells_it_is_believed(tmp_path):
    path = mp3(tmp_path / "a.mp3", sweep(3), xing=True)
    assert quietly(header, path) == (SR, 1, 3 * SR) and len(quietly(read, path)) == 3 * SR


def test_a_length_that_is_too_small_for_an_mp3_is_not_believed(tmp_path):
    path = mp3(tmp_path / "a.mp3", sweep(8), xing=True)
    stored = bytearray(path.read_bytes())
    place = stored.find(b"Xing") + 8
    stored[place : place + 4] = struct.pack(">I", 40)
    path.write_bytes(stored)
    assert len(quietly(read, path)) == pytest.approx(8 * SR, abs=3 * 1152)
    stored[place : place + 4] = struct.pack(">I", 4_000)  # and one that is too large is one of a file cut off
    path.write_bytes(stored)
    with pytest.raises(AudioError, match="truncated"):
        read(path)


@pytest.mark.parametrize("xing", [True, False])
def test_tags_around_and_between_the_frames_of_an_mp3(tmp_path, xing):
    """ID3 before it, an album's picture with bytes that look like frames in it, ID3v1 behind it."""
    path = mp3(tmp_path / "a.mp3", sweep(3), xing=xing)
    picture = (b"\xff\xfb\x90\x00" + bytes(range(256))) * 20
    size = bytes(
        [len(picture) >> 21 & 127, len(picture) >> 14 & 127, len(picture) >> 7 & 127, len(picture) & 127]
    )
    path.write_bytes(b"ID3\x03\x00\x00" + size + picture + path.read_bytes() + b"TAG" + bytes(125))
    assert len(quietly(read, path)) == pytest.approx(3 * SR, abs=3 * 1152)


@pytest.mark.parametrize(
    ("first", "second", "slack"),
    [
        ("OGG OPUS", "OGG OPUS", 0),
        ("OGG VORBIS", "OGG VORBIS", 0),
        ("OGG OPUS", "OGG VORBIS", 0),
        ("MP3", "MP3", 4_000),
    ],
)
def test_two_streams_joined_are_read_as_one_sound(tmp_path, first, second, slack):
    waves, stored = (sweep(3), tone(700, 2)), b""
    for wave, kind in zip(waves, (first, second)):
        form, _, subtype = kind.partition(" ")
        soundfile.write(tmp_path / "one", wave.numpy(), SR, format=form, subtype=subtype or None)
        stored += (tmp_path / "one").read_bytes()
    (tmp_path / "both.ogg").write_bytes(stored)
    found = quietly(read, tmp_path / "both.ogg")
    assert len(found) == header(tmp_path / "both.ogg")[2] == pytest.approx(5 * SR, abs=slack)
    assert lag(found, torch.cat(waves))[1] > 0.98
    across = read(tmp_path / "both.ogg", start=2 * SR, frames=2 * SR)
    assert torch.allclose(across[:SR], found[2 * SR : 3 * SR], atol=1e-2) and len(across) == 2 * SR
    assert torch.allclose(torch.cat(list(stream(tmp_path / "both.ogg", seconds=0.5))), found, atol=1e-6)


def test_a_stream_of_another_rate_joined_on_is_told_with_both_lengths(tmp_path):
    stored = b""
    for rate, seconds in ((SR, 3), (48_000, 2)):
        soundfile.write(tmp_path / "one.ogg", sweep(seconds, rate).numpy(), rate)
        stored += (tmp_path / "one.ogg").read_bytes()
    (tmp_path / "both.ogg").write_bytes(stored)
    with pytest.warns(UserWarning, match=r"both.ogg: 2 streams .* 1 can be read together: 3.00 s of 5.00 s"):
        assert len(read(tmp_path / "both.ogg")) == 3 * SR


def mp3_in_wav(path, frames_told):
    """An MP3 in a WAV, whose `fact` tells another number of samples than there are."""
    stored = mp3(path, sweep(4)).read_bytes()
    form = struct.pack("<HHIIHHHHIHHH", 0x55, 1, SR, 3_000, 1, 0, 12, 1, 2, 576, 1, 0)
    fact = struct.pack("<4sII", b"fact", 4, frames_told)
    chunks = (
        struct.pack("<4sI", b"fmt ", len(form))
        + form
        + fact
        + struct.pack("<4sI", b"data", len(stored))
        + stored
    )
    path.write_bytes(struct.pack("<4sI4s", b"RIFF", len(chunks) + 4, b"WAVE") + chunks)
    return path


@pytest.mark.parametrize("told", [4 * SR + 2_000, 4 * SR, 100])
def test_an_mp3_in_a_wav_has_the_frames_it_has(tmp_path, told):
    path = mp3_in_wav(tmp_path / "a.wav", told)
    found = quietly(read, path)
    assert len(found) == header(path)[2] == pytest.approx(4 * SR, abs=3 * 1152)
    assert lag(found, sweep(4))[1] > 0.99


@pytest.mark.parametrize("subtype", ["GSM610", "IMA_ADPCM", "MS_ADPCM", "ULAW", "ALAW"])
def test_every_coding_of_a_wav_is_read_whole_in_part_and_as_a_stream(tmp_path, subtype):
    """GSM cannot be sought: it is read up to where the part begins."""
    wave, path = sweep(3, 8_000), tmp_path / "a.wav"
    soundfile.write(path, wave.numpy(), 8_000, subtype=subtype)
    found = read(path, rate=8_000)
    assert len(found) == header(path)[2] == pytest.approx(len(wave), abs=2_304)
    late, same = lag(found, wave)
    assert abs(late) < 200 and same > 0.9
    assert torch.equal(read(path, rate=8_000, start=9_000, frames=4_000), found[9_000:13_000])
    assert torch.equal(torch.cat(list(stream(path, rate=8_000, seconds=0.3))), found)
    assert len(read(path)) == 2 * len(found)  # and resampled


@pytest.mark.parametrize("suffix", [".wav", ".au", ".aiff"])
@pytest.mark.parametrize("more", [1, 36, 44, 1_000, 4_096])
def test_a_header_that_promises_a_little_too_much_is_told_and_the_sound_read(tmp_path, suffix, more):
    path = write(tmp_path / f"a{suffix}", tone(440, 2))
    stored = bytearray(path.read_bytes())
    place, order, size = {".wav": (40, "<I", 64_000), ".au": (8, ">I", 64_000), ".aiff": (0, ">I", 64_008)}[
        suffix
    ]
    place = place or stored.find(b"SSND") + 4
    assert struct.unpack(order, stored[place : place + 4])[0] == size
    stored[place : place + 4] = struct.pack(order, size + more)
    path.write_bytes(stored)
    with pytest.warns(
        UserWarning, match=rf"a{suffix}: the header promises {size + more} bytes, .* is read, 2.00 s"
    ):
        found = read(path)
    assert torch.allclose(found, tone(440, 2), atol=1e-4) and header(path)[2] == 2 * SR


def claim(path, size, *, riff=None):
    """Let the header of a WAV of 44 bytes tell another size of its samples."""
    stored = bytearray(path.read_bytes())
    stored[40:44] = struct.pack("<I", size)
    stored[4:8] = struct.pack("<I", size + 36 if riff is None else riff)
    path.write_bytes(stored)


@pytest.mark.parametrize("riff", [0, 36, 256_036])
@pytest.mark.parametrize("told", [0, 32_000])
def test_a_header_that_was_never_finished_is_told_and_the_sound_read_to_its_end(tmp_path, told, riff):
    """A recorder writes the size at the end, or from time to time: after a crash it is 0, or that of the last time."""
    path = write(tmp_path / "a.wav", sweep(8))
    claim(path, told, riff=riff)
    with pytest.warns(UserWarning, match=rf"never finished \(it tells {told / 32_000:.2f} s\).* 8.00 s"):
        found = read(path)
    assert torch.allclose(found, sweep(8), atol=1e-4) and header(path)[2] == 8 * SR
    assert torch.equal(read(path, start=100_000, frames=500), found[100_000:100_500])


def test_an_unfinished_au_and_a_size_of_a_pipe(tmp_path):
    path = write(tmp_path / "a.au", sweep(3))
    stored = bytearray(path.read_bytes())
    stored[8:12] = bytes(4)
    path.write_bytes(stored)
    with pytest.warns(UserWarning, match="never finished"):
        assert torch.allclose(read(path), sweep(3), atol=1e-4)
    stored[8:12] = b"\xff\xff\xff\xff"
    (tmp_path / "b.au").write_bytes(stored)
    assert len(quietly(read, tmp_path / "b.au")) == 3 * SR


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF - 44])
def test_a_size_that_says_unknown_is_no_fault(tmp_path, size):
    path = write(tmp_path / "a.wav", sweep(2))
    claim(path, size, riff=0xFFFFFFFF)
    assert len(quietly(read, path)) == quietly(header, path)[2] == 2 * SR


def test_what_follows_the_samples_is_no_sound(tmp_path):
    """Chunks and tags behind the samples, and a WAV that really is empty."""
    path = write(tmp_path / "a.wav", sweep(2))
    notes = b"LIST" + struct.pack("<I", 200_000) + b"INFO" + bytes(199_996)
    path.write_bytes(path.read_bytes() + notes)
    assert len(quietly(read, path)) == 2 * SR
    path.write_bytes(path.read_bytes()[:44] + notes)
    claim(path, 0, riff=len(notes) + 36)
    with pytest.raises(AudioError, match="no samples"):
        read(path)


def test_a_flac_from_a_pipe_tells_no_length_and_is_read_whole(tmp_path):
    path = write(tmp_path / "a.flac", sweep(70))  # longer than what is read in one go
    stored = bytearray(path.read_bytes())
    stored[21] &= 0xF0  # 36 bits: the number of samples
    stored[22:26] = bytes(4)
    path.write_bytes(stored)
    assert quietly(header, path) == (SR, 1, 70 * SR)
    found = quietly(read, path)
    assert torch.allclose(found, sweep(70), atol=1e-4)
    assert torch.equal(read(path, start=68 * SR, frames=99), found[68 * SR : 68 * SR + 99])


@pytest.mark.parametrize("rate", [8_000, SR])
def test_a_recording_joined_and_resampled_in_parts_is_a_slice_of_the_whole(tmp_path, rate):
    soundfile.write(tmp_path / "one.ogg", sweep(3, rate).numpy(), rate, format="OGG", subtype="OPUS")
    (tmp_path / "a.ogg").write_bytes((tmp_path / "one.ogg").read_bytes() * 2)
    whole = read(tmp_path / "a.ogg")
    assert len(whole) == 6 * SR
    assert torch.allclose(
        whole, resample(torch.cat([*stream(tmp_path / "a.ogg", rate=rate)]), rate), atol=1e-5
    )


# Channels


def stereo(path, left, right):
    soundfile.write(path, np.stack([left, right], axis=1), SR)
    return path


@pytest.mark.parametrize("share", [-1.0, -0.9, -0.5])
def test_channels_that_cancel_are_told_and_the_louder_is_read(tmp_path, share):
    path = stereo(tmp_path / "a.wav", (tone(440, 3) * -share).numpy(), (-tone(440, 3)).numpy())
    with pytest.warns(UserWarning, match=r"a.wav: its 2 channels cancel .* channel \d alone"):
        found = read(path, mono="mix")
    assert float(found.square().mean()) == pytest.approx(0.125, rel=0.01)
    assert torch.equal(read(path, mono="mix", start=SR, frames=99), found[SR : SR + 99])


def test_speech_that_cancels_under_noise_that_does_not(tmp_path):
    noise = np.random.default_rng(0).standard_normal((2, 3 * SR)).astype(np.float32) * 0.03
    path = stereo(tmp_path / "a.wav", tone(440, 3).numpy() + noise[0], -tone(440, 3).numpy() + noise[1])
    with pytest.warns(UserWarning, match="cancel"):
        assert lag(read(path, mono="mix"), tone(440, 3))[1] ** 2 > 0.98


def test_channels_that_cancel_in_a_part_of_the_recording(tmp_path):
    wave = sweep(10).numpy()
    other = wave.copy()
    other[: 3 * SR] *= -1
    with pytest.warns(UserWarning, match="cancel"):
        found = read(stereo(tmp_path / "a.wav", wave, other), mono="mix")
    assert torch.allclose(found, sweep(10), atol=1e-4)


def test_an_offset_of_another_sign_does_not_hide_or_make_a_cancellation(tmp_path):
    same = stereo(tmp_path / "a.wav", tone(440, 2).numpy() / 2 + 0.3, tone(440, 2).numpy() / 2 - 0.3)
    assert torch.allclose(quietly(read, same, mono="mix"), tone(440, 2) / 2, atol=1e-4)
    against = stereo(tmp_path / "b.wav", tone(440, 2).numpy() / 2 + 0.3, -tone(440, 2).numpy() / 2 + 0.3)
    with pytest.warns(UserWarning, match="cancel"):
        read(against, mono="mix")


@pytest.mark.parametrize("channels", [2, 3, 8])
def test_channels_that_do_not_cancel_are_averaged_without_a_word(tmp_path, channels):
    """Different sounds, a silent channel, one speaker a channel: the mean of all."""
    noise = np.random.default_rng(0).standard_normal((3 * SR, channels)).astype(np.float32) * 0.1
    only_one = np.zeros((3 * SR, channels), np.float32)
    only_one[:, -1] = tone(440, 3)
    turns = only_one.copy()
    turns[: 3 * SR // 2] = turns[: 3 * SR // 2, ::-1]
    for wave in (noise, only_one, turns):
        soundfile.write(tmp_path / "a.wav", wave, SR, subtype="FLOAT")
        assert np.allclose(quietly(read, tmp_path / "a.wav", mono="mix"), wave.mean(1), atol=1e-6)


def test_silence_on_all_channels_is_silence(tmp_path):
    stereo(tmp_path / "a.wav", np.zeros(SR), np.zeros(SR))
    with pytest.raises(AudioError, match="all zero"):
        read(tmp_path / "a.wav", mono="mix")


@pytest.mark.parametrize("behind", [1 << 20, *range(8)])
def test_two_flac_files_joined_are_read_as_one_sound(tmp_path, monkeypatch, behind):
    """Also where the second begins in the last bytes of a piece that is searched."""
    for name, seconds in (("a", 3), ("b", 5)):
        soundfile.write(tmp_path / f"{name}.flac", sweep(seconds), SR)
    monkeypatch.setattr(containers, "PIECE", (tmp_path / "a.flac").stat().st_size + behind)
    joined = tmp_path / "both.flac"
    joined.write_bytes((tmp_path / "a.flac").read_bytes() + (tmp_path / "b.flac").read_bytes())
    assert abs(len(quietly(read, joined)) - 8 * SR) <= 1 and header(joined)[2] == 8 * SR


@pytest.mark.parametrize("tag", [b"ID3", b"TAG", b"LIST" + struct.pack("<I", 170) + b"INFO"])
def test_tags_behind_the_samples_are_no_sound(tmp_path, tag):
    """Nor where the size of their chunk is wrong."""
    soundfile.write(tmp_path / "a.wav", sweep(5), SR)
    with open(tmp_path / "a.wav", "ab") as file:
        file.write(tag + bytes(range(256)) * 512)
    assert len(quietly(read, tmp_path / "a.wav")) == 5 * SR


@pytest.mark.parametrize(
    ("form", "subtype"),
    [
        *[("WAV", "PCM_16"), ("WAV", "ULAW"), ("WAVEX", "PCM_24"), ("RF64", "PCM_16")],
        *[("AIFF", "PCM_16"), ("AU", "PCM_16"), ("CAF", "PCM_16"), ("W64", "PCM_16"), ("W64", "ULAW")],
        *[("NIST", "PCM_16"), ("NIST", "ULAW"), ("VOC", "PCM_16")],
    ],
)
def test_two_files_of_a_told_size_joined_are_read_as_one_sound(tmp_path, form, subtype):
    """`cat a.wav b.wav`: libsndfile refuses some of them, and reads half of others."""
    stored = b""
    for wave in (sweep(3), tone(700, 5)):
        soundfile.write(tmp_path / "one", wave.numpy(), SR, format=form, subtype=subtype)
        stored += (tmp_path / "one").read_bytes()
    joined = tmp_path / "both.sound"
    joined.write_bytes(stored)
    found = quietly(read, joined)
    assert len(found) == header(joined)[2] == 8 * SR
    assert lag(found, torch.cat([sweep(3), tone(700, 5)])) == (0, pytest.approx(1, abs=1e-3))
    joined.write_bytes(stored[:-200])  # a little is missing at the end of the second
    if form in ("WAV", "WAVEX", "AIFF", "NIST", "VOC"):  # the others do not compare
        with pytest.warns(UserWarning, match=r"both.sound: the header promises .* is read"):
            assert 7.9 * SR < len(read(joined)) < 8 * SR


def test_a_wav_of_another_rate_joined_on_is_told(tmp_path):
    for rate, seconds in ((SR, 3), (8_000, 5)):
        soundfile.write(tmp_path / f"{rate}.wav", sweep(seconds, rate), rate)
    joined = tmp_path / "both.wav"
    joined.write_bytes((tmp_path / f"{SR}.wav").read_bytes() + (tmp_path / "8000.wav").read_bytes())
    with pytest.warns(UserWarning, match=r"2 streams were joined in it, .* 3.00 s of 8.00 s"):
        assert len(read(joined)) == 3 * SR


@pytest.mark.parametrize("told", [-1, 0, 1, 7])
@pytest.mark.parametrize("form", ["CAF", "RF64"])
def test_a_caf_and_an_rf64_that_were_never_finished(tmp_path, form, told):
    """A CAF says -1 while it is recorded."""
    path = tmp_path / f"a.{form.lower()}"
    soundfile.write(path, sweep(8).numpy(), SR, format=form, subtype="PCM_16")
    stored = bytearray(path.read_bytes())
    if form == "CAF":
        place = stored.find(b"data") + 4
        stored[place : place + 8] = struct.pack(">q", 4 + 32_000 * told if told > 0 else told)
    else:
        stored[28:36] = struct.pack("<q", 32_000 * max(told, 0))
    path.write_bytes(stored)
    with pytest.warns(UserWarning, match=r"never finished.* 8.00 s"):
        found = read(path)
    assert torch.allclose(found, sweep(8), atol=1e-4) and header(path)[2] == 8 * SR


def test_half_a_second_that_a_header_does_not_tell_is_read(tmp_path):
    path = write(tmp_path / "a.wav", sweep(8))
    claim(path, 7 * 32_000 + 16_000, riff=256_036)
    with pytest.warns(UserWarning, match=r"never finished \(it tells 7.50 s\)"):
        assert len(read(path)) == 8 * SR


def test_a_chunk_behind_an_odd_number_of_bytes_is_no_sound(tmp_path):
    """Some programs leave out the byte that makes the number even."""
    path = tmp_path / "a.wav"
    soundfile.write(path, sweep(2).numpy()[:-1], SR, subtype="PCM_U8")
    notes = b"LIST" + struct.pack("<I", 20_000) + b"INFO" + bytes(19_996)
    bare = path.read_bytes()[: 44 + 2 * SR - 1]
    for padding in (b"", b"\0"):
        path.write_bytes(bare + padding + notes)
        assert len(quietly(read, path)) == 2 * SR - 1


def test_what_a_caf_holds_behind_its_samples_is_no_sound(tmp_path):
    path = tmp_path / "a.caf"
    soundfile.write(path, sweep(2).numpy(), SR, format="CAF", subtype="PCM_16")
    path.write_bytes(path.read_bytes() + struct.pack(">4sq", b"info", 20_000) + bytes(20_000))
    assert len(quietly(read, path)) == 2 * SR


def test_a_recording_that_is_no_sound_here_is_told_with_how_to_convert_it(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"\0\0\0\x20ftypM4A " + bytes(500))
    with pytest.raises(AudioError, match=r"convert it: ffmpeg -i 'a\.wav' 'a\.flac'"):
        read(tmp_path / "a.wav")


@pytest.mark.parametrize("form", ["RF64", "CAF", "NIST", "W64", "VOC"])
def test_a_file_that_was_cut_off_is_refused_or_told(tmp_path, form):
    path = tmp_path / f"a.{form.lower()}"
    soundfile.write(path, sweep(8).numpy(), SR, format=form, subtype="PCM_16")
    stored = path.read_bytes()
    path.write_bytes(stored[: len(stored) // 2])
    with pytest.raises(AudioError, match=r"truncated|damaged file"):
        read(path)
    if form != "CAF":  # which libsndfile does not open
        path.write_bytes(stored[: int(0.98 * len(stored))])
        with pytest.warns(UserWarning, match=r"the header promises .* what is there is read, 7.8\d s"):
            assert 7.8 * SR < len(read(path)) < 7.9 * SR


def test_a_voc_may_end_without_its_last_byte_and_a_nist_tell_nothing(tmp_path):
    soundfile.write(tmp_path / "a.voc", sweep(2).numpy(), SR, subtype="PCM_16")
    bare = (tmp_path / "a.voc").read_bytes()[:-1]
    (tmp_path / "a.voc").write_bytes(bare)
    (tmp_path / "twice.voc").write_bytes(2 * bare)
    soundfile.write(tmp_path / "a.nist", sweep(2).numpy(), SR, subtype="PCM_16")
    (tmp_path / "a.nist").write_bytes(
        (tmp_path / "a.nist").read_bytes().replace(b"sample_n_b", b"sample_x_b")
    )
    for name in ("a.voc", "a.nist"):
        assert len(quietly(read, tmp_path / name)) == 2 * SR
    assert len(quietly(read, tmp_path / "twice.voc")) == 4 * SR


@pytest.mark.parametrize("subtype", ["OPUS", "VORBIS"])
def test_an_ogg_without_its_last_bytes_is_told(tmp_path, subtype):
    path = tmp_path / "a.ogg"
    soundfile.write(path, sweep(8).numpy(), SR, format="OGG", subtype=subtype)
    assert len(quietly(read, path)) == 8 * SR
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.warns(UserWarning, match=r"a.ogg: its last page is missing"):
        assert len(read(path)) < 8 * SR


@pytest.mark.parametrize("mark", [b".snd", b"RF64", b"RIFF", b"FORM", b"caff", b"riff", b"NIST", b"Crea"])
def test_a_mark_and_little_behind_it_is_no_sound(tmp_path, mark):
    for size in (*range(16), 24, 32):
        for rest in (
            bytes(size),
            b"\xff" * size,
            b"1" * size,
            (b"data" * 8)[:size],
            (bytes(8) + b"data" * 6)[:size],
        ):
            (tmp_path / "a.wav").write_bytes(mark + rest)
            with pytest.raises(AudioError):
                read(tmp_path / "a.wav")
