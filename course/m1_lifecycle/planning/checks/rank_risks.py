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
        "Puts a name under each decision. The price: each risk that is never accepted has to be paid for, "
        "and two "
        "guesses multiplied stay a guess.",
    ),
    standards=("PW.1.1", "PW.1.2"),
)
def rank_risks(t: Trial, rank_risks) -> None:
    for number, rng in enumerate(t.cases(4)):
        for part, risks, appetite in _cases(rng, number):
            _expect_ranked(t, part, rank_risks, risks, appetite)
        for what, wrong, mended in _refused(rng):
            t.given(risk=wrong[-1])
            with t.part("refuses"):
                t.equal(
                    _rows(t, rank_risks(mended, 6)), _ranked(mended, 6), "the list, with that risk mended,"
                )
                with t.raises(ValueError, what):
                    rank_risks(wrong, 6)


def _risk(name: str, likelihood: Any, impact: Any, concerns: Sequence[str] = ("public",)) -> dict:
    return {"id": name, "likelihood": likelihood, "impact": impact, "concerns": list(concerns)}


def _cases(rng: np.random.Generator, number: int) -> Iterator[tuple[str, list[dict], int]]:
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
    for appetite in (6, 4, 8, 0, 12, 25, 5, int(rng.integers(1, 25))):
        yield "decision", _mixed(grid, rng), appetite
    keys = list(SIGNS)
    some = [each for size in (1, 2, 3, 4) for each in combinations(keys, size)]
    some += [
        ("public", "public"),
        ("corporate", "public", "corporate"),
        ("patients", "regulatory", "patients"),
    ]
    concerns = [[str(one) for one in rng.permutation(each)] for each in some]
    yield "signs", [_risk(f"risk {i}", 1 + i % 5, 1 + i // 5, each) for i, each in enumerate(concerns)], 6


def _mixed(risks: list[dict], rng: np.random.Generator) -> list[dict]:
    return [risks[i] for i in rng.permutation(len(risks))]


def _refused(rng: np.random.Generator) -> Iterator[tuple[str, list[dict], list[dict]]]:
    """(what is wrong, a list whose last risk is wrong, the same list with that risk mended)."""
    good = [_risk("leak", 2, 3, ["regulatory"]), _risk("copy", 4, 2, ["corporate"])][
        : int(rng.integers(0, 3))
    ]
    numbers = (0, 6, -1, 100, True, 3.0, 2.5, "3", None)
    for field, number in product(("likelihood", "impact"), numbers):
        right = _risk("backdoor", 1, 5, ["patients"])
        yield f"{field} {number!r}", [*good, right | {field: number}], [*good, right]
    for concerns in ([], ["legal"], ["public", "press"], ["press", "public"], ["Public"], [""]):
        right = _risk("backdoor", 5, 1, ["patients", "public"])
        yield f"concerns {concerns!r}", [*good, right | {"concerns": concerns}], [*good, right]


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
    shown = [(one["id"], one["likelihood"], one["impact"], one["concerns"]) for one in risks]
    t.given(appetite=appetite, risks=shown)
    with t.part(part):
        got, after = t.observe(rank_risks, risks, appetite)
        rows, want = _rows(t, got), _ranked(risks, appetite)
        if part == "order":
            copy = "Make new dicts, and a new list: sorted() does, .sort() and risk[key] = ... don't."
            t.expect(
                repr(after[0]) == repr(risks), "Your function changed the risks that it was given.", slip=copy
            )
            _expect_column(t, rows, want, _slipped(part, risks, appetite), "id", "score")
            return
        by_id = {row["id"]: row[part] for row in rows if type(row["id"]) is str}
        found = [by_id.get(row["id"]) for row in want]
        slips = {
            text: [row[part] for row in sorted(ranked, key=_place(want))]
            for text, ranked in _slipped(part, risks, appetite).items()
        }
        right = [row[part] for row in want]
        at = next(
            (
                i
                for i, (a, b) in enumerate(zip(found, right, strict=True))
                if a != b or type(a) is not type(b)
            ),
            None,
        )
        if at is not None:
            fit = [text for text, values in slips.items() if values == found]
            row, said = want[at], "decision" if part == "decision" else "list of who signs"
            t.wrong(
                f"The {said} for {row['id']!r}, score {row['score']}, is not right.",
                expected=right[at],
                got=found[at],
                slip=fit[0] if len(fit) == 1 else "",
            )


def _place(want: list[dict]) -> Any:
    order = [row["id"] for row in want]
    return lambda row: order.index(row["id"])


def _slipped(part: str, risks: list[dict], appetite: int) -> dict[str, list[dict]]:
    return {text: _ranked(risks, appetite, slip) for text, slip in SLIPS[part].items()}


def _expect_column(t: Trial, rows: list, want: list, slipped: dict, *keys: str) -> None:
    def pairs(rows: list[dict]) -> list[tuple]:
        return [tuple(row[key] for key in keys) for row in rows]

    right = pairs(want)
    slips = {text: pairs(ranked) for text, ranked in slipped.items()}
    values = list(slips.values())
    told = {text: value for text, value in slips.items() if value != right and values.count(value) == 1}
    t.equal(pairs(rows), right, "the list of (id, score)", slips=told)
