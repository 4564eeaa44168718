"""Figures carry their alt text, players carry the sound as it was, and show_* draw with units on both axes."""

import base64
import html
import io
import re
import types
import warnings
import wave as wave_file
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from PIL import Image

from course_lib.audio import tone
from course_lib.errors import AudioError, CourseError
from course_lib.features import mel, mfcc, spectrogram
from course_lib.teaching.plots import (
    COLOURS,
    Picture,
    apply_style,
    figure,
    glyphs,
    listen,
    save_picture,
    show_aliasing,
    show_confusion,
    show_curves,
    show_det,
    show_history,
    show_mel,
    show_mfcc,
    show_spectrogram,
    show_spectrum,
    show_turns,
    show_wave,
    wav_bytes,
)
from course_lib.teaching.plots.player import Sound
from course_lib.training import Epoch, History

ALT = "A sine wave with ten even periods over ten milliseconds."


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


@pytest.fixture(autouse=True)
def no_figures_left():
    plt.close("all")
    yield
    plt.close("all")


def test_a_figure_is_shown_with_its_alt_text_and_closed(capsys):
    figure(show_wave(tone(1000)[:160]), alt=ALT)
    assert capsys.readouterr().out.strip() == f"Figure: {ALT}"
    assert plt.get_fignums() == []


def test_alt_text_survives_quotes_and_markup():
    alt = 'Levels "above" & <below> the line, drawn as two bands.'
    [(tag, attributes)] = Tags(Picture(show_wave(tone(1000)[:160]), alt).html).found
    assert tag == "img" and attributes["alt"] == alt
    png = base64.b64decode(attributes["src"].removeprefix("data:image/png;base64,"))
    assert png.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "alt", ["", "plot", None, 7, "spectrogram_of_one_second_of_speech", "   two    words   "]
)
def test_poor_alt_text_is_refused(alt):
    with pytest.raises(CourseError, match="expected alt text"):
        Picture(show_wave(tone(1000)[:160]), alt)


@pytest.mark.parametrize("nothing", [None, 3, "figure", [1, 2]])
def test_only_figures_and_axes_are_figures(nothing):
    with pytest.raises(CourseError, match="expected a matplotlib figure or axis"):
        Picture(nothing, ALT)


def test_a_figure_an_axis_and_an_array_of_axes_all_do():
    fig, axes = plt.subplots(2, 1)
    assert all(Picture(each, ALT, close=False).png for each in (fig, axes[0], axes))


def test_the_same_figure_gives_the_same_bytes():
    first, second = (Picture(show_wave(tone(440)[:500]), ALT).png for _ in range(2))
    assert first == second
    assert Picture(show_wave(tone(441)[:500]), ALT).png != first


def wav_of(sound):
    [source] = re.findall(r'src="data:audio/wav;base64,([^"]+)"', sound.html)
    with wave_file.open(io.BytesIO(base64.b64decode(source))) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return file.getframerate(), file.getnchannels(), file.getsampwidth(), frames


def test_the_player_holds_the_sound_as_it_was():
    wave = tone(440, amplitude=0.1)
    rate, channels, width, frames = wav_of(Sound(wave, label="A"))
    assert (rate, channels, width, len(frames)) == (16_000, 1, 2, 16_000)
    assert np.abs(frames / 32767 - wave.numpy()).max() <= 0.5 / 32767 + 1e-7
    assert frames.max() < 0.11 * 32767  # quiet stays quiet


def test_the_player_is_labelled_for_eye_and_screen_reader():
    sound = Sound(tone(440)[:8000], rate=8000, label='A "soft" tone & more')
    audio = dict(Tags(sound.html).found)["audio"]
    assert audio["aria-label"] == 'A "soft" tone & more (1.00 s, 8 kHz)'
    assert "controls" in audio and "autoplay" not in audio
    assert f"<figcaption>{html.escape(audio['aria-label'])}</figcaption>" in sound.html


