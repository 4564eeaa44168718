"""Live pictures: what is sent to the page is small, whole and refused where it is wrong; the stored output lives without a kernel."""

import base64
import io
import json
import re

import numpy as np
import pytest
import soundfile
from bs4 import BeautifulSoup

from course_lib.audio import SR, tone
from course_lib.errors import AudioError, CourseError
from course_lib.teaching.page import LivePicture
from course_lib.teaching.page.clips import clips_bytes
from course_lib.teaching.page.elements import HERE
from course_lib.teaching.page.live_picture import page_script
from course_lib.teaching.plots import COLOURS
from course_lib.teaching.widgets import sound_map
from course_lib.teaching.widgets.sound_map import SoundMap
from course_lib.teaching.widgets.sound_picture import SoundPicture
from course_lib.teaching.widgets.tradeoff import Tradeoff

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.normal(size=(12, 8)) + 6 * np.eye(8)[k] for k in range(3)])
OWNERS = [name for name in ("ana", "ben", "cleo") for _ in range(12)]


def voices(**settings):
    settings = {"title": "Three voices", **settings}
    return SoundMap(
        {"PCA": X[:, :2], "other": X[:, 2:4]},
        X,
        OWNERS,
        lambda k: 0.3 * tone(200 + 20 * k)[:4000],
        **settings,
    )


def parts(picture):
    """(first picture, what is stored as JSON, script) of a stored output."""
    page = BeautifulSoup(picture.html(), "html.parser")
    stored, script = page.find_all("script")
    return page.select_one(".live-first"), json.loads(stored.string), script.string


def test_the_javascript_of_live_pictures_is_small_and_every_module_ends_as_one():
    older = {"booth", "card", "figure_widget"}  # elements that draw nothing themselves
    files = {file.stem: file.read_text(encoding="utf-8") for file in HERE.glob("*.js")}
    assert sum(len(text.encode()) for name, text in files.items() if name not in older) < 150_000
    modules = {name for name, text in files.items() if "livePicture(" in text and name != "core"}
    assert {"sound_picture", "sound_map", "tradeoff", "timeline"} <= modules
    for name in modules | older:
        assert files[name].rstrip().endswith("export default { render };"), name


def test_the_colours_of_the_page_are_those_of_the_figures():
    light = (HERE / "live.css").read_text(encoding="utf-8").split('[data-ground="dark"]')[0]
    assert re.findall(r"--mark-\d: (#\w+);", light) == [colour.lower() for colour in COLOURS]


def test_a_sound_is_stored_once_exactly_and_described():
    wave = 0.5 * tone(1000)
    picture = SoundPicture(wave, label="A <tone>")
    first, stored, script = parts(picture)
    assert stored["blobs"] == {} and stored["data"]["title"] == "A <tone>"
    wav = base64.b64decode(first.audio["src"].split(",")[1])
    samples, rate = soundfile.read(io.BytesIO(wav))
    assert rate == SR and np.abs(samples - wave.numpy()).max() < 1e-4
    assert first.audio["data-sound"] == "sound" and "1,000 Hz is strongest" in first.img["alt"]
    assert "</" not in script
    assert picture.html() == SoundPicture(wave, label="A <tone>").html()  # the same twice
    assert repr(picture).startswith("A <tone>. 1.00 s, peak -12 dB")


def test_a_sound_that_cannot_be_shown_is_refused():
    with pytest.raises(CourseError, match="expected a view of wave, spectrogram, mel"):
        SoundPicture(tone(100), label="x", view="photo")
    with pytest.raises(AudioError, match="at most 20 s"):
        SoundPicture(np.zeros(21 * SR), label="x")
    with pytest.raises(CourseError, match="a title"):
        SoundPicture(tone(100), label=" ")


def test_clips_can_be_found_again():
    waves = [0.4 * tone(500), 0.4 * tone(2000)[:8000], 3 * tone(900)[:4000]]
    sound, spans = clips_bytes(waves)
    samples, rate = soundfile.read(io.BytesIO(sound))
    assert rate == SR and len(sound) < 12_000
    for (start, end), hertz in zip(spans, (500, 2000, 900)):
        piece = samples[int(start * SR) : int(end * SR)]
        power = np.abs(np.fft.rfft(piece)) ** 2
        assert power.argmax() * SR / len(piece) == pytest.approx(hertz, abs=10)
    assert np.abs(samples).max() < 1.1


