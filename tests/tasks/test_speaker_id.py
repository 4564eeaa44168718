"""The speaker-recognition recipe: its files, context, statistics, error rates, and the three verbs end to end."""

import json
import struct
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from corpus_makers import corpus_folder, tone
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import cli
from course_lib.cli import spkid as command
from course_lib.errors import CorpusError, CourseError, DataError
from course_lib.features import context_frames
from course_lib.models import decide
from course_lib.tasks import speaker_id
from course_lib.tasks.speaker_id import FrameSet, Statistics, Utterance

SPEAKERS = ["SES000", "SES001", "SES002"]


def utterances(per_speaker=6, frames=30, features=4, seed=0, speakers=3):
    """Speakers that differ in the mean of each feature."""
    generator = torch.Generator().manual_seed(seed)
    return [
        Utterance(
            f"BLOCK00/SES{who:03}/SA{take}", who + torch.randn(frames, features, generator=generator), who
        )
        for who in range(speakers)
        for take in range(per_speaker)
    ]


def source_files(folder, per_speaker=6, frames=30, features=4, seed=0):
    """The exercise's own files, written byte by byte as its format says, without our writer."""
    generator = np.random.default_rng(seed)
    names = {"train": [], "test": []}
    for who, code in enumerate(SPEAKERS):
        for take in range(per_speaker):
            name = f"BLOCK0{who}/{code}/SA{take:03}S1"
            path = folder / "mcp" / f"{name}.mcp"
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = who + generator.standard_normal((frames, features))
            values = struct.pack(f"<{rows.size}f", *rows.ravel())
            path.write_bytes(struct.pack("<ii", frames, features) + values)
            names["test" if take == 0 else "train"].append(name)
    (folder / "cfg").mkdir()
    for part, lines in names.items():
        (folder / "cfg" / f"all.{part}").write_text("\n".join(lines) + "\n")
    (folder / "cfg" / "spk2idx.json").write_text(json.dumps({code: i for i, code in enumerate(SPEAKERS)}))


# --- matrices


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_matrices_come_back(tmp_path_factory, frames, features, seed):
    path = tmp_path_factory.mktemp("m") / "a.mcp"
    values = torch.randn(frames, features, generator=torch.Generator().manual_seed(seed))
    speaker_id.write_matrix(path, values)
    assert path.stat().st_size == 8 + 4 * frames * features
    assert struct.unpack("<ii", path.read_bytes()[:8]) == (frames, features)
    assert torch.equal(speaker_id.read_matrix(path), values)


def test_a_matrix_written_by_hand(tmp_path):
    (tmp_path / "a.mcp").write_bytes(struct.pack("<ii6f", 2, 3, 1, 2, 3, 4, 5, 6))
    assert speaker_id.read_matrix(tmp_path / "a.mcp").tolist() == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "expected 8 bytes of header, got 0"),
        (struct.pack("<i", 3), "expected 8 bytes of header, got 4"),
        (struct.pack("<ii5f", 2, 3, *range(5)), "expected 32 bytes for 2 frames of 3 features, got 28"),
        (struct.pack("<ii7f", 2, 3, *range(7)), "got 36"),
        (struct.pack("<iif", 2**31 - 1, 2**31 - 1, 0), "cut short or no frame matrix"),
        (struct.pack("<iif", -1, -1, 0), "got -1 and -1"),
        (struct.pack("<ii", 0, 20), "the recording is empty"),
        (struct.pack(">ii2f", 2, 1, 0, 0), "big endian"),
        (struct.pack("<iif", 1, 1, float("nan")), "NaN or infinite"),
        (b"RIFF\x24\x08\x00\x00WAVEfmt ", "no frame matrix"),
    ],
)
def test_damaged_matrices_are_refused_without_believing_them(tmp_path, content, says):
    (tmp_path / "a.mcp").write_bytes(content)
    with pytest.raises(DataError, match=says):
        speaker_id.read_matrix(tmp_path / "a.mcp")


def test_a_missing_matrix_says_which_flags_to_look_at(tmp_path):
    with pytest.raises(DataError, match="--db_path and --ext"):
        speaker_id.read_matrix(tmp_path / "none.mcp")
    with pytest.raises(DataError, match=r"expected \(frames, features\)"):
        speaker_id.write_matrix(tmp_path / "a.mcp", torch.zeros(0, 3))


# --- lists


