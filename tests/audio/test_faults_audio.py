"""Sounds as they come: every rate, channel count, sample format, length and name; and what is no sound."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from course_lib.audio import SR, fit_second, header, read, stream, tone, write
from course_lib.errors import AudioError
from course_lib.features import spectrogram

RATES = (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000)
FORMATS = ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")


@pytest.mark.filterwarnings("ignore:.*resampled")
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2, 3, 8])
def test_rates_and_channels(tmp_path, rate, channels):
    """A tone of 1 kHz comes as a tone of 1 kHz at half of full scale, whatever it was stored in."""
    subtype = FORMATS[(RATES.index(rate) + channels) % len(FORMATS)]
    wave = np.repeat(tone(1_000, 0.5, rate=rate).numpy()[:, None], channels, axis=1)
    soundfile.write(tmp_path / "a.wav", wave, rate, subtype=subtype)
    got = read(tmp_path / "a.wav", mono="mix")
    assert got.dtype == torch.float32 and len(got) == SR // 2
    middle = slice(1_000, 7_000)
    assert torch.allclose(got[middle], tone(1_000, 0.5)[middle], atol=1 / 100)


@pytest.mark.filterwarnings("ignore:.*resampled")
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_one_sample_is_a_sound(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", np.array([0.5], np.float32), rate)
    wave = read(tmp_path / "a.wav")
    assert 1 <= len(wave) <= 2 and wave.isfinite().all() and wave.any()
    assert spectrogram(fit_second(wave)).isfinite().all()


@pytest.mark.parametrize("rate", [1, 999, 1_000_001, 2**31 - 1])
def test_a_rate_that_no_recording_has(tmp_path, rate):
    stored = bytearray(write(tmp_path / "a.wav", tone(440)).read_bytes())
    stored[24:28] = struct.pack("<I", rate)
    (tmp_path / "a.wav").write_bytes(stored)
    with pytest.raises(AudioError, match=f"got {rate}"):
        read(tmp_path / "a.wav")


def test_full_scale_clipping_stays_within_one(tmp_path):
    square = np.sign(tone(100).numpy()) * 4
    soundfile.write(tmp_path / "a.wav", np.clip(square, -1, 1), SR)
    assert read(tmp_path / "a.wav").abs().max() == 1
    soundfile.write(tmp_path / "b.wav", square, SR, subtype="FLOAT")
    assert read(tmp_path / "b.wav").abs().max() == 1


@pytest.mark.parametrize(
    "name",
    [
        "two words.wav",
        "éàü ñ.flac",
        "🎧🎤.wav",
        "x" * 251 + ".wav",
        "é" * 125 + ".wav",
        "🎧" * 62 + ".flac",
        "-rf.wav",
    ],
    ids=["spaces", "accents", "emoji", "255 letters", "255 bytes of accents", "255 bytes of emoji", "a dash"],
)
def test_any_name_up_to_255(tmp_path, name):
    assert len(name.encode()) <= 255
    assert len(read(write(tmp_path / name, tone(440)))) == SR
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_that_no_disk_takes_is_an_audio_error(tmp_path):
    with pytest.raises(AudioError, match="could not be written"):
        write(tmp_path / ("x" * 300 + ".wav"), tone(440))


HOURS = """
import json, sys
import course_lib.audio as audio
status = lambda: int(next(l.split()[1] for l in open("/proc/self/status") if l.startswith("VmHWM"))) // 1024
next(audio.stream(sys.argv[1]))
before, total, last = status(), 0, None
for wave in audio.stream(sys.argv[1]):
    total, last = total + len(wave), wave
print(json.dumps([total, float(last[-1]), float(last[0]), status() - before]))
"""


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="peak memory is read from /proc")
def test_ten_hours_need_no_more_memory_than_a_minute(tmp_path):
    """576 million samples of 8 bits, most of them a hole in a sparse file: read minute by minute, to the last one."""
    samples, path = 10 * 3600 * SR, tmp_path / "long.wav"
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + samples,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        SR,
        SR,
        1,
        8,
        b"data",
        samples,
    )
    with open(path, "wb") as file:
        file.write(head)
        file.seek(samples - 1, os.SEEK_CUR)
        file.write(bytes([192]))  # half of full scale
    assert header(path) == (SR, 1, samples)
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", HOURS, str(path)], env={**os.environ, "PYTHONPATH": root},
                          stdout=subprocess.PIPE, text=True, check=True)  # fmt: skip
    total, last, first, megabytes = json.loads(done.stdout)
    assert total == samples and last == 0.5 and first == -1.0  # a hole of zeros is -1 in 8 bits
    assert megabytes < 50
    assert len(read(path, start=samples - SR, frames=SR)) == SR  # sought, not read through
    path.unlink()


@pytest.mark.filterwarnings("ignore:.*resampled")
def test_random_bytes_under_any_ending(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, 5_000, dtype=np.uint8).tobytes()
    for suffix in (".wav", ".flac", ".ogg", ".mp3", ".aiff", ".au", ".txt"):
        (tmp_path / f"a{suffix}").write_bytes(noise)
        try:
            wave = next(stream(tmp_path / f"a{suffix}"))
        except AudioError as error:
            assert "a" + suffix in str(error)
        else:  # a decoder of MP3 finds a frame or two in almost anything
            assert wave.isfinite().all() and 0 < len(wave) < SR
