"""Answers to `recovery.next_action`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

from ..material import careful


def keys_as_they_come(view):
    """Machine by machine, with its keys at once."""
    done = view["done"]
    if ("fallback",) not in done:
        return ("fallback",)
    for key in view["keys"]:
        if view["keys"][key] == "live":
            return ("revoke", key)
    for name in view["machines"]:
        for kind in ("copy", "read", "isolate"):
            if (kind, name) not in done:
                return (kind, name)
    if view["data"] is None:
        first = sorted(view["traces"])[0]
        for one in sorted(view["backups"], key=lambda one: one["taken"], reverse=True):
            if one["taken"] >= first or one["restores"] is False:
                continue
            return ("test", one["id"]) if one["restores"] is None else ("restore", one["id"])
        return ("rebuild",)
    steps = ["retrain", "gate", "stage", "close"]
    return (steps[sum((step,) in done for step in steps)],)


def believes_the_log(view):
    known = {name: machine | {"read": True} for name, machine in view["machines"].items()}
    return careful(view | {"machines": known})


def first_machine_only(view):
    return careful(view | {"machines": {"training": view["machines"]["training"]}})


def isolates_first(view):
    for name, machine in view["machines"].items():
        if view["serving"] == "fallback" and not machine["isolated"]:
            return ("isolate", name)
    shown = {name: machine | {"copied": True, "read": True} for name, machine in view["machines"].items()}
    return careful(view | {"machines": shown})


def keys_later(view):
    if view["data"] is None:
        return careful(view | {"keys": {}})
    return careful(view)


def last_trace(view):
    return careful(view | {"traces": view["traces"][-1:]})


def last_two(view):
    return careful(view | {"traces": view["traces"][-2:]})


def not_the_log(view):
    return careful(view | {"traces": view["traces"][1:] or view["traces"]})


def only_the_log(view):
    return careful(view | {"traces": view["traces"][:1]})


def an_hour_less(view):
    return careful(view | {"traces": [trace - 1 for trace in view["traces"]]})


def never_isolates(view):
    return careful(
        view | {"machines": {name: one | {"isolated": True} for name, one in view["machines"].items()}}
    )


def latest_trace(view):
    return careful(view | {"traces": [max(view["traces"])]})


def one_hour_more(view):
    return careful(view | {"traces": [trace + 1 for trace in view["traces"]]})


def restores_untested(view):
    action = careful(view)
    return ("restore", action[1]) if action[0] == "test" else action


def tests_all(view):
    ready = all(m["read"] for m in view["machines"].values()) and "live" not in view["keys"].values()
    if ready:
        for one in view["backups"]:
            if one["restores"] is None:
                return ("test", one["id"])
    return careful(view)


def oldest_first(view):
    action = careful(view)
    if action[0] in ("test", "restore"):
        early = [
            b for b in view["backups"] if b["taken"] < min(view["traces"]) and b["restores"] is not False
        ]
        oldest = min(early, key=lambda one: one["taken"])
        return ("restore" if oldest["restores"] else "test", oldest["id"])
    return action


def always_rebuilds(view):
    action = careful(view)
    return ("rebuild",) if action[0] in ("test", "restore") else action


def gives_up_after_one(view):
    tried = [one for one in view["backups"] if one["restores"] is False]
    action = careful(view)
    return ("rebuild",) if tried and action[0] == "test" else action


def fallback_late(view):
    first = view["machines"]["training"]
    if view["serving"] == "1.4.0" and not first["copied"]:
        return ("copy", "training")
    return careful(view)


def never_closes(view):
    action = careful(view)
    return ("gate",) if action == ("close",) else action


def no_action(view):
    return None


def a_text(view):
    return careful(view)[0]


def a_fixed_list(view):
    steps = [("fallback",), ("copy", "training"), ("isolate", "training"), ("read", "training"), ("rebuild",)]
    steps += [("retrain",), ("gate",), ("stage",), ("close",)]
    return steps[min(len(view["done"]), 8)]


UNREAD = "Nobody read the copy of training."

ANSWERS = Answers(
    right=[keys_as_they_come],
    wrong=[
        Wrong(believes_the_log, "clean", "came back"),
        Wrong(first_machine_only, "clean", "Nobody read the copy"),
        Wrong(isolates_first, "evidence", "before it was copied", also=(UNREAD,)),
        Wrong(keys_later, "clean", "still live at the restore"),
        Wrong(last_trace, "clean", "came back"),
        Wrong(last_two, "clean", "came back"),
        Wrong(not_the_log, "clean", "came back"),
        Wrong(only_the_log, "clean", "came back"),
        Wrong(an_hour_less, "cost", "More data is lost"),
        Wrong(never_isolates, "clean", "training was not isolated"),
        Wrong(latest_trace, "clean", "came back"),
        Wrong(one_hour_more, "clean", "of the very hour"),
        Wrong(restores_untested, "clean", "nobody had tested"),
        Wrong(tests_all, "cost", "too many hours"),
        Wrong(oldest_first, "cost", "More data is lost"),
        Wrong(always_rebuilds, "cost", "More data is lost"),
        Wrong(gives_up_after_one, "cost", "More data is lost"),
        Wrong(fallback_late, "patients", "the hours of the bad model"),
        Wrong(never_closes, "clean", "not closed after 60"),
        Wrong(no_action, "clean", "not closed after 60"),
        Wrong(a_text, "clean", "not closed after 60"),
        Wrong(a_fixed_list, "clean", "came back"),
    ],
)
