"""Names for voices at once, and somebody else: directions that are known, and synthetic voices in new sessions."""

import numpy as np
import pytest
import torch

from course_lib.data.synthetic.rooms import draw_session
from course_lib.data.synthetic.sentences import sentence
from course_lib.data.synthetic.voices import Voice, stream
from course_lib.errors import AudioError, CourseError
from course_lib.models import SmallCNN
from course_lib.teaching.widgets.booth import VoiceBooth
from course_lib.transfer import SOMEBODY_ELSE, Base, fit_prototypes, identify, load_base, overall
from course_lib.transfer.prototypes import PrototypeHead, prototype

VOICES = {
    "ana": Voice(pitch=210, tract=0.95),
    "ben": Voice(pitch=95, tract=1.15),
    "cleo": Voice(pitch=150, tract=1.05, accent="en-gb-scotland"),
}


def said(name, day, seconds=8):
    """The voice in a room of its own that day. (n,)"""
    rng = stream(day, "imprinting", name)
    dry = np.concatenate([VOICES[name].say(sentence(rng)) for _ in range(5)])
    return torch.from_numpy(draw_session(rng).record(dry)).float()[: seconds * 16_000]


@pytest.fixture(scope="module")
def base():
    return load_base()


@pytest.fixture(scope="module")
def recordings():
    return {(name, day): said(name, day) for name in VOICES for day in (1, 2)}


def test_probabilities_add_up_and_all_rivals_are_one_class():
    head = PrototypeHead(torch.eye(6)[:2], torch.eye(6)[2:])
    shares = head(torch.randn(20, 6)).exp()
    assert shares.shape == (20, 3)
    torch.testing.assert_close(shares.sum(1), torch.ones(20))
    torch.testing.assert_close(
        head(torch.eye(6)[:1]), head(9 * torch.eye(6)[:1])
    )  # a direction has no length


def test_known_voices_are_named_on_another_day_and_a_stranger_is_not(base, recordings):
    known = fit_prototypes(base, {name: recordings[name, 1] for name in ("ana", "ben")})
    assert known.classes == ["ana", "ben", SOMEBODY_ELSE]
    heard = {name: overall(identify(known, recordings[name, 2]), known.classes)[0] for name in VOICES}
    assert heard == {"ana": "ana", "ben": "ben", "cleo": SOMEBODY_ELSE}


def test_the_base_stays_as_it_was(base, recordings):
    before = {name: value.clone() for name, value in base.model.state_dict().items()}
    fit_prototypes(base, {"ana": recordings["ana", 1]})
    assert isinstance(base.model.head, torch.nn.Linear) and len(base.classes) > 100
    assert all(torch.equal(value, before[name]) for name, value in base.model.state_dict().items())


@pytest.mark.parametrize(
    ("wave", "says"),
    [
        (torch.zeros(16_000 * 5), "heard 0"),
        (torch.randn(8_000), "one second or more"),
        (torch.randn(16_000), "heard 1 in 1.0 s"),
        (torch.sin(torch.arange(48_000.0)) * 2**0.5 * 10 ** (-70.5 / 20), "heard 0"),
        (torch.cat([torch.randn(8_000), torch.zeros(16_000 * 4)]) * 0.1, "louder or longer"),
    ],
)
def test_too_little_speech_is_refused(base, wave, says):
    with pytest.raises(AudioError, match=says):
        prototype(base, wave, "ana")


def test_every_window_down_to_30_db_below_the_loudest_counts_alike(base):
    draw = torch.Generator().manual_seed(0)
    loud, soft, silent = (
        0.5 * torch.randn(16_000, generator=draw),
        torch.randn(32_000, generator=draw),
        torch.zeros(32_000),
    )
    for below, counted in (
        (28, slice(0, 5)),
        (40, slice(0, 2)),
    ):  # windows begin every half second; 0 and 1 hold loud sound
        wave = torch.cat([loud, 0.5 * 10 ** (-below / 20) * soft, silent])
        windows = wave.unfold(0, 16_000, 8_000)[counted]
        each = torch.nn.functional.normalize(base.embed(windows), dim=1)
        expected = torch.nn.functional.normalize(each.mean(0), dim=0)
        torch.testing.assert_close(prototype(base, wave), expected)
    assert prototype(base, torch.cat([loud, loud[:8_000]])).norm().item() == pytest.approx(
        1
    )  # the shortest: 1.5 s


