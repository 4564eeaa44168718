"""Turns and RTTM; the diarization error by hand, and against a slow count of every hundredth of a second."""

import math
import random

import pytest

from course_lib.errors import CourseError, DataError
from course_lib.metrics import diarization_error
from course_lib.metrics.turns import Turn, joined, read_rttm, write_rttm

REFERENCE = [Turn(0.0, 4.0, "ana"), Turn(5.0, 9.0, "ben")]


def test_what_is_written_is_read(tmp_path):
    turns = [Turn(0.5, 2.25, "ben van dam"), Turn(0.0, 1.0, "ana")]
    write_rttm(tmp_path / "a.rttm", turns, "my meeting")
    assert (tmp_path / "a.rttm").read_text().splitlines()[0] == (
        "SPEAKER my_meeting 1 0.000 1.000 <NA> <NA> ana <NA> <NA>"
    )
    assert read_rttm(tmp_path / "a.rttm") == [Turn(0.0, 1.0, "ana"), Turn(0.5, 2.25, "ben_van_dam")]


@pytest.mark.parametrize(
    "line", ["SPEAKER a 1 0.0", "SPEAKER a 1 x 1 <NA> <NA> ana", "SPEAKER a 1 1 -2 <NA> <NA> ana"]
)
def test_a_broken_line_is_named(tmp_path, line):
    (tmp_path / "a.rttm").write_text("SPKR-INFO a\n\n" + line + "\n")
    with pytest.raises(DataError, match="line 3"):
        read_rttm(tmp_path / "a.rttm")


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    (tmp_path / "b.rttm").write_bytes(b"\xff\xfe\x00")
    for name in ("a.rttm", "b.rttm"):
        with pytest.raises(DataError, match="cannot read"):
            read_rttm(tmp_path / name)


def test_turns_are_joined_over_short_gaps_and_overlaps():
    turns = [Turn(0, 3, "ana"), Turn(1, 2, "ana"), Turn(3.5, 4, "ana"), Turn(0, 1, "ben")]
    assert joined(turns, 0.4) == [Turn(0, 1, "ben"), Turn(0, 3, "ana"), Turn(3.5, 4, "ana")]
    assert joined(turns, 0.5) == [Turn(0, 1, "ben"), Turn(0, 4, "ana")]


@pytest.mark.parametrize(
    "hypothesis, missed, false_alarm, confusion",
    [
        (REFERENCE, 0, 0, 0),
        ([Turn(0, 4, "2"), Turn(5, 9, "1")], 0, 0, 0),  # names do not matter
        ([], 8, 0, 0),
        ([Turn(0, 9, "x")], 0, 1, 4),  # one speaker for all
        ([Turn(0, 4, "1"), Turn(5, 9, "2"), Turn(0, 9, "3")], 0, 9, 0),
        ([Turn(1, 4, "1"), Turn(5, 7, "2"), Turn(7, 9, "1")], 1, 0, 2),
    ],
)
def test_by_hand_without_a_collar(hypothesis, missed, false_alarm, confusion):
    error = diarization_error(REFERENCE, hypothesis, collar=0)
    assert (error.missed, error.false_alarm, error.confusion, error.speech) == (
        missed,
        false_alarm,
        confusion,
        8,
    )
    assert error.rate == (missed + false_alarm + confusion) / 8


def test_the_collar_forgives_at_the_edges_only():
    late = [Turn(0.2, 4.2, "1"), Turn(5.2, 9.2, "2")]
    assert diarization_error(REFERENCE, late, collar=0).rate > 0
    error = diarization_error(REFERENCE, late, collar=0.25)
    assert error.rate == 0 and error.speech == pytest.approx(7.0)
    assert diarization_error(
        REFERENCE, [Turn(0, 3, "1"), Turn(5, 9, "2")], collar=0.25
    ).missed == pytest.approx(0.75)


def test_a_quarter_of_a_second_is_forgiven_unless_told_otherwise():
    found = [Turn(0, 4, "1")]
    said = [Turn(0, 3, "ana"), Turn(6, 10, "ben")]
    assert repr(diarization_error(said, found)) == repr(diarization_error(said, found, collar=0.25))
    assert diarization_error(said, found).false_alarm == pytest.approx(0.75)  # 3.25 to 4


def test_names_are_told_and_only_of_voices_that_meet():
    said, found = [Turn(0, 3, "ana"), Turn(6, 6, "eva")], [Turn(0, 3, "1"), Turn(3, 4, "2")]
    error = diarization_error(said, found, collar=0)
    assert error.names == {"1": "ana"} and error.speech == 3
    assert (error + error).names == {}
    apart = [Turn(0, 1, "ana"), Turn(2, 3, "ben")], [Turn(1, 2, "1"), Turn(4, 5, "2")]
    assert diarization_error(*apart, collar=0).names == {}


def test_two_at_once_count_twice_or_not_at_all():
    both = [Turn(0, 4, "ana"), Turn(2, 6, "ben")]
    error = diarization_error(both, [Turn(0, 4, "1"), Turn(4, 6, "2")], collar=0)
    assert (error.missed, error.speech) == (2, 8)
    error = diarization_error(both, [Turn(0, 4, "1"), Turn(4, 6, "2")], collar=0, overlap=False)
    assert (error.rate, error.speech) == (0, 4)