def test_lists_and_speakers(tmp_path):
    source_files(tmp_path)
    table = speaker_id.read_speakers(tmp_path / "cfg/spk2idx.json")
    assert table == {"SES000": 0, "SES001": 1, "SES002": 2}
    found = speaker_id.read_utterances(tmp_path / "cfg/all.test", tmp_path / "mcp", "mcp", table)
    assert [(u.name, u.speaker, tuple(u.frames.shape)) for u in found] == [
        (f"BLOCK0{who}/SES00{who}/SA000S1", who, (30, 4)) for who in range(3)
    ]
    speaker_id.write_list(tmp_path / "again", speaker_id.read_list(tmp_path / "cfg/all.train"))
    assert (tmp_path / "again").read_text() == (tmp_path / "cfg/all.train").read_text()
    (tmp_path / "windows").write_bytes(b"a/b\r\n\r\n c/d \r\n")
    assert speaker_id.read_list(tmp_path / "windows") == ["a/b", "c/d"]


@pytest.mark.parametrize(
    "name, speaker",
    [("BLOCK00/SES001/SA1", 1), ("SES002/SA1", 2), ("SES001/SES002/SA1", 2), ("SES001_12", 1), ("x/SES002S3", 2)],
)  # fmt: skip
def test_the_speaker_is_the_nearest_known_folder_else_the_names_beginning(name, speaker):
    assert speaker_id.speaker_of(name, {"SES000": 0, "SES001": 1, "SES002": 2, "SES": 3}) == speaker


def test_an_unknown_speaker_is_named():
    with pytest.raises(DataError, match=r"BLOCK/XYZ/a: none of its folders is a known speaker.*SES000"):
        speaker_id.speaker_of("BLOCK/XYZ/a", {"SES000": 0, "SES001": 1})


@pytest.mark.parametrize(
    "content, says",
    [
        ("{", "expected json"),
        ("[1, 2]", "at least two speakers"),
        ('{"a": 0}', "at least two speakers"),
        ('{"a": 0, "b": "1"}', "at least two speakers"),
        ('{"a": 0, "b": 2}', "classes 0 to 1, each once"),
        ('{"a": 1, "b": 1}', "classes 0 to 1, each once"),
    ],
)
def test_wrong_tables_of_speakers(tmp_path, content, says):
    (tmp_path / "t.json").write_text(content)
    with pytest.raises(DataError, match=says):
        speaker_id.read_speakers(tmp_path / "t.json")


def test_wrong_lists(tmp_path):
    source_files(tmp_path)
    table = speaker_id.read_speakers(tmp_path / "cfg/spk2idx.json")
    with pytest.raises(DataError, match="course spkid features"):
        speaker_id.read_list(tmp_path / "none")
    (tmp_path / "empty").write_text("\n\n")
    with pytest.raises(DataError, match="empty list"):
        speaker_id.read_list(tmp_path / "empty")
    (tmp_path / "twice").write_text("a\nb\na\n")
    with pytest.raises(DataError, match="a stands there more than once"):
        speaker_id.read_list(tmp_path / "twice")
    speaker_id.write_matrix(tmp_path / "mcp/BLOCK02/SES002/SA001S1.mcp", torch.zeros(5, 7))
    with pytest.raises(DataError, match="got 7; do not mix"):
        speaker_id.read_utterances(tmp_path / "cfg/all.train", tmp_path / "mcp", "mcp", table)


