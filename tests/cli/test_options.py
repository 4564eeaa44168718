"""Every number that a verb takes has its range; a number outside it is refused before anything is done."""

import argparse

import pytest

from course_lib import cli
from course_lib.cli._options import at_least, number

REFUSED = [
    *("train base --epochs 0", "train base --epochs -3", "train base --processes 0", "train base --seed -1"),
    *(
        "train keywords --epochs 0",
        "train keywords --voices 0",
        "train keywords --size 0",
        "train keywords --width 0",
    ),
    *(
        "train stream --first 0",
        "train stream --each 0",
        "train stream --refresh 0",
        "train stream --keep -1",
    ),
    *("transfer --seeds 0", "transfer --seconds 0", "diarize a.wav --speakers 0", "run --seed x"),
    *(
        "identify a.wav --model m --hop 0",
        "identify a.wav --model m --hop nan",
        "lab --port 0",
        "lab --port 70000",
    ),
    *(
        "classify a.wav --threshold nan",
        "spot run s a.wav --threshold 2",
        "spot enrol w a.wav --out o --threshold -1",
    ),
    *("spkid train --epoch 0", "spkid train --lr 0", "spkid train --dropout 1", "spkid train --share 0"),
    *(
        "spkid train --batch_size 0",
        "spkid train --hsize 0",
        "spkid train --momentum 1",
        "spkid train --deltas 3",
    ),
    *("spkid features --corpus x --n_mfcc 0", "spkid train --patience 0", "spkid train --stride 0"),
    *("spkid train --weight_decay -1", "spkid train --microphones inf", "spkid train --in_frames 0"),
]


@pytest.mark.parametrize("line", REFUSED)
def test_a_number_out_of_range_is_refused_with_what_was_expected(line, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(line.split())
    said = capsys.readouterr().err
    assert stop.value.code == 2 and "expected a" in said and f"got {line.split()[-1]!r}" in said


@pytest.mark.parametrize("verb", ["train base", "train keywords"])
def test_a_folder_is_no_file_for_a_network(tmp_path, verb, capsys):
    assert cli.main([*verb.split(), "--out", str(tmp_path)]) == 2
    shown = capsys.readouterr()
    assert not shown.out and f"{tmp_path} is a folder; name a file to write" in shown.err


def options(parser, path=()):
    """Every option of a parser and of those below it, with the words that lead there."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from options(below, (*path, name))
        else:
            yield path, action


def test_no_verb_takes_a_bare_number():
    bare = [
        (*path, *action.option_strings)
        for path, action in options(cli.build_parser())
        if action.type in (int, float) and path[:2] != ("data", "fetch")  # it says itself what it expects
    ]
    assert bare == []


@pytest.mark.parametrize("text", ["", "x", "1e999", "nan", "-inf", "0.5"])
def test_what_is_no_whole_number_is_none(text):
    with pytest.raises(argparse.ArgumentTypeError, match="a whole number of 1 or more"):
        at_least(1)(text)


def test_limits_are_taken_and_what_is_beyond_is_not():
    assert number(float, low=0, high=1)("1") == 1 and number(float, above=0, high=1)("1e-9") == 1e-9
    for settings, text in [
        ({"above": 0, "high": 1}, "0"),
        ({"low": 0, "below": 1}, "1"),
        ({"low": 2, "high": 3}, "4"),
    ]:
        with pytest.raises(argparse.ArgumentTypeError):
            number(float, **settings)(text)
