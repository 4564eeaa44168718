"""Small corpora for tests: tones as speakers, written with soundfile, listed in a manifest."""

import numpy as np
import soundfile

from course_lib.data.manifest import write_manifest

SR = 16_000


def tone(frequency, seconds=1.5, rate=SR, seed=0):
    """A tone with a little noise, so that no two files are equal."""
    time = np.arange(int(seconds * rate)) / rate
    noise = np.random.default_rng(seed).standard_normal(len(time))
    return (0.4 * np.sin(2 * np.pi * frequency * time) + 0.01 * noise).astype(np.float32)


def corpus_folder(folder, rows):
    """Write a corpus of the given rows; a row's `wave` (default: a tone of its own) and `rate` make its file."""
    written = []
    for number, row in enumerate(rows):
        row = dict(row)
        rate = row.pop("rate", SR)
        wave = row.pop("wave", None)
        wave = tone(200 + 37 * number, seed=number, rate=rate) if wave is None else wave
        path = folder / row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, wave, rate, subtype=row.pop("subtype", "PCM_16"))
        written.append({"duration_s": len(wave) / rate, **row})
    write_manifest(folder, written)
    return folder


def two_speakers(folder, **more):
    """Two speakers, three sessions each (train, valid, test), two clips a session, labels yes and no."""
    rows = [
        {
            "path": f"audio/{who}/{who}_{day}_{take}.wav",
            "speaker": who,
            "label": ("yes", "no")[take],
            "language": "en",
            "split": split,
            "session": f"{who}_{day}",
            **more,
        }
        for who in ("ana", "ben")
        for day, split in enumerate(("train", "valid", "test"))
        for take in range(2)
    ]
    return corpus_folder(folder, rows)
