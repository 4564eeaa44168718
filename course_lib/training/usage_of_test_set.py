"""A test set should be used once, by the model that was chosen before. This counts how often it was, in this process.

`predict` and `measure` of `course_lib.training` are counted whenever the examples are the test set of a corpus and
nothing else: which corpus, and the weights of which model. What is no network is counted by its name, where
`count_name` is called. Five models measured on one test set, the best of them reported, is choosing on the test set; a
`fit` that validates on it uses it once an epoch. Nothing is forbidden: `usage_of_test_set()` tells, and you judge.
Ref: Dwork et al. 2015, The reusable holdout.
"""

from functools import wraps

from course_lib.models import weights_file
from course_lib.training.hooks import Hook

# test set -> the checksums of the weights that used it, or names: the same model twice counts once
_used: dict[str, set[str]] = {}


class Usage(dict):
    """{test set: number of different models that used it}; shows itself as a list of sentences."""

    def __repr__(self):
        lines = [
            f"{name}: looked at by {count} model" + ("s; the best of them is flattered" if count > 1 else "")
            for name, count in self.items()
        ]
        return "\n".join(lines) or "no test side was looked at"


def usage_of_test_set() -> Usage:
    """How many different models each test set has been measured with since this process began."""
    return Usage({name: len(models) for name, models in sorted(_used.items())})


usage_of_test_set.__test__ = False  # its name makes pytest take it for a test


def reset():
    """Begin to count anew."""
    _used.clear()


def counted(measurement):
    """The function `measurement(model, data, ...)`, which then also counts a use where `data` is a test set."""

    @wraps(measurement)
    def measure_and_count(model, data, **options):
        count_model(model, data)
        return measurement(model, data, **options)

    return measure_and_count


class CountValidation(Hook):
    """Counts a use after every epoch where the validation set of `fit` is really a test set."""

    def __init__(self, valid):
        self.valid = valid

    def on_epoch(self, state):
        count_model(state.model, self.valid)


def count_model(model, data) -> None:
    """Count one use by the weights of `model`, if `data` (a FeatureSet, or anything with .windows) is a whole test set."""
    name = name_of_test_set(data)
    if name:
        count_name(name, weights_file.checksum({}, model.state_dict()))


def count_name(test_set: str, model: str) -> None:
    """Count one use of a test set by a model that goes by this name; the same name again is the same use."""
    _used.setdefault(test_set, set()).add(model)


def name_of_test_set(data) -> str:
    """ "synthetic, speaker" where every window is of a test recording of that corpus; "" for anything else."""
    windows = getattr(data, "windows", None)
    corpus = getattr(windows, "corpus", None)
    clips = getattr(corpus, "clips", ())
    return f"{corpus.name}, {windows.target}" if clips and all(clip.split == "test" for clip in clips) else ""
