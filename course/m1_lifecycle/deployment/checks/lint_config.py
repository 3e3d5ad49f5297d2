"""The check of `deployment.lint_config`."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import numpy as np

from autograder.exercise import Trial, brief, exercise


@exercise(
    minutes=9,
    parts={
        "debug": (1, "finds debug, on and off"),
        "open": (2, "finds what others can reach without authentication, and nothing else"),
        "tls": (1, "finds TLS below 1.2, and no TLS"),
        "probabilities": (1, "finds probabilities for callers that nobody knows"),
        "admin": (1, "finds an admin API for callers that nobody knows"),
        "limit": (1, "finds a missing limit"),
        "lists": (1, "lists all broken rules in the table's order, and changes nothing"),
    },
    hints=(
        "Which settings are in force when config is empty? Write that dict down first.",
        "settings = DEFAULTS | config. Then one condition per rule. ip_address(settings['host']).is_loopback "
        "knows every loopback address; comparing texts doesn't.",
        "settings = DEFAULTS | config\n"
        "known = auth is 'required'\n"
        "a dict, rule → is it broken?, in the table's order:\n"
        "    open: auth is 'none' and the host is no loopback address\n"
        "    tls: tls_min is not one of '1.2', '1.3'\n"
        "    probabilities, admin: on, and not known\n"
        "    limit: not rate_limit\n"
        "return the rules that are broken",
    ),
    debrief=(
        "Scans for services, and tries the defaults of each product. Never sees your configuration file.",
        "Judges the settings in force, before the service starts, and has each exception written down.",
    ),
    standards=("AML.T0049", "AML.M0019", "PW.9.1", "PW.9.2"),
)
def lint_config(t: Trial, lint_config) -> None:
    for rng in t.cases(3):
        for rule in OF_RULE:
            with t.part(rule):
                _expect_rule(t, lint_config, rule, rng)
        for config in _whole(rng):
            t.given(config=config)
            with t.part("lists"):
                got, (after,) = t.observe(lint_config, config)
                t.equal(got, expected(config), "the list", slips=_list_slips(expected(config)))
                t.expect(
                    after == config and list(after) == list(config),
                    "Your function changed the config that it was given.",
                    slip="Make a new dict: DEFAULTS | config.",
                )


def _expect_rule(t: Trial, lint_config: Any, rule: str, rng: np.random.Generator) -> None:
    """All neighbours of a rule. An answer that is always the same has no slip of its own."""
    cases = [case[1:] for case in _neighbours(rng) if case[0] == rule]
    configs = [_around(settings, rule, rng) for _, settings, _, _ in cases]
    found = []
    for config in configs:
        t.given(config=config)
        found.append(t.instance(lint_config(config), list, "the result"))
    differs = len({rule in got for got in found}) > 1
    for (what, _, broken, slip), config, got in zip(cases, configs, found, strict=True):
        t.given(config=config)
        t.expect(
            (rule in got) == broken,
            f"{rule!r} is {'missing' if broken else 'a false alarm'}: {what}.",
            expected=brief(expected(config)),
            got=brief(got),
            slip=slip if differs else "",
        )


DEFAULTS = {
    "debug": False,
    "host": "0.0.0.0",
    "auth": "none",
    "tls_min": "1.0",
    "output": "probabilities",
    "admin_api": True,
    "rate_limit": None,
}

#: What no rule speaks against, whatever the other settings are.
CLEAN = {
    "debug": False,
    "host": "127.0.0.1",
    "auth": "required",
    "tls_min": "1.2",
    "output": "label",
    "admin_api": False,
    "rate_limit": 600,
}

#: The settings that a rule looks at.
OF_RULE = {
    "debug": ("debug",),
    "open": ("host", "auth"),
    "tls": ("tls_min",),
    "probabilities": ("output", "auth"),
    "admin": ("admin_api", "auth"),
    "limit": ("rate_limit",),
}


def expected(config: dict[str, Any]) -> list[str]:
    s = {**DEFAULTS, **config}
    broken = []
    if s["debug"]:
        broken.append("debug")
    if s["auth"] == "none" and not ip_address(s["host"]).is_loopback:
        broken.append("open")
    if s["tls_min"] in (None, "1.0", "1.1"):
        broken.append("tls")
    if s["output"] == "probabilities" and s["auth"] != "required":
        broken.append("probabilities")
    if s["admin_api"] and s["auth"] != "required":
        broken.append("admin")
    if s["rate_limit"] is None or s["rate_limit"] == 0:
        broken.append("limit")
    return broken


MISSING = "A setting that is missing has its default: look at DEFAULTS | config."
STATED = "What config states wins, also when it's False, None or 0: `or` takes it for missing."
LOOPBACK = "Ask ip_address(host).is_loopback: loopback is all of 127.0.0.0/8, and ::1."
REACHABLE = "Every address that is no loopback address can be reached by others, not only 0.0.0.0."
OPTIONAL = "With optional, callers without a key still get an answer: only required knows everybody."
ZERO = "A limit of 0 means no limit here."
LIMITED = "Any number above 0 is a limit."
NO_TLS = "None means plain HTTP: that is below 1.2 too."
ENOUGH = "1.2 itself is allowed, and so is what is newer."

Neighbour = tuple[str, str, dict[str, Any], bool, str]


def _neighbours(rng: np.random.Generator) -> Iterator[Neighbour]:
    """(rule, what it is, settings, is the rule broken?, slip)."""
    for debug in (True, False):
        yield "debug", f"debug is {debug}", {"debug": debug}, debug, ""
    yield "debug", "debug isn't stated", {}, False, MISSING

    second, last = int(rng.integers(30, 200)), int(rng.integers(1, 255))
    first = int(rng.choice([n for n in range(1, 224) if n != 127]))
    foreign = ("0.0.0.0", "::", "10.20.0.5", "192.168.127.1", "10.127.0.1", "128.0.0.1", "fe80::1", "::127")
    for host in (*foreign, "169.254.169.254", "172.16.0.9", "100.64.0.7", f"{first}.0.0.1"):
        yield "open", f"{host} and auth none", {"host": host, "auth": "none"}, True, REACHABLE
        yield "open", f"{host}, and auth isn't stated", {"host": host}, True, MISSING
        for auth in ("optional", "required"):
            yield "open", f"{host} and auth {auth}", {"host": host, "auth": auth}, False, ""
    inside = ("127.0.0.1", "127.8.0.3", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1")
    for host in (*inside, f"127.{second}.0.{last}"):
        yield "open", f"{host} and auth none", {"host": host, "auth": "none"}, False, LOOPBACK
        yield "open", f"{host}, and auth isn't stated", {"host": host}, False, LOOPBACK
    yield "open", "host isn't stated, and auth is none", {"auth": "none"}, True, MISSING
    yield "open", "neither host nor auth is stated", {}, True, MISSING
    yield "open", "host isn't stated, and auth is required", {"auth": "required"}, False, ""

    for tls in (None, "1.0", "1.1"):
        yield "tls", f"tls_min is {tls!r}", {"tls_min": tls}, True, NO_TLS if tls is None else ""
    for tls in ("1.2", "1.3"):
        yield "tls", f"tls_min is {tls!r}", {"tls_min": tls}, False, ENOUGH
    yield "tls", "tls_min isn't stated", {}, True, MISSING

    for rule, key, bad, good in (
        ("probabilities", "output", "probabilities", "label"),
        ("admin", "admin_api", True, False),
    ):
        for auth in ("none", "optional", "required"):
            slip = OPTIONAL if auth == "optional" else ""
            yield (
                rule,
                f"{key} is {bad!r} and auth {auth}",
                {key: bad, "auth": auth},
                auth != "required",
                slip,
            )
            yield rule, f"{key} is {good!r} and auth {auth}", {key: good, "auth": auth}, False, STATED
            what = f"{key} isn't stated, and auth is {auth}"
            yield rule, what, {"auth": auth}, auth != "required", MISSING
        yield rule, f"{key} is {bad!r}, and auth isn't stated", {key: bad}, True, MISSING
        yield rule, f"{key} is {good!r}, and auth isn't stated", {key: good}, False, STATED
        yield rule, f"neither {key} nor auth is stated", {}, True, MISSING

    for limit in (None, 0):
        yield "limit", f"rate_limit is {limit}", {"rate_limit": limit}, True, "" if limit is None else ZERO
    for limit in (1, 600, 0.5):
        yield "limit", f"rate_limit is {limit}", {"rate_limit": limit}, False, LIMITED
    yield "limit", "rate_limit isn't stated", {}, True, MISSING


def _around(settings: dict[str, Any], rule: str, rng: np.random.Generator) -> dict[str, Any]:
    """`settings`, in a config that states everything else: clean, or drawn."""
    others = CLEAN if rng.random() < 0.3 else _drawn(rng)
    config = {key: value for key, value in others.items() if key not in OF_RULE[rule]} | settings
    return _shuffled(config, rng)


CHOICES = {
    "debug": (False, True),
    "host": ("0.0.0.0", "::", "10.20.0.5", "127.0.0.1", "127.8.0.3", "::1"),
    "auth": ("none", "optional", "required"),
    "tls_min": (None, "1.0", "1.1", "1.2", "1.3"),
    "output": ("label", "probabilities"),
    "admin_api": (False, True),
    "rate_limit": (None, 0, 1, 600),
}


def _drawn(rng: np.random.Generator) -> dict[str, Any]:
    return {key: values[int(rng.integers(len(values)))] for key, values in CHOICES.items()}


def _shuffled(config: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    keys = list(config)
    return {keys[i]: config[keys[i]] for i in rng.permutation(len(keys))}


def _whole(rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    yield {}
    yield dict(CLEAN)
    yield {"auth": "required", "tls_min": "1.2", "rate_limit": 600}
    yield {"auth": "optional", "tls_min": "1.2", "rate_limit": 600}
    yield {"debug": True}
    yield _shuffled({**CLEAN, "debug": True, "tls_min": None, "rate_limit": 0}, rng)
    yield {"Debug": True, "debug_toolbar": True, "model": "1.1.0", **CLEAN}
    for _ in range(20):
        config = {key: value for key, value in _drawn(rng).items() if rng.random() < 0.7}
        yield _shuffled({**config, "model": "1.1.0"}, rng)


def _list_slips(want: list[str]) -> dict[str, Any]:
    """The same rules in another order, or in another container."""
    return {
        "The order is that of the table.": sorted(want),
        "Return a list of texts, in the table's order: not a set or a tuple.": tuple(want),
    }
