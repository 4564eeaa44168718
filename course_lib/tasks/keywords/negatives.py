"""Negatives: other words, alone and within phrases, and background in which nobody speaks."""

import numpy as np
import torch

from course_lib.audio import SR, fit_second
from course_lib.data.synthetic.rooms import NOISES, draw_session, noise
from course_lib.data.synthetic.voices import draw_voice, stream
from course_lib.data.synthetic.wordbank import KNOWN, trained_words

PHRASE = 6  # words said in one breath, cut into seconds: what a stream of speech sounds like


def background_seconds(count=60, seed=0):
    """Seconds in which nobody speaks, (count, 16000): every kind of noise at many levels, and near silence."""
    rng, waves = np.random.default_rng(seed), []
    for number in range(count):
        wave = noise(NOISES[number % len(NOISES)], SR, [seed, number]) * 10 ** (rng.uniform(-75, -25) / 20)
        waves.append(wave + 3e-5 * rng.standard_normal(SR))
    return torch.from_numpy(np.clip(np.stack(waves), -1, 1).astype(np.float32))


def other_seconds(corpus=None, *, count=200, seed=0):
    """Seconds of other words, (count, 16000): a corpus's clips, else synthetic words that the keyword base knows.

    Synthetic: half of them a word alone, half cut from phrases, in all known languages, each by another voice in
    another room. Takes a few seconds.
    """
    rng = stream(seed, "other seconds")
    if corpus is not None:
        clips = rng.permutation(np.array(list(corpus), dtype=object))[:count]
        return torch.stack([word_second(corpus.read(clip, allow_silence=True)) for clip in clips])
    seconds = []
    while len(seconds) < count:
        language = str(rng.choice(KNOWN))
        voice, place = draw_voice(seed, f"other {len(seconds)}"), draw_session(rng)
        alone = [voice.say(str(word), language=language) for word in rng.choice(trained_words(language), 2)]
        phrase = voice.say(" ".join(rng.choice(trained_words(language), PHRASE)), language=language)
        starts = (rng.uniform(0, max(0, len(phrase) - SR), 2)).astype(int)
        for wave in [
            *(_centred(wave) for wave in alone),
            *(fit_second(phrase[start:]).numpy() for start in starts),
        ]:
            seconds.append(torch.from_numpy(place.record(wave, len(seconds))))
    return torch.stack(seconds[:count])


def word_second(wave):
    """The second around the loudest part of a recording of one word, the word in its middle. (n,) -> (16000,)

    >>> late = torch.cat([torch.zeros(20_000), torch.ones(4_000)])  # its middle is sample 22,000
    >>> int(word_second(late).nonzero()[0])
    6000
    """
    wave = torch.nn.functional.pad(wave, (SR, SR))
    energy = torch.cat([torch.zeros(1, dtype=torch.float64), wave.double().square().cumsum(0)])
    first = int((energy[SR:] - energy[:-SR]).argmax())  # the loudest second: the word's middle is in it
    middle = first + _middle(wave[first : first + SR])
    start = min(max(0, middle - SR // 2), len(wave) - SR)
    return wave[start : start + SR].clone()


def _middle(wave):
    power = wave.double().square()
    return round(float((power * torch.arange(len(wave))).sum() / power.sum().clamp_min(1e-12)))


def _centred(wave):
    free = max(0, SR - len(wave))
    return np.pad(wave[:SR], (free // 2, free - free // 2))
