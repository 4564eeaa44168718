"""A model registry for continual training: one update a day, every version kept, an acceptance gate before its use.

Every version is two files: the weights, and a record of the data, the settings, the cost, the scores, and whether the
gate accepted it. The record is written last, so a version without one does not exist. A training that was interrupted
goes on after the last record and gives the numbers that it would have given.
"""

import json
import time
from pathlib import Path

import numpy as np
import torch

from course_lib.errors import CourseError, DataError
from course_lib.models import operations, weights_file
from course_lib.paths import stored_file
from course_lib.transfer.freezing import unfreeze
from course_lib.transfer.frozen_features import precompute, split_at_frozen
from course_lib.transfer.replay import (
    FIT_OPTIONS,
    REFRESH_OPTIONS,
    Learner,
    begin,
    expand_head,
    learn,
    refresh,
    scores,
)

FIELDS = {"version": int, "day": int, "accepted": bool, "known": list, "memory": dict, "settings": dict}
TOLERANCE = 0.08  # how far the mean over old speakers may fall: fifty windows measure it no better; chosen on synthetic voices


def gate(before, after, tolerance=TOLERANCE):
    """May the new model replace the old one? {speaker: accuracy in [0, 1]} of both -> (True or False, the reason).

    tolerance   how far the mean over the speakers of `before` may fall
    Only speakers whom the old model knew are compared, and the scores in `after` should be a choice among them alone
    (`scores(new, valid, among=old.known)`): more names make the task harder, which is not forgetting.
    Raises CourseError where one of them has no score in `after`.

    >>> gate({"ana": 1.0, "ben": 0.8}, {"ana": 0.9, "ben": 0.5, "cleo": 1.0})
    (False, 'old speakers fell from 90.0% to 70.0%')
    """
    if not before:
        return True, "the first version"
    missing = sorted(set(before) - set(after))
    if missing:
        raise CourseError(
            f"expected the scores of all speakers that the old model knew, got none of {missing}"
        )
    old = sum(before.values()) / len(before)
    new = sum(after[name] for name in before) / len(before)
    change = "stayed at" if old == new else "rose from" if new > old else "fell from"
    reason = f"old speakers {change} {old:.1%}" + (f" to {new:.1%}" if old != new else "")
    return new >= old - tolerance - 1e-9, reason


