"""Answers to `access_control.chain`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong

TAKES_OVER = ("edit", "assume", "reset")


def backwards(holdings, who, action, thing):
    """From the goal to the one who asks."""
    level = [[one] for one in holdings if one[1:] == (action, thing)]
    seen = set()
    while level:
        for way in level:
            if way[0][0] == who:
                return way
        ends = {way[0][0] for way in level} - seen
        seen |= ends
        level = [
            [one, *way]
            for way in level
            for one in holdings
            if one[1] in TAKES_OVER and one[2] == way[0][0] and one[0] not in seen and one[2] in ends
        ]
    return None


def none_at_all(holdings, who, action, thing):
    return None


def direct_only(holdings, who, action, thing):
    return [(who, action, thing)] if (who, action, thing) in holdings else None


def _deep(holdings, who, action, thing, actions=TAKES_OVER, tail=True):
    """In depth: the first way that it finds, which may be long."""

    def go(holder, seen):
        for one in reversed(holdings):
            if one[0] == holder and one[2] not in seen and (actions is None or one[1] in actions):
                way = go(one[2], seen | {one[2]})
                if way is not None:
                    return [one, *way]
        return [(holder, action, thing)] if (holder, action, thing) in holdings else None

    return go(who, {who})


def in_depth(holdings, who, action, thing):
    return _deep(holdings, who, action, thing)


def _broad(holdings, who, action, thing, *, actions=TAKES_OVER, last=True, is_goal=False, first=True):
    ways, seen = [(who, [])], {who}
    for holder, way in ways:
        for one in holdings:
            if one == (holder, action, thing):
                way = [*way, one] if last else way
                return way if first else way[1:] or way
        for one in holdings:
            if one[0] == holder and (actions is None or one[1] in actions) and one[2] not in seen:
                if is_goal and one[2] == thing:
                    return [*way, one]
                seen.add(one[2])
                ways.append((one[2], [*way, one]))
    return None


def any_action(holdings, who, action, thing):
    return _broad(holdings, who, action, thing, actions=None)


def without_reset(holdings, who, action, thing):
    return _broad(holdings, who, action, thing, actions=("edit", "assume"))


def without_the_last(holdings, who, action, thing):
    return _broad(holdings, who, action, thing, last=False)


def without_the_first(holdings, who, action, thing):
    return _broad(holdings, who, action, thing, first=False)


def takes_the_thing(holdings, who, action, thing):
    return _broad(holdings, who, action, thing, is_goal=True)


def makes_one_up(holdings, who, action, thing):
    return [(who, action, thing)]


ANSWERS = Answers(
    right=[backwards],
    wrong=[
        Wrong(none_at_all, "holds", "There is a chain"),
        Wrong(none_at_all, "none", "There is a chain"),
        Wrong(direct_only, "holds", "There is a chain"),
        Wrong(in_depth, "shortest", "There is a shorter chain"),
        Wrong(
            any_action,
            "none",
            "There is no chain",
            also=("Each grant of yours exists, but one doesn't lead to the next.",),
        ),
        Wrong(without_reset, "holds", "There is a chain"),
        Wrong(without_the_last, "holds", "The chain is empty"),
        Wrong(without_the_first, "holds", "holder isn't the one who asks"),
        Wrong(takes_the_thing, "none", "There is no chain"),
        Wrong(makes_one_up, "holds", "isn't in holdings"),
    ],
)

EQUIVALENT: dict[str, str] = {}
