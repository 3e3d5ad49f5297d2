"""Answers to `agents.gate`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong
from course.m3_attacks.agents.office import INSIDE, UNTRUSTED


def join(*parts):
    found = set()
    for part in parts:
        found.update([part] if isinstance(part, str) else part)
    return found


def dirty(sources):
    return not {source.partition(":")[0] for source in sources}.isdisjoint(UNTRUSTED)


def by_table(act, known):
    names = {"send_mail": "to", "pay": "account"}
    place = names.get(act["tool"])
    to = act["args"][place] if place else None
    swapped = place is not None and dirty(act["origin"][place])
    leak = act["tool"] == "send_mail" and act["secret"] and not to.endswith(INSIDE)
    rules = [
        (act["tool"] == "read", "allow"),
        (dirty(act["asked_by"]), "deny"),
        (leak and swapped, "deny"),
        (leak or act["tool"] == "delete", "confirm"),
        (swapped and to not in known, "confirm"),
        (True, "allow"),
    ]
    return next(verdict for fits, verdict in rules if fits)


def _gate(dirty=dirty, inside=INSIDE, delete="confirm", leak=True, secret_pay=False, book=True, after=None,
          asked=True,
          words=None):  # fmt: skip
    def gate(act, known):
        if act["tool"] == "read":
            return "allow"
        if asked and dirty(act["asked_by"]):
            return "deny"
        if act["tool"] == "delete":
            return delete
        place = "to" if act["tool"] == "send_mail" else "account"
        to, swapped = act["args"][place], dirty(act["origin"][place])
        out = (
            leak and act["secret"] and not to.endswith(inside) and (secret_pay or act["tool"] == "send_mail")
        )
        if out:
            return after or ("deny" if swapped else "confirm")
        return "confirm" if swapped and (to not in known or not book) else "allow"

    return gate


def allow_all(act, known):
    return "allow"


def deny_all(act, known):
    return "deny"


def asks_about_effects(act, known):
    return "allow" if act["tool"] == "read" else "confirm"


def asks_about_touched(act, known):
    touched = dirty(act["asked_by"]) or any(map(dirty, act["origin"].values()))
    return "confirm" if touched and act["tool"] != "read" else "allow"


def denies_touched(act, known):
    return "deny" if dirty(act["asked_by"]) or any(map(dirty, act["origin"].values())) else "allow"


def who_asked(act, known):
    return "deny" if act["tool"] != "read" and dirty(act["asked_by"]) else "allow"


def denies_reading(act, known):
    if act["tool"] == "read" and (dirty(act["asked_by"]) or any(map(dirty, act["origin"].values()))):
        return "deny"
    return by_table(act, known)


def user_is_enough(act, known):
    return by_table({**act, "asked_by": {"user"}} if "user" in act["asked_by"] else act, known)


def without_memory(sources):
    return dirty({source for source in sources if not source.startswith("memory")})


def all_of_them(sources):
    return bool(sources) and all(source.split(":")[0] in UNTRUSTED for source in sources)


def not_the_user(sources):
    return any(source != "user" for source in sources)


def begins(sources):
    return any(source.startswith(tuple(UNTRUSTED)) for source in sources)


def first_argument(act, known):
    """Looks at every argument's origin, not only at the destination."""
    if act["tool"] in ("send_mail", "pay") and any(map(dirty, act["origin"].values())):
        name = "to" if act["tool"] == "send_mail" else "account"
        return by_table({**act, "origin": {**act["origin"], name: {"web:1"}}}, known)
    return by_table(act, known)


def book_first(act, known):
    """The address book counts before anybody asks who gave the order."""
    name = {"send_mail": "to", "pay": "account"}.get(act["tool"])
    return "allow" if name and act["args"][name] in known else by_table(act, known)


def delete_first(act, known):
    return "confirm" if act["tool"] == "delete" else by_table(act, known)


def edits(act, known):
    answer = by_table(act, known)
    act["asked_by"].add("gate")
    return answer


def truths(act, known):
    return by_table(act, known) == "allow"


def join_user_wins(*parts):
    found = join(*parts)
    return {"user"} if "user" in found else found


def join_letters(*parts):
    return set().union(*parts)


