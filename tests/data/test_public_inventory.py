"""The shelf from the command line: fetch, info, check, credits, remove; memory; the ready sets."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from corpus_makers import two_speakers
from fetch_layouts import page_on
from fetch_server import serving

from course_lib import cli, paths
from course_lib.data.public import registry
from course_lib.data.public.credits import Credit, credit_of, figure_credit, write_credits
from course_lib.data.public.inventory import remove
from course_lib.data.public.prepare import prepare
from course_lib.errors import DataError

HERE = Path(__file__).parents[1]
REAL = Path(os.environ.get("COURSE_DATA") or paths.PROJECT.parent / "shared" / "data")
READY = {  # the eight sets of real recordings: what their credit must say
    "ami_excerpts": ("CC BY 4.0", "Carletta", False, False),
    "arabic_speech_commands_mini": ("CC BY 4.0", "Ghandoura", False, False),
    "esc10_mini": ("CC BY 3.0", "Piczak", False, False),
    "esc50_sleep": ("CC BY-NC 3.0", "Piczak", True, False),
    "fsdd_digits_8k": ("CC BY-SA 4.0", "Jackson", False, True),
    "librispeech_mini": ("CC BY 4.0", "Panayotov", False, False),
    "speech_commands_mini": ("CC BY 4.0", "Warden", False, False),
    "voxforge_en": ("GNU General Public License", "VoxForge", False, True),
}
without_recordings = pytest.mark.skipif(
    not (REAL / "voxforge_en").is_dir(),
    reason="no real recordings: COURSE_DATA is not set and ../shared/data is not there",
)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """An empty data folder, and the LibriSpeech page turned to the loopback server."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.setattr(paths, "home", lambda: tmp_path)
    with serving() as server:
        page = page_on(server, "librispeech")
        monkeypatch.setattr(registry, "pages", lambda: {"librispeech": page})
        yield server


def course(*words):
    return cli.main(["data", *words])


def test_fetch_info_check_credits_and_remove_from_the_command_line(shelf, tmp_path, capsys):
    assert course("info", "librispeech") == 0
    assert "Not here yet: course data fetch librispeech" in capsys.readouterr().out
    assert course("fetch", "librispeech") == 0
    out = capsys.readouterr().out
    assert out.index("Licence: CC BY 4.0") < out.index("unpacking") < out.index("20 recordings")
    assert course("info", "librispeech") == 0
    assert re.search(r"train +8 +3 +1 ", capsys.readouterr().out)
    assert course("check", "librispeech") == 0
    assert course("credits", "librispeech") == 0
    assert "V. Panayotov" in capsys.readouterr().out
    assert course("remove", "librispeech") == 0
    assert "librispeech is removed" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "data").iterdir()] == [".fetch"]


def test_check_finds_a_recording_that_was_touched(shelf, tmp_path, capsys):
    course("fetch", "librispeech")
    victim = next((tmp_path / "data" / "librispeech").rglob("*.flac"))
    body = bytearray(victim.read_bytes())
    body[-20] ^= 1
    victim.write_bytes(body)
    capsys.readouterr()
    assert course("check", "librispeech") == 1
    out = capsys.readouterr().out
    assert victim.name in out and "fetch it again" in out


def test_the_catalogue_names_what_can_be_fetched(capsys):
    assert course("fetch") == 0
    out = capsys.readouterr().out
    assert all(name in out for name in registry.pages())
    assert "NON-COMMERCIAL" in out and "COPYLEFT" in out


@pytest.mark.parametrize("words", [["fetch", "librispech"], ["fetch", "librispeech", "--part", "x"],
                                   ["remove", "librispeech"], ["remove", "../x"], ["remove", ".fetch"], ["info", "nothing"], ["credits", "nothing"]])  # fmt: skip
def test_a_mistake_ends_with_status_2_and_says_what_to_do(words, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "home", lambda: tmp_path)
    monkeypatch.delenv("COURSE_DATA", raising=False)
    assert course(*words) == 2
    error = capsys.readouterr().err
    assert error.startswith("course: ") and "Traceback" not in error


@pytest.mark.parametrize("limit", ["0", "-1", "inf", "nan", "much"])
def test_a_limit_that_is_none_is_a_usage_mistake(limit, capsys):
    with pytest.raises(SystemExit) as ended:
        course("fetch", "esc50", "--limit", limit)
    assert ended.value.code == 2 and "--limit" in capsys.readouterr().err


