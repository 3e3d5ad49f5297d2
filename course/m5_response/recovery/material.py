"""What the checks of `recovery` share: the judge's own answers, with slips, and the draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]

BLAME = ("blame", "careless", "fault", "forgot", "lazy", "negligent", "sloppy")
LAST_DAY = 60  # days that an action of the review may take


# --- comes_back


def returning(backup: Mapping, traces: Mapping, forget: str = "") -> dict[str, set]:
    """What of the attacker's comes back with a backup; `forget` names a rule to leave out."""
    models, planted = backup["models"], traces["rows"]
    if forget == "rows of the backup":
        planted = planted & set(backup["rows"])
    bad = set() if forget == "named" else {name for name in models if name in traces["models"]}
    bad |= {name for name, model in models.items() if planted & set(model["rows"])}
    known = bad | (set() if forget == "base elsewhere" else traces["models"])
    for _ in range({"chain": 0, "one step": 1}.get(forget, len(models))):
        bad = bad | {name for name, model in models.items() if model["base"] in known | bad}
    return {
        "rows": set(backup["rows"]) & traces["rows"],
        "keys": set(backup["keys"]) & traces["keys"],
        "models": bad,
    }


# --- contain


def step(state: Row, action: tuple, forget: str = "") -> Row:
    """The state after an action, or ValueError; `forget` names a rule to leave out."""
    new = {key: set(value) if isinstance(value, set) else value for key, value in state.items()}

    def need(holds: bool, rule: str) -> None:
        if not holds and rule != forget:
            raise ValueError(rule)

    match action:
        case ("copy", name):
            need(name not in state["off"], "copied after it was off")
            new["copied"].add(name)
        case ("check", name):
            need(name in state["copied"], "checked without a copy")
            new["checked"].add(name)
        case ("isolate", name):
            need(name in state["copied"], "isolated before the copy")
            if name == "scoring":
                need(state["serving"] == "fallback", "scoring off without fallback")
            new["off"].add(name)
        case ("wipe", name):
            need(name in state["checked"], "wiped with an unchecked copy")
            need(name in state["off"], "wiped while it runs")
            new["wiped"].add(name)
        case ("revoke", key):
            if key == state["service_key"]:
                need(state["serving"] == "fallback", "service key revoked without fallback")
            new["keys"].discard(key)
        case ("freeze",):
            new["retraining"] = False
        case ("try",):
            new["fallback"] = "tested"
        case ("switch",):
            need(state["fallback"] == "tested", "untested fallback")
            new["serving"] = "fallback"
        case _:
            raise ValueError("unknown")
    return new


def fresh(rng: np.random.Generator) -> Row:
    """Hour 0 at the clinic: nothing is done yet."""
    keys = [f"k-{name}" for name in rng.permutation(["train", "scoring", "store", "log", "app"])[:4]]
    return {
        "copied": set(),
        "checked": set(),
        "off": set(),
        "wiped": set(),
        "keys": set(keys),
        "service_key": str(rng.choice(keys)),
        "retraining": True,
        "fallback": "untested",
        "serving": "1.4.0",
    }


# --- recover


def proven(item: Row, first: int, forget: str = "") -> bool:
    """Whether an item is from before the first act, by a witness that the attacker could not write."""
    hour = item["claimed"] if forget == "claimed" else item["logged"]
    if hour is None:
        return forget == "unlogged" and item["claimed"] < first
    early = hour <= first if forget == "boundary" else hour < first - (forget == "an hour before")
    if forget == "claimed too" and item["claimed"] >= first:
        return False
    same = item["noted"] == item["found"] or forget == "hash"
    return early and (same or (forget == "claimed" and item["noted"] is None))


