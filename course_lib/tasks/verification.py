"""Is it the same voice? A score for two recordings, and how much evidence the score is.

A recording becomes one vector, the mean direction of its pieces with speech, less the mean over a cohort of other people:
what all voices share tells nobody apart. The score of two recordings is the cosine of their vectors. A calibration, fitted
on trials of people whom the base never met, turns it into a log-likelihood ratio.
Ref: Dehak et al. 2011, Front-end factor analysis for speaker verification (cosine scores); Brümmer & du Preez 2006,
Application-independent evaluation of speaker detection (log-likelihood ratios).
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from course_lib import metrics
from course_lib.audio import SR, as_wave, cut_windows
from course_lib.errors import AudioError, CorpusError, CourseError, DataError
from course_lib.models import weights_file
from course_lib.paths import WEIGHTS
from course_lib.transfer import pretrained
from course_lib.transfer.prototypes import SOMEBODY_ELSE, mean_direction, with_speech

KIND, SUFFIX = "verifier", ".verifier"
SHORTEST_S = 1.0  # of a recording; shorter ones hold too little of a voice
PIECE_S = 4.0  # about so long are the pieces of a recording; voices in one piece are better known than second by second


@dataclass(frozen=True)
class Verifier:
    """A base with the mean of a cohort (d,) and a calibration of the scores; `about` says what they were fitted on.

    `scores` are cosines from -1 to 1; `ratios` natural log-likelihood ratios: 0 says nothing, above 0 speaks for one voice.
    """

    base: pretrained.Base
    mean: torch.Tensor
    calibration: metrics.Calibration
    about: dict = field(default_factory=dict)

    def vector(self, wave):
        """One vector (d,) of length 1 for a recording (n,) at 16 kHz. AudioError where it is short or nobody speaks."""
        return self.centre(voice_vector(self.base, wave))

    def centre(self, vectors):
        """Vectors of `voice_vector` (..., d) less the cohort's mean, of length 1."""
        return F.normalize(vectors - self.mean, dim=-1)

    def verify(self, first, second):
        """Two recordings (n,) at 16 kHz -> (score, log-likelihood ratio), as numbers."""
        score = float(self.vector(first) @ self.vector(second))
        return score, float(self.ratios(score))

    def who(self, wave, voices):
        """How probable each of some known voices is, and anybody else: {name: probability, ..., SOMEBODY_ELSE: probability}.

        wave     one person's recording (n,) at 16 kHz
        voices   {name: vector (d,) as `vector` gives it}
        All of them, anybody else among them, are as probable before anybody listens; then the likelihood ratios decide.
        """
        vector = self.vector(wave)
        ratios = [float(self.ratios(float(vector @ voice))) for voice in voices.values()]
        odds = torch.tensor([*ratios, 0.0], dtype=torch.float64)  # of anybody else against anybody else: 1
        return dict(zip([*voices, SOMEBODY_ELSE], odds.softmax(0).tolist()))

    def ratios(self, scores):
        """Log-likelihood ratios of scores. A score outside of those it was fitted on counts as the nearest of them."""
        low, high = self.about.get("scores", (-1.0, 1.0))
        return self.calibration(np.clip(scores, low, high))


def voice_vector(base, wave):
    """The mean direction (d,) of a recording's pieces with speech. wave: (n,) at 16 kHz, 1 s or more.

    Pieces are equally long, about PIECE_S; one second for a network that reads no other length. Raises AudioError for a
    shorter recording, and where nobody speaks.
    """
    wave = as_wave(wave)
    if wave.ndim != 1 or len(wave) < SHORTEST_S * SR:
        raise AudioError(
            f"expected a recording (n,) of {SHORTEST_S:g} s or more at 16 kHz, got shape {tuple(wave.shape)}"
        )
    fixed = base.model.input == "spectrogram"
    count = max(1, round(len(wave) / SR / (1.0 if fixed else PIECE_S)))
    length = 1.0 if fixed else len(wave) / SR / count
    middles = (np.arange(count) + 0.5) * len(wave) / SR / count
    pieces = with_speech(torch.cat(list(cut_windows(wave, middles, length))))
    if not len(pieces):
        raise AudioError(
            f"heard no speech in {len(wave) / SR:.1f} s; record louder, nearer to the microphone"
        )
    return mean_direction(base, pieces)


def corpus_vectors(base, corpus):
    """(vectors (n, d), speakers (n,), occasions (n,)) of the recordings of a corpus that hold enough speech.

    An occasion is a speaker's session, or the recording itself where none is named.
    """
    vectors, speakers, occasions = [], [], []
    for clip in corpus:
        try:
            vectors.append(voice_vector(base, corpus.read(clip)))
        except AudioError:
            continue
        speakers.append(f"{corpus.name} {clip.speaker}")
        occasions.append(f"{clip.speaker} {clip.session or clip.path}")
    if len(set(speakers)) < 3:
        raise CorpusError(
            f"{corpus.name}: expected speech of three speakers or more, got {len(set(speakers))}"
        )
    return torch.stack(vectors), np.array(speakers), np.array(occasions)


