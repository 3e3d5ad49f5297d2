"""Answers to `anonymisation.safe_harbor`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

AREAS = ["036", "059", "063", "102", "203", "556", "692"]
ACTIONS = {"keep", "drop", "year", "birth", "age", "zip3"}


def by_action(row, rules):
    columns = {name: rules["columns"][name] for name in row if name in rules["columns"]}
    if set(columns.values()) - ACTIONS:
        raise ValueError("unknown action")
    young = isinstance(row.get("age"), int) and row["age"] <= rules["oldest"]
    result = {}
    for name, action in columns.items():
        value = row[name]
        if action == "keep" or (value is None and action != "drop"):
            result[name] = value
        elif action == "year" or (action == "birth" and young):
            result[name] = value.year
        elif action == "birth":
            result[name] = None
        elif action == "age":
            result[name] = str(rules["oldest"] + 1) + "+" if value >= rules["oldest"] + 1 else value
        elif action == "zip3":
            area = value[0:3]
            result[name] = area if area not in rules["restricted"] else "000"
    return result


def _release(row, rules, *, unknown="drop", oldest=None, over=lambda age, oldest: age > oldest, births=True,
             missing=True, areas=None,
             strict=True, in_place=False, text_years=False, age_column=False):  # fmt: skip
    oldest = rules["oldest"] if oldest is None else oldest
    areas = rules["restricted"] if areas is None else areas
    age = row.get("age")
    if age_column and rules["columns"].get("age") == "drop":
        age = 0
    old = missing if age is None else over(age, oldest)
    result = row if in_place else {}
    for name, value in list(row.items()):
        action = rules["columns"].get(name, unknown)
        if strict and action not in ACTIONS:
            raise ValueError(action)
        if action == "drop":
            if in_place:
                del row[name]
            continue
        if value is not None:
            if action in ("year", "birth"):
                value = str(value.year) if text_years else value.year
                value = None if action == "birth" and births and old else value
            elif action == "age":
                value = f"{oldest + 1}+" if over(value, oldest) else value
            elif action == "zip3":
                value = "000" if value[:3] in areas else value[:3]
        result[name] = value
    return result


def keeps_the_unknown(row, rules):
    return _release(row, rules, unknown="keep")


def always_89(row, rules):
    return _release(row, rules, oldest=89)


def at_least(row, rules):
    return _release(row, rules, over=lambda age, oldest: age >= oldest)


def births_stay(row, rules):
    return _release(row, rules, births=False)


def unknown_age_is_young(row, rules):
    return _release(row, rules, missing=False)


def dropped_age_is_young(row, rules):
    return _release(row, rules, age_column=True)


def list_of_2000(row, rules):
    return _release(row, rules, areas=AREAS)


def by_the_patients_age(row, rules):
    """Treats every `age` column by what row["age"] is."""
    released, oldest = _release(row, rules), rules["oldest"]
    old = row.get("age") is not None and row["age"] > oldest
    for name in released:
        if rules["columns"][name] == "age" and row[name] is not None:
            released[name] = f"{oldest + 1}+" if old else row[name]
    return released


def one_column_each(row, rules):
    """Treats the first column of each action, and releases the others as they are."""
    released, seen = _release(row, rules), set()
    for name in released:
        action = rules["columns"][name]
        if action in seen:
            released[name] = row[name]
        seen.add(action)
    return released


def no_areas(row, rules):
    return _release(row, rules, areas=[])


def lenient(row, rules):
    return _release(row, rules, strict=False)


def in_place(row, rules):
    return _release(row, rules, in_place=True)


def years_as_text(row, rules):
    return _release(row, rules, text_years=True)


def none_first(row, rules):
    """Passes None on before it looks at the action."""
    empty = {name for name in row if row[name] is None and rules["columns"].get(name, "drop") != "drop"}
    released = _release({name: value for name, value in row.items() if name not in empty}, rules)
    return {name: released.get(name) for name in row if name in released or name in empty}


def trips_over_none(row, rules):
    for name, value in row.items():
        if rules["columns"].get(name) == "zip3":
            _ = value[:3]
        if rules["columns"].get(name) == "year":
            _ = value.year
    return _release(row, rules)


def trips_over_no_age(row, rules):
    row["age"]
    return _release(row, rules)


def as_it_is(row, rules):
    return dict(row)


def nothing(row, rules):
    return {}


BIRTH = "A year of birth tells the age: over oldest, and where the age is unknown, it becomes None."
AREA = "This area has few people: it's in rules['restricted'], so it becomes 000."

ANSWERS = Answers(
    right=[by_action],
    wrong=[
        Wrong(keeps_the_unknown, "columns", "The list of the result's columns"),
        Wrong(always_89, "ages", "isn't always 89", also=(BIRTH,)),
        Wrong(at_least, "ages", "Exactly oldest isn't over oldest."),
        Wrong(births_stay, "dates", "A year of birth tells the age"),
        Wrong(unknown_age_is_young, "dates", "A year of birth tells the age"),
        Wrong(dropped_age_is_young, "dates", "A year of birth tells the age"),
        Wrong(by_the_patients_age, "ages", "by its own value"),
        Wrong(one_column_each, "dates", "A value of the result", also=(BIRTH, AREA)),
        Wrong(one_column_each, "zips", "A value of the result", also=(BIRTH, AREA)),
        Wrong(list_of_2000, "zips", "This area has few people"),
        Wrong(no_areas, "zips", "This area has few people"),
        Wrong(lenient, "error", "no error is raised"),
        Wrong(none_first, "error", "Look at the action before the value"),
        Wrong(trips_over_none, "zips", "A value may be None"),
        Wrong(trips_over_none, "dates", "A value may be None"),
        Wrong(trips_over_no_age, "dates", "A row may have no age"),
        Wrong(in_place, "row", "The row has changed.", also=("Put what you release into a new dict.",)),
        Wrong(years_as_text, "dates", "A year is an int"),
        Wrong(
            as_it_is,
            "columns",
            "The list of the result's columns",
            also=("Ages over oldest become one text.",),
        ),
        Wrong(nothing, "columns", "The list of the result's columns"),
    ],
)
