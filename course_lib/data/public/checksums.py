"""Checksums: the published ones, and a ledger of those recorded at the first fetch.

A corpus's ledger is `data/.fetch/NAME.sums.json`: trust on first use, as ssh does with hosts.
"""

import hashlib
import json
from datetime import date
from pathlib import Path

from course_lib.data.fingerprint import sha256
from course_lib.errors import DataError
from course_lib.paths import atomic_file


def _read(ledger: Path | None) -> dict:
    try:
        return json.loads(ledger.read_text()) if ledger else {}
    except FileNotFoundError:
        return {}
    except ValueError:
        raise DataError(f"{ledger} is damaged: expected JSON. Delete it to start the record anew") from None


def expected(remote, ledger: Path | None) -> str | None:
    """The sum that `remote` must have: the published one, else the one recorded before, else None."""
    return remote.sum or _read(ledger).get(remote.address, {}).get("sum")


def record(remote, path, ledger: Path | None) -> None:
    """Write down the sum of a first fetch that nobody published one for."""
    known = _read(ledger)
    if ledger and remote.sum is None and remote.address not in known:
        known[remote.address] = {"sum": f"sha256:{sha256(path)}", "date": date.today().isoformat()}
        with atomic_file(ledger) as part:
            part.write_text(json.dumps(known, indent=1, sort_keys=True))


def wrong_sum(remote, ledger: Path | None, came: str) -> DataError:
    """The error for a file whose sum is not the expected one, and what to do about it."""
    if remote.sum:
        whose = "published"
        advice = "The file was thrown away; fetch again, and if it stays so, do not use it: open an issue"
    else:
        whose = f"recorded at the first fetch on {_read(ledger)[remote.address]['date']}"
        advice = (
            "The file was thrown away. Where the publisher announces a new version, delete the entry of this address "
            f"in {ledger} and fetch again"
        )
    return DataError(
        f"{remote.filename}: expected the sum {expected(remote, ledger)} ({whose}), got {came}. {advice}"
    )


def tree_sum(folder) -> str:
    """sha256 over the sorted lines `sha256  path` of every file below `folder`: what `sha256sum` would list."""
    folder = Path(folder)
    names = sorted(path.relative_to(folder.parent).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = "".join(f"{sha256(folder.parent / name)}  {name}\n" for name in names)
    return hashlib.sha256(lines.encode()).hexdigest()
