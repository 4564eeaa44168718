"""Sound files: read whole or in part, stream, write. Each bad file gets one error that names it and what to do.

Files go through soundfile (libsndfile: WAV, FLAC, Ogg, MP3, AIFF ...); a file of another rate is resampled.
"""

import math
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
import torch

from course_lib.audio.channels import single_channel
from course_lib.audio.onward import Onward
from course_lib.audio.opened import Recording, tell_once
from course_lib.audio.waves import SR, WIDTH, as_int16, as_wave, ratio, resampler
from course_lib.errors import AudioError
from course_lib.paths import atomic_file

LOUDEST = 8.0  # a float file may overshoot full scale a little (it is clipped); beyond this it is no sound
SYSTEM = 2  # libsndfile's number for an error of the disk
LONG = 600  # s; from here on a recording is read in parts
TELEPHONE = 8_400  # Hz; a rate up to here holds a telephone's band, and no more


def read(path, *, rate=SR, mono="refuse", resample=True, start=0, frames=-1, allow_silence=False, note=None):
    """Read a sound file. -> (n,) float32 in [-1, 1] at `rate` Hz.

    start, frames   the part to read, counted in samples at `rate` (frames=-1: to the end); the part is
                    sought, not read through, and is the same as a slice of the whole
    mono            "refuse" several channels, or "mix" them (their mean; where they cancel each other, the loudest
                    channel, with a warning)
    resample        False refuses a file of another rate; True resamples and says so once per `note`
                    (a name for where the file comes from; its folder if not given)
    allow_silence   True accepts a file whose samples are all zero

    A header that is wrong about the length is not believed: all of the sound is read, or a warning says what is not.

    Raises AudioError for a file that is missing, empty, truncated, not audio, stereo (with "refuse"), of
    another rate (with resample=False), wholly silent, or that holds NaN or infinite samples.
    """
    with opened(path, rate=rate, mono=mono, resample=resample, note=note) as file:
        return wave_of(file, rate=rate, start=start, frames=frames, allow_silence=allow_silence)


def wave_of(file, *, rate=SR, start=0, frames=-1, allow_silence=False):
    """The same of an open Recording. A long one is read in parts, so that it lies in memory once."""
    whole = start == 0 and frames < 0
    if whole and file.frames > LONG * file.rate:
        wave, end = np.empty(math.ceil(file.frames * rate / file.rate), dtype=np.float32), 0
        for part in parts_of(file, rate=rate, allow_silence=True):
            wave[end : end + len(part)] = part
            end += len(part)
        wave = wave[:end]
    else:
        wave = _part(file, rate, start, frames)
    if not allow_silence and not wave.any():
        raise _silent(file.path, len(wave))
    return torch.from_numpy(wave)


def stream(path, *, seconds=60.0, rate=SR, mono="refuse", resample=True, allow_silence=False, note=None):
    """Yield the file as waves of `seconds` each (the last may be shorter), so that ten hours need no more memory
    than a minute. Settings and errors as for `read`; silence is told at the end, when all of it was silent.
    """
    with opened(path, rate=rate, mono=mono, resample=resample, note=note) as file:
        for part in parts_of(file, seconds=seconds, rate=rate, allow_silence=allow_silence):
            yield torch.from_numpy(part)


def parts_of(file, *, seconds=60.0, rate=SR, allow_silence=False):
    """The same of an open Recording, as arrays."""
    step, total = round(seconds * rate), math.ceil(file.frames * rate / file.rate)
    onward, heard = Onward(file), allow_silence
    for start in range(0, total, step):
        part = _part(onward, rate, start, step)
        heard = heard or part.max() > 0 or part.min() < 0
        yield part
    if not heard:
        raise _silent(file.path, total)


def write(path, wave, rate=SR):
    """Write a (n,) wave in [-1, 1] as 16-bit audio; the name's ending chooses WAV, FLAC, Ogg ... -> path.

    The file appears whole or not at all. Raises AudioError for more than one dimension, no samples, NaN,
    or a peak above 1 (which would be clipped).
    """
    wave = as_wave(wave)
    if wave.ndim != 1 or not len(wave):
        raise AudioError(f"expected a wave of shape (n,) with n > 0, got {tuple(wave.shape)}")
    peak = float(wave.abs().max())
    if not peak <= 1.0:  # also true for NaN
        raise AudioError(
            f"expected samples in [-1, 1], got a peak of {peak:.3g}; wave / wave.abs().max() scales it"
        )
    try:
        with atomic_file(path) as part:
            soundfile.write(part, as_int16(wave), rate)
            if header(part)[2] < len(wave):  # a full disk is not always told by libsndfile
                raise OSError("fewer samples arrived than were written")
    except (
        AssertionError,
        AudioError,
        OSError,
    ) as error:  # AssertionError: soundfile's word for a disk that is full
        raise AudioError(
            f"{path}: could not be written ({error}); make room, or name a folder that is yours"
        ) from error
    except (RuntimeError, TypeError, ValueError) as error:
        advice = "make room" if getattr(error, "code", 0) == SYSTEM else "name it .wav or .flac"
        raise AudioError(f"{path}: could not be written ({error}); {advice}") from error
    return Path(path)


