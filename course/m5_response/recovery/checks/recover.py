"""The check of `recovery.recover`."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache

import numpy as np

from autograder.exercise import Trial, exercise

from ..material import draw_recovery, recovered

SLIPS = {
    "claimed": "`claimed` is what the file says of itself, and the attacker can write that.",
    "hash": "The file of today is not the one that the log noted: compare `noted` and `found`.",
    "unlogged": "What the log does not know is not proven.",
    "boundary": "At the very hour of the first act is not before it.",
    "an hour before": "An hour before the first act is before it.",
    "claimed too": "`claimed` decides nothing, so a late one is no fault.",
    "missing batch": "A batch that is not in the list is not proven.",
    "sure only": "An act that is not sure counts: unknown is the worst.",
    "latest": "The first act is the earliest one.",
    "first listed": "The acts come in any order: the earliest counts.",
    "sorted": "The batches stay in the order given.",
    "batches of it": "A release is as good as the batches that it learned from.",
    "one batch is enough": "Each of its batches must be proven, not one of them.",
    "last in the list": "The list has no order: the newest is the one logged last.",
    "oldest": "The newest of the proven ones loses least.",
    "newest by its own date": "Newest by `logged`: `claimed` is what the file says of itself.",
    "tested": "`restored` must be True: a backup that does not restore is none.",
    "unknown is yes": "`restored` is None: nobody has tried, so it is not verified.",
    "no age": "A backup that restores can hold the attacker's rows: its hour counts too.",
    "revoked": "A key that is revoked needs no rotation.",
    "new keys": "A key that was issued after the containment is new: the attacker never saw it.",
    "only old keys": "A key that was issued while the attacker was in is known to him as well.",
}
TIME = (
    "claimed",
    "claimed too",
    "an hour before",
    "hash",
    "unlogged",
    "boundary",
    "sure only",
    "latest",
    "first listed",
)
PICK = ("last in the list", "oldest", "newest by its own date")
LISTS = ("release", "batches", "backup", "rotate")  # what the lists decide, in the order of the arguments
RULES = {
    "batches": (*TIME, "sorted"),
    "release": (*TIME, "batches of it", "missing batch", "one batch is enough", *PICK),
    "backup": (*TIME, *PICK, "tested", "unknown is yes", "no age"),
    "rotate": ("revoked", "new keys", "only old keys"),
    "rows_lost": ("claimed", "hash", "boundary"),
}


@exercise(
    minutes=14,
    parts={
        "batches": (3, "names the batches that are proven to be from before the first act"),
        "release": (4, "names the newest release that is proven, with all its batches, or None"),
        "backup": (4, "names the newest backup that is proven and restores, or None"),
        "rotate": (2, "rotates each live key that was issued before the containment"),
        "rows_lost": (1, "counts the rows that are given up, and changes nothing that it was given"),
    },
    hints=(
        "Three lists ask the same question of each item. Write it once, as a function of the item and the "
        "first act.",
        "proven: `logged` is not None and before the earliest act, and `noted` equals `found`. Then choose "
        "with max(..., key=...) among what is proven and, for a backup, restores; mind the empty list.",
        "first = min of the acts' hours\nclean = [id of each proven batch]\n"
        "release = newest of: proven and all of its batches in clean\n"
        "backup = newest of: proven and restored is True\n"
        "rotate = {id of keys not revoked and issued < contained}\nrows_lost = rows of batches not in clean",
    ),
    debrief=(
        "Dates files back: with the signing key any manifest says what he likes.",
        "Asks a witness that the attacker could not write, counts unproven as bad, and says what that costs.",
    ),
    standards=("RC.RP-02", "RC.RP-03", "AML.M0025", "AML.M0014"),
)
def recover(t: Trial, recover) -> None:
    for number, (part, rules) in enumerate(RULES.items()):
        for at, rule in enumerate((*rules, "nothing", "empty")):
            case = deepcopy(_dealt(t.seed, 100 * number + at, part, rule))
            if rule == "empty" and part in LISTS:
                case[LISTS.index(part)].clear()
            t.given(first=min(act["hour"] for act in case[4]["acts"]), contained=case[4]["contained"])
            with t.part(part):
                got, after = t.observe(recover, *case)
                t.instance(got, dict, "the plan")
                t.expect(
                    set(got) == {"release", "batches", "backup", "rotate", "rows_lost"},
                    "The plan has other keys.",
                    expected=["release", "batches", "backup", "rotate", "rows_lost"],
                    got=sorted(map(str, got)),
                )
                want = recovered(*case)
                slips = {SLIPS[one]: recovered(*case, one)[part] for one in rules}
                slips = {text: value for text, value in slips.items() if _once(value, slips.values())}
                value = got[part]
                if part == "rows_lost":
                    value = t.number(value, "rows_lost")
                    value = int(value) if value == int(value) else value
                    t.expect(list(after) == list(case), "Your function changed what it was given.")
                t.equal(value, want[part], part, slips=slips)


def _once(value, values) -> bool:
    return sum(value == other for other in values) == 1


@lru_cache(maxsize=400)  # the search is dear, and a seed is asked for again
def _dealt(seed: int, key: int, part: str, rule: str) -> tuple:
    """A case in which that rule decides; under "nothing", one in which nothing is proven."""
    rng = np.random.default_rng([seed, key])
    found = None
    for attempt in range(3000):
        case = draw_recovery(rng)
        right = recovered(*case)[part]
        if rule == "empty":
            return case
        if rule == "nothing":
            if right in (None, [], set(), 0):
                return case
        elif recovered(*case, rule)[part] != right and (part not in ("release", "backup") or right):
            found = found or case
            others = [recovered(*case, one)[part] for one in RULES[part]]
            if _once(recovered(*case, rule)[part], others):  # no other slip gives the same
                return case
        if found and attempt >= 60:
            break
    return found or case
