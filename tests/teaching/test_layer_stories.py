"""The layer stories: the page computes what the layers compute, everything sent is stored, and what does not fit is refused."""

import base64
import json

import pytest
import torch
from bs4 import BeautifulSoup
from page_js import HERE, run_js

from course_lib.audio import SR, tone
from course_lib.errors import AudioError, CourseError
from course_lib.layers import AvgPool2d, Conv2d, MaxPool2d
from course_lib.models import SmallCNN
from course_lib.teaching.widgets.layer_story import LayerStory, chain
from course_lib.teaching.widgets.loss_valley import LossValley, surface
from course_lib.teaching.widgets.window_story import WindowStory
from course_lib.transfer import Reuse, freeze

in_js = pytest.mark.skipif(HERE is None, reason="neither node nor Chromium here")
VOICE = 0.3 * tone(1000) + 0.05 * torch.randn(SR, generator=torch.Generator().manual_seed(0))
KERNELS = ("onset", "steady tone", "rising tone", "falling tone", "average", "random")
WINDOW = ("layer_math", "window_story")
STORY = """(() => {
  const views = {};
  for (const view of given.data.views) views[view.key] = { ...view, x: { data: halves(given.words[view.key]), shape: [1, ...view.shape] } };
  const story = storyOf(given.data, views);
  Object.assign(story.state, given.set);
  story.bounds();
  const out = story.compute();
  return { state: story.state, weights: story.pooling ? null : story.kernel(), data: Array.from(out.data), shape: out.shape };
})()"""


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return SmallCNN(3)


def words_of(picture, names):
    return {name: memoryview(picture.blobs[name]).cast("H").tolist() for name in names}


def halved(values):
    return values.half().float()


@in_js
@pytest.mark.parametrize("view", ["mel", "bins", "level", "wave"])
@pytest.mark.parametrize("kind", ["average", "max", "onset", "rising tone"])
def test_a_window_gives_what_the_layers_of_the_course_give(view, kind):
    layer = "pooling" if kind in ("average", "max") else "convolution"
    story = WindowStory(VOICE, layer)
    wish = {
        "view": view,
        "kind": kind,
        "window": [5, 7],
        "stride": [3, 2],
        "padding": [1, 2],
        "dilation": [2, 3],
    }
    given = {"data": story.data, "words": words_of(story, [view]), "set": wish}
    given["data"] = {**story.data, "views": [each for each in story.data["views"] if each["key"] == view]}
    answer = run_js(WINDOW, STORY, given)
    state, x = answer["state"], halved(story.views[view]["values"])[None]
    sizes = [tuple(state[name]) for name in ("window", "stride", "padding", "dilation")]
    if layer == "pooling":
        theirs = AvgPool2d(*sizes[:3]) if kind == "average" else MaxPool2d(*sizes)
    else:
        theirs = Conv2d(1, 1, *sizes, bias=False)
        theirs.load_state_dict({"weight": torch.tensor(answer["weights"])[None, None]})
    with torch.no_grad():
        expected = theirs(x)
    assert answer["shape"] == list(expected.shape)
    torch.testing.assert_close(
        torch.tensor(answer["data"]).reshape(expected.shape), expected, rtol=1e-4, atol=1e-4
    )


@in_js
@pytest.mark.parametrize("size", [(9, 9), (1, 16), (5, 1), (1, 1)])
def test_patterns_have_length_one_or_are_silent(size):
    for name in KERNELS:
        kernel = torch.tensor(run_js(WINDOW, "pattern(...given)", [name, *size]), dtype=torch.float32)
        assert kernel.shape == size and kernel.isfinite().all()
        assert float(kernel.norm()) < 1e-6 or abs(float(kernel.norm()) - 1) < 1e-5


@in_js
def test_patterns_find_what_they_are_named_after():
    rising, falling = (
        torch.tensor(run_js(WINDOW, "pattern(...given)", [f"{way} tone", 9, 9]))
        for way in ("rising", "falling")
    )
    assert torch.allclose(rising, falling.flip(1))
    assert float((rising * torch.eye(9)).sum()) > 2 * abs(float((falling * torch.eye(9)).sum()))
    assert abs(float(rising.sum())) < 1e-5  # deaf to loudness


@in_js
def test_the_page_computes_the_small_cnn_to_rounding(model):
    story = LayerStory(model, VOICE, ["ana", "ben", "cleo"])
    names = list(story.data["arrays"])
    program = """(() => {
      const layers = given.layers.map((layer) => layer.shape ? { ...layer, weight: { data: halves(given.words[`${layer.name} weight`]), shape: layer.shape }, bias: halves(given.words[`${layer.name} bias`]) } : layer);
      const x = halves(given.words.input).map((value) => (value - given.centre) / given.scale);
      const outputs = forward({ data: x, shape: [1, ...given.shape] }, layers);
      const inside = insideOf(outputs[1], layers[1], 5, 3, 1), big = insideOf(outputs[4], layers[4], 7, 0, 0);
      return { shapes: outputs.slice(1).map((each) => each.shape), pool: Array.from(outputs[4].data), scores: Array.from(outputs.at(-1).data), sums: [inside.sum, outputs[2].data[(5 * 14 + 3) * 2 + 1], big.sum, outputs[5].data[7]] };
    })()"""
    answer = run_js(("layer_math", "layer_story"), program, {**story.data, "words": words_of(story, names)})
    assert answer["shapes"] == [[32, 63, 8], [64, 14, 2], [128, 14, 2], [128, 7, 1], [128], [3]]
    with torch.no_grad():
        model.eval()
        features, scores = model.body(story.picture[None])[0], model(story.picture[None])[0]
    torch.testing.assert_close(torch.tensor(answer["pool"]), features, rtol=5e-3, atol=5e-3)
    torch.testing.assert_close(torch.tensor(answer["scores"]), scores, rtol=5e-3, atol=5e-3)
    for total, value in zip(answer["sums"][::2], answer["sums"][1::2]):
        assert max(total, 0.0) == pytest.approx(value, abs=1e-4)


