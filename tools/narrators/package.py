"""From clips to the package: Opus files, and the table that the course reads."""

import csv
import hashlib

import numpy as np
import soundfile
from narrators import plan
from narrators.opus import LEVEL, WORDS_LEVEL, encode


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
    if all((clips / f"{word.name}.flac").exists() for word in plan.words()):
        pack_words(clips, audio)
    return rounds, sum(path.stat().st_size for path in audio.rglob("*") if path.is_file())


def pack_words(clips, audio):
    """The words of each narrator end to end in one file, and two tables: the files, and where each word lies."""
    (audio / "words").mkdir(exist_ok=True)
    files, lies = [], []
    for who in dict.fromkeys(word.narrator for word in plan.words()):
        own = [word for word in plan.words() if word.narrator == who]
        waves = [soundfile.read(clips / f"{word.name}.flac", dtype="float32")[0] for word in own]
        ends = np.cumsum([len(wave) for wave in waves])
        row = _kept(np.concatenate(waves), audio, f"words/{who.name}.opus", WORDS_LEVEL)
        files.append(row | {
            "speaker": who.name, "sex": who.sex, "accent": who.origin, "voices": " ".join(who.voices),
        })  # fmt: skip
        lies += [
            {"path": row["path"], "start": end - len(wave), "stop": end, "label": word.text, "language": word.language}
            for word, wave, end in zip(own, waves, ends)
        ]  # fmt: skip
    _write(audio / "words_voices.csv", files)
    _write(audio / "words.csv", lies)


def _write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def _encoded(clips, audio, folder, name):
    """A clip written to the package as Opus -> the columns that say which file it is."""
    wave, rate = soundfile.read(clips / f"{name}.flac", dtype="float32")
    return _kept(wave, audio, f"{folder}/{name}.opus", LEVEL, rate)


def _kept(wave, audio, path, level, rate=16_000):
    content = encode(wave, rate, level)
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
