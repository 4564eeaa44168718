"""Who is on which side. Evaluation on what training has heard measures memory, so nothing may be on two sides.

A unit is what must stay together: a "recording" (one file), a "session" (one speaker's recordings of one
occasion: same room, microphone, cold), a "speaker", or any column of the manifest, such as the source of cuts.
Ref: Kaufman et al. 2012, "Leakage in data mining".
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass

from course_lib.corpora import content
from course_lib.errors import CorpusError

PARTS = ("train", "test", "valid")  # where a unit lies in several, it stays in the first of these


@dataclass(frozen=True)
class Leak:
    """Something that two parts share: what kind of thing, which one, and the parts."""

    kind: str  # "path", "audio", "session", "speaker" or "role"
    what: str
    parts: tuple

    def __str__(self):
        return f"{self.kind} {self.what} is in {' and '.join(self.parts)}"


def leaks(corpus, by="session"):
    """Everything that two parts of the corpus share, as a list of Leak; empty means none.

    Always: the same path, the same audio (decoded samples, whatever the file format), and, where `role` divides
    speakers and not words, a speaker who is both a base and a transfer speaker. by="session": the same session
    of a speaker, where sessions are known; by="speaker": the same speaker; by="recording": nothing more; or any
    other column.
    """
    split = [clip for clip in corpus if clip.split]
    found = _shared("path", ((clip.path, clip.split) for clip in split))
    if len({clip.split for clip in split}) > 1:
        prints = ((content.of_samples(corpus.path(clip)), clip) for clip in split)
        sides = defaultdict(list)
        for print_, clip in prints:
            sides[print_].append(clip)
        for same in sides.values():
            parts = sorted({clip.split for clip in same})
            if len(parts) > 1 and len({clip.path for clip in same}) > 1:
                found.append(Leak("audio", " = ".join(clip.path for clip in same[:3]), tuple(parts)))
    if by != "recording":
        found += _shared(by, _pairs(split, by))
    return found + _shared_roles(corpus)


def _shared_roles(corpus):
    """Speakers who are base and transfer speakers at once; none where the roles divide words, not people."""
    cast = [clip for clip in corpus if clip.get("role")]
    words = _shared("role", ((f"{clip.language} {clip.label}", clip.get("role")) for clip in cast))
    roles = ((name, clip.get("role")) for clip in cast for name in unit_names(clip, "speaker"))
    return _shared("role", roles) if words else []


def unit_names(clip, by):
    """The units a clip belongs to: none where it is not known, several where `speaker` lists them (a;b;c)."""
    if by == "session":
        return [f"{clip.session} of {clip.speaker}"] if clip.session else []
    if by == "speaker":
        return [name for name in clip.speaker.split(";") if name]
    return [clip.path] if by == "recording" else [clip.get(by)] if clip.get(by) else []


def _pairs(clips, by):
    return [(name, clip.split) for clip in clips for name in unit_names(clip, by)]


def unit_of(corpus):
    """The largest unit of which none is in two parts: "speaker", "session" or "recording"."""
    split = [clip for clip in corpus if clip.split]
    for by in ("speaker", "session"):
        pairs = _pairs(split, by)
        if pairs and not _shared(by, pairs):
            return by
    return "recording"


def blank_leaking(corpus, by):
    """The corpus with an empty split for evaluation clips whose unit is also trained on; and a note, or ""."""
    _check_unit(corpus, by, known=False)
    if by == "recording":
        return corpus, ""
    home = {}  # unit: the part it stays in
    for clip in sorted(corpus, key=lambda clip: PARTS.index(clip.split) if clip.split else len(PARTS)):
        for name in unit_names(clip, by) if clip.split else ():
            home.setdefault(name, clip.split)
    strays = [
        [name for name in unit_names(clip, by) if home.get(name, clip.split) != clip.split] for clip in corpus
    ]
    if not any(strays):
        return corpus, ""
    lost = Counter(clip.split for clip, away in zip(corpus, strays) if clip.split and away)
    units = {name for clip, away in zip(corpus, strays) if clip.split for name in away}
    note = (
        f"{corpus.name}: {len(units)} {by}s are in two parts of the manifest; left out of "
        + " and ".join(f"{part}: {count} clips" for part, count in sorted(lost.items()))
        + f'. load({corpus.name!r}, by="recording") keeps them (optimistic results)'
    )
    kept = ["" if away else clip.split for clip, away in zip(corpus, strays)]
    return corpus.with_splits(kept), note


def resplit(corpus, by, parts, seed=0):
    """A new side for every clip, no unit on two; the list of sides, clip by clip.

    parts: shares that sum to 1. Each speaker (each label, where a unit is a speaker of one label or there are
    no speakers) is divided by these shares as far as its units allow: one unit goes to the first part, two to
    the first and another, from as many units as parts on every part has one. Files of equal bytes stay together.
    The same seed gives the same sides. Raises CorpusError for shares that do not sum to 1 and unknown units.
    """
    _check_unit(corpus, by)
    if not set(parts) <= {"train", "valid", "test"} or not all(share > 0 for share in parts.values()):
        raise CorpusError(f"expected shares above 0 of train, valid and test, got {parts}")
    if abs(sum(parts.values()) - 1) > 1e-6:
        raise CorpusError(f"expected shares that sum to 1, got {parts}, which sum to {sum(parts.values()):g}")
    units = _units(corpus, by, range(len(corpus)))
    sides = [""] * len(corpus)
    order = sorted(parts, key=lambda part: part != "train")
    for unit, part in _deal(corpus, by, units, parts, order, seed).items():
        for index in units[unit]:
            sides[index] = part
    _not_empty(sides, parts, by)
    return sides


def hold_out(corpus, part, of, by, fraction, seed=0):
    """Move about `fraction` of the units of one part into another, empty one; the list of sides.

    Raises CorpusError where `of` is empty, `part` is not, or no speaker or label has two units to share.
    """
    _check_unit(corpus, by)
    if part not in ("train", "valid", "test") or part == of or not 0 < fraction < 1:
        raise CorpusError(f"expected another part and a fraction between 0 and 1, got {part!r}, {fraction}")
    sides = [clip.split for clip in corpus]
    if part in sides:
        raise CorpusError(f"{corpus.name}: {part} is not empty; resplit() makes all parts anew")
    chosen = [index for index, side in enumerate(sides) if side == of]
    if not chosen:
        raise CorpusError(f"{corpus.name}: there is no part {of!r} to hold out from; there is {set(sides)}")
    units = _units(corpus, by, chosen)
    shares = {of: 1 - fraction, part: fraction}
    for unit, side in _deal(corpus, by, units, shares, [of, part], seed).items():
        for index in units[unit]:
            sides[index] = side
    _not_empty(sides, [part], by)
    return sides


def _check_unit(corpus, by, known=True):
    if by not in ("recording", "session"):
        corpus._known(by)
    if known and by != "recording" and not any(unit_names(clip, by) for clip in corpus):
        raise CorpusError(f'{corpus.name}: no clip names its {by}; use by="recording"')


def _shared(kind, pairs):
    """A Leak for every name that the (name, part) pairs give two parts."""
    parts = defaultdict(set)
    for name, part in pairs:
        parts[name].add(part)
    return [Leak(kind, name, tuple(sorted(where))) for name, where in parts.items() if len(where) > 1]


def _units(corpus, by, indices):
    """{first path: clip indices} of each unit; a clip of no known unit is its own, and units with equal files are one."""
    above = {}  # a forest: units and files that belong together have one root

    def root(node):
        while above.setdefault(node, node) != node:
            node = above[node]
        return node

    files = {}
    for index in indices:
        clip = corpus.clips[index]
        files[index] = ("file", content.of_bytes(corpus.path(clip)))
        for name in unit_names(clip, by):
            one, other = root(files[index]), root(("unit", name))
            above[max(one, other)] = min(one, other)
    units = defaultdict(list)
    for index, file in files.items():
        units[root(file)].append(index)
    return {min(corpus.clips[index].path for index in members): members for members in units.values()}


def _deal(corpus, by, units, parts, order, seed):
    """{unit: part}: within each stratum (a speaker, a label) the units are shuffled and dealt by the shares."""
    strata = defaultdict(list)
    for unit, indices in units.items():
        strata[_stratum([corpus.clips[index] for index in indices], by)].append(unit)
    for name in [name for name in strata if name[0] == "label" and len(strata[name]) < len(order)]:
        strata["", ""] += strata.pop(name)  # labels too rare to be in every part are dealt together
    dealer, sides, ahead = random.Random(seed), {}, dict.fromkeys(order, 0.0)
    for name in sorted(strata):
        members = sorted(strata[name])
        dealer.shuffle(members)
        for part, count in _counts(len(members), parts, order, ahead).items():
            for _ in range(count):
                sides[members.pop()] = part
    return sides


def _stratum(clips, by):
    """What a unit is dealt among: its speaker's units, else those of its label, else all."""
    speakers, labels = {clip.speaker for clip in clips}, {clip.label for clip in clips}
    if by != "speaker" and len(speakers) == 1 and speakers != {""}:
        return "speaker", speakers.pop()
    return ("label", labels.pop()) if len(labels) == 1 else ("", "")


def _counts(n, parts, order, ahead):
    """How many of n units each part gets: the first part one, then the others, then nearest to the shares.

    `ahead` keeps, over all strata, how far each part is above its share, and decides between equals.
    """
    counts = dict.fromkeys(order, 0)
    for part in [order[0], *sorted(order[1:], key=ahead.get)][:n]:
        counts[part] = 1
    while sum(counts.values()) < n:
        counts[max(order, key=lambda part: (n * parts[part] - counts[part], -ahead[part]))] += 1
    for part in order:
        ahead[part] += counts[part] - n * parts[part]
    return counts


def _not_empty(sides, parts, by):
    for part in parts:
        if part not in sides:
            raise CorpusError(
                f"nothing could be given to {part}: too few units of kind {by!r}; "
                'a smaller unit (by="session", by="recording") or other shares may do'
            )
