"""Answers to `maintenance.retire_faults`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def by_position(holdings, log):
    """Looks each thing up in the log, instead of walking through it."""

    def first(action, thing):
        return log.index((action, thing)) if (action, thing) in log else len(log)

    drained = max([first("drain", thing) for thing, kind in holdings.items() if kind == "route"], default=-1)
    found = set()
    for thing, kind in holdings.items():
        if kind == "route" and ("drain", thing) not in log:
            found.add(("serving", thing))
        if kind == "key":
            if ("revoke", thing) not in log:
                found.add(("left", thing))
            elif first("revoke", thing) < drained:
                found.add(("early", thing))
        if kind == "destroy" and ("destroy", thing) not in log:
            found.add(("left", thing))
        if ("destroy", thing) in log:
            if first("record", thing) > first("destroy", thing):
                found.add(("unrecorded", thing))
            if kind == "keep":
                found.add(("lost", thing))
    return found


def _answer(holdings, log, slip=""):
    open_routes = {thing for thing, kind in holdings.items() if kind == "route"}
    all_routes = set(open_routes)
    recorded, revoked, destroyed, found = set(), set(), set(), set()
    everything = {thing for action, thing in log if action == "record"}
    drained_ever = {thing for action, thing in log if action == "drain"}
    drains = []
    for now, (action, thing) in enumerate(log):
        if action == "drain":
            open_routes.discard(thing)
            drains.append(thing)
        elif action == "record":
            recorded.add(thing)
        elif action == "revoke":
            revoked.add(thing)
            waiting = open_routes
            if slip == "no order":
                waiting = all_routes - drained_ever
            if slip == "one route":
                waiting = open_routes if open_routes == all_routes else set()
            if slip == "later only":
                waiting = open_routes & drained_ever
            if slip == "count":
                waiting = len(drains) < len(all_routes)
            if slip == "last drain":
                waiting = any(
                    ("drain", route) not in log[:now] or ("drain", route) in log[now:] for route in all_routes
                )
            if waiting and slip != "never early" and (holdings[thing] == "key" or slip == "any kind"):
                found.add(("early", thing))
        elif action == "destroy":
            destroyed.add(thing)
            known = everything if slip == "record any time" else recorded
            written = bool(recorded) if slip == "any record" else thing in known
            if slip == "last record" and ("record", thing) in log[now:]:
                written = False
            if slip == "last destroy" and ("destroy", thing) in log[now + 1 :]:
                written = True
            if slip == "routes need none" and holdings[thing] == "route":
                written = True
            if not written and not (slip == "kept need none" and holdings[thing] != "destroy"):
                found.add(("unrecorded", thing))
            if holdings[thing] == "keep" and not (slip == "record helps" and written):
                found.add(("lost", thing))
    if slip == "one route" and open_routes != all_routes:
        open_routes = set()
    found |= {("serving", thing) for thing in open_routes}
    for thing, kind in holdings.items():
        done = revoked if kind == "key" else destroyed
        if slip == "either":
            done = revoked | destroyed
        if kind == "key" and thing not in done and slip != "keys stay":
            found.add(("left", thing))
        if kind == "destroy" and thing not in done and slip != "files stay":
            found.add(("left", thing))
        if kind == "keep" and thing not in done and slip == "keeps nothing":
            found.add(("left", thing))
    return found


def no_order(holdings, log):
    return _answer(holdings, log, "no order")


def one_route(holdings, log):
    return _answer(holdings, log, "one route")


def later_only(holdings, log):
    return _answer(holdings, log, "later only")


def never_early(holdings, log):
    return _answer(holdings, log, "never early")


def record_any_time(holdings, log):
    return _answer(holdings, log, "record any time")


def any_record(holdings, log):
    return _answer(holdings, log, "any record")


def kept_need_none(holdings, log):
    return _answer(holdings, log, "kept need none")


def record_helps(holdings, log):
    return _answer(holdings, log, "record helps")


def revokes_anything(holdings, log):
    return _answer(holdings, log, "any kind")


def counts_drains(holdings, log):
    return _answer(holdings, log, "count")


def last_drain(holdings, log):
    return _answer(holdings, log, "last drain")


def last_record(holdings, log):
    return _answer(holdings, log, "last record")


def last_destroy(holdings, log):
    return _answer(holdings, log, "last destroy")


def routes_need_none(holdings, log):
    return _answer(holdings, log, "routes need none")


def either(holdings, log):
    return _answer(holdings, log, "either")


def keys_stay(holdings, log):
    return _answer(holdings, log, "keys stay")


def files_stay(holdings, log):
    return _answer(holdings, log, "files stay")


def keeps_nothing(holdings, log):
    return _answer(holdings, log, "keeps nothing")


def nothing(holdings, log):
    return set()


def a_list(holdings, log):
    return sorted(_answer(holdings, log))


def empties_the_log(holdings, log):
    found = _answer(holdings, log)
    log.clear()
    return found


ANSWERS = Answers(
    right=[by_position],
    wrong=[
        Wrong(no_order, "early", "after the revoke is too late"),
        Wrong(
            one_route,
            "early",
            "One drained route isn't enough",
            also=("Every route must be drained, not only one of them.",),
        ),
        Wrong(later_only, "early", "then every revoke is early"),
        Wrong(never_early, "early", "What early finds is not right"),
        Wrong(revokes_anything, "early", "Only a key can be early"),
        Wrong(counts_drains, "early", "What early finds is not right"),
        Wrong(last_drain, "early", "from its first drain on"),
        Wrong(last_record, "unrecorded", "a second one later changes nothing"),
        Wrong(last_destroy, "unrecorded", "What unrecorded finds is not right"),
        Wrong(routes_need_none, "unrecorded", "What unrecorded finds is not right"),
        Wrong(record_any_time, "unrecorded", "after the destruction is too late"),
        Wrong(any_record, "unrecorded", "this very thing"),
        Wrong(kept_need_none, "unrecorded", "also what should have been kept"),
        Wrong(record_helps, "lost", "A record doesn't make it right"),
        Wrong(either, "left", "one doesn't stand for the other"),
        Wrong(keys_stay, "left", "Every key must be revoked"),
        Wrong(files_stay, "left", "Every file whose rule is destroy"),
        Wrong(keeps_nothing, "left", "isn't left over"),
        Wrong(nothing, "left", "What left finds is not right"),
        Wrong(a_list, "left", "the result"),
        Wrong(empties_the_log, "inputs", "changed what it was given"),
    ],
)
