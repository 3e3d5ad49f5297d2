"""Answers to the lesson on the plan: other right ones, and wrong ones with what each must be told."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from functools import partial, update_wrapper
from zoneinfo import ZoneInfo

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
                if first <= incident["date"] and last_day and forget != "away":
                    return False
        if lead["id"] == deputy["id"] and forget != "two":
            return False
        if incident["shift"] not in lead["shifts"] and forget != "now":
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


def triage_numbers(signals):
    return int(triage_by_floors(signals)[-1])


def escalate_in_turn(severity, minutes, chain):
    if len(chain) == 0:
        raise ValueError("no chain")
    wait = STEP.get(severity, 5)
    return [name for place, name in enumerate(chain) if place * wait <= minutes]


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


def in_force_silent(rules, on):
    early = {row["id"] for row in rules if row["as_of"] <= on}
    return in_force_by_max([row for row in rules if row["id"] in early], on)


def in_force_nothing(rules, on):
    return []


# -- deadlines ---------------------------------------------------------------------------------------


def deadlines_step_by_step(facts, rules, forget=""):
    zone = ZoneInfo(facts["zone"])
    day = facts["aware"].date() if forget == "utc day" else facts["aware"].astimezone(zone).date()
    result = []
    for row in in_force_by_max(rules, day) if forget != "as_of" else in_force_newest(rules, day):
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
            start = facts.get(limit["start"])
            if start is None:
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
            end = end.astimezone(UTC)
            later = due is not None and (due < end) != (forget == "latest")
            due = due if later else end
        if forget == "naive" and due:
            due = due.replace(tzinfo=None)
        result.append({"id": row["id"], "due": due, "sure": sure or forget == "always sure"})
    if forget == "unsorted":
        return sorted(result, key=lambda entry: entry["id"])
    if forget == "only running":
        result = [entry for entry in result if entry["due"]]
    return sorted(result, key=lambda entry: (entry["due"] is None, entry["due"] and entry["due"].isoformat()))


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
                    "two": "is their own deputy",
                    "away": "who is away",
                    "last day": "The last day of an absence",
                    "involved": "who is involved",
                    "now": "does not work the incident's shift",
                    "cover": "do not cover day and night",
                    "apart": "Choose the two pairs together",
                },
            ),
            (assign_greedily, "Choose the two pairs together"),
            (assign_nobody_to_gaps, "no error is raised"),
            (assign_never, "although there is an assignment"),
            (assign_the_first_two, "is not trained for"),
        ],
    ),
    "plan.triage": Answers(
        right=[(triage_by_floors, escalate_in_turn)],
        wrong=[
            ((triage_always_worst, escalate_in_turn), "The severity is not right"),
            ((triage_unknown_is_no, escalate_in_turn), "Unknown counts as worst"),
            ((triage_missing_is_no, escalate_in_turn), "Unknown counts as worst"),
            ((triage_trusts_any_fallback, escalate_in_turn), "nobody has confirmed"),
            ((triage_fallback_beats_safety, escalate_in_turn), "no fallback lowers it"),
            ((triage_down_before_up, escalate_in_turn), "Step up first"),
            ((triage_without_attacker, escalate_in_turn), "one step worse"),
            ((triage_numbers, escalate_in_turn), "should be a str"),
            ((triage_by_floors, escalate_one_late), "paged at minute 0"),
            ((triage_by_floors, escalate_one_early), "when a step is full"),
            ((triage_by_floors, escalate_only_the_next), "those paged before stay paged"),
            ((triage_by_floors, escalate_unknown_slowly), "An unknown severity is treated as SEV1"),
            ((triage_by_floors, escalate_nobody), "no error is raised"),
        ],
    ),
    "plan.in_force": Answers(
        right=[in_force_by_max],
        wrong=[
            (in_force_status_first, "Choose the version first"),
            (in_force_from_tomorrow, "on the day of its as_of already"),
            (in_force_newest, "What begins after the day"),
            (in_force_all_versions, "a newer one ends the older"),
            (in_force_open_too, "not a row of the table"),
            (in_force_whatever_status, "Look at the status"),
            (in_force_silent, "silence would read as no duty"),
            (in_force_nothing, "The list of (id, as_of) is not right"),
        ],
    ),
    "plan.deadlines": Answers(
        right=[deadlines_step_by_step],
        wrong=[
            *_slips(
                deadlines_step_by_step,
                {
                    "wall": "Hours elapse",
                    "elapsed days": "the same time of day there",
                    "thirty": "A month is a month of the calendar",
                    "latest": "The earliest end counts",
                    "utc day": "in UTC it may be another",
                    "as_of": "practice",
                    "unknown is no": "Unknown is not False",
                    "needs": "A fact says that it does not apply",
                    "more than": "The result lacks practice.f",
                    "always sure": "an unknown fact leaves it open",
                    "naive": "has no time zone",
                    "unsorted": "not in the order of due",
                    "only running": "listed with None",
                },
            ),
            (deadlines_typed_in, "typed in"),
            (deadlines_none, "The result lacks"),
        ],
    ),
    "plan.draft_notice": Answers(
        right=[notice_word_by_word],
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
                    "leak": "sweep the finished text",
                    "names only": "is not right",
                    "case of records": "other letter case",
                    "shortest first": "Longer values first",
                    "drop sentences": "keep the sentence around it",
                    "no delay": "gives its reason",
                    "no reason": "stop here, not at the authority",
                    "on time is late": "belongs in a late notice",
                },
            ),
            (notice_all_withheld, "is not right"),
        ],
    ),
}
