"""Answers to `access_control.allowed`: another right one, and wrong ones with what each must be told."""

from __future__ import annotations

from autograder.exercise import Answers, Wrong


def by_levels(user, action, thing, policy):
    """Collects all the roles first, level by level, and then asks three questions."""
    roles, level = set(), set(policy["users"].get(user, ()))
    while level:
        roles |= level
        level = {
            up for name in level for up in policy["roles"].get(name, {"inherits": []})["inherits"]
        } - roles
    if not roles <= policy["roles"].keys():
        return False
    if any((action, thing) in policy["roles"][name]["deny"] for name in roles):
        return False
    return any((action, thing) in policy["roles"][name]["allow"] for name in roles)


def _collect(user, policy, *, deep=10**6, first=False):
    own = list(policy["users"].get(user, []))
    todo, seen = [(name, 0) for name in (own[:1] if first else own)], {}
    while todo:
        name, depth = todo.pop(0)
        if name in seen or depth > deep:
            continue
        seen[name] = depth
        if name in policy["roles"]:
            todo += [(up, depth + 1) for up in policy["roles"][name]["inherits"]]
    return seen


def _gate(user, action, thing, policy, *, wins="deny", skip=False, own_deny=False, star=False, **how):
    seen = _collect(user, policy, **how)
    if not skip and any(name not in policy["roles"] for name in seen):
        return False
    known = {name: policy["roles"][name] for name in seen if name in policy["roles"]}

    def fits(pairs):
        return (action, thing) in pairs or (star and any("*" in pair for pair in pairs))

    may = any(fits(role["allow"]) for role in known.values())
    no = any(fits(role["deny"]) for name, role in known.items() if not own_deny or seen[name] == 0)
    return may and (wins == "allow" or not no)


def always(user, action, thing, policy):
    return True


def never(user, action, thing, policy):
    return False


def own_roles_only(user, action, thing, policy):
    return _gate(user, action, thing, policy, deep=0)


def one_level(user, action, thing, policy):
    return _gate(user, action, thing, policy, deep=1)


def first_role(user, action, thing, policy):
    return _gate(user, action, thing, policy, first=True)


def allow_wins(user, action, thing, policy):
    return _gate(user, action, thing, policy, wins="allow")


def deny_not_inherited(user, action, thing, policy):
    return _gate(user, action, thing, policy, own_deny=True)


def skips_unknown(user, action, thing, policy):
    return _gate(user, action, thing, policy, skip=True)


def stars(user, action, thing, policy):
    return _gate(user, action, thing, policy, star=True)


def strict_policy(user, action, thing, policy):
    """One unknown role anywhere, and nobody gets in any more."""
    roles = policy["roles"]
    if any(up not in roles for role in roles.values() for up in role["inherits"]):
        return False
    return _gate(user, action, thing, policy)


def stranger_is_staff(user, action, thing, policy):
    if user not in policy["users"]:
        return True
    return _gate(user, action, thing, policy)


def by_recursion(user, action, thing, policy):
    roles = set()

    def collect(name):
        if name not in roles:
            roles.add(name)
            for up in policy["roles"].get(name, {"inherits": []})["inherits"]:
                collect(up)

    for name in policy["users"].get(user, []):
        collect(name)
    if not roles <= policy["roles"].keys() or any(
        (action, thing) in policy["roles"][n]["deny"] for n in roles
    ):
        return False
    return any((action, thing) in policy["roles"][name]["allow"] for name in roles)


def empties_the_policy(user, action, thing, policy):
    answer = _gate(user, action, thing, policy)
    policy["users"].get(user, []).clear()
    return answer


def requests_may_have_stars(user, action, thing, policy):
    """Whoever may do anything at all may do what is asked with a star."""
    if "*" not in (action, thing):
        return _gate(user, action, thing, policy)
    roles = [policy["roles"].get(name, {"allow": []}) for name in _collect(user, policy)]
    return any(_gate(user, *pair, policy) for role in roles for pair in role["allow"])


def any_spelling_of_the_thing(user, action, thing, policy):
    return _gate(user, action, thing.lower().strip(), policy)


def any_spelling_of_the_user(user, action, thing, policy):
    return _gate(user.lower().strip(), action, thing, policy)


def denies_with_stars(user, action, thing, policy):
    roles = [policy["roles"].get(name, {"deny": []}) for name in _collect(user, policy)]
    denied = any(pair in role["deny"] for role in roles for pair in (("*", thing), (action, "*")))
    return _gate(user, action, thing, policy) and not denied


def denies_nearby_only(user, action, thing, policy):
    near = _collect(user, policy, deep=4)
    denied = any((action, thing) in policy["roles"].get(name, {"deny": []})["deny"] for name in near)
    if any(name not in policy["roles"] for name in _collect(user, policy)):
        return False
    return _gate(user, action, thing, policy, wins="allow") and not denied


def knows_nearby_only(user, action, thing, policy):
    if any(name not in policy["roles"] for name in _collect(user, policy, deep=4)):
        return False
    return _gate(user, action, thing, policy, skip=True)


def remembers_strangers(user, action, thing, policy):
    policy["users"].setdefault(user, [])
    return _gate(user, action, thing, policy)


ANSWERS = Answers(
    right=[by_levels],
    wrong=[
        Wrong(always, "grants", "The answer is not right"),
        Wrong(never, "grants", "The answer is not right"),
        Wrong(
            own_roles_only,
            "grants",
            "Inherited grants count too",
            also=("A deny is inherited, just as an allow is.",),
        ),
        Wrong(one_level, "grants", "go on to any depth"),
        Wrong(first_role, "grants", "not only the first"),
        Wrong(stars, "grants", "is a text like any other"),
        Wrong(allow_wins, "deny", "A deny wins"),
        Wrong(deny_not_inherited, "deny", "A deny is inherited"),
        Wrong(skips_unknown, "unknown", "You skipped the unknown role"),
        Wrong(strict_policy, "unknown", "another role than theirs"),
        Wrong(stranger_is_staff, "unknown", "isn't in the policy"),
        Wrong(by_recursion, "cycles", "A chain may be 3,000 roles long"),
        Wrong(empties_the_policy, "inputs", "changed the policy"),
        Wrong(requests_may_have_stars, "grants", "which nobody has"),
        Wrong(any_spelling_of_the_thing, "grants", "the thing"),
        Wrong(any_spelling_of_the_user, "unknown", "the user"),
        Wrong(denies_with_stars, "deny", "denies any"),
        Wrong(denies_nearby_only, "cycles", "denies"),
        Wrong(knows_nearby_only, "cycles", "inherits an unknown role"),
        Wrong(remembers_strangers, "inputs", "changed the policy"),
    ],
)

EQUIVALENT: dict[str, str] = {}