# --- frames


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=4), st.sampled_from([1, 3, 5, 21]), st.integers(1, 3)
)
@settings(max_examples=40, deadline=None)
def test_context_is_centred_and_stays_in_its_recording(lengths, in_frames, stride):
    made = [Utterance(str(i), 100.0 * i + torch.arange(n)[:, None], i) for i, n in enumerate(lengths)]
    data = FrameSet(made, in_frames=in_frames, stride=stride)
    x, y = (torch.cat(parts) for parts in zip(*data.batches(7)))
    assert len(x) == len(y) == len(data) == sum(lengths)
    assert torch.equal(x[:, in_frames // 2], data.frames[:, 0])  # the middle is the frame itself
    assert torch.equal(x.div(100, rounding_mode="floor"), y[:, None].expand_as(x).float())
    if stride == 1:
        assert torch.equal(x, torch.cat([context_frames(u.frames, in_frames) for u in made]))


def test_a_share_of_the_frames_and_other_microphones_only_in_training():
    data = FrameSet(utterances(), in_frames=3, share=0.25, microphones=0.5)
    drawn = torch.cat([x for x, _ in data.batches(32, shuffle=True, seed=1)])
    assert len(drawn) == round(0.25 * len(data))
    assert torch.cat([x for x, _ in data.batches(32)]).shape == (len(data), 12)
    assert torch.equal(drawn, torch.cat([x for x, _ in data.batches(32, shuffle=True, seed=1)]))
    assert not torch.equal(drawn, torch.cat([x for x, _ in data.batches(32, shuffle=True, seed=2)]))
    plain = FrameSet(utterances(), in_frames=3, share=0.25)
    still = torch.cat([x for x, _ in plain.batches(32, shuffle=True, seed=1)])
    shift = (drawn - still).view(-1, 3, 4)  # one shift for all frames of a row
    torch.testing.assert_close(shift[:, 0], shift[:, 2])
    assert abs(shift[:, 0].std() - 0.5) < 0.05


def test_statistics_make_training_frames_zero_mean_unit_deviation():
    made = utterances()
    ready = torch.cat([Statistics.of(made)(u.frames) for u in made])
    torch.testing.assert_close(ready.mean(0), torch.zeros(4), atol=1e-5, rtol=0)
    torch.testing.assert_close(ready.std(0, correction=0), torch.ones(4))


def test_preparing_takes_the_mean_away_and_adds_slopes():
    rising = torch.arange(20.0)[:, None] * torch.tensor([1.0, 3.0]) + 7
    ready = replace(speaker_id.SOURCE, mean_normalize=True, deltas=2).prepare(rising)
    assert ready.shape == (20, 6)
    torch.testing.assert_close(ready[:, :2].mean(0), torch.zeros(2))
    torch.testing.assert_close(ready[5:-5, 2:4], torch.tensor([[1.0, 3.0]]).expand(10, 2))  # slope
    torch.testing.assert_close(ready[5:-5, 4:], torch.zeros(10, 2), atol=1e-5, rtol=0)  # slope of the slope
    with pytest.raises(CourseError, match="0, 1 or 2"):
        replace(speaker_id.SOURCE, deltas=3).prepare(rising)


@pytest.mark.parametrize(
    "make, says",
    [
        (lambda: FrameSet([]), "at least one recording"),
        (lambda: FrameSet(utterances(), in_frames=4), "odd number of frames"),
        (lambda: FrameSet([*utterances(1), Utterance("a", torch.zeros(3, 9), 0)]), "one number of features"),
        (lambda: speaker_id.divided(utterances(1)), "two recordings or more"),
    ],
)
def test_errors_say_what_to_do(make, says):
    with pytest.raises(CourseError, match=says):
        make()


def test_whole_recordings_of_every_speaker_are_held_out():
    train, valid = speaker_id.divided(utterances(10), seed=3)
    assert not {u.name for u in train} & {u.name for u in valid}
    assert [sum(u.speaker == who for u in valid) for who in range(3)] == [2, 2, 2] and len(train) == 24
    assert [u.name for u in speaker_id.divided(utterances(10), seed=3)[1]] == [u.name for u in valid]
    train, valid = speaker_id.divided([*utterances(2), Utterance("alone", torch.zeros(3, 4), 9)])
    assert len(valid) == 3 and "alone" in {u.name for u in train}


# --- training and the folder of a model


def test_training_tells_speakers_apart_and_comes_back_from_its_folder(tmp_path):
    recipe = replace(speaker_id.COURSE, epoch=5, hsize=16, batch_size=64, share=1.0, mean_normalize=False)
    train, valid = speaker_id.divided(utterances(8))
    found, history = speaker_id.train_identifier(recipe, train, valid, SPEAKERS, progress=False)
    report = speaker_id.evaluate(found, utterances(3, seed=9))
    assert history.best.valid_accuracy > 0.5 and report.utterance_error < report.frame_error
    found.save(tmp_path, corpus="x")
    again, options = speaker_id.SpeakerIdentifier.load(tmp_path)
    assert options["corpus"] == "x" and again.recipe == recipe and again.speakers == SPEAKERS
    frames = utterances(1, seed=4)[2].frames
    assert torch.equal(again.log_probs(frames), found.log_probs(frames))
    assert found.identify(frames) == SPEAKERS[decide(found.log_probs(frames))]
    with pytest.raises(CourseError, match=r"expected frames \(n, 4\)"):
        found.identify(torch.zeros(5, 3))
    (tmp_path / "weights.safetensors").write_bytes(b"not weights")
    with pytest.raises(DataError, match="course spkid train"):
        speaker_id.SpeakerIdentifier.load(tmp_path)


def test_reports_count_once():
    report = speaker_id.Report(0.25, 0.4, 100, 2, (("a", 0, 0), ("b", 0, 1), ("c", 1, 1), ("d", 1, 1)))
    assert report.confusion == [[1, 1], [0, 2]]
    assert report.of({"a", "b"}) == 0.5
    assert "utterance errors 25.0% (1 of 4)" in repr(report) and "chance 50.0%" in repr(report)


# --- the verbs


def test_flags_have_the_names_and_defaults_of_the_source():
    given = vars(cli.build_parser().parse_args(["spkid", "train"]))
    source = {
        "db_path": "mcp", "tr_list_file": "cfg/all.train", "va_list_file": "cfg/all.test", "ext": "mcp",
        "spk2idx": "cfg/spk2idx.json", "log_freq": 20, "save_path": "ckpt",
    }  # fmt: skip
    assert {name: given[name] for name in source} == source
    recipe = command.chosen_recipe(cli.build_parser().parse_args(["spkid", "train"]))
    numbers = {"batch_size": 1000, "hsize": 100, "in_frames": 21, "patience": 10, "lr": 0.001, "momentum": 0.5, "epoch": 20}  # fmt: skip
    assert {name: getattr(recipe, name) for name in numbers} == numbers
    assert {name: default for name, (_, default, _) in command.FLAGS.items()} == asdict(speaker_id.SOURCE)
    chosen = command.chosen_recipe(
        cli.build_parser().parse_args(["spkid", "train", "--recipe", "course", "--hsize", "7"])
    )
    assert chosen == replace(speaker_id.COURSE, hsize=7)
    plain = ["spkid", "train", "--recipe", "course", "--no-batch_norm", "--no-normalize"]
    chosen = command.chosen_recipe(cli.build_parser().parse_args(plain))
    assert chosen == replace(speaker_id.COURSE, batch_norm=False, normalize=False)


def test_files_of_the_source_train_and_test_unchanged(tmp_path, monkeypatch, capsys):
    source_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["spkid", "train", "--epoch", "6", "--batch_size", "20", "--lr", "0.01"]) == 0
    shown = capsys.readouterr()
    assert "choosing weights on it would flatter them" in shown.err
    assert "12 recordings of 3 speakers to train on, 3 for validation" in shown.out
    assert {path.name for path in (tmp_path / "ckpt").iterdir()} == {
        "train.opts", "spk2idx.json", "statistics.safetensors", "weights.safetensors", "train_stats.json",
        "log_plots.png", "checkpoint.pt",
    }  # fmt: skip
    options = json.loads((tmp_path / "ckpt/train.opts").read_text())
    assert (options["epoch"], options["hsize"], options["input_dim"], options["num_spks"]) == (6, 100, 4, 3)
    assert len(json.loads((tmp_path / "ckpt/train_stats.json").read_text())["valid_loss"]) == 6
    assert cli.main(["spkid", "test", "--verbose"]) == 0
    shown = capsys.readouterr().out
    answers = (tmp_path / "spk_classification.log").read_text().splitlines()
    assert [line.split("\t")[0] for line in answers] == (tmp_path / "cfg/all.test").read_text().splitlines()
    assert "utterance errors" in shown and "frame errors" in shown and answers[0] in shown
    assert (tmp_path / "ckpt/confusion.png").read_bytes()[:4] == b"\x89PNG"


def test_another_table_of_speakers_is_refused(tmp_path, monkeypatch, capsys):
    source_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["spkid", "train", "--epoch", "1", "--hsize", "4"]) == 0
    table = {code: place for place, code in enumerate(reversed(SPEAKERS))}
    (tmp_path / "other.json").write_text(json.dumps(table))
    assert cli.main(["spkid", "test", "--spk2idx", "other.json"]) == 2
    assert "is not the table that this identifier was trained with" in capsys.readouterr().err
    (tmp_path / "cfg/spk2idx.json").unlink()
    assert cli.main(["spkid", "test"]) == 0


