"""Sounds as points of a map: walk from one to the next, see who it is and who is nearest, hear it."""

import numpy as np

from course_lib.errors import CourseError
from course_lib.teaching.plots import GREY
from course_lib.teaching.widgets.base import Explorer, choice, slider


class PointExplorer(Explorer):
    """A map of sounds: `places` (n, 2), one point a sound; `vectors` (n, features) decide who is nearest.

    owners  the name of each sound's speaker;  wave  a function of the sound's number that gives (samples,) at 16 kHz.
    The chosen sound is ringed, all sounds of its speaker are filled, its nearest neighbour wears a square.
    """

    title = "Map explorer"

    def __init__(self, places, vectors, owners, wave):
        self.places, self.owners, self.wave = np.asarray(places, dtype=float), list(owners), wave
        vectors = np.asarray(vectors, dtype=float)
        if self.places.shape != (len(self.owners), 2) or len(vectors) != len(self.owners) or len(vectors) < 2:
            raise CourseError(
                f"expected a place (n, 2), a vector and an owner for each of two or more sounds, got "
                f"{self.places.shape}, {vectors.shape} and {len(self.owners)} owners"
            )
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self.alike = unit @ unit.T  # cosines, (n, n)
        np.fill_diagonal(self.alike, -2)
        names = sorted(set(self.owners))
        most = max(map(self.owners.count, names))
        super().__init__(
            speaker=choice("Speaker", names, names[0]),
            sound=slider("Second", 1, most, 1, min(2, most), form=".0f"),
        )

    def number(self, speaker, sound):
        """The place in the list of a speaker's n-th sound (the last one where there are fewer)."""
        own = [number for number, owner in enumerate(self.owners) if owner == speaker]
        return own[min(int(sound), len(own)) - 1]

    def picture(self, ax, speaker, sound):
        chosen = self.number(speaker, sound)
        nearest = int(self.alike[chosen].argmax())
        own = np.array([owner == speaker for owner in self.owners])
        ax.scatter(*self.places[~own].T, s=14, marker="x", color=GREY, label="others")
        ax.scatter(*self.places[own].T, s=30, color="#0072B2", label=speaker)
        ax.scatter(
            *self.places[chosen],
            s=220,
            facecolors="none",
            edgecolors="#D55E00",
            linewidths=2.5,
            label="this second",
        )
        ax.scatter(
            *self.places[nearest],
            s=160,
            marker="s",
            facecolors="none",
            edgecolors="black",
            linewidths=1.5,
            label="nearest",
        )
        ax.set(
            xlabel="first direction", ylabel="second direction", title=f"{speaker}: {int(own.sum())} seconds"
        )
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        ax.figure.subplots_adjust(right=0.78)
        who = self.owners[nearest]
        words = (
            f"Second {min(int(sound), int(own.sum()))} of {speaker}. Its nearest neighbour among all {len(self.owners)} is a second of "
            f"{who}{'' if who == speaker else ', another voice'}: cosine {self.alike[chosen, nearest]:.2f}."
        )
        return f"A map of {len(self.owners)} seconds as points, those of {speaker} filled. {words}", words

    def sound(self, speaker, sound):
        return self.wave(self.number(speaker, sound)), f"{speaker}, second {int(sound)}"