def join_first(*parts):
    return join(parts[0]) if parts else set()


def join_in_place(*parts):
    found = parts[0] if parts and isinstance(parts[0], set) else set()
    found.update(join(*parts))
    return found


def join_list(*parts):
    return sorted(join(*parts))


def join_two(*parts):
    return join(*parts[:2])


def secret_first(act, known):
    """Rule 3 before rule 2."""
    if act["tool"] == "send_mail" and act["secret"] and not act["args"]["to"].endswith(INSIDE):
        return "deny" if dirty(act["origin"]["to"]) else "confirm"
    return by_table(act, known)


def whole_source(sources):
    return any(source in UNTRUSTED for source in sources)


def looks_at_no_source(act, known):
    args = act["args"]
    if act["tool"] in ("read", "delete"):
        return "allow" if act["tool"] == "read" else "confirm"
    if act["tool"] == "pay":
        return "allow" if args["account"] in known else "deny"
    return "allow" if args["to"] in known else "deny"


def refuses_known_secret(act, known):
    """Rule 5 before rule 3: a known address outside gets a question."""
    answer = by_table(act, known)
    fits = act["tool"] == "send_mail" and act["secret"] and not dirty(act["asked_by"])
    return "confirm" if answer == "deny" and fits and act["args"]["to"] in known else answer


ANSWERS = Answers(
    right=[(join, by_table)],
    wrong=[
        Wrong((join, allow_all), "attacks", "That allows everything"),
        Wrong((join, deny_all), "attacks", "That stops everything"),
        Wrong((join, asks_about_effects), "attacks", "then clicked yes"),
        Wrong((join, asks_about_touched), "attacks", "then clicked yes"),
        Wrong((join, denies_touched), "tasks", "acting on it is"),
        Wrong((join, who_asked), "attacks", "can be swapped although"),
        Wrong((join, denies_reading), "tasks", "tasks done"),
        Wrong((join, user_is_enough), "attacks", "any in it is"),
        Wrong((join, _gate(asked=False)), "attacks", "Look at who asked"),
        Wrong((join, _gate(dirty=without_memory)), "attacks", "A planted note"),
        Wrong((join, _gate(dirty=all_of_them)), "attacks", "any in it is"),
        Wrong((join, _gate(dirty=not_the_user)), "rules", "Rule"),
        Wrong((join, _gate(dirty=begins)), "rules", "Rule"),
        Wrong((join, _gate(inside="clinic.example")), "rules", "Rule 3"),
        Wrong((join, _gate(leak=False)), "rules", "Rule 3"),
        Wrong((join, _gate(after="deny")), "rules", "Rule 3"),
        Wrong((join, _gate(after="confirm")), "rules", "Rule 3"),
        Wrong((join, _gate(secret_pay=True)), "rules", "Rule"),
        Wrong((join, _gate(delete="allow")), "rules", "Rule 4"),
        Wrong((join, _gate(delete="deny")), "rules", "Rule 4"),
        Wrong((join, _gate(book=False)), "rules", "Rule 5"),
        Wrong((join, first_argument), "rules", "Only the origin of the destination"),
        Wrong((join, book_first), "rules", "Rule"),
        Wrong((join, delete_first), "rules", "Rule 2"),
        Wrong((join, secret_first), "rules", "Rule 2 comes before rule 3"),
        Wrong((join, _gate(dirty=whole_source)), "rules", "compare the word"),
        Wrong((join, looks_at_no_source), "attacks", "the attack success"),
        Wrong((join, looks_at_no_source), "tasks", "tasks done"),
        Wrong((join, refuses_known_secret), "rules", "Rule 3"),
        Wrong((join, edits), "rules", "changed the act"),
        Wrong((join, truths), "rules", "the verdict"),
        Wrong((join_user_wins, by_table), "join", "keeps the labels of all"),
        Wrong((join_letters, by_table), "join", "a set of letters"),
        Wrong((join_first, by_table), "join", "the first part"),
        Wrong((join_in_place, by_table), "join", "changed one of its parts"),
        Wrong((join_list, by_table), "join", "what join returns"),
        Wrong((join_two, by_table), "join", "the sources"),
    ],
)