def test_the_map_knows_who_is_nearest_and_what_is_stored(monkeypatch):
    monkeypatch.setattr(sound_map, "MOST", 5)
    picture = voices(held=[k % 2 == 0 for k in range(36)], notes={"ana": "from here"})
    near = np.frombuffer(picture.blobs["near"], "<i4").reshape(36, 5)
    unit = X / np.linalg.norm(X, axis=1, keepdims=True)
    assert near[7, 0] == np.delete(unit @ unit[7], 7).argmax() + (np.delete(unit @ unit[7], 7).argmax() >= 7)
    assert not any(k in row for k, row in enumerate(near))
    spans = np.frombuffer(picture.blobs["spans"], "<f4").reshape(36, 2)
    assert np.flatnonzero(spans[:, 0] >= 0).tolist() == [0, 1, 12, 13, 24]  # evenly over the classes
    assert "36 sounds of 3 voices by PCA" in picture.alt and "100%" in picture.alt
    first, stored, _ = parts(picture)
    assert first.img["alt"] == picture.alt
    assert list(stored["data"]["views"]) == ["PCA", "other"] and stored["data"]["notes"] == {
        "ana": "from here"
    }


def test_a_sound_that_the_page_lacks_is_sent_when_it_asks():
    picture, sent = voices(), []
    picture.widget.send = lambda content, buffers: sent.append((content, buffers))
    picture._hear(None, {"sound": 3}, [])
    picture._hear(None, {"sound": 36}, [])
    picture._hear(None, {"sound": "3"}, [])
    (((content, (wav,)),),) = (sent,)
    assert content == {"sound": 3} and len(wav) == 44 + 2 * 4000


@pytest.mark.parametrize(
    "change",
    [
        {"labels": OWNERS[:5]},
        {"vectors": X[:4]},
        {"places": {}},
        {"places": {"PCA": X}},
        {"held": [True]},
    ],
)
def test_a_map_whose_parts_do_not_fit_is_refused(change):
    given = {"places": {"PCA": X[:, :2]}, "vectors": X, "labels": OWNERS, **change}
    held = given.pop("held", None)
    with pytest.raises(CourseError, match="expected places"):
        SoundMap(
            given["places"], given["vectors"], given["labels"], lambda k: tone(100), title="x", held=held
        )


def trade(**settings):
    settings = {"title": "Snore or not", "names": ("snores", "others"), "says_yes": "a snore", **settings}
    return Tradeoff([0.9, 0.8, 0.4], [0.6, 0.3, 0.1, 0.2], **settings)


def test_a_tradeoff_counts_and_begins_at_the_equal_error_rate():
    picture = trade(notes=lambda kind, number: f"{kind}-{number}")
    assert picture.alt.endswith("1 are missed and 1 are false alarms; the equal error rate is 25.0%.")
    assert picture.data["notes"] == ["0-2", "0-1", "0-0", "1-2", "1-3", "1-1", "1-0"]  # in rising order
    assert np.frombuffer(picture.blobs["positive"], "<f4") == pytest.approx([0.4, 0.8, 0.9])
    at_half = trade(threshold=0.5, wave=lambda kind, number: tone(300)[:1600])
    assert "0.50 1 are missed and 1 are false" in at_half.alt and len(at_half.blobs["clips"]) > 1000
    assert parts(at_half)[0].img["alt"] == at_half.alt


def test_a_trial_whose_sound_the_page_lacks_is_sent_when_it_asks():
    picture, sent = trade(wave=lambda kind, number: tone(300)[: 1600 + 1600 * kind + 160 * number]), []
    picture.widget.send = lambda content, buffers: sent.append((content, buffers))
    for number in (1, 6, 7):
        picture._hear(None, {"sound": number}, [])
    assert [(content["sound"], len(wav) - 44) for content, (wav,) in sent] == [
        (1, 2 * (1600 + 160)),  # trials in rising order of their scores: positives, then negatives
        (6, 2 * (3200 + 0)),
    ]
    assert picture.widget.data["asks"] and "asks" not in trade().widget.data


@pytest.mark.parametrize("scores", [[], [np.nan], [[1.0]], np.zeros(2001)])
def test_scores_that_are_none_are_refused(scores):
    with pytest.raises(CourseError, match="finite scores of others"):
        Tradeoff([1.0], scores, title="x", names=("snores", "others"), says_yes="x")


class Bare(LivePicture):
    module = "sound_map"

    def first(self):
        return ""


@pytest.mark.parametrize("values", [[np.inf], [1 + 2j], ["a"]])
def test_arrays_that_a_page_cannot_hold_are_refused(values):
    with pytest.raises(CourseError, match="expected finite numbers for 'a'"):
        Bare(title="x", arrays={"a": values})


def test_data_that_json_cannot_hold_is_refused_where_it_is_given():
    with pytest.raises(ValueError, match="JSON"):
        Bare(title="x", data={"a": float("nan")})


def test_a_module_that_does_not_end_as_one_is_refused():
    with pytest.raises(CourseError, match=r"expected core\.js to end with"):
        page_script("core")
