"""The check of `extraction.claim`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercise import Trial, exercise

AGREE = "Those are the candidates on which rivals agree with the owner: any good model passes them."
UNORDERED = "The right keys in another order: most rivals that differ first, and of equals the lower index."
TIES = "Of equals the lower index comes first: argsort with kind='stable'."
AMONG = "Rivals that differ from each other say nothing: compare each with the owner."
FIVE = "A tenth of the keys, not a fixed number."
DOWN = "A tenth of the keys, rounded up."
SHARE = "The threshold is a number of keys, not a share."
AVERAGE = "The threshold starts at the highest rival, not at the mean."
CAPPED = "The threshold is not capped: above the number of keys, nobody is claimed."
ABOVE = "The suspect is claimed when it reaches the threshold, too."
HIGHEST = "Being above the highest rival is not enough."
ONE_SIDED = "The bound is 1 - 0.05 ** (1 / n)."
RULE = "3 / n is the rule of thumb; the bound is 1 - 0.05 ** (1 / n)."
OBSERVED = "None above is no proof that there never is one: the bound is not 0."
CHANGED = "Your function changed what it was given."
FIRST = "What a claim is worth counts once the keys are right."


@exercise(
    minutes=13,
    parts={
        "keys": (4, "picks the candidates on which the most rivals differ from the owner"),
        "order": (2, "orders them, and of equals takes the lower index"),
        "threshold": (3, "sets the threshold a tenth of the keys above the highest rival"),
        "claim": (2, "claims the suspect that reaches it, and no other"),
        "bound": (2, "states the false-claim rate that so many rivals leave open"),
        "none": (1, "raises ValueError without rivals"),
    },
    hints=(
        "For each candidate: how many rivals say something else than the owner? For the claim: which "
        "number may depend on the suspect, and which must not?",
        "rivals != owner gives one row per rival; sum over the rows. Sort by the "
        "negative counts with np.argsort(..., kind='stable'). The threshold needs rivals and keys only.",
        "differ = (rivals != owner) summed over rivals\nkeys = stable argsort of -differ, the first m\n"
        "no rivals: ValueError; threshold = the highest + the tenth; claim = suspect >= threshold\n"
        "bound = 1 - 0.05 ** (1 / number of rivals)",
    ),
    debrief=(
        "trains another model on your labels: on the keys it is a rival like any other. Or trains a copied "
        "file on until enough keys break, and pays with accuracy and new data.",
        "Picks the keys before anybody is suspected, never with the suspect's answers, and states the "
        "bound with each claim. A higher margin makes false claims rarer and lets more changed copies go.",
    ),
    standards=("AML.M0024", "AML.T0024.002", "AML.T0005.001"),
)
def claim(t: Trial, pick_keys, claim) -> None:
    right = []
    for (n, r, classes, m), rng in zip(_SIZES, t.cases(len(_SIZES)), strict=True):
        owner, rivals = rng.integers(0, classes, n), rng.integers(0, classes, (r, n))
        easy = rng.random((r, n)) < rng.uniform(0.1, 0.9, n)  # most rivals agree on some candidates
        rivals = np.where(easy, owner, rivals)
        t.given(candidates=n, rivals=r, m=m)
        keys = None
        with t.part("keys"):
            keys = _keys(t, pick_keys, owner, rivals, m)
            _expect_keys(t, keys, owner, rivals, m)
            right.append(m)
        with t.part("order"):
            if not right:
                pick_keys(owner, rivals, m)
            t.expect(len(right) and right[-1] == m, "The order counts once the keys are right.")
            differ = (rivals != owner).sum(axis=0)
            want = np.argsort(-differ, kind="stable")[:m].tolist()
            slip = TIES if differ[keys].tolist() == differ[want].tolist() else UNORDERED
            t.expect(keys == want, "The keys come in another order.", expected=want, got=keys, slip=slip)
    ready = len(right) == len(_SIZES)
    for rng in t.cases(4):
        for keys in (50, 37, 200, int(rng.integers(11, 100)), 10):
            top = int(rng.integers(0, keys - -(-keys // 10) + 1))
            _expect_claim(t, claim, _drawn_rivals(rng, top), keys, ready)
    for rng in t.cases(2):
        _expect_claim(t, claim, _drawn_rivals(rng, 48), 50, ready)  # a threshold above the number of keys
        _expect_claim(t, claim, [int(rng.integers(3, 20))], 40, ready)
    with t.part("none"):
        claim([1], 1, 10)
        t.expect(ready, FIRST)
        with t.raises(ValueError, "no rivals"):
            claim([], 40, 50)


_SIZES = ((60, 12, 10, 20), (200, 5, 10, 50), (40, 3, 2, 39), (8, 2, 3, 8), (5, 1, 3, 2), (1, 1, 2, 1))


def _keys(t: Trial, pick_keys: Any, owner: np.ndarray, rivals: np.ndarray, m: int) -> list[int]:
    got, after = t.observe(pick_keys, owner.copy(), rivals.copy(), m)
    kept = np.array_equal(after[0], owner) and np.array_equal(after[1], rivals)
    t.expect(kept, CHANGED)
    keys = got if isinstance(got, list) else t.array(got, "the keys", shape=(m,), kind="iu").tolist()
    whole = all(isinstance(key, int | np.integer) and not isinstance(key, bool) for key in keys)
    known = whole and all(0 <= key < len(owner) for key in keys) and len(set(keys)) == len(keys) == m
    t.expect(known, f"The keys should be {m} different indices, from 0 to {len(owner) - 1}.")
    return [int(key) for key in keys]


def _expect_keys(t: Trial, keys: list[int], owner: np.ndarray, rivals: np.ndarray, m: int) -> None:
    differ = (rivals != owner).sum(axis=0)
    best = sorted(differ.tolist(), reverse=True)[:m]
    found = sorted(differ[keys].tolist(), reverse=True)
    kinds = np.array([len(set(column)) for column in rivals.T])
    slip = ""
    if found[::-1] == sorted(differ.tolist())[:m]:
        slip = AGREE
    elif sorted(kinds[keys].tolist(), reverse=True) == sorted(kinds.tolist(), reverse=True)[:m]:
        slip = AMONG
    t.expect(
        found == best,
        "Other candidates have more rivals that differ.",
        expected=f"rivals that differ: {best[:12]}",
        got=f"rivals that differ: {found[:12]}",
        slip=slip if len(set(differ.tolist())) > 2 else "",
    )


def _drawn_rivals(rng: np.random.Generator, top: int) -> list[int]:
    count = int(rng.choice([2, 5, 12, 100]))
    return rng.permutation([top, *rng.integers(0, top + 1, count - 1)]).tolist()


def _expect_claim(t: Trial, claim: Any, rivals: list[int], keys: int, ready: bool) -> None:
    high, tenth, n = max(rivals), -(-keys // 10), len(rivals)
    threshold = high + tenth
    for suspect in (keys, 0, high, threshold + 1, threshold, threshold - 1):
        if suspect > keys:
            continue
        t.given(highest=high, rivals=n, suspect=suspect, keys=keys)
        got, after = t.observe(claim, list(rivals), suspect, keys)
        said: dict[str, Any] = {}
        for key, kind in (("threshold", int), ("claim", bool), ("bound", float)):
            with t.part(key):
                t.expect(ready, FIRST)
                t.expect(after[0] == rivals, CHANGED)
                result = t.instance(got, dict, "the result of claim")
                t.equal(
                    sorted(map(str, result)),
                    ["bound", "claim", "threshold"],
                    "the keys of the result, sorted",
                )
                said[key] = t.number(result[key], "the bound") if kind is float else result[key]
                if key == "threshold":
                    _expect_threshold(t, said[key], rivals, keys)
                elif key == "claim":
                    value = bool(said[key]) if isinstance(said[key], np.bool_) else said[key]
                    want = suspect >= threshold
                    slip = ABOVE if suspect == threshold and said.get("threshold") == threshold else ""
                    t.instance(value, bool, "the claim")
                    t.expect(value == want, "The claim is not right.", expected=want, got=value, slip=slip)
                else:
                    want = 1 - 0.05 ** (1 / n)
                    slips = {OBSERVED: 0.0, RULE: 3 / n, ONE_SIDED: 0.05 ** (1 / n)}
                    t.close(said[key], want, "the bound", slips=slips)


def _expect_threshold(t: Trial, value: Any, rivals: list[int], keys: int) -> None:
    high, tenth = max(rivals), -(-keys // 10)
    number = t.number(value, "the threshold")
    slips = {
        DOWN: high + keys // 10,
        FIVE: high + 5,
        CAPPED: min(high + tenth, keys),
        HIGHEST: high,
        AVERAGE: float(np.mean(rivals)) + tenth,
        SHARE: high / keys + 0.1,
    }
    slips = {said: slip for said, slip in slips.items() if slip != high + tenth}
    t.close(number, high + tenth, "the threshold", slips=slips)
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    t.expect(whole, "The threshold should be a whole number.", got=value)