def test_without_validation_the_last_weights_are_kept():
    frames = [torch.randn(30, 4, generator=torch.Generator().manual_seed(n)) + 2 * (n % 2) for n in range(4)]
    train = [speaker_id.Utterance(f"u{n}", part, n % 2) for n, part in enumerate(frames)]
    found, history = speaker_id.train_identifier(
        replace(speaker_id.SOURCE, epoch=3), train, None, ["a", "b"], progress=False
    )
    assert len(history) == 3 and found.identify(frames[1]) == "b"


def test_validation_on_the_test_list_must_be_asked_for(tmp_path, monkeypatch, capsys):
    source_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    few = ["--epoch", "1", "--hsize", "4"]
    assert cli.main(["spkid", "train", "--validate_on_test", *few]) == 0
    shown = capsys.readouterr()
    assert "15 recordings" in shown.out and "3 for validation" in shown.out and shown.err == ""
    assert cli.main(["spkid", "train", "--va_list_file", "cfg/all.train", *few]) == 2
    assert "is in the train list and in the validation list" in capsys.readouterr().err


def test_files_shorter_than_the_context_work(tmp_path, monkeypatch):
    source_files(tmp_path, frames=3)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["spkid", "train", "--epoch", "1", "--in_frames", "21"]) == 0
    assert cli.main(["spkid", "test"]) == 0


