"""Answers to `welcome.in_scope`: other right ones, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def scope_by_refusing(action, scope):
    try:
        if action["target"] not in scope["targets"]:
            return False
        if action["technique"] not in scope["techniques"]:
            return False
        if action["data"] not in scope["data"]:
            return False
        return scope["start"] <= action["at"] < scope["end"]
    except (KeyError, TypeError):  # something is missing, None, or a time without an offset
        return False


def scope_with(**changed):
    """A right answer with other steps: `listed(value, names)` and `timely(at, start, end)`."""
    listed = changed.get("listed", lambda value, names: value in names)
    timely = changed.get("timely", lambda at, start, end: at.tzinfo is not None and start <= at < end)

    def in_scope(action, scope):
        for key, names in (("target", "targets"), ("technique", "techniques"), ("data", "data")):
            if not listed(action.get(key), scope.get(names, [])):
                return False
        times = action.get("at"), scope.get("start"), scope.get("end")
        return None not in times and timely(*times)

    return in_scope


def scope_allowing_all(action, scope):
    return True


def scope_denying_all(action, scope):
    return False


def scope_forgetting_the_data(action, scope):
    return scope_by_refusing(action | {"data": scope.get("data", [None])[0]}, scope)


def scope_trusting_the_note(action, scope):
    return "note" in action or scope_by_refusing(action, scope)


def scope_by_parts_of_names(action, scope):
    return scope_with(listed=lambda value, names: value is not None and value in " ".join(names))(
        action, scope
    )


def scope_by_beginnings(action, scope):
    def listed(value, names):
        return value is not None and any(value.startswith(name) for name in names)

    return scope_with(listed=listed)(action, scope)


def scope_in_lower_case(action, scope):
    def listed(value, names):
        return str(value).lower() in [name.lower() for name in names]

    return scope_with(listed=listed)(action, scope)


def scope_with_its_end(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start <= at <= end

    return scope_with(timely=timely)(action, scope)


def scope_without_its_start(action, scope):
    return scope_with(timely=lambda at, start, end: at.tzinfo is not None and start < at < end)(action, scope)


def scope_by_clocks_on_the_wall(action, scope):
    def timely(at, start, end):
        return at.tzinfo is not None and start.replace(tzinfo=None) <= at.replace(tzinfo=None) < end.replace(
            tzinfo=None
        )

    return scope_with(timely=timely)(action, scope)


def scope_with_errors(action, scope):
    listed = all(action[k] in scope[n] for k, n in (("target", "targets"), ("technique", "techniques")))
    return listed and action["data"] in scope["data"] and scope["start"] <= action["at"] < scope["end"]


def scope_guessing_the_offset(action, scope):
    def timely(at, start, end):
        return start <= (at if at.tzinfo else at.replace(tzinfo=start.tzinfo)) < end

    return scope_with(timely=timely)(action, scope)


def scope_open_without_a_window(action, scope):
    at = action.get("at")
    edges = {"start": at, "end": at.max.replace(tzinfo=at.tzinfo)} if at else {}
    return scope_by_refusing(action, edges | scope)


def scope_open_without_a_list(action, scope):
    lists = {"targets": [action.get("target")], "techniques": [action.get("technique")]}
    return scope_by_refusing(action, lists | {"data": [action.get("data")]} | scope)


def scope_without_at(action, scope):
    return bool(action["at"]) and scope_by_refusing(action, scope)


def scope_with_at_none(action, scope):
    return "at" in action and action["at"].tzinfo is not None and scope_by_refusing(action, scope)


def scope_without_an_end(action, scope):
    return bool(scope["end"]) and scope_by_refusing(action, scope)


def scope_as_a_chain(action, scope):
    return scope_by_refusing(action, scope) or None


ANSWERS = Answers(
    right=[scope_by_refusing],
    wrong=[
        Wrong(
            scope_allowing_all,
            "lists",
            "passes: ask whether",
            also=(
                "Compare the moments, offset included: clocks in two places show different hours.",
                "The end is the first moment outside: write `at < end`.",
                "The start is the first moment inside: write `start <= at`.",
                "What the scope does not say, it does not allow.",
            ),
        ),
        Wrong(scope_denying_all, "lists", "Denied, although all is listed and in time"),
        Wrong(scope_forgetting_the_data, "lists", "Any data class passes"),
        Wrong(scope_trusting_the_note, "lists", "Allowed, although"),
        Wrong(scope_by_parts_of_names, "lists", "take a part for the whole"),
        Wrong(scope_by_beginnings, "lists", "take a part for the whole"),
        Wrong(scope_in_lower_case, "lists", "capital letters count"),
        Wrong(scope_with_its_end, "window", "write `at < end`"),
        Wrong(scope_without_its_start, "window", "write `start <= at`"),
        Wrong(scope_by_clocks_on_the_wall, "window", "clocks in two places"),
        Wrong(scope_with_errors, "unknown", "ask with .get()"),
        Wrong(scope_guessing_the_offset, "unknown", "nobody knows which moment"),
        Wrong(scope_open_without_a_window, "unknown", "it does not allow"),
        Wrong(scope_open_without_a_list, "unknown", "it does not allow"),
        Wrong(scope_without_at, "unknown", "the action has no `at`"),
        Wrong(scope_with_at_none, "unknown", "the action's `at` is None"),
        Wrong(scope_without_an_end, "unknown", "the scope has no `end`"),
        Wrong(scope_as_a_chain, "lists", "The answer should be a bool"),
    ],
)
