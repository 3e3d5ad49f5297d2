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


def slow_is_an_ml_bug(facts):
    kind, goals = by_table(facts)
    return ("ML bug" if facts["answers"] in ("late", "none") else kind), goals


def only_public_is_an_ml_bug(facts):
    kind, goals = by_table(facts)
    return ("ML bug" if facts["learned"] and set(facts["learned"]) <= set(PUBLIC) else kind), goals


def integrity_only_unseen(facts):
    kind, goals = by_table(facts)
    return kind, goals - ({"integrity"} if facts["seen"] else set())


def designed_and_seen_has_no_goals(facts):
    kind, goals = by_table(facts)
    return kind, set() if facts["by_design"] and facts["seen"] else goals


def seen_ml_bugs_have_goals(facts):
    kind, goals = by_table(facts)
    return kind, by_table(facts | {"can_cause": True})[1] if facts["seen"] else goals


def designed_ml_bugs_are_misuse(facts):
    kind, goals = by_table(facts)
    misuse = kind == "ML bug" and facts["by_design"] and facts["limit_passed"]
    return kind, {"misuse"} if misuse else goals


def public_by(test):
    """What passes `test` is taken for public."""

    def answer(facts):
        return by_table(facts | {"learned": [thing for thing in facts["learned"] if not test(thing)]})

    return answer


listed_secrets = public_by(
    lambda thing: thing not in ("weights", "key", "keys", "data", "training data", "patients", "architecture")
)
first_word = public_by(lambda thing: thing.split()[0] in ("accuracy", "names"))
begins_like_it = public_by(lambda thing: thing.startswith(PUBLIC))
holds_it = public_by(lambda thing: any(public in thing for public in PUBLIC))


def ends_only(facts):
    return by_table(facts | {"learned": facts["learned"][:1] + facts["learned"][-1:]})


def goals_only_if_true(facts):
    kind, goals = by_table(facts)
    return kind, goals if facts["can_cause"] else set()


def forgets_privacy(facts):
    return by_table(facts | {"learned": []})


def no_set_for_ml_bugs(facts):
    kind, goals = by_table(facts)
    return kind, None if kind == "ML bug" else goals


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
        Wrong(no_goals, "ml", "The report has no goals"),
        Wrong(slow_is_an_ml_bug, "kind", "The kind is not right."),
        Wrong(only_public_is_an_ml_bug, "kind", "The kind is not right."),
        Wrong(integrity_only_unseen, "goals", "The set of goals is not right."),
        Wrong(designed_and_seen_has_no_goals, "goals", "The set of goals is not right."),
        Wrong(seen_ml_bugs_have_goals, "ml", "The set of goals is not right."),
        Wrong(designed_ml_bugs_are_misuse, "ml", "The set of goals is not right."),
        Wrong(listed_secrets, "goals", "The set of goals is not right."),
        Wrong(first_word, "goals", "The set of goals is not right."),
        Wrong(begins_like_it, "goals", "The set of goals is not right."),
        Wrong(holds_it, "goals", "The set of goals is not right."),
        Wrong(ends_only, "public", "The set of goals is not right."),
        Wrong(goals_only_if_true, "goals", "only False has none"),
        Wrong(forgets_privacy, "public", "The set of goals is not right."),
        Wrong(no_set_for_ml_bugs, "ml", "should be a set"),
    ],
)
