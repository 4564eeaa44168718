"""What `course doctor` asks the course: recordings, JupyterLab, sound."""

import base64
import io
import os
import re
from importlib import metadata
from pathlib import Path

from course_lib import paths
from course_lib.cli._check_result import Finding, judge, ok


def check_recordings():
    """The embedded corpora are there, and each file is the one that its manifest lists (checksums)."""
    from course_lib.data import changed, synthetic

    folders = {name: paths.made_root() / name for name in synthetic.MAKERS}
    missing = [name for name, folder in folders.items() if not (folder / "manifest.csv").exists()]
    if len(missing) == len(folders):  # a new copy: nothing is wrong yet
        found = f"not made yet: {', '.join(missing)}"
        yield Finding(
            "recordings", "note", found, "course lab makes them the first time; or: course data make"
        )
        return
    for name, folder in folders.items():
        if name in missing:
            yield Finding("recordings", "wrong", f"{name} is not there", f"course data make {name}")
            continue
        faults = changed(folder)
        found = (
            f"{name}: {faults[0]}, {len(faults)} in all" if faults else f"{name}: every file as it was made"
        )
        yield judge("recordings", not faults, found, f"remove {folder}, then: course data make {name}")


def check_course_data():
    named = os.environ.get("COURSE_DATA")
    if not named:
        yield ok("COURSE_DATA", "not set: the embedded recordings only (set it to a folder with more)")
        return
    folder = paths.data_roots()[0]
    names = sorted(path.parent.name for path in folder.glob("*/manifest.csv"))
    found = f"{folder}: {', '.join(names) or 'no corpus in it'}"
    if names and not os.access(folder, os.W_OK):
        found += " (read-only, which is fine: what the course makes goes elsewhere)"
    yield judge("COURSE_DATA", bool(names), found, "name the folder that holds the folders of the corpora")


def check_jupyterlab():
    from jupyterlab.commands import get_app_dir

    page = Path(get_app_dir(), "static", "index.html")
    found = f"{metadata.version('jupyterlab')}, widgets {metadata.version('ipywidgets')}"
    yield judge("jupyterlab", page.exists(), found, f"{page} is missing: make env")


def check_sound():
    """Files can be written and read back, and the player that a notebook shows holds a 16-bit WAV of the sound."""
    import soundfile

    from course_lib import audio
    from course_lib.teaching.plots import player

    wave, changed = audio.tone(440, 0.5), []
    for kind, within in {
        "WAV": 1e-4,
        "FLAC": 1e-4,
        "OGG": 0.1,
    }.items():  # 16 bits: 2**-15 = 3e-5; Vorbis loses
        file = io.BytesIO()
        soundfile.write(file, wave.numpy(), audio.SR, format=kind)
        file.seek(0)
        back, rate = soundfile.read(file)
        if rate != audio.SR or len(back) != len(wave) or abs(back - wave.numpy()).max() > within:
            changed.append(kind)
    found = f"soundfile {soundfile.__version__}: WAV, FLAC and OGG come back as written"
    yield judge(
        "sound files", not changed, found if not changed else f"{changed} come back changed", "make env"
    )
    made = is_player(player.Sound(wave, label="a tone").html)
    yield judge(
        "player", made, "a page's player with a 16-bit WAV" if made else "no 16-bit WAV in it", "make env"
    )
    yield Finding(
        "your ears", "note", "only you can hear it", "play the first voice of lesson 00; see its last section"
    )


def is_player(html: str) -> bool:
    """True for an <audio> element that carries mono 16-bit PCM in a WAV."""
    found = re.search(r'src="data:audio/wav;base64,([^"]+)"', html)
    if not (found and "<audio" in html):
        return False
    head = base64.b64decode(found[1])[:44]
    kind, channels, bits = (int.from_bytes(head[i : i + 2], "little") for i in (20, 22, 34))
    return head[:4] == b"RIFF" and (kind, channels, bits) == (1, 1, 16)


COURSE = (check_recordings, check_course_data, check_jupyterlab, check_sound)
