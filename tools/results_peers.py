"""Our bases beside a public speaker encoder, on the same windows, enrolment and trials: prints the tables.

    COURSE_DATA=... python -m tools.results peers

The peer is GE2E (Wan et al. 2018) as `resemblyzer` packages it, trained on thousands of speakers. Nothing is installed
here: where the package is (`pip install --no-deps resemblyzer==0.1.4 webrtcvad-wheels`), its rows are measured too.
A base gives one vector for every second. Identification: a linear probe on the vectors of so many seconds of each
speaker, accuracy over the seconds of the test side; the vectors of every encoder are brought to one length, as the
penalty of a probe is larger for shorter vectors. Verification: the mean direction of a whole recording's vectors,
less the mean over the recordings, cosine, all pairs.
"""

import importlib.util
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from course_lib.audio import SR, fit_second
from course_lib.data import load
from course_lib.metrics import equal_error_rate, equal_error_rate_of_pairs
from course_lib.models import XVector
from course_lib.models.x_vector import OneLength
from course_lib.seeding import seed_everything, set_threads
from course_lib.transfer import Base, fit_head, load_base, sample_enrolment, speakers_of
from tools.recorded_metrics import figure, percent, table

SEEDS = (0, 1, 2)
SECONDS = (1, 2, 5, 10, None)
DRAWS = 200  # of speakers, for an interval


def measure() -> dict:
    threads, bases = set_threads(), peers()
    named = {"voxforge_en, new sessions": speakers_of("voxforge_en"), "narrators": speakers_of("narrators")}
    paired = {"an4": load("an4", by="recording"), "voxforge_en": load("voxforge_en", by="recording")}
    paired["narrators"] = load("narrators").select(role="transfer")
    return {
        "text": {"threads": str(threads), "peer": "GE2E" if "GE2E" in bases else "not installed"},
        **{title: identification(part, bases) for title, part in named.items()},
        "trials": {name: verification(corpus, bases) for name, corpus in paired.items()},
    }


def section(measured) -> str:
    return "\n\n".join([
        "## Beside a public encoder",
        "`python -m tools.results peers`, with `COURSE_DATA` naming the folder of the corpora. Seconds named rightly, in percent, by a linear "
        f"probe on a frozen body, vectors of one length; mean ± standard deviation of {len(SEEDS)} seeds (which seconds are enrolled). *GE2E*: the encoder that "
        "`resemblyzer` brings, 1.42 million parameters, thousands of speakers. *Random body*: our network before it learned.",
        *(f"### {title}\n\n" + table("enrolled of each speaker", rows) for title, rows in measured.items() if title not in ("text", "trials")),
        "### Equal error rate\n\nAll pairs of whole recordings, cosine after the mean over the recordings was taken away; in brackets 95 % of "
        f"{DRAWS} draws of as many speakers. Guessing gives 50 %.\n\n" + table("recordings", measured["trials"]),
    ])  # fmt: skip


@dataclass
class Encoder:
    """The peer with the one method that is asked of a base: embed (n, 16000) -> (n, 256)."""

    network: torch.nn.Module

    @torch.no_grad()
    def embed(self, waves):
        from resemblyzer.audio import wav_to_mel_spectrogram

        mels = np.stack([wav_to_mel_spectrogram(wave.numpy()) for wave in waves])
        return self.network(torch.from_numpy(mels))


def peers() -> dict:
    """{name: what embeds}; the public encoder only where its package is."""
    seed_everything(0)
    bases = {
        "pretrained": load_base(),
        "small_cnn": load_base("small_cnn"),
        "random body": Base(XVector(2).eval(), ["a", "b"]),
    }
    if importlib.util.find_spec("resemblyzer"):
        from resemblyzer import VoiceEncoder

        bases["GE2E"] = Encoder(VoiceEncoder("cpu", verbose=False))
    return bases


def identification(corpus, bases) -> dict:
    """{seconds enrolled: {base: right seconds}}, and chance: always naming the speaker with the most test seconds."""
    sides = {split: corpus.select(split=split).windows(hop=1.0) for split in ("train", "test")}
    embedded = {
        name: {split: embed_all(base, windows) for split, windows in sides.items()}
        for name, base in bases.items()
    }
    y, y_test = np.asarray(sides["train"].y), np.asarray(sides["test"].y)
    rows = {}
    for seconds in SECONDS:
        row = {}
        for name, vectors in embedded.items():
            right = []
            for seed in SEEDS:
                chosen = sample_enrolment(y, sides["train"].clip_index, seconds, seed)
                head = fit_head(vectors["train"][chosen], y[chosen])
                right.append(float((head.scores(vectors["test"]).argmax(1) == y_test).mean()))
            row[name] = percent(right)
        rows["all of the training side" if seconds is None else f"{seconds} s"] = row
    rows["chance"] = {name: percent(np.bincount(y_test).max() / len(y_test)) for name in bases}
    return rows


def embed_all(base, windows):
    """The windows' vectors, each as long as the square root of its size: (n, d)."""
    return torch.cat([OneLength()(base.embed(waves)) for waves, _ in windows.batches(64)]).numpy()


def verification(corpus, bases) -> dict:
    """{base: equal error rate and interval}, with the numbers of recordings and speakers."""
    owner = np.array([clip.speaker for clip in corpus])
    row = {"recordings": figure(len(owner), "d"), "speakers": figure(len(set(owner)), "d")}
    for name, base in bases.items():
        means = torch.stack([recording_mean(base, corpus.read(clip)) for clip in corpus])
        means = F.normalize(means - means.mean(0))
        scores = (means @ means.T).numpy()
        draws = np.percentile(list(resampled(scores, owner)), (2.5, 97.5))
        row[name] = percent(equal_error_rate_of_pairs(scores, owner))
        row[f"{name}, 95 %"] = f"[{100 * draws[0]:.1f}, {100 * draws[1]:.1f}]"
    return row


def recording_mean(base, wave):
    """The mean direction of a recording's seconds, half a second apart. (n,) -> (d,)"""
    starts = range(0, max(1, len(wave) - SR + 1), SR // 2)
    windows = torch.stack([fit_second(wave[start : start + SR]) for start in starts])
    return F.normalize(F.normalize(base.embed(windows)).mean(0), dim=0)


def resampled(scores, owner):
    """Equal error rates of as many speakers drawn with replacement; a speaker drawn twice is not compared with herself."""
    rng, names = np.random.default_rng(0), np.unique(owner)
    for _ in range(DRAWS):
        drawn = rng.choice(names, len(names))
        places = np.concatenate([np.flatnonzero(owner == name) for name in drawn])
        copy = np.repeat(np.arange(len(drawn)), [np.sum(owner == name) for name in drawn])
        one, other = np.triu_indices(len(places), 1)
        same, twice = copy[one] == copy[other], owner[places][one] == owner[places][other]
        keep = same | ~twice
        yield equal_error_rate(scores[places][:, places][one, other][keep], same[keep])


if __name__ == "__main__":
    print(section(measure()))