def test_errors_of_recordings_add_up_and_nothing_is_nothing():
    error = diarization_error(REFERENCE, [], collar=0) + diarization_error(REFERENCE, REFERENCE, collar=0)
    assert (error.rate, error.speech) == (0.5, 16)
    assert diarization_error([], []).rate == 0
    assert diarization_error([], [Turn(0, 1, "x")]).rate == math.inf
    assert "missed 50.0%" in repr(error) and "false alarm 1.0 s" in repr(
        diarization_error([], [Turn(0, 1, "x")])
    )


@pytest.mark.parametrize("turn", [(2, 1, "a"), (0, math.nan, "a"), (-math.inf, 1, "a")])
def test_impossible_turns_are_refused(turn):
    with pytest.raises(CourseError, match="seconds"):
        diarization_error([turn], [])
    with pytest.raises(CourseError, match="collar"):
        diarization_error([], [], collar=-1)


@pytest.mark.parametrize("seed", range(60))
def test_the_error_is_that_of_pyannote(seed):
    core = pytest.importorskip("pyannote.core", reason="pyannote.metrics needs Python 3.11")
    from pyannote.metrics.diarization import DiarizationErrorRate

    draw = random.Random(seed)
    reference, found = ([*_drawn(draw)] for _ in range(2))
    collar, overlap = draw.choice([0, 0.1, 0.25]), draw.random() < 0.7
    ends = [time for start, end, _ in reference + found for time in (start, end)]
    there = core.Timeline([core.Segment(min(ends) - 1, max(ends) + 1)])
    score = DiarizationErrorRate(collar=2 * collar, skip_overlap=not overlap)
    theirs = score(_annotation(core, reference), _annotation(core, found), uem=there, detailed=True)
    ours = diarization_error(reference, found, collar=collar, overlap=overlap)
    assert ours.missed == pytest.approx(theirs["missed detection"], abs=1e-9)
    assert ours.false_alarm == pytest.approx(theirs["false alarm"], abs=1e-9)
    assert ours.confusion == pytest.approx(theirs["confusion"], abs=1e-9)
    assert ours.speech == pytest.approx(theirs["total"], abs=1e-9)


def _drawn(draw):
    """Turns of one to four speakers; a speaker's own do not overlap."""
    for speaker in range(draw.randint(1, 4)):
        time = draw.uniform(0, 3)
        for _ in range(draw.randint(1, 4)):
            end = time + draw.uniform(0.2, 3)
            yield round(time, 2), round(end, 2), f"s{speaker}"
            time = end + draw.uniform(0.05, 3)


def _annotation(core, turns):
    made = core.Annotation()
    for number, (start, end, speaker) in enumerate(turns):
        made[core.Segment(start, end), number] = speaker
    return made


LINE = "SPEAKER {} 1 {} 2.0 <NA> <NA> {} <NA> <NA>\n"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_and_other_line_ends_lose_no_turn(tmp_path, mark, end):
    text = mark + LINE.format("m", 0.0, "ana") + LINE.format("m", 3.0, "ben")
    (tmp_path / "a.rttm").write_bytes(text.replace("\n", end).encode())
    assert read_rttm(tmp_path / "a.rttm") == [Turn(0, 2, "ana"), Turn(3, 5, "ben")]


def test_of_several_recordings_the_wanted_one_is_read_or_none(tmp_path):
    path = tmp_path / "a.rttm"
    path.write_text(
        LINE.format("one", 0.0, "ana")
        + LINE.format("my_meeting", 1.0, "ben")
        + LINE.format("one", 4.0, "eva")
    )
    assert read_rttm(path, "one") == [Turn(0, 2, "ana"), Turn(4, 6, "eva")]
    assert read_rttm(path, "my meeting") == [Turn(1, 3, "ben")]  # RTTM has no spaces
    for wanted in (None, "three", "On"):
        with pytest.raises(DataError, match="those of 2 recordings: my_meeting, one"):
            read_rttm(path, wanted)
    path.write_text(LINE.format("one", 0.0, "ana"))
    assert read_rttm(path, "another name") == [Turn(0, 2, "ana")]


def test_lower_case_comments_and_other_kinds_of_lines(tmp_path):
    path = tmp_path / "a.rttm"
    path.write_text(
        ";; made by hand\n" + LINE.format("m", 0.0, "ana").lower() + "LEXEME m 1 0 1 yes lex ana <NA>\n\n"
    )
    assert read_rttm(path) == [Turn(0, 2, "ana")]
    path.write_text("")
    assert read_rttm(path) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("0.000000\t1.500000\tana", r"labels of an editor.*SPEAKER recording 1 0 1.5"),  # Audacity
        ("0,5\t1,5\tana", "labels of an editor"),
        ("start,end,speaker", "got 'start,end,speaker'"),
        ("1\n00:00:01,000 --> 00:00:02,000\nhello", "line 1"),  # subtitles
        ('{"turns": []}', "line 1"),
        ("SPEKAER m 1 0 2 <NA> <NA> ana <NA> <NA>", "line 1"),
    ],
)
def test_what_is_no_rttm_is_shown_and_not_taken_for_no_turns(tmp_path, line, says):
    (tmp_path / "a.txt").write_text(line + "\n")
    with pytest.raises(DataError, match=says):
        read_rttm(tmp_path / "a.txt")


def test_names_with_spaces_are_refused_and_not_cut(tmp_path):
    for line in (
        "SPEAKER my meeting 1 0.5 1.0 <NA> <NA> ana <NA> <NA>",
        "SPEAKER a 1 0.5 1.0 <NA> <NA> Ana Maria <NA> <NA>",
    ):
        (tmp_path / "a.rttm").write_text(line + "\n")
        with pytest.raises(DataError, match="line 1"):
            read_rttm(tmp_path / "a.rttm")
