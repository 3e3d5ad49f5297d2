"""Answers to `planning.classify_incident`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

PUBLIC = ("accuracy", "names of the measurements")


def by_table(facts, **other):
    tests = {
        "privacy": len(set(facts["learned"]) - set(other.get("public", PUBLIC))) > 0,
        "misuse": facts["limit_passed"],
    }
    goals = {"late": {"availability"}, "none": {"availability"}, "as wished": {"integrity"}}
    goals |= {"wrong for all": {other.get("wrong", "availability")}, "right": set()}
    found = goals[facts["answers"]] | {name for name, test in tests.items() if test}
    return ("security bug", found) if facts["can_cause"] in (True, None) else ("ML bug", set())


def everything(facts):
    return "security bug", {"availability", "integrity", "privacy", "misuse"}


def unknown_is_no(facts):
    return by_table(facts) if facts["can_cause"] else ("ML bug", set())


def by_design_is_no_bug(facts):
    return ("ML bug", set()) if facts["by_design"] else by_table(facts)


def only_what_was_seen(facts):
    return ("security bug" if facts["seen"] else "ML bug", by_table(facts)[1])


def wrong_is_integrity(facts):
    return by_table(facts, wrong="integrity")


def public_counts(facts):
    return by_table(facts, public=())


def only_if_all_are_secret(facts):
    clean = facts | {"learned": [] if set(PUBLIC) & set(facts["learned"]) else facts["learned"]}
    return by_table(clean)


def ml_bugs_have_goals(facts):
    return by_table(facts)[0], by_table(facts | {"can_cause": True})[1]


def one_goal(facts):
    kind, goals = by_table(facts)
    return kind, set(sorted(goals)[:1])


def forgets_late(facts):
    return by_table(facts | {"answers": "right" if facts["answers"] == "late" else facts["answers"]})


def forgets_misuse(facts):
    return by_table(facts | {"limit_passed": False})


def no_goals(facts):
    return by_table(facts)[0], set()


ANSWERS = Answers(
    right=[by_table],
    wrong=[
        Wrong(everything, "kind", "The kind is not right."),
        Wrong(unknown_is_no, "kind", "None says that nobody has looked"),
        Wrong(by_design_is_no_bug, "kind", "`by_design` decides nothing"),
        Wrong(only_what_was_seen, "kind", "`seen` is not `can_cause`"),
        Wrong(wrong_is_integrity, "goals", "Wrong for all is availability"),
        Wrong(public_counts, "public", "leave out what is in PUBLIC"),
        Wrong(only_if_all_are_secret, "public", "One thing that is not public is enough"),
        Wrong(ml_bugs_have_goals, "ml", "An ML bug has no goals"),
        Wrong(one_goal, "goals", "The set of goals is not right."),
        Wrong(forgets_late, "goals", "The set of goals is not right."),
        Wrong(forgets_misuse, "goals", "The set of goals is not right."),
        Wrong(no_goals, "ml", "The set of goals is not right."),
    ],
)
