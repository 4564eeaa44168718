"""A word from a few examples: on tones whose vectors are known, and on synthetic words with the real base."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from course_lib import audio, cli, models, transfer
from course_lib.data import Clip, Corpus
from course_lib.data.synthetic import Voice, make_new_words, passage
from course_lib.data.synthetic.voices import draw_voice
from course_lib.data.synthetic.wordbank import FOREIGN, KNOWN, MORE, novel_words, trained_words
from course_lib.errors import AudioError, CorpusError, CourseError, DataError
from course_lib.metrics import f1_at, match_detections
from course_lib.paths import WEIGHTS
from course_lib.tasks import keywords
from course_lib.tasks.keywords import clean_utterances, evaluation, training

SR = 16_000


class Pitch(transfer.Base):
    """A vector for each second: how much lies in eight bands of 1 kHz."""

    def embed(self, waves):
        power = torch.fft.rfft(waves).abs().square()[:, : SR // 2]
        power = power.reshape(len(waves), 8, -1).sum(2).clamp_min(1e-9)
        return power / power.sum(1, keepdim=True)


PITCH = Pitch(None, [])


def tones(hertz, count, seed=0):
    return torch.stack(
        [audio.add_noise(audio.tone(hertz + 20 * k, amplitude=0.3), 20, seed=seed + k) for k in range(count)]
    )


@pytest.fixture(scope="module")
def spotter():
    others = torch.cat([tones(500, 3), tones(4500, 3), tones(6500, 3)])
    return keywords.enrol(
        PITCH, tones(2200, 5), keywords.background_seconds(20), others, word="two kilohertz"
    )


def test_the_banks_of_words_are_disjoint_and_as_large_as_the_source():
    trained = [word for language in KNOWN for word in trained_words(language)]
    new = [word for language in KNOWN for word in novel_words(language)]
    foreign = [word for language in FOREIGN for word in novel_words(language)]
    assert (len(KNOWN), len(trained), len(new), len(foreign)) == (9, 760, 165, 200)
    folded = [word.casefold() for word in (*trained, *new, *foreign)]
    assert len(set(folded)) == len(folded)
    assert not set(folded) & {"one", "house", "marvin", "learn"}
    assert {"yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go"} <= set(trained)
    assert not set(KNOWN) & set(FOREIGN) and set(MORE) == set(KNOWN)


def test_keyword_net_has_a_body_and_a_head():
    model = models.KeywordNet(7)
    x = -80 * torch.rand(3, 64, 101)
    with models.evaluating(model):
        vectors = model.body(x)
        assert vectors.shape == (3, 192) and torch.equal(model(x), model.head(vectors))
        assert vectors.norm(dim=1).square() == pytest.approx([192] * 3, rel=1e-4)
        assert torch.allclose(model.body(x + 10), vectors, atol=1e-3), "louder is not another word"
    assert transfer.replace_head(model, 3)(x).shape == (3, 3)
    with pytest.raises(CourseError, match=r"\(batch, 64, 101\)"):
        model(x[:, :, :50])
    with pytest.raises(CourseError, match="at least one class"):
        models.KeywordNet(0)


def test_a_tone_is_learned_from_five_examples(spotter):
    scores = spotter.scores(
        PITCH.embed(torch.cat([tones(2300, 2, 50), tones(700, 2, 60), keywords.background_seconds(2, 9)]))
    )
    assert (scores[:2] > 0.8).all() and (scores[2:] < 0.3).all()
    shares = spotter.classes(PITCH.embed(tones(700, 2, 60)))
    assert shares.sum(1).tolist() == pytest.approx([1, 1]) and (shares[:, 0] < 0.1).all()
    again = keywords.enrol(PITCH, tones(2200, 5), keywords.background_seconds(20), tones(500, 3), word="x")
    twice = keywords.enrol(PITCH, tones(2200, 5), keywords.background_seconds(20), tones(500, 3), word="x")
    assert torch.equal(again.weights, twice.weights), "no seed, one answer"


def test_the_gradient_of_the_head_is_right():
    """At the minimum found, torch's own gradient of the same loss is nearly zero."""
    torch.manual_seed(0)
    groups = [torch.randn(4, 6) + k for k in range(3)]
    found = keywords.fit_spotter(*groups, decay=1e-2)
    weights, bias = (part.double().requires_grad_() for part in (found.weights, found.bias))
    X = torch.nn.functional.normalize(torch.cat(groups).double())
    loss = torch.nn.functional.cross_entropy(X @ weights.T + bias, torch.arange(3).repeat_interleave(4))
    (loss + 1e-2 * weights.square().sum()).backward()
    assert weights.grad.abs().max() < 1e-4 and bias.grad.abs().max() < 1e-4


