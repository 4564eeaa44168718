"""Small corpora in their ORIGINAL layouts, made of tones and noise, and pages that fetch them from the loopback server.

A new corpus adds one function to LAYOUTS; tests/data/test_public_corpora.py then tries everything on it.
"""

import gzip
import hashlib
import io
import tarfile
import zipfile
from dataclasses import replace

import numpy as np
import soundfile

from course_lib.data.public.dataset_spec import Part, Remote
from course_lib.data.public.registry import page_of


def sound(name, *, rate=16_000, seconds=0.3, kind="WAV", subtype=None):
    """A tone in noise that belongs to the name alone, as the bytes of a file."""
    dice = np.random.default_rng(int(hashlib.sha1(name.encode()).hexdigest()[:8], 16))
    time = np.arange(int(rate * seconds)) / rate
    wave = 0.3 * np.sin(2 * np.pi * dice.uniform(200, 2000) * time) + 0.05 * dice.standard_normal(len(time))
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=kind, subtype=subtype)
    return file.getvalue()


def librispeech():
    files = {"LibriSpeech/SPEAKERS.TXT": b"; a comment\n"}
    for speaker, chapters in {"84": (3, 2, 2), "174": (3, 2), "251": (4,), "652": (2, 2)}.items():
        files["LibriSpeech/SPEAKERS.TXT"] += f"{speaker:5}| F | dev-clean | 8.0 | A Reader\n".encode()
        for c, count in enumerate(chapters):
            chapter = f"{speaker}{c}00"
            for n in range(count):
                name = f"{speaker}-{chapter}-{n:04}"
                files[f"LibriSpeech/dev-clean/{speaker}/{chapter}/{name}.flac"] = sound(name, kind="FLAC")
            files[f"LibriSpeech/dev-clean/{speaker}/{chapter}/{speaker}-{chapter}.trans.txt"] = b"WORDS\n"
    return files


def digits():
    names = [
        f"{d}_{s}_{r}"
        for s in ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"]
        for d in range(2)
        for r in (0, 5)
    ]
    top = "free-spoken-digit-dataset-26eb9aa/"
    files = {f"{top}recordings/{name}.wav": sound(name, rate=8_000) for name in names}
    return {**files, f"{top}README.md": b"# digits"}


def speech_commands():
    files, lists = {}, {"valid": [], "test": []}
    for n, speaker in enumerate(f"{i:08x}" for i in range(0x5A0, 0x5A9)):
        for word in ("yes", "no"):
            name = f"{word}/{speaker}_nohash_0.wav"
            files[f"./{name}"] = sound(name)
            if n < 4:
                lists["valid" if n < 2 else "test"].append(name)
    files["./_background_noise_/pink_noise.wav"] = sound("pink", seconds=2)
    files["./validation_list.txt"] = "\n".join(lists["valid"]).encode()
    files["./testing_list.txt"] = "\n".join(lists["test"]).encode()
    return files


def spoken_words():
    files = {}
    for language, words in {"en": ("bird", "tree"), "es": ("árbol",)}.items():
        lines = ["SET,LINK,WORD,VALID,SPEAKER,GENDER"]
        for word in words:
            for n in range(8):
                link = f"{word}/common_voice_{language}_{n}.opus"
                speaker = "NA" if n == 7 else hashlib.sha512(f"{language}{n}".encode()).hexdigest()
                lines.append(f"TRAIN,{link},{word},{n != 6},{speaker},OTHER")
                files[f"mswc_microset/{language}/clips/{link}"] = sound(
                    link, rate=48_000, kind="OGG", subtype="OPUS"
                )
        files[f"mswc_microset/{language}/{language}_splits.csv"] = "\n".join(lines).encode()
    return files


def esc50():
    lines, files = ["filename,fold,target,category,esc10,src_file,take"], {}
    for fold in range(1, 6):
        for target, category in ((28, "snoring"), (10, "rain")):
            for take in "AB":
                name = f"{fold}-{fold}{target}00-{take}-{target}.wav"
                lines.append(f"{name},{fold},{target},{category},False,{fold}{target}00,{take}")
                files[f"ESC-50-master/audio/{name}"] = sound(name, rate=44_100)
    return {**files, "ESC-50-master/meta/esc50.csv": "\n".join(lines).encode()}


