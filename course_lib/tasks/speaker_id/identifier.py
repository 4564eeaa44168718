"""A trained speaker identifier: recipe, speakers, statistics and network in one folder that runs no code when read.

train.opts                the options and sizes, json (the source's name for it)
spk2idx.json              which class is which speaker
statistics.safetensors    mean and deviation of every input feature
weights.safetensors       the best validation weights
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch

from course_lib.errors import CourseError, DataError
from course_lib.models import SpeakerMLP, decide, weights_file
from course_lib.paths import atomic_file
from course_lib.tasks.speaker_id.frames import FrameSet, Statistics, Utterance
from course_lib.tasks.speaker_id.recipe import Recipe
from course_lib.training import fit, predict


@dataclass
class SpeakerIdentifier:
    """A trained network over frames (n, n_features), with its recipe. `speakers`: codes in the order of the classes."""

    recipe: Recipe
    speakers: list
    statistics: Statistics
    model: SpeakerMLP
    n_features: int

    def frame_set(self, utterances, **settings) -> FrameSet:
        """The utterances, prepared and normalized as in training, with their context."""
        recipe = self.recipe
        ready = [Utterance(u.name, self.ready(u.frames), u.speaker) for u in utterances]
        return FrameSet(ready, in_frames=recipe.in_frames, stride=recipe.stride, **settings)

    def ready(self, frames):
        """Frames (n, n_features) prepared and normalised as in training. CourseError for another number of features."""
        if frames.dim() != 2 or frames.shape[1] != self.n_features:
            raise CourseError(
                f"expected frames (n, {self.n_features}) as in training, got {tuple(frames.shape)}; "
                "make the features with the settings of the training"
            )
        return self.statistics(self.recipe.prepare(frames))

    def log_probs(self, frames):
        """(n, n_features) -> (n, speakers): the log-probability of every speaker for every frame."""
        return predict(self.model, self.frame_set([Utterance("", frames, 0)]), batch_size=4096)

    def identify(self, frames) -> str:
        """The code of the speaker whose summed log-probability is the largest."""
        return self.speakers[decide(self.log_probs(frames))]

    def save(self, folder, **more):
        """Write the four files of this module's first lines into `folder`, each whole or not at all.

        more   further entries of train.opts that JSON can hold, such as the lists the training used
        """
        folder = Path(folder)
        sizes = {"input_dim": self.n_features, "num_spks": len(self.speakers)}
        write_json(folder / "train.opts", {**asdict(self.recipe), **sizes, **more})
        write_json(folder / "spk2idx.json", {code: index for index, code in enumerate(self.speakers)})
        for name, tensors in (("statistics", vars(self.statistics)), ("weights", self.model.state_dict())):
            weights_file.save(folder / f"{name}.safetensors", tensors, {})

    @classmethod
    def load(cls, folder, *, weights=None, options=None):
        """Read what `save` wrote -> (identifier, the entries of train.opts). DataError where a file is missing or does not fit.

        weights, options   other files than those of the folder
        """
        folder = Path(folder)
        try:
            options = json.loads(Path(options or folder / "train.opts").read_text(encoding="utf-8"))
            table = json.loads((folder / "spk2idx.json").read_text(encoding="utf-8"))
            recipe = Recipe(**{f.name: options[f.name] for f in fields(Recipe)})
            statistics = Statistics(**weights_file.load(folder / "statistics.safetensors")[1])
            built = cls.untrained(recipe, sorted(table, key=table.get), statistics, options["input_dim"])
            built.model.load_state_dict(weights_file.load(weights or folder / "weights.safetensors")[1])
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError) as error:
            raise DataError(
                f"{folder}: expected a trained speaker identifier, cannot read it ({error}); "
                f"train one first: course spkid train --save_path {folder}"
            ) from error
        return built, options

    @classmethod
    def untrained(cls, recipe, speakers, statistics, n_features):
        """The network of a recipe with fresh weights, drawn from the recipe's seed."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            model = SpeakerMLP(
                n_features * (1 + recipe.deltas), len(speakers), in_frames=recipe.in_frames,
                hsize=recipe.hsize, dropout=recipe.dropout, batch_norm=recipe.batch_norm,
            )  # fmt: skip
        return cls(recipe, list(speakers), statistics, model, n_features)


def train_identifier(recipe, train, valid, speakers, **settings):
    """Train on utterances, keep the weights of the best validation loss -> (SpeakerIdentifier, History).

    train, valid: [Utterance, ...]; without `valid` the last weights stay. speakers: codes in the order of their classes. `settings` go to `training.fit` (checkpoint, resume, progress).
    """
    prepared = [Utterance(u.name, recipe.prepare(u.frames), u.speaker) for u in train]
    width = prepared[0].frames.shape[1]
    plain = Statistics(torch.zeros(width), torch.ones(width))
    statistics = Statistics.of(prepared) if recipe.normalize else plain
    found = SpeakerIdentifier.untrained(recipe, speakers, statistics, train[0].frames.shape[1])
    history = fit(
        found.model,
        found.frame_set(train, share=recipe.share, microphones=recipe.microphones),
        found.frame_set(valid) if valid else None,
        epochs=recipe.epoch, lr=recipe.lr, momentum=recipe.momentum, optimizer=recipe.optimizer,
        weight_decay=recipe.weight_decay, schedule=recipe.schedule, batch_size=recipe.batch_size,
        patience=recipe.patience, seed=recipe.seed, **settings,
    )  # fmt: skip
    return found, history


def write_json(path, content):
    """Write what JSON can hold to a file, whole or not at all."""
    with atomic_file(path) as part:
        part.write_text(json.dumps(content, indent=2), encoding="utf-8")