def test_what_lies_elsewhere_is_not_removed(tmp_path, monkeypatch):
    two_speakers(tmp_path / "ours" / "own")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "ours"))
    with pytest.raises(DataError, match="remove it by hand"):
        remove("own", root=tmp_path / "data")
    assert (tmp_path / "ours" / "own" / "manifest.csv").is_file()


def test_a_linked_corpus_loses_its_link_only(tmp_path):
    two_speakers(tmp_path / "elsewhere")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "own").symlink_to(tmp_path / "elsewhere")
    remove("own", root=tmp_path / "data", say=lambda text: None)
    assert (tmp_path / "elsewhere" / "manifest.csv").is_file() and not (tmp_path / "data" / "own").exists()


def test_the_credit_goes_with_the_folder_to_a_figure(tmp_path):
    from course_lib.data import Corpus

    folder = two_speakers(tmp_path / "own")
    assert figure_credit(folder) == ""
    with pytest.raises(DataError, match="says nowhere under which licence"):
        credit_of(folder)
    credit = Credit("Two Voices", "CC BY 4.0", "A. Nonymous, 2026", "https://two.org", noncommercial=True)
    write_credits(folder, credit)
    assert credit_of(folder) == credit
    assert (
        figure_credit(folder)
        == figure_credit(Corpus.from_manifest(folder))
        == "Data: Two Voices (CC BY 4.0), https://two.org"
    )
    assert "NON-COMMERCIAL" in (folder / "CREDITS.txt").read_text()
    (folder / "credits.json").write_text(json.dumps({"title": 1}))
    with pytest.raises(DataError, match="damaged"):
        credit_of(folder)


def test_a_figure_shows_the_credit_of_its_corpus(tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    from course_lib.teaching.plots import figures

    folder, shown = two_speakers(tmp_path / "own"), []
    monkeypatch.setattr(figures, "display", shown.append)
    plain, named, unknown = plt.figure(), plt.figure(), plt.figure()
    alt = "Nothing but an empty figure to write below."
    figures.figure(plain, alt)
    figures.figure(unknown, alt, credit=folder)  # nothing is known about it: nothing is claimed
    write_credits(folder, Credit("Two Voices", "CC BY 4.0", "A. Nonymous, 2026"))
    figures.figure(named, alt, credit=folder)
    assert shown[0].png == shown[1].png != shown[2].png
    assert [named.get_supxlabel()] == ["Data: Two Voices (CC BY 4.0)"]
    assert shown[2].alt == f"{alt} Data: Two Voices (CC BY 4.0)."


def test_synthetic_voices_name_their_synthesiser_and_silence_keeps_nobody_back(tmp_path, monkeypatch, capsys):
    from course_lib.data.synthetic.speakers import README

    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(paths, "home", lambda: tmp_path / "none")
    made = two_speakers(tmp_path / "synthetic")
    (made / "README.md").write_text(README.format(speakers=2, base=1, transfer=1, sessions=3, seed=0))
    two_speakers(tmp_path / "own")
    assert course("credits") == 0
    out = capsys.readouterr().out
    assert "espeak-ng, GPL-3.0-or-later" in out and "own says nowhere under which licence" in out


@without_recordings
@pytest.mark.parametrize("name", READY)
def test_the_ready_sets_are_credited_by_name(name):
    licence, who, noncommercial, copyleft = READY[name]
    credit = credit_of(REAL / name)
    assert credit.licence.startswith(licence) and who.lower() in credit.citation.lower()
    assert (credit.noncommercial, credit.copyleft) == (noncommercial, copyleft)


@without_recordings
def test_the_ready_sets_pass_course_data_check(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_DATA", str(REAL))
    assert course("check", *READY) == 0
    assert capsys.readouterr().out.count(": ok") == len(READY)


def test_memory_stays_flat_while_ten_thousand_files_are_prepared(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(HERE / "fetch_many.py"), str(tmp_path), "10000"]
    out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    files, grew = re.search(r"files (\d+) grew_mb ([\d.-]+)", out).groups()
    assert int(files) == 10_000
    assert float(grew) < 30, (
        out
    )  # 9,000 more lines for the manifest are about 15 MB; the sound is 29 MB at 16 bits


def test_one_worker_and_several_make_the_same(tmp_path):
    from fetch_layouts import LAYOUTS, put

    page = registry.page_of("librispeech")
    own = put(LAYOUTS["librispeech"](), tmp_path / "own")
    made = [prepare(page.prepare(own), tmp_path / str(n), workers=n) for n in (1, 4)]
    assert made[0].lines == made[1].lines