@in_js
def test_walks_on_the_valley_are_torchs():
    draw = torch.Generator().manual_seed(0)
    frames = torch.randn(400, 3, 5, generator=draw)
    valley = LossValley(frames.flatten(1), n_features=5)
    w = torch.tensor([-1.0, 0.2], requires_grad=True)
    optimizer, places = torch.optim.SGD([w], lr=0.1, momentum=0.7), [w.detach().clone()]
    for _ in range(10):
        optimizer.zero_grad()
        surface(valley.x, valley.y, w).backward()
        optimizer.step()
        places.append(w.detach().clone())
    given = [valley.x.flatten().tolist(), valley.y.tolist()]
    settings = {"rate": 0.1, "momentum": 0.7, "batch": 600, "steps": 10, "start": [-1.0, 0.2]}
    ours = run_js("loss_valley", "walkOf(...given)", [*given, settings])
    torch.testing.assert_close(torch.tensor(ours), torch.stack(places), rtol=1e-4, atol=1e-5)
    lowest = run_js(
        "loss_valley", "lowestOf(quadratic(given[0], given[1], given[1].map((_, k) => k)))", given
    )
    torch.testing.assert_close(torch.tensor(lowest), valley.lowest, rtol=1e-3, atol=1e-4)
    few = run_js("loss_valley", "walkOf(...given)", [*given, {**settings, "batch": 1}])
    assert few != ours and few == run_js(
        "loss_valley", "walkOf(...given)", [*given, {**settings, "batch": 1}]
    )


@pytest.mark.parametrize("layer", ["pooling", "convolution"])
def test_what_is_stored_of_a_window_is_whole_and_small(layer):
    story = WindowStory(VOICE, layer)
    page = BeautifulSoup(story.html(), "html.parser")
    stored = json.loads(page.find("script", type="application/json").string)
    assert page.img["alt"] == story.alt and "64 x 101 mel bands" in story.text()
    assert len(base64.b64decode(stored["blobs"]["mel"])) == 2 * 64 * 101 and len(story.html()) < 400_000
    assert story.html() == WindowStory(VOICE, layer).html()  # the same twice


def test_a_story_tells_frozen_from_trained_and_how_far_it_moved(model):
    other = freeze(model, "body")
    with torch.no_grad():
        other.head.dense2.weight.mul_(1.5)
    story = LayerStory(other, VOICE, ["ana", "ben", "cleo"], before=model)
    by_name = {layer["name"]: layer for layer in story.data["layers"]}
    assert by_name["body.conv2"]["frozen"] and by_name["body.conv2"]["moved"] == 0.0
    assert not by_name["head.dense2"]["frozen"] and by_name["head.dense2"]["moved"] == 50.0
    assert story.data["fates"] and "Frozen: body.conv1, body.conv2, body.conv3." in story.text()
    assert not LayerStory(model, VOICE, ["a", "b", "c"]).data["fates"] and len(story.html()) < 1_000_000


def test_the_border_moves_through_the_layers(model):
    points = [
        Reuse("", 0.0, 218_730, (0.9, 0.8), 4.0),
        Reuse("body.conv3", 102_624 / 218_730, 116_106, (0.7,), 0.5),
    ]
    first, last = LayerStory(model, VOICE, ["a", "b", "c"], reuse=points).data["reuse"]
    assert first["upto"] == "nothing" and first["frozen"] == []
    assert "Accuracy 85.0% ± 7.1% over 2 seeds." in first["words"]
    assert last["frozen"] == ["body.conv1", "body.conv2", "body.conv3"]
    assert "46.92% of the parameters are the base's, 116,106 are trained, 0.5 s a seed" in last["words"]
    for wrong in ([Reuse("body.blocks", 0.5, 1, (0.5,), 1.0)], []):
        with pytest.raises(CourseError, match="expected points of this model"):
            LayerStory(model, VOICE, ["a", "b", "c"], reuse=wrong)


def test_what_cannot_be_told_is_refused(model):
    with pytest.raises(CourseError, match="16000"):
        LayerStory(model, torch.zeros(100), ["a", "b", "c"])
    with pytest.raises(CourseError, match="expected 3 names"):
        LayerStory(model, VOICE, ["a"])
    with pytest.raises(CourseError, match="got Tanh"):
        chain(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh()))
    with pytest.raises(CourseError, match="expected a layer of pooling"):
        WindowStory(VOICE, "dense")
    with pytest.raises(CourseError, match=r"\(rows, columns\)"):
        WindowStory(VOICE, "convolution", kernels={"mine": torch.zeros(3)})
    for wave in (torch.zeros(100), torch.zeros(2, SR), torch.zeros(11 * SR)):
        with pytest.raises(AudioError, match="take a part"):
            WindowStory(wave)
    with pytest.raises(CourseError, match="context_frames"):
        LossValley(torch.zeros(10, 20))
    WindowStory(torch.zeros(SR)).html()  # silence can be looked at


def test_a_kernel_of_ones_own_sets_the_window():
    story = WindowStory(VOICE, "convolution", kernels={"mine": torch.arange(12.0).reshape(3, 4)})
    assert story.data["window"] == [3, 4] and story.data["kernels"]["mine"][2] == [8.0, 9.0, 10.0, 11.0]
