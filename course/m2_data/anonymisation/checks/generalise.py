"""The check of `anonymisation.generalise`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

from ..clinic_rows import LATTICE, coarsen, loss, settings

Row = dict[str, Any]
Cost = Callable[[dict[str, int], float], float]

MOST = 0.05


@exercise(
    minutes=14,
    level="stretch",
    parts={
        "k": (3, "keeps the coarsened rows of the setting, in groups of at least k"),
        "l": (2, "with at least l different diagnoses in each"),
        "share": (2, "leaves out at most 5 %, and allows exactly 5 %"),
        "least": (4, "finds an allowed setting than which none is cheaper"),
        "error": (1, "raises ValueError when no setting is allowed"),
    },
    hints=(
        "There are few settings. Try every one; climbing from the finest in small steps stops at "
        "the wrong place.",
        "For each setting coarsen all rows, group them by age, zip and sex, keep the rows of good "
        "groups, and ask for "
        "the cost only if at most 5 % are gone.",
        "best: nothing yet\n"
        "each setting of settings(lattice):\n"
        "    coarse: coarsen(row, setting) for each row; groups: key → the diagnoses in it\n"
        "    kept: the coarse rows whose group has at least k rows and at least l different diagnoses\n"
        "    share: how many are gone, of all; above 0.05: the next setting\n"
        "    price = cost(setting, share); keep price, setting and kept if it's the cheapest so far\n"
        "nothing found: ValueError",
    ),
    debrief=(
        "Waits for the second release of the same people: what differs between two k-anonymous "
        "files may name them.",
        "Writes the purpose down as a cost first. A generic loss hides what the study needs.",
    ),
    standards=("PS.1.2",),
)
def generalise(t: Trial, generalise) -> None:
    with t.part("least"):
        _expect_shares(t, generalise)
    for part, what, rows, k, l, lattice, cost in _cases(t):  # noqa: E741
        t.given(case=what, rows=len(rows), k=k, l=l)
        allowed = dict(_allowed(rows, k, l, lattice))
        for each in ("k", "l", "share", "least") if part == "all" else (part,):
            with t.part(each):
                got = generalise(rows, k, l, lattice, cost)
                setting, kept = _read(t, got, lattice)
                _expect_kept(t, each, rows, setting, kept, k, l)
                share = 1 - len(kept) / len(rows)
                if each in ("k", "l"):
                    continue
                t.expect(
                    tuple(setting.values()) in allowed,
                    "The setting leaves out more than 5 % of the rows.",
                    got=f"{setting}, {share:.4f} left out",
                )
                if each in ("least", part):  # a slip in the cost isn't one in the 5 %
                    _expect_least(t, setting, cost, allowed, lattice)
    for what, rows, k, l, lattice in _impossible(t.rng(9)):  # noqa: E741
        t.given(case=what, rows=len(rows), k=k, l=l)
        with t.part("error"), t.raises(ValueError, what):
            generalise(rows, k, l, lattice, _generic(lattice))


def _cases(t: Trial) -> Iterator[tuple]:
    """(part, what, rows, k, l, lattice, cost)."""
    small = {"age": (1, 10, 100), "zip": (5, 3, 0), "sex": (1, 0)}
    rng = t.rng(4)
    for left_out, all_rows in ((1, 20), (2, 40), (2, 39), (3, 60), (4, 79)):
        # so many rows are alone at the finest setting: exactly 5 %, or a little more
        rows = _alike(all_rows - left_out) + [_row(9 + 13 * i, "99901", "f", "x") for i in range(left_out)]
        what = f"{left_out} of {all_rows} rows are alone"
        yield "share", what, rows, 2, 1, small, _finest
        yield "share", what + ", and the last one counts", rows[::-1], 2, 1, small, _finest
    lonely = _alike(30) + [_row(70, "03031", "f", "benign")] * 9 + [_row(99, "99901", "f", "x")]
    yield "l", "a large group with one diagnosis", lonely, 3, 2, small, _finest
    yield "l", "l = 3", _alike(30) + [_row(70, "03031", "f", d) for d in "ababab"], 3, 3, small, _finest
    alone = [*_alike(40), _row(87, "99901", "f", "x")]
    yield "k", "one row is left out", alone, 2, 1, small, _finest
    yield "k", "exactly k", _alike(76) + [_row(70, "03031", "f", d) for d in "abab"], 4, 2, small, _finest
    yield (
        "k",
        "one fewer than k",
        _alike(24) + [_row(70, "03031", "f", d) for d in "aba"],
        4,
        2,
        small,
        _finest,
    )
    yield "k", "k = 1 and l = 1", _drawn(rng, 40), 1, 1, small, _finest
    for number, rng in enumerate(t.cases(5)):
        lattice = (LATTICE, small, {"age": (1, 20), "zip": (5, 4, 3, 0), "sex": (1,)}, LATTICE, small)[number]
        rows = _drawn(rng, 90 + 10 * number)
        cost = (_generic, _drawn_cost(rng), _drawn_cost(rng), _drawn_cost(rng), _generic)[number](lattice)
        yield "all", "drawn", rows, (3, 5, 2, 4, 3)[number], (1, 2, 1, 2, 2)[number], lattice, cost
    # dear in the middle of the ladder, cheap at its end: small steps never get there
    yield "least", "a coarse setting is the cheapest", _drawn(rng, 80), 3, 1, LATTICE, _valley
    yield "least", "the share left out decides", _drawn(rng, 100), 2, 1, LATTICE, lambda setting, share: share
    yield (
        "least",
        "the more left out, the cheaper",
        _drawn(rng, 100),
        2,
        1,
        LATTICE,
        lambda setting, share: -share,
    )
    yield (
        "least",
        "costs below zero",
        _drawn(rng, 60),
        2,
        1,
        small,
        lambda setting, share: -setting["age"] - share,
    )

    yield (
        "least",
        "costs that are very large",
        _drawn(rng, 60),
        2,
        1,
        small,
        lambda setting, share: 1e12 - 1e6 * setting["age"] + share,
    )


def _expect_shares(t: Trial, generalise: Any) -> None:
    """The cost is asked with the share left out of all rows, exactly."""
    k, lattice, asked = 2, {"age": (1, 10, 20), "zip": (5, 3, 0), "sex": (1, 0)}, []
    rows = [_row(9, "99901", "f", "x"), *_alike(59), _row(70, "99901", "f", "x")]  # leaves out 2 of 61

    def cost(setting: Any, share: Any) -> float:
        asked.append((setting, share))
        return 0.0

    t.given(case="what cost is called with", rows=len(rows), k=k, l=1)
    generalise(rows, k, 1, lattice, cost)
    for setting, share in asked:
        kept = _left([coarsen(row, _setting(t, setting, lattice)) for row in rows], k, 1)
        want = (len(rows) - len(kept)) / len(rows)
        got = t.number(share, "the share that cost is called with")
        gone = len(rows) - len(kept)
        likely = gone and any(abs(got - other) < 1e-9 for other in (100 * want, gone, gone / len(kept)))
        t.expect(
            abs(got - want) < 1e-9,
            "cost is called with another share than the one left out.",
            expected=want,
            got=got,
            slip="The share is rows left out / all rows, from 0 to 1: 2 of 40 is 0.05." if likely else "",
        )


def _row(age: int, place: str, sex: str, diagnosis: str) -> Row:
    return {"age": age, "zip": place, "sex": sex, "diagnosis": diagnosis}


def _alike(count: int) -> list[Row]:
    return [_row(41, "03031", "m", ("benign", "malignant", "unclear")[i % 3]) for i in range(count)]


def _drawn(rng: np.random.Generator, count: int) -> list[Row]:
    places = [f"0{rng.integers(30, 33)}{rng.integers(10, 14)}" for _ in range(5)]
    return [
        _row(
            int(np.clip(rng.normal(52, 15), 0, 99)),
            str(rng.choice(places)),
            str(rng.choice(["f", "m"])),
            str(rng.choice(["benign", "malignant"], p=[0.7, 0.3])),
        )
        for _ in range(count)
    ]


def _generic(lattice: Any) -> Cost:
    return lambda setting, share: loss(setting, share, lattice)


def _drawn_cost(rng: np.random.Generator) -> Callable[[Any], Cost]:
    """A price for each rung of each ladder, rising or not, plus one for what is left out."""
    prices = rng.uniform(0, 1, (3, 5))

    def of(lattice: Any) -> Cost:
        def cost(setting: dict[str, int], share: float) -> float:
            rungs = [lattice[name].index(setting[name]) for name in lattice]
            return float(sum(prices[i, rung] for i, rung in enumerate(rungs)) + share)

        return cost

    return of


def _finest(setting: dict[str, int], share: float) -> float:
    return setting["age"] - setting["zip"] - setting["sex"] / 2


def _valley(setting: dict[str, int], share: float) -> float:
    return (
        {1: 0.5, 5: 4, 10: 3, 20: 2, 100: 0}[setting["age"]]
        + (5 - setting["zip"]) / 10
        + (1 - setting["sex"]) / 10
    )


def _impossible(rng: np.random.Generator) -> Iterator[tuple]:
    small = {"age": (1, 10), "zip": (5, 0), "sex": (1, 0)}
    yield "fewer rows than k", _alike(4), 5, 1, LATTICE
    yield (
        "one diagnosis only, and l = 2",
        [_row(40 + i, "03031", "f", "benign") for i in range(30)],
        2,
        2,
        LATTICE,
    )
    yield (
        "a lattice that isn't coarse enough",
        [_row(10 * i, "03031", "f", "benign") for i in range(9)],
        2,
        1,
        small,
    )


def _key(row: Row) -> tuple:
    return row["age"], row["zip"], row["sex"]


def _left(coarse: list[Row], k: int, l: int) -> list[Row]:  # noqa: E741
    groups = defaultdict(list)
    for row in coarse:
        groups[_key(row)].append(row["diagnosis"])
    good = {key for key, seen in groups.items() if len(seen) >= k and len(set(seen)) >= l}
    return [row for row in coarse if _key(row) in good]


def _allowed(rows: list[Row], k: int, l: int, lattice: Any) -> Iterator[tuple[tuple, float]]:  # noqa: E741
    for setting in settings(lattice):
        gone = len(rows) - len(_left([coarsen(row, setting) for row in rows], k, l))
        if 20 * gone <= len(rows):
            yield tuple(setting.values()), gone / len(rows)


def _read(t: Trial, got: Any, lattice: Any) -> tuple[dict[str, int], list[Row]]:
    pair = type(got) is tuple and len(got) == 2 and type(got[0]) is dict and type(got[1]) is list
    t.expect(pair, "The result is a tuple: a setting (a dict), and a list of rows.", got=type(got).__name__)
    setting, kept = got
    t.expect(all(type(row) is dict for row in kept), "Each row that stays is a dict.")
    return _setting(t, setting, lattice), kept


def _setting(t: Trial, setting: Any, lattice: Any) -> dict[str, int]:
    same = type(setting) is dict and setting.keys() == lattice.keys()
    ordered = {name: setting[name] for name in lattice} if same else {}
    known = {repr(one) for one in settings(lattice)}
    t.expect(repr(ordered) in known, "The setting isn't one of the lattice's.", got=setting)
    return ordered


def _expect_kept(
    t: Trial,
    part: str,
    rows: list[Row],
    setting: dict[str, int],
    kept: list[Row],
    k: int,
    l: int,  # noqa: E741
) -> None:
    coarse = [coarsen(row, setting) for row in rows]
    want = _left(coarse, k, l)
    if kept == want:
        return
    stay = Counter(map(repr, kept))
    slip = ""
    if kept == coarse and kept != _left(coarse, k, 1):
        slip = "All rows are still there: leave out those whose group is too small."
    elif kept == _left(coarse, k + 1, l):
        slip = "A group of exactly k rows is large enough."
    elif l > 1 and kept == _left(coarse, k, 1) and kept != coarse:
        slip = "Rows of groups with fewer than l different diagnoses are left out too."
    elif stay == Counter(map(repr, want)):
        slip = "The rows that stay keep their order."
    elif not stay - Counter(map(repr, rows)) and setting["age"] > 1:
        slip = "Return the coarsened rows, and not the original ones."
    t.wrong(
        "The rows that stay aren't those of this setting.",
        expected=f"{len(want)} of {len(rows)} rows for {setting}",
        got=f"{len(kept)} rows",
        slip=slip,
    )


def _expect_least(
    t: Trial, setting: dict[str, int], cost: Cost, allowed: dict[tuple, float], lattice: Any
) -> None:
    prices = {
        values: cost(dict(zip(lattice, values, strict=True)), share) for values, share in allowed.items()
    }
    best = min(prices, key=prices.__getitem__)
    mine = prices[tuple(setting.values())]
    t.expect(
        mine <= prices[best] + 1e-9,
        "Another allowed setting is cheaper.",
        expected=f"{dict(zip(lattice, best, strict=True))}, cost {prices[best]:.4f}",
        got=f"{setting}, cost {mine:.4f}",
    )
