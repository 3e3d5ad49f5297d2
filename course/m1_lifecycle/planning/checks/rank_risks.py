"""The check of `planning.rank_risks`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

SIGNS = {
    "regulatory": "privacy officer",
    "public": "doctor",
    "patients": "doctor",
    "corporate": "security engineer",
}
NAMES = ("copy", "leak", "backdoor", "standstill", "Outage", "crafted", "wrong form", "drift", "R2", "R10")


@exercise(
    minutes=12,
    parts={
        "order": (4, "scores the risks, highest first, equal ones by id, and changes none"),
        "decision": (4, "accepts up to the appetite, and never an impact of 5"),
        "signs": (3, "names who signs, each role once, in the order of the alphabet"),
        "refuses": (2, "raises ValueError for what is off the scale or without a known concern"),
    },
    hints=(
        "What is the first thing to do with a number that comes from somebody else's form?",
        "Check each risk first: type(number) is int, 1 to 5, at least one concern, each in SIGNS. Then "
        "make a new "
        "dict for it. Sort the new list by a pair: minus the score, and the id.",
        "for each risk: likelihood or impact not an int from 1 to 5, or no concerns, or one not in SIGNS: "
        "ValueError\n"
        "    score = likelihood * impact\n"
        '    decision = "treat" if score > appetite or impact == 5, else "accept"\n'
        "    signs = sorted set of SIGNS[concern]\n"
        "sort by (-score, id)",
    ),
    debrief=(
        "Likes what is rare on paper: a score hides how bad it gets, and the likelihood is the attacker's "
        "to choose.",
        "Puts a name under each decision. The price: each risk that is never accepted has to be paid for.",
    ),
    standards=("PW.1.1", "PW.1.2"),
)
def rank_risks(t: Trial, rank_risks) -> None:
    for rng in t.cases(4):
        for part, risks, appetite in _cases(rng):
            _expect_ranked(t, part, rank_risks, risks, appetite)
        for what, slip, place, wrong, mended in _refused(rng):
            t.given(risk=mended[place], place=f"{place + 1} of {len(mended)}")
            with t.part("refuses"):
                ids = sorted(row["id"] for row in _rows(t, rank_risks(mended, 6)) if type(row["id"]) is str)
                t.expect(
                    ids == sorted(risk["id"] for risk in mended),
                    "A list without a bad risk is not ranked whole.",
                    expected=f"{len(mended)} decisions",
                    got=f"{len(ids)} decisions",
                )
            t.given(risk=wrong[place], place=f"{place + 1} of {len(wrong)}")
            with t.part("refuses"), t.raises(ValueError, what, slip=slip):
                rank_risks(wrong, 6)


def _risk(name: str, likelihood: Any, impact: Any, concerns: Sequence[str] = ("public",)) -> dict:
    return {"id": name, "likelihood": likelihood, "impact": impact, "concerns": list(concerns)}


def _cases(rng: np.random.Generator) -> Iterator[tuple[str, list[dict], int]]:
    """(part, risks, appetite): for each part what tells its slips apart, then each list for each part."""
    told = list(_lists(rng))
    yield from told
    for (_, risks, appetite), part in product(told, ("order", "decision", "signs")):
        yield part, risks, appetite


def _lists(rng: np.random.Generator) -> Iterator[tuple[str, list[dict], int]]:
    """(part, risks, appetite): the boundary itself, all scores, ties, all sets of concerns."""
    names = [str(name) for name in rng.permutation(NAMES)]
    yield "order", [], 6
    yield "order", [_risk(names[0], 2, 3)], 6
    low, middle, high = sorted(names[:3])  # given in an order that is neither theirs nor the opposite
    yield "order", [_risk(middle, 2, 3), _risk(names[3], 1, 4), _risk(high, 3, 2), _risk(low, 2, 3)], 6
    ties = ((1, 4), (4, 1), (2, 2), (3, 4), (4, 3), (2, 1), (1, 2), (4, 4))
    yield "order", _mixed([_risk(name, *pair) for name, pair in zip(names, ties, strict=False)], rng), 10
    yield (
        "order",
        _mixed([_risk("R10", 2, 3), _risk("R2", 3, 2), _risk("R1", 4, 4), _risk("r0", 2, 3)], rng),
        3,
    )
    grid = [_risk(f"{a}{b}", a, b) for a, b in product(range(1, 6), repeat=2)]
    for appetite in (6, 4, 8, 0, 12, 25, 30, 5, int(rng.integers(1, 25))):
        yield "decision", _mixed(grid, rng), appetite
    keys = list(SIGNS)
    some = [each for size in (1, 2, 3, 4) for each in combinations(keys, size)]
    some += [
        ("public", "public"),
        ("corporate", "public", "corporate"),
        ("patients", "regulatory", "patients"),
    ]
    concerns = [[str(one) for one in rng.permutation(each)] for each in some]
    mixed = [_risk(f"risk {i}", 1 + i % 5, 1 + i // 5 % 5, each) for i, each in enumerate(concerns)]
    yield "signs", mixed, 6
    full = [["regulatory", "public", "patients", "corporate"], keys[::-1], ["public", "corporate", "public"]]
    yield (
        "signs",
        [_risk(f"{a}{b}", a, b, full[(a + b) % 3]) for a, b in product(range(5, 0, -1), repeat=2)],
        9,
    )


def _mixed(risks: list[dict], rng: np.random.Generator) -> list[dict]:
    return [risks[i] for i in rng.permutation(len(risks))]


def _refused(rng: np.random.Generator) -> Iterator[tuple[str, str, int, list[dict], list[dict]]]:
    """(what is wrong, slip, its place, a list with a bad risk there, the list without): each fault
    alone, and first, in the middle and last among six or more."""
    good = [_risk(f"good {i}", 1 + i % 5, 1 + i // 2, [key]) for i, key in enumerate([*SIGNS] * 2)]
    faults = [
        (field, number, _slip(number))
        for field, number in product(
            ("likelihood", "impact"), (0, 6, -1, 100, True, False, 3.0, 2.5, "3", None)
        )
    ]
    none = "Without a concern nobody signs: refuse an empty list too."
    for concerns in (["legal"], ["public", "press"], ["press", "public"], ["public", "press", "patients"]):
        faults.append(("concerns", concerns, ""))
    faults += [("concerns", [], none), ("concerns", ["Public"], ""), ("concerns", [""], "")]
    right = _risk("backdoor", 4, 5, ["patients", "public"])
    for field, value, slip in faults:
        others = _mixed(good, rng)[: int(rng.integers(5, 9))]
        for place, beside in ((0, []), (0, others), (len(others) // 2, others), (len(others), others)):
            wrong, mended = (
                [*beside[:place], one, *beside[place:]] for one in (right | {field: value}, right)
            )
            yield f"{field} {value!r}", slip, place, wrong, mended


def _slip(number: Any) -> str:
    if type(number) is bool:
        return "isinstance(True, int) holds, and True is 1: ask type(number) is int."
    return "3.0 is equal to 3, and is no int: ask type(number) is int." if number == 3.0 else ""


def _ranked(risks: list[dict], appetite: int, slip: str = "") -> list[dict]:
    rows = []
    for risk in risks:
        score, impact = risk["likelihood"] * risk["impact"], risk["impact"]
        if slip == "sum":
            score = risk["likelihood"] + impact
        over = score >= appetite if slip == "inclusive" else score > appetite
        worst = {"product": False, "likelihood": risk["likelihood"] == 5}.get(slip, impact == 5)
        signs = [SIGNS[concern] for concern in risk["concerns"]]
        signs = {"repeats": sorted(signs), "unsorted": list(dict.fromkeys(signs)), "first": signs[:1]}.get(
            slip, sorted(set(signs))
        )
        rows.append(
            {
                "id": risk["id"],
                "score": score,
                "decision": "treat" if over or worst else "accept",
                "signs": signs,
            }
        )
    if slip == "stable":
        return sorted(rows, key=lambda row: -row["score"])
    if slip == "reverse":
        return sorted(rows, key=lambda row: (row["score"], row["id"]), reverse=True)
    if slip == "rising":
        return sorted(rows, key=lambda row: (row["score"], row["id"]))
    return sorted(rows, key=lambda row: (-row["score"], row["id"]))


#: part → the slip's words → the slip
SLIPS = {
    "order": {
        "Multiply likelihood by impact; don't add them.": "sum",
        "Equal scores come by id: the order of the list that was given decides nothing.": "stable",
        "reverse=True turns the ids round too: sort by (-score, id).": "reverse",
        "The highest score comes first.": "rising",
    },
    "decision": {
        "The appetite itself is accepted: treat only what is higher.": "inclusive",
        "Impact 5 is always treated, whatever the score.": "product",
        "It is impact 5 that is always treated, not likelihood 5.": "likelihood",
    },
    "signs": {
        "Each role signs once.": "repeats",
        "The roles come in the order of the alphabet.": "unsorted",
        "All concerns count, not only the first.": "first",
    },
}


def _rows(t: Trial, got: Any) -> list[dict]:
    rows = t.instance(got, list, "the list of decisions")
    for row in rows:
        t.instance(row, dict, "a decision")
        keys = ("id", "score", "decision", "signs")
        t.expect(
            set(row) == set(keys), "A decision does not have its four keys.", expected=keys, got=tuple(row)
        )
    return rows


def _expect_ranked(t: Trial, part: str, rank_risks: Any, risks: list[dict], appetite: int) -> None:
    few = [(risk["id"], risk["likelihood"], risk["impact"]) for risk in risks]
    t.given(appetite=appetite, risks=few if len(few) < 5 else f"{len(few)} of them")
    after: list = [risks]
    with t.part(part):
        got, after = t.observe(rank_risks, risks, appetite)
        rows, want = _rows(t, got), _ranked(risks, appetite)
        if part == "order":
            _expect_order(t, rows, want, _slipped(part, risks, appetite))
        else:
            _expect_row(t, part, rows, want, risks, appetite)
    with t.part("order"):
        copy = "Make new dicts, and new lists: sorted() does, .sort() and risk[key] = ... don't."
        said = "Your function changed the risks that it was given."
        t.expect(repr(after[0]) == repr(risks), said, slip=copy)


def _expect_order(t: Trial, rows: list[dict], want: list[dict], slipped: dict[str, list[dict]]) -> None:
    """Compare (id, score) place by place, and show the first that differs."""

    def pairs(rows: list[dict]) -> list[tuple]:
        return [(row["id"], row["score"]) for row in rows]

    right, found = pairs(want), pairs(rows)
    slips = {text: pairs(ranked) for text, ranked in slipped.items()}
    values = list(slips.values())
    told = [text for text, value in slips.items() if value == found != right and values.count(value) == 1]
    slip = told[0] if told else ""
    t.expect(
        len(found) == len(right),
        "There is not one decision for each risk.",
        expected=f"{len(right)} decisions",
        got=f"{len(found)} decisions",
    )
    for number, (one, other) in enumerate(zip(found, right, strict=True), start=1):
        same = one == other and [type(part) for part in one] == [str, int]
        said = f"Place {number} of the list, its id and score, is not right."
        t.expect(same, said, expected=other, got=one, slip=slip)


def _expect_row(t: Trial, part: str, rows: list, want: list, risks: list, appetite: int) -> None:
    """Compare one column by id, whatever the order, and show the first risk that differs."""
    by_id = {row["id"]: row[part] for row in rows if type(row["id"]) is str}
    found = [by_id.get(row["id"]) for row in want]
    slips = {
        text: [row[part] for row in sorted(ranked, key=_place(want))]
        for text, ranked in _slipped(part, risks, appetite).items()
    }
    for row, one in zip(want, found, strict=True):
        if one == row[part] and type(one) is type(row[part]):
            continue
        fit = [text for text, values in slips.items() if values == found]
        risk = next(risk for risk in risks if risk["id"] == row["id"])
        t.given(appetite=appetite, **risk)
        said = "decision" if part == "decision" else "list of who signs"
        t.wrong(
            f"The {said} for {row['id']!r}, score {row['score']}, is not right.",
            expected=row[part],
            got=one,
            slip=fit[0] if len(fit) == 1 else "",
        )


def _place(want: list[dict]) -> Any:
    order = [row["id"] for row in want]
    return lambda row: order.index(row["id"])


def _slipped(part: str, risks: list[dict], appetite: int) -> dict[str, list[dict]]:
    return {text: _ranked(risks, appetite, slip) for text, slip in SLIPS[part].items()}
