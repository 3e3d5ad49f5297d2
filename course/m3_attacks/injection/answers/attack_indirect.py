"""Answers to `injection.attack_indirect`: another right one, and wrong ones with what each must be told."""

from itertools import product

from autograder.exercise import Answers, Wrong

from ..assistant import DISGUISES
from ..checks.attack_indirect import OWN_LINE


def _fires(answer):
    return any(call["tool"] != "read" for call in answer["calls"])


def disguises_first(app, page, orders):
    ways = [str, *DISGUISES.values()]
    for disguise, order in product(ways, orders):
        candidate = f"{disguise(order)}\n{page}"
        if _fires(app(candidate)):
            return candidate
    return page


def first_wording(app, page, orders):
    return f"{page}\n{orders[0]}"


def wordings_only(app, page, orders):
    for order in orders:
        if _fires(app(f"{page}\n{order}")):
            return f"{page}\n{order}"
    return page


def one_wording_disguised(app, page, orders):
    for disguise in DISGUISES.values():
        if _fires(app(f"{page}\n{disguise(orders[1])}")):
            return f"{page}\n{disguise(orders[1])}"
    return page


def not_blocked_is_enough(app, page, orders):
    for disguise, order in product([str, *DISGUISES.values()], orders):
        candidate = f"{page}\n{disguise(order)}"
        if not app(candidate)["blocked"]:
            return candidate
    return page


def wording_first_not_blocked(app, page, orders):
    for order, disguise in product(orders, [str, *DISGUISES.values()]):
        candidate = f"{page}\n{disguise(order)}"
        if not app(candidate)["blocked"]:
            return candidate
    return page


def on_a_line_of_the_page(app, page, orders):
    for order, disguise in product(orders, [str, *DISGUISES.values()]):
        candidate = f"{page} {disguise(order)}"
        if _fires(app(candidate)):
            return candidate
    return f"{page} {orders[0]}"


def reading_counts(app, page, orders):
    for disguise, order in product([str, *DISGUISES.values()], orders):
        candidate = f"{page}\n{disguise(order)}"
        if app(candidate)["calls"]:
            return candidate
    return page


def everything_at_once(app, page, orders):
    return "\n".join([page, *(disguise(order) for disguise in DISGUISES.values() for order in orders)])


def page_replaced(app, page, orders):
    for disguise, order in product([str, *DISGUISES.values()], orders):
        if _fires(app(disguise(order))):
            return disguise(order)
    return page


def never_stops(app, page, orders):
    found = page
    for _ in range(2):
        for disguise, order in product([str, *DISGUISES.values()], orders):
            candidate = f"{page}\n{disguise(order)}"
            if _fires(app(candidate)):
                found = candidate
    return found


def long_winded(app, page, orders):
    found = disguises_first(app, page, orders)
    return found + "\n" + "The canteen is open. " * 25


ANSWERS = Answers(
    right=[disguises_first],
    wrong=[
        Wrong(first_wording, "fires", "no disguise"),
        Wrong(wordings_only, "fires", "no disguise"),
        Wrong(one_wording_disguised, "fires", "one wording"),
        Wrong(not_blocked_is_enough, "fires", "not blocked isn't"),
        Wrong(wording_first_not_blocked, "fires", "not blocked isn't"),
        Wrong(on_a_line_of_the_page, "fires", "a line of its own"),
        Wrong(reading_counts, "fires", "not blocked isn't"),
        Wrong(everything_at_once, "keeps", "more than 400"),
        Wrong(page_replaced, "keeps", "missing", also=(OWN_LINE,)),
        Wrong(never_stops, "budget", "calls of app"),
        Wrong(long_winded, "keeps", "more than 400"),
    ],
)

EQUIVALENT = {
    "for disguise in [str, *DISGUISES.values()]: ... → "
    "for disguise in list([str, *DISGUISES.values()])[:-1]: ...": "not stated: 7 of 8 apps are enough",
    "for order in orders: ... → for order in list(orders)[1:]: ...": "not stated: 7 of 8 apps are enough",
    "for order in orders: ... → for order in list(orders)[:-1]: ...": "not stated: 7 of 8 apps are enough",
    "for call in app(candidate)['calls'] → "
    "for call in list(app(candidate)['calls'])[1:]": "the user's own request comes first",
    "return page → return None": "each of the eight apps can be broken",
}
