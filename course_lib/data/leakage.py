"""Data leakage: who is on which side. Evaluation on what training has heard measures memory, so nothing may be on two sides.

A unit is what must stay together: a "recording" (one file), a "session" (one speaker's recordings of one
occasion: same room, microphone, cold), a "speaker", or any column of the manifest, such as the source of cuts.
Ref: Kaufman et al. 2012, "Leakage in data mining".
"""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain

from course_lib.data import fingerprint
from course_lib.data.parallel import in_order
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


def leaks(corpus, by="session", *, glimpses=None):
    """Everything that two parts of the corpus share, as a list of Leak; empty means none.

    Always: the same path, the same audio (decoded samples, whatever the file format), and, where `role` divides
    speakers and not words, a speaker who is both a base and a transfer speaker. by="session": the same session
    of a speaker, where sessions are known; by="speaker": the same speaker; by="recording": nothing more; or any
    other column.

    glimpses: {path: its `fingerprint.glimpse`}, where all recordings were read already; then only those are read again
    that may be equal.
    """
    split = [clip for clip in corpus if clip.split]
    found = _shared("path", ((clip.path, clip.split) for clip in split))
    if len({clip.split for clip in split}) > 1:
        alike = _same(split, (glimpses[clip.path] for clip in split)) if glimpses else [split]
        heard = (_equal(clips, lambda clip: fingerprint.of_samples(corpus.path(clip))) for clips in alike)
        for same in chain.from_iterable(heard):
            parts = tuple(sorted({clip.split for clip in same}))
            found.append(Leak("audio", " = ".join(clip.path for clip in same[:3]), parts))
    if by != "recording":
        found += _shared(by, _pairs(split, by))
    return found + _shared_roles(corpus)


def _equal(clips, key):
    """Lists of different clips on different sides for which `key` is the same; reads files on all cores."""
    return _same(clips, in_order(key, clips))


def _same(clips, values):
    """Lists of different clips on different sides that have the same value."""
    groups = defaultdict(list)
    for clip, value in zip(clips, values):
        groups[value].append(clip)
    return [
        same
        for same in groups.values()
        if len({clip.split for clip in same}) > 1 and len({clip.path for clip in same}) > 1
    ]


def _equal_files(corpus):
    """Lists of clips on different sides whose files are equal byte for byte; only files of equal size are read."""
    clips = [clip for clip in corpus if clip.split]
    if len({clip.split for clip in clips}) < 2:
        return []
    sized = _equal(clips, lambda clip: _size_and_middle(corpus.path(clip)))
    return [same for group in sized for same in _equal(group, lambda c: fingerprint.of_bytes(corpus.path(c)))]


def _size_and_middle(path):
    """Enough to tell most files apart without reading them; None-like for one that is not there."""
    try:
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(size // 2)
            return size, file.read(64)
    except OSError:
        return path


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


def drop_copies(corpus):
    """The corpus with an empty split for evaluation clips whose very file is also trained on; and a note, or ""."""
    copies = {}
    for same in _equal_files(corpus):
        first, *rest = sorted(same, key=lambda clip: PARTS.index(clip.split))
        copies |= {clip.path: first.path for clip in rest if clip.split != first.split}
    if not copies:
        return corpus, ""
    lost = Counter(clip.split for clip in corpus if clip.path in copies)
    path, first = next(iter(copies.items()))
    note = (
        f"{corpus.name}: {len(copies)} recording(s) are in two parts under two names ({path} is {first}); left out of "
        + _counted(lost)
        + f". `course data check {corpus.name}` names them"
    )
    return corpus.with_splits(["" if clip.path in copies else clip.split for clip in corpus]), note


def _counted(lost):
    return " and ".join(f"{part}: {count} clips" for part, count in sorted(lost.items()))


def drop_leaking(corpus, by):
    """The corpus with an empty split for evaluation clips whose unit is also trained on; and a note, or ""."""
    check_unit(corpus, by, known=False)
    if by == "recording":
        return corpus, ""
    home = {}  # unit: the part it stays in
    for clip in sorted(corpus, key=lambda clip: PARTS.index(clip.split) if clip.split else len(PARTS)):
        for name in unit_names(clip, by) if clip.split else ():
            home.setdefault(name, clip.split)
    strays = [  # a clip that is in no part strays nowhere
        [name for name in unit_names(clip, by) if clip.split and home[name] != clip.split] for clip in corpus
    ]
    if not any(strays):
        return corpus, ""
    lost = Counter(clip.split for clip, away in zip(corpus, strays) if away)
    units = {name for away in strays for name in away}
    note = (
        f"{corpus.name}: {len(units)} {by}s are in two parts of the manifest; left out of "
        + _counted(lost)
        + f'. load({corpus.name!r}, by="recording") keeps them (optimistic results)'
    )
    kept = ["" if away else clip.split for clip, away in zip(corpus, strays)]
    return corpus.with_splits(kept), note


def check_unit(corpus, by, known=True):
    """Raise CorpusError for a unit that is no column, and (known) for one that no clip names."""
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