class ModelRegistry:
    """A folder of versions: `records`, oldest first, and the learner of the newest one that the gate accepted."""

    def __init__(self, folder):
        self.folder = Path(folder)

    @property
    def records(self) -> list:
        """The record of every version, a dictionary each. DataError where one is damaged or was changed."""
        try:
            records = [
                json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob("v*.json"))
            ]
            for record in records:
                if type(record) is not dict or any(
                    type(record[key]) is not kind for key, kind in FIELDS.items()
                ):
                    raise ValueError("a record that is not of this course")
                if record.get("seal", _seal(record)) != _seal(record):
                    raise ValueError(f"the record of version {record['version']} was changed")
            return records
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise DataError(
                f"cannot read the versions in {self.folder} ({error}); move that folder away"
            ) from error

    def add(self, learner, record) -> None:
        """Store a learner and its record as a version. Interrupted anywhere, the registry is as before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        version = f"v{record['version']:04d}"
        memory = {name: rows.tolist() for name, rows in learner.memory.items()}
        record = {**record, "known": learner.known, "memory": memory}
        record["seal"] = _seal(record)
        weights_file.save(
            self.folder / f"{version}.safetensors", learner.model.state_dict(), {"known": learner.known}
        )
        with stored_file(self.folder / f"{version}.json") as part:
            part.write_text(json.dumps(record, indent=1), encoding="utf-8")

    def latest(self, base) -> Learner:
        """The newest accepted version, on the network of `base`; where there is none, a learner that knows nobody.

        Raises DataError for a version that is damaged or of another network.
        """
        accepted = [record for record in self.records if record["accepted"]]
        if not accepted:
            return begin(base)
        record = accepted[-1]
        path = self.folder / f"v{record['version']:04d}.safetensors"
        try:
            model = expand_head(begin(base).model, len(record["known"]))
            header, state = weights_file.load(path)
            if header.get("known", record["known"]) != record["known"]:
                raise ValueError(f"it knows {header['known']}, its record {record['known']}")
            model.load_state_dict(state)
            memory = {name: np.array(rows, dtype=np.int64) for name, rows in record["memory"].items()}
        except Exception as error:
            raise DataError(f"{path} is no version of this run ({error}); move the folder away") from error
        return Learner(model, record["known"], memory)


def _seal(record) -> str:
    """The checksum of a record, without the seconds that the day took: two equal trainings have equal checksums."""
    return weights_file.checksum(
        {key: value for key, value in record.items() if key not in ("seal", "seconds")}, {}
    )


def train_continually(
    base, days, data, valid, registry, *, keep=4, refresh_every=None, tolerance=TOLERANCE, seed=0
):
    """One update a day, each measured on `valid` and stored in the registry; yields the records of the days not yet done.

    days           StreamTasks, as `stream_of_tasks` gives them
    data, valid    FeatureSets of the same classes: what arrives, and sessions that never do
    keep           windows of each speaker for replay
    refresh_every  days from one fine-tuning of the body to the next; None: it stays frozen
    tolerance      see `gate`; a new version must pass it against every accepted one, so that small losses cannot add up
    Raises CourseError where the registry holds versions of a training with other settings.
    """
    settings = {"keep": keep, "refresh_every": refresh_every, "seed": seed, "tolerance": tolerance}
    settings |= {"base": base.name, "data": data.key, "days": len(days)}
    records = registry.records
    for record in records:
        if record["settings"] != settings:
            raise CourseError(
                f"{registry.folder} holds a run with other settings ({record['settings']}); take another folder"
            )
    done, learner = {record["day"] for record in records}, registry.latest(base)
    accepted_before = [record for record in records if record["accepted"]]
    for day in [day for day in days if day.number not in done]:
        start = time.perf_counter()
        new = learn(learner, day, data, keep=keep, seed=seed)
        replayed = np.setdiff1d(learner.remembered(), day.rows)
        work = cost(new, data, len(day.rows), len(day.rows) + len(replayed))
        if refresh_every and day.number and day.number % refresh_every == 0 and new.memory:
            new = refresh(new, data, seed=seed)
            work += refresh_cost(new, data)
        accepted, reason = _gate_against_all(accepted_before, new, valid, tolerance)
        record = {
            "version": len(done), "day": day.number, "newcomers": list(day.newcomers), "accepted": accepted,
            "why": reason, "windows": len(day.rows), "rehearsed": len(replayed), "scores": scores(new, valid), "settings": settings,
            "operations": work, "seconds": round(time.perf_counter() - start, 3),
        }  # fmt: skip
        registry.add(new, record)
        done.add(day.number)
        if accepted:
            learner = new
            accepted_before.append({**record, "known": new.known})
        yield record


def _gate_against_all(records, new, valid, tolerance):
    """`gate` for `new` against every accepted version on the names that it knew, the newest last: small losses cannot add up."""
    verdict = gate({}, {})
    for record in records:
        verdict = gate(record["scores"], scores(new, valid, among=record["known"]), tolerance)
        if not verdict[0]:
            since = "" if record is records[-1] else f" since version {record['version']}"
            return False, verdict[1] + since
    return verdict


def cost(learner, data, fresh, trained) -> int:
    """Multiplications and additions of a day: `fresh` windows pass the frozen body once, `trained` ones the rest every epoch."""
    front, rest = split_at_frozen(learner.model)
    x = data[0][0][None]
    vector = precompute(front, x)
    pair = torch.cat([vector, vector])
    return fresh * operations(front, x) + FIT_OPTIONS["epochs"] * trained * operations(
        rest, pair, backward=True
    )


def refresh_cost(learner, data) -> int:
    """The same of a refresh: the remembered windows pass all layers in every epoch, then the new body once."""
    front, _ = split_at_frozen(learner.model)
    x = data[0][0][None]
    each = REFRESH_OPTIONS["epochs"] * operations(unfreeze(learner.model), torch.cat([x, x]), backward=True)
    return len(learner.remembered()) * (each + operations(front, x))
