"""Writing a corpus: pieces made on all cores, clip by clip to FLAC, then the manifest, then one move into place.

A piece (one session of a speaker, one voice's words) is a function of its arguments alone, so one process or
eight make the same bytes.
"""

import csv
from contextlib import closing
from pathlib import Path

import numpy as np
import soundfile
from joblib.externals.loky import ProcessPoolExecutor  # works from notebooks and unguarded scripts

from course_lib.data.fingerprint import sha256
from course_lib.errors import DataError
from course_lib.paths import atomic_folder
from course_lib.seeding import usable_cores

SR = 16_000
COLUMNS = ["path", "speaker", "label", "language", "split", "duration_s"]  # every corpus has these, first


def write_corpus(folder, make, pieces, readme, *, progress=None, processes=None):
    """Make every piece with `make(part, *piece)` -> manifest rows, write manifest.csv and README.md.

    `progress(done, total)` is called after each piece. Raises DataError where the folder cannot be written.
    """
    folder, pieces = Path(folder), list(pieces)
    processes = min(processes or usable_cores(), len(pieces))
    try:
        with atomic_folder(folder) as part:
            rows = []
            with closing(_run(make, part, pieces, processes)) as stream:  # an interruption stops the workers
                for done, made in enumerate(stream, start=1):
                    rows += made
                    if progress:
                        progress(done, len(pieces))
            columns = COLUMNS + [name for name in rows[0] if name not in COLUMNS]
            with open(part / "manifest.csv", "w", newline="", encoding="utf-8") as file:
                table = csv.DictWriter(file, columns, lineterminator="\n")
                table.writeheader()
                table.writerows(rows)
            (part / "README.md").write_text(readme, encoding="utf-8")
    except (OSError, soundfile.LibsndfileError) as error:
        raise DataError(
            f"cannot write the corpus {folder}: {error}; make room, or choose a folder that is yours"
        ) from error
    return folder


def _run(make, part, pieces, processes):
    if processes == 1:
        yield from (make(part, *piece) for piece in pieces)
        return
    pool = ProcessPoolExecutor(processes)
    done = False
    try:
        for future in [pool.submit(make, part, *piece) for piece in pieces]:
            yield future.result()
        done = True
    finally:
        pool.shutdown(wait=True, kill_workers=not done)  # after an error or Ctrl-C nobody writes on


def write_clip(part, name, wave):
    """Write a wave as 16-bit FLAC; return the manifest's path, duration and checksum."""
    path = Path(part) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.round(np.clip(wave, -1, 1) * 32767).astype(np.int16)
    soundfile.write(path, samples, SR, format="FLAC", subtype="PCM_16")
    seconds, checksum = len(samples) / SR, sha256(path)
    return {"path": name, "duration_s": f"{seconds:.3f}", "sha256": checksum}
