"""The same voice or not: vectors, trials, calibration, the file beside a base, `course verify` and `course train verifier`."""

import json

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from course_lib import audio, cli, metrics
from course_lib.cli._train_verifier import unheard
from course_lib.cli.verify import in_words
from course_lib.data import load
from course_lib.data.synthetic import make_speakers
from course_lib.errors import AudioError, CorpusError, CourseError, DataError
from course_lib.models import XVector
from course_lib.paths import WEIGHTS
from course_lib.tasks import verification
from course_lib.transfer import Base, load_base, save_base


@pytest.fixture
def base(tmp_path):
    """A small network that was never trained, in a file."""
    torch.manual_seed(0)
    settings = {"channels": 16, "blocks": 1, "embedding": 8}
    save_base(Base(XVector(2, **settings).eval(), ["ana", "ben"], settings), tmp_path / "small.safetensors")
    return load_base(tmp_path / "small.safetensors")


def people(count, *, apart=1.0, seed=0, each=5, size=8, corpus="x"):
    """What `corpus_vectors` gives for people whose vectors lie around a mean of their own, all of them far from 0."""
    draw = np.random.default_rng(seed)
    own = np.repeat(draw.normal(0, apart, (count, size)), each, 0)
    vectors = F.normalize(torch.tensor(own + draw.normal(0, 0.5, own.shape) + 4, dtype=torch.float32), dim=1)
    speakers = np.repeat([f"{corpus} {number}" for number in range(count)], each)
    return vectors, speakers, np.array([f"{one} {place}" for place, one in enumerate(speakers)])


