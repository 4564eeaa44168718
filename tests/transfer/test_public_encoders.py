"""Public encoders behind `embed`, each as a small random network of the same class; weights only from files that are what they say."""

import importlib.machinery
import sys

import numpy as np
import pytest
import torch

from course_lib.compat import import_torchaudio
from course_lib.errors import CourseError, DataError
from course_lib.models import speech_encoders as networks
from course_lib.transfer import public_encoders as public

WAV2VEC = {
    "extractor_mode": "group_norm", "extractor_conv_layer_config": [(16, 10, 5), (16, 8, 8), (16, 4, 4)],
    "extractor_conv_bias": False, "encoder_embed_dim": 24, "encoder_projection_dropout": 0.1, "encoder_pos_conv_kernel": 8,
    "encoder_pos_conv_groups": 2, "encoder_num_layers": 3, "encoder_num_heads": 2, "encoder_attention_dropout": 0.1,
    "encoder_ff_interm_features": 32, "encoder_ff_interm_dropout": 0.1, "encoder_dropout": 0.1,
    "encoder_layer_norm_first": False, "encoder_layer_drop": 0.5,
}  # fmt: skip


def wav2vec():
    return networks.SelfSupervised(import_torchaudio().models.wav2vec2_model(**WAV2VEC, aux_num_out=None), 2)


def wavlm():
    more = {"encoder_num_buckets": 8, "encoder_max_distance": 16, "aux_num_out": None}
    return networks.SelfSupervised(import_torchaudio().models.wavlm_model(**WAV2VEC, **more), 2)


def small_ecapa():
    pytest.importorskip("speechbrain", reason="speechbrain is not installed (optional: its ECAPA)")
    return networks.ecapa(channels=[16, 16, 16, 16, 48], attention_channels=8, res2net_scale=2, se_channels=8)


SMALL = {"GE2E": (lambda: networks.GE2E(16, 2, 12), 12), "wav2vec 2.0": (wav2vec, 24), "WavLM": (wavlm, 24),
         "ECAPA": (small_ecapa, 192)}  # fmt: skip


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """The empty folder of weights; no package brings any."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.setattr(public, "find_spec", lambda name: None)
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights"


@pytest.mark.parametrize("name", SMALL)
def test_one_vector_a_sound_the_same_each_time_and_no_gradients(name):
    torch.manual_seed(0)
    make, size = SMALL[name]
    encoder, waves = make().train(), 0.1 * torch.randn(networks.BATCH + 3, 16_000)
    found = encoder.embed(waves)
    assert found.shape == (len(waves), size) and not found.requires_grad and encoder.training
    assert torch.equal(found, encoder.embed(waves))  # dropout and dropped layers are off
    torch.testing.assert_close(encoder.embed(waves[-2:]), found[-2:], rtol=1e-4, atol=1e-5)
    assert encoder.embed(waves[:2, :8_000]).shape == (2, size)  # half a second


def test_a_layer_is_the_mean_over_time_of_what_it_says():
    torch.manual_seed(0)
    encoder, waves = wav2vec().eval(), torch.randn(3, 8_000)
    layers = encoder.every_layer(waves)
    assert layers.shape == (3, 3, 24)
    torch.testing.assert_close(layers[1], encoder.embed(waves))
    second = encoder.network.extract_features(waves)[0][1]  # (3, frames, 24)
    torch.testing.assert_close(layers[1], sum(second.unbind(1)) / second.shape[1])


def test_the_mel_bands_are_those_that_ge2e_learned_from():
    """Power in 40 bands as librosa makes them, which is what resemblyzer hands to its network."""
    librosa = pytest.importorskip("librosa")
    wave = torch.randn(16_000, generator=torch.Generator().manual_seed(0)) * 0.1
    settings = {"sr": 16_000, "n_fft": 400, "hop_length": 160, "n_mels": 40}
    expected = librosa.feature.melspectrogram(y=wave.numpy(), **settings).T
    np.testing.assert_allclose(networks.power_mel(wave[None])[0], expected, rtol=1e-3, atol=1e-6)


def test_quiet_sounds_are_raised_and_loud_ones_are_not():
    waves = torch.tensor([[0.001, -0.001], [0.5, -0.5]])
    torch.testing.assert_close(networks.raised(waves)[0].abs(), torch.full((2,), 10 ** (-30 / 20)))
    assert torch.equal(networks.raised(waves)[1], waves[1])


def test_ge2e_reads_the_file_of_the_package_without_importing_it(tmp_path, monkeypatch):
    torch.manual_seed(0)
    made = networks.GE2E()
    state = {**made.state_dict(), "similarity_weight": torch.ones(1)}  # of its loss
    torch.save({"step": 1, "model_state": state}, tmp_path / "pretrained.pt")
    spec = importlib.machinery.ModuleSpec("resemblyzer", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(public, "find_spec", lambda name: spec if name == "resemblyzer" else None)
    assert public.here() == ["GE2E"] and "resemblyzer" not in sys.modules
    waves = torch.randn(2, 16_000)
    assert torch.equal(public.load_public("GE2E").embed(waves), made.embed(waves))


def test_what_is_not_there_is_said(weights):
    assert public.here() == []
    with pytest.raises(CourseError, match="pip install --no-deps resemblyzer"):
        public.load_public("GE2E")
    with pytest.raises(CourseError, match="fetch=True"):
        public.load_public("HuBERT")
    with pytest.raises(CourseError, match=r"expected one of GE2E, ECAPA, .*got 'Whisper'"):
        public.load_public("Whisper")


def test_a_checkpoint_of_torchaudio_is_read_and_its_sum_remembered(weights, monkeypatch):
    pipelines = import_torchaudio().pipelines
    bundle = type(pipelines.HUBERT_BASE)(
        "hubert_fairseq_base_ls960.pth", {**WAV2VEC, "aux_num_out": None}, 16_000, False, "Wav2Vec2"
    )
    monkeypatch.setattr(pipelines, "HUBERT_BASE", bundle)
    torch.manual_seed(0)
    made, path = wav2vec(), weights / bundle._path
    torch.save(made.network.state_dict(), path)
    assert public.here() == ["HuBERT"]
    encoder, waves = public.load_public("HuBERT"), torch.randn(2, 16_000)
    encoder.layer = 2
    assert torch.equal(encoder.embed(waves), made.embed(waves))
    torch.save(wav2vec().network.state_dict(), path)
    with pytest.raises(DataError, match="another one than at first"):
        public.load_public("HuBERT")


RUN = []


def explode(why):
    RUN.append(why)


class Explosive:
    def __reduce__(self):
        return explode, ("by a file of weights",)


def test_a_file_that_would_run_something_is_refused(weights):
    bomb = public.weights_of("WavLM")
    torch.save({"encoder": Explosive()}, bomb)
    with pytest.raises(DataError, match=r"does not hold the weights of WavLM \(UnpicklingError"):
        public.load_public("WavLM")
    assert RUN == []
    torch.load(bomb, weights_only=False)  # the careless way: it would have run
    assert RUN == ["by a file of weights"]


def test_weights_are_fetched_once_from_their_address(weights, monkeypatch):
    asked = []
    monkeypatch.setattr(public, "fetch_weights", lambda address, path, begins: asked.append((address, path)))
    with pytest.raises(CourseError, match="not on this machine"):
        public.load_public("WavLM", fetch=True)
    assert asked == [(public.CARDS["WavLM"].address, weights / "wavlm_base_plus.pth")]
