"""The worked example of docs/adding_a_corpus.md is executed as it stands there."""

import importlib.util
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from fetch_layouts import pack, sound
from fetch_server import serving

from course_lib.data import leaks, load, splits
from course_lib.data.public.dataset_spec import Part, Remote
from course_lib.data.public.fetching import fetch

DOC = Path(__file__).parents[2] / "docs" / "adding_a_corpus.md"


def test_the_worked_example_becomes_a_corpus(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (code,) = re.findall(r"```python\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "birds.py").write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("birds", tmp_path / "birds.py")
    birds = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(birds)
    names = [
        f"birds/{s}/{s}{b}_day{d}_{t}.wav"
        for s in ("robin", "wren")
        for b in (1, 2)
        for d in (1, 2, 3)
        for t in (1, 2)
    ]
    with serving() as server:
        server.files["/birds-1.0.zip"] = pack({name: sound(name) for name in names}, ".zip")
        part = Part("all", (Remote(f"{server.address}/birds-1.0.zip"),))
        folder = fetch(replace(birds.PAGE, parts=(part,)), root=tmp_path / "data", say=lambda text: None)
    corpus = load(folder)
    assert Counter(clip.split for clip in corpus) == {"train": 8, "valid": 8, "test": 8}
    assert leaks(corpus, by="session") == []
    assert "The Garden Group" in (folder / "CREDITS.txt").read_text(encoding="utf-8")


def test_what_the_page_names_is_there():
    text = DOC.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:tests|course_lib)/[\w/]+\.py)`", text):
        assert (DOC.parents[1] / path).is_file(), path

    assert all(hasattr(splits, name) for name in ("draw", "split_sessions", "roles"))
