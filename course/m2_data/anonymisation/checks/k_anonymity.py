"""The check of `anonymisation.k_anonymity`, which takes `l_diversity` too."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

Rows = list[dict[str, Any]]

NONE = "Rows with None went missing: None is a value like any other."


@exercise(
    minutes=6,
    parts={
        "k": (3, "k is the size of the smallest group"),
        "l": (3, "l is the smallest number of different values in a group"),
        "missing": (1, "takes None as a value like any other, and all rows as one group without columns"),
        "error": (1, "raises ValueError when there are no rows"),
    },
    hints=(
        "A group is all rows with the same tuple of quasi-identifiers.",
        "For k, count each tuple and take the smallest count. For l, collect a set of sensitive "
        "values for each "
        "tuple and take the smallest set's size.",
        "min of nothing raises ValueError by itself: no rows need no line of their own\n"
        "k: Counter(tuple(row[name] for name in qi) for row in rows), the least of its values\n"
        "l: a dict from the tuple to a set; add row[sensitive]; the least of the sizes",
    ),
    debrief=(
        "Reads the diagnosis from a group in which everybody has the same, without knowing which "
        "row is yours.",
        "Asks for k and l of each file, and remembers that two files together can have a smaller k "
        "than either.",
    ),
    standards=("PS.1.2",),
)
def k_anonymity(t: Trial, k_anonymity, l_diversity) -> None:
    for part, what, rows, qi, sensitive in _tables(t):
        groups = _groups(rows, qi, sensitive)
        sizes, kinds = [len(seen) for seen in groups], [len(set(seen)) for seen in groups]
        t.given(table=what, rows=len(rows), columns=qi)
        with t.part("k" if part in ("telling", "both") else part):
            t.equal(
                t.instance(k_anonymity(rows, qi), int, "the value of k"),
                min(sizes),
                "the value of k",
                slips={
                    "telling": {
                        "That's the number of groups; k is the size of the smallest.": len(groups),
                        "That's the largest group.": max(sizes),
                    },
                    "missing": _missing(rows, qi, None, min(sizes)),
                }.get(part, {}),
            )
        with t.part("l" if part in ("telling", "both") else part):
            t.equal(
                t.instance(l_diversity(rows, qi, sensitive), int, "the value of l"),
                min(kinds),
                "the value of l",
                slips={
                    "telling": {
                        "That's k: count different values, not rows.": min(sizes),
                        "That's the most values in a group.": max(kinds),
                    },
                    "missing": _missing(rows, qi, sensitive, min(kinds)),
                }.get(part, {}),
            )
    with t.part("error"):
        for qi in (["age"], []):
            with t.raises(ValueError, "no rows, for k"):
                k_anonymity([], qi)
            with t.raises(ValueError, "no rows, for l"):
                l_diversity([], qi, "diagnosis")


def _tables(t: Trial):
    """(part, what it is, rows, columns, sensitive column); "telling" is one on which slips differ."""
    yield "telling", "three groups", _built((7, 5), (4, 2), (9, 3)), ["age"], "state"
    for number, rng in enumerate(t.cases(8)):
        names = [f"{word}{rng.integers(9)}" for word in ("age", "zip", "ward")]
        qi = [names[:1], names[:2], names, names[1:]][number % 4]
        sensitive = f"{('state', 'result')[number % 2]}{rng.integers(9)}"
        rows = _drawn(rng, names, int(rng.integers(2, 9)), sensitive)
        yield "both", "drawn", rows, qi, sensitive
    rng = t.rng(5)
    rows = _drawn(rng, ["age"], 3)
    yield "missing", "no columns: one group", rows, [], "state"
    yield "both", "one row", rows[:1], ["age"], "state"
    yield "both", "all alike", [{"age": 1, "state": "ill"}] * 7, ["age"], "state"
    yield (
        "both",
        "a large group with one value, a small one with two",
        _built((9, 1), (3, 2)),
        ["age"],
        "state",
    )
    yield "both", "the smallest group comes first", _built((2, 2), (6, 3), (6, 4)), ["age"], "state"
    yield "both", "the smallest group comes last", _built((6, 3), (6, 4), (4, 2)), ["age"], "state"
    yield "both", "values that join to the same text", _joined(), ["a", "b"], "state"
    lonely = [*_built((4, 2), (6, 3)), {"age": None, "state": "ill"}]
    yield "missing", "one row with None in a column", lonely, ["age"], "state"
    twice = [*_built((4, 2), (6, 3)), {"age": None, "state": "ill"}, {"age": None, "state": "well"}]
    yield "missing", "two rows with None in a column", twice, ["age"], "state"
    silent = [{"age": 1, "state": None}, {"age": 1, "state": "ill"}, *_built((5, 3))]
    pairs = [{"age": a, "zip": z, "state": s} for a, z in ((1, "x"), (2, None)) for s in ("ill", "well")]
    pairs += [{**row, "zip": "x"} for row in pairs[:2]] + [{"age": 2, "zip": "None", "state": "ill"}] * 3
    yield "missing", "None in the second of two columns", pairs[:6], ["age", "zip"], "state"
    yield "missing", "None, and the text 'None'", pairs, ["age", "zip"], "state"
    yield "missing", "None as a diagnosis", silent, ["age"], "state"


def _drawn(rng: np.random.Generator, names: list[str], kinds: int, sensitive: str = "state") -> Rows:
    """Rows of drawn groups, whose smallest is seldom of one row. The sensitive column is the second."""
    combinations = [[int(v) for v in rng.integers(0, 3, len(names))] for _ in range(5)]
    rows = [
        {names[0]: values[0], sensitive: f"s{rng.integers(kinds)}"}
        | dict(zip(names[1:], values[1:], strict=True))
        | {"visits": int(rng.integers(9))}
        for values in combinations
        for _ in range(int(rng.integers(2, 12)))
    ]
    rng.shuffle(rows)
    return rows


def _built(*groups: tuple[int, int]) -> Rows:
    """Groups of so many rows with so many different values."""
    return [
        {"age": 40 + number, "state": f"s{number}{i % kinds}"}
        for number, (size, kinds) in enumerate(groups)
        for i in range(size)
    ]


def _joined() -> Rows:
    return [
        {"a": a, "b": b, "state": s} for a, b in (("1", "12"), ("11", "2")) for s in ("ill", "well", "ill")
    ]


def _groups(rows: Rows, qi: list[str], sensitive: str) -> list[list[Any]]:
    found: dict[tuple, list[Any]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in qi), []).append(row[sensitive])
    return list(found.values())


def _missing(rows: Rows, qi: list[str], sensitive: str | None, want: int) -> dict[str, int]:
    """The slip, where leaving rows out gives another value."""
    found = _without_none(rows, qi, sensitive)
    return {} if found == want else {NONE: found}


def _without_none(rows: Rows, qi: list[str], sensitive: str | None) -> int:
    """k, or l, of the rows without None: what pandas gives without dropna=False."""
    full = [row for row in rows if all(row[name] is not None for name in qi)]
    groups = _groups(full, qi, sensitive or next(iter(rows[0])))
    if sensitive is None:
        return min((len(seen) for seen in groups), default=0)
    return min((len(set(seen) - {None}) for seen in groups), default=0)
