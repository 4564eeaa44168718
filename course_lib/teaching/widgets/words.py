"""Words as points of a map, and a spotter's threshold moved over a recording: step, look, listen."""

import numpy as np
from matplotlib.collections import LineCollection

from course_lib.errors import CourseError
from course_lib.metrics import match_detections
from course_lib.teaching.plots import COLOURS, GREY, show_score
from course_lib.teaching.widgets.base import Explorer, slider, steps

WORD, OTHER = COLOURS[1], GREY
MARKS = "xv^<>1+*"


class WordMapExplorer(Explorer):
    """A map of sounds: `places` (n, 2); `words` the word of each; `vectors` (n, d) decide which word is nearest.

    notes  {word: language};  wave  a function of the sound's number that gives (samples,) at 16 kHz.
    Every word has a mark and a colour of its own kind, and thin lines from its sounds to their middle: short lines are a
    cluster. Step from word to word with the arrow keys: its sounds are filled, the nearest other word wears squares.
    """

    title = "Word map"

    def __init__(self, places, vectors, words, wave, *, notes=None):
        self.places, self.words = np.asarray(places, dtype=float), np.array(words)
        vectors = np.asarray(vectors, dtype=float)
        names = sorted(set(words))
        if self.places.shape != (len(words), 2) or len(vectors) != len(words) or len(names) < 2:
            raise CourseError(
                f"expected a place (n, 2), a vector and a word for each sound, of two words or more; got "
                f"{self.places.shape}, {vectors.shape} and {len(names)} words"
            )
        self.wave, self.notes = wave, notes or {}
        middles = np.stack([vectors[self.words == name].mean(0) for name in names])
        middles /= np.linalg.norm(middles, axis=1, keepdims=True)
        self.names, self.alike = names, middles @ middles.T - 3 * np.eye(len(names))
        most = max((self.words == name).sum() for name in names)
        super().__init__(word=steps("Word", names), voice=slider("Voice", 1, int(most), 1, 1, form=".0f"))

    def number(self, word, voice):
        """The place in the list of a word's n-th sound (the last one where there are fewer)."""
        own = np.flatnonzero(self.words == word)
        return int(own[min(int(voice), len(own)) - 1])

    def picture(self, ax, word, voice):
        nearest = self.names[int(self.alike[self.names.index(word)].argmax())]
        own, near = self.words == word, self.words == nearest
        self.draw_words(ax, ~own & ~near)
        ax.scatter(
            *self.places[near].T, s=36, marker="s", facecolors="none", edgecolors="black", label=nearest
        )
        ax.scatter(*self.places[own].T, s=42, color=WORD, label=word)
        chosen = self.number(word, voice)
        ax.scatter(
            *self.places[chosen], s=240, facecolors="none", edgecolors=WORD, linewidths=2.5, label="heard now"
        )
        language = f" ({self.notes[word]})" if word in self.notes else ""
        ax.set(xlabel="first direction", ylabel="second direction", title=f"{word}{language}")
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        ax.figure.subplots_adjust(right=0.76)
        cosine = self.alike[self.names.index(word), self.names.index(nearest)]
        words = (
            f"{word}{language}: {int(own.sum())} voices. Of the other {len(self.names) - 1} words, {nearest} is nearest in "
            f"the network's own numbers: cosine {cosine:.2f}."
        )
        return (
            f"A map of {len(self.words)} sounds of {len(self.names)} words, those of {word} filled. {words}",
            words,
        )

    def draw_words(self, ax, shown):
        """The `shown` sounds, (n,) of bool: marks and colours in turn by word, tied to the middle of their word."""
        index = np.searchsorted(self.names, self.words)
        middles = np.stack([self.places[index == k].mean(0) for k in range(len(self.names))])
        ties = np.stack([self.places[shown], middles[index[shown]]], 1)  # (shown, 2 ends, 2)
        ax.add_collection(LineCollection(ties, colors=OTHER, linewidths=0.6, zorder=0))
        for k, mark in enumerate(MARKS):
            part = shown & (index % len(MARKS) == k)
            ax.scatter(
                *self.places[part].T,
                s=14,
                marker=mark,
                c=[COLOURS[i // len(MARKS) % len(COLOURS)] for i in index[part]],
            )

    def sound(self, word, voice):
        return self.wave(self.number(word, voice)), f"{word}, voice {int(voice)}"


class ThresholdExplorer(Explorer):
    """What a spotter heard, with another threshold: `heard` as `spot` gives it, `said` ((start, end), ...) in seconds."""

    title = "Threshold explorer"

    def __init__(self, heard, said):
        self.heard, self.said = heard, said
        super().__init__(threshold=slider("Threshold", 0.05, 0.95, 0.05, 0.5))

    def picture(self, ax, threshold):
        heard = self.heard.at(threshold)
        counted = match_detections([time for time, _ in heard.detections], self.said, heard.seconds)
        found = f"{counted.hits} found, {counted.misses} missed, {counted.false_accepts} made up"
        show_score(heard, ax, said=self.said, title=found)
        ax.figure.subplots_adjust(right=0.74)
        words = f"Threshold {threshold:.2f}: {counted}."
        return (
            f"A spotter's score over {heard.seconds:.0f} s, {len(heard.detections)} detections. {words}",
            words,
        )
