"""A test side should be opened once, by the model that was chosen before. This counts how often it was, in this process.

`predict` and `measure` write here whenever the examples are the test side of a corpus and nothing else: which corpus,
and which weights looked. What is no network is counted by its name, where `note` is called. Five models measured on
one test side, the best of them reported, is choosing on the test side; a `fit` that validates on it looks once an
epoch. Nothing is forbidden: `test_set_usage()` tells, and you judge.
Ref: Dwork et al. 2015, The reusable holdout.
"""

from course_lib.models import weights_file

# side -> the sums of the weights that looked, or names: the same model twice is one look
_seen: dict[str, set[str]] = {}


class Looks(dict):
    """{side: number of different models that looked}; shows itself as a list of sentences."""

    def __repr__(self):
        lines = [
            f"{side}: looked at by {count} model" + ("s; the best of them is flattered" if count > 1 else "")
            for side, count in self.items()
        ]
        return "\n".join(lines) or "no test side was looked at"


def test_set_usage() -> Looks:
    """How many different models each test side has been measured with since this process began."""
    return Looks({side: len(models) for side, models in sorted(_seen.items())})


def forget():
    """Begin to count anew."""
    _seen.clear()


def look(model, data) -> None:
    """Count one look, if `data` (a FeatureSet, or anything with .windows) is all of the test side."""
    side = side_of(data)
    if side:
        note(side, weights_file.seal({}, model.state_dict()))


def note(side: str, model: str) -> None:
    """Count one look at a test side by a model that goes by this name; the same name again is the same look."""
    _seen.setdefault(side, set()).add(model)


def side_of(data) -> str:
    """ "synthetic, speaker" where every window is of a test recording of that corpus; "" for anything else."""
    windows = getattr(data, "windows", None)
    corpus = getattr(windows, "corpus", None)
    clips = getattr(corpus, "clips", ())
    return f"{corpus.name}, {windows.target}" if clips and all(clip.split == "test" for clip in clips) else ""
