"""Sound files: read whole or in part, stream, write. Each bad file gets one error that names it and what to do.

Files go through soundfile (libsndfile: WAV, FLAC, Ogg, MP3, AIFF ...); a file of another rate is resampled.
"""

import math
import re
import warnings
from pathlib import Path

import numpy as np
import soundfile
import torch

from course_lib.audio.waves import SR, WIDTH, as_int16, as_wave, ratio, resampler
from course_lib.errors import AudioError
from course_lib.paths import atomic_file

BLOCK = 1 << 20  # numbers read in one go: a header that lies about its length cannot ask for all memory
RATES = (1_000, 1_000_000)  # Hz; beyond them a header is damaged, and resampling would make much of little
LOUDEST = 8.0  # a float file may overshoot full scale a little (it is clipped); beyond this it is no sound
SYSTEM = 2  # libsndfile's number for an error of the disk
MP3_SLACK = 2 * 1152  # an MP3 header counts whole frames of 1152 samples, and some encoders pad

_noted = set()  # (where, rate) of the resamplings already told


def read(path, *, rate=SR, mono="refuse", resample=True, start=0, frames=-1, allow_silence=False, note=None):
    """Read a sound file. -> (n,) float32 in [-1, 1] at `rate` Hz.

    start, frames   the part to read, counted in samples at `rate` (frames=-1: to the end); the part is
                    sought, not read through, and is the same as a slice of the whole
    mono            "refuse" several channels, or "mix" them (their mean)
    resample        False refuses a file of another rate; True resamples and says so once per `note`
                    (a name for where the file comes from; its folder if not given)
    allow_silence   True accepts a file whose samples are all zero

    Raises AudioError for a file that is missing, empty, truncated, not audio, stereo (with "refuse"), of
    another rate (with resample=False), wholly silent, or that holds NaN or infinite samples.
    """
    path = Path(path)
    if mono not in ("refuse", "mix"):
        raise AudioError(f'expected mono="refuse" or mono="mix", got {mono!r}')
    with _opened(path) as file:
        if file.channels > 1 and mono == "refuse":
            raise AudioError(
                f'{path}: expected one channel, got {file.channels}; read(path, mono="mix") averages them'
            )
        if file.samplerate == rate:
            wave = _samples(file, path, start, frames)
        elif not resample:
            raise AudioError(
                f"{path}: expected {rate} Hz, got {file.samplerate} Hz; read(path, resample=True) converts it"
            )
        else:
            _tell_once(note or str(path.parent), file.samplerate, rate)
            wave = _resampled_part(file, path, rate, start, frames)
    if not allow_silence and not wave.any():
        raise _silent(path, len(wave))
    return torch.from_numpy(wave)


def stream(path, *, seconds=60.0, rate=SR, allow_silence=False, **settings):
    """Yield the file as waves of `seconds` each (the last may be shorter), so that ten hours need no more memory
    than a minute. Settings and errors as for `read`; silence is told at the end, when all of it was silent.
    """
    own_rate, _, frames = header(path)
    total, step = math.ceil(frames * rate / own_rate), round(seconds * rate)
    heard = allow_silence
    for start in range(0, total, step):
        wave = read(path, rate=rate, start=start, frames=step, allow_silence=True, **settings)
        heard = heard or bool(wave.any())
        yield wave
    if not heard:
        raise _silent(path, total)


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
    """(sampling rate in Hz, channels, frames) of a sound file, without reading its samples."""
    with _opened(Path(path)) as file:
        return file.samplerate, file.channels, file.frames


def _silent(path, samples):
    return AudioError(
        f"{path}: expected a sound, got {samples} samples that are all zero; leave the file out, "
        "or pass allow_silence=True if silence is meant"
    )


