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
    involved = incident["involved"][:1] if forget == "later involved" else incident["involved"]

    def absent(person):
        if person["id"] in involved and forget != "involved":
            return True
        for first, last in person["away"][:1] if forget == "later absence" else person["away"]:
            last_day = incident["date"] < last if forget == "last day" else incident["date"] <= last
            if forget == "listed days" and incident["date"] not in (first, last):
                continue
            if first <= incident["date"] and last_day and forget != "away":
                return True
        return False

    def fits(role, lead, deputy):
        if role not in lead["trained"] and forget != "trained":
            return False
        if role not in deputy["trained"] and forget not in ("trained", "deputy trained"):
            return False
        if absent(lead) or (absent(deputy) and forget != "deputy absent"):
            return False
        if lead["id"] == deputy["id"] and forget != "two":
            return False
        if incident["shift"] not in lead["shifts"] and forget != "now":
            return False
        if incident["shift"] not in deputy["shifts"] and forget == "deputy later":
            return False
        both = lead["shifts"] + deputy["shifts"]
        return forget == "cover" or ("day" in both and "night" in both)

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


def assign_refusing_any_absence_of_the_month(people, incident):
    """Whoever has an absence at all is left out: too much is refused."""
    return assign_by_backtracking([person for person in people if not person["away"]], incident)


def slip(forget, part, told):
    """The wrong answer that forgets one thing."""
    return Wrong(named(assign_by_backtracking, forget.replace(" ", "_"), forget=forget), part, told)


ANSWERS = Answers(
    right=[assign_by_backtracking],
    wrong=[
        slip("trained", "trained", "trained for"),
        slip("deputy trained", "trained", "The deputy is trained for the role too"),
        slip("two", "trained", "Lead and deputy are two people"),
        slip("away", "present", "who is away"),
        slip("last day", "present", "who is away"),
        slip("later absence", "present", "who is away"),
        slip("listed days", "present", "who is away"),
        slip("involved", "present", "is a witness"),
        slip("later involved", "present", "is a witness"),
        slip("deputy absent", "present", "The pair for"),
        slip("now", "cover", "the lead is needed now"),
        slip("deputy later", "apart", "although there is an assignment"),
        slip("cover", "cover", "Look at the shifts of both together"),
        slip("apart", "apart", "Choose the two pairs together"),
        slip("deputies", "apart", "Deputies count"),
        Wrong(assign_greedily, "apart", "Choose the two pairs together"),
        Wrong(assign_the_first_that_is_left, "apart", "although there is an assignment"),
        Wrong(assign_scribe_last, "apart", "although there is an assignment"),
        Wrong(assign_all_roles_apart, "trained", "although each has an assignment"),
        Wrong(assign_refusing_any_absence_of_the_month, "apart", "although there is an assignment"),
        Wrong(assign_the_first_of_none, "refuse", "an empty list or `next` raises its own error"),
        Wrong(assign_the_next_of_none, "refuse", "an empty list or `next` raises its own error"),
        Wrong(assign_nobody_to_gaps, "refuse", "No assignment keeps all four rules"),
        Wrong(assign_nothing, "refuse", "Nothing that is returned can be a plan"),
        Wrong(assign_never, "trained", "although each has an assignment"),
        Wrong(
            assign_the_first_two,  # it breaks every rule, and is told so part by part
            "trained",
            "is not trained for",
            also=(
                "Choose the two pairs together: the first commander that fits may be the only scribe.",
                "Whoever's own change is under question is a witness: they hold no role.",
                "The order in the tuple matters: the lead is needed now, the deputy relieves them.",
            ),
        ),
    ],
)


EQUIVALENT = {
    "for role in ROLES if not pairs[role] → for role in list(ROLES)[1:] if not pairs[role]": (
        "without a pair for the commander the search above has raised"
    ),
    "for role in ROLES if not pairs[role] → for role in list(ROLES)[:-1] if not pairs[role]": (
        "without a pair for the scribe the search above has raised"
    ),
    "pairs[role][0] → pairs[role][-1]": ("any pair that keeps the rules is right"),
}
