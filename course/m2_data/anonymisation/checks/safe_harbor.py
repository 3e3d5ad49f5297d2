"""The check of `anonymisation.safe_harbor`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from autograder.exercise import LearnerError, Trial, brief, exercise

Row = dict[str, Any]

NONE = "A value may be None: it stays None. And the age may be None: then a birth becomes None."
NO_AGE = 'A row may have no age: row.get("age") is None then, and a birth becomes None.'
FIRST = "Look at the action before the value: an unknown one is an error for None, too."

#: Each criterion looks at the values of these actions only.
ACTIONS = {"columns": ("keep",), "dates": ("year", "birth"), "ages": ("age",), "zips": ("zip3",), "row": ()}


@exercise(
    minutes=12,
    parts={
        "columns": (
            2,
            "keeps and drops the columns that the table says, and drops those that it doesn't know",
        ),
        "dates": (3, "turns dates into years, and hides a birth that tells of an age over the oldest"),
        "ages": (2, "puts ages over the oldest into one category"),
        "zips": (1, "leaves three digits of a ZIP code, and 000 where few people live"),
        "error": (1, "raises ValueError for an unknown action"),
        "row": (1, "leaves the row as it was"),
    },
    hints=(
        "Go through the row's columns and ask the table for each. What should happen to a column "
        "that nobody thought of?",
        'rules["columns"].get(name, "drop") gives the action. A date has .year. Whether the age is over '
        "oldest you need in two places: for the age, and for the birth.",
        "over = the age is missing, None, or above oldest\n"
        "each name and value of the row; action from the table, or drop\n"
        "an action that isn't one of the six: ValueError\n"
        "drop: on to the next; None stays None\n"
        "year: value.year; birth: None if over, else value.year; age: a text if above oldest\n"
        "zip3: value[:3], or 000 if that is restricted\n"
        "put the result into a new dict",
    ),
    debrief=(
        "Looks for the column that the table's author forgot, the oldest patient, the village, the "
        "free text.",
        "Drops what the table doesn't know, so that a new column is private until somebody "
        "decides. Keeps the areas "
        "and ages in the table, because a census changes them.",
    ),
    standards=("PS.1.2",),
)
def safe_harbor(t: Trial, safe_harbor) -> None:
    for number, rng in enumerate(t.cases(6)):
        rules, names = _rules(rng, number)
        for part, what, row in _rows(rng, rules, names):
            t.given(case=what, oldest=rules["oldest"])
            with t.part(part):
                try:
                    got, after = t.observe(safe_harbor, dict(row), rules)
                except LearnerError as error:
                    if slip := _error_slip(error, row):
                        t.wrong(error.report(), slip=slip)
                    raise
                want = _released(row, rules)
                t.expect(type(got) is dict, "The result is a dict.", got=type(got).__name__)
                if part in ("columns", "row"):
                    t.equal(sorted(got, key=str), sorted(want), "the list of the result's columns")
                if part == "row":
                    t.expect(
                        _same(after[0], row),
                        "The row has changed.",
                        slip="Put what you release into a new dict.",
                    )
                    t.expect(after[1] == rules, "The rules have changed.")
                for name, value in want.items():
                    if rules["columns"][name] not in ACTIONS[part]:
                        continue
                    t.expect(
                        name in got and _same(got[name], value),
                        "A value of the result is not right.",
                        expected=f"{name}: {value!r}",
                        got=f"{name}: {brief(got.get(name, 'no such column'))}",
                        slip=_slip(name, row, got.get(name), rules),
                    )
        for action in ("kep", "", "Keep", "zip"):
            for value in ("x", None):
                bad = {**rules, "columns": {**rules["columns"], names["sex"]: action}}
                t.given(action=action, value=value)
                slip = FIRST if value is None else ""
                with t.part("error"), t.raises(ValueError, f"the action {action!r}", slip=slip):
                    safe_harbor({names["sex"]: value, "age": 30}, bad)
        with t.part("error"):  # an unknown action for a column that the row lacks is no error
            bad = {**rules, "columns": {**rules["columns"], "elsewhere": "kep"}}
            t.given(case="an unknown action, but the row has no such column")
            t.equal(
                safe_harbor({names["sex"]: "f", "age": 30}, bad), {names["sex"]: "f", "age": 30}, "the result"
            )


TABLE = {
    "birth": "birth",
    "twin_birth": "birth",
    "visited": "year",
    "called": "year",
    "zip": "zip3",
    "work_zip": "zip3",
    "mother_age": "age",
    "sex": "keep",
    "sick": "keep",
    "name": "drop",
    "phone": "drop",
}


def _rules(rng: np.random.Generator, number: int) -> tuple[Row, dict[str, str]]:
    """A table with other names, areas and ages, and what its columns are called. `age` keeps its name."""
    words = rng.permutation(900)
    names = {name: f"{name}_{words[i]}" for i, name in enumerate(TABLE)}
    actions = TABLE
    columns = {names[name]: action for name, action in actions.items()} | {"age": "age"}
    restricted = [f"{area:03}" for area in rng.permutation(1000)[:12]]
    oldest = (89, 74, 99, 64, 85, 89)[number]
    return {"columns": columns, "restricted": restricted, "oldest": oldest}, names


def _rows(rng: np.random.Generator, rules: Row, names: dict[str, str]) -> Iterator[tuple[str, str, Row]]:
    oldest, area = rules["oldest"], rules["restricted"][int(rng.integers(12))]
    free = next(f"{n:03}" for n in rng.permutation(1000) if f"{n:03}" not in rules["restricted"])

    def row(age: Any, **others: Any) -> Row:
        day = date(1950, 1, 1) + timedelta(int(rng.integers(20_000)))
        values = {
            "name": "r0001",
            "phone": "555-1",
            "birth": day,
            "twin_birth": day,
            "called": date(2025, 1, 1) + timedelta(int(rng.integers(600))),
            "work_zip": f"{area}{rng.integers(100):02}",
            # on the other side of the oldest age: each age is judged by its own value
            "mother_age": oldest + 5 if age is not None and age <= oldest else 30,
            "visited": date(2025, 12, 31) - timedelta(int(rng.integers(1000))),
            "zip": f"{free}{rng.integers(100):02}",
            "sex": str(rng.choice(["f", "m"])),
            "sick": f"s{rng.integers(99)}",
            **others,
        }
        return {"age": age, **{names[name]: value for name, value in values.items()}}

    yield "columns", "every column", row(40)
    yield (
        "columns",
        "columns that the table doesn't know",
        {**row(40), "ward": "B2", "note": "call 555", "x1": 1},
    )
    yield "columns", "no columns", {}
    yield "columns", "only what is dropped", {names["name"]: "r0001"}
    yield "columns", "values that look private under keep", row(40, sick="call 555-0101", sex="1950-01-01")
    for age in (110, oldest + 1, oldest + 2, 0, 1, oldest - 1, oldest):
        yield "ages", f"age {age}", row(age)
        yield "dates", f"age {age}", row(age)
    yield "dates", "no age", {name: value for name, value in row(1).items() if name != "age"}
    yield "dates", "an age that is None", row(None)
    yield "ages", "an age that is None", row(None)
    yield "dates", "dates that are None", row(40, birth=None, visited=None)
    yield "zips", "an area with few people", row(40, zip=f"{area}07")
    yield "zips", "another area", row(40, zip=f"{free}99")
    yield "zips", "a restricted area's digits, further back", row(40, zip=f"{free[0]}{area}1"[:5])
    yield "zips", "a ZIP code with nine digits", row(40, zip=f"{free}99-1234")
    yield "zips", "a ZIP code that is None", row(40, zip=None)
    for name in range(12):
        yield "zips", "each area with few people", row(40, zip=f"{rules['restricted'][name]}55")
    yield "row", "every column", row(int(oldest) + 3)
    yield "row", "every column", row(30)
    yield "row", "a column that the table doesn't know", {**row(30), "ward": "B2"}
    if oldest != 89:
        rules["columns"]["age"] = "drop"
        yield "dates", "a table that drops the age", row(oldest + 1)
        yield "dates", "a table that drops the age", row(oldest)
        rules["columns"]["age"] = "age"


def _released(row: Row, rules: Row) -> Row:
    age, oldest = row.get("age"), rules["oldest"]
    turned = {
        "keep": lambda value: value,
        "year": lambda value: value.year,
        "birth": lambda value: None if age is None or age > oldest else value.year,
        "age": lambda value: f"{oldest + 1}+" if value > oldest else value,
        "zip3": lambda value: "000" if value[:3] in rules["restricted"] else value[:3],
    }
    actions = {name: rules["columns"].get(name, "drop") for name in row}
    return {
        name: None if value is None else turned[actions[name]](value)
        for name, value in row.items()
        if actions[name] != "drop"
    }


def _same(a: Any, b: Any) -> bool:
    if type(a) is dict and type(b) is dict:
        return list(a) == list(b) and all(_same(a[name], b[name]) for name in b)
    return type(a) is type(b) and a == b


def _error_slip(error: LearnerError, row: Row) -> str:
    if "age" not in row and error.what == "KeyError: 'age'":
        return NO_AGE
    return NONE if None in row.values() and "NoneType" in error.message else ""


def _slip(name: str, row: Row, got: Any, rules: Row) -> str:
    """What is likely, where only one thing gives this value."""
    action, value = rules["columns"][name], row[name]
    age, oldest = row.get("age"), rules["oldest"]
    if action == "birth" and value is not None and type(got) is int and got == value.year:
        return "A year of birth tells the age: over oldest, and where the age is unknown, it becomes None."
    if action in ("birth", "year") and type(got) is str and value is not None and got == str(value.year):
        return "A year is an int: value.year."
    if action == "age" and name != "age" and age is not None and age > oldest and got == f"{oldest + 1}+":
        return "Each age is judged by its own value, and not by row['age']."
    if action == "age" and name == "age" and age is not None:
        if age == oldest and type(got) is str:
            return "Exactly oldest isn't over oldest."
        if age > oldest and got == "90+" and oldest != 89:
            return "The oldest age stands in the table: it isn't always 89."
        if age > oldest and got == age:
            return "Ages over oldest become one text."
    if action == "zip3" and value is not None and got == value[:3]:
        return "This area has few people: it's in rules['restricted'], so it becomes 000."
    return ""
