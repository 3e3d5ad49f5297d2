"""Answers to `plan.assign_roles`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from functools import partial, update_wrapper

from autograder.exercise import Answers, Wrong

ROLES = ("commander", "model_owner", "data_steward", "privacy", "legal", "comms", "scribe")


def named(function, name, **slip):
    """`function` with a slip, under a name of its own."""
    answer = update_wrapper(partial(function, **slip), function)
    answer.__name__ = name
    return answer


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


ANSWERS = Answers(
    right=[assign_by_backtracking],
    wrong=[
        Wrong(named(assign_by_backtracking, "trained", forget="trained"), "trained", "is not trained for"),
        Wrong(
            named(assign_by_backtracking, "two", forget="two"),
            "trained",
            "Lead and deputy are two people",
            also=("Look at the shifts of both together: two people of the day leave the night open.",),
        ),
        Wrong(named(assign_by_backtracking, "away", forget="away"), "present", "who is away"),
        Wrong(
            named(assign_by_backtracking, "last_day", forget="last day"),
            "present",
            "The last day of an absence",
        ),
        Wrong(
            named(assign_by_backtracking, "listed_days", forget="listed days"),
            "present",
            "holds first and last day, not each day",
        ),
        Wrong(named(assign_by_backtracking, "involved", forget="involved"), "present", "who is involved"),
        Wrong(
            named(assign_by_backtracking, "now", forget="now"), "cover", "does not work the incident's shift"
        ),
        Wrong(
            named(assign_by_backtracking, "deputy_later", forget="deputy later"),
            "apart",
            "use `covered` as given",
        ),
        Wrong(
            named(assign_by_backtracking, "cover", forget="cover"), "cover", "does not cover day and night"
        ),
        Wrong(
            named(assign_by_backtracking, "apart", forget="apart"), "apart", "Choose the two pairs together"
        ),
        Wrong(named(assign_by_backtracking, "deputies", forget="deputies"), "apart", "Deputies count"),
        Wrong(assign_greedily, "apart", "Choose the two pairs together"),
        Wrong(assign_the_first_that_is_left, "apart", "One dead end is not the end"),
        Wrong(assign_scribe_last, "apart", "One dead end is not the end"),
        Wrong(assign_all_roles_apart, "trained", "No other roles need to be apart"),
        Wrong(assign_the_first_of_none, "refuse", "an empty list or `next` raises its own error"),
        Wrong(assign_the_next_of_none, "refuse", "an empty list or `next` raises its own error"),
        Wrong(assign_nobody_to_gaps, "refuse", "No assignment keeps all four rules"),
        Wrong(assign_nothing, "refuse", "Nothing that is returned can be a plan"),
        Wrong(
            assign_never,
            "trained",
            "although each has an assignment",
            also=(
                (
                    "One dead end is not the end: try all pairs of commander and scribe, and use "
                    "`covered` as given. No other roles need to be apart."
                ),
            ),
        ),
        Wrong(
            assign_the_first_two,
            "trained",
            "is not trained for",
            also=(
                "Choose the two pairs together: the first commander that fits may be the only scribe.",
                (
                    "The last day of an absence is a day away too: `away` holds first and last day, "
                    "not each day."
                ),
                "The order in the tuple matters: the lead is needed now, the deputy relieves them.",
                "Whoever's own change is under question is a witness: they hold no role.",
                "`away` holds first and last day, not each day.",
            ),
        ),
    ],
)