def header(path):
    """(sampling rate in Hz, channels, frames) of a sound file, without reading its samples where its header is right."""
    with Recording(path) as file:
        return file.rate, file.channels, file.frames


def _silent(path, samples):
    return AudioError(
        f"{path}: expected a sound, got {samples} samples that are all zero; leave the file out, "
        "or pass allow_silence=True if silence is meant"
    )


@contextmanager
def opened(path, *, rate=SR, mono="refuse", resample=True, note=None):
    """The open Recording, its channels and its rate as they were asked for; settings and errors as for `read`.

    rate=None takes any rate.
    """
    if mono not in ("refuse", "mix"):
        raise AudioError(f'expected mono="refuse" or mono="mix", got {mono!r}')
    with Recording(path) as file:
        if file.channels > 1 and mono == "refuse":
            raise AudioError(
                f'{path}: expected one channel, got {file.channels}; read(path, mono="mix") averages them'
            )
        if rate and file.rate != rate:
            if not resample:
                raise AudioError(
                    f"{path}: expected {rate} Hz, got {file.rate} Hz; read(path, resample=True) converts it"
                )
            _tell_of_the_rate(note or str(file.path.parent), file.rate, rate)
        yield file


def _part(file, rate, start, frames):
    """`frames` samples at `rate` from `start`, clipped to [-1, 1]. -> (n,) float32"""
    return _samples(file, start, frames) if file.rate == rate else _resampled_part(file, rate, start, frames)


def _samples(file, start, frames):
    """`frames` samples from `start` at the file's own rate, channels averaged. -> (n,) float32, finite."""
    if start < 0 or start >= file.frames:
        raise AudioError(f"{file.path}: expected a start below {file.frames} samples, got {start}")
    wanted = file.frames - start if frames < 0 else min(frames, file.frames - start)
    alone = single_channel(file) if file.channels > 1 else None
    parts = [_as_mono(block, alone) for block in file.read(start, wanted)]
    got = sum(map(len, parts))
    if got < wanted - file.slack or got == 0:
        raise AudioError(
            f"{file.path}: truncated: expected {wanted} samples from {start}, got {got}; copy or make it again"
        )
    wave = parts[0] if len(parts) == 1 else np.concatenate(parts)
    peak = float(max(wave.max(), -wave.min()))  # NaN where one sample is
    if not math.isfinite(peak):
        bad = int((~np.isfinite(wave)).sum())
        raise AudioError(f"{file.path}: expected numbers, got {bad} NaN or infinite samples; export it again")
    if peak > LOUDEST:
        raise AudioError(
            f"{file.path}: expected samples in [-1, 1], got a peak of {peak:.3g}; it looks like whole numbers "
            "stored as floats: divide by 32768 and write it again"
        )
    return np.clip(wave, -1, 1) if peak > 1 else np.ascontiguousarray(wave)


def _as_mono(block, alone):
    """One channel of a block (n, channels): the one to be read alone, or all of them averaged. -> (n,)"""
    if block.shape[1] == 1:
        return block[:, 0]
    return block.mean(axis=1) if alone is None else block[:, alone]


def _resampled_part(file, rate, start, frames):
    """As _samples, but counted at `rate`: read with a margin, so that a part equals a slice of the whole."""
    old, new = ratio(file.rate, rate)  # `old` samples of the file become `new` ones
    total = math.ceil(file.frames * rate / file.rate)
    if start < 0 or start >= total:
        raise AudioError(f"{file.path}: expected a start below {total} samples at {rate} Hz, got {start}")
    stop = total if frames < 0 else min(start + frames, total)
    margin = math.ceil(2 * WIDTH / min(old, new)) + 1
    first = max(0, start // new - margin)  # in steps of `new` output samples, so that both grids meet
    last = min(file.frames, (math.ceil(stop / new) + margin) * old)
    wave = resampler(old, new)(torch.from_numpy(_samples(file, first * old, last - first * old)))
    return wave[start - first * new : stop - first * new].clamp_(-1, 1).numpy()


def _tell_of_the_rate(where, old, new):
    band = f"; a telephone's band, nothing above {old / 2000:g} kHz: names of speakers are less sure"
    tell_once(
        where, old, f"{where}: recorded at {old} Hz, resampled to {new} Hz" + band * (old <= TELEPHONE < new)
    )