def test_a_spotter_is_kept_without_code(spotter, tmp_path):
    spotter.at(0.7).save(tmp_path / "two.safetensors")
    back = keywords.load_spotter(tmp_path / "two.safetensors")
    assert (back.word, back.threshold, back.about) == ("two kilohertz", 0.7, {"examples": 5})
    assert torch.equal(back.weights, spotter.weights) and torch.equal(back.bias, spotter.bias)
    with pytest.raises(CourseError, match="between 0 and 1"):
        spotter.at(1.0)
    header = {"kind": keywords.spotter.KIND, "word": "x", "threshold": 0.5, "about": {}}
    for wrong in ({**header, "kind": "a base"}, {**header, "threshold": 7}, {"word": "x"}):
        numbers = {"weights": spotter.weights, "bias": spotter.bias}
        save_file(numbers, tmp_path / "wrong.safetensors", metadata={"course": json.dumps(wrong)})
        with pytest.raises(DataError, match="is not a spotter"):
            keywords.load_spotter(tmp_path / "wrong.safetensors")
    save_file({"weights": spotter.weights * float("nan"), "bias": spotter.bias}, tmp_path / "nan.safetensors",
              metadata={"course": json.dumps(header)})  # fmt: skip
    (tmp_path / "text.safetensors").write_text("no")
    for name in ("nan", "text", "missing"):
        with pytest.raises(DataError, match="is not a spotter"):
            keywords.load_spotter(tmp_path / f"{name}.safetensors")


def test_examples_must_be_seconds(spotter):
    with pytest.raises(CourseError, match=r"expected examples as waves \(n, 16000\)"):
        keywords.enrol(PITCH, torch.zeros(3, 8000), keywords.background_seconds(3), tones(500, 2))
    with pytest.raises(CourseError, match="expected others"):
        keywords.enrol(PITCH, tones(500, 2), keywords.background_seconds(3), torch.zeros(0, SR))


def test_a_tone_is_found_where_it_sounds(spotter):
    wave = audio.add_noise(audio.tone(600, 12.0, amplitude=0.2), 30, seed=1)
    for start in (3.0, 8.2):
        first = int(start * SR)
        wave[first : first + SR] = tones(2200, 1)[0]
    heard = keywords.spot(wave, spotter.at(0.8), PITCH)
    counted = match_detections(
        [time for time, _ in heard.detections], [(3.0, 4.0), (8.2, 9.2)], heard.seconds
    )
    assert (counted.hits, counted.false_accepts) == (2, 0) and heard.seconds == 12
    assert len(heard.times) == len(heard.scores) == 121 and heard.scores.max() <= 1
    assert heard.at(0.9999).detections == () and heard.at(0.9999).threshold == 0.9999
    assert keywords.spot(torch.zeros(100), spotter, PITCH).detections == ()
    for wrong in (torch.zeros(0), torch.zeros(2, 100)):
        with pytest.raises(AudioError, match="at least one sample"):
            keywords.spot(wrong, spotter, PITCH)
    with pytest.raises(AudioError, match="above 0 s"):
        keywords.spot(wave, spotter, PITCH, hop=0)


