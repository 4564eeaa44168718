"""Every corpus page, tried in the same way: its original layout, made by the test and served on the loopback.

To test a new corpus, add its layout to tests/fetch_layouts.py and a line to EXPECTED.
"""

import csv
import json
import warnings
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
import soundfile
from fetch_layouts import LAYOUTS, page_on, put
from fetch_server import serving

from course_lib.data.public.dataset_spec import Part, Remote
from course_lib.data.public.fetching import fetch
from course_lib.data.public.registry import page_of, pages
from course_lib.errors import DataError

EXPECTED = {  # what becomes of each layout: splits, and the corpus's own words
    "librispeech": ({"train": 8, "valid": 2, "test": 6, "": 4}, "CC BY 4.0"),
    "digits": ({"train": 16, "valid": 4, "test": 4}, "COPYLEFT"),
    "speech_commands": ({"train": 10, "valid": 4, "test": 4, "": 1}, "CC BY 4.0"),
    "spoken_words": (None, "CC BY 4.0"),
    "esc50": ({"train": 12, "valid": 4, "test": 4}, "NON-COMMERCIAL"),
    "ami": ({"train": 1, "valid": 1, "test": 1}, "CC BY 4.0"),
    "voxforge": ({"train": 6, "test": 6}, "COPYLEFT"),
    "speech_accent_archive": (None, "NON-COMMERCIAL"),
}
NAMES = sorted(LAYOUTS)


@pytest.fixture(scope="module")
def fetched(tmp_path_factory):
    """Fetch each corpus once from the loopback server: {name: (folder, what was said)}."""
    made = {}

    def get(name):
        if name not in made:
            said, root = [], tmp_path_factory.mktemp(name)
            with serving() as server, pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # each rate is told once: 48 kHz, 44.1 kHz, 8 kHz
                patch.setenv("NO_PROXY", "127.0.0.1")
                if page_of(name).parts:
                    folder = fetch(page_on(server, name), root=root, say=said.append, backoff=0.01)
                else:
                    own = put(LAYOUTS[name](), root / "own")
                    folder = fetch(name, source=own, root=root / "data", say=said.append)
            made[name] = folder, said
        return made[name]

    return get