def test_what_is_known_of_a_base_with_written_names(base, recordings):
    known = fit_prototypes(base, {"ana": recordings["ana", 1]})
    assert (known.settings, known.about, known.name) == (base.settings, {}, "prototypes")
    assert known.settings is not base.settings


def test_what_cannot_have_a_prototype_is_refused(base, recordings):
    with pytest.raises(CourseError, match="one dense layer"):
        fit_prototypes(Base(SmallCNN(3).eval(), list("abc")), {"ana": said("ana", 3)})
    with pytest.raises(AudioError, match="windows of speech or more of eva"):
        fit_prototypes(base, {"eva": torch.zeros(32_000)})
    with pytest.raises(CourseError, match="expected voices"):
        fit_prototypes(base, {})
    with pytest.raises(CourseError, match="none of them called"):
        fit_prototypes(base, {SOMEBODY_ELSE: recordings["ana", 1]})


def test_the_booth_enrols_names_forgets(base, recordings):
    booth = VoiceBooth(base, recordings={"a file": recordings["ana", 2]})
    with pytest.raises(CourseError, match="enrol one first"):
        booth.who(recordings["ana", 2])
    assert booth.enrol(" ana ", recordings["ana", 1]) == "ana is known from 8.0 s. Known: ana."
    booth.enrol("ben", recordings["ben", 1])
    assert booth.names == ["ana", "ben", SOMEBODY_ELSE]
    assert overall(booth.who(recordings["ben", 2]), booth.names)[0] == "ben"
    booth.forget("ben")
    assert overall(booth.who(recordings["ben", 2]), booth.names)[0] == SOMEBODY_ELSE
    with pytest.raises(CourseError, match="known name"):
        booth.forget("ben")
    booth.forget("ana")
    assert booth.known is None and booth.names == [SOMEBODY_ELSE]
    with pytest.raises(CourseError, match="expected a name"):
        booth.enrol("  ", recordings["ana", 1])


def test_the_booth_keeps_no_recording_unless_that_was_said_before(base, recordings, tmp_path):
    booth = VoiceBooth(base)
    booth.enrol("ana", recordings["ana", 1])
    assert booth.waves == {} and {len(each) for each in booth.prototypes.values()} == {320}
    with pytest.raises(CourseError, match="before anybody is recorded"):
        booth.save(tmp_path)
    booth = VoiceBooth(base, keep_waves=True)
    booth.enrol("../ana b", recordings["ana", 1])
    (path,) = booth.save(tmp_path / "voices")
    assert path == tmp_path / "voices" / "01____ana_b.wav" and path.stat().st_size > 200_000


def test_the_page_is_answered_and_nothing_of_a_voice_is_synchronised(base, recordings):
    booth = VoiceBooth(base, recordings={"a file": recordings["ana", 2]})
    sent = []
    booth.widget.send = lambda content: sent.append(content)

    def page(kind, name="", wave=None):
        buffers = [memoryview(wave.numpy().tobytes())] if wave is not None else []
        booth.widget._message(None, {"kind": kind, "name": name, "number": len(sent)}, buffers)
        return sent[-1]

    assert "enrol one first" in page("second", wave=recordings["ana", 1][:16_000])["error"]
    assert page("keep", "ana", recordings["ana", 1])["text"].endswith("Known: ana.")
    second = page("second", wave=recordings["ana", 2][16_000:32_000])
    assert second["line"].startswith("ana, ") and dict(second["shares"])["ana"] > 0.5
    assert page("who", "a file")["text"].startswith("In all: ana")
    assert "none called 'another'" in page("file", "another")["error"]
    assert "at most 60 s" in page("whole", wave=torch.zeros(61 * 16_000))["error"]
    assert "finite" in page("whole", wave=torch.full((16_000,), float("nan")))["error"]
    assert page("second", wave=torch.zeros(16_000))["line"] == "silence"
    state = booth.widget.get_state()
    assert not any(isinstance(value, (bytes, memoryview)) for value in state.values())
    assert "ana" not in str({key: value for key, value in state.items() if not key.startswith("_")})
    assert [each["to"] for each in sent] == list(range(len(sent)))


def test_what_stands_where_no_kernel_runs(base):
    booth = VoiceBooth(base)
    assert "has been asked, has said yes" in booth.html() and "audio" not in booth.html()
    assert booth.text() == "Voice booth. Known: nobody yet."