def test_one_word_is_one_detection():
    times, scores = np.arange(10) / 10, np.array([0, 0.6, 0.9, 0.8, 0.2, 0, 0, 0.1, 0.7, 0.7])
    assert keywords.detections(times, scores, 0.5) == ((0.2, 0.9),)
    assert keywords.detections(times, scores, 0.5, apart=0.5) == ((0.2, 0.9), (0.8, 0.7))
    assert keywords.detections(times, scores, 0.95) == ()
    assert keywords.smoothed(np.ones(5)).tolist() == [1] * 5 and keywords.smoothed(np.ones(1)).tolist() == [1]


def bank(sides=("train", "valid", "test"), noise=0.1):
    """Three words whose vectors are three directions, by four voices on each side."""
    rng = np.random.default_rng(0)
    words = np.array([word for _ in sides for word in ("a", "b", "c") for _ in range(4)])
    vectors = np.eye(3)[np.searchsorted(["a", "b", "c"], words)] + noise * rng.standard_normal(
        (len(words), 3)
    )
    side = np.repeat(sides, 12)
    voices = np.array([f"{s}{k % 4}" for k, s in enumerate(side)])
    return keywords.EmbeddingSet(
        torch.from_numpy(vectors).float(),
        words,
        np.array(["xx"] * len(words)),
        voices,
        side,
        np.arange(len(words)),
    )


def test_few_shot_on_words_that_lie_apart_and_on_words_that_do_not():
    others, quiet = -torch.eye(3), -torch.ones(9, 3)
    easy = keywords.few_shot(bank(), ["a", "b", "c"], others, quiet, shots=4)
    assert easy.mean[0] > 0.95 and len(easy.f1) == 3 and set(easy.by_word) == {"a", "b", "c"}
    hard = keywords.few_shot(bank(noise=5.0), ["a", "b", "c"], others, quiet, shots=4)
    assert hard.mean[0] < 0.8
    assert easy.chance == pytest.approx(2 * (4 / 15) / (1 + 4 / 15)), "4 of 12 words and 3 of 9 quiet seconds"
    fixed = keywords.few_shot(bank(), ["a"], others, quiet, shots=1, threshold=0.999999)
    assert fixed.mean[0] == 0 and fixed.thresholds == (0.999999,) * 3
    with pytest.raises(CorpusError, match="5 examples of 'a'"):
        keywords.few_shot(bank(), ["a"], others, quiet, shots=5)
    with pytest.raises(CorpusError, match="validation and the test side"):
        keywords.few_shot(bank(("train", "valid")), ["a"], others, quiet, shots=1)


def test_examples_are_drawn_from_different_voices():
    twice = bank()
    twice = twice.take(np.concatenate([np.arange(len(twice)), np.arange(len(twice))]))
    rows = keywords.sample_examples(twice.where(sides="train"), "a", 4, seed=3)
    assert len(rows.unique(dim=0)) == 4, "four voices, though each has two takes"


def test_the_curve_of_f1_is_f1_at_every_threshold():
    rng = np.random.default_rng(0)
    scores, truth = rng.random(50), rng.random(50) < 0.2
    curve = evaluation.f1_curve(scores, truth)
    assert curve == pytest.approx([f1_at(scores, truth, one) for one in evaluation.CANDIDATES])


def test_seconds_to_learn_from_are_new_each_time_and_the_same_for_a_seed():
    said = clean_utterances.CleanUtterances.of(
        [np.sin(np.arange(n) / 7) * 0.5 for n in (6000, 9000, 20_000, 7000)], ["a", "b", "a", "b"]
    )
    seconds = training.Seconds(
        said, real=clean_utterances.CleanUtterances.of([np.ones(SR) * 0.1], ["b"]), share=0.5, size=10
    )
    first, second, other = (list(seconds.batches(4, seed=seed)) for seed in (1, 1, 2))
    assert [len(y) for _, y in first] == [4, 4, 2] and first[0][0].shape == (4, 64, 101)
    assert all(torch.equal(a, b) for (a, _), (b, _) in zip(first, second))
    assert not torch.equal(first[0][0], other[0][0]) and seconds.classes == ["a", "b"]
    with pytest.raises(CourseError, match="others"):
        training.Seconds(said, real=clean_utterances.CleanUtterances.of([np.ones(9)], ["z"]))
    assert training.placed(np.ones(4, np.float32), -2, 6).tolist() == [1, 1, 0, 0, 0, 0]
    assert training.placed(np.ones(4, np.float32), 9, 6).sum() == 0


