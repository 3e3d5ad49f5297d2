"""Answers to `access_control.minimal_roles`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

TRAIN, APPROVE = ("train", "model"), ("approve", "release")


def user_by_user(log, grants):
    kept = {}
    for user in sorted({grant["user"] for grant in grants}):
        used = [(x["action"], x["thing"]) for x in log if x["user"] == user and x["outcome"] == "ok"]
        mine = [grant for grant in grants if grant["user"] == user]
        stay = {(g["action"], g["thing"]) for g in mine} & set(used)
        stay |= {(g["action"], g["thing"]) for g in mine if g["break_glass"]}
        if TRAIN in stay and APPROVE in stay:
            stay.discard(APPROVE if used.count(TRAIN) >= used.count(APPROVE) else TRAIN)
        kept[user] = stay
    return kept


def _kept(log, grants, *, tried=False, glass=True, anybody=False, add=False, pair="rule", counted="ok"):
    kept = {grant["user"]: set() for grant in grants}

    def uses(user, one, outcome):
        return sum(
            (anybody or x["user"] == user)
            and (x["action"], x["thing"]) == one
            and outcome in ("any", x["outcome"])
            for x in log
        )

    for grant in grants:
        one = (grant["action"], grant["thing"])
        if (glass and grant["break_glass"]) or uses(grant["user"], one, "any" if tried else "ok"):
            kept[grant["user"]].add(one)
    if add:
        for x in log:
            if x["outcome"] == "ok":
                kept.setdefault(x["user"], set()).add((x["action"], x["thing"]))
    for user, pairs in kept.items():
        if {TRAIN, APPROVE} <= pairs and pair != "leave":
            train, approve = uses(user, TRAIN, counted), uses(user, APPROVE, counted)
            if pair == "both":
                pairs -= {TRAIN, APPROVE}
            elif pair == "tie":
                pairs.discard(TRAIN if approve >= train else APPROVE)
            elif pair == "fewer":
                pairs.discard(TRAIN if approve < train else APPROVE)
            else:
                pairs.discard(APPROVE if pair == "train" else TRAIN if approve > train else APPROVE)
    return kept


def keeps_all(log, grants):
    kept = {grant["user"]: set() for grant in grants}
    for grant in grants:
        kept[grant["user"]].add((grant["action"], grant["thing"]))
    return kept


def keeps_nothing(log, grants):
    return {grant["user"]: set() for grant in grants}


def refused_counts(log, grants):
    return _kept(log, grants, tried=True)


def used_by_anybody(log, grants):
    return _kept(log, grants, anybody=True)


def adds_what_was_used(log, grants):
    return _kept(log, grants, add=True)


def without_glass(log, grants):
    return _kept(log, grants, glass=False)


def pair_stays(log, grants):
    return _kept(log, grants, pair="leave")


def pair_goes(log, grants):
    return _kept(log, grants, pair="both")


def train_always(log, grants):
    return _kept(log, grants, pair="train")


def approve_at_a_tie(log, grants):
    return _kept(log, grants, pair="tie")


def fewer_stays(log, grants):
    return _kept(log, grants, pair="fewer")


def refused_decide(log, grants):
    return _kept(log, grants, counted="any")


def no_empty_users(log, grants):
    return {user: pairs for user, pairs in _kept(log, grants).items() if pairs}


def sorts_the_log(log, grants):
    log.sort(key=lambda line: (line["day"], line["user"]))
    grants.append(grants.pop(0)) if grants else None
    return _kept(log, grants)


def drops_refused_lines(log, grants):
    for line in list(log):
        if line["outcome"] != "ok":
            log.remove(line)
    return _kept(log, grants)


def groups_the_log(log, grants):
    log.sort(key=lambda line: line["user"])
    return _kept(log, grants)


ANSWERS = Answers(
    right=[user_by_user],
    wrong=[
        Wrong(keeps_all, "used", "Nothing was taken away"),
        Wrong(keeps_nothing, "used", "what is kept"),
        Wrong(refused_counts, "used", "is no use"),
        Wrong(used_by_anybody, "used", "Somebody else's use"),
        Wrong(adds_what_was_used, "used", "add none"),
        Wrong(without_glass, "glass", "A break-glass grant stays"),
        Wrong(pair_stays, "duties", "keeps both train and approve"),
        Wrong(pair_goes, "duties", "One of the two stays"),
        Wrong(train_always, "duties", "which may be approve"),
        Wrong(approve_at_a_tie, "duties", "With equally many lines"),
        Wrong(fewer_stays, "duties", "what is kept"),
        Wrong(refused_decide, "duties", "Count the lines with the outcome"),
        Wrong(no_empty_users, "shape", "has an empty set"),
        Wrong(sorts_the_log, "shape", "Your function changed"),
        Wrong(drops_refused_lines, "shape", "Your function changed log"),
        Wrong(groups_the_log, "shape", "Your function changed log"),
    ],
)

EQUIVALENT: dict[str, str] = {}
