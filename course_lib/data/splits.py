"""Every hold-out of the project: which recordings a model learns from, is chosen by and is tested on.

Units (recordings, sessions, speakers: see leakage.py) are dealt to train, valid and test so that none is on two
sides and every speaker is on each. What is dealt depends on the seed, or on a name alone, never on the order of files.
Ref: Kohavi 1995 (hold-out); P. Warden, "Speech Commands", arXiv:1804.03209, section 7 (draws by name).
"""

import hashlib
import random
from collections import defaultdict

from course_lib.data import fingerprint
from course_lib.data.leakage import check_unit, unit_names
from course_lib.errors import CorpusError

SHARES = {"train": 0.7, "valid": 0.15, "test": 0.15}


def resplit(corpus, by="speaker", parts=SHARES, seed=0):
    """The corpus with a new side for every clip; no unit `by` is on two sides.

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
    order = sorted(parts, key=lambda part: part != "train")
    return _moved(corpus, units, _deal(corpus, by, units, parts, order, seed), parts, by)


def hold_out(corpus, part="valid", *, of="train", by=None, fraction=0.2, seed=0):
    """The corpus with about a `fraction` of one side moved to another one, which is empty; other sides stay.

    by        the unit that is kept together; default: the session, or the recording where most speakers have one
              session or none is named
    fraction  of each speaker's units (at least one, and one stays), drawn with `seed`; or "last": the last unit
              of every speaker with two or more, in the order of their names, without a draw
    A corpus without any sides counts as all `of`. Raises CorpusError where `of` is empty, `part` is not, or no
    speaker or label has two units to share.
    """
    if part not in ("train", "valid", "test") or part == of or not (fraction == "last" or 0 < fraction < 1):
        raise CorpusError(f"expected another part and a fraction between 0 and 1, got {part!r}, {fraction}")
    if not corpus.values("split"):
        corpus = corpus.with_splits([of] * len(corpus))
    chosen = [index for index, clip in enumerate(corpus) if clip.split == of]
    if part in corpus.values("split"):
        raise CorpusError(f"{corpus.name}: {part} is not empty; resplit() makes all parts anew")
    if not chosen:
        raise CorpusError(
            f"{corpus.name}: there is no part {of!r} to hold out from; there is {corpus.values('split')}"
        )
    by = by or _usual_unit([corpus.clips[index] for index in chosen])
    check_unit(corpus, by)
    units = _units(corpus, by, chosen)
    if fraction == "last":
        sides = dict.fromkeys(_last(corpus, by, units), part)
    else:
        sides = _deal(corpus, by, units, {of: 1 - fraction, part: fraction}, [of, part], seed)
    return _moved(corpus, units, sides, [part], by)


def hold_out_names(groups, *, fraction=0.2, seed=0):
    """Hold-out for recordings that stand in lists and in no corpus. {speaker: names} -> set of the names held out.

    A speaker gives `fraction` of the recordings, at least one, and keeps at least one; whom else there is changes nothing.

    >>> sorted(hold_out_names({"ana": ["a1", "a2", "a3"], "ben": ["b1"]}))
    ['a1']
    """
    held = set()
    for speaker, names in groups.items():
        count = min(max(1, round(fraction * len(names))), len(names) - 1)
        held.update(random.Random(f"{seed} {speaker}").sample(sorted(names), count))
    return held


def share(name):
    """A number in [0, 1) that belongs to a name for ever.

    >>> round(share("anna"), 3), share("anna") == share("anna")
    (0.171, True)
    """
    return int.from_bytes(hashlib.sha1(name.encode()).digest()[:8], "big") / 2**64


def draw(name, shares=SHARES):
    """One of the parts, by the name's own number: a corpus that grows keeps every speaker on the same side.

    >>> draw("anna")
    'train'
    """
    place = share(name) * sum(shares.values())
    for part, size in shares.items():
        place -= size
        if place < 0:
            return part
    return part


def split_sessions(sessions):
    """Split one speaker's sessions {name: recordings}: most to train, the smallest to test, one to valid if three.

    A speaker of a single session cannot be tested on another one: split "" (for enrolment, or as a stranger).

    >>> split_sessions({"121": 30, "122": 9, "123": 12}), split_sessions({"121": 30})
    ({'121': 'train', '123': 'valid', '122': 'test'}, {'121': ''})
    """
    order = sorted(sessions, key=lambda name: (-sessions[name], name))
    sides = {1: [""], 2: ["train", "test"]}.get(len(order), ["train"] * (len(order) - 2) + ["valid", "test"])
    return dict(zip(order, sides))


def roles(speakers, *, transfer=0.25):
    """Base speakers train the base model, transfer speakers it never meets: a quarter, by their own numbers.

    >>> sorted(roles(["anna", "ben", "carl", "dora"]).values())
    ['base', 'base', 'base', 'transfer']
    """
    order = sorted(set(speakers), key=share)
    new = set(order[: round(transfer * len(order))])
    return {speaker: "transfer" if speaker in new else "base" for speaker in order}


def _usual_unit(clips):
    sessions = {(clip.speaker, clip.session) for clip in clips if clip.session}
    return "session" if len(sessions) > len({clip.speaker for clip in clips} - {""}) else "recording"


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


def _last(corpus, by, units):
    """The last unit of each speaker who has two or more."""
    own = defaultdict(list)
    for unit, indices in units.items():
        clips = [corpus.clips[index] for index in indices]
        kind, speaker = _stratum(clips, by)
        if kind == "speaker":
            own[speaker].append((max(clip.session or clip.path for clip in clips), unit))
    return [max(members)[1] for members in own.values() if len(members) > 1]


def _moved(corpus, units, sides, parts, by):
    """The corpus with the clips of each unit on its new side; none of `parts` may stay empty."""
    splits = [clip.split for clip in corpus]
    for unit, side in sides.items():
        for index in units[unit]:
            splits[index] = side
    for part in parts:
        if part not in splits:
            raise CorpusError(
                f"nothing could be given to {part}: too few units of kind {by!r}; "
                'a smaller unit (by="session", by="recording") or other shares may do'
            )
    return corpus.with_splits(splits)
