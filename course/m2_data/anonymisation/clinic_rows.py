"""The clinic's town, drawn from a seed: who was treated, what a public list says, and Safe Harbor's rules.

Nobody in it is real. A record is a dict, a release is a list of them. `person` links a record to the town's
list; only whoever counts the hits of an attack may look at it.
"""

from __future__ import annotations

import itertools
import math
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Row = dict[str, Any]
Lattice = Mapping[str, Sequence[int]]

TODAY = date(2026, 11, 30)
RESIDENTS, PATIENTS = 3_000, 1_000
LISTED = 0.8  # share of the residents who stand in the public list
ZIPS = {
    "03031": 9, "03032": 8, "03051": 8, "03060": 7, "03101": 7, "03102": 6, "03110": 9,
    "03601": 6, "05001": 8, "05030": 8, "05301": 7, "05302": 7, "05341": 6, "05901": 4,
}  # fmt: skip

#: From fine to coarse. age: width of a bin; zip: digits that stay; sex: 1 as it is, 0 hidden.
LATTICE = {"age": (1, 5, 10, 20, 100), "zip": (5, 4, 3, 2, 0), "sex": (1, 0)}


def town(seed: int = 0, residents: int = RESIDENTS, patients: int = PATIENTS) -> tuple[list[Row], list[Row]]:
    """(the clinic's records, the public list). One in three is a patient; one in five isn't listed."""
    import numpy as np  # here, so that the picture, which needs no numpy, shows without it

    rng = np.random.default_rng(seed)
    ages = np.clip(rng.normal(52, 19, residents), 0, 99).astype(int)
    weights = np.array(list(ZIPS.values())) / sum(ZIPS.values())
    zips, sexes = rng.choice(list(ZIPS), residents, p=weights), rng.choice(["f", "m"], residents)
    extra_days, listed = rng.integers(0, 365, residents), rng.random(residents) < LISTED
    ids = rng.permutation(residents)
    people = [
        {
            "person": f"r{ids[i]:04}",
            "birth_date": TODAY.replace(year=TODAY.year - int(ages[i])) - timedelta(int(extra_days[i])),
            "age": int(ages[i]),
            "zip": str(zips[i]),
            "sex": str(sexes[i]),
        }
        for i in range(residents)
    ]
    treated = [_record(people[i], rng) for i in rng.choice(residents, patients, replace=False)]
    return treated, [row for row, there in zip(people, listed, strict=True) if there]


def _record(person: Row, rng: np.random.Generator) -> Row:
    """One visit. Age and place bear on the diagnosis, so a coarser release is of less use."""
    score = (person["age"] - 52) / 12 + (1.4 if person["zip"] in ("05301", "05302", "05341") else -0.6)
    malignant = rng.random() < 1 / (1 + math.exp(-score))
    visited = TODAY - timedelta(int(rng.integers(0, 3 * 365)))
    phone = f"555-{rng.integers(10_000):04}"
    return {
        "mrn": f"M{rng.integers(10**6):06}",
        **person,
        "phone": phone,
        "visit_date": visited,
        "diagnosis": "malignant" if malignant else "benign",
        "note": f"Call {phone} before the next visit.",
    }


def rules() -> Row:
    """The table of Safe Harbor as this clinic applies it: `columns`, `restricted` and `oldest`."""
    table = tomllib.loads(Path(__file__).with_name("safe_harbor.toml").read_text("utf-8"))
    columns = {row["name"]: row["action"] for row in table["columns"]}
    return {"columns": columns, "restricted": table["zip3"]["restricted"], "oldest": table["age"]["oldest"]}


def columns_of(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """The rows with these columns only."""
    return [{name: row[name] for name in names} for row in rows]


def group_sizes(rows: Sequence[Row], names: Sequence[str]) -> list[int]:
    """For each row: how many rows have the same values in these columns, itself included."""
    keys = [tuple(row[name] for name in names) for row in rows]
    sizes = Counter(keys)
    return [sizes[key] for key in keys]


def settings(lattice: Lattice) -> Iterator[dict[str, int]]:
    """Every point of a lattice: {"age": 1, "zip": 5, "sex": 1}, and so on."""
    for values in itertools.product(*lattice.values()):
        yield dict(zip(lattice, values, strict=True))


def coarsen(row: Row, setting: Mapping[str, int]) -> Row:
    """A copy of the row with its age, zip and sex as coarse as the setting asks for."""
    width, digits = setting["age"], setting["zip"]
    low = row["age"] // width * width
    return {
        **row,
        "age": str(row["age"]) if width == 1 else f"{low}-{low + width - 1}",
        "zip": row["zip"][:digits] + "*" * (5 - digits),
        "sex": row["sex"] if setting["sex"] else "*",
    }


def loss(setting: Mapping[str, int], suppressed: float, lattice: Lattice) -> float:
    """What a release lost: the mean of how far each column has come, 0 to 1, plus the share left out."""
    rungs = [lattice[name].index(setting[name]) / max(len(lattice[name]) - 1, 1) for name in lattice]
    return sum(rungs) / len(rungs) + suppressed


def usefulness(released: Sequence[Row], prepare: Callable[[Row], Row], fresh: Sequence[Row]) -> float:
    """How well a model learned from the release ranks fresh patients: AUC, 0.5 is a coin, 1 is perfect.

    The model is a logistic regression on age (the middle of its bin), ZIP code and sex. `prepare` makes a
    fresh patient as coarse as the release.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    codes = DictVectorizer()
    learned = codes.fit_transform([_features(row) for row in released])
    model = LogisticRegression(max_iter=300).fit(
        learned, [row["diagnosis"] == "malignant" for row in released]
    )
    asked = codes.transform([_features(prepare(row)) for row in fresh])
    return float(
        roc_auc_score([row["diagnosis"] == "malignant" for row in fresh], model.decision_function(asked))
    )


def _features(row: Row) -> Row:
    low, _, high = str(row["age"]).rstrip("+").partition("-")
    return {"decades": (int(low) + int(high or low)) / 20, "zip": row["zip"], "sex": row["sex"]}
