"""The check of `maintenance.patch_plan`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise

from ..material import equal_list, names, same, telling

EXPOSURE = ["internet", "clinic", "service"]


@exercise(
    minutes=13,
    parts={
        "order": (4, "works the parts off in the order of the four rules"),
        "windows": (4, "gives each patch its time: open windows, enough hours, no two at once"),
        "left": (2, "says what fits into no window"),
        "inputs": (1, "leaves its inputs as they were, and everything above is right"),
    },
    hints=(
        "Do it in two steps. First make the list of the parts that have an advisory, in the order of the "
        "rules. "
        "Only then look at windows.",
        "sorted takes a key that is a tuple: (not exploited, EXPOSURE.index(...), -reach, name). For the "
        "windows, "
        "keep a list of [next free time, hours left], sorted by when they open, and put each part into the "
        "first "
        "that has enough hours left.",
        "exploited = the parts that an advisory with exploited True names\n"
        "parts = the parts that any advisory names, each once, sorted by the tuple\n"
        "free = [[opens, hours] for each window that is not frozen], sorted\n"
        "each part: the first entry of free with hours >= the part's hours\n"
        "    found: note (its time, part); add timedelta(hours=...) to its time, take the hours away\n"
        "    none: the part goes to the list of what is left\n"
        "return sorted(noted), left",
    ),
    debrief=(
        "Watches the rhythm: a flaw that becomes known the day after your window stays open until the next "
        "one.",
        "Works by what is attacked, not by what sounds worst, and says aloud what fits nowhere. It costs: "
        "while the "
        "exploited flaw takes the window, older patches wait, and their owners will ask why.",
    ),
    standards=("RV.1.1", "RV.2.1", "RV.2.2"),
)
def patch_plan(t: Trial, patch_plan) -> None:
    for number, rng in enumerate(t.cases(6)):
        for part, what, case in (*_orders(rng, number), *_windows(rng, number)):
            t.given(case=what)
            got, after = t.observe(patch_plan, *case)
            want = _plan(*case)
            with t.part(part):
                plan, left = _form(t, got)
                key = 1 if part == "left" else 0
                slips = telling(
                    {text: _plan(*case, **rules)[key] for text, rules in SLIPS.items()}, want[key]
                )
                equal_list(
                    t,
                    _shown((plan, left)[key]),
                    _shown(want[key]),
                    "what is left" if key else "the plan",
                    {text: _shown(value) for text, value in slips.items()},
                )
                if part == "left":
                    equal_list(t, _shown(plan), _shown(want[0]), "the plan beside it", {})
            with t.part("inputs"):
                t.equal(_form(t, got), want, "what it returns")
                kept = all(map(same, after, case))
                t.expect(kept, "Your function changed what it was given.")


SLIPS: dict[str, dict[str, Any]] = {
    "Known exploited comes before everything else.": {"kev": False},
    "All advisories of a part count: one that is exploited is enough.": {"kev": "all"},
    "The order of exposure is that of EXPOSURE, not of the alphabet.": {"exposure": "alphabet"},
    "Exposure comes before reach.": {"exposure": False},
    "A larger reach comes first.": {"reach": 1},
    "Ties go by name.": {"tie": False},
    "A frozen window takes no patch, not even an exploited flaw's.": {"frozen": True},
    "A patch that needs exactly the hours that are left fits.": {"exact": False},
    "Windows may come in any order: sort them by when they open.": {"sort": False},
    "An earlier window with hours left is still open to the next part.": {"back": False},
    "One patch cures all advisories of a part: it comes once.": {"once": False},
    "Patches in one window follow each other: the next begins when the one before ends.": {"overlap": True},
}


def _plan(
    inventory: dict,
    advisories: list,
    windows: list,
    *,
    kev: Any = True,
    exposure: Any = True,
    reach: int = -1,
    tie: bool = True,
    frozen: bool = False,
    exact: bool = True,
    sort: bool = True,
    back: bool = True,
    once: bool = True,
    overlap: bool = False,
) -> tuple[list, list]:
    """The right plan, or the one of an answer that breaks a rule."""
    exploited: dict[str, bool] = {}
    for advisory in advisories:
        both = exploited.get(advisory["part"], advisory["exploited"]), advisory["exploited"]
        exploited[advisory["part"]] = all(both) if kev == "all" else any(both)

    def rank(part: str) -> tuple:
        facts = inventory[part]
        where = facts["exposure"] if exposure == "alphabet" else EXPOSURE.index(facts["exposure"])
        return (
            not exploited[part] if kev else 0,
            where if exposure else 0,
            reach * facts["reach"],
            part if tie else 0,
        )

    parts = [advisory["part"] for advisory in advisories]
    parts = sorted(list(dict.fromkeys(parts)) if once else parts, key=rank)
    free = [[w["opens"], w["hours"], w["opens"]] for w in windows if frozen or not w["frozen"]]
    if sort:
        free.sort()
    plan, left, first = [], [], 0
    for part in parts:
        hours = inventory[part]["hours"]
        for i in range(first, len(free)):
            if hours < free[i][1] or (exact and hours == free[i][1]):
                plan.append((free[i][2] if overlap else free[i][0], part))
                free[i][0] += timedelta(hours=hours)
                free[i][1] -= hours
                first = first if back else i
                break
        else:
            left.append(part)
    return sorted(plan), left


def _form(t: Trial, got: Any) -> tuple[list, list]:
    pair = t.instance(got, tuple, "the result")
    t.expect(len(pair) == 2, "The result is a pair, (plan, left).", expected="2 lists", got=brief(got))
    for value, what in zip(pair, ("the plan", "what is left"), strict=True):
        t.instance(value, list, what)
    for entry in pair[0]:
        t.expect(
            type(entry) is tuple and [type(item) for item in entry] == [datetime, str],
            "An entry of the plan has another form.",
            expected="a tuple (datetime, name)",
            got=brief(entry),
        )
    return pair


def _shown(entries: list) -> list[str]:
    """Each entry as a short text that loses nothing: the moment in Greenwich and the part, or the part."""
    return [entry if isinstance(entry, str) else f"{_moment(entry[0])} {entry[1]}" for entry in entries]


def _moment(when: datetime) -> str:
    moment = when if when.utcoffset() is None else when.astimezone(UTC)
    return moment.isoformat(" ").replace(":00+00:00", "")


Case = tuple[dict, list, list]


def _facts(exposure: str = "clinic", reach: int = 3, hours: int = 2) -> dict:
    return {"exposure": exposure, "reach": reach, "hours": hours}


def _advisory(rng: np.random.Generator, part: str, exploited: bool) -> dict:
    return {"id": f"CLINIC-{rng.integers(1000, 9999)}", "part": part, "exploited": exploited}


def _opens(rng: np.random.Generator) -> datetime:
    return datetime(2031, int(rng.integers(1, 12)), int(rng.integers(1, 20)), 20, tzinfo=UTC)


def _orders(rng: np.random.Generator, number: int):
    """(part, what, case): one wide window, so that only the order counts. Each rule against the next."""
    opens = _opens(rng)
    wide = [{"opens": opens, "hours": 99, "frozen": False}]
    a, b, c = sorted(names(rng, 3))
    three = {part: _facts() for part in (c, a, b)}
    for flags in ((True, False), (False, True)):
        advisories = [_advisory(rng, b, flag) for flag in flags]
        advisories += [_advisory(rng, a, False), _advisory(rng, c, True)]
        yield "order", "two advisories for a part, one of them exploited", (three, advisories, wide)
    # each pair: who comes first by one rule, though every later rule says otherwise
    duels = {
        "exposure alone": (("internet", 5, False), ("clinic", 5, False)),
        "exploited or not": (("service", 1, True), ("internet", 9, False)),
        "exposure: internet or clinic": (("internet", 1, False), ("clinic", 9, False)),
        "exposure: clinic or service": (("clinic", 1, True), ("service", 9, True)),
        "exposure: internet or service": (("internet", 1, True), ("service", 9, True)),
        "reach": (("clinic", 10, False), ("clinic", 9, False)),
        "reach, both exploited": (("clinic", 10, True), ("clinic", 9, True)),
        "name": (("service", 5, True), ("service", 5, True)),
    }
    for what, two in duels.items():
        a, b = sorted(names(rng, 2))
        order = (a, b) if what in ("name", "exposure alone") else (b, a)
        inventory = {part: _facts(*duel[:2]) for part, duel in zip(order, two, strict=True)}
        advisories = [_advisory(rng, part, duel[2]) for part, duel in zip(order, two, strict=True)]
        yield "order", what, (dict(reversed(inventory.items())), advisories[::-1], wide)
    many = names(rng, 9)
    inventory = {
        part: _facts(str(rng.choice(EXPOSURE)), int(rng.integers(1, 4)), int(rng.integers(1, 4)))
        for part in many
    }
    told = [part for part in many[:7] for _ in range(int(rng.integers(1, 4)))]
    advisories = [_advisory(rng, part, bool(rng.random() < 0.25)) for part in told]
    shuffled = [advisories[i] for i in rng.permutation(len(advisories))]
    yield "order", "nine parts, two of them without an advisory", (inventory, shuffled, wide)


def _windows(rng: np.random.Generator, number: int):
    """(part, what, case): what the windows hold, freeze and leave out."""
    opens = _opens(rng)
    a, b, c, d = sorted(names(rng, 4))
    hours = {a: 3, b: 2, c: 1, d: 4}
    inventory = {part: _facts(hours=hours[part]) for part in (d, b, a, c)}
    all_four = [_advisory(rng, part, False) for part in (c, a, d, b)]

    def window(day: int, hours: int, frozen: bool = False) -> dict:
        return {"opens": opens + timedelta(days=day), "hours": hours, "frozen": frozen}

    long = {part: _facts(hours=hours) for part, hours in zip((c, a, d, b), (1, 4, 1, 5), strict=True)}
    yield "windows", "a short patch after a long one", (long, all_four, [window(0, 7), window(7, 10)])
    yield "windows", "exactly enough hours", (inventory, all_four, [window(0, 5), window(7, 5)])
    yield "windows", "windows not in order of time", (inventory, all_four, [window(7, 6), window(0, 4)])
    yield "windows", "a small patch after a big one", (inventory, all_four, [window(0, 4), window(7, 6)])
    frozen = [window(0, 9, True), window(7, 5), window(9, 9, True), window(14, 5)]
    yield "windows", "two frozen windows", (inventory, all_four, frozen)
    urgent = [{**advisory, "exploited": advisory["part"] == d} for advisory in all_four]
    yield (
        "windows",
        "a frozen window and an exploited flaw",
        (inventory, urgent, [window(0, 9, True), window(7, 10)]),
    )
    drawn = [
        window(int(day), int(rng.integers(1, 7)), bool(rng.random() < 0.3)) for day in rng.permutation(6)
    ]
    yield "windows", "six drawn windows", (inventory, urgent, drawn)
    yield "windows", "no advisory", (inventory, [], [window(0, 5)])

    east = timezone(timedelta(hours=2))
    earlier = {"opens": (opens - timedelta(hours=1)).astimezone(east), "hours": 1, "frozen": False}
    yield "windows", "windows of two time zones", (inventory, all_four, [window(0, 4), earlier])

    mixed = {
        a: _facts("service", 9, 3),
        b: _facts("internet", 1, 2),
        c: _facts("clinic", 5, 2),
        d: _facts("clinic", 6, 2),
    }
    some = [{**advisory, "exploited": advisory["part"] in (a, d)} for advisory in all_four]
    yield "left", "four of mixed exposure, too long", (mixed, some, [window(0, 1)])
    calm = [{**advisory, "exploited": False} for advisory in all_four]
    yield "left", "the same, none exploited", (mixed, calm, [window(0, 1)])
    reaches = {a: 2, b: 9, c: 1, d: 5}
    apart = {part: _facts(reach=reach) for part, reach in reaches.items()}
    yield "left", "two windows, both too short", (apart, all_four, [window(0, 1), window(7, 1)])
    yield "left", "one that is too long for every window", (inventory, all_four, [window(0, 3), window(7, 3)])
    yield (
        "left",
        "two that find no room",
        (inventory, urgent, [window(0, 4), window(3, 9, True), window(7, 1)]),
    )
    yield "left", "frozen windows only", (inventory, urgent, [window(0, 9, True)])
    yield "left", "no windows", (inventory, all_four, [])
    yield "left", "room for all", (inventory, all_four, [window(0, 10)])
