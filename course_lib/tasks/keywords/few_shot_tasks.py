"""Which words of a corpus are new to a network, of a language that it knows or not; long recordings that contain them."""

from dataclasses import dataclass

import numpy as np
import torch

from course_lib.audio import SR, fit_second
from course_lib.data import hold_out, load, resplit
from course_lib.data.synthetic.rooms import noise
from course_lib.data.synthetic.wordbank import KNOWN
from course_lib.errors import CorpusError
from course_lib.tasks.keywords.negatives import other_seconds

SYNTHETIC = "synthetic_new_words"
UNKNOWN = "_unknown_"  # where a corpus gathers words that it does not name


@dataclass(frozen=True)
class WordTask:
    """New words, by group ({"known languages": [...], "unseen languages": [...]}), in a corpus split by speaker."""

    corpus: object  # clips of new words, and of unnamed other words where there are such
    groups: dict
    others: object  # clips of known words on the training side, or None: synthetic ones

    @property
    def words(self):
        """All new words, group after group."""
        return [word for words in self.groups.values() for word in words]

    def other_seconds(self, count=200, seed=0):
        """Seconds of other words, (count, 16000): of the corpus itself where it has words that the network knows."""
        return other_seconds(self.others, count=count, seed=seed)


def word_task(name, known_words, *, seed=0) -> WordTask:
    """The new words of a corpus by name or folder; "synthetic" is the course's own `synthetic_new_words`.

    A word is new where the network did not learn it (`known_words`), or where it is of another language. A corpus
    without a validation (or test) side gives a quarter of its training speakers to it. Raises CorpusError without new words.
    """
    corpus = load(SYNTHETIC if name == "synthetic" else name, by="speaker")
    if not corpus.values("split"):
        corpus = resplit(corpus, by="speaker", seed=seed)
    for part in ("test", "valid"):
        if part not in corpus.values("split"):
            corpus = hold_out(corpus, part, by="speaker", fraction=0.25, seed=seed)
    known, groups = set(known_words), {"known languages": set(), "unseen languages": set()}
    for clip in corpus:
        if clip.label and not clip.label.startswith("_"):
            foreign = bool(clip.language) and clip.language not in KNOWN
            if foreign or clip.label not in known:
                groups["unseen languages" if foreign else "known languages"].add(clip.label)
    groups = {group: sorted(words) for group, words in groups.items() if words}
    words = [word for members in groups.values() for word in members]
    if not words:
        raise CorpusError(f"{corpus.name}: expected words that the network did not learn, found none")
    old = [
        clip.label
        for clip in corpus
        if clip.split == "train" and clip.label in known and clip.language in KNOWN
    ]
    others = corpus.select(label=sorted(set(old)), split="train", language=list(KNOWN)) if old else None
    task = corpus.select(label=[*words, UNKNOWN], split=["train", "valid", "test"])
    return WordTask(task, groups, others)


def clips_in_a_row(corpus, word, *, side="test", seconds=60, every=6.0, seed=0):
    """A long recording made of one-second clips of a side: other words, and `word` about `every` seconds.

    For corpora without sentences -> (wave (n,) at 16 kHz, ((start, end), ...) the times of the word in seconds). Every
    clip comes once; between two there is up to half a second of faint noise. `seconds` is the most that is made: it
    ends early where the clips do. Raises CorpusError where a side has no clip of the word, or of no other.
    """
    rng = np.random.default_rng(seed)
    clips = [clip for clip in corpus if clip.split == side]
    wanted = [clip for clip in clips if clip.label == word]
    rest = [clip for clip in clips if clip.label != word]
    wanted, rest = ([part[k] for k in rng.permutation(len(part))] for part in (wanted, rest))
    if not wanted or not rest:
        raise CorpusError(f"{corpus.name}: expected clips of {word!r} and of other words on the side {side}")
    parts, spoken, at, due = [], [], 0, rng.uniform(0.3, 1) * every
    while at < seconds and rest:
        is_word = at >= due and bool(wanted)
        wave = fit_second(corpus.read((wanted if is_word else rest).pop(), allow_silence=True))
        if is_word:
            spoken.append((at, at + 1.0))
            due = at + every * rng.uniform(0.5, 1.5)
        gap = int(rng.uniform(0, 0.5) * SR)
        parts += [wave, torch.zeros(gap)]
        at += 1.0 + gap / SR
    wave = torch.cat(parts)
    return wave + torch.from_numpy(3e-4 * noise("pink", len(wave), seed)).float(), tuple(spoken)