def test_all_trials_are_pairs_of_different_occasions():
    first, second = verification.all_trials(["a", "a", "a", "b"], ["a1", "a1", "a2", "b1"])
    assert list(zip(first, second)) == [(0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert len(verification.all_trials(["a", "a", "b"])[0]) == 3


def test_the_mean_of_a_cohort_is_what_all_voices_share(base):
    """Far from 0 all cosines are near 1; less the mean, two people are as far apart as they are."""
    part = people(30)
    ready = verification.fit_verifier(base, [part])
    vectors, speakers, occasions = part
    first, second = verification.all_trials(speakers, occasions)
    same = speakers[first] == speakers[second]
    before = (vectors[first] * vectors[second]).sum(1).numpy()
    after = (ready.centre(vectors)[first] * ready.centre(vectors)[second]).sum(1).numpy()
    assert before.min() > 0.6 and np.median(after[~same]) < 0.2
    assert metrics.equal_error_rate(after, same) <= metrics.equal_error_rate(before, same)
    assert metrics.likelihood_cost(ready.ratios(after), same) < 0.6


def test_what_is_told_was_measured_on_people_left_out(base):
    """Vectors that say nothing about people cost a bit and err in half of the trials, though a half could fit its own noise."""
    told = verification.fit_verifier(base, [people(24, apart=0.0)]).about
    assert told["equal_error_rate"] == pytest.approx(0.5, abs=0.08)
    assert told["likelihood_cost"] == pytest.approx(1, abs=0.05)
    good = verification.fit_verifier(base, [people(24, apart=2.0), people(12, apart=2.0, corpus="y")]).about
    assert good["equal_error_rate"] < 0.05 and good["likelihood_cost"] < 0.3
    assert good["people"] == 36 and good["same"] == 36 * 10


def test_a_score_beyond_those_of_the_calibration_is_no_stronger_evidence(base):
    ready = verification.fit_verifier(base, [people(20)])
    low, high = ready.about["scores"]
    assert ready.ratios(1.0) == ready.ratios(high) and ready.ratios(-1.0) == ready.ratios(low)
    assert ready.ratios(high) > ready.ratios(low)


def test_too_few_people_are_refused(base):
    with pytest.raises(CourseError, match="six people"):
        verification.fit_verifier(base, [people(4)])


def test_a_verifier_lies_beside_its_base_and_belongs_to_its_weights(base, tmp_path):
    made = verification.fit_verifier(base, [people(20)])
    path = verification.place_of(base.name)
    assert path == tmp_path / "small.verifier"
    with pytest.raises(CourseError, match="course train verifier --base"):
        verification.load_verifier(base)
    verification.save_verifier(made, path)
    back = verification.load_verifier(base)
    assert (
        torch.equal(back.mean, made.mean)
        and back.calibration == made.calibration
        and back.about == made.about
    )
    with torch.no_grad():
        next(base.model.body.parameters()).add_(1e-3)
    with pytest.raises(CourseError, match="other weights"):
        verification.load_verifier(base)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(DataError, match="not a verifier"):
        verification.load_verifier(base)


def test_one_recording_is_itself_and_short_or_silent_ones_are_refused(base):
    ready = verification.fit_verifier(base, [people(20)])
    wave = audio.tone(200, 2.0) + 0.1 * torch.randn(32_000, generator=torch.Generator().manual_seed(0))
    score, ratio = ready.verify(wave, wave)
    assert score == pytest.approx(1, abs=1e-5) and ratio == ready.ratios(1.0)
    with pytest.raises(AudioError, match="1 s or more"):
        ready.vector(wave[:8000])
    with pytest.raises(AudioError, match="no speech"):
        ready.vector(torch.zeros(32_000))


def test_the_commands_fit_and_verify(base, tmp_path, capsys):
    folder = make_speakers(tmp_path / "voices", base=0, transfer=8, processes=1)
    assert cli.main(["train", "verifier", "--base", base.name, "--corpus", str(folder)]) == 0
    assert "people left out in turn" in capsys.readouterr().out
    corpus = load(folder)
    one, other = (str(corpus.path(clip)) for clip in (corpus.clips[0], corpus.clips[-1]))
    assert cli.main(["verify", one, one, "--base", base.name, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["score"] == pytest.approx(1, abs=1e-4) and told["people"] == 8
    assert told["probability"] == pytest.approx(1 / (1 + np.exp(-told["log_likelihood_ratio"])))
    assert cli.main(["verify", one, other, "--base", base.name, "--prior", "0.001"]) == 0
    out = capsys.readouterr().out
    assert "log-likelihood ratio" in out and "prior of 0.001" in out and "no proof" in out
    assert cli.main(["verify", one, str(tmp_path / "none.wav"), "--base", base.name]) == 2


def test_people_whom_the_base_learned_are_left_out(base):
    base.about["learned"] = ["narrators:role=base"]
    left = unheard(base, load("narrators"))
    assert left.speakers == load("narrators").select(role="transfer").speakers
    with pytest.raises(CorpusError, match="learned all of them"):
        unheard(base, load("narrators").select(role="base"))


def test_a_ratio_in_words():
    assert in_words(np.log(5.0)) == "5 times as probable for one voice as for two"
    assert in_words(-np.log(5.0)) == "5 times as probable for two voices as for one"
    assert "next to nothing" in in_words(0.0) and "next to nothing" in in_words(-0.5)


def test_the_base_of_the_course_comes_with_a_calibration_that_fits_it():
    """Two sessions of a narrator, and a session of another: the signs of the ratios, and what the card says."""
    base = load_base()
    ready, card = verification.load_verifier(base), (WEIGHTS / "pretrained.md").read_text()
    corpus = load("narrators").select(role="transfer")
    corpus = corpus.select(speaker=corpus.speakers[:6])
    first_two = [[clip for clip in corpus if clip.speaker == name][:2] for name in corpus.speakers]
    vectors = [[ready.vector(corpus.read(clip)) for clip in clips] for clips in first_two]
    ratios = np.array([[float(ready.ratios(float(a @ b))) for _, b in vectors] for a, _ in vectors])
    own, others = np.diag(ratios), ratios[~np.eye(6, dtype=bool)]
    assert (own > 0).mean() >= 5 / 6 and (others < 0).mean() > 0.6 and others.mean() < -1 < 1 < own.mean()
    about = ready.about
    assert f"equal error rate {about['equal_error_rate']:.1%}" in card and f"{about['people']} people" in card
    assert not any("an4" in name or "voxforge" in name for name in about["corpora"])


def test_likelihood_ratios_say_who_it_is_or_somebody_else(base):
    """Ratios of 20 and 2 to 1 and a stranger's 1 to 1: 20, 2 and 1 of 23."""
    voices = {"ana": F.normalize(torch.ones(8), dim=0), "ben": F.normalize(-torch.ones(8), dim=0)}
    calibration = metrics.Calibration(slope=float(np.log(20 / 2) / 2), offset=float(np.log(20 * 2) / 2))
    verifier = verification.Verifier(base, torch.zeros(8), calibration)
    object.__setattr__(verifier, "vector", lambda wave: voices["ana"])
    told = verifier.who(torch.zeros(16_000), voices)
    assert list(told) == ["ana", "ben", "somebody else"]
    assert told["ana"] == pytest.approx(20 / 23) and told["ben"] == pytest.approx(2 / 23)
    assert sum(told.values()) == pytest.approx(1)


def test_people_are_named_from_files_and_strangers_are_somebody_else(tmp_path, capsys):
    """Four narrators are known, four are not: at least six of the eight are told, where chance tells one in five."""
    corpus = load("narrators").select(role="transfer", split="train")
    names, right = corpus.speakers[:8], 0
    for name in names:
        first, second = [corpus.read(clip) for clip in corpus.select(speaker=[name])][:2]
        audio.write(tmp_path / f"{name}.wav", first)
        audio.write(tmp_path / f"{name}_again.wav", second)
    known = [str(tmp_path / f"{name}.wav") for name in names[::2]]
    for name in names:
        assert cli.main(["identify", str(tmp_path / f"{name}_again.wav"), "--voices", *known, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)["probabilities"]
        assert set(told) == {*names[::2], "somebody else"} and sum(told.values()) == pytest.approx(1)
        right += max(told, key=told.get) == (name if name in names[::2] else "somebody else")
    assert right >= 6


def test_two_files_of_one_name_are_refused(tmp_path, capsys):
    for folder in ("one", "two"):
        audio.write(tmp_path / folder / "ana.wav", 0.1 * torch.randn(32_000))
    files = [str(tmp_path / folder / "ana.wav") for folder in ("one", "two")]
    assert cli.main(["identify", files[0], "--voices", *files]) == 2
    assert "'ana' twice" in capsys.readouterr().err
