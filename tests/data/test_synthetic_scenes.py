"""Snores breathe, clocks tick, nothing is told by loudness or one band; a conversation is what its turns say."""

from itertools import pairwise

import numpy as np
import pytest

from course_lib.data.synthetic import SCENES, Voice, clock, conversation, night, snore
from course_lib.data.synthetic.conversations import overlap_of
from course_lib.errors import AudioError

SR = 16_000
OCTAVES = [(62.5 * 2**k, 125 * 2**k) for k in range(7)]  # 62.5 Hz to 8 kHz


def envelope(wave, window=0.1, step=160):
    """Moving rms, 100 values a second, mean removed."""
    n = int(window * SR)
    power = np.concatenate([[0], np.cumsum(wave.astype(float) ** 2)])
    smooth = np.sqrt((power[n:] - power[:-n]) / n)[::step]
    return smooth - smooth.mean()


def strongest_rate(curve, low, high, per_second=100):
    hz = np.fft.rfftfreq(16384, 1 / per_second)
    power = np.abs(np.fft.rfft(curve, 16384)) ** 2
    inside = (hz >= low) & (hz <= high)
    return hz[inside][power[inside].argmax()]


@pytest.fixture(scope="module")
def clips():
    return {kind: np.array([make(seed) for seed in range(24)]) for kind, make in SCENES.items()}


@pytest.mark.parametrize("rate", [12, 18])
def test_a_snore_has_the_rate_of_breathing(rate):
    found = [60 * strongest_rate(envelope(snore(seed, 40, rate=rate), 0.4), 0.12, 0.6) for seed in range(3)]
    assert np.median(found) == pytest.approx(rate, rel=0.08)


def test_a_clock_ticks_at_the_rate_asked():
    assert strongest_rate(envelope(clock(2, 20, rate=3), 0.02), 2.2, 4) == pytest.approx(3, rel=0.03)


def test_scenes_are_seeded_and_safe(clips):
    for kind, make in SCENES.items():
        assert np.array_equal(make(3), clips[kind][3]) and not np.array_equal(make(4), clips[kind][3])
        assert clips[kind].dtype == np.float32 and np.abs(clips[kind]).max() < 0.99
        with pytest.raises(AudioError, match="half a second"):
            make(0, 0.1)


def test_loudness_tells_nothing(clips):
    level = {kind: 10 * np.log10((waves**2).mean(1)) for kind, waves in clips.items()}
    assert max(abs(np.median(values) - np.median(level["snore"])) for values in level.values()) < 0.5


def test_no_single_octave_tells_snores_from_the_rest(clips):
    """The chance that a snore has more (or less) of a band than another sound stays near a coin's."""
    hz = np.fft.rfftfreq(clips["snore"].shape[1], 1 / SR)
    for low, high in OCTAVES:
        share = {}
        for kind, waves in clips.items():
            power = np.abs(np.fft.rfft(waves)) ** 2
            share[kind] = power[:, (hz >= low) & (hz < high)].sum(1) / power.sum(1)
        rest = np.concatenate([values for kind, values in share.items() if kind != "snore"])
        area = (share["snore"][:, None] > rest[None, :]).mean()
        assert 0.2 < area < 0.8, (low, high, area)


