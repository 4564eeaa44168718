"""From clips to the package: Opus files, and the table that the course reads."""

import csv
import hashlib

import soundfile
from narrators import plan
from narrators.opus import encode


def pack(clips, audio):
    """Encode the sessions that all narrators have into the folder `audio` -> how many sessions, and bytes."""
    every = plan.readings()
    rounds = len(plan.SPLITS)
    while rounds and not all((clips / f"{r.name}.flac").exists() for r in every if r.session < rounds):
        rounds -= 1
    if rounds < 4:
        raise SystemExit(f"expected four sessions or more of every narrator in {clips}, got {rounds}")
    (audio / "readings").mkdir(parents=True, exist_ok=True)
    rows = [_reading(reading, clips, audio) for reading in every if reading.session < rounds]
    rows.sort(key=lambda row: row["session"])
    _write(audio / "readings.csv", rows)
    steps = plan.continuum()
    if all((clips / f"{step.name}.flac").exists() for step in steps):
        (audio / "continuum").mkdir(exist_ok=True)
        _write(audio / "continuum.csv", [_step(step, clips, audio) for step in steps])
    return rounds, sum(path.stat().st_size for path in audio.rglob("*") if path.is_file())


def _write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def _encoded(clips, audio, folder, name):
    """A clip written to the package as Opus -> the columns that say which file it is."""
    wave, rate = soundfile.read(clips / f"{name}.flac", dtype="float32")
    content, path = encode(wave, rate), f"{folder}/{name}.opus"
    (audio / path).write_bytes(content)
    checksum = hashlib.sha256(content).hexdigest()
    return {"path": path, "sha256": checksum, "duration_s": f"{len(wave) / rate:.3f}"}


def _reading(reading, clips, audio):
    who = reading.narrator
    text, author, title, year = plan.passages(who.role)[reading.passage]
    return _encoded(clips, audio, "readings", reading.name) | {
        "speaker": who.name, "session": reading.name, "role": who.role, "split": plan.SPLITS[reading.session],
        "sex": who.sex, "accent": who.origin, "voices": " ".join(who.voices), "speed": reading.speed,
        "author": author, "title": title, "year": year, "text": text,
    }  # fmt: skip


def _step(step, clips, audio):
    return _encoded(clips, audio, "continuum", step.name) | {
        "pair": step.pair, "step": step.number, "share": step.share, "first": step.first.name,
        "second": step.second.name, "text": plan.SENTENCE,
    }  # fmt: skip
