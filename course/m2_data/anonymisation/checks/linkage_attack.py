"""The check of `anonymisation.linkage_attack`."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, exercise

Rows = list[dict[str, Any]]

RECORDS = "A person is claimed though other released records fit too: it must be unique there as well."
NONE = "None matches nothing: leave out rows with None in a column of qi, on both sides."
EMPTY = "With an empty list nobody is claimed. A table that is made of one has no columns to join on."
PEOPLE = "A record is claimed though several people fit: it must be unique on the list as well."


@exercise(
    minutes=8,
    parts={
        "claims": (5, "claims what is unique in the release and on the list, and nothing else"),
        "missing": (2, "lets None match nothing, and makes nobody ambiguous by it"),
        "columns": (1, "joins on the columns asked for, whatever they are, and stands empty lists"),
    },
    hints=(
        "For each combination of values, count twice: how many released records have it, how many people?",
        "Make two dicts from tuple(row[name] for name in qi) to the rows that have it. Claim where "
        "both lists "
        "have exactly one entry.",
        "groups of released: values → indices; groups of listed: values → persons\n"
        "leave out each row with None among its values\n"
        "for each values of the release: one index there, and one person on the list: claim index → person",
    ),
    debrief=(
        "Needs no break-in: two files that are both public, and a join.",
        "Attacks its own release with such a list before it goes out, and counts wrong claims too.",
    ),
    standards=("AML.T0095",),
)
def linkage_attack(t: Trial, linkage_attack) -> None:
    for number, rng in enumerate(t.cases(6)):
        qi = (["age", "sex"], ["zip"], ["age", "zip", "sex"])[number % 3]
        people = _people(rng, 60)
        released, listed = _unnamed(people[:35]), people[10:]
        rng.shuffle(listed)
        t.given(columns=qi, released=len(released), listed=len(listed))
        with t.part("claims"):
            _expect(t, linkage_attack(released, listed, qi), released, listed, qi)
    with t.part("claims"):
        for released_count in (0, 1, 2, 3):  # so many records, so many people, with the same values
            for listed_count in (0, 1, 2, 3):
                released = [{"age": 30}] * released_count + [{"age": 77}]
                listed = [{"person": f"r{i}", "age": 30} for i in range(listed_count)]
                listed += [{"person": "r9", "age": 77}]
                t.given(records=released_count, people=listed_count)
                _expect(t, linkage_attack(released, listed, ["age"]), released, listed, ["age"])
    for rng in t.cases(3):
        people = _people(rng, 40)
        listed, released = people[8:], _unnamed(people[:24])
        for rows in (listed, released):
            for row in rows[::3]:
                row[str(rng.choice(["age", "zip", "sex"]))] = None
        # alone with None on both sides, and one full row beside a row with None
        listed += [{"person": "r7001", "age": 150, "zip": None, "sex": "f"}]
        released += [{"age": 150, "zip": None, "sex": "f"}]
        listed += [{"person": "r7002", "age": 151, "zip": "03000", "sex": "f"}]
        released += [{"age": 151, "zip": "03000", "sex": "f"}, {"age": 151, "zip": None, "sex": "f"}]
        t.given(columns=["age", "zip", "sex"], missing="some values are None")
        with t.part("missing"):
            got = linkage_attack(released, listed, ["age", "zip", "sex"])
            _expect(t, got, released, listed, ["age", "zip", "sex"])
    for rng in t.cases(2):
        names = [f"c{n}" for n in rng.permutation(90)[:3]]
        released = [dict(zip(names, map(int, row), strict=True)) for row in rng.integers(0, 4, (12, 3))]
        listed = [{"person": f"r{i}", **row} for i, row in enumerate(released[4:])]
        t.given(columns=names[1:])
        with t.part("columns"):
            _expect(t, linkage_attack(released, listed, names[1:]), released, listed, names[1:])
    with t.part("columns"):
        pairs = [{"a": a, "b": b} for a, b in (("1", "12"), ("11", "2"), ("2", "22"), ("22", "2"))]
        listed = [{"person": f"r{i}", **row} for i, row in enumerate(pairs[:3])]
        for released, known in (
            (pairs, listed),
            (pairs[::-1], listed[::-1]),
            (pairs, []),
            ([], listed),
            ([], []),
        ):
            t.given(columns=["a", "b"], released=len(released), listed=len(known))
            try:
                got = linkage_attack(released, known, ["a", "b"])
            except LearnerError as error:
                if error.kind == "NotImplementedError" or (released and known):
                    raise
                t.wrong(error.report(), slip=EMPTY)
            _expect(t, got, released, known, ["a", "b"])
        silent = [{"age": 30, "zip": None, "sex": "f"}, {"age": 31, "zip": "03031", "sex": "f"}]
        known = [{"person": "r1", **silent[0], "zip": "03060"}, {"person": "r2", **silent[1], "zip": None}]
        t.given(columns=["age", "sex"], missing="zip, which isn't asked for")
        _expect(t, linkage_attack(silent, known, ["age", "sex"]), silent, known, ["age", "sex"])


def _people(rng: np.random.Generator, count: int) -> Rows:
    ids = rng.permutation(5_000)[:count]
    return [
        {
            "person": f"r{ids[i]:04}",
            "age": int(rng.integers(40, 58)),
            "zip": f"03{rng.integers(100, 130)}",
            "sex": str(rng.choice(["f", "m"])),
        }
        for i in range(count)
    ]


def _unnamed(people: Rows) -> Rows:
    return [{name: value for name, value in row.items() if name != "person"} for row in people]


def _values(row: dict[str, Any], qi: list[str]) -> tuple:
    return tuple(row[name] for name in qi)


def _claims(
    released: Rows,
    listed: Rows,
    qi: list[str],
    records: int = 1,
    people: int = 1,
    none_matches: bool = False,
) -> dict[int, str]:
    """The claims of an attacker who takes up to so many records and people for unique."""
    full = [_values(row, qi) for row in released]
    sizes = Counter(full)
    found: dict[tuple, list[str]] = {}
    for row in listed:
        found.setdefault(_values(row, qi), []).append(row["person"])
    return {
        i: found[values][0]
        for i, values in enumerate(full)
        if (none_matches or None not in values)
        and sizes[values] <= records
        and 1 <= len(found.get(values, ())) <= people
    }


def _expect(t: Trial, got: Any, released: Rows, listed: Rows, qi: list[str]) -> None:
    t.expect(
        type(got) is dict,
        "The claims are a dict: index of the record → person.",
        got=type(got).__name__,
    )
    many = 10**6
    t.equal(
        got,
        _claims(released, listed, qi),
        "the dict of claims",
        slips={
            NONE: _claims(released, listed, qi, none_matches=True),
            RECORDS: _claims(released, listed, qi, records=many),
            PEOPLE: _claims(released, listed, qi, people=many),
            "You claimed whatever fits: count both sides.": _claims(released, listed, qi, many, many),
        },
    )