def test_a_run_that_is_resumed_goes_on(tmp_path, monkeypatch, capsys):
    source_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["spkid", "train", "--epoch", "2", "--save_path", "whole"]) == 0
    assert cli.main(["spkid", "train", "--epoch", "1", "--save_path", "two"]) == 0
    assert cli.main(["spkid", "train", "--epoch", "2", "--save_path", "two", "--resume"]) == 0
    whole, two = (json.loads((tmp_path / name / "train_stats.json").read_text()) for name in ("whole", "two"))
    assert whole["valid_loss"] == two["valid_loss"] and len(two["valid_loss"]) == 2


def speakers_of_tones(folder):
    rows = [
        {"path": f"audio/{who}/{who}_{take}.wav", "speaker": who, "split": "test" if take == 0 else "train",
         "session": f"{who}_{take}", "wave": tone(300 + 400 * number, 0.5, seed=10 * number + take)}
        for number, who in enumerate(("ana", "ben"))
        for take in range(4)
    ]  # fmt: skip
    return corpus_folder(folder, rows)


def test_any_corpus_in_one_step_or_by_way_of_files(tmp_path, monkeypatch, capsys):
    corpus = speakers_of_tones(tmp_path / "tones")
    monkeypatch.chdir(tmp_path)
    few = ["--epoch", "3", "--hsize", "8", "--normalize", "--batch_size", "20"]
    assert cli.main(["spkid", "train", "--corpus", str(corpus), *few]) == 0
    assert cli.main(["spkid", "test"]) == 0
    direct = capsys.readouterr().out.splitlines()[-2]
    assert "(0 of 2)" in direct
    assert cli.main(["spkid", "features", "--corpus", str(corpus)]) == 0
    assert (tmp_path / "cfg/all.test").read_text() == "tones/ana/ana_0\ntones/ben/ben_0\n"
    assert speaker_id.read_matrix(tmp_path / "mcp/tones/ana/ana_0.mcp").shape == (51, 20)
    assert cli.main(["spkid", "train", "--save_path", "again", *few]) == 0
    assert cli.main(["spkid", "test", "--save_path", "again"]) == 0
    assert capsys.readouterr().out.splitlines()[-2] == direct


def test_a_corpus_without_known_speakers_in_test_is_refused(tmp_path):
    rows = [
        {"path": f"audio/{who}.wav", "speaker": who, "split": split}
        for who, split in (("ana", "train"), ("ben", "train"), ("cem", "test"))
    ]
    corpus, speakers = speaker_id.load_corpus(corpus_folder(tmp_path / "c", rows))
    with pytest.raises(CorpusError, match="cem is in test and not in train"):
        speaker_id.corpus_utterances(corpus, "test", speakers)
    rows = [dict(row, split="train") for row in rows]
    with pytest.raises(CorpusError, match="in train and in test"):
        speaker_id.load_corpus(corpus_folder(tmp_path / "d", rows))


@pytest.mark.parametrize("arguments", [["train"], ["test"], ["features", "--corpus", "no_such_corpus"]])
def test_a_first_try_without_files_says_what_to_do(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["spkid", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("course: ") and ("course spkid" in said or "no corpus" in said)
