"""New splits: units are dealt to train, valid and test so that nothing is on two sides and every speaker is on each.

What a unit is and how leaks are found: leakage.py.
"""

import random
from collections import defaultdict

from course_lib.data import fingerprint
from course_lib.data.leakage import check_unit, unit_names
from course_lib.errors import CorpusError


def resplit(corpus, by, parts, seed=0):
    """A new side for every clip, no unit on two; the list of sides, clip by clip.

    parts: shares that sum to 1. Each speaker (each label, where a unit is a speaker of one label or there are
    no speakers) is divided by these shares as far as its units allow: one unit goes to the first part, two to
    the first and another, from as many units as parts on every part has one. Files of equal bytes stay together.
    The same seed gives the same sides. Raises CorpusError for shares that do not sum to 1 and unknown units.
    """
    check_unit(corpus, by)
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
    check_unit(corpus, by)
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
        files[index] = ("file", fingerprint.of_bytes(corpus.path(clip)))
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
