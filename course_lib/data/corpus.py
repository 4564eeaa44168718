"""Clip and Corpus: the list of what there is, and choosing from it. Sound is read only when asked for."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_lib.data import manifest
from course_lib.data.leakage import unit_of
from course_lib.errors import CorpusError

OWN = ("path", "speaker", "label", "language", "split", "session")  # columns that are Clip's own fields
SILENT = ("silence", "_silence_")  # labels whose clips may hold nothing but zeros


@dataclass(frozen=True)
class Clip:
    """One recording: a row of the manifest. `extra` holds the columns beyond the fixed ones and `session`."""

    path: str  # relative to the corpus folder
    speaker: str = ""
    label: str = ""
    language: str = ""
    split: str = ""
    duration_s: float = 0.0
    session: str = ""
    extra: dict = field(default_factory=dict, hash=False, repr=False)

    def get(self, column):
        """The value of any column, as text; "" where the corpus has none for this clip."""
        return str(getattr(self, column)) if column in OWN else self.extra.get(column, "")


class Corpus:
    """A named folder and its clips. Choosing some (`select`) gives a new Corpus; no sound is read.

    A side, such as select(split="test"), numbers its classes as the training side does: class 3 is the same speaker
    on every side. `train` holds the training clips that a side belongs to; it is None for a corpus that is no side.

    >>> Corpus("two", ".", [Clip("a.wav", "ana", duration_s=60.0), Clip("b.wav", "ben", duration_s=60.0)])
    Corpus 'two': 2 clips, 2 speakers, 0.03 hours
      no split yet: resplit(corpus, by="speaker"|"session"|"recording") makes one
    """

    def __init__(self, name, root, clips, *, train=None):
        self.name, self.root, self.clips, self.train = name, Path(root), tuple(clips), train

    @classmethod
    def from_manifest(cls, folder):
        """Read folder/manifest.csv. An empty duration_s is looked up in the file's header."""
        folder = Path(folder)
        clips = []
        for row in manifest.read_manifest(folder):
            seconds = float(row["duration_s"] or 0) or seconds_of(folder / row["path"])
            extra = {key: value for key, value in row.items() if key not in (*OWN, "duration_s")}
            own = {key: row[key] for key in OWN if key in row}
            clips.append(Clip(**own, duration_s=seconds, extra=extra))
        return cls(folder.name, folder, clips)

    def __len__(self):
        return len(self.clips)

    def __iter__(self):
        return iter(self.clips)

    def values(self, column):
        """The different values of a column, sorted, without the empty one."""
        self._known(column)
        return sorted({clip.get(column) for clip in self.clips} - {""})

    speakers = property(lambda self: self.values("speaker"))
    labels = property(lambda self: self.values("label"))
    languages = property(lambda self: self.values("language"))
    hours = property(lambda self: sum(clip.duration_s for clip in self.clips) / 3600)

    @property
    def columns(self):
        """The columns one can select by: the clips' own and the manifest's further ones."""
        return (*OWN, *dict.fromkeys(key for clip in self.clips for key in clip.extra))

    def _known(self, column):
        if column not in self.columns:
            raise CorpusError(
                f"{self.name}: expected one of the columns {', '.join(self.columns)}, got {column!r}"
            )

    def path(self, clip):
        """Where a clip's file lies."""
        return self.root / clip.path

    def read(self, clip, **settings):
        """The clip's wave, (n,) float32 at 16 kHz. Settings as for `audio.read`."""
        from course_lib import audio

        settings.setdefault("allow_silence", clip.label in SILENT)
        return audio.read(self.path(clip), note=f"corpus {self.name}", **settings)

    def select(self, **wanted):
        """The clips whose columns have the wanted value, or one of several: select(split="train", speaker=["a"]).

        Raises CorpusError for a column that is not there and when no clip is left.
        """
        clips, train = self.clips, self.train
        if train is None and "split" in wanted:
            train = [clip for clip in clips if clip.split == "train"]
        for column, value in wanted.items():
            self._known(column)
            several = not isinstance(value, str) and hasattr(value, "__iter__")
            values = {str(one) for one in (value if several else [value])}
            left = [clip for clip in clips if clip.get(column) in values]
            if not left:
                there = sorted({clip.get(column) for clip in clips})
                shown = ", ".join(repr(one) for one in there[:12]) + (" ..." if len(there) > 12 else "")
                hint = "; hold_out() or resplit() makes the part" if column == "split" else ""
                raise CorpusError(
                    f"{self.name}: no clip has {column} {', '.join(map(repr, sorted(values)))}; "
                    f"there is {shown}{hint}"
                )
            clips = left
            if train is not None and column != "split":
                train = [clip for clip in train if clip.get(column) in values]
        return Corpus(self.name, self.root, clips, train=train)

    def with_splits(self, parts):
        """The same clips, each on the side that `parts` (a list as long as the corpus) says."""
        clips = [replace(clip, split=part) for clip, part in zip(self.clips, parts, strict=True)]
        return Corpus(self.name, self.root, clips)

    def classes(self, target="speaker"):
        """The values of a column, sorted, in the order in which they are numbered; a side has those of the training side.

        A side that shares none of them has its own. Raises CorpusError for one value only, and where some values of
        a side are in train and some are not.
        """
        own = self.values(target)
        train = {clip.get(target) for clip in self.train or ()} - {""}
        new = [name for name in own if name not in train]
        if train and len(new) < len(own):
            if new:
                raise CorpusError(
                    f"{self.name}: {len(new)} of the {len(own)} values of {target} in this part are not in "
                    f"train ({', '.join(new[:5])}); select the others"
                )
            own = sorted(train)
        if len(own) < 2:
            raise CorpusError(
                f"{self.name}: expected two or more values of {target} to tell apart, got {len(own)} "
                f"({', '.join(own) or 'all empty'}); choose another target or more clips"
            )
        return own

    def windows(self, target="speaker", hop=1.0):
        """One-second windows, every `hop` seconds, with the class of `target`: see `windows.Windows`."""
        from course_lib.data.windows import Windows

        return Windows(self, target, hop)

    def features(self, transform=None, target="speaker", hop=1.0, **settings):
        """The windows' features (default: the spectrogram), computed once and kept on disk: see `cache`."""
        from course_lib.data.cache import feature_set
        from course_lib.features import spectrogram

        return feature_set(self.windows(target, hop), transform or spectrogram, settings)

    def __repr__(self):
        head = f"Corpus {self.name!r}: {len(self)} clips"
        for count, what in ((len(self.speakers), "speakers"), (len(self.labels), "labels")):
            head += f", {count} {what}" if count else ""
        counts = Counter(clip.split for clip in self.clips)
        sides = [f"{part} {counts[part]}" for part in ("train", "valid", "test") if counts[part]]
        if not sides:
            tail = 'no split yet: resplit(corpus, by="speaker"|"session"|"recording") makes one'
        else:
            sides += [f"in no part {counts['']}"] if counts[""] else []
            apart = unit_of(self) if len(set(counts) - {""}) > 1 else None
            tail = " · ".join(sides) + (f"; no {apart} is in two parts" if apart else "")
        return f"{head}, {self.hours:.2f} hours\n  {tail}"


def seconds_of(path):
    """Duration by the file's header."""
    from course_lib import audio

    rate, _, frames = audio.header(path)
    return frames / rate
