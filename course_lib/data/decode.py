"""One recording of any kind into the course's: mono, 16 kHz, 16-bit FLAC, four minutes at a time.

16-bit recordings at 16 kHz stay the same to the last bit. What is wrong with a recording, `audio.read` says.
"""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from course_lib.data import fingerprint
from course_lib.errors import AudioError

SR = 16_000
LOSSLESS = {".wav", ".flac", ".aif", ".aiff", ".aifc", ".w64", ".rf64", ".caf"}
BLOCK = 240 * SR  # samples read in one go (15 MB): ten hours need no more memory than four minutes
FFMPEG = {  # endings of sound that libsndfile does not know and ffmpeg does
    ".3g2", ".3gp", ".aac", ".ac3", ".adts", ".alac", ".amr", ".ape", ".avi", ".dts", ".flv", ".m4a", ".m4b",
    ".m4v", ".mka", ".mkv", ".mov", ".mp4", ".mpc", ".mpg", ".qta", ".spx", ".tta", ".weba", ".webm", ".wma", ".wmv", ".wv",
}  # fmt: skip
SUFFIXES = FFMPEG | {  # and those that it knows
    ".aif", ".aifc", ".aiff", ".au", ".avr", ".caf", ".flac", ".htk", ".ircam", ".mat4", ".mat5", ".mp2", ".mp3", ".mpc2k", ".nist",
    ".oga", ".ogg", ".opus", ".paf", ".pvf", ".raw", ".rf64", ".sd2", ".sds", ".snd", ".sph", ".svx", ".voc", ".w64", ".wav", ".wavex", ".wve", ".xi",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the manifest needs to know of a written file."""

    duration_s: float
    sha256: str


def decode(source, target, *, note="the originals"):
    """Write `source` to `target` as FLAC -> Decoded; the file appears whole or not at all.

    Channels are averaged. What libsndfile cannot open is read through ffmpeg, where that is installed.
    Raises AudioError for audio that is missing, damaged, cut off, empty, silent or NaN, and OSError for a disk that
    is full.
    """
    source, target = Path(source), Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with readable(source, target.parent) as wave:
        return _decode(wave, target, note)


@contextmanager
def readable(source, folder=None):
    """The path of a file that libsndfile reads: `source` itself or, by its ending, what ffmpeg makes of it.

    folder  where that is kept meanwhile (None: where the system keeps such files)
    AudioErrors that are raised inside name `source`.
    """
    source = Path(source)
    if source.suffix.lower() not in FFMPEG:
        yield source
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix=".ffmpeg-") as kept:
        wave = Path(kept) / f"{source.name}.wav"
        _through_ffmpeg(source, wave)
        try:
            yield wave
        except AudioError as error:
            raise AudioError(str(error).replace(str(wave), str(source))) from error


def _decode(source, target, note):
    import soundfile

    part = target.with_name(f".{target.name}.part")
    frames, loud = 0, False
    try:
        with open(part, "wb", buffering=0) as file:
            sink = _Sink(file)
            with soundfile.SoundFile(sink, "w", SR, 1, "PCM_16", format="FLAC") as made:
                for block in _blocks(source, note):
                    loud = loud or bool(block.any())
                    made.write(block)
                    frames += len(block)
            if sink.error:
                raise sink.error
        if not loud:
            raise AudioError(f"{source}: silent: every sample is zero; leave the file out")
        decoded = Decoded(round(frames / SR, 3), fingerprint.sha256(part))
        os.replace(part, target)
        return decoded
    except (soundfile.LibsndfileError, AssertionError) as error:  # soundfile's words for a disk that is full
        raise sink.error or error from error
    finally:
        part.unlink(missing_ok=True)


class _Sink:
    """A file to write to that keeps the error of a full disk: libsndfile does not tell of one while it closes a file."""

    def __init__(self, file):
        self.file, self.error = file, None
        self.seek, self.tell = file.seek, file.tell

    def write(self, data):
        data, done = bytes(data), 0
        try:
            while done < len(data):
                done += self.file.write(data[done:])
        except OSError as error:
            self.error = self.error or error
        return done

    def read(self, count=-1):  # soundfile asks for it and never calls it
        raise OSError("only written to")


def _blocks(source, note):
    """The recording as blocks of 16-bit numbers, (n,) int16 at 16 kHz."""
    import numpy as np

    from course_lib.audio import header, stream

    if source.suffix.lower() in LOSSLESS and (yield from _as_they_are(source, *header(source))):
        return
    for wave in stream(source, seconds=BLOCK / SR, mono="mix", allow_silence=True, note=note):
        wave = np.multiply(wave.numpy(), 32768)
        yield np.clip(np.rint(wave, out=wave), -32768, 32767, out=wave).astype(np.int16)


def _as_they_are(source, rate, channels, frames):
    """Blocks of the samples that a file of 16 bits at 16 kHz holds, without a detour over floats; -> whether it is one."""
    import soundfile

    from course_lib.audio.true_parts import place_of

    with soundfile.SoundFile(place_of(source)) as file:
        if (rate, channels, file.subtype, file.frames) != (SR, 1, "PCM_16", frames):
            return False
        while frames:
            try:
                block = file.read(min(BLOCK, frames), dtype="int16")
            except RuntimeError as error:
                raise AudioError(
                    f"{source}: damaged or truncated ({error}); copy or make it again"
                ) from error
            if not len(block):
                raise AudioError(f"{source}: truncated: {frames} samples are missing; copy or make it again")
            frames -= len(block)
            yield block
    return True


def _through_ffmpeg(source, wave):
    """Write the first sound track of any file that ffmpeg knows as a WAV of 16-bit samples."""
    from course_lib.audio.opened import conversion

    if not source.is_file():
        raise AudioError(
            f"{source}: expected a sound file, found {'a folder' if source.is_dir() else 'nothing'}"
        )
    kind = source.suffix.lower()
    advice = f"convert it: {conversion(source)}"
    if not (program := shutil.which("ffmpeg")):
        raise AudioError(f"{source}: {kind} needs ffmpeg, which is not installed; install it, or {advice}")
    command = [program, "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-i", f"file:{source}"]
    command += ["-map", "0:a:0", "-c:a", "pcm_s16le", "-rf64", "auto", f"file:{wave}"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
    if done.returncode or not wave.is_file():
        why = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise AudioError(
            f"{source}: ffmpeg cannot read it ({why}); open it in a player, and record or {advice}"
        )
    if done.stderr.strip():  # ffmpeg leaves out what it cannot decode, and says that all is well
        why = done.stderr.strip().splitlines()[-1]
        raise AudioError(
            f"{source}: damaged or cut off: ffmpeg reads only a part of it ({why}); copy it again"
        )
