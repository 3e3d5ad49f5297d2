"""The clinic's incident, as the lesson tells it: batches, releases, keys and backups around hour 0.

All times are whole hours. Hour 0 is when the clinic noticed; -150 is 150 hours earlier.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_ACT = -150  # a login with the stolen key `k-train`, found on the image of the training server
IN_THE_LOG = -98  # the first trace in the clinic's own log: release 1.4.0
NIGHTLY = tuple(-10 - 24 * night for night in range(9))  # -10, -34 … -202
BROKEN = -154  # this night's backup file has a few bytes: it restores nothing


@dataclass(frozen=True)
class Batch:
    """Rows that came in together; `planted` of them are the attacker's."""

    name: str
    received: int
    rows: int
    planted: int = 0

    def ids(self) -> list[str]:
        return [f"{self.name}-{number:03}" for number in range(self.rows)]

    def planted_ids(self) -> list[str]:
        return self.ids()[-self.planted :] if self.planted else []


BATCHES = (
    Batch("b1", -700, 300),
    Batch("b2", -500, 120),
    Batch("b3", -300, 90),
    Batch("b4", -160, 40),
    Batch("b5", -126, 52, planted=12),
    Batch("b6", -60, 30),
    Batch("b7", -20, 26),
)
#: version → (hour, batches that it learned from, release that it started from)
RELEASES = {
    "1.2.0": (-480, ("b1",), None),
    "1.3.0": (-280, ("b1", "b2"), None),
    "1.4.0": (-98, ("b1", "b2", "b3", "b4", "b5"), None),
    "1.4.1": (-30, ("b6",), "1.4.0"),
}
#: key → hour since which it is there. `k-train` was stolen; `k-extra` the attacker made.
KEYS = {"k-train": -900, "k-scoring": -800, "k-extra": -140}
TRACES = {
    "rows": {row for batch in BATCHES for row in batch.planted_ids()},
    "keys": {"k-train", "k-extra"},
    "models": set(),
}


def backup(taken: int) -> dict:
    """What the backup of that hour holds by the catalogue of the backup job, as `comes_back` reads it."""
    batches = [batch for batch in BATCHES if batch.received < taken]
    by_name = {batch.name: batch for batch in BATCHES}
    models = {
        version: {"rows": [row for name in learned for row in by_name[name].ids()], "base": base}
        for version, (built, learned, base) in RELEASES.items()
        if built < taken
    }
    return {
        "rows": [row for batch in batches for row in batch.ids()],
        "keys": [key for key, since in KEYS.items() if since < taken],
        "models": models,
    }


def clean_rows_lost(taken: int) -> int:
    """Honest rows that came after that backup, and that a restore throws away."""
    return sum(batch.rows - batch.planted for batch in BATCHES if batch.received >= taken)
