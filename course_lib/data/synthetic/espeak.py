"""The speech synthesiser espeak-ng inside this process, through ctypes: text and voice in, samples out.

The library and its data come with the package espeakng-loader (GPL-3.0-or-later); the course calls it and
copies nothing from it. Ref: speak_lib.h of https://github.com/espeak-ng/espeak-ng, functions espeak_*.

The same words in the same voice always give the same samples, whatever was said before. That needs care:
espeak-ng keeps its pitch-flutter phase, its roughness cycle and its noise generator in static variables which
no call resets. Loading the library afresh for every utterance does (0.5 ms; speaking takes about 6 ms).
"""

import _ctypes
import ctypes
import shutil
import tempfile
import threading
from functools import cache
from math import gcd
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from course_lib.errors import AudioError, DataError

SR, ESPEAK_RATE = 16_000, 22_050
SYNCHRONOUS, UTF8, DONT_EXIT = (
    2,
    1,
    0x8000,
)  # espeak_AUDIO_OUTPUT, espeakCHARS_UTF8, espeakINITIALIZE_DONT_EXIT
RATE, PITCH = 1, 3  # espeak_PARAMETER
CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
ADVICE = "install it with: python -m pip install espeakng-loader"

_lock = threading.Lock()  # the library is one set of static variables: one utterance at a time
_chunks = []


@CALLBACK
def _collect(samples, count, events):
    if samples and count > 0:
        _chunks.append(np.ctypeslib.as_array(samples, (count,)).copy())
    return 0


def utter(text, language="en-us", *, variant="", dialect="", rate=170):
    """Say `text`; return 1-D float32 in [-1, 1] at 16 kHz, cut to where there is sound.

    `language` is an espeak-ng voice such as "en-us" or "pl"; `variant` and `dialect` are the texts of a voice
    variant file and of a language file (espeak-ng's docs/voices.md); `rate` is in words a minute.
    Raises AudioError for nothing to say and for a language that is not there, DataError without espeak-ng.

    >>> wave = utter("hello")
    >>> wave.dtype == np.float32 and 0.2 < len(wave) / SR < 1
    True
    """
    if not isinstance(text, str) or not text.strip():
        raise AudioError(f"expected some text to speak, got {text!r}; pass a word or a sentence")
    if not 80 <= rate <= 450:
        raise AudioError(f"expected a rate of 80 to 450 words a minute, got {rate}; 170 is usual")
    with _lock:
        library, data = _load(), data_folder()
        try:
            (data / "voices" / "!v" / "course").write_text(f"language variant\nname course\n{variant}\n")
            if dialect:
                (data / "lang" / "course").write_text(dialect, encoding="utf-8")
            if library.espeak_Initialize(SYNCHRONOUS, 0, str(data).encode(), DONT_EXIT) != ESPEAK_RATE:
                raise DataError(f"espeak-ng cannot read its data in {data}; {ADVICE}, then try again")
            library.espeak_SetSynthCallback(_collect)
            if library.espeak_SetVoiceByName(f"{'course' if dialect else language}+course".encode()) != 0:
                raise AudioError(f"espeak-ng speaks no {language!r}; it speaks {', '.join(languages())}")
            library.espeak_SetParameter(RATE, int(rate), 0)
            words = text.encode()
            _chunks.clear()
            library.espeak_Synth(words, len(words) + 1, 0, 1, 0, UTF8, None, None)
            library.espeak_Synchronize()
            wave = np.concatenate(_chunks) if _chunks else np.zeros(0, np.int16)
        finally:
            _chunks.clear()
            library.espeak_Terminate()
            _unload(library)
    loud = np.flatnonzero(np.abs(wave) > 60)  # -55 dB re full scale
    if len(loud) == 0:
        raise AudioError(f"espeak-ng has no sound for {text!r} in {language!r}; check spelling and language")
    return resampled(wave[loud[0] : loud[-1] + 1].astype(np.float32) / 32768, ESPEAK_RATE, SR)


def resampled(wave, old, new):
    """`wave` (n,) at `old` Hz -> (about n * new / old,) at `new` Hz, float32, band-limited."""
    common = gcd(old, new)
    return resample_poly(wave, new // common, old // common).astype(np.float32)


@cache
def languages():
    """Sorted names of the languages and dialects that espeak-ng speaks: ('af', 'am', ...)."""
    found = set()
    for path in (original_data() / "lang").rglob("*"):
        if path.is_file():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                if line.startswith("language "):
                    found.add(line.split()[1])
    return tuple(sorted(found))


@cache
def language_file(language):
    """The text of espeak-ng's own file for a language: where a dialect starts from."""
    for path in sorted((original_data() / "lang").rglob("*")):
        if path.is_file() and path.name.lower() == language.lower():
            return path.read_text(encoding="utf-8")
    raise AudioError(f"espeak-ng speaks no {language!r}; it speaks {', '.join(languages())}")


def original_data():
    """The folder of espeak-ng's data as installed. DataError where the package is missing or incomplete."""
    try:
        import espeakng_loader
    except ImportError as error:
        raise DataError(f"the speech synthesiser espeak-ng is not installed; {ADVICE}") from error
    folder = Path(espeakng_loader.get_data_path())
    if not (folder / "phontab").is_file():
        raise DataError(f"espeak-ng's data are missing in {folder}; {ADVICE} --force-reinstall")
    return folder


def data_folder():
    """A temporary view of espeak-ng's data (links, or copies) in which a voice of our own can be written."""
    return Path(_view().name)


@cache
def _view():
    view = tempfile.TemporaryDirectory(prefix="course-voices-")
    (Path(view.name) / "voices" / "!v").mkdir(parents=True)
    (Path(view.name) / "lang").mkdir()
    source = original_data()
    entries = [path for path in source.iterdir() if path.name not in ("voices", "lang")]
    for path in [*entries, *(source / "lang").iterdir()]:
        target = Path(view.name) / path.relative_to(source)
        try:
            target.symlink_to(path, target_is_directory=path.is_dir())
        except OSError:  # Windows lets only some users make links
            shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)
    return view


def _load():
    original_data()
    import espeakng_loader

    path = espeakng_loader.get_library_path()
    try:
        return ctypes.CDLL(path)
    except OSError as error:
        raise DataError(
            f"the speech synthesiser espeak-ng does not load from {path} ({error}); {ADVICE} --force-reinstall"
        ) from error


def _unload(library):
    close = getattr(_ctypes, "dlclose", None) or _ctypes.FreeLibrary  # POSIX or Windows
    close(library._handle)