def test_a_small_network_learns_words_and_resumes(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    words = {"en": ["yes", "window"], "pl": ["okno"]}
    said = clean_utterances.words_of_voices(2, words=words)
    again = clean_utterances.words_of_voices(2, words=words)
    assert said.labels == ["yes", "window", "okno"] * 2 == again.labels and np.array_equal(
        said.samples, again.samples
    )
    seconds = training.Seconds(said, size=96)
    model, history = training.train_words(
        seconds, epochs=4, settings={"width": 4}, batch_size=32, progress=False
    )
    assert history[-1].train_loss < history[0].train_loss and not model.training


def test_new_words_of_a_corpus(tmp_path):
    def clip(label, language, split, speaker):
        return Clip(f"{speaker}{label}.wav", speaker, label, language, split, 1.0)

    rows = [clip(w, "en", s, s) for w in ("yes", "marvin", "_unknown_") for s in ("train", "valid", "test")]
    rows += [clip("yes", "ar", s, f"{s}2") for s in ("train", "valid", "test")]
    folder = tmp_path / "mixed"
    folder.mkdir()
    text = ["path,speaker,label,language,split,duration_s"]
    text += [f"{c.path},{c.speaker},{c.label},{c.language},{c.split},1.0" for c in rows]
    (folder / "manifest.csv").write_text("\n".join(text) + "\n")
    for hertz, each in enumerate(rows, start=500):  # equal recordings on two sides would be a leak
        audio.write(folder / each.path, audio.tone(hertz, amplitude=0.1))
    task = keywords.word_task(str(folder), ["yes", "no"])
    assert task.groups == {"known languages": ["marvin"], "unseen languages": ["yes"]}
    assert [c.path for c in task.others] == ["trainyes.wav"] and isinstance(task.corpus, Corpus)
    with pytest.raises(CorpusError, match="found none"):
        (folder / "manifest.csv").write_text(
            "\n".join(line for line in text if "yes,en" in line or "path" in line) + "\n"
        )
        keywords.word_task(str(folder), ["yes"])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return make_new_words(
        tmp_path_factory.mktemp("corpora") / "words", voices=3, words=1, others=1, processes=1
    )


def test_the_corpus_of_new_words_has_new_words_and_known_ones(small):
    task = keywords.word_task(str(small), [word for language in KNOWN for word in trained_words(language)])
    assert {group: len(words) for group, words in task.groups.items()} == {
        "known languages": 9,
        "unseen languages": 10,
    }
    assert len(task.corpus) == 3 * 19 and len(task.others) == 9, "other words are on the training side"
    assert {clip.speaker for clip in task.corpus} == {"n00", "n01", "n02"}
    assert task.other_seconds(count=4).shape == (4, SR)
    wave, said = keywords.clips_in_a_row(task.corpus, task.words[0], side="test", seconds=30, every=2)
    assert len(said) == 1 and wave.ndim == 1 and said[0][1] - said[0][0] == pytest.approx(1.0)
    with pytest.raises(CorpusError, match="expected clips of 'x'"):
        keywords.clips_in_a_row(task.corpus, "x")
    with pytest.raises(DataError, match="3 voices"):
        make_new_words(small.parent / "no", voices=2)


def test_a_passage_says_the_word_where_it_says_so():
    heard = passage("window", ["water", "paper", "window"], language="en", minutes=0.4, every=3)
    assert heard.seconds == 24 and len(heard.said) >= 3 and heard.wave.dtype == np.float32
    assert all(0.2 < end - start < 1.2 for start, end in heard.said)
    assert np.array_equal(
        heard.wave, passage("window", ["water", "paper"], language="en", minutes=0.4, every=3).wave
    )
    with pytest.raises(AudioError, match="other words"):
        passage("window", ["window"], language="en")


def test_the_words_base_is_small_and_is_what_its_card_says():
    base, folder = transfer.load_base("keywords"), WEIGHTS
    card = (folder / "keywords.md").read_text()
    assert (folder / "keywords.safetensors").stat().st_size < 4_000_000
    assert f"{base.about['base_accuracy']:.1%} of {base.about['valid_clips']:,} words" in card
    assert base.about["command"] in card and f"{base.about['voices']} synthetic voices" in card
    assert f"{base.about['recordings']} recordings" in card
    for word in ("CC BY 4.0", "Licence", "seed", "must not be used"):
        assert word in card
    assert base.classes == sorted(word for language in KNOWN for word in trained_words(language))


def examples_of(word, count, seed, folder):
    paths = []
    for number in range(count):
        wave = 0.5 * torch.from_numpy(draw_voice(seed, f"own{number}").say(word, language="en"))
        paths.append(folder / f"{word}{number}.wav")
        audio.write(paths[-1], audio.add_noise(torch.nn.functional.pad(wave, (3000, 5000)), 30, seed=number))
    return [str(path) for path in paths]


def test_course_spot_learns_a_word_and_finds_it(tmp_path, capsys):
    files, kept = examples_of("telephone", 5, 3, tmp_path), tmp_path / "telephone.safetensors"
    assert cli.main(["spot", "enrol", "telephone", *files, "--out", str(kept)]) == 0
    assert "learned from 5 examples" in capsys.readouterr().out
    heard = passage(
        "telephone", novel_words("en") + trained_words("en"), language="en", voice="late", minutes=0.4
    )
    audio.write(tmp_path / "long.wav", torch.from_numpy(heard.wave).float())
    long, picture = str(tmp_path / "long.wav"), tmp_path / "score.png"
    assert cli.main(["spot", "run", str(kept), long, "--json", "--picture", str(picture)]) == 0
    told = json.loads(capsys.readouterr().out)
    counted = match_detections([one["time"] for one in told["detections"]], heard.said, heard.seconds)
    assert told["word"] == "telephone" and counted.recall >= 0.5 and counted.precision >= 0.5
    assert "Score of the word" in Image.open(picture).text["Description"]
    assert cli.main(["spot", "run", str(kept), long, "--threshold", "0.999"]) == 0
    assert "times in 24.0 s" in capsys.readouterr().out
    assert cli.main(["spot", "run", files[0], long]) == 2 and "is not a spotter" in capsys.readouterr().err
    spotter = keywords.load_spotter(kept)
    spotter.about["weights"] = "others"
    spotter.save(kept)
    assert cli.main(["spot", "run", str(kept), long]) == 2 and "enrol again" in capsys.readouterr().err


def test_a_word_of_a_recording_is_put_into_the_middle_of_its_second():
    word = torch.from_numpy(Voice().say("telephone"))
    for before, after in ((100, 100), (30_000, 500), (0, 40_000)):
        second = keywords.word_second(torch.nn.functional.pad(word, (before, after)))
        power = second.double().square()
        assert len(second) == SR and abs(float((power * torch.arange(SR)).sum() / power.sum()) - SR / 2) < 400


def test_the_base_hears_the_same_word_in_another_voice():
    """Two voices it never heard say twelve new words; the nearest second of the other voice is nearly always the same."""
    base = transfer.load_base("keywords")
    words = [(language, word) for language in KNOWN[:4] for word in novel_words(language)[:3]]
    vectors = []
    for name in ("zoe", "max"):
        waves = [
            torch.from_numpy(draw_voice(11, name).say(word, language=language)) for language, word in words
        ]
        seconds = torch.stack(
            [audio.add_noise(keywords.word_second(wave), 30, seed=k) for k, wave in enumerate(waves)]
        )
        vectors.append(torch.nn.functional.normalize(base.embed(seconds)))
    assert ((vectors[0] @ vectors[1].T).argmax(1) == torch.arange(len(words))).sum() >= 10