def all_trials(speakers, occasions=None):
    """Every pair of recordings but those of one occasion: their places (first (k,), second (k,)).

    Two recordings of one occasion share room and microphone: they would make the question too easy.
    """
    speakers = np.asarray(speakers)
    first, second = np.triu_indices(len(speakers), 1)
    if occasions is not None:
        apart = np.asarray(occasions)[first] != np.asarray(occasions)[second]
        first, second = first[apart], second[apart]
    return first, second


def fit_verifier(base, parts, *, seed=0) -> Verifier:
    """Fit mean and calibration on the trials within each of `parts` [(vectors, speakers, occasions)] of `corpus_vectors`.

    `about` holds what the same recipe reaches on people whom it did not see: the people are halved by `seed`, each half is
    measured with the mean and the calibration of the other. Raises CourseError where there are no trials of both kinds.
    """
    people = np.unique(np.concatenate([speakers for _, speakers, _ in parts]))
    half = set(np.random.default_rng(seed).permutation(people)[: len(people) // 2].tolist())
    ratios, same = [], []
    for seen in (True, False):
        inside = [_of_people(part, half, seen) for part in parts]
        outside = [_of_people(part, half, not seen) for part in parts]
        ready = _fitted(base, inside)
        scores, one = _trials(outside, ready.mean)
        ratios.append(ready.calibration(scores))
        same.append(one)
    ratios, same = np.concatenate(ratios), np.concatenate(same)
    made = _fitted(base, parts)
    about = {
        "base": base_sum(base),
        "people": len(people),
        "same": int(same.sum()),
        "different": int((~same).sum()),
        "equal_error_rate": round(metrics.equal_error_rate(ratios, same), 4),
        "likelihood_cost": round(metrics.likelihood_cost(ratios, same), 4),
        "seed": seed,
        **made.about,
    }
    return Verifier(base, made.mean, made.calibration, about)


def _of_people(part, names, inside):
    vectors, speakers, occasions = part
    chosen = np.isin(speakers, list(names)) == inside
    return vectors[torch.as_tensor(chosen)], speakers[chosen], occasions[chosen]


def _fitted(base, parts):
    """The mean of the people's means over all parts, and the calibration of all their trials."""
    means = [
        vectors[torch.as_tensor(speakers == one)].mean(0)
        for vectors, speakers, _ in parts
        for one in np.unique(speakers)
    ]
    if len(means) < 3:
        raise CourseError(
            f"expected recordings of six people or more to fit a verifier, got {len(means)} in one half"
        )
    mean = torch.stack(means).mean(0)
    scores, same = _trials(parts, mean)
    ends = np.quantile(scores, [0.001, 0.999])
    return Verifier(
        base, mean, metrics.calibrate(scores, same), {"scores": [round(float(end), 4) for end in ends]}
    )


def _trials(parts, mean):
    """(scores, whether both recordings are of one speaker) of all trials within the parts."""
    scores, same = [], []
    for vectors, speakers, occasions in parts:
        first, second = all_trials(speakers, occasions)
        unit = F.normalize(vectors - mean, dim=1)
        scores.append((unit[first] * unit[second]).sum(1).numpy())
        same.append(speakers[first] == speakers[second])
    return np.concatenate(scores), np.concatenate(same)


def base_sum(base):
    """A checksum of the weights of a base's body: a verifier belongs to these, and to no others."""
    return weights_file.checksum({}, base.model.body.state_dict())


def place_of(name=pretrained.DEFAULT):
    """Where the verifier of a base lies: beside its file, with the ending .verifier."""
    path = Path(name).expanduser()
    return path.with_suffix(SUFFIX) if path.is_file() else WEIGHTS / f"{path.name}{SUFFIX}"


def save_verifier(verifier, path):
    """Write one file, whole or not at all."""
    calibration = {"slope": verifier.calibration.slope, "offset": verifier.calibration.offset}
    weights_file.save(
        path, {"mean": verifier.mean.float()}, {"calibration": calibration, "about": verifier.about}, KIND
    )


def load_verifier(base=None) -> Verifier:
    """The verifier of a base (None: the course's own) from beside its file.

    Raises CourseError where there is none, or one of another base's weights; DataError for a damaged file.
    """
    base = pretrained.load_base() if base is None else base
    path, advice = place_of(base.name), f"fit one: course train verifier --base {base.name}"
    if not path.is_file():
        raise CourseError(f"expected a verifier in {path}, there is none; {advice}")
    try:
        header, numbers = weights_file.load(path, KIND)
        calibration = metrics.Calibration(
            **{key: float(header["calibration"][key]) for key in ("slope", "offset")}
        )
        made = Verifier(base, numbers["mean"], calibration, dict(header["about"]))
        if not np.isfinite([*made.mean.tolist(), calibration.slope, calibration.offset]).all():
            raise ValueError("its numbers are not finite")
    except (AttributeError, KeyError, TypeError, ValueError, OSError, RuntimeError) as error:
        raise DataError(
            f"{path} is not a verifier of this course ({type(error).__name__}: {error}); {advice}"
        ) from error
    if made.about.get("base") != base_sum(base):
        raise CourseError(
            f"{path} was fitted for other weights than those of the base {base.name!r}; {advice}"
        )
    return made