@pytest.mark.parametrize(
    "wave, settings, says",
    [
        (torch.zeros(0), {}, "at least one sample"),
        (torch.zeros(2, 100), {}, "shape (2, 100)"),
        (torch.tensor([0.0, float("nan")]), {}, "1 NaN or infinite"),
        (torch.tensor([0.0, float("inf")]), {}, "1 NaN or infinite"),
        (torch.full((100,), 1.5), {}, "wave / 1.5"),
        (torch.zeros(16_000 * 21), {}, "21.0 s"),
        (torch.zeros(100), {"rate": 2000}, "2000"),
        (torch.zeros(100), {"rate": 16000.5}, "16000.5"),
        (torch.zeros(100), {"label": " "}, "label"),
        ("a sound", {}, "one-dimensional"),
    ],
)
def test_sounds_that_cannot_be_played_are_refused(wave, settings, says):
    with pytest.raises(AudioError, match=re.escape(says)):
        listen(wave, **{"label": "A sound", **settings})


def test_full_scale_is_not_too_loud():
    assert len(wav_bytes(np.ones(10))) == 44 + 20


SECOND = 0.5 * tone(1000) + 0.01 * torch.randn(16_000, generator=torch.Generator().manual_seed(0))
DRAWN = {
    "wave": (lambda ax: show_wave(SECOND, ax), "time (s)", "amplitude"),
    "short wave": (lambda ax: show_wave(SECOND[:64], ax, dots=True), "time (ms)", "amplitude"),
    "aliasing": (lambda ax: show_aliasing(5000, ax, rate=8000), "time (ms)", "amplitude"),
    "spectrum": (
        lambda ax: show_spectrum(torch.fft.rfft(SECOND).abs(), ax),
        "frequency (kHz)",
        "level (dB re strongest)",
    ),
    "spectrogram": (lambda ax: show_spectrogram(spectrogram(SECOND), ax), "time (s)", "frequency (kHz)"),
    "mel": (lambda ax: show_mel(mel(SECOND), ax), "time (s)", "centre of band (kHz)"),
    "mfcc": (lambda ax: show_mfcc(mfcc(SECOND), ax), "time (s)", "coefficient"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_show_functions_take_and_return_an_axis_with_units(name):
    draw, x, y = DRAWN[name]
    _, ax = plt.subplots()
    assert draw(ax) is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == (x, y)
    made = draw(None)
    assert made is not ax and made.get_xlabel() == x


def row_levels(ax):
    """The pixels of the drawn picture where the tone of 1 kHz is, and well above it, one value a column of time."""
    ax.figure.canvas.draw()
    pixels = np.asarray(ax.figure.canvas.buffer_rgba()).astype(int)[..., :3].sum(-1)
    height = pixels.shape[0]

    def row(khz):
        x, y = ax.transData.transform((0.5, khz))
        return pixels[height - 1 - round(y) + np.arange(-2, 3), round(x)].max()

    return row(1.0), row(5.0)


def test_a_pure_tone_is_seen_although_it_is_one_bin_of_1025():
    tone_row, other_row = row_levels(show_spectrogram(spectrogram(tone(1000)), levels=(-80, 0)))
    assert tone_row > other_row + 100


def test_time_and_frequency_lie_where_the_axes_say():
    click = torch.zeros(16_000)
    click[8000] = 1.0
    ax = show_spectrogram(spectrogram(click, n_fft=256, hop=160, any_length=True), hop=160)
    left, right, bottom, top = ax.images[0].get_extent()
    picture = ax.images[0].get_array()
    column = int(np.argmax(picture.sum(axis=0)))
    width = (right - left) / picture.shape[1]
    assert left + (column + 0.5) * width == pytest.approx(0.5, abs=0.001)
    bin_height = (top - bottom) / picture.shape[0]
    assert bottom + bin_height / 2 == pytest.approx(0) and top - bin_height / 2 == pytest.approx(8)


def test_the_alias_has_the_same_samples():
    for frequency in (1000, 5000, 7000, 9000, 13_000):
        tone_line, alias_line, dots = show_aliasing(frequency, rate=8000).get_lines()
        times = dots.get_xdata()
        alias = np.interp(times, alias_line.get_xdata(), alias_line.get_ydata())
        assert np.abs(alias - dots.get_ydata()).max() < 0.01
        assert len(tone_line.get_xdata()) == 2000


@pytest.mark.parametrize(
    "draw, bad",
    [
        (show_wave, torch.zeros(2, 100)),
        (show_wave, torch.zeros(0)),
        (show_spectrogram, SECOND),
        (show_spectrogram, torch.full((5, 5), float("nan"))),
        (show_spectrum, torch.zeros(10)),
        (show_spectrum, torch.tensor([-1.0, 2.0])),
        (show_mel, torch.zeros(2, 3, 4)),
    ],
)
def test_wrong_input_is_refused_with_a_reason(draw, bad):
    with pytest.raises(CourseError, match="expected"):
        draw(bad)


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", COLOURS)
def test_line_colours_stand_out_from_white(colour):
    # 3:1 is what WCAG 1.4.11 asks of graphics; every line also has its own line style
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_every_line_of_the_cycle_has_its_own_style():
    styles = [str(each["linestyle"]) for each in plt.rcParams["axes.prop_cycle"]]
    assert len(styles) == len(set(styles)) == len(COLOURS)


def history_of(valid_losses):
    history = History()
    for number, loss in enumerate(valid_losses, start=1):
        history.add(Epoch(number, 1.0 / number, 0.5, loss, 0.25, 1e-3, 1.0))
    return history


def test_a_history_shows_both_sides_and_marks_the_weights_that_were_kept():
    ax = show_history(history_of([2.0, 1.0, 1.5]))
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert list(lines["validation"].get_ydata()) == [2.0, 1.0, 1.5]
    assert list(lines["training"].get_xdata()) == [1, 2, 3]
    assert lines["weights kept"].get_xdata()[0] == 2
    assert (
        ax.get_xlabel() == "epoch"
        and ax.get_ylabel() == "loss (nats)"
        and "epoch 2" in ax.get_title(loc="left")
    )
    alone = show_history(history_of([float("nan")]))
    assert [line.get_label() for line in alone.get_lines()] == ["training", "weights kept"]
    for wrong in ((history_of([]), "loss"), (history_of([1.0]), "f1")):
        with pytest.raises(CourseError, match="expected"):
            show_history(wrong[0], what=wrong[1])


def test_a_confusion_table_is_drawn_in_shares_of_its_rows():
    ax = show_confusion([[3, 1], [0, 4]], ["ana", "ben"])
    assert ax.images[0].get_array().tolist() == [[0.75, 0.25], [0.0, 1.0]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["ana", "ben"]
    assert ax.get_title() == "" and ax.get_title(loc="left") == "1 of 8 answers are wrong"
    with pytest.raises(CourseError, match="a name for each row"):
        show_confusion([[1, 0], [0, 1]], ["ana"])


@pytest.mark.parametrize("rate", [8000, 16_000])
def test_a_player_has_its_sound_as_a_picture_and_in_words(rate):
    page = Sound(tone(1000, rate=rate), rate=rate, label="A & B").html
    [image] = [attributes for tag, attributes in Tags(page).found if tag == "img"]
    words = "1.00 s, peak -6 dB; loudest around 0.5 s, where 1,000 Hz is strongest."
    assert image["alt"] == f"Spectrogram of: A & B. {words}" and words in page.split("<br>")[1]
    png = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).sum(-1)
    bright = np.flatnonzero(picture.max(1) == picture.max())
    assert picture.shape == (128, 480)
    assert 1 - bright.mean() / 128 == pytest.approx(
        1000 / (rate / 2), abs=0.02
    )  # 1 kHz of rate / 2, from below
    assert "<details" in page and "<details open" not in page  # nobody is told before listening


def test_silence_and_shortness_have_a_picture_too():
    assert "1.00 s of silence." in Sound(np.zeros(16_000), label="Nothing").html
    assert "<img " in Sound([0.5], label="One sample").html


@pytest.mark.parametrize("name", ["$5", r"$\foo$", "a_b^c", "100 %"])
def test_any_name_may_stand_in_a_figure(name, capsys):
    apply_style()
    axis = show_curves({name: [0.001, 0.1]}, ylabel=name, title=name, logy=True)
    figure(axis, alt=f"A curve with the name {name} that climbs.")
    assert name in capsys.readouterr().out and axis.get_title(loc="left") == name
    assert any(tick.get_text() == "0.01" for tick in axis.get_yticklabels())


@pytest.mark.parametrize("chance, says", [(0.0625, "chance: 6.2%"), (2.4849, "chance: 2.48")])
def test_a_loss_that_guessing_reaches_is_no_share(chance, says):
    axis = show_curves({"training": [2.0, 1.0]}, ylabel="loss", chance=chance)
    assert axis.get_legend().get_texts()[-1].get_text() == says


NAMES = ("王芳", "さくら", "민준", "Zoë", "Анна")


def pictures_of_names():
    """Names where figures have them: a title, lanes, a legend, a table, categories."""
    turns = [(second, second + 1, name) for second, name in enumerate(NAMES)]
    yield show_turns(turns, title=NAMES[0])
    yield show_curves({name: [0.5, 0.6] for name in NAMES}, ylabel="share right")
    yield show_confusion(np.eye(len(NAMES)), NAMES)
    ax = plt.subplots()[1]
    ax.bar(NAMES, range(len(NAMES)))
    ax.set_yticks([0, 4], [0, 4])  # numbers as labels stay what they are
    yield ax


def test_names_in_any_script_are_drawn_without_a_missing_glyph(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for ax in pictures_of_names():
            Picture(ax, ALT)
        for ax in pictures_of_names():
            save_picture(ax, tmp_path / "names.png", ALT)


def test_without_a_font_a_name_is_written_as_its_code_points(monkeypatch):
    monkeypatch.setitem(plt.rcParams, "font.family", ["DejaVu Sans"])
    ax = show_confusion(np.eye(len(NAMES)), NAMES, title="王芳")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Picture(ax, ALT, close=False)
    assert ax.get_title(loc="left") == "U+738BU+82B3"
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "U+738BU+82B3",
        "U+3055U+304FU+3089",
        "U+BBFCU+C900",
        "Zoë",
        "Анна",
    ]


def test_a_font_of_the_system_is_asked_for_what_the_first_has_not(monkeypatch):
    there = [types.SimpleNamespace(name=name) for name in ("Noto Sans CJK JP", "DejaVu Sans", "Comic Sans")]
    monkeypatch.setattr(glyphs.font_manager.fontManager, "ttflist", there)
    assert glyphs.families() == ["DejaVu Sans", "Noto Sans CJK JP"]
    assert plt.rcParams["font.family"][0] == "DejaVu Sans"


def test_figures_without_such_names_are_drawn_as_before(monkeypatch):
    def png():
        return Picture(show_curves({"a": [1.0, 2.0], "b": [3.0, 1.0]}, ylabel="loss", chance=0.5), ALT).png

    first = png()
    monkeypatch.setattr("course_lib.teaching.plots.figures.make_legible", lambda fig: None)
    assert png() == first


def test_normal_scores_give_a_straight_det_curve():
    """On axes of normal deviates, with the slope of the two deviations; the rates are told at the ticks."""
    draw = np.random.default_rng(0)
    same = np.arange(40_000) < 20_000
    scores = np.where(same, draw.normal(2, 1, 40_000), draw.normal(0, 2, 40_000))
    ax = show_det({"normal": (scores, same)}, marks={"in use": (0.1, 0.0)})
    x, y = ax.lines[0].get_data()
    inside = (np.abs(x) < 2) & (np.abs(y) < 2)
    slope, _ = np.polyfit(x[inside], y[inside], 1)
    assert np.corrcoef(x[inside], y[inside])[0, 1] < -0.999 and slope == pytest.approx(-2, abs=0.05)
    assert [label.get_text() for label in ax.get_xticklabels()][:3] == ["0.1%", "1%", "5%"]
    assert np.isfinite(ax.lines[1].get_data()).all()  # a rate of 0 is drawn at the edge
