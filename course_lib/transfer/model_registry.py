"""A model registry for continual training: one update a day, every version kept, an acceptance gate before its use.

Every version is two files: the weights, and a record of what it was made from, with which settings, at what cost, how
well it does, and whether the gate let it pass. The record is written last, so a version without one does not exist.
Started again, the run goes on behind the last record and gives the numbers it would have given.
"""

import json
import time
from pathlib import Path

import numpy as np
import torch

from course_lib.errors import CourseError, DataError
from course_lib.models import weights_file
from course_lib.paths import stored_file
from course_lib.training.cost import operations
from course_lib.transfer.freezing import unfreeze
from course_lib.transfer.frozen_features import precompute, split_at_frozen
from course_lib.transfer.replay import GENTLE, HOW, Learner, begin, expand_head, learn, refresh, scores

KEPT = {"version": int, "day": int, "accepted": bool, "known": list, "memory": dict, "settings": dict}
TOLERANCE = 0.08  # by so much the mean over old speakers may fall: fifty windows know it no better (chosen on synthetic ones)


def gate(before, after, tolerance=TOLERANCE):
    """May the new model take the old one's place? {speaker: accuracy} of both -> (yes or no, why).

    Only those whom the old model knew are compared, and `after` should choose among them alone (`scores(new, valid,
    among=old.known)`): more names make the question harder, which is no forgetting.

    >>> gate({"ana": 1.0, "ben": 0.8}, {"ana": 0.9, "ben": 0.5, "cleo": 1.0})
    (False, 'old speakers fell from 90.0% to 70.0%')
    """
    if not before:
        return True, "the first version"
    missing = sorted(set(before) - set(after))
    if missing:
        raise CourseError(f"expected scores of everybody the old model knew, none came of {missing}")
    old = sum(before.values()) / len(before)
    new = sum(after[name] for name in before) / len(before)
    how = "stayed at" if old == new else "rose from" if new > old else "fell from"
    words = f"old speakers {how} {old:.1%}" + (f" to {new:.1%}" if old != new else "")
    return new >= old - tolerance - 1e-9, words


class ModelRegistry:
    """A folder of versions: `records`, oldest first, and the learner of the newest one that passed the gate."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @property
    def records(self) -> list:
        try:
            found = [
                json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob("v*.json"))
            ]
            for record in found:
                if type(record) is not dict or any(
                    type(record[key]) is not kind for key, kind in KEPT.items()
                ):
                    raise ValueError("a record that is none of this course")
                if record.get("seal", _seal(record)) != _seal(record):
                    raise ValueError(f"the record of version {record['version']} was changed")
            return found
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise DataError(
                f"cannot read the versions in {self.folder} ({error}); move that folder away"
            ) from error

    def add(self, learner, record) -> None:
        """Keep a version. Interrupted anywhere, the shelf is as before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"v{record['version']:04d}"
        memory = {who: rows.tolist() for who, rows in learner.memory.items()}
        record = {**record, "known": learner.known, "memory": memory}
        record["seal"] = _seal(record)
        weights_file.save(
            self.folder / f"{name}.safetensors", learner.model.state_dict(), {"known": learner.known}
        )
        with stored_file(self.folder / f"{name}.json") as part:
            part.write_text(json.dumps(record, indent=1), encoding="utf-8")

    def latest(self, base) -> Learner:
        """The newest version that passed the gate, on the network of `base`; where there is none, a beginner."""
        passed = [record for record in self.records if record["accepted"]]
        if not passed:
            return begin(base)
        record = passed[-1]
        path = self.folder / f"v{record['version']:04d}.safetensors"
        try:
            model = expand_head(begin(base).model, len(record["known"]))
            header, state = weights_file.load(path)
            if header.get("known", record["known"]) != record["known"]:
                raise ValueError(f"it knows {header['known']}, its record {record['known']}")
            model.load_state_dict(state)
            memory = {who: np.array(rows, dtype=np.int64) for who, rows in record["memory"].items()}
        except Exception as error:
            raise DataError(f"{path} is no version of this run ({error}); move the folder away") from error
        return Learner(model, record["known"], memory)


def _seal(record) -> str:
    """The sum of a record; how long the day took is no part of it, so that two equal runs have equal records."""
    return weights_file.seal(
        {key: value for key, value in record.items() if key not in ("seal", "seconds")}, {}
    )


def train_continually(
    base, days, data, valid, shelf, *, keep=4, refresh_every=None, tolerance=TOLERANCE, seed=0
):
    """One update a day, each judged on `valid` and kept on the shelf; yields the records of the days still to do.

    data, valid    FeatureSets of the same classes: what arrives, and sessions that never do
    keep           windows of each speaker to rehearse;   refresh_every   days until the body learns too; None: never
    Raises CourseError where the shelf holds a run with other settings.
    """
    settings = {"keep": keep, "refresh_every": refresh_every, "seed": seed, "tolerance": tolerance}
    settings |= {"base": base.name, "data": data.key, "days": len(days)}
    records = shelf.records
    for record in records:
        if record["settings"] != settings:
            raise CourseError(
                f"{shelf.folder} holds a run with other settings ({record['settings']}); take another folder"
            )
    done, learner = {record["day"] for record in records}, shelf.latest(base)
    before = scores(learner, valid) if learner.known else {}
    for day in [day for day in days if day.number not in done]:
        start = time.perf_counter()
        new = learn(learner, day, data, keep=keep, seed=seed)
        rehearsed = np.setdiff1d(learner.remembered(), day.rows)
        work = cost(new, data, len(day.rows), len(day.rows) + len(rehearsed))
        if refresh_every and day.number and day.number % refresh_every == 0 and new.memory:
            new = refresh(new, data, seed=seed)
            work += refresh_cost(new, data)
        accepted, why = gate(before, scores(new, valid, among=learner.known) if before else {}, tolerance)
        after = scores(new, valid)
        record = {
            "version": len(done), "day": day.number, "newcomers": list(day.newcomers), "accepted": accepted,
            "why": why, "windows": len(day.rows), "rehearsed": len(rehearsed), "scores": after, "settings": settings,
            "operations": work, "seconds": round(time.perf_counter() - start, 3),
        }  # fmt: skip
        shelf.add(new, record)
        done.add(day.number)
        if accepted:
            learner, before = new, after
        yield record


def cost(learner, data, fresh, trained) -> int:
    """Operations of a day: `fresh` windows through the frozen body once, `trained` ones through the rest every epoch."""
    front, rest = split_at_frozen(learner.model)
    x = data[0][0][None]
    vector = precompute(front, x)
    pair = torch.cat([vector, vector])
    return fresh * operations(front, x) + HOW["epochs"] * trained * operations(rest, pair, learn=True)


def refresh_cost(learner, data) -> int:
    """Operations of a refresh: what is remembered through all layers in every epoch, then once through the new body."""
    front, _ = split_at_frozen(learner.model)
    x = data[0][0][None]
    each = GENTLE["epochs"] * operations(unfreeze(learner.model), torch.cat([x, x]), learn=True)
    return len(learner.remembered()) * (each + operations(front, x))
