"""Sounds as points of a map: point at one to hear it, see who is nearest, filter, and let the points travel to another view."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from course_lib.errors import CourseError
from course_lib.teaching.page import LivePicture
from course_lib.teaching.page.clips import clips_bytes
from course_lib.teaching.plots import COLOURS, Picture, new_axes

NEAREST = 5  # neighbours that are drawn
MOST = 120  # sounds stored with the page, evenly over the classes: about 3 kB each
MARKERS = ("o", "s", "^", "D", "v", "x", "*", "+")  # those of core.js
HOW = (
    "Point at a mark to hear it; click to hear it again. The names below choose which classes are bright. The other view "
    "shows the same sounds by another method. Keys, after Tab into the map: arrows go to the next point and play it, Enter "
    "plays it again, plus and minus zoom."
)


class SoundMap(LivePicture):
    """`places` {view: (n, 2)}; `vectors` (n, d) decide who is nearest; `labels` the class of each of the n sounds.

    wave    a function of a sound's number that gives (samples,) at 16 kHz;  kind  what a class is: "voice", "word"
    groups  {class: group}: mark and colour then tell the group (a language), and threads tie a class together
    notes   {class: words};  held  (n,) True for sounds of the test side, which are drawn hollow
    Raises CourseError where these do not fit together.
    """

    module = "sound_map"
    reports = ("view", "name", "same", "bright")  # same: how many of the nearest are of the same class

    def __init__(
        self, places, vectors, labels, wave, *, title, kind="voice", groups=None, notes=None, held=None
    ):
        labels, vectors = [str(label) for label in labels], np.asarray(vectors, dtype=float)
        count, self.places = (
            len(labels),
            {view: np.asarray(each, dtype=float) for view, each in places.items()},
        )
        held = np.zeros(count, bool) if held is None else np.asarray(held, bool)
        shapes = {view: each.shape for view, each in self.places.items()}
        if (
            count <= NEAREST
            or not shapes
            or set(shapes.values()) != {(count, 2)}
            or len(vectors) != count
            or len(held) != count
        ):
            raise CourseError(
                f"expected places (n, 2), a vector and a label for each of more than {NEAREST} sounds, got places {shapes}, "
                f"{len(vectors)} vectors, {count} labels and {len(held)} marks of the test side"
            )
        classes = sorted(set(labels))
        group_of = [str((groups or {}).get(name, name)) for name in classes]
        names = sorted(set(group_of))
        self.owner, self.held = np.array([classes.index(each) for each in labels]), held
        unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        cosines = unit @ unit.T
        np.fill_diagonal(cosines, -2)
        near = np.argsort(-cosines, axis=1, kind="stable")[:, :NEAREST]
        self.looks = np.array([names.index(group_of[each]) for each in self.owner])
        same = (self.owner[near[:, 0]] == self.owner).mean()
        self.alt = (
            f"A map of {count} sounds of {len(classes)} {kind}s by {next(iter(self.places))}. For {same:.0%} of the sounds "
            f"the nearest other sound is of the same {kind}."
        )
        stored = _evenly(self.owner, MOST)
        sound, starts = clips_bytes([wave(int(number)) for number in stored])
        spans = np.full((count, 2), -1.0)
        spans[stored] = starts
        arrays = {
            "owner": self.owner.astype("int32"),
            "held": held.astype("uint8"),
            "near": near.astype("int32"),
            "alike": np.take_along_axis(cosines, near, 1),
            "spans": spans,
            **{f"view{number}": each for number, each in enumerate(self.places.values())},
        }
        data = {
            "classes": classes,
            "groups": names,
            "group_of": [names.index(each) for each in group_of],
            "kind": kind,
            "notes": {str(name): str(words) for name, words in (notes or {}).items()},
            "views": {view: f"view{number}" for number, view in enumerate(self.places)},
            "alt": self.alt,
        }
        super().__init__(title=title, how=HOW, data=data, arrays=arrays, blobs={"clips": sound})
        self.answer_sounds(count, wave)

    def first(self):
        fig, ax = new_axes(height=4.4)
        places = next(iter(self.places.values()))
        for number, name in enumerate(self.data["groups"]):
            mark, colour = MARKERS[number % len(MARKERS)], COLOURS[number % len(COLOURS)]
            for held, face in ((False, colour), (True, "none")):
                some = (self.looks == number) & (self.held == held)
                shape = {"color": colour} if mark in "x+" else {"facecolors": face, "edgecolors": colour}
                if some.any():
                    ax.scatter(*places[some].T, marker=mark, s=28, label=None if held else name, **shape)
        ax.set(xticks=[], yticks=[], title=self.title)
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return Picture(fig, self.alt).html


def two_maps(vectors, *, seed=0) -> dict:
    """Places of vectors (n, d) for a SoundMap by two methods: t-SNE keeps neighbours, PCA the directions of most spread."""
    vectors = np.asarray(vectors, dtype=float)
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    near = TSNE(2, init="pca", perplexity=min(20, (len(vectors) - 1) // 4), random_state=seed)
    return {"t-SNE": near.fit_transform(vectors), "PCA": PCA(2, random_state=seed).fit_transform(vectors)}


def _evenly(owner, most) -> np.ndarray:
    """Numbers of at most `most` sounds, as many of each class as there is room for: the first of all, the second of all, ..."""
    seen = {}
    order = []
    for number, name in enumerate(owner):
        order.append((seen.setdefault(name, 0), number))
        seen[name] += 1
    return np.array(sorted(number for _, number in sorted(order)[:most]))