def recovered(
    releases: Sequence[Row],
    batches: Sequence[Row],
    backups: Sequence[Row],
    keys: Sequence[Row],
    evidence: Row,
    forget: str = "",
) -> Row:
    """The plan; `forget` names a rule to leave out."""
    acts = [act["hour"] for act in evidence["acts"] if act["sure"] or forget != "sure only"]
    acts = acts or [act["hour"] for act in evidence["acts"]]
    first = max(acts) if forget == "latest" else acts[0] if forget == "first listed" else min(acts)
    clean = [batch["id"] for batch in batches if proven(batch, first, forget)]
    good = [
        release
        for release in releases
        if proven(release, first, forget)
        and (set(release["batches"]) <= set(clean) or forget == "batches of it")
    ]
    if forget == "missing batch":
        bad = {batch["id"] for batch in batches} - set(clean)
        good = [one for one in releases if proven(one, first) and not set(one["batches"]) & bad]
    if forget == "one batch is enough":
        good = [one for one in releases if proven(one, first, forget) and (set(one["batches"]) & set(clean))]
    usable = [
        backup
        for backup in backups
        if proven(backup, first, forget)
        and (
            backup["restored"] is True
            or forget == "tested"
            or (forget == "unknown is yes" and backup["restored"] is None)
        )
    ]
    if forget == "no age":
        usable = [one for one in backups if one["restored"] is True and one["noted"] == one["found"]]
    return {
        "release": _newest(good, forget),
        "batches": sorted(clean) if forget == "sorted" else clean,
        "backup": _newest(usable, forget),
        "rotate": {
            key["id"]
            for key in keys
            if (not key["revoked"] or forget == "revoked")
            and (key["issued"] < evidence["contained"] or forget == "new keys")
            and (key["issued"] < first or forget != "only old keys")
        },
        "rows_lost": sum(batch["rows"] for batch in batches if batch["id"] not in clean),
    }


def _newest(found: Sequence[Row], forget: str) -> str | None:
    if not found:
        return None
    if forget == "last in the list":
        return found[-1]["id"]
    if forget == "oldest":
        return min(found, key=lambda one: one["logged"] or 0)["id"]
    if forget == "newest by its own date":
        return max(found, key=lambda one: one["claimed"])["id"]
    return max(found, key=lambda one: one["logged"] if one["logged"] is not None else one["claimed"])["id"]


KINDS = ("good", "good", "good", "late clock", "late", "boundary", "backdated", "unlogged", "changed")


def draw_recovery(rng: np.random.Generator) -> tuple:
    """Releases, batches, backups, keys and evidence, with every kind of item among them."""
    hours = sorted(rng.choice(np.arange(-300, -60), int(rng.integers(1, 5)), replace=False).tolist())
    acts = [{"hour": int(hour), "sure": bool(rng.random() < 0.5)} for hour in rng.permutation(hours)]
    first, contained = min(act["hour"] for act in acts), int(rng.integers(2, 20))
    early = iter(rng.permutation(np.arange(first - 400, first - 1)).tolist())  # no two alike
    batches = [
        _item(rng, f"b{number}", first, early) | {"rows": int(rng.integers(10, 200))}
        for number in range(int(rng.integers(5, 9)))
    ]
    names = [batch["id"] for batch in batches]
    clean = [batch["id"] for batch in batches if proven(batch, first)]
    releases = []
    for number in range(int(rng.integers(4, 8))):
        pool = clean if clean and rng.random() < 0.6 else names
        learned = rng.permutation(pool)[: int(rng.integers(1, 4))].tolist()
        if rng.random() < 0.15:
            learned.insert(int(rng.integers(2)), "b99")  # not in the list of batches
        releases.append(_item(rng, f"1.{number}.0", first, early) | {"batches": learned})
    backups = [
        _item(rng, f"night{number}", first, early) | {"restored": (True, True, False, None)[rng.integers(4)]}
        for number in range(int(rng.integers(4, 8)))
    ]
    keys = [
        {
            "id": f"k{number}",
            "issued": int(rng.choice([first - 50, first, contained - 1, contained, contained + 3])),
            "revoked": bool(rng.random() < 0.3),
        }
        for number in range(6)
    ]
    for items in (releases, batches, backups):  # one at the last hour before the first act: no two alike
        edge = [one for one in items if one["id"] == items[0]["id"] and proven(one, first)]
        if edge and rng.random() < 0.4:
            edge[0]["logged"] = first - 1
    shuffled = [[rows[i] for i in rng.permutation(len(rows))] for rows in (releases, batches, backups, keys)]
    return (*shuffled, {"acts": acts, "contained": contained})


