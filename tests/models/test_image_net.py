"""Sound as an image, MobileNet cut in two, and its weights: fetched, checked, used offline, honestly absent."""

import hashlib

import pytest
import torch
from fetch_server import serving

from course_lib import audio
from course_lib.compat import import_torchvision
from course_lib.data.public.weights import fetch_weights, try_weights
from course_lib.errors import AudioError, CourseError, DataError
from course_lib.models import image_net
from course_lib.transfer import embed, freeze, layer_names, split_at_frozen


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A file in torchvision's format with other numbers than any seed gives."""
    network = import_torchvision().models.mobilenet_v3_small(weights=None)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.full_like(parameter, 0.01))
    path = tmp_path_factory.mktemp("weights") / "made.pth"
    torch.save(network.state_dict(), path)
    return path


def test_an_image_has_the_shape_and_the_numbers_of_photographs():
    image = image_net.as_image(torch.randn(3, 40_000, generator=torch.Generator().manual_seed(0)))
    assert image.shape == (3, 3, 96, 96) and image.dtype == torch.float32
    photo = image_net.as_photo(image)
    assert (
        photo.shape == (3, 96, 96, 3)
        and float(photo.min()) >= 0
        and float(photo.max()) == pytest.approx(1, abs=1e-3)
    )
    for channel, (mean, std) in enumerate(zip(image_net.MEAN, image_net.STD)):
        assert float(image[:, channel].max()) == pytest.approx((1 - mean) / std, abs=1e-3)  # white
        assert float(image[:, channel].min()) >= -mean / std - 1e-4  # black


def test_a_high_tone_is_up_and_time_goes_to_the_right():
    tones = torch.cat([audio.tone(400, 1.0), audio.tone(4_000, 1.0)])
    rows = image_net.as_photo(image_net.as_image(tones))[..., 1].argmax(0)
    assert (rows[5:40] > 55).all() and (rows[56:90] < 40).all()


def test_an_image_does_not_depend_on_loudness_or_neighbours():
    waves = torch.randn(2, 40_000, generator=torch.Generator().manual_seed(1)) * 0.1
    image = image_net.as_image(waves)
    assert torch.allclose(image_net.as_image(waves * 0.3), image, atol=1e-3)
    assert torch.allclose(image_net.as_image(waves[1]), image[1], atol=1e-5)
    with pytest.raises(AudioError):
        image_net.as_image(torch.zeros(500))


def test_silence_is_an_image_of_finite_numbers():
    assert image_net.as_image(torch.zeros(40_000)).isfinite().all()


def test_mobilenet_is_cut_in_body_and_head():
    model = image_net.mobilenet("random", n_classes=5)
    assert embed(model, torch.zeros(2, 3, 96, 96)).shape == (2, 576)
    assert model(torch.zeros(2, 3, 96, 96)).shape == (2, 5)
    front, rest = split_at_frozen(freeze(model))
    assert sum(p.numel() for p in rest.parameters()) == 576 * 5 + 5
    assert layer_names(model)[-1] == "head" and not model.training
    x = torch.randn(2, 3, 96, 96)
    with torch.no_grad():
        assert torch.allclose(rest(front(x)), model(x), atol=1e-5)


def test_it_is_torchvisions_network_with_its_numbers(weights):
    """The cut network gives what torchvision's own gives before its classifier."""
    own = import_torchvision().models.mobilenet_v3_small(weights=None).eval()
    own.load_state_dict(torch.load(weights, weights_only=True))
    x = torch.randn(2, 3, 96, 96)
    model = image_net.mobilenet(weights)
    with torch.no_grad():
        assert torch.allclose(model.body(x), own.avgpool(own.features(x)).flatten(1))


def test_random_weights_depend_on_the_seed_alone():
    state = torch.random.get_rng_state()
    one, same, other = (image_net.mobilenet("random", seed=seed).head.weight for seed in (3, 3, 4))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_settled_norms_give_what_their_own_batch_has():
    images = torch.randn(32, 3, 96, 96) * 5 + 2
    model = image_net.recalibrate_batchnorm(image_net.mobilenet("random"), images)
    with torch.no_grad():
        first = model.body.block0[1](model.body.block0[0](images))
    assert first.mean().abs() < 0.01 and first.std() == pytest.approx(1, abs=0.05)
    assert model.body.block0[1].momentum == 0.01 and not model.body.block0[1].training


def test_weights_that_are_not_there_say_what_to_do():
    with pytest.raises(CourseError, match="--fetch-weights"):
        image_net.mobilenet("pretrained")


def test_fetched_weights_are_used_offline(weights, monkeypatch):
    body = weights.read_bytes()
    digits = hashlib.sha256(body).hexdigest()[:8]
    monkeypatch.setitem(image_net.WEIGHTS, "begins", digits)
    with serving() as server:
        server.files["/weights.pth"] = body
        path = fetch_weights(
            f"{server.address}/weights.pth", image_net.weights_path(), digits, say=lambda text: None
        )
        assert path.read_bytes() == body
    again = fetch_weights("http://127.0.0.1:9/gone.pth", path, digits)  # nobody is asked
    first = image_net.mobilenet("pretrained").body.block0[0].weight.detach()
    assert again == path and torch.allclose(first, torch.tensor(0.01))


def test_another_file_is_thrown_away_and_nothing_is_left(weights):
    with serving() as server:
        server.files["/weights.pth"] = weights.read_bytes()
        with pytest.raises(DataError, match="begins with 047dcff4"):
            fetch_weights(
                f"{server.address}/weights.pth", image_net.weights_path(), "047dcff4", say=lambda text: None
            )
    assert list(image_net.weights_path().parent.iterdir()) == []


def test_a_damaged_file_is_fetched_anew(weights):
    body = weights.read_bytes()
    digits = hashlib.sha256(body).hexdigest()[:8]
    image_net.weights_path().parent.mkdir(parents=True)
    image_net.weights_path().write_bytes(body[:1000])
    with pytest.raises(DataError, match="damaged"):
        image_net.mobilenet("pretrained")
    with serving() as server:
        server.files["/weights.pth"] = body
        path = fetch_weights(
            f"{server.address}/weights.pth", image_net.weights_path(), digits, say=lambda text: None
        )
    assert path.read_bytes() == body


def test_without_a_network_the_reason_is_told():
    path, why = try_weights(
        "http://127.0.0.1:9/weights.pth", image_net.weights_path(), "047dcff4", timeout=(1, 1)
    )
    assert path is None and "no connection" in why and not image_net.weights_path().exists()


@pytest.mark.parametrize("content", [b"", b"no weights at all", b"PK\x03\x04 half an archive"])
def test_what_is_no_weights_is_refused(tmp_path, content):
    (tmp_path / "x.pth").write_bytes(content)
    with pytest.raises(DataError, match="MobileNetV3-small"):
        image_net.mobilenet(tmp_path / "x.pth")


def test_weights_of_another_network_and_code_are_refused(tmp_path):
    torch.save({"layer.weight": torch.zeros(2)}, tmp_path / "other.pth")
    torch.save({"features": print}, tmp_path / "code.pth")
    for name in ("other.pth", "code.pth"):
        with pytest.raises(DataError, match="fetch again"):
            image_net.mobilenet(tmp_path / name)