def _opened(path):
    """The open file; everything libsndfile can say against it becomes one AudioError."""
    if not path.is_file():
        raise AudioError(f"{path}: expected a sound file, found {'a folder' if path.is_dir() else 'nothing'}")
    if path.stat().st_size == 0:
        raise AudioError(f"{path}: expected a sound file, got an empty one (0 bytes); copy or make it again")
    try:
        file = soundfile.SoundFile(path)
    except (RuntimeError, TypeError, ValueError, OSError) as error:
        raise AudioError(
            f"{path}: expected audio that soundfile reads (WAV, FLAC, Ogg, MP3 ...), got something else or a "
            f"damaged file ({error}); copy or convert it again"
        ) from error
    cut = re.search(r"(?:data|SSND|riff|Data Size)\s*: (\d+) \(should be (\d+)\)", file.extra_info)
    if cut and int(cut[2]) < int(cut[1]) < 0x7FFF0000:  # larger: "length unknown", as a pipe writes it
        file.close()
        raise AudioError(
            f"{path}: truncated: the header promises {cut[1]} bytes, the file has {cut[2]}; copy or make it again"
        )
    if not RATES[0] <= file.samplerate <= RATES[1]:
        file.close()
        raise AudioError(
            f"{path}: expected a rate of {RATES[0]} to {RATES[1]} Hz, got {file.samplerate}; the file is damaged, make it again"
        )
    if file.frames == 0:
        file.close()
        raise AudioError(f"{path}: expected a sound, got a file with no samples; copy or make it again")
    return file


def _samples(file, path, start, frames):
    """`frames` samples from `start` at the file's own rate, channels averaged. -> (n,) float32, finite."""
    if start < 0 or start >= file.frames:
        raise AudioError(f"{path}: expected a start below {file.frames} samples, got {start}")
    wanted = file.frames - start if frames < 0 else min(frames, file.frames - start)
    parts, got, block = [], 0, max(1, BLOCK // file.channels)
    try:
        file.seek(start)
        while got < wanted:
            part = file.read(min(block, wanted - got), dtype="float32", always_2d=True)
            if not len(part):
                break
            parts.append(part[:, 0] if part.shape[1] == 1 else part.mean(axis=1))
            got += len(part)
    except RuntimeError as error:
        raise AudioError(f"{path}: damaged or truncated ({error}); copy or make it again") from error
    if got < wanted - (MP3_SLACK if file.format == "MP3" else 0) or got == 0:
        raise AudioError(
            f"{path}: truncated: expected {wanted} samples from {start}, got {got}; copy or make it again"
        )
    wave = parts[0] if len(parts) == 1 else np.concatenate(parts)
    peak = float(np.abs(wave).max())
    if not math.isfinite(peak):
        bad = int((~np.isfinite(wave)).sum())
        raise AudioError(f"{path}: expected numbers, got {bad} NaN or infinite samples; export it again")
    if peak > LOUDEST:
        raise AudioError(
            f"{path}: expected samples in [-1, 1], got a peak of {peak:.3g}; it looks like whole numbers "
            "stored as floats: divide by 32768 and write it again"
        )
    return np.clip(wave, -1, 1) if peak > 1 else np.ascontiguousarray(wave)


def _resampled_part(file, path, rate, start, frames):
    """As _samples, but counted at `rate`: read with a margin, so that a part equals a slice of the whole."""
    old, new = ratio(file.samplerate, rate)  # `old` samples of the file become `new` ones
    total = math.ceil(file.frames * rate / file.samplerate)
    if start < 0 or start >= total:
        raise AudioError(f"{path}: expected a start below {total} samples at {rate} Hz, got {start}")
    stop = total if frames < 0 else min(start + frames, total)
    margin = math.ceil(2 * WIDTH / min(old, new)) + 1
    first = max(0, start // new - margin)  # in steps of `new` output samples, so that both grids meet
    last = min(file.frames, (math.ceil(stop / new) + margin) * old)
    wave = resampler(old, new)(torch.from_numpy(_samples(file, path, first * old, last - first * old)))
    return wave[start - first * new : stop - first * new].clamp_(-1, 1).numpy()


def _tell_once(where, old, new):
    if (where, old) not in _noted:
        _noted.add((where, old))
        warnings.warn(f"{where}: recorded at {old} Hz, resampled to {new} Hz", stacklevel=3)