def _item(rng: np.random.Generator, name: str, first: int, early: Any) -> Row:
    kind = str(rng.choice(KINDS))
    logged = int(next(early))
    claimed = logged - int(rng.integers(0, 30))
    noted = found = f"{int(rng.integers(16**8)):08x}"
    if kind == "late":
        logged = first + int(rng.integers(1, 50))
        claimed = logged
    elif kind == "boundary":
        logged = claimed = first
    elif kind == "late clock":
        claimed = first + int(rng.integers(0, 20))
    elif kind == "backdated":
        logged = first + int(rng.integers(1, 50))
    elif kind == "unlogged":
        logged = noted = None
    elif kind == "changed":
        found = noted[:-1] + ("0" if noted[-1] != "0" else "f")  # all but the last digit
    return {"id": name, "claimed": claimed, "logged": logged, "noted": noted, "found": found}


# --- the drill


#: (machines, kinds of backup before the first act, does the gate see what was planted)
SETTINGS = (
    (1, ("broken", "works", "works"), False),
    (1, ("works",), True),
    (2, ("works", "works"), False),
    (2, ("broken", "broken", "works"), True),
    (2, ("broken",), False),
    (3, ("works",), False),
    (3, ("broken", "works"), True),
    (3, (), False),
)
MACHINES = ("training", "store", "build", "admin", "scan")


def deepest_of(number: int) -> int:
    """Which machine holds the first act in that case: each in turn, and then none, only the log."""
    counts = [SETTINGS[at % len(SETTINGS)][0] for at in range(number + 1)]
    return counts[:-1].count(counts[-1]) % (counts[-1] + 1)


def draw_script(rng: np.random.Generator, setting: tuple, deepest: int) -> Row:
    """A script of the drill: the first act shows in the copy of that machine; past the last, in the log."""
    count, early, sees = setting
    names = ["training", *rng.permutation(MACHINES[1:]).tolist()][:count]
    entry = -int(rng.integers(90, 200))
    later = rng.integers(20, 80, count)
    keys = rng.permutation([f"k{number}" for number in range(1, 7)]).tolist()
    machines = []
    for number, name in enumerate(names):
        stolen = [keys.pop() for _ in range(int(rng.integers(0, 3)) if number else 1)]
        trace = entry if number == deepest else -int(later[number])
        machines.append({"name": name, "trace": trace, "keys": stolen})
    backups = [(-int(hour), bool(rng.random() < 0.7)) for hour in (10, 34)] + [(entry, True)]
    backups += [(entry - 24 * number - 1, kind == "works") for number, kind in enumerate(early)]
    order = rng.permutation(len(backups))
    return {
        "log": entry if deepest == count else -int(rng.integers(12, 20)),
        "machines": machines,
        "backups": [
            {"id": f"n{number}", "taken": backups[at][0], "restores": backups[at][1]}
            for number, at in enumerate(order)
        ],
        "gate_sees": sees,
    }


def careful(view: Row) -> tuple:
    """The judge's own way through a drill: nothing skipped, nothing done twice."""
    if view["serving"] == "1.4.0":
        return ("fallback",)
    for name, machine in view["machines"].items():
        for done, action in (("copied", "copy"), ("isolated", "isolate"), ("read", "read")):
            if not machine[done]:
                return (action, name)
    for key, known in view["keys"].items():
        if known == "live":
            return ("revoke", key)
    if view["data"] is None:
        early = [one for one in view["backups"] if one["taken"] < min(view["traces"])]
        for one in sorted(early, key=lambda one: -one["taken"]):
            if one["restores"] is not False:
                return ("restore" if one["restores"] else "test", one["id"])
        return ("rebuild",)
    left = [one for one in ("retrain", "gate", "stage", "close") if (one,) not in view["done"]]
    return (left[0],)