def test_the_flutter_of_the_palate_does(clips):
    """Snores swell and fade 30 to 110 times a second, the others do not: the way to tell them is there."""

    def flutter(wave):
        fast = np.abs(wave)[: len(wave) // 8 * 8].reshape(-1, 8).mean(1)  # 2 kHz
        frames = fast[: len(fast) // 1000 * 1000].reshape(-1, 1000) * np.hanning(1000)  # half a second
        power = np.abs(np.fft.rfft(frames - frames.mean(1, keepdims=True))) ** 2
        hz = np.fft.rfftfreq(1000, 1 / 2000)
        band = power[:, (hz >= 25) & (hz <= 120)]
        return np.max(band.max(1) / np.median(power[:, hz > 25], axis=1))

    strength = {kind: np.array([flutter(wave) for wave in waves]) for kind, waves in clips.items()}
    for kind in ("breath", "rain"):
        assert (strength["snore"][:, None] > strength[kind][None, :]).mean() > 0.8


def test_a_night_has_its_share_of_snoring():
    wave, episodes = night(2, seed=1, snoring=0.4)
    assert len(wave) == 120 * SR and episodes[0][0] == 0 and episodes[-1][1] == pytest.approx(120)
    assert all(before[1] == after[0] for before, after in pairwise(episodes))
    snored = sum(end - start for start, end, kind in episodes if kind == "snore")
    assert 0.25 < snored / 120 < 0.6
    assert all(kind != "snore" for *_, kind in night(1, snoring=0)[1])
    with pytest.raises(AudioError, match="0 to 1"):
        night(1, snoring=2)


@pytest.mark.parametrize("speakers, overlap", [(2, 0.0), (2, 0.1), (3, 0.2), (4, 0.05)])
def test_a_conversation_overlaps_as_asked(speakers, overlap):
    talk = conversation(speakers, 1.0, overlap=overlap, seed=3)
    assert talk.overlap == pytest.approx(overlap, abs=0.02)
    assert len({name for *_, name in talk.turns}) == speakers
    assert all(0 <= start < end <= 60 for start, end, _ in talk.turns)


def test_the_turns_are_where_the_sound_is():
    wave, turns = conversation(3, 1.0, overlap=0.0, seed=5)
    speaking = np.zeros(len(wave), bool)
    for start, end, _ in turns:
        speaking[round(start * SR) : round(end * SR)] = True
    tail = np.zeros(len(wave), bool)  # a room rings on for some tenths of a second
    for _, end, _ in turns:
        tail[round(end * SR) : round((end + 0.3) * SR)] = True
    inside, outside = (wave[speaking] ** 2).mean(), (wave[~speaking & ~tail] ** 2).mean()
    assert 10 * np.log10(inside / outside) > 12
    assert np.abs(wave).max() < 0.99 and wave.dtype == np.float32 and np.isfinite(wave).all()


def test_nobody_speaks_twice_at_once_or_twice_in_a_row():
    turns = conversation(3, 1.0, overlap=0.2, seed=7).turns
    for name in {who for *_, who in turns}:
        own = [(start, end) for start, end, who in turns if who == name]
        assert all(before[1] <= after[0] for before, after in pairwise(own))
    assert all(before[2] != after[2] for before, after in pairwise(turns))


def test_a_conversation_is_seeded_and_takes_voices_of_one_s_own():
    first, again = conversation(2, 0.3, seed=1), conversation(2, 0.3, seed=1)
    assert np.array_equal(first.wave, again.wave) and first.turns == again.turns
    assert conversation(2, 0.3, seed=2).turns != first.turns
    named = conversation({"ana": Voice(tract=1.2), "ben": Voice(tract=0.9)}, 0.3)
    assert {who for *_, who in named.turns} == {"ana", "ben"}


def test_overlap_is_counted_by_hand():
    assert overlap_of([(0, 6, "a"), (4, 10, "b")]) == pytest.approx(0.2)  # 2 s of 10
    assert overlap_of([(0, 1, "a"), (2, 3, "b")]) == 0 == overlap_of([])


@pytest.mark.parametrize(
    "arguments, says",
    [((0,), "number of speakers"), (("ana",), "number of speakers"), ((2, 0), "minutes above 0"),
     ((2, 1, 0.9), "0 to 0.5"), ((1, 1, 0.1), "cannot talk over itself")],
)  # fmt: skip
def test_bad_conversations_say_what_to_do(arguments, says):
    speakers, minutes, overlap = (*arguments, 1, 0.0)[:3] if len(arguments) < 3 else arguments
    with pytest.raises(AudioError, match=says):
        conversation(speakers, minutes, overlap=overlap)