def rows(folder):
    with open(folder / "manifest.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_page_is_tried_here():
    assert sorted(pages()) == NAMES == sorted(EXPECTED)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_what_a_reader_must_know(name):
    page = page_of(name)
    assert page.name == name and page.title and page.teaches.endswith(".") and page.splits.endswith(".")
    assert page.licence.address.startswith("https://") and page.home.startswith("https://")
    assert (
        any(year in page.citation for year in "0123456789")
        or "www" in page.citation
        or "http" in page.citation
    )
    assert page.parts or "--from" in page.by_hand
    for part in page.parts:
        remotes = part.remotes or (part.listing,)
        assert all(remote.address.startswith("https://") for remote in remotes)
        assert all(r.sum is None or r.sum.startswith(("sha256:", "md5:")) for r in remotes)
    with pytest.raises(DataError, match="none of them" if page.parts else "by a program"):
        page.part("no such part")


@pytest.mark.parametrize("name", NAMES)
def test_it_becomes_a_corpus(fetched, name):
    folder, said = fetched(name)
    lines = rows(folder)
    assert list(lines[0])[:6] == ["path", "speaker", "label", "language", "split", "duration_s"]
    splits, _ = EXPECTED[name]
    assert splits is None or Counter(line["split"] for line in lines) == splits
    assert {line["split"] for line in lines} <= {"train", "valid", "test", ""}
    for line in lines:
        info = soundfile.info(folder / line["path"])
        assert (info.samplerate, info.channels, info.subtype, info.format) == (16_000, 1, "PCM_16", "FLAC")
        assert abs(info.duration - float(line["duration_s"])) < 0.001
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*.flac")}
    assert on_disk == {line["path"] for line in lines}
    assert not list(folder.rglob(".*")) and not (folder / "LEFT_OUT.csv").exists()
    assert any("recordings" in line for line in said)


@pytest.mark.parametrize("name", NAMES)
def test_it_cannot_leak(fetched, name):
    folder, _ = fetched(name)
    sides, role = defaultdict(set), defaultdict(set)
    for line in rows(folder):
        if line["split"]:
            sides[line["speaker"], line["session"]].add(line["split"])
        role[line["speaker"]].add(line.get("role"))
        assert line["session"], "without a session nobody can tell what leaks"
    assert all(len(parts) == 1 for parts in sides.values())
    assert all(len(parts) == 1 for parts in role.values())
    by_speaker = defaultdict(set)
    for (speaker, _session), parts in sides.items():
        by_speaker[speaker] |= parts
    if name in (
        "digits",
        "speech_commands",
        "spoken_words",
        "speech_accent_archive",
    ):  # word and accent tasks
        assert all(len(parts) == 1 for speaker, parts in by_speaker.items() if speaker)


@pytest.mark.parametrize("name", NAMES)
def test_load_finds_it_and_the_leakage_test_passes(fetched, name):
    from course_lib.data import Corpus, leaks, load

    folder, _ = fetched(name)
    corpus = load(folder)
    assert len(corpus) == len(rows(folder))
    assert leaks(corpus, by="session") == []
    assert Corpus.from_manifest(folder).clips == corpus.clips  # nothing had to be blanked
    assert len(corpus.read(corpus.clips[0])) > 1000


@pytest.mark.parametrize("name", NAMES)
def test_licence_and_citation_are_said_first_and_stay_with_the_recordings(fetched, name):
    folder, said = fetched(name)
    page, (_, mark) = page_of(name), EXPECTED[name]
    shown = next(line for line in said if page.citation in line)
    assert page.licence.name in shown and mark in shown
    before = said[: said.index(shown)]
    assert all(line.startswith(("asking", "the limit")) for line in before), (
        "nothing is fetched before it is shown"
    )
    assert page.citation in (folder / "CREDITS.txt").read_text(encoding="utf-8")
    assert json.loads((folder / "credits.json").read_text(encoding="utf-8"))["licence"] == page.licence.name
    assert page.licence.name in (folder / "README.md").read_text(encoding="utf-8")


def test_speech_commands_without_their_lists_follow_the_official_rule(tmp_path):
    """The rule puts a speaker's every recording on one side, and a tenth of the speakers each in valid and test."""
    from data_scripts.speech_commands import partition

    shares = Counter(partition(f"{n:08x}_nohash_0.wav") for n in range(3000))
    assert abs(shares["valid"] / 3000 - 0.1) < 0.02 and abs(shares["test"] / 3000 - 0.1) < 0.02
    files = {
        path: body for path, body in LAYOUTS["speech_commands"]().items() if not path.endswith("list.txt")
    }
    folder = fetch(
        "speech_commands", source=put(files, tmp_path / "own"), root=tmp_path, say=lambda text: None
    )
    for line in rows(folder):
        assert line["split"] == (partition(f"{line['speaker']}_nohash_0.wav") if line["speaker"] else "")


def test_librispeech_one_chapter_speakers_have_no_split_and_strangers_stay_strangers(fetched):
    lines = rows(fetched("librispeech")[0])
    assert {line["split"] for line in lines if line["speaker"] == "251"} == {""}
    assert Counter({line["speaker"]: line["role"] for line in lines}.values()) == {"base": 3, "transfer": 1}


def test_unknown_speakers_and_clips_that_nobody_validated(fetched):
    lines = rows(fetched("spoken_words")[0])
    assert len(lines) == 3 * 7  # of eight clips a word, one is not validated
    assert {line["split"] for line in lines if not line["speaker"]} == {""}
    assert {line["language"] for line in lines} == {"en", "es"} and "árbol" in {
        line["label"] for line in lines
    }


def test_meetings_bring_their_turns(fetched):
    folder, _ = fetched("ami")
    for line in rows(folder):
        turns = (folder / line["rttm_path"]).read_text()
        assert turns.startswith(f"SPEAKER {line['meeting']} ") and line["speaker"].split(";")[0] in turns


def test_voxforge_leaves_out_the_anonymous(fetched):
    lines = rows(fetched("voxforge")[0])
    assert {line["speaker"] for line in lines} == {"anna", "ben-x"}
    assert {(line["accent"], line["gender"]) for line in lines} == {("indian", "male")}


def test_voxforge_reads_names_and_sizes_from_the_servers_page():
    from data_scripts.voxforge import LIST, choose_all, choose_some

    page = """<tr><td><a href="ann-20090101-abc.tgz">ann-20090101-abc.tgz</a></td><td>2009-01-01 10:00  </td><td>563K</td></tr>
<a href="ann-20100101-abd.tgz">ann-20100101-abd.tgz</a>   01-Jan-2010 10:00  1.2M
<a href="bob-20100101-abe.tgz">bob-20100101-abe.tgz</a>
<a href="anonymous-20100101-abe.tgz">anonymous-20100101-abe.tgz</a> 1M
"""
    assert [(r.filename, r.size) for r in choose_all(page, LIST)] == [
        ("ann-20090101-abc.tgz", 563_000), ("ann-20100101-abd.tgz", 1_200_000), ("bob-20100101-abe.tgz", None),
    ]  # fmt: skip
    assert [remote.filename[:3] for remote in choose_some(page, LIST)] == ["ann", "ann"]  # bob came only once
    assert choose_all(page, LIST)[0].address == LIST.address + "ann-20090101-abc.tgz"


def test_the_sums_of_all_files_decide_where_the_archive_has_none(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as server:
        page = page_on(server, "digits", tree="0" * 64)
        with pytest.raises(DataError, match="not the published ones"):
            fetch(page, root=tmp_path, say=lambda text: None)
    assert not (tmp_path / "digits").exists()


def test_an_empty_list_of_recordings_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as server:
        page = page_on(server, "voxforge")
        server.files["/vox/"] = b"<html>please log in</html>"
        with pytest.raises(DataError, match="names no recordings"):
            fetch(page, root=tmp_path, say=lambda text: None)


def test_a_limit_takes_what_fits_and_refuses_what_cannot(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    said = []
    with serving() as server:
        page = page_on(server, "voxforge")
        one = len(server.files["/vox/anna-20090101-abc.tgz"])
        fetch(page, root=tmp_path, limit=int(2.5 * one), say=said.append)
        with pytest.raises(DataError, match="more than the limit of"):
            fetch(page_on(server, "esc50"), root=tmp_path, limit=1000, say=said.append)
        assert not server.gets("/ESC-50-master.zip")
    assert any("takes 2 of 4 files" in line for line in said)
    assert len({line["speaker"] for line in rows(tmp_path / "voxforge")}) == 1


@pytest.mark.parametrize("name", ["librispeech", "esc50"])
def test_an_archive_that_the_user_has_will_do(tmp_path, name):
    with serving() as server, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page_on(server, name)
        ((path, body),) = server.files.items()
        (tmp_path / path.strip("/")).write_bytes(body)
        folder = fetch(name, source=tmp_path / path.strip("/"), root=tmp_path / "data", say=lambda text: None)
        assert server.log == []
    assert len(rows(folder)) == 20


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_of_something_else_is_refused(tmp_path, name):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "notes.txt").write_text("not a corpus")
    with pytest.raises(DataError, match=r"expected|no recordings found"):
        fetch(name, source=tmp_path / "own", root=tmp_path / "data", say=lambda text: None)
    assert not (tmp_path / "data" / name).exists()


def test_what_cannot_be_fetched_says_how_to_get_it(tmp_path):
    with pytest.raises(DataError, match="--from FOLDER"):
        fetch("speech_accent_archive", root=tmp_path)
    with pytest.raises(DataError, match="did you mean 'librispeech'"):
        fetch("librispech", root=tmp_path)


def test_other_parts_get_a_folder_of_their_own():
    page = page_of("librispeech")
    assert [page.folder_name(part) for part in (None, "dev-clean", "test-clean")] == [
        "librispeech", "librispeech", "librispeech-test-clean",
    ]  # fmt: skip
    two = replace(page, parts=(Part("a", (Remote("https://h/a.zip"),)), Part("b")))
    assert two.part().name == "a" and two.part("b").name == "b"
