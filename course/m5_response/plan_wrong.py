"""Answers to the lesson on the plan: other right ones, and wrong ones with what each must be told."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from functools import partial, update_wrapper
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from autograder.exercise import Answers

ROLES = ("commander", "model_owner", "data_steward", "privacy", "legal", "comms", "scribe")


def named(function, name, **slip):
    """`function` with a slip, under a name of its own."""
    answer = update_wrapper(partial(function, **slip), function)
    answer.__name__ = name
    return answer


# -- assign_roles ------------------------------------------------------------------------------------


def assign_by_backtracking(people, incident, forget=""):
    def fits(role, lead, deputy):
        for person in (lead, deputy):
            if role not in person["trained"] and forget != "trained":
                return False
            if person["id"] in incident["involved"] and forget != "involved":
                return False
            for first, last in person["away"]:
                last_day = incident["date"] < last if forget == "last day" else incident["date"] <= last
                if forget == "listed days" and incident["date"] not in (first, last):
                    continue
                if first <= incident["date"] and last_day and forget != "away":
                    return False
        if lead["id"] == deputy["id"] and forget != "two":
            return False
        if incident["shift"] not in lead["shifts"] and forget != "now":
            return False
        if incident["shift"] not in deputy["shifts"] and forget == "deputy later":
            return False
        both = lead["shifts"] + deputy["shifts"]
        return forget in ("cover", "two") or ("day" in both and "night" in both)

    def fill(plan, open_roles):
        if not open_roles:
            return plan
        role, *rest = open_roles
        for lead in people:
            for deputy in people:
                taken = plan.get("commander", ()) if role == "scribe" and forget != "apart" else ()
                pair = (lead["id"], deputy["id"])
                free = fits(role, lead, deputy) and not set(pair) & set(taken)
                if forget == "deputies":
                    free = fits(role, lead, deputy) and lead["id"] not in taken[:1]
                if free and (found := fill({**plan, role: pair}, rest)):
                    return found
        return None

    plan = fill({}, ["commander", "scribe", *(role for role in ROLES if role not in ("commander", "scribe"))])
    if plan is None:
        raise ValueError("no plan")
    return plan


def assign_greedily(people, incident):
    plan = assign_by_backtracking(people, incident, forget="apart")
    busy = set(plan["commander"])
    try:
        others = [person for person in people if person["id"] not in busy]
        plan["scribe"] = assign_by_backtracking(others, incident, forget="apart")["scribe"]
    except ValueError:
        pass
    return plan


def assign_the_first_that_is_left(people, incident):
    plan = assign_by_backtracking(people, incident, forget="apart")
    rest = [person for person in people if person["id"] not in plan["commander"]]
    try:
        return {**plan, "scribe": assign_by_backtracking(rest, incident, forget="apart")["scribe"]}
    except ValueError:
        return [][0]


def assign_scribe_last(people, incident):
    plan = assign_by_backtracking(people, incident, forget="apart")
    scribes = [name for name in trained_for("scribe", people) if name not in plan["commander"]]
    rest = [{**person, "trained": ROLES} for person in people if person["id"] in scribes]
    return {**plan, "scribe": assign_by_backtracking(rest, incident, forget="apart")["scribe"]}


def trained_for(role, people):
    return [person["id"] for person in people if role in person["trained"]]


def assign_all_roles_apart(people, incident):
    plan, free = {}, people
    for role in ROLES:
        able = [{**person, "trained": ROLES} for person in free if person["id"] in trained_for(role, people)]
        plan[role] = assign_by_backtracking(able, incident, forget="apart")[role]
        free = [person for person in free if person["id"] not in plan[role]]
    return plan


def assign_nothing(people, incident):
    try:
        return assign_by_backtracking(people, incident)
    except ValueError:
        return None


def assign_the_first_of_none(people, incident):
    try:
        return assign_by_backtracking(people, incident)
    except ValueError:
        return [][0]


def assign_the_next_of_none(people, incident):
    try:
        return assign_by_backtracking(people, incident)
    except ValueError:
        return next(iter(()))


def assign_nobody_to_gaps(people, incident):
    try:
        return assign_by_backtracking(people, incident)
    except ValueError:
        return dict.fromkeys(ROLES, (people[0]["id"], people[1]["id"]))


def assign_never(people, incident):
    raise ValueError("ask somebody else")


def assign_the_first_two(people, incident):
    return dict.fromkeys(ROLES, (people[0]["id"], people[1]["id"]))


# -- triage ------------------------------------------------------------------------------------------

STEP = {"SEV1": 5, "SEV2": 15, "SEV3": 60, "SEV4": 240}


def triage_by_floors(signals, floors=(("safety", 1), ("data_out", 2), ("tampered", 2), ("degraded", 3))):
    value = {key: True for key, _ in floors} | {"attacker_in": True, "fallback": False, "affected": 10**9}
    value |= {key: known for key, known in signals.items() if known is not None}
    level = min([4, *(floor for key, floor in floors if value[key])])
    if value["affected"] >= 1000:
        level = min(level, 2)
    up = {1: 1, 2: 1, 3: 2, 4: 3}
    down = {1: 2, 2: 3, 3: 4, 4: 4}
    if value["attacker_in"]:
        level = up[level]
    if value["fallback"] and not value["safety"]:
        level = down[level]
    return f"SEV{level}"


def triage_in_arrays(signals):
    flags = np.array(
        [signals.get(key) is not False for key in ("safety", "data_out", "tampered", "degraded")]
    )
    affected = signals.get("affected")
    floors = [*np.array([1, 2, 2, 3])[flags], 4 if affected is not None and affected < 1000 else 2]
    level = np.clip(np.min(floors) - (signals.get("attacker_in") is not False), 1, 4)
    down = signals.get("fallback") is True and not flags[0]
    return "SEV" + str(np.clip(level + down, 1, 4))


def triage_always_worst(signals):
    return "SEV1"


def triage_unknown_is_no(signals):
    quiet = dict.fromkeys(("safety", "data_out", "tampered", "degraded", "attacker_in", "fallback"), False)
    known = {key: value for key, value in signals.items() if value is not None}
    return triage_by_floors({**quiet, "affected": 0, **known})


def triage_missing_is_no(signals):
    quiet = dict.fromkeys(("safety", "data_out", "tampered", "degraded", "attacker_in", "fallback"), False)
    return triage_by_floors({**quiet, "affected": 0, **signals})


def triage_trusts_any_fallback(signals):
    return triage_by_floors({**signals, "fallback": signals.get("fallback") is not False})


def triage_fallback_beats_safety(signals):
    level = int(triage_by_floors({**signals, "fallback": False})[-1])
    return f"SEV{min(level + (signals.get('fallback') is True), 4)}"


def triage_down_before_up(signals):
    level = int(triage_by_floors({**signals, "attacker_in": False})[-1])
    return f"SEV{max(level - (signals.get('attacker_in') is not False), 1)}"


def triage_without_attacker(signals):
    return triage_by_floors({**signals, "attacker_in": False})


def triage_more_than(signals):
    affected = signals.get("affected")
    return triage_by_floors({**signals, "affected": affected - 1 if affected else affected})


def triage_without_ends(signals):
    calm = {**signals, "attacker_in": False, "fallback": False}
    level = int(triage_by_floors(calm)[-1]) - (signals.get("attacker_in") is not False)
    safe = signals.get("safety") is False and signals.get("fallback") is True
    return f"SEV{level + safe}"


def triage_nobody_is_unknown(signals):
    return triage_by_floors({**signals, "affected": signals.get("affected") or 1000})


def triage_keeps_any_sev1(signals):
    level = int(triage_by_floors({**signals, "fallback": False})[-1])
    return f"SEV{min(level + (signals.get('fallback') is True and level > 1), 4)}"


def triage_numbers(signals):
    return int(triage_by_floors(signals)[-1])


def escalate_in_turn(severity, minutes, chain):
    if len(chain) == 0:
        raise ValueError("no chain")
    wait = STEP.get(severity, 5)
    return [name for place, name in enumerate(chain) if place * wait <= minutes]


def escalate_by_popping(severity, minutes, chain):
    if not chain:
        raise ValueError("no chain")
    waiting, paged = list(chain), []
    while waiting and minutes >= 0:
        paged.append(waiting.pop(0))
        minutes -= STEP.get(severity, 5)
    return paged


def escalate_rounded_up(severity, minutes, chain):
    if not chain:
        raise ValueError("no chain")
    return chain[: max(1, -(-minutes // STEP.get(severity, 5)))]


def escalate_one_late(severity, minutes, chain):
    return escalate_in_turn(severity, minutes, chain)[:-1]


def escalate_one_early(severity, minutes, chain):
    return chain[: len(escalate_in_turn(severity, minutes, chain)) + 1]


def escalate_only_the_next(severity, minutes, chain):
    return [escalate_in_turn(severity, minutes, chain)[-1]]


def escalate_unknown_slowly(severity, minutes, chain):
    return escalate_in_turn(severity if severity in STEP else "SEV4", minutes, chain)


def escalate_nobody(severity, minutes, chain):
    return escalate_in_turn(severity, minutes, chain) if chain else []


# -- in_force ----------------------------------------------------------------------------------------


def in_force_by_max(rules, on):
    held = []
    for name in dict.fromkeys(row["id"] for row in rules):
        versions = [row for row in rules if row["id"] == name and row["as_of"] <= on]
        if not versions:
            raise KeyError(name)
        held.append(max(versions, key=lambda row: row["as_of"]))
    return [row for row in held if row["status"] == "in force"]


def in_force_by_frame(rules, on):
    table = pd.DataFrame(rules, columns=["id", "as_of", "status"])
    past = table[table["as_of"] <= on]
    if set(past["id"]) != set(table["id"]):
        raise LookupError("unknown")
    held = past.sort_values("as_of").groupby("id").tail(1)
    return [rules[place] for place in held.index[held["status"] == "in force"]]


def in_force_last_listed(rules, on):
    in_force_by_max(rules, on)
    held = {row["id"]: row for row in rules if row["as_of"] <= on}
    return [row for row in held.values() if row["status"] == "in force"]


def in_force_unless_not(rules, on):
    in_force_by_max(rules, on)
    held = {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"]) if row["as_of"] <= on}
    return [row for row in held.values() if row["status"] != "not in force"]


def in_force_status_first(rules, on):
    in_force_by_max(rules, on)
    held = {}
    for row in sorted(rules, key=lambda row: row["as_of"]):
        if row["status"] == "in force" and row["as_of"] <= on:
            held[row["id"]] = row
    return list(held.values())


def in_force_from_tomorrow(rules, on):
    in_force_by_max(rules, on)
    return in_force_by_max(rules, on - timedelta(days=1))


def in_force_newest(rules, on):
    in_force_by_max(rules, on)
    newest = {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"])}
    return [row for row in newest.values() if row["status"] == "in force"]


def in_force_all_versions(rules, on):
    in_force_by_max(rules, on)
    return [row for row in rules if row["status"] == "in force" and row["as_of"] <= on]


def in_force_open_too(rules, on):
    return in_force_by_max([{**row, "status": "in force"} for row in rules], on)


def in_force_whatever_status(rules, on):
    held = {row["id"]: row for row in sorted(rules, key=lambda row: row["as_of"]) if row["as_of"] <= on}
    if held.keys() < {row["id"] for row in rules}:
        raise LookupError("unknown")
    return list(held.values())


def in_force_refuses_the_rest(rules, on):
    found = in_force_by_max(rules, on)
    if {row["id"] for row in found} != {row["id"] for row in rules}:
        raise LookupError("no version")
    return found


def in_force_silent(rules, on):
    early = {row["id"] for row in rules if row["as_of"] <= on}
    return in_force_by_max([row for row in rules if row["id"] in early], on)


def in_force_nothing(rules, on):
    return []


# -- deadlines ---------------------------------------------------------------------------------------


UNITS = ("hours", "days", "months")


def deadlines_step_by_step(facts, rules, forget=""):
    zone = ZoneInfo(facts["zone"])
    day = facts["aware"].date() if forget == "utc day" else facts["aware"].astimezone(zone).date()
    result = []
    if forget == "newest":
        held = in_force_newest(rules, day)
    elif forget == "versions":
        held = [row for row in rules if row["status"] == "in force"]
    else:
        held = in_force_by_max(rules, day)
    for row in held:
        sure, applies = True, True
        for need in row["needs"]:
            if forget == "unknown is no":
                applies = applies and bool(facts.get(need))
            elif facts.get(need) is None:
                sure = False
            elif not facts[need] and forget != "needs":
                applies = False
        for key, least in row.get("at_least", {}).items():
            if facts.get(key) is None:
                sure = False
            elif facts[key] < least or (forget == "more than" and facts[key] == least):
                applies = False
        if not applies or not row.get("limits"):
            continue
        due = None
        for limit in row["limits"]:
            start = facts.get("aware" if forget == "start" else limit["start"])
            if start is None or (forget == "at once" and not any(limit.get(u) for u in UNITS)):
                continue
            local = start.astimezone(zone)
            if forget == "wall" and "hours" in limit:
                end = local + timedelta(hours=limit["hours"])
            elif "hours" in limit:
                end = start + timedelta(hours=limit["hours"])
            elif forget == "elapsed days" and "days" in limit:
                end = start + timedelta(days=limit["days"])
            elif forget == "thirty" and "months" in limit:
                end = local + timedelta(days=30 * limit["months"])
            else:
                month = local.month - 1 + limit.get("months", 0)
                year, month = local.year + month // 12, month % 12 + 1
                last = calendar.monthrange(year, month)[1]
                end = local.replace(year=year, month=month, day=min(local.day, last))
                end += timedelta(days=limit.get("days", 0))
            end = end.astimezone(zone if forget == "one zone" else UTC)
            later = due is not None and (forget == "all clocks" or (due <= end) != (forget == "latest"))
            due = due if later else end
        if forget == "naive" and due:
            due = due.replace(tzinfo=None)
        known = None if forget == "sure is None" and not sure else sure or forget == "always sure"
        result.append({"id": row["id"], "due": due, "sure": known})
    if forget == "unsorted":
        return sorted(result, key=lambda entry: entry["id"])
    if forget == "only running":
        result = [entry for entry in result if entry["due"]]
    if forget == "None last":
        return sorted(result, key=lambda entry: (entry["due"] is not None, entry["due"]))
    return sorted(result, key=lambda entry: (entry["due"] is None, entry["due"] and entry["due"].isoformat()))


def deadlines_in_pandas(facts, rules):
    zone, aware = facts["zone"], pd.Timestamp(facts["aware"])
    result = []
    for row in in_force_by_frame(rules, aware.tz_convert(zone).date()):
        answers = [facts.get(need) for need in row["needs"]]
        numbers = [(facts.get(fact), least) for fact, least in row.get("at_least", {}).items()]
        answers += [None if number is None else number >= least for number, least in numbers]
        if False in answers or not row.get("limits"):
            continue
        ends = []
        for limit in row["limits"]:
            start = pd.Timestamp(facts.get(limit["start"]))
            if pd.notna(start) and "hours" in limit:
                ends.append(start.tz_convert("UTC") + pd.Timedelta(hours=limit["hours"]))
            elif pd.notna(start):
                days, months = limit.get("days", 0), limit.get("months", 0)
                ends.append(start.tz_convert(zone) + pd.DateOffset(days=days, months=months))
        due = min(ends) if ends else None
        result.append({"id": row["id"], "due": due, "sure": np.bool_(None not in answers)})
    return sorted(result, key=lambda entry: (entry["due"] is None, entry["due"] or 0))


def deadlines_typed_in(facts, rules):
    limits = {}
    from course.rules import rows

    for row in rows("notification"):
        limits[row["id"]] = row.get("limits", [])
    return deadlines_step_by_step(
        facts, [{**row, "limits": limits.get(row["id"], row.get("limits"))} for row in rules]
    )


def deadlines_none(facts, rules):
    return []


def deadlines_on_the_wall(facts, rules):
    """All moments in the zone of the facts: right, for they are compared in UTC."""
    due = deadlines_step_by_step(facts, rules)
    zone = ZoneInfo(facts["zone"])
    return [{**entry, "due": entry["due"] and entry["due"].astimezone(zone)} for entry in due]


def deadlines_before_in_force(facts, rules):
    facts["aware"].astimezone(ZoneInfo(facts["zone"]))
    raise NotImplementedError  # as the stub of in_force does


# -- draft_notice ------------------------------------------------------------------------------------

FIELDS = {
    "authority": ["reference", "aware", "what", "data", "affected", "consequences", "measures", "contact"],
    "people": ["what", "data", "consequences", "measures", "contact"],
    "press": ["what", "measures", "contact"],
}
WORDS = [
    "allegedly", "apparently", "believe", "could", "maybe", "might", "perhaps",
    "possibly", "presumably", "probably", "seems", "suspect",
]  # fmt: skip


def _swept(text, values, any_case=True):
    """`text` with each of `values` withheld, without regular expressions."""
    for value in values:
        at = 0
        while (
            value
            and (at := (text.lower().find(value.lower(), at) if any_case else text.find(value, at))) >= 0
        ):
            text = text[:at] + "[withheld]" + text[at + len(value) :]
            at += len("[withheld]")
    return text


def _guesses(sentence, forget):
    if forget == "substring":
        return any(word in sentence.lower() for word in WORDS)
    letters = sentence if forget == "letter case" else sentence.lower()
    if forget == "signs":
        return any(word in WORDS for word in letters.split())
    if forget == "spaces":
        return any(f" {word} " in letters for word in WORDS)
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    return forget != "guesses" and any(word in WORDS for word in words)


def notice_word_by_word(facts, audience, forget=""):
    if audience not in FIELDS:
        if forget != "audience":
            raise ValueError(audience)
        audience = "authority"
    values = [value for record in facts["records"] for value in record.values()]
    values.sort(key=len, reverse=forget != "shortest first")
    text = ""
    for field in FIELDS["authority" if forget == "same for all" else audience]:
        value = facts[field]
        if isinstance(value, datetime):
            zone = UTC if forget == "utc" else ZoneInfo(facts["zone"])
            value = value.astimezone(zone).strftime("%Y-%m-%dT%H:%M%z")
            value = f"{value[:-2]}:{value[-2:]}"
        if isinstance(value, list):
            value = [sentence for sentence in value if not _guesses(sentence, forget)]
            if forget == "drop sentences":
                low = [v.lower() for v in values]
                value = [s for s in value if not any(v in s.lower() for v in low)]
            value = " ".join(value) or (None if forget != "empty" else "")
        if forget == "falsy":
            value = value or None
        if value is None and forget != "None":
            value = "not yet known"
        text += f"{field}: {value}\n"
    late = facts["sent"] >= facts["due"] if forget == "on time is late" else facts["sent"] > facts["due"]
    if audience == "authority" and late and forget != "no delay":
        if facts["delay_reason"] is None and forget != "no reason":
            raise ValueError("why late?")
        text += f"delay: {facts['delay_reason']}\n"
    if forget == "leak":
        return text
    if forget == "names only":
        values = [record["name"] for record in facts["records"]]
    return _swept(text, values, any_case=forget != "case of records").strip()


def notice_by_pattern(facts, audience, bound="", escape=re.escape, timespec="minutes", whole=True):
    """One pattern for all values; without `whole`, only the sentences are swept."""
    guess = re.compile(rf"\b({'|'.join(WORDS)})\b", re.IGNORECASE)
    values = sorted({v for record in facts["records"] for v in record.values()}, key=len, reverse=True)
    private = re.compile("|".join(f"{bound}{escape(value)}{bound}" for value in values), re.IGNORECASE)
    if audience not in FIELDS:
        raise ValueError(audience)
    lines = []
    for field in FIELDS[audience]:
        value = facts[field]
        if field == "aware":
            value = value.astimezone(ZoneInfo(facts["zone"])).isoformat(timespec=timespec)
        elif isinstance(value, list):
            value = private.sub("[withheld]", " ".join(s for s in value if not guess.search(s))) or None
        lines.append(f"{field}: {'not yet known' if value is None else value}")
    if audience == "authority" and facts["sent"] > facts["due"]:
        if not facts["delay_reason"]:
            raise ValueError("why late?")
        lines.append(f"delay: {facts['delay_reason']}")
    notice = "\n".join(lines)
    return private.sub("[withheld]", notice) if whole else notice


def notice_in_reverse(facts, audience):
    return "\n".join(notice_word_by_word(facts, audience).split("\n")[::-1])


def notice_all_withheld(facts, audience):
    return "\n".join(f"{field}: [withheld]" for field in FIELDS[audience])


def _slips(function, table):
    """(answer, message) for each slip that `function` can make."""
    return [
        (named(function, slip.replace(" ", "_"), forget=slip), message) for slip, message in table.items()
    ]


ANSWERS = {
    "plan.assign_roles": Answers(
        right=[assign_by_backtracking],
        wrong=[
            *_slips(
                assign_by_backtracking,
                {
                    "trained": "is not trained for",
                    "two": "Lead and deputy are two people",
                    "away": "who is away",
                    "last day": "The last day of an absence",
                    "listed days": "holds first and last day, not each day",
                    "involved": "who is involved",
                    "now": "does not work the incident's shift",
                    "deputy later": "use `covered` as given",
                    "cover": "does not cover day and night",
                    "apart": "Choose the two pairs together",
                    "deputies": "Deputies count",
                },
            ),
            (assign_greedily, "Choose the two pairs together"),
            (assign_the_first_that_is_left, "One dead end is not the end"),
            (assign_scribe_last, "One dead end is not the end"),
            (assign_all_roles_apart, "No other roles need to be apart"),
            (assign_the_first_of_none, "an empty list or `next` raises its own error"),
            (assign_the_next_of_none, "an empty list or `next` raises its own error"),
            (assign_nobody_to_gaps, "No assignment keeps all four rules"),
            (assign_nothing, "Nothing that is returned can be a plan"),
            (assign_never, "although each has an assignment"),
            (assign_the_first_two, "is not trained for"),
        ],
    ),
    "plan.triage": Answers(
        right=[(triage_by_floors, escalate_in_turn), (triage_in_arrays, escalate_by_popping)],
        wrong=[
            ((triage_always_worst, escalate_in_turn), "The severity is not right"),
            ((triage_unknown_is_no, escalate_in_turn), "Unknown counts as worst"),
            ((triage_missing_is_no, escalate_in_turn), "Unknown counts as worst"),
            ((triage_trusts_any_fallback, escalate_in_turn), "nobody has confirmed"),
            ((triage_fallback_beats_safety, escalate_in_turn), "no fallback lowers it"),
            ((triage_down_before_up, escalate_in_turn), "Step up first"),
            ((triage_without_attacker, escalate_in_turn), "one step worse"),
            ((triage_more_than, escalate_in_turn), "1000 or more, not more than 1000"),
            ((triage_without_ends, escalate_in_turn), "Each step ends at SEV1 or SEV4"),
            ((triage_nobody_is_unknown, escalate_in_turn), "0 people is known"),
            ((triage_keeps_any_sev1, escalate_in_turn), "Only `safety` keeps SEV1"),
            ((triage_numbers, escalate_in_turn), "should be a str"),
            ((triage_by_floors, escalate_rounded_up), "one more after each full step"),
            ((triage_by_floors, escalate_one_late), "paged at minute 0"),
            ((triage_by_floors, escalate_one_early), "when a step is full"),
            ((triage_by_floors, escalate_only_the_next), "those paged before stay paged"),
            ((triage_by_floors, escalate_unknown_slowly), "An unknown severity is treated as SEV1"),
            ((triage_by_floors, escalate_nobody), "no error is raised"),
        ],
    ),
    "plan.in_force": Answers(
        right=[in_force_by_max, in_force_by_frame],
        wrong=[
            (in_force_status_first, "Choose the version first"),
            (in_force_from_tomorrow, "on the day of its as_of already"),
            (in_force_newest, "What begins after the day"),
            (in_force_all_versions, "a newer one ends the older"),
            (in_force_last_listed, "Rows come in any order"),
            (in_force_unless_not, "Open is not in force"),
            (in_force_open_too, "not a row of the table"),
            (in_force_whatever_status, "Look at the status"),
            (in_force_refuses_the_rest, "leave it out, raise nothing"),
            (in_force_silent, "silence would read as no duty"),
            (in_force_nothing, "These are not the versions that held"),
        ],
    ),
    "plan.deadlines": Answers(
        right=[deadlines_step_by_step, deadlines_in_pandas, deadlines_on_the_wall],
        wrong=[
            *_slips(
                deadlines_step_by_step,
                {
                    "wall": "Hours elapse",
                    "elapsed days": "the same time of day there",
                    "thirty": "A month is a month of the calendar",
                    "at once": "`hours: 0` is a clock too",
                    "start": "Each clock counts from its own `start`",
                    "one zone": "compared by the wall",
                    "latest": "The earliest end counts",
                    "utc day": "in UTC it may be another",
                    "newest": "not the newest or today's",
                    "versions": "Take the rows that in_force gives",
                    "all clocks": "look at all clocks that run",
                    "None last": "A due of None goes to the end",
                    "unknown is no": "Unknown is not False",
                    "needs": "A fact says that it does not apply",
                    "more than": "The result lacks practice.f",
                    "sure is None": "write `is True`",
                    "always sure": "an unknown fact leaves it open",
                    "naive": "has no time zone",
                    "unsorted": "not in the order of due",
                    "only running": "listed with None",
                },
            ),
            (deadlines_typed_in, "typed in"),
            (deadlines_before_in_force, "`in_force`, which is not written yet"),
            (deadlines_none, "The result lacks"),
        ],
    ),
    "plan.draft_notice": Answers(
        right=[notice_word_by_word, notice_by_pattern],
        wrong=[
            *_slips(
                notice_word_by_word,
                {
                    "same for all": "Each audience has its own template",
                    "utc": "Give the time in facts['zone']",
                    "audience": "no error is raised",
                    "None": "the reader should not see None",
                    "empty": "nothing stays is not yet known",
                    "falsy": "Zero is known",
                    "guesses": "A guess went out",
                    "letter case": "ignore the letter case",
                    "substring": "Whole words only",
                    "signs": "A comma or full stop belongs to no word",
                    "spaces": "A comma or full stop belongs to no word",
                    "leak": "sweep the finished text",
                    "names only": "is not right",
                    "case of records": "other letter case",
                    "shortest first": "Longer values first",
                    "drop sentences": "keep the sentence around it",
                    "no delay": "gives its reason",
                    "no reason": "stop here, not at the authority",
                    "on time is late": "At the due minute it is not late yet",
                },
            ),
            (
                named(notice_by_pattern, "whole_words_swept", bound=r"\b"),
                "need not begin or end with a letter",
            ),
            (named(notice_by_pattern, "names_as_patterns", escape=str), "A name is not a pattern"),
            (named(notice_by_pattern, "seconds_too", timespec="seconds"), "to the minute, without seconds"),
            (named(notice_by_pattern, "sentences_swept", whole=False), "every line of it"),
            (notice_in_reverse, "in the order of the template"),
            (notice_all_withheld, "is not right"),
        ],
    ),
}
