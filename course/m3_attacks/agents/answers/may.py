"""Answers to `agents.may`: another right one, and wrong ones with what each is told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def by_loops(call, chain, grants):
    for who in chain:
        found = False
        for tool, resource in grants.get(who, []):
            if tool != "*" and tool != call[0]:
                continue
            if resource == "own":
                found = found or call[2] == chain[0]
            elif resource in ("*", call[1]):
                found = True
        if not found:
            return False
    return len(chain) > 0


def _fits(grant, call, human):
    tool, resource = grant
    fits = resource in ("*", call[1]) if resource != "own" else call[2] == human
    return tool in (call[0], "*") and fits


def _fits_by_name(grant, call, human):
    tool, resource = grant
    return tool in (call[0], "*") and (resource in (call[1], "*") or (resource == "own" and call[2] == human))


def _holds(who, call, human, grants):
    return any(_fits(grant, call, human) for grant in grants.get(who, ()))


def always(call, chain, grants):
    return True


def never(call, chain, grants):
    return False


def last_only(call, chain, grants):
    return bool(chain) and _holds(chain[-1], call, chain[0], grants)


def human_only(call, chain, grants):
    return bool(chain) and _holds(chain[0], call, chain[0], grants)


def first_and_last(call, chain, grants):
    return bool(chain) and all(_holds(who, call, chain[0], grants) for who in (chain[0], chain[-1]))


def anyone(call, chain, grants):
    return any(_holds(who, call, chain[0], grants) for who in chain)


def agents_only(call, chain, grants):
    return bool(chain) and all(_holds(who, call, chain[0], grants) for who in chain[1:])


def two_grants(call, chain, grants):
    def holds(who):
        mine = grants.get(who, ())
        tools = any(tool in (call[0], "*") for tool, _ in mine)
        return tools and any(_fits((call[0], resource), call, chain[0]) for _, resource in mine)

    return bool(chain) and all(map(holds, chain))


def tool_only(call, chain, grants):
    return bool(chain) and all(
        any(tool in (call[0], "*") for tool, _ in grants.get(who, ())) for who in chain
    )


def own_is_each_ones(call, chain, grants):
    return bool(chain) and all(_holds(who, call, who, grants) for who in chain)


def own_is_anybodys(call, chain, grants):
    return bool(chain) and all(_holds(who, call, call[2], grants) for who in chain)


def own_is_the_chains(call, chain, grants):
    return bool(chain) and all(
        _holds(who, call, call[2] if call[2] in chain else None, grants) for who in chain
    )


def no_own(call, chain, grants):
    return bool(chain) and all(_holds(who, call, None, grants) for who in chain)


def empty_allowed(call, chain, grants):
    return all(_holds(who, call, chain[0], grants) for who in chain)


def skips_strangers(call, chain, grants):
    known = [who for who in chain if who in grants]
    return bool(known) and all(_holds(who, call, chain[0], grants) for who in known)


def raises_for_strangers(call, chain, grants):
    return bool(chain) and all(any(_fits(g, call, chain[0]) for g in grants[who]) for who in chain)


def begins_with(call, chain, grants):
    def fits(grant):
        return _fits(grant, call, chain[0]) or (grant[0] in (call[0], "*") and call[1].startswith(grant[1]))

    return bool(chain) and all(any(fits(grant) for grant in grants.get(who, ())) for who in chain)


def globs(call, chain, grants):
    from fnmatch import fnmatch

    def fits(grant):
        return fnmatch(call[0], grant[0]) and (
            _fits((call[0], grant[1]), call, chain[0]) or fnmatch(call[1], grant[1])
        )

    return bool(chain) and all(any(fits(grant) for grant in grants.get(who, ())) for who in chain)


def as_number(call, chain, grants):
    return int(by_loops(call, chain, grants))


def edits(call, chain, grants):
    answer = by_loops(call, chain, grants)
    for who in chain:
        grants.setdefault(who, [])
    return answer


def first_grant_only(call, chain, grants):
    return bool(chain) and all(
        any(_fits(g, call, chain[0]) for g in grants.get(who, ())[:1]) for who in chain
    )


def own_by_name(call, chain, grants):
    return bool(chain) and all(
        any(_fits_by_name(grant, call, chain[0]) for grant in grants.get(who, ())) for who in chain
    )


def own_by_set(call, chain, grants):
    words = {call[1], "*", "own"} if chain and call[2] == chain[0] else {call[1], "*"}
    return bool(chain) and all(
        any(tool in (call[0], "*") and resource in words for tool, resource in grants.get(who, ()))
        for who in chain
    )


def first_four(call, chain, grants):
    return by_loops(call, chain[:4], grants)


def star_calls(call, chain, grants):
    return bool(chain) and ("*" in call[:2] or by_loops(call, chain, grants))


def star_tools(call, chain, grants):
    return bool(chain) and (call[0] == "*" or by_loops(call, chain, grants))


def by_sets(call, chain, grants):
    tool, resource, owner = call
    words = {"*", resource} - {"own"} | ({"own"} if chain[:1] == [owner] else set())
    wanted = {(t, r) for t in (tool, "*") for r in words}
    return len(chain) > 0 and all(wanted & set(grants.get(who, ())) for who in chain)


OWN = 'In a grant, "own" is no name: a resource that is called "own" has an owner too.'

ANSWERS = Answers(
    right=[by_loops, by_sets],
    wrong=[
        Wrong(always, "everyone", "The answer isn't right"),
        Wrong(never, "everyone", "The answer isn't right"),
        Wrong(last_only, "everyone", "The last agent's rights"),
        Wrong(human_only, "everyone", "The human's rights"),
        Wrong(first_and_last, "everyone", "in the middle"),
        Wrong(anyone, "everyone", "The answer isn't right"),
        Wrong(agents_only, "everyone", "The human counts too"),
        Wrong(two_grants, "one grant", "One grant has to fit both"),
        Wrong(tool_only, "one grant", "The answer isn't right"),
        Wrong(own_is_each_ones, "own", "in an agent's grant too"),
        Wrong(own_is_anybodys, "own", "The answer isn't right"),
        Wrong(own_is_the_chains, "own", "The answer isn't right"),
        Wrong(no_own, "own", "The answer isn't right"),
        Wrong(empty_allowed, "nobody", "all(...) of nothing"),
        Wrong(skips_strangers, "nobody", "The answer isn't right"),
        Wrong(raises_for_strangers, "nobody", "KeyError"),
        Wrong(begins_with, "one grant", "a shorter resource", also=(OWN,)),
        Wrong(globs, "one grant", "a star that isn't alone", also=(OWN,)),
        Wrong(as_number, "everyone", "the answer"),
        Wrong(edits, "nobody", "You changed an input"),
        Wrong(first_grant_only, "one grant", "the last"),
        Wrong(own_by_name, "own", 'a resource that is called "own" has an owner too'),
        Wrong(own_by_set, "own", 'a resource that is called "own" has an owner too'),
        Wrong(first_four, "everyone", "in a chain of 7"),
        Wrong(star_calls, "one grant", "named *"),
        Wrong(star_tools, "one grant", "named *"),
    ],
)
