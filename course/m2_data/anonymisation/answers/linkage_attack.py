"""Answers to `anonymisation.linkage_attack`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

import pandas as pd

from autograder.exercise import Answers, Wrong


def by_comparing(released, listed, qi):
    def fits(a, b):
        return all(a[name] is not None and a[name] == b[name] for name in qi)

    claims = {}
    for i, row in enumerate(released):
        people = [other["person"] for other in listed if fits(row, other)]
        if len(people) == 1 and sum(fits(row, other) for other in released) == 1:
            claims[i] = people[0]
    return claims


def _link(released, listed, qi, *, records=1, people=1, none_matches=False, first=0, hides=False):
    def groups(rows, what):
        found = {}
        for i, row in enumerate(rows):
            values = tuple(row[name] for name in qi)
            if none_matches or None not in values:
                found.setdefault(values, []).append(what(i, row))
        return found

    theirs = groups(listed, lambda i, row: row["person"])
    return {
        indices[0] + first: theirs[values][0]
        for values, indices in groups(released, lambda i, row: i).items()
        if len(indices) <= records and 1 <= len(theirs.get(values, ())) <= people
    }


def any_record(released, listed, qi):
    people = {}
    for row in listed:
        people.setdefault(tuple(row[name] for name in qi), []).append(row["person"])
    keys = [tuple(row[name] for name in qi) for row in released]
    return {i: people[k][0] for i, k in enumerate(keys) if None not in k and len(people.get(k, ())) == 1}


def any_person(released, listed, qi):
    return _link(released, listed, qi, people=99)


def pairs_are_unique(released, listed, qi):
    return _link(released, listed, qi, records=2)


def none_is_a_value(released, listed, qi):
    return _link(released, listed, qi, none_matches=True)


def none_makes_ambiguous(released, listed, qi):
    def fits(a, b):
        return all(a[name] is None or b[name] is None or a[name] == b[name] for name in qi)

    claims = _link(released, listed, qi)
    return {i: who for i, who in claims.items() if sum(fits(released[i], row) for row in released) == 1}


def none_anywhere(released, listed, qi):
    """What DataFrame(released).dropna() does, without naming the columns."""
    claims = _link(
        [row if None not in row.values() else dict.fromkeys(row) for row in released],
        [row for row in listed if None not in row.values()],
        qi,
    )
    return claims


def from_one(released, listed, qi):
    return _link(released, listed, qi, first=1)


def always_the_same_columns(released, listed, qi):
    return _link(
        released, listed, [name for name in ("age", "zip", "sex") if name in released[0]] if released else qi
    )


def joined_text(released, listed, qi):
    def joined(rows):
        return [
            {**row, "all": "".join(str(row[n]) for n in qi) if None not in [row[n] for n in qi] else None}
            for row in rows
        ]

    return _link(joined(released), joined(listed), ["all"])


def merged(released, listed, qi):
    """A merge of two tables: None joins None, and an empty table has no columns."""
    left, right = pd.DataFrame(released).reset_index(), pd.DataFrame(listed)
    left = left[left.groupby(qi, dropna=False)["index"].transform("size") == 1]
    right = right[right.groupby(qi, dropna=False)["person"].transform("size") == 1]
    both = left.merge(right, on=qi)
    return dict(zip(both["index"].tolist(), both["person"].tolist(), strict=True))


def nobody(released, listed, qi):
    return {}


def as_pairs(released, listed, qi):
    return list(_link(released, listed, qi).items())


NONE = "None matches nothing: leave out rows with None in a column of qi, on both sides."
EMPTY = "With an empty list nobody is claimed. A table that is made of one has no columns to join on."

ANSWERS = Answers(
    right=[by_comparing],
    wrong=[
        Wrong(any_record, "claims", "other released records fit too"),
        Wrong(any_person, "claims", "several people fit"),
        Wrong(pairs_are_unique, "claims", "The dict of claims is not right", also=("A person is claimed",)),
        Wrong(none_is_a_value, "missing", "None matches nothing"),
        Wrong(none_anywhere, "columns", "is not right"),
        Wrong(none_makes_ambiguous, "missing", "is not right"),
        Wrong(from_one, "claims", "is not right"),
        Wrong(always_the_same_columns, "columns", "is not right"),
        Wrong(joined_text, "columns", "is not right", also=("You claimed", "A person is", "A record is")),
        Wrong(merged, "missing", "None matches nothing", also=(EMPTY,)),
        Wrong(merged, "columns", "With an empty list nobody is claimed", also=(NONE,)),
        Wrong(nobody, "claims", "is not right"),
        Wrong(as_pairs, "claims", "The claims are a dict"),
    ],
)

EQUIVALENT = {
    "rows[0] → rows[-1]": "the list has one entry",
    "people[values][0] → people[values][-1]": "the list has one entry",
}