def ami():
    files = {}
    for meeting in ("ES2002a", "ES2011a", "ES2004a"):
        turns = [
            f"SPEAKER {meeting} 1 {t} 1.5 <NA> <NA> {meeting[:6]}{w} <NA> <NA>"
            for t, w in ((0, "F"), (1, "M"))
        ]
        files[f"{meeting}.rttm"] = "\n".join(turns).encode()
        files[f"{meeting}.Mix-Headset.wav"] = sound(meeting, seconds=3)
    return files


def voxforge():
    files = {}
    for sitting in (
        "anna-20090101-abc",
        "anna-20100101-abd",
        "ben-x-20090101-qwe",
        "ben-x-20110101-qwf",
        "anonymous-20090101-zzz",
    ):
        readme = f"User Name:{sitting[:4]}\n\nGender: Male;\nAge Range: Adult\nPronunciation dialect: Indian English\n"
        files[f"{sitting}/etc/README"] = readme.encode()
        files[f"{sitting}/LICENSE"] = b"GPL"
        for n in range(3):
            files[f"{sitting}/wav/b00{n}.wav"] = sound(f"{sitting}{n}")
    return files


def speech_accent_archive():
    files, lines = (
        {},
        ["age,age_onset,birthplace,filename,native_language,sex,speakerid,country,file_missing?"],
    )
    for n in range(12):
        language = ("english", "arabic")[n % 2]
        lines.append(f'27,9,"a town, a land",{language}{n},{language},female,{n},land,False')
        files[f"recordings/recordings/{language}{n}.mp3"] = sound(
            f"{language}{n}", rate=44_100, seconds=0.5, kind="MP3", subtype="MPEG_LAYER_III"
        )
    files["recordings/recordings/english12.wav"] = sound("english12", seconds=0.5)  # as somebody converted it
    lines.append("27,9,a town,english12,english,male,12,land,False")
    lines.append("30,0,nowhere,missing1,english,male,99,land,True")
    return {**files, "speakers_all.csv": "\n".join(lines).encode()}


LAYOUTS = {
    "librispeech": librispeech,
    "digits": digits,
    "speech_commands": speech_commands,
    "spoken_words": spoken_words,
    "esc50": esc50,
    "ami": ami,
    "voxforge": voxforge,
    "speech_accent_archive": speech_accent_archive,
}


def pack(files, name):
    """The files as the bytes of an archive of the kind that its name says; the same files give the same bytes."""
    made = io.BytesIO()
    if name.endswith(".zip"):
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
            for path, body in files.items():
                zipped.writestr(zipfile.ZipInfo(path), body)
    else:
        with (
            gzip.GzipFile(fileobj=made, mode="w", mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w") as tar,
        ):
            for path, body in files.items():
                info = tarfile.TarInfo(path)
                info.size = len(body)
                tar.addfile(info, io.BytesIO(body))
    return made.getvalue()


def put(files, folder):
    """The files below a folder, as if somebody had unpacked the archive there."""
    for path, body in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return folder


def page_on(server, name, files=None, **changes):
    """The corpus's own page, its addresses turned to the loopback server, which serves `files` from now on."""
    page, files = page_of(name), LAYOUTS[name]() if files is None else files
    if name == "ami":
        server.files |= {f"/ami/{path}": body for path, body in files.items()}
        part = Part("three", tuple(Remote(f"{server.address}/ami/{path}") for path in files))
    elif name == "voxforge":
        sittings = sorted({path.split("/")[0] for path in files})
        for sitting in sittings:
            own = {path: body for path, body in files.items() if path.startswith(f"{sitting}/")}
            server.files[f"/vox/{sitting}.tgz"] = pack(own, ".tgz")
        links = "".join(f'<a href="{sitting}.tgz">{sitting}.tgz</a>' for sitting in sittings)
        server.files["/vox/"] = f"<!DOCTYPE html><html>{links}</html>".encode()
        part = replace(page.parts[0], listing=Remote(f"{server.address}/vox/", name="list.html"))
    else:
        (remote,) = page.parts[0].remotes
        body = pack(files, remote.filename)
        server.files[f"/{remote.filename}"] = body
        sum_ = remote.sum and f"sha256:{hashlib.sha256(body).hexdigest()}"
        remote = replace(remote, address=f"{server.address}/{remote.filename}", size=None, sum=sum_)
        part = replace(page.parts[0], remotes=(remote,), unpacked=None, tree=None)
    return replace(page, parts=(replace(part, **changes), *page.parts[1:]))
