"""Nothing the course reads may run code or lead out of its place; nobody's voice is kept by accident."""

import ast
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import build_notebooks as builder
import nbformat
import pytest
from corpus_makers import two_speakers

from course_lib import audio, cli
from course_lib.cli import lab
from course_lib.data import load, meeting
from course_lib.data.importing import import_recordings
from course_lib.data.public.fetching import fetch
from course_lib.errors import CorpusError, CourseError, DataError
from course_lib.tasks.speaker_id.lists import read_list
from course_lib.teaching import quizzes
from course_lib.teaching.widgets.booth import VoiceBooth

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(p for room in ("course_lib", "data_scripts", "tools") for p in (ROOT / room).rglob("*.py"))
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
POOL = "joblib.externals.loky"  # worker processes: pickles go between the course's own processes, never to a file


def dangers(source):
    """What in a Python source could run what it reads: a list of `line N: what`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            names = []
        found += [
            f"line {node.lineno}: import {n}" for n in names if n != POOL and n.split(".")[0] in MODULES
        ]
        if isinstance(node, ast.Call):
            found += [f"line {node.lineno}: {what}" for what in in_call(node)]
    return found


def in_call(node):
    called = ast.unparse(node.func)
    given = {word.arg: ast.unparse(word.value) for word in node.keywords}
    if called in ("eval", "exec", "builtins.eval", "builtins.exec", "os.system", "os.popen"):
        yield called
    if given.get("shell", "False") != "False":
        yield "shell"
    if called == "torch.load" and given.get("weights_only") != "True":
        yield "torch.load without weights_only=True"
    if given.get("allow_pickle", "False") != "False":
        yield "allow_pickle"
    if called in ("yaml.load", "yaml.unsafe_load", "yaml.full_load"):
        yield f"{called}, which is not yaml.safe_load"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_can_run_what_it_reads(path):
    assert dangers(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from pickle import loads", "import joblib.numpy_pickle", "eval(x)", "exec(x)",
        "os.system(x)", "subprocess.run(x, shell=True)", "run(x, shell=yes)", "torch.load(x)",
        "torch.load(x, weights_only=False)", "np.load(x, allow_pickle=True)", "yaml.load(x, Loader=L)",
    ],
)  # fmt: skip
def test_each_danger_is_seen(source):
    assert len(dangers(source)) == 1


@pytest.mark.parametrize(
    "source", ["model.eval()", "torch.load(x, weights_only=True)", "run(x, shell=False)", "yaml.safe_load(x)"]
)
def test_what_is_safe_is_let_through(source):
    assert dangers(source) == []


def test_there_is_something_to_look_at():
    assert {p.relative_to(ROOT).parts[0] for p in FILES} == {"course_lib", "data_scripts", "tools"}


# what leads out of its place -----------------------------------------------------------------------------

OUTSIDE = [
    "../secret.wav",
    "/etc/hostname",
    "a/../../secret.wav",
    "C:/secret.wav",
    "..\\secret.wav",
    "link.wav",
]


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A corpus of two speakers with a secret beside it, and a link from the one to the other."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    folder = two_speakers(tmp_path / "corpus")
    audio.write(tmp_path / "secret.wav", audio.tone(440))
    (folder / "link.wav").symlink_to(tmp_path / "secret.wav")
    return folder


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_manifest_cannot_read_outside(places, path):
    text = (places / "manifest.csv").read_text()
    (places / "manifest.csv").write_text(text.replace("audio/ana/ana_0_0.wav", path))
    with pytest.raises(CorpusError, match=r"leaves the corpus folder|relative path"):
        load(places)


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_manifest_cannot_read_turns_outside(places, path):
    lines = (places / "manifest.csv").read_text().splitlines()
    told = [f"{lines[0]},rttm_path", *(f"{line},{path}" for line in lines[1:])]
    (places / "manifest.csv").write_text("\n".join(told) + "\n")
    with pytest.raises(CorpusError, match=r"rttm_path of .*(leaves the corpus folder|relative path)"):
        meeting(load(places))


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../x", "C:/x"])
def test_a_list_of_frames_cannot_read_outside(tmp_path, name):
    (tmp_path / "list").write_text(f"SES000/a\n{name}\n")
    with pytest.raises(DataError, match="leads out of the folder"):
        read_list(tmp_path / "list")


@pytest.mark.parametrize("lesson", ["../quizzes/00", "/etc/passwd", "..", "", "00.yaml"])
def test_a_quiz_is_a_name_and_no_way(lesson):
    with pytest.raises(CourseError, match="expected a quiz like"):
        quizzes.quiz(lesson)


def test_an_imported_folder_cannot_bring_what_lies_elsewhere(tmp_path):
    secret = audio.write(tmp_path / "private" / "me.wav", audio.tone(440))
    for who in ("ana", "ben"):
        for take in range(5):
            wave = audio.add_noise(audio.tone(200 + take), 20, seed=take)
            (tmp_path / "given" / who).mkdir(parents=True, exist_ok=True)
            audio.write(tmp_path / "given" / who / f"{take}.wav", 0.5 * wave)
    (tmp_path / "given" / "ana" / "x.wav").symlink_to(secret)
    (tmp_path / "given" / "eve").symlink_to(tmp_path / "private")
    left_out = import_recordings(tmp_path / "given", tmp_path / "made").left_out
    assert len(left_out) == 2 and all("through a link" in reason for reason in left_out)
    assert len(load(tmp_path / "made")) == 10
    with pytest.raises(DataError, match="through a link"):
        fetch("librispeech", source=tmp_path / "given", root=tmp_path / "data", say=lambda text: None)


def test_markup_in_a_quiz_is_text():
    choices = tuple(quizzes.Choice(f"<b>{n}</b>", "<script>alert(1)</script>", n == 0) for n in range(3))
    asked = quizzes.Quiz("00", (quizzes.Question("q", "<img src=x onerror=alert(1)>", choices),))
    assert not re.search("<(img|script|b)", asked.html())
    page = ROOT / "course_lib" / "teaching" / "page"
    scripts = "".join(path.read_text(encoding="utf-8") for path in page.glob("*.js"))
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", scripts
    )


# a server for this machine alone -------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["", "of-the-reader"])
def test_jupyterlab_has_a_token_and_listens_here_alone(monkeypatch, given):
    """tests/cli/test_lab.py starts it for real, with careless settings of the reader's own beside."""
    started = {}

    class Server:
        def __init__(self, command, cwd, env):
            started.update(command=command, env=env)
            config = Path(env["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0], "jupyter_server_config.json")
            started.update(kept=json.loads(config.read_text()), mode=config.parent.stat().st_mode & 0o077)

        def wait(self, *_):
            return 0

        def terminate(self):
            pass

    monkeypatch.setenv("JUPYTER_TOKEN", given)
    monkeypatch.setattr(lab.subprocess, "Popen", Server)
    monkeypatch.setattr(lab, "make_embedded_data", lambda: None)
    monkeypatch.setattr(lab, "wait_until_it_answers", lambda process, port: None)
    assert cli.main(["lab", "--no-browser"]) == 0
    token = started["env"]["JUPYTER_TOKEN"]
    assert token == given or len(token) == 48
    assert started["kept"] == {"IdentityProvider": {"token": token}}
    assert os.name == "nt" or started["mode"] == 0
    addresses = [word for word in started["command"] if word.startswith("--ServerApp.ip")]
    assert (
        addresses == ["--ServerApp.ip=127.0.0.1"]
        and "--ServerApp.allow_remote_access=False" in started["command"]
    )
    assert not any(token in word or "0.0.0.0" in word for word in started["command"])


# recordings of people ------------------------------------------------------------------------------------

NOTEBOOKS = (
    sorted((ROOT / "notebooks").glob("*.ipynb")),
    sorted((ROOT / "notebooks" / "instructor").glob("*.ipynb")),
)
REAL = [name for path in (ROOT / "data_scripts").glob("[a-z]*.py") for name in [path.stem]]


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def sounds_asked_for(tree):
    """What a lesson's code takes sounds from: each argument of load, read and VoiceBooth, as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).split(".")[-1]
            if ast.unparse(node.func) == "torch.load":  # weights hold no sound
                continue
            if called in ("load", "read", "stream", "VoiceBooth", "SoundFile"):
                yield called, [ast.unparse(word) for word in node.args], [word.arg for word in node.keywords]


OWN = ("synthetic", "narrators")  # how the names of the corpora begin that no person's voice is in
MADE = "str(write_manifest(folder, rows).parent)"  # readings that lesson 14 has just synthesised


@pytest.mark.parametrize("path", NOTEBOOKS[1], ids=lambda path: path.stem)
def test_a_stored_sound_is_of_a_synthetic_voice(path):
    """The corpora that a stored lesson names are the course's own; no file, no microphone is read besides."""
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    (parameters,) = [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]
    given = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse("".join(parameters["source"])).body
        if isinstance(node, ast.Assign)
    }
    assert given["CORPUS"] in OWN
    texts = {name: value for name, value in given.items() if isinstance(value, str) and name != "PROFILE"}
    for cell in code:
        source = re.sub(r"^\s*[%!].*$", "", "".join(cell["source"]), flags=re.MULTILINE)
        for called, arguments, words in sounds_asked_for(ast.parse(source)):
            if called == "load":
                names = [texts.get(word, word.strip("'\"")) for word in arguments[:1] if word != MADE]
                assert all(name.startswith(OWN) for name in names), arguments
            assert called not in ("SoundFile", "stream"), arguments
            assert called != "VoiceBooth" or "keep_waves" not in words
    stored = json.dumps([cell["outputs"] for cell in code])
    assert "widget-view" not in stored and "widget-state" not in path.read_text(encoding="utf-8")
    stored = stored.replace("COURSE_DATA=FOLDER python -m tools.results", "")  # how to measure again
    assert "COURSE_DATA" not in stored and not any(f"/{name}/" in stored for name in REAL)
    assert not re.search(r"Data: (?!synthetic)[A-Z]", stored), "the credit of a real corpus"


def test_what_is_built_cannot_see_real_corpora(monkeypatch, tmp_path):
    """COURSE_DATA is taken away from the kernel that runs a lesson to be stored."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    seen = {}

    class Client:
        def __init__(self, *args, **more):
            pass

        def execute(self, env):
            seen.update(env)

    monkeypatch.setattr("nbclient.NotebookClient", Client)
    builder.execute(nbformat.v4.new_notebook())
    assert "PATH" in seen and "COURSE_DATA" not in seen


def test_no_recording_is_in_the_repository():
    sounds = {
        ".wav",
        ".flac",
        ".mp3",
        ".ogg",
        ".opus",
        ".m4a",
        ".aiff",
        ".webm",
        ".mp4",
        ".npy",
        ".npz",
        ".pt",
    }
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("no git here to list what is kept")
    assert len(listed.stdout.splitlines()) > 100
    made = "course_lib/data/narrators_audio/"  # by a synthesiser; docs/narrators.md is its card
    names = [name for name in listed.stdout.splitlines() if not name.startswith(made)]
    assert [name for name in names if Path(name).suffix.lower() in sounds] == []


@pytest.mark.parametrize("path", ["data/cache/x", "data/mine/a.flac", "my_course/x.json", "runs/x.html"])
def test_what_a_reader_makes_is_not_offered_to_git(path):
    asked = subprocess.run(["git", "check-ignore", path], cwd=ROOT, capture_output=True, text=True)
    if asked.returncode == 128:
        pytest.skip("no git here to ask")
    assert asked.stdout.strip() == path


written = []  # by this process while a test looks; a hook cannot be taken out again


def _watch(event, arguments):
    if (
        event == "open"
        and written
        and isinstance(arguments[2], int)
        and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    ):
        written.append(str(arguments[0]))


sys.addaudithook(_watch)


def test_a_voice_at_the_booth_is_written_nowhere(caplog, capsys):
    """Enrolled, recognised and discarded by way of the page's messages: no file, no log, no trait has its samples."""
    voices = {
        name: audio.add_noise(audio.tone(hz, 3.0), 20, seed=hz) * 0.5
        for name, hz in (("ana", 200), ("ben", 900))
    }
    caplog.set_level(logging.DEBUG)
    booth = VoiceBooth()
    samples = {name: wave.numpy().astype("<f4").tobytes() for name, wave in voices.items()}
    written.append("looking")
    try:
        for number, (name, body) in enumerate(samples.items()):
            booth.widget._message(None, {"kind": "keep", "name": name, "number": number}, [body])
        booth.widget._message(None, {"kind": "whole", "name": "", "number": 9}, [samples["ana"]])
    finally:
        files = written[1:]
        written.clear()
    assert booth.names[:2] == ["ana", "ben"] and booth.waves == {}
    assert [name for name in files if name != os.devnull] == []
    state = repr(booth.widget.get_state())
    said = caplog.text + "".join(capsys.readouterr()) + repr(booth) + booth.html() + booth.text()
    piece = repr([round(float(x), 4) for x in voices["ana"][:3]])[1:-1]
    assert "ana" not in state and piece not in state + said and len(said) < 20_000
    booth.forget("ana")
    assert "ana" not in booth.names


# dependencies --------------------------------------------------------------------------------------------


def test_every_dependency_was_looked_at():
    """The table of docs/security.md has every direct dependency, in the version that is pinned for this Python."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)[1]
    direct = [re.match(r"[\w.-]+", name)[0] for name in re.findall(r'"([^"]+)"', listed)]
    pins = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith("#") and "< '3.11'" not in line:
            name, version = line.split(";")[0].strip().split("==")
            pins[name] = version
    rows = re.findall(
        r"^\| ([\w-]+) \| ([\d.]+) \| (.+?) \|",
        (ROOT / "docs" / "security.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(direct) > 20 and [name for name, _, _ in rows] == direct
    assert {name: version for name, version, _ in rows} == {name: pins[name] for name in direct}
